"""Which place each subject is in at any time of the story, by the list alone."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from composer.schema.models import Position, ShotList
from composer.schema.slate import Slate, slates
from composer.schema.words import Action, Push, Put, Release, Take, Throw

BEFORE_ALL_S = Fraction(-1)
"""When subjects that have a position are first there: before anything is staged."""

RELATIONS = ("at", "left_of", "right_of", "in_front_of", "behind", "on_top_of", "between")


def is_placed(position: Position) -> bool:
    """Whether it says where a thing stands."""
    return any(getattr(position, key) is not None for key in RELATIONS)


@dataclass(frozen=True)
class Stay:
    """From `since_s` of the story on a subject is in `place`; `shot` is the one that staged it there, None at first."""

    since_s: Fraction
    place: str
    shot: Slate | None = None


@dataclass(frozen=True)
class Whereabouts:
    """Every subject's stays, in the order of the story. A subject that nothing places yet is nowhere."""

    stays: Mapping[str, Sequence[Stay]]

    def place(self, name: str, time_s: Fraction | float) -> str | None:
        """Where a subject is at a time; None when nowhere, or unknown."""
        stays = self.stays.get(name, ())
        index = bisect_right([stay.since_s for stay in stays], time_s) - 1
        return stays[index].place if index >= 0 else None

    def those_in(self, place: str, time_s: Fraction | float) -> tuple[str, ...]:
        """Subjects that are in a place at a time."""
        return tuple(name for name in self.stays if self.place(name, time_s) == place)

    def visitors(self, place: str) -> tuple[str, ...]:
        """Subjects that are in a place at any time."""
        return tuple(name for name, stays in self.stays.items() if any(stay.place == place for stay in stays))


def whereabouts(shotlist: ShotList) -> Whereabouts:
    """The stays that `place`, a position and `stage` declare; of two at one moment the later shot's counts.

    What a person has taken comes along, until it is put down, thrown or let go.
    """
    first_place = next(iter(shotlist.places))
    staged: dict[str, list[Stay]] = {name: [] for name in shotlist.subjects}
    bearers: dict[str, str] = {}
    for slate in sorted(slates(shotlist), key=lambda slate: slate.start_s):
        for name in slate.shot.stage:
            carried = [thing for thing, bearer in bearers.items() if bearer == name]
            for each in (name, *carried):
                if each in staged:
                    staged[each].append(Stay(slate.start_s, slate.place, slate))
        for name, actions in slate.shot.motion.items():
            for action in actions:
                _handle(name, action, bearers)
    stays = {}
    for name, subject in shotlist.subjects.items():
        begins = is_placed(subject) or not staged[name]
        first = [Stay(BEFORE_ALL_S, subject.place or first_place)] if begins else []
        stays[name] = (*first, *staged[name])
    return Whereabouts(stays)


def _handle(name: str, action: Action, bearers: dict[str, str]) -> None:
    """Who carries what after an action."""
    if isinstance(action, Take):
        bearers[action.name] = name
    elif isinstance(action, Put):
        bearers.pop(action.name, None)
    elif isinstance(action, Throw | Push | Release):
        bearers.pop(name, None)
