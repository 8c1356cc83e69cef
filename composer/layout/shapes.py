"""From the shapes of the shot list to extents and poses: sizes in metres, axes, facings."""

import numpy as np

from composer.schema import Anchor, Solid
from composer.schema import Subject as SubjectModel
from composer.types import Matrix, Shape, Vector

PERSON_WIDTH_M = 0.5
WALL_THICKNESS_M = 0.2
Size3 = tuple[float, float, float]

_NOTHING: tuple[Shape, Size3] = ("box", (1.0, 1.0, 1.0))  # no shape at all is the reader's fault to report


def shape_of(solid: Solid) -> tuple[Shape, Size3]:
    """Shape and full extents of an anchor or subject along its own axes: a lying cylinder's length is its z."""
    if solid.box:
        return "box", solid.box
    if solid.cylinder:
        diameter, length = solid.cylinder
        return "cylinder", (diameter, diameter, length)
    if solid.sphere:
        return "sphere", (solid.sphere,) * 3
    if isinstance(solid, Anchor):
        return _of_an_anchor(solid)
    if isinstance(solid, SubjectModel) and solid.person:
        return "person", (PERSON_WIDTH_M, PERSON_WIDTH_M, solid.person)
    return _NOTHING


def _of_an_anchor(anchor: Anchor) -> tuple[Shape, Size3]:
    if anchor.wall:
        length, height = anchor.wall[:2]
        return "box", (length, anchor.wall[2] if len(anchor.wall) == 3 else WALL_THICKNESS_M, height)
    if anchor.ramp:
        run, width, rise = anchor.ramp
        return "ramp", (width, run, rise)
    return _NOTHING


def turned(facing_deg: float) -> Matrix:
    """Rotation that turns a front of -y towards a bearing in degrees clockwise from north."""
    angle = np.deg2rad(180.0 - facing_deg)
    pose = np.eye(4)
    pose[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    return pose


def orientation(solid: Solid, facing_deg: float) -> Matrix:
    """Rotation of a solid in the world: its facing, and for a lying cylinder its axis."""
    if solid.cylinder and solid.axis != "up":
        along = np.deg2rad(float(solid.axis))
        axis = np.array([np.sin(along), np.cos(along), 0.0])
        up = np.array([0.0, 0.0, 1.0])
        pose = np.eye(4)
        pose[:3, :3] = np.column_stack([np.cross(up, axis), up, axis])
        return pose
    return turned(facing_deg)


def bearing(start: Vector, end: Vector) -> float:
    """Bearing in degrees clockwise from north from one point to another."""
    east, north = (end - start)[:2]
    return float(np.rad2deg(np.arctan2(east, north)) % 360)
