"""Where every pixel's spot lies on what it belongs to, and where it is in the next frame: coordinates and motion that are
declared, not estimated.
"""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work

from math import floor

import numpy as np
from jaxtyping import Bool, Float, Float32

from composer.controls.moment import Moment
from composer.geometry import directions, invert
from composer.kernels import Array, kernel
from composer.scene import Scene
from composer.types import FIRST_SUBJECT, Camera, WorldState

_SAME_DEPTH = 2e-4  # share by which a flat neighbourhood's depth may differ from a spot's that lies in it
_HIDDEN, _SEEN, _UNSURE = 0, 1, 2


def surface(scene: Scene, now: Moment) -> Float32[np.ndarray, "h w 3"]:
    """Coordinates (m) of every pixel's spot in the frame of its geom; 0 for the sky."""
    T_geom_world = np.ascontiguousarray(invert(scene.T_world_geom(now.state))[:, :3])
    found = np.zeros((*now.hits.depth.shape, 3), np.float32)
    _lay(*_rays(now.camera), now.hits.depth, now.hits.geom, T_geom_world, found)
    return found


def flow(scene: Scene, now: Moment, after: Moment) -> tuple[Float32[np.ndarray, "h w 2"], Bool[np.ndarray, "h w"]]:
    """The way (px) to where every pixel's spot is in the frame `after`, and whether it is seen there.

    Spots move with the geom that they are on; the sky turns with the camera. What is gone by then stays where it was, and
    is not seen.
    """
    there = _present(scene, now.state) & _present(scene, after.state)
    T_world_geom, T_world_next = scene.T_world_geom(now.state), scene.T_world_geom(after.state)
    moved = there & (T_world_geom != T_world_next).any(axis=(1, 2))
    onward = np.tile(np.eye(4), (len(there) + 1, 1, 1))  # the last is the sky's, which geom -1 finds
    onward[:-1][moved] = T_world_next[moved] @ invert(T_world_geom[moved])
    P = after.camera.K @ invert(after.camera.T_world_camera)[:3]
    way = np.zeros((*now.hits.depth.shape, 2), np.float32)
    far, seen = np.empty(now.hits.depth.shape), np.empty(now.hits.depth.shape, np.uint8)
    across, eye = _rays(now.camera)
    project, usable = P @ onward, np.append(there, True)
    _carry(
        across, eye, now.hits.depth, now.hits.geom, project, usable, after.hits.depth, after.hits.geom, way, far, seen
    )
    _ask(scene, now, after, way, far, seen)
    return way, seen == _SEEN


def _ask(scene: Scene, now: Moment, after: Moment, way: Array, far: Array, seen: Array) -> None:
    """Settles what the pixels of the next frame leave unsure, by a ray to each of those spots."""
    rows, columns = np.nonzero(seen == _UNSURE)
    if not len(rows):
        return
    camera = after.camera
    pixels = np.stack([columns + 0.5, rows + 0.5], axis=-1) + way[rows, columns]
    rays = directions(camera.K, pixels) @ camera.T_world_camera[:3, :3].T
    met = scene.cast_rays(camera.T_world_camera[:3, 3], rays, after.state)
    same, z = met.geom == now.hits.geom[rows, columns], far[rows, columns]
    with np.errstate(invalid="ignore"):
        near = np.isinf(met.depth) | (np.abs(met.depth - z) <= 1e-4 * z + 1e-4)
    seen[rows, columns] = np.where(same & near, _SEEN, _HIDDEN)


def _present(scene: Scene, state: WorldState) -> Bool[np.ndarray, " g"]:
    """Which geoms are there."""
    here = {scene.layout.cast[name].id for name in state.bodies}
    return np.array([g.id < FIRST_SUBJECT or g.id in here for g in scene.geoms], np.bool_)


def _rays(camera: Camera) -> tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3"]]:
    """What takes image points to world rays at depth 1, and where those start."""
    T = camera.T_world_camera
    return T[:3, :3] @ np.linalg.inv(camera.K), T[:3, 3].copy()


@kernel
def _lay(across: Array, eye: Array, depth: Array, geom: Array, T_geom_world: Array, found: Array) -> None:
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            g = geom[row, column]
            if g < 0:
                continue
            u, v, z = column + 0.5, row + 0.5, depth[row, column]
            x = eye[0] + (across[0, 0] * u + across[0, 1] * v + across[0, 2]) * z
            y = eye[1] + (across[1, 0] * u + across[1, 1] * v + across[1, 2]) * z
            z = eye[2] + (across[2, 0] * u + across[2, 1] * v + across[2, 2]) * z
            for i in range(3):
                along = T_geom_world[g, i, 0] * x + T_geom_world[g, i, 1] * y + T_geom_world[g, i, 2] * z
                found[row, column, i] = along + T_geom_world[g, i, 3]


@kernel
def _carry(
    across: Array,
    eye: Array,
    depth: Array,
    geom: Array,
    project: Array,
    usable: Array,
    next_depth: Array,
    next_geom: Array,
    way: Array,
    far: Array,
    seen: Array,
) -> None:
    """Fills `way` (px), the depth `far` (m) in the next frame, and `seen`; `project [g+1 3 4]` takes world points there."""
    height, width = depth.shape
    for row in range(height):
        for column in range(width):
            g = geom[row, column]
            u, v, z = column + 0.5, row + 0.5, float(depth[row, column])
            x = across[0, 0] * u + across[0, 1] * v + across[0, 2]
            y = across[1, 0] * u + across[1, 1] * v + across[1, 2]
            w = across[2, 0] * u + across[2, 1] * v + across[2, 2]
            here = 0.0  # the sky is a direction
            if g >= 0:
                x, y, w, here = eye[0] + x * z, eye[1] + y * z, eye[2] + w * z, 1.0
            to_u = project[g, 0, 0] * x + project[g, 0, 1] * y + project[g, 0, 2] * w + project[g, 0, 3] * here
            to_v = project[g, 1, 0] * x + project[g, 1, 1] * y + project[g, 1, 2] * w + project[g, 1, 3] * here
            ahead = project[g, 2, 0] * x + project[g, 2, 1] * y + project[g, 2, 2] * w + project[g, 2, 3] * here
            far[row, column], seen[row, column] = ahead, 0
            if ahead <= 1e-6:
                continue
            to_u, to_v = to_u / ahead, to_v / ahead
            way[row, column, 0], way[row, column, 1] = to_u - u, to_v - v
            if not (usable[g] and 0 <= to_u < width and 0 <= to_v < height):
                continue
            left = min(max(floor(to_u - 0.5), 0), width - 2)
            top = min(max(floor(to_v - 0.5), 0), height - 2)
            a, b = next_geom[top, left], next_geom[top, left + 1]
            c, d = next_geom[top + 1, left], next_geom[top + 1, left + 1]
            if a != b or a != c or a != d:
                seen[row, column] = 2
            elif a == g:
                seen[row, column] = 1
                if g >= 0:  # over a flat surface 1 / depth is linear in the picture
                    fu, fv = to_u - 0.5 - left, to_v - 0.5 - top
                    upper = (1 - fu) / next_depth[top, left] + fu / next_depth[top, left + 1]
                    lower = (1 - fu) / next_depth[top + 1, left] + fu / next_depth[top + 1, left + 1]
                    if abs(ahead * ((1 - fv) * upper + fv * lower) - 1) > _SAME_DEPTH:
                        seen[row, column] = 2
