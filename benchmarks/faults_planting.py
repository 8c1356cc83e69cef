"""Faults, planted in the pixels and in the sound of a film that was made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, sin

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from composer.timing import SAMPLE_RATE

REDDER = 12.0  # of a*
ASIDE_PX = 48.0  # by which a body is teleported
_FILL = 4  # an inpainted part is filled at a quarter of the size
_SOFT_PX = 0.7
_CLICK, _SPLICE_S = 0.05, 0.37  # of full scale; seconds that a hard splice leaves out

Picture = UInt8[np.ndarray, "h w 3"]
Mask = Bool[np.ndarray, "h w"]
Sound = Float[np.ndarray, "2 n"]


@dataclass(frozen=True, eq=False)
class Known:
    """A picture, and the ids and z-depth (m) that are declared of it."""

    picture: Picture
    ids: Int[np.ndarray, "h w"]
    depth: Float[np.ndarray, "h w"]


def vanished(known: Known, thing: int) -> Picture:
    """The picture without a thing: what lies around it is drawn in (Telea)."""
    mask = cv2.dilate((known.ids == thing).astype(np.uint8), np.ones((3, 3), np.uint8))
    size = known.picture.shape[1::-1]
    small = (size[0] // _FILL, size[1] // _FILL)
    where = (cv2.resize(mask.astype(np.float32), small, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8)
    filled = cv2.inpaint(cv2.resize(known.picture, small, interpolation=cv2.INTER_AREA), where, 3, cv2.INPAINT_TELEA)
    return _over(known.picture, cv2.resize(filled, size, interpolation=cv2.INTER_CUBIC), mask > 0)


def moved(known: Known, thing: int, by: tuple[float, float]) -> Picture:
    """The picture with a thing moved by (right, down) px; nearer things stay before it."""
    own = (known.ids == thing).astype(np.float32)
    way = np.float32([[1, 0, by[0]], [0, 1, by[1]]])
    size = known.picture.shape[1::-1]

    def shifted(values: np.ndarray) -> np.ndarray:
        return cv2.warpAffine(values, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    coming = shifted(own) > 0.5
    depth = shifted(np.where(own > 0, known.depth, 0).astype(np.float32)) / np.maximum(shifted(own), 1e-6)
    before = (known.depth < 0.98 * depth) & (known.ids != thing)
    return _over(vanished(known, thing), shifted(known.picture), coming & ~before)


def recoloured(known: Known, thing: int) -> Picture:
    """The picture with a thing turned redder."""
    lab = cv2.cvtColor(np.float32(1 / 255) * known.picture, cv2.COLOR_RGB2LAB)
    lab[..., 1] += REDDER
    red = np.clip(255 * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 255).round().astype(np.uint8)
    return _over(known.picture, red, known.ids == thing)


def gained(picture: Picture, gain: float) -> Picture:
    """A picture of which every code is `gain` times what it was."""
    return np.clip(picture.astype(np.float32) * gain, 0, 255).round().astype(np.uint8)


def direction(px: float, angle: float) -> tuple[float, float]:
    return px * cos(angle), px * sin(angle)


def _over(under: Picture, over: Picture, where: Mask) -> Picture:
    share = cv2.GaussianBlur(where.astype(np.float32), (0, 0), _SOFT_PX)[..., None]
    return (under * (1 - share) + over * share).round().astype(np.uint8)


# --- the order of frames ----------------------------------------------------------------------------------------------

Order = Callable[[int, int], int]
"""From a join's first frame and a frame of the film to the frame that is shown instead."""


def late(by: int) -> Order:
    """After the join, `by` frames later than it should be."""
    return lambda join, frame: frame + by if frame >= join else frame


ORDERS: dict[str, Order] = {
    "frame dropped": late(1),
    "frame doubled": late(-1),
    "order reversed": lambda join, frame: {join - 1: join, join: join - 1}.get(frame, frame),
}


# --- sound ------------------------------------------------------------------------------------------------------------


def clicking(sound: Sound, joins: Sequence[int]) -> Sound:
    """A click of two samples at each join."""
    heard = sound.copy()
    for at in joins:
        heard[:, at] += _CLICK
        heard[:, at + 1] -= _CLICK
    return heard


def spliced(sound: Sound, joins: Sequence[int]) -> Sound:
    """From each join on, up to the next, what is heard a little later: a hard cut without a fade."""
    heard, gap = sound.copy(), round(_SPLICE_S * SAMPLE_RATE)
    for at, end in zip(joins, [*joins[1:], sound.shape[1]], strict=True):
        stop = min(end, sound.shape[1] - gap, at + SAMPLE_RATE // 2)
        heard[:, at:stop] = sound[:, at + gap : stop + gap]
    return heard


def shifted_ms(sound: Sound, by_ms: float) -> Sound:
    """All of it later (or, below 0, earlier)."""
    return np.roll(sound, round(by_ms * SAMPLE_RATE / 1000), axis=1)
