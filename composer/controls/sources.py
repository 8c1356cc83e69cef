"""Which earlier frames a segment's memory reads: those that together show most of what it will see.

From geometry alone, on thumbnails, so that the plan can list them before anything is generated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Int16, Int32

from composer.controls.appearance import worn
from composer.controls.memory import MOST_SOURCES
from composer.controls.moment import Moment
from composer.controls.weights import Seen, Spot, Views, in_geoms, stack, weight
from composer.geometry import directions, pixel_centres
from composer.kernels import Array, kernel
from composer.scene import Scene
from composer.types import Camera, CameraTrack, Size, SourceFrame, WorldState, WorldTrack

THUMBNAIL = 48  # px wide
SAMPLES = 1024  # spots of the target that are looked for in the candidates
BREADTH = 0.125  # power of a spot's weight: 1 would count what is sharp, 0 all that is shown
LEAST_GAIN = 0.002  # share of the target that another frame must add to be read


@dataclass(frozen=True, eq=False)
class View:
    """A thumbnail of frame `frame` of a segment: what its camera sees, where all geoms are then, and what they wear."""

    frame: int
    moment: Moment
    T_world_geom: Float[np.ndarray, "g 4 4"]
    worn: Int32[np.ndarray, " g"]


@dataclass(frozen=True)
class Choice:
    """The frames that a memory reads, and how much of what is to be seen they show: a share, estimated on thumbnails."""

    sources: tuple[SourceFrame, ...] = ()
    coverage: float = 0.0


@dataclass(frozen=True, eq=False)
class _Spots:
    """`Spot`s in the frames of their geoms, and what those wear."""

    spots: Float[np.ndarray, "n 10"] = field(default_factory=lambda: np.zeros((0, 10)))
    geom: Int16[np.ndarray, " n"] = field(default_factory=lambda: np.zeros(0, np.int16))
    worn: Int32[np.ndarray, " n"] = field(default_factory=lambda: np.zeros(0, np.int32))


def survey(scene: Scene, cameras: CameraTrack, world: WorldTrack, every: int = 12) -> tuple[View, ...]:
    """Thumbnails of each `every`th frame of a segment, and of its last."""
    frames = sorted({*range(0, len(cameras), every), len(cameras) - 1})
    return tuple(look_over(scene, cameras[frame], world[frame], cameras.size, frame) for frame in frames)


def look_over(
    scene: Scene,
    camera: Camera,
    state: WorldState,
    size: Size,
    frame: int = 0,
    *,
    outside: Bool[np.ndarray, "h w"] | None = None,
) -> View:
    """A thumbnail of one frame of a picture of `size`; what is `outside` of it counts as sky."""
    w, h = thumbnail(size)
    small = Camera(np.diag([w / size[0], h / size[1], 1.0]) @ camera.K, camera.T_world_camera)
    hits = scene.cast(small, (w, h), state)
    if outside is not None:
        rows, columns = (np.arange(h) * size[1] // h, np.arange(w) * size[0] // w)
        hits.geom[outside[np.ix_(rows, columns)]] = -1
    return View(frame, Moment(small, state, hits), scene.T_world_geom(state), worn(scene, state))


def thumbnail(size: Size) -> Size:
    w, h = size
    return THUMBNAIL, max(4, round(THUMBNAIL * h / w))


def choose(target: Sequence[View], candidates: Mapping[str, Sequence[View]]) -> Choice:
    """Up to `MOST_SOURCES` frames of the segments in `candidates` (oldest first), in their order.

    Greedy: each is the one that adds most to how well the target's spots are shown; the most recent of equals. Fewer when
    no frame adds `LEAST_GAIN` of the target any more.
    """
    frames = [(segment, view) for segment, views in candidates.items() for view in views]
    spots = _spots(target)
    many = len(spots.geom)
    if not frames or not many:
        return Choice()
    weights = _weights([view for _, view in frames], spots)
    best = np.zeros(many)
    chosen: list[int] = []
    while len(chosen) < MOST_SOURCES:
        gains = np.maximum(weights - best, 0).sum(axis=1)
        winner = len(gains) - 1 - int(gains[::-1].argmax())
        if gains[winner] < LEAST_GAIN * many:
            break
        chosen.append(winner)
        best = np.maximum(best, weights[winner])
    sources = tuple(SourceFrame(frames[k][0], frames[k][1].frame) for k in sorted(chosen))
    return Choice(sources, round(float((best > 0).mean()), 3))


def coverage(view: View, sources: Sequence[View]) -> float:
    """Share of what `view` sees, sky left out, that any of `sources` shows."""
    spots = _spots([view])
    if not sources or not len(spots.geom):
        return 0.0
    return float((_weights(list(sources), spots) > 0).any(axis=0).mean())


def shows_most(target: Sequence[View], views: Sequence[View]) -> int:
    """Which of `views` shows most of what the target sees; the first of equals.

    That a spot is shown counts for more than how sharply; and a shape by the square root of how much of it is seen, so that
    the ground does not outweigh what stands on it.
    """
    spots = _spots(target)
    _, at, many = np.unique(spots.geom, return_inverse=True, return_counts=True)
    shown = _weights(list(views), spots) ** BREADTH / np.sqrt(many)[at]
    return int(shown.sum(axis=1).argmax())


def _spots(target: Sequence[View]) -> _Spots:
    """Up to `SAMPLES` places on all that is not sky, evenly taken."""
    found = [_Spots()]
    for view in target:
        hits, camera = view.moment.hits, view.moment.camera
        here = hits.geom >= 0
        h, w = hits.depth.shape
        T, geom = camera.T_world_camera, hits.geom[here]
        away = directions(camera.K, pixel_centres((w, h))[here]) * hits.depth[here][:, None] @ T[:3, :3].T
        range_m = np.linalg.norm(away, axis=1, keepdims=True)
        rays, normal = away / range_m, hits.normal[here].astype(np.float64)
        cosine = np.clip(-(rays * normal).sum(axis=1, keepdims=True), 1e-6, None)
        fills = camera.K[0, 0] * camera.K[1, 1] * cosine / range_m**2
        T_world_geom = view.T_world_geom[geom]
        R = T_world_geom[:, :3, :3]
        turned = [np.einsum("nk,nkj->nj", vectors, R) for vectors in (normal, rays)]
        spots = np.concatenate([in_geoms(T[:3, 3] + away, T_world_geom), *turned, fills], axis=1)
        found.append(_Spots(spots, geom, view.worn[geom]))
    every = slice(None, None, max(1, -(-sum(len(part.geom) for part in found) // SAMPLES)))
    gathered = [np.concatenate([getattr(part, name) for part in found])[every] for name in ("spots", "geom", "worn")]
    return _Spots(*gathered)


def _weights(views: list[View], spots: _Spots) -> Float[np.ndarray, "s n"]:
    """How well each view shows each spot. Views of one size are looked up together."""
    weights = np.zeros((len(views), len(spots.geom)))
    sizes = [view.moment.hits.depth.shape for view in views]
    for size in sorted(set(sizes)):
        same = [k for k, other in enumerate(sizes) if other == size]
        moments = [views[k].moment for k in same]
        poses = [views[k].T_world_geom for k in same]
        seen = [Seen(m.hits.depth, m.hits.geom, m.camera, T) for m, T in zip(moments, poses, strict=True)]
        found = np.zeros((len(same), len(spots.geom)))
        look_up(stack(seen), spots.spots, spots.geom, found)
        weights[same] = found
    for k, view in enumerate(views):
        weights[k, view.worn[spots.geom] != spots.worn] = 0
    return weights


@kernel
def look_up(views: Views, spots: Array, geoms: Array, weights: Array) -> None:
    """Fills `weights [s n]`."""
    depths, seen, project, eyes, focals_2 = views
    sources, height, width = seen.shape
    for s in range(sources):
        for n in range(spots.shape[0]):
            x, y, z, g = spots[n, 0], spots[n, 1], spots[n, 2], geoms[n]
            far = project[s, g, 2, 0] * x + project[s, g, 2, 1] * y + project[s, g, 2, 2] * z + project[s, g, 2, 3]
            if far <= 0:
                continue
            u = project[s, g, 0, 0] * x + project[s, g, 0, 1] * y + project[s, g, 0, 2] * z + project[s, g, 0, 3]
            v = project[s, g, 1, 0] * x + project[s, g, 1, 1] * y + project[s, g, 1, 2] * z + project[s, g, 1, 3]
            u, v = u / far, v / far
            if not (0 <= u < width and 0 <= v < height) or seen[s, int(v), int(u)] != g:
                continue
            p = spots[n]
            spot = Spot(x, y, z, p[3], p[4], p[5], p[6], p[7], p[8], p[9])
            eye = (eyes[s, g, 0], eyes[s, g, 1], eyes[s, g, 2])
            weights[s, n], _ = weight(spot, eye, focals_2[s], far, depths[s, int(v), int(u)])
