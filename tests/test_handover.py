"""Hand-over: drift is found on the same surface spots and mended, what is no drift is left alone, noise is seeded."""

from contextlib import closing
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest

import composer
from composer import generators, handover, media
from composer.composing.clips import NATIVE
from composer.composing.options import RenderOptions
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import OptionError
from composer.generators.previz import Previz
from composer.handover import Correction, HandOver, Pairs
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, SKY, Clip, FrameGrid

GAIN, OFFSET = 1.02, 3.0
NONE = (1.0, 0.0)
LIST = """\
fps: 24
size: 128x72
seed: 3
places:
  yard:
    light: day
    fog: 60m
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
    marks: {near: {at: [2.6, -12.6]}}
subjects:
  ada: {person: 1.8m, look: woman in a red coat, at: [WHERE]}
shots:
  - shot: along
    duration: 3s
    camera: {at: [3, -16, 1.4], frame: shed, lens: 28mm, move: truck left 2m}
    motion: {ada: [hold for 1.2s, run to near at 9m/s]}
"""
SHORT = """\
fps: 24
size: 64x64
places: {yard: {light: day, anchors: {tower: {box: 4 x 4 x 7m}}}}
shots:
  - {shot: along, duration: 5s, camera: {frame: WS tower, move: truck left 1m}}
"""
COMES_IN, STAYS_AWAY = "-13, -8", "-90, 40"


def shown(rng, cells=200):
    """Colours as a place may show them."""
    return rng.uniform(30, 200, (cells, 3))


@pytest.mark.parametrize("strangers", [0.0, 0.3], ids=["alike", "a third are others"])
def test_a_planted_tint_is_found(strangers):
    rng = np.random.default_rng(1)
    there = shown(rng)
    here = there * GAIN + OFFSET
    changed = rng.random(len(there)) < strangers
    here[changed] = shown(rng)[changed]
    found = handover.correction(Pairs(here, there))
    frames = np.rint(there * GAIN + OFFSET).astype(np.uint8)[None, None]
    mended = handover.corrected(frames, found, np.ones(1))[0, 0]
    assert np.abs(mended - there).max() <= 1.0, "codes"


def test_noise_in_a_clip_does_not_make_it_greyer():
    """What a regression would do, a little with every clip."""
    rng = np.random.default_rng(2)
    there = shown(rng, 4000)
    here = there + OFFSET + rng.normal(0, 12, there.shape)
    gain = np.array(handover.correction(Pairs(here, there + rng.normal(0, 12, there.shape))).gain)
    regressed = np.polyfit(here[:, 0], there[:, 0], 1)[0]
    assert regressed < 0.96
    np.testing.assert_allclose(gain, 1.0, atol=0.02)


@pytest.mark.parametrize(
    ("here", "there", "said"),
    [
        (np.full((7, 3), 90.0), np.full((7, 3), 99.0), "7 cells show what the first clip shows; expected 24 or more"),
        (np.zeros((0, 3)), np.zeros((0, 3)), "0 cells show what the first clip shows; expected 24 or more"),
        (np.full((99, 3), 90.0), np.full((99, 3), 90.1), "the colours are those of the first clip"),
        (
            np.full((99, 3), 90.0),
            np.full((99, 3), 150.0),
            "the colours are others than the first clip's, not drifted from them",
        ),
    ],
    ids=["few", "none", "alike", "others"],
)
def test_what_is_no_drift_is_refused_and_nothing_changes(here, there, said):
    found = handover.correction(Pairs(here, there))
    assert found == Correction(said=said)
    frames = np.random.default_rng(3).integers(0, 256, (3, 8, 8, 3), np.uint8)
    assert handover.corrected(frames, found, np.ones(3)) is frames


def test_what_would_change_more_than_it_mends_is_refused():
    """Pairs that differ by chance alone ask for a correction too; what one half of them asks for, the other does not."""
    said = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        true = shown(rng, 60)
        noisy = [true + rng.normal(0, 9, true.shape) for _ in range(2)]
        said.append(handover.correction(Pairs(*noisy)).said)
    refused = [words for words in said if words.startswith("it would change ")]
    assert len(refused) >= 36
    assert refused[0] == "it would change 6.07 codes to mend 4.23"


def test_a_blank_picture_has_no_pairs():
    """Neither what is cut off at black or white, nor sky, nor subjects, nor what one of the two does not show."""
    rng = np.random.default_rng(5)
    picture = rng.integers(30, 200, (64, 64, 3), np.uint8)
    ids, every = np.full((64, 64), FIRST_ANCHOR), np.ones((64, 64), bool)

    def count(here=picture, there=picture, ids=ids, where=every):
        return len(handover.pairs(here, there.astype(float), ids, where).here)

    assert count() == 64
    for blank in (np.zeros_like(picture), np.full_like(picture, 255)):
        assert count(here=blank) == count(there=blank) == 0
    assert count(ids=np.full_like(ids, SKY)) == count(ids=np.full_like(ids, FIRST_SUBJECT)) == 0
    assert count(where=~every) == 0
    halves = np.where(np.arange(64) < 32, FIRST_ANCHOR, FIRST_ANCHOR + 1)
    assert count(ids=np.broadcast_to(halves, (64, 64))) == 64
    assert count(ids=np.broadcast_to(np.roll(halves, 4), (64, 64))) == 80, "a cell of two anchors is two pairs"


