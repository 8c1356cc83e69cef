"""Rolls and slides: the roughness of two surfaces, read at the speed at which they pass, drives the modes of both.

After van den Doel, Kry & Pai, "FoleyAutomatic" (SIGGRAPH 2001): scraping is noise whose pitch follows the speed; rolling is
the same, dulled by the patch on which the thing stands, and swells once a turn, for nothing is round.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float

from composer.audio.foley.bodies import Body, modes_of
from composer.audio.foley.ears import Trail
from composer.audio.foley.hearing import HOP
from composer.audio.foley.matter import MATTER
from composer.audio.noise import Key, Mono
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE
from composer.types import ContactKind

_FULL = 0.0014  # at 1 m, under 100 N at 1 m/s over concrete
_RISE_S, _FALL_S = 0.03, 0.08
_RING_S = 0.3  # heard after it is over
_BODY_MODES = 9
_PROFILE = 1 << 15  # grains before a surface repeats
_PATCH_M = {"roll": 0.0015, "slide": 0.0003}
_BRIGHT = {"roll": 0.0, "slide": 0.6}  # scraping plucks at what it passes, and so sets off what is high
_EASY_1_S = 12.0  # what rubs is damped by what it rubs on


@dataclass(frozen=True, eq=False)
class Rub:
    """The first of two bodies goes along the other for `duration_s` from `start_s` of the film on, as `trail` has it."""

    bodies: tuple[Body, Body]
    start_s: float
    duration_s: float
    impulse_n_s: float
    kind: ContactKind
    trail: Trail
    key: Key

    @property
    def length(self) -> int:
        return round((self.duration_s + _RING_S) * SAMPLE_RATE)

    def sound(self) -> Mono:
        """The sound at 1 m."""
        nodes = self.length // HOP + 2
        t = HOP * np.arange(nodes) / SAMPLE_RATE
        speed = self.trail.speeds(self.start_s + t)
        grain = max(MATTER[body.material].grain_m for body in self.bodies)
        # a faster pass is louder: a power between those of contact noise measured on hard and on soft ground
        loud = self._loudness * np.maximum(speed, 0.0) ** 0.8 * np.sqrt(np.minimum(speed / grain / SAMPLE_RATE, 1.0))
        swell = np.clip(np.minimum(t / _RISE_S, (self.duration_s - t) / _FALL_S), 0, 1)
        wave = 2 * np.pi * np.cumsum(speed) * HOP / SAMPLE_RATE / self._round_m
        turn = 1 + 0.35 * np.sin(wave) if self.kind == "roll" else np.ones(nodes)
        drive = np.stack(
            [speed / grain / SAMPLE_RATE, loud * swell * swell * (3 - 2 * swell) * turn, self._dull(speed)]
        )
        angle, pole, gain = self._modes
        heard = np.zeros(self.length)
        _rub(drive, self._profile, angle, pole, gain, heard)
        return heard

    @property
    def _loudness(self) -> float:
        force_n = self.impulse_n_s / max(self.duration_s, 1e-3)
        rough = max(MATTER[body.material].rough for body in self.bodies)
        return float(_FULL * np.sqrt(max(force_n, 0.0) / 100) * np.sqrt(rough))

    @property
    def _round_m(self) -> float:
        return float(np.pi * max(np.sort(self.bodies[0].size_m)[1], 0.02))

    def _dull(self, speed_m_s: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Share of each sample that the patch of contact lets through: what is shorter than it evens out."""
        hz = np.minimum(speed_m_s / _PATCH_M[self.kind], SAMPLE_RATE / 3)
        return np.asarray(1 - np.exp(-2 * np.pi * np.maximum(hz, 20.0) / SAMPLE_RATE))

    @cached_property
    def _profile(self) -> Mono:
        return self.key.rng(0).standard_normal(_PROFILE + 1)

    @property
    def _modes(self) -> tuple[Mono, Mono, Mono]:
        """Radians a sample, share left after one, gain of the modes that are driven, each of one loudness under noise."""
        parts = []
        for body in self.bodies:
            modes = modes_of(body)
            loudest = np.sort(np.argsort(-modes.gain, kind="stable")[:_BODY_MODES])
            parts.append((modes.hz[loudest], modes.decay_1_s[loudest] + _EASY_1_S, modes.gain[loudest]))
        hz, decay, gain = (np.concatenate(column) for column in zip(*parts, strict=True))
        pole = np.exp(-decay / SAMPLE_RATE)
        angle, bright = 2 * np.pi * hz / SAMPLE_RATE, (hz / 300) ** _BRIGHT[self.kind]
        return angle, pole, gain * bright * np.sqrt(1 - pole**2) / angle


def pieces(rub: Rub, longest_s: float) -> list[Rub]:
    """A long one as several that fade into one another, so that no more than one of them need be held."""
    count = max(1, int(np.ceil(rub.duration_s / longest_s)))
    if count == 1:
        return [rub]
    each, over = rub.duration_s / count, 0.5 * (_RISE_S + _FALL_S)
    return [
        replace(
            rub,
            start_s=rub.start_s + n * each,
            duration_s=each + (over if n < count - 1 else 0.0),
            impulse_n_s=rub.impulse_n_s / count,
            key=rub.key / n,
        )
        for n in range(count)
    ]


@kernel
def _rub(drive: Array, profile: Array, angle: Array, pole: Array, gain: Array, heard: Array) -> None:
    modes, size = angle.shape[0], profile.shape[0] - 1
    a, b, g = 2 * pole * np.cos(angle), pole * pole, gain
    last, before = np.zeros(modes), np.zeros(modes)
    way = dulled = pressed = 0.0
    for j in range(drive.shape[1] - 1):
        for i in range(j * HOP, min((j + 1) * HOP, heard.shape[0])):
            share = (i - j * HOP) / HOP
            way += drive[0, j] + share * (drive[0, j + 1] - drive[0, j])
            loud = drive[1, j] + share * (drive[1, j + 1] - drive[1, j])
            grain = int(way)
            here = grain % size
            height = profile[here] + (way - grain) * (profile[here + 1] - profile[here])
            dulled += (drive[2, j] + share * (drive[2, j + 1] - drive[2, j])) * (height - dulled)
            push, total = loud * dulled - pressed, 0.0
            pressed += push
            for m in range(modes):
                now = a[m] * last[m] - b[m] * before[m] + g[m] * push
                before[m], last[m] = last[m], now
                total += now
            heard[i] = total
