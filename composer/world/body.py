"""Who moves and what they are told: subjects as bodies, and shots as cues."""

from dataclasses import dataclass
from fractions import Fraction
from math import atan2, pi

from composer.errors import Path
from composer.schema import Action, Position, Slate
from composer.types import Matrix, Solid
from composer.world.footprint import outline

_SOUTH_RAD = -pi / 2


@dataclass(frozen=True, eq=False)
class Body:
    """A subject; `solid` has its pose at the story's first moment, which says nothing of one that is nowhere yet."""

    name: str
    solid: Solid

    @property
    def is_person(self) -> bool:
        return self.solid.shape == "person"

    @property
    def yaw_rad(self) -> float:
        """The way its front looks at first, from east to north."""
        return yaw_of(self.solid.T_world_solid)

    @property
    def underside_m(self) -> float:
        """Height of its origin above its underside, as it stands at first."""
        return underside_m(self.solid, self.solid.T_world_solid)


def yaw_of(pose: Matrix) -> float:
    """The way a front of -y looks at a pose, from east to north (rad); south when it looks up or down."""
    front = -pose[:3, 1]
    return atan2(front[1], front[0]) if abs(front[2]) < 0.5 else _SOUTH_RAD


def underside_m(solid: Solid, pose: Matrix) -> float:
    """Height of a solid's origin above its underside at a pose."""
    return float(pose[2, 3]) - outline(solid, pose).low_m


@dataclass(frozen=True)
class Cue:
    """What a shot tells one subject, from the shot's start (s of the story) on."""

    shot_index: int
    start_s: Fraction
    stop_s: Fraction
    fps: Fraction
    actions: tuple[Action, ...]


@dataclass(frozen=True)
class Entrance:
    """A shot puts a subject somewhere in its place at its start."""

    slate: Slate
    name: str
    position: Position

    @property
    def start_s(self) -> Fraction:
        return self.slate.start_s

    @property
    def path(self) -> Path:
        return ("shots", self.slate.index, "stage", self.name)


@dataclass(frozen=True)
class Rest:
    """The story jumps on (`later`): walks arrive, things settle, all is at rest from then on."""

    start_s: Fraction


Entry = Rest | Entrance | Cue
"""What happens to a subject by the list, in the order of the story; at one moment in the order of this union."""


def in_order(entry: Entry) -> tuple[Fraction, int]:
    """Key that sorts entries as they happen."""
    return entry.start_s, (Rest, Entrance, Cue).index(type(entry))


@dataclass(frozen=True)
class Order:
    """One action of a cue, told to `name`; `now` is the moment (s of the story) at which it begins."""

    name: str
    cue: Cue
    index: int
    now: float

    @property
    def action(self) -> Action:
        return self.cue.actions[self.index]

    @property
    def into_s(self) -> float:
        """Seconds from the shot's start."""
        return self.now - float(self.cue.start_s)
