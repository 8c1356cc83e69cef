"""Takes: several of a clip are scored at its join, the best is kept, and what fails a gate is taken again, or told."""

import hashlib
import json
from dataclasses import replace

import pytest
from faulty import FAULTS, LIST, Faulty
from typer.testing import CliRunner

import composer
from composer import generators
from composer.cli import app
from composer.composing import diff
from composer.composing.gating import TAKES
from composer.composing.recording import read_record
from composer.composing.studio import Studio
from composer.errors import GateError, ShotListError, UsageError
from composer.measuring import best, judged
from composer.planning import plan_json
from composer.printing import plan_lines
from composer.store import cache_folder, collect, items
from composer.types import Measured, NoiseFloor, Whereabouts

SEGMENTS = ["front/0", "front/1", "back/0"]


class Set:
    """A folder with the list, and a generator whose takes fail as they are told to."""

    def __init__(self, folder, patch):
        self.folder, self.file, self.out, self.patch = folder, folder / "gated.yaml", folder / "out", patch
        self.maker = Faulty()
        self.write(LIST)
        patch.chdir(folder)
        patch.setattr(generators, "load", lambda *_: self.maker)

    def write(self, text):
        self.file.write_text(text)

    def asks(self, text):
        """Something for the whole film, or instead of what was asked before."""
        self.write(LIST.replace("size: 128x72\n", f"size: 128x72\n{text}\n"))

    def plan(self, **told):
        return composer.plan(composer.load("gated.yaml"), **told)

    def fail(self, retakes=0, sounds=False, **faults):
        """Have takes fail: by segment (`front_1`), the fault of each of its takes in their order, or None."""
        self.maker = Faulty(retakes=retakes, sounds=sounds)
        planned = {s.id.replace("/", "_"): (s.seed, *(s.takes.seeds if s.takes else ())) for s in self.plan().segments}
        by_seed = {
            seed: fault
            for name, wanted in faults.items()
            for seed, fault in zip(planned[name], wanted, strict=False)
            if fault
        }
        self.maker = Faulty(by_seed, retakes, sounds)

    def render(self, workers=1, **told):
        """The film, and the segments that were generated for it."""
        self.maker.made.clear()
        film = composer.compose(composer.load("gated.yaml"), out="out", workers=workers, **told)
        return film, [name for name, _ in self.maker.made]

    def diff(self, **told):
        return diff(composer.load("gated.yaml"), out="out", **told)

    def takes(self):
        return json.loads((self.out / TAKES).read_text())["segments"]


@pytest.fixture
def stage(tmp_path, monkeypatch):
    return Set(tmp_path, monkeypatch)


def shown(folder):
    """Digests of all that makes the film."""
    own = ("timeline.json", "status.json", "rerun.json", "record.json", ".lock")
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in own]
    return {path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest() for path in files}


def clips_of(folder):
    return {name: (one.key, one.content) for name, one in read_record(folder).segments.items()}


# --- which is best ------------------------------------------------------------------------------------------------------

HERE = Whereabouts("yard", "front", None, (1, 2))


def figure(measure, value, p90=0.1):
    return Measured(measure, value, "px", 0.0, NoiseFloor(p90, p90, 8), "pass", HERE)


def chosen(*scores, **limits):
    told = judged(scores, {name.replace("_", " "): limit for name, limit in limits.items()})
    return best(told), [[one.verdict for one in score] for score in told]


def test_the_take_that_fails_fewest_gates_is_best_however_near_its_figures_are():
    worse = (figure("anchor position", 3.9), figure("motion", 0.9))
    better = (figure("anchor position", 0.1), figure("motion", 1.1))
    assert chosen(better, worse)[0] == 1


def test_of_those_that_fail_as_many_the_one_furthest_from_all_limits_is_best():
    assert chosen((figure("motion", 0.5),), (figure("motion", 0.2),), (figure("motion", 0.2),))[0] == 1
    tight = (figure("anchor position", 1.0), figure("motion", 0.9))
    wide = (figure("anchor position", 2.0), figure("motion", 0.1))
    assert chosen(tight, wide)[0] == 1, "limits weigh figures"
    assert chosen(tight, wide, anchor_position=2.0, motion=30.0)[0] == 0


