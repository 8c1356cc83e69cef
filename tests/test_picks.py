"""Takes that are picked by hand: which clips then are the film's, what renders for it, and every pick that cannot be."""

import json
from dataclasses import replace

import numpy as np
import pytest
from reels import flat, write_reel
from test_takes import LIST, SEGMENTS, Set, clips_of, shown
from typer.testing import CliRunner

import composer
from composer import generators, media
from composer.cli import app
from composer.composing.choosing import read_choices
from composer.composing.selecting import parse_picks
from composer.composing.studio import Studio
from composer.errors import ChoiceError, GateError, ShotListError
from composer.planning import plan_json, read_plan
from composer.printing import diff_lines, plan_lines
from composer.shotlist import written
from composer.store import cache_folder, collect, items

HEAD = (
    "# Which takes a film is made of. `composer render LIST --retake SHOT`, `--lock SHOT`, `--pick SEGMENT=TAKE` and"
    " `--undo SHOT` write this file.\n"
)


class Desk(Set):
    """Whoever picks: beside the list lies what was chosen."""

    @property
    def choices(self):
        return self.folder / "choices.yaml"

    def says(self, text):
        self.choices.write_text(f"gated:\n{text}")

    def three(self, **faults):
        """A film of three takes of each clip."""
        self.asks("takes: 3")
        self.fail(**faults)
        return self.render()

    def run(self, *options):
        """The exit code of the command, and the segments that were generated; `said` is what it told."""
        self.maker.made.clear()
        done = CliRunner().invoke(app, ["render", "gated.yaml", "-o", "out", "--workers", "1", *options])
        self.said = done.stderr
        return done.exit_code, [name for name, _ in self.maker.made]

    def counted(self):
        """Takes that are scored from now on."""
        scored, made = [], Studio._scored

        def score(studio, segment, number, there):
            scored.append((segment.id, number))
            return made(studio, segment, number, there)

        self.patch.setattr(Studio, "_scored", score)
        return scored


@pytest.fixture
def stage(tmp_path, monkeypatch):
    return Desk(tmp_path, monkeypatch)


# --- what a pick comes to -----------------------------------------------------------------------------------------------


def test_the_picked_take_is_the_clip_whatever_its_score_and_only_what_goes_on_from_it_is_made(stage):
    stage.three(front_0=["colour"], front_1=["flicker", None, None])
    before, clips = stage.takes(), clips_of(stage.out)
    assert before["front/1"]["chosen"] in (1, 2)
    scored = stage.counted()
    film, made = stage.render(pick={"back/0": (before["back/0"]["chosen"] + 1) % 3})
    assert (made, scored) == ([], []), "nothing goes on from the last clip: all of it is in the store"
    picked = (before["front/0"]["chosen"] + 1) % 3
    film, made = stage.render(pick={"front/0": picked})
    assert made == ["front/1"] * 3, "back/0 is another shot, and goes on from nothing"
    assert {name for name, _ in scored} == {"front/1", "back/0"}, "both are held against what is another clip now"
    told = stage.takes()
    assert told["front/0"] == {**before["front/0"], "chosen": picked, "picked": True, "failed": []}
    assert clips_of(stage.out)["front/0"][0] == before["front/0"]["takes"][picked]["clip"]
    assert clips_of(stage.out)["front/1"] != clips["front/1"]
    assert [(choice.segment, choice.picked) for choice in film.takes] == [
        ("front/0", True),
        ("front/1", False),
        ("back/0", True),
    ]
    assert [[take["take"] for take in one["takes"]] for one in told.values()] == [[0, 1, 2]] * 3
    assert stage.render()[1] == []


def test_what_was_made_before_is_the_film_again_when_a_pick_is_undone(stage):
    stage.three()
    whole = shown(stage.out)
    chosen = stage.takes()["front/0"]["chosen"]
    stage.render(pick={"front/0": (chosen + 1) % 3})
    assert shown(stage.out) != whole
    assert stage.render(undo=["front"])[1] == []
    assert shown(stage.out) == whole
    assert not stage.choices.exists()
    picked, made = stage.render(pick={"front/0": chosen})
    assert (made, picked.takes[0].picked) == ([], True), "what is best may be picked, too"
    assert clips_of(stage.out)["front/1"][0] == stage.takes()["front/1"]["takes"][picked.takes[1].chosen]["clip"]


