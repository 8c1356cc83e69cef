"""Laws of things under physics: flight, bounce, rolling, sleep, and going on where it was left, to the last bit."""

import numpy as np
import pytest
from places import place, standing

from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, Physical, Solid
from composer.world.ballistics import least_speed, rolling, throw_at, throw_in
from composer.world.physics import Physics

G = 9.81
LYING = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]).T


def thing(name, shape, size, pose=None, first=FIRST_SUBJECT, **physical):
    T = standing(0, 0, size[2] / 2) if pose is None else pose
    return Solid(name, name, first, shape, size, T, name, physical=Physical(**physical))


def ball(**physical):
    return thing("ball", "sphere", (0.2, 0.2, 0.2), **physical)


def yard(*subjects, anchors=(), **ground):
    return Physics(place(*anchors), {s.name: s for s in subjects}, Physical(**ground))


def lying(x, y, z):
    T = standing(x, y, z)
    T[:3, :3] = LYING
    return T


def drum_on_dock():
    """A steel drum at the edge of a dock, a steel ramp down to wet concrete, a steel crane 10 m on."""
    steel, concrete = {"bounce": 0.5, "friction": 0.15}, {"bounce": 0.4, "friction": 0.6}
    anchors = (
        thing("dock", "box", (4.0, 4.0, 1.2), standing(12, 0, 0.6), FIRST_ANCHOR, **concrete),
        thing("ramp", "ramp", (3.0, 6.0, 1.2), standing(17, 0, 0.6, np.pi / 2), FIRST_ANCHOR + 1, **steel),
        thing("crane", "box", (2.4, 2.4, 14.0), standing(31.2, 0, 7), FIRST_ANCHOR + 2, **steel),
    )
    drum = thing("drum", "cylinder", (0.6, 0.6, 0.9), mass_kg=90.0, **steel)
    physics = yard(drum, anchors=anchors, **concrete)
    start = lying(13.7, 0, 1.5)
    physics.begin(10.0)
    physics.put("drum", start)
    physics.run(10.8)
    push = np.array([1.2, 0, 0])
    physics.launch("drum", push, rolling(drum, start, push))
    return physics


@pytest.fixture(scope="module")
def harbour():
    physics = drum_on_dock()
    physics.run(26.5)
    return physics


