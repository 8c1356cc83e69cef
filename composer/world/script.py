"""The list as each subject reads it: where it begins, and what happens to it in the order of the story."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from composer.layout import Layout
from composer.schema import ShotList, Slate, slates
from composer.schema.whereabouts import BEFORE_ALL_S, whereabouts
from composer.schema.words import names_in
from composer.world.body import Body, Cue, Entrance, Entry, Rest, in_order


@dataclass(frozen=True, eq=False)
class Part:
    """One subject's part: where it begins (empty: nowhere yet) and its entries."""

    body: Body
    place: str
    entries: Sequence[Entry]

    @property
    def goals(self) -> frozenset[str]:
        """Every name that it goes, turns or reaches to."""
        return frozenset(n for e in self.entries if isinstance(e, Cue) for a in e.actions for n in names_in(a))


@dataclass(frozen=True, eq=False)
class Script:
    """All parts by subject, and the slates in the order of the film."""

    parts: Mapping[str, Part]
    slates: Sequence[Slate]

    @cached_property
    def end_s(self) -> float:
        """When the last moment of the story that is shown ends."""
        return float(story_end(self.slates))


def script_of(shotlist: ShotList, layouts: Mapping[str, Layout]) -> Script:
    """The parts of every subject that is in one of the `layouts`; the others are left out."""
    where, on_film = whereabouts(shotlist), slates(shotlist)
    solids = {name: solid for layout in layouts.values() for name, solid in layout.visitors.items()}
    solids |= {name: solid for layout in layouts.values() for name, solid in layout.subjects.items()}
    jumps: list[Entry] = [Rest(s.start_s) for s in on_film if s.shot.time.begins == "later"]
    entries: dict[str, list[Entry]] = {name: list(jumps) for name in shotlist.subjects if name in solids}
    for slate in on_film:
        for name, position in slate.shot.stage.items():
            if name in entries and slate.place in layouts:
                entries[name].append(Entrance(slate, name, position))
        for name, actions in slate.shot.motion.items():
            if name in entries:
                entries[name].append(Cue(slate.index, slate.start_s, slate.stop_s, slate.fps, actions))
    return Script(
        {
            name: Part(Body(name, solids[name]), where.place(name, BEFORE_ALL_S) or "", sorted(mine, key=in_order))
            for name, mine in entries.items()
        },
        on_film,
    )


def shot_at(on_film: Sequence[Slate], time_s: float) -> Slate:
    """The shot that first shows a time of the story; between shots, the one that led up to it."""
    shown = next((s for s in on_film if float(s.start_s) <= time_s < float(s.stop_s)), None)
    return shown or max(
        (s for s in on_film if float(s.start_s) <= time_s), key=lambda s: (s.start_s, -s.index), default=on_film[0]
    )


def story_end(on_film: Sequence[Slate]) -> Fraction:
    """When the last moment that is shown ends, on the story's clock."""
    return max(slate.stop_s for slate in on_film)
