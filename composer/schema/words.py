"""What the phrases of a shot list mean: framings, camera moves and motions as values."""

from dataclasses import dataclass
from typing import Literal

from composer.schema.quantities import Time

ShotSize = Literal["EWS", "WS", "MS", "MCU", "CU", "ECU"]
SIZES: tuple[ShotSize, ...] = ("EWS", "WS", "MS", "MCU", "CU", "ECU")

Ease = Literal["ease", "ease-in", "ease-out", "linear"]
Side = Literal["front", "back", "left-profile", "right-profile", "left-3/4", "right-3/4"]
SIDES: dict[Side, float] = {
    "front": 0.0,
    "right-3/4": -45.0,
    "right-profile": -90.0,
    "back": 180.0,
    "left-profile": 90.0,
    "left-3/4": 45.0,
}
"""Where the camera stands, in degrees counter-clockwise (seen from above) from the way the subject faces."""


@dataclass(frozen=True)
class Framing:
    """`WS tower shed`: a size, or None to aim only, and whom it is on."""

    size: ShotSize | None
    names: tuple[str, ...]


# --- camera moves: amounts are signed along the word given in the comment -----------------------------------------------


@dataclass(frozen=True)
class Static:
    """Stays."""


@dataclass(frozen=True)
class Dolly:
    """Along the level heading: `metres` forward, or until the framing is `to`."""

    metres: float = 0.0
    to: ShotSize | None = None


@dataclass(frozen=True)
class Truck:
    """Sideways: `metres` to the camera's right."""

    metres: float


@dataclass(frozen=True)
class Pan:
    """Turns on the spot: `degrees` to the right, or until `to` is framed."""

    degrees: float = 0.0
    to: str | None = None


@dataclass(frozen=True)
class PanWith:
    """Turns on the spot and keeps `name` framed."""

    name: str


@dataclass(frozen=True)
class Arc:
    """Circles what is framed: `degrees` to the camera's right (counter-clockwise from above)."""

    degrees: float


@dataclass(frozen=True)
class Pedestal:
    """Straight up by `metres`, without re-aiming."""

    metres: float


@dataclass(frozen=True)
class Crane:
    """Straight up by `metres`, and keeps its aim."""

    metres: float


@dataclass(frozen=True)
class Tilt:
    """Turns up on the spot by `degrees`."""

    degrees: float


@dataclass(frozen=True)
class Roll:
    """Turns about the line of sight: `degrees` to the right (clockwise, seen from behind the camera)."""

    degrees: float


@dataclass(frozen=True)
class Zoom:
    """Changes the lens only: to `lens_mm`, or until the framing is `to`."""

    lens_mm: float = 0.0
    to: ShotSize | None = None


@dataclass(frozen=True)
class Follow:
    """Travels with `name`, or with what is framed, and keeps its compass side and its height above it."""

    name: str | None = None


@dataclass(frozen=True)
class Handheld:
    """Sways: `level` 1 is 1.5 cm and 0.3 degrees rms between 0.5 and 3 Hz."""

    level: float = 1.0


Move = Static | Dolly | Truck | Pan | PanWith | Arc | Pedestal | Crane | Tilt | Roll | Zoom | Follow | Handheld


def named_in(move: Move) -> str | None:
    """The name that a move goes by, if it gives one."""
    return move.to if isinstance(move, Pan) else move.name if isinstance(move, PanWith | Follow) else None


def needs_framing(move: Move) -> bool:
    """Whether a move has to know what is framed."""
    return (
        isinstance(move, Arc | Crane)
        or (isinstance(move, Dolly | Zoom) and move.to is not None)
        or (isinstance(move, Follow) and move.name is None)
    )


@dataclass(frozen=True)
class Part:
    """One move with its own time and easing; `time` None shares what the others leave."""

    move: Move
    time: Time | None = None
    ease: Ease = "ease"
    text: str = ""  # as it was written, for faults


Step = tuple[Part, ...]
"""Moves at the same time; a camera's moves are steps, one after the other."""


# --- motions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Hold:
    """Stays as it is; `time` None: until the next action, which then starts at once."""

    time: Time | None = None
    text: str = ""


@dataclass(frozen=True)
class Go:
    """`walk to X`, `run via A B to X`, `move to X`: along straight lines. At most one of `speed` (m/s) and `by`."""

    gait: Literal["walk", "run", "move"]
    to: str
    via: tuple[str, ...] = ()
    speed: float | None = None
    by: Time | Literal["end"] | None = None
    text: str = ""


@dataclass(frozen=True)
class Turn:
    """`turn to X`: 180 degrees a second, towards a name or a bearing in degrees."""

    to: str | float
    text: str = ""


@dataclass(frozen=True)
class Take:
    """`take X`: from then on X goes where the person goes."""

    name: str
    text: str = ""


@dataclass(frozen=True)
class Put:
    """`put X on_top_of Y`: what is carried is set down there, and stays."""

    name: str
    onto: str
    text: str = ""


@dataclass(frozen=True)
class Push:
    """`push east at 2m/s`, `push to X at 2m/s`: has that speed at once; `to` is a name or a bearing in degrees."""

    to: str | float
    speed: float
    text: str = ""


@dataclass(frozen=True)
class Throw:
    """`throw to X in 1.2s`, `throw to X at 9m/s`: the launch that lands there. Exactly one of `time` and `speed` (m/s)."""

    to: str
    time: Time | None = None
    speed: float | None = None
    text: str = ""


@dataclass(frozen=True)
class Release:
    """Wakes a thing, or lets go of it: gravity decides."""

    text: str = ""


@dataclass(frozen=True)
class Pose:
    """One of `keys`: at `time` from the shot's start (s) the subject is `at` a point (m) or mark, facing a way or name."""

    time: Time
    at: tuple[float, ...] | str
    facing: float | str | None = None


@dataclass(frozen=True)
class Keyed:
    """Poses at rising times, smooth between, holds where two are equal."""

    poses: tuple[Pose, ...]
    text: str = ""


Action = Hold | Go | Turn | Take | Put | Push | Throw | Release | Keyed


def names_in(action: Action) -> tuple[str, ...]:
    """Every name that an action goes, turns or reaches to, in its order."""
    match action:
        case Go(via=via, to=to):
            return (*via, to)
        case Turn(to=str(to)) | Push(to=str(to)) | Throw(to=to):
            return (to,)
        case Take(name=name):
            return (name,)
        case Put(name=name, onto=onto):
            return (name, onto)
        case Keyed(poses=poses):
            return tuple(n for pose in poses for n in (pose.at, pose.facing) if isinstance(n, str))
    return ()


# --- what changes and what must hold ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """`dented`, `dented at 1.2s`, `dented at contact with crane`: a look taken on; without a time at the shot's end."""

    variant: str
    time: Time | None = None
    contact: str | None = None
    text: str = ""


Relation = Literal[
    "near", "touching", "on_top_of", "left_of", "right_of", "in_front_of", "behind", "facing", "in",
    "still", "moving", "in_frame", "out_of_frame", "looks",
]  # fmt: skip


@dataclass(frozen=True)
class Condition:
    """What must hold at a shot's end: a relation to `name` (a place for `in`, a variant for `looks`), or alone.

    `within_m` is how near `near` is, edge to edge.
    """

    relation: Relation
    name: str = ""
    within_m: float = 2.0
    negated: bool = False
    text: str = ""
