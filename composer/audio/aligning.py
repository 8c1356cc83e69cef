"""How late a sound is against another that repeats the same moments: to a fraction of a sample, and how sure that is."""

import numpy as np
from jaxtyping import Complex, Float
from scipy.fft import irfft, next_fast_len, rfft

from composer.audio.noise import Stereo
from composer.metrics.onsets import Match
from composer.timing import SAMPLE_RATE

SURE = 0.25
"""Confidence from which on a sound is moved."""

SHORTEST = SAMPLE_RATE // 50
"""Samples that an overlap must have to be measured."""

_WHITENED = 0.75  # 0: plain correlation, by its loudest bands; 1: phase alone (GCC-PHAT), by its noise as much
_SMOOTH_HZ = 60.0  # over which power is averaged
_LOW_HZ, _HIGH_HZ = 50.0, 16000.0  # what generators and codecs keep
_FINE = 16  # steps in a sample
_NEAR = 48  # samples around the coarse place in which the fine one lies
_LOBE = SAMPLE_RATE // 2000  # samples around a peak that belong to it
_CHANCE = 5.0  # peaks lower than this many times the rest of the correlation are chance
_SILENT = 1e-4


def match(before: Stereo, after: Stereo, most: int) -> Match | None:
    """How late `after` is against `before`, over the same samples of a film, at most `most` samples.

    By generalised cross-correlation (Knapp and Carter, 1976): found among all shifts by partly whitened spectra, made
    finer where it was found by those weighted with their coherence, which is the most likely one in noise. None when
    there is too little to measure, or one of them is silent.
    """
    length = before.shape[1]
    most = min(most, length // 2)
    if length < SHORTEST or min(_level(before), _level(after)) < _SILENT:
        return None
    size = next_fast_len(2 * length, real=True)
    spectrum, power = _cross(before, after, size)
    weight = power**-_WHITENED * _band(size)
    heard = irfft(spectrum * weight, size)
    lags = np.arange(-most, most + 1)
    curve = heard[lags] / (1 - np.abs(lags) / length)
    peak = int(curve.argmax())
    sure = _confidence(curve, peak)
    fits = bool(curve[most] >= 0.9 * curve[peak] > 0)
    coarse = int(lags[peak])
    return Match(coarse + _finer(*_together(before, after, coarse)), sure, fits, SURE)


def likeness(before: Stereo, after: Stereo) -> float:
    """Correlation of two sounds as they are, in [-1, 1]; 0 when one is silent."""
    power = float(np.sqrt((before**2).sum(dtype=np.float64) * (after**2).sum(dtype=np.float64)))
    return float((before * after).sum(dtype=np.float64)) / power if power > 0 else 0.0


def _level(sound: Stereo) -> float:
    return float(np.sqrt((sound.astype(np.float64) ** 2).mean())) if sound.size else 0.0


def _cross(before: Stereo, after: Stereo, size: int) -> tuple[Complex[np.ndarray, " bins"], Float[np.ndarray, " bins"]]:
    """The cross spectrum over both channels, and the mean of their powers, smoothed."""
    taper = _taper(before.shape[1])
    one, two = (rfft(sound.astype(np.float64) * taper, size, axis=1) for sound in (before, after))
    power = np.sqrt(_smooth((abs(one) ** 2).sum(axis=0), size) * _smooth((abs(two) ** 2).sum(axis=0), size))
    return (np.conj(one) * two).sum(axis=0), power + 1e-9 * power.max()


def _taper(length: int) -> Float[np.ndarray, " n"]:
    """Edges that rise and fall over a twentieth."""
    edge = max(1, length // 20)
    rising = np.sin(np.pi / 2 * (np.arange(edge) + 0.5) / edge) ** 2
    taper = np.ones(length)
    taper[:edge], taper[-edge:] = rising, rising[::-1]
    return taper


def _smooth(values: np.ndarray, size: int, width_hz: float = _SMOOTH_HZ) -> np.ndarray:
    """The mean over `width_hz` around each bin."""
    half = max(1, round(width_hz / 2 * size / SAMPLE_RATE))
    run = np.concatenate([np.zeros(1, values.dtype), np.cumsum(np.pad(values, half, mode="reflect"))])
    return np.asarray((run[2 * half + 1 :] - run[: -2 * half - 1]) / (2 * half + 1))


def _band(size: int) -> Float[np.ndarray, " bins"]:
    hz = np.arange(size // 2 + 1) * SAMPLE_RATE / size
    return ((hz >= _LOW_HZ) & (hz <= _HIGH_HZ)).astype(np.float64)


def _confidence(curve: Float[np.ndarray, " lags"], peak: int) -> float:
    """By how much a peak stands out from the next best one, and from what is there by chance."""
    rest = np.abs(np.arange(len(curve)) - peak) > _LOBE
    if curve[peak] <= 0 or not rest.any():
        return 0.0
    others = curve[rest]
    chance = _CHANCE * float(np.sqrt((others**2).mean()))
    return float(np.clip(1 - max(float(others.max()), chance) / curve[peak], 0.0, 1.0))


def _together(before: Stereo, after: Stereo, late: int) -> tuple[Float[np.ndarray, "2 m"], Float[np.ndarray, "2 m"]]:
    """The same moments of both, once `after` has been moved by whole samples."""
    stop = before.shape[1] - abs(late)
    first, second = max(0, -late), max(0, late)
    return before[:, first : first + stop], after[:, second : second + stop]


def _finer(before: Stereo, after: Stereo) -> float:
    """What is left of the shift, by the weights of Hannan and Thomson: in each band as sure as it is alike."""
    size = next_fast_len(2 * before.shape[1], real=True)
    taper = _taper(before.shape[1])
    one, two = (rfft(sound.astype(np.float64) * taper, size, axis=1) for sound in (before, after))
    cross = (np.conj(one) * two).sum(axis=0)
    powers = [_smooth((abs(part) ** 2).sum(axis=0), size, 2 * _SMOOTH_HZ) for part in (one, two)]
    together = np.maximum(powers[0] * powers[1], 1e-30)
    alike = np.clip(abs(_smooth(cross, size, 2 * _SMOOTH_HZ)) ** 2 / together, 0.0, 0.98)
    weight = alike / (1 - alike) / np.sqrt(together) * _band(size)
    fine = irfft(cross * weight, size * _FINE)
    around = np.arange(-_NEAR * _FINE, _NEAR * _FINE + 1)
    curve = fine[around]
    peak = int(curve.argmax())
    if not 0 < peak < len(curve) - 1:
        return 0.0
    low, top, high = curve[peak - 1 : peak + 2]
    bent = low - 2 * top + high
    return float((around[peak] + (0.5 * (low - high) / bent if bent < 0 else 0.0)) / _FINE)