def test_a_figure_that_one_take_lacks_speaks_for_none():
    """An anchor that matches nowhere has no position; its colour tells."""
    lacking = (figure("anchor colour", 5.0), figure("anchor position", None))
    whole = (figure("anchor colour", 4.0), figure("anchor position", 3.9))
    index, verdicts = chosen(lacking, whole)
    assert (index, verdicts[0]) == (1, ["pass", "not measurable"])


def test_a_take_is_held_beside_the_floor_of_the_quietest():
    """One that trembles all through would else hide what it does in its own noise."""
    trembling, still = (figure("flicker", 3.0, p90=4.0),), (figure("flicker", 0.1, p90=0.2),)
    assert chosen(trembling)[1] == [["not measurable"]]
    assert chosen(trembling, still) == (1, [["fail"], ["pass"]])


# --- films --------------------------------------------------------------------------------------------------------------


def test_the_best_take_is_kept_and_what_goes_on_goes_on_from_it(stage):
    stage.asks("takes: 3")
    stage.fail(front_0=["flicker", None], front_1=["colour", "position"], back_0=["colour", None, "flicker"])
    film, made = stage.render()
    assert made == [name for name in SEGMENTS for _ in range(3)]
    told = stage.takes()
    assert told["front/0"]["chosen"] in (1, 2)
    assert {name: told[name]["chosen"] for name in SEGMENTS[1:]} == {"front/1": 2, "back/0": 1}
    assert [
        [f["gate"] for f in take["figures"] if f["verdict"] == "fail"] for take in told["front/1"]["takes"][:2]
    ] == [
        ["colour"],
        ["colour", "position", "motion"],
    ]
    assert (film.warnings, film.failed) == ((), ())
    keys = {name: key for name, (key, _) in clips_of(stage.out).items()}
    assert keys == {name: told[name]["takes"][told[name]["chosen"]]["clip"] for name in SEGMENTS}
    assert stage.render()[1] == [], "all of it is in the store"


@pytest.mark.parametrize("gate", [*FAULTS, "click"])
def test_each_gate_has_a_clip_taken_again(stage, gate):
    stage.fail(retakes=1, sounds=gate == "click", front_1=[gate])
    film, made = stage.render()
    assert made == ["front/0", "front/1", "front/1", "back/0"]
    told = stage.takes()["front/1"]
    assert (told["chosen"], told["failed"], film.failed) == (1, [], ())
    verdicts = [{one["gate"]: one["verdict"] for one in take["figures"]} for take in told["takes"]]
    assert verdicts[0][gate] == "fail"
    assert set(verdicts[1].values()) == {"pass"}


def test_what_still_fails_is_kept_and_told(stage):
    stage.fail(retakes=2, back_0=["colour", "position", "colour"])
    film, made = stage.render()
    assert made == ["front/0", "front/1", *["back/0"] * 3]
    assert stage.takes()["back/0"]["chosen"] == 0
    (warning,) = film.warnings
    assert (warning.line, warning.code, warning.severity) == (13, "gate", "warning")
    assert warning.message.startswith("the best of 3 takes of `back/0` fails the gate `colour`: ")
    assert warning.message.endswith(" dE, limit 6 dE, at `tower`")
    assert warning.expected == ("look at film frames 34 and 36",)
    with pytest.raises(GateError, match=r"^1 gate fails; the worst: the best of 3 takes of `back/0` fails the gate"):
        film.raise_failed()
    again, made = stage.render()
    assert (again.warnings, made) == (film.warnings, []), "it is told as often as it is so"


def test_other_limits_choose_anew_of_what_was_scored(stage):
    stage.asks("gates: {retakes: 1}")
    stage.fail(front_1=["colour"])
    stage.render()
    assert stage.takes()["front/1"]["chosen"] == 1
    stage.asks("gates: {retakes: 1, colour: 60dE}")
    before = {item.key for item in items(cache_folder()) if item.kind == "score"}
    film, made = stage.render()
    assert (made, stage.takes()["front/1"]["chosen"], film.failed) == ([], 0, ())
    assert len(stage.takes()["front/1"]["takes"]) == 1, "it is good enough"
    after = {item.key for item in items(cache_folder()) if item.kind == "score"}
    assert before < after
    assert len(after - before) == 1, "back/0 now comes after another clip; all else was scored"


