"""The words of the house: frozen values that stages hand to one another.

f frames, h and w pixels. World: metres, right-handed, x east, y north, z up. Cameras: OpenCV axes (x right, y down,
z forward), pixel centres at half-integers. Colour: sRGB codes. These values hold ids, never schema objects.
"""

from composer.types.cameras import Camera, CameraTrack
from composer.types.controls import Channel, ControlFrame, ControlMaps, Controls
from composer.types.cuts import CameraSetup, CutState, Sight, SubjectState
from composer.types.generation import Clip, Keyframe, SegmentGenerator, SegmentRequest, Waveform
from composer.types.places import (
    FIRST_ANCHOR,
    FIRST_SUBJECT,
    GROUND,
    MATERIALS,
    MOST_ANCHORS,
    MOST_SUBJECTS,
    ROOM_SOLIDS,
    SKY,
    Light,
    Material,
    Matrix,
    Mesh,
    Physical,
    Shape,
    Size,
    Solid,
    Vector,
)
from composer.types.planning import Capabilities, FilmPlan, FrameGrid, Join, SegmentPlan, ShotPlan, SourceFrame
from composer.types.reporting import Measurement, Progress
from composer.types.world import BodyState, BodyTrack, Contact, ContactKind, WorldState, WorldTrack

__all__ = [
    "FIRST_ANCHOR",
    "FIRST_SUBJECT",
    "GROUND",
    "MATERIALS",
    "MOST_ANCHORS",
    "MOST_SUBJECTS",
    "ROOM_SOLIDS",
    "SKY",
    "BodyState",
    "BodyTrack",
    "Camera",
    "CameraSetup",
    "CameraTrack",
    "Capabilities",
    "Channel",
    "Clip",
    "Contact",
    "ContactKind",
    "ControlFrame",
    "ControlMaps",
    "Controls",
    "CutState",
    "FilmPlan",
    "FrameGrid",
    "Join",
    "Keyframe",
    "Light",
    "Material",
    "Matrix",
    "Measurement",
    "Mesh",
    "Physical",
    "Progress",
    "SegmentGenerator",
    "SegmentPlan",
    "SegmentRequest",
    "Shape",
    "ShotPlan",
    "Sight",
    "Size",
    "Solid",
    "SourceFrame",
    "SubjectState",
    "Vector",
    "Waveform",
    "WorldState",
    "WorldTrack",
]
