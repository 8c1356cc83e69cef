"""Moves: steps one after the other, parts at the same time, each with its own time and easing.

Dolly, truck, pedestal and crane run on straight rails laid along the heading at which the step begins; a crane tilts as it
rises, so that its aim stays where it was in the picture. An arc turns rails, camera and heading about the vertical through
the middle of what is framed. Pans and tilts turn on the spot. `pan with` keeps its subject where it was in the picture when
the step began (one that was outside it is brought to the middle). `follow` carries all of that along with its subject. Each
part does what it does alone: together they add up.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.camera.optics import Poses, View, eased, turned_to
from composer.schema.words import Part
from composer.types import Vector

_CATCH_UP_S = 0.5
_LEAST_LEVEL_M = 0.05
_LEADS_AFTER_S, _AHEAD_S, _WALK_M_S = 1.5, 0.5, 1.4

Trail = Callable[[Float[np.ndarray, " f"]], Float[np.ndarray, "f 3"]]
"""Where a subject is (m) at times of the shot (s)."""


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
class Rise:
    """A crane: up by `metres`, tilting so that `aim` stays where it was in the picture."""

    timed: Timed
    metres: float
    aim: Vector


@dataclass(frozen=True, eq=False)
class Turn:
    """A pan, tilt or roll: by `yaw_rad` to the left, `pitch_rad` up, `roll_rad` clockwise seen from behind."""

    timed: Timed
    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0


@dataclass(frozen=True, eq=False)
class Zooming:
    """A change of lens to `lens_mm`: by equal factors in equal shares, which is what the eye takes for steady."""

    timed: Timed
    lens_mm: float


@dataclass(frozen=True, eq=False)
class Orbit:
    """An arc: by `angle_rad` counter-clockwise about the vertical through `pivot`."""

    timed: Timed
    pivot: Vector
    angle_rad: float


@dataclass(frozen=True, eq=False)
class Chase:
    """What goes by the motion of a subject, and eases onto and off it where told so."""

    timed: Timed
    names: tuple[str, ...]
    trail: Trail
    eases_on: bool
    eases_off: bool

    def goes_on_from(self, before: "Chase | None") -> bool:
        """Whether a hidden cut from a shot that ended with `before` finds the camera going by the same subject already."""
        return before is not None and before.names == self.names and not before.eases_off

    def subject(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        """Where the subject is looked for (m) at times of the shot."""
        return self.trail(self.moments(times_s))

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
class Tracking(Chase):
    """A `pan with`: keeps its subject along `seen` (camera axes), `astray` (yaw, pitch, rad) being eased away."""

    seen: Vector
    astray: tuple[float, float]


@dataclass(frozen=True, eq=False)
class Travel(Chase):
    """A `follow`: the camera goes where its subject goes, and for lead room runs ahead of it by `lead` (m).

    All of it where the subject crosses the picture at a walk, slightly more at a run; it takes 1.5 s to get there.
    """

    lead: Vector | None = None

    def offset(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        """How far (m) it has come by times of the shot."""
        moments = self.moments(times_s)
        come = self.trail(moments) - self.trail(np.array([self.timed.start_s]))
        if self.lead is None:
            return come
        speed = (self.trail(moments + _AHEAD_S) - self.trail(moments)) / _AHEAD_S
        sideways = speed @ (self.lead / np.linalg.norm(self.lead)) / _WALK_M_S
        share = eased((times_s - self.timed.start_s) / _LEADS_AFTER_S, "ease") * sideways / np.hypot(1.0, sideways)
        ahead: Float[np.ndarray, "f 3"] = come + share[:, None] * np.sqrt(2) * self.lead
        return ahead


@dataclass(frozen=True, eq=False)
class Run:
    """A step made ready: where it begins, and what its parts do."""

    begin: View
    start_s: float
    stop_s: float
    rails: tuple[Rail, ...] = ()
    turns: tuple[Turn, ...] = ()
    rise: Rise | None = None
    zoom: Zooming | None = None
    orbit: Orbit | None = None
    tracking: Tracking | None = None
    travel: Travel | None = None

    @property
    def moves(self) -> bool:
        """Whether it ever leaves the spot."""
        return bool(self.rails or self.rise or self.orbit or self.travel)

    def poses(self, times_s: Float[np.ndarray, " f"]) -> Poses:
        """The camera at times of the shot (s), on its rails, about its pivot, turned as the pans say."""
        begin, still = self.begin, np.zeros(len(times_s))
        positions = np.tile(begin.position, (len(times_s), 1))
        yaw, pitch, roll = begin.yaw_rad + still, begin.pitch_rad + still, begin.roll_rad + still
        lens = begin.lens_mm + still
        for rail in self.rails:
            share = rail.timed.share(times_s)
            positions = positions + share[:, None] * rail.way
            yaw, pitch = yaw + share * rail.yaw_rad, pitch + share * rail.pitch_rad
        if self.rise:
            up = self.rise.timed.share(times_s) * self.rise.metres
            pitch = pitch + _tilt(self.rise.aim, positions, up)
            positions[:, 2] += up
        if self.orbit:
            turn = self.orbit.timed.share(times_s) * self.orbit.angle_rad
            x, y = (positions - self.orbit.pivot)[:, :2].T
            positions[:, 0] = self.orbit.pivot[0] + np.cos(turn) * x - np.sin(turn) * y
            positions[:, 1] = self.orbit.pivot[1] + np.sin(turn) * x + np.cos(turn) * y
            yaw = yaw + turn
        for pan in self.turns:
            share = pan.timed.share(times_s)
            yaw, pitch, roll = yaw + share * pan.yaw_rad, pitch + share * pan.pitch_rad, roll + share * pan.roll_rad
        if self.zoom:
            lens = lens * (self.zoom.lens_mm / begin.lens_mm) ** self.zoom.timed.share(times_s)
        if self.travel:
            positions = positions + self.travel.offset(times_s)
        if self.tracking:
            way = self.tracking.subject(times_s) - positions
            yaw, pitch = turned_to(way, np.tile(self.tracking.seen, (len(times_s), 1)))
            left = 1 - self.tracking.timed.share(times_s)
            yaw, pitch = yaw + left * self.tracking.astray[0], pitch + left * self.tracking.astray[1]
        return Poses(positions, yaw, pitch, lens, roll)

    def view(self, time_s: float) -> View:
        """The camera at one moment of the shot."""
        return self.poses(np.array([time_s])).view()


def _tilt(aim: Vector, positions: Float[np.ndarray, "f 3"], up_m: Float[np.ndarray, " f"]) -> Float[np.ndarray, " f"]:
    """By how much (rad) a camera that has risen looks further up to see `aim` where it was."""
    way = aim - positions
    level = np.sqrt(way[:, 0] ** 2 + way[:, 1] ** 2 + _LEAST_LEVEL_M**2)
    tilt: Float[np.ndarray, " f"] = np.arctan2(way[:, 2] - up_m, level) - np.arctan2(way[:, 2], level)
    return tilt
