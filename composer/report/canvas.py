"""A sheet to draw on with smooth edges: shapes are drawn three times as large and averaged."""

from itertools import pairwise

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from composer.typography import RGB, Picture

FINE = 3
Points = Float[np.ndarray, "_ 2"]
Point = Float[np.ndarray, "2"]
"""x, y in pixels of the finished picture."""


class Canvas:
    """A sheet of paper, `size` (width, height) in pixels; every coordinate and width is in finished pixels."""

    def __init__(self, size: tuple[int, int], paper: RGB) -> None:
        self.size = size
        self._fine: Picture = np.full((size[1] * FINE, size[0] * FINE, 3), paper, np.uint8)

    def fill(self, outline: Points, colour: RGB, alpha: float = 1.0) -> None:
        """Paint the inside of a polygon; `alpha` 1 covers what is below."""
        fine = _fine(outline)
        if alpha >= 1:
            cv2.fillPoly(self._fine, [fine], colour)
            return
        x, y, width, height = cv2.boundingRect(fine)
        low = max(x, 0), max(y, 0)
        high = min(x + width, self._fine.shape[1]), min(y + height, self._fine.shape[0])
        if low[0] >= high[0] or low[1] >= high[1]:
            return
        part = self._fine[low[1] : high[1], low[0] : high[0]]
        mask = np.zeros(part.shape[:2], np.uint8)
        cv2.fillPoly(mask, [fine - np.array(low, np.int32)], 1)
        every = np.arange(256)[:, None]
        mixed = (every * (1 - alpha) + np.asarray(colour) * alpha + 0.5).astype(np.uint8)
        cv2.copyTo(cv2.LUT(part, mixed[None]), mask, part)

    def line(self, points: Points, colour: RGB, width: float = 1.0, dash: tuple[float, float] | None = None) -> None:
        """Draw through `points`; `dash` is the length of strokes and of the gaps between them."""
        thickness = max(1, round(width * FINE))
        for piece in [points] if dash is None else dashes(points, *dash):
            cv2.polylines(self._fine, [_fine(piece)], isClosed=False, color=colour, thickness=thickness)

    def outline(self, points: Points, colour: RGB, width: float = 1.0, dash: tuple[float, float] | None = None) -> None:
        """Draw round a polygon."""
        self.line(np.concatenate([points, points[:1]]), colour, width, dash)

    def disc(self, centre: Point | tuple[float, float], radius: float, colour: RGB) -> None:
        """A filled circle."""
        x, y = float(centre[0]) * FINE, float(centre[1]) * FINE
        cv2.circle(self._fine, (round(x), round(y)), round(radius * FINE), colour, cv2.FILLED)

    def arrowhead(self, tip: Point, towards: Point, size: float, colour: RGB) -> None:
        """A slim filled triangle whose `tip` points along the direction `towards`."""
        ahead = towards / max(float(np.hypot(*towards)), 1e-9)
        aside = np.array([-ahead[1], ahead[0]])
        self.fill(np.stack([tip, tip - size * (ahead + 0.42 * aside), tip - size * (ahead - 0.42 * aside)]), colour)

    def finished(self) -> UInt8[np.ndarray, "h w 3"]:
        """The sheet at its own size."""
        picture: Picture = cv2.resize(self._fine, self.size, interpolation=cv2.INTER_AREA)
        return picture


def dashes(points: Points, stroke: float, gap: float) -> list[Points]:
    """The strokes of a dashed line through `points`; at most 2,000 of them."""
    lengths = [float(np.hypot(*(b - a))) for a, b in pairwise(points)]
    total = sum(lengths)
    stretch = max(1.0, total / (stroke + gap) / 2000)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    out = []
    for start in np.arange(0.0, total, (stroke + gap) * stretch):
        stop = min(start + stroke * stretch, total)
        stations = np.concatenate([[start], at[(at > start) & (at < stop)], [stop]])
        out.append(np.stack([np.interp(stations, at, points[:, axis]) for axis in (0, 1)], axis=1))
    return out


def _fine(points: Points) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    return np.clip(np.round(points * FINE), -30_000, 30_000).astype(np.int32)
