"""Spatial memory against pictures that were never shown to it, and the choice of what it reads."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from places import NOBODY, body, camera, crowd, person, place, solid, standing

from composer import geometry as g
from composer.controls import MOST_SOURCES, Memory, Moment, SourceView, survey, traces
from composer.controls import choose as chosen_by
from composer.scene import Scene
from composer.shade import Shader
from composer.types import (
    FIRST_ANCHOR,
    FIRST_SUBJECT,
    GROUND,
    BodyTrack,
    Camera,
    CameraTrack,
    SourceFrame,
    WorldState,
    WorldTrack,
)

SIZE, FOCAL = (512, 288), 400.0
GROSS = 48  # codes, a fifth of the range: more than a softer picture explains, less than another surface makes


@cache
def yard():
    return Scene(place(*crowd(12, seed=3), mara=person()))


def at(x, y):
    return WorldState(0, {"mara": body(standing(x, y, 0.85), 1.4, 0.5)})


def view(eye, target=(0, 20, 2)):
    return camera(eye, target, SIZE, FOCAL)


def texture(p, anchor_id):
    """Colours in sRGB codes that stick to points: waves of 0.6 m to 5 m, unlike on every anchor."""
    waves = [
        55 * np.sin(p @ np.array(a) + anchor_id * k) + 45 * np.sin(p @ np.array(b) - anchor_id * k)
        for k, a, b in (
            (1.0, (7, 2, 4), (1, 1.3, 2)),
            (1.7, (-3, 5, 6), (2, -1, 1)),
            (2.3, (4, -6, 3), (-1, 2, 1.5)),
        )
    ]
    return 127 + np.stack(waves, axis=-1)


def picture(scene, eye, state, samples=3):
    """The textured scene, each pixel the mean of `samples` x `samples` rays, and the hits of the middles."""
    total = np.zeros((SIZE[1], SIZE[0], 3))
    for dy in (np.arange(samples) + 0.5) / samples - 0.5:
        for dx in (np.arange(samples) + 0.5) / samples - 0.5:
            shifted = Camera(eye.K + np.array([[0, 0, -dx], [0, 0, -dy], [0, 0, 0]]), eye.T_world_camera)
            hits = scene.cast(shifted, SIZE, state)
            depth = np.where(np.isfinite(hits.depth), hits.depth, 1e3).astype(float)
            spots = g.unproject(shifted, g.pixel_centres(SIZE), depth)
            moves = hits.anchor_id >= FIRST_SUBJECT  # what moves carries its colours along
            T_geom_world = g.invert(scene.T_world_geom(state))[hits.geom[moves]]
            spots[moves] = np.einsum("nij,nj->ni", T_geom_world[:, :3, :3], spots[moves]) + T_geom_world[:, :3, 3]
            total += texture(spots, hits.anchor_id)
    hits = scene.cast(eye, SIZE, state)
    return np.round(total / samples**2).clip(0, 255).astype(np.uint8), hits


def source(scene, eye, state):
    image, hits = picture(scene, eye, state)
    return SourceView(image, Moment(eye, state, hits))


def choose(target, candidates):
    return chosen_by(target, candidates).sources


def still(hits):
    return (hits.anchor_id >= GROUND) & (hits.anchor_id < FIRST_SUBJECT)


def test_a_frame_recalled_in_its_own_camera_is_itself():
    scene, eye, state = yard(), view((0, -6, 1.7)), at(1, 3)
    image, hits = picture(scene, eye, state)
    remembered, valid = Memory(scene, [SourceView(image, Moment(eye, state, hits))]).recall(Moment(eye, state, hits))
    assert np.array_equal(remembered[valid], image[valid])
    assert not remembered[~valid].any()
    # all but the edges of things, the rim, and what is seen along its surface
    ids = np.pad(hits.anchor_id, 1, constant_values=-1)
    h, w = hits.depth.shape
    around = np.stack([ids[i : i + h, j : j + w] for i in range(3) for j in range(3)])
    rays = g.directions(eye.K, g.pixel_centres(SIZE)) @ eye.T_world_camera[:3, :3].T
    cosine = -(hits.normal * rays).sum(axis=-1) / np.linalg.norm(rays, axis=-1)
    assert np.array_equal(valid, (hits.anchor_id >= GROUND) & (around == hits.anchor_id).all(axis=0) & (cosine >= 0.08))


@cache
def held_out():
    """Errors (largest channel, codes) where valid, and how much of what the sources truly saw is valid."""
    scene = yard()
    eyes = [view((x, -6 + 0.05 * x * x, 1.7 + 0.1 * k)) for k, x in enumerate(np.linspace(-14, 14, MOST_SOURCES))]
    memory = Memory(scene, [source(scene, eye, at(k, 3)) for k, eye in enumerate(eyes)])
    errors, shown, seen = [], 0, 0
    for eye in (view((3, -5, 1.7)), view((-5, -7, 3.0), (-2, 20, 2)), view((7, -4, 2.2), (2, 20, 1))):
        state = at(-3, 5)
        image, hits = picture(scene, eye, state)
        remembered, valid = memory.recall(Moment(eye, state, hits))
        truly = truly_seen(scene, eye, hits, eyes)
        errors.append(np.abs(remembered[valid].astype(float) - image[valid]))
        shown, seen = shown + (valid & truly).sum(), seen + truly.sum()
    return np.concatenate(errors), shown / seen


def truly_seen(scene, eye, hits, eyes):
    """Which pixels' spots some source saw, asked of the scene itself, ray by ray."""
    mask = still(hits)
    spots = g.unproject(eye, g.pixel_centres(SIZE)[mask], hits.depth[mask].astype(float))
    normal, seen = hits.normal[mask].astype(float), np.zeros(mask.sum(), bool)
    for k, other in enumerate(eyes):
        pixels, depth = g.project(other, spots)
        inside = (depth > 0) & np.all((pixels > 0) & (pixels < SIZE), axis=-1)
        rays = spots - other.T_world_camera[:3, 3]
        first = scene.cast_rays(other.T_world_camera[:3, 3], rays, at(k, 3)).depth
        cosine = -(rays * normal).sum(axis=1) / np.linalg.norm(rays, axis=1)
        seen |= inside & (np.abs(first - 1) < 1e-3) & (cosine >= 0.08)
    truly = np.zeros(mask.shape, bool)
    truly[mask] = seen
    return truly


