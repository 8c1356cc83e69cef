"""What stands on wet ground and water, seen in it: traced from the mirrored eye at half size, then blurred."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float

from composer.kernels import Array, kernel
from composer.looks import Look
from composer.scene import Hits, Scene
from composer.shade.lighting import Lamp
from composer.shade.reflecting import BEND, BRIGHT, STEP, plain_colours, plain_light
from composer.shade.sky import Sky
from composer.shade.views import Planes, Samples, View
from composer.types import WorldState


@dataclass(frozen=True, eq=False)
class Mirror:
    """Reflected light times cover, and cover, at half size; which geoms mirror it."""

    image: Float[np.ndarray, "h w 4"]
    mirrors: Bool[np.ndarray, " g"]

    def over(self, dome: Planes, s: Samples, normal: Planes) -> Planes:
        """`dome [3 n]` with what stands before it where samples see a mirror, shifted by the waves' normals."""
        mixed: Planes = dome.copy()
        _lay_over(self.image, self.mirrors[s.geom], s.x, s.y, normal, mixed)
        return mixed


@kernel
def _lay_over(image: Array, where: Array, x: Array, y: Array, normal: Array, mixed: Array) -> None:
    """Lays `image [h w 4]`, light times cover and cover, over `mixed [3 n]` where told, read between its pixels."""
    h, w = image.shape[:2]
    for n in range(x.shape[0]):
        if not where[n]:
            continue
        column = min(max((x[n] + normal[0, n] * BEND) / STEP - 0.5, 0.0), w - 1.001)
        row = min(max((y[n] + normal[1, n] * BEND) / STEP - 0.5, 0.0), h - 1.001)
        c, r = int(column), int(row)
        fx, fy = column - c, row - r
        a, b, c_, d = (1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy
        clear = 1 - (a * image[r, c, 3] + b * image[r, c + 1, 3] + c_ * image[r + 1, c, 3] + d * image[r + 1, c + 1, 3])
        for i in range(3):
            found = a * image[r, c, i] + b * image[r, c + 1, i] + c_ * image[r + 1, c, i] + d * image[r + 1, c + 1, i]
            mixed[i, n] = mixed[i, n] * clear + found


def mirror(  # noqa: PLR0913, PLR0917 - a frame's values, each of them read
    scene: Scene,
    sky: Sky,
    view: View,
    hits: Hits,
    state: WorldState,
    mirrors: Sequence[tuple[int, float]],
    looks: Sequence[Look],
    lamps: Sequence[Lamp],
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
    mean, glow = plain_colours(sky, looks)
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
            own, distance, rays = found.geom[at], found.depth[at].astype(np.float32), bounced[:, at]
            points, normal = rays * distance + eye.astype(np.float32)[:, None], np.ascontiguousarray(found.normal[at].T)
            light = plain_light(sky, lamps, (mean[own].T, glow[own].T), own, normal, points, rays, distance)
            image[rows[at], columns[at], :3] = light.T
            image[rows[at], columns[at], 3] = 1
    bright = np.maximum(image[..., :3] - np.float32(BRIGHT), 0)
    blurred = cv2.GaussianBlur(image, (0, 0), sigmaX=0.8, sigmaY=2.2)
    if bright.any():  # lamps and lit windows draw long streaks on what is wet
        blurred[..., :3] = blurred[..., :3] + cv2.GaussianBlur(bright, (0, 0), sigmaX=h / 500, sigmaY=h / 24)
    mirroring = np.zeros(len(scene.geoms), np.bool_)
    mirroring[[g for g, _ in seen]] = True
    return Mirror(blurred, mirroring)
