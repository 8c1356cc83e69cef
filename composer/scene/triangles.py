"""Rays against triangles: a tree of boxes over each mesh, the nearer half looked into first.

`boxes [n 8]`: low and high corner (m), then for a leaf its first triangle and how many it has, for a branch its left child
(the right one follows) and 0. `nets [t 19]`: first corner, the edges to the others, the three corners' normals, the number
of the triangle in its mesh. Meshes of a scene share both; each has a root among the boxes.
"""

# ruff: noqa: C901, PLR0913, PLR0917 - kernels take arrays and scalars; objects and calls cost more than the work

from collections.abc import Sequence
from math import inf, sqrt

import numpy as np
from jaxtyping import Float, Int

from composer.kernels import Array, kernel
from composer.types import Mesh

DEPTH = 64
"""Of a stack that holds the way down any tree: halves are even, so that 2^63 triangles would fit."""

_LEAF = 4  # triangles
_EDGE = 1e-9  # share of an edge by which rays along it still meet a triangle


Trees = tuple[Float[np.ndarray, "n 8"], Float[np.ndarray, "t 19"], Int[np.ndarray, " g"]]
"""Boxes, nets, and the root of each mesh."""


def trees(meshes: Sequence[Mesh | None]) -> Trees:
    """Boxes, nets, and the root of each mesh; -1 for None."""
    boxes, nets, roots = [np.empty((0, 8))], [np.empty((0, 19))], []
    known: dict[int, int] = {}
    n = t = 0
    for mesh in meshes:
        if mesh is None:
            roots.append(-1)
            continue
        if id(mesh) not in known:
            tree, order = _tree(mesh)
            inner = tree[:, 7] == 0
            tree[inner, 6] += n
            tree[~inner, 6] += t
            corners, normals = mesh.corners[order], mesh.normals[order].reshape(-1, 9)
            edges = (corners[:, 1:] - corners[:, :1]).reshape(-1, 6)
            nets.append(np.concatenate([corners[:, 0], edges, normals, order[:, None]], axis=1))
            boxes.append(tree)
            known[id(mesh)], n, t = n, n + len(tree), t + len(order)
        roots.append(known[id(mesh)])
    return np.concatenate(boxes), np.concatenate(nets), np.array(roots, np.int64)


def _tree(mesh: Mesh) -> tuple[Float[np.ndarray, "n 8"], Int[np.ndarray, " t"]]:
    corners = np.ascontiguousarray(mesh.corners, np.float64)
    boxes, order = np.zeros((2 * len(corners), 8)), np.arange(len(corners))
    return boxes[: _grow(corners, boxes, order)], order


@kernel
def _grow(corners: Array, boxes: Array, order: Array) -> int:
    """Fills `boxes` and `order` with a tree that halves triangles along its widest axis; how many boxes it has."""
    starts, stops, waiting = np.empty(2 * DEPTH, np.int64), np.empty(2 * DEPTH, np.int64), np.empty(2 * DEPTH, np.int64)
    starts[0], stops[0], waiting[0] = 0, order.shape[0], 0
    pending, count = 1, 1
    while pending > 0:
        pending -= 1
        start, stop, box = starts[pending], stops[pending], waiting[pending]
        low, high = np.full(3, inf), np.full(3, -inf)
        for k in range(start, stop):
            for c in range(3):
                for i in range(3):
                    low[i] = min(low[i], corners[order[k], c, i])
                    high[i] = max(high[i], corners[order[k], c, i])
        boxes[box, 0:3], boxes[box, 3:6] = low, high
        if stop - start <= _LEAF:
            boxes[box, 6], boxes[box, 7] = start, stop - start
            continue
        axis = int(np.argmax(high - low))
        middles = np.empty(stop - start)
        for k in range(start, stop):
            middles[k - start] = corners[order[k], 0, axis] + corners[order[k], 1, axis] + corners[order[k], 2, axis]
        order[start:stop] = order[start:stop][np.argsort(middles, kind="mergesort")]
        half = (start + stop) // 2
        boxes[box, 6], boxes[box, 7] = count, 0
        starts[pending], stops[pending], waiting[pending] = start, half, count
        starts[pending + 1], stops[pending + 1], waiting[pending + 1] = half, stop, count + 1
        pending, count = pending + 2, count + 2
    return count


