"""Which earlier frame shows a spot of a place best, and whether it saw that very spot at all."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Float32, Int16

from composer.geometry import invert
from composer.kernels import kernel
from composer.types import Camera

GRAZING = 0.08  # least cosine between surface and view that still shows anything
DEPTH_SLACK = 0.03  # share of the depth by which a spot may miss what the source saw there, were it seen squarely
SLACK_COSINE = 0.15  # below it the slack grows no further


class Views(NamedTuple):
    """s frames of one size: what they saw, and from where."""

    depth: Float32[np.ndarray, "s h w"]  # m
    anchor_id: Int16[np.ndarray, "s h w"]
    project: Float[np.ndarray, "s 3 4"]  # world point to (u z, v z, z)
    eye: Float[np.ndarray, "s 3"]  # m
    focal_2: Float[np.ndarray, " s"]  # fx fy, px^2


class Spot(NamedTuple):
    """A point of a surface (m) as the target sees it."""

    x: float
    y: float
    z: float
    nx: float  # unit normal
    ny: float
    nz: float
    rx: float  # unit ray from the target's eye
    ry: float
    rz: float
    density: float  # what a square metre of the surface there fills in the target's picture, px^2


def stack(frames: list[tuple[Float32[np.ndarray, "h w"], Int16[np.ndarray, "h w"], Camera]]) -> Views:
    """Depth, ids and camera of each frame, side by side."""
    depths, ids, cameras = zip(*frames, strict=True)
    return Views(
        np.stack(depths),
        np.stack(ids),
        np.stack([c.K @ invert(c.T_world_camera)[:3] for c in cameras]),
        np.stack([c.T_world_camera[:3, 3] for c in cameras]),
        np.array([c.K[0, 0] * c.K[1, 1] for c in cameras]),
    )


@kernel
def weight(spot: Spot, eye: tuple[float, float, float], focal_2: float, depth: float, seen: float) -> float:
    """How well a frame shows a spot of the thing that its pixel there belongs to; in [0, 1].

    `depth` (m) is the spot's in that frame, `seen` that of what the frame saw there. The weight is the resolution on the
    surface against the target's (more than it needs is no better), times how much their views agree. What was seen at
    another depth, or along the surface, counts nothing.
    """
    sx, sy, sz = spot.x - eye[0], spot.y - eye[1], spot.z - eye[2]
    near = 1.0 / sqrt(sx * sx + sy * sy + sz * sz)
    cosine = -(spot.nx * sx + spot.ny * sy + spot.nz * sz) * near
    if cosine < GRAZING or abs(seen - depth) * max(cosine, SLACK_COSINE) > DEPTH_SLACK * depth:
        return 0.0
    agree = max(0.0, (spot.rx * sx + spot.ry * sy + spot.rz * sz) * near) ** 2
    sharpness = focal_2 * cosine * near * near / spot.density
    return (0.25 + 0.75 * agree * agree) * (sqrt(sharpness) if sharpness < 1 else 1.0)


@kernel
def density(focal_2: float, cosine: float, range_2: float) -> float:
    """Square pixels that a square metre fills at a squared distance (m^2), seen at an angle of `cosine`."""
    return focal_2 * max(1e-6, cosine) / range_2
