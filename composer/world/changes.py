"""Looks that change: which variant each anchor and subject has taken on, at any moment of the story."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.errors import Path, Problem
from composer.schema import ShotList, Slate
from composer.schema.conditions import PLAIN
from composer.schema.quantities import plain
from composer.schema.words import Change
from composer.types import Contact
from composer.world.script import Script

Key = tuple[str, str]
"""Place and name of an anchor; an empty place and name of a subject, which goes from place to place."""


@dataclass(frozen=True)
class Changes:
    """By whom: moments (s of the story) and the variant from then on, in order."""

    since: Mapping[Key, Sequence[tuple[float, str]]]

    def sample(self, place: str, times_s: Float[np.ndarray, " f"]) -> tuple[Mapping[str, str], ...]:
        """The variants in force in a place at each time; nothing at all where nothing ever changes."""
        here = {name: told for (where, name), told in self.since.items() if where in ("", place)}
        if not here:
            return ()
        return tuple(
            {name: variant for name, told in here.items() if (variant := _at(told, float(time))) != PLAIN}
            for time in times_s
        )

    def at(self, place: str, name: str, time_s: float) -> str:
        """The variant of one, or `plain`."""
        return _at(self.since.get(("", name)) or self.since.get((place, name)) or (), time_s)


def _at(told: Sequence[tuple[float, str]], time_s: float) -> str:
    index = bisect_right(told, time_s + 1e-9, key=lambda change: change[0]) - 1
    return told[index][1] if index >= 0 else PLAIN


def changes(
    shotlist: ShotList, script: Script, contacts: Mapping[str, Sequence[Contact]]
) -> tuple[Changes, list[Problem]]:
    """What every `becomes` comes to; a contact that does not happen is a fault."""
    since: dict[Key, list[tuple[float, str]]] = {}
    problems: list[Problem] = []
    for slate in script.slates:
        for name, change in slate.shot.becomes.items():
            path = ("shots", slate.index, "becomes", name)
            try:
                time_s = _moment(slate, name, change, contacts.get(slate.place, ()), path)
            except _NeverTouchesError as never:
                problems.append(never.problem)
                continue
            key = ("" if name in shotlist.subjects else slate.place, name)
            since.setdefault(key, []).append((time_s, change.variant))
    return Changes({key: sorted(told, key=lambda t: t[0]) for key, told in since.items()}), problems


class _NeverTouchesError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def _moment(slate: Slate, name: str, change: Change, contacts: Sequence[Contact], path: Path) -> float:
    if change.contact is None:
        return float(slate.stop_s if change.time is None else slate.start_s + change.time.seconds(slate.fps))
    touching = list(touches_between(name, change.contact, contacts))
    for contact in touching:
        if float(slate.start_s) <= contact.time_s < float(slate.stop_s):
            return contact.time_s
    said = f"`{name}` does not touch `{change.contact}` in shot `{slate.name}`"
    if touching:
        nearest = min(touching, key=lambda c: abs(c.time_s - float(slate.start_s)))
        hint = f"it does {plain(nearest.time_s - float(slate.start_s), 2)} s from the shot's start, at {plain(nearest.time_s, 2)} s of the story"
    else:
        hint = f"it never does. Give the change a time, such as `{change.variant} at 1s`"
    raise _NeverTouchesError(Problem(path, "no-contact", said, (hint,), change.text))


def touches_between(one: str, other: str, contacts: Sequence[Contact]) -> Iterator[Contact]:
    """The contacts of two that are named, rows counting as each of their items."""
    for contact in contacts:
        a, b = contact.bodies
        if (_is(one, a) and _is(other, b)) or (_is(one, b) and _is(other, a)):
            yield contact


def _is(name: str, body: str) -> bool:
    """Whether a name means a body: itself, or the row that it is an item of."""
    row, _, item = body.rpartition("_")
    return name == body or (name == row and item.isdigit())
