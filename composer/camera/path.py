"""A shot's camera: intrinsics and pose at any time from the shot's start."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.camera.moves import Poses, Run
from composer.camera.optics import Gate, View, track_of
from composer.camera.target import Scenery
from composer.types import CameraTrack, Size


@dataclass(frozen=True, eq=False)
class CameraPath:
    """The runs of one shot, in order. `start_s` is the shot's start on the story's clock."""

    runs: tuple[Run, ...]
    gate: Gate
    scenery: Scenery
    start_s: float
    duration_s: float

    @property
    def first(self) -> View:
        """The camera on the shot's first frame."""
        return self.view(0.0)

    @property
    def lens_mm(self) -> float:
        return self.runs[0].begin.lens_mm

    @property
    def moves(self) -> bool:
        """Whether it ever leaves the spot."""
        return any(run.rails or run.orbit for run in self.runs)

    def poses(self, times_s: Float[np.ndarray, " f"]) -> Poses:
        """Positions (m), headings and tilts (rad) at times from the shot's start (s)."""
        times = np.maximum(times_s, 0.0)
        if len(self.runs) == 1:
            return self.runs[0].poses(times, self.scenery, self.start_s)
        which = np.searchsorted([run.stop_s for run in self.runs[:-1]], times, side="right")
        positions, yaw, pitch = np.empty((len(times), 3)), np.empty(len(times)), np.empty(len(times))
        for i, run in enumerate(self.runs):
            chosen = which == i
            if chosen.any():
                poses = run.poses(times[chosen], self.scenery, self.start_s)
                positions[chosen], yaw[chosen], pitch[chosen] = poses.positions, poses.yaw_rad, poses.pitch_rad
        return Poses(positions, yaw, pitch)

    def view(self, time_s: float) -> View:
        """The camera at one moment."""
        poses = self.poses(np.array([time_s]))
        return View(poses.positions[0], float(poses.yaw_rad[0]), float(poses.pitch_rad[0]), self.lens_mm)

    def track(self, times_s: Float[np.ndarray, " f"], size: Size) -> CameraTrack:
        """The camera at times from the shot's start (s), for a picture of `size` (px).

        Beyond the shot's end moves stand still and an open `pan with` goes on; before its start it stands at its start.
        """
        poses = self.poses(times_s)
        return track_of(poses.positions, poses.yaw_rad, poses.pitch_rad, self.lens_mm, self.gate, size)