def test_picks_of_a_shot_join_those_that_were_there_and_the_file_is_read_as_it_was_written(stage):
    stage.three()
    stage.render(pick={"front/1": 0})
    assert stage.choices.read_text() == f"{HEAD}gated:\n  front: {{picks: {{1: 0}}}}\n"
    stage.render(pick={"front/0": 2, "back/0": 1})
    text = f"{HEAD}gated:\n  front: {{picks: {{0: 2, 1: 0}}}}\n  back: {{picks: {{0: 1}}}}\n"
    assert stage.choices.read_text() == text
    stage.render(pick={"front/0": 1})
    assert stage.choices.read_text() == text.replace("0: 2", "0: 1")
    lock = f"lock: {{frames: [0-9], size: 64x64, fps: 24, clips: [{'a' * 40}]}}"
    text = f"{HEAD}gated:\n  front: {{take: 3, picks: {{0: 2, 12: 0}}}}\n12A:\n  back: {{picks: {{1: 30}}, {lock}}}\n"
    stage.choices.write_text(text)
    assert written(read_choices(composer.load("gated.yaml")).written.lists) == text
    stage.choices.write_text("gated: {front: {picks: {}}}")
    assert written(read_choices(composer.load("gated.yaml")).written.lists) == ""


def test_a_pick_makes_the_same_film_from_an_empty_store_by_two_workers_and_after_an_interrupt(
    stage, monkeypatch, tmp_path
):
    stage.three(front_1=["colour"])
    stage.render(pick={"front/0": 2, "front/1": 0})
    whole = shown(stage.out)
    monkeypatch.setenv("COMPOSER_CACHE", str(tmp_path / "other"))
    stage.out.rename(tmp_path / "first")
    generate, calls = stage.maker.generate, []

    def interrupted(request, /, on_progress):
        calls.append(request.plan.id)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return generate(request, on_progress)

    with monkeypatch.context() as patch:
        patch.setattr(stage.maker, "generate", interrupted)
        with pytest.raises(KeyboardInterrupt):
            stage.render()
    assert stage.render()[1] == ["front/1", "front/1", *["back/0"] * 3]
    assert shown(stage.out) == whole
    monkeypatch.setenv("COMPOSER_CACHE", str(tmp_path / "third"))
    stage.out.rename(tmp_path / "second")
    assert stage.render(workers=2)[1] == [], "made in other processes"
    assert shown(stage.out) == whole


def test_a_command_that_is_interrupted_has_picked_and_the_next_one_goes_on(stage, monkeypatch):
    stage.three()
    other = (stage.takes()["front/0"]["chosen"] + 1) % 3

    def stopped(request, /, on_progress):  # noqa: ARG001 - as generators are called
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stage.maker, "generate", stopped)
        with pytest.raises(KeyboardInterrupt):
            stage.render(pick={"front/0": other})
    assert stage.choices.read_text() == f"{HEAD}gated:\n  front: {{picks: {{0: {other}}}}}\n"
    assert stage.render()[1] == ["front/1"] * 3
    assert stage.takes()["front/0"]["chosen"] == other


def test_a_rerun_sees_that_something_was_picked(stage, monkeypatch):
    stage.three(back_0=["colour"])
    rehearsed, rehearse = [], composer.composing.rehearse
    monkeypatch.setattr("composer.composing.rehearse", lambda shotlist: rehearsed.append(1) or rehearse(shotlist))

    def rendered():
        rehearsed.clear()
        return (*stage.run(), len(rehearsed))

    assert rendered() == (0, [], 1)
    assert rendered() == (0, [], 0), "it is noted"
    chosen = stage.takes()["back/0"]["chosen"]
    stage.says("  back: {picks: {0: 0}}\n")
    film = (stage.out / "film.mp4").read_bytes()
    assert rendered() == (0, [], 1)
    assert (stage.out / "film.mp4").read_bytes() != film
    assert rendered() == (0, [], 0)
    assert stage.run("--pick", f"back/0={chosen}") == (0, [])
    assert (stage.out / "film.mp4").read_bytes() == film


