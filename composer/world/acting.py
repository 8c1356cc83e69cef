"""A subject does as it is told: actions become cubic spans of position, step and heading.

- A leg runs at constant speed along its straight line, exactly on time; only its first and last 0.4 s differ: there the
  speed eases from and to standing (a cubic that meets the line again at its end), so length, arrival and end point stay
  exact. A corner of a `via` is rounded over the same 0.4 s, 0.2 s on either side.
- Told something new on the way, a body leaves its old velocity within 0.4 s: it eases onto the new line, or coasts to a
  stand. A way that would be done sooner than that takes 0.4 s.
- People turn towards their way at 360 degrees a second while they walk, and at 180 where they stand (`turn to`); angles
  ease in and out and take angle / rate. Things keep their heading until told to turn.
- One step is 0.41 of the height at a walk, 0.75 at a run; the phase runs on through cuts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import atan2, pi, radians

import numpy as np

from composer.errors import Path, Problem
from composer.schema import Position
from composer.schema.words import Go, Hold, Keyed, Put, Take, Turn
from composer.types import Matrix, Solid, Vector
from composer.world import faults
from composer.world.body import Body, Cue, Entrance, Entry, Order, Rest, underside_m, yaw_of
from composer.world.courses import HANDLING_S, Course, Drawn, Phase, turned
from composer.world.curve import Draft, moves
from composer.world.surroundings import Surroundings

SPEEDS_M_S = {"walk": 1.4, "run": 4.0, "move": 2.0}
STEP_OF_HEIGHT = {"walk": 0.41, "run": 0.75}
EASE_S = 0.4
TURN_RAD_S = pi
WALKING_TURN_RAD_S = 2 * pi

_GAUSS_AT, _GAUSS_WEIGHT = np.polynomial.legendre.leggauss(6)
_LEAST_TURN_S = 0.1
_LEAST_LEG_S = 0.1
_STILL_M = 1e-6

Stager = Callable[[str, str, Position, dict[str, Solid], Path], tuple[Solid, list[Problem]]]
"""Where a position of the list puts a subject (first) in a place (second), among those who stand there."""


@dataclass(frozen=True, eq=False)
class Leg:
    """A straight stretch of a `Go`: who told it, where, when it starts, its ends and its speed."""

    order: Order
    place: str
    start_s: float
    start: Vector
    stop: Vector
    speed_m_s: float

    @property
    def stop_s(self) -> float:
        """When it ends."""
        return self.start_s + float(np.linalg.norm(self.stop - self.start)) / self.speed_m_s


@dataclass(frozen=True)
class Handling:
    """A person's order to take a thing up, or to put it down."""

    order: Order
    action: Take | Put


