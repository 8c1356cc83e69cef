"""A frame as it was cast, from which all of its controls are drawn."""

from dataclasses import dataclass

from composer.scene import Hits
from composer.types import Camera, WorldState


@dataclass(frozen=True, eq=False)
class Moment:
    """Camera, state, and what each pixel hit."""

    camera: Camera
    state: WorldState
    hits: Hits
