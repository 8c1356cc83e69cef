"""Who moves and what they are told: subjects as bodies, shots as cues, and where a name is to be found."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import atan2, pi

import numpy as np
from jaxtyping import Float

from composer.layout import Layout
from composer.schema import Action
from composer.types import BodyTrack, Matrix, Solid, Vector
from composer.world.curve import Curve
from composer.world.footprint import free_length, grown, outline
from composer.world.slopes import Ramp, over, ramps_of

STOP_SHORT_M = 0.6
"""Free space between the edges of someone who went to a solid or a person, and that."""

_SOUTH_RAD = -pi / 2


@dataclass(frozen=True, eq=False)
class Body:
    """A subject as it stands at the story's first moment. `yaw_rad`: the way its front looks, from east to north."""

    name: str
    place: str
    solid: Solid

    @property
    def is_person(self) -> bool:
        return self.solid.shape == "person"

    @property
    def yaw_rad(self) -> float:
        front = -self.solid.T_world_solid[:3, 1]
        return atan2(front[1], front[0]) if abs(front[2]) < 0.5 else _SOUTH_RAD

    @property
    def underside_m(self) -> float:
        """Height of its origin above its underside."""
        return float(self.solid.T_world_solid[2, 3]) - outline(self.solid).low_m


@dataclass(frozen=True)
class Cue:
    """What a shot tells one subject, from the shot's start (s of the story) on."""

    shot_index: int
    start_s: Fraction
    stop_s: Fraction
    fps: Fraction
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Order:
    """One action of a cue, told to `name`; `now` is the moment (s of the story) at which it begins."""

    name: str
    cue: Cue
    index: int
    now: float

    @property
    def action(self) -> Action:
        return self.cue.actions[self.index]

    @property
    def into_s(self) -> float:
        """Seconds from the shot's start."""
        return self.now - float(self.cue.start_s)


@dataclass(frozen=True, eq=False)
class Course:
    """A body's motion over the whole story: `place_gait` x, y, z (m) and step phase (rad), `heading` yaw (rad)."""

    body: Body
    place_gait: Curve
    heading: Curve

    def track(self, times_s: Float[np.ndarray, " f"]) -> BodyTrack:
        """Poses, velocities and step phase at story times."""
        values, rates = self.place_gait.at(times_s), self.place_gait.rate(times_s)
        angular = np.zeros((len(times_s), 3))
        angular[:, 2] = self.heading.rate(times_s)[:, 0]
        turn = self.heading.at(times_s)[:, 0] - self.body.yaw_rad
        return BodyTrack(
            _poses(self.body.solid.T_world_solid, turn, values[:, :3]), rates[:, :3], angular, values[:, 3]
        )

    def pose(self, time_s: float) -> Matrix:
        """`T_world_body` at one moment."""
        time = np.array([time_s])
        turn = self.heading.at(time)[:, 0] - self.body.yaw_rad
        pose: Matrix = _poses(self.body.solid.T_world_solid, turn, self.place_gait.at(time)[:, :3])[0]
        return pose


@dataclass(frozen=True, eq=False)
class Surroundings:
    """A place and the courses of the others in it: where things are at any moment."""

    place: str
    layouts: Mapping[str, Layout]
    courses: Mapping[str, Course]

    @property
    def layout(self) -> Layout:
        return self.layouts[self.place]

    def knows(self, name: str) -> bool:
        return name in self.layout.marks or name in self.courses or bool(self.layout.anchor(name))

    def middle(self, name: str, near: Vector, time_s: float) -> Vector:
        """Where a name is: the spot of a mark, the middle of a thing; of a row, of the one nearest to `near`."""
        if name in self.layout.marks:
            return self.layout.marks[name].position
        _, pose = self._thing(name, near, time_s)
        where: Vector = pose[:3, 3]
        return where

    def end_point(self, mover: Body, pose: Matrix, name: str, time_s: float) -> Vector:
        """Where the origin of `mover`, now at `pose`, comes to stand when it goes straight to `name`.

        On the spot of a mark; 0.6 m short of the edge of a solid or a person, on the line to its middle, at the height
        at which the mover is.
        """
        start = pose[:3, 3]
        if name in self.layout.marks:
            spot: Vector = self.layout.marks[name].position + np.array([0.0, 0.0, mover.underside_m])
            return spot
        solid, target_pose = self._thing(name, start, time_s)
        shape = grown(outline(solid, target_pose), outline(mover.solid, pose), start[:2], STOP_SHORT_M)
        way = target_pose[:2, 3] - start[:2]
        length = float(np.hypot(*way))
        free = min(free_length(start[:2], target_pose[:2, 3], shape), length)
        end = start.copy()
        if length > 0:
            end[:2] += way * (free / length)
        return end

    def way_on(self, mover: Body, start: Vector, stop: Vector, name: str) -> tuple[Vector, ...]:
        """The straight way from `start` to `stop`, where `name` is, by the corners at which it meets ramps; `stop` last."""
        if not mover.is_person:
            return (stop,)
        settled = name in self.layout.marks
        return tuple(over(self.ramps, start, stop, mover.underside_m, settled=settled))

    @cached_property
    def ramps(self) -> tuple[Ramp, ...]:
        return ramps_of(self.layout)

    def _thing(self, name: str, near: Vector, time_s: float) -> tuple[Solid, Matrix]:
        if name in self.courses:
            return self.courses[name].body.solid, self.courses[name].pose(time_s)
        solids = self.layout.anchor(name)
        nearest = min(solids, key=lambda s: float(np.hypot(*(s.T_world_solid[:2, 3] - near[:2]))))
        return nearest, nearest.T_world_solid


def turned(pose: Matrix, angle_rad: float) -> Matrix:
    """A pose turned about the vertical through its origin."""
    after: Matrix = _poses(pose, np.array([angle_rad]), pose[None, :3, 3])[0]
    return after


def _poses(
    pose: Matrix, turns_rad: Float[np.ndarray, " f"], positions: Float[np.ndarray, "f 3"]
) -> Float[np.ndarray, "f 4 4"]:
    cos, sin = np.cos(turns_rad), np.sin(turns_rad)
    poses = np.tile(np.eye(4), (len(turns_rad), 1, 1))
    poses[:, 0, :3] = cos[:, None] * pose[0, :3] - sin[:, None] * pose[1, :3]
    poses[:, 1, :3] = sin[:, None] * pose[0, :3] + cos[:, None] * pose[1, :3]
    poses[:, 2, :3] = pose[2, :3]
    poses[:, :3, 3] = positions
    return poses
