"""Continuity measured: laws, planted faults found, clean joins passed, and a real film across its cut."""

from dataclasses import replace
from itertools import pairwise
from math import inf, nan
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from places import camera as plain_camera
from places import crowd, place

import composer
from composer import media
from composer.composing.rehearsal import rehearse
from composer.geometry import intrinsics, look_at, pixel_centres, project, translation, unproject
from composer.layout import Layout
from composer.metrics import (
    LIMITS,
    Common,
    DeclaredFlow,
    Figure,
    Floor,
    View,
    anchor_colour,
    anchor_position,
    common,
    declared_flow,
    flicker,
    floor,
    judge,
    judge_worst,
    motion,
    pairs_within,
    seen_from,
    worst,
)
from composer.scene import Scene
from composer.shade import Shader
from composer.types import GROUND, Camera, Solid, WorldState

SIZE = (384, 216)
NOBODY = WorldState(0, {})
QUIET = Floor(0.1, 0.3, 9)


def solid(index, name, shape, size, at, look):
    T = translation(at[0], at[1], at[2] + size[2] / 2)
    return Solid(name, name, index, shape, tuple(float(s) for s in size), T, look)


SOLIDS = (
    solid(2, "house", "box", (10, 6, 6), (0, 2, 0), "red brick warehouse with a slate roof"),
    solid(3, "containers", "box", (6, 2.4, 2.6), (9, -3, 0), "blue shipping container"),
    solid(4, "crate", "box", (1.6, 1.6, 1.6), (1, -5, 0), "weathered timber crate"),
    solid(5, "ball", "sphere", (1.4, 1.4, 1.4), (3.8, -5.5, 0), "striped red ball"),
    solid(6, "shed", "box", (3, 3, 2.6), (-7, -3, 0), "green timber shed"),
)
CRATE, BALL, SHED = 4, 5, 6


def yard(*solids):
    return Layout("yard", "yard", "asphalt", "day", None, None, solids or SOLIDS, {}, {})


def without(index):
    return yard(*(s for s in SOLIDS if s.id != index))


def changed(index, **change):
    return yard(*(replace(s, **change) if s.id == index else s for s in SOLIDS))


def moved(index, px, camera):
    """The yard with one solid `px` to the right of where it belongs, as `camera` sees it."""
    T = next(s for s in SOLIDS if s.id == index).T_world_solid.copy()
    _, depth = project(camera, T[:3, 3])
    T[:3, 3] += camera.T_world_camera[:3, 0] * px * depth / camera.K[0, 0]
    return changed(index, T_world_solid=T)


def camera(eye, target, size=SIZE):
    return Camera(intrinsics(24 / 36 * size[0], size), look_at(np.array(eye, float), np.array(target, float)))


YARD = yard()


def shown(at, drawn=YARD, through=None):
    """A frame of `drawn` through a camera, with the geometry that the yard declares for the camera `at`."""
    hits, through = Scene(YARD).cast(at, SIZE, NOBODY), through or at
    scene = Scene(drawn)
    image = Shader(scene)(scene.cast(through, SIZE, NOBODY), through, NOBODY)
    return View(image, hits.depth, hits.anchor_id, at)


CUTS = tuple(
    (camera((x, y, z), (tx, -3, 1.5)), camera((x2, y2, z2), (tx2, -3, 1.5)))
    for x, y, z, tx, x2, y2, z2, tx2 in (
        (2, -13, 1.8, 1, 8, -14, 2.5, 2),
        (-5, -15, 2.2, 1, 1, -14, 1.7, 2),
        (6, -16, 3.0, 3, -1, -13, 2.0, 2),
        (0, -12, 1.6, 2, 4, -16, 3.5, 1),
        (9, -13, 2.4, 3, 5, -15, 1.8, 2),
        (-3, -13, 3.2, 0, 3, -12, 2.2, 2),
    )
)


@pytest.fixture(scope="module")
def joins():
    """Six cuts of one yard, the frames before and after."""
    return tuple((shown(a), shown(b)) for a, b in CUTS)


def colours(a, b):
    return {figure.anchor_id: figure.value for figure in anchor_colour(common(a, b))}


def places(a, b):
    return {figure.anchor_id: figure.value for figure in anchor_position(common(a, b))}


