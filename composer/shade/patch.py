"""Points of one surface, in coordinates that lie on it."""

from dataclasses import dataclass
from typing import Literal

from composer.shade.arrays import Array

Kind = Literal["ground", "side", "top", "round"]


@dataclass(frozen=True)
class Patch:
    """n points of one surface.

    `u, v` run along it in metres (`u` from its middle, `v` from its foot), `wu, wv` are what a pixel spans of them. `U, V,
    N` are unit vectors of the world: three numbers for a flat face, planes for a round one. `size_m` is its width and
    height, `face` a number of its own (both planes, where points of many faces are painted in one go); `front` says that the solid's own front is this face, `disc` that it is the flat end of a cylinder.
    """

    kind: Kind
    u: Array
    v: Array
    wu: Array
    wv: Array
    U: Array
    V: Array
    N: Array
    size_m: tuple[Array, Array]
    front: bool = False
    face: Array = 0
    disc: bool = False
