"""Pixels as rays, and the points that they see: numpy's side of shading."""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work

from dataclasses import dataclass

import numpy as np

from composer.kernels import Array, kernel
from composer.typed import Bool, Float, Int
from composer.types import Camera, Size

Planes = Float[np.ndarray, "3 n"]
Numbers = Float[np.ndarray, " n"]

CORNERS = ((-0.125, -0.375), (0.375, -0.125), (0.125, 0.375), (-0.375, 0.125))
"""Where an edge pixel is sampled, in pixels from its middle: a rotated grid of four."""


@dataclass(frozen=True, eq=False)
class View:
    """A camera as arithmetic: the ray with z = 1 of image point (x, y) is `corner + x right + y down`, in world axes."""

    eye: Float[np.ndarray, "3"]
    corner: Float[np.ndarray, "3"]
    right: Float[np.ndarray, "3"]
    down: Float[np.ndarray, "3"]
    size: Size

    @property
    def pixel_rad(self) -> float:
        return float(np.linalg.norm(self.right))

    def rays(self, x: Numbers, y: Numbers) -> Planes:
        rays = np.empty((3, len(x)), np.float32)
        for i in range(3):
            rays[i] = x * self.right[i] + y * self.down[i] + self.corner[i]
        return rays


def view_of(camera: Camera, size: Size) -> View:
    across = camera.T_world_camera[:3, :3] @ np.linalg.inv(camera.K)
    single = across.astype(np.float32)
    return View(camera.T_world_camera[:3, 3].astype(np.float32), single[:, 2], single[:, 0], single[:, 1], size)


@dataclass(frozen=True, eq=False)
class Samples:
    """n view rays and what they meet: image point, ray with z = 1, z-depth (m), unit normal, geom (-1 sky)."""

    x: Numbers
    y: Numbers
    rays: Planes
    depth: Numbers
    normal: Planes
    geom: Int[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.depth)

    def __getitem__(self, pick: Int[np.ndarray, " m"]) -> "Samples":
        picked = Samples(
            np.empty(len(pick), np.float32),
            np.empty(len(pick), np.float32),
            np.empty((3, len(pick)), np.float32),
            np.empty(len(pick), np.float32),
            np.empty((3, len(pick)), np.float32),
            np.empty(len(pick), self.geom.dtype),
        )
        _pick(pick, *self.arrays, *picked.arrays)
        return picked

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """All of it, field by field; samples run along the last axis."""
        return self.x, self.y, self.rays, self.depth, self.normal, self.geom

    def part(self, at: slice) -> "Samples":
        """Some that lie side by side, not copied."""
        return Samples(self.x[at], self.y[at], self.rays[:, at], self.depth[at], self.normal[:, at], self.geom[at])

    def refined(self, at: Int[np.ndarray, " m"], finer: "Samples") -> "Samples":
        """These, the first m of `finer` in the places `at`, and the others of `finer` behind them."""
        joined = []
        for own, others in zip(self.arrays, finer.arrays, strict=True):
            array = np.concatenate([own, others[..., len(at) :]], -1)
            array[..., at] = others[..., : len(at)]
            joined.append(array)
        return Samples(*joined)


@kernel
def _pick(
    pick: Array,
    x: Array,
    y: Array,
    rays: Array,
    depth: Array,
    normal: Array,
    geom: Array,
    x_: Array,
    y_: Array,
    rays_: Array,
    depth_: Array,
    normal_: Array,
    geom_: Array,
) -> None:
    """Copies the picked samples into the arrays with an underscore, in one pass."""
    for k in range(pick.shape[0]):
        n = pick[k]
        x_[k], y_[k], depth_[k], geom_[k] = x[n], y[n], depth[n], geom[n]
        rays_[0, k], rays_[1, k], rays_[2, k] = rays[0, n], rays[1, n], rays[2, n]
        normal_[0, k], normal_[1, k], normal_[2, k] = normal[0, n], normal[1, n], normal[2, n]


def edges(normal: Float[np.ndarray, "h w 3"], geom: Int[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    """Pixels beside another solid or another face: those worth more than one sample."""
    edge = np.zeros(geom.shape, np.bool_)
    _mark_edges(normal, geom, edge)
    return edge


@kernel
def _mark_edges(normal: Array, geom: Array, edge: Array) -> None:
    h, w = geom.shape
    least = np.float32(0.85)
    for y in range(h):
        for x in range(w):
            for y2, x2 in ((y, x + 1), (y + 1, x)):
                if y2 == h or x2 == w:
                    continue
                alike = geom[y, x] == geom[y2, x2]
                if alike and geom[y, x] >= 0:
                    turned = (
                        normal[y, x, 0] * normal[y2, x2, 0]
                        + normal[y, x, 1] * normal[y2, x2, 1]
                        + normal[y, x, 2] * normal[y2, x2, 2]
                    )
                    alike = turned >= least
                if not alike:
                    edge[y, x] = edge[y2, x2] = True
