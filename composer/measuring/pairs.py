"""Pictures held against one another: across joins, and within shots, which calibrates what is found there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from composer.measuring.declared import Declared
from composer.measuring.desk import Job, Picture
from composer.measuring.judging import Judge
from composer.metrics import (
    Common,
    Figure,
    Floor,
    View,
    anchor_colour,
    anchor_position,
    common,
    floor,
    ghosting,
    pairs_within,
    worst,
)
from composer.metrics.views import brought
from composer.types import Measured, MeasureName, Size, Whereabouts

MOST_PAIRS, LEAST_PAIRS = 24, 8  # within shots, near and far each: one for each second of a film
LEAST_FAR = 8  # frames
DRAWN_PX = 256  # width of what is drawn to know which change of colour is meant

Apart = Literal["near", "far"]
"""`near`: one frame apart, as at a join within a shot; `far`: half a shot apart, as across a cut."""


@dataclass(frozen=True)
class PairFigures:
    """What two frames say of every anchor that both show."""

    colour: tuple[Figure, ...]
    position: tuple[Figure, ...]


_KINDS: Mapping[MeasureName, Callable[[PairFigures], tuple[Figure, ...]]] = {
    "anchor colour": lambda figures: figures.colour,
    "anchor position": lambda figures: figures.position,
}


@dataclass(frozen=True)
class InShot:
    """What two frames of one shot, by its index, say of every anchor that both show."""

    shot: int
    frames: tuple[int, int]
    figures: PairFigures


@dataclass
class Pairs:
    """Pairs of frames of a film of `lasts_s`, measured as it streams by at the measured `size`."""

    declared: Declared
    size: Size
    lasts_s: float
    found: dict[tuple[int, int], PairFigures] = field(default_factory=dict)
    within: dict[Apart, list[InShot]] = field(default_factory=lambda: {"near": [], "far": []})
    ghosts: dict[tuple[int, int, int], float] = field(default_factory=dict)
    ghosts_within: list[float] = field(default_factory=list)

    def across(self, last: int, first: int) -> Job:
        """Of a join: the last frame before it and the first after it."""

        def do(pictures: Sequence[Picture]) -> None:
            self.found[last, first] = self.figures((last, first), pictures)

        return Job((last, first), do)

    def blended(self, last: int, middle: int, first: int) -> Job:
        """Of a dissolve: the last frame before it, its middle and the first after it."""

        def do(pictures: Sequence[Picture]) -> None:
            self.ghosts[last, middle, first] = _ghosting(pictures)

        return Job((last, middle, first), do)

    def calibrating(self, kinds: Sequence[Apart] = ("near", "far")) -> list[Job]:
        """Pairs within shots, spread over the film."""
        shots = [n for n, shot in enumerate(self.declared.shots) if shot.known and len(shot.clear) > 1]
        most = round(min(max(self.lasts_s, LEAST_PAIRS), MOST_PAIRS))
        chosen = shots if len(shots) <= most else [shots[n * len(shots) // most] for n in range(most)]
        each = -(-most // max(len(chosen), 1))
        return [job for shot in chosen for job in self._within(shot, each, kinds)]

    def calibrating_ghosts(self) -> list[Job]:
        """By how much the edges of a shot change by themselves, over half a shot."""
        shots = [shot for shot in self.declared.shots if len(shot.clear) > LEAST_FAR]

        def do(pictures: Sequence[Picture]) -> None:
            self.ghosts_within.append(abs(_ghosting(pictures)))

        spans = [(shot.clear.start, len(shot.clear) // 4) for shot in shots[:MOST_PAIRS]]
        return [Job((start, start + step, start + 2 * step), do) for start, step in spans]

    def _within(self, index: int, most: int, kinds: Sequence[Apart]) -> list[Job]:
        shot = self.declared.shots[index]
        start, length = shot.clear.start, len(shot.clear)
        far = max(length // 2, min(LEAST_FAR, length - 1))
        jobs = []
        which: tuple[tuple[Apart, int], ...] = (("near", 1), ("far", far))
        for apart, frames in which:
            if apart not in kinds:
                continue
            for a, b in pairs_within(length, frames, most):
                jobs.append(self._calibrate(apart, start + a, start + b, index))
        return jobs

    def _calibrate(self, apart: Apart, a: int, b: int, index: int) -> Job:
        def do(pictures: Sequence[Picture]) -> None:
            self.within[apart].append(InShot(index, (a, b), self.figures((a, b), pictures)))

        return Job((a, b), do)

    def figures(self, frames: tuple[int, int], pictures: Sequence[Picture]) -> PairFigures:
        """What two frames say, whatever lies between them."""
        views = [self._view(frame, self.size, picture) for frame, picture in zip(frames, pictures, strict=True)]
        both = common(*views)
        first_is_there = both.here is not views[0].image
        colour = anchor_colour(both, lambda: self._drawn(frames, first_is_there=first_is_there))
        return PairFigures(colour, anchor_position(both))

    def _view(self, frame: int, size: Size, picture: Picture) -> View:
        known = self.declared.geometry(frame, size)
        return View(picture, known.depth, known.anchor_id, known.camera)

    def _drawn(self, frames: tuple[int, int], *, first_is_there: bool) -> Common:
        """Both frames as they are meant to look, small: an anchor's mean colour needs no more."""
        width = min(DRAWN_PX, self.size[0])
        size = width, max(2, round(self.size[1] * width / self.size[0]))
        first, second = (self._view(frame, size, self.declared.drawn(frame, size)) for frame in frames)
        return brought(first, second) if first_is_there else brought(second, first)

    def in_shot(self, index: int, judge: Judge) -> Iterator[Measured]:
        """Does a shot hold what is declared by itself? Of its pairs of frames, the middle one by the worst anchor counts.

        These pairs are what joins are calibrated on: what is wrong all through a shot hides there, and is told here.
        """
        found, shot = [one for one in self.within["far"] if one.shot == index], self.declared.shots[index]
        if not found:
            return
        names = self.declared.names(shot.place)
        for measure, of in _KINDS.items():
            ranked = sorted((bad.value, n) for n, one in enumerate(found) if (bad := worst(of(one.figures))))
            pair = found[ranked[(len(ranked) - 1) // 2][1] if ranked else 0]
            where = Whereabouts(shot.place, shot.name, None, pair.frames)
            yield judge.worst(measure, of(pair.figures), None, where, names)

    @property
    def ghost_floor(self) -> Floor:
        return floor(self.ghosts_within)

    def colour_floor(self, apart: Apart) -> Floor:
        return floor(bad.value for one in self.within[apart] if (bad := worst(one.figures.colour)))

    def position_floor(self, apart: Apart) -> Floor:
        return floor(bad.value for one in self.within[apart] if (bad := worst(one.figures.position)))


def _ghosting(pictures: Sequence[Picture]) -> float:
    leaving, middle, coming = pictures
    return ghosting(leaving, middle, coming)
