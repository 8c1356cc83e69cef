"""The report tells how clips came to be: the takes of each, with their stills, and what was corrected, as the figures say."""

import json
import shutil
from base64 import b64decode
from dataclasses import replace

import cv2
import numpy as np
import pytest
from faulty import LIST, Faulty
from measured_films import score, takes
from pages import Reading

import composer
from composer import generators, media
from composer.composing.clips import NATIVE
from composer.composing.gating import TAKES
from composer.composing.measuring import measure, report
from composer.composing.publishing import MANIFEST
from composer.composing.rehearsal import rehearse
from composer.report.continuity.embedding import Budget, data_uri
from composer.report.continuity.making import GONE, TakeStills, embedded, takes_block, why
from composer.report.continuity.telling import figure, share
from composer.schema.report import measures_json
from composer.store import Store, file_digest
from composer.timing import FrameRange


@pytest.fixture(scope="module")
def shotlist():
    return composer.read(LIST, "gated.yaml")


@pytest.fixture(scope="module")
def made(shotlist, tmp_path_factory):
    """A film of three takes each, of which the first of `front/1` jumps and the third of `back/0` has another colour: its
    folder, its cache.
    """
    folder = tmp_path_factory.mktemp("made")
    out, cache = folder / "out", folder / "cache"
    with pytest.MonkeyPatch.context() as patch:
        maker = Faulty()
        patch.setattr(generators, "load", lambda *_: maker)
        planned = {s.id: (s.seed, *s.takes.seeds) for s in composer.plan(shotlist, takes=3).segments}
        maker.faults = {planned["front/1"][0]: "motion", planned["back/0"][2]: "colour"}
        known = rehearse(shotlist)
        film = composer.compose(shotlist, out=out, cache=cache, takes=3, workers=1, rehearsal=known)
        report(film, known, cache=cache)
    return out, cache


@pytest.fixture
def own(made, tmp_path):
    """A copy that may be spoiled."""
    for folder, name in zip(made, ("out", "cache"), strict=True):
        shutil.copytree(folder, tmp_path / name)
    return tmp_path / "out", tmp_path / "cache"


