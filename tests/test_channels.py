"""The channels that are drawn from one cast: coordinates that stick, declared flow, poses, looks, and their document."""

from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from places import body, camera, crowd, person, place, solid, standing

from composer import generators
from composer import geometry as g
from composer.controls import SegmentControls
from composer.errors import GeneratorError
from composer.looks import look
from composer.scene import Scene
from composer.types import (
    CONTROLS_VERSION,
    FIRST_ANCHOR,
    FIRST_SUBJECT,
    GROUND,
    HIDDEN,
    JOINTS,
    OUT_OF_PICTURE,
    SKY,
    VISIBLE,
    BodyTrack,
    Camera,
    CameraTrack,
    Channel,
    ControlMaps,
    WorldState,
    WorldTrack,
)

SIZE, FRAMES = (384, 216), 5
CONTRACT = Path(__file__).parent.parent / "docs" / "controls.md"
ALL = frozenset(get_args(Channel)) - {"previz", "light", "albedo"}


@cache
def yard():
    """Anchors, a walker and a rolling drum."""
    drum = replace(solid(1, "cylinder", (1, 1, 1.5), standing(0, 0, 0.75), FIRST_SUBJECT), name="drum")
    return Scene(place(*crowd(12, seed=3), mara=person(), drum=drum))


def rolling(k):
    T, angle = standing(1.5 - 0.1 * k, 0, 0.5), 0.2 * k
    c, s = np.cos(angle), np.sin(angle)
    T[:3, :3] = [[c, -s, 0], [0, 0, -1], [s, c, 0]]
    return T


@cache
def filmed(channels=ALL, frames=FRAMES, zoom=0.03):
    """A camera that trucks, pans and zooms past a walker who turns and a drum that rolls."""
    eyes = [camera((0.3 * k, -6, 1.7), (0.2 * k, 8, 1), SIZE, 300 * (1 + zoom * k)) for k in range(frames)]
    cameras = CameraTrack(np.stack([e.K for e in eyes]), np.stack([e.T_world_camera for e in eyes]), SIZE)
    still, walk = np.zeros((frames, 3)), np.tile([1.4, 0.0, 0.0], (frames, 1))
    turning = np.stack([standing(0.12 * k - 0.5, -1, 0.85, 0.05 * k + 1) for k in range(frames)])
    mara = BodyTrack(turning, walk, still, 0.3 * np.arange(frames))
    drum = BodyTrack(np.stack([rolling(k) for k in range(frames)]), still, still, np.zeros(frames))
    world = WorldTrack({"mara": mara, "drum": drum}, np.arange(frames) / 24)
    return SegmentControls(yard(), cameras, world, channels)


def found(eye, state, pixels):
    """Geom, z-depth and surface coordinates at points of a picture, ray by ray."""
    scene = yard()
    rays = g.directions(eye.K, pixels) @ eye.T_world_camera[:3, :3].T
    hits = scene.cast_rays(eye.T_world_camera[:3, 3], rays, state)
    depth = np.where(hits.geom >= 0, hits.depth, 1.0).astype(float)
    spots = eye.T_world_camera[:3, 3] + rays * depth[:, None]
    T_geom_world = g.invert(scene.T_world_geom(state))[hits.geom]
    return hits.geom, depth, np.einsum("nij,nj->ni", T_geom_world[:, :3, :3], spots) + T_geom_world[:, :3, 3]


