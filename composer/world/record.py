"""What became of a thing: pieces of story in which it stood, moved freely or was driven, sampled at any times."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from composer.types import BodyTrack, Matrix, Vector

Times = Float[np.ndarray, " f"]
Course = Callable[[float], tuple[Matrix, Vector, Vector]]
"""Pose, linear and angular velocity (m/s, rad/s, world axes) at a story time."""


@runtime_checkable
class Foreseen(Protocol):
    """A course that knows beforehand when it comes near what stands, so that nobody has to look at every moment."""

    def __call__(self, time_s: float, /) -> tuple[Matrix, Vector, Vector]: ...

    def comes_near(self, start_s: float, stop_s: float, balls: Float[np.ndarray, "m 4"], /) -> float:
        """When, from `start_s` on, it may first touch one of the balls (middle and radius, m); +inf for not before `stop_s`."""
        ...


@dataclass(frozen=True, eq=False)
class Still:
    """It stands at `T_world_body`."""

    start_s: float
    T_world_body: Matrix

    def sample(self, times_s: Times) -> BodyTrack:
        f = len(times_s)
        return BodyTrack(np.tile(self.T_world_body, (f, 1, 1)), np.zeros((f, 3)), np.zeros((f, 3)), np.zeros(f))


@dataclass(frozen=True, eq=False)
class Driven:
    """It is where its course says."""

    start_s: float
    course: Course

    def sample(self, times_s: Times) -> BodyTrack:
        told = [self.course(float(t)) for t in times_s]
        poses, linear, angular = (np.array([moment[i] for moment in told]) for i in range(3))
        return BodyTrack(poses, linear, angular, np.zeros(len(times_s)))


@dataclass(frozen=True, eq=False)
class Moving:
    """It moves freely: knots of position (m), rotation (w, x, y, z) and velocities in world axes, in order of time."""

    times_s: Float[np.ndarray, " n"]
    positions: Float[np.ndarray, "n 3"]
    rotations: Float[np.ndarray, "n 4"]
    linear_m_s: Float[np.ndarray, "n 3"]
    angular_rad_s: Float[np.ndarray, "n 3"]

    @property
    def start_s(self) -> float:
        return float(self.times_s[0])

    def sample(self, times_s: Times) -> BodyTrack:
        """Cubic Hermite of positions and its rate; the shortest turn between two rotations, at an even rate."""
        i = np.clip(np.searchsorted(self.times_s, times_s, side="right") - 1, 0, max(len(self.times_s) - 2, 0))
        j = np.minimum(i + 1, len(self.times_s) - 1)
        span = np.maximum(self.times_s[j] - self.times_s[i], 1e-9)[:, None]
        s = np.clip((times_s - self.times_s[i])[:, None] / span, 0, 1)
        p, v = self.positions, self.linear_m_s
        mean = (p[j] - p[i]) / span
        c2, c3 = 3 * mean - 2 * v[i] - v[j], v[i] + v[j] - 2 * mean
        t = s * span
        position = p[i] + t * (v[i] + s * (c2 + s * c3))
        linear = v[i] + s * (2 * c2 + s * 3 * c3)
        angular = (1 - s) * self.angular_rad_s[i] + s * self.angular_rad_s[j]
        poses = np.tile(np.eye(4), (len(times_s), 1, 1))
        poses[:, :3, :3] = rotation_matrices(_between(self.rotations[i], self.rotations[j], s))
        poses[:, :3, 3] = position
        return BodyTrack(poses, linear, angular, np.zeros(len(times_s)))


Piece = Still | Driven | Moving


@dataclass(frozen=True, eq=False)
class Record:
    """Pieces in order of time; each holds until the next begins, the first also before its start."""

    pieces: tuple[Piece, ...]

    def sample(self, times_s: Times) -> BodyTrack:
        """Poses and velocities at story times in any order."""
        which = np.maximum(np.searchsorted(self._starts_s, times_s, side="right") - 1, 0)
        f = len(times_s)
        track = BodyTrack(np.empty((f, 4, 4)), np.empty((f, 3)), np.empty((f, 3)), np.zeros(f))
        for index in np.unique(which):
            at = which == index
            part = self.pieces[index].sample(np.asarray(times_s)[at])
            track.T_world_body[at] = part.T_world_body
            track.linear_m_s[at], track.angular_rad_s[at] = part.linear_m_s, part.angular_rad_s
        return track

    @cached_property
    def _starts_s(self) -> Float[np.ndarray, " n"]:
        return np.array([piece.start_s for piece in self.pieces])


def rotation_matrix(quaternion: Float[np.ndarray, "4"]) -> Float[np.ndarray, "3 3"]:
    """Rotation of w, x, y, z."""
    matrix: Float[np.ndarray, "3 3"] = rotation_matrices(quaternion[None])[0]
    return matrix


def _between(
    one: Float[np.ndarray, "f 4"], other: Float[np.ndarray, "f 4"], share: Float[np.ndarray, "f 1"]
) -> Float[np.ndarray, "f 4"]:
    """Spherical interpolation the short way round."""
    cosine = (one * other).sum(-1, keepdims=True)
    other = np.where(cosine < 0, -other, other)
    angle = np.arctan2(np.linalg.norm(other - one * np.abs(cosine), axis=-1, keepdims=True), np.abs(cosine))
    sine = np.sin(angle)
    small = sine < 1e-9
    safe = np.where(small, 1.0, sine)
    a = np.where(small, 1 - share, np.sin((1 - share) * angle) / safe)
    b = np.where(small, share, np.sin(share * angle) / safe)
    mixed = a * one + b * other
    return np.asarray(mixed / np.linalg.norm(mixed, axis=-1, keepdims=True))


def rotation_matrices(q: Float[np.ndarray, "f 4"]) -> Float[np.ndarray, "f 3 3"]:
    """Rotations of w, x, y, z, row by row."""
    w, x, y, z = q.T
    rows = [
        [w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z],
    ]
    return np.moveaxis(np.array(rows), -1, 0)
