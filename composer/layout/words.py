"""Places laid out in metres: relations of the shot list solved into fixed poses, once for the whole film."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from composer.types import Light, Solid, Vector

CIRCLE_POINTS = 48


@dataclass(frozen=True, eq=False)
class Spot:
    """A mark on the floor: where, and the bearing it faces if it says so."""

    name: str
    position: Vector
    facing_deg: float | None = None


@dataclass(frozen=True, eq=False)
class Extent:
    """Axis-aligned box in metres that a named thing fills (a whole row, for a `repeat`)."""

    low: Vector
    high: Vector

    @property
    def centre(self) -> Vector:
        centre: Vector = (self.low + self.high) / 2
        return centre

    @property
    def size(self) -> Vector:
        size: Vector = self.high - self.low
        return size

    def union(self, other: "Extent") -> "Extent":
        return Extent(np.minimum(self.low, other.low), np.maximum(self.high, other.high))


@dataclass(frozen=True, eq=False)
class Layout:
    """A place, solved: anchors as solids (rows item by item), marks, and the subjects that begin in it."""

    name: str
    look: str
    ground: str
    light: Light
    sun: tuple[float, float] | None  # bearing and height in degrees, where the place says so
    fog_m: float | None
    solids: tuple[Solid, ...]
    marks: Mapping[str, Spot]
    subjects: Mapping[str, Solid]  # at the story's first moment
    room: tuple[float, float, float] | None = None  # width, depth, height inside, round the origin; None: open
    visitors: Mapping[str, Solid] = field(default_factory=dict)  # who comes later; their poses say nothing

    @property
    def cast(self) -> Mapping[str, Solid]:
        """Every subject that is ever here."""
        return {**self.subjects, **self.visitors}

    def anchor(self, name: str) -> tuple[Solid, ...]:
        """The solids of anchor `name`: all of a row, or one of it (`containers_2`); empty when there is none."""
        return tuple(s for s in self.solids if name in (s.anchor, s.name))

    def extent(self, name: str) -> Extent | None:
        """The box that an anchor or a subject at its start fills; a mark's is a point; None for unknown names."""
        solids = self.anchor(name) or tuple(s for s in self.subjects.values() if s.name == name)
        if solids:
            extents = [extent_of(s) for s in solids]
            whole = extents[0]
            for extent in extents[1:]:
                whole = whole.union(extent)
            return whole
        if name in self.marks:
            return Extent(self.marks[name].position, self.marks[name].position)
        return None


def extent_of(solid: Solid) -> Extent:
    """Tight axis-aligned box of a solid as it stands."""
    rotation, centre = solid.T_world_solid[:3, :3], solid.T_world_solid[:3, 3]
    half = np.asarray(solid.size_m) / 2
    reach: Float[np.ndarray, "3"]
    if solid.shape == "sphere":
        reach = half
    elif solid.shape == "cylinder":
        axis = rotation[:, 2]
        reach = np.abs(axis) * half[2] + half[0] * np.sqrt(np.clip(1 - axis**2, 0, None))
    else:
        reach = np.abs(rotation) @ half
    return Extent(centre - reach, centre + reach)


def footprint(solid: Solid) -> Float[np.ndarray, "n 2"]:
    """Outline of a solid seen from above, in metres, counter-clockwise: four corners, or a circle's polygon."""
    half, pose = np.asarray(solid.size_m) / 2, solid.T_world_solid
    upright = abs(pose[2, 2]) > 0.999
    if solid.shape in ("cylinder", "sphere", "person") and upright:
        angles = np.arange(CIRCLE_POINTS) * (2 * np.pi / CIRCLE_POINTS)
        circle: Float[np.ndarray, "n 2"] = pose[:2, 3] + half[0] * np.column_stack([np.cos(angles), np.sin(angles)])
        return circle
    if solid.shape == "cylinder":  # lying: its axis is horizontal
        along, across = pose[:2, 2] * half[2], np.array([-pose[1, 2], pose[0, 2]]) * half[0]
    else:
        along, across = pose[:2, 0] * half[0], pose[:2, 1] * half[1]
    corners: Float[np.ndarray, "4 2"] = np.array([-along - across, along - across, along + across, across - along])
    corners += pose[:2, 3]
    return corners
