"""Layers over pictures, or alone: items at their places, stacked where they would lie on one another."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from jaxtyping import Bool, UInt8

from composer.overlay import sprites as sp
from composer.overlay.drawing import Artist, Page
from composer.overlay.items import Item, Layer, Picture, Shown

_GAP = 0.022  # of the height that sizes go by: between items that are stacked
_SLIDE = 0.07  # likewise: how far an item slides
_LOW = 0.7  # of the height: what stands below it, stands where subtitles would


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

    def covers(self, frame: int) -> Bool[np.ndarray, "h w"]:
        """Where anything of it stands in front of frame `frame`."""
        height, width = self.page.height, self.page.width
        covered = np.zeros((height, width), np.bool_)
        for one in self.placed(frame):
            spot, pixels = one.within(height, width)
            covered[spot] |= pixels[..., 3] > 0
        return covered

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
    """The upper edge of each item's box: those that are at one spot at one time are stacked, the first on top; subtitles
    stand above all that is below.
    """
    gap = _GAP * page.high
    boxes = [_Box(artist, page) for artist in artists]
    tops = [0.0] * len(boxes)
    said = [k for k, box in enumerate(boxes) if box.item.kind == "subtitle"]
    shown = [k for k in range(len(boxes)) if k not in said]
    for k in shown:
        others = [(n, boxes[n].height + gap) for n in shown if n != k and boxes[k].shares_spot(boxes[n])]
        before, after = (sum(high for n, high in others if (n < k) == first) for first in (True, False))
        tops[k] = boxes[k].top(before, after)
    for k in reversed(said):
        below = (*shown, *(n for n in said if n > k))
        under = [tops[n] - gap for n in below if boxes[k].lies_over(boxes[n])]
        tops[k] = min([page.safe[3], *under]) - boxes[k].height
    return tops


class _Box:
    """Where an item lies, as far as that is known before it is stacked."""

    def __init__(self, artist: Artist, page: Page) -> None:
        self.item, self.page = artist.item, page
        sprite = artist.sprite(artist.item.shows[0])
        self.height, self.left = sprite.height, _left(artist.item, sprite, page)
        self.right = self.left + sprite.width

    def top(self, before: float, after: float) -> float:
        """Its upper edge, with so much stacked before it and after it (px)."""
        _, top, _, bottom = self.page.safe
        at, last = self.item.at, bottom - self.height
        if not isinstance(at, str):
            return min(max(at[1] * self.page.height - self.height / 2, top), max(last, top))
        if at.startswith("bottom"):
            return last - after
        return before + (top if at.startswith("top") else (top + last - before - after) / 2)

    def shares_spot(self, other: "_Box") -> bool:
        return isinstance(self.item.at, str) and self.item.at == other.item.at and self.meets(other)

    def lies_over(self, other: "_Box") -> bool:
        """Would it lie over what stands at the lower edge?"""
        at = other.item.at
        low = at.startswith("bottom") if isinstance(at, str) else at[1] > _LOW
        return low and self.left < other.right and other.left < self.right and self.meets(other)

    def meets(self, other: "_Box") -> bool:
        """Are they there at one time?"""
        begins, ends = max(self.item.start, other.item.start), min(_end(self.item), _end(other.item))
        return begins < ends


def _end(item: Item) -> float:
    return float("inf") if item.stop is None else item.stop
