"""What layers read of the world: the value of a state at every frame of a shot, and how it is written."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from composer.layout import Layout, reach
from composer.overlay import FIGURE_SPACE
from composer.schema import Slate
from composer.schema.quantities import plain
from composer.schema.readings import UNITS, Reading
from composer.types import Contact, Solid
from composer.world import apart, at_pose

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal

Values = list[float | Fraction | None]
"""One for each frame, in the unit of the state (m/s, m, N s, s), times exact; None where there is none: two who are not in
one place."""

NONE = "\u2013"
"""A dash: there is nothing to tell."""

_DOWN = np.array([0.0, 0.0, -1.0])
_STEPS = {"m/s": "0.1", "m": "0.1", "km": "0.01", "ft": "0.1", "s": "0.1", "min": "0.1", "h": "0.01"}
"""How finely a value is told where the list does not say; in any other unit, whole."""


class Readings:
    """The states of the world and the film over the first `frames` frames of a shot's clip, handle included."""

    def __init__(self, rehearsal: "Rehearsal", slate: Slate, frames: int) -> None:
        self.rehearsal, self.slate, self.frames = rehearsal, slate, frames
        self.story = rehearsal.story
        self.times = [slate.start_s + k / slate.fps for k in range(frames)]
        self._known: dict[str, Values] = {}

    @cached_property
    def times_s(self) -> Float[np.ndarray, " f"]:
        """The story's, at each frame."""
        return np.array([float(time) for time in self.times])

    @property
    def film_s(self) -> Fraction:
        """How long the film lasts."""
        return self.rehearsal.slates[-1].frames.stop / self.slate.fps

    def values(self, reading: Reading) -> Values:
        """The state at every frame."""
        if reading.state not in self._known:
            self._known[reading.state] = self._of_subject(reading) if reading.name else self._of_film(reading.what)
        return self._known[reading.state]

    def written(self, reading: Reading) -> list[str]:
        """The state at every frame, as text: of one width where only figures change."""
        match reading.what:
            case "shot":
                return [self.slate.name] * self.frames
            case "look":
                return [look.replace("_", " ") for look in self._looks(reading.name)]
        values = self.values(reading)
        if reading.quantity == "time" and not reading.unit:
            return _clocks(values, reading.rounding or Fraction(1), _rounded(reading))
        numbers, unit = self.numbers(reading, reading.unit)
        return [f"{number}\u00a0{unit}" if unit and number != NONE else number for number in numbers]

    def numbers(self, reading: Reading, unit: str) -> tuple[list[str], str]:
        """The state at every frame as numbers without their unit, and that: the one that is told, or its usual one."""
        units = UNITS[reading.quantity]
        unit = unit or next(iter(units), "")
        factor = 1 / self.slate.fps if unit == "f" else units.get(unit, Fraction(1))
        step = reading.rounding or Fraction(_STEPS.get(unit, "1"))
        return _numbers(self.values(reading), factor, step, _rounded(reading)), unit

    # --- of the film --------------------------------------------------------------------------------------------------

    def _of_film(self, what: str) -> Values:
        shot, film = self.slate.duration_s, self.film_s
        since = [k / self.slate.fps for k in range(self.frames)]
        first = self.slate.frames.start / self.slate.fps
        clocks: dict[str, Callable[[Fraction], Fraction]] = {
            "film.time": lambda t: first + t,
            "film.left": lambda t: max(Fraction(0), film - first - t),
            "story.time": lambda t: self.slate.start_s + t,
            "shot.time": lambda t: t,
            "shot.left": lambda t: max(Fraction(0), shot - t),
        }
        return [clocks[what](t) for t in since]

    # --- of subjects ----------------------------------------------------------------------------------------------------

    def _of_subject(self, reading: Reading) -> Values:
        name = reading.name
        course = self.story.courses.get(name)
        there = [course is not None and bool(course.place_at(time)) for time in self.times_s.tolist()]
        match reading.what:
            case "speed":
                assert course is not None
                speeds = np.linalg.norm(course.track(self.times_s).linear_m_s, axis=1)
                return [float(speed) if is_there else None for speed, is_there in zip(speeds, there, strict=True)]
            case "height":
                return [
                    float(-reach_down(solid)) if solid else None for solid in (self._solid(name, t) for t in self.times)
                ]
            case "distance":
                return [self._distance(name, reading.other, time) for time in self.times]
        blows = self._blows(name)
        known = [bisect_right(blows, float(time), key=lambda blow: blow.time_s) for time in self.times]
        if reading.what == "hits":
            return [float(count) for count in known]
        return [max((blow.impulse_n_s for blow in blows[:count]), default=0.0) for count in known]

    def _blows(self, name: str) -> list[Contact]:
        """What struck a subject, or was struck by it, in any place, in the order of the story."""
        every = (contact for here in self.story.contacts.values() for contact in here)
        return sorted((c for c in every if c.kind == "blow" and name in c.bodies), key=lambda c: c.time_s)

    def _looks(self, name: str) -> list[str]:
        return [self.story.changes.at(self.slate.place, name, float(time)) for time in self.times]

    def _solid(self, name: str, time: Fraction) -> Solid | None:
        """A subject as it stands; None while it is nowhere."""
        course = self.story.courses.get(name)
        if course is None or not course.place_at(float(time)):
            return None
        return at_pose(course.body.solid, course.pose(float(time)))

    def _distance(self, name: str, other: str, time: Fraction) -> float | None:
        """From edge to edge, as `near` has it; to the edge from a mark. None where they are not in one place."""
        mine = self._solid(name, time)
        if mine is None:
            return None
        here = self.rehearsal.layouts[self.story.courses[name].place_at(float(time))]
        theirs = self._solids(other, here, time)
        if not theirs and other in here.marks:
            return apart(mine, here.marks[other].position)
        return min((apart(mine, solid) for solid in theirs), default=None)

    def _solids(self, name: str, here: Layout, time: Fraction) -> Sequence[Solid]:
        course = self.story.courses.get(name)
        if course is None:
            return here.anchor(name)
        solid = self._solid(name, time)
        return (solid,) if solid and course.place_at(float(time)) == here.name else ()


