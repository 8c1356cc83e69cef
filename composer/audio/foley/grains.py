"""Many small collisions, each a short ringing: gravel that is trodden, sand that is scuffed, water that splashes."""

from dataclasses import dataclass

import numpy as np

from composer.audio.noise import Mono
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE


@dataclass(frozen=True)
class Grains:
    """`count` collisions, each at a pitch between two (Hz), dying within about `decay_s`; `gain` of all of them.

    `spread` is the log-normal spread of their sizes; pitches `rise` by that share while they die, as bubbles' do.
    """

    count: int
    hz: tuple[float, float]
    decay_s: float
    gain: float
    spread: float
    rise: float = 0.0


def crush(grains: Grains, press_s: float, rng: np.random.Generator, length: int) -> Mono:
    """Grains under a foot that presses for `press_s`: most give way as it comes down, some as it leaves."""
    early = rng.gamma(1.6, 0.12, grains.count)
    late = 0.75 + 0.15 * rng.standard_normal(grains.count)
    at = np.where(rng.random(grains.count) < 0.7, early, late)
    starts = (np.clip(at, 0.0, 1.2) * press_s * SAMPLE_RATE).astype(np.int64)
    low, high = np.log(grains.hz)
    hz = np.exp(rng.uniform(low, high, grains.count))
    sizes = rng.lognormal(0.0, grains.spread, grains.count) * rng.choice((-1.0, 1.0), grains.count)
    decays = grains.decay_s * rng.uniform(0.5, 1.5, grains.count)
    heard = np.zeros(length)
    _strew(starts, 2 * np.pi * hz / SAMPLE_RATE, np.exp(-1 / (decays * SAMPLE_RATE)), sizes, grains.rise, heard)
    return np.asarray(heard * grains.gain / np.sqrt(grains.count / 60))


@kernel
def _strew(start: Array, angle: Array, pole: Array, size: Array, rise: float, heard: Array) -> None:
    for g in range(start.shape[0]):
        lasts = min(heard.shape[0] - start[g], int(np.log(1e-3) / np.log(pole[g])) + 1)
        row = heard[start[g] : start[g] + lasts]
        # the tip of a pointer that turns ever faster and shrinks: x, y; by how much in a sample: u, v
        x, y = size[g], 0.0
        u, v = pole[g] * np.cos(angle[g]), pole[g] * np.sin(angle[g])
        faster = angle[g] * rise * (1 - pole[g])
        c, s = np.cos(faster), np.sin(faster)
        for n in range(lasts):
            x, y = x * u - y * v, x * v + y * u
            u, v = u * c - v * s, u * s + v * c
            row[n] += y