def test_the_film_shows_what_was_picked(stage):
    stage.three(back_0=["colour"])
    before = film_colours(stage)
    stage.render(pick={"back/0": 0})
    after = film_colours(stage)
    change = (after - before).reshape(48, -1, 3).mean(axis=1)
    assert np.abs(change[:36]).max() < 1, "front is what it was"
    assert (change[36:, 0] > 10).all(), "the take of another colour"


def film_colours(stage):
    return np.stack(list(media.read_frames(stage.out / "film.mp4"))).astype(np.float64)


# --- gates --------------------------------------------------------------------------------------------------------------


def test_a_picked_take_that_fails_a_gate_is_told_and_none_is_made_for_it(stage):
    stage.fail(retakes=2, back_0=["colour", "position", None])
    film, made = stage.render()
    assert made == ["front/0", "front/1", *["back/0"] * 3]
    assert film.warnings == ()
    film, made = stage.render(pick={"back/0": 0})
    assert made == []
    (warning,) = film.warnings
    assert (warning.line, warning.code, warning.severity) == (13, "gate", "warning")
    assert warning.message.startswith("take 0 of `back/0`, picked by hand, fails the gate `colour`: ")
    assert warning.expected == (
        "look at film frames 34 and 36",
        "none is made instead of one that was picked; `--undo back` takes that back",
    )
    with pytest.raises(
        GateError, match=r"^1 gate fails; the worst: take 0 of `back/0`, picked by hand, fails the gate"
    ):
        film.raise_failed()
    told = stage.takes()["back/0"]
    assert (told["chosen"], told["picked"], told["failed"]) == (0, True, ["colour"])
    assert [take["take"] for take in told["takes"]] == [0, 1, 2], "those that the gates had made can be picked, too"
    assert stage.run("--strict") == (5, [])
    assert "1 gate fails; the worst: take 0 of `back/0`, picked by hand, fails" in stage.said
    collect(cache_folder(), 0)
    assert {take["clip"] for take in told["takes"]} <= {item.key for item in items(cache_folder())}


def test_no_retake_is_made_of_what_was_picked_nor_is_its_verdict_another_for_those_that_were(stage):
    stage.fail(retakes=2, back_0=["colour", "position", None])
    stage.render()
    stage.render(pick={"back/0": 0})
    known = stage.takes()["back/0"]
    stage.patch.setenv("COMPOSER_CACHE", str(stage.folder / "empty"))
    film, made = stage.render()
    assert made == SEGMENTS, "one take of each is asked for"
    told = stage.takes()["back/0"]
    assert len(told["takes"]) == 1
    assert told["takes"][0] == known["takes"][0]
    assert [figure.measure for figure in film.failed] == ["anchor colour"]
    film, made = stage.render(pick={"back/0": 1})
    assert made == ["back/0"], "a take that gates may have made is made when it is picked"
    assert stage.takes()["back/0"]["failed"] == ["colour", "position"]


# --- what is told -------------------------------------------------------------------------------------------------------


def test_the_plan_and_its_comparison_tell_what_is_picked(stage):
    stage.three()
    chosen = stage.takes()["front/0"]["chosen"]
    picked = (chosen + 1) % 3
    assert "picked" not in plan_json(stage.plan())["shots"][0]["segments"][0]["takes"]
    stage.says(f"  front: {{picks: {{0: {picked}}}}}\n")
    plan = stage.plan()
    assert [segment.takes.picked for segment in plan.segments] == [picked, None, None]
    assert f"choice: take {picked} of front/0 is picked" in list(plan_lines(plan))
    document = plan_json(plan)
    assert document["shots"][0]["segments"][0]["takes"]["picked"] == picked
    assert read_plan(json.dumps(document)).segments[0].takes.picked == picked
    told = stage.diff()
    assert told.renders == ("front/1", "back/0"), "what is beside another clip is scored anew"
    assert list(diff_lines(told))[1].split() == ["kept", "front/0", "take", str(picked), "is", "picked"]
    assert told.segments[1].why[0].said == "continues front/0, which is another clip now"
    full, empty = str(cache_folder()), str(stage.folder / "empty")
    stage.patch.setenv("COMPOSER_CACHE", empty)
    assert stage.diff().segments[0].why[0].said == f"choices: take {picked} of its takes is picked"
    stage.patch.setenv("COMPOSER_CACHE", full)
    assert stage.render()[1] == ["front/1"] * 3
    stage.patch.setenv("COMPOSER_CACHE", empty)
    assert stage.diff().segments[0].why[0].said == "its clip is no longer in the store"
    stage.choices.unlink()
    assert stage.diff().segments[0].why[0].said == "choices: none of its takes is picked"


