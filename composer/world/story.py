"""The story: where every subject is at any moment, told once for the whole film."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float

from composer.errors import Path, Problem
from composer.layout import Layout, restage
from composer.schema import Position, ShotList
from composer.types import BodyTrack, Contact, Solid, WorldTrack
from composer.world.acting import Performance, Stager
from composer.world.changes import Changes, changes
from composer.world.courses import Course, Phase, Resting
from composer.world.faulting import problems_of
from composer.world.playing import play
from composer.world.props import Played
from composer.world.script import Part, Script, script_of
from composer.world.surroundings import Surroundings

_ROUNDS = 60
_REHEARSALS = 6
_SAME = 1e-9
_BEYOND_S = 2.0  # handles show what comes after the last shot, longer ones where dissolves do


@dataclass(frozen=True, eq=False)
class Story:
    """One history of all subjects, exact at any moment; a shot's handle shows how it goes on after the shot."""

    courses: Mapping[str, Course]
    contacts: Mapping[str, Sequence[Contact]] = field(default_factory=dict)
    changes: Changes = field(default_factory=lambda: Changes({}))

    def sample(self, place: str, times_s: Float[np.ndarray, " f"]) -> WorldTrack:
        """Poses (m), velocities (m/s, rad/s) and steps of the subjects in `place`, and their looks, at story times.

        Whoever is ever there has a track: while it is elsewhere (`present`), where it was last there, or will first be.
        """
        bodies = {name: _track_in(place, course, times_s) for name, course in self._casts.get(place, {}).items()}
        return WorldTrack(bodies, times_s, self.changes.sample(place, times_s))

    def bearer(self, name: str, time_s: float) -> str:
        """The person in whose hands a subject is at a time of the story; "" for nobody."""
        return self.courses[name].bearer_at(time_s)

    @cached_property
    def _casts(self) -> dict[str, dict[str, Course]]:
        """Who is ever in each place."""
        casts: dict[str, dict[str, Course]] = {}
        for name, course in self.courses.items():
            for place in dict.fromkeys(phase.place for phase in course.phases):
                casts.setdefault(place, {})[name] = course
        return casts

    def contacts_in(self, place: str, start_s: float, stop_s: float) -> list[Contact]:
        """What touched in a place from `start_s` to before `stop_s`, in order."""
        return [c for c in self.contacts.get(place, ()) if start_s <= c.time_s < stop_s]


def _track_in(place: str, course: Course, times_s: Float[np.ndarray, " f"]) -> BodyTrack:
    if all(phase.place == place for phase in course.phases):
        return course.track(times_s)
    present = np.array([where == place for where in course.places(times_s)], bool)
    if present.all():
        return course.track(times_s)
    track = course.track(
        np.array([t if here else course.nearest_in(place, float(t)) for t, here in zip(times_s, present, strict=True)])
    )
    still = np.where(present[:, None], 1.0, 0.0)
    return replace(
        track, linear_m_s=track.linear_m_s * still, angular_rad_s=track.angular_rad_s * still, present=present
    )


def simulate(shotlist: ShotList, layouts: Mapping[str, Layout]) -> tuple[Story, list[Problem]]:
    """What everyone does, from the story's first moment on, and what of it cannot be.

    Subjects that go to one another are solved together: each course is drawn again until none changes.
    """
    script = script_of(shotlist, layouts)
    cast = _Cast(shotlist, layouts, script)
    cast.rehearse()
    contacts = cast.played.contacts
    looks, in_looks = changes(shotlist, script, contacts)
    story = Story(cast.courses, contacts, looks)
    return story, [*problems_of(shotlist, layouts, script, cast.told, cast.played, cast.courses), *in_looks]


