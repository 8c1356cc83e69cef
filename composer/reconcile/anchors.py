"""What single anchors are off by when the whole picture has been put right, and that mended within each of them."""

from collections.abc import Mapping

import cv2
import numpy as np
from jaxtyping import Float, Float32, Int

from composer.reconcile.colour import Tint
from composer.reconcile.spots import Spots
from composer.types import FIRST_ANCHOR

_LEAST_CELLS = 6
_LEAST_DE, _MOST_DE = 0.4, 24.0
_AGREED = 0.5  # of the shift, by which its two halves may differ
_FEATHER_PX = 2.0  # from an anchor's rim inwards its shift grows to all of it

Shifts = Mapping[int, Float[np.ndarray, "3"]]


def left_over(found: Spots, by: Tint) -> dict[int, Float[np.ndarray, "3"]]:
    """What each anchor's colour (Lab) still lacks once `by` is done, where both halves of its spots say so."""
    lacks = found.there - (found.here if by.idle else by.of_lab(found.here))
    told = {}
    for anchor in np.unique(found.anchor_id[found.anchor_id >= FIRST_ANCHOR]):
        own = lacks[found.anchor_id == anchor]
        if len(own) < _LEAST_CELLS:
            continue
        middle, one, other = (np.median(part, axis=0) for part in (own, own[::2], own[1::2]))
        far = float(np.linalg.norm(middle))
        if _LEAST_DE <= far <= _MOST_DE and np.linalg.norm(one - other) <= _AGREED * far:
            told[int(anchor)] = middle
    return told


def shifted(
    picture: Float32[np.ndarray, "h w 3"], anchor_id: Int[np.ndarray, "h w"], shifts: Shifts
) -> Float32[np.ndarray, "h w 3"]:
    """A picture (codes) with each anchor's colour shifted, all of it but for its rim."""
    if not shifts:
        return picture
    lab = cv2.cvtColor(np.clip(picture, 0, 255) * np.float32(1 / 255), cv2.COLOR_RGB2LAB)
    for anchor, by in shifts.items():
        own = (anchor_id == anchor).astype(np.uint8)
        padded = cv2.copyMakeBorder(own, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # the picture's rim is none of an anchor's
        share = np.minimum(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1] / np.float32(_FEATHER_PX), 1)
        lab += share[..., None] * by.astype(np.float32)
    return np.asarray(np.float32(255) * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32)
