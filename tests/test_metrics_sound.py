"""Joins that are heard: clicks, dips, steps and sound that parts from its picture, each planted and found."""

from math import isnan

import numpy as np
import pytest
from scipy.signal import lfilter

from composer.metrics import click_db, dip_db, event_offset, loudness_step, step_lu
from composer.metrics.loudness import _WEIGHTING, _weighted
from composer.timing import SAMPLE_RATE

S = SAMPLE_RATE
RNG = np.random.default_rng(3)


def hum(hz, seconds, phase=0.0):
    t = np.arange(round(seconds * S)) / S
    return 0.2 * np.sin(2 * np.pi * hz * t + phase)


def noise(seconds, level=0.1, seed=5):
    return level * np.random.default_rng(seed).normal(size=(2, round(seconds * S)))


def stereo(mono):
    return np.stack([mono, mono])


def test_a_hard_cut_between_two_hums_clicks_and_a_hum_that_goes_on_does_not():
    cut = stereo(np.concatenate([hum(220, 0.5, 1.5), hum(330, 0.5)]))
    assert click_db(cut, S // 2) > 20
    assert click_db(stereo(hum(220, 1)), S // 2) < 1


def test_a_click_is_heard_where_it_is_and_not_beside_it():
    sound = noise(1, 0.01)
    sound[1, S // 2] += 0.5
    assert click_db(sound, S // 2) > 12
    assert click_db(sound, S // 2 + S // 100) < 1


def test_a_click_into_silence_is_heard_and_silence_is_not_measured():
    sound = np.zeros((2, S))
    assert isnan(click_db(sound, S // 2))
    sound[:, S // 2] = 0.1
    assert click_db(sound, S // 2) > 60
    assert isnan(click_db(sound, 3))


def test_a_linear_fade_of_unlike_sounds_dips_and_one_of_equal_power_does_not():
    a, b = noise(0.9, seed=1), noise(0.9, seed=2)
    start, stop = round(0.3 * S), round(0.6 * S)
    share = np.clip((np.arange(a.shape[1]) - start) / (stop - start), 0, 1)
    linear = (1 - share) * a + share * b
    power = np.cos(share * np.pi / 2) * a + np.sin(share * np.pi / 2) * b
    assert dip_db(linear, start, stop) == pytest.approx(-10 * np.log10(0.5 + 2 / 4 / 27), abs=0.2)
    assert dip_db(power, start, stop) == pytest.approx(0, abs=0.2)


def test_a_hole_in_a_fade_is_found_and_ends_are_not_measured():
    sound = noise(0.9)
    sound[:, round(0.4 * S) : round(0.5 * S)] *= 0.1
    assert dip_db(sound, round(0.3 * S), round(0.6 * S)) == pytest.approx(20, abs=0.3)
    assert isnan(dip_db(sound, round(0.1 * S), round(0.4 * S)))
    assert isnan(dip_db(np.zeros_like(sound), round(0.3 * S), round(0.6 * S)))


def test_a_step_of_loudness_counts_against_the_plan():
    planned = np.concatenate([noise(1), 2 * noise(1)], axis=1)
    heard = 0.5 * np.concatenate([noise(1), 4 * noise(1)], axis=1)
    assert step_lu(planned, S) == pytest.approx(6.02, abs=0.1)
    assert loudness_step(planned, planned, S) == 0
    assert loudness_step(0.5 * planned, planned, S) == pytest.approx(0, abs=1e-6)
    assert loudness_step(heard, planned, S) == pytest.approx(6.02, abs=0.1)
    assert isnan(step_lu(planned, S // 4))


@pytest.mark.parametrize("late_ms", [0, 20, 40, 80, -40])
def test_sound_that_parts_from_its_picture_is_found_to_a_millisecond(late_ms):
    events = np.array([0.6, 1.1, 1.9, 2.35]) * S
    sound = noise(3, 0.001)
    for at in np.round(events + late_ms * S / 1000).astype(int):
        sound[:, at : at + S // 5] += 0.3 * RNG.normal(size=(2, S // 5)) * np.exp(-np.arange(S // 5) / 1500)
    found = event_offset(sound, events)
    assert found.sure
    assert found.late * 1000 / S == pytest.approx(late_ms, abs=1)


def test_without_events_nothing_is_said():
    assert event_offset(noise(1), np.zeros(0)) is None


def test_the_weighting_of_loudness_is_what_scipy_makes_of_its_filters_and_goes_on_from_block_to_block():
    sound = noise(0.2).astype(np.float32)
    expected = sound.astype(float)
    for before, zero, second, first_back, second_back in _WEIGHTING:
        expected = lfilter([before, zero, second], [1.0, first_back, second_back], expected, axis=1)
    assert np.array_equal(_weighted(sound, np.zeros((2, 2, 2))), expected)
    state = np.zeros((2, 2, 2))
    parts = [_weighted(part, state) for part in np.split(sound, [1, 500, 501], axis=1)]
    assert np.array_equal(np.concatenate(parts, axis=1), expected)
