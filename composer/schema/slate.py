"""What stands on each shot's slate once defaults and scene headings are resolved: place, style, light, frames."""

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from composer.schema.clock import StoryTime
from composer.schema.models import Shot, ShotList
from composer.timing import FrameRange, frame_at
from composer.types import Light

NO_STYLE = ""
"""The style of a film that declares none."""


@dataclass(frozen=True)
class Slate:
    """One shot with what it inherits. `frames` are film frames; `start_s` is when the first of them is in the story."""

    index: int
    shot: Shot
    place: str
    style: str
    light: Light
    frames: FrameRange
    fps: Fraction
    start_s: Fraction

    @property
    def name(self) -> str:
        return self.shot.shot

    @cached_property
    def duration_s(self) -> Fraction:
        return Fraction(len(self.frames)) / self.fps

    @cached_property
    def stop_s(self) -> Fraction:
        """Where the story stands at its cut."""
        return self.start_s + self.duration_s

    def seeded(self, film_seed: int, what: str) -> int:
        """63-bit seed of something in this shot: other shots may come, go or change without touching it."""
        root = f"pinned {self.shot.seed}" if self.shot.seed is not None else f"film {film_seed} shot {self.name}"
        return int.from_bytes(hashlib.blake2b(f"{root} {what}".encode(), digest_size=8).digest()) >> 1


def layers_of(shotlist: ShotList, slate: Slate) -> tuple[str, ...]:
    """The layers of a shot by name, from back to front: those of its style, then its own."""
    style = shotlist.styles.get(slate.style)
    return tuple(dict.fromkeys((*(style.layers if style else ()), *slate.shot.layers)))


def layers_over(shotlist: ShotList, slate: Slate, start_s: Fraction, stop_s: Fraction) -> tuple[str, ...]:
    """Those that are seen between two times (s) of the shot, its tail handle's too."""
    return tuple(
        name
        for name in layers_of(shotlist, slate)
        if any(item.is_there(start_s, stop_s, slate.duration_s, slate.fps) for item in shotlist.layers.get(name, ()))
    )


def slates(shotlist: ShotList) -> tuple[Slate, ...]:
    """Every shot's slate. Cuts fall on frame `round(seconds so far x fps)`, so nothing drifts."""
    fps = shotlist.fps
    place = next(iter(shotlist.places))
    film_style = next(iter(shotlist.styles), NO_STYLE)
    lights = {name: _Lights(p.light) for name, p in shotlist.places.items()}
    seconds, start = Fraction(0), 0
    out: list[Slate] = []
    named: dict[str, Slate] = {}
    for index, shot in enumerate(shotlist.shots):
        place = shot.place or place
        seconds += shot.lasts_s(fps)
        stop = frame_at(seconds, fps)
        begins = _begins(shot.time, named, out[-1] if out else None, fps)
        light = lights.setdefault(place, _Lights("day")).at(begins, shot.light)
        style = shot.style or film_style
        out.append(Slate(index, shot, place, style, light, FrameRange(start, stop), fps, begins))
        named.setdefault(shot.shot, out[-1])
        start = stop
    return tuple(out)


def _begins(time: StoryTime, named: Mapping[str, Slate], before: Slate | None, fps: Fraction) -> Fraction:
    """When a shot begins (s of the story); a shot that is not there counts as the one before, its fault being told."""
    if before is None:
        return Fraction(0)
    other = named.get(time.shot, before) if time.shot is not None else before
    plus = time.plus.seconds(fps) if time.plus else Fraction(0)
    return (other.start_s if time.begins == "same" else other.stop_s) + plus


class _Lights:
    """The light of one place over the story."""

    def __init__(self, first: Light) -> None:
        self.since_s, self.lights = [Fraction(0)], [first]

    def at(self, time_s: Fraction, told: Light | None) -> Light:
        """The light at a time of the story; from then on it is what it is `told` to be."""
        place = bisect_right(self.since_s, time_s)
        if told:
            self.since_s.insert(place, time_s)
            self.lights.insert(place, told)
        return told or self.lights[place - 1]
