"""A shot's camera: lens and pose at any time from the shot's start."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from composer.camera.optics import Gate, Poses, View, track_of
from composer.camera.sway import Sway
from composer.camera.target import Scenery
from composer.types import CameraTrack, Size


@runtime_checkable
class Stretch(Protocol):
    """A camera over part of a shot, up to `stop_s` or, the last one, for ever."""

    @property
    def stop_s(self) -> float: ...

    @property
    def moves(self) -> bool:
        """Whether it ever leaves the spot."""
        ...

    def poses(self, times_s: Float[np.ndarray, " f"], /) -> Poses:
        """The camera at times of the shot (s)."""
        ...


@dataclass(frozen=True, eq=False)
class CameraPath:
    """The stretches of one shot, in order, and the hand that holds it. `start_s` is the shot's start on the story's clock."""

    runs: tuple[Stretch, ...]
    gate: Gate
    scenery: Scenery
    start_s: float
    duration_s: float
    sway: Sway | None = None

    @property
    def first(self) -> View:
        """The camera on the shot's first frame."""
        return self.view(0.0)

    @property
    def lens_mm(self) -> float:
        """The lens at the shot's start."""
        return self.first.lens_mm

    @property
    def moves(self) -> bool:
        """Whether it ever leaves the spot."""
        return self.sway is not None or any(run.moves for run in self.runs)

    def poses(self, times_s: Float[np.ndarray, " f"]) -> Poses:
        """The camera at times from the shot's start (s)."""
        times = np.maximum(times_s, 0.0)
        if len(self.runs) == 1:
            poses = self.runs[0].poses(times)
        else:
            which = np.searchsorted([run.stop_s for run in self.runs[:-1]], times, side="right")
            columns = np.empty((len(times), 7))
            for i, run in enumerate(self.runs):
                chosen = which == i
                if chosen.any():
                    columns[chosen] = run.poses(times[chosen]).columns
            poses = Poses.of(columns)
        return self.sway.on(poses, times) if self.sway else poses

    def view(self, time_s: float) -> View:
        """The camera at one moment."""
        return self.poses(np.array([time_s])).view()

    def track(self, times_s: Float[np.ndarray, " f"], size: Size) -> CameraTrack:
        """The camera at times from the shot's start (s), for a picture of `size` (px).

        Beyond the shot's end moves stand still, an open `pan with` or `follow` goes on, a hand sways; before its start it
        stands at its start.
        """
        return track_of(self.poses(times_s), self.gate, size)
