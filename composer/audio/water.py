"""Water: waves, a harbour's lapping, a river."""

import numpy as np
from jaxtyping import Float
from scipy.fft import irfft, next_fast_len, rfft

from composer.audio.noise import CONTROL, Events, Key, Mono, Stereo, band, drift, scatter, shape, stereo, swells
from composer.audio.voices import decaying, glide, placed, sequence
from composer.timing import SAMPLE_RATE


def sea(key: Key, index: int) -> Stereo:
    """Waves that swell, break and run up the beach in foam, over a far surf."""
    swell, crash, foam = swells(key / "waves", index, Events(_wave, 0.2, 12.0, 3))
    low = stereo(key / "low", index, shape((30, -12), (90, 0), (300, -6), (900, -30)), 0.5)
    middle = stereo(key / "middle", index, shape((120, -20), (400, 0), (1500, -3), (4000, -24)), 0.7)
    high = stereo(key / "high", index, shape((600, -30), (2500, -3), (6000, 0), (15000, -20)), 0.9)
    surf = 0.16 * (1 + 0.3 * drift(key / "surf", index, 3.0))
    return np.asarray(low * (0.25 + swell) + middle * (surf + crash) + high * (0.5 * surf + 0.8 * foam))


def _wave(rng: np.random.Generator) -> Float[np.ndarray, "kinds n"]:
    t = np.arange(0, 11.5, CONTROL / SAMPLE_RATE)
    at, size = rng.uniform(2.5, 4.0), rng.lognormal(0.0, 0.2)
    swell = np.exp(-(((t - at) / rng.uniform(1.3, 1.9)) ** 2))
    crash = np.where(t < at, np.exp(-(((t - at) / 0.5) ** 2)), np.exp(-(t - at) / rng.uniform(0.9, 1.4)))
    rush = np.where(t < at + 0.5, np.exp(-(((t - at - 0.5) / 0.6) ** 2)), np.exp(-(t - at - 0.5) / 2.0))
    out = np.clip((11.5 - t) / 1.5, 0, 1)
    return np.stack([swell, crash, rush]) * size * out


def lapping_water(key: Key, index: int) -> Stereo:
    """Small waves that slap a wall and drip back in bubbles."""
    bed = stereo(key / "bed", index, shape((60, -20), (250, 0), (900, -10), (3000, -34)), 0.8)
    slaps = scatter(key / "slaps", index, Events(_slap, 0.9, 2.6))
    bubbles = scatter(key / "bubbles", index, Events(_bubble, 5.0, 0.6))
    return np.asarray(0.22 * bed * (1 + 0.35 * drift(key / "swell", index, 1.3)) + slaps + 0.35 * bubbles)


def _slap(rng: np.random.Generator) -> Stereo:
    length = int(rng.uniform(0.5, 0.9) * SAMPLE_RATE)
    t = np.arange(length) / SAMPLE_RATE
    envelope = glide(t, (0, 0), (0.22, 1), (0.5, 0.35), (1, 0))
    whole = next_fast_len(length, real=True)
    spectrum = rfft(rng.standard_normal(whole))
    hz = np.fft.rfftfreq(whole, 1 / SAMPLE_RATE)
    centre = rng.uniform(420, 800)
    swish = irfft(spectrum * np.exp(-((np.log(np.maximum(hz, 1) / centre) / 0.55) ** 2)), whole)[:length]
    parts = [(0.0, swish / max(swish.std(), 1e-9) * envelope * 0.5)]
    parts += [(rng.uniform(0.1, 0.9), _drip(rng)) for _ in range(rng.integers(3, 9))]
    return placed(sequence(parts) * rng.lognormal(-0.3, 0.4), rng.uniform(-0.9, 0.9), rng.uniform(1.0, 2.5))


def _bubble(rng: np.random.Generator) -> Stereo:
    return placed(_drip(rng), rng.uniform(-0.9, 0.9), rng.uniform(1.0, 3.0))


def _drip(rng: np.random.Generator) -> Mono:
    hz = 420 * 2 ** rng.uniform(0, 1.7)
    return decaying(0.16, hz, rng.uniform(0.03, 0.09), rng.uniform(0.1, 0.5)) * rng.lognormal(-1.2, 0.5)


def river(key: Key, index: int) -> Stereo:
    """A steady rush with a gurgle in it."""
    rush = stereo(key / "rush", index, shape((80, -16), (300, -2), (900, 0), (2600, -6), (9000, -24)), 0.85)
    steady = 1 + 0.15 * drift(key / "steady", index, 1.9) + 0.08 * drift(key / "quick", index, 0.31)
    gurgle = scatter(key / "gurgle", index, Events(_bubble, 45.0, 0.6))
    return np.asarray(0.3 * rush * steady + gurgle + 0.06 * stereo(key / "low", index, band(60, 160), 0.4))
