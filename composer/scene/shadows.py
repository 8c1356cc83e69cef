"""Whether something stands between surfaces and a light: rays of many origins, in packets as those of `rays`."""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work

from math import inf, sqrt

import numpy as np

from composer.kernels import Array, kernel
from composer.scene.rays import BLOCK, PACKET, Posed, cone, reachable
from composer.scene.shapes import MESH, PLANE, span
from composer.scene.triangles import DEPTH, blocked

GRAZE = 2e-5  # lengths of a direction: nearer entries belong to the surface that a shadow ray leaves
GRAZE_OPEN_M = 0.002  # as GRAZE, where a surface has no inside and is met from both sides


@kernel
def _hide(
    shapes: Posed,
    keep: Array,
    count: int,
    stack: Array,
    points: Array,
    directions: Array,
    reach: Array,
    start: int,
    stop: int,
    hidden: Array,
) -> None:
    axes, centre, size, kind, bound = shapes.axes, shapes.centre, shapes.size, shapes.kind, shapes.bound
    many, reaches = directions.shape[0] > 1, reach.shape[0] > 1
    last = 0  # what hid the point before is the likeliest to hide this one
    for n in range(start, stop):
        d = n if many else 0
        dx, dy, dz = directions[d, 0], directions[d, 1], directions[d, 2]
        far = reach[n] if reaches else reach[0]
        square = (dx * dx + dy * dy + dz * dz) * (1 - 1e-9)  # a little in doubt counts as met
        hidden[n] = False
        for step in range(count):
            k = last + step if last + step < count else last + step - count
            g = keep[k]
            x, y, z = points[n, 0] - centre[g, 0], points[n, 1] - centre[g, 1], points[n, 2] - centre[g, 2]
            if kind[g] == PLANE:
                if axes[g, 0, 2] * dx + axes[g, 1, 2] * dy + axes[g, 2, 2] * dz >= 0:  # away from the ground
                    continue
            else:  # past its sphere
                along = x * dx + y * dy + z * dz
                beyond = x * x + y * y + z * z - bound[g] * bound[g]
                if beyond > 0 and (along >= 0 or along * along < beyond * square):
                    continue
            ox = axes[g, 0, 0] * x + axes[g, 1, 0] * y + axes[g, 2, 0] * z
            oy = axes[g, 0, 1] * x + axes[g, 1, 1] * y + axes[g, 2, 1] * z
            oz = axes[g, 0, 2] * x + axes[g, 1, 2] * y + axes[g, 2, 2] * z
            lx = axes[g, 0, 0] * dx + axes[g, 1, 0] * dy + axes[g, 2, 0] * dz
            ly = axes[g, 0, 1] * dx + axes[g, 1, 1] * dy + axes[g, 2, 1] * dz
            lz = axes[g, 0, 2] * dx + axes[g, 1, 2] * dy + axes[g, 2, 2] * dz
            if kind[g] == MESH:
                closed = shapes.closed[g]
                least = GRAZE if closed else GRAZE_OPEN_M / sqrt(square)
                if blocked(
                    shapes.boxes, shapes.nets, stack, shapes.root[g], ox, oy, oz, lx, ly, lz, least, far, closed
                ):
                    hidden[n], last = True, k
                    break
                continue
            enters, leaves = span(kind[g], size[g, 0], size[g, 1], size[g, 2], ox, oy, oz, lx, ly, lz)
            if enters <= leaves and GRAZE < enters < far:
                hidden[n], last = True, k
                break


@kernel
def shadow(shapes: Posed, points: Array, directions: Array, reach: Array, hidden: Array) -> None:
    """Fills `hidden [n]`: whether a ray from the point enters any shape within `reach` lengths of its direction.

    `directions` and `reach` have a row for each point, or one for all. Only entries count, so that a point on a surface
    is never hidden by the surface itself.
    """
    total = shapes.kind.shape[0]
    keep, near = np.empty(total, np.int64), np.empty(total)
    everything, pool, stack = np.arange(total), np.empty(total, np.int64), np.empty(DEPTH, np.int64)
    origin, axis, pooled = np.empty(3), np.empty(3), 0
    cos_half = cone(directions, 0, 1, axis)
    for start in range(0, points.shape[0], PACKET):
        stop = min(start + PACKET, points.shape[0])
        if start % BLOCK == 0:
            end = min(start + BLOCK, points.shape[0])
            spread = _around(points, start, end, origin)
            if directions.shape[0] > 1:
                cos_half = cone(directions, start, end, axis)
            pooled = reachable(shapes, everything, total, origin, spread, axis, cos_half, pool, near)
        spread = _around(points, start, stop, origin)
        if directions.shape[0] > 1:
            cos_half = cone(directions, start, stop, axis)
        count = reachable(shapes, pool, pooled, origin, spread, axis, cos_half, keep, near)
        farthest = _farthest(directions, reach, start, stop)
        while count > 0 and near[count - 1] > farthest:
            count -= 1
        _hide(shapes, keep, count, stack, points, directions, reach, start, stop, hidden)


@kernel
def _around(points: Array, start: int, stop: int, origin: Array) -> float:
    """Radius of a sphere that holds the points `[start, stop)`; writes its middle to `origin`."""
    square = 0.0
    for i in range(3):
        low, high = inf, -inf
        for n in range(start, stop):
            low, high = min(low, points[n, i]), max(high, points[n, i])
        origin[i] = (low + high) / 2
        square += (high - low) ** 2
    return sqrt(square) / 2


@kernel
def _farthest(directions: Array, reach: Array, start: int, stop: int) -> float:
    """The longest way (m) that rays `[start, stop)` look."""
    many, reaches = directions.shape[0] > 1, reach.shape[0] > 1
    farthest = 0.0
    for n in range(start, stop):
        d, far = n if many else 0, n if reaches else 0
        length = sqrt(directions[d, 0] ** 2 + directions[d, 1] ** 2 + directions[d, 2] ** 2)
        farthest = max(farthest, reach[far] * length)
    return farthest