def reach_down(solid: Solid) -> float:
    """How far below z = 0 a solid's underside lies (m); negative above it."""
    return reach(solid, _DOWN) - float(solid.T_world_solid[2, 3])


def _rounded(reading: Reading) -> Callable[[Fraction], int]:
    """What is left is rounded up, so that nothing is only when nothing is left; time that has passed is rounded down."""
    if reading.what.endswith(".left"):
        return ceil
    return floor if reading.quantity == "time" else lambda value: floor(value + Fraction(1, 2))


def _numbers(values: Values, factor: Fraction, step: Fraction, rounded: Callable[[Fraction], int]) -> list[str]:
    digits = len(plain(step, 6).partition(".")[2])
    told = [None if v is None else rounded(_exact(v) / factor / step) * step for v in values]
    texts = [NONE if v is None else f"{float(v):.{digits}f}" for v in told]
    return _as_wide(texts)


def _clocks(values: Values, step: Fraction, rounded: Callable[[Fraction], int]) -> list[str]:
    """Times as `1:05`, or `1:05.5` in steps below a second; with hours from the first one on."""
    digits = len(plain(step, 6).partition(".")[2])
    texts = []
    for value in values:
        seconds = rounded(_exact(value or Fraction(0)) / step) * step
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(int(minutes), 60)
        last = f"{float(rest):0{3 + digits if digits else 2}.{digits}f}"
        texts.append(f"{hours}:{minutes:02d}:{last}" if hours else f"{minutes}:{last}")
    return _as_wide(texts)


def _exact(value: float | Fraction) -> Fraction:
    """Without the last bits of floats, which are arithmetic's alone: 0.30000000000000004 is 0.3."""
    return value if isinstance(value, Fraction) else Fraction(round(value * 10**9), 10**9)


def _as_wide(texts: list[str]) -> list[str]:
    """All as wide as the widest: what is missing in front is filled with figure spaces."""
    most = max(map(len, texts), default=0)
    return [FIGURE_SPACE * (most - len(text)) + text for text in texts]
