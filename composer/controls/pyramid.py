"""Pictures at ever coarser levels, each pixel with the one thing it shows, for what is seen smaller than it was made."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int16, UInt8

LEVELS = 5
NOWHERE = -1  # geom of a pixel that shows two things, lies on the rim, or must not be remembered


class Pyramid(NamedTuple):
    """Level k lies below level k - 1, half its size, in one sheet `r` rows high; the first `h` are the picture itself."""

    images: UInt8[np.ndarray, "r w 3"]
    geom: Int16[np.ndarray, "r w"]


def rows(height: int) -> list[int]:
    """Where each level begins in the sheet, and where the last one ends."""
    starts = [0]
    for level in range(LEVELS):
        starts.append(starts[-1] + (height >> level))
    return starts


def pyramid(image: UInt8[np.ndarray, "h w 3"], geom: Int16[np.ndarray, "h w"]) -> Pyramid:
    """Means of two by two pixels, again and again; those of two things are `NOWHERE` from then on."""
    h, w = geom.shape
    starts = rows(h)
    sheet, owners = np.zeros((starts[-1], w, 3), np.uint8), np.full((starts[-1], w), NOWHERE, np.int16)
    sheet[:h], owners[:h] = image, geom
    mean = image.astype(np.float32)
    for level in range(1, LEVELS):
        high, wide = h >> level, w >> level
        if not (high and wide):
            break
        quads = [mean[a : 2 * high : 2, b : 2 * wide : 2] for a in (0, 1) for b in (0, 1)]
        mean = np.float32(0.25) * (quads[0] + quads[1] + quads[2] + quads[3])
        first, *others = (geom[a : 2 * high : 2, b : 2 * wide : 2] for a in (0, 1) for b in (0, 1))
        geom = np.where(np.logical_and.reduce([other == first for other in others]), first, NOWHERE).astype(np.int16)
        top = starts[level]
        sheet[top : top + high, :wide], owners[top : top + high, :wide] = np.round(mean), geom
    return Pyramid(sheet, owners)
