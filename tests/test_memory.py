"""Spatial memory against pictures that were never shown to it, and the choice of what it reads."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from places import body, camera, crowd, person, place, solid, standing

from composer import geometry as g
from composer.controls import MOST_SOURCES, Memory, SourceView, choose, survey
from composer.scene import Scene
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
    """Colours in sRGB codes that stick to world points: waves of 0.6 m to 5 m, unlike on every anchor."""
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
            total += texture(g.unproject(shifted, g.pixel_centres(SIZE), depth), hits.anchor_id)
    hits = scene.cast(eye, SIZE, state)
    return np.round(total / samples**2).clip(0, 255).astype(np.uint8), hits


def source(scene, eye, state):
    image, hits = picture(scene, eye, state)
    return SourceView(image, hits.depth, hits.anchor_id, eye)


def recall(memory, eye, hits):
    return memory.recall(eye, hits.depth, hits.normal, hits.anchor_id)


def still(hits):
    return (hits.anchor_id >= GROUND) & (hits.anchor_id < FIRST_SUBJECT)


def test_a_frame_recalled_in_its_own_camera_is_itself():
    scene, eye, state = yard(), view((0, -6, 1.7)), at(1, 3)
    image, hits = picture(scene, eye, state)
    remembered, valid = recall(Memory([SourceView(image, hits.depth, hits.anchor_id, eye)]), eye, hits)
    assert np.array_equal(remembered[valid], image[valid])
    assert not remembered[~valid].any()
    # all but the edges of things, the rim, and what is seen along its surface
    ids = np.pad(hits.anchor_id, 1, constant_values=-1)
    h, w = hits.depth.shape
    around = np.stack([ids[i : i + h, j : j + w] for i in range(3) for j in range(3)])
    rays = g.directions(eye.K, g.pixel_centres(SIZE)) @ eye.T_world_camera[:3, :3].T
    cosine = -(hits.normal * rays).sum(axis=-1) / np.linalg.norm(rays, axis=-1)
    assert np.array_equal(valid, still(hits) & (around == hits.anchor_id).all(axis=0) & (cosine >= 0.08))


@cache
def held_out():
    """Errors (largest channel, codes) where valid, and how much of what the sources truly saw is valid."""
    scene = yard()
    eyes = [view((x, -6 + 0.05 * x * x, 1.7 + 0.1 * k)) for k, x in enumerate(np.linspace(-14, 14, MOST_SOURCES))]
    memory = Memory([source(scene, eye, at(k, 3)) for k, eye in enumerate(eyes)])
    errors, shown, seen = [], 0, 0
    for eye in (view((3, -5, 1.7)), view((-5, -7, 3.0), (-2, 20, 2)), view((7, -4, 2.2), (2, 20, 1))):
        state = at(-3, 5)
        image, hits = picture(scene, eye, state)
        remembered, valid = recall(memory, eye, hits)
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
    memory = Memory([source(scene, front, nobody)])
    _, hits = picture(scene, side, nobody, 1)
    _, valid = recall(memory, side, hits)
    assert (hits.anchor_id == tower.id).sum() > 800
    assert not valid[hits.anchor_id == tower.id].any()
    assert valid[hits.anchor_id == GROUND].any()


def test_the_same_surface_of_another_thing_is_not_valid():
    crate = solid(0, "box", (2, 2, 2), standing(0, 6, 1))
    scene, nobody, eye = Scene(place(crate)), WorldState(0, {}), view((0, -2, 1.7), (0, 6, 1))
    seen = source(scene, eye, nobody)
    hits = scene.cast(eye, SIZE, nobody)
    renamed = np.where(hits.anchor_id == FIRST_ANCHOR, FIRST_ANCHOR + 1, hits.anchor_id).astype(np.int16)
    _, valid = Memory([seen]).recall(eye, hits.depth, hits.normal, renamed)
    assert not valid[renamed == FIRST_ANCHOR + 1].any()


def test_a_subject_that_moved_leaves_nothing_behind():
    scene, eye = yard(), view((0, -6, 1.7))
    before, after = at(0, 2), at(2, 4)
    image, hits = picture(scene, eye, before)
    image[hits.anchor_id >= FIRST_SUBJECT] = (255, 0, 255)
    _, later = picture(scene, eye, after, 1)
    remembered, valid = recall(Memory([SourceView(image, hits.depth, hits.anchor_id, eye)]), eye, later)
    gone = (hits.anchor_id >= FIRST_SUBJECT) & still(later)
    assert gone.sum() > 800
    assert not valid[gone].any()
    assert not valid[later.anchor_id >= FIRST_SUBJECT].any()
    assert not (remembered == (255, 0, 255)).all(axis=-1).any()


def test_the_nearer_source_wins_and_the_later_of_equals():
    wall = solid(0, "box", (20, 0.2, 10), standing(0, 10, 5))
    scene, nobody = Scene(place(wall)), WorldState(0, {})
    near, far = view((0, 2, 3), (0, 10, 3)), view((0, -8, 3), (0, 10, 3))

    def painted(eye, code):
        seen = source(scene, eye, nobody)
        return SourceView(np.full_like(seen.image, code), seen.depth, seen.anchor_id, seen.camera)

    hits = scene.cast(near, SIZE, nobody)
    middle = (slice(100, 180), slice(200, 300))
    for sources in ([painted(near, 10), painted(far, 20)], [painted(far, 20), painted(near, 10)]):
        remembered, valid = recall(Memory(sources), near, hits)
        assert valid[middle].all()
        assert (remembered[middle] == 10).all()
    remembered, _ = recall(Memory([painted(near, 10), painted(near, 30)]), near, hits)
    assert (remembered[middle] == 30).all()


def test_a_sharper_source_wins_over_a_straighter_one():
    scene, nobody = Scene(place(solid(0, "box", (20, 0.2, 10), standing(0, 10, 5)))), WorldState(0, {})
    target, far, sideways = view((0, 2, 3), (0, 10, 3)), view((0, -8, 3), (0, 10, 3)), view((1.5, 2.2, 3), (0, 10, 3))
    seen = [source(scene, eye, nobody) for eye in (sideways, far)]
    painted = [replace(s, image=np.full_like(s.image, code)) for s, code in zip(seen, (10, 20), strict=True)]
    remembered, _ = recall(Memory(painted), target, scene.cast(target, SIZE, nobody))
    assert (remembered[100:180, 200:300] == 10).all()


def test_half_a_pixel_aside_is_the_mean_of_two():
    scene, nobody = Scene(place(solid(0, "box", (40, 0.2, 20), standing(0, 10, 5)))), WorldState(0, {})
    eye = view((0, 1.9, 5), (0, 10, 5))  # 8 m from the wall: a pixel is 2 cm
    aside = view((0.01, 1.9, 5), (0.01, 10, 5))
    hits = scene.cast(eye, SIZE, nobody)
    image = np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)
    memory = Memory([SourceView(image, hits.depth, hits.anchor_id, eye)])
    remembered, valid = recall(memory, aside, scene.cast(aside, SIZE, nobody))
    inside = (slice(2, -2), slice(2, -2))
    mean = (image[:, :-1].astype(float) + image[:, 1:])[inside] / 2
    assert valid[inside].all()
    assert np.abs(remembered[:, :-1][inside] - mean).max() <= 0.51


def test_a_source_that_saw_another_depth_is_not_valid():
    scene, eye, state = yard(), view((0, -6, 1.7)), at(1, 3)
    seen = source(scene, eye, state)
    hits = scene.cast(eye, SIZE, state)
    _, valid = recall(Memory([replace(seen, depth=seen.depth * np.float32(1.01))]), eye, hits)
    assert valid.any()
    _, none = recall(Memory([replace(seen, depth=seen.depth * np.float32(1.5))]), eye, hits)
    assert not none.any()


def test_too_many_or_no_sources_are_refused():
    scene = yard()
    seen = source(scene, view((0, -6, 1.7)), at(0, 3))
    with pytest.raises(ValueError, match="9 memory sources"):
        Memory([seen] * 9)
    with pytest.raises(ValueError, match="0 memory sources"):
        Memory([])


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
    assert views[0].hits.depth.shape == (27, 48)


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
