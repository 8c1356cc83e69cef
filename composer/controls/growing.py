"""Remembered pixels grown over the edges that a memory leaves out, so that things have no rims of another picture."""

import cv2
import numpy as np
from jaxtyping import Bool, Int, UInt8

RIM_PX = 3
"""Beside an edge, what a memory leaves out in the source and again in what is seen now."""


def grown(
    image: UInt8[np.ndarray, "h w 3"],
    valid: Bool[np.ndarray, "h w"],
    ids: Int[np.ndarray, "h w"],
    reach_px: float = RIM_PX,
) -> tuple[UInt8[np.ndarray, "h w 3"], Bool[np.ndarray, "h w"]]:
    """`image` where it is valid, and beside that, as far as `reach_px` and within one id, its nearest valid pixel."""
    grown_image, grown_valid = image.copy(), valid.copy()
    for one in np.unique(ids[valid]):
        mine = ids == one
        there = valid & mine
        away, labels = cv2.distanceTransformWithLabels(
            (~there).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
        )
        nearest = np.zeros(labels.max() + 1, np.int64)
        nearest[labels[there]] = np.flatnonzero(there)
        near = mine & ~there & (away <= reach_px)
        grown_image[near] = image.reshape(-1, 3)[nearest[labels[near]]]
        grown_valid |= near
    return grown_image, grown_valid
