"""Things played place by place: places that share no thing know nothing of one another, and what was played is kept.

What happens to the things of a place follows from its layout, from what they and the people there are told, and from
nothing else; so an edit elsewhere, or another look at the same list, plays nothing again.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from composer.errors import Problem
from composer.layout import Layout
from composer.store import digest
from composer.types import Contact
from composer.world.acting import Handling, Leg, Stager
from composer.world.body import Entrance, Entry
from composer.world.courses import Course
from composer.world.props import Played, Props
from composer.world.script import Part
from composer.world.surroundings import Surroundings

_MOST_KEPT = 64
_kept: OrderedDict[str, Played] = OrderedDict()
_lock = threading.Lock()


def play(
    things: Mapping[str, Part],
    people: Mapping[str, Course],
    handlings: Sequence[Handling],
    around: Surroundings,
    stage: Stager,
    end_s: float,
) -> Played:
    """What happens to all things up to `end_s`."""
    courses: dict[str, Course] = {}
    contacts: dict[str, Sequence[Contact]] = {}
    legs: dict[str, Sequence[Leg]] = {}
    problems: list[Problem] = []
    lost: dict[str, float] = {}
    for places in _groups(around.layouts, things):
        layouts = {place: around.layouts[place] for place in places}
        here = {name: part for name, part in things.items() if _places_of(layouts, name)}
        walkers = {n: c for n, c in people.items() if any(phase.place in layouts for phase in c.phases)}
        orders = [handling for handling in handlings if handling.action.name in here]
        key = _key(layouts, here, walkers, orders, end_s)
        played = _recalled(key) if key else None
        if played is None:
            parts = {name: (part.body, part.place, part.entries) for name, part in here.items()}
            played = Props(layouts, parts, walkers, orders, around, stage).play(end_s)
            _keep(key, played)
        courses |= dict(played.courses)
        contacts |= dict(played.contacts)
        legs |= dict(played.legs)
        problems += played.problems
        lost |= played.lost
    return Played(courses, contacts, legs, problems, lost)


def _places_of(layouts: Mapping[str, Layout], name: str) -> set[str]:
    return {place for place, layout in layouts.items() if name in layout.cast}


def _groups(layouts: Mapping[str, Layout], things: Mapping[str, Part]) -> Iterator[tuple[str, ...]]:
    """Places that share a thing, by way of others too; those without things are in none."""
    groups: list[set[str]] = []
    for name in things:
        places = _places_of(layouts, name)
        for group in [group for group in groups if group & places]:
            groups.remove(group)
            places |= group
        groups.append(places)
    for group in groups:
        yield tuple(place for place in layouts if place in group)


def _key(
    layouts: Mapping[str, Layout],
    things: Mapping[str, Part],
    people: Mapping[str, Course],
    handlings: Sequence[Handling],
    end_s: float,
) -> str:
    """Digest of all that the things of some places follow; empty where they follow one another's courses too."""
    if any(part.goals & things.keys() for part in things.values()):
        return ""
    told = {name: (part.place, [_plain(entry) for entry in part.entries]) for name, part in things.items()}
    walked = {name: course.phases for name, course in people.items()}
    return digest("played", layouts, told, walked, list(handlings), end_s)


def _plain(entry: Entry) -> Any:
    if isinstance(entry, Entrance):
        return ("enters", entry.start_s, entry.slate.index, entry.slate.place, entry.position.model_dump())
    return entry


def _recalled(key: str) -> Played | None:
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
        return _kept.get(key)


def _keep(key: str, played: Played) -> None:
    if key:
        with _lock:
            _kept[key] = played
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