def test_held_out_views_are_recalled_as_they_are():
    errors, coverage = held_out()
    psnr = 10 * np.log10(255**2 / np.mean(errors**2))
    gross = np.mean(errors.max(axis=1) > GROSS)
    assert psnr >= 32
    assert gross <= 0.003
    assert coverage >= 0.96


def test_what_stood_behind_something_is_not_valid():
    wall, tower = solid(0, "box", (6, 0.2, 4), standing(0, 5, 2)), solid(1, "box", (3, 3, 3), standing(0, 12, 1.5))
    scene = Scene(place(wall, tower))
    front, side, nobody = view((0, -4, 1.7), (0, 5, 1.7)), view((12, 0, 1.7), (0, 12, 1.7)), WorldState(0, {})
    memory = Memory(scene, [source(scene, front, nobody)])
    _, hits = picture(scene, side, nobody, 1)
    _, valid = memory.recall(Moment(side, nobody, hits))
    assert (hits.anchor_id == tower.id).sum() > 800
    assert not valid[hits.anchor_id == tower.id].any()
    assert valid[hits.anchor_id == GROUND].any()


def test_the_same_surface_of_another_thing_is_not_valid():
    crate = solid(0, "box", (2, 2, 2), standing(0, 6, 1))
    scene = Scene(place(crate, mara=replace(crate, id=FIRST_SUBJECT)))
    eye, nobody = view((0, -2, 1.7), (0, 6, 1)), WorldState(0, {})
    seen, hits = source(scene, eye, nobody), scene.cast(eye, SIZE, nobody)
    crates = hits.anchor_id == FIRST_ANCHOR
    other = next(g for g, geom in enumerate(scene.geoms) if geom.id == FIRST_SUBJECT)
    renamed = replace(hits, geom=np.where(crates, other, hits.geom).astype(np.int16))
    there = WorldState(0, {"mara": body(standing(0, 6, 1))})
    memory = Memory(scene, [seen])
    assert memory.recall(Moment(eye, nobody, hits))[1][crates].any()
    assert not memory.recall(Moment(eye, there, renamed))[1][crates].any()


