"""Clips as they are accepted and as they are handed on: held against the first clip of their place, style and light."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer import handover, reconcile
from composer.composing.accepting import Accepting, spread
from composer.composing.expecting import Expecting, Reference
from composer.controls import SourceView
from composer.handover import HandOver
from composer.reconcile import Change
from composer.store import version_of
from composer.types import FilmPlan, SegmentPlan, SourceFrame

RECONCILED = "reconciled"
"""In a clip's provenance: what was done to it before it was accepted, what was not and why, and what became of its prefix."""

Frames = UInt8[np.ndarray, "f h w 3"]
Prefix = UInt8[np.ndarray, "p h w 3"]


@dataclass(frozen=True, eq=False)
class Handing:
    """Hands clips on, one film long. `source` gives a frame that was made, `carried` the frames of a segment's prefix of
    which it is known what they show.
    """

    expecting: Expecting
    plan: FilmPlan
    how: HandOver
    source: Callable[[str, int], SourceView]
    carried: Callable[[SegmentPlan], Sequence[SourceFrame]]
    _known: dict[str, Reference] = field(default_factory=dict)

    @cached_property
    def _segments(self) -> dict[str, SegmentPlan]:
        return {segment.id: segment for segment in self.plan.segments}

    def first(self, segment: SegmentPlan) -> SegmentPlan | None:
        """The clip that `segment` is held against; None for that clip itself, and where nothing is held."""
        if not self.how.holds or not _held(segment):
            return None
        found = next(s for s in self.plan.segments if _held(s) and s.partition == segment.partition)
        return None if found.id == segment.id else found

    def reads(self, segment: SegmentPlan) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        """What becomes of a clip by this, to its key: how, and the segments it is held against; nothing where nothing does."""
        told: tuple[Any, ...] = ("noise", self.how.noise) if segment.prefix_from and self.how.noise else ()
        changed = [segment.id] if self.how.match == "clip" or self.how.steady else []
        changed += [segment.prefix_from] if self.how.match == "prefix" and segment.prefix_from else []
        firsts = [first.id for name in changed if (first := self.first(self._segments[name]))]
        if not firsts and not (self.how.steady and _held(segment)):
            return told, ()
        code = version_of("handover", "metrics", "reconcile", "composing/accepting", "composing/expecting")
        steady = ("steady",) if self.how.steady else ()
        return (*told, self.how.match, *steady, code), tuple(dict.fromkeys(firsts))

    def prefix(self, before_id: str, frames: Frames, last: int) -> Frames:
        """The final `frames` of a clip as the next one gets them, but for noise; `last` is the number of the last."""
        before = self._segments[before_id]
        first = self.first(before) if self.how.match == "prefix" else None
        if first is None:
            return frames
        shown = self.expecting.view(before, last, frames[-1])
        by = reconcile.tint(reconcile.spots(self.expecting.both(before, shown, self._reference(first))))
        return reconcile.tinted(frames, by, by, np.ones(len(frames)))

    def noisy(self, prefix: Frames, seed: int) -> Frames:
        """The prefix as a generator gets it."""
        return handover.noisy(prefix, self.how.noise, seed)

    def accepted(
        self, segment: SegmentPlan, returned: Frames, prefix: Prefix | None, given: Prefix | None
    ) -> tuple[Frames, dict[str, Any]]:
        """A clip as it is kept, and what there is to tell of it, to its provenance.

        `returned` is what the generator made, `prefix` what it was to go on from and `given` the same as it got it, with
        noise. The prefix is kept as it was, whatever the generator made of that: it is remembered like all else.
        """
        frames = returned if prefix is None else np.concatenate([prefix, returned[len(prefix) :]])
        if not _held(segment):
            return frames, {}
        clip = Accepting(
            segment, self.expecting, lambda: self._held_against(segment), lambda: self._goes_on_from(segment, prefix)
        )
        told: dict[str, Any] = {}
        if prefix is not None and given is not None:
            told |= self._altered(clip, returned[: len(prefix)], prefix, given)
        if self.how.steady:
            frames, change = clip.placed(frames)
            told["position"] = _told(change)
        if self.how.match == "clip":
            frames, change = clip.coloured(frames)
            told["colour"] = _told(change)
        return frames, {RECONCILED: told} if told else {}

    def _altered(self, clip: Accepting, returned: Prefix, prefix: Prefix, given: Prefix) -> dict[str, Any]:
        """What became of a prefix: held against what was given, or against that without noise, where a generator took it off."""
        nearest = min((given, prefix), key=lambda one: float(np.abs(one.astype(np.int16) - returned).mean()))
        if np.array_equal(nearest, returned):
            return {}
        last, names = clip.last_of_prefix(returned[-1]), self.expecting.rehearsal.names(clip.segment.place)
        found = reconcile.altered(nearest, returned, last, names)
        return {"prefix": {**asdict(found), "said": str(found) if found.far else ""}} if found else {}

    def _held_against(self, segment: SegmentPlan) -> Reference | None:
        first = self.first(segment)
        return self._reference(first) if first else None

    def _reference(self, first: SegmentPlan) -> Reference:
        if first.id not in self._known:
            views = [self.source(first.id, frame) for frame in spread(first.prefix, first.length, 3)]
            self._known[first.id] = self.expecting.reference(first, views)
        return self._known[first.id]

    def _goes_on_from(self, segment: SegmentPlan, prefix: Prefix | None) -> SourceView | None:
        """The frame that a clip goes on from, where it is known what it shows, in the same style and light."""
        last = self.carried(segment)[-1:]
        if prefix is None or not last or self._segments[last[0].segment].partition != segment.partition:
            return None
        return replace(self.source(last[0].segment, last[0].frame), image=prefix[-1])


def _told(change: Change) -> Mapping[str, Any]:
    return {name: value for name, value in asdict(change).items() if value or name == "done"}


def _held(segment: SegmentPlan) -> bool:
    """Is a clip held against others? Neither real footage, nor what stands alone, nor what shows other geometry."""
    return segment.footage is None and not segment.unlike and segment.join != "independent"
