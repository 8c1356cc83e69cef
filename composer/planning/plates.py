"""Plates that are made: a master view of each place, light and style, from which all its shots remember."""

import hashlib
from collections.abc import Sequence

from composer.timing import FrameRange
from composer.types import AUTO, PLATE, Capabilities, SegmentPlan, ShotPlan


def auto_plates(shots: Sequence[ShotPlan], generator: Capabilities, film_seed: int) -> tuple[SegmentPlan, ...]:
    """A plate for each place, style and light of which at least two segments read memory, in the order of the film.

    It is the shortest clip that the generator makes of more than one frame; the middle one is remembered.
    """
    if not generator.remembers:
        return ()
    readers: dict[tuple[str, str, str], list[SegmentPlan]] = {}
    for shot in shots:
        if shot.join != "independent" and not shot.footage:
            readers.setdefault((shot.place, shot.style, shot.light), []).extend(shot.segments)
    shared = [segments[0] for segments in readers.values() if len(segments) > 1]
    return tuple(_plate(index, segment, generator, film_seed) for index, segment in enumerate(shared))


def _plate(index: int, like: SegmentPlan, generator: Capabilities, film_seed: int) -> SegmentPlan:
    name = f"{PLATE}{like.place}{AUTO}" + "".join(f"-{word}" for word in (like.light, like.style) if word)
    return SegmentPlan(
        id=name,
        shot="",
        index=index,
        place=like.place,
        style=like.style,
        light=like.light,
        frames=FrameRange(0, generator.grid.at_least(2)),
        fps=like.fps,
        size=like.size,
        prefix=0,
        avoid=like.avoid,
        join="state",
        seed=0 if "seed" in generator.withheld else _seed(film_seed, name),
    )


def _seed(film_seed: int, name: str) -> int:
    """63 bits that depend on no shot."""
    return int.from_bytes(hashlib.blake2b(f"film {film_seed} {name}".encode(), digest_size=8).digest()) >> 1
