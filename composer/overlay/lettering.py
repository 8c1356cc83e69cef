"""Letters as coverage: drawn large and averaged down, so that they stand at fractions of a pixel and never tremble."""

import re
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import cv2
import numpy as np
from jaxtyping import Float32

from composer.typography import Face, advance, stamp

Coverage = Float32[np.ndarray, "_ _"]
"""In [0, 1]."""

FIGURE_SPACE = "\u2007"
"""Stands for a figure that is not there, and is as wide."""

_DRAWN_PX, _FINEST = 160, 8  # letters are drawn about this large, at most this many times their size
_ABOVE, _BELOW, _ASIDE = 1.08, 0.34, 0.16  # of the font's size: room round a line for accents, tails, overhangs


@dataclass(frozen=True)
class Letters:
    """How letters look: the font's `size` in px, its weight, and what is put between two of them, as a share of it."""

    size: float
    weight: int
    tracking: float = 0.0

    @property
    def finer(self) -> int:
        """How many times larger they are drawn."""
        return min(_FINEST, max(1, ceil(_DRAWN_PX / self.size)))

    @property
    def face(self) -> Face:
        return Face(max(1, round(self.size * self.finer)), self.weight)

    @property
    def margin(self) -> float:
        """Room on the left of a line's origin, px."""
        return self.size * _ASIDE

    @property
    def cap_height(self) -> float:
        """Height of capitals above the baseline, px."""
        return self.size * 0.7

    def width(self, text: str) -> float:
        """How far a line reaches from its origin, px. Figures are all as wide, and so is `FIGURE_SPACE`."""
        return self.runs(text)[-1][1] if text else 0.0

    def runs(self, text: str) -> list[tuple[float, float, str]]:
        """What is drawn in one go: from where to where, px from the line's origin; figure spaces as empty texts."""
        pieces = list(text) if self.tracking else [piece for piece in re.split(f"({FIGURE_SPACE})", text) if piece]
        x, runs = 0.0, []
        for piece in pieces:
            wide = _advance("0" if piece == FIGURE_SPACE else piece, self.face) / self.finer
            runs.append((x, x + wide, "" if piece == FIGURE_SPACE else piece))
            x += wide + self.tracking * self.size
        return runs


_advance = lru_cache(8192)(advance)


@lru_cache(256)
def lettered(text: str, letters: Letters) -> Coverage:
    """A line as coverage. Its origin stands `letters.margin` from the left; see `baseline`."""
    finer, face = letters.finer, letters.face
    wide = ceil(letters.width(text) + 2 * letters.margin)
    high = ceil(letters.size * (_ABOVE + _BELOW))
    drawn = np.zeros((high * finer, wide * finer), np.uint8)
    for x, _, piece in letters.runs(text):
        stamp(drawn, piece, ((letters.margin + x) * finer, baseline(letters) * finer), face)
    small = cv2.resize(drawn, (wide, high), interpolation=cv2.INTER_AREA) if finer > 1 else drawn
    coverage: Coverage = small.astype(np.float32) / 255
    coverage.flags.writeable = False
    return coverage


def broken_to(text: str, letters: Letters, width: float) -> list[str]:
    """A line as lines of at most `width` px, broken between words; a word that is longer stands alone."""
    lines: list[str] = []
    for word in text.split(" ") if letters.width(text) > width else [text]:
        if lines and letters.width(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def baseline(letters: Letters) -> int:
    """Rows above the baseline of what `lettered` draws."""
    return round(letters.size * _ABOVE)
