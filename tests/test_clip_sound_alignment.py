"""How late one sound is against another: known shifts under noise, what is not alike, what could be anywhere."""

import numpy as np
import pytest

from composer.audio import ClipSound, at_48_khz, in_place, joined
from composer.audio.aligning import match
from composer.audio.resampling import between

NOTHING = np.zeros(0)


def hiss(seed, length, low_pass=1):
    """Noise, the mean of `low_pass` samples at a time."""
    rough = np.random.default_rng(seed).standard_normal(length + low_pass - 1)
    return np.convolve(rough, np.ones(low_pass) / np.sqrt(low_pass), "valid")


def delayed(sound, late):
    """By phase, in a circle; what comes round is cut off by whoever uses it."""
    spectrum = np.fft.rfft(sound) * np.exp(-2j * np.pi * np.fft.rfftfreq(len(sound)) * late)
    return np.fft.irfft(spectrum, len(sound))


def stereo(sound, level=0.1):
    return np.repeat(level * sound[None], 2, axis=0).astype(np.float32)


@pytest.mark.parametrize("late", [-811.3, -0.25, 0.0, 3.5, 700.125])
@pytest.mark.parametrize("low_pass", [1, 12])
def test_a_shifted_copy_is_found_to_a_fraction_of_a_sample_under_noise(late, low_pass):
    whole = hiss(3, 24000, low_pass)
    noise = 2 * whole.std() * hiss(4, 24000)
    found = match(stereo(whole[3000:21000]), stereo((delayed(whole, late) + noise)[3000:21000]), 1920)
    assert found.sure
    assert found.late == pytest.approx(late, abs=1.0 if low_pass > 1 else 0.25), "4.8 samples are 0.1 ms"


def test_without_noise_it_is_exact():
    whole = hiss(5, 12000)
    found = match(stereo(whole[1000:11000]), stereo(delayed(whole, 12.25)[1000:11000]), 480)
    assert found.late == pytest.approx(12.25, abs=0.01)
    assert found.confidence > 0.8


@pytest.mark.parametrize("seed", range(6))
def test_what_is_not_alike_is_not_sure(seed):
    assert not match(stereo(hiss(seed, 9000)), stereo(hiss(seed + 50, 9000)), 1920).sure


def test_a_steady_tone_fits_anywhere_and_is_not_sure():
    tone = np.sin(2 * np.pi * 300 * np.arange(30000) / 48000)
    found = match(stereo(tone[:18000]), stereo(tone[:18000]), 1920)
    assert found.fits
    assert not found.sure
    assert not match(stereo(tone[:18000]), stereo(tone[80:18080]), 1920).fits


def test_silence_and_moments_are_not_measured():
    assert match(stereo(np.zeros(9000)), stereo(hiss(1, 9000)), 480) is None
    assert match(stereo(hiss(1, 900)), stereo(hiss(1, 900)), 480) is None


# --- clips in their shot ----------------------------------------------------------------------------------------------


def shot(late=0.0, other=None):
    """Two clips of half a second that overlap by 12000 samples, the second one late."""
    whole = hiss(8, 40000, 4)
    second = delayed(whole, late)[12000:36000] if other is None else other
    return whole, [ClipSound(0, stereo(whole[:24000])), ClipSound(12000, stereo(second), 12000)]


@pytest.mark.parametrize("late", [-400.5, 37.25, 500.0])
def test_a_clip_is_moved_to_where_the_one_before_goes_on(late):
    whole, clips = shot(late)
    placed, told = in_place(clips, NOTHING, 36000)
    heard = joined(placed, 36000)[0]
    inside = slice(100, 35000)
    assert np.abs(heard[inside] - 0.1 * whole[inside]).max() < 0.01
    assert [(one.clip, one.moved) for one in told] == [(1, True)]
    assert told[0].found.late == pytest.approx(late, abs=0.05)


def test_a_clip_in_step_keeps_its_very_samples():
    _, clips = shot()
    placed, told = in_place(clips, NOTHING, 36000)
    np.testing.assert_array_equal(placed[1].samples, clips[1].samples)
    assert (told[0].moved, told[0].found.sure) == (False, True)


