"""Rays against posed shapes, in packets: shapes that no ray of a packet can meet are left out before any is tested."""

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from composer.kernels import Array, kernel
from composer.scene.shapes import PLANE, outward, span

TILE = 16  # px, side of a packet of a picture
PACKET = 64  # rays in a packet of a list
GRAZE = 1e-6  # lengths of a direction: nearer entries belong to the surface that a shadow ray leaves


class Posed(NamedTuple):
    """g shapes at one moment, as MuJoCo has them; `bound` < 0 is a shape that is not there."""

    kind: Array  # [g] mjtGeom
    size: Array  # [g 3] m, MuJoCo's half extents
    bound: Array  # [g] m, radius of a sphere around the centre that holds the shape
    centre: Array  # [g 3] m
    axes: Array  # [g 3 3] R_world_geom


@kernel
def _reachable(
    shapes: Posed,
    origin: Array,
    spread: float,
    axis: Array,
    cos_half: float,
    keep: Array,
    near: Array,
) -> int:
    """Indices (nearest first) of the shapes that rays from within `spread` of `origin`, in the cone, can meet.

    `near` gets the least distance of each; `bound` < 0 is a shape that is not there. Conservative: all are kept that
    might be met.
    """
    sin_half = sqrt(max(0.0, 1.0 - cos_half * cos_half))
    count = 0
    for g in range(shapes.kind.shape[0]):
        if shapes.bound[g] < 0:
            continue
        least = 0.0
        if shapes.kind[g] != PLANE:
            reach = shapes.bound[g] + spread
            x, y, z = shapes.centre[g, 0] - origin[0], shapes.centre[g, 1] - origin[1], shapes.centre[g, 2] - origin[2]
            distance_2 = x * x + y * y + z * z
            if distance_2 > reach * reach:
                along = x * axis[0] + y * axis[1] + z * axis[2]
                across = sqrt(max(0.0, distance_2 - along * along))
                slack = 1e-9 * (1.0 + abs(along))
                if cos_half > 0 and (across * cos_half - along * sin_half > reach + slack or along < -reach):
                    continue
                least = sqrt(distance_2) - reach
        place = count
        while place > 0 and near[place - 1] > least:
            near[place], keep[place] = near[place - 1], keep[place - 1]
            place -= 1
        near[place], keep[place] = least, g
        count += 1
    return count


@kernel
def _nearest(
    shapes: Posed,
    local: Array,
    keep: Array,
    near: Array,
    count: int,
    dx: float,
    dy: float,
    dz: float,
) -> tuple[float, int]:
    """How far along a ray the first surface is, in lengths of its direction, and whose; (inf, -1) for none."""
    length = sqrt(dx * dx + dy * dy + dz * dz)
    best, winner = inf, -1
    for k in range(count):
        if near[k] > best * length:
            break
        g = keep[k]
        lx = shapes.axes[g, 0, 0] * dx + shapes.axes[g, 1, 0] * dy + shapes.axes[g, 2, 0] * dz
        ly = shapes.axes[g, 0, 1] * dx + shapes.axes[g, 1, 1] * dy + shapes.axes[g, 2, 1] * dz
        lz = shapes.axes[g, 0, 2] * dx + shapes.axes[g, 1, 2] * dy + shapes.axes[g, 2, 2] * dz
        enters, leaves = span(
            shapes.kind[g], shapes.size[g, 0], shapes.size[g, 1], shapes.size[g, 2], local[g, 0], local[g, 1], local[g, 2], lx, ly, lz
        )
        if enters > leaves:
            continue
        t = enters if enters >= 0 else leaves
        if t >= 0 and t < inf and (t < best or (t == best and g < winner)):
            best, winner = t, g
    return best, winner


