"""The language of the shot list: quantities, phrases, models."""

from composer.schema.models import (
    Anchor,
    Camera,
    CameraKey,
    Footage,
    Place,
    Plate,
    PlateCamera,
    Position,
    Shot,
    ShotList,
    Solid,
    Style,
    Subject,
)
from composer.schema.slate import NO_STYLE, Slate, slates
from composer.schema.sounds import Cue, Effect, Line, ShotSound
from composer.schema.words import Action, Framing, Part, Step

__all__ = [
    "NO_STYLE",
    "Action",
    "Anchor",
    "Camera",
    "CameraKey",
    "Cue",
    "Effect",
    "Footage",
    "Framing",
    "Line",
    "Part",
    "Place",
    "Plate",
    "PlateCamera",
    "Position",
    "Shot",
    "ShotList",
    "ShotSound",
    "Slate",
    "Solid",
    "Step",
    "Style",
    "Subject",
    "slates",
]
