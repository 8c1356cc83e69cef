"""The scene against known answers, and its rays against MuJoCo's own."""

from concurrent.futures import ThreadPoolExecutor
from math import pi, sqrt

import mujoco as mj
import numpy as np
import pytest
from places import NOBODY, body, camera, crowd, person, place, solid, standing

from composer import geometry as g
from composer.scene import Scene
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, GROUND, SKY, Camera, WorldState

SIZE = (96, 54)
MIDDLE = (slice(26, 28), slice(47, 49))


def test_the_ground_lies_where_its_plane_does():
    view = camera((1, 2, 1.6), (1, 9, 1.6))
    hits = Scene(place()).cast(view, SIZE, NOBODY)
    below = g.pixel_centres(SIZE)[..., 1] > 27
    depth = 1.6 * 80 / (g.pixel_centres(SIZE)[..., 1][below] - 27)
    assert np.allclose(hits.depth[below], depth, rtol=1e-6)
    assert np.all(hits.normal[below] == [0, 0, 1])
    assert np.all(hits.anchor_id[below] == GROUND)
    assert np.all(hits.geom[below] == 0)
    assert np.all(np.isposinf(hits.depth[~below]))
    assert np.all(hits.anchor_id[~below] == SKY)
    assert np.all(hits.geom[~below] == -1)
    assert not hits.normal[~below].any()


@pytest.mark.parametrize("shape", ["box", "cylinder", "sphere"])
def test_a_solid_is_seen_at_its_front(shape):
    scene = Scene(place(solid(0, shape, (2, 2, 2), standing(0, 10, 2))))
    hits = scene.cast(camera((0, 0, 2), (0, 10, 2)), SIZE, NOBODY)
    assert np.allclose(hits.depth[MIDDLE], 9, atol=1e-5 if shape == "box" else 5e-3)
    assert np.allclose(hits.normal[MIDDLE], [0, -1, 0], atol=1e-6 if shape == "box" else 0.06)
    assert np.all(hits.anchor_id[MIDDLE] == FIRST_ANCHOR)
    assert scene.geoms[hits.geom[27, 48]].shape == shape


def test_a_box_has_its_edges_where_they_project():
    scene = Scene(place(solid(0, "box", (2, 2, 2), standing(0, 10, 2))))
    hits = scene.cast(camera((0, 0, 2), (0, 10, 2)), SIZE, NOBODY)
    half_px = 80 / 9  # of 1 m at the front
    inside = np.abs(g.pixel_centres(SIZE) - [48, 27]).max(axis=-1) < half_px
    assert np.array_equal(hits.anchor_id == FIRST_ANCHOR, inside)


def test_a_sphere_is_round_to_the_last_digits():
    scene = Scene(place(solid(0, "sphere", (4, 4, 4), standing(1, 10, 3))))
    view = camera((0, 0, 2), (1, 10, 3))
    hits = scene.cast(view, SIZE, NOBODY)
    seen = hits.anchor_id == FIRST_ANCHOR
    spots = g.unproject(view, g.pixel_centres(SIZE)[seen], hits.depth[seen].astype(float))
    out = spots - [1, 10, 3]
    assert seen.sum() > 500
    assert np.abs(np.linalg.norm(out, axis=1) - 2).max() < 2e-6
    assert np.allclose(hits.normal[seen], out / 2, atol=2e-6)


def test_a_lying_cylinder_shows_its_side_to_one_and_its_end_to_another():
    T = standing(0, 10, 1)
    T[:3, :3] = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]  # its axis points east
    scene = Scene(place(solid(0, "cylinder", (2, 2, 6), T)))
    side = scene.cast_rays(np.array([1.5, 0, 1.0]), np.array([[0.0, 1, 0]]), NOBODY)
    end = scene.cast_rays(np.array([9.0, 10, 1.5]), np.array([[-2.0, 0, 0]]), NOBODY)
    assert side.depth[0] == pytest.approx(9)
    assert side.normal[0] == pytest.approx([0, -1, 0])
    assert end.depth[0] == pytest.approx(3)  # in lengths of its direction: 6 m
    assert end.normal[0] == pytest.approx([1, 0, 0])


