"""nerfstudio's camera_path.json: OpenGL camera-to-world, row by row, vertical angles of view in degrees.

Its world is z up, as ours is, and is not turned; what it calls one unit is one metre here (nerfstudio scales scenes that
it reconstructs, so a path flown in one of them has to be scaled back first).
"""

import json
from fractions import Fraction

import numpy as np

from composer.camera.formats.json_values import Value
from composer.camera.formats.pose_file import (
    OPENGL,
    PoseFile,
    check_count,
    check_time,
    checked_fov,
    checked_pose,
    fault,
)
from composer.types import CameraTrack, Matrix

_PATH = "`camera_path`, a list of {camera_to_world, fov, aspect}"


def read(root: Value) -> PoseFile:
    """The poses of `camera_path`, `fps` of them a second. Raises `Wrong`."""
    kind = root.get("camera_type")
    if kind is not None and kind.value != "perspective":
        raise kind.wrong("`perspective`, the one kind of camera that a film has")
    frames = list(root.need("camera_path", _PATH).items())
    check_count(len(frames), root.file, "camera_path", "{camera_to_world, fov, aspect}")
    fps = _rate(root, len(frames))
    check_time(len(frames) / fps, 0.0, root.file, "seconds" if root.get("fps") is None else "fps")
    poses = np.array([_pose(frame.need("camera_to_world", "16 numbers, row by row")) for frame in frames])
    fovs = [frame.need("fov", "a vertical angle of view in degrees") for frame in frames]
    angles = np.array([checked_fov(float(np.deg2rad(fov.number())), fov.file, fov.path) for fov in fovs])
    return PoseFile(poses, np.arange(len(frames)) / fps, angles, _aspect(root, frames[0]))


def _rate(root: Value, frames: int) -> float:
    fps, seconds = root.get("fps"), root.get("seconds")
    if fps is not None:
        rate = fps.number()
        if not 0 < rate <= 1000:
            raise fps.wrong("frames a second, up to 1000")
        return rate
    if seconds is None:
        raise root.need("fps", "frames a second").wrong("frames a second")
    if seconds.number() <= 0:
        raise seconds.wrong("how long it lasts, in seconds")
    return frames / seconds.number()


def _pose(matrix: Value) -> Matrix:
    rows = matrix.value if isinstance(matrix.value, list) else []
    nested = len(rows) == 4 and all(isinstance(row, list) for row in rows)
    values = [row.numbers(4) for row in matrix.items()] if nested else matrix.numbers(16)
    c2w = checked_pose(np.array(values, float).reshape(4, 4), matrix.file, matrix.path)
    pose: Matrix = c2w @ OPENGL
    return pose


def _aspect(root: Value, frame: Value) -> float | None:
    width, height, own = root.get("render_width"), root.get("render_height"), frame.get("aspect")
    if own is None and (width is None or height is None):
        return None
    aspect = own.number() if own is not None else _over(width, height)
    if not 0.01 <= aspect <= 100:
        raise fault(
            root.file, own.path if own else "render_width", f"an aspect of {aspect:.4g}", "expected width / height"
        )
    return aspect


def _over(width: Value | None, height: Value | None) -> float:
    assert width is not None
    assert height is not None
    if height.number() <= 0:
        raise height.wrong("pixels")
    return width.number() / height.number()


def text(track: CameraTrack, fps: Fraction) -> str:
    """The file of a track whose frame i stands at i / fps seconds, all digits kept."""
    w, h = track.size
    fov = np.rad2deg(2 * np.arctan(h / 2 / track.K[:, 1, 1]))
    frames = [
        {"camera_to_world": (pose @ OPENGL).ravel().tolist(), "fov": float(angle), "aspect": w / h}
        for pose, angle in zip(track.T_world_camera, fov, strict=True)
    ]
    return json.dumps(
        {
            "camera_type": "perspective",
            "render_height": h,
            "render_width": w,
            "fps": int(fps) if fps.denominator == 1 else float(fps),
            "seconds": float(len(track) / fps),
            "is_cycle": False,
            "smoothness_value": 0,
            "camera_path": frames,
            "keyframes": [],
        },
        indent=1,
    )
