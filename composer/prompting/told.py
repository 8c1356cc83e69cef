"""What there is to tell of a segment: frozen values, taken from the state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from composer.schema.words import Move, ShotSize
from composer.types import Light

Way = Literal["towards", "away", "left", "right"]
"""Of a body, as the camera sees it: towards it, away from it, or to a side of the picture."""


@dataclass(frozen=True)
class Named:
    """What a name of the list looks like; `count` of them in a row."""

    look: str
    count: int = 1


@dataclass(frozen=True)
class BodyMoment:
    """A body at one of the moments at which it is told.

    `x` is its middle in widths of the picture from the left edge, `tall` its height in heights of the picture; `across_m_s`
    counts to the right of the picture, `ahead_m_s` away from the camera. `doing` is that of `SubjectState`; `bearer` is who
    carries it.
    """

    seen: bool
    x: float
    tall: float
    depth_m: float
    doing: str
    across_m_s: float = 0.0
    ahead_m_s: float = 0.0
    speed_m_s: float = 0.0
    facing: Way = "towards"
    bearer: str = ""


@dataclass(frozen=True)
class Body:
    """A subject that is in the picture during a segment, from its first moment to its last.

    `strikes` names what it runs into, after the moment `struck` (an index), from which on it goes other ways; `becomes` is
    the look that it takes on meanwhile.
    """

    name: str
    is_person: bool
    moments: tuple[BodyMoment, ...]
    strikes: str = ""
    struck: int = 0
    becomes: str = ""
    lies: bool = False  # when it rests
    is_framed: bool = False


@dataclass(frozen=True)
class Thing:
    """An anchor that is in view: its share of the picture, its middle and breadth in widths of it, how far off it is."""

    name: str
    share: float
    x: float
    wide: float
    depth_m: float


@dataclass(frozen=True)
class CameraMotion:
    """How a camera moved meanwhile, in its own axes at the beginning: metres, degrees, and the factor of its lens."""

    duration_s: float
    right_m: float = 0.0
    up_m: float = 0.0
    ahead_m: float = 0.0
    pan_deg: float = 0.0  # to the right
    tilt_deg: float = 0.0  # up
    roll_deg: float = 0.0  # to the right
    zoom: float = 1.0


@dataclass(frozen=True)
class CameraMove:
    """A part of a camera's moves that falls into the segment, and what it came to; `move` is None of a recorded path.

    Parts of one `step` are at the same time.
    """

    move: Move | None
    motion: CameraMotion
    step: int = 0


@dataclass(frozen=True)
class View:
    """How the camera stands as the segment begins: `lens_mm` as on full frame, `pitch_deg` upwards."""

    size: ShotSize | None
    framed: tuple[str, ...]
    lens_mm: float
    height_m: float
    pitch_deg: float
    moves: tuple[CameraMove, ...] = ()


@dataclass(frozen=True)
class Told:
    """All of a segment that can be put in words; `view` is None of a plate, in which nobody is."""

    names: Mapping[str, Named]
    place: str
    light: Light
    ground: str
    view: View | None = None
    goes_on: bool = False
    inside: bool = False
    bodies: tuple[Body, ...] = ()
    things: tuple[Thing, ...] = ()
    ground_share: float = 0.0
    sky_share: float = 0.0
    action: str = ""
    style: str = ""
    others: Mapping[str, str] = field(default_factory=dict)  # names without a look, such as marks, in words
