"""Sound at other rates and between its samples: band-limited, in step to the sample, the same on every run."""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float

from composer.audio.noise import Stereo
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE, round_half_up

_REACH = 24  # samples on each side that a value between samples is made from
_PHASES = 512  # places between two samples that are worked out; between those it is linear
_BETA = 9.0  # of Kaiser's window: what lies beyond the band is 90 dB down
_TURNS = 32  # zero crossings on each side of the filter that changes rates


def at_48_khz(samples: Float[np.ndarray, "channels n"], rate: int = SAMPLE_RATE) -> Float[np.ndarray, "channels m"]:
    """Sound of `rate` Hz at 48 kHz, sample 0 where it was; as long as it was, to the nearest sample.

    Nothing is changed at 48 kHz.
    """
    if rate == SAMPLE_RATE:
        return samples
    from scipy.signal import resample_poly  # noqa: PLC0415 - slow to load, and most sound has the right rate

    ratio = Fraction(SAMPLE_RATE, rate)
    up, down = ratio.numerator, ratio.denominator
    heard = resample_poly(samples.astype(np.float64), up, down, axis=1, window=_low_pass(up, down))
    length = round_half_up(samples.shape[1] * ratio)
    return np.pad(heard, ((0, 0), (0, max(0, length - heard.shape[1]))))[:, :length].astype(np.float32)


@lru_cache(maxsize=8)
def _low_pass(up: int, down: int) -> Any:  # an array, of which the stubs of scipy know nothing
    widest = max(up, down)
    at = np.arange(-_TURNS * widest, _TURNS * widest + 1)
    taps = np.sinc(0.96 * at / widest) * np.kaiser(len(at), _BETA)
    return taps / taps.sum()


def between(samples: Stereo, start: float, step: float, length: int) -> Float[np.ndarray, "2 m"]:
    """`length` values of a sound, at its samples `start`, `start + step` and so on; silent outside it.

    By Kaiser-windowed sinc. `step` is near 1: what a larger one would fold back is not taken out.
    """
    if step == 1 and start == int(start):
        first = int(start)
        inside = samples[:, max(0, first) : max(0, first + length)]
        lead = min(length, max(0, -first))
        return np.pad(inside, ((0, 0), (lead, length - lead - inside.shape[1])))
    heard = np.zeros((samples.shape[0], length), np.float32)
    for channel, out in zip(samples, heard, strict=True):
        _between(np.ascontiguousarray(channel, np.float32), start, step, _sincs(), out)
    return heard


@lru_cache(maxsize=1)
def _sincs() -> Float[np.ndarray, "phases taps"]:
    """Weights of the samples around a place, by how far it is beyond one."""
    beyond = np.arange(_PHASES + 1)[:, None] / _PHASES
    off = np.arange(1 - _REACH, _REACH + 1)[None] - beyond
    weights = np.sinc(off) * np.i0(_BETA * np.sqrt(np.clip(1 - (off / _REACH) ** 2, 0, None))) / np.i0(_BETA)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


@kernel
def _between(sound: Array, start: float, step: float, sincs: Array, heard: Array) -> None:
    taps = sincs.shape[1]
    for n in range(heard.shape[0]):
        at = start + n * step
        first = int(np.floor(at))
        phase = (at - first) * (sincs.shape[0] - 1)
        row = min(int(phase), sincs.shape[0] - 2)
        share = phase - row
        total = 0.0
        for k in range(taps):
            m = first + 1 - taps // 2 + k
            if 0 <= m < sound.shape[0]:
                total += ((1 - share) * sincs[row, k] + share * sincs[row + 1, k]) * sound[m]
        heard[n] = total
