"""Where solids stand near one another less of the sky is seen: ambient occlusion, in closed form."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.shade.views import Numbers, Planes


@dataclass(frozen=True, eq=False)
class Blocker:
    """A box that takes light from what is near: pose, half extents (m), the id of what it belongs to, how far it reaches."""

    centre: Float[np.ndarray, "3"]
    axes: Float[np.ndarray, "3 3"]
    half: Float[np.ndarray, "3"]
    id: int

    @property
    def up(self) -> tuple[float, float]:
        """Heights of its underside and its top."""
        reach = float(np.abs(self.axes[2]) @ self.half)
        return float(self.centre[2]) - reach, float(self.centre[2]) + reach

    @property
    def radius(self) -> float:
        return float(np.linalg.norm(self.half))


def open_ground(points: Planes, blockers: list[Blocker]) -> Numbers:
    """Share of the sky that ground points see past walls: the form factor of a wall of finite width."""
    open_ = np.ones(points.shape[1], np.float32)
    low, high = points.min(1), points.max(1)
    for b in blockers:
        bottom, top = b.up
        reach = min(9.0, 3.0 * top + 0.2)
        if bottom > 1.5 or top < 0.03:
            continue
        out = b.radius + reach
        if (b.centre[:2] + out < low[:2]).any() or (b.centre[:2] - out > high[:2]).any():
            continue
        x, y = points[0] - b.centre[0], points[1] - b.centre[1]
        near = np.flatnonzero((np.abs(x) < out) & (np.abs(y) < out))
        if not len(near):
            continue
        x, y = x[near], y[near]
        dx = np.maximum(
            np.abs(x * b.axes[0, 0] + y * b.axes[1, 0] + (points[2, near] - b.centre[2]) * b.axes[2, 0]) - b.half[0], 0
        )
        dy = np.maximum(
            np.abs(x * b.axes[0, 1] + y * b.axes[1, 1] + (points[2, near] - b.centre[2]) * b.axes[2, 1]) - b.half[1], 0
        )
        if abs(b.axes[2, 2]) < 0.9:  # it lies: the horizontal axes are others
            dx = dy = np.maximum(np.sqrt(x * x + y * y) - min(b.half), 0) * np.float32(0.7)
        d2 = dx * dx + dy * dy
        wide = 0.5 * (b.half[0] + b.half[1]) + 0.05
        distance = np.sqrt(d2)
        hidden = 0.5 * (1 - distance / np.sqrt(d2 + top * top))
        if bottom > 0.02:
            hidden -= 0.5 * (1 - distance / np.sqrt(d2 + bottom * bottom))
        hidden *= (wide / (wide + 0.6 * distance)) * np.clip((reach - distance) * (2 / reach), 0, 1)
        open_[near] *= 1 - 0.9 * hidden.astype(np.float32)
    return open_


def open_surface(
    points: Planes, normal: Planes | tuple[float, float, float], own: int, blockers: list[Blocker]
) -> Numbers:
    """Share of the sky that points on solids see past other solids that stand close, and above the ground at their feet."""
    height = np.maximum(points[2], 0)
    open_: Numbers = (1 - 0.28 * np.exp(height * np.float32(-2.6))).astype(np.float32)
    low, high = points.min(1), points.max(1)
    for b in blockers:
        reach = float(np.clip(1.2 * b.half.min(), 0.12, 1.4))
        out = b.radius + 2 * reach
        if b.id == own or (b.centre + out < low).any() or (b.centre - out > high).any():
            continue
        offset = points - b.centre[:, None]
        local = b.axes.T @ offset
        nearest = np.clip(local, -b.half[:, None], b.half[:, None])
        gap = b.axes @ (nearest - local)
        d2 = gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2]
        facing = (normal[0] * gap[0] + normal[1] * gap[1] + normal[2] * gap[2]) / np.sqrt(d2 + np.float32(1e-4))
        fall = 1 / (1 + d2 * np.float32(6 / reach**2))
        open_ *= 1 - np.float32(0.55) * np.clip(0.35 + 0.65 * facing, 0, 1) * fall
    return open_
