"""Foley as it is heard: the same in any block, from moving cameras, across cuts; steps, rolls and things that pass."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_foley_blows import FLOOR, centroid_hz, strike, watching

from composer.audio.foley import Body, Ears, Ground, Pass, Strike, Trail, View, Walk, foley
from composer.audio.foley.gait import steps, steps_a_second
from composer.audio.foley.hearing import FADE, Sound, hear
from composer.audio.foley.rooms import answer
from composer.audio.noise import CHUNK
from composer.timing import SAMPLE_RATE

DRUM = Body("steel", "cylinder", (0.6, 0.6, 0.9), 90.0)
TIMES_S = np.arange(0, 8, 1 / 96)


def along(speed_m_s, y=0.0, z=0.3, middle_s=4.0):
    """From west to east, above the origin at `middle_s`."""
    x = (TIMES_S - middle_s) * speed_m_s
    return Trail(TIMES_S, np.stack([x, 0 * x + y, 0 * x + z], axis=1), np.full(len(x), abs(speed_m_s)))


def rolling(speed_m_s=2.0, start_s=1.0, lasts_s=5.0, trail=None):
    trail = trail or along(speed_m_s)
    return Strike("roll", start_s, (DRUM, FLOOR), 880.0 * lasts_s, trail, "roll", lasts_s)


def walking(speeds, ground=None, **given_):
    x = np.cumsum(speeds) / 96 - 3
    ground = ground or Ground("concrete")
    return Walk("walk", Trail(TIMES_S, np.stack([x, 0 * x, 0 * x], axis=1), speeds), (ground,), **given_)


def tone(hz, seconds, trail, at=0, **given_):
    """A sound of one pitch, under a slow swell."""
    count = round(seconds * SAMPLE_RATE)
    n = np.arange(count)
    wave = np.sin(2 * np.pi * hz * n / SAMPLE_RATE) * np.clip(np.minimum(n, count - n) / 4800, 0, 1)
    return Sound(at, count, lambda: wave, trail, **given_)


def pitch_hz(sound):
    """By the phase of the analytic signal of its middle half."""
    spectrum = np.fft.fft(sound)
    spectrum[len(sound) // 2 :] = 0
    phase = np.unwrap(np.angle(np.fft.ifft(spectrum)))
    quarter = len(sound) // 4
    return float((phase[-quarter] - phase[quarter]) / (2 * np.pi) / (len(sound) - 2 * quarter) * SAMPLE_RATE)


def rms(sound):
    return float(np.sqrt((np.asarray(sound, float) ** 2).mean()))


EVERYTHING = (
    *(strike(0.3 * n, (DRUM, FLOOR), 20.0 + n, (n - 3, 0, 0), f"blow {n}") for n in range(8)),
    rolling(),
    walking(np.full(len(TIMES_S), 1.4), Ground("earth", "gravel", wet=True)),
    Pass("pass", along(15.0, -3.0, 1.5), 0.5),
)


@pytest.fixture(scope="module")
def whole():
    ears = watching((0, -5, 1.6), (4, -2, 1.0), cuts=(0.0, 2.5), stop_s=7.0)
    return ears, foley(EVERYTHING, ears, 7).read(0, 8 * SAMPLE_RATE)


@given(st.lists(st.integers(1, 8 * SAMPLE_RATE - 1), max_size=6))
@settings(max_examples=6, deadline=None)
def test_blocks_of_any_size_hold_the_same_samples(whole, cuts):
    ears, expected = whole
    track, edges = foley(EVERYTHING, ears, 7), sorted({0, 8 * SAMPLE_RATE, *cuts})
    blocks = [track.read(start, stop) for start, stop in pairwise(edges)]
    assert np.concatenate(blocks, axis=1).tobytes() == expected.tobytes()


def test_it_is_silent_outside_its_spans_and_its_ears(whole):
    ears, heard = whole
    sounding = np.zeros(heard.shape[1], bool)
    for start, stop in foley(EVERYTHING, ears, 7).spans:
        sounding[start:stop] = True
    assert not heard[:, ~sounding].any()
    assert not heard[:, 7 * SAMPLE_RATE :].any()
    assert heard[:, : 7 * SAMPLE_RATE].any()
    assert foley((), ears, 7).spans == ()
    assert not foley((), ears, 7).read(0, 1000).any()


def test_a_name_and_a_seed_are_one_sound_at_any_time():
    def heard(name, start_s, seed):
        event = Strike(
            name, start_s, (DRUM, FLOOR), 900.0, Trail(np.zeros(1), np.zeros((1, 3)), np.ones(1)), "roll", 1.0
        )
        start = round(start_s * SAMPLE_RATE)
        return foley([event], watching((0, -5, 1.6)), seed).read(start, start + SAMPLE_RATE // 2)

    # the room is worked out by chunks, which rounds otherwise
    assert np.abs(heard("a", 1.0, 7) - heard("a", 2.5, 7)).max() < 1e-7
    for other in (heard("b", 1.0, 7), heard("a", 1.0, 8)):
        assert rms(other - heard("a", 1.0, 7)) > 0.5 * rms(other)


def test_twice_as_far_is_half_as_loud():
    near, far = (
        rms(hear(tone(500, 1.0, Trail.still(np.zeros(3))), watching((0, -way, 0)))[1][:2]) for way in (3.0, 6.0)
    )
    assert near / far == pytest.approx(2.0, rel=0.01)


def test_air_takes_the_treble_of_what_is_far():
    def lost_db(hz):
        near, far = (
            rms(hear(tone(hz, 1.0, Trail.still(np.zeros(3))), watching((0, -way, 0)))[1][:2]) for way in (2.0, 200.0)
        )
        return 20 * np.log10(near / far / 100)

    assert abs(lost_db(200)) < 0.1
    assert 2 < lost_db(3000) < 4  # ISO 9613-1 has 3 dB


@pytest.mark.parametrize("x", [-4.0, -1.0, 0.0, 1.0, 4.0])
def test_sides_are_those_of_the_picture_at_equal_power(x):
    left, right, _ = hear(tone(500, 0.5, Trail.still(np.array([x, 0.0, 0.0]))), watching((0, -3, 0), target=(0, 0, 0)))[
        1
    ]
    loud = np.hypot(rms(left), rms(right)) * np.hypot(3, x)
    centre = hear(tone(500, 0.5, Trail.still(np.zeros(3))), watching((0, -3, 0)))[1]
    assert loud == pytest.approx(np.hypot(rms(centre[0]), rms(centre[1])) * 3, rel=0.01)
    assert np.sign(round(rms(right) - rms(left), 6)) == np.sign(x)


def test_what_hides_dulls_and_softens():
    open_, hidden = (
        {hz: rms(hear(tone(hz, 0.5, Trail.still(np.zeros(3), way)), watching((0, -3, 0)))[1]) for hz in (200, 5000)}
        for way in (0.0, 1.0)
    )
    assert hidden[200] < 0.5 * open_[200]
    assert hidden[5000] / open_[5000] < 0.3 * hidden[200] / open_[200]


@pytest.mark.parametrize("speed", [-30.0, 10.0, 30.0])
def test_pitch_follows_doppler(speed):
    """A source on a straight line away from the camera, or towards it: f / (1 + v / c)."""
    x = 200 + speed * (TIMES_S - 4)
    trail = Trail(TIMES_S, np.stack([x, 0 * x, 0 * x], axis=1))
    _, heard = hear(tone(1000, 4.0, trail, 2 * SAMPLE_RATE), watching((0, 0, 0), target=(1, 0, 0)))
    assert pitch_hz(heard[0]) == pytest.approx(1000 / (1 + speed / 343), rel=1e-4)


def test_a_moving_ear_hears_clean_tones():
    """What is between samples is interpolated: nothing but the tone, 60 dB down."""
    x = 5 + 1.0 * TIMES_S
    trail = Trail(TIMES_S, np.stack([x, 0 * x, 0 * x], axis=1))
    for hz in (1000, 8000):
        _, heard = hear(tone(hz, 4.0, trail), watching((0, 0, 0), target=(1, 0, 0)))
        part = heard[0, SAMPLE_RATE : 3 * SAMPLE_RATE].astype(float) * x[96 * 2]
        spectrum = np.abs(np.fft.rfft(part * np.blackman(len(part)))) ** 2
        peak = int(np.argmax(spectrum))
        assert spectrum[peak - 400 : peak + 400].sum() > 1e6 * (
            spectrum.sum() - spectrum[peak - 400 : peak + 400].sum()
        )


def test_a_sound_goes_on_across_a_cut_and_its_place_jumps():
    cut = 2 * SAMPLE_RATE
    trail = Trail.still(np.zeros(3))
    ears = watching((-3, 0, 0), (0, -6, 0), cuts=(0.0, 2.0), target=(0, 0, 0))
    _, heard = hear(tone(500, 4.0, trail), ears)
    alone = [hear(tone(500, 4.0, trail), watching(eye))[1] for eye in ((-3, 0, 0), (0, -6, 0))]
    before, after = slice(SAMPLE_RATE, cut - FADE), slice(cut + FADE, 3 * SAMPLE_RATE)
    assert np.abs(heard[:, before] - alone[0][:, before]).max() < 1e-6
    assert np.abs(heard[:, after] - alone[1][:, after]).max() < 1e-6  # in phase: nothing was skipped
    third = np.abs(np.diff(heard[0, cut - 4800 : cut + 4800].astype(float), 3))
    assert third[4400:5200].max() < 1.5 * third[:4000].max()


def test_a_blow_on_the_cut_is_heard_from_behind_it():
    ears = watching((-3, 0, 0), (0, -6, 0), cuts=(0.0, 2.0))
    late = foley([strike(2.0)], watching((0, -6, 0)), 7).read(0, 3 * SAMPLE_RATE)
    assert np.array_equal(foley([strike(2.0)], ears, 7).read(0, 3 * SAMPLE_RATE), late)


def test_what_began_before_the_cut_into_a_place_comes_without_a_click():
    heard = foley([rolling(start_s=0.0, lasts_s=4.0)], watching((0, -5, 1.6), cuts=(2.0,)), 7).read(0, 4 * SAMPLE_RATE)
    cut = 2 * SAMPLE_RATE
    assert not heard[:, :cut].any()
    assert np.abs(heard[:, cut : cut + 24]).max() < 0.1 * np.abs(heard[:, cut + FADE :]).max()


def test_a_muted_camera_hears_nothing():
    ears = watching((0, -5, 1.6), (0, -5, 1.6), cuts=(0.0, 1.0))
    muted = View(ears.views[1].times_s, ears.views[1].T_world_camera, -np.inf)
    heard = foley([strike(0.2), strike(1.2)], Ears((ears.views[0], muted), 3.0), 7).read(0, 3 * SAMPLE_RATE)
    assert np.abs(heard[:, : SAMPLE_RATE // 2]).max() > 1e-3
    assert np.abs(heard[:, round(1.1 * SAMPLE_RATE) :]).max() < 1e-3 * np.abs(heard).max()


def test_a_room_answers_for_as_long_as_sabine_says_and_the_sky_hardly():
    office = answer((5.0, 4.0, 2.6))
    left = np.cumsum(office[0, ::-1].astype(float) ** 2)[::-1]
    first, last = (int(np.argmax(left <= left[0] * 10 ** (level / 10))) for level in (-5, -25))
    assert 3 * (last - first) / SAMPLE_RATE == pytest.approx(0.161 * 52 / (0.22 * 86.8), rel=0.1)
    assert np.linalg.norm(answer(None)) < 0.1 * np.linalg.norm(office)
    ears = watching((0, -2, 1.6))
    room, sky = (
        foley([strike(0.5)], Ears(ears.views, 4.0, size), 7).read(0, CHUNK) for size in ((5.0, 4.0, 2.6), None)
    )
    assert rms(room[:, 25_000:]) > 1.5 * rms(sky[:, 25_000:])


@pytest.mark.parametrize(("speed", "often"), [(1.4, 1.9), (4.0, 2.8)])
def test_feet_fall_as_often_as_people_walk_and_run(speed, often):
    assert float(steps_a_second(np.array([speed]), 1.75)[0]) == pytest.approx(often, rel=0.03)
    found = steps(walking(np.full(len(TIMES_S), speed)))
    assert len(found) == pytest.approx(8 * often, abs=1)
    assert [step.side for step in found[:4]] in ([1, -1, 1, -1], [-1, 1, -1, 1])


def test_from_a_walk_to_a_run_no_step_is_lost():
    """The phase goes on: steps only come closer as the speed grows."""
    found = steps(walking(np.interp(TIMES_S, [0, 2, 6, 8], [1.2, 1.2, 4.0, 4.0])))
    gaps = np.diff([step.time_s for step in found])
    assert (np.diff(gaps) < 0.01).all()
    assert gaps[0] > 1.4 * gaps[-1]


def test_feet_fall_where_the_picture_sets_them_down():
    gait = np.pi * 1.7 * TIMES_S + 0.4
    found = steps(walking(np.full(len(TIMES_S), 1.2), gait_rad=gait))
    assert [step.time_s * 1.7 + 0.4 / np.pi for step in found] == pytest.approx(range(1, len(found) + 1), abs=1e-6)


def test_who_stands_is_silent_and_who_turns_scuffs():
    still = np.zeros(len(TIMES_S))
    assert steps(walking(still)) == []
    turned = steps(walking(still, heading_rad=np.clip(TIMES_S - 2, 0, 3)))
    assert [step.scuff for step in turned] == [True] * 3
    assert all(2 <= step.time_s <= 5 for step in turned)


def test_a_walk_to_a_stand_ends_with_the_other_foot():
    speeds = np.clip(3 - TIMES_S, 0, 1) * 1.4
    last = steps(walking(speeds))[-1]
    assert 2.5 < last.time_s < 3.0


def test_grounds_sound_like_themselves():
    def heard(ground, **given_):
        return foley([walking(np.full(len(TIMES_S), 1.4), ground, **given_)], watching((0, -4, 1.6)), 7).read(
            0, 6 * SAMPLE_RATE
        )

    plain, gravel, wet, earth = (
        heard(ground)
        for ground in (Ground("concrete"), Ground("earth", "gravel"), Ground("concrete", wet=True), Ground("earth"))
    )
    assert centroid_hz(gravel[0]) > 1.5 * max(centroid_hz(plain[0]), centroid_hz(earth[0]))
    assert centroid_hz(wet[0]) > centroid_hz(plain[0])
    heavy, light = (heard(Ground("concrete"), mass_kg=mass) for mass in (120.0, 40.0))
    assert rms(heavy) > 1.3 * rms(light)


def test_a_faster_roll_is_louder_and_brighter():
    def heard(speed):
        still = Trail(np.zeros(1), np.zeros((1, 3)), np.array([speed]))
        return foley([rolling(trail=still)], watching((0, -4, 1.6)), 7).read(2 * SAMPLE_RATE, 5 * SAMPLE_RATE)

    slow, fast = heard(0.4), heard(3.0)
    assert rms(fast) > 2 * rms(slow)
    assert centroid_hz(fast[0]) > 1.2 * centroid_hz(slow[0])


def test_a_roll_comes_and_goes_smoothly_and_has_no_seams():
    still = Trail(np.zeros(1), np.zeros((1, 3)), np.array([1.5]))
    heard = foley([rolling(start_s=0.5, lasts_s=12.0, trail=still)], watching((0, -4, 1.6), stop_s=14.0), 7)
    sound = heard.read(0, 14 * SAMPLE_RATE)
    turn = round(np.pi * 0.6 / 1.5 * SAMPLE_RATE)
    loud = [rms(sound[:, n : n + turn]) for n in range(SAMPLE_RATE, 11 * SAMPLE_RATE, turn // 2)]
    assert max(loud) < 1.7 * min(loud)
    assert rms(sound[:, SAMPLE_RATE // 2 :][:, :48]) < 0.02 * min(loud)
    assert rms(sound[:, round(13.2 * SAMPLE_RATE) :]) < 0.02 * min(loud)


def test_only_what_passes_near_and_fast_is_heard():
    ears = watching((0, -5, 1.6))
    for trail in (along(15.0, 30.0), along(1.0, -4.0)):
        assert foley([Pass("pass", trail, 0.5)], ears, 7).spans == ()
    heard = foley([Pass("pass", along(15.0, -3.0, 1.6), 0.5)], ears, 7).read(0, 8 * SAMPLE_RATE)
    loud = np.sqrt((heard.astype(float) ** 2).sum(axis=0).reshape(-1, 480).mean(axis=1))
    assert int(np.argmax(loud)) / 100 == pytest.approx(4.0, abs=0.1)
    early, late = heard[:, : 4 * SAMPLE_RATE], heard[:, 4 * SAMPLE_RATE :]
    assert rms(early[0]) > rms(early[1])
    assert rms(late[0]) < rms(late[1])


def test_a_chunk_is_no_border():
    """A blow just before the end of a chunk rings on and is answered in the next one."""
    at = CHUNK - 100
    heard = foley([strike(at / SAMPLE_RATE)], watching((0, -4, 1.6)), 7).read(0, 2 * CHUNK)
    assert int(np.flatnonzero(heard.any(axis=0))[0]) == at
    assert heard[:, CHUNK:].any()
    later = foley([strike((at + 500) / SAMPLE_RATE)], watching((0, -4, 1.6)), 7).read(500, 2 * CHUNK)
    assert np.abs(later - heard[:, : 2 * CHUNK - 500]).max() < 1e-7
