"""What part of a place a plan shows, and how large."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atan, degrees

import numpy as np
from jaxtyping import Float

from composer.layout import Layout, footprint
from composer.types import ROOM_SOLIDS, CameraTrack

STEPS_M = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


@dataclass(frozen=True, eq=False)
class CameraTrace:
    """A shot's camera seen from above, over f frames. `number` is the shot's in the film, from 1.

    `heading_deg` is the bearing it looks along, clockwise from north; `fov_deg` its horizontal angle of view.
    """

    number: int
    shot: str
    position_m: Float[np.ndarray, "f 3"]
    heading_deg: Float[np.ndarray, " f"]
    fov_deg: Float[np.ndarray, " f"]


def trace(number: int, shot: str, track: CameraTrack) -> CameraTrace:
    """What a plan shows of a camera track. A camera that looks straight down heads where its picture's top is."""
    ahead, up = track.T_world_camera[:, :2, 2], -track.T_world_camera[:, :2, 1]
    level = np.where(np.hypot(*ahead.T)[:, None] > 0.02, ahead, up)
    fov = [2 * degrees(atan(track.size[0] / 2 / focal_px)) for focal_px in track.K[:, 0, 0]]
    heading = np.degrees(np.arctan2(level[:, 0], level[:, 1])) % 360
    return CameraTrace(number, shot, track.T_world_camera[:, :3, 3].copy(), heading, np.array(fov))


@dataclass(frozen=True)
class View:
    """The part of a place from (`west_m`, `south_m`) to (`east_m`, `north_m`), drawn at `scale` pixels a metre."""

    west_m: float
    south_m: float
    east_m: float
    north_m: float
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return round((self.east_m - self.west_m) * self.scale), round((self.north_m - self.south_m) * self.scale)

    def pixels(self, points_m: Float[np.ndarray, "n k"]) -> Float[np.ndarray, "n 2"]:
        """Where points of the place (x, y, and z that does not matter) fall on the plan."""
        return np.stack([points_m[:, 0] - self.west_m, self.north_m - points_m[:, 1]], axis=1) * self.scale

    def step_m(self, at_least_px: float) -> float:
        """The smallest round distance that is at least so long on the plan."""
        return next((step for step in STEPS_M if step * self.scale >= at_least_px), STEPS_M[-1])


def view_of(
    layout: Layout,
    ways_m: Mapping[str, Float[np.ndarray, "_ 3"]],
    cameras: Sequence[CameraTrace],
    most: tuple[int, int],
) -> View:
    """A view of `most` pixels at the most that holds cameras, ways of subjects, marks and anchors.

    An anchor that would more than double the area (a sea, a hill) is cut off at the edge instead; a room is always whole.
    """
    points = [c.position_m[:, :2] for c in cameras] + [way[:, :2] for way in ways_m.values()]
    points += [mark.position[None, :2] for mark in layout.marks.values()]
    points += [footprint(s) for s in layout.subjects.values()]
    if layout.room is not None:
        points += [footprint(s) for s in layout.solids if s.name in ROOM_SOLIDS]
    prints = sorted((footprint(s) for s in layout.solids), key=lambda outline: float(np.ptp(outline, axis=0).max()))
    for outline in prints:
        if not points or _area([*points, outline]) <= 2.2 * _area(points) or len(points) < 3:
            points.append(outline)
    everything = np.concatenate(points) if points else np.zeros((1, 2))
    low, high = everything.min(axis=0), everything.max(axis=0)
    span = np.maximum(high - low, 1.0)
    margin = 0.06 * span.max() + 0.3
    middle, half = (low + high) / 2, span / 2 + margin
    half = np.maximum(half, half.max() * np.array([0.45, 0.36]))
    scale = float(min(most[0] / (2 * half[0]), most[1] / (2 * half[1])))
    west, south, east, north = (float(v) for v in np.concatenate([middle - half, middle + half]))
    return View(west, south, east, north, scale)


def _area(points: Sequence[Float[np.ndarray, "_ 2"]]) -> float:
    span = np.ptp(np.concatenate(list(points)), axis=0) + 2.0
    return float(span[0] * span[1])
