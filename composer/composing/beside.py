"""What the takes of a segment are held against: the end of the clip that they meet, or what they have to remember."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from composer.timing import round_half_up
from composer.types import FilmPlan, SegmentPlan, ShotPlan, SourceFrame

_LEAD = 2  # frames before a join that goes on: motion into it is measured, too


@dataclass(frozen=True)
class Beside:
    """`lead` are the last frames of what came before, in their clips; the join `goes_on` in camera and world. Without such a
    join, `remembered` are the frames that a take is held against. `start` is the first frame of the take that counts.
    """

    lead: tuple[SourceFrame, ...]
    goes_on: bool
    remembered: tuple[SourceFrame, ...]
    start: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The segments that must be there."""
        sources = (*self.lead, *self.remembered)
        return tuple(dict.fromkeys(source.segment for source in sources if not source.is_plate))


def beside(plan: FilmPlan, segment: SegmentPlan) -> Beside:
    """What the takes of a segment of `plan` are held against."""
    shot = _shot(plan, segment)
    if segment.index:
        lead = _frames(shot.segments[: segment.index], segment.frames.start + segment.prefix)
        return Beside(lead, goes_on=True, remembered=(), start=segment.prefix)
    start = segment.prefix or ceil(Fraction(shot.lead) / plan.fps * segment.fps)
    start = min(start, segment.length - 1)
    before = plan.shots[shot.index - 1] if shot.index else None
    if before is None or not _meets(plan, before, segment):
        return Beside((), goes_on=False, remembered=segment.memory, start=start)
    goes_on = shot.join == "last_frames" and not (shot.dissolve or shot.fade_in or before.fade_out)
    shown = len(before.frames) - (len(before.fade_out.frames) if before.fade_out else 0)
    stop = round_half_up(Fraction(shown) / plan.fps * before.segments[0].fps)
    lead = _frames(before.segments, max(stop, 1))
    return Beside(lead if goes_on else lead[-1:], goes_on, (), start)


def film_frame(plan: FilmPlan, source: SourceFrame) -> int | None:
    """The film's frame that shows what `source` does; None for what stands for no moment of the film."""
    segment = next((one for one in plan.segments if one.id == source.segment), None)
    if source.is_plate or segment is None or segment.is_plate:
        return None
    shot = _shot(plan, segment)
    at = round_half_up(Fraction(segment.frames.start + source.frame) / segment.fps * plan.fps)
    return shot.frames.start + min(max(at, 0), len(shot.frames) - 1)


def _shot(plan: FilmPlan, segment: SegmentPlan) -> ShotPlan:
    return next(shot for shot in plan.shots if shot.shot == segment.shot)


def _meets(plan: FilmPlan, before: ShotPlan, segment: SegmentPlan) -> bool:
    """Is a segment held against the shot before? It shows what that one does; where a plate is made so that shots need not
    wait for one another, they do not wait for this either.
    """
    known = not before.footage and not any(one.unlike for one in before.segments)
    alike = segment.join != "independent" and before.segments[-1].partition == segment.partition
    waits = not plan.plates or before.segments[-1].id in segment.after
    return known and alike and waits


def _frames(segments: Sequence[SegmentPlan], stop: int) -> tuple[SourceFrame, ...]:
    """The native frames of a shot before `stop`, as far as its clips have them: of two that show one, the one that is the
    first to.
    """
    found = []
    for frame in range(stop - _LEAD, stop):
        showing = [one for one in segments if one.frames.start + one.prefix <= frame < one.frames.stop]
        showing = showing or [one for one in segments if frame in one.frames]
        found += [SourceFrame(one.id, frame - one.frames.start) for one in showing[:1]]
    return tuple(found)