def test_a_subject_that_moved_leaves_nothing_behind():
    scene, eye = yard(), view((0, -6, 1.7))
    before, after = at(0, 2), at(2, 4)
    image, hits = picture(scene, eye, before)
    image[hits.anchor_id >= FIRST_SUBJECT] = (255, 0, 255)
    _, later = picture(scene, eye, after, 1)
    memory = Memory(scene, [SourceView(image, Moment(eye, before, hits))])
    remembered, valid = memory.recall(Moment(eye, after, later))
    gone = (hits.anchor_id >= FIRST_SUBJECT) & still(later)
    assert gone.sum() > 800
    assert not valid[gone].any()
    body_seen = later.anchor_id >= FIRST_SUBJECT
    assert valid[body_seen].mean() > 0.3
    assert (remembered[valid & body_seen] == (255, 0, 255)).all(), "a body keeps what was seen of it"
    assert not (remembered == (255, 0, 255)).all(axis=-1)[~body_seen].any()


def painted(scene, eye, code, state=NOBODY):
    seen = source(scene, eye, state)
    return replace(seen, image=np.full_like(seen.image, code))


def wall():
    return Scene(place(solid(0, "box", (20, 0.2, 10), standing(0, 10, 5))))


def recalled(scene, sources, eye, state=NOBODY):
    return Memory(scene, sources).recall(Moment(eye, state, scene.cast(eye, SIZE, state)))


def test_the_nearer_source_wins_and_equals_are_mixed():
    scene, near, far = wall(), view((0, 2, 3), (0, 10, 3)), view((0, -8, 3), (0, 10, 3))
    middle = (slice(100, 180), slice(200, 300))
    for sources in (
        [painted(scene, near, 10), painted(scene, far, 20)],
        [painted(scene, far, 20), painted(scene, near, 10)],
    ):
        remembered, valid = recalled(scene, sources, near)
        assert valid[middle].all()
        assert (remembered[middle] == 10).all()
    remembered, _ = recalled(scene, [painted(scene, near, 10), painted(scene, near, 30)], near)
    assert (remembered[middle] == 20).all()


def test_a_sharper_source_wins_over_a_straighter_one():
    scene, target = wall(), view((0, 2, 3), (0, 10, 3))
    far, sideways = view((0, -8, 3), (0, 10, 3)), view((1.5, 2.2, 3), (0, 10, 3))
    remembered, _ = recalled(scene, [painted(scene, sideways, 10), painted(scene, far, 20)], target)
    assert (remembered[100:180, 200:300] == 10).all()


def test_no_source_takes_over_at_once():
    """A camera that trucks past two sources of other colours: what each spot shows never jumps."""
    scene, aims = wall(), [(x, 10, 3) for x in (-2, 2)]
    sources = [
        painted(scene, view((x, 2, 3), aim), code) for x, aim, code in zip((-2, 2), aims, (60, 180), strict=True)
    ]
    shown = []
    for x in np.linspace(-2, 2, 60):
        remembered, valid = recalled(scene, sources, view((x, 2, 3), (x, 10, 3)))
        column = int(SIZE[0] / 2 - FOCAL * x / 7.9)
        assert valid[140, column]
        shown.append(int(remembered[140, column, 0]))
    assert shown[0] < 75
    assert shown[-1] > 165
    assert np.abs(np.diff(shown)).max() <= 20