@pytest.mark.parametrize("index", range(FRAMES - 1))
def test_flow_leads_to_the_same_spot_of_the_same_thing(index):
    controls = filmed()
    frame, eye, state = controls.frame(index), controls.cameras[index + 1], controls.world[index + 1]
    mask = frame.flow_mask
    geom, depth, there = found(eye, state, (g.pixel_centres(SIZE) + frame.flow)[mask])
    was, _, here = found(controls.cameras[index], controls.world[index], g.pixel_centres(SIZE)[mask])
    assert np.array_equal(geom, was)
    solid_there = geom >= 0
    apart_px = np.linalg.norm(there - here, axis=1)[solid_there] * eye.K[0, 0] / depth[solid_there]
    assert apart_px.max() < 0.05
    np.testing.assert_allclose(frame.surface[mask][solid_there], here[solid_there], atol=2e-4)
    for moving in (FIRST_SUBJECT, FIRST_SUBJECT + 1):
        seen = frame.anchor_id == moving
        assert seen.sum() > 400
        assert mask[seen].mean() > 0.6
        assert np.ptp(frame.flow[seen & mask], axis=0).max() > 1, "limbs swing, a drum turns"


def test_flow_is_masked_exactly_where_the_spot_is_not_seen_any_more():
    controls = filmed()
    frame, eye, state = controls.frame(1), controls.cameras[2], controls.world[2]
    pixels = g.pixel_centres(SIZE) + frame.flow
    geom, _, there = found(eye, state, pixels.reshape(-1, 2))
    now = yard().cast(controls.cameras[1], SIZE, controls.world[1])
    inside = ((pixels >= 0) & (pixels < SIZE)).all(axis=-1)
    same = (geom.reshape(now.geom.shape) == now.geom) & inside
    near = np.linalg.norm(there.reshape(frame.surface.shape) - frame.surface, axis=-1) < 1e-3
    expected = same & (near | (now.geom < 0))
    assert (~expected & (now.geom >= 0)).sum() > 500
    assert (frame.flow_mask != expected).mean() < 1e-4
    assert not frame.flow_mask[~inside].any()


def test_a_camera_that_rests_sees_nothing_flow_but_what_moves():
    controls = filmed()
    resting = CameraTrack(
        *(np.repeat(v[:1], FRAMES, 0) for v in (controls.cameras.K, controls.cameras.T_world_camera)), SIZE
    )
    frame = replace(controls, cameras=resting).frame(1)
    still = frame.anchor_id < FIRST_SUBJECT
    assert np.abs(frame.flow[still]).max() < 1e-3
    assert np.abs(frame.flow[~still]).max() > 2


def test_the_sky_flows_as_the_camera_turns():
    eyes = [camera((0, -6, 1.7), (0.3 * k, 8, 6), SIZE, 300) for k in range(2)]
    eyes[1].T_world_camera[:3, 3] += (5, 0, 0)  # how far it goes changes nothing
    cameras = CameraTrack(np.stack([e.K for e in eyes]), np.stack([e.T_world_camera for e in eyes]), SIZE)
    frame = SegmentControls(yard(), cameras, WorldTrack({}, np.arange(2) / 24), frozenset({"flow", "anchor_id"})).frame(
        0
    )
    sky = frame.anchor_id == SKY
    rays = g.directions(eyes[0].K, g.pixel_centres(SIZE)[sky]) @ eyes[0].T_world_camera[:3, :3].T
    far, _ = g.project(eyes[1], eyes[1].T_world_camera[:3, 3] + 1e6 * rays)
    np.testing.assert_allclose(g.pixel_centres(SIZE)[sky] + frame.flow[sky], far, atol=1e-3)
    assert frame.flow_mask[sky].mean() > 0.7


def test_the_last_frame_flows_to_the_moment_that_follows_or_as_it_went():
    long, short = filmed(frames=FRAMES + 1, zoom=0.0), filmed(frames=FRAMES, zoom=0.0)
    told = replace(short, after=(long.cameras[FRAMES], long.world[FRAMES]))
    last = FRAMES - 1
    expected = long.frame(last)
    np.testing.assert_array_equal(told.frame(last).flow, expected.flow)
    np.testing.assert_array_equal(told.frame(last).flow_mask, expected.flow_mask)
    guessed = short.frame(last)
    both = guessed.flow_mask & expected.flow_mask
    assert np.abs(guessed.flow - expected.flow)[both].max() < 0.5
    single = SegmentControls(
        yard(),
        CameraTrack(short.cameras.K[:1], short.cameras.T_world_camera[:1], SIZE),
        WorldTrack({}, np.zeros(1)),
        frozenset({"flow"}),
    )
    assert np.abs(single.frame(0).flow).max() < 1e-3


