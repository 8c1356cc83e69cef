"""Small pictures with coverage, that are laid over larger ones at fractions of a pixel."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from composer.typography import RGB

Premultiplied = Float32[np.ndarray, "_ _ 4"]
"""sRGB codes as shares of 1, times their alpha, which is the fourth channel."""
Coverage = Float32[np.ndarray, "_ _"]


@dataclass(frozen=True, eq=False)
class Sprite:
    """What is drawn of an item. Its box, by which it is placed, begins at (`left`, `top`) of `pixels`, which hold the
    shadow round it too, and is `width` by `height` px.
    """

    pixels: Premultiplied
    left: float
    top: float
    width: float
    height: float


def blank(width: int, height: int) -> Premultiplied:
    return np.zeros((height, width, 4), np.float32)


def inked(coverage: Coverage, colour: RGB, opacity: float = 1.0) -> Premultiplied:
    """A colour where there is coverage."""
    alpha = coverage * np.float32(opacity)
    ink: Premultiplied = np.empty((*coverage.shape, 4), np.float32)
    for channel in range(3):
        np.multiply(alpha, np.float32(colour[channel] / 255), out=ink[..., channel])
    ink[..., 3] = alpha
    return ink


def over(below: Premultiplied, above: Premultiplied) -> None:
    """Lay one picture over another of its size, in place."""
    below *= 1 - above[..., 3:]
    below += above


@dataclass(frozen=True, eq=False)
class Placed:
    """A picture with its upper left corner at a pixel of a larger one; it may reach beyond it."""

    pixels: Premultiplied
    column: int
    row: int

    def within(self, height: int, width: int) -> tuple[tuple[slice, slice], Premultiplied]:
        """Where it lies on a picture of that size, and what of it lies there."""
        left, top = max(self.column, 0), max(self.row, 0)
        right = max(left, min(self.column + self.pixels.shape[1], width))
        bottom = max(top, min(self.row + self.pixels.shape[0], height))
        part = self.pixels[top - self.row : bottom - self.row, left - self.column : right - self.column]
        return (slice(top, bottom), slice(left, right)), part


def placed(pixels: Premultiplied, x: float, y: float, opacity: float = 1.0) -> Placed:
    """A picture with its upper left corner at (x, y) px, which need not be whole."""
    column, row = int(np.floor(x)), int(np.floor(y))
    if x != column or y != row:
        pixels = _shifted(pixels, x - column, y - row)
    return Placed(pixels * np.float32(opacity) if opacity < 1 else pixels, column, row)


def put(canvas: Premultiplied, one: Placed) -> None:
    """Lay a picture over a canvas; what lies outside is cut off."""
    where, part = one.within(*canvas.shape[:2])
    over(canvas[where], part)


def put_on_frame(frame: UInt8[np.ndarray, "_ _ 3"], one: Placed) -> None:
    """Lay a picture over a frame, in place."""
    where, part = one.within(*frame.shape[:2])
    mixed = frame[where] * (1 - part[..., 3:]) + part[..., :3] * 255
    frame[where] = np.minimum(mixed + 0.5, 255)


def _shifted(pixels: Premultiplied, x: float, y: float) -> Premultiplied:
    """Moved right and down by less than a pixel, in a picture one larger."""
    high, wide = pixels.shape[:2]
    moved: Premultiplied = np.zeros((high + 1, wide + 1, 4), np.float32)
    for dy, row in ((0, 1 - y), (1, y)):
        for dx, column in ((0, 1 - x), (1, x)):
            moved[dy : high + dy, dx : wide + dx] += pixels * np.float32(row * column)
    return moved


def shadow(coverage: Coverage, sigma: float, strength: float) -> Coverage:
    """A soft shade round what is covered: near it up to all of `strength`'s share of 1."""
    spread = cv2.GaussianBlur(coverage, (0, 0), sigmaX=max(sigma, 0.3))
    return np.asarray(np.minimum(spread * np.float32(strength), 1), np.float32)


def straight(pixels: Premultiplied) -> UInt8[np.ndarray, "h w 4"]:
    """As codes of sRGB and straight alpha; black where nothing is."""
    alpha = pixels[..., 3:]
    codes = np.divide(pixels[..., :3], alpha, out=np.zeros_like(pixels[..., :3]), where=alpha > 0)
    out: UInt8[np.ndarray, "h w 4"] = np.empty(pixels.shape, np.uint8)
    out[..., :3] = np.minimum(codes * 255 + 0.5, 255)
    out[..., 3] = np.minimum(pixels[..., 3] * 255 + 0.5, 255)
    return out


# --- shapes, as exact distances from their edges ------------------------------------------------------------------------


def rounded(width: int, height: int, box: tuple[float, float, float, float], radius: float) -> Coverage:
    """A rectangle (left, top, right, bottom px) with round corners, in a picture of `width` by `height`."""
    left, top, right, bottom = box
    x = np.arange(width, dtype=np.float32) + 0.5
    y = np.arange(height, dtype=np.float32)[:, None] + 0.5
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    dx = np.maximum(np.maximum(left + radius - x, x - (right - radius)), 0)
    dy = np.maximum(np.maximum(top + radius - y, y - (bottom - radius)), 0)
    if radius <= 0.5:  # edges are met as the share of each pixel that they leave
        across = np.clip(np.minimum(x + 0.5, right) - np.maximum(x - 0.5, left), 0, 1)
        down = np.clip(np.minimum(y + 0.5, bottom) - np.maximum(y - 0.5, top), 0, 1)
        return np.asarray(across * down, np.float32)
    return np.asarray(np.clip(radius - np.hypot(dx, dy) + 0.5, 0, 1), np.float32)


def arc(size: int, middle: float, radius: float, thick: float, angles_rad: tuple[float, float]) -> Coverage:
    """A part of a ring with round ends in a square picture: clockwise between two angles from straight up (rad)."""
    x = np.arange(size, dtype=np.float32) + 0.5 - middle
    y = np.arange(size, dtype=np.float32)[:, None] + 0.5 - middle
    start, stop = angles_rad
    half, turn = (stop - start) / 2, np.arctan2(x, -y) - (start + stop) / 2
    turn = np.abs((turn + np.pi) % (2 * np.pi) - np.pi)
    ring = np.abs(np.hypot(x, y) - radius)
    ends = [np.hypot(x - radius * np.sin(a), y + radius * np.cos(a)) for a in (start, stop)]
    away = np.where(turn <= half, ring, np.minimum(*ends))
    return np.asarray(np.clip(thick / 2 - away + 0.5, 0, 1), np.float32)