def test_a_pair_is_the_mean_of_its_cell():
    picture = np.random.default_rng(6).integers(30, 200, (8, 16, 3), np.uint8)
    found = handover.pairs(picture, 200.0 - picture, np.full((8, 16), FIRST_ANCHOR), np.ones((8, 16), bool))
    means = np.stack([picture[:, :8].mean((0, 1)), picture[:, 8:].mean((0, 1))])
    np.testing.assert_allclose(found.here, means)
    np.testing.assert_allclose(found.there, 200 - means)


def test_a_clip_is_corrected_from_nothing_at_its_prefix_to_all_of_it():
    np.testing.assert_allclose(handover.ramp(7, 3), [0, 0, 0, 0.25, 0.5, 0.75, 1])
    np.testing.assert_array_equal(handover.ramp(4, 0), np.ones(4))
    frames = np.full((7, 2, 2, 3), 100, np.uint8)
    by = Correction((1.0, 1.0, 1.1), (-8.0, 0.0, 0.0))
    made = handover.corrected(frames, by, handover.ramp(7, 3))
    assert [tuple(frame[0, 0].tolist()) for frame in made[2:]] == [
        (100, 100, 100),
        (98, 100, 102),
        (96, 100, 105),
        (94, 100, 108),
        (92, 100, 110),
    ]
    assert (frames == 100).all(), "what was made stays as it was"


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
        ({"noise": 0.5}, "handover noise 0.5; expected 0 to 0.25; nearest: 0.25"),
        ({"noise": -1}, "handover noise -1; expected 0 to 0.25; nearest: 0"),
        ({"noise": float("nan")}, "handover noise nan; expected 0 to 0.25; nearest: 0"),
    ],
)
def test_what_it_cannot_be_told_is_refused(told, said):
    with pytest.raises(OptionError) as raised:
        HandOver(**told)
    assert str(raised.value) == said


# --- films --------------------------------------------------------------------------------------------------------------


class Tinting:
    """The animatic by a model that adds a tint to all that it goes on from."""

    def __init__(self, gain=GAIN, offset=OFFSET):
        self.gain, self.offset, self.given = gain, offset, []
        self.capabilities = replace(
            Previz.capabilities,
            name="tinting",
            grid=FrameGrid(step=1, longest=17),
            fps=Fraction(12),
            invents=True,
            prefix=3,
        )

    def generate(self, request, /, on_progress):
        made = Previz().generate(request, on_progress).frames.astype(np.float64)
        if request.prefix is not None:
            self.given.append(request.prefix)
            made = made * self.gain + self.offset
        return Clip(np.clip(np.rint(made), 0, 255).astype(np.uint8))


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
            made[how, tint, where] = rendered(rehearsed[where], Tinting(*tint), how, tmp_path_factory.mktemp("film"))
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
        assert np.percentile(np.abs(made[k][-1] - last)[within], 95) <= 1.0
        first = np.abs(made[k][0].astype(float) - left[k][0])
        assert first.max() <= 1.0, "at its join it is as it was made"
        entry = studio.clips.entry(studio.plan.segments[k].id)
        assert entry.notes["provenance"]["correction"]["gain"] == pytest.approx([1 / GAIN] * 3, abs=0.01)


def test_the_prefix_alone_can_be_corrected(filmed):
    truth, _, true = filmed(tint=NONE)
    made, _, given = filmed(HandOver("prefix"))
    left, _, _ = filmed()
    assert all(np.array_equal(a, b) for a, b in zip(made, left, strict=True)), "this model paints no prefix on"
    last = truth[1][-3:].astype(float)
    within = (last > 8) & (last < 240)
    assert np.percentile(np.abs(given[1] - last)[within], 95) <= 1.5
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


def test_the_same_whatever_draws_it(filmed, rehearsed, tmp_path):
    before, how = cv2.getNumThreads(), HandOver("clip")
    cv2.setNumThreads(1 if before > 1 else 4)
    try:
        again, _, _ = rendered(rehearsed[STAYS_AWAY], Tinting(), how, tmp_path)
    finally:
        cv2.setNumThreads(before)
    assert all(np.array_equal(a, b) for a, b in zip(again, filmed(how)[0], strict=True))


def test_an_exact_render_is_never_matched(rehearsed, tmp_path):
    keys = set()
    for how in (HandOver("none"), HandOver("clip", 0.05)):
        _, studio, _ = rendered(rehearsed[STAYS_AWAY], generators.load("previz"), how, tmp_path)
        keys.add(tuple(studio.clips.entry(segment.id).key for segment in studio.plan.segments))
    assert len(keys) == 1
