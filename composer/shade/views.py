"""Pixels as rays, and the points that they see: numpy's side of shading."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

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
        return Samples(
            self.x.take(pick),
            self.y.take(pick),
            _picked(self.rays, pick),
            self.depth.take(pick),
            _picked(self.normal, pick),
            self.geom.take(pick),
        )

    def part(self, at: slice) -> "Samples":
        """Some that lie side by side, not copied."""
        return Samples(self.x[at], self.y[at], self.rays[:, at], self.depth[at], self.normal[:, at], self.geom[at])

    def __add__(self, other: "Samples") -> "Samples":
        """These, then the others."""
        return Samples(
            np.concatenate([self.x, other.x]),
            np.concatenate([self.y, other.y]),
            np.concatenate([self.rays, other.rays], 1),
            np.concatenate([self.depth, other.depth]),
            np.concatenate([self.normal, other.normal], 1),
            np.concatenate([self.geom, other.geom]),
        )


def _picked(planes: Planes, pick: Int[np.ndarray, " m"]) -> Float[np.ndarray, "3 m"]:
    result: Float[np.ndarray, "3 m"] = np.empty((3, len(pick)), np.float32)
    for i in range(3):  # row by row: three times as quick as planes[:, pick]
        planes[i].take(pick, out=result[i], mode="clip")
    return result


def edges(normal: Float[np.ndarray, "h w 3"], geom: Int[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    """Pixels beside another solid or another face: those worth more than one sample."""
    edge = np.zeros(geom.shape, bool)
    x, y, z = (np.ascontiguousarray(normal[..., i]) for i in range(3))
    for a, b in (
        ((slice(None), slice(1, None)), (slice(None), slice(-1))),
        ((slice(1, None), slice(None)), (slice(-1), slice(None))),
    ):
        bent = x[a] * x[b] + y[a] * y[b] + z[a] * z[b] < 0.85
        bent &= geom[a] >= 0
        bent |= geom[a] != geom[b]
        edge[a] |= bent
        edge[b] |= bent
    return edge