class _Cast:
    """Everyone while it is found out what they do."""

    def __init__(self, shotlist: ShotList, layouts: Mapping[str, Layout], script: Script) -> None:
        self.shotlist, self.layouts, self.script = shotlist, layouts, script
        parts = script.parts
        self.people = {name: part for name, part in parts.items() if part.body.is_person}
        self.things = {name: part for name, part in parts.items() if not part.body.is_person}
        self.courses = {name: _waiting(part) for name, part in parts.items()}
        self.told: dict[str, Performance] = {}
        self.played = Played({}, {}, {}, [])

    def rehearse(self) -> None:
        """People walk, things follow, until neither changes what the other does."""
        self._walk(self.people)
        if not self.things:
            return
        awaited = {name: part for name, part in self.people.items() if self._follows(name, set())}
        chained = any(part.goals & self.things.keys() for part in self.things.values())
        for _ in range(_REHEARSALS):
            before = dict(self.courses)
            self._play()
            if not awaited and not (chained and self._changed(before, self.things)):
                return
            before = dict(self.courses)
            self._walk(awaited)
            if not self._changed(before, awaited) and not chained:
                return

    def _follows(self, name: str, asked: set[str]) -> bool:
        """Whether where a person goes depends on a thing, by way of other people too."""
        asked.add(name)
        goals = self.people[name].goals
        others = (goals & self.people.keys()) - asked
        return bool(goals & self.things.keys()) or any(self._follows(other, asked) for other in others)

    def _walk(self, people: Mapping[str, Part]) -> None:
        goals = {name: part.goals & self.courses.keys() for name, part in people.items()}
        for name in sorted(people, key=lambda n: bool(goals[n])):  # those who go to nobody first
            self._perform(name)
        linked = [name for name in people if any(goals.get(goal) for goal in goals[name])]
        for _ in range(_ROUNDS if linked else 0):
            before = dict(self.courses)
            for name in linked:
                self._perform(name)
            if not self._changed(before, linked):
                break

    def _perform(self, name: str) -> None:
        part = self.people[name]
        others = {n: c for n, c in self.courses.items() if n != name}
        around = Surroundings(self.layouts, others)
        performance = Performance.of(part.body, around, part.place, part.body.solid.T_world_solid)
        for entry in part.entries:
            performance.follow(entry, self._stager)
        self.told[name], self.courses[name] = performance, performance.course()

    def _play(self) -> None:
        people = {name: self.courses[name] for name in self.people}
        handlings = [handling for name in self.people for handling in self.told[name].handlings]
        around = Surroundings(self.layouts, self.courses)
        self.played = play(self.things, people, handlings, around, self._stager, self.script.end_s + self._beyond_s)
        self.courses = self.courses | dict(self.played.courses)

    @property
    def _beyond_s(self) -> float:
        dissolves = (shot.edit for shot in self.shotlist.shots if shot.edit.kind == "dissolve")
        return max([_BEYOND_S, *(float(edit.seconds(self.shotlist.fps)) for edit in dissolves)])

    @property
    def _stager(self) -> Stager:
        def stage(
            name: str, place: str, position: Position, standing: dict[str, Solid], path: Path
        ) -> tuple[Solid, list[Problem]]:
            layout, subject = self.layouts[place], self.shotlist.subjects[name]
            moved = subject.model_copy(update={key: getattr(position, key) for key in Position.model_fields})
            return restage(self.shotlist.places[place], layout, layout.cast[name], (moved, path), standing)

        return stage

    def _changed(self, before: Mapping[str, Course], names: Mapping[str, Part] | Sequence[str]) -> bool:
        """Whether any of the courses is another than before."""
        times = _samples(self.script)
        return any(not _alike(self.courses[name], before[name], times) for name in names)


def _waiting(part: Part) -> Course:
    """Stands where it begins."""
    return Course(part.body, (Phase(0.0, part.place, Resting(part.body.solid.T_world_solid)),))


def _samples(script: Script) -> Float[np.ndarray, " f"]:
    """Moments of the story that tell whether two courses are one: the cuts, and twice a second between them."""
    spans = [np.arange(float(s.start_s), float(s.stop_s) + 0.5, 0.5) for s in script.slates]
    return np.unique(np.concatenate(spans))


def _alike(a: Course, b: Course, times_s: Float[np.ndarray, " f"]) -> bool:
    if a.places(times_s) != b.places(times_s):
        return False
    return bool(np.allclose(a.track(times_s).T_world_body, b.track(times_s).T_world_body, rtol=0, atol=_SAME))
