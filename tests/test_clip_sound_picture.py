"""Sound against its picture: when it begins, how late that is against blows that are seen, and how long it is."""

import numpy as np
import pytest

from composer.audio import ClipSound, fitted, in_place
from composer.audio.stretching import stretched
from composer.metrics.onsets import late_against, onsets

RATE = 48000


def stereo(sound):
    return np.repeat(sound[None], 2, axis=0).astype(np.float32)


def struck(times_s, length_s=2.0, bed=0.002, sizes=None):
    """Something hollow that is struck at each time, over a quiet bed."""
    rng = np.random.default_rng(11)
    heard = bed * rng.standard_normal(int(length_s * RATE))
    for k, time_s in enumerate(times_s):
        at = round(time_s * RATE)
        t = np.arange(len(heard) - at) / RATE
        ring = sum(np.sin(2 * np.pi * hz * t + hz) * np.exp(-25 * t) for hz in (310, 740, 1900, 3300))
        heard[at:] += 0.1 * ring * (sizes[k] if sizes else 1)
    return stereo(heard)


def test_beginnings_are_found_to_a_millisecond():
    times_s = (0.301, 0.77, 1.2345, 1.6)
    found = onsets(struck(times_s, sizes=(1, 0.3, 0.6, 1)))
    assert len(found.at) == 4
    np.testing.assert_allclose(found.at / RATE, times_s, atol=0.001)
    assert found.strength[0] > found.strength[1]


def test_where_nothing_begins_nothing_is_found():
    assert len(onsets(np.zeros((2, 48000), np.float32)).at) == 0
    assert late_against(np.zeros((2, 48000), np.float32), np.array([100.0]), 9600) is None
    assert late_against(struck((0.5,)), np.zeros(0), 9600) is None


@pytest.mark.parametrize("late_s", [-0.12, -0.0035, 0.0, 0.021, 0.15])
def test_blows_tell_how_late_a_sound_is(late_s):
    seen = np.array([0.4, 0.95, 1.3])
    found = late_against(struck(seen + late_s), seen * RATE, RATE // 5)
    assert found.sure
    assert found.late / RATE == pytest.approx(late_s, abs=0.002)


def test_one_blow_that_two_sounds_could_be_is_not_sure():
    found = late_against(struck((0.45, 0.6)), np.array([0.52 * RATE]), RATE // 5)
    assert not found.sure
    assert not found.fits


def test_a_sound_without_its_blows_is_not_moved():
    sound = struck((0.2,), bed=0.02)
    placed, told = in_place([ClipSound(0, sound)], np.array([0.9, 1.1, 1.5]) * RATE, 2 * RATE)
    assert placed[0].at == 0
    assert [(one.clip, one.moved, one.found.sure) for one in told] == [(None, False, False)]


def test_the_whole_shot_is_moved_to_its_blows():
    seen = np.array([0.4, 0.95, 1.3])
    placed, told = in_place([ClipSound(0, struck(seen + 0.03))], seen * RATE, 2 * RATE)
    assert placed[0].at == pytest.approx(-0.03 * RATE, abs=96)
    assert told[-1].moved


def test_what_is_within_a_millisecond_stays():
    seen = np.array([0.4, 0.95, 1.3])
    placed, told = in_place([ClipSound(0, struck(seen + 0.0003))], seen * RATE, 2 * RATE)
    assert placed[0].at == 0
    assert (told[-1].moved, told[-1].found.sure) == (False, True)


# --- length ---------------------------------------------------------------------------------------------------------------


def pitch_hz(sound):
    """The strongest tone, to a hundredth of a bin."""
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), size))
    return spectrum.argmax() * RATE / size


@pytest.mark.parametrize("share", [-0.03, -0.012, 0.009, 0.03])
@pytest.mark.parametrize("hz", [120, 440, 2500])
def test_stretching_keeps_pitch_level_and_gives_the_length(share, hz):
    tone = np.sin(2 * np.pi * hz * np.arange(RATE) / RATE)
    length = round(RATE * (1 + share))
    heard = stretched(stereo(0.3 * tone), length)
    assert heard.shape == (2, length)
    assert 1200 * abs(np.log2(pitch_hz(heard[0, 2000:-2000]) / hz)) < 3, "cents"
    assert heard[0, 2000:-2000].std() == pytest.approx(0.3 / np.sqrt(2), rel=0.03)


def test_what_is_stretched_is_heard_where_it_belongs():
    heard = stretched(struck((0.3, 0.9, 1.5)), round(2.05 * RATE))
    expected = np.array([0.3, 0.9, 1.5]) * 1.025
    found = onsets(heard).at / RATE
    assert max(np.abs(found - time_s).min() for time_s in expected) < 0.01


@pytest.mark.parametrize(
    ("have", "how", "said"),
    [
        (48000, "whole", "whole by 0 samples to the picture's length"),
        (47970, "resampled", "resampled by +0.063 % to the picture's length"),
        (47570, "stretched", "stretched by +0.9 % to the picture's length"),
        (49000, "stretched", "stretched by -2 % to the picture's length"),
        (46000, "padded", "padded by 2000 samples to the picture's length"),
        (60000, "cut", "cut by 12000 samples to the picture's length"),
    ],
)
def test_sound_is_made_as_long_as_its_picture(have, how, said):
    sound = stereo(np.sin(2 * np.pi * 440 * np.arange(have) / RATE))
    heard, fit = fitted(sound, 48000)
    assert heard.shape == (2, 48000)
    assert (fit.how, str(fit)) == (how, said)


def test_what_hardly_differs_keeps_every_sample_in_its_place():
    tone = np.sin(2 * np.pi * 440 * np.arange(47970) / RATE)
    heard, _ = fitted(stereo(tone), 48000)
    at = np.arange(48000) * 47970 / 48000
    assert np.abs(heard[0, 100:-100] - np.sin(2 * np.pi * 440 * at / RATE)[100:-100]).max() < 1e-4


def test_the_same_sound_gives_the_same_bytes():
    sound = struck((0.3, 0.9))
    np.testing.assert_array_equal(stretched(sound, 97000), stretched(sound, 97000))
