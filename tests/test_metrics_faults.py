"""What planted faults showed to be short (benchmarks/faults.md), each with its known answer."""

from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest

import composer
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.geometry import intrinsics, translation
from composer.measuring import Judge, Meeting, coming_back
from composer.measuring.pairs import Pairs
from composer.measuring.summing import light_floors, light_measures, place_measures
from composer.measuring.watching import BODY_MOMENTS, Watch, _looked_at, clear_of_joins
from composer.metrics import DeclaredFlow, Figure, View, anchor_position, body_shift, common, light_drift
from composer.metrics.bodies import REACH_PX
from composer.metrics.views import brought
from composer.timing import FrameRange
from composer.types import FIRST_ANCHOR, Camera, JoinMeasures, Measured, NoiseFloor, ThingMeasure, Whereabouts

SIZE = (160, 90)


def textured(seed, contrast=40.0, size=SIZE):
    noise = np.random.default_rng(seed).normal(size=(size[1], size[0], 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.clip(128 + contrast * smooth / smooth.std(), 0, 255).astype(np.uint8)


# --- light ------------------------------------------------------------------------------------------------------------


def test_a_drift_is_told_by_its_steepest_run_and_trembling_is_none():
    quiet, steep = [0.01] * 20, [0.5] * 12
    assert light_drift([*quiet, *steep, *quiet]) == (pytest.approx(0.5), 20)
    assert light_drift([-0.3] * 5) == (pytest.approx(0.3), 0)
    assert light_drift([0.5, -0.5] * 10)[0] == pytest.approx(0)


def test_of_steps_that_are_not_known_no_drift_is_told():
    assert np.isnan(light_drift([])[0])
    assert np.isnan(light_drift([np.nan, 0.5, 0.5])[0])
    assert light_drift([np.nan, *[0.2] * 12]) == (pytest.approx(0.2), 1)


# --- bodies -----------------------------------------------------------------------------------------------------------

BODY = np.zeros((90, 160), bool)
BODY[30:66, 50:68] = True
WAY = np.array([6.0, 2.0])
DECLARED = DeclaredFlow(np.where(BODY[..., None], WAY, [1.0, 0.0]), np.ones_like(BODY))


def stage(at):
    """A wall, and a body whose corner is moved by `at` from (50, 30); nowhere for None."""
    picture = textured(1, contrast=25)
    if at is not None:
        picture[30 + at[1] : 66 + at[1], 50 + at[0] : 68 + at[0]] = textured(2, contrast=50)[:36, :18]
    return picture


@pytest.mark.parametrize(("at", "px"), [((6, 2), 0), ((9, 2), 3), ((6, 6), 4), ((-4, 2), 10)])
def test_a_body_is_found_where_it_went(at, px):
    assert body_shift(stage((0, 0)), stage(at), DECLARED, BODY) == pytest.approx(px, abs=0.3)


def test_a_body_that_is_gone_is_farther_away_than_is_looked():
    assert body_shift(stage((0, 0)), stage(None), DECLARED, BODY) == REACH_PX


def test_of_a_body_that_is_hardly_seen_nothing_is_said():
    small = np.zeros_like(BODY)
    small[30:40, 50:60] = True
    assert np.isnan(body_shift(stage((0, 0)), stage((6, 2)), DECLARED, small))


def test_limbs_that_go_their_own_way_are_no_shift():
    """The lower half goes 4 px farther, as its flow declares."""
    flow = DECLARED.flow.copy()
    flow[48:66][BODY[48:66]] += (4.0, 0.0)
    after = stage((6, 2))
    legs = textured(2, contrast=50)[18:36, :18]
    after[50:68, 56:78] = textured(1, contrast=25)[50:68, 56:78]
    after[50:68, 60:78] = legs
    assert body_shift(stage((0, 0)), after, DeclaredFlow(flow, DECLARED.known), BODY) < 0.3
    assert body_shift(stage((0, 0)), after, DECLARED, BODY) < 4.5


# --- anchors ----------------------------------------------------------------------------------------------------------


def wall(image, focal_px=160.0, x=0.0):
    """A wall 10 m away that is one anchor."""
    depth = np.full((SIZE[1], SIZE[0]), 10.0)
    camera = Camera(intrinsics(focal_px, SIZE), translation(x, 0, 0))
    return View(image, depth, np.full(depth.shape, FIRST_ANCHOR, np.int16), camera)


def test_what_the_other_frame_shows_much_coarser_is_not_seen():
    """At 0.35 of its pixels for one here it is smeared; at 0.5 it counts."""
    here = wall(textured(3))
    for focal_px, seen in ((0.35 * 160, False), (0.5 * 160, True)):
        there = wall(textured(4), focal_px)
        assert brought(there, here).inner.any() == seen
        assert common(there, here).inner.any()  # in the coarser one's picture


def disc(contrast, at):
    """A disc of stains before a plain wall, `at` px to the right of its place."""
    picture = np.full((SIZE[1], SIZE[0], 3), 128, np.uint8)
    across, down = np.meshgrid(np.arange(SIZE[0]), np.arange(SIZE[1]))
    inside = np.hypot(across - 80 - at, down - 45) < 20
    picture[inside] = np.roll(textured(5, contrast), at, axis=1)[inside]
    ids = np.where(np.hypot(across - 80, down - 45) < 20, FIRST_ANCHOR + 1, FIRST_ANCHOR).astype(np.int16)
    grain = np.random.default_rng(at).normal(0, 1.5, picture.shape)
    return replace(wall(np.clip(picture + grain, 0, 255).round().astype(np.uint8)), anchor_id=ids)


def position(one, other):
    (figure,) = (f for f in anchor_position(common(one, other)) if f.anchor_id == FIRST_ANCHOR + 1)
    assert isinstance(figure, Figure)
    return figure.value


def test_a_thing_that_moved_is_found_and_faint_stains_are_no_sign_of_it():
    assert position(disc(30, 0), disc(30, 8)) == pytest.approx(8, abs=0.4)
    assert position(disc(30, 0), disc(30, 0)) < 0.3
    assert position(disc(5.5, 0), disc(5.5, 8)) <= 1


# --- films ------------------------------------------------------------------------------------------------------------

SMALL = """\
size: 128x72
places:
  yard:
    light: day
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick tower}
      post: {box: 0.5 x 0.5 x 1.1m, look: white post, left_of: tower, gap: 1m}
  lane: {light: day, anchors: {wall: {box: 8 x 1 x 4m, look: grey stone wall}}}
shots:
  - {shot: front, place: yard, duration: 1s, camera: {at: [-2.2, -12, 2], frame: post, lens: 35mm}}
  - {shot: away, place: lane, duration: 1.5s, camera: {frame: WS wall, from: south}}
  - {shot: back, place: yard, duration: 1s, camera: {at: [-3.4, -12, 2], frame: post, lens: 35mm}}
"""


@pytest.fixture(scope="module")
def declared():
    shotlist = composer.read(SMALL, "small.yaml")
    return Declaration(rehearse(shotlist), composer.plan(shotlist, generator="previz"), heard=True)


def watched(declared, shown):
    watch = Watch(declared, declared.plan.frames, (128, 72), Fraction(24))
    for frame in range(declared.plan.frames):
        watch.see(frame, shown(frame))
    return watch.end()


def test_a_return_too_small_to_measure_is_told(declared):
    plain = np.full((72, 128, 3), 90, np.uint8)
    seen, pairs = watched(declared, lambda _: plain), Pairs(declared, (128, 72), 3.5)
    only = {FIRST_ANCHOR + n for n in range(4)}
    posts = [i for i in only if declared.names("yard").get(i) == "post"]
    seen.pixels = [{i: n for i, n in row.items() if i in posts} for row in seen.pixels]
    (told,) = coming_back.measures(declared, seen, pairs, Judge(), lambda _: plain)
    assert (told.measure, told.value, told.verdict) == ("re-observation", None, "not measurable")
    assert told.where.shot == "back"
    left, back = told.where.frames
    assert left < 24
    assert back >= 60


def test_a_shot_that_grows_brighter_fails_by_its_drift_alone(declared):
    rng = np.random.default_rng(3)
    base = 60 + cv2.GaussianBlur(rng.normal(0, 60, (72, 128, 3)).astype(np.float32), (0, 0), 3)

    def shown(frame):
        grown = 1.01 ** (frame % 24) if frame < 24 else 1.0
        return np.clip(base * grown + rng.random(base.shape), 0, 255).astype(np.uint8)

    seen = watched(declared, shown)
    floors = light_floors(declared, seen)
    grows, stays = ({m.measure: m for m in light_measures(declared.shots[n], seen, floors, Judge())} for n in (0, 2))
    assert {name: one.verdict for name, one in grows.items()} == {"flicker": "pass", "light drift": "fail"}
    assert {name: one.verdict for name, one in stays.items()} == {"flicker": "pass", "light drift": "pass"}


def join(index, **told):
    """A join of the yard: by measure the value of `tower`, and the verdict of the measure."""
    measures = []
    for name, (value, verdict) in told.items():
        measure = f"anchor {name}"
        limit, unit = (6.0, "dE") if name == "colour" else (4.0, "px")
        where = Whereabouts("yard", "b", index, (9, 10), "tower")
        things = (ThingMeasure("tower", value, 900),)
        measures.append(Measured(measure, value, unit, limit, NoiseFloor(0.1, 0.2, 8), verdict, where, things))
    return JoinMeasures(index, "cut", "a/0", "b/0", ("yard", "yard"), 10, (10, 10), False, tuple(measures))


@pytest.mark.parametrize(
    ("joins", "verdict", "colour"),
    [
        ([join(0, colour=(1.0, "pass"), position=(0.5, "pass"))], "pass", 1.0),
        ([join(0, colour=(1.0, "pass"), position=(9.0, "fail"))], "fail", 1.0),
        ([join(0, colour=(1.0, "pass"))], "pass", 1.0),  # too plain for a position
        ([join(0, colour=(20.0, "not measurable"), position=(0.5, "pass"))], "not measurable", 20.0),
        ([join(0, colour=(20.0, "not measurable")), join(1, colour=(2.0, "pass"))], "pass", 2.0),
    ],
)
def test_an_anchor_passes_only_by_what_could_be_measured(joins, verdict, colour):
    (place,) = place_measures(joins)
    (tower,) = place.anchors
    assert (tower.verdict, tower.colour) == (verdict, colour)


def test_bodies_are_looked_for_at_every_hidden_join_and_at_some_moments_that_no_join_touches():
    def join(frame, hidden):
        return Meeting("segment" if hidden else "cut", "a", "b", (0, 0), frame, FrameRange(frame, frame), hidden)

    meetings = (join(200, True), join(500, False), join(900, True))
    looked = _looked_at(meetings, 2000)
    clear = clear_of_joins(meetings, 2000)
    assert {198, 199, 200, 898, 899, 900} <= looked
    assert not {498, 499, 500} & looked
    assert not {197, 198, 199, 200, 201, 202} & set(clear)
    elsewhere = [n for n in clear if {n - 1, n, n + 1} <= looked]
    assert 40 <= len(elsewhere) <= BODY_MOMENTS
    assert max(np.diff(elsewhere)) < 2 * 2000 / BODY_MOMENTS, "spread over all of it"
    assert _looked_at((), 40) >= set(range(39)), "all of a film that is short"
