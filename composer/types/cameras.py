"""Cameras: OpenCV axes (x right, y down, z forward), pixel centres at half-integers."""

from dataclasses import dataclass

import numpy as np

from composer.typed import Float
from composer.types.places import Matrix, Size


@dataclass(frozen=True, eq=False)
class Camera:
    """One frame's camera: intrinsics in pixels, pose in metres, OpenCV axes."""

    K: Float[np.ndarray, "3 3"]
    T_world_camera: Matrix


@dataclass(frozen=True, eq=False)
class CameraTrack:
    """A camera over f frames."""

    K: Float[np.ndarray, "f 3 3"]  # px
    T_world_camera: Float[np.ndarray, "f 4 4"]  # m
    size: Size

    def __len__(self) -> int:
        return len(self.K)

    def __getitem__(self, frame: int) -> Camera:
        return Camera(self.K[frame], self.T_world_camera[frame])