def test_below_a_confidence_nothing_is_moved():
    _, clips = shot(other=hiss(77, 24000))
    placed, told = in_place(clips, NOTHING, 36000)
    np.testing.assert_array_equal(placed[1].samples, clips[1].samples)
    assert (told[0].moved, told[0].found.sure, told[0].found.fits) == (False, False, False)


def test_a_clip_that_was_moved_is_what_the_next_one_is_held_against():
    whole = hiss(9, 60000)
    parts = [delayed(whole, late)[at : at + 24000] for at, late in ((0, 0), (12000, 120), (24000, -90))]
    clips = [ClipSound(12000 * n, stereo(part), 12000 if n else 0) for n, part in enumerate(parts)]
    placed, told = in_place(clips, NOTHING, 48000)
    assert [round(one.found.late) for one in told] == [120, -90]
    assert np.abs(joined(placed, 46000)[0, 100:] - 0.1 * whole[100:46000]).max() < 0.01


def test_a_clip_whose_neighbour_has_no_sound_is_heard_from_its_own_beginning():
    heard = joined([ClipSound(4800, stereo(np.ones(9600)), 2400)], 14400)[0]
    assert (heard[:4800] == 0).all()
    assert (np.diff(heard[4800:5280]) > 0).all(), "it rises instead of clicking"
    assert np.allclose(heard[5280:], 0.1)


def test_a_clip_that_ends_early_leaves_no_hole():
    whole = hiss(10, 40000)
    early = ClipSound(0, stereo(whole[:23500]))
    heard = joined([early, ClipSound(12000, stereo(whole[12000:36000]), 12000)], 36000)[0]
    np.testing.assert_allclose(heard, 0.1 * whole[:36000], atol=1e-4)


@pytest.mark.parametrize("rho", [0.0, 0.5, 1.0])
def test_level_holds_within_a_decibel_through_the_fade(rho):
    power = np.zeros(2000)
    for seed in range(60):
        shared, one, two = (hiss(1000 * seed + k, 12000) for k in range(3))
        before, after = (np.sqrt(rho) * shared + np.sqrt(1 - rho) * own for own in (one, two))
        clips = [ClipSound(0, stereo(before[:9000])), ClipSound(3000, stereo(after[3000:]), 6000)]
        power += (joined(clips, 12000)[:, 7500:9500] ** 2).mean(axis=0)
    level_db = 10 * np.log10(np.convolve(power / 60, np.ones(200) / 200, "valid") / 0.01)
    assert np.abs(level_db).max() < 1.0


# --- rates and places between samples --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [16000, 24000, 44100, 96000])
def test_sound_of_any_rate_stands_where_it_stood(rate):
    at = np.arange(rate) / rate
    heard = at_48_khz(np.stack([np.sin(2 * np.pi * 440 * at)] * 2), rate)
    assert heard.shape == (2, 48000)
    expected = np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)
    assert np.abs(heard[1, 1000:-1000] - expected[1000:-1000]).max() < 1e-3


def test_what_lies_beyond_the_new_band_does_not_come_back():
    at = np.arange(96000) / 96000
    heard = at_48_khz(np.sin(2 * np.pi * 30000 * at)[None], 96000)
    assert np.abs(heard[0, 1000:-1000]).max() < 1e-3


def test_between_samples_a_tone_is_what_it_is():
    tone = np.sin(2 * np.pi * 1000 * np.arange(9600) / 48000)
    heard = between(stereo(tone, 1.0), 100.37, 1.0005, 8000)[0]
    expected = np.sin(2 * np.pi * 1000 * (100.37 + 1.0005 * np.arange(8000)) / 48000)
    assert np.abs(heard - expected).max() < 1e-4


def test_at_whole_samples_nothing_is_changed():
    sound = stereo(hiss(2, 100))
    np.testing.assert_array_equal(between(sound, 3, 1.0, 50), sound[:, 3:53])
    np.testing.assert_array_equal(between(sound, -3, 1.0, 110), np.pad(sound, ((0, 0), (3, 7))))