def test_who_leaves_is_not_seen_there():
    controls = filmed()
    mara = replace(controls.world.bodies["mara"], present=np.arange(FRAMES) < 3)
    frame = replace(controls, world=replace(controls.world, bodies={**controls.world.bodies, "mara": mara})).frame(2)
    assert not frame.flow_mask[frame.anchor_id == FIRST_SUBJECT].any()


def test_surface_coordinates_stick_and_the_ground_has_those_of_the_world():
    controls = filmed()
    frame = controls.frame(2)
    ground = frame.anchor_id == GROUND
    spots = g.unproject(controls.cameras[2], g.pixel_centres(SIZE)[ground], frame.depth[ground].astype(float))
    np.testing.assert_allclose(frame.surface[ground], spots, atol=1e-3)
    assert not frame.surface[frame.anchor_id == SKY].any()
    drum = frame.surface[frame.anchor_id == FIRST_SUBJECT + 1]
    assert np.abs(drum).max(axis=0) == pytest.approx([0.5, 0.5, 0.75], abs=0.05)


# --- people -------------------------------------------------------------------------------------------------------------


def posed(state, eye, *anchors):
    scene = Scene(place(*anchors, mara=person(), away=replace(person(), id=FIRST_SUBJECT + 1)))
    track = CameraTrack(eye.K[None], eye.T_world_camera[None], SIZE)
    bodies = {
        name: BodyTrack(b.T_world_body[None], b.linear_m_s[None], np.zeros((1, 3)), np.array([b.gait_rad]))
        for name, b in state.bodies.items()
    }
    channels = frozenset({"pose", "skeleton", "anchor_id"})
    return SegmentControls(scene, track, WorldTrack(bodies, np.zeros(1)), channels).frame(0)


def test_joints_are_where_the_body_has_them():
    eye = camera((0, -4, 1.2), (0, 0, 1.0), SIZE, 300)
    people = posed(WorldState(0, {"mara": body(standing(0, 0, 0.85))}), eye).pose
    world = dict(zip(JOINTS, people.world[0], strict=True))
    assert people.names == ("mara", "away")
    assert world["left_hip"][2] == pytest.approx(0.53 * 1.7, abs=1e-3)
    assert world["left_knee"][2] == pytest.approx(0.285 * 1.7, abs=1e-3)
    assert world["left_shoulder"][0] > 0.15 > -0.15 > world["right_shoulder"][0]
    assert world["nose"][1] < world["left_ear"][1], "she faces south"
    pixels, depth = g.project(eye, people.world[0].astype(float))
    np.testing.assert_allclose(people.pixels[0], pixels, atol=1e-3)
    np.testing.assert_allclose(people.depth[0], depth, atol=1e-5)
    assert (people.seen[0] == VISIBLE).all()
    assert not people.seen[1].any()
    assert not people.world[1].any()


def test_what_stands_before_joints_hides_them():
    eye, here = camera((0, -4, 1.2), (0, 0, 1.0), SIZE, 300), WorldState(0, {"mara": body(standing(0, 0, 0.85))})
    behind = posed(here, eye, solid(0, "box", (3, 0.2, 0.9), standing(0, -1, 0.45)))
    seen = dict(zip(JOINTS, behind.pose.seen[0], strict=True))
    assert seen["left_knee"] == seen["right_ankle"] == HIDDEN
    assert seen["nose"] == seen["left_shoulder"] == VISIBLE
    drawn = behind.skeleton.any(axis=-1)
    assert drawn[behind.anchor_id == FIRST_SUBJECT].any()
    assert not drawn[behind.anchor_id == FIRST_ANCHOR].any()
    from_behind = posed(here, camera((0, 4, 1.2), (0, 0, 1.0), SIZE, 300)).pose.seen[0]
    assert (from_behind[:3] == HIDDEN).all(), "nose and eyes"
    assert (from_behind[5:] == VISIBLE).all()
    away = posed(here, camera((0, 4, 1.2), (0, 9, 1.0), SIZE, 300))
    assert (away.pose.seen == OUT_OF_PICTURE).all()
    assert not away.skeleton.any()


