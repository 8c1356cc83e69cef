"""Rays against posed shapes, in packets: shapes that no ray of a packet can meet are left out before any is tested."""

# ruff: noqa: C901, PLR0913, PLR0917 - kernels take arrays and scalars; objects and calls cost more than the work

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from composer.kernels import Array, kernel
from composer.scene.shapes import CAPSULE, CYLINDER, ELLIPSOID, MESH, PLANE, SPHERE, outward, span
from composer.scene.triangles import DEPTH, facing, nearest

TILE = 16  # px, side of a packet of a picture
PACKET = 16  # rays in a packet of a list
BLOCK = 16 * PACKET  # rays of a list whose packets share what they can meet


class Posed(NamedTuple):
    """g shapes at one moment, as MuJoCo has them; `bound` < 0 is a shape that is not there."""

    kind: Array  # [g] mjtGeom
    size: Array  # [g 3] m, MuJoCo's half extents
    bound: Array  # [g] m, radius of a sphere around the centre that holds the shape
    centre: Array  # [g 3] m
    axes: Array  # [g 3 3] R_world_geom
    root: Array  # [g] of a mesh among `boxes`; -1 of all else
    closed: Array  # [g] whether a mesh has an inside
    boxes: Array  # [n 8] as `triangles` has them
    nets: Array  # [t 19]


@kernel
def reachable(
    shapes: Posed,
    among: Array,
    many: int,
    origin: Array,
    spread: float,
    axis: Array,
    cos_half: float,
    keep: Array,
    near: Array,
) -> int:
    """Indices (nearest first) of the shapes that rays from within `spread` of `origin`, in the cone, can meet.

    Looks through the first `many` of `among`; `near` gets the least distance of each; `bound` < 0 is a shape that is not
    there. Conservative: all are kept that might be met.
    """
    sin_half = sqrt(max(0.0, 1.0 - cos_half * cos_half))
    count = 0
    for m in range(many):
        g = among[m]
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
def _trace(
    shapes: Posed,
    local: Array,
    keep: Array,
    near: Array,
    count: int,
    stack: Array,
    rays: Array,
    stop: int,
    depth: Array,
    normal: Array,
    geom: Array,
) -> None:
    """What the rays `[0, stop)` of a packet meet among the shapes kept; outputs as in `cast_list`.

    One loop, because a call that hands arrays on costs more than a ray.
    """
    axes, size, kind = shapes.axes, shapes.size, shapes.kind
    root, boxes, nets = shapes.root, shapes.boxes, shapes.nets
    for n in range(stop):
        dx, dy, dz = rays[n, 0], rays[n, 1], rays[n, 2]
        length = sqrt(dx * dx + dy * dy + dz * dz)
        best, winner, triangle = inf, -1, -1
        for k in range(count):
            if near[k] > best * length:
                break
            g = keep[k]
            lx = axes[g, 0, 0] * dx + axes[g, 1, 0] * dy + axes[g, 2, 0] * dz
            ly = axes[g, 0, 1] * dx + axes[g, 1, 1] * dy + axes[g, 2, 1] * dz
            lz = axes[g, 0, 2] * dx + axes[g, 1, 2] * dy + axes[g, 2, 2] * dz
            if kind[g] == MESH:
                t, met = nearest(
                    boxes, nets, stack, root[g],
                    local[g, 0], local[g, 1], local[g, 2], lx, ly, lz, 0.0, best,
                )  # fmt: skip
                if t < best:
                    best, winner, triangle = t, g, met
                continue
            enters, leaves = span(
                kind[g], size[g, 0], size[g, 1], size[g, 2], local[g, 0], local[g, 1], local[g, 2], lx, ly, lz
            )
            if enters > leaves:
                continue
            t = enters if enters >= 0 else leaves
            if 0 <= t < inf and (t < best or (t == best and g < winner)):
                best, winner = t, g
        depth[n], geom[n] = best, winner
        nx, ny, nz = 0.0, 0.0, 0.0
        if winner >= 0:
            g = winner
            x = local[g, 0] + best * (axes[g, 0, 0] * dx + axes[g, 1, 0] * dy + axes[g, 2, 0] * dz)
            y = local[g, 1] + best * (axes[g, 0, 1] * dx + axes[g, 1, 1] * dy + axes[g, 2, 1] * dz)
            z = local[g, 2] + best * (axes[g, 0, 2] * dx + axes[g, 1, 2] * dy + axes[g, 2, 2] * dz)
            if kind[g] == MESH:
                u, v, w = facing(nets, triangle, x, y, z)
            else:
                u, v, w = outward(kind[g], size[g, 0], size[g, 1], size[g, 2], x, y, z)
            nx = axes[g, 0, 0] * u + axes[g, 0, 1] * v + axes[g, 0, 2] * w
            ny = axes[g, 1, 0] * u + axes[g, 1, 1] * v + axes[g, 1, 2] * w
            nz = axes[g, 2, 0] * u + axes[g, 2, 1] * v + axes[g, 2, 2] * w
            if nx * dx + ny * dy + nz * dz > 0:
                nx, ny, nz = -nx, -ny, -nz
        normal[n, 0], normal[n, 1], normal[n, 2] = nx, ny, nz


