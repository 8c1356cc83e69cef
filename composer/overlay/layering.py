"""Layers over pictures, or alone: items at their places, stacked where they would lie on one another."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from jaxtyping import UInt8

from composer.overlay import sprites as sp
from composer.overlay.drawing import Artist, Page
from composer.overlay.items import Item, Layer, Picture, Shown

_GAP = 0.022  # of the height that sizes go by: between items that are stacked
_SLIDE = 0.07  # likewise: how far an item slides


class Canvas:
    """All layers of one clip, frame by frame. `below` rows at the lower edge are kept free for what lies in front."""

    def __init__(self, layers: Sequence[Layer], size: tuple[int, int], below: int = 0) -> None:
        self.layers, self.page = tuple(layers), Page(*size, below)
        self._artists = [Artist(item, self.page) for layer in layers for item in layer.items]
        self._tops = _tops(self._artists, self.page)
        self._last: dict[int, tuple[Shown, sp.Sprite]] = {}

    def drawn(self, frame: int, name: str | None = None) -> sp.Premultiplied:
        """What stands in front of frame `frame`: every layer, or that of a name, at the places that it has among all."""
        canvas = sp.blank(self.page.width, self.page.height)
        for one in self.placed(frame, name):
            sp.put(canvas, one)
        return canvas

    def placed(self, frame: int, name: str | None = None) -> Iterator[sp.Placed]:
        """That, item by item, from back to front."""
        artists = iter(enumerate(self._artists))
        for layer in self.layers:
            for _ in layer.items:
                index, artist = next(artists)
                if name in (None, layer.name) and (opacity := artist.item.opacity(frame)) > 0:
                    yield self._placed(index, artist, frame, opacity)

    def _placed(self, index: int, artist: Artist, frame: int, opacity: float) -> sp.Placed:
        item = artist.item
        shown = item.shows[min(frame, len(item.shows) - 1)]
        if index not in self._last or not _alike(self._last[index][0], shown):
            self._last[index] = shown, artist.sprite(shown)
        sprite = self._last[index][1]
        left, top = round(_left(item, sprite, self.page)), round(self._tops[index])
        slide = item.away(frame) * _SLIDE * self.page.high
        dx, dy = _side(item, left + sprite.width / 2, self.page)
        x, y = left - round(sprite.left) + dx * slide, top - round(sprite.top) + dy * slide
        return sp.placed(sprite.pixels, x, y, opacity)


def lay_over(
    frames: Iterable[UInt8[np.ndarray, "h w 3"]], layers: Sequence[Layer], below: int = 0
) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    """Every frame of a clip, from its first on, with its layers in front; the frames that come in stay as they are."""
    canvas: Canvas | None = None
    for number, frame in enumerate(frames):
        canvas = canvas or Canvas(layers, (frame.shape[1], frame.shape[0]), below)
        laid = frame.copy()
        for one in canvas.placed(number):
            sp.put_on_frame(laid, one)
        yield laid


def alone(
    layers: Sequence[Layer], name: str, size: tuple[int, int], count: int
) -> Iterator[UInt8[np.ndarray, "h w 4"]]:
    """The layer of a name, where it lies among `layers`, over nothing: `count` frames with straight alpha."""
    canvas = Canvas(layers, size)
    for number in range(count):
        yield sp.straight(canvas.drawn(number, name))


def _alike(one: Shown, other: Shown) -> bool:
    return one is other or (not isinstance(one, Picture) and one == other)


def _left(item: Item, sprite: sp.Sprite, page: Page) -> float:
    left, _, right, _ = page.safe
    if not isinstance(item.at, str):
        return min(max(item.at[0] * page.width - sprite.width / 2, left), max(right - sprite.width, left))
    share = 0.0 if item.at.endswith("left") else 1.0 if item.at.endswith("right") else 0.5
    return left + share * (right - left - sprite.width)


def _side(item: Item, middle: float, page: Page) -> tuple[int, int]:
    """The side of the picture that an item comes from."""
    if isinstance(item.at, str):
        for word, way in (("left", (-1, 0)), ("right", (1, 0)), ("top", (0, -1))):
            if item.at.endswith(word) or item.at == word:
                return way
        return 0, 1
    return (-1, 0) if middle < page.width / 2 else (1, 0)


def _tops(artists: Sequence[Artist], page: Page) -> list[float]:
    """The upper edge of each item's box: those that are at one spot at one time are stacked, the first on top."""
    _, top, _, bottom = page.safe
    gap = _GAP * page.high
    high = [artist.height for artist in artists]
    tops = []
    for k, artist in enumerate(artists):
        at = artist.item.at
        if not isinstance(at, str):
            tops.append(min(max(at[1] * page.height - high[k] / 2, top), max(bottom - high[k], top)))
            continue
        others = [n for n, other in enumerate(artists) if n != k and _meet(artist.item, other.item)]
        before, after = (sum(high[n] + gap for n in others if (n < k) == first) for first in (True, False))
        if at.startswith("bottom"):
            tops.append(bottom - after - high[k])
        else:
            tops.append(before + (top if at.startswith("top") else (top + bottom - before - high[k] - after) / 2))
    return tops


def _meet(one: Item, other: Item) -> bool:
    """Are they at one spot at one time?"""
    begins, ends = max(one.start, other.start), min(_end(one), _end(other))
    return one.at == other.at and begins < ends


def _end(item: Item) -> float:
    return float("inf") if item.stop is None else item.stop
