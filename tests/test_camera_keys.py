"""Cameras by keys: they pass through their poses at their times, rest where two are equal, and never jump."""

from random import Random

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from test_camera import SIZE, planned

from composer import ShotListError, read
from composer.camera.keyed import spline_through
from composer.camera.optics import angles_of, rotations
from composer.geometry import project

KEYS = [
    {"t": "0s", "at": [20, -22, 3], "aim": "crane", "lens": "35mm"},
    {"t": "1s", "at": [24, -20, 2.5]},
    {"t": "2.5s", "at": [26, -16, 1.6], "aim": "mara", "lens": "50mm", "roll": "6deg"},
    {"t": "4s", "at": [26, -16, 1.6], "aim": [20, -6, 0.3]},
]
WALK = {"motion": {"mara": "walk to spot"}}


def path_of(keys, **camera):
    _, paths, problems = planned({"camera": {"keys": keys} | camera, **WALK})
    assert problems == []
    return paths["s0"]


def test_a_camera_is_where_its_keys_say_and_what_they_do_not_say_is_as_in_the_key_before():
    path = path_of(KEYS)
    times = np.array([0, 1, 2.5, 4, 7])
    found = path.poses(times)
    assert found.positions == pytest.approx(np.array([KEYS[k]["at"] for k in (0, 1, 2, 3, 3)], float))
    assert found.lens_mm == pytest.approx([35, 35, 50, 50, 50])
    assert np.rad2deg(found.roll_rad) == pytest.approx([6] * 5)
    track = path.track(times, SIZE)
    mara = path.scenery.middles("mara", times)
    aims = [[31.2, 0, 7], [31.2, 0, 7], mara[2], [20, -6, 0.3], [20, -6, 0.3]]
    for k, aim in enumerate(aims):
        assert project(track[k], np.array([aim], float))[0][0] == pytest.approx([384, 216], abs=1e-6)


def test_what_only_a_later_key_says_holds_from_the_start_and_frame_is_what_keys_look_at():
    keys = [{"t": "1s", "at": [20, -22, 3]}, {"t": "3s", "at": [22, -22, 3], "lens": "50mm"}]
    path = path_of(keys, frame="mara")
    found = path.poses(np.array([0.0, 1, 2, 3, 4]))
    assert found.lens_mm == pytest.approx([50] * 5)
    assert found.positions[:, 0] == pytest.approx([20, 20, 21, 22, 22])
    seen = path.track(np.linspace(0, 4, 9), SIZE)
    for k, middle in enumerate(path.scenery.middles("mara", np.linspace(0, 4, 9))):
        assert project(seen[k], middle[None])[0][0] == pytest.approx([384, 216], abs=1e-6)
    assert path_of([{"t": "0s", "at": [20, -22, 3]}], frame="mara", lens="85mm").lens_mm == pytest.approx(85)


def test_a_subject_that_is_aimed_at_is_looked_at_where_it_is():
    keys = [{"t": "0s", "at": [20, -22, 3], "aim": "mara"}, {"t": "4s", "at": [24, -22, 3], "aim": "mara"}]
    path = path_of(keys)
    times = np.linspace(0, 4, 33)
    track, middles = path.track(times, SIZE), path.scenery.middles("mara", times)
    assert np.linalg.norm(middles[-1] - middles[0]) > 5
    for k in range(33):
        assert project(track[k], middles[k : k + 1])[0][0] == pytest.approx([384, 216], abs=1e-6)


def test_where_two_keys_are_equal_it_rests_and_nothing_overshoots():
    times = np.array([0, 1, 1.2, 3, 4, 4.5])
    values = np.array([[0.0], [9.5], [10], [10], [10.2], [0]])
    spline = spline_through(times, values)
    at = spline(np.linspace(1.2, 3, 50))
    assert (at == 10).all()
    assert spline(np.linspace(0, 1.2, 500)).max() <= 10 + 1e-12
    assert (np.diff(spline(np.linspace(1, 1.2, 99))[:, 0]) >= 0).all()
    assert spline(np.linspace(3, 4, 99)).max() <= 10.2 + 1e-12
    assert np.abs(spline(times[[0, 2, 3, 5]], 1)).max() < 1e-12


