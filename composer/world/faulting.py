"""What of a story cannot be: ways through things and people, falls, jumps, blows against people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from composer.errors import Problem
from composer.layout import Layout
from composer.schema import ShotList
from composer.schema.whereabouts import Whereabouts, whereabouts
from composer.world import faults
from composer.world.acting import Leg, Performance
from composer.world.body import Entrance, Order
from composer.world.courses import Course
from composer.world.footing import footing
from composer.world.meetings import meetings
from composer.world.props import Played
from composer.world.script import Script, shot_at
from composer.world.ways import Obstacles, collisions

_SAME_PLACE_M = 0.05
_JUST_S = 0.005
_MOMENT_S = Fraction(1, 1_000_000)


def problems_of(
    shotlist: ShotList,
    layouts: Mapping[str, Layout],
    script: Script,
    told: Mapping[str, Performance],
    played: Played,
    courses: Mapping[str, Course],
) -> list[Problem]:
    """Every fault and warning of the motion of a film."""
    obstacles = {name: Obstacles.of(layout) for name, layout in layouts.items()}
    taken = {
        name: {*layout.marks, *layout.cast, *_solids(layout), *shotlist.subjects} for name, layout in layouts.items()
    }
    problems: list[Problem] = list(played.problems)
    met: set[tuple[str, str, int]] = set()
    jumps = _teleports(script, courses, told, whereabouts(shotlist))
    astray = {problem.path[-1] for problem in jumps}
    for name, course in courses.items():
        legs: Sequence[Leg] = told[name].legs if name in told else played.legs.get(name, ())
        if name in told:
            problems += told[name].problems
        if name in astray:
            continue  # what follows from a jump is not what is wrong
        for place in dict.fromkeys(leg.place for leg in legs):
            there = [leg for leg in legs if leg.place == place]
            problems += collisions(course.body, there, obstacles[place], script.slates, taken[place])
            problems += meetings(name, there, courses, obstacles[place], script.slates, (met, taken[place]))
        problems += footing(course, legs, obstacles, courses, script.slates)
    return [*problems, *jumps, *_lost(script, played), *_blows(shotlist, script, played, courses, told)]


def _solids(layout: Layout) -> set[str]:
    return {name for solid in layout.solids for name in (solid.name, solid.anchor)}


def _teleports(
    script: Script, courses: Mapping[str, Course], told: Mapping[str, Performance], where: Whereabouts
) -> list[Problem]:
    """Subjects that are put elsewhere in their place while time goes on and they have been seen, or may be."""
    problems = []
    for part in script.parts.values():
        for entry in part.entries:
            if not isinstance(entry, Entrance) or entry.slate.shot.time.begins == "later":
                continue
            slate = entry.slate
            shown = [s for s in script.slates if s.index < slate.index and s.place == slate.place]
            last_s = max((s.stop_s for s in shown), default=None)
            stays = where.place(entry.name, slate.start_s - _MOMENT_S) == slate.place
            unseen = last_s is None or (slate.shot.time.begins != "continuous" and last_s < slate.start_s)
            if not stays or unseen:
                continue
            course, now = courses[entry.name], float(slate.start_s)
            before, after = course.pose(now - 1e-6)[:3, 3], course.pose(now)[:3, 3]
            away = float(np.linalg.norm(after - before))
            if away > _SAME_PLACE_M:
                legs = told[entry.name].legs if entry.name in told else []
                problems.append(_teleport(entry, away, legs, now))
    return problems


def _teleport(entry: Entrance, away_m: float, legs: Sequence[Leg], now: float) -> Problem:
    leg = next((leg for leg in reversed(legs) if leg.start_s < now), None)
    doing = ""
    if leg is not None:
        length = float(np.linalg.norm(leg.stop - leg.start))
        if leg.start_s + length / leg.speed_m_s >= now - 1e-6:
            go = leg.order.action
            doing = f", {'running' if go.text.startswith('run') else 'walking'} to `{getattr(go, 'to', '')}`"
    at = entry.position.at
    if isinstance(at, str):
        seconds = round(away_m / 1.4, 1)
        return faults.teleport(
            entry, f"at `{at}`", away_m, doing, f"`motion: {{{entry.name}: walk to {at}}}`, {seconds:g} s"
        )
    return faults.teleport(entry, "there", away_m, doing, "`motion`, to a mark")


def _lost(script: Script, played: Played) -> list[Problem]:
    """Things that no solver can follow."""
    problems = []
    for name, since_s in played.lost.items():
        if since_s < script.end_s:
            slate = shot_at(script.slates, since_s)
            problems.append(
                faults.lost(name, played.courses[name].body.solid, (slate.name, since_s - float(slate.start_s)))
            )
    return problems


def _order_at(legs: Sequence[Leg], time_s: float) -> Order | None:
    """What a person goes by at a time (s of the story); None for one that stands."""
    under_way = (leg for leg in reversed(legs) if leg.start_s <= time_s < leg.stop_s)
    return next((leg.order for leg in under_way), None)


def _blows(
    shotlist: ShotList,
    script: Script,
    played: Played,
    courses: Mapping[str, Course],
    told: Mapping[str, Performance],
) -> list[Problem]:
    """A warning for each thing that meets a person, once a shot."""
    problems, warned = [], set()
    for contacts in played.contacts.values():
        for contact in contacts:
            people = [n for n in contact.bodies if n in shotlist.subjects and shotlist.subjects[n].person is not None]
            things = [n for n in contact.bodies if n in played.courses]
            if not people or not things or contact.time_s >= script.end_s:
                continue
            slate = shot_at(script.slates, contact.time_s)
            key = (people[0], things[0], slate.index)
            if key in warned:
                continue
            warned.add(key)
            before = np.array([contact.time_s - _JUST_S])
            thing, person = (
                float(np.linalg.norm(courses[name].track(before).linear_m_s[0])) for name in (things[0], people[0])
            )
            when = (slate.name, contact.time_s - float(slate.start_s))
            walks = people[0] in told and thing <= faults.STANDS_M_S
            order = _order_at(told[people[0]].legs, contact.time_s) if walks else None
            said = faults.problem(order, "struck", "") if order else Problem(("shots", slate.index), "struck", "")
            struck = faults.struck(things[0], people[0], said.path, when, (thing, person))
            problems.append(replace(struck, focus=said.focus))  # a walk is told where it stands
    return problems
