"""Which earlier frames a segment's memory reads: those that together show most of what it will see.

From geometry alone, on thumbnails, so that the plan can list them before anything is generated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int16

from composer.controls.memory import MOST_SOURCES
from composer.controls.weights import Spot, Views, stack, weight
from composer.geometry import directions, pixel_centres
from composer.kernels import Array, kernel
from composer.scene import Hits, Scene
from composer.types import FIRST_SUBJECT, GROUND, Camera, CameraTrack, Size, SourceFrame, WorldTrack

THUMBNAIL = 48  # px wide
SAMPLES = 1024  # spots of the target that are looked for in the candidates
LEAST_GAIN = 0.002  # share of the target that another frame must add to be read


@dataclass(frozen=True, eq=False)
class View:
    """A thumbnail of frame `frame` of a segment: what its camera sees of the place."""

    frame: int
    camera: Camera
    hits: Hits


def survey(scene: Scene, cameras: CameraTrack, world: WorldTrack, every: int = 12) -> tuple[View, ...]:
    """Thumbnails of each `every`th frame of a segment, and of its last."""
    size = thumbnail(cameras.size)
    frames = sorted({*range(0, len(cameras), every), len(cameras) - 1})
    shrink = np.diag([size[0] / cameras.size[0], size[1] / cameras.size[1], 1.0])
    small = [(frame, Camera(shrink @ cameras.K[frame], cameras.T_world_camera[frame])) for frame in frames]
    return tuple(View(frame, camera, scene.cast(camera, size, world[frame])) for frame, camera in small)


def thumbnail(size: Size) -> Size:
    w, h = size
    return THUMBNAIL, max(4, round(THUMBNAIL * h / w))


def choose(target: Sequence[View], candidates: Mapping[str, Sequence[View]]) -> tuple[SourceFrame, ...]:
    """Up to `MOST_SOURCES` frames of the segments in `candidates` (oldest first), in their order.

    Greedy: each is the one that adds most to how well the target's spots are shown; the most recent of equals. Fewer when
    no frame adds `LEAST_GAIN` of the target any more.
    """
    frames = [(segment, view) for segment, views in candidates.items() for view in views]
    spots, ids = _spots(target)
    if not frames or not len(spots):
        return ()
    weights = _weights([view for _, view in frames], spots, ids)
    best = np.zeros(len(spots))
    chosen: list[int] = []
    while len(chosen) < MOST_SOURCES:
        gains = np.maximum(weights - best, 0).sum(axis=1)
        winner = len(gains) - 1 - int(gains[::-1].argmax())
        if gains[winner] < LEAST_GAIN * len(spots):
            break
        chosen.append(winner)
        best = np.maximum(best, weights[winner])
    return tuple(SourceFrame(frames[k][0], frames[k][1].frame) for k in sorted(chosen))


def _spots(target: Sequence[View]) -> tuple[Float[np.ndarray, "n 10"], Int16[np.ndarray, " n"]]:
    """`Spot`s and ids of up to `SAMPLES` places on what does not move, evenly taken."""
    spots, ids = [np.zeros((0, 10))], [np.zeros(0, np.int16)]
    for view in target:
        hits, T = view.hits, view.camera.T_world_camera
        still = (hits.anchor_id >= GROUND) & (hits.anchor_id < FIRST_SUBJECT)
        h, w = hits.depth.shape
        away = directions(view.camera.K, pixel_centres((w, h))[still]) * hits.depth[still][:, None] @ T[:3, :3].T
        range_m = np.linalg.norm(away, axis=1, keepdims=True)
        rays, normal = away / range_m, hits.normal[still].astype(np.float64)
        cosine = np.clip(-(rays * normal).sum(axis=1, keepdims=True), 1e-6, None)
        fills = view.camera.K[0, 0] * view.camera.K[1, 1] * cosine / range_m**2
        spots.append(np.concatenate([T[:3, 3] + away, normal, rays, fills], axis=1))
        ids.append(hits.anchor_id[still])
    every = slice(None, None, max(1, -(-sum(map(len, spots)) // SAMPLES)))
    return np.concatenate(spots)[every], np.concatenate(ids)[every]


def _weights(views: list[View], spots: np.ndarray, ids: np.ndarray) -> Float[np.ndarray, "s n"]:
    """How well each view shows each spot. Views of one size are looked up together."""
    weights = np.zeros((len(views), len(spots)))
    sizes = [view.hits.depth.shape for view in views]
    for size in sorted(set(sizes)):
        same = [k for k, other in enumerate(sizes) if other == size]
        stacked = stack([(views[k].hits.depth, views[k].hits.anchor_id, views[k].camera) for k in same])
        found = np.zeros((len(same), len(spots)))
        look_up(stacked, spots, ids, found)
        weights[same] = found
    return weights


@kernel
def look_up(views: Views, spots: Array, ids: Array, weights: Array) -> None:
    """Fills `weights [s n]`."""
    depths, seen, project, eyes, focals_2 = views
    sources, height, width = seen.shape
    for s in range(sources):
        for n in range(spots.shape[0]):
            x, y, z = spots[n, 0], spots[n, 1], spots[n, 2]
            far = project[s, 2, 0] * x + project[s, 2, 1] * y + project[s, 2, 2] * z + project[s, 2, 3]
            if far <= 0:
                continue
            u = (project[s, 0, 0] * x + project[s, 0, 1] * y + project[s, 0, 2] * z + project[s, 0, 3]) / far
            v = (project[s, 1, 0] * x + project[s, 1, 1] * y + project[s, 1, 2] * z + project[s, 1, 3]) / far
            if not (0 <= u < width and 0 <= v < height) or seen[s, int(v), int(u)] != ids[n]:
                continue
            p = spots[n]
            spot = Spot(x, y, z, p[3], p[4], p[5], p[6], p[7], p[8], p[9])
            eye = (eyes[s, 0], eyes[s, 1], eyes[s, 2])
            weights[s, n] = weight(spot, eye, focals_2[s], far, depths[s, int(v), int(u)])
