"""What solids fill: how far they reach, the boxes round them, their outlines from above, the slopes of ramps."""

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.types import Solid, Vector

CIRCLE_POINTS = 48

_AXES = np.eye(3)
_WEDGE = np.array([[-1, -1, -1], [1, -1, -1], [-1, 1, -1], [1, 1, -1], [-1, 1, 1], [1, 1, 1]], float)  # half extents


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


def corners_of(solid: Solid) -> Float[np.ndarray, "n 3"] | None:
    """Points in a solid's own frame (m) whose hull it fills: of ramps and meshes; None for shapes told by measures alone."""
    if solid.shape == "ramp":
        corners: Float[np.ndarray, "n 3"] = _WEDGE * np.asarray(solid.size_m) / 2
        return corners
    return None if solid.mesh is None else solid.mesh.hull


def reach(solid: Solid, direction: Vector) -> float:
    """How far (m) a solid reaches from its origin along a unit direction of the world."""
    rotation, half = solid.T_world_solid[:3, :3], np.asarray(solid.size_m) / 2
    if (corners := corners_of(solid)) is not None:
        return float((corners @ (rotation.T @ direction)).max())
    if solid.shape == "sphere":
        return float(half[0])
    if solid.shape == "cylinder":
        along = float(rotation[:, 2] @ direction)
        return float(abs(along) * half[2] + half[0] * np.sqrt(max(1 - along**2, 0.0)))
    return float(np.abs(rotation.T @ direction) @ half)


def extent_of(solid: Solid) -> Extent:
    """Tight axis-aligned box of a solid as it stands."""
    centre = solid.T_world_solid[:3, 3]
    high = np.array([reach(solid, axis) for axis in _AXES])
    low = high if corners_of(solid) is None else np.array([reach(solid, -axis) for axis in _AXES])
    return Extent(centre - low, centre + high)


def footprint(solid: Solid) -> Float[np.ndarray, "n 2"]:
    """Outline of a solid seen from above, in metres, counter-clockwise: four corners, or a circle's polygon."""
    half, pose = np.asarray(solid.size_m) / 2, solid.T_world_solid
    if solid.mesh is not None:
        points = (solid.mesh.hull @ pose[:3, :3].T + pose[:3, 3])[:, :2]
        from scipy.spatial import ConvexHull, QhullError  # noqa: PLC0415 - slow to load, and most places have no meshes

        with suppress(QhullError):  # else it stands on edge
            outline: Float[np.ndarray, "n 2"] = points[ConvexHull(points).vertices]  # counter-clockwise, in a plane
            return outline
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


@dataclass(frozen=True, eq=False)
class Slope:
    """The face of a ramp that is walked on: `normal` points up out of it, `point` is its middle (m)."""

    normal: Vector
    point: Vector

    def heights(self, plan: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " n"]:
        """Heights (m) of its plane over points of the plan."""
        heights: Float[np.ndarray, " n"] = self.point[2] - (plan - self.point[:2]) @ self.normal[:2] / self.normal[2]
        return heights


def slope_of(solid: Solid) -> Slope | None:
    """The slope of a ramp; None of anything else."""
    if solid.shape != "ramp":
        return None
    _, run, rise = solid.size_m
    rotation = solid.T_world_solid[:3, :3]
    normal: Vector = rotation @ (np.array([0.0, -rise, run]) / np.hypot(rise, run))
    return Slope(normal, solid.T_world_solid[:3, 3])


def resting_height(solid: Solid, slope: Slope, plan: Float[np.ndarray, "2"]) -> float:
    """Height (m) of a solid's origin when it lies on a slope, its origin over a point of the plan.

    A person stands on the point under the middle of the body; of anything else nothing sinks in.
    """
    height = float(slope.heights(plan[None])[0])
    if solid.shape == "person":
        return height + solid.size_m[2] / 2
    return height + reach(solid, -slope.normal) / float(slope.normal[2])
