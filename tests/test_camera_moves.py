"""Moves: what each word does to the pose, who shares the time, and that nothing jumps."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_camera import SIZE, first, one, pixel, planned

from composer.camera.optics import eased
from composer.geometry import project

TIMES = np.linspace(0, 4, 97)
WS = {"frame": "WS crane", "height": "7m", "from": "south-east"}


def poses(camera, times=TIMES, **given_):
    return one(camera, **given_).track(times, SIZE).T_world_camera


def headings(T):
    return np.unwrap(np.arctan2(T[:, 1, 2], T[:, 0, 2]))


def test_nothing_moves_unless_told():
    T = poses(WS)
    assert (T[0] == T).all()
    assert (poses(WS | {"move": "static"}) == T).all()


def test_a_dolly_keeps_its_heading_and_its_height():
    T = poses({"frame": "WS crane", "from": "south-east", "move": "dolly in 5m"})
    way = T[-1, :3, 3] - T[0, :3, 3]
    assert way == pytest.approx([-5 / np.sqrt(2), 5 / np.sqrt(2), 0])
    assert (T[:, :3, :3] == T[0, :3, :3]).all()
    middle = T[48, :3, 3] - T[0, :3, 3]
    assert middle == pytest.approx(way / 2)


def test_a_truck_goes_sideways_and_keeps_its_heading():
    T = poses(WS | {"move": "truck left 2m"})
    assert T[-1, :3, 3] - T[0, :3, 3] == pytest.approx(-2 * T[0, :3, 0])
    assert (T[:, :3, :3] == T[0, :3, :3]).all()


def test_an_arc_keeps_its_radius_and_its_aim():
    path = one(WS | {"move": "arc right 60deg"})
    track = path.track(TIMES, SIZE)
    offset = track.T_world_camera[:, :2, 3] - [31.2, 0]
    assert np.linalg.norm(offset, axis=1) == pytest.approx(np.linalg.norm(offset[0]))
    assert np.rad2deg(np.arctan2(*offset[-1][::-1]) - np.arctan2(*offset[0][::-1])) == pytest.approx(60)
    assert all(pixel(track[i], 31.2, 0, 7) == pytest.approx([384, 216]) for i in range(0, 97, 8))
    assert np.dot(offset[-1] - offset[0], track.T_world_camera[0, :2, 0]) > 0  # to its own right


def test_a_pan_turns_on_the_spot():
    T = poses(WS | {"move": "pan left 30deg"})
    assert np.rad2deg(np.diff(headings(T)[[0, -1]])) == pytest.approx(30)
    assert (T[:, :3, 3] == T[0, :3, 3]).all()
    assert T[:, 2, 0] == pytest.approx(0)  # the horizon stays level


def test_a_pan_to_a_name_ends_on_it():
    track = one(WS | {"move": "pan to dock"}).track(TIMES, SIZE)
    assert pixel(track[96], 12, 0, 0.6) == pytest.approx([384, 216])


def test_a_pan_to_a_person_close_by_leaves_head_room():
    track = one({"frame": "drum", "at": [12, -9.5, 1.6], "lens": "50mm", "move": "pan to mara"}).track(TIMES, SIZE)
    assert pixel(track[96], 12, -7.25, 1.7) == pytest.approx([384, 0.08 * 432])


def test_a_dolly_to_a_size_ends_in_that_framing():
    track = one({"frame": "MS mara", "from": "front", "lens": "50mm", "move": "dolly to MCU"}).track(TIMES, SIZE)
    there = first(one({"frame": "MCU mara", "from": "front", "lens": "50mm"}))
    assert track[96].T_world_camera == pytest.approx(there.T_world_camera)
    assert pixel(track[96], 12, -7.25, 1.7) == pytest.approx([384, 0.08 * 432])


def test_a_dolly_to_a_size_meets_whom_it_frames_where_that_is_by_then():
    shot = {"camera": {"frame": "WS mara", "move": "dolly to MS"}, "motion": {"mara": "walk to spot"}}
    track = one(shot).track(TIMES, SIZE)
    x, y = 12 + 14 / np.hypot(14, 7.25) * 5.6, -7.25 + 7.25 / np.hypot(14, 7.25) * 5.6
    assert pixel(track[96], x, y, 1.7) == pytest.approx([384, 0.08 * 432])


@pytest.mark.parametrize(
    "move",
    [
        "pan with mara",
        "pan with mara + truck right 1m",
        "pan with mara + dolly in 0.5m",
        "arc right 20deg + pan with mara",
    ],
)
def test_pan_with_keeps_its_subject_where_it_was_in_the_picture(move):
    camera = {"frame": "WS mara drum", "from": "south", "move": move}
    _, paths, _ = planned({"camera": camera, "motion": {"mara": "walk to spot"}})
    times = np.linspace(0, 6, 50)  # and beyond the shot's end
    track = paths["s0"].track(times, SIZE)
    body = paths["s0"].scenery.middles("mara", times)
    seen = np.array([project(track[i], body[i : i + 1])[0][0] for i in range(50)])
    assert seen == pytest.approx(np.tile(seen[0], (50, 1)))
    assert abs(seen[0, 0] - 384) > 20  # she was not in the middle
    assert np.linalg.norm(body[-1] - body[0]) > 5


def test_pan_with_brings_in_what_was_out_of_the_picture():
    track = one({"frame": "MS mara", "move": "pan with crane"}).track(TIMES, SIZE)
    assert pixel(track[96], 31.2, 0, 7) == pytest.approx([384, 216])
    assert track[0].T_world_camera == pytest.approx(first(one("MS mara")).T_world_camera)


def test_parts_run_together_and_steps_share_the_time_that_is_left():
    together = poses(WS | {"move": "truck right 2m + dolly in 3m"})
    assert together[-1, :3, 3] - together[0, :3, 3] == pytest.approx(
        poses(WS | {"move": "truck right 2m"})[-1, :3, 3]
        + poses(WS | {"move": "dolly in 3m"})[-1, :3, 3]
        - 2 * together[0, :3, 3]
    )
    T = poses(WS | {"move": ["dolly in 3m for 2s", "truck right 2m", "hold"]}, np.array([0.0, 2, 2.5, 3, 3.9, 9]))
    steps = [b - a for a, b in pairwise(T[:, :3, 3])]
    assert steps[0] == pytest.approx([-3 / np.sqrt(2), 3 / np.sqrt(2), 0])
    assert steps[1] == pytest.approx(T[0, :3, 0])
    assert steps[2] == pytest.approx(T[0, :3, 0])
    assert np.abs(steps[3:]).max() == 0


def test_after_its_time_a_part_holds():
    T = poses(WS | {"move": "dolly in 3m for 1s + truck right 2m"}, np.array([0.0, 1, 4, 7]))
    forward = (T[:, :3, 3] - T[0, :3, 3]) @ np.array([-1, 1, 0]) / np.sqrt(2)
    right = (T[:, :3, 3] - T[0, :3, 3]) @ T[0, :3, 0]
    assert forward == pytest.approx([0, 3, 3, 3])
    assert right[[2, 3]] == pytest.approx([2, 2])


def test_easing():
    x = np.linspace(0, 1, 101)
    assert eased(x, "linear") == pytest.approx(x)
    assert eased(x, "ease") == pytest.approx(10 * x**3 - 15 * x**4 + 6 * x**5)
    for ease, start, stop in (("ease", 0, 0), ("ease-in", 0, 2), ("ease-out", 2, 0)):
        y = eased(x, ease)
        assert (np.diff(y) >= 0).all()
        assert (y[0], y[-1]) == (0, 1)
        assert np.diff(y)[[0, -1]] * 100 == pytest.approx([start, stop], abs=0.05)


MOVES = st.sampled_from(
    ["hold", "dolly in 2m", "dolly out 1m", "dolly to MS", "truck right 2m", "pan left 30deg", "pan to dock", "pan with mara",
     "arc left 40deg", "truck left 1m + pan with mara", "arc right 15deg + dolly to MCU", "dolly in 1m + pan to drum", "pan with crane"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=4), st.lists(MOVES, min_size=1, max_size=2))
def test_no_list_of_eased_moves_jumps_in_place_or_in_speed(before, after):
    shots = [
        {"camera": {"frame": "WS mara", "from": "south-west", "move": before}, "motion": {"mara": "walk to spot"}},
        {
            "camera": {"frame": "mara", "move": after},
            "join": "last_frames",
            "motion": {"mara": ["turn to dock", "run to spot"]},
        },
    ]
    _, paths, problems = planned(*shots)
    assert {p.code for p in problems} <= {"camera-enters", "blocked", "leaves"}
    step = 1 / 480
    times = np.arange(0, 4 + step / 2, step)
    tracks = [paths[name].track(times, SIZE).T_world_camera for name in ("s0", "s1")]
    assert tracks[1][0] == pytest.approx(tracks[0][-1])
    for T in tracks:
        speed = np.diff(T[:, :3, 3], axis=0) / step
        turn = np.arccos(np.clip((np.einsum("fij,fij->f", T[1:, :3, :3], T[:-1, :3, :3]) - 1) / 2, -1, 1)) / step
        assert np.linalg.norm(speed, axis=1).max() < 40
        assert np.linalg.norm(np.diff(speed, axis=0), axis=1).max() < 0.6
        assert turn.max() < 30
        assert np.abs(np.diff(turn)).max() < 0.6


def test_a_hidden_cut_goes_on_from_the_last_pose_and_holds_without_a_camera():
    shots = [{"camera": WS | {"move": "truck right 2m"}}, {"camera": None, "join": "last_frames"}]
    _, paths, problems = planned(*shots)
    assert problems == []
    assert paths["s1"].track(TIMES, SIZE).T_world_camera == pytest.approx(
        np.tile(paths["s0"].track(np.array([4.0]), SIZE).T_world_camera, (97, 1, 1))
    )


def test_a_hidden_cut_that_arcs_has_to_know_about_what():
    shots = [{"camera": WS}, {"camera": {"move": "arc right 20deg"}, "join": "last_frames"}]
    _, _, (problem,) = planned(*shots)
    assert problem.code == "missing-key"


def test_a_smaller_picture_of_the_same_shape_shows_the_same():
    path = one(WS)
    small, large = path.track(TIMES, (384, 216)), path.track(TIMES, SIZE)
    assert (small.T_world_camera == large.T_world_camera).all()
    assert pixel(small[0], 31, 0, 3) * 2 == pytest.approx(pixel(large[0], 31, 0, 3))
