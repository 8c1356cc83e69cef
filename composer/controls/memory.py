"""Spatial memory: what earlier frames showed of these very surfaces, seen from another camera.

Every pixel's spot is looked up, in the frame of the shape it is on, in each source frame: places by where they are, bodies
(limb by limb) by where the spot is on them, wherever they were then. Only what a source saw of that very shape counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float32, Int16, UInt8

from composer.controls.appearance import worn
from composer.controls.gathering import gather
from composer.controls.moment import Moment
from composer.controls.pyramid import NOWHERE, pyramid, rows
from composer.controls.weights import Seen, in_geoms, stack
from composer.scene import Hits, Scene

MOST_SOURCES = 8
_RIM_PX = 4.0  # from an edge inwards a source's pixels count for more and more, so that it fades where it ends


@dataclass(frozen=True, eq=False)
class SourceView:
    """A frame that was made: its picture, the moment it shows, and which of its pixels must not be remembered."""

    image: UInt8[np.ndarray, "h w 3"]
    moment: Moment
    masked: Bool[np.ndarray, "h w"] | None = None


class Memory:
    """Up to `MOST_SOURCES` frames of one place, oldest first, ready to be looked up from any camera, at any moment.

    Raises `ValueError` for none, too many, or frames of different sizes.
    """

    def __init__(self, scene: Scene, sources: Sequence[SourceView]) -> None:
        if not 1 <= len(sources) <= MOST_SOURCES:
            raise ValueError(f"{len(sources)} memory sources; expected 1 to {MOST_SOURCES}")
        if len({source.image.shape for source in sources}) > 1:
            raise ValueError("memory sources of different sizes; expected one")
        self.scene = scene
        kept = [_kept(source) for source in sources]
        moments = [source.moment for source in sources]
        seen = zip(moments, kept, strict=True)
        self._views = stack([Seen(m.hits.depth, geom, m.camera, scene.T_world_geom(m.state)) for m, geom in seen])
        self._rims = np.stack([_rim(geom) for geom in kept])
        sheets = [pyramid(source.image, geom) for source, geom in zip(sources, kept, strict=True)]
        self._images = np.stack([sheet.images for sheet in sheets])
        self._owners = np.stack([sheet.geom for sheet in sheets])
        self._starts = np.array(rows(kept[0].shape[0]))
        self._states = [moment.state for moment in moments]

    def recall(self, now: Moment) -> tuple[UInt8[np.ndarray, "h w 3"], Bool[np.ndarray, "h w"]]:
        """What the sources show of the surfaces that are seen `now`, and where that is valid; black elsewhere."""
        camera, hits = now.camera, now.hits
        image, valid = np.zeros((*hits.depth.shape, 3), np.uint8), np.zeros(hits.depth.shape, np.bool_)
        T_world_geom = self.scene.T_world_geom(now.state)
        R_geom_world = np.ascontiguousarray(np.swapaxes(T_world_geom[:, :3, :3], 1, 2))
        across = R_geom_world @ (camera.T_world_camera[:3, :3] @ np.linalg.inv(camera.K))
        eye = in_geoms(camera.T_world_camera[:3, 3], T_world_geom)
        focal_2 = float(camera.K[0, 0] * camera.K[1, 1])
        sources = (self._views, self._usable(now), self._rims, self._images, self._owners, self._starts)
        gather(*sources, across, eye, R_geom_world, focal_2, hits.depth, hits.normal, hits.geom, image, valid)
        return image, valid

    def _usable(self, now: Moment) -> Bool[np.ndarray, "s g"]:
        """Which geoms looked in each source as they look now."""
        wears = worn(self.scene, now.state)
        return np.stack([worn(self.scene, state) == wears for state in self._states])


def _kept(source: SourceView) -> Int16[np.ndarray, "h w"]:
    """The geoms that a source shows, `NOWHERE` where it shows the edge of a thing, or what must not be remembered."""
    hits = source.moment.hits
    kept = inner(hits)
    if source.masked is not None:
        kept[source.masked] = NOWHERE
    return kept


def inner(hits: Hits) -> Int16[np.ndarray, "h w"]:
    """The geoms, with `NOWHERE` for every pixel that has another id or the picture's rim next to it."""
    ids = hits.anchor_id
    h, w = ids.shape
    middle = ids[1:-1, 1:-1]
    same = np.ones(middle.shape, bool)
    for dy in range(3):
        for dx in range(3):
            same &= ids[dy : h - 2 + dy, dx : w - 2 + dx] == middle
    kept = np.full_like(hits.geom, NOWHERE)
    kept[1:-1, 1:-1] = np.where(same, hits.geom[1:-1, 1:-1], NOWHERE)
    return kept


def _rim(kept: Int16[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w"]:
    """How much each pixel counts, by how far it is from one that does not: 0 to 1."""
    away = cv2.distanceTransform((kept != NOWHERE).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(np.minimum(np.float32(1), away / np.float32(_RIM_PX)))
