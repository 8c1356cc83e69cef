"""Shots whose clips are locked, and takes that were picked: a plan that takes them as they are."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from composer.errors import Problem
from composer.planning.takes import same_again
from composer.schema import MOST_TAKES
from composer.schema.choices import NOTHING, Chosen, Lock
from composer.types import Capabilities, FilmPlan, SegmentPlan, ShotPlan

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


def with_picks(plan: FilmPlan, chosen: Chosen) -> FilmPlan:
    """`plan` with the take that was picked of each segment, where there is that one."""

    def picked(segment: SegmentPlan) -> SegmentPlan:
        take = chosen.get(segment.shot, NOTHING).picks.get(segment.index)
        if take is None or not segment.takes or take >= segment.takes.most or segment.takes.most == 1:
            return segment
        return replace(segment, takes=replace(segment.takes, picked=take))

    return plan.with_segments(picked) if any(choice.picks for choice in chosen.values()) else plan


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


def mispicks(plan: FilmPlan, chosen: Chosen, can: Capabilities) -> list[Problem]:
    """Picks of takes that there are none of, each with the path of its entry."""
    picks = ((shot, pick) for shot in plan.shots for pick in chosen.get(shot.shot, NOTHING).picks.items())
    return [problem for shot, (index, take) in picks if (problem := _mispick(shot, index, take, can))]


def _mispick(shot: ShotPlan, index: int, take: int, can: Capabilities) -> Problem | None:
    name, last = f"{shot.shot}/{index}", len(shot.segments) - 1
    takes = shot.segments[index].takes if index <= last else None
    if shot.footage:
        said, expected = f"`{shot.shot}` is footage, and has no takes", "expected none: it stays as its file is"
    elif index > last:
        count = f"{last + 1} segments" if last else "one segment"
        said = f"there is no `{name}`; `{shot.shot}` has {count}"
        expected = f"expected {'0 to ' if last else ''}{last}. Did you mean `{last}`?"
    elif shot.segments[index].locked:
        return None  # told for the whole shot
    elif takes is None or takes.most == 1:
        said = f"`{name}` has one take, so that none can be picked"
        why, wanted = same_again(can), min(max(take + 1, 2), MOST_TAKES)
        expected = f"expected none: {why}" if why else f"expected `takes: {wanted}` in the list, or `--takes {wanted}`"
    elif take >= takes.most:
        more = f", and up to {takes.retakes} more while a gate fails" if takes.retakes else ""
        said = f"`{name}` has no take {take}; {takes.rendered} {'are' if takes.rendered > 1 else 'is'} rendered{more}"
        expected = f"expected 0, the first one, to {takes.most - 1}. Did you mean `{takes.most - 1}`?"
    else:
        return None
    path, undone = (shot.shot, "picks", str(index)), f"`--undo {shot.shot}` takes it back"
    return Problem(path, "pick", said, (expected, undone), on_key=index > last)


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
