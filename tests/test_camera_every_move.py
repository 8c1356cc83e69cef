"""The moves beside dolly, truck, pan and arc: what each does to lens and pose, and that no mixture of them jumps."""

from random import Random

import numpy as np
import pytest
from test_camera import SIZE, fault, one, pixel, planned

from composer.camera import plan_cameras
from composer.camera.sway import FASTEST_HZ, PERIOD_S, RMS_DEG, RMS_M, SLOWEST_HZ, Sway, ramps_of
from composer.errors import Wrong
from composer.geometry import project
from composer.layout import lay_out
from composer.schema import ShotList
from composer.schema.moves import parse_moves
from composer.types import BodyTrack, WorldTrack

TIMES = np.linspace(0, 4, 97)
WS = {"frame": "WS crane", "height": "7m", "from": "south-east"}
WALK = {"motion": {"mara": "walk to spot"}}


def track(camera, times=TIMES, **shot):
    _, paths, problems = planned({"camera": camera} | shot)
    assert [problem for problem in problems if problem.code != "leaves"] == []
    return paths["s0"].track(times, SIZE)


def lenses(found):
    return found.K[:, 0, 0] * 36 / 768


def test_a_pedestal_rises_without_aiming_anew():
    T = track(WS | {"move": "pedestal up 1.5m"}).T_world_camera
    assert T[-1, :3, 3] - T[0, :3, 3] == pytest.approx([0, 0, 1.5])
    assert (T[:, :3, :3] == T[0, :3, :3]).all()


@pytest.mark.parametrize("camera", [WS, {"frame": "MS mara", "from": "front"}, {"frame": "WS drum", "height": "2m"}])
@pytest.mark.parametrize("move", ["crane up 3m", "crane down 0.5m for 2s", "crane up 2m + arc right 30deg"])
def test_a_crane_rises_and_keeps_its_aim(camera, move):
    found = track(camera | {"move": move})
    rise = {"3m": 3.0, "2m": 2.0}.get(move.split()[2], -0.5)
    assert found.T_world_camera[-1, 2, 3] - found.T_world_camera[0, 2, 3] == pytest.approx(rise)
    start = found[0].T_world_camera
    middle = {"crane": [31.2, 0, 7], "mara": [12, -7.25, 0.85], "drum": [20, -6, 0.3]}[camera["frame"].split()[1]]
    aim = start[:3, 3] + start[:3, 2] * np.linalg.norm(start[:3, 3] - middle)
    if "arc" in move:
        x, y = aim[:2] - middle[:2]
        c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
        aim[:2] = middle[0] + c * x - s * y, middle[1] + s * x + c * y
    assert pixel(found[96], *aim) == pytest.approx([384, 216], abs=0.1)


def test_a_tilt_turns_up_and_a_roll_leans_to_the_right():
    T = track(WS | {"move": "tilt up 10deg"}).T_world_camera
    pitch = np.rad2deg(np.arcsin(T[:, 2, 2]))
    assert pitch[-1] - pitch[0] == pytest.approx(10)
    assert (T[:, :3, 3] == T[0, :3, 3]).all()
    T = track(WS | {"move": "roll right 5deg"}).T_world_camera
    assert np.rad2deg(np.arcsin(-T[-1, 2, 0])) == pytest.approx(5, abs=0.01)  # its right hand goes down
    assert T[:, :3, 2] == pytest.approx(np.tile(T[0, :3, 2], (97, 1)))


def test_a_zoom_changes_the_lens_by_equal_factors_and_nothing_else():
    found = track(WS | {"move": "zoom to 70mm linear"})
    assert lenses(found) == pytest.approx(35 * 2 ** (TIMES / 4))
    assert (found.T_world_camera == found.T_world_camera[0]).all()


@pytest.mark.parametrize("shot", [{}, WALK])
def test_a_zoom_to_a_size_ends_with_as_much_in_the_picture(shot):
    found = track({"frame": "WS mara", "from": "north", "move": "zoom to MS"}, **shot)
    body = one({"frame": "WS mara"}).scenery if not shot else planned({"camera": "WS mara"} | shot)[1]["s0"].scenery
    middle = body.middles("mara", np.array([4.0]))[0]
    eye = found.T_world_camera[-1, :3, 3]
    crown = middle[2] + 0.85 - 0.42 * 0.6 * 1.7
    away = np.hypot(np.linalg.norm((eye - middle)[:2]), eye[2] - crown)
    assert away * 36 / lenses(found)[-1] * 432 / 768 == pytest.approx(0.6 * 1.7, rel=1e-6)


