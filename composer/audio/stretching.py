"""Sound made as long as its picture: resampled when it hardly differs, stretched at its own pitch, else padded or cut."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from composer.audio.noise import Stereo
from composer.audio.resampling import between
from composer.timing import SAMPLE_RATE

MOST_STRETCH = 0.03
"""Share of its length by which sound may be stretched or shortened; beyond it, it is padded with silence or cut."""

_UNHEARD = 0.001  # up to this share it is resampled: 1.7 cents of pitch
_WINDOW = SAMPLE_RATE // 25  # samples that are taken over at once
_HOP = _WINDOW // 2
_SEARCH = SAMPLE_RATE // 160  # samples to each side in which the place that joins best is looked for

How = Literal["whole", "resampled", "stretched", "padded", "cut"]


@dataclass(frozen=True)
class Fit:
    """What made a sound as long as its picture, and by how many samples it was too short (below 0: too long)."""

    how: How
    lacking: int
    length: int

    def __str__(self) -> str:
        """`stretched by 0.9 % to the picture's length`."""
        if self.how in ("resampled", "stretched"):
            share = 100 * self.lacking / (self.length - self.lacking)
            return f"{self.how} by {share:+.2g} % to the picture's length"
        return f"{self.how} by {abs(self.lacking)} samples to the picture's length"


def fitted(samples: Stereo, length: int) -> tuple[Float[np.ndarray, "2 m"], Fit]:
    """A sound as `length` samples, and what that took."""
    lacking = length - samples.shape[1]
    if lacking == 0:
        return samples, Fit("whole", 0, length)
    share = abs(lacking) / max(samples.shape[1], 1)
    if share <= _UNHEARD:
        return between(samples, 0.0, samples.shape[1] / length, length), Fit("resampled", lacking, length)
    if share <= MOST_STRETCH and samples.shape[1] >= 2 * _WINDOW:
        return stretched(samples, length), Fit("stretched", lacking, length)
    if lacking < 0:
        return samples[:, :length], Fit("cut", lacking, length)
    return np.pad(samples, ((0, 0), (0, lacking))), Fit("padded", lacking, length)


def stretched(samples: Stereo, length: int) -> Float[np.ndarray, "2 m"]:
    """A sound as `length` samples at the pitch it has.

    By WSOLA (Verhelst and Roelands, 1993): windows are laid one over the other at even steps, each taken from near where
    it belongs, from where it goes on best from the one before.
    """
    around = np.pad(samples, ((0, 0), (_HOP + _SEARCH, _WINDOW + _HOP + 2 * _SEARCH)))
    mono = around.sum(axis=0, dtype=np.float64)
    rate = samples.shape[1] / length
    window = np.hanning(_WINDOW + 1)[:-1]
    count = -(-length // _HOP) + 1
    heard = np.zeros((2, (count + 1) * _HOP))
    taken = _SEARCH
    for n in range(count):
        if n:
            belongs = _SEARCH + round(n * _HOP * rate)
            taken = belongs + _best(mono[taken + _HOP :][:_WINDOW], mono[belongs - _SEARCH :][: _WINDOW + 2 * _SEARCH])
        heard[:, n * _HOP :][:, :_WINDOW] += window * around[:, taken : taken + _WINDOW]
    return heard[:, _HOP : _HOP + length].astype(np.float32)


def _best(going_on: Float[np.ndarray, " k"], near: Float[np.ndarray, " n"]) -> int:
    """Where in `near` it goes on like `going_on`, from its middle; of several alike the nearest to that."""
    from scipy.signal import correlate  # noqa: PLC0415 - slow to load, and seldom needed

    alike = correlate(near, going_on, "valid", "fft")
    energy = _energies(near, len(going_on))
    score = alike / np.sqrt(np.maximum(energy, 1e-9))
    away = np.abs(np.arange(len(score)) - _SEARCH)
    return int(np.lexsort((away, -np.round(score / max(np.abs(score).max(), 1e-12), 6)))[0]) - _SEARCH


def _energies(near: Float[np.ndarray, " n"], length: int) -> Float[np.ndarray, " m"]:
    run = np.concatenate([[0.0], np.cumsum(near**2)])
    return np.asarray(run[length:] - run[:-length])