def test_seeds_and_keys_of_takes_are_what_they_were_without_a_pick(stage):
    stage.asks("takes: 3")
    plain = stage.plan()
    stage.says("  front: {picks: {0: 1}}\n")
    for was, now in zip(plain.segments, stage.plan().segments, strict=True):
        assert (was.seed, was.takes) == (now.seed, replace(now.takes, picked=None))


# --- beside retakes and locks ---------------------------------------------------------------------------------------------


def test_a_retake_drops_what_was_picked_and_says_so(stage):
    stage.three()
    stage.render(pick={"front/0": 1, "front/1": 2, "back/0": 1})
    lines = stage.choices.read_text().splitlines()
    film, made = stage.render(retake=["front"])
    assert made == ["front/0"] * 3 + ["front/1"] * 3
    assert stage.choices.read_text() == f"{HEAD}gated:\n  front: {{take: 1}}\n  back: {{picks: {{0: 1}}}}\n"
    first, second = film.warnings
    assert (first.file, first.line, first.column) == ("choices.yaml", 3, lines[2].index("0: 1") + 4)
    assert (first.severity, first.message, first.expected) == (
        "warning",
        "take 1 of `front/0` is no longer picked: a retake of `front` has other takes",
        ("`--pick front/0=TAKE` picks one of them",),
    )
    assert second.message.startswith("take 2 of `front/1` is no longer picked")
    film, _ = stage.render(pick={"front/0": 2})
    assert film.warnings == ()
    assert "  front: {take: 1, picks: {0: 2}}\n" in stage.choices.read_text()


def test_a_lock_holds_what_was_picked(stage):
    stage.three()
    stage.render(pick={"front/0": (stage.takes()["front/0"]["chosen"] + 1) % 3})
    clips = clips_of(stage.out)
    assert stage.render(lock=["front"])[1] == []
    assert clips_of(stage.out) == clips
    (choice,) = read_choices(composer.load("gated.yaml")).chosen.values()
    assert (choice.picks, choice.lock.clips) == ({}, (clips["front/0"][0], clips["front/1"][0]))
    with pytest.raises(
        ChoiceError, match=r"^`front` is locked, so a pick would not be seen; `--undo front` unlocks it$"
    ):
        stage.render(pick={"front/0": 1})
    assert stage.render(undo=["front"])[1] == []


# --- what cannot be -----------------------------------------------------------------------------------------------------

