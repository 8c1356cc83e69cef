"""Where the background of a clip stands against where it should, to a part of a pixel, and the clip put right.

Only what is the same everywhere is mended: a shift of the whole picture, along a straight line over the clip's time. Bodies
stay where they are: the shift fades out towards them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Float32, UInt8

from composer.metrics import Common, DeclaredFlow, interval
from composer.types import FIRST_SUBJECT

MOST_PX = 4.0  # a larger shift is no drift
LEAST_PX = 0.15  # a smaller one is not worth resampling for
FEATHER_PX = 12.0  # from a body's rim outwards the shift grows to all of it
_RIM_PX = 2.0  # of what is around a body that stays with it
_LEAST_COUNT = 400  # pixels that both show
_LEAST_STEEP = 0.5  # codes a pixel, root of the mean square, each way: a flat picture stands anywhere
_BLURS_PX = (3.0, 1.5, 1.0, 1.0, 1.0)  # one round each: from far to near
_TUKEY = 4.685

Frames = UInt8[np.ndarray, "f h w 3"]
Grey = Float32[np.ndarray, "h w"]
Mask = Bool[np.ndarray, "h w"]
Shift = Float[np.ndarray, "2"]


def shift(both: Common) -> Shift | None:
    """By how much (px, right and down) `here` stands off what is expected `there`; None where that cannot be told.

    Lucas and Kanade's least squares for one shift of all that both show, light and contrast free, by Tukey's biweight.
    """
    here, there = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in (both.here, both.there))
    found, told = np.zeros(2), False
    for blur_px in _BLURS_PX:
        moved, seen = _moved(there, both.inner, found)
        use = both.inner & (seen > 0.999)
        if use.sum() < _LEAST_COUNT:
            return None
        here_smooth, there_smooth = _smooth(here, both.inner, blur_px), _smooth(moved, use, blur_px)
        step = _step(here_smooth, there_smooth, cv2.erode(use.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)
        told = step is not None
        if step is None:  # too flat when it is this smooth
            continue
        found += np.clip(step, -2 * blur_px, 2 * blur_px)
        if np.abs(found).max() > 2 * MOST_PX:
            return None
    return found if told else None


def apart_px(both: Common) -> float:
    """How far what moved between `there` and `here` has moved: the median, by optical flow as `metrics.motion` sees it.

    NaN for too little texture.
    """
    there = np.where(both.seen[..., None], both.there, both.here)
    still = DeclaredFlow(np.zeros((*both.seen.shape, 2), np.float32), both.inner)
    return interval(there, both.here, still).error_px()


@dataclass(frozen=True)
class Course:
    """By how much (px, right and down) a clip stands off at frame k: `start_px + k * a_frame_px`; `said` is why not."""

    start_px: tuple[float, float] = (0.0, 0.0)
    a_frame_px: tuple[float, float] = (0.0, 0.0)
    said: str = ""

    @property
    def idle(self) -> bool:
        return bool(self.said)

    def at(self, frames: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 2"]:
        """Of some frames, by number."""
        line: Float[np.ndarray, "f 2"] = np.array(self.start_px) + frames[:, None] * np.array(self.a_frame_px)
        return line


def course(frames: Sequence[int], shifts: Sequence[Shift | None]) -> Course:
    """The straight line (Theil and Sen's medians) through the shifts of frames; none where it is none, or no drift."""
    known = [(frame, one) for frame, one in zip(frames, shifts, strict=True) if one is not None]
    if len(known) < 2:
        return Course(said=f"{len(known)} of {len(shifts)} frames tell where they stand; expected 2 or more")
    at, found = np.array([frame for frame, _ in known], float), np.stack([one for _, one in known])
    first, second = np.triu_indices(len(at), 1)
    slope = np.median((found[second] - found[first]) / (at[second] - at[first])[:, None], axis=0)
    start = np.median(found - at[:, None] * slope, axis=0)
    line = start + at[:, None] * slope
    most = float(np.linalg.norm(line, axis=-1).max())
    if most < LEAST_PX:
        return Course(said="it stands where it is declared")
    if most > MOST_PX:
        return Course(said=f"it stands {most:.1f} px off; more than {MOST_PX:g} is no drift")
    off = float(np.median(np.linalg.norm(found - line, axis=-1)))
    if off > most / 2:
        return Course(said=f"its frames tremble by {off:.2f} px and keep to no line")
    return Course((float(start[0]), float(start[1])), (float(slope[0]), float(slope[1])))


def moved_back(frame: UInt8[np.ndarray, "h w 3"], by: Shift, anchor_id: np.ndarray) -> UInt8[np.ndarray, "h w 3"]:
    """A frame that stands off by `by`, put where it should be; bodies (ids from `FIRST_SUBJECT` on) stay as they are.

    What would come from beyond the picture's rim is the pixel at the rim.
    """
    h, w = anchor_id.shape
    share = np.ones((h, w), np.float32)
    bodies = anchor_id >= FIRST_SUBJECT
    if bodies.any():
        away = cv2.distanceTransform((~bodies).astype(np.uint8), cv2.DIST_L2, 5)
        share = np.clip((away - np.float32(_RIM_PX)) / np.float32(FEATHER_PX), 0, 1).astype(np.float32)
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    places = x + np.float32(by[0]) * share, y + np.float32(by[1]) * share
    made = cv2.remap(frame, *places, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.where(bodies[..., None], frame, made))


def _moved(image: Grey, mask: Mask, by: Shift) -> tuple[Grey, Grey]:
    """A picture and a mask, moved."""
    h, w = image.shape
    way = np.array([[1, 0, by[0]], [0, 1, by[1]]], np.float32)
    planes = [
        cv2.warpAffine(plane, way, (w, h), flags=cv2.INTER_CUBIC if k == 0 else cv2.INTER_LINEAR, borderMode=border)
        for k, (plane, border) in enumerate(
            ((image, cv2.BORDER_REPLICATE), (mask.astype(np.float32), cv2.BORDER_CONSTANT))
        )
    ]
    return planes[0], planes[1]


def _smooth(image: Grey, mask: Mask, blur_px: float) -> Grey:
    """Each pixel the weighted mean of those around it in `mask`."""
    weights = mask.astype(np.float32)
    share = cv2.GaussianBlur(weights, (0, 0), blur_px)
    return np.asarray(cv2.GaussianBlur(image * weights, (0, 0), blur_px) / np.maximum(share, 1e-6), np.float32)


def _step(here: Grey, there: Grey, use: Mask) -> Shift | None:
    """How much further `here` stands off: it shows `gain * there + bias`, less the shift along the slopes of `there`."""
    across, down = (0.5 * cv2.filter2D(there, -1, kernel) for kernel in _SLOPES)
    rows = np.stack([-across[use], -down[use], there[use], np.ones(int(use.sum()), np.float32)], -1).astype(np.float64)
    wanted = here[use].astype(np.float64)
    steep = np.sqrt(np.square(rows[:, :2]).mean(axis=0)) if len(rows) else np.zeros(2)
    if len(rows) < _LEAST_COUNT or steep.min() < _LEAST_STEEP:
        return None
    weight, solved = np.ones(len(rows)), np.array([0.0, 0.0, 1.0, 0.0])
    for _ in range(4):
        weighted = rows * weight[:, None]
        solved = np.linalg.lstsq(weighted.T @ rows, weighted.T @ wanted, rcond=None)[0]
        error = np.abs(rows @ solved - wanted)
        scale = max(1.4826 * float(np.median(error)), 0.5)
        weight = np.square(np.maximum(0.0, 1 - np.square(error / (_TUKEY * scale))))
    gain = float(solved[2])
    return np.asarray(solved[:2] / gain) if gain > 0.25 else None


_SLOPES = np.array([[[0, 0, 0], [-1, 0, 1], [0, 0, 0]], [[0, -1, 0], [0, 0, 0], [0, 1, 0]]], np.float32)