def test_each_item_of_a_row_has_its_own_id():
    row = tuple(solid(i, "box", (1, 1, 1), standing(2 * i, 5, 0.5)) for i in range(3))
    scene = Scene(place(*row))
    rays = np.array([[2.0 * i, 5, 0] for i in range(3)])
    hits = scene.cast_rays(np.array([0, 0, 0.5]), rays, NOBODY)
    assert hits.anchor_id.tolist() == [FIRST_ANCHOR, FIRST_ANCHOR + 1, FIRST_ANCHOR + 2]
    assert [scene.geoms[k].name for k in hits.geom] == ["box_0", "box_1", "box_2"]


def moving_crowd():
    scene = Scene(place(*crowd(), mara=person(), cart=solid(1, "box", (1, 2, 1), standing(0, 0, 0), FIRST_SUBJECT)))
    state = WorldState(
        0, {"mara": body(standing(0.5, 3, 0.85, 0.7), 1.4, 1.0), "cart": body(standing(-2, 4, 0.5, 0.3), 2.0)}
    )
    return scene, state


@pytest.mark.parametrize("eye", [(0, -6, 1.7), (3, -2, 12), (-60, 20, 0.4), (1.2, 4.0, 0.9)])
def test_the_rays_agree_with_mujoco(eye):
    scene, state = moving_crowd()
    view = camera(eye, (0.5, 3.2, 1), (192, 108), 120)
    hits = scene.cast(view, (192, 108), state)
    d = g.directions(view.K, g.pixel_centres((192, 108))).reshape(-1, 3) @ view.T_world_camera[:3, :3].T
    geom, normal, depth = mujoco_rays(scene, np.array(eye, float), d, state)
    listed = scene.cast_rays(np.array(eye, float), d, state)
    for ours in (hits, listed):
        seen = geom >= 0
        assert np.array_equal(ours.geom.ravel(), geom)
        error = np.abs(ours.depth.ravel()[seen] - depth[seen])
        assert np.all(error <= 1e-6 + 1.2e-7 * depth[seen])  # and the rounding to 32 bits
        flip = np.sign(-(normal * d).sum(axis=1, keepdims=True))
        assert np.abs(ours.normal.reshape(-1, 3) - flip * normal)[seen].max() < 1e-6
    assert len({scene.geoms[k].shape for k in np.unique(geom[geom >= 0])}) >= 3


def mujoco_rays(scene, eye, d, state):
    scene.T_world_geom(state)  # poses this thread's data
    data = scene._own.data
    mj.mj_forward(scene._model.mujoco, data)
    n, length = len(d), np.linalg.norm(d, axis=1, keepdims=True)
    geom, distance, normal = np.empty(n, np.int32), np.empty(n), np.empty(3 * n)
    rays = (d / length).reshape(-1, 1)
    mj.mj_multiRay(scene._model.mujoco, data, eye.reshape(3, 1), rays, None, True, -1, geom, distance, normal, n, 1e6)
    return geom, normal.reshape(-1, 3), distance / length[:, 0]


def test_shadows_agree_with_mujoco():
    scene, state = moving_crowd()
    rng = np.random.default_rng(1)
    view = camera((0, -6, 3), (0, 12, 0))
    hits = scene.cast(view, SIZE, state)
    seen = np.flatnonzero(np.isfinite(hits.depth.ravel()))
    spots = g.unproject(view, g.pixel_centres(SIZE).reshape(-1, 2)[seen], hits.depth.ravel()[seen].astype(float))
    normal = hits.normal.reshape(-1, 3)[seen].astype(float)
    for sun in rng.normal(size=(3, 3)) * [1, 1, 0.3] + [0, 0, 1]:
        lit = normal @ sun > 0.05
        p, unit = spots[lit] + 1e-4 * normal[lit], sun / np.linalg.norm(sun)
        expected = [mujoco_rays(scene, o, unit[None], state)[0][0] >= 0 for o in p]
        hidden = scene.occluded(spots[lit], unit, state)
        assert np.mean(hidden != expected) < 2e-3  # rays along an edge
        assert 0.02 < hidden.mean() < 0.9


