"""What is laid over pictures, as plain values: what each frame shows, where, from when to when."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import UInt8

from composer.typography import RGB

Kind = Literal["text", "bar", "dial", "image", "title", "lower_third", "subtitle"]
Entry = Literal["cut", "fade", "slide"]


@dataclass(frozen=True)
class Motion:
    """How an item comes or goes: at once, or over so many frames."""

    kind: Entry = "cut"
    frames: float = 0.0


CUT = Motion()


@dataclass(frozen=True)
class Lines:
    """Text, line by line."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Gauge:
    """A bar or dial that is full to a `share` in [0, 1]; `number` stands in a dial, in `unit`."""

    share: float
    number: str = ""
    unit: str = ""
    label: str = ""


@dataclass(frozen=True, eq=False)
class Picture:
    """sRGB codes and straight alpha."""

    pixels: UInt8[np.ndarray, "h w 4"]


Shown = Lines | Gauge | Picture


@dataclass(frozen=True)
class Item:
    """One thing over a clip: what it `shows` at each frame of the clip, or once where that never changes.

    `at` is one of the nine spots (`top-left`, `centre`), or its middle as shares of width and height. `size` is a share of
    the picture's height, None by kind. It is there from frame `start` to before `stop`; None: beyond the clip's end.
    """

    kind: Kind
    shows: tuple[Shown, ...]
    at: str | tuple[float, float] = "bottom"
    size: float | None = None
    colour: RGB = (255, 255, 255)
    start: float = 0.0
    stop: float | None = None
    coming: Motion = CUT
    going: Motion = CUT

    def opacity(self, frame: int) -> float:
        """How much of it there is at a frame, in [0, 1]: eased, and sampled in the frame's middle."""
        return _eased(self._in(frame)) * _eased(self._out(frame))

    def away(self, frame: int) -> float:
        """How far it still has to slide in, or has slid out: 0 in its place, 1 where it begins."""
        comes = 1 - _eased(self._in(frame)) if self.coming.kind == "slide" else 0.0
        goes = 1 - _eased(self._out(frame)) if self.going.kind == "slide" else 0.0
        return max(comes, goes)

    def _in(self, frame: int) -> float:
        since = frame + 0.5 - self.start
        return min(since / self.coming.frames, 1.0) if self.coming.frames > 0 and since > 0 else float(since > 0)

    def _out(self, frame: int) -> float:
        if self.stop is None:
            return 1.0
        left = self.stop - frame - 0.5
        return min(left / self.going.frames, 1.0) if self.going.frames > 0 and left > 0 else float(left > 0)


@dataclass(frozen=True)
class Layer:
    """Items that are told apart from others by a name; the last is in front."""

    name: str
    items: tuple[Item, ...]


def _eased(share: float) -> float:
    return share**3 * (10 - 15 * share + 6 * share**2)
