"""What subjects are told: motions, stagings, changes of look and conditions, by names and kinds alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from composer.errors import Path, Problem
from composer.schema import ShotList, Slate
from composer.schema.conditions import PLAIN
from composer.schema.quantities import plain
from composer.schema.whereabouts import Whereabouts, is_placed
from composer.schema.words import Action, Go, Keyed, Push, Put, Release, Take, Throw, names_in
from composer.shotlist.checking_places import check_position
from composer.shotlist.names import Declared, Here
from composer.spelling import did_you_mean


@dataclass(frozen=True)
class Told:
    """A shot's words among all that is declared; `here` are the names of its place at its start."""

    shotlist: ShotList
    names: Declared
    where: Whereabouts
    here: Here


def here_at(slate: Slate, names: Declared, where: Whereabouts, place: str | None = None) -> Here | None:
    """The names of a place (the shot's own when not given) at the shot's start; None for a place that is not there."""
    here = names.places.get(place or slate.place)
    if here is None or not any(len(stays) != 1 for stays in where.stays.values()):
        return here
    now = {
        name: where.place(name, slate.start_s) if name in where.stays else home for name, home in names.subjects.items()
    }
    return replace(here, subjects=tuple(name for name, home in now.items() if home == here.name))


def check_motion(path: Path, slate: Slate, told: Told) -> Iterator[Problem]:
    """Faults of `motion`, `stage`, `becomes` and `expect` of one shot."""
    for name, position in slate.shot.stage.items():
        at = (*path, "stage", name)
        if name not in told.names.subjects:
            yield _no_subject(at, name, told)
        elif not is_placed(position):
            hint = "expected `at: [x, y]` or a relation, such as `right_of: NAME`"
            yield Problem(at, "no-position", f"`{name}` is put nowhere", (hint,), on_key=True)
        else:
            yield from check_position(at, name, position, told.here, fixed=False)
    for name, actions in slate.shot.motion.items():
        at = (*path, "motion", name)
        if name not in told.names.subjects:
            yield _no_subject(at, name, told)
            continue
        home = told.where.place(name, slate.start_s) if name in told.where.stays else told.names.subjects[name]
        if home is None:
            yield _nowhere(at, name)
            continue
        there = here_at(slate, told.names, told.where, home) or told.here  # what is off screen goes on too
        for action in actions:
            yield from _action(at, name, action, there, told)
    yield from _changes(path, slate, told)
    yield from _conditions(path, slate, told)


def _nowhere(path: Path, name: str) -> Problem:
    hint = f"put it somewhere first: `stage: {{{name}: {{at: [x, y]}}}}`, or give it a position in `subjects`"
    return Problem(path, "no-position", f"`{name}` is nowhere yet", (hint,), on_key=True)


def _action(at: Path, name: str, action: Action, there: Here, told: Told) -> Iterator[Problem]:
    subject = told.shotlist.subjects.get(name)
    if subject is not None and (fault := _kind(at, name, action, is_person=subject.person is not None)):
        yield fault
    for target in names_in(action):
        if not there.holds(target):
            yield replace(there.unknown(at, target), focus=target)
        elif target == name:
            hint = "expected a mark, an anchor or another subject"
            said = f"`{name}` cannot go or turn to itself"
            yield Problem(at, "itself", said, (hint,), action.text)
    handled = action.name if isinstance(action, Take | Put) else None
    if handled is not None and handled in there.all and handled not in there.subjects:
        said = f"`{handled}` is {'an anchor' if there.is_anchor(handled) else 'a mark'} and never moves"
        things = [n for n in there.subjects if not _is_person(told.shotlist, n)]
        known = f"what can be carried is a thing among the subjects: {', '.join(things) or 'none are there'}"
        yield Problem(at, "not-a-subject", said, (known,), handled)
    elif handled is not None and handled != name and _is_person(told.shotlist, handled):
        yield Problem(
            at, "gait", f"`{handled}` is a person: people are not carried", ("expected a thing",), action.text
        )
    if isinstance(action, Keyed):
        yield from _keyed(at, action, there)


def _is_person(shotlist: ShotList, name: str) -> bool:
    subject = shotlist.subjects.get(name)
    return subject is not None and subject.person is not None


