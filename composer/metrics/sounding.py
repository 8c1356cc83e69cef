"""M8: is a join heard? Clicks, dips in a fade, steps of loudness against the plan, and sound that parts from its picture.

Sound is stereo or mono at 48 kHz, in [-1, 1]; places in it are samples.
"""

from math import nan

import numpy as np
from jaxtyping import Float

from composer.metrics.loudness import SILENCE_LUFS, power_lufs
from composer.metrics.onsets import Match, late_against
from composer.timing import SAMPLE_RATE

NEAR = SAMPLE_RATE // 1000
AROUND = SAMPLE_RATE // 10  # samples on either side in which what is usual is found
SIDE = SAMPLE_RATE  # samples of which loudness is taken, on either side
MOST_LATE = SAMPLE_RATE // 4  # samples; a sound that is later than this is another one
SILENCE = 1e-6  # of full scale: what is fainter is digital silence

Sound = Float[np.ndarray, "channels n"]


def click_db(sound: Sound, at: int) -> float:
    """By how much the hardest bend of the wave within 1 ms of sample `at` passes what is usual within 100 ms (dB).

    Bends are second differences, what is usual is their 99.9th percentile; the worst channel counts. NaN at the ends of a
    sound, and in silence.
    """
    if at < 2 * NEAR or at > sound.shape[1] - 2 * NEAR:
        return nan
    first = max(0, at - AROUND)
    bends = np.abs(np.diff(sound[:, first : at + AROUND].astype(np.float64), n=2, axis=1))
    middle = at - first - 1  # of the three samples of a bend
    hardest = bends[:, middle - NEAR : middle + NEAR + 1].max(axis=1)
    if hardest.max() <= SILENCE:
        return nan
    usual = np.maximum(np.percentile(bends, 99.9, axis=1), SILENCE)
    return float(20 * np.log10((hardest / usual).max()))


def dip_db(sound: Sound, start: int, stop: int) -> float:
    """By how much the middle third of a fade [start, stop) is quieter than its sides let expect (dB); below 0 it is louder.

    Expected is the mean of the powers of as much sound before and after. NaN where that is missing or silent.
    """
    length = stop - start
    if length < 3 or start < length or stop + length > sound.shape[1]:
        return nan
    power = np.mean(sound[:, start - length : stop + length].astype(np.float64) ** 2, axis=0)
    sides = 0.5 * (power[:length].mean() + power[2 * length :].mean())
    third = length // 3
    middle = power[length + third : 2 * length - third].mean()
    return float(10 * np.log10(sides / max(middle, SILENCE**2))) if sides > SILENCE**2 else nan


def step_lu(sound: Sound, at: int) -> float:
    """By how much the second from sample `at` on is louder than the second before (LU), by BS.1770's weighting.

    Silence counts as -70 LUFS. NaN with less than half a second on either side.
    """
    if at < SIDE // 2 or sound.shape[1] - at < SIDE // 2:
        return nan
    before, after = sound[:, max(0, at - SIDE) : at], sound[:, at : at + SIDE]
    return max(power_lufs(after), SILENCE_LUFS) - max(power_lufs(before), SILENCE_LUFS)


def loudness_step(heard: Sound, planned: Sound, at: int) -> float:
    """By how much a step of loudness differs from the one that the plan has there (LU); both are of the same moments."""
    return abs(step_lu(heard, at) - step_lu(planned, at))


def event_offset(sound: Sound, events: Float[np.ndarray, " k"]) -> Match | None:
    """How late (samples) a sound is against the samples at which things are seen to strike, and how sure that is.

    None without an event within the sound, or when nothing begins in it.
    """
    return late_against(sound if len(sound) == 2 else np.repeat(sound, 2, axis=0), events, MOST_LATE)