def test_a_zoom_that_no_lens_reaches_is_refused():
    problem = fault({"frame": "WS crane", "from": "south", "height": "7m", "move": "zoom to ECU + dolly out 900m"})
    assert (problem.code, problem.path[-1], problem.focus) == ("range", "move", "zoom to ECU")


def test_a_follow_keeps_its_side_its_height_and_the_framing_it_began_with():
    camera = {"frame": "WS mara", "from": "south-west", "move": "follow"}
    shot = {"camera": camera, "motion": {"mara": "walk to spot"}}
    _, paths, _ = planned(shot)
    times = np.linspace(0, 5, 61)
    found = paths["s0"].track(times, SIZE)
    body = paths["s0"].scenery.middles("mara", times)
    offset = found.T_world_camera[:, :3, 3] - body
    assert offset == pytest.approx(np.tile(offset[0], (61, 1)))
    assert (found.T_world_camera[:, :3, :3] == found.T_world_camera[0, :3, :3]).all()
    assert np.linalg.norm(body[-1] - body[0]) > 5


@pytest.mark.parametrize(("side", "way"), [("right-profile", -1), ("left-profile", 1), ("back", 0)])
def test_a_follow_of_one_person_close_by_begins_in_the_framing_and_eases_into_lead_room(side, way):
    camera = {"frame": "MS mara", "from": side, "lens": "50mm", "move": "follow"}
    _, paths, _ = planned({"camera": camera, "duration": "8s", "motion": {"mara": "walk to spot"}})
    times = np.array([0.0, 0.7, 2, 3, 4, 5])
    found, middles = paths["s0"].track(times, SIZE), paths["s0"].scenery.middles("mara", times)
    across = np.array([project(found[k], middles[k : k + 1])[0][0, 0] for k in range(6)])
    assert across[0] == pytest.approx(384)
    if way:  # she goes east by north: seen from the south to the right, and the room is before her
        lead = (across[2:] - 384) * way
        assert 384 / 8 < lead.min() <= lead.max() < 384 / 5.5
        assert lead[1:] == pytest.approx(lead[1], rel=1e-3)
        assert 0 < (across[1] - 384) * way < lead[0]
    else:
        assert abs(across - 384).max() < 45


def test_a_follow_of_another_travels_by_her():
    _, paths, _ = planned({"camera": {"frame": "WS drum", "move": "follow mara"}, **WALK})
    found = paths["s0"].track(TIMES, SIZE).T_world_camera[:, :3, 3]
    body = paths["s0"].scenery.middles("mara", TIMES)
    assert found - found[0] == pytest.approx(body - body[0])


def test_a_dolly_to_a_size_while_it_follows_ends_in_that_framing():
    found = track({"frame": "WS mara", "move": "follow + dolly to MS"}, **WALK)
    x, y = 12 + 14 / np.hypot(14, 7.25) * 5.6, -7.25 + 7.25 / np.hypot(14, 7.25) * 5.6
    assert pixel(found[96], x, y, 1.7) == pytest.approx([384, 0.08 * 432])


# --- handheld ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 12345678901])
def test_the_sway_is_as_strong_as_it_says_and_only_between_half_and_three_hertz(seed):
    times = np.arange(0, PERIOD_S, 1 / 48)
    sway = Sway.seeded(seed, ()).full(times)
    assert np.sqrt((sway[:, :3] ** 2).sum(axis=1).mean()) == pytest.approx(RMS_M, rel=1e-9)
    assert np.rad2deg(np.sqrt((sway[:, 3:] ** 2).sum(axis=1).mean())) == pytest.approx(RMS_DEG, rel=1e-9)
    hertz = np.fft.rfftfreq(len(times), 1 / 48)
    power = np.abs(np.fft.rfft(sway, axis=0)) ** 2
    assert power[(hertz < SLOWEST_HZ - 1e-6) | (hertz > FASTEST_HZ + 1e-6)].max() < 1e-12 * power.max()


