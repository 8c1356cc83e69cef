"""What a shot's camera comes to during a segment, as a prompt tells it."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from composer.camera.setup import timed
from composer.prompting import CameraMotion, CameraMove, View
from composer.schema import Slate
from composer.schema.words import SIZES, Follow, Handheld, Move, ShotSize
from composer.types import CameraTrack

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal

_FULL_FRAME_MM = 36.0
_LEAST_S = 0.2  # of a part that is worth telling


def view_of(
    slate: Slate, rehearsal: "Rehearsal", times: Sequence[Fraction], cameras: CameraTrack, here: AbstractSet[str]
) -> View:
    """How the camera stands at the first of `times` and what it does up to the last; `here` are those in the picture."""
    camera, T = slate.shot.camera, cameras.T_world_camera[0]
    names = camera.frame.names if camera and camera.frame else ()
    anchors = {solid.name: solid.anchor for solid in rehearsal.layouts[slate.place].solids}
    start_s, stop_s = float(times[0]), float(times[-1])
    return View(
        size=_size(slate, start_s),
        framed=tuple(name for name in names if {name, anchors.get(name)} & here),
        lens_mm=_FULL_FRAME_MM * float(cameras.K[0, 0, 0]) / cameras.size[0],
        height_m=float(T[2, 3]),
        pitch_deg=float(np.degrees(np.arcsin(np.clip(T[2, 2], -1, 1)))),
        moves=tuple(_moves(slate, rehearsal, start_s, stop_s, names)),
    )


def _size(slate: Slate, start_s: float) -> ShotSize | None:
    """The framing that the camera has reached when a segment begins."""
    camera = slate.shot.camera
    size = camera.frame.size if camera and camera.frame else None
    for parts in timed(camera.move, slate) if camera else ():
        for part in parts:
            to = getattr(part.part.move, "to", None)
            if to in SIZES and part.start_s + part.duration_s <= start_s + 1e-6:
                size = to
    return size


def _moves(
    slate: Slate, rehearsal: "Rehearsal", start_s: float, stop_s: float, framed: tuple[str, ...]
) -> Iterator[CameraMove]:
    camera = slate.shot.camera
    if camera is None or camera.keys is not None or camera.file is not None:
        yield CameraMove(None, _motion(slate, rehearsal, start_s, stop_s))
    for step, parts in enumerate(timed(camera.move, slate) if camera else ()):
        for part in parts:
            first, last = max(part.start_s, start_s), min(part.start_s + part.duration_s, stop_s)
            if last - first >= min(_LEAST_S, (stop_s - start_s) / 2):
                motion = _motion(slate, rehearsal, first, last)
                together = 0 if isinstance(part.part.move, Handheld) and camera and camera.keys else step
                yield CameraMove(_about(part.part.move, framed), motion, together)


def _about(move: Move, framed: tuple[str, ...]) -> Move:
    """A move with the name that it goes by."""
    return replace(move, name=framed[0]) if isinstance(move, Follow) and not move.name and framed else move


def _motion(slate: Slate, rehearsal: "Rehearsal", start_s: float, stop_s: float) -> CameraMotion:
    track = rehearsal.cameras[slate.name].track(np.array([start_s, stop_s]), rehearsal.shotlist.size)
    (yaw, pitch, roll), (yaw_1, pitch_1, roll_1) = (_angles(T) for T in track.T_world_camera)
    way = track.T_world_camera[1, :3, 3] - track.T_world_camera[0, :3, 3]
    heading = np.array([np.sin(yaw), np.cos(yaw)])
    return CameraMotion(
        duration_s=stop_s - start_s,
        right_m=float(way[0] * heading[1] - way[1] * heading[0]),
        up_m=float(way[2]),
        ahead_m=float(way[:2] @ heading),
        pan_deg=float(np.degrees((yaw_1 - yaw + np.pi) % (2 * np.pi) - np.pi)),
        tilt_deg=float(np.degrees(pitch_1 - pitch)),
        roll_deg=float(np.degrees((roll_1 - roll + np.pi) % (2 * np.pi) - np.pi)),
        zoom=float(track.K[1, 0, 0] / track.K[0, 0, 0]),
    )


def _angles(T_world_camera: np.ndarray) -> tuple[float, float, float]:
    """Heading clockwise from north, pitch up and roll clockwise (rad); straight down, the top of the picture leads."""
    right, down, ahead = T_world_camera[:3, :3].T
    level = ahead if abs(ahead[2]) < 0.999 else -down * np.sign(-ahead[2])
    yaw, pitch = float(np.arctan2(level[0], level[1])), float(np.arcsin(np.clip(ahead[2], -1, 1)))
    roll = float(np.arctan2(-right[2], -down[2])) if abs(ahead[2]) < 0.999 else 0.0
    return yaw, pitch, roll
