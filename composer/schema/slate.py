"""What stands on each shot's slate once defaults and scene headings are resolved: place, style, light, frames."""

from dataclasses import dataclass
from fractions import Fraction

from composer.schema.models import Shot, ShotList
from composer.timing import FrameRange, frame_at
from composer.types import Light

NO_STYLE = ""
"""The style of a film that declares none."""


@dataclass(frozen=True)
class Slate:
    """One shot with what it inherits. `frames` are film frames; `start_s` is the exact time of the first of them."""

    index: int
    shot: Shot
    place: str
    style: str
    light: Light
    frames: FrameRange
    fps: Fraction

    @property
    def name(self) -> str:
        return self.shot.shot

    @property
    def start_s(self) -> Fraction:
        return Fraction(self.frames.start) / self.fps

    @property
    def duration_s(self) -> Fraction:
        return Fraction(len(self.frames)) / self.fps


def slates(shotlist: ShotList) -> tuple[Slate, ...]:
    """Every shot's slate. Cuts fall on frame `round(seconds so far x fps)`, so nothing drifts."""
    fps = shotlist.fps
    place = next(iter(shotlist.places))
    film_style = next(iter(shotlist.styles), NO_STYLE)
    lights: dict[str, Light] = {name: p.light for name, p in shotlist.places.items()}
    seconds, start, out = Fraction(0), 0, []
    for index, shot in enumerate(shotlist.shots):
        place = shot.place or place
        if shot.light:
            lights[place] = shot.light
        seconds += shot.duration.seconds(fps)
        stop = frame_at(seconds, fps)
        out.append(
            Slate(index, shot, place, shot.style or film_style, lights.get(place, "day"), FrameRange(start, stop), fps)
        )
        start = stop
    return tuple(out)
