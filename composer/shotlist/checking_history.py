"""One history: what was shown stays so. A moment can be shown again, from elsewhere; it cannot be changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from composer.errors import Path, Problem
from composer.schema import Slate
from composer.schema.quantities import plain
from composer.schema.whereabouts import Whereabouts


@dataclass
class Shown:
    """The shots of a place so far, and until when the last of them tells its story (s)."""

    slates: list[Slate] = field(default_factory=list)
    until_s: Fraction = Fraction(0)

    def add(self, slate: Slate) -> None:
        self.slates.append(slate)
        self.until_s = max(self.until_s, slate.stop_s)


def check_history(slate: Slate, where: Whereabouts, earlier: Mapping[str, Shown]) -> Iterator[Problem]:
    """Faults of a shot that would change what one of the `earlier` ones, by place, has shown."""
    path: Path = ("shots", slate.index)
    for name in slate.shot.motion:
        place = where.place(name, slate.start_s)
        if place is not None and (fault := _told((*path, "motion", name), slate, place, earlier)):
            yield fault
    for name in slate.shot.stage:
        left = where.place(name, slate.start_s - Fraction(1, 1000))
        for place in dict.fromkeys((slate.place, left)):
            if place is not None and (fault := _told((*path, "stage", name), slate, place, earlier)):
                yield fault
                break
    for name in slate.shot.becomes:
        if fault := _told((*path, "becomes", name), slate, slate.place, earlier):
            yield fault
    if slate.shot.light and (fault := _told((*path, "light"), slate, slate.place, earlier)):
        yield fault


def _told(path: Path, slate: Slate, place: str, earlier: Mapping[str, Shown]) -> Problem | None:
    if place not in earlier or earlier[place].until_s <= slate.start_s:
        return None
    shown = [other for other in earlier[place].slates if other.stop_s > slate.start_s]
    last = max(shown, key=lambda other: other.stop_s)
    again = [other.name for other in shown if other.start_s < slate.stop_s]
    span = f"{plain(slate.start_s, 2)} s to {plain(slate.stop_s, 2)} s of the story"
    if again:
        names = [f"`{name}`" for name in again]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        said = f"`{slate.name}` shows {span}, which {listed} already told"
    else:
        said = f"`{slate.name}` is at {span}, before `{last.name}`, which already told what comes of it in `{place}`"
    free = f"what was seen stays so. The {place.replace('_', ' ')} is free from {plain(last.stop_s, 2)} s on: `time: after {last.name}`"
    return Problem(path, "history", said, (free,))
