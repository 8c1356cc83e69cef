"""Where people are: city, traffic, a crowd, a room."""

import numpy as np
from jaxtyping import Float

from composer.audio.noise import CONTROL, Events, Key, Stereo, drift, scatter, shape, stereo, swells, times
from composer.audio.voices import glide, harmonic, placed, seconds, sequence
from composer.timing import SAMPLE_RATE

_FAR = ((25.0, -12.0), (60.0, 0.0), (180.0, -5.0), (600.0, -16.0), (2000.0, -30.0), (8000.0, -55.0))
_TYRES = ((60.0, -12.0), (150.0, -4.0), (700.0, 0.0), (1400.0, -2.0), (3500.0, -14.0), (9000.0, -34.0))


def city(key: Key, index: int) -> Stereo:
    """The roar of streets farther off, a car now and then, a horn, people without words."""
    roar = stereo(key / "roar", index, shape(*_FAR), 0.6) * (1 + 0.2 * drift(key / "tide", index, 4.1))
    return (
        roar + 0.3 * _cars(key / "cars", index, 0.12) + 0.10 * scatter(key / "horns", index, Events(_horn, 0.05, 2.0))
    )


def traffic(key: Key, index: int) -> Stereo:
    """Cars that pass from side to side on a road near by."""
    roar = 0.6 * stereo(key / "roar", index, shape(*_FAR), 0.6)
    return np.asarray(
        roar + _cars(key / "cars", index, 0.5) + 0.05 * scatter(key / "horns", index, Events(_horn, 0.03, 2.0))
    )


def _cars(key: Key, index: int, rate_hz: float) -> Stereo:
    passing = swells(key / "pass", index, Events(_pass, rate_hz, 9.0, 4))
    tyres = stereo(key / "tyres", index, shape(*_TYRES), 0.7)
    engine = stereo(key / "engine", index, shape((35, -20), (70, 0), (140, -3), (260, -14), (900, -40)), 0.3)
    return np.asarray(tyres * passing[:2] + 1.6 * engine * passing[2:])


def _pass(rng: np.random.Generator) -> Float[np.ndarray, "4 n"]:
    t = np.arange(-4.4, 4.4, CONTROL / SAMPLE_RATE)
    speed, away = rng.uniform(9, 17), rng.uniform(7, 16)
    along = speed * t * rng.choice((-1, 1))
    distance = np.hypot(along, away)
    angle = (along / distance + 1) * np.pi / 4
    fade = np.clip((4.4 - np.abs(t)) / 1.5, 0, 1)
    gain = fade * (away / distance) ** 1.5 * rng.uniform(0.7, 1.1)
    sides = np.stack([np.cos(angle), np.sin(angle)]) * gain
    return np.concatenate([sides, sides * rng.uniform(0.4, 1.4)])


def _horn(rng: np.random.Generator) -> Stereo:
    t = seconds(rng.uniform(0.15, 0.8))
    base = rng.uniform(370, 440)
    chord = sum(harmonic(np.full_like(t, hz), ((1800, 900, 1.0),), 4.0) for hz in (base, base * 1.26))
    return placed(chord * glide(t, (0, 0), (0.06, 1), (0.9, 0.9), (1, 0)), rng.uniform(-1, 1), rng.uniform(3, 7))


def room_tone(key: Key, index: int) -> Stereo:
    """Air that a room holds: a soft low noise, a breath of ventilation, the mains far away."""
    air = stereo(key / "air", index, shape((20, -6), (60, 0), (200, -7), (800, -18), (4000, -36), (15000, -52)), 0.4)
    duct = stereo(key / "duct", index, shape((90, -24), (180, 0), (260, -2), (500, -24), (2000, -50)), 0.3)
    mains = sum(a * np.sin(2 * np.pi * hz * times(index)) for hz, a in ((50, 0.010), (100, 0.016), (200, 0.004)))
    return air + duct * (0.35 + 0.04 * drift(key / "duct", index, 5.3)) + np.asarray(mains, np.float32)


_VOWELS = ((700, 1150), (500, 1750), (320, 2200), (450, 850), (350, 750), (600, 1500))


def crowd(key: Key, index: int) -> Stereo:
    """Many people talking at once, no word to be made out."""
    talk = scatter(key / "talk", index, Events(_phrase, 4.0, 3.2))
    murmur = stereo(key / "murmur", index, shape((90, -20), (220, 0), (600, -3), (1500, -14), (5000, -36)), 0.8)
    return talk + 0.22 * murmur * (1 + 0.3 * drift(key / "swell", index, 2.7))


def _phrase(rng: np.random.Generator) -> Stereo:
    pitch, parts, at = rng.choice((115.0, 205.0)) * 2 ** rng.uniform(-0.25, 0.25), [], 0.0
    for _ in range(rng.integers(3, 11)):
        low, high = _VOWELS[rng.integers(len(_VOWELS))]
        t = seconds(rng.uniform(0.11, 0.24))
        hz = pitch * glide(t, (0, rng.uniform(0.9, 1.2)), (1, rng.uniform(0.85, 1.1)))
        vowel = harmonic(hz, ((low, 90, 1.0), (high, 130, 0.6), (2600, 250, 0.25)), 6.0, 3600)
        parts.append((at, vowel * glide(t, (0, 0), (0.3, 1), (0.7, 0.8), (1, 0)) * rng.uniform(0.4, 1)))
        at += len(t) / SAMPLE_RATE + rng.uniform(0, 0.05)
    return placed(sequence(parts), rng.uniform(-1, 1), rng.uniform(1.5, 5))
