"""Which earlier frame shows a spot of a place best, and whether it saw that very spot at all."""

from collections.abc import Sequence
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
    """s frames of one size: what they saw, and from where, for each of the g geoms of the place.

    Points are in the frame of their geom, so that a body is looked up where it was then, not where it is now.
    """

    depth: Float32[np.ndarray, "s h w"]  # m
    geom: Int16[np.ndarray, "s h w"]
    project: Float[np.ndarray, "s g 3 4"]  # point of a geom to (u z, v z, z)
    eye: Float[np.ndarray, "s g 3"]  # m, in the frame of the geom
    focal_2: Float[np.ndarray, " s"]  # fx fy, px^2


class Seen(NamedTuple):
    """One frame to be looked up in: `geom` is -1 where it shows nothing that counts."""

    depth: Float32[np.ndarray, "h w"]
    geom: Int16[np.ndarray, "h w"]
    camera: Camera
    T_world_geom: Float[np.ndarray, "g 4 4"]


class Spot(NamedTuple):
    """A point of a surface (m) as the target sees it, in the frame of its geom."""

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


def stack(frames: Sequence[Seen]) -> Views:
    """All frames, side by side."""
    cameras = [frame.camera for frame in frames]
    T_world_geom = np.stack([frame.T_world_geom for frame in frames])
    P = np.stack([c.K @ invert(c.T_world_camera)[:3] for c in cameras])
    eyes = np.stack([c.T_world_camera[:3, 3] for c in cameras])
    return Views(
        np.stack([frame.depth for frame in frames]),
        np.stack([frame.geom for frame in frames]),
        P[:, None] @ T_world_geom,
        in_geoms(eyes[:, None], T_world_geom),
        np.array([c.K[0, 0] * c.K[1, 1] for c in cameras]),
    )


def in_geoms(points: Float[np.ndarray, "*n 3"], T_world_geom: Float[np.ndarray, "*m 4 4"]) -> Float[np.ndarray, "*m 3"]:
    """World points in the frames of geoms, each in its own or one in all."""
    away = points - T_world_geom[..., :3, 3]
    turned: Float[np.ndarray, "*m 3"] = (away[..., None, :] @ T_world_geom[..., :3, :3])[..., 0, :]
    return turned


@kernel
def weight(
    spot: Spot, eye: tuple[float, float, float], focal_2: float, depth: float, seen: float
) -> tuple[float, float]:
    """How well a frame shows a spot of the geom that its pixel there belongs to, in [0, 1]; and how sharply.

    `depth` (m) is the spot's in that frame, `seen` that of what the frame saw there. The weight is the resolution on the
    surface against the target's (more than it needs is no better), times how much their views agree. What was seen at
    another depth, or along the surface, counts nothing. The sharpness is the frame's square pixels to one of the target's.
    """
    sx, sy, sz = spot.x - eye[0], spot.y - eye[1], spot.z - eye[2]
    near = 1.0 / sqrt(sx * sx + sy * sy + sz * sz)
    cosine = -(spot.nx * sx + spot.ny * sy + spot.nz * sz) * near
    if cosine < GRAZING or abs(seen - depth) * max(cosine, SLACK_COSINE) > DEPTH_SLACK * depth:
        return 0.0, 0.0
    agree = max(0.0, (spot.rx * sx + spot.ry * sy + spot.rz * sz) * near) ** 2
    sharpness = focal_2 * cosine * near * near / spot.density
    return (0.25 + 0.75 * agree * agree) * (sqrt(sharpness) if sharpness < 1 else 1.0), sharpness


@kernel
def density(focal_2: float, cosine: float, range_2: float) -> float:
    """Square pixels that a square metre fills at a squared distance (m^2), seen at an angle of `cosine`."""
    return focal_2 * max(1e-6, cosine) / range_2