def _kind(at: Path, name: str, action: Action, *, is_person: bool) -> Problem | None:
    """People walk, run and carry; things are moved, pushed, thrown and released."""
    if isinstance(action, Go):
        if is_person == (action.gait != "move"):
            return None
        rest = action.text.partition(" ")[2]
        said = (
            f"`{name}` is a person: people walk or run"
            if is_person
            else f"`{name}` is a thing: things do not {action.gait}"
        )
        good = f"{'walk' if is_person else 'move'} {rest}"
        return Problem(at, "gait", said, (f"Did you mean `{good}`?",), action.gait)
    word = action.text.partition(" ")[0]
    if is_person and isinstance(action, Push | Throw | Release):
        hint = f"expected it under the thing's own name, such as `barrel: {action.text}`"
        return Problem(at, "gait", f"`{name}` is a person: things are told to {word}", (hint,), action.text)
    if not is_person and isinstance(action, Take | Put):
        hint = f"expected it under a person's name, such as `mara: {action.text}`"
        return Problem(at, "gait", f"`{name}` is a thing: people are told to {word}", (hint,), action.text)
    return None


def _keyed(at: Path, action: Keyed, there: Here) -> Iterator[Problem]:
    times = [pose.time.amount for pose in action.poses if not pose.time.in_frames]
    if len(times) == len(action.poses):
        for before, after in pairwise(times):
            if after <= before:
                said = f"a pose at {plain(after)} s after one at {plain(before)} s"
                yield Problem(at, "keys", said, ("expected rising times",), f"{plain(after)}s")
    for pose in action.poses:
        if isinstance(pose.at, str) and there.holds(pose.at) and pose.at not in there.marks:
            yield Problem(at, "not-a-mark", f"`{pose.at}` is no mark", ("`at` takes coordinates or a mark",), pose.at)


def _changes(path: Path, slate: Slate, told: Told) -> Iterator[Problem]:
    for name, change in slate.shot.becomes.items():
        at = (*path, "becomes", name)
        if not told.here.holds(name) or name in told.here.marks:
            yield told.here.unknown(at, name, on_key=True)
            continue
        anchors = told.shotlist.places[slate.place].anchors if slate.place in told.shotlist.places else {}
        model = told.shotlist.subjects.get(name) or anchors.get(name)
        variants = list(model.looks) if model is not None else None
        if variants is not None and change.variant != PLAIN and change.variant not in variants:
            yield _no_variant(at, name, change.variant, variants)
        if change.contact is not None and not (told.here.holds(change.contact) or change.contact == "ground"):
            yield replace(told.here.unknown(at, change.contact), focus=change.contact)
        if change.time is not None and change.time.seconds(slate.fps) > slate.duration_s:
            said = f"`{change.time}` is past the end of shot `{slate.name}`"
            yield Problem(
                at, "becomes", said, (f"expected a time within its {plain(slate.duration_s)} s",), str(change.time)
            )


def _no_variant(at: Path, name: str, variant: str, variants: list[str]) -> Problem:
    known = f"expected one of: {', '.join([*variants, PLAIN])}.{did_you_mean(variant, variants)}"
    if not variants:
        known = f"declare it: `looks: {{{variant}: what it then looks like}}` in `{name}`"
    return Problem(at, "unknown-name", f"`{name}` has no look called `{variant}`", (known,), variant)


def _conditions(path: Path, slate: Slate, told: Told) -> Iterator[Problem]:
    for name, conditions in slate.shot.expect.items():
        at = (*path, "expect", name)
        if name not in told.names.subjects and not told.here.holds(name):
            yield told.here.unknown(at, name, on_key=True)
            continue
        model = told.shotlist.subjects.get(name)
        for condition in conditions:
            if condition.relation == "in":
                if condition.name not in told.names.places:
                    known = f"expected one of: {', '.join(told.names.places)}.{did_you_mean(condition.name, told.names.places)}"
                    yield Problem(at, "unknown-name", f"there is no place `{condition.name}`", (known,), condition.name)
            elif condition.relation == "looks":
                if model is not None and condition.name not in (*model.looks, PLAIN):
                    yield _no_variant(at, name, condition.name, list(model.looks))
            elif condition.name and not told.here.holds(condition.name):
                yield replace(told.here.unknown(at, condition.name), focus=condition.name)


def _no_subject(path: Path, name: str, told: Told) -> Problem:
    here, names = told.here, told.names
    listed = ", ".join(sorted(names.subjects)) or "none are declared"
    if here.is_anchor(name) or name in here.marks:
        said = f"`{name}` is {'an anchor' if here.is_anchor(name) else 'a mark'} and never moves"
        return Problem(path, "not-a-subject", said, (f"what moves is a subject: {listed}",), on_key=True)
    known = f"subjects: {listed}.{did_you_mean(name, names.subjects)}"
    return Problem(path, "unknown-name", f"no subject is called `{name}`", (known,), on_key=True)
