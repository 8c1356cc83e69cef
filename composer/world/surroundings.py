"""What a subject finds around it: the places, and the courses of everyone in them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from composer.layout import Layout
from composer.types import Matrix, Solid, Vector
from composer.world.body import Body, underside_m
from composer.world.courses import Course
from composer.world.footprint import free_length, grown, outline
from composer.world.slopes import Ramp, over, ramps_of

STOP_SHORT_M = 0.6
"""Free space between the edges of someone who went to a solid or a person, and that."""


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Where named things are at any moment, for one who is in a place."""

    layouts: Mapping[str, Layout]
    courses: Mapping[str, Course]

    def knows(self, place: str, name: str, time_s: float) -> bool:
        """Whether a name is something in `place` at a time."""
        if place not in self.layouts:
            return False
        layout = self.layouts[place]
        course = self.courses.get(name)
        return (
            name in layout.marks
            or bool(layout.anchor(name))
            or (course is not None and course.place_at(time_s) == place)
        )

    def standing(self, place: str, time_s: float) -> dict[str, Solid]:
        """Every subject of a place at a moment, as it stands."""
        there = {name: course for name, course in self.courses.items() if course.place_at(time_s) == place}
        return {name: at_pose(course.body.solid, course.pose(time_s)) for name, course in there.items()}

    def middle(self, place: str, name: str, near: Vector, time_s: float) -> Vector:
        """Where a name is: the spot of a mark, the middle of a thing; of a row, of the one nearest to `near`."""
        if name in self.layouts[place].marks:
            return self.layouts[place].marks[name].position
        _, pose = self.thing(place, name, near, time_s)
        where: Vector = pose[:3, 3]
        return where

    def end_point(self, place: str, mover: Body, pose: Matrix, name: str, time_s: float) -> Vector:
        """Where the origin of `mover`, now at `pose`, comes to stand when it goes straight to `name`.

        On the spot of a mark; 0.6 m short of the edge of a solid or a person, on the line to its middle, at the height
        at which the mover is.
        """
        start = pose[:3, 3]
        marks = self.layouts[place].marks
        if name in marks:
            spot: Vector = marks[name].position + np.array([0.0, 0.0, underside_m(mover.solid, pose)])
            return spot
        solid, target_pose = self.thing(place, name, start, time_s)
        shape = grown(outline(solid, target_pose), outline(mover.solid, pose), start[:2], STOP_SHORT_M)
        way = target_pose[:2, 3] - start[:2]
        length = float(np.hypot(*way))
        free = min(free_length(start[:2], target_pose[:2, 3], shape), length)
        end = start.copy()
        if length > 0:
            end[:2] += way * (free / length)
        return end

    def way_on(self, place: str, mover: Body, start: Vector, stop: Vector, name: str) -> tuple[Vector, ...]:
        """The straight way from `start` to `stop`, where `name` is, by the corners at which it meets ramps; `stop` last."""
        if not mover.is_person:
            return (stop,)
        settled = name in self.layouts[place].marks
        return tuple(over(self._ramps(place), start, stop, mover.underside_m, settled=settled))

    def _ramps(self, place: str) -> tuple[Ramp, ...]:
        if place not in self._known:
            self._known[place] = ramps_of(self.layouts[place])
        return self._known[place]

    @cached_property
    def _known(self) -> dict[str, tuple[Ramp, ...]]:
        return {}

    def thing(self, place: str, name: str, near: Vector, time_s: float) -> tuple[Solid, Matrix]:
        """A named solid and its pose; of a row the one nearest to `near`."""
        if name in self.courses:
            return self.courses[name].body.solid, self.courses[name].pose(time_s)
        solids = self.layouts[place].anchor(name)
        nearest = min(solids, key=lambda s: float(np.hypot(*(s.T_world_solid[:2, 3] - near[:2]))))
        return nearest, nearest.T_world_solid


def at_pose(solid: Solid, pose: Matrix) -> Solid:
    """A solid as it stands at another pose."""
    return replace(solid, T_world_solid=pose)
