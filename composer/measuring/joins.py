"""Every join of a film: what its two sides say of one another, and what was seen while it passed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from composer.measuring.declared import Declared, FilmedShot, Meeting
from composer.measuring.desk import Job
from composer.measuring.judging import Judge, named
from composer.measuring.pairs import Apart, PairFigures, Pairs
from composer.measuring.standing import Standing
from composer.measuring.watching import Watched, clear_of_joins, relative, touched
from composer.metrics import DETECTORS, Floor, firing, floor
from composer.metrics.motion import SLOWEST_PX
from composer.types import Measured, MeasureName, ThingMeasure, Whereabouts


@dataclass(frozen=True)
class Sides:
    """The frames of a join that are held against one another: the last clear one before it, the first after it."""

    last: int
    first: int

    @property
    def middle(self) -> int:
        return (self.last + self.first) // 2


def sides(declared: Declared, meeting: Meeting) -> Sides | None:
    """None where a side is of a shot that is not known, or has no clear frame, or where the place is another."""
    before, after = (declared.shots[index] for index in meeting.shots)
    if not (before.known and after.known and before.clear and after.clear) or before.place != after.place:
        return None
    if before is after:
        return (
            Sides(meeting.frame - 1, meeting.frame) if {meeting.frame - 1, meeting.frame} <= set(before.clear) else None
        )
    return Sides(before.clear.stop - 1, after.clear.start)


def jobs(declared: Declared, pairs: Pairs) -> Iterator[Job]:
    """What the joins need of the pictures that stream by."""
    aligned = False
    for meeting in declared.meetings:
        found = sides(declared, meeting)
        if found is None:
            continue
        yield pairs.across(found.last, found.first)
        if meeting.kind == "dissolve":
            aligned = True
            yield pairs.blended(found.last, _middle(meeting), found.first)
    if aligned:
        yield from pairs.calibrating_ghosts()


def _middle(meeting: Meeting) -> int:
    """Frame n of a dissolve of D shows (n + 1) / (D + 1) of the new shot."""
    return meeting.overlap.start + len(meeting.overlap) // 2


@dataclass(frozen=True)
class Floors:
    """Of what is measured while frames pass, from intervals that no join touches."""

    motion: Floor
    body_motion: Floor
    acceleration: Floor
    detectors: Floor


def floors(declared: Declared, seen: Watched) -> Floors:
    """As a join takes its figures: the largest of three successive intervals, the larger of two changes."""
    clear = clear_of_joins(declared.meetings, seen.frames)
    motion = [_largest(seen.motion, n) for n in clear]
    bodies = [_largest(seen.body_motion, n) for n in clear]
    changes = [_acceleration(seen, n) for n in clear]
    joins = {frame for meeting in declared.meetings for frame in touched(meeting)}
    inside = [n for shot in declared.shots if shot.known for n in shot.clear if n > shot.clear.start and n not in joins]
    fired = [float(len(firing(seen.cuts, n))) for n in inside if n < seen.frames]
    return Floors(floor(motion), floor(bodies), floor(changes), floor(fired))


def _largest(values: Sequence[float], middle: int) -> float:
    """Of an interval and its neighbours; NaN if any is."""
    three = values[middle - 1 : middle + 2]
    return float(np.max(three)) if len(three) == 3 else nan


def _acceleration(seen: Watched, middle: int) -> float:
    changes = seen.change[middle : middle + 2]
    speed = float(np.mean(seen.speed[middle - 1 : middle + 2]))
    return relative(float(np.max(changes)), speed) if len(changes) == 2 else nan


@dataclass
class JoinPictures:
    """What is told of each join but for its sound."""

    declared: Declared
    pairs: Pairs
    seen: Watched
    judge: Judge
    floors: Floors
    standing: Standing

    def measures(self, index: int, meeting: Meeting) -> Iterator[Measured]:
        found = sides(self.declared, meeting)
        if found is not None:
            yield from self.anchors(index, meeting, found)
            if meeting.kind == "dissolve":
                yield self._ghosting(index, meeting, found)
        yield from self.standing.at_join(index, meeting, self.judge)
        if meeting.invisible:
            yield from self._motion(index, meeting)
            yield self._detectors(index, meeting)

    def where(self, index: int, meeting: Meeting, frames: tuple[int, ...], thing: str = "") -> Whereabouts:
        after = self._shots(meeting)[1]
        return Whereabouts(after.place, after.name, index, frames, thing)

    def anchors(self, index: int, meeting: Meeting, at: Sides) -> Iterator[Measured]:
        """Colour and position, of two frames that were held against one another."""
        figures: PairFigures = self.pairs.found[at.last, at.first]
        before, after = self._shots(meeting)
        apart: Apart = "near" if meeting.invisible else "far"
        where, names = self.where(index, meeting, (at.last, at.first)), self.declared.names(after.place)
        colour = self.judge.worst("anchor colour", figures.colour, self.pairs.colour_floor(apart), where, names)
        if before.partition != after.partition:
            colour = self.judge.unmeasured(colour, "style or light changes here, and colours with them")
        yield colour
        yield self.judge.worst("anchor position", figures.position, self.pairs.position_floor(apart), where, names)

    def _shots(self, meeting: Meeting) -> tuple[FilmedShot, FilmedShot]:
        before, after = (self.declared.shots[index] for index in meeting.shots)
        return before, after

    def _ghosting(self, index: int, meeting: Meeting, at: Sides) -> Measured:
        middle = _middle(meeting)
        value = self.pairs.ghosts[at.last, middle, at.first]
        where = self.where(index, meeting, (middle,))
        told = self.judge.value("ghosting", value, self.pairs.ghost_floor, where)
        return (
            told if meeting.aligned else self.judge.unmeasured(told, "a plain dissolve is meant to show two pictures")
        )

    def _motion(self, index: int, meeting: Meeting) -> Iterator[Measured]:
        """Over the intervals before, across and after the join."""
        across = meeting.frame - 1
        frames = (across, meeting.frame)
        seen, names = self.seen, self.declared.names(self._shots(meeting)[1].place)
        inside = 0 < across < seen.frames - 1
        value = _largest(seen.motion, across) if inside else nan
        yield self.judge.value(
            "motion", value, self.floors.motion, self.where(index, meeting, frames, "camera"), self._intervals(across)
        )
        bodies = range(max(0, across - 1), min(seen.frames, across + 2))
        moving = [n for n in bodies if isfinite(seen.body_motion[n])]
        if moving:
            worst = max(moving, key=lambda n: seen.body_motion[n])
            at = self.where(index, meeting, frames, named(seen.body[worst], names))
            yield self.judge.value("body motion", seen.body_motion[worst], self.floors.body_motion, at)
        change = _acceleration(seen, across) if inside else nan
        slow = isfinite(value) and not isfinite(change)
        says = f"what moves by less than {SLOWEST_PX:g} px a frame has no acceleration to tell" if slow else ""
        at = self.where(index, meeting, frames, "camera")
        yield self.judge.value("acceleration", change, self.floors.acceleration, at, says=says)

    def _intervals(self, across: int) -> list[ThingMeasure]:
        """The three that count, by name."""
        names = {across - 1: "before", across: "across", across + 1: "after"}
        errors = {name: self.seen.motion[n] for n, name in names.items() if 0 <= n < self.seen.frames}
        return [ThingMeasure(name, round(error, 4)) for name, error in errors.items() if isfinite(error)]

    def _detectors(self, index: int, meeting: Meeting) -> Measured:
        fired = firing(self.seen.cuts, meeting.frame)
        name: MeasureName = "cut detectors"
        where = self.where(index, meeting, (meeting.frame - 1, meeting.frame), ", ".join(fired))
        things = [ThingMeasure(detector, float(detector in fired)) for detector in DETECTORS]
        told = self.judge.value(name, float(len(fired)), self.floors.detectors, where, things)
        before, after = self._shots(meeting)
        if meeting.frame - 1 in before.clear and meeting.frame in after.clear:
            return told
        return self.judge.unmeasured(told, "the picture fades or dissolves here")
