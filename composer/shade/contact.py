"""Where solids stand near one another less of the sky is seen: ambient occlusion, in closed form."""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work

from dataclasses import dataclass
from math import exp, inf, sqrt
from typing import NamedTuple

import numpy as np

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.shade.arrays import Array, namespace
from composer.shade.views import Numbers, Planes
from composer.typed import Float, Int
from composer.types import GROUND

_BLOCK = 64  # samples that share what they are near to


@dataclass(frozen=True, eq=False)
class Blockers:
    """b boxes that take light from what is near: pose, half extents (m), the id of what each belongs to."""

    centre: Float[np.ndarray, "b 3"]
    axes: Float[np.ndarray, "b 3 3"]
    half: Float[np.ndarray, "b 3"]
    id: Int[np.ndarray, " b"]


def board(
    shape: str, size_m: tuple[float, float, float], axes: Float[np.ndarray, "3 3"], centre: Float[np.ndarray, "3"]
) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3 3"], Float[np.ndarray, "3"]]:
    """Middle, axes and half extents (m) of the box that takes light for a geom: of a wedge a board under its slope."""
    half = np.array(size_m, np.float32) / 2
    if shape != "wedge":
        return centre, axes, half
    _, run, rise = size_m
    length = float(np.hypot(run, rise))
    along, up = (axes[:, 1] * run + axes[:, 2] * rise) / length, (axes[:, 2] * run - axes[:, 1] * rise) / length
    thick = run * rise / length / 2
    lying = np.array([half[0], length / 2, thick / 2], np.float32)
    return centre - up * thick / 2, np.column_stack([axes[:, 0], along, up]), lying


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


def openness(points: Array, normal: Array, own: Array, boxes: "Boxes") -> Array:
    """What `open_share` is, over arrays of either library: points `[3 ... n]`, of each of which all boxes are asked."""
    points, normal = points[..., None, :], normal[..., None, :]
    xp = namespace(points)
    ground = xp.prod(1 - _walling(points, boxes), -2)
    solids = (1 - 0.28 * xp.exp(-2.6 * points[2].clip(0)))[..., 0, :]
    others = xp.where(boxes.id == own[..., None, :], 0.0, _crowding(points, normal, boxes))
    return xp.where(own == GROUND, ground, solids * xp.prod(1 - others, -2))


class Boxes(NamedTuple):
    """As `Blockers`, component by component: each `[... b 1]`, with `centre [3]`, `axes [3 3]`, `half [3]` of them."""

    centre: Array
    axes: Array
    half: Array
    id: Array


def _walling(points: Array, boxes: Boxes) -> Array:
    """Share of the sky `[... b n]` that each box takes from points of the ground."""
    xp, (centre, axes, half, _) = namespace(points), boxes
    rise = sum(abs(axes[2][i]) * half[i] for i in range(3))
    bottom, top = centre[2] - rise, centre[2] + rise
    reach = xp.where((bottom < 1.5) & (top > 0.03), (3 * top + 0.2).clip(None, 9.0), 0.0)
    x, y = points[0] - centre[0], points[1] - centre[1]
    dx = (abs(x * axes[0][0] + y * axes[1][0]) - half[0]).clip(0)
    dy = (abs(x * axes[0][1] + y * axes[1][1]) - half[1]).clip(0)
    thick = xp.minimum(xp.minimum(half[0], half[1]), half[2])
    lying = (xp.sqrt(x * x + y * y) - thick).clip(0)
    d = xp.where(abs(axes[2][2]) > 0.9, xp.sqrt(dx * dx + dy * dy), lying)
    hidden = 0.5 * (1 - d / xp.sqrt(d * d + top * top + 1e-12))
    below = 0.5 * (1 - d / xp.sqrt(d * d + bottom * bottom + 1e-12))
    hidden = hidden - xp.where(bottom > 0.02, below, 0.0)
    wide = half[0] + half[1]
    near = ((reach - d) * 2 / reach.clip(1e-6)).clip(None, 1.0)
    return xp.where(d < reach, 0.9 * hidden * (wide / (wide + 1.2 * d)) * near, 0.0)


def _crowding(points: Array, normal: Array, boxes: Boxes) -> Array:
    """Share of the sky `[... b n]` that each box takes from surfaces of solids."""
    xp, (centre, axes, half, _) = namespace(points), boxes
    thick = xp.minimum(xp.minimum(half[0], half[1]), half[2])
    felt = 2 * (1.2 * thick).clip(0.12, 1.4)
    way = [points[i] - centre[i] for i in range(3)]
    square, facing = 0.0, 0.0
    for i in range(3):
        along = sum(axes[k][i] * way[k] for k in range(3))
        gap = xp.minimum(xp.maximum(along, -half[i]), half[i]) - along
        square = square + gap * gap
        facing = facing + gap * sum(axes[k][i] * normal[k] for k in range(3))
    faced = (0.35 + 0.65 * facing / xp.sqrt(square + 1e-4)).clip(0, 1)
    taken = 0.57 * faced * (1 / (1 + square * 24 / (felt * felt)) - 0.04)
    return xp.where(square < felt * felt, taken, 0.0)


@kernel
def _near(points: Numpy, axes: int, start: int, stop: int, centre: Numpy, half: Numpy, felt: Numpy, keep: Numpy) -> int:
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
    points: Numpy, own: Numpy, centre: Numpy, axes: Numpy, half: Numpy, heights: Numpy, felt: Numpy, share: Numpy
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
    points: Numpy, normal: Numpy, own: Numpy, centre: Numpy, axes: Numpy, half: Numpy, owner: Numpy, share: Numpy
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
