"""Where subjects go, for cameras that go by them: exactly as they do, but round what strikes or launches them.

A camera has mass: where a subject sets out or is turned at once (a push, a blow), the camera meets its way within a fifth of
a second on either side.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.camera.moves import Trail
from composer.camera.target import Scenery

_STEP_S, _FINE = 1 / 60, 4
_ROUNDED_S = 0.2
_JERK_M_S = 0.1  # within a 240th of a second, more than legs can do
_LEAP_M_S = 100.0  # faster than anything goes: it was put elsewhere
_BEYOND_S = 2.0


@dataclass(frozen=True, eq=False)
class Exact:
    """Where named things are, taken together, at times of a shot that begins at `start_s` of the story."""

    names: tuple[str, ...]
    scenery: Scenery
    start_s: float

    def __call__(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        middles = [self.scenery.middles(name, self.start_s + times_s) for name in self.names]
        mean: Float[np.ndarray, "f 3"] = np.mean(middles, axis=0)
        return mean


@dataclass(frozen=True, eq=False)
class Rounded:
    """A trail with its corners rounded: a spline through running means."""

    spline: Trail
    until_s: float

    def __call__(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        points: Float[np.ndarray, "f 3"] = self.spline(np.clip(times_s, 0.0, self.until_s))
        return points


def trail_of(names: tuple[str, ...], scenery: Scenery, start_s: float, duration_s: float) -> Exact | Rounded:
    """The way of named things during a shot and 2 s beyond."""
    trail = Exact(names, scenery, start_s)
    if not any(name in scenery.layout.cast for name in names):
        return trail
    from scipy.interpolate import CubicSpline  # noqa: PLC0415 - slow to load, and few things go so hard

    until_s = duration_s + _BEYOND_S
    steps = int(np.ceil((until_s + _ROUNDED_S) / _STEP_S))
    fine = trail(np.arange(steps * _FINE + 1) * (_STEP_S / _FINE))
    if np.abs(np.diff(fine, n=2, axis=0)).max(initial=0.0) * _FINE / _STEP_S < _JERK_M_S:
        return trail
    times, points = np.arange(steps + 1) * _STEP_S, fine[::_FINE]
    speeds = np.diff(points, axis=0) / _STEP_S
    speeds[np.linalg.norm(speeds, axis=1) > _LEAP_M_S] = 0.0
    half = round(_ROUNDED_S / _STEP_S)
    before, after = np.tile(speeds[0], (half, 1)), np.tile(speeds[-1], (half, 1))
    ways = np.concatenate([before, speeds, after]) * _STEP_S
    way = np.concatenate([np.zeros((1, 3)), np.cumsum(ways, axis=0)])
    way += points[0] - way[half]
    weights = np.hanning(2 * half + 3)[1:-1]
    rounded = np.column_stack([np.convolve(axis, weights / weights.sum(), mode="valid") for axis in way.T])
    return Rounded(CubicSpline(times, rounded[: len(times)]), until_s)