@pytest.fixture(scope="module")
def page(made):
    return Reading((made[0] / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document(made):
    return json.loads((made[0] / "report.json").read_text())


def still(uri):
    codes = np.frombuffer(b64decode(uri.partition(",")[2]), np.uint8)
    return cv2.imdecode(codes, cv2.IMREAD_COLOR)[..., ::-1].astype(int)


# --- takes --------------------------------------------------------------------------------------------------------------


def test_the_document_tells_of_takes_what_the_one_beside_the_film_does(made, document):
    beside = json.loads((made[0] / TAKES).read_text())["segments"]
    assert [one["segment"] for one in document["takes"]] == list(beside) == ["front/0", "front/1", "back/0"]
    assert [one["join"] for one in document["takes"]] == [None, 0, 1]
    for told in document["takes"]:
        meant = beside[told["segment"]]
        assert told["chosen"] == meant["chosen"]
        assert [take["take"] for take in told["takes"]] == [0, 1, 2]
        for take, written in zip(told["takes"], meant["takes"], strict=True):
            assert (take["seed"], take["clip"]) == (written["seed"], written["clip"])
            told_figures = [{key: one[key] for key in meant_one} for one, meant_one in _pairs(take, written)]
            assert told_figures == written["figures"]


def _pairs(take, written):
    return zip(take["figures"], written["figures"], strict=True)


def test_the_take_that_was_chosen_fails_the_fewest_gates_and_has_the_smallest_share(document):
    for told in document["takes"]:
        failed = [sum(one["verdict"] == "fail" for one in take["figures"]) for take in told["takes"]]
        ranks = [(f, take["share_of_limits"]) for f, take in zip(failed, told["takes"], strict=True)]
        assert min(ranks) == ranks[told["chosen"]]
        known = [{one["gate"]: one for one in take["figures"]} for take in told["takes"]]
        shared = [g for g in known[0] if all(g in one and one[g]["verdict"] != "not measurable" for one in known)]
        assert shared
        for take, figures in zip(told["takes"], known, strict=True):
            parts = [figures[gate]["value"] / figures[gate]["limit"] for gate in shared]
            assert take["share_of_limits"] == pytest.approx(sum(parts) / len(parts))
    by_name = {one["segment"]: one for one in document["takes"]}
    assert by_name["front/1"]["chosen"] != 0
    assert by_name["back/0"]["chosen"] != 2


def test_takes_meet_the_film_where_their_join_is(document):
    """At 12 frames of a clip a second every second frame of the film is one of them."""
    _, within, cut = document["takes"]
    joins = document["joins"]
    assert within["frame"] - joins[0]["frame"] in {0, 1}
    assert within["against"] == [within["frame"] - 2]
    assert (cut["frame"], cut["against"]) == (joins[1]["frame"], [joins[1]["frame"] - 2])
    assert document["takes"][0]["against"] == []


def test_the_figures_of_takes_that_the_page_shows_are_those_of_the_document(page, document):
    cells = {
        (said["data-of"], int(said["data-take"]), said["data-gate"]): words
        for said, words in page.all("td")
        if "data-take" in said and "data-gate" in said
    }
    meant = {
        (told["segment"], take["take"], one["gate"]): one
        for told in document["takes"]
        for take in told["takes"]
        for one in take["figures"]
    }
    assert cells.keys() == meant.keys()
    for key, one in meant.items():
        assert cells[key].startswith(figure(one["value"])), key
        assert ("not measurable" in cells[key]) == (one["verdict"] == "not measurable")
    failing = {key for key, one in meant.items() if one["verdict"] == "fail"}
    shown = {
        (said["data-of"], int(said["data-take"]), said["data-gate"])
        for said, _ in page.all("td")
        if "data-gate" in said and "fail" in said["class"]
    }
    assert failing == shown
    assert {("front/1", 0, "motion"), ("back/0", 2, "colour")} <= failing
    shares = [words for said, words in page.all("td") if "data-share" in said]
    assert sorted(shares) == sorted(
        share(take["share_of_limits"]) for told in document["takes"] for take in told["takes"]
    )


def test_each_take_has_its_first_frame_beside_the_one_it_was_held_against(made, page, document):
    alts = {said["alt"]: said["src"] for said, _ in page.all("img")}
    film = list(media.read_frames(made[0] / "film.mp4"))
    with Store(made[1]) as store:
        for told in document["takes"]:
            start = 0 if told["segment"].endswith("/0") else 1  # of its clip, after its prefix
            for take in told["takes"]:
                shown = still(alts[f"First frame of take {take['take']} of {told['segment']}"])
                clip = store.get(take["clip"]).path(NATIVE)
                first = next(media.read_frames(clip, FrameRange(start, start + 1))).astype(int)
                assert np.abs(shown - first).mean() < 4
            for frame in told["against"]:
                shown = still(alts[f"Frame {frame}, which the takes of {told['segment']} were held against"])
                assert np.abs(shown - film[frame]).mean() < 4
    assert sum(alt.startswith("First frame") for alt in alts) == 9


def test_takes_are_told_in_the_article_of_their_join_and_the_first_clips_by_themselves(page):
    heads = [words for _, words in page.all("h4")]
    assert [head.partition(":")[0] for head in heads if "front/0" in head] == ["Takes of front/0"]
    articles = {said.get("id", said.get("class")): words for said, words in page.all("article")}
    assert "Takes of front/1: take " in articles["join-0"]
    assert "Takes of back/0: take " in articles["join-1"]
    assert "Takes of front/0: take " in articles["clip"]
    assert "The first clip" in [words for _, words in page.all("h2")]
    links = [said["href"] for said, words in page.all("a") if words in {"front/0", "front/1", "back/0"}]
    assert links == ["#elsewhere", "#join-0", "#join-1"]


def test_a_clip_that_was_collected_is_said_to_be_gone(own, shotlist, document):
    out, cache = own
    clip = next(one for one in document["takes"] if one["segment"] == "front/1")["takes"][0]["clip"]
    shutil.rmtree(cache / clip[:2] / clip)
    measure(out, shotlist, report=out, cache=cache)
    read = Reading((out / "report.html").read_text(encoding="utf-8"))
    gone = [words for said, words in read.all("figure") if GONE in words]
    assert gone == [f"{GONE}Take 0"]
    assert sum(said["alt"].startswith("First frame") for said, _ in read.all("img")) == 8
    shutil.rmtree(cache)
    told = measure(out, shotlist, report=out, cache=cache)
    assert (out / "report.html").read_text(encoding="utf-8").count(GONE) == 9
    assert not cache.exists(), "nothing is made where nothing is"
    assert json.loads(measures_json(told))["takes"] == document["takes"], "the figures stay"


def test_a_damaged_clip_is_gone_too(own, shotlist, document):
    out, cache = own
    clip = document["takes"][0]["takes"][1]["clip"]
    native = cache / clip[:2] / clip / NATIVE
    native.write_bytes(b"\0" * native.stat().st_size)
    measure(out, shotlist, report=out, cache=cache)
    assert (out / "report.html").read_text(encoding="utf-8").count(GONE) == 1


def test_only_documents_of_this_very_film_are_read(own, shotlist, tmp_path, document):
    out, _ = own
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("film.mp4", "plan.json", TAKES):
        shutil.copy(out / name, alone / name)
    assert measure(alone, shotlist).takes == (), "no manifest says whose takes these are"
    whole = (out / TAKES).read_text()
    (out / TAKES).write_text(whole.replace('"chosen": 1', '"chosen": 0', 1))
    assert measure(out, shotlist).takes == (), "they were changed since"
    (out / TAKES).write_text(whole)
    assert json.loads(measures_json(measure(out, shotlist)))["takes"] == document["takes"]
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["digests"]["film.mp4"] = "0" * 40
    (out / MANIFEST).write_text(json.dumps(manifest))
    assert measure(out, shotlist).takes == (), "they are another film's"


def test_a_document_that_says_other_things_tells_nothing(own, shotlist):
    """Whatever somebody wrote there, and into the manifest too."""
    out, _ = own
    for bad in ('{"version": 1, "segments": {"front/1": {"chosen": "x"}}}', '{"version": 1, "segments": 3}', "["):
        (out / TAKES).write_text(bad)
        manifest = json.loads((out / MANIFEST).read_text())
        manifest["digests"][TAKES] = file_digest(out / TAKES)
        (out / MANIFEST).write_text(json.dumps(manifest))
        assert measure(out, shotlist).takes == ()


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            takes(score(0, 7.0, 1.0, fails=("colour",), part=0.7), score(1, 5.0, 5.0, part=0.8), chosen=1),
            "It fails no gate, fewer than any other.",
        ),
        (
            takes(
                score(0, 7.0, 7.0, fails=("colour", "position"), part=1.2),
                score(1, 7.0, 1.0, fails=("colour",), part=0.6),
                chosen=1,
            ),
            "It fails 1 gate, fewer than any other.",
        ),
        (
            takes(score(0, 3.0, 1.0, part=0.4), score(1, 2.0, 1.0, part=0.3), chosen=1),
            "It fails no gate, nor does 1 other; of these its figures are furthest below their limits.",
        ),
        (
            takes(score(0, 2.0, 1.0, part=0.3), score(1, 2.0, 1.0, part=0.3)),
            "It fails no gate, nor does 1 other; of these its figures are furthest below their limits, as the first of its equals.",
        ),
        (
            takes(score(0, None, None), score(1, None, None)),
            "It fails no gate, and is the first of 2 like it: no figure can be measured in all of them.",
        ),
        (takes(score(0, 3.0, 1.0, part=0.4), score(1, 2.0, 1.0, part=0.3), picked=True), "It was picked by hand."),
    ],
)
def test_why_a_take_is_in_the_film(told, said):
    assert why(told) == said


