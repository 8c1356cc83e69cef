"""Bodies as sets of modes: which pitches a thing can ring at, how fast each dies, how well it is heard."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import pi

import numpy as np
from jaxtyping import Float

from composer.audio.foley.matter import MATTER
from composer.audio.foley.shapes import Pitches, drum, hollow_box, hollow_sphere, solid_box, solid_sphere
from composer.types import Material, Shape

MOST_MODES = 26
_LOWEST_HZ, _HIGHEST_HZ = 28.0, 15_000.0
_LOWEST_MODES = 8  # are all kept; of the others, those that share out the octaves
_UNEVEN = 0.04  # nothing is made so well that two of its pitches are one

_LOOSE, _BUILT = 4e-3, 1.2e-2  # losses to what a thing lies on; at joints of what is built (Ungar)
_LOOSE_1_S, _BUILT_1_S = 3.0, 6.0  # and at any pitch: nothing rings on for ever
_SHELL = 0.6  # share of its volume that is matter, below which a thing is hollow
_REACHED = 0.05  # of a hollow thing's mass, by a blow while it lasts
_BAY_M = 2.4  # larger sheets are stiffened in bays of this size
_SLAB_M = 3.0  # of the ground or of a wall that a blow sets in motion
_MASSIVE = 0.3  # share that is heard of what moves in a massive thing at any pitch
_AIR_KG_M2_S = 415.0  # impedance of air
_AIR_M_S = 343.0


@dataclass(frozen=True)
class Body:
    """What a thing is made of, its shape and full extents along its own axes, as `Solid` has them.

    `mass_kg` tells solid things from hollow ones; None: it is an anchor or the ground, and never moves. `held` is the loss
    factor of what it lies on or is built into, None the usual one; 0 hangs free.
    """

    material: Material
    shape: Shape
    size_m: tuple[float, float, float]
    mass_kg: float | None = None
    held: float | None = None


_FLOORS: dict[Material, Body] = {
    "wood": Body("wood", "box", (2.0, 1.2, 0.2), None, 0.04),
    "steel": Body("steel", "box", (0.9, 0.5, 0.2), None, 0.012),
}
_SLAB_HELD = 0.12  # of a floor that lies on the earth


def floor_of(material: Material) -> Body:
    """The ground as a body: boards, sheets of steel on a frame, or a slab on the earth."""
    return _FLOORS.get(material) or Body(material, "box", (3.0, 2.6, 0.2), None, _SLAB_HELD)


@dataclass(frozen=True, eq=False)
class Modes:
    """m modes of a body: pitch, decay rate of the amplitude (1/s), how loud each is, waves along its longest two axes."""

    hz: Float[np.ndarray, " m"]
    decay_1_s: Float[np.ndarray, " m"]
    gain: Float[np.ndarray, " m"]
    waves: Float[np.ndarray, "m 2"]

    def struck_at(self, place: tuple[float, float, float] | None, size_m: tuple[float, float, float]) -> "Modes":
        """Louder and softer by where the blow falls: `place` in half extents from the middle, -1 to 1; None: anywhere.

        A blow on a line where a mode stands still does not excite it (van den Doel & Pai, "The sounds of physical
        shapes", Presence 7, 1998).
        """
        if place is None:
            return self
        long, wide = np.argsort(size_m)[:-3:-1]
        at = np.clip((place[long], place[wide]), -1.0, 1.0)
        shape = np.abs(np.cos(pi * self.waves * (at + 1) / 2)).prod(axis=1)
        return replace(self, gain=self.gain * (0.1 + 0.9 * shape))


@lru_cache(maxsize=256)
def modes_of(body: Body) -> Modes:
    """The modes that can be heard of it; they scale with its size and with the speed of sound in it."""
    matter = MATTER[body.material]
    wall_m = _wall_m(body)
    pitches = _pitches(body, wall_m)
    audible = (pitches.hz >= _LOWEST_HZ) & (pitches.hz <= _HIGHEST_HZ)
    if not audible.any():  # too small or too large to ring: the pitch at either end of hearing
        pitches = Pitches(np.clip(pitches.hz, _LOWEST_HZ, _HIGHEST_HZ), pitches.waves)
        audible = np.ones(len(pitches.hz), bool)
    kept = _spread(np.flatnonzero(audible)[np.argsort(pitches.hz[audible], kind="stable")])
    hz, waves = pitches.hz[kept], pitches.waves[kept]
    span_m = float(np.sort(body.size_m)[1])
    carried = (hz * pi * span_m / _AIR_M_S) ** 2  # what is small against its wave in air moves little of it
    critical_hz = _AIR_M_S**2 / (1.8 * matter.speed_m_s * wall_m)
    least = 0.0 if _is_hollow(body) else _MASSIVE  # of a sheet, waves shorter than the air's cancel out
    radiating = np.clip(hz / critical_hz, least, 1.0) * carried / (1 + carried)
    surface_kg_m2 = matter.density_kg_m3 * wall_m
    decay = pi * hz * matter.tan_phi + _AIR_KG_M2_S * radiating / surface_kg_m2 + _lost(body, hz)
    share = 1 / np.sqrt(1 + np.arange(len(hz)) / 4)
    loud = np.clip((surface_kg_m2 / 40) ** -0.5, 0.15, 2.0)
    return Modes(hz, decay, loud * np.sqrt(radiating) * share / np.sqrt((share**2).sum()), waves)


def reduced_mass_kg(one: Body, other: Body) -> float:
    """What moves in a blow between two: the mass of either against the other's; 1 kg where neither is known to move.

    Of a hollow thing it is the part of its wall that the blow reaches while it lasts.
    """
    inverse = sum(1 / (body.mass_kg * (_REACHED if _is_hollow(body) else 1.0)) for body in (one, other) if body.mass_kg)
    return 1 / inverse if inverse else 1.0


def _lost(body: Body, hz: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """Decay (1/s) by what a thing lies on or is built into."""
    built = body.mass_kg is None
    if body.held is not None:
        return np.asarray(pi * hz * body.held)
    return np.asarray(pi * hz * (_BUILT if built else _LOOSE) + (_BUILT_1_S if built else _LOOSE_1_S))


def _is_hollow(body: Body) -> bool:
    return _wall_m(body) < 0.999 * min(body.size_m)


@lru_cache(maxsize=256)
def _wall_m(body: Body) -> float:
    """How thick what is set ringing is: the wall of a hollow thing, all of a solid one."""
    matter = MATTER[body.material]
    x, y, z = body.size_m
    box, skin = x * y * z, 2 * (x * y + y * z + z * x)
    share = {"cylinder": pi / 4, "sphere": pi / 6}.get(body.shape, 1.0)
    thinnest = min(body.size_m)
    if body.mass_kg is None:
        hollow = matter.wall_m and thinnest > 2 * matter.wall_m
        return matter.wall_m if hollow else thinnest
    if body.mass_kg < _SHELL * matter.density_kg_m3 * box * share:
        return float(np.clip(body.mass_kg / (matter.density_kg_m3 * skin * share), 5e-4, thinnest / 2))
    return thinnest


def _pitches(body: Body, wall_m: float) -> Pitches:
    even = _even_pitches(body, wall_m)
    return replace(even, hz=even.hz * (1 + _UNEVEN * (np.arange(len(even.hz)) * 0.618 % 1 - 0.5)))


def _even_pitches(body: Body, wall_m: float) -> Pitches:
    speed = MATTER[body.material].speed_m_s
    hollow = _is_hollow(body)
    most_m = _BAY_M if hollow else _SLAB_M
    size = tuple(min(s, most_m) for s in body.size_m) if body.mass_kg is None else body.size_m
    if body.shape == "sphere":
        return hollow_sphere(size[0], wall_m, speed) if hollow else solid_sphere(size[0], speed)
    if body.shape == "cylinder":
        if hollow:
            return drum(size[0], size[2], wall_m, speed)
        round_m = 0.88 * size[0]  # a square of the same stiffness
        return solid_box((round_m, round_m, size[2]), speed)
    return hollow_box(size, wall_m, speed) if hollow else solid_box(size, speed)


def _spread(order: np.ndarray) -> np.ndarray:
    """At most `MOST_MODES` of many: the lowest, and of the rest ever fewer."""
    if len(order) <= MOST_MODES:
        return order
    rest = np.geomspace(_LOWEST_MODES, len(order) - 1, MOST_MODES - _LOWEST_MODES).round().astype(int)
    kept: np.ndarray = order[np.unique(np.concatenate([np.arange(_LOWEST_MODES), rest]))]
    return kept
