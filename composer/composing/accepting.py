"""A clip put right before it is accepted: its background where it is declared, its colours as its place has them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, UInt8

from composer import reconcile
from composer.composing.expecting import Expecting, Reference
from composer.controls import SourceView
from composer.metrics import Common
from composer.reconcile import Change, Course, Mend, Tint
from composer.types import SegmentPlan

_MOST_LOOKED_AT = 9  # frames of a clip, of which every second one is kept to judge by

Frames = UInt8[np.ndarray, "f h w 3"]


@dataclass(frozen=True, eq=False)
class Accepting:
    """One clip, `prefix` included, and what it is held against, each made when it is asked for: the first clip of its place,
    style and light, where that is another one, and the last frame that it goes on from, where it is known what that shows.
    """

    segment: SegmentPlan
    expecting: Expecting
    first: Callable[[], Reference | None]
    goes_on_from: Callable[[], SourceView | None]
    _views: dict[int, SourceView] = field(default_factory=dict)

    def placed(self, frames: Frames) -> tuple[Frames, Change]:
        """The clip with its background where it is declared: as the first clip has it; where that shows too little of the
        same, as the frame before has it, or its own first one.

        At a join it goes on from where its prefix stands, and comes to where it should be by its end.
        """
        prefix = self.segment.prefix
        looked_at = spread(prefix, len(frames), _MOST_LOOKED_AT)
        found_from, judged_by = looked_at[::2], looked_at[1::2]
        course, against = Course(said="nothing shows where it should stand"), None
        for make in (self.first, lambda: self._joint, lambda: self._own(frames)):
            reference = make()
            if reference is None:
                continue
            shifts = [reconcile.shift(self._both(k, frames, reference)) for k in found_from]
            course, against = reconcile.course(found_from, shifts), reference
            if sum(one is not None for one in shifts) > 1:
                break
        if course.idle or against is None:
            return frames, Change(done=False, said=course.said)
        by = course.at(np.arange(len(frames), dtype=float))
        by -= (1 - reconcile.ramp(len(frames), prefix))[:, None] * self._stands(against)
        made = frames.copy()
        for k in range(prefix, len(frames)):
            made[k] = reconcile.moved_back(frames[k], by[k], self._view(k, frames).moment.hits.anchor_id)
        before, after = ([self._both(k, shown, against) for k in judged_by] for shown in (frames, made))
        most_px = float(np.linalg.norm(by[prefix:], axis=-1).max())
        told = {"first_px": _rounded(by[prefix]), "last_px": _rounded(by[-1])}
        change = reconcile.judge_position(before, after, most_px, told)
        return (made if change.done else frames), change

    def coloured(self, frames: Frames) -> tuple[Frames, Change]:
        """The clip in the colours of its place: those of the first clip by its end, and at a join those that it goes on from."""
        prefix, first, joint = self.segment.prefix, self.first(), self._joint
        fresh = range(prefix, len(frames))
        if first is None and joint is None:
            return frames, Change(done=False, said="nothing shows what its colours should be")
        ends = [fresh[-1]] if prefix else spread(prefix, len(frames), 3)
        end = self._mend(ends, frames, first)
        start = self._mend([prefix], frames, joint) if prefix else end
        if start.idle and end.idle:
            return frames, Change(done=False, said=end.tint.said)
        share, made = reconcile.ramp(len(frames), prefix), frames.copy()
        for k in fresh:
            ids = self._view(k, frames).moment.hits.anchor_id
            made[k] = reconcile.mended(frames[k], ids, start, end, float(share[k]))
        judged_by = [(k, first) for k in _between(fresh, ends)]
        judged_by += [(min(prefix + 1, fresh[-1]), joint)] if joint else []
        before, after = (
            [self._both(k, shown, held) for k, held in judged_by if held is not None] for shown in (frames, made)
        )
        told = {"start": _numbers(start), "end": _numbers(end)}
        moved_de = max(start.moved_de, end.moved_de)
        change = reconcile.judge_colour(before, after, start.alone | end.alone, moved_de, told)
        return (made if change.done else frames), change

    def last_of_prefix(self, shown: UInt8[np.ndarray, "h w 3"]) -> Common | None:
        """The last frame of the prefix as a generator showed it (`here`), against the one that it was given."""
        if self._last is None or self._joint is None:
            return None
        view = SourceView(shown, self._last.moment, self._last.masked)
        return self.expecting.both(self.segment, view, self._joint)

    def _mend(self, at: Sequence[int], frames: Frames, against: Reference | None) -> Mend:
        if against is None:
            return Mend(Tint(said="there is nothing to hold it against"))
        return reconcile.mend(reconcile.joined([reconcile.spots(self._both(k, frames, against)) for k in at]))

    def _stands(self, against: Reference) -> Float[np.ndarray, "2"]:
        """By how much what it goes on from stands off; nothing where it goes on from nothing."""
        if self._last is None:
            return np.zeros(2)
        found = reconcile.shift(self.expecting.both(self.segment, self._last, against))
        return np.zeros(2) if found is None else found

    @cached_property
    def _last(self) -> SourceView | None:
        return self.goes_on_from()

    @cached_property
    def _joint(self) -> Reference | None:
        return self.expecting.reference(self.segment, [self._last]) if self._last else None

    def _own(self, frames: Frames) -> Reference:
        return self.expecting.reference(self.segment, [self._view(self.segment.prefix, frames)])

    def _both(self, frame: int, frames: Frames, against: Reference) -> Common:
        return self.expecting.both(self.segment, self._view(frame, frames), against)

    def _view(self, frame: int, frames: Frames) -> SourceView:
        """What a frame shows, in the pictures that are given."""
        if frame not in self._views:
            self._views[frame] = self.expecting.view(self.segment, frame, frames[frame])
        known = self._views[frame]
        return SourceView(frames[frame], known.moment, known.masked)


def spread(start: int, stop: int, most: int) -> list[int]:
    """At most so many frames, from the first to the last."""
    return sorted({round(at) for at in np.linspace(start, stop - 1, min(most, stop - start))})


def _between(fresh: range, used: Sequence[int]) -> list[int]:
    """A few frames of a clip that were not used."""
    free = [frame for frame in fresh if frame not in used]
    return sorted({free[round(at)] for at in np.linspace(len(free) / 3, len(free) - 1, 3)}) if free else []


def _rounded(values: Any) -> list[float]:
    return [round(float(value), 4) for value in np.ravel(values)]


def _numbers(by: Mend) -> dict[str, Any]:
    whole = by.tint
    rows = {"matrix": [_rounded(row) for row in whole.matrix], "offset": _rounded(whole.offset)}
    alone = {"alone": sorted(by.alone)} if by.alone else {}
    told: dict[str, Any] = {"said": whole.said} if whole.idle else {"space": whole.space, **rows, **alone}
    return told | ({"anchors": {str(name): _rounded(lab) for name, lab in by.anchors.items()}} if by.anchors else {})
