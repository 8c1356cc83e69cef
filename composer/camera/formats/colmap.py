"""COLMAP's text model: world-to-camera quaternions and positions in images.txt, lenses in cameras.txt beside it.

Axes are OpenCV's. The world of a model is by custom that of a first camera, x right, y down, z ahead; it is turned so
that y down is our down and z ahead our north, and one unit is one metre. A model has no times: its images follow one
another in the order of their names, at the rate that a comment of ours tells, or else one on each frame of the film.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.spatial.transform import Rotation

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
from composer.errors import Wrong
from composer.geometry import invert, rigid
from composer.types import CameraTrack

IMAGES, CAMERAS, POINTS = "images.txt", "cameras.txt", "points3D.txt"
FIELDS = 10
LAYOUT = "`id qw qx qy qz tx ty tz camera_id name`, then a line of points, which may be empty"

_FOCALS = {
    "SIMPLE_PINHOLE": 1,
    "PINHOLE": 2,
    "SIMPLE_RADIAL": 1,
    "RADIAL": 1,
    "OPENCV": 2,
    "FULL_OPENCV": 2,
}
"""Lens models and how many focal lengths each has; what the later ones tell of distortion is left out."""

_RATE = re.compile(r"#\s*Frames a second: ([1-9]\d{0,8})(?:/([1-9]\d{0,8}))?")
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True)
class Lens:
    """A camera of the model: vertical angle of view (rad), width over height."""

    fov_y_rad: float
    aspect: float


def read(images: Sequence[Line], cameras: Sequence[Line], fps: Fraction) -> PoseFile:
    """The images of a model, by name, `fps` of them a second unless the file tells. Raises `Wrong`."""
    lenses = _lenses(cameras)
    rows = sorted(_images(images), key=lambda line: _natural(line.words[9:]))
    file = images[0].file if images else IMAGES
    check_count(len(rows), file, "", LAYOUT)
    poses, seen = [], []
    for line in rows:
        quaternion = np.array(line.floats(1, 5))
        if abs(np.linalg.norm(quaternion) - 1) > 1e-3:
            told = f"a quaternion of length {np.linalg.norm(quaternion):.4g}"
            raise fault(file, line.where, told, "expected `qw qx qy qz` of length 1")
        R = Rotation.from_quat(quaternion, scalar_first=True).as_matrix()
        poses.append(T_WORLD_Y_DOWN @ invert(checked_pose(rigid(R, np.array(line.floats(5, 8))), file, line.where)))
        if line.words[8] not in lenses:
            raise fault(file, line.where, f"camera `{line.words[8][:20]}`", f"expected one that {CAMERAS} declares")
        seen.append(lenses[line.words[8]])
    rate = _rate(images) or fps
    check_time(float(len(rows) / rate), 0.0, file, "")
    times = np.array([float(i / rate) for i in range(len(rows))])
    return PoseFile(np.array(poses), times, np.array([lens.fov_y_rad for lens in seen]), seen[0].aspect)


def _images(lines: Sequence[Line]) -> Iterator[Line]:
    points = False  # whether the next line holds an image's points
    for line in lines:
        if points:
            points = False
            if is_image(line):
                raise fault(line.file, line.where, "an image where points belong", f"expected {LAYOUT}")
        elif line.words and not line.words[0].startswith("#"):
            if len(line.words) < FIELDS:
                raise fault(line.file, line.where, f"{len(line.words)} fields", f"expected {FIELDS}: {LAYOUT}")
            points = True
            yield line


def is_image(line: Line) -> bool:
    """Whether a line has the fields of an image."""
    words = line.words
    return len(words) == FIELDS and all(map(is_number, words[:9])) and not is_number(words[9])


def _lenses(lines: Sequence[Line]) -> Mapping[str, Lens]:
    return {line.words[0]: _lens(line) for line in lines if line.words and not line.words[0].startswith("#")}


def _lens(line: Line) -> Lens:
    layout = "`id model width height` and the model's numbers"
    if len(line.words) < 5:
        raise fault(line.file, line.where, f"{len(line.words)} fields", f"expected {layout}")
    model = line.words[1]
    if model not in _FOCALS:
        raise fault(line.file, line.where, f"lens model `{model[:30]}`", f"expected one of: {', '.join(_FOCALS)}")
    focals = _FOCALS[model]
    if len(line.words) < 6 + focals:
        raise fault(
            line.file, line.where, f"{len(line.words)} fields", f"expected focal length and middle after {layout}"
        )
    w, h, fx, *rest = line.floats(2, 6 + focals)
    if not (w > 0 and h > 0 and fx > 0):
        raise fault(line.file, line.where, "a width, height or focal length of nothing", "expected positive ones")
    fy, (cx, cy) = ([fx, *rest][focals - 1], rest[-2:])
    check_middle(cx / w, cy / h, line.file, line.where)
    return Lens(fov_of(fy / h, line.file, line.where), w / h * fy / fx)


def _rate(lines: Sequence[Line]) -> Fraction | None:
    for line in lines:
        if found := _RATE.match(line.text):
            return Fraction(int(found[1]), int(found[2] or 1))
    return None


def _natural(name: Sequence[str]) -> list[tuple[int, str]]:
    """Sorts `9.png` before `10.png`."""
    parts = _DIGITS.split(" ".join(name))
    return [(len(p.lstrip("0")), p.lstrip("0")) if p.isdigit() else (0, p) for p in parts]


def texts(track: CameraTrack, fps: Fraction) -> dict[str, str]:
    """The files of a model by name: an image a frame, a camera for each lens, no points."""
    w, h = track.size
    lenses, which = np.unique(track.K.reshape(-1, 9), axis=0, return_inverse=True)
    T_camera_world = invert(T_WORLD_Y_DOWN.T @ track.T_world_camera)
    quaternions = Rotation.from_matrix(T_camera_world[:, :3, :3]).as_quat(canonical=True, scalar_first=True)
    cameras = [
        f"{i} PINHOLE {w} {h} {_words((K[0], K[4], K[2], K[5]))}" for i, K in enumerate(lenses, 1)
    ]  # K row by row: fx, fy, cx, cy
    images = [f"# {LAYOUT}", f"# Frames a second: {fps}"]
    for i, (q, pose) in enumerate(zip(quaternions, T_camera_world, strict=True)):
        images += [f"{i + 1} {_words(q)} {_words(pose[:3, 3])} {which.ravel()[i] + 1} frame_{i:06d}.png", ""]
    return {
        CAMERAS: "\n".join(["# id model width height fx fy cx cy", *cameras, ""]),
        IMAGES: "\n".join([*images, ""]),
        POINTS: "# no points\n",
    }


def _words(values: Iterable[float]) -> str:
    return " ".join(repr(float(v)) for v in values)


def wrong_file(line: Line) -> Wrong | None:
    """The fault of a first line that belongs to another file of a model."""
    if len(line.words) >= 5 and line.words[1] in _FOCALS:
        return fault(line.file, line.where, "the lenses of a COLMAP model", f"expected its poses: name its {IMAGES}")
    return None
