"""Ramps under people's feet: ways that lead over them rise and fall with their slopes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from composer.layout import Layout, Slope, slope_of
from composer.types import Solid, Vector

STEP_UP_M = 0.2
"""What people step over or onto."""

_STRIDE_M = 0.05
_SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Ramp:
    """A ramp of a place, as something to walk on."""

    solid: Solid
    slope: Slope

    @cached_property
    def _to_own(self) -> Float[np.ndarray, "2 2"]:
        axes: Float[np.ndarray, "2 2"] = self.solid.T_world_solid[:2, :2]
        return axes

    def span(self, start: Vector, stop: Vector) -> tuple[float, float] | None:
        """The part of a straight way, as shares of it, that lies over the ramp; None when none does."""
        middle, half = self.solid.T_world_solid[:2, 3], np.asarray(self.solid.size_m[:2]) / 2
        at, way = (start[:2] - middle) @ self._to_own, (stop - start)[:2] @ self._to_own
        enters, leaves = 0.0, 1.0
        for axis in range(2):
            if abs(way[axis]) < 1e-12:
                if abs(at[axis]) > half[axis]:
                    return None
                continue
            near, far = sorted(((-half[axis] - at[axis]) / way[axis], (half[axis] - at[axis]) / way[axis]))
            enters, leaves = max(enters, near), min(leaves, far)
        return (float(enters), float(leaves)) if leaves - enters > _SLACK else None

    def heights(self, plan: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, " n"]:
        """Heights (m) of its face at the points of it that are nearest to points of the plan."""
        heights: Float[np.ndarray, " n"] = self.slope.heights(self._nearest(plan))
        return heights

    def within(self, plan: Float[np.ndarray, "n 2"], reach_m: float) -> Bool[np.ndarray, " n"]:
        """Which points of the plan are no farther than that from what it covers."""
        near: Bool[np.ndarray, " n"] = np.linalg.norm(self._nearest(plan) - plan, axis=1) <= reach_m
        return near

    def _nearest(self, plan: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
        middle, half = self.solid.T_world_solid[:2, 3], np.asarray(self.solid.size_m[:2]) / 2
        nearest: Float[np.ndarray, "n 2"] = np.clip((plan - middle) @ self._to_own, -half, half) @ self._to_own.T
        nearest += middle
        return nearest

    def stops(self, start: Vector, stop: Vector, radius_m: float) -> float | None:
        """Metres along a straight way of soles (m) after which the ramp rises before someone more than a step; None: never."""
        length = float(np.hypot(*(stop - start)[:2]))
        share = self._strides(start, stop, length, radius_m)
        soles = start + share[:, None] * (stop - start)
        high = self.heights(soles[:, :2]) > soles[:, 2] + STEP_UP_M
        hit = high & self.within(soles[:, :2], radius_m)
        first = int(np.argmax(hit)) if hit.any() else 0
        return None if not hit.any() or share[first] == 0 else float(share[first]) * length

    def _strides(self, start: Vector, stop: Vector, length: float, radius_m: float) -> Float[np.ndarray, " n"]:
        """Shares of a way, a stride apart, that may lie within a radius of the ramp: of a way of miles only what is near."""
        last = int(length / _STRIDE_M) + 1
        middle, reach = self.solid.T_world_solid[:2, 3], float(np.hypot(*self.solid.size_m[:2])) / 2 + radius_m
        along = float((middle - start[:2]) @ (stop - start)[:2]) / max(length, _SLACK)
        low, high = (
            (int(np.clip((along + side * reach) / length * last + side, 0, last)) for side in (-1, 1))
            if length
            else (0, last)
        )
        share: Float[np.ndarray, " n"] = np.arange(low, high + 1) * (1.0 / last)
        np.minimum(share, 1.0, out=share)
        return share


def ramps_of(layout: Layout) -> tuple[Ramp, ...]:
    """The ramps of a place."""
    found = ((solid, slope_of(solid)) for solid in layout.solids)
    return tuple(Ramp(solid, slope) for solid, slope in found if slope is not None)


def over(ramps: Iterable[Ramp], start: Vector, stop: Vector, soles_m: float, *, settled: bool) -> Iterator[Vector]:
    """The corners of a straight way from `start` on, `stop` the last: where it comes onto a ramp and leaves it.

    Points are origins of a body, `soles_m` above its soles. Who is more than a step above or below a slope where the way
    meets it does not walk on it. When the height of `stop` is not `settled`, it is that to which the ramps have led.
    """
    height = float(start[2]) - soles_m
    spans = sorted(((span, ramp) for ramp in ramps if (span := ramp.span(start, stop))), key=lambda found: found[0])
    for (enters, leaves), ramp in spans:
        points = start + np.array([[enters], [leaves]]) * (stop - start)
        onto, off = (float(h) for h in ramp.heights(points[:, :2]))
        if abs(onto - height) > STEP_UP_M:
            continue
        height = off
        for point, sole, share in zip(points, (onto, off), (enters, leaves), strict=True):
            if _SLACK < share < 1 - _SLACK:
                yield np.array([*point[:2], sole + soles_m])
    end = stop.copy()
    if not settled:
        end[2] = height + soles_m
    yield end
