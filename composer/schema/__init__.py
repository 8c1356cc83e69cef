"""The language of the shot list: quantities, phrases, models."""

from composer.schema.gates import GATE_UNITS, GATED, MOST_TAKES, Gates
from composer.schema.layers import LayerItem, LowerThird
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
from composer.schema.slate import NO_STYLE, Slate, layers_of, layers_over, slates
from composer.schema.sounds import Cue, Effect, Line, ShotSound
from composer.schema.words import Action, Framing, Part, Step

__all__ = [
    "GATED",
    "GATE_UNITS",
    "MOST_TAKES",
    "NO_STYLE",
    "Action",
    "Anchor",
    "Camera",
    "CameraKey",
    "Cue",
    "Effect",
    "Footage",
    "Framing",
    "Gates",
    "LayerItem",
    "Line",
    "LowerThird",
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
    "layers_of",
    "layers_over",
    "slates",
]