@dataclass(eq=False)
class Performance:
    """One subject's motion being written, entry by entry."""

    body: Body
    around: Surroundings
    base: Matrix  # the pose that `heading` turns
    place: str
    motion: Draft
    heading: Draft
    stays: list[tuple[float, str]]
    legs: list[Leg] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    handlings: list[Handling] = field(default_factory=list)

    @classmethod
    def of(cls, body: Body, around: Surroundings, place: str, pose: Matrix, since_s: float = 0.0) -> "Performance":
        """One that stands in a place (empty: nowhere) at a pose from a moment on."""
        motion = Draft(np.append(pose[:3, 3], 0.0), since_s)
        return cls(body, around, pose, place, motion, Draft(np.array([yaw_of(pose)]), since_s), [(since_s, place)])

    def drawn(self) -> Drawn:
        """The motion as it stands."""
        return Drawn(self.base, yaw_of(self.base), self.motion.curve(), self.heading.curve())

    def course(self) -> Course:
        drawn = self.drawn()
        return Course(self.body, tuple(Phase(since_s, place, drawn) for since_s, place in self.stays))

    def follow(self, entry: Entry, stage: Stager) -> None:
        """Do what the list says next."""
        if isinstance(entry, Rest):
            self._arrive(float(entry.start_s))
        elif isinstance(entry, Entrance):
            self._enter(entry, stage)
        elif self.place:
            self._perform(entry)

    def _arrive(self, now: float) -> None:
        """Whatever is under way is done."""
        for draft in (self.motion, self.heading):
            draft.rest(now, draft.last)

    def _enter(self, entrance: Entrance, stage: Stager) -> None:
        now, place = float(entrance.start_s), entrance.slate.place
        standing = {n: s for n, s in self.around.standing(place, now).items() if n != self.body.name}
        solid, problems = stage(self.body.name, place, entrance.position, standing, entrance.path)
        self.problems += problems
        pose = solid.T_world_solid
        gait = self.motion.state(now)[0][3]
        self.motion.rest(now, np.append(pose[:3, 3], gait))
        self.heading.rest(now, np.array([yaw_of(pose)]))
        _cut(self.legs, now)
        self.place = place
        self.stays.append((now, place))

    def _perform(self, cue: Cue) -> None:
        """Drop what is under way and do the cue's actions, in order, from its start on."""
        now = float(cue.start_s)
        for draft in (self.motion, self.heading):
            draft.interrupt(now)
        _cut(self.legs, now)
        for index in range(len(cue.actions)):
            now = self.act(Order(self.body.name, cue, index, now))

    def act(self, order: Order) -> float:
        """Do one action from its time on; returns when it is done."""
        match order.action:
            case Go() as action:
                return self._go(order, action)
            case Turn() as action:
                return self._turn(order, action)
            case Hold() as action:
                return self._hold(order, action)
            case Keyed() as action:
                return self._keyed(order, action)
            case Take() | Put() as action:
                self._come_to_rest(order.now)
                self.handlings.append(Handling(order, action))
                return order.now + HANDLING_S
        return order.now  # pushes, throws and releases are the world's to do

    # --- actions: each begins at `order.now` and returns when it is done ----------------------------------------------------

    def _hold(self, order: Order, action: Hold) -> float:
        self._come_to_rest(order.now)
        return order.now + (float(action.time.seconds(order.cue.fps)) if action.time else 0.0)

    def _turn(self, order: Order, action: Turn) -> float:
        now = order.now
        place = self._come_to_rest(now)
        if isinstance(action.to, str):
            if not self._found(order, action.to):
                return now
            end, target = now, place
            for _ in range(8):  # a mover is faced where it is when the turn is done
                target = self.around.middle(self.place, action.to, place, end)
                end = now + abs(self._angle_to(target - place, now)) / TURN_RAD_S
            angle = self._angle_to(target - place, now)
        else:
            bearing = radians(90.0 - action.to)
            angle = self._angle_to(np.array([np.cos(bearing), np.sin(bearing), 0.0]), now)
        return self._turn_by(angle, now, TURN_RAD_S)

    def _go(self, order: Order, action: Go) -> float:
        now, names = order.now, (*action.via, action.to)
        if not all(self._found(order, name) for name in names):
            self._come_to_rest(now)
            return now
        due = self._due(order.cue, action)
        if due is not None and due <= now:
            self.problems.append(faults.too_late(order, action))
            self._come_to_rest(now)
            return now
        speed = action.speed or SPEEDS_M_S[action.gait]
        points = self._way(names, now, speed) if due is None else self._points(names, now, due)
        length = _length(points)
        if due is not None:
            speed = max(length, _STILL_M) / (due - now)
        elif moves(self.motion.state(now)[1][:3]):
            speed = min(speed, max(length, _STILL_M) / EASE_S)
        if fault := faults.too_fast(order, action, length, speed):
            self.problems.append(fault)
        if length < _STILL_M:
            self._come_to_rest(now)
            return now
        self._legs(order, points, speed)
        return self._walk(points, speed, now, STEP_OF_HEIGHT.get(action.gait, 0.0))

    def _keyed(self, order: Order, action: Keyed) -> float:
        """Through every pose at its time, from where it is; smooth, without overshoot where two poses are equal."""
        from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 - slow to load, and few subjects go by keys

        now, start_s = order.now, float(order.cue.start_s)
        times, points, poses = [now], [self.motion.state(now)[0][:3]], []
        for pose in action.poses:
            time_s = start_s + float(pose.time.seconds(order.cue.fps))
            point = self._key_point(pose.at)
            if time_s > times[-1] + 1e-9:
                times.append(time_s)
                points.append(point)
                poses.append(pose)
            elif time_s > now - 1e-9 and len(times) == 1:
                self.problems += faults.jumps(order, points[0], point)
                points[0] = point
        if len(times) == 1:
            self._come_to_rest(now)
            return now
        way = np.array(points)
        slopes = PchipInterpolator(np.array(times), way, axis=0).derivative()(np.array(times))
        slopes[0], slopes[-1] = self.motion.state(now)[1][:3], 0.0
        speed = float(np.linalg.norm(np.diff(way, axis=0), axis=1).max(initial=0.0) / max(np.diff(times).min(), 1e-9))
        if self.body.is_person and (fault := faults.keys_too_fast(order, times, way)):
            self.problems.append(fault)
        gait = "run" if speed > faults.LIMITS_M_S["walk"] else "walk"
        phase_per_m = pi / (STEP_OF_HEIGHT[gait] * self.body.solid.size_m[2]) if self.body.is_person else 0.0
        self._spans(list(zip(times, way, slopes, strict=True)), phase_per_m)
        for start, stop, pose in zip(times, times[1:], poses, strict=False):
            self._face_key(order, pose.facing, start, stop)
        return times[-1]

    def _key_point(self, at: tuple[float, ...] | str) -> Vector:
        soles = underside_m(self.body.solid, self.base)
        layout = self.around.layouts[self.place]
        point = layout.marks[at].position.copy() if isinstance(at, str) else np.array([*at, 0.0][:3], dtype=float)
        stands: Vector = point + np.array([0.0, 0.0, soles])
        return stands

    def _face_key(self, order: Order, facing: float | str | None, start_s: float, stop_s: float) -> None:
        if isinstance(facing, str) and not self._found(order, facing):
            return
        here = self.motion.state(stop_s)[0][:3]
        if facing is None:
            self._face(self.motion.state((start_s + stop_s) / 2)[1][:3], start_s)
            return
        if isinstance(facing, str):
            way = self.around.middle(self.place, facing, here, stop_s) - here
        else:
            bearing = radians(90.0 - facing)
            way = np.array([np.cos(bearing), np.sin(bearing), 0.0])
        value, rate = self.heading.state(start_s)
        goal = value + self._angle_to(way, start_s)
        self.heading.cubic(start_s, stop_s, (value, rate), (goal, np.zeros(1)))
        self.heading.rest(stop_s, goal)

    # --- ways -----------------------------------------------------------------------------------------------------------

    def _due(self, cue: Cue, action: Go) -> float | None:
        if action.by is None:
            return None
        return float(cue.stop_s if action.by == "end" else cue.start_s + action.by.seconds(cue.fps))

    def _points(self, names: Sequence[str], now: float, arrival_s: float) -> list[Vector]:
        """Corners of the way when the last name counts where it is at `arrival_s`."""
        pose = self._pose(now)
        points = [self.motion.state(now)[0][:3]]
        for name in names:
            pose[:3, 3] = points[-1]
            end = self.around.end_point(self.place, self.body, pose, name, arrival_s)
            points += self.around.way_on(self.place, self.body, points[-1], end, name)
        return points

    def _pose(self, now: float) -> Matrix:
        pose = turned(self.base, float(self.heading.state(now)[0][0]) - yaw_of(self.base))
        pose[:3, 3] = self.motion.state(now)[0][:3]
        return pose

    def _way(self, names: Sequence[str], now: float, speed: float) -> list[Vector]:
        """Corners of the way at a given speed: the earliest arrival at which a target that moves is met."""
        if not any(name in self.around.courses for name in names):
            return self._points(names, now, now)

        def late(arrival_s: float) -> float:
            return now + _length(self._points(names, now, arrival_s)) / speed - arrival_s

        before, missed_before = now, late(now)
        arrival = now + missed_before
        for _ in range(40):
            missed = late(arrival)
            if abs(missed) < 1e-10 or arrival == before:
                return self._points(names, now, arrival)
            slope = (missed - missed_before) / (arrival - before)
            step = -missed / slope if -4 < slope < -0.25 else missed
            before, missed_before, arrival = arrival, missed, arrival + step
        return self._points(names, now, _first_root(late, now))

    def _legs(self, order: Order, points: list[Vector], speed: float) -> None:
        now = order.now
        for a, b in pairwise(points):
            length = float(np.linalg.norm(b - a))
            if length > _STILL_M:
                self.legs.append(Leg(order, self.place, now, a, b, speed))
            now += length / speed

    def _walk(self, points: list[Vector], speed: float, now: float, step_of_height: float) -> float:
        duration = _length(points) / speed
        points = _spread(points, speed)
        if _length(points) < _STILL_M:  # there and back within a tenth of a second
            self._come_to_rest(now)
            return now + duration
        ways = [b - a for a, b in pairwise(points)]
        lengths = [float(np.linalg.norm(w)) for w in ways]
        speed = sum(lengths) / duration
        velocities = [w / length * speed for w, length in zip(ways, lengths, strict=True)]
        times = [now, *(now + np.cumsum(lengths) / speed)]
        start_ease, stop_ease = (min(EASE_S, lengths[i] / speed / 2) for i in (0, -1))
        value, rate = self.motion.state(now)
        knots = [(now, value[:3], rate[:3]), (now + start_ease, points[0] + velocities[0] * start_ease, velocities[0])]
        for i in range(1, len(ways)):
            half = min(EASE_S, lengths[i - 1] / speed, lengths[i] / speed) / 2
            knots.append((times[i] - half, points[i] - velocities[i - 1] * half, velocities[i - 1]))
            knots.append((times[i] + half, points[i] + velocities[i] * half, velocities[i]))
        knots.append((times[-1] - stop_ease, points[-1] - velocities[-1] * stop_ease, velocities[-1]))
        knots.append((times[-1], points[-1], np.zeros(3)))
        phase_per_m = (
            pi / (step_of_height * self.body.solid.size_m[2]) if step_of_height and self.body.is_person else 0.0
        )
        self._spans(knots, phase_per_m)
        self._face(velocities[0], now)
        for i, velocity in enumerate(velocities[1:]):
            self._face(velocity, knots[2 + 2 * i][0])
        return float(times[-1])

    # --- spans ----------------------------------------------------------------------------------------------------------

    def _spans(self, knots: list[tuple[float, Vector, Vector]], phase_per_m: float) -> None:
        value, rate = self.motion.state(knots[0][0])
        value, rate = value.copy(), rate.copy()
        for (t0, p0, v0), (t1, p1, v1) in pairwise(knots):
            if t1 - t0 <= 0:
                continue
            phase = value[3] + _arc_length(t1 - t0, (p0, v0), (p1, v1)) * phase_per_m
            stop = (np.append(p1, phase), np.append(v1, float(np.linalg.norm(v1)) * phase_per_m))
            self.motion.cubic(t0, t1, (value, rate), stop)
            value, rate = stop
        self.motion.rest(knots[-1][0], value)

    def _come_to_rest(self, now: float) -> Vector:
        """Coast from whatever is under way to a stand; returns where that is."""
        for draft in (self.motion, self.heading):
            draft.coast(now, EASE_S)
        return self.motion.state(now + EASE_S)[0][:3]

    def _face(self, velocity: Vector, now: float) -> None:
        """Turn a walker into the way it goes; of anything else a turn that is under way ends."""
        if self.body.is_person and np.hypot(velocity[0], velocity[1]) > 1e-9:
            self._turn_by(self._angle_to(velocity, now), now, WALKING_TURN_RAD_S)
        else:
            self.heading.coast(now, EASE_S)

    def _angle_to(self, way: Vector, now: float) -> float:
        """Signed angle from the heading at `now` to a direction, the short way round; 0 when it has none."""
        if np.hypot(way[0], way[1]) < _STILL_M:
            return 0.0
        return float((atan2(way[1], way[0]) - self.heading.state(now)[0][0] + pi) % (2 * pi) - pi)

    def _turn_by(self, angle_rad: float, now: float, rate_rad_s: float) -> float:
        value, rate = self.heading.state(now)
        if abs(angle_rad) < 1e-9 and abs(rate[0]) < 1e-9:
            return now
        end = now + max(abs(angle_rad) / rate_rad_s, _LEAST_TURN_S)
        goal = value + angle_rad
        self.heading.cubic(now, end, (value, rate), (goal, np.zeros(1)))
        self.heading.rest(end, goal)
        return end

    def _found(self, order: Order, name: str) -> bool:
        if self.around.knows(self.place, name, order.now):
            return True
        self.problems.append(faults.elsewhere(order, self.place, name, self.around.layouts))
        return False


