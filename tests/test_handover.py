"""Hand-over: clips are brought to what their place shows, in films; noise is seeded; settings are read."""

import json
from contextlib import closing
from dataclasses import replace

import cv2
import numpy as np
import pytest
from altering import COMES_IN, GAIN, LIST, NONE, OFFSET, STAYS_AWAY, Altering

import composer
from composer import generators, handover, media
from composer.composing.clips import NATIVE
from composer.composing.options import RenderOptions
from composer.composing.reconciled import DOCUMENT
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import OptionError
from composer.generators.previz import Previz
from composer.handover import HandOver, hand_over
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange

SHORT = """\
fps: 24
size: 64x64
places: {yard: {light: day, anchors: {tower: {box: 4 x 4 x 7m}}}}
shots:
  - {shot: along, duration: 5s, camera: {frame: WS tower, move: truck left 1m}}
"""


@pytest.mark.parametrize("sigma", [0.01, 0.05])
def test_noise_is_seeded_and_of_the_size_that_was_asked_for(sigma):
    frames = np.full((9, 64, 96, 3), 128, np.uint8)
    made = handover.noisy(frames, sigma, 7)
    assert np.array_equal(made, handover.noisy(frames, sigma, 7))
    assert not np.array_equal(made, handover.noisy(frames, sigma, 8))
    added = made.astype(float) - 128
    assert added.std() == pytest.approx(255 * sigma, rel=0.03)
    assert abs(added.mean()) < 0.1
    assert abs(np.corrcoef(added[0].ravel(), added[1].ravel())[0, 1]) < 0.03, "every frame has its own"
    assert handover.noisy(frames, 0.0, 7) is frames


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"match": "last"}, "handover match `last`; expected one of: none, prefix, clip"),
        ({"match": 3}, "handover match 3; expected one of: none, prefix, clip"),
        ({"steady": "yes"}, "handover steady 'yes'; expected true or false"),
        ({"color": 1}, "composer.toml sets `color` of the hand-over; expected some of: match, noise, steady"),
        ({"noise": 0.5}, "handover noise 0.5; expected 0 to 0.25; nearest: 0.25"),
        ({"noise": -1}, "handover noise -1; expected 0 to 0.25; nearest: 0"),
        ({"noise": float("nan")}, "handover noise nan; expected 0 to 0.25; nearest: 0"),
    ],
)
def test_what_it_cannot_be_told_is_refused(told, said):
    with pytest.raises(OptionError) as raised:
        hand_over(told)
    assert str(raised.value) == said


def test_what_is_not_told_is_left_to_the_generator():
    """Only what its clips need is done to them; what is told goes over that, and an exact render is never changed."""
    drifts = replace(Previz.capabilities, invents=True, drifts=True)
    assert HandOver().by(drifts) == HandOver("clip", steady=True)
    assert HandOver("none", 0.1, steady=False).by(drifts) == HandOver("none", 0.1, steady=False)
    assert HandOver(steady=True).by(replace(drifts, drifts=False)) == HandOver("none", steady=True)
    assert HandOver("clip", 0.1, steady=True).by(Previz.capabilities) == HandOver("none", steady=False)


# --- films --------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rehearsed():
    """A film of three segments in which a red coat comes in, and the same without."""
    return {
        where: rehearse(composer.read(LIST.replace("WHERE", where), "list.yaml")) for where in (COMES_IN, STAYS_AWAY)
    }


@pytest.fixture(scope="module")
def filmed(rehearsed, tmp_path_factory):
    """Films, each rendered once: clips with prefixes left out, the studio, and the prefixes that the model was given."""
    made = {}

    def film(how=HandOver("none"), tint=(GAIN, OFFSET), where=STAYS_AWAY):  # noqa: B008 - it is frozen
        if (how, tint, where) not in made:
            made[how, tint, where] = rendered(rehearsed[where], Altering(*tint), how, tmp_path_factory.mktemp("film"))
        return made[how, tint, where]

    return film


def rendered(rehearsal, maker, how, folder):
    rehearsal.raise_errors()
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    clips = []
    with closing(Studio(rehearsal, plan, maker, Store(folder), options=RenderOptions(hand_over=how))) as studio:
        for segment in plan.segments:
            studio.render(segment)
            fresh = FrameRange(segment.prefix, segment.length)
            clips.append(np.stack(list(studio.clips.frames(segment.id, fresh))))
    return clips, studio, getattr(maker, "given", [])


def said_of(studio, k):
    return studio.clips.entry(studio.plan.segments[k].id).notes["provenance"].get("reconciled", {})


def middle_of(difference):
    """Codes, of what is neither black nor white."""
    return float(np.median(np.abs(difference)))