def test_half_a_pixel_aside_is_the_mean_of_two():
    scene = Scene(place(solid(0, "box", (40, 0.2, 20), standing(0, 10, 5))))
    eye = view((0, 1.9, 5), (0, 10, 5))  # 8 m from the wall: a pixel is 2 cm
    aside = view((0.01, 1.9, 5), (0.01, 10, 5))
    image = np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    seen = SourceView(image, Moment(eye, NOBODY, scene.cast(eye, SIZE, NOBODY)))
    remembered, valid = recalled(scene, [seen], aside)
    inside = (slice(2, -2), slice(2, -2))
    mean = (image[:, :-1].astype(float) + image[:, 1:])[inside] / 2
    assert valid[inside].all()
    assert np.abs(remembered[:, :-1][inside] - mean).max() <= 0.51


def test_what_is_seen_smaller_than_it_was_made_is_averaged():
    scene, near, far = wall(), view((0, 6, 3), (0, 10, 3)), view((0, -22, 3), (0, 10, 3))
    checks = (np.add.outer(np.arange(SIZE[1]), np.arange(SIZE[0])) % 2 * 255).astype(np.uint8)
    hits = scene.cast(near, SIZE, NOBODY)
    seen = SourceView(np.repeat(checks[..., None], 3, 2), Moment(near, NOBODY, hits))
    remembered, valid = recalled(scene, [seen], far)
    assert valid.sum() > 1500
    assert np.abs(remembered[valid].astype(int) - 127).max() <= 3
    again, _ = recalled(scene, [seen], near)
    assert np.ptp(again[100:180, 200:300]) == 255, "at its own size nothing is lost"


def test_a_source_that_saw_another_depth_is_not_valid():
    scene, eye, state = yard(), view((0, -6, 1.7)), at(1, 3)
    seen = source(scene, eye, state)
    hits = seen.moment.hits

    def valid_at(stretch):
        other = replace(seen, moment=replace(seen.moment, hits=replace(hits, depth=hits.depth * np.float32(stretch))))
        return Memory(scene, [other]).recall(seen.moment)[1]

    assert valid_at(1.01).any()
    assert not valid_at(1.5).any()


def test_too_many_or_no_sources_are_refused():
    scene = yard()
    seen = source(scene, view((0, -6, 1.7)), at(0, 3))
    with pytest.raises(ValueError, match="9 memory sources"):
        Memory(scene, [seen] * 9)
    with pytest.raises(ValueError, match="0 memory sources"):
        Memory(scene, [])


# --- what moves -----------------------------------------------------------------------------------------------------------


def drum(x, y, angle_rad=0.0):
    return body(standing(x, y, 0.75, angle_rad))


@cache
def quay():
    barrel = replace(solid(0, "cylinder", (1, 1, 1.5), standing(0, 0, 0.75), FIRST_SUBJECT), look="blue steel oil drum")
    shed = replace(solid(0, "box", (8, 3, 4), standing(0, 14, 2)), look="red brick shed", looks={"burnt": "black soot"})
    return Scene(replace(place(shed, barrel=barrel), ground="concrete slabs"))


def shot(eye, state, light="day"):
    """A frame of the animatic, as memory would take it."""
    scene = quay()
    moment = Moment(eye, state, scene.cast(eye, SIZE, state))
    image = Shader(scene, light)(moment.hits, eye, state)
    return SourceView(image, moment, traces(scene, light, moment))


def apart(a, b):
    """Difference of sRGB codes as CIE76 delta E."""
    lab = [cv2.cvtColor((v / np.float32(255))[None], cv2.COLOR_RGB2LAB)[0] for v in (a, b)]
    return np.linalg.norm(lab[0] - lab[1], axis=-1)


def traced(a, b, mask):
    """By how many codes patches of 9 x 9 pixels differ where both are to be compared: more than detail, less than a trace."""
    counted = cv2.boxFilter(mask.astype(np.float32), -1, (9, 9))
    apart_ = np.where(mask[..., None], a.astype(np.float32) - b, 0)
    patches = cv2.boxFilter(apart_, -1, (9, 9)) / np.maximum(counted, 1e-6)[..., None]
    return np.abs(patches[counted > 0.5]).max(axis=-1)