def _length(points: Sequence[Vector]) -> float:
    return float(sum(np.linalg.norm(b - a) for a, b in pairwise(points)))


def _spread(points: Sequence[Vector], speed: float) -> list[Vector]:
    """The corners of a way without those that lie less than a tenth of a second before the next."""
    kept = [points[0]]
    for point, after in pairwise(points[1:]):
        far = min(float(np.linalg.norm(point - kept[-1])), float(np.linalg.norm(after - point)))
        if far > max(_LEAST_LEG_S * speed, _STILL_M):
            kept.append(point)
    return [*kept, points[-1]]


def _arc_length(duration_s: float, start: tuple[Vector, Vector], stop: tuple[Vector, Vector]) -> float:
    """Metres along a Hermite cubic, by Gauss-Legendre quadrature."""
    (p0, v0), (p1, v1) = start, stop
    mean = (p1 - p0) / duration_s
    u = ((_GAUSS_AT + 1) / 2)[:, None]
    velocity = v0 + u * 2 * (3 * mean - 2 * v0 - v1) + u**2 * 3 * (v0 + v1 - 2 * mean)
    return float(np.linalg.norm(velocity, axis=1) @ _GAUSS_WEIGHT) / 2 * duration_s


def _first_root(late: Callable[[float], float], start: float) -> float:
    """Earliest time at which `late`, positive at `start`, comes down to 0."""
    from scipy.optimize import brentq  # noqa: PLC0415 - slow to load, and few subjects follow one that goes

    step, low = 0.25, start
    while late(low + step) > 0:
        low += step
        step *= 1.05
    return float(brentq(late, low, low + step, xtol=1e-10))


def _cut(legs: list[Leg], now: float) -> None:
    """Drop the legs that are not walked before something new is told, and the rest of the one that is under way."""
    while legs and legs[-1].start_s >= now:
        legs.pop()
    if legs:
        leg = legs.pop()
        way = leg.stop - leg.start
        length = float(np.linalg.norm(way))
        walked = min((now - leg.start_s) * leg.speed_m_s, length)
        if walked > _STILL_M:
            legs.append(replace(leg, stop=leg.start + way * (walked / length)))
