"""A moment between two frames, from what both show of the surfaces that are seen then."""

# ruff: noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915 - kernels take arrays and scalars; objects and calls cost more than the work

from dataclasses import dataclass
from math import floor

import numpy as np
from jaxtyping import Float, UInt8

from composer.conform.sight import ROUND, SIDES, SKY_FACE, Sight
from composer.geometry import invert
from composer.kernels import Array, kernel

_SQUARELY = 0.4  # cosine between a round surface and the view from which on a frame shows it as well as any
_ALIKE = 3 * 12.0**2  # codes^2, summed: the light of two frames that differs by less is one, and time decides
_SAME_DEPTH = 0.03  # of the depth: how far what was seen may lie from a spot on a round surface
_SEARCH = 12  # px, how far a surface is sought that neither frame shows at the spot


@dataclass(frozen=True, eq=False)
class Still:
    """A frame at the film's size: what its camera saw, and the colour of the surface in the middle of every pixel.

    `guide` is a picture of what was declared then.
    """

    sight: Sight
    surfaces: UInt8[np.ndarray, "h w 3"]
    guide: UInt8[np.ndarray, "h w 3"] | None = None


def between(
    now: Sight, before: Still, after: Still, share: float, guide: UInt8[np.ndarray, "h w 3"] | None = None
) -> UInt8[np.ndarray, "n 3"]:
    """Colours of the samples of `now`, at `share` of the time from `before` to `after`.

    Each spot is looked up where it was in both, on what it belongs to; the sky turns with the camera. Both count by how
    near they are in time, or the one alone that shows the spot. Where neither does, the nearest pixel of its surface counts.
    With a `guide` of now, and those of both frames, the one counts more whose light on the spot is that of now: shadows
    and highlights go with what casts them.
    """
    stills = (before, after)
    carry, facing = (np.stack(of) for of in zip(*(_carry(now, still.sight) for still in stills), strict=True))
    faces = np.stack([still.sight.faces for still in stills])
    depths = np.stack([still.sight.hits.depth for still in stills])
    pictures = np.stack([still.surfaces for still in stills])
    colours = np.empty((len(now.face), 3), np.uint8)
    nothing = np.zeros((1, 1, 3), np.uint8)
    light, lights = nothing, np.stack([nothing, nothing])
    if guide is not None and before.guide is not None and after.guide is not None:
        light, lights = guide, np.stack([before.guide, after.guide])
    spots = (now.points, now.depth, now.normal, now.geom, now.face)
    _blend(*spots, carry, facing, faces, depths, pictures, now.edges, light, lights, share, colours)
    return colours


def _carry(now: Sight, then: Sight) -> tuple[Float[np.ndarray, "g 3 4"], Float[np.ndarray, "g 3 3"]]:
    """What takes (u z, v z, z, 1) of a spot now to (u z, v z, z) of it then, by its geom; the last is the sky's. And what
    takes its normal now to what the latter is multiplied with for how far the surface looks away, in metres.
    """
    moved = np.concatenate([then.T_world_geom @ invert(now.T_world_geom), np.eye(4)[None]])
    T_camera_world = invert(then.camera.T_world_camera)
    T_then_now = T_camera_world @ moved @ now.camera.T_world_camera
    T_then_now[-1, :3, 3] = 0  # the sky is a direction
    carry: Float[np.ndarray, "g 3 4"] = then.camera.K @ T_then_now[:, :3]
    carry[:, :, :3] = carry[:, :, :3] @ np.linalg.inv(now.camera.K)
    facing = np.linalg.inv(then.camera.K).T @ T_camera_world[:3, :3] @ moved[:, :3, :3]
    return carry, facing


@kernel
def cubic(t: float) -> tuple[float, float, float, float]:
    """Weights of the four pixels round a point, `t` of the way from the second to the third (Catmull and Rom, 1974)."""
    return (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )


