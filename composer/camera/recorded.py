"""A camera that another tool has moved: the poses of its file at the file's own times, smooth between them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float
from scipy.interpolate import CubicHermiteSpline
from scipy.spatial.transform import Rotation

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.clearing import first_hit
from composer.camera.formats import PoseFile, read
from composer.camera.optics import Gate, Poses, angles_of
from composer.camera.path import CameraPath
from composer.camera.target import Scenery
from composer.errors import Problem, Wrong
from composer.schema import Slate
from composer.schema.camera_files import CameraFile
from composer.schema.quantities import plain

_JUMP = 10  # times shorter than its neighbour: an interval in which a camera jumps

Columns = Float[np.ndarray, "n c"]


@dataclass(frozen=True, eq=False)
class Curve:
    """Values at rising times (s), cubic between them, at rest outside them and over every interval that holds still.

    The rate at a moment is that of the parabola through it and its neighbours, so the curve is C1 and turns no sooner than
    they do; beside a jump it is that of the longer side, so a jump swings nothing before or after it.
    """

    times_s: Float[np.ndarray, " n"]
    values: Columns

    def at(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f c"]:
        times = np.clip(times_s, self.times_s[0], self.times_s[-1])
        if len(self.times_s) == 1:
            return np.repeat(self.values, len(times), axis=0)
        out: Float[np.ndarray, "f c"] = self._spline(times)
        return out

    @cached_property
    def _spline(self) -> CubicHermiteSpline:
        return CubicHermiteSpline(self.times_s, self.values, self._rates())

    def _rates(self) -> Columns:
        h = np.diff(self.times_s)[:, None]
        slopes = np.diff(self.values, axis=0) / h
        if len(h) == 1:
            return np.repeat(slopes, 2, axis=0)
        h0, h1, before, after = h[:-1], h[1:], slopes[:-1], slopes[1:]
        middle = (h1 * before + h0 * after) / (h0 + h1)
        middle = np.where(h0 * _JUMP < h1, after, np.where(h1 * _JUMP < h0, before, middle))
        still: Bool[np.ndarray, "n 1"] = (slopes == 0).all(axis=1)[:, None]
        middle = np.where(still[:-1] | still[1:], 0, middle)
        first, last = 2 * slopes[0] - middle[0], 2 * slopes[-1] - middle[-1]  # of the parabola on one side
        return np.vstack([np.where(still[0], 0, first), middle, np.where(still[-1], 0, last)])


@dataclass(frozen=True, eq=False)
class Recorded:
    """The camera of a shot out of a file: at its own times from the shot's start, its last pose held when it is over.

    The vertical angle of view is the file's, whatever its aspect.
    """

    file: PoseFile
    gate: Gate

    @property
    def stop_s(self) -> float:
        return float(self.file.times_s[-1])

    @property
    def moves(self) -> bool:
        """Whether it ever leaves the spot."""
        return bool(np.ptp(self.file.T_world_camera[:, :3, 3], axis=0).any())

    def poses(self, times_s: Float[np.ndarray, " f"]) -> Poses:
        """The camera at times of the shot (s)."""
        turned = Rotation.from_quat(self._quaternions.at(times_s)).as_matrix()
        yaw, pitch, roll = angles_of(turned)
        return Poses(self._positions.at(times_s), yaw, pitch, np.exp(self._lens_logs.at(times_s)[:, 0]), roll)

    @cached_property
    def _positions(self) -> Curve:
        return Curve(self.file.times_s, self.file.T_world_camera[:, :3, 3])

    @cached_property
    def _quaternions(self) -> Curve:
        """Each on the side of the one before; made a rotation again where it is looked at."""
        turns = Rotation.from_matrix(self.file.T_world_camera[:, :3, :3]).as_quat()
        flips = np.where(np.einsum("nk,nk->n", turns[:-1], turns[1:]) < 0, -1.0, 1.0)
        return Curve(self.file.times_s, turns * np.concatenate([[1.0], np.cumprod(flips)])[:, None])

    @cached_property
    def _lens_logs(self) -> Curve:
        lenses_mm = self.gate.height_m * 500 / np.tan(self.file.fov_y_rad / 2)
        return Curve(self.file.times_s, np.log(lenses_mm)[:, None])


def play(
    slate: Slate, name: CameraFile, scenery: Scenery, gate: Gate, folder: Path
) -> tuple[CameraPath | None, list[Problem]]:
    """The path in the file that a shot's camera names, and what is wrong with it."""
    try:
        file = read(folder / name.path, slate.fps, name.camera)
    except Wrong as wrong:
        return None, [wrong.at(*faults.at(slate, "file"))]
    path = CameraPath((Recorded(file, gate),), gate, scenery, float(slate.start_s), float(slate.duration_s))
    return path, list(_too_short(slate, name, file))


def _too_short(slate: Slate, name: CameraFile, file: PoseFile) -> Iterator[Problem]:
    """A path is over before its shot; a single pose is a camera that stands."""
    last = int(np.floor(file.times_s[-1] * float(slate.fps) + 1.5))  # frames up to its last pose
    if len(file.times_s) > 1 and last < len(slate.frames):
        seconds, lasts = plain(last / float(slate.fps)), plain(slate.duration_s)
        yield Problem(
            faults.at(slate, "file"),
            "too-short",
            f"the path of `{name.path}` lasts {seconds} s and shot `{slate.name}` lasts {lasts} s",
            (f"its last pose holds from then on. Did you mean `duration: {last}f`?",),
            name.path,
            severity="warning",
        )


def faults_of_recording(slate: Slate, path: CameraPath, solids: Solids) -> Iterator[Problem]:
    """A recorded camera under the ground, or in something, at any time of its shot."""
    times = np.arange(max(len(slate.frames), 1)) / float(slate.fps)
    positions = path.poses(times).positions
    where = faults.at(slate, "file")
    if positions[:, 2].min() <= 0:
        first = int(np.argmax(positions[:, 2] <= 0))
        problem = faults.under_ground(slate, positions[first], "file")
        hint = f"at {plain(times[first])} s of the shot it is at {faults.point(positions[first])}. Raise the path in the tool that made it"
        yield replace(problem, expected=(hint,))
        return
    hit = first_hit(slate, path, solids)
    if hit is None:
        return
    if hit.time_s == 0:
        yield faults.inside(slate, hit.name, hit.extent, "Begin the path elsewhere", "file")
    elif path.moves:
        yield replace(faults.enters(slate, hit.name, hit.extent, hit.time_s, None), path=where)
    else:
        yield faults.is_met(slate, hit.name, hit.extent, hit.time_s, "file")
