"""What the film's camera sees at one moment, sample by sample, with the surface that each sample lies on."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Int16, Int32, UInt8

from composer.geometry import directions, pixel_centres
from composer.kernels import Array, kernel
from composer.scene import Hits, Scene
from composer.shade.views import CORNERS, edges
from composer.types import Camera, Size, WorldState

SIDES = 8  # of a geom: six along its axes, one aslant, one round
ASLANT, ROUND = 6, 7
SKY_FACE, NO_FACE = -1, -2

_FLAT, _CAPPED, _CURVED = 0, 1, 2
_FORMS = {"plane": _FLAT, "box": _FLAT, "wedge": _FLAT, "cylinder": _CAPPED}


@dataclass(frozen=True, eq=False)
class Sight:
    """A moment at the film's size: n samples, first every pixel's centre, row by row, then four of each edge pixel.

    `face` tells the surfaces apart: `geom * SIDES + side`; `SKY_FACE` where nothing is. `edges` numbers the edge pixels,
    -1 elsewhere: sample `h w + 4 edges + corner` lies `CORNERS[corner]` from the centre of its pixel.
    """

    camera: Camera
    state: WorldState
    T_world_geom: Float[np.ndarray, "g 4 4"]
    hits: Hits
    points: Float32[np.ndarray, "n 2"]  # px
    depth: Float32[np.ndarray, " n"]  # m, +inf for the sky
    normal: Float32[np.ndarray, "n 3"]
    geom: Int16[np.ndarray, " n"]
    face: Int32[np.ndarray, " n"]
    edges: Int32[np.ndarray, "h w"]

    @property
    def faces(self) -> Int32[np.ndarray, "h w"]:
        """The surfaces at the pixels' centres."""
        return self.face[: self.edges.size].reshape(self.edges.shape)

    def middles(self, colours: UInt8[np.ndarray, "n 3"]) -> UInt8[np.ndarray, "h w 3"]:
        """The samples' colours at the pixels' centres."""
        return colours[: self.edges.size].reshape(*self.edges.shape, 3)

    def resolved(self, colours: UInt8[np.ndarray, "n 3"]) -> UInt8[np.ndarray, "h w 3"]:
        """The picture of the samples' colours: of edge pixels the mean of their four."""
        picture = self.middles(colours).copy()
        corners = colours[self.edges.size :].reshape(-1, len(CORNERS), 3)
        if len(corners):
            picture[self.edges >= 0] = np.round(corners.mean(axis=1)).astype(np.uint8)
        return picture


def look(scene: Scene, camera: Camera, state: WorldState, size: Size) -> Sight:
    """Casts a moment at the film's size, edges four times."""
    hits, T_world_geom = scene.cast(camera, size, state), scene.T_world_geom(state)
    edge = edges(hits.normal, hits.geom)
    finer = _finer(scene, camera, state, edge)
    points = [pixel_centres(size).reshape(-1, 2).astype(np.float32), finer[0]]
    every = [(hits.depth.reshape(-1), hits.normal.reshape(-1, 3), hits.geom.reshape(-1)), finer[1:]]
    depth, normal, geom = (np.concatenate(parts) for parts in zip(*every, strict=True))
    face = np.empty(len(geom), np.int32)
    forms = np.array([_FORMS.get(g.shape, _CURVED) for g in scene.geoms], np.int64)
    _tell_apart(normal, geom, np.ascontiguousarray(T_world_geom[:, :3, :3]), forms, face)
    numbers = np.full(edge.shape, -1, np.int32)
    numbers[edge] = np.arange(np.count_nonzero(edge))
    return Sight(camera, state, T_world_geom, hits, np.concatenate(points), depth, normal, geom, face, numbers)


def _finer(
    scene: Scene, camera: Camera, state: WorldState, edge: Bool[np.ndarray, "h w"]
) -> tuple[Float32[np.ndarray, "m 2"], Float32[np.ndarray, " m"], Float32[np.ndarray, "m 3"], Int16[np.ndarray, " m"]]:
    rows, columns = np.nonzero(edge)
    middles = np.stack([columns, rows], axis=-1) + 0.5
    points = (middles[:, None] + np.array(CORNERS)).reshape(-1, 2)
    rays = directions(camera.K, points) @ camera.T_world_camera[:3, :3].T
    hits = scene.cast_rays(camera.T_world_camera[:3, 3], rays, state)
    return points.astype(np.float32), hits.depth, hits.normal, hits.geom


@kernel
def _tell_apart(normal: Array, geom: Array, R_world_geom: Array, forms: Array, face: Array) -> None:
    """Fills `face [n]`: which side of its geom each sample lies on, by the normal in the geom's own axes."""
    for n in range(geom.shape[0]):
        g = geom[n]
        if g < 0:
            face[n] = SKY_FACE
            continue
        side = ROUND
        if forms[g] != _CURVED:
            side = ASLANT if forms[g] == _FLAT else ROUND
            for axis in range(3):
                if forms[g] == _CAPPED and axis < 2:
                    continue
                along = (
                    R_world_geom[g, 0, axis] * normal[n, 0]
                    + R_world_geom[g, 1, axis] * normal[n, 1]
                    + R_world_geom[g, 2, axis] * normal[n, 2]
                )
                if abs(along) > 0.999:
                    side = 2 * axis + (1 if along > 0 else 0)
        face[n] = g * SIDES + side
