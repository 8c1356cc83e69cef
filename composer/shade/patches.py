"""Points of solids as patches: flat faces as they are looked at, round surfaces unrolled; over numpy or torch alike."""

from math import hypot, pi
from typing import NamedTuple

from composer.shade.arrays import Array, dot, namespace, planes
from composer.shade.patch import Kind, Patch
from composer.shade.surface import footprints

Facet = tuple[int, int]
"""A flat face: the geom's axis that it faces along (0 to 2), and which way (1 or -1)."""

Three = tuple[float, float, float]

_EAST, _NORTH, _UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


class Facing(NamedTuple):
    """A flat face in its solid's own frame: unit `u, v, n` as in `Patch`, and what to add to the way along v to count it
    from the foot (m). Numbers, or planes of many faces at once.
    """

    kind: Kind
    u: Array
    v: Array
    n: Array
    foot: Array
    size_m: tuple[Array, Array]
    front: bool = False
    face: Array = 0
    disc: bool = False


class Seen(NamedTuple):
    """How points are seen: rays with camera z = 1 `[3 n]`, z-depth `[n]` (m), and what a pixel to the right and one down add
    to a ray.
    """

    rays: Array
    depth: Array
    step: tuple[Array, Array]


GROUND_FACING = Facing("ground", _EAST, _NORTH, _UP, 0.0, (1e4, 1e4))
"""u runs east, v north."""


def facing_of(shape: str, size_m: Three, facet: Facet) -> Facing:
    """A flat face of a solid: u to the right as it is looked at, v up (or, on top, to the back)."""
    if shape == "wedge" and facet == (2, 1):
        return _slope(*size_m)
    axis, sign = facet
    across, upward = (0, 1) if axis == 2 else (1 - axis, 2)
    flip = (sign, -sign, 1)[axis]
    size = size_m[across], size_m[upward]
    return Facing(
        "top" if axis == 2 and (sign > 0 or shape == "cylinder") else "side",
        _along(across, flip),
        _along(upward, 1),
        _along(axis, sign),
        size[1] / 2,
        size,
        front=facet == (1, -1),
        face=axis * 2 + (sign > 0),
        disc=shape == "cylinder",
    )


def _along(axis: int, sign: int) -> Three:
    x, y, z = (float(sign * (i == axis)) for i in range(3))
    return x, y, z


def _slope(width: float, run: float, rise: float) -> Facing:
    """The slope of a wedge: u across it, v up along it from its foot."""
    length = hypot(run, rise)
    v, n = (0.0, run / length, rise / length), (0.0, -rise / length, run / length)
    return Facing("top", (1.0, 0.0, 0.0), v, n, length / 2, (width, length), face=5)


def flat_patch(facing: Facing, axes: Array, local: Array, seen: Seen) -> Patch:
    """Points of flat faces, `local [3 n]` in the frames of their solids, which `axes [3 3]` (or `[3 3 n]`) turn."""
    U, V, N = (_turned(axes, vector) for vector in (facing.u, facing.v, facing.n))
    wu, wv = footprints(seen.rays, seen.depth, seen.step, N, (U, V))
    u, v = dot(facing.u, local), dot(facing.v, local) + facing.foot
    return Patch(facing.kind, u, v, wu, wv, U, V, N, facing.size_m, facing.front, facing.face, facing.disc)


def _turned(axes: Array, vector: Array) -> Array:
    x, y, z = (axes[i][0] * vector[0] + axes[i][1] * vector[1] + axes[i][2] * vector[2] for i in range(3))
    return planes(x, y, z) if len(getattr(x, "shape", ())) else (float(x), float(y), float(z))


def round_patch(size_m: tuple[Array, Array, Array], axes: Array, local: Array, normal: Array, seen: Seen) -> Patch:
    """Points of round surfaces: u round their axis from the front, v along it from its foot."""
    xp = namespace(local)
    flat = xp.sqrt(local[0] * local[0] + local[1] * local[1]) + 1e-6
    cos_a, sin_a = -local[1] / flat, local[0] / flat
    U = planes(*(cos_a * axes[i][0] + sin_a * axes[i][1] for i in range(3)))
    V = planes(*(normal[(i + 1) % 3] * U[(i + 2) % 3] - normal[(i + 2) % 3] * U[(i + 1) % 3] for i in range(3)))
    wu, wv = footprints(seen.rays, seen.depth, seen.step, normal, (U, V))
    u = xp.arctan2(sin_a, cos_a) * (size_m[0] / 2)
    return Patch("round", u, local[2] + size_m[2] / 2, wu, wv, U, V, normal, (pi * size_m[0], size_m[2]))
