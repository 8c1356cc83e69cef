"""An animatic's strip, with shot, lens and time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import UInt8

from composer.timing import clock
from composer.typography import BOLD, MEDIUM, REGULAR, RGB, Face, Picture, fitted, text_width, write

WHITE, GREY, AMBER = (245, 244, 240), (186, 186, 182), (250, 186, 92)
SHADE = 0.3  # of the picture's light that a strip lets through
_TEXT_SHARE, _TEXT_OF_WIDTH, _LEAST_PX = 0.044, 0.026, 9  # of the picture's height and width; smaller is not read
_LINE, _GAP = 1.55, 0.95  # of the text's size: a row's height, and what stands between two words


@dataclass(frozen=True)
class Note:
    """What is told about one frame. `story_s` is the story's time where it differs from the film's, else None."""

    number: int  # of the shot in the film, from 1
    shot: str
    framing: str  # `MS`; "" where the list names none
    lens_mm: float | None  # None: of footage, whose camera is not known
    place: str
    light: str
    frame: int  # of the film
    timecode: str
    story_s: float | None = None

    @property
    def lens(self) -> str:
        """Size and lens, as on a slate."""
        if self.lens_mm is None:
            return self.framing
        return f"{self.framing} {self.lens_mm:.{0 if self.lens_mm >= 9.5 else 1}f}mm".lstrip()


@dataclass(frozen=True)
class _Word:
    text: str
    weight: int
    colour: RGB

    def width(self, size: int) -> int:
        """Room for it in pixels; the same for all figures of a counter, so that it does not tremble."""
        return _measured(re.sub(r"\d", "0", self.text), Face(size, self.weight))


_measured = lru_cache(4096)(text_width)


def burn_in(
    frames: Iterable[UInt8[np.ndarray, "h w 3"]], notes: Iterable[Note]
) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    """Every frame with its note in a strip over its lower edge; the frames that come in stay as they are.

    Raises `ValueError` when there are not as many notes as frames.
    """
    for frame, note in zip(frames, notes, strict=True):
        yield annotated(frame, note)


def annotated(frame: UInt8[np.ndarray, "h w 3"], note: Note) -> UInt8[np.ndarray, "h w 3"]:
    """A copy of `frame` with a strip: one row, or two where one would be too long; at most half of the picture."""
    height, width = frame.shape[:2]
    size, line, gap = _measures(width, height)
    rows = _shown(note, width, height)
    strip = _height(len(rows), height, line)
    picture: Picture = frame.copy()
    below = picture[height - strip :]
    below[:] = (below * SHADE).astype(np.uint8)
    for k, (left, right) in enumerate(rows):
        middle = (k + 0.5) * line + line / 8
        baseline = height - strip + middle + Face(size).cap_height / 2
        start = width - gap // 2 - _length(right, size, gap)
        _set(picture, right, max(start, gap // 2), width, (baseline, size, gap))
        _set(picture, left, gap // 2, start - gap, (baseline, size, gap))
    return picture


def strip_height(note: Note, size: tuple[int, int]) -> int:
    """Rows of a picture (width, height px) that the strip lies over."""
    width, height = size
    return _height(len(_shown(note, width, height)), height, _measures(width, height)[1])


def _measures(width: int, height: int) -> tuple[int, int, int]:
    """Size of the letters, height of a row and gap between words, in pixels."""
    size = max(_LEAST_PX, round(min(height * _TEXT_SHARE, width * _TEXT_OF_WIDTH)))
    return size, round(size * _LINE), round(size * _GAP)


def _height(rows: int, height: int, line: int) -> int:
    return min(rows * line + line // 4, height)


def _shown(note: Note, width: int, height: int) -> list[tuple[list[_Word], list[_Word]]]:
    """The rows for which there is room."""
    size, line, gap = _measures(width, height)
    return [row for row in _rows(note, width, size, gap) if any(row)][: max(1, height // 2 // line)]


def _rows(note: Note, width: int, size: int, gap: int) -> list[tuple[list[_Word], list[_Word]]]:
    """Rows of words that stand on the left and on the right."""
    shot = [_Word(str(note.number), MEDIUM, AMBER), _Word(note.shot, BOLD, WHITE)]
    place = [_Word(f"{note.place}, {note.light}", REGULAR, GREY)]
    lens = [_Word(note.lens, MEDIUM, WHITE)]
    story = [] if note.story_s is None else [_Word(f"story {clock(note.story_s)}", MEDIUM, AMBER)]
    time = [_Word(note.timecode, MEDIUM, WHITE), _Word(f"{note.frame}f", REGULAR, GREY)]
    words = [*shot, *place, *lens, *story, *time]
    if _length(words, size, gap) + 2 * gap <= width:
        return [([*shot, *place], [*lens, *story, *time])]
    if _length([*shot, *lens, *story], size, gap) + 2 * gap <= width:
        return [(shot, [*lens, *story]), (place, time)]
    return [(shot, []), (time, []), (lens, []), (story, []), (place, [])]


def _length(words: Sequence[_Word], size: int, gap: int) -> int:
    return sum(word.width(size) + gap for word in words) - gap


def _set(picture: Picture, words: Sequence[_Word], left: float, right: float, row: tuple[float, int, int]) -> None:
    """Write words from `left` on as far as `right`; what does not fit ends in an ellipsis."""
    baseline, size, gap = row
    x = left
    for word in words:
        face = Face(size, word.weight)
        write(picture, fitted(word.text, int(max(right - x, 0)), face), (x, baseline), face, word.colour)
        x += word.width(size) + gap
