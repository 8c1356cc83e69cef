"""What is declared of pictures: geometry, flow and names, cast when it is asked for."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, UInt8

from composer.composing.rehearsal import Rehearsal
from composer.controls import Moment, Recent
from composer.controls.flow import flow
from composer.looks import grade
from composer.measuring import Geometry
from composer.metrics import DeclaredFlow
from composer.shade import Shader
from composer.types import SKY, Light, Size

KEPT = 6  # a frame and the next, at the sizes that measures want

Mask = Bool[np.ndarray, "h w"]


@dataclass(frozen=True, eq=False)
class Seen:
    """A moment as a camera sees it, and where something lies over the picture, if it does."""

    moment: Moment
    covered: Mask | None = None


class Drawn(ABC):
    """Part of `measuring.Declared`, of pictures whose moments are known."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self._seen: Recent[Seen] = Recent(KEPT)
        self._shaders: Recent[Shader] = Recent(KEPT)

    def geometry(self, frame: int, size: Size) -> Geometry:
        """Of a frame of a shot that is known."""
        seen = self._see(frame, size)
        return Geometry(seen.moment.hits.depth, seen.moment.hits.anchor_id, seen.moment.camera, seen.covered)

    def flow(self, frame: int, size: Size) -> DeclaredFlow:
        """From a frame to the next, bodies too; what the sky shows is not known."""
        now, after = self._see(frame, size).moment, self._see(frame + 1, size).moment
        way, seen = flow(self.rehearsal.scenes[self.place(frame)], now, after)
        return DeclaredFlow(way, seen & (now.hits.anchor_id != SKY))

    def drawn(self, frame: int, size: Size) -> UInt8[np.ndarray, "h w 3"]:
        """The animatic of a frame of a shot that is known, without grain."""
        moment, place, (light, style) = self._see(frame, size).moment, self.place(frame), self.lit(frame)

        def shader() -> Shader:
            return Shader(self.rehearsal.scenes[place], light, replace(grade(style), grain=0.0))

        shade = self._shaders.get((f"{place} {light} {style}", size), shader)
        return shade(moment.hits, moment.camera, moment.state)

    def names(self, place: str) -> Mapping[int, str]:
        """What the ids of a place are called."""
        return self.rehearsal.names(place)

    @abstractmethod
    def place(self, frame: int) -> str:
        """The place that a frame shows."""

    @abstractmethod
    def lit(self, frame: int) -> tuple[Light, str]:
        """The light of a frame, and the look of its style."""

    @abstractmethod
    def cast(self, frame: int, size: Size) -> Seen:
        """What a frame sees."""

    def _see(self, frame: int, size: Size) -> Seen:
        return self._seen.get((frame, size), lambda: self.cast(frame, size))