@kernel
def _facing(
    shapes: Posed,
    local: Array,
    g: int,
    t: float,
    dx: float,
    dy: float,
    dz: float,
    normal: Array,
) -> None:
    """Writes the unit normal of shape `g` where the ray meets it, on the side that the ray comes from."""
    x = local[g, 0] + t * (shapes.axes[g, 0, 0] * dx + shapes.axes[g, 1, 0] * dy + shapes.axes[g, 2, 0] * dz)
    y = local[g, 1] + t * (shapes.axes[g, 0, 1] * dx + shapes.axes[g, 1, 1] * dy + shapes.axes[g, 2, 1] * dz)
    z = local[g, 2] + t * (shapes.axes[g, 0, 2] * dx + shapes.axes[g, 1, 2] * dy + shapes.axes[g, 2, 2] * dz)
    u, v, w = outward(shapes.kind[g], shapes.size[g, 0], shapes.size[g, 1], shapes.size[g, 2], x, y, z)
    nx = shapes.axes[g, 0, 0] * u + shapes.axes[g, 0, 1] * v + shapes.axes[g, 0, 2] * w
    ny = shapes.axes[g, 1, 0] * u + shapes.axes[g, 1, 1] * v + shapes.axes[g, 1, 2] * w
    nz = shapes.axes[g, 2, 0] * u + shapes.axes[g, 2, 1] * v + shapes.axes[g, 2, 2] * w
    side = 1.0 if nx * dx + ny * dy + nz * dz <= 0 else -1.0
    normal[0], normal[1], normal[2] = side * nx, side * ny, side * nz


@kernel
def _into(shapes: Posed, origin: Array, local: Array) -> None:
    """Writes `origin` in the frame of every shape."""
    for g in range(shapes.centre.shape[0]):
        x, y, z = origin[0] - shapes.centre[g, 0], origin[1] - shapes.centre[g, 1], origin[2] - shapes.centre[g, 2]
        for i in range(3):
            local[g, i] = shapes.axes[g, 0, i] * x + shapes.axes[g, 1, i] * y + shapes.axes[g, 2, i] * z


@kernel
def cast_picture(
    shapes: Posed,
    origin: Array,
    rotation: Array,
    inverse_K: Array,
    depth: Array,
    normal: Array,
    geom: Array,
) -> None:
    """Fills `depth [h w]` (m), `normal [h w 3]` and `geom [h w]` with what each pixel's centre sees."""
    height, width = depth.shape
    total = shapes.kind.shape[0]
    keep, near = np.empty(total, np.int64), np.empty(total)
    local = np.empty((total, 3))
    _into(shapes, origin, local)
    ray, axis = np.empty(3), np.empty(3)
    across = rotation @ inverse_K  # world ray of image point (u, v, 1), z = 1 in camera axes
    for top in range(0, height, TILE):
        bottom = min(top + TILE, height)
        for left in range(0, width, TILE):
            right = min(left + TILE, width)
            u, v = (left + right) / 2, (top + bottom) / 2
            length = 0.0
            for i in range(3):
                axis[i] = across[i, 0] * u + across[i, 1] * v + across[i, 2]
                length += axis[i] * axis[i]
            axis /= sqrt(length)
            cos_half = 1.0
            for corner in range(4):
                u, v = (left if corner & 1 else right), (top if corner & 2 else bottom)
                dot = length = 0.0
                for i in range(3):
                    ray[i] = across[i, 0] * u + across[i, 1] * v + across[i, 2]
                    dot += ray[i] * axis[i]
                    length += ray[i] * ray[i]
                cos_half = min(cos_half, dot / sqrt(length))
            count = _reachable(shapes, origin, 0.0, axis, cos_half, keep, near)
            for row in range(top, bottom):
                for column in range(left, right):
                    u, v = column + 0.5, row + 0.5
                    dx = across[0, 0] * u + across[0, 1] * v + across[0, 2]
                    dy = across[1, 0] * u + across[1, 1] * v + across[1, 2]
                    dz = across[2, 0] * u + across[2, 1] * v + across[2, 2]
                    t, g = _nearest(shapes, local, keep, near, count, dx, dy, dz)
                    depth[row, column] = t
                    geom[row, column] = g
                    if g >= 0:
                        _facing(shapes, local, g, t, dx, dy, dz, normal[row, column])
                    else:
                        normal[row, column] = 0


