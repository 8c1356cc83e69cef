"""Cameras by poses at times: the `keys` of a shot list, and paths sampled elsewhere.

Position, what is aimed at, roll and the logarithm of the lens run smoothly through the keys; the aim is splined, not the
rotation, so that the horizon stays level. A keyed camera starts and ends at rest, and rests where two neighbours are equal;
next to a rest nothing overshoots. A subject that is aimed at is looked at where it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from composer.camera.moves import Trail
from composer.camera.optics import Poses

Spline = Callable[[Float[np.ndarray, " f"]], Float[np.ndarray, "f d"]]

_OVERHEAD_RAD = np.pi / 2  # straight up or down, the picture's top points north


@dataclass(frozen=True, eq=False)
class Key:
    """A pose at `time_s` of the shot: where it is (m), which of the aims it looks at, its lens, its roll."""

    time_s: float
    position: Float[np.ndarray, "3"]
    aim: int
    lens_mm: float
    roll_rad: float


@dataclass(frozen=True, eq=False)
class Keyed:
    """A camera that runs through keys at rising times; before the first and after the last it stands there."""

    keys: tuple[Key, ...]
    aims: tuple[Trail, ...]

    @property
    def stop_s(self) -> float:
        return self.keys[-1].time_s

    @property
    def moves(self) -> bool:
        """Whether it ever leaves the spot."""
        return any((key.position != self.keys[0].position).any() for key in self.keys)

    def poses(self, times_s: Float[np.ndarray, " f"]) -> Poses:
        """The camera at times of the shot (s)."""
        times = np.clip(times_s, self.keys[0].time_s, self.stop_s)
        positions, lens, roll = self._positions(times), np.exp(self._lens(times)[:, 0]), self._roll(times)[:, 0]
        way = self.targets(times_s) - positions
        level = np.hypot(way[:, 0], way[:, 1])
        yaw = np.where(level > 1e-9, np.arctan2(way[:, 1], way[:, 0]), _OVERHEAD_RAD)
        return Poses(positions, yaw, np.arctan2(way[:, 2], level), lens, roll)

    def targets(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        """The points (m) that it looks at."""
        shares = self._shares(np.clip(times_s, self.keys[0].time_s, self.stop_s))
        targets = np.zeros((len(times_s), 3))
        for aim, trail in enumerate(self.aims):
            targets += shares[:, aim : aim + 1] * trail(times_s)
        return targets

    @cached_property
    def _times(self) -> Float[np.ndarray, " k"]:
        return np.array([key.time_s for key in self.keys])

    @cached_property
    def _positions(self) -> Spline:
        return spline_through(self._times, np.array([key.position for key in self.keys]))

    @cached_property
    def _shares(self) -> Spline:
        """How much each aim counts: splines of these are splines of the points, were those to stand still."""
        return spline_through(self._times, np.eye(len(self.aims))[[key.aim for key in self.keys]], overshoots=True)

    @cached_property
    def _lens(self) -> Spline:
        return spline_through(self._times, np.log([[key.lens_mm] for key in self.keys]))

    @cached_property
    def _roll(self) -> Spline:
        return spline_through(self._times, np.array([[key.roll_rad] for key in self.keys]))


def spline_through(
    times_s: Float[np.ndarray, " k"], values: Float[np.ndarray, "k d"], *, overshoots: bool = False
) -> Spline:
    """A C1 spline, C2 between rests: at rest at both ends and where two neighbours are equal.

    Unless it `overshoots`, each coordinate keeps between the values on either side of an interval that borders a rest.
    """
    from scipy.interpolate import CubicHermiteSpline, CubicSpline  # noqa: PLC0415 - slow to load, and few lists have keys

    if len(times_s) == 1:
        times_s, values = np.array([times_s[0], times_s[0] + 1.0]), np.repeat(values, 2, axis=0)
    slopes = np.zeros(values.shape)
    rests = np.flatnonzero((np.diff(values, axis=0) == 0).all(axis=1))
    for first, last in _pieces(len(values), rests.tolist()):
        knots, through = times_s[first : last + 1], values[first : last + 1]
        inner = CubicSpline(knots, through, bc_type="clamped")(knots, 1)
        if not overshoots:
            steep = 3 * np.diff(through, axis=0) / np.diff(knots)[:, None]
            for knot, interval in ((1, 0), (-2, -1)):
                bound = steep[interval]
                inner[knot] = np.clip(inner[knot], np.minimum(bound, 0), np.maximum(bound, 0))
        slopes[first + 1 : last] = inner[1:-1]
    return CubicHermiteSpline(times_s, values, slopes)


def _pieces(count: int, rests: Sequence[int]) -> list[tuple[int, int]]:
    """First and last knot of each stretch of several intervals between rests; interval i runs from knot i to i + 1."""
    starts = [0, *(i + 1 for i in rests)]
    stops = [*rests, count - 1]
    return [(a, b) for a, b in zip(starts, stops, strict=True) if b - a > 1]
