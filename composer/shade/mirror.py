"""What stands on wet ground and water, seen in it: traced from the mirrored eye at half size, then blurred."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float

from composer.looks import Look
from composer.scene import Hits, Scene
from composer.shade import lighting
from composer.shade.sky import Sky
from composer.shade.views import Numbers, Planes, View
from composer.types import WorldState

STEP = 2  # pixels a side of the picture for one of the mirror


@dataclass(frozen=True, eq=False)
class Mirror:
    """Reflected light times cover, and cover, at half size; `geoms` mirror it."""

    image: Float[np.ndarray, "h w 4"]
    geoms: frozenset[int]

    def of(self, geom: int) -> bool:
        return geom in self.geoms

    def over(self, dome: Planes, x: Numbers, y: Numbers, normal: Planes | tuple[float, float, float]) -> Planes:
        """`dome [3 n]` with what stands before it at image points (x, y), shifted by the waves' normals."""
        h, w = self.image.shape[:2]
        bend = 90.0
        shift_x = normal[0] * np.float32(bend) if isinstance(normal, np.ndarray) else 0.0
        shift_y = normal[1] * np.float32(bend) if isinstance(normal, np.ndarray) else 0.0
        column = ((x + shift_x) / STEP - np.float32(0.5)).clip(0, w - 1.001)
        row = ((y + shift_y) / STEP - np.float32(0.5)).clip(0, h - 1.001)
        c0, r0 = column.astype(np.int32), row.astype(np.int32)
        fx, fy = (column - c0)[:, None], (row - r0)[:, None]
        flat, at = self.image.reshape(-1, 4), r0 * w + c0
        top = flat[at] + (flat[at + 1] - flat[at]) * fx
        below = flat[at + w] + (flat[at + w + 1] - flat[at + w]) * fx
        found = (top + (below - top) * fy).T
        mixed: Planes = dome * (1 - found[3]) + found[:3]
        return mixed


def mirror(  # noqa: PLR0913, PLR0917 - a frame's values, each of them read
    scene: Scene,
    sky: Sky,
    view: View,
    hits: Hits,
    state: WorldState,
    mirrors: Sequence[tuple[int, float]],
    looks: Sequence[Look],
) -> Mirror | None:
    """What the geoms of `mirrors` (with their heights, m) reflect; None when none of them is seen."""
    seen = [(g, height) for g, height in mirrors if (hits.geom[::STEP, ::STEP] == g).any()]
    if not seen:
        return None
    h, w = hits.geom.shape
    hc, wc = -(-h // STEP), -(-w // STEP)
    image = np.zeros((hc, wc, 4), np.float32)
    coarse = hits.geom[::STEP, ::STEP]
    depth = hits.depth[::STEP, ::STEP]
    for g, height in seen:
        rows, columns = np.nonzero(coarse == g)
        rays = view.rays((columns * STEP + 0.5).astype(np.float32), (rows * STEP + 0.5).astype(np.float32))
        bounced = rays * np.array([[1], [1], [-1]], np.float32)
        eye = view.eye.astype(float) * (1, 1, -1) + (0, 0, 2 * height)
        found = scene.cast_rays(eye, bounced.T, state, ignore=(g,))
        far = found.geom >= 0
        far &= found.depth > depth[rows, columns]
        at = np.flatnonzero(far)
        if len(at):
            light = _plain(sky, found, at, bounced[:, at], looks)
            image[rows[at], columns[at], :3] = light.T
            image[rows[at], columns[at], 3] = 1
    blurred = cv2.GaussianBlur(image, (0, 0), sigmaX=0.8, sigmaY=2.2)
    return Mirror(blurred, frozenset(g for g, _ in seen))


def _plain(
    sky: Sky, found: Hits, at: Float[np.ndarray, " n"] | np.ndarray, rays: Planes, looks: Sequence[Look]
) -> Planes:
    """Simple light of reflected surfaces: their mean colour under sun and dome, without shadows."""
    mean = np.array([[0.8 * a + 0.2 * b for a, b in zip(k.albedo, k.second, strict=True)] for k in looks], np.float32)
    glow = np.array([k.glow for k in looks], np.float32)
    albedo = mean[found.geom[at]].T
    normal = np.ascontiguousarray(found.normal[at].T, np.float32)
    facing = np.clip(sum(normal[i] * sky.towards_sun[i] for i in range(3)), 0, 1)
    around = lighting.ambient(sky, normal)
    light = np.stack(
        [
            albedo[i] * (around[i] * np.float32(0.8) + facing * (0.75 * sky.sun[i]) + glow[found.geom[at]])
            for i in range(3)
        ]
    )
    length = np.sqrt((rays * rays).sum(0))
    aired: Planes = lighting.air(sky, light, rays / length, length * found.depth[at].astype(np.float32))
    return aired