@pytest.mark.parametrize("where", [STAYS_AWAY, COMES_IN], ids=["alone", "a red coat comes in"])
def test_a_tint_is_taken_out_of_each_clip_by_its_end(filmed, where):
    """Fog, and a camera that goes past: colours change with both, and that stays."""
    truth, _, _ = filmed(tint=NONE, where=where)
    left, _, _ = filmed(where=where)
    made, studio, _ = filmed(HandOver("clip"), where=where)
    assert len(made) == 3
    assert np.array_equal(made[0], truth[0]), "the first clip is as it was made"
    for k in (1, 2):
        last = truth[k][-1].astype(float)
        within = (last > 8) & (last < 240)
        assert middle_of((left[k][-1] - last)[within]) > 4
        assert np.percentile(np.abs(made[k][-1] - last)[within], 95) <= 2.0
        assert middle_of((made[k][0] - truth[k][0].astype(float))[within]) <= 1.0, "nor is there a step at its join"
        told = said_of(studio, k)["colour"]
        assert told["done"]
        assert told["before"]["worst anchor"] > 1.5
        assert told["after"]["worst anchor"] < 0.75
        assert told["said"].startswith("colours moved by 2.")


def test_the_prefix_alone_can_be_corrected(filmed):
    truth, _, true = filmed(tint=NONE)
    made, _, given = filmed(HandOver("prefix"))
    left, _, _ = filmed()
    assert all(np.array_equal(a, b) for a, b in zip(made, left, strict=True)), "this model paints no prefix on"
    last = truth[1][-3:].astype(float)
    within = (last > 8) & (last < 240)
    assert np.percentile(np.abs(given[1] - last)[within], 95) <= 2.0
    assert np.array_equal(given[0], true[0]), "the first clip is what others are held against"


def test_a_red_coat_that_comes_in_changes_nothing(filmed):
    made, _, _ = filmed(tint=NONE, where=COMES_IN)
    matched, _, _ = filmed(HandOver("clip"), NONE, COMES_IN)
    alone, _, _ = filmed(tint=NONE)
    assert all(np.array_equal(a, b) for a, b in zip(made, matched, strict=True))
    coat = [np.abs(a[-1].astype(int) - b[-1]).max(-1) > 30 for a, b in zip(made, alone, strict=True)]
    assert coat[0].mean() == 0
    assert coat[2].mean() > 0.02, "it takes a good part of the picture"


def test_a_prefix_is_handed_on_with_noise_and_kept_without(filmed):
    _, studio, given = filmed(HandOver("none", 0.05), NONE)
    _, _, quiet = filmed(tint=NONE)
    assert (given[0].astype(float) - quiet[0]).std() == pytest.approx(255 * 0.05, rel=0.1)
    kept = list(media.read_frames(studio.clips.entry(studio.plan.segments[1].id).path(NATIVE), FrameRange(0, 3)))
    assert np.array_equal(kept, quiet[0]), "what is remembered of it bears none"


def test_only_what_goes_on_from_a_clip_is_made_again(tmp_path, plugin):
    """Through `compose`: each option has its own clips, which are there when it comes back; the first clip is one for all."""
    text = composer.read(SHORT, "list.yaml")
    films = [
        composer.compose(text, generator=plugin, out=tmp_path, hand_over=how)
        for how in (HandOver("none"), HandOver("clip"), HandOver("prefix"), HandOver("none", 0.02), HandOver("none"))
    ]
    assert len(films[0].plan.segments) == 3
    assert [film.kept for film in films] == [0, 1, 2, 1, 3]


def test_the_same_whatever_draws_it(rehearsed, tmp_path):
    before, how = cv2.getNumThreads(), HandOver("clip", steady=True)
    cv2.setNumThreads(1 if before > 1 else 4)
    try:
        again, _, _ = rendered(rehearsed[STAYS_AWAY], Altering(by=(0.7, 0.3)), how, tmp_path / "again")
    finally:
        cv2.setNumThreads(before)
    once, studio, _ = rendered(rehearsed[STAYS_AWAY], Altering(by=(0.7, 0.3)), how, tmp_path / "once")
    assert all(said_of(studio, 2)[what]["done"] for what in ("colour", "position"))
    assert all(np.array_equal(a, b) for a, b in zip(again, once, strict=True))


def test_an_exact_render_is_never_matched(rehearsed, tmp_path):
    keys = set()
    for how in (HandOver("none"), HandOver("clip", 0.05)):
        _, studio, _ = rendered(rehearsed[STAYS_AWAY], generators.load("previz"), how, tmp_path)
        keys.add(tuple(studio.clips.entry(segment.id).key for segment in studio.plan.segments))
    assert len(keys) == 1


# --- where it stands, single anchors, prefixes ---------------------------------------------------------------------------


