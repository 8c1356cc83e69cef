"""A generator's native size and rate to the film's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.timing import FrameRange
from composer.types import Size

ONE_TO_ONE = Fraction(5, 100)
"""Rates that differ by no more than this share map frame to frame: a declared loss of timing instead of a blend."""


@dataclass(frozen=True)
class Rates:
    """Frames a second of the film and of the generator's own grid. Frame 0 of both stands at the shot's start."""

    film: Fraction
    native: Fraction

    @property
    def step(self) -> Fraction:
        """Native frames for each film frame."""
        return Fraction(1) if abs(self.native / self.film - 1) <= ONE_TO_ONE else self.native / self.film


def needed_native(film_frames: int, fps: Fraction, native_fps: Fraction) -> int:
    """Native frames from the shot's start that cover its first `film_frames` film frames."""
    return 0 if film_frames <= 0 else ceil((film_frames - 1) * Rates(fps, native_fps).step) + 1


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
    """The picture at `size` (width, height in px); itself when it is that size already."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    larger = size[0] >= width or size[1] >= height
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4 if larger else cv2.INTER_AREA))


def _blend(
    before: UInt8[np.ndarray, "h w 3"], after: UInt8[np.ndarray, "h w 3"], share: float
) -> UInt8[np.ndarray, "h w 3"]:
    return np.asarray(cv2.addWeighted(before, 1 - share, after, share, 0))
