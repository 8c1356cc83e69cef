"""Spatial memory: what earlier frames showed of a place, seen from another camera.

Every pixel's spot on the locked geometry is looked up in each source frame; the source that shows it best wins. Only
anchors and the ground are remembered: subjects move, so that nothing of them is ever valid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, sqrt

import numpy as np
from jaxtyping import Bool, Float32, Int16, UInt8

from composer.controls.weights import Spot, Views, density, stack, weight
from composer.kernels import Array, kernel
from composer.types import FIRST_SUBJECT, GROUND, Camera

MOST_SOURCES = 8
NOWHERE = -1  # id of a source's pixel that shows two things, or lies on the rim


@dataclass(frozen=True, eq=False)
class SourceView:
    """A frame that was made: its picture, and the depth (m) and ids of the geometry it was made from."""

    image: UInt8[np.ndarray, "h w 3"]
    depth: Float32[np.ndarray, "h w"]
    anchor_id: Int16[np.ndarray, "h w"]
    camera: Camera


class Memory:
    """Up to `MOST_SOURCES` frames of one place, oldest first, ready to be looked up from any camera.

    Raises `ValueError` for none, too many, or frames of different sizes.
    """

    def __init__(self, sources: Sequence[SourceView]) -> None:
        if not 1 <= len(sources) <= MOST_SOURCES:
            raise ValueError(f"{len(sources)} memory sources; expected 1 to {MOST_SOURCES}")
        if len({source.depth.shape for source in sources}) > 1:
            raise ValueError("memory sources of different sizes; expected one")
        self._images = np.stack([source.image for source in sources])
        self._views = stack([(source.depth, inner(source.anchor_id), source.camera) for source in sources])

    def recall(
        self,
        camera: Camera,
        depth: Float32[np.ndarray, "h w"],
        normal: Float32[np.ndarray, "h w 3"],
        anchor_id: Int16[np.ndarray, "h w"],
    ) -> tuple[UInt8[np.ndarray, "h w 3"], Bool[np.ndarray, "h w"]]:
        """What the sources show of the surfaces that `camera` sees, and where that is valid; black elsewhere."""
        h, w = depth.shape
        image, valid = np.zeros((h, w, 3), np.uint8), np.zeros((h, w), np.bool_)
        across = camera.T_world_camera[:3, :3] @ np.linalg.inv(camera.K)
        eye, focal_2 = camera.T_world_camera[:3, 3].copy(), float(camera.K[0, 0] * camera.K[1, 1])
        gather(self._images, self._views, across, eye, focal_2, depth, normal, anchor_id, image, valid)
        return image, valid


def inner(anchor_id: Int16[np.ndarray, "h w"]) -> Int16[np.ndarray, "h w"]:
    """The ids, with `NOWHERE` for every pixel that has another id or the picture's rim next to it."""
    h, w = anchor_id.shape
    middle = anchor_id[1:-1, 1:-1]
    same = np.ones(middle.shape, bool)
    for dy in range(3):
        for dx in range(3):
            same &= anchor_id[dy : h - 2 + dy, dx : w - 2 + dx] == middle
    kept = np.full_like(anchor_id, NOWHERE)
    kept[1:-1, 1:-1] = np.where(same, middle, NOWHERE)
    return kept


@kernel
def gather(  # noqa: C901, PLR0913, PLR0917 - one loop: a call that hands arrays on costs more than a pixel
    images: Array,
    views: Views,
    across: Array,
    eye: Array,
    focal_2: float,
    depth: Array,
    normal: Array,
    anchor_id: Array,
    image: Array,
    valid: Array,
) -> None:
    """Fills `image` and `valid`, pixel by pixel, from the frame that shows each spot best; the later one of equals.

    `across` takes image points of the target to world rays at depth 1.
    """
    depths, ids, project, eyes, focals_2 = views
    sources, height, width = ids.shape
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            wanted = anchor_id[row, column]
            if not GROUND <= wanted < FIRST_SUBJECT:
                continue
            u, v, z = column + 0.5, row + 0.5, depth[row, column]
            rx = (across[0, 0] * u + across[0, 1] * v + across[0, 2]) * z
            ry = (across[1, 0] * u + across[1, 1] * v + across[1, 2]) * z
            rz = (across[2, 0] * u + across[2, 1] * v + across[2, 2]) * z
            nx, ny, nz = normal[row, column, 0], normal[row, column, 1], normal[row, column, 2]
            x, y, z = eye[0] + rx, eye[1] + ry, eye[2] + rz
            away = sqrt(rx * rx + ry * ry + rz * rz)
            rx, ry, rz = rx / away, ry / away, rz / away
            fills = density(focal_2, -(nx * rx + ny * ry + nz * rz), away * away)
            spot = Spot(x, y, z, nx, ny, nz, rx, ry, rz, fills)
            best, winner, best_u, best_v = 0.0, -1, 0.0, 0.0
            for s in range(sources):
                far = project[s, 2, 0] * x + project[s, 2, 1] * y + project[s, 2, 2] * z + project[s, 2, 3]
                if far <= 0:
                    continue
                u = (project[s, 0, 0] * x + project[s, 0, 1] * y + project[s, 0, 2] * z + project[s, 0, 3]) / far
                v = (project[s, 1, 0] * x + project[s, 1, 1] * y + project[s, 1, 2] * z + project[s, 1, 3]) / far
                if not (0 <= u < width and 0 <= v < height):
                    continue
                i, j = int(v), int(u)
                if ids[s, i, j] != wanted:
                    continue
                shows = weight(spot, (eyes[s, 0], eyes[s, 1], eyes[s, 2]), focals_2[s], far, depths[s, i, j])
                if shows > 0 and shows >= best:
                    best, winner, best_u, best_v = shows, s, u, v
            if winner < 0:
                continue
            left, top = floor(best_u - 0.5), floor(best_v - 0.5)
            fu, fv = best_u - 0.5 - left, best_v - 0.5 - top
            i, j = int(top), int(left)
            for c in range(3):
                upper = (1 - fu) * images[winner, i, j, c] + fu * images[winner, i, j + 1, c]
                lower = (1 - fu) * images[winner, i + 1, j, c] + fu * images[winner, i + 1, j + 1, c]
                image[row, column, c] = int((1 - fv) * upper + fv * lower + 0.5)
            valid[row, column] = True
