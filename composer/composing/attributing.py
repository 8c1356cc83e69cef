"""Which change to a list changes which clip: each is made alone, and the film rehearsed and planned with it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer import generators
from composer import shotlist as lists
from composer.composing.changes import Change, Document, as_list
from composer.composing.clips import Clips
from composer.composing.keys import Keys
from composer.composing.rehearsal import Rehearsal, rehearse
from composer.composing.requests import Requests
from composer.errors import ComposerError
from composer.handover import HandOver
from composer.planning import PlanOptions
from composer.schema import ShotList
from composer.store import Store
from composer.types import FilmPlan, SegmentGenerator

MOST_ALONE = 8
"""Changes that are tried one by one; more are tried by shot, or by part of the list."""

Parts = Mapping[str, Mapping[str, str]]
"""Of each segment, a digest of each thing that its clip is made from."""

Effects = frozenset[tuple[str, str]]
"""Segments with the parts of them that differ; "" where a segment is new, or gone."""


@dataclass(frozen=True, eq=False)
class Maker:
    """All that a film depends on beside its list."""

    generator: SegmentGenerator
    options: PlanOptions
    hand_over: HandOver
    store: Store

    def plan(self, rehearsal: Rehearsal) -> FilmPlan:
        """The film by this generator. Raises `ShotListError`."""
        return rehearsal.plan(self.generator.capabilities, self.options, generators.counter_of(self.generator))

    def keys(self, rehearsal: Rehearsal, plan: FilmPlan, clips: Clips) -> Keys:
        """The keys of its clips."""
        can = self.generator.capabilities
        return Keys(rehearsal, can, Requests(rehearsal, plan, can, clips, self.hand_over))

    def parts(self, document: Document, like: ShotList) -> Parts | None:
        """What the clips of a list are made from that lies where `like` does; None of one that is not good by itself."""
        file, folder = lists.file_of(like), lists.folder_of(like)
        try:
            rehearsal = rehearse(lists.read(json.dumps(as_list(document)), str(file or "shot list"), folder))
            plan = self.plan(rehearsal)
            keys = self.keys(rehearsal, plan, Clips(self.store))
            return {segment.id: keys.parts(segment) for segment in plan.segments}
        except ComposerError:
            return None


@dataclass(frozen=True)
class Tried:
    """Changes that were made together, and nothing else, and their effect; None where that gives no good list."""

    changes: tuple[Change, ...]
    effect: Effects | None

    def __str__(self) -> str:
        told = "; ".join(map(str, self.changes[:3]))
        return told + (f"; and {len(self.changes) - 3} more" if len(self.changes) > 3 else "")


def effects(old: Parts, new: Parts) -> Effects:
    """All that differs between two films."""
    found = set()
    for name in old.keys() | new.keys():
        if name not in old or name not in new:
            found.add((name, ""))
        else:
            before, after = old[name], new[name]
            found |= {(name, part) for part in before.keys() | after.keys() if before.get(part) != after.get(part)}
    return frozenset(found)


def tried(
    found: Sequence[Change], old: Document, base: Parts, parts_of: Callable[[Document], Parts | None]
) -> list[Tried]:
    """The changes with the effect of each on `base`, which are the parts of `old`.

    Those that give no good list alone are tried together.
    """
    groups = [(change,) for change in found] if len(found) <= MOST_ALONE else _grouped(found)
    done = [Tried(group, _effect(group, old, base, parts_of)) for group in groups]
    failed = tuple(change for one in done if one.effect is None for change in one.changes)
    if len(failed) > 1:
        done = [one for one in done if one.effect is not None]
        done.append(Tried(failed, _effect(failed, old, base, parts_of)))
    return done


def attributed(segment: str, differs: Effects, done: Sequence[Tried]) -> dict[str, list[str]]:
    """By cause, the parts of a segment that it changes; what no change does alone, those do that could not be tried, or
    all of them together.
    """
    causes: dict[str, list[str]] = {}
    mine = {part for name, part in differs if name == segment}
    told = set()
    for one in done:
        hit = {part for name, part in one.effect or () if name == segment} & mine
        if hit:
            causes[str(one)] = sorted(hit - {""})
            told |= hit
    if rest := mine - told:
        untried = [one for one in done if one.effect is None] or done
        for one in untried:
            causes[str(one)] = sorted({*causes.get(str(one), ()), *rest} - {""})
    return causes


def _effect(
    group: Iterable[Change], old: Document, base: Parts, parts_of: Callable[[Document], Parts | None]
) -> Effects | None:
    changed = old
    for change in group:
        changed = change.apply(changed)
    parts = parts_of(changed)
    return None if parts is None else effects(base, parts)


def _grouped(found: Sequence[Change]) -> list[tuple[Change, ...]]:
    """By shot, place, subject or style; of many of those, by what they are."""
    for depth in (2, 1):
        groups: dict[tuple[str, ...], list[Change]] = {}
        for change in found:
            groups.setdefault(change.path[:depth], []).append(change)
        if len(groups) <= MOST_ALONE:
            break
    return [tuple(group) for group in groups.values()]
