"""The contact sheet: a row of frames a shot, as a film lab prints it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from jaxtyping import UInt8

from composer.typography import BOLD, MEDIUM, REGULAR, Face, Picture, fitted, text_width, write

SHEET, LEADER, INK, GREY, AMBER = (22, 22, 23), (40, 40, 42), (236, 234, 228), (150, 148, 144), (226, 158, 66)
TALLEST = 12_000  # px
THUMB_WIDTHS = (288, 240, 192, 160, 128, 96)  # px, tried in turn
FRAMES_A_ROW = 5


@dataclass(frozen=True, eq=False)
class SheetRow:
    """One shot: its name, what else to say about it, and its frames, if any.

    Frames are read a row at a time: a lazy sequence never stands in memory whole.
    """

    title: str
    caption: str
    frames: Sequence[UInt8[np.ndarray, "_ _ 3"]]


@dataclass(frozen=True)
class _Grid:
    """Where everything goes, in pixels."""

    thumb: tuple[int, int]
    frames: int
    columns: int
    rows: int  # a column

    @property
    def scale(self) -> float:
        return self.thumb[0] / THUMB_WIDTHS[0]

    @property
    def gap(self) -> int:
        return max(3, round(8 * self.scale))

    @property
    def text(self) -> int:
        return max(11, round(17 * self.scale))

    @property
    def label(self) -> int:
        return round(self.text * 1.7)

    @property
    def row(self) -> int:
        return self.label + self.thumb[1] + round(self.text * 1.3)

    @property
    def column(self) -> int:
        return self.frames * self.thumb[0] + (self.frames - 1) * self.gap

    @property
    def margin(self) -> int:
        return round(40 * max(self.scale, 0.5))

    @property
    def header(self) -> int:
        return self.margin + 62

    @property
    def size(self) -> tuple[int, int]:
        width = 2 * self.margin + self.columns * self.column + (self.columns - 1) * self.margin
        return max(width, 480), self.header + self.rows * self.row + self.margin // 2


def evenly_spaced(length: int, count: int = FRAMES_A_ROW) -> tuple[int, ...]:
    """Indexes of up to `count` of `length` frames, at the middles of as many equal parts; each at most once."""
    count = min(count, length)
    return tuple((2 * i + 1) * length // (2 * count) for i in range(count))


def contact_sheet(rows: Sequence[SheetRow], title: str) -> UInt8[np.ndarray, "H W 3"]:
    """A picture of every shot in order, read down the columns.

    Rows that do not fit into 12,000 pixels of height make smaller thumbnails, then more columns.
    """
    grid = _fit(rows)
    width, height = grid.size
    sheet: Picture = np.full((height, width, 3), SHEET, np.uint8)
    _head(sheet, title, f"{len(rows)} shot{'' if len(rows) == 1 else 's'}", grid)
    for index, row in enumerate(rows):
        column, line = divmod(index, grid.rows)
        _strip(
            sheet,
            row,
            index + 1,
            (grid.margin + column * (grid.column + grid.margin), grid.header + line * grid.row),
            grid,
        )
    return sheet


def _fit(rows: Sequence[SheetRow]) -> _Grid:
    frames = max((len(row.frames) for row in rows), default=0) or FRAMES_A_ROW
    first = next((row.frames[0] for row in rows if len(row.frames)), None)
    aspect = first.shape[1] / first.shape[0] if first is not None else 16 / 9
    count = max(len(rows), 1)
    grid = _Grid((0, 0), frames, 1, count)
    for width in THUMB_WIDTHS:
        thumb = width, max(round(width / aspect), 1)
        for columns in (1, 2) if width != THUMB_WIDTHS[-1] else range(1, count + 1):
            grid = _Grid(thumb, frames, columns, ceil(count / columns))
            if grid.size[1] <= TALLEST and (columns == 1 or grid.rows >= 8):
                return grid
    return grid


def _head(sheet: Picture, title: str, summary: str, grid: _Grid) -> None:
    width, baseline = sheet.shape[1] - 2 * grid.margin, grid.margin + 22
    large, small = Face(30, BOLD), Face(17)
    write(sheet, summary, (grid.margin + width, baseline), small, GREY, "right")
    write(sheet, fitted(title, width - text_width(summary, small) - 24, large), (grid.margin, baseline), large, INK)
    cv2.line(sheet, (grid.margin, baseline + 17), (grid.margin + width - 1, baseline + 17), LEADER, 1)


def _strip(sheet: Picture, row: SheetRow, number: int, corner: tuple[int, int], grid: _Grid) -> None:
    left, top = corner
    baseline = top + (grid.label + Face(grid.text).cap_height) // 2
    x = left
    for text, weight, colour in ((f"{number}", MEDIUM, AMBER), (row.title, BOLD, INK), (row.caption, REGULAR, GREY)):
        face = Face(grid.text, weight)
        said = fitted(text, left + grid.column - x, face)
        write(sheet, said, (x, baseline), face, colour)
        x += text_width(said, face) + round(grid.text * 0.75)
    for slot in range(grid.frames):
        x, y = left + slot * (grid.thumb[0] + grid.gap), top + grid.label
        cell = sheet[y : y + grid.thumb[1], x : x + grid.thumb[0]]
        cell[:] = _thumbnail(row.frames[slot], grid.thumb) if slot < len(row.frames) else LEADER


def _thumbnail(frame: Picture, size: tuple[int, int]) -> Picture:
    """The whole frame in `size` (width, height), centred; bars where its shape differs."""
    scale = min(size[0] / frame.shape[1], size[1] / frame.shape[0])
    width, height = (max(1, round(side * scale)) for side in (frame.shape[1], frame.shape[0]))
    shrunk = cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    cell = np.full((size[1], size[0], 3), LEADER, np.uint8)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    cell[y : y + height, x : x + width] = shrunk
    return cell
