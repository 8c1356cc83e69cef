"""The story: where every subject is at any moment, told once for the whole film."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.errors import Problem
from composer.layout import Layout
from composer.schema import ShotList, slates
from composer.types import WorldTrack
from composer.world.acting import Leg, Performance
from composer.world.body import Body, Course, Cue, Surroundings
from composer.world.curve import Curve
from composer.world.footing import footing
from composer.world.meetings import meetings
from composer.world.ways import Obstacles, collisions

_ROUNDS = 60
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Story:
    """One history of all subjects, exact at any moment; a shot's handle shows how it goes on after the shot."""

    courses: Mapping[str, Course]

    def sample(self, place: str, times_s: Float[np.ndarray, " f"]) -> WorldTrack:
        """Poses (m), velocities (m/s, rad/s) and steps of the subjects in `place`, at story times."""
        return WorldTrack({n: c.track(times_s) for n, c in self.courses.items() if c.body.place == place}, times_s)


def simulate(shotlist: ShotList, layouts: Mapping[str, Layout]) -> tuple[Story, list[Problem]]:
    """What everyone does, from the film's first frame on, and what of it cannot be.

    Straight ways, no physics. A subject without a place in `layouts` is left out. Subjects that go to one another are
    solved together: each course is drawn again until none changes.
    """
    bodies = {
        name: Body(name, layout.name, solid) for layout in layouts.values() for name, solid in layout.subjects.items()
    }
    cues = _cues(shotlist)
    courses = {name: Performance.of(body, _around(body, layouts, {})).course() for name, body in bodies.items()}
    told: dict[str, Performance] = {}
    goals = {name: {n for cue in cues[name] for n in _names(cue)} & bodies.keys() for name in bodies if name in cues}
    for name in sorted(goals, key=lambda n: bool(goals[n])):  # those who go to nobody first
        told[name] = _perform(bodies[name], cues[name], layouts, courses)
        courses[name] = told[name].course()
    linked = [name for name in goals if any(goals.get(goal) for goal in goals[name])]
    for _ in range(_ROUNDS if linked else 0):
        changed = False
        for name in linked:
            told[name] = _perform(bodies[name], cues[name], layouts, courses)
            course, old = told[name].course(), courses[name]
            changed |= not (_alike(course.place_gait, old.place_gait) and _alike(course.heading, old.heading))
            courses[name] = course
        if not changed:
            break
    return Story(courses), _problems(shotlist, layouts, told, courses)


def _cues(shotlist: ShotList) -> dict[str, list[Cue]]:
    cues: dict[str, list[Cue]] = {}
    for slate in slates(shotlist):
        for name, actions in slate.shot.motion.items():
            cue = Cue(slate.index, slate.start_s, slate.start_s + slate.duration_s, slate.fps, actions)
            cues.setdefault(name, []).append(cue)
    return cues


def _names(cue: Cue) -> set[str]:
    """Every name that an action of the cue goes or turns to."""
    return {n for a in cue.actions for n in (getattr(a, "to", None), *getattr(a, "via", ())) if isinstance(n, str)}


def _around(body: Body, layouts: Mapping[str, Layout], courses: Mapping[str, Course]) -> Surroundings:
    others = {n: c for n, c in courses.items() if c.body.place == body.place and n != body.name}
    return Surroundings(body.place, layouts, others)


def _perform(body: Body, cues: list[Cue], layouts: Mapping[str, Layout], courses: Mapping[str, Course]) -> Performance:
    performance = Performance.of(body, _around(body, layouts, courses))
    for cue in cues:
        performance.follow(cue)
    return performance


def _problems(
    shotlist: ShotList,
    layouts: Mapping[str, Layout],
    told: Mapping[str, Performance],
    courses: Mapping[str, Course],
) -> list[Problem]:
    obstacles = {name: Obstacles.of(layout) for name, layout in layouts.items()}
    taken = {
        name: {*layout.marks, *layout.subjects, *_solids(layout), *shotlist.subjects}
        for name, layout in layouts.items()
    }
    on_film = slates(shotlist)
    problems: list[Problem] = []
    met: set[tuple[str, str, int]] = set()
    for name, course in courses.items():
        legs: list[Leg] = told[name].legs if name in told else []
        body = course.body
        if name in told:
            problems += told[name].problems
            problems += collisions(body, legs, obstacles[body.place], on_film, taken[body.place])
        here = obstacles[body.place]
        problems += meetings(name, legs, courses, here, on_film, (met, taken[body.place]))
        problems += footing(course, legs, here, courses, on_film)
    return problems


def _solids(layout: Layout) -> set[str]:
    return {name for solid in layout.solids for name in (solid.name, solid.anchor)}


def _alike(a: Curve, b: Curve) -> bool:
    return (
        a.coefficients.shape == b.coefficients.shape
        and np.allclose(a.starts_s, b.starts_s, rtol=0, atol=_SAME)
        and np.allclose(a.coefficients, b.coefficients, rtol=0, atol=_SAME)
    )
