"""What lamps give to a band of samples, each with the shadows of what stands between."""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work

from math import sqrt

import numpy as np
from jaxtyping import Bool

from composer.kernels import Array, kernel
from composer.shade.coating import Coat
from composer.shade.moment import Moment
from composer.shade.views import Planes, Samples

_APART = 2.0  # pixels from a sample that is looked up to the next


def add_lamplight(m: Moment, light: Planes, coat: Coat, s: Samples, points: Planes) -> None:
    """Adds to `light` of matt surfaces at `points` (m) what the lamps give that are not hidden.

    A lamp's own body gets none of its light. The sums are those of `lighting.from_lamp`, less what is too faint to see.
    """
    n = len(s)
    at, share, reach = np.empty(n, np.int64), np.empty(n, np.float32), np.empty(n)
    start, way = np.empty((n, 3)), np.empty((n, 3))
    for lamp in m.lamps:
        where = np.array([*lamp.position, lamp.radius_m, m.faint / max(lamp.power)])
        count = _near(points, coat.normal, s.geom, lamp.geom, where, at, share, reach, start, way)
        own = (lamp.geom,) if lamp.geom >= 0 else ()
        if count:
            hidden = _hidden(m, s, at[:count], start, way, reach, own)
            _add(light, coat.albedo, at, share, hidden, np.array(lamp.power, np.float32))


def _hidden(
    m: Moment, s: Samples, at: Array, start: Array, way: Array, reach: Array, own: tuple[int, ...]
) -> Bool[np.ndarray, " n"]:
    """Whether the lamp is hidden from each of the samples `at`: every other one is looked up, and those between where
    their neighbours in the row differ.
    """
    count = len(at)
    hidden = np.empty(count, np.bool_)
    even = m.scene.occluded(start[:count:2], way[:count:2], m.state, reach[:count:2], own)
    unsure = np.empty(count, np.int64)
    left = unsure[: _between(even, at, s.x, s.y, s.geom, hidden, unsure)]
    if len(left):
        hidden[left] = m.scene.occluded(start[left], way[left], m.state, reach[left], own)
    return hidden


@kernel
def _between(even: Array, at: Array, x: Array, y: Array, geom: Array, hidden: Array, unsure: Array) -> int:
    """Fills `hidden` from every other one of its entries; `unsure` gets the numbers of those left to look up, how many."""
    count = 0
    for k in range(0, at.shape[0], 2):
        hidden[k] = even[k // 2]
    for k in range(1, at.shape[0], 2):
        sure = k + 1 < at.shape[0] and even[k // 2] == even[k // 2 + 1]
        if sure:
            a, n, b = at[k - 1], at[k], at[k + 1]
            sure = geom[a] == geom[n] and geom[n] == geom[b]
            sure = sure and x[b] - x[a] == _APART and x[n] - x[a] == _APART / 2 and y[a] == y[n] and y[n] == y[b]
        if sure:
            hidden[k] = even[k // 2]
        else:
            unsure[count], count = k, count + 1
    return count


@kernel
def _near(
    points: Array,
    normal: Array,
    geom: Array,
    own: int,
    where: Array,
    at: Array,
    share: Array,
    reach: Array,
    start: Array,
    way: Array,
) -> int:
    """Which samples a lamp reaches: fills their numbers, shares of its light, and the ways to it; how many they are."""
    count, radius = 0, where[3]
    for n in range(points.shape[1]):
        if geom[n] == own:
            continue
        x, y, z = where[0] - points[0, n], where[1] - points[1, n], where[2] - points[2, n]
        square = x * x + y * y + z * z
        near = square + radius * radius
        cosine = (x * normal[0, n] + y * normal[1, n] + z * normal[2, n]) / sqrt(near) * 0.85 + 0.15
        given = cosine / near - where[4]
        if given > 0:
            at[count], share[count] = n, given
            reach[count] = max(0.0, 1 - radius / sqrt(square)) if square > 0 else 0.0
            start[count, 0], start[count, 1], start[count, 2] = points[0, n], points[1, n], points[2, n]
            way[count, 0], way[count, 1], way[count, 2] = x, y, z
            count += 1
    return count


@kernel
def _add(light: Array, albedo: Array, at: Array, share: Array, hidden: Array, power: Array) -> None:
    for k in range(hidden.shape[0]):
        if not hidden[k]:
            for i in range(3):
                light[i, at[k]] += albedo[i, at[k]] * share[k] * power[i]
