"""Gulls, songbirds, crickets: calls at irregular times, near and far."""

import numpy as np

from composer.audio.noise import CHUNK, Events, Key, Mono, Stereo, drift, scatter, shape, stereo
from composer.audio.voices import glide, harmonic, placed, seconds, sequence
from composer.audio.weather import leaves
from composer.timing import SAMPLE_RATE

_AIR = ((40.0, -10.0), (120.0, 0.0), (500.0, -10.0), (3000.0, -22.0), (12000.0, -40.0))


def gulls(key: Key, index: int) -> Stereo:
    """Single mews and long calls, wheeling about, over open air."""
    mews = scatter(key / "mews", index, Events(_mew, 0.32, 2.0))
    laughs = scatter(key / "laughs", index, Events(_long_call, 0.09, 7.0))
    return np.asarray(mews + laughs + 0.012 * stereo(key / "air", index, shape(*_AIR), 0.7))


def _cry(rng: np.random.Generator, pitch_hz: float, duration_s: float) -> Mono:
    t = seconds(duration_s)
    peak = rng.uniform(0.2, 0.4)
    hz = pitch_hz * glide(t, (0, 0.62), (peak, 1.0), (0.75, rng.uniform(0.8, 0.92)), (1, 0.6))
    hz *= 1 + 0.012 * np.sin(2 * np.pi * rng.uniform(22, 38) * t)
    voice = harmonic(hz, ((1350, 350, 1.0), (2700, 500, 0.9), (4300, 800, 0.5)), 3.0)
    rough = 1 - 0.35 * glide(t, (0, 0), (0.5, 1), (1, 0.3)) * (0.5 + 0.5 * np.sin(2 * np.pi * rng.uniform(60, 90) * t))
    return np.asarray(voice * rough * glide(t, (0, 0), (0.12, 1), (0.7, 0.7), (1, 0)))


def _mew(rng: np.random.Generator) -> Stereo:
    cry = _cry(rng, rng.uniform(900, 1350), rng.uniform(0.4, 0.95))
    return placed(cry, rng.uniform(-0.7, 0.7), rng.lognormal(1.1, 0.5) + 1)


def _long_call(rng: np.random.Generator) -> Stereo:
    pitch, at, parts = rng.uniform(950, 1250), 0.0, []
    count = rng.integers(4, 10)
    for n in range(count):
        duration = 0.42 - 0.2 * n / count + rng.uniform(-0.03, 0.03)
        parts.append(
            (at, _cry(rng, pitch * (1 + 0.12 * np.sin(np.pi * n / count)), duration) * (0.6 + 0.4 * n / count))
        )
        at += duration + rng.uniform(0.05, 0.14)
    return placed(sequence(parts), rng.uniform(-0.6, 0.6), rng.lognormal(1.2, 0.4) + 1)


def birds(key: Key, index: int) -> Stereo:
    """Songbirds: whistles, trills, chirps, each said a few times over."""
    return scatter(key / "song", index, Events(_song, 0.75, 4.0)) + 0.01 * stereo(key / "air", index, shape(*_AIR), 0.7)


def _song(rng: np.random.Generator) -> Stereo:
    low, span = rng.uniform(2200, 4600), rng.uniform(0.15, 0.5)
    kind, duration = rng.integers(3), rng.uniform(0.07, 0.22)
    t = seconds(duration)
    rise, bend = float(rng.choice((-1, 1))), rng.uniform(0.3, 0.7)
    hz = low * (1 + span * (glide(t, (0, 0), (bend, rise), (1, -0.4 * rise))))
    if kind == 1:
        hz = low * (1 + 0.12 * np.sin(2 * np.pi * rng.uniform(18, 36) * t))
    note = np.sin(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE) * glide(t, (0, 0), (0.25, 1), (0.6, 0.8), (1, 0))
    pause, count = rng.uniform(0.03, 0.2), int(rng.integers(2, 9))
    at = np.minimum(np.arange(count) * (duration + pause), 3.3)
    parts = [(float(a), note * rng.uniform(0.6, 1)) for a in at if a < 3.3]
    return placed(sequence(parts), rng.uniform(-1, 1), rng.lognormal(0.9, 0.5) + 1)


def crickets(key: Key, index: int) -> Stereo:
    """A dozen crickets, each with its own pitch, place and patience."""
    total = 0.004 * stereo(key / "air", index, shape(*_AIR), 0.7)
    t = (index * CHUNK + np.arange(CHUNK)) / SAMPLE_RATE
    nearness = np.array([(key / f"{n} far").rng(0).uniform(0.15, 1) ** 1.5 for n in range(12)])
    for n, near in enumerate(nearness / np.sqrt((nearness**2).sum())):
        rng = (key / n).rng(0)
        pitch, period, pulse = rng.uniform(3900, 5200), rng.uniform(0.42, 0.95), rng.uniform(0.024, 0.034)
        pulses, phase, pan = rng.integers(3, 5), rng.random(), rng.uniform(-1, 1)
        within = np.mod(t / period + phase + 0.04 * drift(key / f"{n} pace", index, 5.0), 1.0) * period
        beat = np.mod(within, pulse) / pulse
        on = np.flatnonzero((within < pulses * pulse) & (beat < 0.75))  # it is silent most of the time
        gate = np.sin(np.pi * beat[on] / 0.75) ** 2 * np.minimum(1, 0.5 + within[on] / (pulses * pulse))
        patience = np.clip(0.7 + drift(key / f"{n} mood", index, 6.0)[on], 0, 1)
        chirp = (gate * patience * near * np.sin(2 * np.pi * pitch * t[on])).astype(np.float32)
        angle = (pan + 1) * np.pi / 4
        total[0, on] += np.cos(angle) * chirp
        total[1, on] += np.sin(angle) * chirp
    return total


def forest(key: Key, index: int) -> Stereo:
    """Wind in leaves, and birds farther off."""
    return np.asarray(0.25 * leaves(key / "leaves", index) + scatter(key / "song", index, Events(_song, 0.35, 4.0)))
