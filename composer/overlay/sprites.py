"""Small pictures with coverage, that are laid over larger ones at fractions of a pixel."""

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from composer.typography import RGB

Premultiplied = Float32[np.ndarray, "h w 4"]
"""sRGB codes as shares of 1, times their alpha, which is the fourth channel."""
Coverage = Float32[np.ndarray, "h w"]


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


def put(canvas: Premultiplied, pixels: Premultiplied, x: float, y: float, opacity: float = 1.0) -> None:
    """Lay `pixels` over `canvas`, their upper left corner at (x, y) px; what lies outside is cut off."""
    column, row = int(np.floor(x)), int(np.floor(y))
    if x != column or y != row:
        pixels = _shifted(pixels, x - column, y - row)
    if opacity < 1:
        pixels = pixels * np.float32(opacity)
    left, top = max(column, 0), max(row, 0)
    right = min(column + pixels.shape[1], canvas.shape[1])
    bottom = min(row + pixels.shape[0], canvas.shape[0])
    if left < right and top < bottom:
        over(canvas[top:bottom, left:right], pixels[top - row : bottom - row, left - column : right - column])


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


def laid_over(frame: UInt8[np.ndarray, "h w 3"], canvas: Premultiplied) -> UInt8[np.ndarray, "h w 3"]:
    """`frame` with what is on the canvas in front of it; the frame itself stays as it is."""
    rows = np.flatnonzero(canvas[..., 3].any(axis=1))
    out: UInt8[np.ndarray, "h w 3"] = frame.copy()
    if len(rows):
        band = slice(rows[0], rows[-1] + 1)
        ink = canvas[band]
        mixed = frame[band] * (1 - ink[..., 3:]) + ink[..., :3] * 255
        out[band] = np.minimum(mixed + 0.5, 255)
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