@kernel
def _enters(
    boxes: Array, b: int, ox: float, oy: float, oz: float, ix: float, iy: float, iz: float, far: float
) -> float:
    """Where a line enters a box, 0 from inside; inf when it misses it before `far`.

    `i` are inverse directions, `o` the origin times them.
    """
    near = 0.0
    a, c = boxes[b, 0] * ix - ox, boxes[b, 3] * ix - ox
    if a > c:
        a, c = c, a
    near, far = max(near, a), min(far, c)
    a, c = boxes[b, 1] * iy - oy, boxes[b, 4] * iy - oy
    if a > c:
        a, c = c, a
    near, far = max(near, a), min(far, c)
    a, c = boxes[b, 2] * iz - oz, boxes[b, 5] * iz - oz
    if a > c:
        a, c = c, a
    near, far = max(near, a), min(far, c)
    return near if near <= far * (1 + 1e-12) + 1e-12 else inf


@kernel
def _inverse(d: float) -> float:
    return 1 / d if abs(d) > 1e-30 else 1e30


@kernel
def _meets(
    nets: Array, k: int, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float
) -> tuple[float, float]:
    """Where a line meets a triangle, inf when nowhere, and on which side: < 0 on the outer (Moeller and Trumbore, 1997)."""
    ex, ey, ez = nets[k, 3], nets[k, 4], nets[k, 5]
    fx, fy, fz = nets[k, 6], nets[k, 7], nets[k, 8]
    px, py, pz = dy * fz - dz * fy, dz * fx - dx * fz, dx * fy - dy * fx
    det = ex * px + ey * py + ez * pz
    if det == 0:
        return inf, 0.0
    sx, sy, sz = ox - nets[k, 0], oy - nets[k, 1], oz - nets[k, 2]
    u = (sx * px + sy * py + sz * pz) / det
    if u < -_EDGE or u > 1 + _EDGE:
        return inf, 0.0
    qx, qy, qz = sy * ez - sz * ey, sz * ex - sx * ez, sx * ey - sy * ex
    v = (dx * qx + dy * qy + dz * qz) / det
    if v < -_EDGE or u + v > 1 + _EDGE:
        return inf, 0.0
    return (fx * qx + fy * qy + fz * qz) / det, -det


@kernel
def nearest(
    boxes: Array, nets: Array, stack: Array, root: int, ox: float, oy: float, oz: float,
    dx: float, dy: float, dz: float, least: float, far: float,
) -> tuple[float, int]:  # fmt: skip
    """The first triangle that a ray meets from `least` to `far` lengths of its direction: where, and its row of `nets`."""
    ix, iy, iz = _inverse(dx), _inverse(dy), _inverse(dz)
    jx, jy, jz = ox * ix, oy * iy, oz * iz
    best, found = far, -1
    if _enters(boxes, root, jx, jy, jz, ix, iy, iz, best) == inf:
        return inf, -1
    stack[0], depth = root, 1
    while depth > 0:
        depth -= 1
        b = stack[depth]
        first, many = int(boxes[b, 6]), int(boxes[b, 7])
        if many == 0:
            near = _enters(boxes, first, jx, jy, jz, ix, iy, iz, best)
            other = _enters(boxes, first + 1, jx, jy, jz, ix, iy, iz, best)
            if near <= other:
                if other < inf:
                    stack[depth], depth = first + 1, depth + 1
                if near < inf:
                    stack[depth], depth = first, depth + 1
            else:
                if near < inf:
                    stack[depth], depth = first, depth + 1
                stack[depth], depth = first + 1, depth + 1
            continue
        if _enters(boxes, b, jx, jy, jz, ix, iy, iz, best) == inf:
            continue
        for k in range(first, first + many):
            t, _ = _meets(nets, k, ox, oy, oz, dx, dy, dz)
            if least <= t < best:
                best, found = t, k
    return (best, found) if found >= 0 else (inf, -1)


@kernel
def blocked(
    boxes: Array, nets: Array, stack: Array, root: int, ox: float, oy: float, oz: float,
    dx: float, dy: float, dz: float, least: float, far: float, outside: bool,
) -> bool:  # fmt: skip
    """Whether a ray meets any triangle from `least` to `far`; with `outside` only those that it meets from outside count."""
    ix, iy, iz = _inverse(dx), _inverse(dy), _inverse(dz)
    jx, jy, jz = ox * ix, oy * iy, oz * iz
    stack[0], depth = root, 1
    while depth > 0:
        depth -= 1
        b = stack[depth]
        if _enters(boxes, b, jx, jy, jz, ix, iy, iz, far) == inf:
            continue
        first, many = int(boxes[b, 6]), int(boxes[b, 7])
        if many == 0:
            stack[depth], stack[depth + 1] = first, first + 1
            depth += 2
            continue
        for k in range(first, first + many):
            t, side = _meets(nets, k, ox, oy, oz, dx, dy, dz)
            if least < t < far and (side < 0 or not outside):
                return True
    return False


