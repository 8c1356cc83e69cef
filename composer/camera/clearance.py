"""Where a camera cannot be: inside solids, or under the ground."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from composer.layout import Extent, Layout, extent_of
from composer.types import Vector

CLEAR_M = 0.2
"""How far outside a solid a suggested camera stands."""

_RINGS_M = np.arange(0.25, 30.0, 0.25)
_COMPASS = np.deg2rad(np.arange(0, 360, 15))


@dataclass(frozen=True, eq=False)
class Solids:
    """The anchors of a place as arrays: `R_world_solid`, middles and half extents (m), their kinds."""

    names: tuple[str, ...]
    R_world_solid: Float[np.ndarray, "n 3 3"]
    middles: Float[np.ndarray, "n 3"]
    halves: Float[np.ndarray, "n 3"]
    round: Bool[np.ndarray, " n"]  # upright tubes along their own z
    ball: Bool[np.ndarray, " n"]
    extents: tuple[Extent, ...]

    @classmethod
    def of(cls, layout: Layout) -> "Solids":
        solids = layout.solids
        poses = np.array([s.T_world_solid for s in solids]).reshape(-1, 4, 4)
        return cls(
            tuple(s.name for s in solids),
            poses[:, :3, :3],
            poses[:, :3, 3],
            np.array([s.size_m for s in solids], float).reshape(-1, 3) / 2,
            np.array([s.shape == "cylinder" for s in solids], bool),
            np.array([s.shape == "sphere" for s in solids], bool),
            tuple(extent_of(s) for s in solids),
        )

    def hold(self, points: Float[np.ndarray, "f 3"], margin_m: float = 0.0) -> Bool[np.ndarray, "f n"]:
        """Whether each point (m) is inside each solid, grown by a margin."""
        offset = (points @ self.R_world_solid - self.middles[:, None] @ self.R_world_solid).swapaxes(0, 1)
        half = self.halves + margin_m
        within = abs(offset) < half
        across = np.hypot(offset[..., 0], offset[..., 1]) < half[:, 0]
        tube, ball = across & within[..., 2], np.linalg.norm(offset, axis=-1) < half[:, 0]
        inside: Bool[np.ndarray, "f n"] = np.where(self.ball, ball, np.where(self.round, tube, within.all(axis=-1)))
        return inside

    def nearest_free(self, point: Vector) -> Vector:
        """The nearest point, 0.2 m clear of every solid and above the ground: straight out of a face, else in rings."""
        low = np.array([e.low for e in self.extents]) - CLEAR_M
        high = np.array([e.high for e in self.extents]) + CLEAR_M
        tried = [point]
        for i in np.flatnonzero(self.hold(point[None], CLEAR_M - 1e-6)[0]):
            for axis in range(3):
                for bound in (low[i, axis], high[i, axis]):
                    out = point.copy()
                    out[axis] = bound
                    tried.append(out)
        rings = [point + reach * np.array([np.cos(a), np.sin(a), 0.0]) for reach in _RINGS_M for a in _COMPASS]
        for candidates in (np.array(tried[1:]).reshape(-1, 3), np.array(rings)):
            free = ~self.hold(candidates, CLEAR_M - 1e-3).any(axis=1) & (candidates[:, 2] > 0.05)
            if free.any():
                good = candidates[free]
                nearest: Vector = good[np.argmin(np.linalg.norm(good - point, axis=1))]
                return nearest
        return np.append(point[:2], max(float(high[:, 2].max(initial=0.0)), 0.15))