def test_the_horizon_stays_level_without_a_roll():
    path = path_of([{k: v for k, v in key.items() if k != "roll"} for key in KEYS])
    assert path.track(np.linspace(0, 4, 50), SIZE).T_world_camera[:, 2, 0] == pytest.approx(0, abs=1e-12)


def chance(rng, count):
    times = sorted(rng.sample([k / 2 for k in range(9)], count))
    keys, spot = [], [20, -22, 3]
    for time in times:
        spot = spot if rng.random() < 0.3 else [rng.uniform(14, 26), rng.uniform(-24, -16), rng.uniform(2, 5)]
        key = {"t": f"{time}s", "at": spot}
        key |= (
            {"aim": rng.choice(("mara", "crane", "dock", [20.0, -6.0, 0.3]))} if rng.random() < 0.7 or not keys else {}
        )
        key |= {"lens": f"{rng.choice((24, 35, 50, 85))}mm"} if rng.random() < 0.5 else {}
        keys.append(key | ({"roll": f"{rng.randint(-20, 20)}deg"} if rng.random() < 0.5 else {}))
    return keys


@pytest.mark.parametrize("number", range(16))
def test_no_keys_make_it_jump(number):
    keys = chance(Random(number), 3 + number % 4)  # noqa: S311 - a seeded law
    found = path_of(keys).poses(np.arange(0, 4.4, 1e-3)).columns
    found[:, 3:5] = np.unwrap(found[:, 3:5], axis=0)
    change = np.abs(np.diff(found, n=2, axis=0)).max(axis=0) * 1e3
    fastest = np.abs(np.diff(found, axis=0)).max(axis=0) * 1e3
    assert (change < np.maximum(0.06 * fastest, 0.02)).all()


def test_angles_of_any_rotation_make_it_again():
    R = Rotation.random(200, rng=5).as_matrix()
    down = rotations(np.array([0.7]), np.array([-np.pi / 2]))
    R = np.concatenate([R, down, down @ np.diag([-1.0, -1, 1])])
    assert rotations(*angles_of(R)) == pytest.approx(R, abs=1e-9)


FILM = """\
title: Keys
places:
  quay:
    anchors:
      crane: {box: 2.4 x 2.4 x 14m}
    marks:
      spot: {left_of: crane, gap: 4m}
shots:
  - shot: keyed
    duration: 4s
    camera:
      keys:
        - {t: 0s, at: [20, -12, 2], aim: crane, lens: 35mm}
        - {t: 4s, at: [26, -9, 1.6], aim: [0, 0, 3], lens: 50mm}
"""


def told(*change):
    assert FILM.count(change[0]) == 1
    try:
        read(FILM.replace(*change), "keys.yaml")
    except ShotListError as error:
        (fault,) = error.faults
        return fault.line, fault.column, f"{fault.message} [{fault.code}]", *fault.expected
    return None


def test_the_film_of_these_tests_is_sound():
    assert told("title: Keys", "title: Keys, again") is None


