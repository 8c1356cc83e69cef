"""Wind, rain, fire: noise that a slow hand shapes."""

from functools import lru_cache

import numpy as np
from jaxtyping import Complex64

from composer.audio.filters import one_pole
from composer.audio.noise import Key, Stereo, band, drift, filtered, impulses, response, shape, stereo
from composer.audio.voices import decaying, seconds

_RUMBLE = ((30.0, -18.0), (70.0, 0.0), (220.0, -6.0), (700.0, -26.0), (4000.0, -60.0))
_WHISTLES_HZ = (340.0, 420.0, 520.0, 640.0, 800.0)


def wind(key: Key, index: int) -> Stereo:
    """Gusts: a low body, resonant whistles that climb as it blows harder, and air."""
    gust = gusts(key / "gust", index)
    body = stereo(key / "body", index, shape(*_RUMBLE), 0.5) * (0.35 + 0.65 * gust)
    air = stereo(key / "air", index, band(1200, 5000, 12), 0.8) * 0.10 * gust**2
    height = (len(_WHISTLES_HZ) - 1) * np.clip(0.25 + 0.35 * gust + 0.15 * drift(key / "height", index, 2.3), 0, 1)
    howl = np.zeros_like(body)
    for n, hz in enumerate(_WHISTLES_HZ):
        near = np.clip(1 - np.abs(height - n), 0, 1)
        if near.any():
            howl += stereo(key / n, index, band(hz * 0.96, hz * 1.05, 40), 0.35) * near
    return np.asarray(body + air + howl * 1.1 * gust**1.5)


def gusts(key: Key, index: int) -> Stereo:
    """How hard it blows, 0.2 to 1.4: slow weather and quick gusts, the right ear a little later."""
    slow, quick = drift(key / "slow", index, 4.7), drift(key / "quick", index, 1.1)
    sides = [drift(key / side, index, 1.7) for side in ("l", "r")]
    return np.stack([np.clip(0.75 + 0.2 * slow + 0.14 * quick + 0.1 * side, 0.2, 1.4) for side in sides])


def rain(key: Key, index: int) -> Stereo:
    """A dense wash, drops without number, and single ones near by."""
    wash = stereo(key / "wash", index, shape((200, -30), (1200, -6), (5000, 0), (9000, -4), (18000, -22)), 0.9)
    steady = 1 + 0.12 * drift(key / "steady", index, 3.1)
    total = 1.2 * wash * steady
    for n, (hz, decay_s) in enumerate(_DROPS):
        drops = filtered(key / n, index, _drop(hz, decay_s), _MANY if n % 4 else _FEW)
        angle = (n * 0.618) % 1 * np.pi / 2
        total += np.stack([np.cos(angle) * drops, np.sin(angle) * drops])
    return total


_DROPS = tuple((1300 * 1.2**n, 0.009 / 1.16**n + 0.002) for n in range(12))
_MANY, _FEW = impulses(45.0, 0.6), impulses(4.0, 0.4)
_CRACKS, _SNAPS = impulses(5.0, 0.6), impulses(0.25, 0.3)


@lru_cache
def _drop(hz: float, decay_s: float) -> Complex64[np.ndarray, "bins"]:
    return response(1.3 * decaying(0.05, hz, decay_s, 0.3))


def fire(key: Key, index: int) -> Stereo:
    """A low roar that flickers, crackles of every size, now and then a snap."""
    flicker = np.clip(0.8 + 0.25 * drift(key / "f", index, 0.17) + 0.2 * drift(key / "g", index, 1.3), 0.2, 2)
    total = stereo(key / "roar", index, shape((40, -10), (110, 0), (300, -8), (900, -24), (5000, -45)), 0.4) * flicker
    total += 0.02 * stereo(key / "hiss", index, band(1500, 6000, 9), 0.8) * flicker
    for n in range(5):
        cracks = filtered(key / n, index, _crack(n), _CRACKS) + 2.2 * filtered(
            key / "snap" / n, index, _crack(n), _SNAPS
        )
        angle = (0.1 + 0.2 * n) * np.pi / 2
        cracks = 0.6 * np.tanh(0.45 * cracks)
        total += np.stack([np.cos(angle) * cracks, np.sin(angle) * cracks])
    return total


@lru_cache
def _crack(n: int) -> Complex64[np.ndarray, "bins"]:
    t = seconds(0.03)
    grains = Key("crack").rng(n).standard_normal(len(t))
    return response(one_pole(1.0, -0.6, 0.3, grains * np.exp(-t / (0.0006 + 0.0007 * n))))


def leaves(key: Key, index: int) -> Stereo:
    """Wind in trees."""
    gust = gusts(key / "gust", index)
    rustle = 1 + 0.25 * np.stack([filtered(key / s, index, band(3, 14, 24)) * 20 for s in ("l", "r")])
    hiss = stereo(key / "hiss", index, shape((200, -24), (900, -6), (2600, 0), (5200, -4), (14000, -28)), 0.9)
    low = stereo(key / "low", index, shape(*_RUMBLE), 0.5)
    return np.asarray(hiss * (0.15 + gust**2) * np.clip(rustle, 0.3, 1.8) + 0.5 * low * gust)
