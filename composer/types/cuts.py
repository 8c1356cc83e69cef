"""How the world and the cameras stand at the cuts of a film: plain values, rounded to what can be told apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from composer.timing import FrameRange
from composer.types.places import Light

Sight = Literal["on screen", "off screen", "hidden"]
"""`off screen`: outside the picture, or in another place; `hidden`: inside it, behind something."""


@dataclass(frozen=True)
class SubjectState:
    """A subject at a cut: x and y of its middle, z of its underside (m), what it does and how fast it goes."""

    subject: str
    place: str
    position_m: tuple[float, float, float]
    facing_deg: float  # clockwise from north
    doing: str  # `still`, `turning`, `walking`, `running`, `moving`, `rolling`, `falling`, `rising`
    speed_m_s: float
    seen: Sight
    look: str = ""  # the variant it has taken on


@dataclass(frozen=True)
class CutState:
    """The world as a shot leaves it: every subject of the film that is anywhere.

    `frames` are the film's, `story_s` is the shot's beginning and end on the story's clock; what is told of the
    subjects holds just before that end, what is `seen` on the last frame. `directions` name the way in which those who
    are on screen cross the picture: `left`, `right`, `towards` the camera, `away`. Footage shows nobody that is declared.
    """

    shot: str
    frames: FrameRange
    story_s: tuple[float, float]
    place: str
    light: Light
    subjects: tuple[SubjectState, ...]
    directions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CameraSetup:
    """What the list left unsaid of a shot's camera, on its first frame and on its last.

    `framing` is the size that the list names, `side` where the camera stands as seen from what it frames at first (as
    seen from nothing: where it looks). `distance_m` is to the middle of what is framed; None when nothing is.
    """

    shot: str
    framing: str
    framed: tuple[str, ...]
    side: str
    lens_mm: tuple[float, float]
    height_m: tuple[float, float]
    distance_m: tuple[float, float] | None
    heading_deg: tuple[float, float]
