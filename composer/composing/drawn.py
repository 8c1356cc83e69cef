"""What is declared of pictures: geometry, flow and names, cast when it is asked for."""

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from composer.composing.rehearsal import Rehearsal
from composer.controls import Moment
from composer.controls.flow import flow
from composer.measuring import Geometry
from composer.metrics import DeclaredFlow
from composer.types import GROUND, SKY, Size

_KEPT = 6  # a frame and the next, at the sizes that measures want

Value = TypeVar("Value")


class Drawn(ABC):
    """Part of `measuring.Declared`, of pictures whose moments are known."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self._moments: Kept[Moment] = Kept()

    def geometry(self, frame: int, size: Size) -> Geometry:
        """Of a frame of a shot that is known."""
        moment = self._moment(frame, size)
        return Geometry(moment.hits.depth, moment.hits.anchor_id, moment.camera)

    def flow(self, frame: int, size: Size) -> DeclaredFlow:
        """From a frame to the next, bodies too; what the sky shows is not known."""
        now, after = self._moment(frame, size), self._moment(frame + 1, size)
        way, seen = flow(self.rehearsal.scenes[self.place(frame)], now, after)
        return DeclaredFlow(way, seen & (now.hits.anchor_id != SKY))

    def names(self, place: str) -> Mapping[int, str]:
        """What the ids of a place are called."""
        layout = self.rehearsal.layouts[place]
        solids = {solid.id: solid.name for solid in (*layout.solids, *layout.cast.values())}
        return {SKY: "sky", GROUND: "ground", **solids}

    @abstractmethod
    def place(self, frame: int) -> str:
        """The place that a frame shows."""

    @abstractmethod
    def cast(self, frame: int, size: Size) -> Moment:
        """What a frame sees."""

    def _moment(self, frame: int, size: Size) -> Moment:
        return self._moments.get((frame, size), lambda: self.cast(frame, size))


class Kept(Generic[Value]):
    """What was made last, by name or number and size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int | str, Size], Value] = OrderedDict()

    def get(self, key: tuple[int | str, Size], make: Callable[[], Value]) -> Value:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]
