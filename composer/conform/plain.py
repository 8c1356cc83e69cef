"""A generator's native size and rate to the film's."""

from collections.abc import Iterable, Iterator
from math import ceil, floor

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.timing import FrameRange, Rates
from composer.types import Size


def conform_frames(
    native: Iterable[UInt8[np.ndarray, "h w 3"]], frames: FrameRange, rates: Rates, size: Size, first_native: int = 0
) -> Iterator[UInt8[np.ndarray, "h2 w2 3"]]:
    """Film frames `frames` of a shot at `size`, from native frames that start with number `first_native` of the shot.

    Film frame i stands at i / film rate, native frame k at k / native rate; between two native frames they are blended
    linearly, on one of them it is that very frame. At the native size pixels pass unchanged; larger pictures are
    resampled by area, smaller ones by Lanczos. Raises `ValueError` when a frame that is needed is not there.
    """
    source = enumerate(native, first_native)
    index, before, after = first_native - 1, None, None
    for frame in frames:
        position = frame * rates.step
        last = ceil(position)
        while index < last and (following := next(source, None)) is not None:
            index, before, after = following[0], after, following[1]
        share = position - floor(position)
        if after is None or index != last or (share > 0 and before is None):
            raise ValueError(
                f"film frame {frame} needs native frames {floor(position)} to {last}; there are {first_native} to {index}"
            )
        picture = after if share == 0 or before is None else _blend(before, after, float(share))
        yield resize(picture, size)


def resize(picture: UInt8[np.ndarray, "h w 3"], size: Size) -> UInt8[np.ndarray, "h2 w2 3"]:
    """The picture at `size` (width, height in px), the middle of it where its shape differs; itself when it fits.

    It is never stretched: what does not fit the film's shape is cut off evenly on both sides.
    """
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    scale = max(size[0] / width, size[1] / height)
    seen_w, seen_h = min(width, round(size[0] / scale)), min(height, round(size[1] / scale))
    left, top = (width - seen_w) // 2, (height - seen_h) // 2
    seen = np.ascontiguousarray(picture[top : top + seen_h, left : left + seen_w])
    if (seen_w, seen_h) == size:
        return seen
    return np.asarray(cv2.resize(seen, size, interpolation=cv2.INTER_LANCZOS4 if scale > 1 else cv2.INTER_AREA))


def _blend(
    before: UInt8[np.ndarray, "h w 3"], after: UInt8[np.ndarray, "h w 3"], share: float
) -> UInt8[np.ndarray, "h w 3"]:
    return np.asarray(cv2.addWeighted(before, 1 - share, after, share, 0))
