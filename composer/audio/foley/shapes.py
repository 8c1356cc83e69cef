"""Pitches of plain shapes, solid and hollow, by the formulas of their authors. Lengths in metres, speeds in m/s."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from jaxtyping import Float

_POISSON = 0.3
_SHEAR = 0.62  # speed of shear waves to that in a bar
_MOST = 9  # waves along an axis


@dataclass(frozen=True, eq=False)
class Pitches:
    """m modes: Hz, and half waves along the longest two axes."""

    hz: Float[np.ndarray, " m"]
    waves: Float[np.ndarray, "m 2"]


def solid_box(size_m: tuple[float, ...], speed_m_s: float) -> Pitches:
    """A block, plate or bar with free edges, bending across its thinnest side.

    Warburton, "The vibration of rectangular plates" (1954), for free edges; what is thick gives way to shear before it
    bends, and no mode is above that of shear.
    """
    thick, wide, long = sorted(size_m)
    m, n = (grid.ravel().astype(float) for grid in np.mgrid[0:_MOST, 0:_MOST])
    bends = m + n >= 2
    m, n = m[bends], n[bends]
    (gx, hx, jx), (gy, hy, jy) = _free(m), _free(n)
    r = long / wide
    square = gx**4 + gy**4 * r**4 + 2 * r**2 * (_POISSON * hx * hy + (1 - _POISSON) * jx * jy)
    plate = speed_m_s / sqrt(1 - _POISSON**2) * thick / sqrt(12)
    bending = np.sqrt(square) * pi / (2 * long**2) * plate
    shear = _SHEAR * speed_m_s / 2 * np.sqrt((m / long) ** 2 + (n / wide) ** 2)
    return Pitches(1 / np.sqrt(1 / bending**2 + 1 / shear**2), np.stack([m, n], axis=1))


def _free(m: Float[np.ndarray, " m"]) -> tuple[Float[np.ndarray, " m"], ...]:
    """Warburton's G, H and J of a direction with free ends and `m` nodal lines across it."""
    half = np.maximum(m - 0.5, 0.5)
    g, h, j = half.copy(), half**2 * (1 - 2 / (half * pi)), half**2 * (1 + 6 / (half * pi))
    g[m == 2], h[m == 2], j[m == 2] = 1.506, 1.248, 5.017
    g[m < 2], h[m < 2] = 0.0, 0.0
    j[m == 1], j[m == 0] = 12 / pi**2, 0.0
    return g, h, j


def hollow_box(size_m: tuple[float, ...], wall_m: float, speed_m_s: float) -> Pitches:
    """A box of sheets: each side a plate held at its edges (Fletcher & Rossing, "The physics of musical instruments")."""
    m, n = (grid.ravel() + 1.0 for grid in np.mgrid[0:_MOST, 0:_MOST])
    thin, wide, long = sorted(size_m)
    plate = 0.453 * speed_m_s / sqrt(1 - _POISSON**2) * wall_m
    sides = [plate * ((m / a) ** 2 + (n / b) ** 2) for a, b in ((long, wide), (long, thin), (wide, thin))]
    return Pitches(np.concatenate(sides), np.tile(np.stack([m, n], axis=1), (3, 1)))


def drum(diameter_m: float, length_m: float, wall_m: float, speed_m_s: float) -> Pitches:
    """A closed cylinder: its skin (Donnell's shell, ends held round) and its two heads (plates held at the rim)."""
    radius = diameter_m / 2
    m, n = (grid.ravel().astype(float) for grid in np.mgrid[1:6, 2:26])
    along = m * pi * radius / length_m
    stretching = (along**2 / (n**2 + along**2)) ** 2
    bending = wall_m**2 / (12 * radius**2) * (n**2 + along**2) ** 2
    skin = speed_m_s / (2 * pi * radius) * np.sqrt(stretching + bending)
    rings, across = (grid.ravel().astype(float) for grid in np.mgrid[1:5, 0:10])
    roots = pi / 2 * (across + 2 * rings)  # of a plate that is held at its rim, nearly
    heads = roots**2 / (2 * pi * radius**2) * speed_m_s / sqrt(1 - _POISSON**2) * wall_m / sqrt(12)
    waves = np.concatenate([np.stack([m, n], axis=1), np.stack([rings, rings], axis=1)])
    return Pitches(np.concatenate([skin, heads]), waves)


def solid_sphere(diameter_m: float, speed_m_s: float) -> Pitches:
    """Lamb, "On the vibrations of an elastic sphere" (1882): its modes by the speed of shear waves."""
    roots = np.array([2.501, 2.640, 3.424, 3.865, 3.916, 5.009, 5.095, 6.033, 6.266, 6.454, 7.404, 7.605, 8.519, 8.701])
    return Pitches(roots * _SHEAR * speed_m_s / (pi * diameter_m), np.zeros((len(roots), 2)))


def hollow_sphere(diameter_m: float, wall_m: float, speed_m_s: float) -> Pitches:
    """Lamb, "On the vibrations of a spherical shell" (1882), the lower branch, stiffer as waves grow short."""
    n = np.arange(2, 16, dtype=float)
    stretching = (n - 1) * (n + 2) / (n * (n + 1) + 1 + _POISSON)
    bending = (wall_m / diameter_m) ** 2 / 3 * ((n - 1) * (n + 2)) ** 2 / (n * (n + 1))
    return Pitches(speed_m_s / (pi * diameter_m) * np.sqrt(stretching + bending), np.zeros((len(n), 2)))