def textured(seed=0, size=SIZE, grain=2.0):
    """A picture with structure everywhere."""
    w, h = size
    noise = np.random.default_rng(seed).normal(size=(h, w, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), grain)
    return np.clip(128 + 45 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def shifted(image, dx, dy=0.0):
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return cv2.warpAffine(image, matrix, image.shape[1::-1], flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)


def board(here, there, rows=(60, 150), columns=(120, 240)):
    """Two frames of one flat thing that both cameras see at the same pixels."""
    ids = np.full(here.shape[:2], GROUND, np.int16)
    ids[slice(*rows), slice(*columns)] = CRATE
    seen = np.ones(ids.shape, bool)
    return Common(here, there, ids, seen, seen)


def auc(bad, good):
    """How often a bad value is larger than a good one; a tie is half."""
    return float(np.mean([(b > g) + 0.5 * (b == g) for b in bad for g in good]))


# --- the warp -------------------------------------------------------------------------------------------------------------


def test_a_frame_shows_itself_exactly():
    """Seen from its own camera a frame is itself, wherever something keeps still; measures are zero, places to a quarter
    of a pixel: a parabola is no better where the peak leans.
    """
    view = shown(CUTS[0][0])
    place_, seen, finer = seen_from(view, view)
    assert (seen == (view.anchor_id >= GROUND)).all()
    rows, columns = np.nonzero(seen)
    np.testing.assert_array_equal(place_[seen], np.stack([columns, rows], axis=-1))
    np.testing.assert_allclose(finer[seen], 1, rtol=1e-5)
    both = common(view, view)
    assert (both.here == both.there)[both.seen].all()
    assert all(figure.value == 0 for figure in anchor_colour(both))
    assert len(anchor_position(both)) == len(SOLIDS)
    assert all(figure.value == pytest.approx(0, abs=0.25) for figure in anchor_position(both))


def test_the_warp_finds_the_same_spot():
    """A pixel and the place it is said to be seen at unproject to one point of the world; ids agree."""
    layout = place(*crowd(30, seed=4))
    cameras = plain_camera((0, -12, 3), (0, 20, 1), SIZE, 300.0), plain_camera((4, -10, 4), (-2, 20, 1), SIZE, 380.0)
    hits = [Scene(layout).cast(c, SIZE, NOBODY) for c in cameras]
    a, b = (
        View(np.zeros((*h.depth.shape, 3), np.uint8), h.depth, h.anchor_id, c)
        for h, c in zip(hits, cameras, strict=True)
    )
    where, seen, finer = seen_from(a, b)
    assert 0.3 < seen.mean() < 0.95
    rows, columns = np.nonzero(seen)
    depth = b.depth[seen].astype(float)
    points = unproject(cameras[1], np.stack([columns, rows], axis=-1) + 0.5, depth)
    pixels, far = project(cameras[0], points)
    np.testing.assert_allclose(where[seen] + 0.5, pixels, atol=2e-3)
    np.testing.assert_allclose(finer[seen], 300 / 380 * depth / far, rtol=1e-4)
    near = a.anchor_id[np.round(where[seen][:, 1]).astype(int), np.round(where[seen][:, 0]).astype(int)]
    assert (near == b.anchor_id[seen]).all()


def test_a_long_lens_and_a_wide_one_agree():
    """Detail that only the long lens resolves is blurred away before the two are compared, whichever comes first."""
    w, h = SIZE
    close, wide = textured(9, grain=0.6), np.full((h, w, 3), 128, np.uint8)
    box = slice(h // 2 - h // 8, h // 2 + h // 8), slice(w // 2 - w // 8, w // 2 + w // 8)
    wide[box] = cv2.resize(close, (w // 4, h // 4), interpolation=cv2.INTER_AREA)[: 2 * (h // 8), : 2 * (w // 8)]
    wall, depth = np.full((h, w), CRATE, np.int16), np.full((h, w), 10.0)
    a, b = (View(im, depth, wall, Camera(intrinsics(f, SIZE), np.eye(4))) for im, f in ((close, 1200), (wide, 300)))
    assert colours(a, b)[CRATE] < 2
    assert colours(a, b) == colours(b, a)


def test_what_is_hidden_is_not_seen():
    """Behind the ball, as the other camera stands, nothing of the house is common."""
    a, b = shown(CUTS[0][0]), shown(CUTS[0][1])
    _, seen, _ = seen_from(a, b)
    scene, T = Scene(YARD), b.camera
    rows, columns = np.nonzero((b.anchor_id == 2) & ~seen)
    assert len(rows) > 100
    centres = pixel_centres(SIZE)
    points = unproject(T, centres[rows, columns], b.depth[rows, columns].astype(float))
    pixels, depth = project(a.camera, points)
    w, h = SIZE
    inside = (depth > 0) & (pixels > 1).all(-1) & (pixels[:, 0] < w - 1) & (pixels[:, 1] < h - 1)
    eye = a.camera.T_world_camera[:3, 3]
    reached = scene.cast_rays(eye, points[inside] - eye, NOBODY).depth
    assert (reached < 1.001).all()
    assert (reached < 0.97).mean() > 0.5  # the rest lies on outlines


def test_the_two_sides_of_a_thin_wall_are_not_the_same():
    """Its back lies as deep as its front, within what counts as one surface, and is another one."""
    wall = Scene(yard(solid(2, "wall", "box", (9, 0.1, 3), (0, 0, 0), "brick wall")))
    views = []
    for eye in ((1, -8, 1.7), (2, 8, 1.7), (2, -8, 1.7)):
        at = camera(eye, (0, 0, 1.5))
        hits = wall.cast(at, SIZE, NOBODY)
        views.append(View(textured(size=SIZE), hits.depth, hits.anchor_id, at))
    south, north, beside = views
    both = common(south, north)
    assert not (both.inner & (both.anchor_id == 2)).any()
    both = common(south, beside)
    assert (both.inner & (both.anchor_id == 2)).mean() > 0.1


def test_frames_of_two_sizes_are_refused():
    view = shown(CUTS[0][0])
    small = View(view.image[:100], view.depth[:100], view.anchor_id[:100], view.camera)
    with pytest.raises(ValueError, match="expected one size"):
        common(view, small)


# --- M1 and M2: anchors ---------------------------------------------------------------------------------------------------


def test_clean_cuts_pass(joins):
    """Across cuts of one place nothing has moved and nothing has another colour."""
    for a, b in joins:
        both = common(a, b)
        assert judge_worst("anchor colour", anchor_colour(both), QUIET, "cut").verdict == "pass"
        assert judge_worst("anchor position", anchor_position(both), QUIET, "cut").verdict == "pass"


def test_it_does_not_matter_which_frame_comes_first(joins):
    for a, b in joins[:3]:
        one, other = colours(a, b), colours(b, a)
        assert one.keys() & other.keys() >= {2, CRATE, BALL}
        for anchor in one.keys() & other.keys():
            assert one[anchor] == pytest.approx(other[anchor], abs=0.5)


def test_what_only_one_frame_shows_does_not_matter(joins):
    """Painting over the sky, and over all that the other camera does not see, changes no figure."""
    for a, b in joins[:2]:
        both = common(a, b)
        scrawled = replace(both, here=np.where(both.seen[..., None], both.here, 255 - both.here))
        scrawled = replace(scrawled, there=np.where(both.seen[..., None], both.there, 77))
        assert anchor_colour(scrawled) == anchor_colour(both)


@pytest.mark.parametrize("px", [1.0, 2.5, 3.0, 4.0, 7.7, 12.3, 16.0])
def test_a_planted_shift_is_found(px):
    """A thing that was pasted some pixels off is found that far off."""
    for seed, angle in ((0, 0.3), (1, 2.4)):
        there = textured(seed)
        both = board(shifted(there, px * np.cos(angle), px * np.sin(angle)), there)
        (figure,) = anchor_position(both)
        assert figure.value == pytest.approx(px, abs=0.3)
        assert figure.certainty > 0.9


def test_what_cannot_be_located_is_not_measured():
    """A flat board, or one that shows something else altogether, has no figure."""
    there = textured(3)
    flat = np.full_like(there, 90)
    assert anchor_position(board(flat, flat)) == ()
    assert anchor_position(board(textured(4), there)) == ()


def test_a_post_is_not_held_to_have_moved_along_itself():
    """Across its stripes a board is located; along them it matches everywhere, and counts as where it is."""
    stripes = np.repeat(textured(5)[:1], SIZE[1], axis=0)
    grainy = np.clip(stripes + np.random.default_rng(1).normal(0, 8, stripes.shape), 0, 255).astype(np.uint8)
    (figure,) = anchor_position(board(shifted(grainy, 0, 9), stripes))
    assert figure.value < 3  # the very best match is 25 px away
    (figure,) = anchor_position(board(shifted(grainy, 5, 9), stripes))
    assert figure.value == pytest.approx(5, abs=1)


def test_a_recoloured_anchor_alone_is_told():
    """a* + 12 on the crate's pixels: the crate's figure says 12, no other figure changes."""
    a, b = (shown(c) for c in CUTS[1])
    lab = cv2.cvtColor(b.image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lab[..., 1] += 12 * (b.anchor_id == CRATE)
    tinted = replace(b, image=np.rint(255 * np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1)).astype(np.uint8))
    before, after = colours(a, b), colours(a, tinted)
    assert {f.anchor_id for f in anchor_colour(common(a, b)) if not f.counts} == {GROUND}
    assert after[CRATE] == pytest.approx(12, abs=1.5)
    assert all(after[k] == pytest.approx(before[k], abs=0.15) for k in before if k not in {CRATE, GROUND})
    verdict = judge_worst("anchor colour", anchor_colour(common(a, tinted)), QUIET, "a | b", {CRATE: "crate"})
    assert (verdict.verdict, verdict.where) == ("fail", "crate at a | b")


def test_planted_faults_are_told_from_clean_cuts(joins):
    """Moved, recoloured, vanished, another camera: on six cuts each measure ranks the faults above the clean."""
    faults = {
        "crate 8 px": lambda b: moved(CRATE, 8, b),
        "ball 8 px": lambda b: moved(BALL, 8, b),
        "no ball": lambda _: without(BALL),
        "no crate": lambda _: without(CRATE),
        "painted": lambda _: changed(CRATE, look="weathered red timber crate"),
    }
    clean = [common(a, b) for a, b in joins]
    colour_null = [worst(anchor_colour(both)).value for both in clean]
    place_null = [worst(anchor_position(both)).value for both in clean]
    placed = []
    for name, fault in faults.items():
        bad = [common(a, shown(c, fault(c))) for (a, _), (_, c) in zip(joins, CUTS, strict=True)]
        values = [worst(anchor_colour(both)).value for both in bad]
        assert auc(values, colour_null) >= 0.95, name
        assert np.median(values) > LIMITS["anchor colour"].value, name
        if name.endswith("8 px"):
            placed += [worst(anchor_position(both)).value for both in bad]
    assert auc(placed, place_null) >= 0.9
    assert np.mean([value > LIMITS["anchor position"].value for value in placed]) >= 0.6


def test_a_camera_two_frames_late_is_told(joins):
    """Frames of a camera that trucks at 2 m/s, two frames on from where they were declared."""
    found, null = [], [worst(anchor_position(common(a, b))).value for a, b in joins]
    for (a, _), (_, c) in zip(joins, CUTS, strict=True):
        late = c.T_world_camera.copy()
        late[:3, 3] += late[:3, 0] * 2 * 2 / 24
        found.append(worst(anchor_position(common(a, shown(c, through=Camera(c.K, late))))).value)
    assert auc(found, null) >= 0.9


# --- M3: motion -----------------------------------------------------------------------------------------------------------

FRAMES = 10


@pytest.fixture(scope="module")
def shot():
    """A camera that trucks past the yard and turns a little."""
    return tuple(shown(camera((-2 + 0.1 * k, -13, 1.8), (0.5 + 0.08 * k, -3, 1.5))) for k in range(FRAMES))


def watched(shot, frames):
    """Motion of four declared frames whose pictures are those of `frames`."""
    views = shot[3:7]
    declared = [declared_flow(now, after) for now, after in pairwise(views)]
    return motion([shot[k].image for k in frames], declared)


def test_motion_that_was_declared_passes(shot):
    clean = watched(shot, (3, 4, 5, 6))
    assert clean.error_px < 0.35
    assert clean.speed_px > 1
    assert clean.acceleration < 0.2


@pytest.mark.parametrize(
    ("fault", "frames"),
    [
        ("doubled", (3, 4, 4, 5)),
        ("skipped", (3, 4, 7, 8)),
        ("reversed", (3, 4, 3, 2)),
        ("twice as fast", (3, 4, 6, 8)),
        ("jumps back", (6, 7, 2, 3)),
        ("frozen", (3, 4, 4, 4)),
    ],
)
def test_faults_of_motion_are_told(shot, fault, frames):
    """Frames doubled, skipped, reversed, too fast: error and acceleration pass their limits."""
    clean, found = watched(shot, (3, 4, 5, 6)), watched(shot, frames)
    assert found.error_px > max(LIMITS["motion"].value, 4 * clean.error_px), fault
    assert found.acceleration > LIMITS["acceleration"].value, fault


def test_a_flow_that_was_given_counts_for_moving_bodies():
    """A whole picture that slides: right with the flow that a track declares, wrong without."""
    pictures = [shifted(textured(7), 3.0 * k, -2.0 * k)[20:-20, 20:-20] for k in range(4)]
    h, w = pictures[0].shape[:2]
    everywhere = np.ones((h, w), bool)
    told = DeclaredFlow(np.broadcast_to(np.array([3.0, -2.0]), (h, w, 2)).copy(), everywhere)
    still = DeclaredFlow(np.zeros((h, w, 2)), everywhere)
    right, wrong = motion(pictures, [told] * 3), motion(pictures, [still] * 3)
    assert right.error_px < 0.3
    assert right.speed_px == pytest.approx(np.hypot(3, 2))
    assert wrong.error_px == pytest.approx(np.hypot(3, 2), abs=0.3)
    assert np.isnan(wrong.acceleration)  # nothing is declared to move


def test_motion_without_texture_is_not_measured(shot):
    flat = [np.full_like(shot[0].image, 90)] * 4
    views = shot[3:7]
    declared = [declared_flow(now, after) for now, after in pairwise(views)]
    found = motion(flat, declared)
    assert np.isnan(found.error_px)
    assert judge("motion", found.error_px, QUIET, "here").verdict == "not measurable"
    with pytest.raises(ValueError, match="expected one flow between each two of 3 or more"):
        motion(flat, declared[:2])


# --- M4: flicker ----------------------------------------------------------------------------------------------------------


def lit(shot, gains):
    """The frames, each times its gain; dithered, as light changes below a code too."""
    rng, views = np.random.default_rng(0), []
    for view, gain in zip(shot, gains, strict=True):
        codes = view.image * gain + rng.random(view.image.shape)
        views.append(replace(view, image=np.clip(np.floor(codes), 0, 255).astype(np.uint8)))
    return views


def test_flicker_grows_with_the_gain(shot):
    """Light that trembles by g of its codes: L* steps twice that each frame, back and forth, so its change is four times."""
    sign = (-1.0) ** np.arange(FRAMES)
    found = {g: flicker(lit(shot, 1 + g / 100 * sign)).value for g in (0, 0.5, 1, 2)}
    seen = shot[0].anchor_id >= GROUND
    code = np.float32(np.median(shot[0].image[seen].mean(-1)) / 255)
    lightness = cv2.cvtColor(np.full((1, 1, 3), code), cv2.COLOR_RGB2LAB)[0, 0, 0]
    slope = 2.4 * code / (code + 0.055) * (lightness + 16) / 3  # dL* / dln(code): sRGB's curve, then a cube root
    assert found[0] < 0.1
    for g in (0.5, 1, 2):
        assert found[g] == pytest.approx(4 * g / 100 * slope, rel=0.1), g
    assert judge("flicker", found[1], QUIET, "shot").verdict == "fail"
    assert judge("flicker", found[0], QUIET, "shot").verdict == "pass"


def test_a_fade_is_no_flicker(shot):
    """A steady fade of 1 % a frame has equal steps; one bright frame has not, and is named."""
    assert flicker(lit(shot, 0.99 ** np.arange(FRAMES))).value < 0.15
    gains = np.ones(FRAMES)
    gains[4] = 1.05
    found = flicker(lit(shot, gains))
    assert found.frame == 4
    assert found.value > 5 * flicker(shot).value


def test_flicker_needs_three_frames_that_share_something(shot):
    with pytest.raises(ValueError, match="expected 3 or more"):
        flicker(shot[:2])
    away = replace(shot[1], anchor_id=np.zeros_like(shot[1].anchor_id))
    assert np.isnan(flicker([shot[0], away, shot[2]]).value)


# --- verdicts -------------------------------------------------------------------------------------------------------------


def test_floors_come_from_within_shots():
    noise = floor([*range(1, 11), nan])
    assert (noise.median, noise.p90, noise.pairs) == (5.5, pytest.approx(9.1), 10)
    assert floor([nan]).p90 == inf
    assert pairs_within(10, 4, 3) == ((0, 4), (2, 6), (5, 9))
    assert pairs_within(5, 4, 9) == ((0, 4),)
    assert pairs_within(4, 4, 9) == ()


def test_verdicts():
    """Up to the limit passes; a floor above the limit, or nothing found, is not measurable."""
    assert judge("anchor position", 4.0, QUIET, "x").verdict == "pass"
    assert judge("anchor position", 4.1, QUIET, "x").verdict == "fail"
    assert judge("anchor position", 0.1, Floor(3, 11.9, 8), "x").verdict == "not measurable"
    assert judge("anchor position", nan, QUIET, "x").verdict == "not measurable"
    assert judge("anchor position", 9.0, floor([]), "x").verdict == "not measurable"
    figures = (Figure(GROUND, 50.0, 900, counts=False), Figure(2, 1.0, 80), Figure(7, 3.0, 70))
    told = judge_worst("anchor colour", figures, QUIET, "a | b, frame 12")
    assert (told.value, told.unit, told.limit, told.floor) == (3.0, "dE", 6.0, 0.3)
    assert told.where == "anchor 7 at a | b, frame 12"
    assert judge_worst("anchor colour", figures[:1], QUIET, "a | b").verdict == "not measurable"


# --- a film ---------------------------------------------------------------------------------------------------------------

FILM = """\
title: Yard
fps: 24
size: 384x216
seed: 3
places:
  yard:
    light: day
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 2m}
      crate: {box: 1.4 x 1.4 x 1.4m, look: weathered timber crate, in_front_of: tower, gap: 2m}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: shed, gap: 2m}
shots:
  - shot: front
    duration: 0.5s
    camera: {frame: WS tower shed, from: south-west, height: 2m, move: truck right 1m linear}
    motion: {ada: walk to crate}
  - shot: back
    duration: 0.5s
    camera: {frame: WS tower shed, from: south, height: 3m, move: arc left 4deg linear}
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A film as it is delivered, its frames with the geometry that the rehearsal declares, by shot."""
    shotlist = composer.read(FILM, "yard.yaml")
    made = composer.compose(shotlist, generator="previz", out=tmp_path_factory.mktemp("yard"))
    pictures, rehearsal, shots = media.read_frames(made.path), rehearse(shotlist), {}
    for shot in made.plan.shots:
        cameras, world = rehearsal.film_tracks(shot, SIZE)
        scene = rehearsal.scenes["yard"]
        shots[shot.shot] = [
            View(next(pictures), hits.depth, hits.anchor_id, cameras[k])
            for k in range(len(shot.frames))
            for hits in [scene.cast(cameras[k], SIZE, world[k])]
        ]
    return SimpleNamespace(before=shots["front"], after=shots["back"])


def test_a_film_measures_under_its_limits(film):
    """The animatic, compressed as it is delivered: every measure has a floor below its limit, and passes across the cut."""
    both = [common(film.before[i], film.before[j]) for i, j in pairs_within(len(film.before), 8, 4)]
    both += [common(film.after[i], film.after[j]) for i, j in pairs_within(len(film.after), 8, 4)]
    cut = common(film.before[-1], film.after[0])
    for name, measure in (("anchor colour", anchor_colour), ("anchor position", anchor_position)):
        noise = floor(worst(measure(pair)).value for pair in both)
        told = judge_worst(name, measure(cut), noise, "front | back")
        assert told.verdict == "pass", told
        assert noise.p90 < told.limit
    for shot in (film.before, film.after):
        moves = []
        for start in range(0, len(shot) - 3, 3):
            views = shot[start : start + 4]
            declared = [declared_flow(now, after) for now, after in pairwise(views)]
            moves.append(motion([view.image for view in views], declared))
        assert max(found.error_px for found in moves) < LIMITS["motion"].value
        assert judge("flicker", flicker(shot).value, QUIET, "shot").verdict == "pass"
