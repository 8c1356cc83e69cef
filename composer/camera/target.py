"""What a camera looks at: named things of a place at a moment of the story, as points in space."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from composer.layout import Layout, corners_of
from composer.types import Matrix, Solid, Vector, WorldTrack

STAND_IN_M = 1.75
"""Height of the person that a framed mark stands for."""

_SOUTH_RAD = -np.pi / 2
_PERSON_RADIUS_M = 0.25


@runtime_checkable
class Tells(Protocol):
    """The story, as far as a camera asks for it."""

    def sample(self, place: str, times_s: Float[np.ndarray, " f"], /) -> WorldTrack: ...


@dataclass(frozen=True, eq=False)
class Target:
    """What is framed, at one moment: the outline of all of it as points (m), and where its front looks.

    `person_m` is the height of the one person (or stand-in) that is framed alone; None for anything else.
    """

    points: Float[np.ndarray, "n 3"]
    yaw_rad: float
    person_m: float | None

    def seen_from(self, side: Vector) -> "Seen":
        """Its extents as they are seen from a level direction `side`, which points from it to the camera."""
        right = np.array([-side[1], side[0], 0.0])
        x, near, z = self.points @ right, self.points @ side, self.points[:, 2]
        lateral = (float(x.min()), float(x.max()))
        depth, height = (float(near.min()), float(near.max())), (float(z.min()), float(z.max()))
        middle = right * (sum(lateral) / 2) + side * (sum(depth) / 2) + np.array([0.0, 0.0, sum(height) / 2])
        return Seen(lateral[1] - lateral[0], depth[1] - depth[0], height, middle)


@dataclass(frozen=True, eq=False)
class Seen:
    """Extents of a target as a level camera sees them, in metres, and their middle."""

    width: float
    depth: float
    heights: tuple[float, float]
    middle: Vector

    @property
    def height(self) -> float:
        return self.heights[1] - self.heights[0]


@dataclass(frozen=True, eq=False)
class Scenery:
    """A place and the story in it: where named things are at any moment."""

    layout: Layout
    story: Tells

    def knows(self, name: str) -> bool:
        return name in self.layout.marks or name in self.layout.cast or bool(self.layout.anchor(name))

    def middles(self, name: str, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        """Middle of a named thing at story times (s); of a mark's stand-in, half way up."""
        if name in self.layout.cast:
            bodies = self.story.sample(self.layout.name, times_s).bodies
            middles: Float[np.ndarray, "f 3"] = bodies[name].T_world_body[:, :3, 3]
            return middles
        points, _ = self._locked[name] if name in self._locked else self._lock(name)
        return np.tile((points.min(axis=0) + points.max(axis=0)) / 2, (len(times_s), 1))

    def target(self, names: tuple[str, ...], time_s: float) -> Target:
        """Named things framed as one, at a story time (s)."""
        moving = [name for name in names if name in self.layout.cast]
        bodies = self.story.sample(self.layout.name, np.array([time_s])).bodies if moving else {}
        parts, yaws = [], []
        for name in names:
            if name in bodies:
                pose = bodies[name].T_world_body[0]
                parts.append(outline_points(self.layout.cast[name], pose))
                yaws.append(_front(pose))
            else:
                points, yaw = self._locked[name] if name in self._locked else self._lock(name)
                parts.append(points)
                yaws.append(yaw)
        alone = names[0] if len(set(names)) == 1 else None
        return Target(np.concatenate(parts), yaws[0], None if alone is None else self._person_m(alone))

    @cached_property
    def trails(
        self,
    ) -> dict[tuple[tuple[str, ...], float, float], Callable[[Float[np.ndarray, " f"]], Float[np.ndarray, "f 3"]]]:
        """The ways of named things, by when they begin and how long they are (s), as cameras ask for them."""
        return {}

    def _person_m(self, name: str) -> float | None:
        subject = self.layout.cast.get(name)
        if subject is not None:
            return subject.size_m[2] if subject.shape == "person" else None
        return STAND_IN_M if name in self.layout.marks and not self.layout.anchor(name) else None

    @cached_property
    def _locked(self) -> dict[str, tuple[Float[np.ndarray, "n 3"], float]]:
        return {}

    def _lock(self, name: str) -> tuple[Float[np.ndarray, "n 3"], float]:
        solids = self.layout.anchor(name)
        if solids:
            outline = np.concatenate([outline_points(s, s.T_world_solid) for s in solids])
            found = (outline, _front(solids[0].T_world_solid))
        else:
            spot = self.layout.marks[name]
            angles = np.arange(_RING) * (2 * np.pi / _RING)
            ring = _PERSON_RADIUS_M * np.column_stack([np.cos(angles), np.sin(angles), np.zeros(_RING)])
            top = np.array([0.0, 0.0, STAND_IN_M])
            yaw = _SOUTH_RAD if spot.facing_deg is None else float(np.deg2rad(90 - spot.facing_deg))
            found = (np.concatenate([ring, ring + top]) + spot.position, yaw)
        self._locked[name] = found
        return found


_RING = 24


def outline_points(solid: Solid, pose: Matrix) -> Float[np.ndarray, "n 3"]:
    """Points on the outline of a solid at a pose: corners of boxes, rings of cylinders and people, a net on spheres."""
    corners = corners_of(solid)
    points = _NETS[solid.shape] * (np.asarray(solid.size_m) / 2) if corners is None else corners
    placed: Float[np.ndarray, "n 3"] = points @ pose[:3, :3].T + pose[:3, 3]
    return placed


def _ring(z: float, radius: float = 1.0) -> Float[np.ndarray, "n 3"]:
    angles = np.arange(_RING) * (2 * np.pi / _RING)
    return np.column_stack([radius * np.cos(angles), radius * np.sin(angles), np.full(_RING, z)])


_CYLINDER = np.concatenate([_ring(-1.0), _ring(1.0)])
_LATITUDES = np.linspace(-np.pi / 2, np.pi / 2, 13)
_NETS: Mapping[str, Float[np.ndarray, "n 3"]] = {
    "box": np.array([[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)]),
    "cylinder": _CYLINDER,
    "person": _CYLINDER,
    "sphere": np.concatenate([_ring(float(np.sin(a)), float(np.cos(a))) for a in _LATITUDES]),
}


def _front(pose: Matrix) -> float:
    """Yaw (rad) of the way a thing's front, its own -y, looks; south for what lies on its side."""
    front = -pose[:3, 1]
    return float(np.arctan2(front[1], front[0])) if abs(front[2]) < 0.5 else _SOUTH_RAD
