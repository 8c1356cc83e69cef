"""What a film is held against: its shots and joins, and what is declared of any of its frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from composer.metrics import DeclaredFlow
from composer.timing import FrameRange
from composer.types import Camera, JoinKind, Light, Size


@dataclass(frozen=True)
class FilmedShot:
    """A shot on the film's frames; `clear` are those that show it alone and undimmed.

    Of one that is not `known`, footage for one, nothing is declared but its sound.
    """

    name: str
    place: str
    style: str
    light: Light
    frames: FrameRange
    clear: FrameRange
    known: bool = True

    @property
    def partition(self) -> tuple[str, str, Light]:
        """Place, style and light: what is alike in these should look alike."""
        return self.place, self.style, self.light


@dataclass(frozen=True)
class Meeting:
    """Two segments meet: `before` and `after` by name, in the shots of those indexes.

    `frame` is the first film frame that `after` shows, `overlap` the frames in which both are seen, or neither. An
    `invisible` one goes on in camera and world; an `aligned` dissolve follows the geometry.
    """

    kind: JoinKind
    before: str
    after: str
    shots: tuple[int, int]
    frame: int
    overlap: FrameRange
    invisible: bool = False
    aligned: bool = False


@dataclass(frozen=True, eq=False)
class Geometry:
    """What is declared of a frame: z-depth (m, +inf where nothing is), ids, camera, and where a layer covers it, if one does."""

    depth: Float[np.ndarray, "h w"]
    anchor_id: Int[np.ndarray, "h w"]
    camera: Camera
    covered: Bool[np.ndarray, "h w"] | None = None

    def pixels(self) -> dict[int, int]:
        """How many there are of each id that is seen, in the order of ids."""
        least = int(self.anchor_id.min())
        counts = np.bincount(self.anchor_id.ravel() - least)
        return {int(i) + least: int(counts[i]) for i in np.flatnonzero(counts)}


@dataclass(frozen=True)
class Expected:
    """What must hold of `subject` at the end of a shot, in the list's words, and the ids of all that has a part in it.

    `unseen` is why no picture can tell; empty where one can. `moves`: it is about motion, so that one moment is too little.
    """

    subject: str
    text: str
    things: Mapping[str, tuple[int, ...]]
    unseen: str = ""
    moves: bool = False


@runtime_checkable
class Declared(Protocol):
    """What a shot list declares of its film, drawn when it is asked for. Frames are the film's, sizes px."""

    shots: tuple[FilmedShot, ...]
    meetings: tuple[Meeting, ...]

    def geometry(self, frame: int, size: Size) -> Geometry:
        """Of a frame of a shot that is known."""
        ...

    def flow(self, frame: int, size: Size) -> DeclaredFlow:
        """From a frame to the next, bodies too; both are of shots that are known, in one place."""
        ...

    def drawn(self, frame: int, size: Size) -> UInt8[np.ndarray, "h w 3"]:
        """How a frame of a shot that is known is meant to look, as far as looks and light are declared."""
        ...

    def names(self, place: str) -> Mapping[int, str]:
        """What the ids of a place are called: anchors, the ground and subjects."""
        ...

    def expected(self, shot: int) -> tuple[Expected, ...]:
        """What must hold as a shot ends."""
        ...

    def blows(self, shot: int) -> Float[np.ndarray, " k"]:
        """Samples from the start of a shot at which its hardest blows are seen."""
        ...

    def planned(self, start: int, stop: int) -> Float[np.ndarray, "2 n"] | None:
        """The film's sound as it is planned, samples [start, stop); None where the plan does not know it."""
        ...
