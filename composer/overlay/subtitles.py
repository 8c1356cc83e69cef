"""Subtitles: what is said, in two lines at most, broken where one reads on easily, inside the safe area."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from unicodedata import east_asian_width

from composer.overlay.items import Item, Layer, Lines

LONGEST = 42
"""Characters of a line; a wide one, as of Chinese, counts twice."""

_ENDS = ".!?…。！？"  # noqa: RUF001 - the signs that end a sentence
_PAUSES = ",;:—、，；："  # noqa: RUF001 - and those that part it
_TOKEN = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]+"
)


@dataclass(frozen=True)
class Cue:
    """What is read from film frame `start_frame` to before `stop_frame`."""

    start_frame: int
    stop_frame: int
    text: str


def subtitles(cues: Iterable[Cue], first_frame: int, count: int, name: str = "subtitles") -> Layer:
    """The cues that are read during `count` frames from the film's `first_frame` on, those of a clip, as a layer over it.

    A cue that two lines do not hold is shown page by page, each for its share of the time.
    """
    items = []
    for cue in cues:
        for page in paged(cue):
            first, last = (float(frame - first_frame) for frame in (page.start_frame, page.stop_frame))
            if first < count and last > 0:
                items.append(Item("subtitle", (Lines(broken(page.text)),), start=first, stop=last))
    return Layer(name, tuple(items))


def paged(cue: Cue) -> list[Cue]:
    """A cue as pages of two lines at most, that share its frames by how much there is to read."""
    texts = _pages(cue.text)
    long = [_long(text) for text in texts]
    lasts = max(cue.stop_frame - cue.start_frame, 0)
    ends = [cue.start_frame + round(lasts * sum(long[: k + 1]) / max(sum(long), 1)) for k in range(len(texts))]
    starts = [cue.start_frame, *ends][:-1]
    return [Cue(start, stop, text) for start, stop, text in zip(starts, ends, texts, strict=True) if stop > start]


def broken(text: str) -> tuple[str, ...]:
    """One line or two: as even as can be, after a pause where there is one near, the lower one rather the longer."""
    said = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(said) == 2 and all(_long(line) <= LONGEST for line in said):
        return tuple(said)
    whole = " ".join(said)
    if _long(whole) <= LONGEST:
        return (whole,) if whole else ()
    ways = [(_cost(*way), way) for way in _ways(whole)]
    return min(ways)[1] if ways else (whole,)


def _ways(text: str) -> Iterator[tuple[str, str]]:
    """Every way to break a text in two."""
    for token in list(_TOKEN.finditer(text))[1:]:
        first, rest = text[: token.start()].rstrip(), text[token.start() :]
        if first and token[0] not in _ENDS + _PAUSES:
            yield first, rest


def _cost(first: str, rest: str) -> float:
    over = max(_long(first) - LONGEST, 0) + max(_long(rest) - LONGEST, 0)
    uneven = abs(_long(first) - _long(rest)) + 1.5 * (_long(first) > _long(rest))
    pause = 14 if first[-1] in _ENDS else 9 if first[-1] in _PAUSES else 0
    return 100.0 * over + uneven - pause


def _pages(text: str) -> list[str]:
    pages: list[str] = []
    left = text.strip() if _fits(text) else " ".join(text.split())
    while left and not _fits(left):
        ends = [token.start() for token in _TOKEN.finditer(left)][1:]
        room = [end for end in ends if _fits(left[:end])] or [2 * LONGEST // (1 + (_long(left[:1]) > 1))]
        sentence = [end for end in room if left[:end].rstrip()[-1] in _ENDS and end > room[-1] / 3]
        pause = [end for end in room if left[:end].rstrip()[-1] in _PAUSES and end > room[-1] / 3]
        cut = (sentence or pause or room)[-1]
        pages.append(left[:cut].strip())
        left = left[cut:].strip()
    return [*pages, left] if left else pages


def _fits(text: str) -> bool:
    """Do two lines hold it?"""
    return all(_long(line) <= LONGEST for line in broken(text))


def _long(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
