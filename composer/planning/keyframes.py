"""At which frames of a clip a generator is shown a picture, and how strongly it is held to it."""

from collections.abc import Callable
from dataclasses import replace

from composer.types import Capabilities, FilmPlan, KeyframePlan, SegmentPlan

_APART = 8  # frames between two keyframes at least: what is between them needs room to move
_FAINTEST = 0.05  # strength below which a picture tells nothing


def with_keyframes(plan: FilmPlan, can: Capabilities, coverage: Callable[[SegmentPlan, int], float]) -> FilmPlan:
    """`plan` with the keyframes of every segment.

    `coverage(segment, frame)` is the share of what that frame will see that the segment's memory shows. What is fully
    remembered is held exactly, what is not remembered at all as strongly as the generator wants a sketch to be.
    """

    def planned(segment: SegmentPlan) -> SegmentPlan:
        if segment.footage:
            return segment
        shown = []
        for frame in keyframe_frames(segment, can):
            share = round(coverage(segment, frame), 3)
            strength = round(can.sketch + (1 - can.sketch) * share, 2)
            if strength >= _FAINTEST:
                shown.append(KeyframePlan(frame, share, strength))
        return replace(segment, keyframes=tuple(shown))

    return plan.with_segments(planned)


def keyframe_frames(segment: SegmentPlan, can: Capabilities) -> tuple[int, ...]:
    """Frames of the clip, evenly from its first, or from the end of its prefix, to its last, on the generator's steps."""
    last, prefix = segment.length - 1, segment.prefix
    start = prefix - 1 if prefix else 0
    gaps = min(can.keyframes - (not prefix), (last - start) // _APART)
    wanted = (
        [start + (last - start) * k // gaps for k in range(gaps + 1)] if gaps > 0 else [start if not prefix else last]
    )
    snapped = dict.fromkeys(frame - frame % can.keyframe_step for frame in wanted)
    return tuple(frame for frame in snapped if frame >= prefix) if can.keyframes else ()