@kernel
def _into(shapes: Posed, origin: Array, local: Array) -> None:
    """Writes `origin` in the frame of every shape."""
    for g in range(shapes.centre.shape[0]):
        x, y, z = origin[0] - shapes.centre[g, 0], origin[1] - shapes.centre[g, 1], origin[2] - shapes.centre[g, 2]
        for i in range(3):
            local[g, i] = shapes.axes[g, 0, i] * x + shapes.axes[g, 1, i] * y + shapes.axes[g, 2, i] * z


@kernel
def cone(directions: Array, start: int, stop: int, axis: Array) -> float:
    """Cosine of the half angle of a cone that holds the directions `[start, stop)`; writes its `axis`."""
    x, y, z = 0.0, 0.0, 0.0
    for n in range(start, stop):
        x, y, z = x + directions[n, 0], y + directions[n, 1], z + directions[n, 2]
    length = sqrt(x * x + y * y + z * z)
    if length == 0:
        return -1.0
    x, y, z = x / length, y / length, z / length
    axis[0], axis[1], axis[2] = x, y, z
    least = 1.0  # square of the cosine, with its sign
    for n in range(start, stop):
        dx, dy, dz = directions[n, 0], directions[n, 1], directions[n, 2]
        along = dx * x + dy * y + dz * z
        least = min(least, along * abs(along) / (dx * dx + dy * dy + dz * dz))
    return sqrt(least) if least > 0 else -sqrt(-least)


@kernel
def _between(shapes: Posed, origin: Array, sides: Array, keep: Array, near: Array, count: int) -> int:
    """Of the first `count` shapes kept, in their order, those that do not lie wholly beyond one of a packet's sides.

    `sides [s 3]` are normals of planes through `origin` that point out of the packet. Conservative, as `reachable`.
    """
    left = 0
    for k in range(count):
        g = keep[k]
        kind, a, b, c = shapes.kind[g], shapes.size[g, 0], shapes.size[g, 1], shapes.size[g, 2]
        if kind not in (PLANE, MESH):
            if kind in (SPHERE, CYLINDER, CAPSULE):
                c = a + b if kind == CAPSULE else a if kind == SPHERE else b
                b = a
            x, y, z = shapes.centre[g, 0] - origin[0], shapes.centre[g, 1] - origin[1], shapes.centre[g, 2] - origin[2]
            beyond = False
            for s in range(sides.shape[0]):
                u, v, w = sides[s, 0], sides[s, 1], sides[s, 2]
                along = a * abs(shapes.axes[g, 0, 0] * u + shapes.axes[g, 1, 0] * v + shapes.axes[g, 2, 0] * w)
                across = b * abs(shapes.axes[g, 0, 1] * u + shapes.axes[g, 1, 1] * v + shapes.axes[g, 2, 1] * w)
                above = c * abs(shapes.axes[g, 0, 2] * u + shapes.axes[g, 1, 2] * v + shapes.axes[g, 2, 2] * w)
                reach = along + across + above
                if kind == ELLIPSOID:
                    reach = sqrt(along * along + across * across + above * above)
                if x * u + y * v + z * w > reach * (1 + 1e-9) + 1e-9:
                    beyond = True
                    break
            if beyond:
                continue
        keep[left], near[left] = g, near[k]
        left += 1
    return left


