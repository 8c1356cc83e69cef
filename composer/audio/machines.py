"""What people have built: engines, the mains, a radio between stations."""

from functools import lru_cache

import numpy as np
from jaxtyping import Complex64

from composer.audio.noise import CHUNK, Key, Mono, Stereo, band, drift, impulses, response, shape, stereo, times
from composer.audio.voices import decaying
from composer.timing import SAMPLE_RATE

_STROKE_S = 0.82


def machinery(key: Key, index: int) -> Stereo:
    """A heavy engine: a thud and a clank each turn, the hum of its motor, steam."""
    thuds = stereo(key / "thud", index, _thud(), 0.15, _strokes)
    clanks = stereo(key / "clank", index, _clank(), 0.4, _half_strokes)
    turn = 0.5 + 0.5 * np.sin(2 * np.pi * times(index) / _STROKE_S)
    steam = stereo(key / "steam", index, band(1800, 7000, 12), 0.8) * (0.12 + 0.5 * turn**6)
    return 1.6 * thuds + 0.8 * clanks + 0.12 * steam + 0.5 * hum(key / "motor", index)


def _strokes(key: Key, index: int) -> Mono:
    return _beats(key, index, 0.0)


def _half_strokes(key: Key, index: int) -> Mono:
    return _beats(key, index, 0.46)


def _beats(key: Key, index: int, share: float) -> Mono:
    """Clicks once a stroke, a share of a stroke late, never quite alike."""
    clicks = np.zeros(CHUNK, np.float32)
    start_s, stop_s = index * CHUNK / SAMPLE_RATE, (index + 1) * CHUNK / SAMPLE_RATE
    for beat in range(int(start_s / _STROKE_S) - 2, int(stop_s / _STROKE_S) + 2):
        rng = key.rng(beat)
        at = round(((beat + share) * _STROKE_S + rng.uniform(-0.006, 0.006)) * SAMPLE_RATE) - index * CHUNK
        if 0 <= at < CHUNK:
            clicks[at] += rng.uniform(0.75, 1.0)
    return clicks


@lru_cache
def _thud() -> Complex64[np.ndarray, "bins"]:
    return response(decaying(0.17, 78, 0.16, -0.3) + 0.3 * decaying(0.17, 190, 0.05) + 0.1 * decaying(0.17, 900, 0.012))


@lru_cache
def _clank() -> Complex64[np.ndarray, "bins"]:
    partials = ((523.0, 0.16, 0.5), (871.0, 0.12, 0.4), (1397.0, 0.10, 0.35), (2310.0, 0.07, 0.25), (3650.0, 0.04, 0.2))
    return response(np.sum([gain * decaying(0.17, hz, decay_s) for hz, decay_s, gain in partials], axis=0))


_MAINS = ((50, 0.5), (100, 1.0), (150, 0.25), (200, 0.42), (300, 0.2), (400, 0.14), (600, 0.06), (1000, 0.02))


def hum(key: Key, index: int) -> Stereo:
    """The mains and its harmonics, each beating slowly, over a breath of hiss."""
    t = times(index)
    sides = []
    for side in ("left", "right"):
        phases = (key / side).rng(0).uniform(0, 2 * np.pi, len(_MAINS))
        beats = [1 + 0.25 * drift(key / side / hz, index, 2.5) for hz, _ in _MAINS]
        tones = zip(_MAINS, phases, beats, strict=True)
        sides.append(sum(gain * beat * np.sin(2 * np.pi * hz * t + phase) for (hz, gain), phase, beat in tones))
    return 0.25 * np.asarray(sides, np.float32) + 0.02 * stereo(key / "hiss", index, band(300, 4000, 9), 0.5)


_STATIC = impulses(5.0, 0.9)


def radio_hiss(key: Key, index: int) -> Stereo:
    """A set between stations: hiss through a small speaker that fades, crackle, a whistle that wanders."""
    fade = np.clip(0.8 + 0.22 * drift(key / "fade", index, 1.9), 0.25, 1.4)
    hiss = stereo(
        key / "hiss", index, shape((120, -36), (350, -4), (900, 0), (2800, -1), (4200, -24), (9000, -60)), 0.06
    )
    crackle = stereo(key / "crackle", index, _crackle(), 0.06, _STATIC)
    reach = (2 * np.pi * 60.0) * drift(key / "whistle", index, 3.7)
    whistle = np.sin(2 * np.pi * 1180.0 * times(index) + reach) * np.clip(drift(key / "near", index, 4.9), 0, 1)
    return np.asarray(hiss * fade + 0.35 * crackle + 0.05 * whistle.astype(np.float32))


@lru_cache
def _crackle() -> Complex64[np.ndarray, "bins"]:
    return response(decaying(0.012, 1500, 0.006) + 0.5 * decaying(0.012, 2700, 0.003))
