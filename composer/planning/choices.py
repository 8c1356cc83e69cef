"""Shots whose clips are locked: a plan that takes them as they are."""

from collections.abc import Iterator
from dataclasses import replace

from composer.errors import Problem
from composer.schema.choices import Chosen, Lock
from composer.types import FilmPlan, SegmentPlan, ShotPlan


def with_locks(plan: FilmPlan, chosen: Chosen) -> FilmPlan:
    """`plan` with the key of each clip that is locked, which then waits for no other.

    A lock of another size does not apply, as that of the full film in a draft: that is declared as a loss.
    """
    keys: dict[str, str] = {}
    losses: list[str] = []
    for shot, lock in _locks(plan, chosen):
        if lock.size != shot.segments[0].size:
            made, wanted = ("{}x{}".format(*size) for size in (lock.size, shot.segments[0].size))
            losses.append(f"the lock of `{shot.shot}` is of {made} and does not apply at {wanted}")
        elif _misfit(shot, lock) is None:
            keys |= dict(zip((segment.id for segment in shot.segments), lock.clips, strict=True))
    locked = plan.with_segments(lambda segment: _locked(segment, keys.get(segment.id, ""))) if keys else plan
    return replace(locked, losses=(*plan.losses, *losses))


def misfits(plan: FilmPlan, chosen: Chosen) -> list[Problem]:
    """Locks of clips that have other frames than their shots have now, each with the path of its shot's entry."""
    fitting = (_misfit(shot, lock) for shot, lock in _locks(plan, chosen) if lock.size == shot.segments[0].size)
    return [problem for problem in fitting if problem]


def _locks(plan: FilmPlan, chosen: Chosen) -> Iterator[tuple[ShotPlan, Lock]]:
    for shot in plan.shots:
        if shot.shot in chosen and (lock := chosen[shot.shot].lock):
            yield shot, lock


def _locked(segment: SegmentPlan, key: str) -> SegmentPlan:
    if not key:
        return segment
    return replace(segment, locked=key, after=(), memory=(), memory_coverage=None, keyframes=())


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
