"""Shots whose clips are locked: a plan that takes them as they are."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from composer.errors import Problem
from composer.schema.choices import Chosen, Lock
from composer.types import FilmPlan, SegmentPlan, ShotPlan

_UNLIKE = "it is locked and shows what is no longer declared: it is not remembered"


def with_locks(plan: FilmPlan, chosen: Chosen, shows: Callable[[SegmentPlan], str]) -> FilmPlan:
    """`plan` with the key of each clip that is locked; `shows` is a digest of the geometry that a segment would show.

    A lock of another size does not apply, as that of the full film in a draft; a clip that shows other geometry stays, but
    is not remembered. Both are declared as losses.
    """
    keys: dict[str, tuple[str, str]] = {}
    losses: list[str] = []
    for shot, lock in _locks(plan, chosen):
        if lock.size != shot.segments[0].size:
            made, wanted = ("{}x{}".format(*size) for size in (lock.size, shot.segments[0].size))
            losses.append(f"the lock of `{shot.shot}` is of {made} and does not apply at {wanted}")
        elif _misfit(shot, lock) is None:
            known = lock.shows or ("",) * len(lock.clips)
            keys |= dict(zip((s.id for s in shot.segments), zip(lock.clips, known, strict=True), strict=True))

    def locked(segment: SegmentPlan) -> SegmentPlan:
        if segment.id not in keys:
            return segment
        key, known = keys[segment.id]
        return replace(segment, locked=key, unlike=bool(known) and known != shows(segment), takes=None)

    kept = plan.with_segments(locked) if keys else plan
    return replace(kept, losses=(*plan.losses, *losses))


def without_reads(plan: FilmPlan) -> FilmPlan:
    """`plan` with clips that are locked waiting for no other, and remembering none: they are there."""

    def kept(segment: SegmentPlan) -> SegmentPlan:
        if not segment.locked:
            return segment
        losses = (_UNLIKE,) if segment.unlike else ()
        return replace(segment, after=(), memory=(), memory_coverage=None, keyframes=(), losses=losses)

    return plan.with_segments(kept) if any(segment.locked for segment in plan.segments) else plan


def misfits(plan: FilmPlan, chosen: Chosen) -> list[Problem]:
    """Locks of clips that have other frames than their shots have now, each with the path of its shot's entry."""
    fitting = (_misfit(shot, lock) for shot, lock in _locks(plan, chosen) if lock.size == shot.segments[0].size)
    return [problem for problem in fitting if problem]


def _locks(plan: FilmPlan, chosen: Chosen) -> Iterator[tuple[ShotPlan, Lock]]:
    for shot in plan.shots:
        if shot.shot in chosen and (lock := chosen[shot.shot].lock):
            yield shot, lock


def _misfit(shot: ShotPlan, lock: Lock) -> Problem | None:
    rate, spans = shot.segments[0].fps, tuple(segment.frames for segment in shot.segments)
    made, wanted = (max(span.stop for span in some) for some in (lock.frames, spans))
    if lock.fps != rate:
        key, said = "fps", f"is of {lock.fps} frames a second; the shot has {rate} now"
    elif made != wanted:
        key, said = "frames", f"is of {made} frames; the shot has {wanted} now"
    elif lock.frames != spans:
        cut = ", ".join(f"{span.start}-{span.stop}" for span in spans)
        key, said = "frames", f"is of other segments; the shot is cut into {cut} now"
    else:
        return None
    path, expected = (shot.shot, "lock", key), f"`--undo {shot.shot}` unlocks it"
    return Problem(path, "lock", f"the lock of `{shot.shot}` {said}", (expected,))