@kernel
def cast_list(
    shapes: Posed,
    origin: Array,
    directions: Array,
    depth: Array,
    normal: Array,
    geom: Array,
) -> None:
    """Fills `depth [n]` (lengths of its direction), `normal [n 3]` and `geom [n]` for rays from one origin."""
    total = shapes.kind.shape[0]
    keep, near = np.empty(total, np.int64), np.empty(total)
    local = np.empty((total, 3))
    _into(shapes, origin, local)
    axis = np.empty(3)
    for start in range(0, directions.shape[0], PACKET):
        stop = min(start + PACKET, directions.shape[0])
        cos_half = cone(directions, start, stop, axis)
        count = _reachable(shapes, origin, 0.0, axis, cos_half, keep, near)
        for n in range(start, stop):
            dx, dy, dz = directions[n, 0], directions[n, 1], directions[n, 2]
            t, g = _nearest(shapes, local, keep, near, count, dx, dy, dz)
            depth[n], geom[n] = t, g
            if g >= 0:
                _facing(shapes, local, g, t, dx, dy, dz, normal[n])
            else:
                normal[n] = 0


@kernel
def cone(directions: Array, start: int, stop: int, axis: Array) -> float:
    """Cosine of the half angle of a cone that holds the directions `[start, stop)`; writes its `axis`."""
    axis[:] = 0
    for n in range(start, stop):
        d = directions[n]
        axis += d / sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2])
    length = sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2])
    if length == 0:
        return -1.0
    axis /= length
    least = 1.0
    for n in range(start, stop):
        d = directions[n]
        dot = d[0] * axis[0] + d[1] * axis[1] + d[2] * axis[2]
        least = min(least, dot / sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]))
    return least


@kernel
def shadow(
    shapes: Posed,
    points: Array,
    directions: Array,
    reach: Array,
    hidden: Array,
) -> None:
    """Fills `hidden [n]`: whether a ray from the point enters any shape within `reach` lengths of its direction.

    `directions` and `reach` have a row for each point, or one for all. Only entries count, so that a point on a surface
    is never hidden by the surface itself.
    """
    total = shapes.kind.shape[0]
    keep, near = np.empty(total, np.int64), np.empty(total)
    origin, axis, low, high = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    many, reaches = directions.shape[0] > 1, reach.shape[0] > 1
    cos_half = cone(directions, 0, 1, axis)
    for start in range(0, points.shape[0], PACKET):
        stop = min(start + PACKET, points.shape[0])
        for i in range(3):
            low[i], high[i] = inf, -inf
        for n in range(start, stop):
            for i in range(3):
                low[i], high[i] = min(low[i], points[n, i]), max(high[i], points[n, i])
        spread = 0.0
        for i in range(3):
            origin[i] = (low[i] + high[i]) / 2
            spread += (high[i] - low[i]) ** 2
        if many:
            cos_half = cone(directions, start, stop, axis)
        count = _reachable(shapes, origin, sqrt(spread) / 2, axis, cos_half, keep, near)
        last = 0
        for n in range(start, stop):
            d = directions[n] if many else directions[0]
            far = reach[n] if reaches else reach[0]
            hidden[n] = False
            for step in range(count):
                k = (last + step) % count
                g = keep[k]
                x, y, z = points[n, 0] - shapes.centre[g, 0], points[n, 1] - shapes.centre[g, 1], points[n, 2] - shapes.centre[g, 2]
                enters, leaves = span(
                    shapes.kind[g],
                    shapes.size[g, 0],
                    shapes.size[g, 1],
                    shapes.size[g, 2],
                    shapes.axes[g, 0, 0] * x + shapes.axes[g, 1, 0] * y + shapes.axes[g, 2, 0] * z,
                    shapes.axes[g, 0, 1] * x + shapes.axes[g, 1, 1] * y + shapes.axes[g, 2, 1] * z,
                    shapes.axes[g, 0, 2] * x + shapes.axes[g, 1, 2] * y + shapes.axes[g, 2, 2] * z,
                    shapes.axes[g, 0, 0] * d[0] + shapes.axes[g, 1, 0] * d[1] + shapes.axes[g, 2, 0] * d[2],
                    shapes.axes[g, 0, 1] * d[0] + shapes.axes[g, 1, 1] * d[1] + shapes.axes[g, 2, 1] * d[2],
                    shapes.axes[g, 0, 2] * d[0] + shapes.axes[g, 1, 2] * d[1] + shapes.axes[g, 2, 2] * d[2],
                )
                if enters <= leaves and GRAZE < enters < far:
                    hidden[n], last = True, k
                    break
