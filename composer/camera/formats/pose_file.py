"""What every camera file comes down to: poses at times in our world, and an angle of view at each."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from composer.errors import Wrong
from composer.schema.quantities import plain

MOST_POSES = 50_000
MOST_TEXT_BYTES = 24 << 20
MOST_BINARY_BYTES = 256 << 20
"""Limits of what is read: half an hour of poses, the text that holds them, and the scene that a glTF file brings along."""

LONGEST_S = 86_400.0
FURTHEST_M = 100_000.0
_LEAST_FOV, _MOST_FOV = np.deg2rad(0.1), np.deg2rad(175)
_OFF_MIDDLE = 0.05  # share of the picture that a principal point may lie beside its middle

OPENGL = np.diag([1.0, -1.0, -1.0, 1.0])
"""`T_opencv_opengl` of camera axes, and its own inverse: OpenGL looks along -z with y up."""

T_WORLD_Y_UP = np.array([[1.0, 0, 0, 0], [0, 0, -1, 0], [0, 1, 0, 0], [0, 0, 0, 1]])
"""From a world whose y is up (glTF) to ours: its x is our east, its -z our north."""

T_WORLD_Y_DOWN = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
"""From a world whose y is down (the axes of a level OpenCV camera that looks north) to ours: its z is our north."""


@dataclass(frozen=True, eq=False)
class PoseFile:
    """A camera over n moments: poses in our world (m, z up, OpenCV axes), times from 0 on, vertical angles of view.

    `aspect` is width over height as the file tells it, None where it does not.
    """

    T_world_camera: Float[np.ndarray, "n 4 4"]
    times_s: Float[np.ndarray, " n"]
    fov_y_rad: Float[np.ndarray, " n"]
    aspect: float | None

    def on_frames(self, fps: Fraction) -> "PoseFile":
        """The same, with times that a format rounds (to a microsecond, to 24 bits) put on the frame that they mean."""
        frames = np.round(self.times_s * float(fps))
        exact = frames / float(fps)
        near = abs(exact - self.times_s) <= np.maximum(1e-6, self.times_s * 2.0**-23)
        times = np.where(near, exact, self.times_s)
        return replace(self, times_s=times) if (np.diff(times) > 0).all() else self


def fault(file: str, where: str, found: str, expected: str) -> Wrong:
    """What is wrong with a camera file: its name, where in it, what was found, what was expected."""
    place = f"`{file}`, {where}" if where else f"`{file}`"
    return Wrong("camera-file", _printable(f"{place}: {found}"), _printable(expected))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)


def checked_pose(T: Float[np.ndarray, "4 4"], file: str, where: str) -> Float[np.ndarray, "4 4"]:
    """`T` with its rotation made exactly one. Raises `Wrong` when it is no rigid motion, or leads too far off."""
    R, far = T[:3, :3], float(abs(T[:3, 3]).max())
    if not np.isfinite(T).all():
        raise fault(file, where, "a pose that is no number", "expected finite numbers")
    if far > FURTHEST_M:
        raise fault(
            file, where, f"a camera {far:.3g} m from the origin", "expected at most 100,000 m; units are metres"
        )
    if abs(T[3] - (0, 0, 0, 1)).max() > 1e-6:
        raise fault(file, where, f"a last row of {_row(T[3])}", "expected [0, 0, 0, 1], matrices written row by row")
    if abs(R).max() > 10 or abs(R.T @ R - np.eye(3)).max() > 1e-3:
        lengths = np.linalg.norm(R, axis=0)
        told = (
            f"a rotation scaled by {_row(lengths)}"
            if abs(lengths - 1).max() > 1e-3
            else "axes that are not at right angles"
        )
        raise fault(file, where, told, "expected a rotation: columns of length 1 at right angles")
    if np.linalg.det(R) < 0:
        raise fault(file, where, "a mirrored pose", "expected a rotation, whose determinant is 1")
    left, _, right = np.linalg.svd(R)
    out = T.copy()
    out[:3, :3], out[3] = left @ right, (0, 0, 0, 1)
    return out


def checked_fov(fov_rad: float, file: str, where: str) -> float:
    """A vertical angle of view. Raises `Wrong` outside 0.1 to 175 degrees."""
    if not _LEAST_FOV <= fov_rad <= _MOST_FOV:
        told = f"a vertical angle of view of {np.rad2deg(fov_rad):.6g} degrees"
        raise fault(file, where, told, "expected 0.1 to 175 degrees")
    return fov_rad


def fov_of(focal: float, file: str, where: str) -> float:
    """The vertical angle of view (rad) of a focal length in picture heights. Raises `Wrong`."""
    if not focal > 0:
        raise fault(file, where, f"a focal length of {focal:.6g}", "expected a positive one")
    return checked_fov(2 * float(np.arctan(0.5 / focal)), file, where)


def check_middle(cx: float, cy: float, file: str, where: str) -> None:
    """Principal points in shares of the picture: lenses are not shifted here. Raises `Wrong` beyond 5 % off the middle."""
    if not max(abs(cx - 0.5), abs(cy - 0.5)) <= _OFF_MIDDLE:
        told = f"a principal point at {cx:.4g}, {cy:.4g} of the picture"
        raise fault(file, where, told, "expected its middle, 0.5, 0.5: shifted lenses are not taken")


def check_time(time_s: float, before_s: float, file: str, where: str) -> None:
    """Times rise. Raises `Wrong` where one does not, or where a file lasts longer than a day."""
    if not time_s > before_s:
        told = f"a time of {plain(time_s, 6)} s after one of {plain(before_s, 6)} s"
        raise fault(file, where, told, "expected times that rise")
    if time_s > LONGEST_S:
        raise fault(file, where, f"a time of {time_s:.6g} s", "expected a day at most, 86400 s")


def check_count(poses: int, file: str, where: str, what: str) -> None:
    """Raises `Wrong` for no pose at all, or for more than 50,000."""
    if poses == 0:
        raise fault(file, where, "no poses", f"expected at least one: {what}")
    if poses > MOST_POSES:
        raise fault(file, where, f"{poses:,} poses", f"expected at most {MOST_POSES:,}")


def _row(values: Float[np.ndarray, " n"]) -> str:
    return f"[{', '.join(f'{v:.4g}' for v in values)}]"