@kernel
def facing(nets: Array, k: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Unit normal of triangle `k` at a point on it, between those of its corners."""
    v, w = shares(nets, k, x, y, z)
    u = 1 - v - w
    nx = u * nets[k, 9] + v * nets[k, 12] + w * nets[k, 15]
    ny = u * nets[k, 10] + v * nets[k, 13] + w * nets[k, 16]
    nz = u * nets[k, 11] + v * nets[k, 14] + w * nets[k, 17]
    length = sqrt(nx * nx + ny * ny + nz * nz)
    return nx / length, ny / length, nz / length


@kernel
def shares(nets: Array, k: int, x: float, y: float, z: float) -> tuple[float, float]:
    """Shares of the second and the third corner of triangle `k` in a point on it."""
    ex, ey, ez = nets[k, 3], nets[k, 4], nets[k, 5]
    fx, fy, fz = nets[k, 6], nets[k, 7], nets[k, 8]
    px, py, pz = x - nets[k, 0], y - nets[k, 1], z - nets[k, 2]
    ee, ef, ff = ex * ex + ey * ey + ez * ez, ex * fx + ey * fy + ez * fz, fx * fx + fy * fy + fz * fz
    pe, pf = px * ex + py * ey + pz * ez, px * fx + py * fy + pz * fz
    det = ee * ff - ef * ef
    return (ff * pe - ef * pf) / det, (ee * pf - ef * pe) / det


@kernel
def look_up(
    boxes: Array, nets: Array, root: int, points: Array, rays: Array, triangle: Array, second: Array, third: Array
) -> None:
    """Which triangle of its mesh each point `[3 n]` on it lies on, seen along a ray, and the shares of its corners.

    Points and rays are in the mesh's own frame; those that lie on none get -1.
    """
    stack = np.empty(DEPTH, np.int64)
    for n in range(points.shape[1]):
        x, y, z, dx, dy, dz = points[0, n], points[1, n], points[2, n], rays[0, n], rays[1, n], rays[2, n]
        step = 1e-3 * max(1.0, abs(x), abs(y), abs(z)) / sqrt(dx * dx + dy * dy + dz * dz)
        t, k = nearest(boxes, nets, stack, root, x - step * dx, y - step * dy, z - step * dz, dx, dy, dz, 0.0, 2 * step)
        triangle[n] = -1
        if k >= 0:
            t -= step
            triangle[n] = int(nets[k, 18])
            second[n], third[n] = shares(nets, k, x + t * dx, y + t * dy, z + t * dz)


@kernel
def within(boxes: Array, nets: Array, root: int, points: Array, inside: Array) -> None:
    """Fills `inside [n]`: whether points `[n 3]` of its own frame are in a closed mesh, by what lies straight above them."""
    stack = np.empty(DEPTH, np.int64)
    for n in range(points.shape[0]):
        x, y, z = points[n, 0], points[n, 1], points[n, 2]
        crossed, least = 0, 0.0
        while True:
            # a little aslant, so that no edge of what was modelled upright is met along its length
            t, k = nearest(boxes, nets, stack, root, x, y, z, 1.3e-4, 2.7e-4, 1.0, least, inf)
            if k < 0:
                break
            crossed += 1
            least = t + 1e-7
        inside[n] = crossed % 2 == 1


@kernel
def cut(boxes: Array, nets: Array, root: int, start: Array, ways: Array, hidden: Array) -> None:
    """Fills `hidden [n]`: whether a mesh lies on the straight ways `[n 3]` from `start [3]`, both in its own frame."""
    stack = np.empty(DEPTH, np.int64)
    for n in range(ways.shape[0]):
        x, y, z = ways[n, 0], ways[n, 1], ways[n, 2]
        hidden[n] = blocked(
            boxes, nets, stack, root, start[0], start[1], start[2], x, y, z, 0.0, 1 - 1e-6, False
        )  # fmt: skip