def test_a_take_is_held_against_what_is_remembered_where_it_meets_nothing(stage):
    office = "  office:\n    anchors: {desk: {box: 2 x 1 x 1m, look: oak}}\nshots:\n"
    between = "  - {shot: desk, duration: 0.3s, place: office, camera: WS desk}\n  - shot: back\n    place: yard\n"
    stage.write(LIST.replace("shots:\n", office).replace("  - shot: back\n", between))
    stage.maker = Faulty()
    can = replace(stage.maker.capabilities, channels=frozenset({"memory", *stage.maker.capabilities.channels}))
    remembering = type("Remembering", (Faulty,), {"capabilities": can})
    stage.maker = remembering()
    seeds = {s.id: s.seed for s in stage.plan(takes=2).segments}
    stage.maker = remembering({seeds["back/0"]: "colour"})
    stage.render(takes=2)
    told = stage.takes()["back/0"]
    assert told["chosen"] == 1
    assert [(one["gate"], one["verdict"]) for one in told["takes"][0]["figures"]][:1] == [("colour", "fail")]


def test_films_without_takes_are_what_they_were(stage):
    """Keys, seeds, plan and folder: nothing is scored."""
    stage.render()
    plain, seen = clips_of(stage.out), shown(stage.out)
    assert TAKES not in seen
    assert not any(item.kind == "score" for item in items(cache_folder()))
    assert "gates" not in plan_json(stage.plan())
    assert all("takes" not in segment for shot in plan_json(stage.plan())["shots"] for segment in shot["segments"])
    stage.asks("takes: 1\ngates: {retakes: 0}")
    _, made = stage.render()
    assert (made, clips_of(stage.out), shown(stage.out)) == ([], plain, seen)
    stage.asks("takes: 2")
    _, made = stage.render()
    assert made == SEGMENTS, "the first takes are those that were there"
    assert [stage.takes()[name]["takes"][0]["clip"] for name in SEGMENTS] == [plain[name][0] for name in SEGMENTS]


def test_how_often_a_generator_is_taken_again_is_no_part_of_its_clips(stage):
    stage.render()
    stage.maker = Faulty(retakes=2)
    assert stage.render()[1] == []


# --- interrupted, side by side ---------------------------------------------------------------------------------------------


