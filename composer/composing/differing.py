"""What a render would make anew, and why: through which field of the list, or through which other segment."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from composer import shotlist as lists
from composer.composing.attributing import Effects, Maker, Parts, Tried, attributed, effects, tried
from composer.composing.changes import Document, by_name, changes
from composer.composing.clips import Clips
from composer.composing.keys import Keys
from composer.composing.outside import Outside
from composer.composing.recording import Record, Recorded, named_files, read_record
from composer.composing.rehearsal import Rehearsal
from composer.composing.takes import Takes
from composer.errors import ShotListError
from composer.schema import ShotList
from composer.types import FilmPlan, SegmentPlan


@dataclass(frozen=True)
class Cause:
    """Why a clip is another one: a field, another segment, what is no part of the list; and what of it changes by that."""

    said: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether a segment would render, and why; of one that is kept, what is special about that. `seconds` is what it took
    last time, where that is known.
    """

    segment: str
    renders: bool
    why: tuple[Cause, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class Difference:
    """What a render into a folder would make anew. `last` is who rendered there last, "" when nobody has.

    `idle` are changes to the list through which no clip is another one: the film alone is put together anew.
    """

    title: str
    folder: str
    last: str
    segments: tuple[Verdict, ...]
    idle: tuple[str, ...] = ()

    @property
    def renders(self) -> tuple[str, ...]:
        """The segments that would render, in their order."""
        return tuple(verdict.segment for verdict in self.segments if verdict.renders)

    @property
    def seconds(self) -> float | None:
        """About what it takes: what those segments took last time, and of new ones the mean; None when nothing is known."""
        known = [verdict.seconds for verdict in self.segments if verdict.seconds is not None]
        if not known:
            return None
        mean = sum(known) / len(known)
        return sum(mean if one.seconds is None else one.seconds for one in self.segments if one.renders)


def difference(rehearsal: Rehearsal, plan: FilmPlan, maker: Maker, folder: Path) -> Difference:
    """What rendering `plan` into `folder` would make anew; nothing is rendered or written."""
    record = read_record(folder)
    with closing(Clips(maker.store)) as clips:
        keys = maker.keys(rehearsal, plan, clips)
        past = _past(record, rehearsal.shotlist, maker, plan, keys) if record else None
        judge = _Judge(keys, clips, past)
        verdicts = tuple(map(judge.verdict, plan.segments))
    if record is None or past is None:
        return Difference(plan.title, str(folder), "", verdicts)
    last = f"{record.generator['name']} {record.generator['version']}"
    told = {cause.said for verdict in verdicts if verdict.renders for cause in verdict.why}
    idle = tuple(str(one) for one in past.tried if str(one) not in told)
    return Difference(plan.title, str(folder), last, verdicts, idle)


@dataclass(frozen=True)
class _Past:
    """The last render, and what became of its list since: `differs` between what the clips of the old list would be made
    from today (what they were made from, where that is not known), `base`, and what those of the new one are.
    """

    record: Record
    outside: Outside
    base: Parts
    differs: Effects
    tried: tuple[Tried, ...] = ()


def _past(record: Record, shotlist: ShotList, maker: Maker, plan: FilmPlan, keys: Keys) -> _Past:
    outside = Outside(record, keys.can, plan, named_files(shotlist))
    was = {name: segment.parts for name, segment in record.segments.items()}
    now = {segment.id: keys.parts(segment) for segment in plan.segments}
    old, new = _document(record), lists.document_of(shotlist)
    if old is None or new is None:
        return _Past(record, outside, was, effects(was, now))
    found = tuple(changes(old, by_name(new)))
    base = maker.parts(old, shotlist) if found else now
    if base is None:
        return _Past(record, outside, was, effects(was, now), (Tried(found, None),))
    differs = effects(base, now)
    if len(found) == 1:
        return _Past(record, outside, base, differs, (Tried(found, differs),))
    done = tried(found, old, base, lambda document: maker.parts(document, shotlist))
    return _Past(record, outside, base, differs, tuple(done))


def _document(record: Record) -> Document | None:
    """The list as it was; None of one that was built in Python, and of one that can no longer be read."""
    try:
        return by_name(lists.document(record.document)) if record.document is not None else None
    except ShotListError:
        return None


class _Judge:
    """Goes through the segments in the order in which they are made."""

    def __init__(self, keys: Keys, clips: Clips, past: _Past | None) -> None:
        self.keys, self.clips, self.past = keys, clips, past
        self.takes = Takes(keys, clips)
        self.rendering: set[str] = set()

    def verdict(self, segment: SegmentPlan) -> Verdict:
        """A segment renders when another one that it reads does, or when its clip is not in the store."""
        was = self.past.record.segments.get(segment.id) if self.past else None
        seconds = was.seconds if was else None
        again = [name for name in self.takes.reads(segment) if name in self.rendering]
        if not again and (key := self._found(segment)):
            return Verdict(segment.id, renders=False, why=tuple(_kept(segment, key, was)), seconds=seconds)
        self.rendering.add(segment.id)
        causes = [*self.own(segment, was, self.past), *self.through(segment, again)] if self.past else []
        if self.past and not causes:
            causes = list(self.left(segment, was))
        return Verdict(segment.id, renders=True, why=tuple(causes), seconds=seconds)

    def _found(self, segment: SegmentPlan) -> str:
        """The key of its clip, where that is in the store; "" otherwise."""
        if self.takes.of(segment):
            choice = self.takes.found(segment)
            return choice.clip.key if choice else ""
        key = self.keys.key(segment, self.clips.content)
        return key if self.clips.find(segment.id, key) else ""

    def own(self, segment: SegmentPlan, was: Recorded | None, past: _Past) -> Iterator[Cause]:
        """What it is made from itself is another."""
        now, base = self.keys.parts(segment), past.base.get(segment.id)
        old = was.parts if was else {}
        parts = {part for part in now if now[part] != old.get(part)}
        if was and was.locked and not segment.locked:
            yield Cause("choices: no longer locked")
            parts -= {"memory", "keyframes"}  # what is locked reads none
        for said, by in attributed(segment.id, past.differs, past.tried).items():
            if base is None or parts & {*by}:
                yield Cause(said, tuple(part for part in by if part in parts))
        if base is None:
            return
        if was is None or was.earlier:
            yield from map(Cause, past.outside.generator())
            return
        for said, by in past.outside.causes(
            segment, was, sorted(p for p in parts if base.get(p) != old.get(p))
        ).items():
            yield Cause(said, tuple(by))

    def through(self, segment: SegmentPlan, again: Sequence[str]) -> Iterator[Cause]:
        """It goes on from a clip that is made anew."""
        for name in again:
            yield Cause(f"{_how(segment, name)} {name}")

    def left(self, segment: SegmentPlan, was: Recorded | None) -> Iterator[Cause]:
        """Neither itself nor what it reads is made from anything else."""
        if was is None or was.earlier:
            yield Cause("the last render ended before it")
            return
        assert self.past
        known = self.past.record.segments
        for name in self.keys.reads(segment):
            if name in known and known[name].content != self.clips.content(name):
                yield Cause(f"{_how(segment, name)} {name}, which is another clip now")
                return
        parts = tuple(part for part, made in self.keys.parts(segment).items() if made != was.parts.get(part))
        takes = self.takes.of(segment)
        if parts:
            yield Cause("the list, or what it names", parts)
        elif takes and all(self.clips.store.get(self.takes.key(segment, n)) for n in range(takes.least)):
            yield Cause("its takes are scored anew")
        else:
            yield Cause("its clip is no longer in the store")


def _kept(segment: SegmentPlan, key: str, was: Recorded | None) -> Iterator[Cause]:
    if segment.locked:
        yield Cause("locked")
    elif segment.takes and segment.takes.picked is not None:
        yield Cause(f"take {segment.takes.picked} is picked")
    elif was is None or was.key != key:
        yield Cause("found in the store")


def _how(segment: SegmentPlan, name: str) -> str:
    if name == segment.prefix_from:
        return "continues"
    return "remembers" if any(source.segment == name for source in segment.memory) else "is held against"
