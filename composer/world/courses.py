"""A subject's motion over the whole story: phases, each in one place and of one kind."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

from composer.geometry import invert
from composer.types import BodyTrack, Matrix, Vector
from composer.world.body import Body
from composer.world.curve import Curve

Times = Float[np.ndarray, " f"]

_JUST_S = 1e-6

HANDLING_S = 0.6
"""How long a thing takes from where it lies into the hands, and from there to where it is put."""


@runtime_checkable
class Motion(Protocol):
    """Poses, velocities and step phase of a body at any times of the story."""

    def track(self, times_s: Times, /) -> BodyTrack: ...


@dataclass(frozen=True, eq=False)
class Drawn:
    """As it is told: `place_gait` x, y, z (m) and step phase (rad), `heading` yaw (rad) from `base` at `yaw_rad` on."""

    base: Matrix
    yaw_rad: float
    place_gait: Curve
    heading: Curve

    def track(self, times_s: Times) -> BodyTrack:
        (values, rates), (yaw, turning) = self.place_gait.both(times_s), self.heading.both(times_s)
        angular = np.zeros((len(times_s), 3))
        angular[:, 2] = turning[:, 0]
        turn = yaw[:, 0] - self.yaw_rad
        return BodyTrack(turned_poses(self.base, turn, values[:, :3]), rates[:, :3], angular, values[:, 3])


@dataclass(frozen=True, eq=False)
class Carried:
    """In a person's hands: from `start_s` on it comes from `T_person_thing` to `held` (m, in the person's frame)."""

    person: "Course"
    T_person_thing: Matrix
    held: Vector
    start_s: float

    def track(self, times_s: Times) -> BodyTrack:
        bearer = self.person.track(times_s)
        share = np.clip((times_s - self.start_s) / HANDLING_S, 0, 1)
        eased, rate = share**2 * (3 - 2 * share), 6 * share * (1 - share) / HANDLING_S
        way = self.held - self.T_person_thing[:3, 3]
        R = bearer.T_world_body[:, :3, :3]
        arm = np.einsum("fij,fj->fi", R, self.T_person_thing[:3, 3] + eased[:, None] * way)
        poses = np.tile(np.eye(4), (len(times_s), 1, 1))
        poses[:, :3, :3] = R @ self.T_person_thing[:3, :3]
        poses[:, :3, 3] = bearer.T_world_body[:, :3, 3] + arm
        linear = bearer.linear_m_s + np.cross(bearer.angular_rad_s, arm) + rate[:, None] * (R @ way)
        return BodyTrack(poses, linear, bearer.angular_rad_s, np.zeros(len(times_s)))


@dataclass(frozen=True, eq=False)
class Moved:
    """Set down: from one pose to a position (m), upright as it was, within `HANDLING_S` from `start_s` on."""

    pose: Matrix
    to: Vector
    start_s: float

    def track(self, times_s: Times) -> BodyTrack:
        share = np.clip((times_s - self.start_s) / HANDLING_S, 0, 1)
        eased, rate = share**2 * (3 - 2 * share), 6 * share * (1 - share) / HANDLING_S
        way = self.to - self.pose[:3, 3]
        poses = np.tile(self.pose, (len(times_s), 1, 1))
        poses[:, :3, 3] += eased[:, None] * way
        return BodyTrack(poses, rate[:, None] * way, np.zeros((len(times_s), 3)), np.zeros(len(times_s)))


@dataclass(frozen=True, eq=False)
class Resting:
    """Stays at a pose."""

    pose: Matrix

    def track(self, times_s: Times) -> BodyTrack:
        f = len(times_s)
        return BodyTrack(np.tile(self.pose, (f, 1, 1)), np.zeros((f, 3)), np.zeros((f, 3)), np.zeros(f))


@dataclass(frozen=True, eq=False)
class Phase:
    """From `since_s` on a subject is in `place` (empty: nowhere) and moves so; `free`: as physics has it."""

    since_s: float
    place: str
    motion: Motion
    free: bool = False


@dataclass(frozen=True, eq=False)
class Course:
    """A body's phases, in the order of the story; the first counts before its time too."""

    body: Body
    phases: tuple[Phase, ...]

    def place_at(self, time_s: float) -> str:
        """Where it is; empty for nowhere."""
        return self.phase_at(time_s).place

    def phase_at(self, time_s: float) -> Phase:
        return self.phases[max(0, bisect_right(self.starts_s, time_s) - 1)]

    def bearer_at(self, time_s: float) -> str:
        """Who carries it; "" for nobody."""
        motion = self.phase_at(time_s).motion
        return motion.person.body.solid.name if isinstance(motion, Carried) else ""

    @property
    def starts_s(self) -> list[float]:
        return [phase.since_s for phase in self.phases]

    def places(self, times_s: Times) -> list[str]:
        """Where it is at each time."""
        which = self._which(times_s)
        return [self.phases[i].place for i in which]

    def nearest_in(self, place: str, time_s: float) -> float:
        """The time at which it is in a place that is nearest to one at which it is not: just before it left, mostly."""
        ends = [*self.starts_s[1:], np.inf]
        stays = [(a, b) for phase, a, b in zip(self.phases, self.starts_s, ends, strict=True) if phase.place == place]
        left = [b for _, b in stays if b <= time_s]
        return max(left) - _JUST_S if left else min(a for a, _ in stays)

    def free(self, times_s: Times) -> Bool[np.ndarray, " f"]:
        """Whether physics moves it, at each time."""
        return np.array([self.phases[i].free for i in self._which(times_s)], bool)

    def track(self, times_s: Times) -> BodyTrack:
        """Poses, velocities and step phase at story times."""
        if len(self.phases) == 1:
            whole: BodyTrack = self.phases[0].motion.track(times_s)
            return whole
        which = self._which(times_s)
        kinds = np.unique(which)
        if len(kinds) == 1:
            alone: BodyTrack = self.phases[int(kinds[0])].motion.track(times_s)
            return alone
        f = len(times_s)
        poses, linear, angular, gait = np.empty((f, 4, 4)), np.empty((f, 3)), np.empty((f, 3)), np.empty(f)
        for kind in kinds:
            chosen = which == kind
            part = self.phases[kind].motion.track(times_s[chosen])
            poses[chosen], linear[chosen] = part.T_world_body, part.linear_m_s
            angular[chosen], gait[chosen] = part.angular_rad_s, part.gait_rad
        return BodyTrack(poses, linear, angular, gait)

    def pose(self, time_s: float) -> Matrix:
        """`T_world_body` at one moment."""
        pose: Matrix = self.track(np.array([time_s])).T_world_body[0]
        return pose

    def _which(self, times_s: Times) -> np.ndarray:
        return np.maximum(np.searchsorted(np.array(self.starts_s), times_s, side="right") - 1, 0)


