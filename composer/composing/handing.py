"""Clips as they are accepted and as they are handed on: held against the first clip of their place, style and light."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer import handover
from composer.composing.rehearsal import Rehearsal
from composer.controls import Memory, Moment, SourceView, traces
from composer.handover import Correction, HandOver, Pairs
from composer.looks import grade
from composer.metrics.views import inner
from composer.shade import Shader
from composer.store import version_of
from composer.types import FilmPlan, SegmentPlan

Frames = UInt8[np.ndarray, "f h w 3"]


@dataclass(frozen=True, eq=False)
class _First:
    """What a first clip showed, and what was declared to be seen there."""

    shown: Memory
    drawn: Memory


@dataclass(frozen=True, eq=False)
class Handing:
    """Hands clips on, one film long. `source` gives a frame that was made, `style` the look of a segment.

    Pairs are the spots that a frame and the first clip both show. By how much the animatic's colour of a spot differs
    between the two (fog, a light that has moved, where the camera stands), a clip's may differ too.
    """

    rehearsal: Rehearsal
    plan: FilmPlan
    how: HandOver
    source: Callable[[str, int], SourceView]
    style: Callable[[SegmentPlan], str]
    _known: dict[str, _First] = field(default_factory=dict)

    @cached_property
    def _segments(self) -> dict[str, SegmentPlan]:
        return {segment.id: segment for segment in self.plan.segments}

    def first(self, segment: SegmentPlan) -> SegmentPlan | None:
        """The clip that `segment` is held against; None for that clip itself, and where nothing is to be matched."""
        if self.how.match == "none" or not _held(segment):
            return None
        found = next(s for s in self.plan.segments if _held(s) and s.partition == segment.partition)
        return None if found.id == segment.id else found

    def reads(self, segment: SegmentPlan) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        """What becomes of a clip by this, to its key: how, and the segments it is held against; nothing where nothing does."""
        told: tuple[Any, ...] = ("noise", self.how.noise) if segment.prefix_from and self.how.noise else ()
        held = segment.id if self.how.match == "clip" else segment.prefix_from
        first = self.first(self._segments[held]) if held else None
        if first is None:
            return told, ()
        return (*told, self.how.match, version_of("handover", "metrics")), (first.id,)

    def prefix(self, before_id: str, frames: Frames, last: int) -> Frames:
        """The final `frames` of a clip as the next one gets them, but for noise; `last` is the number of the last."""
        before = self._segments[before_id]
        first = self.first(before) if self.how.match == "prefix" else None
        if first is None:
            return frames
        by = handover.correction(self._pairs(before, first, last, frames[-1]))
        return handover.corrected(frames, by, np.ones(len(frames)))

    def noisy(self, prefix: Frames, seed: int) -> Frames:
        """The prefix as a generator gets it."""
        return handover.noisy(prefix, self.how.noise, seed)

    def accepted(self, segment: SegmentPlan, frames: Frames) -> tuple[Frames, Correction | None]:
        """A clip as it is kept, and what was done to it; None where that was not asked for."""
        first = self.first(segment) if self.how.match == "clip" else None
        if first is None:
            return frames, None
        ends = [len(frames) - 1] if segment.prefix else _spread(0, len(frames))
        found = handover.joined([self._pairs(segment, first, k, frames[k]) for k in ends])
        by = handover.correction(found)
        return handover.corrected(frames, by, handover.ramp(len(frames), segment.prefix)), by

    def _pairs(self, segment: SegmentPlan, first: SegmentPlan, frame: int, image: UInt8[np.ndarray, "h w 3"]) -> Pairs:
        scene = self.rehearsal.scenes[segment.place]
        camera, world = self.rehearsal.tracks(segment)
        now = Moment(camera[frame], world[frame], scene.cast(camera[frame], segment.size, world[frame]))
        then = self._first(first)
        shown, seen = then.shown.recall(now)
        drawn, _ = then.drawn.recall(now)
        there = shown.astype(np.float64) + self._shader(segment)(now.hits, now.camera, now.state) - drawn
        where = inner(seen & ~traces(scene, segment.light, now), now.hits.anchor_id)
        return handover.pairs(image, there, now.hits.anchor_id, where)

    def _first(self, segment: SegmentPlan) -> _First:
        if segment.id not in self._known:
            scene, shader = self.rehearsal.scenes[segment.place], self._shader(segment)
            shown = [self.source(segment.id, frame) for frame in _spread(segment.prefix, segment.length)]
            moments = [view.moment for view in shown]
            drawn = [
                replace(view, image=shader(m.hits, m.camera, m.state)) for view, m in zip(shown, moments, strict=True)
            ]
            self._known[segment.id] = _First(Memory(scene, shown), Memory(scene, drawn))
        return self._known[segment.id]

    def _shader(self, segment: SegmentPlan) -> Shader:
        style = replace(grade(self.style(segment)), grain=0.0)
        return Shader(self.rehearsal.scenes[segment.place], segment.light, style)


def _held(segment: SegmentPlan) -> bool:
    """Is a clip held against others? Neither real footage, nor what stands alone, nor what shows other geometry."""
    return segment.footage is None and not segment.unlike and segment.join != "independent"


def _spread(start: int, stop: int) -> Sequence[int]:
    """The first, the middle and the last frame."""
    return sorted({start, (start + stop - 1) // 2, stop - 1})
