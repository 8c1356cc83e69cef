"""Takes of a segment: made one after the other, each scored at its join, until the best of them is good enough.

A score lies in the store by the key of its take, so that none is measured twice; which take is chosen follows from the
scores and the limits alone, and so from neither the number of workers nor an interrupt.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from composer.composing.clips import Clips
from composer.composing.keys import Keys
from composer.composing.scoring import Pictures, Scoring
from composer.measuring import Score, best, failed, judged
from composer.planning import gate_limits
from composer.store import digest, version_of
from composer.types import Measured, MeasureName, SegmentPlan, TakesPlan

_SCORED_BY = (
    *("metrics", "measuring", "scene", "shade", "looks", "geometry", "kernels", "controls", "audio"),
    *("composing/beside", "composing/scoring", "composing/drawn", "composing/takes", "composing/requests"),
)
"""The code that a score follows from."""


@dataclass(frozen=True)
class Taken:
    """A take of a segment: its number from 0, its seed, its clip in the store, and its figures."""

    number: int
    seed: int
    key: str
    content: str
    score: Score


@dataclass(frozen=True)
class Choice:
    """The takes of a segment, of which number `chosen` is its clip: the best one, unless another was `picked`."""

    segment: str
    shot: str
    chosen: int
    takes: tuple[Taken, ...]
    picked: bool = False

    @property
    def clip(self) -> Taken:
        return self.takes[self.chosen]

    @property
    def failed(self) -> tuple[Measured, ...]:
        """The gates that this one does not keep, worst first."""
        return failed(self.clip.score)


class Takes:
    """The takes of one film. With `strict`, the segments that have one alone are scored, too."""

    def __init__(self, keys: Keys, clips: Clips, *, strict: bool = False) -> None:
        self.keys, self.clips, self.strict = keys, clips, strict
        self.rehearsal, self.requests = keys.rehearsal, keys.requests
        self.plan, self.store = keys.requests.plan, clips.store
        self.scoring = Scoring(self.rehearsal, self.plan, self.requests, clips)
        self._anew: dict[str, Taken] = {}

    @cached_property
    def limits(self) -> Mapping[MeasureName, float]:
        return self.plan.gates or gate_limits(self.rehearsal.shotlist)

    def of(self, segment: SegmentPlan) -> TakesPlan | None:
        """How many takes a segment has; None where its clip is as it comes."""
        alone = segment.is_plate or segment.footage or segment.locked
        return segment.takes or (TakesPlan() if self.strict and not alone else None)

    def reads(self, segment: SegmentPlan) -> tuple[str, ...]:
        """The segments that must be there before its clip is: what it is made from, and what its takes are scored beside."""
        own = self.keys.reads(segment)
        return tuple(dict.fromkeys((*own, *self.beside(segment)))) if self.of(segment) else own

    def beside(self, segment: SegmentPlan) -> tuple[str, ...]:
        return self.scoring.beside(segment).reads

    def take(self, segment: SegmentPlan, number: int) -> SegmentPlan:
        """A take as it is asked of the generator; the first is the segment itself."""
        takes = self.of(segment)
        return replace(segment, seed=takes.seeds[number - 1]) if takes and number else segment

    @staticmethod
    def name(segment: SegmentPlan, number: int) -> str:
        """What `Clips` knows it by."""
        return f"{segment.id}#{number}"

    def key(self, segment: SegmentPlan, number: int) -> str:
        """The key of a take's clip, once all of `reads` are there."""
        return self.keys.key(self.take(segment, number), self.clips.content)

    def found(self, segment: SegmentPlan) -> Choice | None:
        """What is chosen of a segment, as far as the store tells, whose clip is then that one; None where takes are to be
        made or scored.
        """
        choice = self.known(segment)
        if choice is None or not self.clips.find(segment.id, choice.clip.key):
            return None
        if self.clips.content(segment.id) != choice.clip.content:
            return None
        return choice

    def known(self, segment: SegmentPlan) -> Choice | None:
        """What the scores in the store choose of a segment, once all of `reads` are there."""
        return self.decide(segment, lambda number: self.stored(segment, number))

    def decide(self, segment: SegmentPlan, taken: Callable[[int], Taken | None]) -> Choice | None:
        """What is chosen of the takes that `taken` gives by number, no more of them asked for than there are to be; None
        when it gives none for one of them. For one that was picked, no more are there to be than without gates.
        """
        takes, told = self.of(segment), list[Taken]()
        assert takes
        choice: Choice | None = None
        for number in range(takes.most):
            if (one := taken(number)) is None:
                return None
            told.append(one)
            if len(told) >= takes.least:
                choice = self._choice(segment, told, takes.picked)
                if choice.picked or not choice.failed:
                    break
        return choice

    def _choice(self, segment: SegmentPlan, told: list[Taken], picked: int | None) -> Choice:
        takes = self._judged(told)
        if picked is None:
            return Choice(segment.id, segment.shot, best([one.score for one in takes]), takes)
        return Choice(segment.id, segment.shot, picked, (*takes, *self._beyond(segment, told)), picked=True)

    def _beyond(self, segment: SegmentPlan, told: list[Taken]) -> tuple[Taken, ...]:
        """Those that gates had made before one was picked, as far as they are in the store: they can be picked, too. What
        is said of the others does not depend on them.
        """
        takes = self.of(segment)
        numbers = range(len(told), takes.most if takes else 0)
        more = takewhile(bool, (self.stored(segment, number) for number in numbers))
        return self._judged([*told, *(one for one in more if one)])[len(told) :]

    def _judged(self, told: list[Taken]) -> tuple[Taken, ...]:
        scores = judged([one.score for one in told], self.limits)
        return tuple(replace(one, score=score) for one, score in zip(told, scores, strict=True))

    def stored(self, segment: SegmentPlan, number: int) -> Taken | None:
        """A take that was scored before; its clip, where it still is there, is held against collection, too."""
        if (name := self.name(segment, number)) in self._anew:
            return self._anew[name]
        key = self.key(segment, number)
        entry, clip = self.store.get(self._score_key(segment, key)), self.store.get(key)
        if entry is None:
            return None
        content = str(entry.notes.get("content"))
        if clip is not None and clip.notes.get("content") != content:
            return None
        try:
            score: Score = _adapter().validate_python(entry.notes.get("figures"))
        except ValidationError:
            return None
        return Taken(number, self.take(segment, number).seed, key, content, score)

    def scored(self, segment: SegmentPlan, number: int, pictures: Pictures) -> Taken:
        """Score a take whose clip is there under its name. Raises `StorageError`."""
        name, key = self.name(segment, number), self.key(segment, number)
        content = self.clips.content(name)
        score = self.scoring.score(segment, name, pictures)

        def write(_: Path) -> Mapping[str, Any]:
            figures = [asdict(figure) for figure in score]
            return {"film": self.plan.title, "segment": segment.id, "content": content, "figures": figures}

        self.store.put(self._score_key(segment, key), write, kind="score")
        taken = Taken(number, self.take(segment, number).seed, key, content, score)
        self._anew[name] = taken
        return taken

    def forget(self, segment: SegmentPlan, number: int) -> None:
        self._anew.pop(self.name(segment, number), None)

    def _score_key(self, segment: SegmentPlan, key: str) -> str:
        beside = self.scoring.beside(segment)
        read = [(self.clips.content(name), self.keys.shows(self.requests.segments[name])) for name in beside.reads]
        shown = self.keys.shows(segment), beside, self.plan.size, self.plan.fps
        return digest("score", version_of(*_SCORED_BY), key, shown, read)


@cache
def _adapter() -> Any:
    return TypeAdapter(tuple[Measured, ...])