def test_a_hand_starts_in_the_framing_and_grades_are_half_and_double():
    still = one(WS).first.position
    offsets = {}
    for grade in ("", " soft", " rough"):
        path = one(WS | {"move": f"handheld{grade}"})
        assert (path.first.position == still).all()
        offsets[grade] = path.track(np.linspace(1, 4, 50), SIZE).T_world_camera[:, :3, 3] - still
    assert offsets[" soft"] == pytest.approx(offsets[""] / 2)
    assert offsets[" rough"] == pytest.approx(offsets[""] * 2)
    assert 0.005 < np.sqrt((offsets[""] ** 2).sum(axis=1).mean()) < 0.03


def test_a_hand_sways_by_film_seed_and_shot_name():
    def shaken(**film):
        _, paths, _ = planned(WS | {"move": "handheld"}, WS | {"move": "handheld"}, **film)
        return [paths[name].track(TIMES, SIZE).T_world_camera for name in ("s0", "s1")]

    first, second = shaken()
    assert not np.allclose(first, second)
    assert (first == shaken()[0]).all()
    assert not np.allclose(first, shaken(seed=1)[0])


def test_a_hand_sways_on_where_the_next_move_is_handheld_too():
    assert ramps_of([(0.0, 2.0, 1.0), (2.0, 4.0, 1.0)]) == ((0.0, 0.5, 1.0), (3.5, 4.0, -1.0))
    assert ramps_of([(0.0, 2.0, 0.5), (2.0, np.inf, 2.0)]) == ((0.0, 0.5, 0.5), (2.0, 2.5, 1.5))
    assert ramps_of([(0.0, 1.0, 1.0), (2.0, 2.4, 1.0)]) == (
        (0.0, 0.5, 1.0), (0.5, 1.0, -1.0), (2.0, 2.2, 1.0), (pytest.approx(2.2), 2.4, -1.0)
    )  # fmt: skip


# --- everything together ----------------------------------------------------------------------------------------------------

PARTS = (
    "dolly in 2m", "truck right 2m", "pedestal up 1m", "crane up 2m", "crane down 0.5m", "pan left 30deg", "pan with mara",
    "pan to dock", "tilt down 10deg", "roll left 8deg", "arc left 40deg", "zoom to 60mm", "zoom to MS", "follow", "follow drum",
    "handheld", "handheld rough", "dolly to MS", "hold",
)  # fmt: skip


def moves_by_chance(rng):
    steps = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        kinds = {part.split()[0]: part for part in rng.sample(PARTS, rng.choice((1, 2, 3, 4)))}
        claim = rng.choice(("", "", " for 0.9s"))
        steps.append(" + ".join(f"{part}{claim}" for part in kinds.values()))
    return steps


@pytest.mark.parametrize("number", range(24))
def test_no_mixture_of_moves_jumps_in_place_in_angle_in_lens_or_in_their_speeds(number):
    rng = Random(number)  # noqa: S311 - a seeded law
    shots = [
        {"camera": {"frame": "WS mara drum", "from": "south-west", "move": moves_by_chance(rng)}, **WALK},
        {"camera": {"frame": "mara", "move": moves_by_chance(rng)}, "join": "last_frames"},
    ]
    _, paths, _ = planned(*shots)
    step = 1e-3
    times = np.arange(0, 4.4, step)
    columns = [paths[name].poses(times).columns for name in ("s0", "s1")]
    assert columns[1][0] == pytest.approx(paths["s0"].poses(np.array([4.0])).columns[0])
    for found in columns:
        found[:, 3:5] = np.unwrap(found[:, 3:5], axis=0)
        speed = np.diff(found, axis=0) / step
        assert np.abs(speed[:, :3]).max() < 40
        assert np.abs(np.diff(speed[:, :3], axis=0)).max() < 0.2
        assert np.abs(np.diff(speed[:, [3, 4, 6]], axis=0)).max() < 0.2
        assert np.abs(np.diff(speed[:, 5], axis=0)).max() < 2


@pytest.mark.parametrize("move", ["follow", "pan with mara", "follow + pan with mara"])
def test_a_hidden_cut_finds_a_camera_that_goes_by_its_subject_going_on(move):
    shots = [
        {"camera": {"frame": "WS mara", "from": "south-west", "move": move}, **WALK},
        {"camera": {"frame": "mara", "move": move}, "join": "last_frames"},
    ]
    _, paths, _ = planned(*shots)
    before = paths["s0"].poses(np.array([4 - 1e-3, 4.0])).columns
    after = paths["s1"].poses(np.array([0, 1e-3])).columns
    assert np.abs(before[1] - before[0]).max() > 1e-5
    assert after[1] - after[0] == pytest.approx(before[1] - before[0], rel=0.02, abs=1e-7)


