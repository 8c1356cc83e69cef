"""Sounds to measure with, by number: noise, music and speech as far as their spectra and their beginnings go."""

from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

RATE = 48000
Mono = np.ndarray


def noise(rng: np.random.Generator, length: int) -> Mono:
    """Pink: as much power in each octave."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), length)


def music(rng: np.random.Generator, length: int) -> Mono:
    """Two voices of plucked notes with twelve partials each, and a soft drum."""
    heard = np.zeros(length + RATE)
    for _ in range(2):
        at = -int(rng.integers(0, RATE // 4))
        while at < length:
            hz, lasts = 110 * 2 ** (rng.integers(0, 30) / 12), int(rng.integers(RATE // 8, RATE // 2))
            t = np.arange(RATE) / RATE
            note = sum(
                np.sin(2 * np.pi * k * hz * (1 + 1e-4 * k * k) * t + rng.uniform(0, 6)) / k * np.exp(-t * (2 + k))
                for k in range(1, 13)
                if k * hz < 16000
            )
            note[:480] += 0.3 * rng.standard_normal(480) * np.linspace(1, 0, 480)
            first, stop = max(at, 0), min(at + RATE, len(heard))
            heard[first:stop] += note[first - at : stop - at] if stop > first else 0
            at += lasts
    for at in range(int(rng.integers(0, RATE // 4)), length, RATE // 4):
        t = np.arange(RATE // 8) / RATE
        heard[at : at + len(t)] += np.sin(2 * np.pi * 60 * t) * np.exp(-20 * t)
    return heard[:length]


def speech(rng: np.random.Generator, length: int) -> Mono:
    """Syllables: a glottis whose pitch glides, through three formants, and hisses between them."""
    heard, at = np.zeros(length + RATE), -int(rng.integers(0, RATE // 8))
    while at < length:
        lasts = int(rng.integers(RATE // 8, RATE // 4))
        pitch = rng.uniform(90, 220) * (1 + 0.1 * np.sin(np.linspace(0, rng.uniform(1, 4), lasts)))
        pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0)
        voiced = lfilter([1, -0.9], [1, -0.98], pulses + 0.01 * rng.standard_normal(lasts))
        for low, high in ((300, 800), (900, 2200), (2300, 3200)):
            hz, width = rng.uniform(low, high), 90
            r = np.exp(-np.pi * width / RATE)
            voiced = lfilter([1], [1, -2 * r * np.cos(2 * np.pi * hz / RATE), r * r], voiced)
        syllable = voiced / max(np.abs(voiced).max(), 1e-9) * np.hanning(lasts) ** 0.5
        hiss = int(lasts * 0.2)
        syllable[-hiss:] += 0.15 * np.diff(rng.standard_normal(hiss + 1)) * np.hanning(hiss)
        first, stop = max(at, 0), min(at + lasts, len(heard))
        if stop > first:
            heard[first:stop] += syllable[first - at : stop - at]
        at += lasts
    return heard[:length]


SOUNDS: dict[str, Callable[[np.random.Generator, int], Mono]] = {"noise": noise, "music": music, "speech": speech}


def shifted(sound: Mono, late: float) -> Mono:
    """The same sound, `late` samples later: by phase, so that it owes nothing to what is measured."""
    size = 2 * len(sound)
    spectrum = np.fft.rfft(sound, size) * np.exp(-2j * np.pi * np.fft.rfftfreq(size) * late)
    return np.fft.irfft(spectrum, size)[: len(sound)]


def noisy(rng: np.random.Generator, sound: Mono, snr_db: float) -> Mono:
    """With white noise of a power that much below its own."""
    power = float((sound**2).mean())
    return sound + rng.standard_normal(len(sound)) * np.sqrt(power / 10 ** (snr_db / 10))


def blow(rng: np.random.Generator, length: int) -> Mono:
    """Something struck: five modes that decay, and the knock itself."""
    t = np.arange(length) / RATE
    modes = sum(
        rng.uniform(0.2, 1) * np.sin(2 * np.pi * hz * t + rng.uniform(0, 6)) * np.exp(-t * rng.uniform(8, 60))
        for hz in rng.uniform(200, 5000, 5)
    )
    modes[:96] += rng.standard_normal(96) * np.linspace(1, 0, 96)
    return modes
