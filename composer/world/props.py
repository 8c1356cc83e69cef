"""What happens to things: pushed, thrown, carried and moved, and for the rest as physics has it.

Everything is done in the order of the story: places are run up to each moment, then what is told for it is done. What a
thing does while it is moved or carried is drawn, exactly; what it does by itself is what the physics recorded.
"""

import heapq
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count

import numpy as np

from composer.errors import Problem
from composer.layout import Layout
from composer.schema.words import Go, Hold, Keyed, Push, Put, Release, Take, Throw, Turn
from composer.types import BodyState, Contact, Matrix, Solid, Vector
from composer.world import faults
from composer.world.acting import Handling, Leg, Performance, Stager
from composer.world.ballistics import least_speed, rolling, throw_at, throw_in
from composer.world.body import Body, Cue, Entrance, Entry, Order, Rest, underside_m
from composer.world.courses import HANDLING_S, Carried, Course, Motion, Moved, Phase, Resting, relative
from composer.world.driving import Driver
from composer.world.footprint import outline
from composer.world.hands import REACH_M, apart, held_at, spot_on_top, too_high
from composer.world.physics import Physics
from composer.world.recorded import Recorded, begin_phase, known_phases, moment
from composer.world.surroundings import Surroundings, at_pose

_SETTLES_S = 60.0
_LONG_S = 1e6
_AIMS = 12

_REST, _ENTER, _DONE, _HANDLE, _ACT = range(5)


@dataclass(frozen=True, eq=False)
class Played:
    """The courses of things, what touched in each place, what could not be done, and what no solver could follow, since when
    (s).
    """

    courses: Mapping[str, Course]
    contacts: Mapping[str, Sequence[Contact]]
    legs: Mapping[str, Sequence[Leg]]
    problems: Sequence[Problem]
    lost: Mapping[str, float] = field(default_factory=dict)


@dataclass(eq=False)
class _Thing:
    """A thing on its way through the story."""

    body: Body
    entries: Sequence[Entry]
    place: str
    pose: Matrix  # of one that has not been put anywhere yet
    phases: list[Phase] = field(default_factory=list)
    cue: Cue | None = None
    acting: Performance | None = None  # while it is moved as it is told
    motion: Motion | None = None  # while it is driven: moved, carried, set down
    bearer: str = ""


