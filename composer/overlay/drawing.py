"""Items as sprites: how text, bars, dials, titles, lower thirds and subtitles look at a size."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, pi

import cv2
import numpy as np

from composer.overlay import sprites as sp
from composer.overlay.items import Gauge, Item, Kind, Lines, Picture, Shown
from composer.overlay.lettering import Letters, baseline, broken_to, lettered
from composer.typography import BOLD, MEDIUM, REGULAR, RGB

LEAST_PX = 9.0
"""Letters that are smaller are not read."""

SIZES: dict[Kind, dict[str, float]] = {
    "text": {"small": 0.034, "medium": 0.046, "large": 0.075},
    "bar": {"small": 0.028, "medium": 0.036, "large": 0.052},
    "dial": {"small": 0.16, "medium": 0.22, "large": 0.32},
    "image": {"small": 0.10, "medium": 0.16, "large": 0.30},
    "title": {"small": 0.075, "medium": 0.115, "large": 0.17},
    "lower_third": {"small": 0.042, "medium": 0.054, "large": 0.072},
    "subtitle": {"small": 0.046, "medium": 0.054, "large": 0.064},
}
"""Of letters, but of a dial or an image its own height: shares of the picture's height."""

_LINE = 1.28  # from line to line, of the letters' size
_WHITE: RGB = (255, 255, 255)
_SHADE: RGB = (8, 10, 12)
_BAR_LONG, _BAR_THICK, _LABEL = 11.0, 0.52, 1.42  # of the size of a bar's letters
_SWEEP = (-0.72 * pi, 0.72 * pi)  # of a dial, from straight up