def test_two_workers_and_an_interrupt_between_takes_change_no_byte(stage, monkeypatch, tmp_path):
    stage.asks("takes: 2\ngates: {retakes: 1}")
    stage.fail(front_1=["colour", "position"], back_0=["flicker", "flicker", "colour"])
    film, made = stage.render()
    whole = shown(stage.out)
    assert len(made) == 8
    monkeypatch.setenv("COMPOSER_CACHE", str(tmp_path / "other"))
    stage.out.rename(tmp_path / "first")
    made_of = stage.maker.generate
    calls = []

    def interrupted(request, /, on_progress):
        calls.append(request.plan.id)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return made_of(request, on_progress)

    monkeypatch.setattr(stage.maker, "generate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stage.render()
    assert calls == ["front/0", "front/0", "front/1", "front/1"]
    monkeypatch.undo()
    stage.patch.chdir(stage.folder)
    stage.patch.setenv("COMPOSER_CACHE", str(tmp_path / "other"))
    stage.patch.setattr(generators, "load", lambda *_: stage.maker)
    assert stage.render()[1] == ["front/1", "front/1", "back/0", "back/0", "back/0"], "what was made is there"
    assert shown(stage.out) == whole
    stage.patch.setenv("COMPOSER_CACHE", str(tmp_path / "third"))
    stage.out.rename(tmp_path / "second")
    again, made = stage.render(workers=2)
    assert (made, shown(stage.out), again.failed) == ([], whole, film.failed), "made in other processes"


def test_work_counts_each_take(stage):
    seen = []
    stage.asks("takes: 3")
    stage.fail()
    stage.render(on_progress=seen.append)
    totals = {step.total for step in seen if step.stage == "render"}
    assert totals == {3 * sum(segment.length - segment.prefix for segment in stage.plan().segments)}
    shares = [running.share for step in seen for running in step.running if running.item == "front/0"]
    assert shares == sorted(shares)
    assert 0.3 < max(shares) <= 1
    trace = json.loads((stage.out / "timeline.json").read_text())["traceEvents"]
    named = [event["cat"] for event in trace if event["ph"] == "X"]
    assert (named.count("generate"), named.count("score")) == (9, 9)


def test_a_clip_that_is_gone_is_made_again_and_another_take_is_not(stage):
    stage.asks("takes: 2")
    stage.fail(front_1=["colour"])
    stage.render()
    other, kept = (take["clip"] for take in stage.takes()["front/1"]["takes"])
    (stage.out / TAKES).unlink()
    for key in (other, kept):
        for entry in cache_folder().rglob(f"{key}/entry.json"):
            entry.unlink()
    before = clips_of(stage.out)
    assert stage.render()[1] == ["front/1"]
    assert clips_of(stage.out) == before


def test_all_takes_stay_in_the_store_while_the_folder_names_them(stage):
    stage.asks("takes: 2")
    stage.fail()
    stage.render()
    clips = {take["clip"] for segment in stage.takes().values() for take in segment["takes"]}
    assert len(clips) == 6
    collect(cache_folder(), 0)
    assert clips <= {item.key for item in items(cache_folder())}
    stage.asks("takes: 1")
    stage.render()
    assert not (stage.out / TAKES).exists()
    collect(cache_folder(), 0)
    assert not clips & {item.key for item in items(cache_folder())}


# --- choosing by hand, comparing ---------------------------------------------------------------------------------------------


def test_a_lock_holds_the_take_that_was_chosen_and_has_one(stage):
    stage.asks("takes: 2")
    stage.fail(front_1=["colour"])
    stage.render()
    before = clips_of(stage.out)
    assert stage.render(lock=["front"])[1] == []
    assert clips_of(stage.out) == before
    assert [segment.takes is None for segment in stage.plan().segments] == [True, True, False]
    film, made = stage.render(retake=["back"])
    assert made == ["back/0", "back/0"], "a retake has as many takes"
    assert [choice.segment for choice in film.takes] == ["back/0"]


def test_a_comparison_tells_which_takes_a_render_would_make(stage):
    stage.render()
    stage.asks("takes: 2")
    told = stage.diff()
    assert told.renders == tuple(SEGMENTS)
    assert [(cause.said, cause.parts) for cause in told.segments[0].why] == [("takes: added 2", ("takes",))]
    stage.render()
    assert stage.diff().renders == ()
    told = stage.diff(takes=3)
    assert told.renders == tuple(SEGMENTS)
    assert told.segments[0].why[0].said == "takes: as many are asked for beside the list"
    stage.asks("takes: 2\ngates: {colour: 20dE}")
    assert stage.diff().renders == (), "all were scored"


def test_the_plan_tells_takes_gates_and_that_some_change_nothing(stage):
    stage.write(LIST.replace("places:", "gates: {colour: 5dE}\nplaces:", 1).replace("0.5s\n", "0.5s\n    takes: 3\n"))
    stage.maker = Faulty(retakes=2)
    plan = stage.plan()
    assert [(s.takes.rendered, s.takes.retakes, len(s.takes.seeds)) for s in plan.segments] == [
        (1, 2, 2),
        (1, 2, 2),
        (3, 2, 4),
    ]
    assert len({seed for s in plan.segments for seed in (s.seed, *s.takes.seeds)}) == 11
    lines = list(plan_lines(plan))
    assert "takes: 1 of each clip of front, up to 2 more while a gate fails" in lines
    assert "takes: 3 of each clip of back, up to 2 more while a gate fails" in lines
    assert "gates: colour 5 dE, position 4 px, motion 1 px, flicker 1, click 6 dB" in lines
    assert "takes: 2 of each clip, up to 2 more while a gate fails" in list(plan_lines(stage.plan(takes=2)))
    document = plan_json(plan)
    assert document["gates"]["anchor colour"] == 5.0
    assert document["shots"][1]["segments"][0]["takes"]["rendered"] == 3
    exact = replace(stage.maker.capabilities, invents=False)
    stage.maker = type("Exact", (Faulty,), {"capabilities": exact})()
    plan = stage.plan(takes=3)
    said = "takes change nothing, and one is rendered: faulty draws what is declared, and invents nothing"
    assert said in plan.losses
    assert {segment.takes.most for segment in plan.segments} == {1}, "its clips are scored, as gates are given"


# --- strictly ---------------------------------------------------------------------------------------------------------------


def test_a_strict_render_exits_5_with_all_written_and_says_so_again(stage):
    stage.fail(retakes=1, back_0=["colour", "colour"])
    for again in (False, True):
        told = CliRunner().invoke(app, ["render", "gated.yaml", "-o", "out", "--workers", "1", "--strict"])
        assert told.exit_code == GateError.exit_code == 5
        assert "1 gate fails; the worst: the best of 2 takes of `back/0` fails the gate `colour`" in told.stderr
        assert told.stdout.startswith("out/film.mp4: 2.00 s, 48 frames")
        assert ("3 kept" in told.stdout) is again
    assert (stage.out / "film.mp4").exists()
    assert (stage.out / "manifest.json").exists()


def test_a_strict_render_scores_what_has_one_take(stage):
    stage.render()
    before = clips_of(stage.out)
    film, made = stage.render(strict=True)
    assert (made, clips_of(stage.out), film.failed) == ([], before, ())
    assert [(choice.segment, len(choice.takes)) for choice in film.takes] == [(name, 1) for name in SEGMENTS]
    stage.fail(back_0=["colour"])
    stage.patch.setenv("COMPOSER_CACHE", str(stage.folder / "other"))
    film, _ = stage.render(strict=True)
    assert [figure.measure for figure in film.failed] == ["anchor colour"]


# --- faults -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "at", "said", "expected"),
    [
        ("takes: 0", "3:8", "`0` takes [range]", "expected 1 to 16. Did you mean `1`?"),
        ("takes: 20", "3:8", "`20` takes [range]", "expected 1 to 16. Did you mean `16`?"),
        ("takes: some", "3:8", "`some` is not a whole number [integer]", "expected 1 to 16"),
        ("gates: {colour: 6}", "3:17", "`6` has no unit [no-unit]", "expected `0.1dE` to `100dE`. Did you mean `6dE`?"),
        (
            "gates: {position: 4mm}",
            "3:19",
            "`4mm` is not a distance in the picture [wrong-unit]",
            "expected `0.1px` to `48px`. Did you mean `4px`?",
        ),
        (
            "gates: {motion: 0px}",
            "3:17",
            "a distance in the picture of 0 px [range]",
            "expected `0.05px` to `48px`. Did you mean `0.05px`?",
        ),
        (
            "gates: {flicker: 1L}",
            "3:18",
            "`1L` is not a change of lightness [wrong-unit]",
            "expected `0.01` to `100`. Did you mean `1`?",
        ),
        ("gates: {click: loud}", "3:16", "`loud` is not a click [quantity]", "expected `0.1dB` to `60dB`"),
        ("gates: {retakes: 99}", "3:18", "`99` retakes [range]", "expected 0 to 15. Did you mean `15`?"),
        (
            "gates: {color: 6dE}",
            "3:9",
            "unknown key `color` in the gates [unknown-key]",
            "expected one of: click, colour, flicker, motion, position, retakes. Did you mean `colour`?",
        ),
    ],
)
def test_what_takes_and_gates_cannot_be_is_told_where_it_stands(text, at, said, expected):
    with pytest.raises(ShotListError) as refused:
        composer.read(LIST.replace("size: 128x72\n", f"size: 128x72\n{text}\n"), "gated.yaml")
    lines = str(refused.value).splitlines()
    assert (lines[0], lines[-1]) == (f"gated.yaml:{at}: error: {said}", f"  {expected}")


def test_a_number_of_takes_that_cannot_be_is_refused(stage):
    with pytest.raises(UsageError, match=r"^`takes` is 17; expected a whole number from 1 to 16\. Did you mean 16\?$"):
        stage.render(takes=17)


def test_a_score_that_cannot_be_read_is_made_again(stage, monkeypatch):
    stage.asks("takes: 2")
    stage.fail()
    stage.render()
    for item in items(cache_folder()):
        if item.kind == "score":
            (cache_folder() / item.key[:2] / item.key / "entry.json").write_text("{}")
    scored = []
    made = Studio._scored

    def counted(studio, segment, number, there):
        scored.append((segment.id, number))
        return made(studio, segment, number, there)

    monkeypatch.setattr(Studio, "_scored", counted)
    assert stage.render()[1] == []
    assert scored == [(name, number) for name in SEGMENTS for number in range(2)]
