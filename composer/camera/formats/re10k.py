"""RealEstate10K's text, which CameraCtrl reads too: a header line, then a line a frame of 19 numbers.

`timestamp fx fy cx cy 0 0` and a 3x4 world-to-camera matrix row by row: time in microseconds, intrinsics divided by the
picture's width and height, OpenCV axes. The world of such a file is by custom that of a first camera, x right, y down, z
ahead; it is turned so that y down is our down and z ahead our north. The first time counts as the shot's start.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from composer.camera.formats.pose_file import (
    T_WORLD_Y_DOWN,
    PoseFile,
    check_count,
    check_middle,
    check_time,
    checked_pose,
    fault,
    fov_of,
)
from composer.camera.formats.text_lines import Line, is_number
from composer.geometry import invert
from composer.timing import round_half_up
from composer.types import CameraTrack

FIELDS = 19
LAYOUT = "`timestamp fx fy cx cy 0 0` and a 3x4 world-to-camera matrix, row by row"


def read(lines: Sequence[Line]) -> PoseFile:
    """The poses of all lines after the header. Raises `Wrong`."""
    rows = [line for line in lines[1:] if line.words]
    if lines and len(lines[0].words) == FIELDS and is_number(lines[0].words[0]):
        rows.insert(0, lines[0])  # some tools leave the header out
    file = lines[0].file if lines else ""
    check_count(len(rows), file, "", LAYOUT)
    times: list[tuple[float, float]] = []
    poses, fovs = [], []
    for line in rows:
        if len(line.words) != FIELDS:
            raise fault(file, line.where, f"{len(line.words)} fields", f"expected {FIELDS}: {LAYOUT}")
        time_us, fx, fy, cx, cy, _, _, *matrix = line.floats(0, FIELDS)
        if fx <= 0:
            raise fault(file, line.where, f"a focal length of {fx:.6g}", "expected a positive one")
        check_middle(cx, cy, file, line.where)
        T_camera_world = np.vstack([np.array(matrix).reshape(3, 4), [0, 0, 0, 1]])
        poses.append(T_WORLD_Y_DOWN @ invert(checked_pose(T_camera_world, file, line.where)))
        fovs.append(fov_of(fy, file, line.where))
        first_us = times[0][0] if times else time_us
        times.append((time_us, (time_us - first_us) / 1e6))
        if len(times) > 1:
            check_time(times[-1][1], times[-2][1], file, line.where)
    aspect = rows[0].number_at(2) / rows[0].number_at(1)
    return PoseFile(np.array(poses), np.array([time_s for _, time_s in times]), np.array(fovs), aspect)


def text(track: CameraTrack, fps: Fraction, title: str) -> str:
    """The file of a track whose frame i stands at i / fps seconds; `title` is its header line."""
    w, h = track.size
    T_camera_world = invert(T_WORLD_Y_DOWN.T @ track.T_world_camera)
    lines = [" ".join(title.split()) or "camera"]
    for i, (K, pose) in enumerate(zip(track.K, T_camera_world, strict=True)):
        lens = (K[0, 0] / w, K[1, 1] / h, K[0, 2] / w, K[1, 2] / h)
        numbers = " ".join(repr(float(v)) for v in lens), " ".join(repr(float(v)) for v in pose[:3].ravel())
        lines.append(f"{round_half_up(i * 1_000_000 / fps)} {numbers[0]} 0 0 {numbers[1]}")
    return "\n".join(lines) + "\n"