# --- looks --------------------------------------------------------------------------------------------------------------


def test_looks_say_what_every_id_is_and_has_become():
    red = replace(solid(0, "box", (2, 2, 2), standing(0, 6, 1)), look="red brick", looks={"burnt": "black soot"})
    scene = Scene(place(red, mara=person()))
    eye = camera((0, -4, 1.2), (0, 0, 1.0), SIZE, 300)
    cameras = CameraTrack(np.repeat(eye.K[None], 2, 0), np.repeat(eye.T_world_camera[None], 2, 0), SIZE)
    world = WorldTrack({}, np.arange(2) / 24, ({}, {red.name: "burnt"}))
    first, second = SegmentControls(scene, cameras, world, frozenset({"looks"})).stack().looks
    assert {key: value.text for key, value in first.items()} == {GROUND: "concrete", FIRST_ANCHOR: "red brick"}
    assert first[FIRST_ANCHOR].albedo == look("red brick", red.name).albedo
    assert second[FIRST_ANCHOR].text == "red brick, black soot"


# --- the contract -------------------------------------------------------------------------------------------------------


def test_the_document_and_the_channels_agree():
    text = CONTRACT.read_text()
    assert f"Version {CONTROLS_VERSION}." in text
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]
    said = {row[0].strip("`"): (row[1].strip("`"), row[2].strip("`")) for row in rows}

    def black(hits, *_):
        return np.zeros((*hits.depth.shape, 3), np.uint8)

    drawn = {"shade": black, "parts": lambda *seen: (black(*seen), black(*seen))}
    maps = replace(filmed(), channels=frozenset(get_args(Channel)), **drawn).stack()
    assert set(get_args(Channel)) <= set(said)
    sizes = {"f": FRAMES, "h": SIZE[1], "w": SIZE[0], "p": 1, "3": 3, "2": 2, "17": 17}
    for field in fields(ControlMaps):
        value = getattr(maps, field.name)
        if isinstance(value, np.ndarray):
            assert said[field.name][0] == value.dtype.name, field.name
            shape = tuple(sizes[axis] for axis in said[field.name][1].strip("[]").split())
            assert (FRAMES, *shape) == value.shape, field.name
        else:
            assert field.name in {"pose", "looks"}
    for name in ("anchor_id", "pixels", "depth", "seen", "world"):
        dtype, axes = said[f"pose.{name}"]
        value = getattr(maps.pose, name)
        assert dtype == value.dtype.name
        lead = () if name == "anchor_id" else (FRAMES,)
        assert value.shape == (*lead, *(sizes[axis] for axis in axes.strip("[]").split()))
    assert ", ".join(JOINTS) in text


def test_a_generator_of_another_version_is_told(monkeypatch):
    known = generators.load("previz")
    monkeypatch.setattr(type(known), "capabilities", replace(known.capabilities, controls_version=2))
    with pytest.raises(GeneratorError, match="reads version 2 of the control channels; this composer draws version 1"):
        generators.load("previz")


def test_unproject_then_project_is_the_identity():
    eye = Camera(
        np.array([[310.0, 2.0, 190.0], [0.0, 305.0, 100.0], [0, 0, 1]]), camera((3, -6, 2), (0, 1, 0)).T_world_camera
    )
    pixels, depth = g.pixel_centres(SIZE), np.random.default_rng(0).uniform(0.1, 90, SIZE[::-1])
    again, same = g.project(eye, g.unproject(eye, pixels, depth))
    np.testing.assert_allclose(again, pixels, atol=1e-8)
    np.testing.assert_allclose(same, depth, rtol=1e-12)