def test_stills_of_takes_fit_the_page_or_are_left_out_together():
    picture = np.full((90, 160, 3), 90, np.uint8)
    small = len(data_uri(cv2.resize(picture, (80, 45))))
    found = TakeStills(picture, (picture, None))
    held = embedded(found, 80, Budget(2 * small))
    assert [(one.width, one.height) if one else None for one in held] == [(80, 45), (80, 45), None]
    assert embedded(found, 80, Budget(2 * small - 1)) is None
    assert "The page has no room for its stills." in takes_block(takes(score(0, 1.0, 1.0), score(1, 1.0, 1.0)), None)


def test_names_in_takes_cannot_become_tags():
    bad = "</td><script>alert(1)</script>"
    one = score(0, 7.0, 1.0, fails=("colour",), part=0.7)
    figures = tuple(replace(told, gate=bad, thing=bad, says=bad, unit=bad) for told in one.figures[:1])
    hostile = replace(takes(replace(one, figures=figures), one), segment=bad)
    read = Reading(takes_block(hostile, [None, None, None]))
    assert read.open == []
    assert read.all("script") == []
    assert bad in read.all("h4")[0][1]


def test_a_take_that_was_picked_is_told_as_such(own, shotlist):
    out, _ = own
    told = json.loads((out / TAKES).read_text())
    told["segments"]["front/1"] |= {"chosen": 0, "picked": True}
    (out / TAKES).write_text(json.dumps(told))
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["digests"][TAKES] = file_digest(out / TAKES)
    (out / MANIFEST).write_text(json.dumps(manifest))
    found = {one.segment: (one.chosen, one.picked) for one in measure(out, shotlist).takes}
    assert found["front/1"] == (0, True)
    assert not found["front/0"][1]
