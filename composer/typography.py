"""Text on pictures: OpenCV's outline fonts, which know weights and most of the world's letters."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from jaxtyping import UInt8

Picture = UInt8[np.ndarray, "_ _ 3"]
RGB = tuple[int, int, int]
"""sRGB codes."""

REGULAR, MEDIUM, BOLD = 400, 500, 650  # of the outline font's variable weight
_OUTLINES = cv2.FontFace("sans")


@dataclass(frozen=True)
class Face:
    """A size, the height of the font in pixels, and a weight."""

    size: int
    weight: int = REGULAR

    @property
    def cap_height(self) -> int:
        """Height of capitals above the baseline, in pixels."""
        return round(self.size * 0.7)


def text_width(text: str, face: Face) -> int:
    """How far `text` reaches, in pixels."""
    x, _, width, _ = cv2.getTextSize((0, 0), text.rstrip(), (0, 0), _OUTLINES, face.size, face.weight)
    return int(x + width)


def advance(text: str, face: Face) -> int:
    """How far the origin of what would follow `text` lies from its own, in pixels; spaces at its end count."""
    return int(cv2.getTextSize((0, 0), text, (0, 0), _OUTLINES, face.size, face.weight)[2])


def fitted(text: str, width: int, face: Face) -> str:
    """`text`, or as much of its start as `width` pixels hold with an ellipsis after it."""
    if text_width(text, face) <= width:
        return text
    least, most = 0, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        if text_width(text[:middle].rstrip() + "…", face) <= width:
            least = middle
        else:
            most = middle - 1
    return text[:least].rstrip() + "…" if least else ""


def write(
    picture: Picture,
    text: str,
    at: tuple[float, float],
    face: Face,
    colour: RGB,
    align: Literal["left", "centre", "right"] = "left",
) -> None:
    """Draw one line of `text` into `picture`; `at` is the x of its alignment and the y of its baseline, in pixels."""
    share = {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
    x = round(at[0] - share * text_width(text, face))
    cv2.putText(picture, text, (x, round(at[1])), colour, _OUTLINES, face.size, face.weight)


def stamp(coverage: UInt8[np.ndarray, "_ _"], text: str, at: tuple[float, float], face: Face) -> None:
    """Draw one line of `text`, 255 where it is, into `coverage`; `at` is its origin, in pixels."""
    cv2.putText(coverage, text, (round(at[0]), round(at[1])), 255, _OUTLINES, face.size, face.weight)