@dataclass(frozen=True)
class Page:
    """What is drawn for: the picture's size in px, and rows at its lower edge that something else lies over."""

    width: int
    height: int
    below: int = 0

    @property
    def high(self) -> float:
        """The height that sizes are shares of: an upright picture has letters as one 9/16 as high as it is wide."""
        return min(self.height, self.width * 9 / 16)

    @property
    def safe(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of what no screen cuts off."""
        x, y = self.width * 0.05, self.height * 0.05
        return x, y, self.width - x, min(self.height - y, self.height - self.below - y / 2)


@dataclass(frozen=True, eq=False)
class Artist:
    """Draws one item over all of a clip: whatever it shows, as large, so that nothing jumps."""

    item: Item
    page: Page

    def sprite(self, shown: Shown) -> sp.Sprite:
        """What `shown` looks like."""
        match shown:
            case Picture():
                return self._picture(shown)
            case Gauge() if self.item.kind == "bar":
                return self._bar(shown)
            case Gauge():
                return self._dial(shown)
        return self._lower_third(shown) if self.item.kind == "lower_third" else self._lines(shown)

    @cached_property
    def _wanted(self) -> float:
        """The size that the list asks for, px."""
        share = SIZES[self.item.kind]["medium"] if self.item.size is None else self.item.size
        return max(share * self.page.high, LEAST_PX)

    @property
    def _room(self) -> float:
        left, _, right, _ = self.page.safe
        return right - left

    @cached_property
    def _size(self) -> float:
        """That size, or as much smaller as the longest line must be to fit; letters stay large enough to be read, and lines are broken instead."""
        widest = max(
            (line.width(text) for shown in set(self.item.shows) if isinstance(shown, Lines) for text, line in self._set(shown, self._wanted)),
            default=0.0,
        )  # fmt: skip
        margin = 1.6 * self._wanted if self.item.kind == "lower_third" else 0.0
        fits = self._room / max(widest + margin, 1.0)
        return max(min(1.0, fits) * self._wanted, LEAST_PX)

    def _set(self, shown: Lines, size: float) -> list[tuple[str, Letters]]:
        """Each line with its letters: the first of a title or lower third is the larger one."""
        match self.item.kind:
            case "title":
                first, rest = Letters(size, BOLD, 0.03), Letters(max(size * 0.34, LEAST_PX), MEDIUM, 0.10)
            case "lower_third":
                first, rest = Letters(size, BOLD), Letters(max(size * 0.68, LEAST_PX), REGULAR)
            case _:
                first = rest = Letters(size, MEDIUM)
        return [(text, rest if k else first) for k, text in enumerate(shown.lines)]

    def _told(self, shown: Lines, size: float, width: float) -> list[tuple[str, Letters]]:
        """The same, broken where the smallest letters do not fit `width` px; a word that no line holds ends in an ellipsis."""
        return [
            (_fitted(line, letters, width), letters)
            for text, letters in self._set(shown, size)
            for line in broken_to(text, letters, width)
        ]

    @property
    def _align(self) -> float:
        """Where lines of different lengths meet: 0 on the left, 1 on the right."""
        if not isinstance(self.item.at, str):
            return 0.5
        return 0.0 if self.item.at.endswith("left") else 1.0 if self.item.at.endswith("right") else 0.5

    def _lines(self, shown: Lines) -> sp.Sprite:
        told = self._told(shown, self._size, self._room)
        width = max((letters.width(text) for text, letters in told), default=0.0)
        height = sum(letters.size * _LINE for _, letters in told)
        pad = self._size * (0.9 if self.item.kind == "title" else 0.6)
        coverage = np.zeros((ceil(height + 2 * pad), ceil(width + 2 * pad)), np.float32)
        y = pad
        for text, letters in told:
            x = pad + self._align * (width - letters.width(text))
            _stamp(coverage, text, letters, x, y)
            y += letters.size * _LINE
        pixels = _shaded(coverage, self._size)
        sp.over(pixels, sp.inked(coverage, self.item.colour))
        return sp.Sprite(pixels, pad, pad, width, height)

    def _bar(self, shown: Gauge) -> sp.Sprite:
        size = self._wanted
        letters = Letters(size, MEDIUM)
        long, thick = min(size * _BAR_LONG, self._room), max(size * _BAR_THICK, 4.0)
        label = _fitted(shown.label, letters, long)
        head = size * _LABEL if shown.label else 0.0
        pad, rim = size * 0.6, max(1.0, size * 0.07)
        wide, high = ceil(long + 2 * pad), ceil(head + thick + 2 * pad)
        top = pad + head
        track = sp.rounded(wide, high, (pad, top, pad + long, top + thick), thick / 2)
        inside = sp.rounded(wide, high, (pad + rim, top + rim, pad + long - rim, top + thick - rim), thick / 2 - rim)
        words = np.zeros((high, wide), np.float32)
        if label:
            _stamp(words, label, letters, pad + self._align * (long - letters.width(label)), pad - size * 0.1)
        pixels = _shaded(np.maximum(track, words), size)
        sp.over(pixels, sp.inked(track, _SHADE, 0.55))
        sp.over(pixels, sp.inked(np.clip(track - inside, 0, 1), _WHITE, 0.75))
        edge = pad + rim + (long - 2 * rim) * shown.share
        filled = inside * np.clip(edge - np.arange(wide, dtype=np.float32), 0, 1)
        sp.over(pixels, sp.inked(np.asarray(filled, np.float32), self.item.colour))
        sp.over(pixels, sp.inked(words, _WHITE))
        return sp.Sprite(pixels, pad, pad, long, head + thick)

    def _dial(self, shown: Gauge) -> sp.Sprite:
        across = max(self._wanted, 3.2 * LEAST_PX)
        thick, pad = across * 0.085, across * 0.14
        side = ceil(across + 2 * pad)
        middle, radius = pad + across / 2, across / 2 - thick / 2
        start, stop = _SWEEP
        track = sp.arc(side, middle, radius, thick, _SWEEP)
        plate = sp.arc(side, middle, 0.0, across, (0.0, 0.0))
        words = np.zeros((side, side), np.float32)
        told = across >= 6 * LEAST_PX  # else there is room for the number alone
        number = Letters(max(across * 0.29, LEAST_PX), BOLD)
        small = Letters(max(across * 0.125, LEAST_PX * 0.8), MEDIUM)
        line = middle + number.cap_height * (0.36 if shown.unit and told else 0.5)
        self._centre(words, shown.number, number, (middle, line))
        under = line + small.size * 1.3
        if told:
            self._centre(words, shown.unit, small, (middle, under))
            self._centre(words, shown.label, small, (middle, middle + across * 0.4))
        pixels = _shaded(np.maximum(track, words), across * 0.12)
        sp.over(pixels, sp.inked(plate, _SHADE, 0.58))
        sp.over(pixels, sp.inked(track, _WHITE, 0.24))
        if shown.share > 0:
            filled = sp.arc(side, middle, radius, thick, (start, start + (stop - start) * shown.share))
            sp.over(pixels, sp.inked(filled, self.item.colour))
        sp.over(pixels, sp.inked(words, _WHITE))
        return sp.Sprite(pixels, pad, pad, across, across)

    @staticmethod
    def _centre(words: sp.Coverage, text: str, letters: Letters, at: tuple[float, float]) -> None:
        """Write a line round x with its baseline at y."""
        if text:
            x, y = at
            _stamp(words, text, letters, x - letters.width(text) / 2, y - baseline(letters))

    def _lower_third(self, shown: Lines) -> sp.Sprite:
        size = self._size
        told = self._told(shown, size, self._room - 1.6 * size)
        text_wide = max(letters.width(text) for text, letters in told)
        accent, gap, inset = max(2.0, size * 0.14), size * 0.5, size * 0.42
        width = accent + gap + text_wide + size * 0.9
        height = sum(letters.size * _LINE for _, letters in told) + inset
        pad = size * 0.5
        wide, high = ceil(width + 2 * pad), ceil(height + 2 * pad)
        right = self._align == 1.0
        plate = sp.rounded(wide, high, (pad, pad, pad + width, pad + height), 0.0)
        strip = (pad + width - accent, pad + width) if right else (pad, pad + accent)
        bar = sp.rounded(wide, high, (strip[0], pad, strip[1], pad + height), 0.0)
        words = np.zeros((high, wide), np.float32)
        y = pad + inset / 2
        for text, letters in told:
            left = pad + width - accent - gap - letters.width(text) if right else pad + accent + gap
            _stamp(words, text, letters, left, y)
            y += letters.size * _LINE
        pixels = sp.inked(sp.shadow(plate, size * 0.22, 0.5), (0, 0, 0), 0.6)
        sp.over(pixels, sp.inked(plate, _SHADE, 0.68))
        sp.over(pixels, sp.inked(bar, self.item.colour))
        sp.over(pixels, sp.inked(words, _WHITE))
        return sp.Sprite(pixels, pad, pad, width, height)

    def _picture(self, shown: Picture) -> sp.Sprite:
        own_high, own_wide = shown.pixels.shape[:2]
        left, top, right, bottom = self.page.safe
        share = SIZES["image"]["medium"] if self.item.size is None else self.item.size
        scale = min(share * self.page.high / own_high, (right - left) / own_wide, (bottom - top) / own_high)
        wide, high = max(1, round(own_wide * scale)), max(1, round(own_high * scale))
        ink = shown.pixels.astype(np.float32) / 255
        ink[..., :3] *= ink[..., 3:]
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        small = np.clip(cv2.resize(ink, (wide, high), interpolation=how), 0, 1)
        small[..., :3] = np.minimum(small[..., :3], small[..., 3:])
        return sp.Sprite(small, 0.0, 0.0, wide, high)


def _stamp(coverage: sp.Coverage, text: str, letters: Letters, x: float, y: float) -> None:
    """Add a line whose origin is at x and whose row begins at y, px; both are rounded, as letters are sharpest so."""
    drawn = lettered(text, letters)
    left, top = round(x - letters.margin), round(y)
    rows = slice(max(top, 0), min(top + drawn.shape[0], coverage.shape[0]))
    columns = slice(max(left, 0), min(left + drawn.shape[1], coverage.shape[1]))
    part = drawn[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    coverage[rows, columns] = np.maximum(coverage[rows, columns], part)


def _shaded(coverage: sp.Coverage, size: float) -> sp.Premultiplied:
    """The shade that sets light letters of a `size` off from a light picture: a tight one, and a wide one beyond it."""
    tight = sp.shadow(coverage, max(size * 0.055, 0.8), 2.4)
    wide = sp.shadow(coverage, size * 0.20, 2.0)
    return sp.inked(np.maximum(tight * 0.72, wide * 0.50), (0, 0, 0))


def _fitted(text: str, letters: Letters, width: float) -> str:
    """`text`, or as much of its start as fits, and an ellipsis."""
    if letters.width(text) <= width:
        return text
    kept = len(text)
    while kept and letters.width(text[:kept].rstrip() + "…") > width:
        kept -= 1
    return text[:kept].rstrip() + "…" if kept else ""
