"""M3: do things move across a join as the cameras and tracks declare?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import cv2
import numpy as np
from jaxtyping import Bool, Float, Float32, UInt8

from composer.metrics.views import View, seen_from

LEAST_CORNER = 4e-5  # smaller eigenvalue of the structure tensor, of codes in [0, 1]: below it flow is guessed
WINDOW_PX = 7
LEAST_PX = 200  # pixels with texture that declare their flow; fewer are not measurable
FASTEST_PX = 48.0  # a frame; DIS loses what moves faster
SLOWEST_PX = 0.25  # a frame; below it the relative change of speed is noise


@dataclass(frozen=True, eq=False)
class DeclaredFlow:
    """Where each pixel goes to by the next frame (px, x right and y down), and where that is known and seen there."""

    flow: Float[np.ndarray, "h w 2"]
    known: Bool[np.ndarray, "h w"]


@dataclass(frozen=True)
class Motion:
    """What was found over successive intervals; NaN where it is not measurable.

    `errors_px` are the medians of |flow seen - flow declared|. `acceleration` is the largest change of that difference
    from one interval to the next, as a share of the declared speed `speed_px` (px a frame).
    """

    errors_px: tuple[float, ...]
    acceleration: float
    speed_px: float

    @property
    def error_px(self) -> float:
        """The largest of all intervals."""
        return float(np.max(self.errors_px))  # NaN if one is


def declared_flow(now: View, after: View) -> DeclaredFlow:
    """The flow of what keeps still, from depth and cameras; moving bodies and the sky are not known."""
    place, seen, _ = seen_from(after, now)
    h, w = seen.shape
    own = np.stack(np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32)), axis=-1)
    return DeclaredFlow(np.where(seen[..., None], place - own, 0), seen)


def motion(images: Sequence[UInt8[np.ndarray, "h w 3"]], declared: Sequence[DeclaredFlow]) -> Motion:
    """Compare what moves with what should, over every interval of successive frames.

    Give four frames around a join, two on each side, and the three flows between them: after against before alone misses
    what is skipped or frozen. Raises `ValueError` for anything but one flow an interval and two intervals at least.
    """
    if len(declared) != len(images) - 1 or len(declared) < 2:
        raise ValueError(f"{len(images)} frames with {len(declared)} declared flows; expected one flow between each two of 3 or more")  # fmt: skip
    found = [interval(now, after, truth) for (now, after), truth in zip(pairwise(images), declared, strict=True)]
    speed = float(np.mean([one.speed_px for one in found]))
    changes = [before.change_px(after) for before, after in pairwise(found)]
    errors = tuple(one.error_px() for one in found)
    return Motion(errors, float(np.max(changes)) / speed if speed >= SLOWEST_PX else nan, speed)


@dataclass(frozen=True, eq=False)
class Interval:
    """Two successive frames: the flow seen less the flow declared (px), and where it is known and has texture."""

    wrong: Float[np.ndarray, "h w 2"]
    usable: Bool[np.ndarray, "h w"]
    speed_px: float  # declared, the median; NaN for too few pixels

    def error_px(self) -> float:
        """The median error; NaN for too few pixels."""
        return _median(self.wrong, self.usable)

    def change_px(self, after: "Interval") -> float:
        """By how much the error differs from that of the interval after it: the median; NaN for too few pixels."""
        return _median(after.wrong - self.wrong, self.usable & after.usable)


def interval(now: UInt8[np.ndarray, "h w 3"], after: UInt8[np.ndarray, "h w 3"], declared: DeclaredFlow) -> Interval:
    """What moves between two frames against what should."""
    here, there = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (now, after))
    usable = declared.known & _textured(here) & (_lengths(declared.flow) <= FASTEST_PX)
    return Interval(_flow(here, there) - declared.flow, usable, _median(declared.flow, usable))


def _median(vectors: Float[np.ndarray, "h w 2"], where: Bool[np.ndarray, "h w"]) -> float:
    """Median length (px); NaN for too few pixels."""
    lengths = _lengths(vectors.reshape(-1, 2)[np.flatnonzero(where)])
    return float(np.median(lengths)) if len(lengths) >= LEAST_PX else nan


def _lengths(vectors: Float[np.ndarray, "*n 2"]) -> Float[np.ndarray, "*n"]:
    lengths: Float[np.ndarray, "*n"] = np.hypot(vectors[..., 0], vectors[..., 1])
    return lengths


def _textured(grey: UInt8[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    corners: Float32[np.ndarray, "h w"] = cv2.cornerMinEigenVal(grey, WINDOW_PX)
    return corners >= LEAST_CORNER


def _flow(now: UInt8[np.ndarray, "h w"], after: UInt8[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w 2"]:
    flow = np.zeros((*now.shape, 2), np.float32)
    cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(now, after, flow)
    return flow