@pytest.mark.parametrize("light", ["day", "dawn", "overcast"])
def test_a_barrel_moved_between_shots_leaves_nothing_of_itself_behind_and_keeps_its_own_look(light):
    before, after = WorldState(0, {"barrel": drum(-2, 3)}), WorldState(1, {"barrel": drum(2.5, 4, 0.3)}, 5.0)
    scene, eye, later = quay(), view((0, -6, 3), (0, 8, 1)), view((0.6, -6.2, 3.1), (0.2, 8, 1))
    source = shot(eye, before, light)
    now = shot(later, after, light).moment
    remembered, valid = Memory(scene, [source]).recall(now)
    empty = Shader(scene, light)(scene.cast(later, SIZE, NOBODY), later, NOBODY)
    own = Shader(scene, light)(now.hits, later, after)
    place_seen, barrel_seen = valid & still(now.hits), valid & (now.hits.anchor_id >= FIRST_SUBJECT)
    assert place_seen.mean() > 0.4
    assert traced(remembered, empty, place_seen).max() < 8
    was_there = np.zeros(SIZE[::-1], bool)
    spots, _ = g.project(later, np.array([[-2 + 0.3 * a, 2.4 + 0.3 * b, 0.0] for a in range(-2, 3) for b in range(3)]))
    was_there[tuple(spots.astype(int).T[::-1])] = True
    assert not valid[was_there].any(), "the ground under the barrel was never seen"
    assert barrel_seen.sum() > 0.6 * (now.hits.anchor_id >= FIRST_SUBJECT).sum()
    assert np.median(apart(remembered[barrel_seen], own[barrel_seen])) < 10, "its own look, in light from another side"


def test_without_masks_its_shadow_would_stay_behind():
    before, eye = WorldState(0, {"barrel": drum(-2, 3)}), view((0, -6, 3), (0, 8, 1))
    source = shot(eye, before)
    scene, nobody = quay(), Moment(eye, NOBODY, quay().cast(eye, SIZE, NOBODY))
    empty = Shader(scene, "day")(nobody.hits, eye, NOBODY)
    kept, valid = Memory(scene, [replace(source, masked=None)]).recall(nobody)
    assert traced(kept, empty, valid & still(nobody.hits)).max() > 30
    kept, valid = Memory(scene, [source]).recall(nobody)
    assert traced(kept, empty, valid & still(nobody.hits)).max() < 8


def test_a_lamp_casts_shadows_too():
    lamp = replace(solid(0, "box", (0.3, 0.3, 3), standing(0, 6, 1.5)), lamp=(1.0, 0.8, 0.5))
    scene = Scene(place(lamp, mara=person()))
    eye, state = view((0, -6, 4), (0, 4, 0)), at(0.5, 3)
    moment = Moment(eye, state, scene.cast(eye, SIZE, state))
    found = traces(scene, "night", moment)
    shadow, _ = g.project(eye, np.array([[0.75, 1.5, 0.0]]))  # on from the lamp, past her
    free, _ = g.project(eye, np.array([[-2.0, 2.0, 0.0]]))
    assert found[int(shadow[0, 1]), int(shadow[0, 0])]
    assert not found[int(free[0, 1]), int(free[0, 0])]
    assert not traces(scene, "night", Moment(eye, NOBODY, scene.cast(eye, SIZE, NOBODY))).any()