@pytest.mark.parametrize(
    ("move", "said", "hint"),
    [
        ("pan up 10deg", "a pan goes `right` or `left`", "`up` is `tilt up 10deg`"),
        ("tilt left 10deg", "a tilt goes `up` or `down`", "`left` is `pan left 10deg`"),
        ("truck in 1m", "a truck goes `right` or `left`", "`in` is `dolly in 2m`"),
        ("pedestal left 1m", "a pedestal goes `up` or `down`", "`left` is `truck left 2m`"),
        ("crane 3m", "a crane goes `up` or `down`", "expected `crane up 3m`, `crane down 3m`"),
        ("zoom in 2x", "a zoom goes `to` a lens or a size", "`in` is `dolly in 2m`"),
        ("zoom to UCM", "`UCM` is no size", "expected one of: EWS"),
        ("zoom to 85m", "a lens of 85 metres", "Did you mean `85mm`?"),
        ("handheld wild", "`wild` is no way to hold a camera", "expected `handheld`, `handheld soft` or `handheld rough`"),
        ("follow mara barrel", "`barrel` is too much after `mara`", "such as `follow mara`"),
        ("crane up 3m + crane down 1m", "two moves of one kind (`crane`) at the same time", "one after the other is a list"),
        ("crane up", "`crane up` does not say how far", "expected `crane up 3m`"),
    ],
)  # fmt: skip
def test_what_moves_do_not_say_is_told(move, said, hint):
    with pytest.raises(Wrong) as caught:
        parse_moves(move)
    assert said in caught.value.message
    assert hint in " ".join(caught.value.expected)


def test_the_picture_rolls_as_it_is_told():
    found = track(WS | {"move": "roll right 90deg"})
    above = project(found[96], np.array([[31.2, 0, 12.0]]))[0][0]
    assert above[0] < 384 - 50  # a camera that leans to the right sees what was above on its left
    assert above[1] == pytest.approx(216, abs=1)


class Struck:
    """A drum that lies until 1.5 s, is pushed east at once, and is struck back at 3 s."""

    def sample(self, _place, times_s):
        T = np.tile(np.eye(4), (len(times_s), 1, 1))
        T[:, 0, 3] = 20 + 2.5 * np.clip(times_s - 1.5, 0, 1.5) - 0.8 * np.maximum(times_s - 3, 0)
        T[:, 1:3, 3] = -6, 0.3
        speed = np.where(times_s < 1.5, 0, np.where(times_s < 3, 2.5, -0.8))
        still = np.zeros((len(times_s), 3))
        drum = BodyTrack(T, speed[:, None] * np.array([1.0, 0, 0]), still, np.zeros(len(times_s)))
        return WorldTrack({"drum": drum}, times_s)


@pytest.mark.parametrize("move", ["follow", "pan with drum", "[hold for 1s, follow + pan with drum]"])
def test_a_camera_meets_what_is_struck_without_a_jerk(move):
    yard = {"anchors": {"wall": {"wall": "9 x 3m", "at": [20, 30]}}}
    drum = {"drum": {"cylinder": "0.6 x 0.9m", "axis": "north", "at": [20, -6]}}
    steps = move.strip("[]").split(", ")
    shot = {"shot": "s0", "duration": "5s", "camera": {"frame": "WS drum", "from": "south", "move": steps}}
    shotlist = ShotList.model_validate({"places": {"yard": yard}, "subjects": drum, "shots": [shot]})
    paths, problems = plan_cameras(shotlist, lay_out(shotlist)[0], Struck())
    assert problems == []
    found = paths["s0"].poses(np.arange(0, 5.4, 1e-3)).columns
    assert np.abs(np.diff(found, n=2, axis=0)).max() * 1e3 < 0.05
    times = np.array([0.0, 1, 1.2, 2, 2.7, 3.3, 5])
    track, middles = paths["s0"].track(times, SIZE), paths["s0"].scenery.middles("drum", times)
    for k in range(7):  # and is with it again a fifth of a second after
        assert project(track[k], middles[k : k + 1])[0][0] == pytest.approx([384, 216], abs=0.01)