@pytest.mark.parametrize("late_s", [0.0, 1.0])
def test_what_cannot_be_computed_rests_where_it_was_and_is_told(late_s, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where MuJoCo would keep a log
    crate = thing("crate", "box", (1, 1, 1), first=FIRST_SUBJECT + 1)
    physics = yard(ball(), crate)
    physics.put("crate", standing(50, 0, 0.5))
    physics.put("ball", standing(0, 0, 40))
    physics.wake("ball")
    physics.run(late_s)
    before, saved = physics.state("ball").T_world_body[2, 3], physics.snapshot()
    physics.launch("ball", np.array([1e12, 0, 0]), np.zeros(3))
    physics.run(late_s + 2)
    assert physics.lost == {"ball": pytest.approx(late_s)}
    state = physics.state("ball")
    assert state.T_world_body[2, 3] == pytest.approx(before)
    assert not state.linear_m_s.any()
    assert physics.awake() == frozenset()
    assert not list(tmp_path.iterdir())
    physics.restore(saved)
    physics.run(late_s + 2)
    assert not physics.lost
    assert physics.state("ball").T_world_body[2, 3] < before


def test_thrown_up_it_rises_v2_over_2g_within_1_mm():
    physics = yard(ball())
    physics.put("ball", standing(0, 0, 1))
    physics.launch("ball", np.array([1.0, 0, 6.0]), np.zeros(3))
    physics.run(0.8)
    heights = physics.record("ball").sample(np.arange(0, 0.8, 1e-4)).T_world_body[:, 2, 3]
    assert heights.max() - 1 == pytest.approx(36 / 2 / G, abs=1e-3)


@pytest.mark.parametrize("restitution", [0.5, 0.7, 0.9])
def test_a_ball_bounces_at_the_times_of_the_series(restitution):
    physics = yard(ball(bounce=restitution), bounce=1.0)
    physics.put("ball", standing(0, 0, 1.1))
    physics.wake("ball")
    physics.run(3.0)
    blows = [c for c in physics.contacts if c.kind == "blow"]
    times, speed = [np.sqrt(2 / G)], np.sqrt(2 * G)
    for _ in range(2):
        speed *= restitution
        times.append(times[-1] + 2 * speed / G)
    assert [c.time_s for c in blows[:3]] == pytest.approx(times, rel=0.06)
    between = np.linspace(blows[0].time_s, blows[1].time_s, 500)
    top = physics.record("ball").sample(between).T_world_body[:, 2, 3].max() - 0.1
    assert np.sqrt(top) == pytest.approx(restitution, abs=0.055)


def test_momentum_changes_by_the_impulse_that_is_told():
    physics = yard(ball(mass_kg=2.0, bounce=0.7), bounce=1.0)
    physics.put("ball", standing(0, 0, 1.1))
    physics.wake("ball")
    physics.run(0.44)
    before = physics.state("ball").linear_m_s[2]
    physics.run(0.5)
    after = physics.state("ball").linear_m_s[2]
    (blow,) = physics.contacts
    assert blow.impulse_n_s == pytest.approx(2 * (after - before + G * 0.06), rel=0.01)
    assert blow.bodies == ("ball", "ground")
    assert blow.normal == pytest.approx([0, 0, -1])
    assert blow.position == pytest.approx([0, 0, 0], abs=0.03)


def test_what_sleeps_on_a_slope_stays_to_the_last_bit_until_it_is_woken():
    slope = thing("slope", "ramp", (3.0, 6.0, 1.2), standing(0, 0, 0.6), FIRST_ANCHOR)
    physics = yard(ball(), anchors=(slope,))
    there = standing(0, 1, 0.8 + 0.1 * np.sqrt(1.04))
    physics.put("ball", there)
    physics.run(60)
    assert np.array_equal(physics.state("ball").T_world_body, there)
    assert not physics.awake()
    physics.wake("ball")
    physics.run(62)
    state = physics.state("ball")
    assert state.linear_m_s[1] < -1
    surface = abs(state.angular_rad_s[0]) * 0.1
    assert surface == pytest.approx(np.linalg.norm(state.linear_m_s), rel=0.01)


def test_what_has_come_to_rest_is_frozen():
    physics = yard(ball(bounce=0.3))
    physics.put("ball", standing(0, 0, 0.5))
    physics.wake("ball")
    physics.run(5)
    assert not physics.awake()
    lies = physics.state("ball").T_world_body
    physics.run(100)
    assert np.array_equal(physics.state("ball").T_world_body, lies)
    track = physics.record("ball").sample(np.array([5.0, 50.0, 100.0]))
    assert np.array_equal(track.T_world_body, np.stack([lies] * 3))
    assert not track.linear_m_s.any()


def test_energy_never_grows():
    crate = thing("crate", "box", (0.6, 0.5, 0.4), mass_kg=20.0, bounce=0.6)
    physics = yard(crate, bounce=0.6)
    physics.put("crate", standing(0, 0, 2.0, 0.3))
    physics.launch("crate", np.array([2.0, 0, 1]), np.array([3.0, 2.0, 1.0]))
    moments = 20 / 12 * np.array([0.5**2 + 0.4**2, 0.6**2 + 0.4**2, 0.6**2 + 0.5**2])
    energies = []
    for k in range(1, 60):
        physics.run(k / 20)
        state = physics.state("crate")
        spin = state.T_world_body[:3, :3].T @ state.angular_rad_s
        kinetic = 10 * state.linear_m_s @ state.linear_m_s + moments @ spin**2 / 2
        energies.append(kinetic + 20 * G * state.T_world_body[2, 3])
    before = np.maximum(energies[:-2], energies[1:-1])  # one of the two at least is not inside a blow
    assert (energies[2:] <= before * 1.001).all()


def test_a_crate_slides_flat():
    crate = thing("crate", "box", (0.6, 0.6, 0.6), mass_kg=30.0)
    physics = yard(crate)
    physics.put("crate", standing(0, 0, 0.3))
    physics.launch("crate", np.array([3.0, 0, 0]), np.zeros(3))
    physics.run(3)
    track = physics.record("crate").sample(np.arange(0, 3, 1 / 96))
    assert np.abs(track.T_world_body[:, 2, 3] - 0.3).max() < 5e-4
    assert [c.kind for c in physics.contacts] == ["slide"]
    assert physics.state("crate").T_world_body[0, 3] == pytest.approx(9 / 2 / 0.5 / G, rel=0.2)


def test_the_drum_rolls_down_straight_and_strikes_the_crane(harbour):
    times = np.arange(10.8, 26.5, 1 / 24)
    track = harbour.record("drum").sample(times)
    assert np.abs(track.angular_rad_s[:, [0, 2]]).max() < 1e-2
    assert np.abs(track.T_world_body[:, 1, 3]).max() < 1e-4
    (blow,) = (c for c in harbour.contacts if "crane" in c.bodies)
    assert blow.time_s == pytest.approx(15.93, abs=0.12)
    assert blow.position == pytest.approx([30, 0, 0.3], abs=0.03)
    at = harbour.record("drum").sample(np.array([11.5, 15.5, 18.5]))
    assert at.T_world_body[:2, 0, 3] == pytest.approx([14.6, 28.1], abs=0.3)
    assert at.linear_m_s[:2, 0] == pytest.approx([1.7, 3.8], abs=0.12)
    assert 30 - at.T_world_body[2, 0, 3] - 0.3 < 2.0


def test_it_rolls_without_slipping(harbour):
    for time_s in (11.2, 13.0, 15.0):
        track = harbour.record("drum").sample(np.array([time_s]))
        assert track.angular_rad_s[0, 1] * 0.3 == pytest.approx(np.linalg.norm(track.linear_m_s[0]), rel=0.01)


def test_rolling_is_told_as_rolling(harbour):
    rolls = [c for c in harbour.contacts if c.kind == "roll"]
    assert {c.bodies[1] for c in rolls} == {"dock", "ramp", "ground"}
    ramp = next(c for c in rolls if c.bodies[1] == "ramp")
    assert 2 < ramp.duration_s < 3


@pytest.mark.parametrize("stop_s", [12.0, 15.0, 16.012])
def test_a_snapshot_goes_on_to_the_last_bit_in_another_place_of_the_same_kind(stop_s, harbour):
    one, other = drum_on_dock(), drum_on_dock()
    one.run(stop_s)
    saved = one.snapshot()
    one.run(17.0)
    other.restore(saved)
    other.run(17.0)
    for field in ("T_world_body", "linear_m_s", "angular_rad_s"):
        assert np.array_equal(getattr(one.state("drum"), field), getattr(other.state("drum"), field))
    harbour_then = harbour.record("drum").sample(np.array([17.0]))
    assert np.array_equal(one.state("drum").T_world_body[:3, 3], harbour_then.T_world_body[0, :3, 3])


def test_the_record_is_continuous_at_any_time(harbour):
    times = np.arange(10.85, 26, 1 / 2000)
    track = harbour.record("drum").sample(times)
    step = np.diff(track.T_world_body[:, :3, 3], axis=0) - track.linear_m_s[:-1] / 2000
    assert np.abs(step).max() < 4e-4
    calm = (times[:-1] > 11.2) & (times[:-1] < 13.3)
    assert np.abs(np.diff(track.linear_m_s, axis=0)[calm]).max() < 0.05


def test_whoever_walks_into_a_ball_sends_it_off():
    mara = thing("mara", "person", (0.5, 0.5, 1.7))
    physics = yard(ball(), mara, bounce=0.5)
    physics.put("ball", standing(2, 0, 0.1))
    walk = np.array([1.4, 0, 0])
    physics.drive("mara", lambda t: (standing(1.4 * t, 0, 0.85), walk, np.zeros(3)))
    physics.run(1.1)
    assert not physics.awake()
    physics.run(1.3)
    track = physics.record("ball").sample(np.arange(0, 1.3, 1 / 480))
    assert track.linear_m_s[:, 0].max() == pytest.approx(1.4 * 1.5, rel=0.06)
    assert ("ball", "mara") in [c.bodies for c in physics.contacts]


def test_a_sleeper_is_woken_by_what_strikes_it():
    one, other = ball(), thing("rest", "sphere", (0.2, 0.2, 0.2))
    physics = yard(one, other)
    physics.put("rest", standing(1, 0, 0.1))
    physics.put("ball", standing(0, 0, 0.1))
    push = np.array([2.0, 0, 0])
    physics.launch("ball", push, rolling(one, standing(0, 0, 0.1), push))
    physics.run(0.3)
    assert physics.awake() == {"ball"}
    physics.run(1.0)
    assert "rest" in physics.awake()
    assert physics.state("rest").linear_m_s[0] > 0.8


def test_the_order_of_puts_changes_nothing():
    ends = []
    for order in (("ball", "rest"), ("rest", "ball")):
        physics = yard(ball(), thing("rest", "sphere", (0.2, 0.2, 0.2)))
        for name in order:
            physics.put(name, standing(float(name == "rest"), 0, 0.1))
        physics.launch("ball", np.array([3.0, 0, 0]), np.zeros(3))
        physics.run(2)
        ends.append(physics.state("rest").T_world_body)
    assert np.array_equal(*ends)


def test_a_throw_lands_where_it_was_aimed():
    start, target = np.array([0, 0, 1.0]), np.array([5.0, 3, 2])
    for velocity, time_s in ((throw_in(start, target, 1.2), 1.2), (throw_at(start, target, 12.0), None)):
        flown_s = time_s or 5 / velocity[0]
        physics = yard(ball())
        physics.put("ball", standing(*start))
        physics.launch("ball", velocity, np.zeros(3))
        physics.run(flown_s + 0.1)
        there = physics.record("ball").sample(np.array([flown_s])).T_world_body[0, :3, 3]
        assert there == pytest.approx(target, abs=0.01)
    assert np.linalg.norm(throw_at(start, target, 12.0)) == pytest.approx(12)


def test_too_slow_a_throw_names_the_least_speed():
    start, target = np.zeros(3), np.array([10.0, 0, 0])
    least = least_speed(start, target)
    assert least == pytest.approx(np.sqrt(10 * G))
    assert throw_at(start, target, least - 0.01) is None
    assert throw_at(start, target, least + 0.01)[0] == pytest.approx(least / np.sqrt(2), rel=0.05)


def test_the_clock_cannot_be_set_while_something_moves():
    physics = yard(ball())
    physics.put("ball", standing(0, 0, 3))
    physics.wake("ball")
    with pytest.raises(ValueError, match="the clock cannot be set while ball move"):
        physics.begin(5.0)
    physics.rest()
    physics.begin(5.0)
    assert physics.time_s == 5.0