class Props:
    """All things of a film, played once through the story."""

    def __init__(
        self,
        layouts: Mapping[str, Layout],
        things: Mapping[str, tuple[Body, str, Sequence[Entry]]],
        people: Mapping[str, Course],
        handlings: Sequence[Handling],
        around: Surroundings,
        stage: Stager,
    ) -> None:
        self.layouts, self.people, self.around, self.stage = layouts, people, around, stage
        self.things = {
            name: _Thing(body, entries, place, body.solid.T_world_solid)
            for name, (body, place, entries) in things.items()
        }
        self.problems: list[Problem] = []
        self.legs: dict[str, list[Leg]] = {name: [] for name in things}
        self._events: list[tuple[float, int, int, Callable[[float], None]]] = []
        self._order = count()
        self.physics = self._physics()
        for thing in self.things.values():
            self._begin(thing)
        for handling in handlings:
            self._at(handling.order.now, _HANDLE, partial(self._handle, handling))

    def play(self, end_s: float) -> Played:
        """From the story's first moment to `end_s`."""
        while self._events and self._events[0][0] <= end_s:
            now, _, _, happen = heapq.heappop(self._events)
            self._run(now)
            happen(now)
        self._run(end_s)
        courses = {name: Course(thing.body, known_phases(thing.phases)) for name, thing in self.things.items()}
        contacts = {place: tuple(physics.contacts) for place, physics in self.physics.items()}
        lost = {name: since_s for physics in self.physics.values() for name, since_s in physics.lost.items()}
        return Played(courses, contacts, self.legs, self.problems, lost)

    # --- the clock ------------------------------------------------------------------------------------------------------

    def _at(self, time_s: float, rank: int, happen: Callable[[float], None]) -> None:
        heapq.heappush(self._events, (time_s, rank, next(self._order), happen))

    def _run(self, until_s: float) -> None:
        for physics in self.physics.values():
            physics.run(until_s)

    def _physics(self) -> dict[str, Physics]:
        """Of each place that a thing is ever in."""
        visited = {name for name, layout in self.layouts.items() if layout.cast.keys() & self.things.keys()}
        worlds = {}
        for place in (name for name in self.layouts if name in visited):
            layout = self.layouts[place]
            worlds[place] = Physics(layout, layout.cast, layout.ground_physical)
            for name in (name for name in layout.cast if name in self.people):
                self._walk_on(worlds[place], place, name)
        return worlds

    def _walk_on(self, physics: Physics, place: str, name: str) -> None:
        """A person is where its course says, while it is in the place."""
        course = self.people[name]
        for phase, stop in zip(course.phases, [*course.phases[1:], None], strict=True):
            if phase.place != place:
                continue
            begins = max(phase.since_s, 0.0)
            self._at(begins, _ENTER, partial(self._bring, name, place))
            self._at(begins, _ENTER, partial(_walk, physics, course.body, phase.motion))
            if stop is not None and stop.place != place:
                self._at(stop.since_s, _ENTER, partial(_walk, physics, course.body, None))

    def _bring(self, person: str, place: str, now: float) -> None:
        """What a person holds comes along."""
        for thing in self.things.values():
            if thing.bearer == person and thing.place != place and thing.motion is not None:
                self.physics[thing.place].take_away(thing.body.name)
                thing.place = place
                self._drive(thing, thing.motion, now)

    def _begin(self, thing: _Thing) -> None:
        if thing.place:
            self._put(thing, thing.place, thing.body.solid.T_world_solid, 0.0)
        else:
            thing.phases.append(Phase(0.0, "", Resting(thing.pose)))
        for entry in thing.entries:
            if isinstance(entry, Rest):
                self._at(float(entry.start_s), _REST, partial(self._settle, thing))
            elif isinstance(entry, Entrance):
                self._at(float(entry.start_s), _ENTER, partial(self._enter, thing, entry))
            else:
                self._at(float(entry.start_s), _ACT, partial(self._told, thing, entry))

    # --- where a thing is -----------------------------------------------------------------------------------------------

    def _state(self, thing: _Thing, now: float) -> BodyState:
        if thing.motion is not None:
            return moment(thing.motion, now)
        free: BodyState = self.physics[thing.place].state(thing.body.name)
        return free

    def _put(self, thing: _Thing, place: str, pose: Matrix, now: float) -> None:
        """It lies there, asleep."""
        physics, name = self.physics[place], thing.body.name
        if thing.motion is not None:
            self.physics[thing.place].drive(name, None)
        thing.motion, thing.acting, thing.bearer = None, None, ""
        physics.put(name, pose)
        thing.place = place
        begin_phase(thing.phases, Phase(now, place, Recorded(physics, name), free=True))

    def _drive(self, thing: _Thing, motion: Motion, now: float) -> None:
        """From now on it is where a motion says, whatever is in its way."""
        thing.motion = motion
        self.physics[thing.place].drive(thing.body.name, Driver(motion, thing.body.solid))
        begin_phase(thing.phases, Phase(now, thing.place, motion))

    def _let_go(self, thing: _Thing, now: float) -> BodyState:
        """Hands it back to physics where it is."""
        state = self._state(thing, now)
        if thing.motion is not None:
            self._put(thing, thing.place, state.T_world_body, now)
        return state

    def _settle(self, thing: _Thing, now: float) -> None:
        """The story jumps: what it does is done."""
        thing.cue = None
        if thing.bearer:
            return
        physics, name = self.physics.get(thing.place), thing.body.name
        if thing.motion is not None:
            self._put(thing, thing.place, moment(thing.motion, now + _LONG_S).T_world_body, now)
        elif physics is not None and name in physics.awake():
            layout = self.layouts[thing.place]
            ahead = Physics(layout, layout.cast, layout.ground_physical)
            ahead.restore(physics.snapshot())
            ahead.run(now + _SETTLES_S)
            self._put(thing, thing.place, ahead.state(name).T_world_body, now)

    def _enter(self, thing: _Thing, entrance: Entrance, now: float) -> None:
        place, name = entrance.slate.place, thing.body.name
        standing = {n: s for n, s in self._standing(place, now).items() if n != name}
        solid, problems = self.stage(name, place, entrance.position, standing, entrance.path)
        self.problems += problems
        if thing.place and thing.place != place:
            if thing.motion is not None:
                self.physics[thing.place].drive(name, None)
                thing.motion = None
            self.physics[thing.place].take_away(name)
        thing.cue = None
        self._put(thing, place, solid.T_world_solid, now)

    def _standing(self, place: str, now: float) -> dict[str, Solid]:
        """Everyone in a place at this moment."""
        there = {n: c for n, c in self.people.items() if c.place_at(now) == place}
        solids = {n: at_pose(c.body.solid, c.pose(now)) for n, c in there.items()}
        for name, thing in self.things.items():
            if thing.place == place:
                solids[name] = at_pose(thing.body.solid, self._state(thing, now).T_world_body)
        return solids

    # --- what it is told ------------------------------------------------------------------------------------------------

    def _told(self, thing: _Thing, cue: Cue, now: float) -> None:
        if not thing.place:
            return
        thing.cue = cue
        self._next(thing, cue, 0, now)

    def _next(self, thing: _Thing, cue: Cue, index: int, now: float) -> None:
        """Do one action of a cue, unless something else was told since."""
        if thing.cue is not cue or index >= len(cue.actions):
            return
        order = Order(thing.body.name, cue, index, now)
        done = self._act(thing, order)
        self._at(done, _ACT, partial(self._next, thing, cue, index + 1))

    def _act(self, thing: _Thing, order: Order) -> float:
        action, now = order.action, order.now
        if thing.bearer and not isinstance(action, Push | Throw | Release):
            if not isinstance(action, Hold):
                self.problems.append(faults.in_hands(order, thing.bearer))
            return now
        match action:
            case Push():
                self._push(thing, order, action)
            case Throw():
                self._throw(thing, order, action)
            case Release():
                self._let_go(thing, now)
                self.physics[thing.place].wake(thing.body.name)
            case Hold() if thing.acting is None:
                return now + (float(action.time.seconds(order.cue.fps)) if action.time else 0.0)
            case Go() | Turn() | Keyed() | Hold():
                return self._move(thing, order)
        return now

    def _move(self, thing: _Thing, order: Order) -> float:
        """As told, untouched by physics; then asleep."""
        now = order.now
        acting = thing.acting
        if acting is None:
            pose = self._state(thing, now).T_world_body
            acting = Performance.of(thing.body, self.around, thing.place, pose, now)
        else:
            acting.motion.interrupt(now)
            acting.heading.interrupt(now)
        legs, problems = len(acting.legs), len(acting.problems)
        done = acting.act(order)
        self.legs[thing.body.name] += acting.legs[legs:]
        self.problems += acting.problems[problems:]
        still_s = max(acting.motion.starts_s[-1], acting.heading.starts_s[-1])
        if still_s <= now:
            return done
        self._drive(thing, acting.drawn(), now)
        thing.acting = acting
        self._at(still_s, _DONE, partial(self._arrived, thing, acting))
        return done

    def _arrived(self, thing: _Thing, acting: Performance, now: float) -> None:
        still_s = max(acting.motion.starts_s[-1], acting.heading.starts_s[-1])
        if thing.acting is acting and now >= still_s:
            self._put(thing, thing.place, self._state(thing, now).T_world_body, now)

    def _push(self, thing: _Thing, order: Order, push: Push) -> None:
        now = order.now
        pose = self._let_go(thing, now).T_world_body
        if isinstance(push.to, str):
            if not self.around.knows(thing.place, push.to, now):
                self.problems.append(faults.elsewhere(order, thing.place, push.to, self.layouts))
                return
            way = self._middle(thing, push.to, pose[:3, 3], now) - pose[:3, 3]
            way[2] = 0.0
        else:
            bearing = np.radians(90.0 - push.to)
            way = np.array([np.cos(bearing), np.sin(bearing), 0.0])
        length = float(np.linalg.norm(way))
        if length < 1e-6:
            return
        linear = way / length * push.speed
        self.physics[thing.place].launch(thing.body.name, linear, rolling(thing.body.solid, pose, linear))

    def _throw(self, thing: _Thing, order: Order, throw: Throw) -> None:
        now, name = order.now, thing.body.name
        if not self.around.knows(thing.place, throw.to, now):
            self.problems.append(faults.elsewhere(order, thing.place, throw.to, self.layouts))
            return
        pose = self._let_go(thing, now).T_world_body
        linear = self._launch(thing, order, throw, pose)
        if linear is not None:
            self.physics[thing.place].launch(name, linear, np.zeros(3))

    def _launch(self, thing: _Thing, order: Order, throw: Throw, pose: Matrix) -> Vector | None:
        """The velocity that lands where it is told; a mover is met where it is then."""
        start, now = pose[:3, 3], order.now
        if throw.time is not None:
            flight_s = float(throw.time.seconds(order.cue.fps))
            return throw_in(start, self._target(thing, throw.to, pose, now + flight_s), flight_s)
        assert throw.speed is not None
        flight_s, linear = 0.0, None
        for _ in range(_AIMS):
            target = self._target(thing, throw.to, pose, now + flight_s)
            linear = throw_at(start, target, throw.speed)
            if linear is None:
                self.problems.append(faults.too_slow_a_throw(order, throw.to, least_speed(start, target)))
                return None
            level = float(np.hypot(*linear[:2]))
            lands_s = float(np.hypot(*(target - start)[:2])) / level if level > 1e-9 else 0.0
            if abs(lands_s - flight_s) < 1e-6:
                break
            flight_s = lands_s
        return linear

    def _target(self, thing: _Thing, name: str, pose: Matrix, time_s: float) -> Vector:
        target = self._middle(thing, name, pose[:3, 3], time_s).copy()
        if name in self.layouts[thing.place].marks:
            target[2] += underside_m(thing.body.solid, pose)
        return target

    def _middle(self, thing: _Thing, name: str, near: Vector, time_s: float) -> Vector:
        """Where a name is; of another thing, where it is now."""
        other = self.things.get(name)
        if other is not None and other.motion is None:
            where: Vector = self._state(other, time_s).T_world_body[:3, 3]
            return where
        return self.around.middle(thing.place, name, near, time_s)

    # --- hands ----------------------------------------------------------------------------------------------------------

    def _handle(self, handling: Handling, now: float) -> None:
        order, action = handling.order, handling.action
        person, thing = self.people[order.name], self.things.get(action.name)
        if thing is None:
            return
        at = person.pose(now)
        if isinstance(action, Take):
            self._take(order, person, thing, at)
        elif thing.bearer != order.name:
            self.problems.append(faults.not_in_hands(order, action.name))
        else:
            self._set_down(order, action, person, thing, at)

    def _take(self, order: Order, person: Course, thing: _Thing, at: Matrix) -> None:
        now = order.now
        if thing.place != person.place_at(now) or thing.bearer:
            self.problems.append(faults.cannot_take(order, thing.body.name, thing.place, thing.bearer))
            return
        pose = self._state(thing, now).T_world_body
        away = apart(person.body.solid, at, thing.body.solid, pose)
        low_m = float(pose[2, 3]) - underside_m(thing.body.solid, pose)
        if high := too_high(person.body.solid, at, low_m):
            self.problems.append(faults.too_high(order, thing.body.name, high))
            return
        if away > REACH_M:
            self.problems.append(faults.out_of_reach(order, thing.body.name, away))
            return
        held = held_at(person.body.solid, thing.body.solid, pose)
        thing.bearer, thing.cue, thing.acting = order.name, None, None
        self._drive(thing, Carried(person, relative(at, pose), held, now), now)

    def _set_down(self, order: Order, put: Put, person: Course, thing: _Thing, at: Matrix) -> None:
        now, onto = order.now, put.onto
        place = person.place_at(now)
        if not self.around.knows(place, onto, now):
            self.problems.append(faults.elsewhere(order, place, onto, self.layouts))
            return
        pose = self._state(thing, now).T_world_body
        if onto in self.layouts[place].marks:
            spot = self.layouts[place].marks[onto].position + np.array([0.0, 0.0, underside_m(thing.body.solid, pose)])
        else:
            solid, where = self.around.thing(place, onto, at[:3, 3], now)
            where = self._state(self.things[onto], now).T_world_body if onto in self.things else where
            spot = spot_on_top(solid, where, thing.body.solid, pose, at[:3, 3])
        away = float(np.hypot(*(spot - at[:3, 3])[:2])) - outline(person.body.solid, at).radius_m
        low_m = float(spot[2]) - underside_m(thing.body.solid, pose)
        if high := too_high(person.body.solid, at, low_m):
            self.problems.append(faults.too_high(order, onto, high))
            return
        if away > REACH_M:
            self.problems.append(faults.out_of_reach(order, onto, away))
            return
        if onto in self.people:
            self.problems.append(faults.on_a_head(order, put.name, onto))
        thing.bearer = ""
        moved = Moved(pose, spot, now)
        self._drive(thing, moved, now)
        self._at(now + HANDLING_S, _DONE, partial(self._lies, thing, moved))

    def _lies(self, thing: _Thing, moved: Moved, now: float) -> None:
        if thing.motion is moved:
            self._put(thing, thing.place, self._state(thing, now).T_world_body, now)


def _walk(physics: Physics, body: Body, motion: Motion | None, _now: float) -> None:
    """A person is in a place from now on, as a motion has it, or is not there any more."""
    if motion is None:
        physics.take_away(body.name)
    else:
        physics.drive(body.name, Driver(motion, body.solid))
