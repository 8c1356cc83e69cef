"""A geom's samples as patches: flat faces one by one, round surfaces unrolled."""

import numpy as np
from jaxtyping import Float

from composer.scene import Geom
from composer.shade.arrays import planes
from composer.shade.patch import Patch
from composer.shade.sorting import Facet
from composer.shade.surface import footprints
from composer.shade.views import Planes, Samples, View

Rotation = Float[np.ndarray, "3 3"]

_EAST, _NORTH, _UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def ground_patch(s: Samples, points: Planes, view: View) -> Patch:
    """The ground: u runs east, v north."""
    wu, wv = footprints(s.rays, s.depth, (view.right, view.down), _UP, (_EAST, _NORTH))
    return Patch("ground", points[0], points[1], wu, wv, _EAST, _NORTH, _UP, (1e4, 1e4))


def flat_patch(geom: Geom, axes: Rotation, s: Samples, local: Planes, view: View, facet: Facet) -> Patch:
    """A flat face: u to the right as it is looked at, v up (or, on top, to the back)."""
    if geom.shape == "wedge" and facet == (2, 1):
        return _slope_patch(geom, axes, s, local, view)
    axis, sign = facet
    across, upward = (0, 1) if axis == 2 else (1 - axis, 2)
    flip = (sign, -sign, 1)[axis]
    U, V, N = (_three(k * axes[:, i]) for k, i in ((flip, across), (1, upward), (sign, axis)))
    size = geom.size_m[across], geom.size_m[upward]
    wu, wv = footprints(s.rays, s.depth, (view.right, view.down), N, (U, V))
    top = axis == 2 and (sign > 0 or geom.shape == "cylinder")
    return Patch(
        "top" if top else "side",
        local[across] * np.float32(flip),
        local[upward] + np.float32(size[1] / 2),
        wu,
        wv,
        U,
        V,
        N,
        size,
        front=facet == (1, -1),
        face=axis * 2 + (sign > 0),
        disc=geom.shape == "cylinder",
    )


def _slope_patch(geom: Geom, axes: Rotation, s: Samples, local: Planes, view: View) -> Patch:
    """The slope of a wedge: u across it, v up along it from its foot."""
    width, run, rise = geom.size_m
    length = float(np.hypot(run, rise))
    U, V = _three(axes[:, 0]), _three((axes[:, 1] * run + axes[:, 2] * rise) / length)
    N = _three((axes[:, 2] * run - axes[:, 1] * rise) / length)
    wu, wv = footprints(s.rays, s.depth, (view.right, view.down), N, (U, V))
    v = (local[1] + np.float32(run / 2)) * np.float32(length / run)
    return Patch("top", local[0], v, wu, wv, U, V, N, (width, length), face=5)


def round_patch(geom: Geom, axes: Rotation, s: Samples, local: Planes, view: View) -> Patch:
    """A round surface: u round its axis from the front, v along it from its foot."""
    sx, _, sz = geom.size_m
    flat = np.sqrt(local[0] * local[0] + local[1] * local[1]) + np.float32(1e-6)
    cos_a, sin_a = -local[1] / flat, local[0] / flat
    N = s.normal
    U = planes(*(cos_a * axes[i, 0] + sin_a * axes[i, 1] for i in range(3)))
    V = planes(*(N[(i + 1) % 3] * U[(i + 2) % 3] - N[(i + 2) % 3] * U[(i + 1) % 3] for i in range(3)))
    wu, wv = footprints(s.rays, s.depth, (view.right, view.down), N, (U, V))
    u = np.arctan2(sin_a, cos_a) * np.float32(sx / 2)
    return Patch("round", u, local[2] + np.float32(sz / 2), wu, wv, U, V, N, (float(np.pi) * sx, sz))


def _three(vector: Float[np.ndarray, "3"]) -> tuple[float, float, float]:
    return float(vector[0]), float(vector[1]), float(vector[2])
