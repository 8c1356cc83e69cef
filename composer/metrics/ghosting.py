"""M5: do the two pictures of a dissolve lie on one another, or is everything seen twice?"""

from math import nan

import cv2
import numpy as np
from jaxtyping import UInt8

LEAST_ENERGY = 1.0  # codes squared, of the mean gradient: below it there is nothing to see twice

Picture = UInt8[np.ndarray, "h w 3"]


def ghosting(leaving: Picture, middle: Picture, coming: Picture, share: float = 0.5) -> float:
    """Share of the two pictures' gradient energy that their blend `middle` lacks; `share` of it is `coming`.

    0 where edges lie on one another, `2 share (1 - share)`, half in the middle, where they have nothing to do with one
    another; below 0 where the blend has edges of its own. NaN for pictures without edges.
    """
    expected = (1 - share) * _energy(leaving) + share * _energy(coming)
    return 1 - _energy(middle) / expected if expected >= LEAST_ENERGY else nan


def _energy(image: Picture) -> float:
    """Mean squared gradient of luma, in codes a pixel."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    across, down = (cv2.Sobel(grey, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1)))
    return float(np.mean(across * across + down * down))
