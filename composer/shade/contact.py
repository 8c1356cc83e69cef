"""Where solids stand near one another less of the sky is seen: ambient occlusion, in closed form."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from composer.shade.views import Numbers, Planes


@dataclass(frozen=True, eq=False)
class Blockers:
    """b boxes that take light from what is near: pose, half extents (m), the id of what each belongs to."""

    centre: Float[np.ndarray, "b 3"]
    axes: Float[np.ndarray, "b 3 3"]
    half: Float[np.ndarray, "b 3"]
    id: Int[np.ndarray, " b"]

    @cached_property
    def radius(self) -> Float[np.ndarray, " b"]:
        radius: Float[np.ndarray, " b"] = np.linalg.norm(self.half, axis=1)
        return radius

    @cached_property
    def up(self) -> Float[np.ndarray, "b 2"]:
        """Heights of their undersides and tops."""
        reach = (np.abs(self.axes[:, 2]) * self.half).sum(1)
        return np.stack([self.centre[:, 2] - reach, self.centre[:, 2] + reach], 1)

    def near(self, points: Planes, reach: Float[np.ndarray, " b"], axes: int) -> Int[np.ndarray, " m"]:
        """Those within `reach` of the box that holds the points, along the first `axes` axes."""
        low, high = points.min(1)[:axes], points.max(1)[:axes]
        out = (self.radius + reach)[:, None]
        centre = self.centre[:, :axes]
        return np.flatnonzero(((centre + out >= low) & (centre - out <= high)).all(1))


def open_ground(points: Planes, blockers: Blockers) -> Numbers:
    """Share of the sky that ground points see past walls: the form factor of a wall of finite width."""
    open_ = np.ones(points.shape[1], np.float32)
    bottoms, tops = blockers.up.T
    reaches = np.where((bottoms < 1.5) & (tops > 0.03), np.minimum(9.0, 3 * tops + 0.2), -1e9).astype(np.float32)
    for b in blockers.near(points, reaches, 2):
        bottom, top, reach, half, axes = bottoms[b], tops[b], reaches[b], blockers.half[b], blockers.axes[b]
        out = blockers.radius[b] + reach
        x, y = points[0] - blockers.centre[b, 0], points[1] - blockers.centre[b, 1]
        near = np.flatnonzero((np.abs(x) < out) & (np.abs(y) < out))
        if not len(near):
            continue
        x, y = x[near], y[near]
        if abs(axes[2, 2]) > 0.9:
            dx = np.maximum(np.abs(x * axes[0, 0] + y * axes[1, 0]) - half[0], 0)
            dy = np.maximum(np.abs(x * axes[0, 1] + y * axes[1, 1]) - half[1], 0)
            d2 = dx * dx + dy * dy
        else:  # it lies on its side: as a round thing
            gap = np.maximum(np.sqrt(x * x + y * y) - half.min(), 0)
            d2 = gap * gap
        wide = half[0] + half[1]
        distance = np.sqrt(d2)
        hidden = 0.5 * (1 - distance / np.sqrt(d2 + top * top))
        if bottom > 0.02:
            hidden -= 0.5 * (1 - distance / np.sqrt(d2 + bottom * bottom))
        hidden *= (wide / (wide + 1.2 * distance)) * np.clip((reach - distance) * (2 / reach), 0, 1)
        open_[near] *= 1 - np.float32(0.9) * hidden
    return open_


def open_surface(points: Planes, normal: Planes | tuple[float, float, float], own: int, blockers: Blockers) -> Numbers:
    """Share of the sky that points on solids see past other solids that stand close, and above the ground at their feet."""
    open_: Numbers = 1 - np.float32(0.28) * np.exp(np.maximum(points[2], 0) * np.float32(-2.6))
    reaches = np.where(blockers.id == own, -1e9, np.clip(1.2 * blockers.half.min(1), 0.12, 1.4)).astype(np.float32)
    for b in blockers.near(points, 2 * reaches, 3):
        axes, half = blockers.axes[b], blockers.half[b][:, None]
        local = axes.T @ (points - blockers.centre[b][:, None])
        gap = axes @ (np.clip(local, -half, half) - local)
        d2 = gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2]
        facing = (normal[0] * gap[0] + normal[1] * gap[1] + normal[2] * gap[2]) / np.sqrt(d2 + np.float32(1e-4))
        fall = 1 / (1 + d2 * (6 / reaches[b] ** 2))
        open_ *= 1 - np.float32(0.55) * np.clip(np.float32(0.35) + np.float32(0.65) * facing, 0, 1) * fall
    return open_
