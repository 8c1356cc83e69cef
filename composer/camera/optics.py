"""The camera as angles and a lens: yaw and pitch make a pose, so that straight down is no special case."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.schema.words import Ease
from composer.types import CameraTrack, Size, Vector


@dataclass(frozen=True)
class Gate:
    """What the lens projects onto: `width_m` of the sensor, `aspect` of the picture."""

    width_m: float
    aspect: float

    @property
    def height_m(self) -> float:
        return self.width_m / self.aspect

    def slopes(self, lens_mm: float) -> tuple[float, float]:
        """Tangents of half the horizontal and vertical angle of view."""
        return self.width_m * 500 / lens_mm, self.height_m * 500 / lens_mm


@dataclass(frozen=True, eq=False)
class View:
    """One moment of a camera: where it stands (m), its heading and tilt (rad), its lens.

    `yaw_rad` turns from east to north, `pitch_rad` up; -pi/2 looks straight down with the heading at the picture's top.
    """

    position: Vector
    yaw_rad: float
    pitch_rad: float
    lens_mm: float

    @property
    def heading(self) -> Vector:
        """Level unit vector the way it looks."""
        return np.array([np.cos(self.yaw_rad), np.sin(self.yaw_rad), 0.0])

    @property
    def right(self) -> Vector:
        return np.array([np.sin(self.yaw_rad), -np.cos(self.yaw_rad), 0.0])


def angles(way: Float[np.ndarray, "f 3"]) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, " f"]]:
    """Yaw and pitch (rad) that look along `way`."""
    return np.arctan2(way[:, 1], way[:, 0]), np.arctan2(way[:, 2], np.hypot(way[:, 0], way[:, 1]))


def turned_to(
    way: Float[np.ndarray, "f 3"], seen: Float[np.ndarray, "f 3"]
) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, " f"]]:
    """Yaw and pitch (rad) at which a level camera sees what lies along `way` (world) at `seen` (camera axes), exactly.

    Where that cannot be (too steep), the pitch that comes nearest.
    """
    unit = way / np.linalg.norm(way, axis=1, keepdims=True)
    x, y, z = (seen / np.linalg.norm(seen, axis=1, keepdims=True)).T
    lift = np.hypot(y, z)
    pitch = np.arctan2(y, z) + np.arcsin(np.clip(unit[:, 2] / np.maximum(lift, 1e-12), -1, 1))
    ahead = z * np.cos(pitch) + y * np.sin(pitch)
    return np.arctan2(unit[:, 1], unit[:, 0]) + np.arctan2(x, ahead), pitch


def rotations(yaw_rad: Float[np.ndarray, " f"], pitch_rad: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3 3"]:
    """`R_world_camera`: columns are the camera's right, down and forward."""
    cy, sy, cp, sp = np.cos(yaw_rad), np.sin(yaw_rad), np.cos(pitch_rad), np.sin(pitch_rad)
    zero = np.zeros_like(cy)
    right, forward = np.stack([sy, -cy, zero], -1), np.stack([cy * cp, sy * cp, sp], -1)
    down = np.stack([cy * sp, sy * sp, -cp], -1)
    return np.stack([right, down, forward], axis=-1)


def track_of(
    positions: Float[np.ndarray, "f 3"],
    yaw_rad: Float[np.ndarray, " f"],
    pitch_rad: Float[np.ndarray, " f"],
    lens_mm: float,
    gate: Gate,
    size: Size,
) -> CameraTrack:
    """Intrinsics and poses for a picture of `size`; lenses refer to the gate's width."""
    w, h = size
    focal_px = lens_mm / 1000 / gate.width_m * w
    poses = np.tile(np.eye(4), (len(positions), 1, 1))
    poses[:, :3, :3], poses[:, :3, 3] = rotations(yaw_rad, pitch_rad), positions
    K = np.array([[focal_px, 0.0, w / 2], [0.0, focal_px, h / 2], [0.0, 0.0, 1.0]])
    return CameraTrack(np.tile(K, (len(positions), 1, 1)), poses, size)


def eased(share: Float[np.ndarray, " f"], ease: Ease) -> Float[np.ndarray, " f"]:
    """How far a move is when `share` of its time has passed, both in [0, 1].

    `ease` is 10x^3 - 15x^4 + 6x^5; `ease-in` starts from rest and ends at full speed (2x^3 - x^4), `ease-out` mirrors it.
    """
    x = np.clip(share, 0.0, 1.0)
    shapes: dict[Ease, Float[np.ndarray, " f"]] = {
        "linear": x,
        "ease-in": x**3 * (2 - x),
        "ease-out": 1 - (1 - x) ** 3 * (1 + x),
        "ease": x**3 * (10 - x * (15 - 6 * x)),
    }
    return shapes[ease]
