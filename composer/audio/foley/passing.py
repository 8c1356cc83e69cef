"""Whooshes: the air behind a body that goes by fast and near.

A body sheds eddies at Strouhal's rate, f = 0.2 v / d, and is heard as a dipole, whose pressure grows with the cube of the
speed (Curle, 1955; Selfridge, Moffat & Reiss, "Sound synthesis of objects swinging through air using physical models",
2017); d is a part of its size, for what sounds are its edges.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.audio.foley.ears import Ears, Times
from composer.audio.foley.events import Pass
from composer.audio.foley.hearing import HOP
from composer.audio.noise import Key, Mono
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE

_FULL = 0.05  # at 1 m, of 1 m across at 10 m/s
_FAST_M_S, _NEAR_SIZES, _NEAR_M = 3.0, 6.0, 2.0
_EDGE = 0.04  # of its size, that sheds eddies
_PITCH_HZ = (110.0, 3500.0)
_LONGEST_S, _SHORTEST_S = 1.2, 0.15  # before and after it is nearest
_STEP_S = 1 / 200


@dataclass(frozen=True, eq=False)
class Whoosh:
    """A passage about sample `nearest` of the film, from `at` on for `length` samples; `speeds` at every hop of it."""

    at: int
    nearest: int
    length: int
    speeds: Times
    size_m: float
    key: Key

    def sound(self) -> Mono:
        """The sound at 1 m."""
        low, high = _PITCH_HZ
        hz = np.clip(0.2 * self.speeds / (_EDGE * self.size_m), low, high)
        loud = _FULL * np.clip(self.speeds / 10, 0, 4) ** 3 * np.sqrt(self.size_m)
        rises = np.clip(np.minimum(np.arange(len(hz)), np.arange(len(hz))[::-1]) / max(len(hz) / 4, 1), 0, 1)
        heard = self.key.rng(0).standard_normal(self.length)
        _shape(np.stack([np.tan(np.pi * hz / SAMPLE_RATE), loud * rises * rises * (3 - 2 * rises)]), heard)
        return heard


def whooshes(passing: Pass, ears: Ears, key: Key) -> Iterator[Whoosh]:
    """Every time that it passes one of the cameras fast and near."""
    first_s, last_s = (float(passing.trail.times_s[n]) for n in (0, -1))
    for number, (view, start, stop) in enumerate(ears.turns):
        since, until = max(first_s, start / SAMPLE_RATE), min(last_s, stop / SAMPLE_RATE)
        if until - since < 3 * _STEP_S:
            continue
        times_s = np.arange(since, until, _STEP_S)
        way: Float[np.ndarray, "f 3"] = passing.trail.positions(times_s) - view.positions(times_s)
        distance = np.linalg.norm(way, axis=1)
        speed = np.linalg.norm(np.gradient(way, _STEP_S, axis=0), axis=1)
        near = distance < _NEAR_M + _NEAR_SIZES * passing.size_m
        turns = (distance[1:-1] <= distance[:-2]) & (distance[1:-1] < distance[2:])
        for n in np.flatnonzero(turns & near[1:-1] & (speed[1:-1] > _FAST_M_S)) + 1:
            reach_s = float(np.clip(3 * max(distance[n], passing.size_m) / speed[n], _SHORTEST_S, _LONGEST_S))
            at, length = round((times_s[n] - reach_s) * SAMPLE_RATE), round(2 * reach_s * SAMPLE_RATE)
            heard_s = (at + HOP * np.arange(length // HOP + 2)) / SAMPLE_RATE
            nearest = round(float(times_s[n]) * SAMPLE_RATE)
            yield Whoosh(at, nearest, length, np.interp(heard_s, times_s, speed), passing.size_m, key / number)


@kernel
def _shape(nodes: Array, heard: Array) -> None:
    """Noise through a band-pass whose middle follows the nodes: a state-variable filter in trapezoids (Simper)."""
    damp, one, two = 1.3, 0.0, 0.0
    for i in range(heard.shape[0]):
        j = i // HOP
        share = (i - j * HOP) / HOP
        g = nodes[0, j] + share * (nodes[0, j + 1] - nodes[0, j])
        a1 = 1 / (1 + g * (g + damp))
        band = a1 * one + g * a1 * (heard[i] - two)
        low = two + g * band
        one, two = 2 * band - one, 2 * low - two
        heard[i] = damp * band * (nodes[1, j] + share * (nodes[1, j + 1] - nodes[1, j]))
