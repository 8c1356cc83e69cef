"""Looks of many points at once, for what paints more than one surface in one go: where a `Look` has a number, a plane."""

from dataclasses import dataclass

from composer.looks import Pattern
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
    """As `looks.Look`, n points of them that have their pattern and noun in common; `seed [n]` are whole numbers."""

    pattern: Pattern
    noun: str
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
