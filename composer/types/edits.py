"""What happens to the picture round a cut: dissolves and fades, on the frames of the film."""

from dataclasses import dataclass
from typing import Literal

from composer.timing import FrameRange

Shade = Literal["black", "white"]


@dataclass(frozen=True)
class DissolvePlan:
    """The shot before runs on, in its handle, over the first frames of this one; `frames` are the film's.

    Of an `aligned` one both pictures follow a camera that goes from the one to the other; `shared` is what both shots
    show of that camera's picture half way, a share of what is not sky, where that was asked. `linear` blends light
    instead of codes.
    """

    frames: FrameRange
    aligned: bool = False
    linear: bool = False
    shared: float | None = None


@dataclass(frozen=True)
class FadePlan:
    """The picture comes up from a colour, or goes down to it, over film frames `frames`."""

    frames: FrameRange
    colour: Shade = "black"
