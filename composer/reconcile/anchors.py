"""What single anchors are off by when the whole picture has been put right, and that mended within each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from jaxtyping import Float, Float32, Int, UInt8

from composer.reconcile.colour import Tint, tint, tinted
from composer.reconcile.spots import Spots
from composer.types import FIRST_ANCHOR

_LEAST_CELLS = 6
_LEAST_DE, _MOST_DE = 0.4, 24.0
_AGREED = 0.5  # of the shift, by which its two halves may differ
_FEATHER_PX = 2.0  # from an anchor's rim inwards its shift grows to all of it

Shift = Float[np.ndarray, "3"]
Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True, eq=False)
class Mend:
    """What brings a frame to the colours of its place: a change of all of it, and of each anchor (Lab) what that leaves."""

    tint: Tint
    anchors: Mapping[int, Shift] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        return self.tint.idle and not self.anchors

    @property
    def moved_de(self) -> float:
        """By how much what is moved most is."""
        return max([self.tint.moved_de, *(float(np.linalg.norm(by)) for by in self.anchors.values())])

    @property
    def alone(self) -> frozenset[int]:
        """The anchors that had no say, and are left as they are."""
        return frozenset(self.tint.alone).difference(self.anchors)


def mend(found: Spots) -> Mend:
    """What brings `here` to `there`."""
    whole = tint(found)
    return Mend(whole, _left_over(found, whole))


def mended(picture: Picture, anchor_id: Int[np.ndarray, "h w"], start: Mend, end: Mend, share: float) -> Picture:
    """A picture, changed from `start` (at a `share` of 0) to `end` (1)."""
    whole = tinted(picture[None], start.tint, end.tint, np.array([share]))[0]
    none = np.zeros(3)
    shifts = {
        anchor: (1 - share) * start.anchors.get(anchor, none) + share * end.anchors.get(anchor, none)
        for anchor in sorted({*start.anchors, *end.anchors})
    }
    return np.asarray(np.clip(np.rint(_shifted(whole, anchor_id, shifts)), 0, 255), np.uint8) if shifts else whole


def _left_over(found: Spots, by: Tint) -> dict[int, Shift]:
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


def _shifted(
    picture: Picture, anchor_id: Int[np.ndarray, "h w"], shifts: Mapping[int, Shift]
) -> Float32[np.ndarray, "h w 3"]:
    """A picture with each anchor's colour shifted, all of it but for its rim."""
    lab = cv2.cvtColor(np.float32(1 / 255) * picture, cv2.COLOR_RGB2LAB)
    for anchor, by in shifts.items():
        own = (anchor_id == anchor).astype(np.uint8)
        padded = cv2.copyMakeBorder(own, 1, 1, 1, 1, cv2.BORDER_REPLICATE)  # the picture's rim is none of an anchor's
        share = np.minimum(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1] / np.float32(_FEATHER_PX), 1)
        lab += share[..., None] * by.astype(np.float32)
    return np.asarray(np.float32(255) * cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.float32)
