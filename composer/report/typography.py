"""Text on pictures: OpenCV's outline fonts, which know weights and most of the world's letters."""

from typing import Literal

import cv2
import numpy as np
from jaxtyping import UInt8

Picture = UInt8[np.ndarray, "h w 3"]
RGB = tuple[int, int, int]
"""sRGB codes."""

REGULAR, MEDIUM, BOLD = 400, 500, 650  # of the face's variable weight
_FACE = cv2.FontFace("sans")


def text_width(text: str, size: int, weight: int = REGULAR) -> int:
    """How far `text` advances, in pixels; `size` is the height of the face in pixels."""
    x, _, width, _ = cv2.getTextSize((0, 0), text.rstrip(), (0, 0), _FACE, size, weight)
    return int(x + width)


def cap_height(size: int) -> int:
    """Height of capitals above the baseline, in pixels."""
    return round(size * 0.7)


def fitted(text: str, width: int, size: int, weight: int = REGULAR) -> str:
    """`text`, or as much of its start as `width` pixels hold with an ellipsis after it."""
    if text_width(text, size, weight) <= width:
        return text
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, weight) <= width:
            least = middle
        else:
            most = middle - 1
    return text[:least].rstrip() + "…" if least else ""


def write(
    picture: Picture,
    text: str,
    at: tuple[float, float],
    *,
    size: int,
    colour: RGB,
    weight: int = REGULAR,
    align: Literal["left", "centre", "right"] = "left",
) -> None:
    """Draw one line of `text` into `picture`; `at` is the x of its alignment and the y of its baseline, in pixels."""
    share = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    x = round(at[0] - share * text_width(text, size, weight)) if share else round(at[0])
    cv2.putText(picture, text, (x, round(at[1])), colour, _FACE, size, weight)