def test_a_lamp_is_hidden_by_what_stands_between_and_not_by_itself():
    lamp, wall = solid(0, "sphere", (1, 1, 1), standing(0, 10, 2)), solid(1, "box", (4, 1, 2), standing(0, 5, 1))
    scene = Scene(place(lamp, wall))
    points = np.array([[0.0, 0, 0], [0, 0, 4], [8, 0, 0]])
    towards = np.array([0.0, 10, 2]) - points
    shining = next(k for k, geom in enumerate(scene.geoms) if geom.id == lamp.id)
    assert scene.occluded(points, towards, NOBODY, 1.0, ignore=(shining,)).tolist() == [True, False, False]
    assert scene.occluded(points, towards, NOBODY, 1.0).tolist() == [True, True, True]
    assert not scene.occluded(points, towards, NOBODY, np.array([0.4, 0.5, 0.6])).any()


def test_rays_pass_through_what_is_left_out():
    scene = Scene(place(solid(0, "box", (2, 1, 2), standing(0, 5, 1)), solid(1, "box", (2, 1, 2), standing(0, 9, 1))))
    eye, north = np.array([0, 0, 1.0]), np.array([[0.0, 1, 0]])
    assert scene.cast_rays(eye, north, NOBODY).depth[0] == pytest.approx(4.5)
    assert scene.cast_rays(eye, north, NOBODY, ignore=(1,)).depth[0] == pytest.approx(8.5)
    assert scene.cast_rays(eye, north, NOBODY, ignore=(1, 2)).anchor_id[0] == SKY


def test_a_person_is_as_tall_and_wide_as_told_and_stands_on_the_ground():
    scene = Scene(place(mara=person(1.83)))
    state = WorldState(0, {"mara": body(standing(4, 5, 0.915, 1.0))})
    low, high = bounds(scene, state)
    assert high[2] == pytest.approx(1.83, abs=1e-3)
    assert low[2] == pytest.approx(0, abs=1e-9)
    low, high = bounds(scene, WorldState(0, {"mara": body(standing(0, 0, 0.915))}))
    assert 0.4 < high[0] - low[0] <= 0.5


def bounds(scene, state, parts=""):
    """Corners of the box around a subject's geoms, exact for all but turned capsules and ellipsoids (conservative)."""
    chosen = [k for k, geom in enumerate(scene.geoms) if geom.id >= FIRST_SUBJECT and geom.part.endswith(parts)]
    T = scene.T_world_geom(state)[chosen]
    half = np.array([scene.geoms[k].size_m for k in chosen]) / 2
    round_ = np.array([[scene.geoms[k].shape != "box"] for k in chosen])
    squares = np.sqrt(((T[:, :3, :3] * half[:, None]) ** 2).sum(axis=2))
    corners = (np.abs(T[:, :3, :3]) * half[:, None]).sum(axis=2)
    reach = np.where(round_, squares, corners)
    capsule = np.array([[scene.geoms[k].shape == "capsule"] for k in chosen])
    rod = np.abs(T[:, :3, 2]) * (half[:, 2:] - half[:, :1]) + half[:, :1]
    reach = np.where(capsule, rod, reach)
    return (T[:, :3, 3] - reach).min(axis=0), (T[:, :3, 3] + reach).max(axis=0)


@pytest.mark.parametrize(("speed", "flies"), [(0.3, False), (1.4, False), (2.4, False), (4.0, True)])
def test_feet_meet_the_ground(speed, flies):
    scene = Scene(place(mara=person()))
    lowest = [
        bounds(scene, WorldState(0, {"mara": body(standing(0, 0, 0.85), speed, phase)}), "foot")[0][2]
        for phase in np.linspace(0, 2 * pi, 49)
    ]
    assert min(lowest) > -1e-6
    if flies:
        assert 0.01 < max(lowest) < 0.15
    else:
        assert max(lowest) < 1e-6


