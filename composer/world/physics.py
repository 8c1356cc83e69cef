"""Things under physics in one place: they sleep until they are told something or touched, then gravity decides.

MuJoCo steps whatever is awake at 960 steps a second on the story's clock; nothing is stepped while all sleep. Calm motion
is stepped sixteen at a time; where a speed jumps or a touch begins, those are taken back and looked at one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import mujoco as mj
import numpy as np

from composer.layout import Layout, extent_of
from composer.types import BodyState, Contact, Matrix, Physical, Solid, Vector
from composer.world.contacts import Contacts, Pair, Touch
from composer.world.physics_model import (
    GRAVITY_M_S2,
    STEP_S,
    STEPS_A_SECOND,
    Bench,
    Cast,
    build,
    quaternion,
)
from composer.world.physics_state import Free, Snapshot, Tape, moving
from composer.world.record import Course, Driven, Foreseen, Piece, Record, Still, rotation_matrix
from composer.world.resistance import resist
from composer.world.touching import met, touches

_CHUNK = 16  # steps of calm motion at a time
_WINDOW = 32  # steps between looks at who sleeps and whom the driven come near
_SLEEP_M_S, _SLEEP_RAD_S, _SLEEP_STEPS = 0.01, 0.05, 480
_JOLT_M_S = 0.04  # a change of speed beyond what gravity and a surface give
_NEAR_M = 0.1
_KEPT = 16  # compiled casts
_STATE = mj.mjtState.mjSTATE_INTEGRATION


class Physics:
    """What is physical in one place. Times are seconds of the story, met to the nearest step of 1/960 s.

    `subjects` are all that are ever here; none is at first. People and what is carried are driven: they push and are not
    pushed.
    """

    def __init__(self, layout: Layout, subjects: Mapping[str, Solid], ground: Physical | None = None) -> None:
        self._anchors = layout.solids
        self._solids = {name: subjects[name] for name in sorted(subjects)}
        self._ground = ground or Physical("concrete", bounce=0.4, friction=0.6)
        self._step = 0
        self._asleep: dict[str, Matrix] = {}
        self._awake: dict[str, Free] = {}
        self._courses: dict[str, Course] = {}
        self._slow: dict[str, int] = {}  # steps since it became slow enough to fall asleep
        self._news = False  # something was told since the last look around
        self._near: tuple[str, ...] = ()  # of the driven: those near a thing
        self._contacts = Contacts({name: s.physical.mass_kg for name, s in subjects.items() if s.shape != "person"})
        self._touching: Mapping[Pair, Touch] = {}
        self._benches: dict[Cast, Bench] = {}
        self._bench: Bench | None = None
        self._tape: Tape | None = None
        self._past: dict[str, list[tuple[int, Piece | Tape]]] = {name: [] for name in self._solids}
        self.lost: dict[str, float] = {}
        """Things that no solver could follow, and since when (s): from then on they rest where they were."""

    @property
    def time_s(self) -> float:
        """The story time it stands at."""
        return self._step * STEP_S

    @property
    def contacts(self) -> list[Contact]:
        """Blows, rolls and slides so far, in order of time; those under way as if they ended now."""
        return self._contacts.told()

    def awake(self) -> frozenset[str]:
        """Things that move freely now."""
        return frozenset(self._awake)

    def begin(self, time_s: float) -> None:
        """Set the clock. Raises `ValueError` while something is awake."""
        if self._awake:
            raise ValueError(f"the clock cannot be set while {', '.join(sorted(self._awake))} move")
        self._step = _step_at(time_s)

    def put(self, name: str, pose: Matrix) -> None:
        """It is there from now on, asleep at `pose` (`T_world_body`), on a slope too."""
        self._leave(name)
        self._lay(name, np.array(pose, float))

    def take_away(self, name: str) -> None:
        """It is not there from now on."""
        self._leave(name)

    def wake(self, name: str) -> None:
        """Gravity has it from now on."""
        self._pause()
        if name not in self._awake:
            self._awake[name] = self._free(name, self._pose(name))

    def launch(self, name: str, linear_m_s: Vector, angular_rad_s: Vector) -> None:
        """It has these velocities (world axes) at once."""
        self._pause()
        self._news = True
        free = self._awake.get(name) or self._free(name, self._pose(name))
        half_kick = np.array([0.0, 0.0, GRAVITY_M_S2 * STEP_S / 2])  # so that the apex is v^2 / 2g exactly
        turning = rotation_matrix(free.rotation).T @ np.asarray(angular_rad_s, float)
        self._slow.pop(name, None)
        self._awake[name] = replace(
            free, linear_m_s=np.asarray(linear_m_s, float) + half_kick, angular_body_rad_s=turning
        )

    def drive(self, name: str, course: Course | None) -> None:
        """It is where `course` says from now on, whatever is in its way; None hands it back, asleep where it is."""
        pose = None if course else self._pose(name)
        self._leave(name)
        if course:
            self._courses[name] = course
            self._past[name].append((self._step, Driven(self.time_s, course)))
        else:
            self._lay(name, np.asarray(pose))

    def rest(self) -> None:
        """Whatever still moves falls asleep where it is."""
        self._pause()
        for name in list(self._awake):
            self._sleep(name)

    def state(self, name: str) -> BodyState:
        """Where a thing is and how it moves now. Raises `KeyError` when it is not here."""
        if name in self._courses:
            return BodyState(*self._courses[name](self.time_s))
        self._pause()
        if name in self._awake:
            free = self._awake[name]
            return BodyState(free.T_world_body, free.linear_m_s.copy(), free.angular_rad_s)
        return BodyState(self._asleep[name].copy(), np.zeros(3), np.zeros(3))

    def snapshot(self) -> Snapshot:
        """All that counts for what follows, but the courses of the driven."""
        self._pause()
        return Snapshot(
            self._step,
            dict(self._asleep),
            dict(self._awake),
            dict(self._slow),
            self._contacts.save(),
            dict(self._touching),
        )

    def restore(self, saved: Snapshot) -> None:
        """Go on from `saved`, to the last bit; courses are to be told anew. What was recorded of later is forgotten."""
        self._pause()
        self._step = saved.step
        for pieces in self._past.values():
            while pieces and pieces[-1][0] >= saved.step:
                pieces.pop()
        self.lost = {name: since_s for name, since_s in self.lost.items() if since_s < self.time_s}
        self._courses = {}
        self._asleep, self._awake, self._slow = {}, dict(saved.awake), dict(saved.slow)
        self._news = True
        for name, pose in saved.asleep.items():
            self._lay(name, pose)
        self._contacts.resume(saved.step, saved.talks)
        self._touching = dict(saved.touching)

    def record(self, name: str) -> Record:
        """What became of a subject so far, courses included. Raises `KeyError` when it was never here."""
        self._pause()
        pieces = [p if not isinstance(p, Tape) else moving(p, name) for _, p in self._past[name]]
        if not pieces:
            raise KeyError(name)
        return Record(tuple(pieces))

    def run(self, until_s: float) -> None:
        """Let time pass. Only what is awake costs anything, and the driven while they come near a thing."""
        stop = _step_at(until_s)
        while self._step < stop:
            window = min(stop, (self._step // _WINDOW + 1) * _WINDOW)
            if self._step % _WINDOW == 0 or self._news:
                self._look_around()
            if not self._awake and not self._near:
                self._step = self._quiet_until(window, stop) if self._courses and self._asleep else stop
                continue
            self._go(min(window, (self._step // _CHUNK + 1) * _CHUNK) - self._step)

    def _quiet_until(self, window: int, stop: int) -> int:
        """The step up to which nothing driven comes near a sleeper: at least the end of this window."""
        balls = np.array(
            [[*T[:3, 3], float(np.linalg.norm(self._solids[n].size_m)) / 2] for n, T in self._asleep.items()]
        )
        soonest = float(stop)
        for course in self._courses.values():
            if not isinstance(course, Foreseen):
                return window
            near_s = course.comes_near(window * STEP_S, stop * STEP_S, balls)
            soonest = min(soonest, near_s * STEPS_A_SECOND)
        return min(stop, max(window, int(soonest) // _WINDOW * _WINDOW))

    def _go(self, steps: int) -> None:
        bench = self._bench or self._convene()
        if steps > 1 and not self._near and self._contacts.quiet and self._went_calmly(bench, steps):
            return
        model, data = bench.model, bench.data
        before = np.empty(mj.mj_stateSize(model, _STATE))
        for _ in range(steps):
            self._move_driven(bench)
            resist(bench, self._solids, self._touching, 1)
            mj.mj_getState(model, data, before, _STATE)
            mj.mj_step(model, data)
            if name := bench.runaway():
                mj.mj_setState(model, data, before, _STATE)
                self._lose(name)
                return
            if woken := self._touched(bench):
                mj.mj_setState(model, data, before, _STATE)
                for name in sorted(woken):
                    self.wake(name)
                return
            self._advance(bench, 1, touches(bench))

    def _went_calmly(self, bench: Bench, steps: int) -> bool:
        """Whether nothing happened in so many steps that must be looked at one by one; if it did, they are taken back."""
        model, data = bench.model, bench.data
        before, speeds = np.empty(mj.mj_stateSize(model, _STATE)), data.qvel.reshape(-1, 6)[:, :3].copy()
        resist(bench, self._solids, self._touching, steps)
        mj.mj_getState(model, data, before, _STATE)
        mj.mj_step(model, data, steps)
        fall = GRAVITY_M_S2 * steps * STEP_S / 2
        change = data.qvel.reshape(-1, 6)[:, :3] - speeds
        change[:, 2] += fall  # what gravity and any surface do lies within a sphere of radius `fall`
        calm = bool((np.linalg.norm(change, axis=1) <= fall + _JOLT_M_S).all()) and not bench.runaway()
        touching = touches(bench) if calm else {}
        calm = calm and all(self._contacts.knows(pair, self._step) for pair in touching)
        if calm and not self._touched(bench):
            self._advance(bench, steps, touching)
            return True
        mj.mj_setState(model, data, before, _STATE)
        bench.arm()
        return False

    def _lose(self, name: str) -> None:
        """Lay to rest what cannot be followed; all that move freely, where it is a driven body that shakes them."""
        self._pause()
        for lost in (name,) if name in self._awake else tuple(self._awake):
            self.lost.setdefault(lost, self.time_s)
            self._sleep(lost)

    def _advance(self, bench: Bench, steps: int, touching: Mapping[Pair, Touch]) -> None:
        self._step += steps
        self._touching = touching
        self._contacts.hear(self._step, steps, self._touching)
        tape = self._tape
        assert tape is not None
        tape.steps.append(self._step)
        tape.qpos.append(bench.data.qpos.copy())
        tape.qvel.append(bench.data.qvel.copy())

    def _touched(self, bench: Bench) -> set[str]:
        """Sleepers at which something is that moves."""
        return {sleeper for sleeper, comer in met(bench) if self._is_fast(bench, comer)}

    @staticmethod
    def _is_fast(bench: Bench, name: str) -> bool:
        speed = bench.data.qvel[6 * bench.free.index(name) :][:6]
        return bool(np.linalg.norm(speed[:3]) > _SLEEP_M_S or np.linalg.norm(speed[3:]) > _SLEEP_RAD_S)

    def _move_driven(self, bench: Bench) -> None:
        for i, name in enumerate(bench.cast.driven, len(bench.cast.awake)):
            pose, linear, angular = self._courses[name](self.time_s)
            bench.data.qpos[7 * i : 7 * i + 3], bench.data.qpos[7 * i + 3 : 7 * i + 7] = pose[:3, 3], quaternion(pose)
            bench.data.qvel[6 * i : 6 * i + 3] = linear
            bench.data.qvel[6 * i + 3 : 6 * i + 6] = pose[:3, :3].T @ angular

    def _look_around(self) -> None:
        """Who has come to rest, and whom the driven come near before the next look."""
        self._news = False
        if self._step % _WINDOW == 0:
            for name in sorted(self._awake):
                self._tire(name)
        near = tuple(name for name in sorted(self._courses) if self._comes_near(name))
        if near != self._near:
            self._pause()
            self._near = near

    def _tire(self, name: str) -> None:
        bench, free = self._bench, self._awake[name]
        linear, turning = free.linear_m_s, free.angular_body_rad_s
        if bench:
            at = 6 * bench.free.index(name)
            linear, turning = bench.data.qvel[at : at + 3], bench.data.qvel[at + 3 : at + 6]
        slow = np.linalg.norm(linear) < _SLEEP_M_S and np.linalg.norm(turning) < _SLEEP_RAD_S
        self._slow[name] = self._slow.get(name, 0) + _WINDOW if slow else 0
        if self._slow[name] > _SLEEP_STEPS:
            self._pause()
            self._sleep(name)

    def _comes_near(self, name: str) -> bool:
        """Whether a driven body may touch a thing in this window: whether boxes round their ways meet."""
        start = self._step // _WINDOW * _WINDOW * STEP_S
        here, linear, angular = self._courses[name](start)
        there = self._courses[name](start + _WINDOW * STEP_S)[0]
        one, other = (extent_of(replace(self._solids[name], T_world_solid=T)) for T in (here, there))
        way = one.union(other)
        stands = bool((here == there).all()) and not linear.any() and not angular.any()
        for thing, pose, speed in self._things():
            if stands and thing in self._asleep:
                continue
            reach = _NEAR_M + speed * _WINDOW * STEP_S
            extent = extent_of(replace(self._solids[thing], T_world_solid=pose))
            if (way.low - reach < extent.high).all() and (extent.low - reach < way.high).all():
                return True
        return False

    def _things(self) -> Iterator[tuple[str, Matrix, float]]:
        """Things that are not driven, where they are and how fast (m/s)."""
        for name, pose in self._asleep.items():
            yield name, pose, 0.0
        for name in self._awake:
            free = self._now(name)
            yield name, free.T_world_body, float(np.linalg.norm(free.linear_m_s))

    def _now(self, name: str) -> Free:
        """A thing that is awake, as it moves now."""
        bench = self._bench
        if bench is None:
            return self._awake[name]
        i = bench.free.index(name)
        q, v = bench.data.qpos[7 * i : 7 * i + 7].copy(), bench.data.qvel[6 * i : 6 * i + 6].copy()
        return Free(q[:3], q[3:], v[:3], v[3:], bench.data.qacc_warmstart[6 * i : 6 * i + 6].copy())

    def _convene(self) -> Bench:
        """Bring all who are here onto a compiled bench."""
        still = tuple(sorted(self._asleep))
        cast = Cast(tuple(sorted(self._awake)), self._near, still)
        if cast not in self._benches:
            if len(self._benches) == _KEPT:
                del self._benches[next(iter(self._benches))]
            self._benches[cast] = build(self._anchors, self._solids, self._ground, cast)
        bench = self._bench = self._benches[cast]
        data = bench.data
        mj.mj_resetData(bench.model, data)
        bench.arm()
        for i, name in enumerate(cast.awake):
            free = self._awake[name]
            data.qpos[7 * i : 7 * i + 7] = [*free.position, *free.rotation]
            data.qvel[6 * i : 6 * i + 6] = [*free.linear_m_s, *free.angular_body_rad_s]
            data.qacc_warmstart[6 * i : 6 * i + 6] = free.warm
        for i, name in enumerate(still):
            data.mocap_pos[i], data.mocap_quat[i] = self._asleep[name][:3, 3], quaternion(self._asleep[name])
        tape = self._tape = Tape(bench.free, [self._step], [data.qpos.copy()], [data.qvel.copy()])
        for name in cast.awake:
            self._past[name].append((self._step, tape))
        return bench

    def _pause(self) -> None:
        """Take all who move off the bench, as they are."""
        if self._bench:
            self._awake = {name: self._now(name) for name in self._bench.cast.awake}
            self._bench = self._tape = None

    def _pose(self, name: str) -> Matrix:
        return self.state(name).T_world_body

    def _free(self, name: str, pose: Matrix) -> Free:
        """A thing that stood, free to move."""
        self._leave(name)
        return Free(pose[:3, 3].copy(), quaternion(pose), np.zeros(3), np.zeros(3), np.zeros(6))

    def _lay(self, name: str, pose: Matrix) -> None:
        self._asleep[name] = pose
        self._past[name].append((self._step, Still(self.time_s, pose)))

    def _sleep(self, name: str) -> None:
        pose = self._awake[name].T_world_body
        self._leave(name)
        self._lay(name, pose)

    def _leave(self, name: str) -> None:
        """It is neither asleep nor awake nor driven any more."""
        self._pause()
        self._news = True
        self._contacts.forget(name)
        self._touching = {pair: touch for pair, touch in self._touching.items() if name not in pair}
        for part in (self._asleep, self._awake, self._courses, self._slow):
            part.pop(name, None)


def _step_at(time_s: float) -> int:
    return round(time_s * STEPS_A_SECOND)