REFUSED = {
    "an unknown shot": ({"frnt/0": 1}, "no shot is called `frnt`; there are: front, back. Did you mean `front`?"),
    "a whole shot": ({"front": 1}, "`front` is no segment; expected one of `front`, the first of which is `front/0`"),
    "no number": ({"back/x": 1}, "`back/x` is no segment; expected one of `back`, the first of which is `back/0`"),
    "a segment too many": (
        {"front/2": 1},
        "there is no `front/2`; `front` has 2 segments; expected 0 to 1. Did you mean `1`?",
    ),
    "the second of one": ({"back/1": 1}, "there is no `back/1`; `back` has one segment; expected 0. Did you mean `0`?"),
    "a take too many": (
        {"front/0": 3},
        "`front/0` has no take 3; 3 are rendered; expected 0, the first one, to 2. Did you mean `2`?",
    ),
    "a take below": ({"front/0": -1}, "`front/0`: there is no take -1; expected 0 to 30. Did you mean `0`?"),
    "far too many": ({"front/0": 99}, "`front/0`: there is no take 99; expected 0 to 30. Did you mean `30`?"),
    "a plate": ({"plate:yard/auto-day": 1}, "`plate:yard/auto-day` is a plate, of which there is one take"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_picked_is_refused_before_anything_is_written(stage, name):
    stage.asks("takes: 3")
    told, words = REFUSED[name]
    with pytest.raises(ChoiceError) as refused:
        stage.render(pick=told)
    assert (str(refused.value), refused.value.exit_code) == (words, 2)
    assert not stage.choices.exists()
    assert stage.maker.made == []


@pytest.mark.parametrize(
    ("takes", "without", "words"),
    [
        (1, (), "`front/0` has one take, so that none can be picked; expected `takes: 2` in the list, or `--takes 2`"),
        (
            3,
            ("seed",),
            "`front/0` has one take, so that none can be picked; expected none: faulty is told not to read its seed",
        ),
    ],
)
def test_of_one_take_none_is_picked(stage, takes, without, words):
    stage.maker = generators.withhold(stage.maker, without)
    stage.asks(f"takes: {takes}")
    with pytest.raises(ChoiceError) as refused:
        composer.compose(composer.load("gated.yaml"), out="out", pick={"front/0": 1})
    assert str(refused.value) == words


@pytest.mark.parametrize("other", ["retake", "lock", "undo"])
def test_a_shot_is_not_picked_from_and_something_else(stage, other):
    said = "`front` is to be two of retaken, locked, picked and undone; expected one of them"
    with pytest.raises(ChoiceError, match=f"^{said}$"):
        stage.render(pick={"front/0": 1, "front/1": 1}, **{other: ["front"]})


FAULTS = {
    "fewer takes now": (
        "takes: 2",
        "  front: {picks: {0: 2}}\n",
        """\
choices.yaml:2:22: error: `front/0` has no take 2; 2 are rendered [pick]
  front: {picks: {0: 2}}
                     ^
  expected 0, the first one, to 1. Did you mean `1`?
  `--undo front` takes it back""",
    ),
    "more than gates may make": (
        "gates: {retakes: 2}",
        "  front: {picks: {0: 3, 1: 2}}\n",
        """\
choices.yaml:2:22: error: `front/0` has no take 3; 1 is rendered, and up to 2 more while a gate fails [pick]
  front: {picks: {0: 3, 1: 2}}
                     ^
  expected 0, the first one, to 2. Did you mean `2`?
  `--undo front` takes it back""",
    ),
    "one take": (
        "seed: 3",
        "  back:\n    picks: {0: 2}\n",
        """\
choices.yaml:3:16: error: `back/0` has one take, so that none can be picked [pick]
    picks: {0: 2}
               ^
  expected `takes: 3` in the list, or `--takes 3`
  `--undo back` takes it back""",
    ),
    "segments gone": (
        "takes: 3",
        "  front: {picks: {4: 1}}\n  back: {picks: {1: 1}}\n",
        """\
choices.yaml:2:19: error: there is no `front/4`; `front` has 2 segments [pick]
  front: {picks: {4: 1}}
                  ^
  expected 0 to 1. Did you mean `1`?
  `--undo front` takes it back
choices.yaml:3:18: error: there is no `back/1`; `back` has one segment [pick]
  back: {picks: {1: 1}}
                 ^
  expected 0. Did you mean `0`?
  `--undo back` takes it back""",
    ),
    "a locked shot": (
        "takes: 3",
        f"  back: {{picks: {{0: 1}}, lock: {{frames: [0-13], size: 128x80, fps: 12, clips: [{'0' * 40}]}}}}\n",
        """\
choices.yaml:2:10: error: `back` is locked, so that nothing can be picked of it [pick]
  back: {picks: {0: 1}, lock: {frames: [0-13], size: 128x80, fps: 12, clips: …
         ^^^^^
  expected `lock` or `picks`
  `--undo back` takes both back""",
    ),
    "no numbers": (
        "takes: 3",
        "  front: {picks: {first: best, 01: 1, 0: -1}}\n",
        """\
choices.yaml:2:19: error: `first` is no segment of a shot [segment]
  front: {picks: {first: best, 01: 1, 0: -1}}
                  ^^^^^
  expected its number: 0 is the first one
choices.yaml:2:26: error: `best` is not a whole number [integer]
  front: {picks: {first: best, 01: 1, 0: -1}}
                         ^^^^
  expected 0 to 30
choices.yaml:2:32: error: `01` is no segment of a shot [segment]
  front: {picks: {first: best, 01: 1, 0: -1}}
                               ^^
  expected its number: 0 is the first one
choices.yaml:2:42: error: there is no take -1 [range]
  front: {picks: {first: best, 01: 1, 0: -1}}
                                         ^^
  expected 0 to 30. Did you mean `0`?""",
    ),
    "a list of them": (
        "takes: 3",
        "  front: {picks: [1, 2]}\n",
        """\
choices.yaml:2:18: error: what is picked of `front` is a list, not a mapping [kind]
  front: {picks: [1, 2]}
                 ^^^^^^
  expected `{0: 1}`: a take by segment""",
    ),
    "a shot's name wrong": (
        "takes: 3",
        "  frnt: {picks: {0: 1}}\n",
        """\
choices.yaml:2:3: error: `gated` has no shot `frnt` [unknown-shot]
  frnt: {picks: {0: 1}}
  ^^^^
  expected one of: front, back. Did you mean `front`?
  `--undo frnt` removes it""",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_pick_that_can_no_longer_be_is_told_at_its_line(stage, name):
    asked, text, expected = FAULTS[name]
    stage.asks(asked)
    stage.says(text)
    for read in (stage.plan, stage.render, stage.diff):
        with pytest.raises(ShotListError) as refused:
            read()
        assert str(refused.value) == expected


def test_what_is_told_of_a_pick_can_be_undone(stage):
    stage.asks("takes: 2")
    stage.says("  front: {picks: {0: 2}}\n")
    stage.render(undo=["front"])
    assert not stage.choices.exists()


def test_nothing_is_picked_of_footage(stage):
    write_reel(stage.folder / "sea.mp4", [flat(60 + n) for n in range(36)])
    stage.write(
        LIST.replace("size: 128x72\n", "size: 128x72\ntakes: 3\n") + "  - {shot: sea, footage: {file: sea.mp4}}\n"
    )
    with pytest.raises(
        ChoiceError, match=r"^`sea` is footage, and has no takes; expected none: it stays as its file is$"
    ):
        stage.render(pick={"sea/0": 1})
    stage.says("  sea: {picks: {0: 1}}\n")
    with pytest.raises(ShotListError, match=r"^choices\.yaml:2:20: error: `sea` is footage, and has no takes \[pick\]"):
        stage.plan()


# --- the command line -----------------------------------------------------------------------------------------------------


def test_the_command_line_picks_several(stage):
    stage.three()
    assert stage.run("--pick", "front/1=0,back/0=2", "--pick", "front/0 = 1")[0] == 0
    assert (
        stage.choices.read_text() == f"{HEAD}gated:\n  front: {{picks: {{0: 1, 1: 0}}}}\n  back: {{picks: {{0: 2}}}}\n"
    )
    assert [one["chosen"] for one in stage.takes().values()] == [1, 0, 2]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("front/1", "`--pick front/1` picks nothing; expected SEGMENT=TAKE, as `--pick front/0=1`"),
        ("=1", "`--pick =1` picks nothing; expected SEGMENT=TAKE, as `--pick front/0=1`"),
        ("front/1=two", "`front/1`: `two` is not a whole number; expected 0 to 30"),
        ("front/1=99", "`front/1`: there is no take 99; expected 0 to 30. Did you mean `30`?"),
        ("front/1=1,front/1=2", "`front/1` is picked twice; expected one take of it"),
    ],
)
def test_what_is_no_pick_is_told(stage, word, said):
    assert stage.run("--pick", word) == (2, [])
    assert stage.said == f"composer: {said}\n"


def test_picks_are_read_from_words():
    assert parse_picks(["front/0=1, back/0 = 2", "front/1=0"]) == {"front/0": 1, "back/0": 2, "front/1": 0}
    assert parse_picks([]) == {}
