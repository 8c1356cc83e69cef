"""Blows: both bodies ring, excited by the pulse of force while they touch.

Modal synthesis after van den Doel, Kry & Pai, "FoleyAutomatic: physically-based sound effects for interactive simulation
and animation" (SIGGRAPH 2001): a bank of damped modes driven by a contact force.
"""

from dataclasses import dataclass
from functools import cached_property
from math import pi
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from composer.audio.foley.bodies import Body, Modes, modes_of, reduced_mass_kg
from composer.audio.foley.matter import MATTER
from composer.audio.noise import Mono
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE

FULL = 0.15
"""Loudness of a blow of 1 N s at 1 m, of full scale. Loudness grows with the root of the impulse: film mixes hold far
less than the 60 dB that lie between a step and a falling drum."""

_LONGEST_S = 3.0
_UNHEARD = 10 ** (-60 / 20)  # of a body's loudest mode at first; softer, a mode is not followed
_SHORTEST_S, _SOFTEST_S = 6e-5, 0.03
_CLICK = 0.35
_STEP = 64

Place = tuple[float, float, float] | None


@dataclass(frozen=True)
class Blow:
    """Two bodies meet once; `places` is where on each, in half extents from its middle (None: anywhere)."""

    bodies: tuple[Body, Body]
    impulse_n_s: float
    places: tuple[Place, Place] = (None, None)

    @cached_property
    def contact_s(self) -> float:
        """How long they touch: Hertz' law for spheres, shorter for what is hard, light, pointed or fast."""
        one, other = self.bodies
        mass = reduced_mass_kg(one, other)
        speed = max(self.impulse_n_s / (1.5 * mass), 1e-3)
        soft = sum(1 / MATTER[body.material].young_pa for body in self.bodies)
        radius = min(_radius_m(body) for body in self.bodies)
        touch_s = 2.87 * (mass**2 * soft**2 / (radius * speed)) ** 0.2
        return float(np.clip(touch_s, _SHORTEST_S, _SOFTEST_S))

    @cached_property
    def length(self) -> int:
        """Samples until all is quiet."""
        return max(len(pulse(self.contact_s)) + 2, *(int(ringing.length.max()) for ringing in self._ringings))

    def sound(self) -> Mono:
        """The sound at 1 m, from the first sample of the contact on; that one is not silent."""
        heard = np.zeros(self.length + _STEP)
        change = np.diff(pulse(self.contact_s), prepend=0.0, append=0.0)  # what only leans on a body is not heard
        for ringing in self._ringings:
            _ring(*ringing, change, heard)
        heard[: len(change)] += _CLICK * change  # the air that the blow itself sets off
        heard = heard[: self.length]
        fade = min(len(heard) // 2, SAMPLE_RATE // 100)
        heard[len(heard) - fade :] *= np.linspace(1, 0, fade)
        heard *= loudness(self.impulse_n_s)
        return heard

    @cached_property
    def _ringings(self) -> "tuple[_Ringing, ...]":
        return tuple(
            _ringing(modes_of(body).struck_at(place, body.size_m), self.contact_s)
            for body, place in zip(self.bodies, self.places, strict=True)
        )


def loudness(impulse_n_s: float) -> float:
    """Of full scale, at 1 m."""
    return float(FULL * np.sqrt(max(impulse_n_s, 0.0)))


def pulse(contact_s: float) -> Mono:
    """Force while two touch, its sum 1: nearly Hertz' law, the power 1.5 of half a sine, over at least one sample."""
    count = max(1, round(contact_s * SAMPLE_RATE))
    force = np.sin(pi * (np.arange(count) + 0.5) / count) ** 1.5
    return np.asarray(force / force.sum())


class _Ringing(NamedTuple):
    """m modes of a body under a blow: radians a sample, share that is left after one, gain, samples until it is lost."""

    angle: Float[np.ndarray, " m"]
    pole: Float[np.ndarray, " m"]
    gain: Float[np.ndarray, " m"]
    length: Int[np.ndarray, " m"]


def _ringing(modes: Modes, contact_s: float) -> _Ringing:
    """Modes as a blow of `contact_s` excites them; what it does not excite is left out."""
    excited = modes.gain / (1 + (modes.hz * contact_s) ** 2.5)
    falls = np.maximum(np.log(np.maximum(excited / _UNHEARD, 1e-9) / max(float(excited.max()), 1e-9)), 0.0)
    length = (np.minimum(_LONGEST_S, falls / modes.decay_1_s) + contact_s * (falls > 0)) * SAMPLE_RATE
    angle, pole = 2 * pi * modes.hz / SAMPLE_RATE, np.exp(-modes.decay_1_s / SAMPLE_RATE)
    return _Ringing(angle, pole, modes.gain / angle, length.astype(np.int64))


@kernel
def _ring(angle: Array, pole: Array, gain: Array, length: Array, change: Array, heard: Array) -> None:
    """Each mode driven by the change of the force, then left alone: `_STEP` samples at once, which the two before them determine.

    `heard` has room for `_STEP` samples more than the longest mode.
    """
    last, before = np.empty(_STEP), np.empty(_STEP)  # what each sample of a step takes of those two
    for m in range(angle.shape[0]):
        a, b = 2 * pole[m] * np.cos(angle[m]), pole[m] * pole[m]
        x = y = 0.0
        driven = min(change.shape[0], length[m])
        for n in range(driven):
            x, y = a * x - b * y + gain[m] * np.sin(angle[m]) * change[n], x
            heard[n] += x
        p, p_last, q, q_last = 1.0, 0.0, 0.0, 1.0
        for k in range(_STEP):
            p, p_last = a * p - b * p_last, p
            q, q_last = a * q - b * q_last, q
            last[k], before[k] = p, q
        for n in range(driven, length[m], _STEP):
            row = heard[n : n + _STEP]
            for k in range(_STEP):
                row[k] += last[k] * x + before[k] * y
            x, y = last[_STEP - 1] * x + before[_STEP - 1] * y, last[_STEP - 2] * x + before[_STEP - 2] * y


def _radius_m(body: Body) -> float:
    """How round it is where it is struck: balls and drums are, boxes meet with an edge; what never moves is flat."""
    if body.mass_kg is None:
        return 1.0
    if body.shape in {"sphere", "cylinder"}:
        return max(body.size_m[0] / 2, 1e-3)
    return max(0.1 * min(body.size_m), 1e-3)