@kernel
def _sides(across: Array, left: float, top: float, right: float, bottom: float, sides: Array) -> None:
    """Writes the outward unit normals `[4 3]` of the planes through the eye and a packet's rim, in image points."""
    u = (left, right, right, left)
    v = (top, top, bottom, bottom)
    for s in range(4):
        t = (s + 1) % 4
        ax = across[0, 0] * u[s] + across[0, 1] * v[s] + across[0, 2]
        ay = across[1, 0] * u[s] + across[1, 1] * v[s] + across[1, 2]
        az = across[2, 0] * u[s] + across[2, 1] * v[s] + across[2, 2]
        bx = across[0, 0] * u[t] + across[0, 1] * v[t] + across[0, 2]
        by = across[1, 0] * u[t] + across[1, 1] * v[t] + across[1, 2]
        bz = across[2, 0] * u[t] + across[2, 1] * v[t] + across[2, 2]
        x, y, z = by * az - bz * ay, bz * ax - bx * az, bx * ay - by * ax
        length = sqrt(x * x + y * y + z * z)
        sides[s, 0], sides[s, 1], sides[s, 2] = x / length, y / length, z / length


@kernel
def cast_picture(shapes: Posed, origin: Array, across: Array, depth: Array, normal: Array, geom: Array) -> None:
    """Fills `depth [h w]` (m), `normal [h w 3]` and `geom [h w]` with what each pixel's centre sees.

    `across` takes image points (u, v, 1) to world rays, z = 1 in camera axes.
    """
    height, width = depth.shape
    total = shapes.kind.shape[0]
    keep, near, local = np.empty(total, np.int64), np.empty(total), np.empty((total, 3))
    everything = np.arange(total)
    _into(shapes, origin, local)
    axis, rays, stack = np.empty(3), np.empty((TILE * TILE, 3)), np.empty(DEPTH, np.int64)
    t, turned, met = np.empty(TILE * TILE), np.empty((TILE * TILE, 3)), np.empty(TILE * TILE, np.int64)
    sides = np.empty((4, 3))
    for top in range(0, height, TILE):
        bottom = min(top + TILE, height)
        for left in range(0, width, TILE):
            right = min(left + TILE, width)
            n = 0
            for row in range(top, bottom):
                for column in range(left, right):
                    u, v = column + 0.5, row + 0.5
                    for i in range(3):
                        rays[n, i] = across[i, 0] * u + across[i, 1] * v + across[i, 2]
                    n += 1
            cos_half = cone(rays, 0, n, axis)
            count = reachable(shapes, everything, total, origin, 0.0, axis, cos_half, keep, near)
            _sides(across, left, top, right, bottom, sides)
            count = _between(shapes, origin, sides, keep, near, count)
            _trace(shapes, local, keep, near, count, stack, rays, n, t, turned, met)
            n = 0
            for row in range(top, bottom):
                for column in range(left, right):
                    depth[row, column], geom[row, column] = t[n], met[n]
                    for i in range(3):
                        normal[row, column, i] = turned[n, i]
                    n += 1


@kernel
def cast_list(shapes: Posed, origin: Array, directions: Array, depth: Array, normal: Array, geom: Array) -> None:
    """Fills `depth [n]` (lengths of its direction), `normal [n 3]` and `geom [n]` for rays from one origin."""
    total = shapes.kind.shape[0]
    keep, near, local = np.empty(total, np.int64), np.empty(total), np.empty((total, 3))
    everything, pool = np.arange(total), np.empty(total, np.int64)
    _into(shapes, origin, local)
    axis, pooled, stack = np.empty(3), 0, np.empty(DEPTH, np.int64)
    for start in range(0, directions.shape[0], PACKET):
        stop = min(start + PACKET, directions.shape[0])
        if start % BLOCK == 0:
            cos_half = cone(directions, start, min(start + BLOCK, directions.shape[0]), axis)
            pooled = reachable(shapes, everything, total, origin, 0.0, axis, cos_half, pool, near)
        cos_half = cone(directions, start, stop, axis)
        count = reachable(shapes, pool, pooled, origin, 0.0, axis, cos_half, keep, near)
        packet = slice(start, stop)
        _trace(
            shapes,
            local,
            keep,
            near,
            count,
            stack,
            directions[packet],
            stop - start,
            depth[packet],
            normal[packet],
            geom[packet],
        )