@pytest.mark.parametrize("by", [(0.3, 0.0), (0.5, -0.3), (1.5, 0.5)])
def test_a_background_that_stands_off_is_put_back(rehearsed, tmp_path, by):
    truth, _, _ = rendered(rehearsed[COMES_IN], Altering(*NONE), HandOver(), tmp_path / "true")
    made, studio, _ = rendered(rehearsed[COMES_IN], Altering(*NONE, by), HandOver(steady=True), tmp_path / "made")
    left, _, _ = rendered(rehearsed[COMES_IN], Altering(*NONE, by), HandOver(), tmp_path / "left")
    assert np.array_equal(made[0], truth[0])
    for k in (1, 2):
        told = said_of(studio, k)["position"]
        assert told["done"]
        np.testing.assert_allclose(told["by"]["first_px"], by, atol=0.06)
        np.testing.assert_allclose(told["by"]["last_px"], by, atol=0.06)
        assert told["after"]["motion"] <= 0.4 * told["before"]["motion"]
        assert np.abs(made[k].astype(int) - truth[k]).mean() < 0.75 * np.abs(left[k].astype(int) - truth[k]).mean()
        rims = [clip[k][:, :, [0, -1]].astype(int) for clip in (made, truth)]
        assert np.abs(rims[0] - rims[1]).mean() < 8, "no black rim"


def test_what_stands_where_it_should_is_left_as_it_is(rehearsed, tmp_path):
    """Bytes of a film are the same, whatever is held."""
    plain, studio, _ = rendered(rehearsed[COMES_IN], Altering(*NONE), HandOver(), tmp_path / "plain")
    held, holding, _ = rendered(rehearsed[COMES_IN], Altering(*NONE), HandOver("clip", steady=True), tmp_path / "held")
    assert all(np.array_equal(a, b) for a, b in zip(plain, held, strict=True))
    assert [said_of(studio, k) for k in range(3)] == [{}, {}, {}]
    told = [{what: change["said"] for what, change in said_of(holding, k).items()} for k in range(3)]
    stands = {"position": "it stands where it is declared"}
    assert told[0] == stands | {"colour": "nothing shows what its colours should be"}
    assert told[1] == told[2] == stands | {"colour": "the colours are those that are known"}


def test_an_anchor_that_is_recoloured_does_not_drag_the_others(rehearsed, tmp_path):
    ids = {name: number for number, name in rehearsed[STAYS_AWAY].names("yard").items()}
    truth, _, _ = rendered(rehearsed[STAYS_AWAY], Altering(*NONE), HandOver(), tmp_path / "true")
    altering = Altering(recolours=ids["shed"])
    altering.capabilities = replace(altering.capabilities, channels=frozenset({"anchor_id", "previz"}))
    made, studio, _ = rendered(rehearsed[STAYS_AWAY], altering, HandOver("clip"), tmp_path / "made")
    told = said_of(studio, 1)["colour"]
    assert told["done"]
    assert str(ids["shed"]) in told["by"]["end"]["anchors"]
    expecting, plan = studio.requests.expecting, studio.plan
    seen = expecting.moment(plan.segments[1], plan.segments[1].length - 1).hits.anchor_id
    others = (seen > 0) & (seen != ids["shed"])
    assert middle_of((made[1][-1].astype(float) - truth[1][-1])[others]) <= 1.0
    assert middle_of((made[1][-1].astype(float) - truth[1][-1])[seen == ids["shed"]]) <= 2.0, "and is mended by itself"


def test_a_prefix_that_comes_back_altered_is_told_and_warned_of(tmp_path, monkeypatch):
    text = composer.read(LIST.replace("WHERE", STAYS_AWAY), "list.yaml")
    maker = Altering(1.04, 4.0, (0.8, 0.0))
    monkeypatch.setattr(composer.composing, "chosen", lambda *_: maker)
    film = composer.compose(text, out=tmp_path / "out", cache=tmp_path / "cache")
    document = json.loads((tmp_path / "out" / DOCUMENT).read_text())
    names = [segment.id for segment in film.plan.segments]
    assert (document["version"], list(document["segments"])) == (1, names[1:])
    told = document["segments"][names[1]]["prefix"]
    assert len(told["codes"]) == 3
    assert told["shift_px"] == pytest.approx(0.8, abs=0.06)
    assert told["colour_de"] > 2
    assert [fault.code for fault in film.warnings] == ["prefix-altered"] * 2
    assert film.warnings[0].message == (
        f"`{names[1]}`: prefix came back altered by {max(told['codes']):.1f} codes, {told['colour_de']:.1f} dE "
        f"({told['anchor']}), {told['shift_px']:.2f} px; the join may step by as much"
    )
    again = composer.compose(text, out=tmp_path / "out", cache=tmp_path / "cache")
    assert (again.made, again.warnings) == (0, film.warnings), "found clips tell it, too"
    maker.gain, maker.offset, maker.by = 1.0, 0.0, (0.0, 0.0)
    assert not composer.compose(text, out=tmp_path / "out", cache=tmp_path / "other").warnings
    assert not (tmp_path / "out" / DOCUMENT).exists(), "nothing to tell"