@kernel
def _blend(
    points: Array,
    depth: Array,
    normal: Array,
    geom: Array,
    face: Array,
    carry: Array,
    facing: Array,
    faces: Array,
    depths: Array,
    pictures: Array,
    edges: Array,
    light: Array,
    lights: Array,
    share: float,
    colours: Array,
) -> None:
    """Fills `colours [n 3]`; `faces [2 h w]`, `depths`, `pictures` and `lights` are those of the two frames."""
    height, width = faces.shape[1:]
    lit = light.shape[0] == height
    weights, made, seen = np.empty(2), np.empty((2, 3)), np.empty((2, 3))
    for n in range(face.shape[0]):
        wanted, g = face[n], geom[n]
        z = 1.0 if wanted == SKY_FACE else float(depth[n])
        u, v = points[n, 0] * z, points[n, 1] * z
        bright = lit and edges[int(points[n, 1]), int(points[n, 0])] < 0
        weights[:] = 0.0
        for s in range(2):
            far = carry[s, g, 2, 0] * u + carry[s, g, 2, 1] * v + carry[s, g, 2, 2] * z + carry[s, g, 2, 3]
            if far <= 1e-6:
                continue
            x = (carry[s, g, 0, 0] * u + carry[s, g, 0, 1] * v + carry[s, g, 0, 2] * z + carry[s, g, 0, 3]) / far
            y = (carry[s, g, 1, 0] * u + carry[s, g, 1, 1] * v + carry[s, g, 1, 2] * z + carry[s, g, 1, 3]) / far
            if not (0 <= x < width and 0 <= y < height):
                continue
            i, j = int(y), int(x)
            if faces[s, i, j] != wanted:
                continue
            counts = share if s else 1 - share
            if wanted % SIDES == ROUND and wanted != SKY_FACE:
                if abs(depths[s, i, j] - far) > _SAME_DEPTH * far:
                    continue
                towards = 0.0
                for c in range(3):
                    away = facing[s, g, 0, c] * x + facing[s, g, 1, c] * y + facing[s, g, 2, c]
                    towards -= away * normal[n, c]
                if towards <= 0:
                    continue
                counts *= min(towards / _SQUARELY, 1.0) ** 2
            x, y = x - 0.5, y - 0.5
            left, top = floor(x), floor(y)
            fx, fy = x - left, y - top
            whole = 1 <= left < width - 2 and 1 <= top < height - 2
            if whole:
                for i in range(top - 1, top + 3):
                    for j in range(left - 1, left + 3):
                        whole = whole and faces[s, i, j] == wanted
            found, r, q, b = 0.0, 0.0, 0.0, 0.0
            if bright:
                i, j = min(max(top, 0), height - 2), min(max(left, 0), width - 2)
                for c in range(3):
                    upper = (1 - fx) * lights[s, i, j, c] + fx * lights[s, i, j + 1, c]
                    lower = (1 - fx) * lights[s, i + 1, j, c] + fx * lights[s, i + 1, j + 1, c]
                    seen[s, c] = (1 - fy) * upper + fy * lower
            if whole:
                found = 1.0
                across = cubic(fx)
                for dy, down in enumerate(cubic(fy)):
                    i = top - 1 + dy
                    for dx, along in enumerate(across):
                        j, weight = left - 1 + dx, down * along
                        r += weight * pictures[s, i, j, 0]
                        q += weight * pictures[s, i, j, 1]
                        b += weight * pictures[s, i, j, 2]
            else:
                for dy in range(2):
                    i = top + dy
                    if i < 0 or i >= height:
                        continue
                    down = fy if dy else 1 - fy
                    for dx in range(2):
                        j = left + dx
                        if j < 0 or j >= width or faces[s, i, j] != wanted:
                            continue
                        weight = down * (fx if dx else 1 - fx)
                        found += weight
                        r += weight * pictures[s, i, j, 0]
                        q += weight * pictures[s, i, j, 1]
                        b += weight * pictures[s, i, j, 2]
            if found > 0:
                weights[s] = counts
                made[s, 0], made[s, 1], made[s, 2] = r / found, q / found, b / found
        if bright and weights[0] > 0 and weights[1] > 0:
            apart, along = _ALIKE, 0.0
            for c in range(3):
                change = seen[1, c] - seen[0, c]
                apart += change * change
                along += change * (light[int(points[n, 1]), int(points[n, 0]), c] - seen[0, c])
            changed = apart - _ALIKE
            late = weights[1] / (weights[0] + weights[1])
            if changed > 0:
                both = min(weights[0] / (1 - share), weights[1] / share)  # 0 where one of them turns away
                late += both * changed / apart * (min(max(along / changed, 0.0), 1.0) - late)
            weights[0], weights[1] = 1 - late, late
        total = weights[0] + weights[1]
        if total > 0:
            for c in range(3):
                mean = 0.0
                for s in range(2):
                    if weights[s] > 0:
                        mean += weights[s] * made[s, c]
                colours[n, c] = min(max(mean / total, 0.0), 255.0) + 0.5
        else:
            _nearest(n, points, face, faces, pictures, share, colours)


@kernel
def _nearest(n: int, points: Array, face: Array, faces: Array, pictures: Array, share: float, colours: Array) -> None:
    """Fills `colours[n]` from the nearest pixel of its surface, else of its geom, else from what lies there in time."""
    height, width = faces.shape[1:]
    first = 1 if share > 0.5 else 0
    row = min(max(int(points[n, 1]), 0), height - 1)
    column = min(max(int(points[n, 0]), 0), width - 1)
    for coarse in range(2):
        best = float(_SEARCH * _SEARCH + 1)
        at = (-1, 0, 0)
        for nth in range(2):
            s = first if nth == 0 else 1 - first
            for y in range(max(row - _SEARCH, 0), min(row + _SEARCH + 1, height)):
                for x in range(max(column - _SEARCH, 0), min(column + _SEARCH + 1, width)):
                    alike = faces[s, y, x] == face[n]
                    if coarse and face[n] != SKY_FACE:
                        alike = faces[s, y, x] // SIDES == face[n] // SIDES
                    away = (y - row) * (y - row) + (x - column) * (x - column)
                    if alike and away < best:
                        best, at = float(away), (s, y, x)
        if at[0] >= 0:
            for c in range(3):
                colours[n, c] = pictures[at[0], at[1], at[2], c]
            return
    for c in range(3):
        mix = (1 - share) * pictures[0, row, column, c] + share * pictures[1, row, column, c]
        colours[n, c] = mix + 0.5
