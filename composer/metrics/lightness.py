"""Lab colours of what two frames both show, blurred so that grain and half a pixel of misfit do not count."""

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

BLUR_PX = 1.5  # sigma


def lab(image: UInt8[np.ndarray, "h w 3"], seen: Bool[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w 3"]:
    """CIE Lab (D65), each pixel the weighted mean of those around it that are `seen`; others have no say."""
    weights = seen.astype(np.float32)
    colours = cv2.cvtColor(np.float32(1 / 255) * image, cv2.COLOR_RGB2LAB) * weights[..., None]
    share = cv2.GaussianBlur(weights, (0, 0), BLUR_PX)
    smooth: Float32[np.ndarray, "h w 3"] = cv2.GaussianBlur(colours, (0, 0), BLUR_PX)
    return smooth / np.maximum(share, 1e-6)[..., None]
