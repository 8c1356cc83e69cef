"""Rigid motions and pinhole cameras. `T_a_b @ p_b = p_a`; cameras in OpenCV axes, pixel centres at half-integers."""

from math import cos, sin

import numpy as np
from jaxtyping import Float

from composer.types import Camera, Matrix, Size, Vector

NORTH = np.array([0.0, 1.0, 0.0])
UP = np.array([0.0, 0.0, 1.0])

_PARALLEL = 1e-9  # sine of the smallest angle between the view and the vertical that still gives a horizon


def rigid(rotation: Float[np.ndarray, "3 3"], position: Vector) -> Matrix:
    """The motion that rotates, then moves to `position` (m)."""
    T = np.eye(4)
    T[:3, :3], T[:3, 3] = rotation, position
    return T


def translation(x: float, y: float, z: float) -> Matrix:
    """The motion that only moves, in metres."""
    return rigid(np.eye(3), np.array([x, y, z], dtype=float))


def rotation_z(angle_rad: float) -> Matrix:
    """The motion that turns about z, counter-clockwise seen from above."""
    c, s = cos(angle_rad), sin(angle_rad)
    return rigid(np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]), np.zeros(3))


def invert(T: Float[np.ndarray, "*n 4 4"]) -> Float[np.ndarray, "*n 4 4"]:
    """`T_b_a` of `T_a_b`; rigid motions only."""
    inverse = np.zeros_like(T)
    R_t = np.swapaxes(T[..., :3, :3], -1, -2)
    inverse[..., :3, :3] = R_t
    inverse[..., :3, 3] = -(R_t @ T[..., :3, 3:])[..., 0]
    inverse[..., 3, 3] = 1
    return inverse


def transform(T: Matrix, points: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n 3"]:
    """`points` in the frame that `T` leads to: p_a of p_b by `T_a_b`."""
    moved: Float[np.ndarray, "*n 3"] = points @ T[:3, :3].T + T[:3, 3]
    return moved


def look_at(eye: Vector, target: Vector, roll_rad: float = 0.0) -> Matrix:
    """`T_world_camera` of a camera at `eye` that looks at `target` with a level horizon.

    `roll_rad` turns the camera clockwise about its view, seen from behind it. Straight up or down, the top of the picture
    points north. Raises `ValueError` when `eye` and `target` are one point.
    """
    forward = np.asarray(target, float) - np.asarray(eye, float)
    distance = float(np.linalg.norm(forward))
    if distance == 0:
        raise ValueError(f"a camera at {eye.tolist()} cannot look at the point it stands on")
    z = forward / distance
    right = np.cross(z, UP)
    if np.linalg.norm(right) < _PARALLEL:
        right = np.cross(z, NORTH)
    x = right / np.linalg.norm(right)
    y = np.cross(z, x)
    c, s = cos(roll_rad), sin(roll_rad)
    return rigid(np.column_stack([c * x + s * y, c * y - s * x, z]), np.asarray(eye, float))


def intrinsics(focal_px: float, size: Size) -> Float[np.ndarray, "3 3"]:
    """`K` of square pixels with the principal point in the middle of the picture."""
    w, h = size
    return np.array([[focal_px, 0.0, w / 2], [0.0, focal_px, h / 2], [0.0, 0.0, 1.0]])


def project(
    camera: Camera, points: Float[np.ndarray, "*n 3"]
) -> tuple[Float[np.ndarray, "*n 2"], Float[np.ndarray, "*n"]]:
    """Pixels and z-depth (m) of world points. Behind the camera the depth is negative and the pixel meaningless."""
    p_camera = transform(invert(camera.T_world_camera), points)
    depth = p_camera[..., 2]
    pixels = p_camera @ camera.K.T
    with np.errstate(divide="ignore", invalid="ignore"):
        return pixels[..., :2] / pixels[..., 2:], depth


def in_frame(camera: Camera, size: Size, points: Float[np.ndarray, "*n 3"]) -> bool:
    """Whether any of the world points lies before the camera, within a picture of `size`."""
    pixels, depth = project(camera, points)
    inside = (depth > 0) & (pixels >= 0).all(axis=-1) & (pixels < np.array(size)).all(axis=-1)
    return bool(inside.any())


def unproject(
    camera: Camera, pixels: Float[np.ndarray, "*n 2"], depth: Float[np.ndarray, "*n"]
) -> Float[np.ndarray, "*n 3"]:
    """World points (m) seen at `pixels` at z-depth `depth` (m)."""
    p_camera = directions(camera.K, pixels) * depth[..., None]
    return transform(camera.T_world_camera, p_camera)


def directions(K: Float[np.ndarray, "3 3"], pixels: Float[np.ndarray, "*n 2"]) -> Float[np.ndarray, "*n 3"]:
    """View rays through `pixels` in camera axes, z = 1: a point at z-depth d is d times its ray."""
    u, v = pixels[..., 0], pixels[..., 1]
    y = (v - K[1, 2]) / K[1, 1]
    x = (u - K[0, 2] - K[0, 1] * y) / K[0, 0]
    return np.stack([x, y, np.ones_like(x)], axis=-1)


def pixel_centres(size: Size) -> Float[np.ndarray, "h w 2"]:
    """Image coordinates of the middles of all pixels."""
    w, h = size
    u, v = np.meshgrid(np.arange(w) + 0.5, np.arange(h) + 0.5)
    return np.stack([u, v], axis=-1)
