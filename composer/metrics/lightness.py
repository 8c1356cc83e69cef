"""Lab colours of what two frames both show, blurred so that grain and half a pixel of misfit do not count."""

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

from composer.metrics.views import Common

BLUR_PX = 1.5  # sigma


def lab(image: UInt8[np.ndarray, "h w 3"], seen: Bool[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w 3"]:
    """CIE Lab (D65), each pixel the weighted mean of those around it that are `seen`; others have no say."""
    return _smooth(_lab(image), seen)


def lab_change(both: Common) -> Float32[np.ndarray, "h w 3"]:
    """How much `here` differs from `there` in Lab."""
    change: Float32[np.ndarray, "h w 3"] = lab(both.here, both.seen) - lab(both.there, both.seen)
    return change


def lightness_change(both: Common) -> Float32[np.ndarray, "h w"]:
    """How much `here` differs from `there` in L* alone."""
    here, there = (_smooth(_lab(image)[..., 0], both.seen) for image in (both.here, both.there))
    change: Float32[np.ndarray, "h w"] = here - there
    return change


def _lab(image: UInt8[np.ndarray, "h w 3"]) -> Float32[np.ndarray, "h w 3"]:
    colours: Float32[np.ndarray, "h w 3"] = cv2.cvtColor(np.float32(1 / 255) * image, cv2.COLOR_RGB2LAB)
    return colours


def _smooth(values: Float32[np.ndarray, "h w *c"], seen: Bool[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w *c"]:
    weights = seen.astype(np.float32)
    share = np.maximum(cv2.GaussianBlur(weights, (0, 0), BLUR_PX), 1e-6)
    if values.ndim > 2:
        weights, share = weights[..., None], share[..., None]
    smooth: Float32[np.ndarray, "h w *c"] = cv2.GaussianBlur(values * weights, (0, 0), BLUR_PX)
    return smooth / share
