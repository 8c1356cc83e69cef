"""Where solids stand near one another less of the sky is seen: ambient occlusion, in closed form."""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work

from dataclasses import dataclass
from math import exp, inf, sqrt

import numpy as np
from jaxtyping import Float, Int

from composer.kernels import Array, kernel
from composer.shade.views import Numbers, Planes
from composer.types import GROUND

_BLOCK = 64  # samples that share what they are near to


@dataclass(frozen=True, eq=False)
class Blockers:
    """b boxes that take light from what is near: pose, half extents (m), the id of what each belongs to."""

    centre: Float[np.ndarray, "b 3"]
    axes: Float[np.ndarray, "b 3 3"]
    half: Float[np.ndarray, "b 3"]
    id: Int[np.ndarray, " b"]


def open_share(points: Planes, normal: Planes, own: Int[np.ndarray, " n"], blockers: Blockers) -> Numbers:
    """Share of the sky that `points` (m) see past solids near them that are not their `own` (ids).

    On the ground it is the form factor of walls of finite width; on solids less the nearer and the more faced another
    one is, and less above the ground at their feet.
    """
    share = np.empty(points.shape[1], np.float32)
    centre, axes, half = blockers.centre, blockers.axes, blockers.half
    rise = (np.abs(axes[:, 2]) * half).sum(1)
    heights = np.stack([centre[:, 2] - rise, centre[:, 2] + rise], 1)
    felt = np.where((heights[:, 0] < 1.5) & (heights[:, 1] > 0.03), np.minimum(9.0, 3 * heights[:, 1] + 0.2), -inf)
    _open_ground(points, own, centre, axes, half, heights, felt, share)
    _open_solids(points, normal, own, centre, axes, half, blockers.id, share)
    return share


@kernel
def _near(points: Array, axes: int, start: int, stop: int, centre: Array, half: Array, felt: Array, keep: Array) -> int:
    """Fills `keep` with the boxes that samples `[start, stop)` may feel, along the first `axes` axes; how many they are."""
    count = 0
    low, high = np.full(3, inf), np.full(3, -inf)
    for i in range(axes):
        for n in range(start, stop):
            low[i], high[i] = min(low[i], points[i, n]), max(high[i], points[i, n])
    for b in range(felt.shape[0]):
        out = sqrt(half[b, 0] ** 2 + half[b, 1] ** 2 + half[b, 2] ** 2) + felt[b]
        near = True
        for i in range(axes):
            near = near and centre[b, i] + out >= low[i] and centre[b, i] - out <= high[i]
        if near:
            keep[count], count = b, count + 1
    return count


@kernel
def _open_ground(
    points: Array, own: Array, centre: Array, axes: Array, half: Array, heights: Array, felt: Array, share: Array
) -> None:
    keep = np.empty(felt.shape[0], np.int64)
    for start in range(0, own.shape[0], _BLOCK):
        stop = min(start + _BLOCK, own.shape[0])
        count = _near(points, 2, start, stop, centre, half, felt, keep)
        for n in range(start, stop):
            if own[n] != GROUND:
                continue
            seen = 1.0
            for k in range(count):
                b = keep[k]
                x, y = points[0, n] - centre[b, 0], points[1, n] - centre[b, 1]
                if abs(axes[b, 2, 2]) > 0.9:
                    dx = max(abs(x * axes[b, 0, 0] + y * axes[b, 1, 0]) - half[b, 0], 0.0)
                    dy = max(abs(x * axes[b, 0, 1] + y * axes[b, 1, 1]) - half[b, 1], 0.0)
                    square = dx * dx + dy * dy
                else:  # it lies on its side: as a round thing
                    square = max(sqrt(x * x + y * y) - min(half[b, 0], half[b, 1], half[b, 2]), 0.0) ** 2
                if square < felt[b] * felt[b]:
                    seen *= 1 - _walled(sqrt(square), heights[b, 0], heights[b, 1], half[b, 0] + half[b, 1], felt[b])
            share[n] = seen


@kernel
def _walled(distance: float, bottom: float, top: float, wide: float, reach: float) -> float:
    """Share of the sky that a box takes from a point of the ground."""
    hidden = 0.5 * (1 - distance / sqrt(distance * distance + top * top))
    if bottom > 0.02:
        hidden -= 0.5 * (1 - distance / sqrt(distance * distance + bottom * bottom))
    return 0.9 * hidden * (wide / (wide + 1.2 * distance)) * min(1.0, (reach - distance) * 2 / reach)


@kernel
def _open_solids(
    points: Array, normal: Array, own: Array, centre: Array, axes: Array, half: Array, owner: Array, share: Array
) -> None:
    keep, felt = np.empty(owner.shape[0], np.int64), np.empty(owner.shape[0])
    for b in range(felt.shape[0]):
        felt[b] = 2 * min(1.4, max(0.12, 1.2 * min(half[b, 0], half[b, 1], half[b, 2])))
    for start in range(0, own.shape[0], _BLOCK):
        stop = min(start + _BLOCK, own.shape[0])
        count = _near(points, 3, start, stop, centre, half, felt, keep)
        for n in range(start, stop):
            if own[n] == GROUND:
                continue
            seen = 1 - 0.28 * exp(-2.6 * max(0.0, points[2, n]))
            for k in range(count):
                b = keep[k]
                if owner[b] == own[n]:
                    continue
                x, y, z = points[0, n] - centre[b, 0], points[1, n] - centre[b, 1], points[2, n] - centre[b, 2]
                square, facing = 0.0, 0.0  # of the way to the nearest point of the box
                for i in range(3):
                    along = axes[b, 0, i] * x + axes[b, 1, i] * y + axes[b, 2, i] * z
                    gap = min(max(along, -half[b, i]), half[b, i]) - along
                    square += gap * gap
                    facing += gap * (
                        axes[b, 0, i] * normal[0, n] + axes[b, 1, i] * normal[1, n] + axes[b, 2, i] * normal[2, n]
                    )
                if square < felt[b] * felt[b]:
                    seen *= 1 - _crowded(square, facing, felt[b])
            share[n] = seen


@kernel
def _crowded(square: float, facing: float, felt: float) -> float:
    """Share of the sky that a box takes from a surface `square` m2 away, which is `facing` it by so many metres."""
    faced = min(1.0, max(0.0, 0.35 + 0.65 * facing / sqrt(square + 1e-4)))
    return 0.57 * faced * (1 / (1 + square * 24 / (felt * felt)) - 0.04)
