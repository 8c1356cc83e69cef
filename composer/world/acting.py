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
from dataclasses import dataclass, replace
from itertools import pairwise
from math import atan2, pi, radians

import numpy as np
from scipy.optimize import brentq

from composer.errors import Problem
from composer.schema.words import Go, Hold, Turn
from composer.types import Vector
from composer.world import faults
from composer.world.body import Body, Course, Cue, Order, Surroundings, turned
from composer.world.curve import Draft, moves

SPEEDS_M_S = {"walk": 1.4, "run": 4.0, "move": 2.0}
STEP_OF_HEIGHT = {"walk": 0.41, "run": 0.75}
EASE_S = 0.4
TURN_RAD_S = pi
WALKING_TURN_RAD_S = 2 * pi

_GAUSS_AT, _GAUSS_WEIGHT = np.polynomial.legendre.leggauss(6)
_LEAST_TURN_S = 0.1
_LEAST_LEG_S = 0.1
_STILL_M = 1e-6


@dataclass(frozen=True, eq=False)
class Leg:
    """A straight stretch of a `Go`: who told it, when it starts, its ends and its speed."""

    order: Order
    start_s: float
    start: Vector
    stop: Vector
    speed_m_s: float


@dataclass(eq=False)
class Performance:
    """One subject's motion being written, cue by cue."""

    body: Body
    around: Surroundings
    motion: Draft
    heading: Draft
    legs: list[Leg]
    problems: list[Problem]

    @classmethod
    def of(cls, body: Body, around: Surroundings) -> "Performance":
        start = np.append(body.solid.T_world_solid[:3, 3], 0.0)
        return cls(body, around, Draft(start), Draft(np.array([body.yaw_rad])), [], [])

    def course(self) -> Course:
        return Course(self.body, self.motion.curve(), self.heading.curve())

    def follow(self, cue: Cue) -> None:
        """Drop what is under way and do the cue's actions, in order, from its start on."""
        now = float(cue.start_s)
        for draft in (self.motion, self.heading):
            draft.interrupt(now)
        _cut(self.legs, now)
        for index, action in enumerate(cue.actions):
            order = Order(self.body.name, cue, index, now)
            if isinstance(action, Go):
                now = self._go(order, action)
            elif isinstance(action, Turn):
                now = self._turn(order, action)
            else:
                now = self._hold(order, action)

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
                target = self.around.middle(action.to, place, end)
                end = now + abs(self._angle_to(target - place, now)) / TURN_RAD_S
            angle = self._angle_to(target - place, now)
        else:
            bearing = radians(90.0 - action.to)
            angle = self._angle_to(np.array([np.cos(bearing), np.sin(bearing), 0.0]), now)
        return self._turn_by(angle, now, TURN_RAD_S)

    def _go(self, order: Order, action: Go) -> float:
        now, names = order.now, (*action.via, action.to)
        if fault := faults.no_legs(order, action, self.body):
            self.problems.append(fault)
        if fault or not all(self._found(order, name) for name in names):
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

    # --- ways -----------------------------------------------------------------------------------------------------------

    def _due(self, cue: Cue, action: Go) -> float | None:
        if action.by is None:
            return None
        return float(cue.stop_s if action.by == "end" else cue.start_s + action.by.seconds(cue.fps))

    def _points(self, names: Sequence[str], now: float, arrival_s: float) -> list[Vector]:
        """Corners of the way when the last name counts where it is at `arrival_s`."""
        yaw = float(self.heading.state(now)[0][0])
        pose = turned(self.body.solid.T_world_solid, yaw - self.body.yaw_rad)
        points = [self.motion.state(now)[0][:3]]
        for name in names:
            pose[:3, 3] = points[-1]
            end = self.around.end_point(self.body, pose, name, arrival_s)
            points += self.around.way_on(self.body, points[-1], end, name)
        return points

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
                self.legs.append(Leg(order, now, a, b, speed))
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
        if self.around.knows(name):
            return True
        self.problems.append(faults.elsewhere(order, self.body.place, name, self.around.layouts))
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
