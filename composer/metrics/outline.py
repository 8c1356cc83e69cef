"""Does a thing's outline lie in the picture where the geometry says?"""

from collections.abc import Collection
from dataclasses import dataclass
from math import hypot

import cv2
import numpy as np
from jaxtyping import Bool, Float, Float32, Int, UInt8

from composer.kernels import Array, kernel

REACH = 0.35  # of the mean side of what is seen: how far its outline is looked for
LEAST_REACH_PX, MOST_REACH_PX = 6, 24
LEAST_PX = 24  # of outline that lies before something farther away
MOST_PX = 400  # of outline that are looked at, evenly spread
AS_GOOD = 0.03  # of the best: places that are so clear may be the place, as along a straight edge
DECLARED = (
    0.7  # of the best: what is so clear where it is declared is there; else its faint edges would have it elsewhere
)
LEAST_CLEAR = 0.3  # how much less clear the middling place must be
_SIGMA_PX = 1.0
_MOST_EDGE = 24.0  # codes a px: one sharp edge shall not outweigh an outline
_BLUR_PX = 4
_WAYS = 8  # directions across an outline that are told apart
_INSIDE = 0.97  # of the depth: what is nearer than this covers the thing, and its outline is its own

Mask = Bool[np.ndarray, "h w"]
Points = Float[np.ndarray, "n 2"]


@dataclass(frozen=True)
class Outline:
    """How far (px) from where it is declared the outline is seen, x right and y down, over how many pixels of it; `clear`
    is how much clearer its edges are there than at the middling place, in [0, 1].
    """

    offset: tuple[float, float]
    clear: float
    pixels: int

    @property
    def px(self) -> float:
        return hypot(*self.offset)


def outline(
    picture: UInt8[np.ndarray, "h w 3"],
    depth: Float[np.ndarray, "h w"],
    anchor_id: Int[np.ndarray, "h w"],
    things: Collection[int],
    covered: Mask | None = None,
) -> Outline | None:
    """Where the edges of `picture` follow the outline of what has the ids `things` best, near where that is declared.

    Only outline before something farther away counts, and only change across it: texture that crosses it does not. Of
    places that are as clear, the nearest counts; the declared one already where it is `DECLARED` as clear. None where too
    little of an outline is seen, or where it is no clearer anywhere than elsewhere: that cannot be measured. What lies over
    the picture is `covered`; an outline ends there.
    """
    mask = np.isin(anchor_id, tuple(things))
    points, normals = _edge(mask, depth, covered)
    if len(points) < LEAST_PX:
        return None
    _, _, width, height = cv2.boundingRect(mask.view(np.uint8))
    reach = int(np.clip(REACH * np.sqrt(width * height), LEAST_REACH_PX, MOST_REACH_PX))
    steps = np.arange(-reach, reach + 1)
    scores = _clearness(picture, points, normals, steps)
    best, middling = float(scores.max()), float(np.median(scores))
    clear = 1 - middling / best if best > 0 else 0.0
    if clear < LEAST_CLEAR:
        return None
    if scores[reach, reach] >= DECLARED * best:
        return Outline((0.0, 0.0), clear, len(points))
    rows, columns = np.nonzero(scores >= (1 - AS_GOOD) * best)
    nearest = int(np.argmin(np.hypot(steps[rows], steps[columns])))
    return Outline((float(steps[columns[nearest]]), float(steps[rows[nearest]])), clear, len(points))


def _edge(mask: Mask, depth: Float[np.ndarray, "h w"], covered: Mask | None) -> tuple[Points, Points]:
    """Pixels (x, y) at the rim of `mask` beyond which something lies farther away, and the directions out of it."""
    h, w = mask.shape
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    rim = mask & ~(cv2.erode(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    rows, columns = np.nonzero(rim)
    way = -np.stack([across[rows, columns], down[rows, columns]], -1)
    length = np.linalg.norm(way, axis=-1)
    known = length > 1e-6
    points, way = np.stack([columns, rows], -1)[known], way[known] / length[known, None]
    out = np.rint(points + 2.5 * way).astype(int)
    inside = (out >= 0).all(-1) & (out[:, 0] < w) & (out[:, 1] < h)
    points, way, out = points[inside], way[inside], out[inside]
    before = ~mask[out[:, 1], out[:, 0]] & (depth[out[:, 1], out[:, 0]] > _INSIDE * depth[points[:, 1], points[:, 0]])
    if covered is not None:
        before &= ~covered[out[:, 1], out[:, 0]]
    points, way = points[before], way[before]
    kept = np.unique(np.linspace(0, len(points) - 1, min(MOST_PX, len(points))).astype(int))
    return points[kept].astype(float), way[kept].astype(float)


def _clearness(
    picture: UInt8[np.ndarray, "h w 3"], points: Points, normals: Points, steps: Int[np.ndarray, " s"]
) -> Float32[np.ndarray, "s s"]:
    """The mean change of colour across the outline when it is moved by each of `steps` down and across; 0 off the picture."""
    reach = int(steps[-1])
    around = reach + _BLUR_PX
    padded = cv2.copyMakeBorder(picture, around, around, around, around, cv2.BORDER_REPLICATE)
    x, y = points.astype(int).T
    left, top = x.min(), y.min()
    part = padded[top : y.max() + 1 + 2 * around, left : x.max() + 1 + 2 * around]
    soft = cv2.GaussianBlur(part.astype(np.float32), (0, 0), _SIGMA_PX)
    across, down = (cv2.Sobel(soft, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1)))
    turned = np.mod(np.arctan2(normals[:, 1], normals[:, 0]), np.pi)  # a change is one from either side
    way = np.rint(turned / np.pi * _WAYS).astype(int) % _WAYS
    angles = np.arange(_WAYS) / _WAYS * np.pi
    cosines, sines = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    changes = np.empty((_WAYS, *across.shape[:2]), np.float32)
    scores = np.zeros((len(steps), len(steps)), np.float32)
    _sum_up(across, down, cosines, sines, way, y - top + _BLUR_PX, x - left + _BLUR_PX, changes, scores)
    return np.asarray(scores / np.float32(len(points)), np.float32)


@kernel
def _sum_up(  # noqa: PLR0913, PLR0917 - one loop: a call that hands arrays on costs more than a pixel
    across: Array,
    down: Array,
    cosines: Array,
    sines: Array,
    way: Array,
    rows: Array,
    columns: Array,
    changes: Array,
    scores: Array,
) -> None:
    """Fills `changes [ways h w]`, of colour in each direction, and `scores [s s]`: their sum over the points, each in its `way`.

    `rows` and `columns` are where points lie when they are moved as far up and to the left as they are moved at all.
    """
    for a in range(changes.shape[0]):
        for row in range(changes.shape[1]):
            for column in range(changes.shape[2]):
                total = np.float32(0)
                for c in range(3):
                    change = across[row, column, c] * cosines[a] + down[row, column, c] * sines[a]
                    total += change * change
                changes[a, row, column] = min(np.sqrt(total), np.float32(_MOST_EDGE))
    for n in range(way.shape[0]):
        for i in range(scores.shape[0]):
            for j in range(scores.shape[1]):
                scores[i, j] += changes[way[n], rows[n] + i, columns[n] + j]
