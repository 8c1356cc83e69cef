"""The camera as angles and a lens: yaw, pitch and roll make a pose, so that straight down is no special case."""

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
    `roll_rad` turns about the line of sight, clockwise seen from behind the camera.
    """

    position: Vector
    yaw_rad: float
    pitch_rad: float
    lens_mm: float
    roll_rad: float = 0.0

    @property
    def heading(self) -> Vector:
        """Level unit vector the way it looks."""
        return np.array([np.cos(self.yaw_rad), np.sin(self.yaw_rad), 0.0])

    @property
    def right(self) -> Vector:
        return np.array([np.sin(self.yaw_rad), -np.cos(self.yaw_rad), 0.0])


@dataclass(frozen=True, eq=False)
class Poses:
    """A camera over f moments: the columns of `View`."""

    positions: Float[np.ndarray, "f 3"]
    yaw_rad: Float[np.ndarray, " f"]
    pitch_rad: Float[np.ndarray, " f"]
    lens_mm: Float[np.ndarray, " f"]
    roll_rad: Float[np.ndarray, " f"]

    @classmethod
    def of(cls, columns: Float[np.ndarray, "f 7"]) -> "Poses":
        """The inverse of `columns`."""
        return cls(columns[:, :3], *columns[:, 3:].T)

    @property
    def columns(self) -> Float[np.ndarray, "f 7"]:
        """Position, yaw, pitch, lens, roll."""
        return np.column_stack([self.positions, self.yaw_rad, self.pitch_rad, self.lens_mm, self.roll_rad])

    def view(self, moment: int = 0) -> View:
        lens, roll = float(self.lens_mm[moment]), float(self.roll_rad[moment])
        return View(self.positions[moment], float(self.yaw_rad[moment]), float(self.pitch_rad[moment]), lens, roll)


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


def rotations(
    yaw_rad: Float[np.ndarray, " f"],
    pitch_rad: Float[np.ndarray, " f"],
    roll_rad: Float[np.ndarray, " f"] | float = 0.0,
) -> Float[np.ndarray, "f 3 3"]:
    """`R_world_camera`: columns are the camera's right, down and forward."""
    cy, sy, cp, sp = np.cos(yaw_rad), np.sin(yaw_rad), np.cos(pitch_rad), np.sin(pitch_rad)
    zero = np.zeros_like(cy)
    right, forward = np.stack([sy, -cy, zero], -1), np.stack([cy * cp, sy * cp, sp], -1)
    down = np.stack([cy * sp, sy * sp, -cp], -1)
    c, s = np.cos(roll_rad + zero)[:, None], np.sin(roll_rad + zero)[:, None]
    return np.stack([c * right + s * down, c * down - s * right, forward], axis=-1)


def angles_of(
    R_world_camera: Float[np.ndarray, "f 3 3"],
) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, " f"], Float[np.ndarray, " f"]]:
    """Yaw, pitch and roll (rad) of rotations; straight up or down there is no roll, but the heading at the picture's top."""
    right, down, forward = (R_world_camera[..., k] for k in range(3))
    level = np.hypot(forward[:, 0], forward[:, 1])
    upright = level < 1e-9
    top = down * np.sign(forward[:, 2:])
    yaw = np.where(upright, np.arctan2(top[:, 1], top[:, 0]), np.arctan2(forward[:, 1], forward[:, 0]))
    pitch = np.arctan2(forward[:, 2], level)
    straight = rotations(yaw, pitch)
    roll = np.arctan2((right * straight[..., 1]).sum(axis=1), (right * straight[..., 0]).sum(axis=1))
    return yaw, pitch, roll


def track_of(poses: Poses, gate: Gate, size: Size) -> CameraTrack:
    """Intrinsics and poses for a picture of `size`; lenses refer to the gate's width."""
    w, h = size
    focal_px = poses.lens_mm / 1000 / gate.width_m * w
    T_world_camera = np.tile(np.eye(4), (len(focal_px), 1, 1))
    T_world_camera[:, :3, :3], T_world_camera[:, :3, 3] = (
        rotations(poses.yaw_rad, poses.pitch_rad, poses.roll_rad),
        poses.positions,
    )
    K = np.tile(np.array([[0.0, 0.0, w / 2], [0.0, 0.0, h / 2], [0.0, 0.0, 1.0]]), (len(focal_px), 1, 1))
    K[:, 0, 0] = K[:, 1, 1] = focal_px
    return CameraTrack(K, T_world_camera, size)


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