@pytest.mark.parametrize(("speed", "step"), [(1.4, 0.41), (4.0, 0.75)])
def test_a_standing_foot_does_not_slide(speed, step):
    scene = Scene(place(mara=person(1.7)))
    foot = next(k for k, geom in enumerate(scene.geoms) if geom.part == "left_foot")
    phases = np.linspace(0.1, 1.6, 9)
    places = []
    for phase in phases:
        y = -step * 1.7 * phase / pi  # it faces -y
        state = WorldState(0, {"mara": body(standing(0, y, 0.85), speed, phase)})
        places.append(scene.T_world_geom(state)[foot, :3, 3])
    assert np.ptp(places, axis=0).max() < 1e-6


def test_legs_and_arms_swing_in_turn():
    scene = Scene(place(mara=person()))
    part = {geom.part: k for k, geom in enumerate(scene.geoms)}
    T = scene.T_world_geom(WorldState(0, {"mara": body(standing(0, 0, 0.85), 1.4, 0.0)}))
    ahead = {name: -T[k, 1, 3] for name, k in part.items()}
    assert ahead["left_foot"] > 0.2 > -0.2 > ahead["right_foot"]
    assert ahead["right_hand"] > 0.15 > -0.05 > ahead["left_hand"]


def test_the_posed_geoms_follow_their_body():
    scene, state = moving_crowd()
    cart = next(k for k, geom in enumerate(scene.geoms) if geom.id == FIRST_SUBJECT + 1)
    assert np.allclose(scene.T_world_geom(state)[cart], standing(-2, 4, 0.5, 0.3))
    assert scene.geoms[0].part == "ground"
    assert scene.geoms[cart].size_m == (1, 2, 1)


def test_who_is_elsewhere_is_not_there_and_strangers_are_refused():
    scene, state = moving_crowd()
    alone = WorldState(0, {"cart": state.bodies["cart"]})
    hits = scene.cast(camera((0, -6, 1.7), (0.5, 3, 1)), SIZE, alone)
    assert FIRST_SUBJECT not in hits.anchor_id
    assert FIRST_SUBJECT + 1 in hits.anchor_id
    with pytest.raises(ValueError, match="no subject of yard is called ghost"):
        scene.cast(camera((0, 0, 1), (0, 1, 1)), SIZE, WorldState(0, {"ghost": state.bodies["cart"]}))


def test_threads_do_not_disturb_one_another():
    scene, _ = moving_crowd()
    view = camera((0, -6, 1.7), (0.5, 3, 1))
    states = [WorldState(k, {"mara": body(standing(0.1 * k, 3, 0.85), 1.4, 0.3 * k)}) for k in range(16)]
    alone = [scene.cast(view, SIZE, state) for state in states]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda state: scene.cast(view, SIZE, state), states))
    for a, b in zip(alone, together, strict=True):
        assert np.array_equal(a.depth, b.depth)
        assert np.array_equal(a.geom, b.geom)


def test_far_things_and_a_camera_inside_a_solid():
    scene = Scene(
        place(solid(0, "box", (100, 10, 100), standing(0, 9005, 50)), solid(1, "box", (2, 2, 2), standing(0, 0, 1)))
    )
    far = scene.cast_rays(np.array([0, -2, 1.0]), np.array([[0.0, 1, 0], [1, 0, 0]]), NOBODY)
    assert far.depth[0] == pytest.approx(1)
    far = scene.cast_rays(np.array([0, 2, 1.0]), np.array([[0.0, 1, 0]]), NOBODY)
    assert far.depth[0] == pytest.approx(8998)
    inside = scene.cast_rays(np.array([0, 0, 1.0]), np.array([[1.0, 1, 0]]), NOBODY)
    assert inside.depth[0] == pytest.approx(1)
    assert inside.normal[0] @ [1, 1, 0] == pytest.approx(-1)


def test_skewed_intrinsics_and_offset_centres_are_kept():
    K = np.array([[90.0, 4, 40], [0, 70, 30], [0, 0, 1]])
    view = Camera(K, g.look_at(np.array([0.0, 0, 2]), np.array([0.3, 5, 1.0])))
    hits = Scene(place()).cast(view, SIZE, NOBODY)
    seen = hits.geom == 0
    spots = g.unproject(view, g.pixel_centres(SIZE)[seen], hits.depth[seen].astype(float))
    assert np.abs(spots[:, 2]).max() < 1e-5 * sqrt(float(hits.depth[seen].max()))
