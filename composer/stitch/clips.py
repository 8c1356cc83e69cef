"""What is joined: the delivery clips of shots, and what happens to the picture where they meet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from composer.types import Shade

Picture = UInt8[np.ndarray, "h w 3"]

Blend = Callable[[int, Picture, Picture], Picture]
"""Frame `n` of a dissolve, from what the shot before and the one after show: for those that follow the geometry."""


@dataclass(frozen=True)
class Dissolve:
    """The handle of the clip before, over the first `frames` of this one: plain, in `linear` light, or by a `blend`."""

    frames: int
    linear: bool = False
    blend: Blend | None = None

    def share(self, frame: int) -> float:
        """How much of the shot after shows in a frame: equal steps, from none before the cut to all after the last."""
        return (frame + 1) / (self.frames + 1)


@dataclass(frozen=True)
class Fade:
    """`frames` from a colour, or to it: the outermost one is that colour alone."""

    frames: int
    colour: Shade = "black"


@dataclass(frozen=True)
class DeliveryClip:
    """A shot's delivery file, and how many of its frames the film shows: what follows is its tail handle.

    Of `dissolve` and `fade_in` at most one is there; `fade_out` ends where the handle begins.
    """

    path: Path
    frames_used: int
    dissolve: Dissolve | None = None
    fade_in: Fade | None = None
    fade_out: Fade | None = None

    @property
    def lead(self) -> int:
        """Frames that the way in takes."""
        way_in = self.dissolve or self.fade_in
        return way_in.frames if way_in else 0

    @property
    def tail(self) -> int:
        """Frames of the end that are faded."""
        return self.fade_out.frames if self.fade_out else 0