def test_a_look_that_was_taken_on_is_not_remembered_from_before():
    scene, eye = quay(), view((0, -6, 3), (0, 8, 1))
    burnt = WorldState(1, {}, 5.0, {"box_0": "burnt"})
    hits = scene.cast(eye, SIZE, NOBODY)
    shed = hits.anchor_id == FIRST_ANCHOR
    memory = Memory(scene, [shot(eye, NOBODY)])
    assert memory.recall(Moment(eye, NOBODY, hits))[1][shed].mean() > 0.8
    valid = memory.recall(Moment(eye, burnt, hits))[1]
    assert not valid[shed].any()
    assert valid[hits.anchor_id == GROUND].mean() > 0.8
    assert Memory(scene, [shot(eye, burnt)]).recall(Moment(eye, burnt, hits))[1][shed].mean() > 0.8


def test_a_walker_is_remembered_limb_by_limb():
    scene, eye = yard(), camera((0, -1.5, 1.2), (0, 3, 0.9), SIZE, 500)
    before, after = at(0, 2), WorldState(1, {"mara": body(standing(0.3, 2.2, 0.85), 1.4, 0.9)})
    remembered, valid = recalled(scene, [source(scene, eye, before)], eye, after)
    image, hits = picture(scene, eye, after)
    mask = valid & (hits.anchor_id == FIRST_SUBJECT)
    assert mask.sum() > 0.5 * (hits.anchor_id == FIRST_SUBJECT).sum()
    errors = np.abs(remembered[mask].astype(float) - image[mask])
    assert np.percentile(errors, 95) < 30


# --- what it reads ------------------------------------------------------------------------------------------------------


def segment(eyes):
    track = CameraTrack(np.stack([e.K for e in eyes]), np.stack([e.T_world_camera for e in eyes]), SIZE)
    mara = at(0, 3).bodies["mara"]
    f = len(eyes)
    waiting = BodyTrack(np.repeat(mara.T_world_body[None], f, 0), np.zeros((f, 3)), np.zeros((f, 3)), np.zeros(f))
    return survey(yard(), track, WorldTrack({"mara": waiting}, np.arange(f) / 24))


def truck(x0, x1, frames=25):
    return [view((x, -6, 1.7), (x, 20, 2)) for x in np.linspace(x0, x1, frames)]


def test_thumbnails_are_taken_every_half_second_and_of_the_last_frame():
    views = segment(truck(0, 1, 30))
    assert [v.frame for v in views] == [0, 12, 24, 29]
    assert views[0].moment.hits.depth.shape == (27, 48)


def test_a_segment_that_saw_the_same_is_enough():
    target = segment(truck(0, 0.2))
    chosen = choose(target, {"away": segment(truck(40, 45)), "same": segment(truck(0, 0.2))})
    assert {s.segment for s in chosen} == {"same"}
    assert len(chosen) <= 3


def test_each_side_comes_from_who_saw_it():
    target = segment([view((x, -14, 2), (x, 20, 2)) for x in (0.0, 0.1)])
    candidates = {
        "left": segment(truck(-12, -9)),
        "right": segment(truck(9, 12)),
        "behind": segment([view((0, -6, 2), (0, -20, 1))] * 3),
    }
    chosen = choose(target, candidates)
    assert {s.segment for s in chosen} == {"left", "right"}
    assert list(chosen) == sorted(chosen, key=lambda s: (list(candidates).index(s.segment), s.frame))
    assert chosen == choose(target, candidates)


def test_of_equals_the_most_recent_is_read_and_never_more_than_fit():
    still_eyes = [view((0, -6, 1.7))] * 3
    assert choose(segment(still_eyes), {"old": segment(still_eyes), "new": segment(still_eyes)}) == (
        SourceFrame("new", 2),
    )
    close = [camera((x, -6, 2), (x, 4, 0), SIZE, 1200) for x in range(-12, 13, 2)]
    many = {f"s{k}": segment([eye, eye]) for k, eye in enumerate(close)}
    wide = segment([view((0, -16, 5), (0, 4, 0))] * 2)
    assert len(choose(wide, many)) == MOST_SOURCES


def test_nothing_seen_nothing_read():
    assert choose(segment(truck(0, 1)), {}) == ()
    assert choose(segment(truck(0, 1)), {"up": segment([view((0, 0, 50), (0, 1, 90))] * 2)}) == ()
