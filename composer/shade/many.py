"""Looks and lights of many points at once, for what draws more than one surface or place in one go: where a `Look`, a
`Sky` or a `Lamp` has a number, a plane of them (or what spreads to one).
"""

from dataclasses import dataclass

from composer.shade.arrays import Array

Planes = tuple[Array, Array, Array]


@dataclass(frozen=True, eq=False)
class Fronts:
    """As `looks.Openings`, n points of them."""

    pitch_m: tuple[Array, Array]
    size_m: tuple[Array, Array]
    lit: Array
    door_m: tuple[Array, Array] | None


@dataclass(frozen=True, eq=False)
class Looks:
    """As `looks.Look`, n points of them, less what `surface.Ways` says of all; `seed [n]` are whole numbers."""

    albedo: Planes
    second: Planes
    wear_colour: Planes
    scale_m: Array
    vary: Array
    wear: Array
    gloss: Array
    metal: Array
    wet: Array
    glow: Array
    phase: tuple[Array, Array]
    seed: Array
    openings: Fronts | None


@dataclass(frozen=True, eq=False)
class Skies:
    """As `sky.Sky`: those of points that have in common whether they are `indoor`, `starry` and `overcast`."""

    towards_sun: Planes
    sun: Planes
    zenith: Planes
    horizon: Planes
    glow: Planes
    bounce: Planes
    cloud: Array
    fog_m: Array
    stars: Array
    faint: Array
    indoor: bool = False
    starry: bool = False
    overcast: bool = False


@dataclass(frozen=True, eq=False)
class Lamps:
    """As `lighting.Lamp`, a lamp of each point's own place; those of no `power` are none."""

    position: Planes
    power: Planes
    radius_m: Array
    geom: Array
    head_m: Array
