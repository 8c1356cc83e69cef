"""Names on a plan: each where it covers least, never over another."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom outside."""

Candidates = Float[np.ndarray, "n 3"]
"""Left, top, and what the place costs by itself."""

RINGS_PX = (3, 9, 18, 32, 52, 80, 120, 170)
HEADINGS = np.deg2rad([0, 180, 90, 270, 45, 135, 225, 315, 22, 158, 202, 338, 68, 112, 248, 292])


@dataclass
class Labels:
    """A sheet of which some pixels are `inked` and some boxes taken by labels."""

    inked: Bool[np.ndarray, "h w"]

    def __post_init__(self) -> None:
        self._sums = _sums(self.inked)
        self._taken: list[Box] = []

    def take(self, box: Box) -> None:
        """No label may come here."""
        self._taken.append(box)

    def place(self, size: tuple[int, int], candidates: Candidates) -> Box | None:
        """The cheapest of `candidates` for a label of `size` (width, height) that meets no other; None when all do.

        A place costs what it says, and 15 more were it wholly inked.
        """
        height, width = self.inked.shape
        left, top = np.round(candidates[:, 0]).astype(int), np.round(candidates[:, 1]).astype(int)
        right, bottom = left + size[0], top + size[1]
        free = (left >= 2) & (top >= 2) & (right <= width - 2) & (bottom <= height - 2)
        x0, y0, x1, y1 = np.array(self._taken, int).reshape(-1, 4).T[:, :, None]
        free &= ((right <= x0) | (left >= x1) | (bottom <= y0) | (top >= y1)).all(axis=0)
        if not free.any():
            return None
        cost = candidates[free, 2] + 15 * _inside(self._sums, left[free], top[free], size) / (size[0] * size[1])
        best = np.flatnonzero(free)[int(np.argmin(cost))]
        box = int(left[best]), int(top[best]), int(right[best]), int(bottom[best])
        self.take(box)
        return box


def beside(box: Box, size: tuple[int, int]) -> Candidates:
    """Places for a label of `size` round a thing that fills `box`: to its right first, ever farther out."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    half_width, half_height = (box[2] - box[0] + size[0]) / 2, (box[3] - box[1] + size[1]) / 2
    out = []
    for ring, reach in enumerate(RINGS_PX):
        for order, heading in enumerate(HEADINGS):
            ahead = np.cos(heading), -np.sin(heading)
            edge = min(
                (half_width + reach) / max(abs(ahead[0]), 1e-9),
                (half_height + reach) / max(abs(ahead[1]), 1e-9),
            )
            centre = x + edge * ahead[0], y + edge * ahead[1]
            out.append((centre[0] - size[0] / 2, centre[1] - size[1] / 2, 0.35 * ring + 0.02 * order))
    return np.array(out)


def within(shape: Bool[np.ndarray, "h w"], size: tuple[int, int]) -> Candidates:
    """Places for a label of `size` wholly inside the pixels of `shape`: its middle first; none when it is too small."""
    x0, y0, width, height = cv2.boundingRect(shape.astype(np.uint8))
    if width < size[0] or height < size[1]:
        return np.zeros((0, 3))
    part = shape[y0 : y0 + height, x0 : x0 + width]
    ys, xs = np.nonzero(part)
    sums = _sums(part)
    middle = xs.mean() - size[0] / 2, ys.mean() - size[1] / 2
    right, bottom = width - size[0], height - size[1]
    grid_x, grid_y = (
        np.unique(np.clip(np.append(np.linspace(low, high, 25), at), low, high).round().astype(int))
        for low, high, at in ((0, right, middle[0]), (0, bottom, middle[1]))
    )
    x, y = (axis.ravel() for axis in np.meshgrid(grid_x, grid_y))
    fits = _inside(sums, x, y, size) == size[0] * size[1]
    x, y = x[fits], y[fits]
    return np.stack([x + x0, y + y0, np.hypot(x - middle[0], y - middle[1]) / 150], axis=1)


def _sums(mask: Bool[np.ndarray, "h w"]) -> Int[np.ndarray, "H W"]:
    return np.pad(np.cumsum(np.cumsum(mask, axis=0, dtype=np.int64), axis=1), ((1, 0), (1, 0)))


def _inside(
    sums: Int[np.ndarray, "H W"], left: Int[np.ndarray, " n"], top: Int[np.ndarray, " n"], size: tuple[int, int]
) -> Int[np.ndarray, " n"]:
    right, bottom = left + size[0], top + size[1]
    counts: Int[np.ndarray, " n"] = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return counts