def relative(T_world_a: Matrix, T_world_b: Matrix) -> Matrix:
    """`T_a_b`."""
    T: Matrix = invert(T_world_a) @ T_world_b
    return T


def turned(pose: Matrix, angle_rad: float) -> Matrix:
    """A pose turned about the vertical through its origin."""
    after: Matrix = turned_poses(pose, np.array([angle_rad]), pose[None, :3, 3])[0]
    return after


def turned_poses(
    pose: Matrix, turns_rad: Float[np.ndarray, " f"], positions: Float[np.ndarray, "f 3"]
) -> Float[np.ndarray, "f 4 4"]:
    """A pose turned about the vertical and moved to each position."""
    cos, sin = np.cos(turns_rad)[:, None], np.sin(turns_rad)[:, None]
    poses = np.zeros((len(turns_rad), 4, 4))
    poses[:, 0, :3] = cos * pose[0, :3] - sin * pose[1, :3]
    poses[:, 1, :3] = sin * pose[0, :3] + cos * pose[1, :3]
    poses[:, 2, :3], poses[:, 3, 3] = pose[2, :3], 1.0
    poses[:, :3, 3] = positions
    return poses


def turns_of(track: BodyTrack, pose: Matrix) -> Float[np.ndarray, " f"]:
    """How far (rad, about the vertical) each pose of a track is turned from `pose`."""
    R = track.T_world_body[:, :3, :3] @ pose[:3, :3].T
    turns: Float[np.ndarray, " f"] = np.arctan2(R[:, 1, 0], R[:, 0, 0])
    return turns
