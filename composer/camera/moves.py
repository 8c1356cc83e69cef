"""Moves: steps one after the other, parts at the same time, each with its own time and easing.

Dolly and truck run on straight rails laid along the heading at which the step begins. An arc turns rails, camera and
heading about the vertical through the middle of what is framed. Pans turn on the spot. `pan with` keeps its subject
where it was in the picture when the step began (one that was outside it is brought to the middle).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.camera.optics import View, eased, turned_to
from composer.camera.target import Scenery
from composer.schema.words import Part
from composer.types import Vector

_CATCH_UP_S = 0.5


@dataclass(frozen=True, eq=False)
class Poses:
    """A camera over f moments; the lens stays."""

    positions: Float[np.ndarray, "f 3"]
    yaw_rad: Float[np.ndarray, " f"]
    pitch_rad: Float[np.ndarray, " f"]


@dataclass(frozen=True, eq=False)
class Timed:
    """A part with its time: from `start_s` of the shot for `duration_s`."""

    part: Part
    start_s: float
    duration_s: float

    def share(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, " f"]:
        """How much of the part is done, eased, at times of the shot."""
        return eased((times_s - self.start_s) / max(self.duration_s, 1e-9), self.part.ease)


@dataclass(frozen=True, eq=False)
class Rail:
    """A straight move: `metres` along `way`, and by the same share the turn to the framing it ends in."""

    timed: Timed
    way: Vector
    yaw_rad: float = 0.0
    pitch_rad: float = 0.0


@dataclass(frozen=True, eq=False)
class Turn:
    """A pan: by `yaw_rad` to the left and `pitch_rad` up."""

    timed: Timed
    yaw_rad: float
    pitch_rad: float


@dataclass(frozen=True, eq=False)
class Orbit:
    """An arc: by `angle_rad` counter-clockwise about the vertical through `pivot`."""

    timed: Timed
    pivot: Vector
    angle_rad: float


@dataclass(frozen=True, eq=False)
class Tracking:
    """A `pan with`: keeps `name` along `seen` (camera axes), `astray` (yaw, pitch, rad) being eased away.

    It eases onto and off its subject's motion where told so.
    """

    timed: Timed
    name: str
    seen: Vector
    astray: tuple[float, float]
    eases_on: bool
    eases_off: bool

    def moments(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, " f"]:
        """The shot times at which the subject is looked for: the time itself, but for the eased ends."""
        start, stop = self.timed.start_s, self.timed.start_s + self.timed.duration_s
        ease = min(_CATCH_UP_S, self.timed.duration_s / 2)
        moments: Float[np.ndarray, " f"] = np.maximum(times_s, start)
        if ease <= 0:
            return moments
        if self.eases_on:
            u = np.clip((moments - start) / ease, 0, 1)
            moments = np.where(u < 1, start + ease * u**2 * (2 - u), moments)
        if self.eases_off:
            u = np.clip((times_s - (stop - ease)) / ease, 0, 1)
            moments = np.where(u > 0, stop - ease + ease * (u - u**3 + u**4 / 2), moments)
        return moments


@dataclass(frozen=True, eq=False)
class Run:
    """A step made ready: where it begins, and what its parts do."""

    begin: View
    start_s: float
    stop_s: float
    rails: tuple[Rail, ...] = ()
    turns: tuple[Turn, ...] = ()
    orbit: Orbit | None = None
    tracking: Tracking | None = None

    def poses(self, times_s: Float[np.ndarray, " f"], scenery: Scenery, shot_start_s: float) -> Poses:
        """The camera at times of the shot (s), on its rails, about its pivot, turned as the pans say."""
        begin, still = self.begin, np.zeros(len(times_s))
        positions = np.tile(begin.position, (len(times_s), 1))
        yaw, pitch = begin.yaw_rad + still, begin.pitch_rad + still
        for rail in self.rails:
            share = rail.timed.share(times_s)
            positions = positions + share[:, None] * rail.way
            yaw, pitch = yaw + share * rail.yaw_rad, pitch + share * rail.pitch_rad
        if self.orbit:
            turn = self.orbit.timed.share(times_s) * self.orbit.angle_rad
            x, y = (positions - self.orbit.pivot)[:, :2].T
            positions[:, 0] = self.orbit.pivot[0] + np.cos(turn) * x - np.sin(turn) * y
            positions[:, 1] = self.orbit.pivot[1] + np.sin(turn) * x + np.cos(turn) * y
            yaw = yaw + turn
        for pan in self.turns:
            share = pan.timed.share(times_s)
            yaw, pitch = yaw + share * pan.yaw_rad, pitch + share * pan.pitch_rad
        if self.tracking:
            yaw, pitch = self._tracked(self.tracking, times_s, positions, scenery, shot_start_s)
        return Poses(positions, yaw, pitch)

    def view(self, time_s: float, scenery: Scenery, shot_start_s: float) -> View:
        """The camera at one moment of the shot."""
        poses = self.poses(np.array([time_s]), scenery, shot_start_s)
        return View(poses.positions[0], float(poses.yaw_rad[0]), float(poses.pitch_rad[0]), self.begin.lens_mm)

    def _tracked(
        self,
        tracking: Tracking,
        times_s: Float[np.ndarray, " f"],
        positions: Float[np.ndarray, "f 3"],
        scenery: Scenery,
        shot_start_s: float,
    ) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, " f"]]:
        subject = scenery.middles(tracking.name, shot_start_s + tracking.moments(times_s))
        yaw, pitch = turned_to(subject - positions, np.tile(tracking.seen, (len(times_s), 1)))
        left = 1 - tracking.timed.share(times_s)
        return yaw + left * tracking.astray[0], pitch + left * tracking.astray[1]