@pytest.mark.parametrize(
    ("change", "line", "column", "text"),
    [
        (("{t: 4s", "{t: 0s"), 14, 15, "key 2 is at 0 s, and the key before it at 0 s [key-times] two keys cannot be at one time: expected more than `0s`"),
        (("{t: 0s", "{t: 4s"), 14, 15, "key 2 is at 4 s, and the key before it at 4 s [key-times] two keys cannot be at one time: expected more than `4s`"),
        (("{t: 4s", "{t: 6s"), 14, 15, "key 2 is at 6 s, and shot `keyed` lasts 4 s [too-long] expected at most `4s`"),
        (("{t: 4s", "{t: 4"), 14, 15, "`4` has no unit [no-unit] expected a time: `s`, `f`, `min` or `h`. Did you mean `4s`? (`4f` would be 0.17 s)"),
        (("{t: 4s, ", "{"), 14, 12, "key 2 of the camera of shot `keyed` has no `t` [missing-key] expected `t: …`"),
        (("aim: crane", "aim: crain"), 13, 42, "nothing in `quay` is called `crain` [unknown-name] anchors: crane; marks: spot. Did you mean `crane`?"),
        (("at: [26, -9, 1.6]", "at: [26, -9]"), 14, 23, "a point in space has a height too [point] expected [x, y, z] in metres. Did you mean `[26, -9, 1.6]`?"),
        (("at: [26, -9, 1.6]", "at: crane"), 14, 23, "a camera cannot stand at `crane` [not-a-mark] expected [x, y, z] in metres, or a mark"),
        (("lens: 50mm", "zoom: 50mm"), 14, 54, "unknown key `zoom` in key 2 of the camera of shot `keyed` [unknown-key] expected one of: aim, at, lens, roll, t"),
        (("    camera:\n", "    camera:\n      from: south\n"), 12, 7, "`keys` say where the camera stands, and so does `from` [over-determined] expected one or the other"),
        (("    camera:\n", "    camera:\n      frame: WS crane\n"), 12, 14, "`keys` say how much is in the picture, and so does a size [over-determined] beside `keys`, `frame` only aims. Did you mean `frame: crane`?"),
        (("    camera:\n", "    camera:\n      move: [hold for 1s, dolly in 2m]\n"), 12, 27, "`keys` say how the camera moves, and so does `dolly in 2m` [over-determined] beside `keys`, `move` takes `handheld` alone"),
    ],
)  # fmt: skip
def test_a_fault_of_a_key_stands_at_its_item(change, line, column, text):
    found = told(*change)
    assert found[:2] == (line, column)
    assert " ".join(found[2:]) == text


def test_keys_that_look_nowhere_or_stand_nowhere_are_told():
    text = FILM.replace("aim: crane, ", "").replace("aim: [0, 0, 3], ", "")
    with pytest.raises(ShotListError, match="no key says what the camera looks at"):
        read(text)
    text = FILM.replace("at: [20, -12, 2], ", "").replace("at: [26, -9, 1.6], ", "")
    with pytest.raises(ShotListError, match="no key says where the camera is"):
        read(text)


def test_a_key_that_looks_at_itself_and_a_way_through_the_crane_are_told_at_their_keys():
    keys = [{"t": "0s", "at": [20, -22, 3], "aim": [20, -22, 3]}]
    (problem,) = planned({"camera": {"keys": keys}})[2]
    assert (problem.code, problem.path[2:]) == ("camera-among", ("camera", "keys", 0))
    keys = [
        {"t": "0s", "at": [31, -22, 3], "aim": "crane"},
        {"t": "1s", "at": [31, -12, 3]},
        {"t": "4s", "at": [31, 12, 3]},
    ]
    (problem,) = planned({"camera": {"keys": keys}})[2]
    assert (problem.code, problem.path[2:]) == ("camera-enters", ("camera", "keys", 2))
    keys = [{"t": "0s", "at": [20, -22, 3], "aim": "crane"}, {"t": "4s", "at": [20, -22, -1]}]
    (problem,) = planned({"camera": {"keys": keys}})[2]
    assert (problem.code, problem.path[2:]) == ("under-ground", ("camera", "keys", 1))
    assert "goes under the ground after" in problem.message


def test_a_hand_may_hold_a_keyed_camera():
    held, still = path_of(KEYS, move="handheld"), path_of(KEYS)
    times = np.linspace(0, 4, 50)
    away = np.linalg.norm(held.poses(times).positions - still.poses(times).positions, axis=1)
    assert away[0] == 0
    assert 0.003 < away[15:].mean() < 0.03
