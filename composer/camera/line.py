"""Screen direction, and the line that a camera should not cross between two shots."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.clearing import first_hit
from composer.camera.instead import tried_path
from composer.camera.optics import Gate, Poses
from composer.camera.path import CameraPath
from composer.camera.sight import Sight, in_picture
from composer.errors import Problem
from composer.schema import Slate
from composer.schema.quantities import COMPASS
from composer.types import BodyTrack, Vector

ScreenDirection = Literal["left to right", "right to left", "towards", "away"]

SIDEWAYS = 0.34
"""Sine of the least angle (20 degrees) between a motion and the line of sight at which it goes sideways."""
MOVES_M_S = 0.2

_RATE_HZ = 6


def screen_direction(path: CameraPath, name: str) -> ScreenDirection | None:
    """Which way a subject travels through a shot's picture, all in all; None when it stands or is never in it."""
    return screen_directions(path).get(name)


def screen_directions(path: CameraPath) -> dict[str, ScreenDirection]:
    """The screen direction of every mover that a shot shows."""
    return _directions(path, np.linspace(0.0, path.duration_s, max(2, int(path.duration_s * _RATE_HZ) + 1)))


def _directions(path: CameraPath, times: Float[np.ndarray, " f"]) -> dict[str, ScreenDirection]:
    layout = path.scenery.layout
    if not layout.cast:
        return {}
    poses = path.poses(times)
    bodies = path.scenery.story.sample(layout.name, path.start_s + times).bodies
    found = {name: _direction(body, poses, path.gate) for name, body in bodies.items()}
    return {name: direction for name, direction in found.items() if direction}


def _direction(body: BodyTrack, poses: Poses, gate: Gate) -> ScreenDirection | None:
    speed = body.linear_m_s[:, :2]
    if not speed.any():
        return None
    seen = in_picture(poses, gate, body.T_world_body[:, :3, 3])
    seen = seen if body.present is None else seen & body.present
    if not seen.any():
        return None
    c, s = np.cos(poses.yaw_rad), np.sin(poses.yaw_rad)
    lateral = float((speed[:, 0] * s - speed[:, 1] * c)[seen].mean())
    ahead = float((speed[:, 0] * c + speed[:, 1] * s)[seen].mean())
    if np.hypot(lateral, ahead) < MOVES_M_S:
        return None
    if abs(lateral) < SIDEWAYS * np.hypot(lateral, ahead):
        return "away" if ahead > 0 else "towards"
    return "left to right" if lateral > 0 else "right to left"


@dataclass(frozen=True, eq=False)
class Line:
    """A line on the floor between two shots: of whom, through `point` along `way`, and what changes on the screen."""

    of: str
    whom: str
    point: Vector
    way: Vector
    changes: str


def crossing(before: tuple[Slate, CameraPath], after: tuple[Slate, CameraPath], solids: Solids) -> Iterator[Problem]:
    """A warning when the camera crosses the line of a mover that both shots show, or of two people framed in both."""
    (was, old), (slate, new) = before, after
    goes_on = was.place == slate.place and slate.start_s == was.stop_s
    if not goes_on or slate.shot.crosses_line or slate.shot.join == "last_frames" or slate.shot.camera is None:
        return
    line = _mover(old, new, solids) or _people(was, old, slate, new)
    if line:
        last = old.view(old.duration_s)
        normal = _left_of(line.way) * _side(line, last.position)
        words = (_compass(normal), _good_side(line, normal, slate, new, solids))
        yield faults.crosses(slate, was.name, (line.of, line.whom, line.changes), *words)


def _mover(old: CameraPath, new: CameraPath, solids: Solids) -> Line | None:
    cut = np.array([old.duration_s])
    before, after = _directions(old, cut), _directions(new, np.zeros(1))
    for name in (name for name in before if name in after):
        was, now = before[name], after[name]
        if {was, now} != {"left to right", "right to left"}:
            continue
        if _is_hidden(old, name, cut, solids) or _is_hidden(new, name, np.zeros(1), solids):
            continue
        body = new.scenery.story.sample(new.scenery.layout.name, np.array([new.start_s])).bodies[name]
        way = body.linear_m_s[0].copy()
        way[2] = 0.0
        whom = f"`{name}`" if old.scenery.layout.cast[name].shape == "person" else "it"
        said = f"{whom} travelled {was} and would now travel {now}"
        return Line(f"`{name}`", whom, body.T_world_body[0, :3, 3], way / np.linalg.norm(way), said)
    return None


def _is_hidden(path: CameraPath, name: str, times: Float[np.ndarray, " f"], solids: Solids) -> bool:
    return bool(Sight(path, solids, frozenset([name])).blockers(name, times)[0])


def _people(was: Slate, old: CameraPath, slate: Slate, new: CameraPath) -> Line | None:
    both = [
        name
        for name in _framed(was)
        if name in _framed(slate) and (solid := new.scenery.layout.cast.get(name)) and solid.shape == "person"
    ]
    if len(both) != 2:
        return None
    one, other = (new.scenery.middles(name, np.array([new.start_s]))[0] for name in both)
    way = other - one
    way[2] = 0.0
    if np.linalg.norm(way) < 1e-6:
        return None
    way /= np.linalg.norm(way)
    lateral = [float(view.right @ way) for view in (old.view(old.duration_s), new.first)]
    if min(abs(lateral[0]), abs(lateral[1])) < SIDEWAYS or lateral[0] * lateral[1] > 0:
        return None
    was_on, now_on = ("left", "right") if lateral[0] > 0 else ("right", "left")
    said = f"`{both[0]}` was on the {was_on} and would now be on the {now_on}"
    return Line(f"`{both[0]}` and `{both[1]}`", "them", one, way, said)


def _framed(slate: Slate) -> tuple[str, ...]:
    camera = slate.shot.camera
    return camera.frame.names if camera and camera.frame else ()


def _good_side(line: Line, normal: Vector, slate: Slate, path: CameraPath, solids: Solids) -> str:
    """The side nearest to the mirrored one from which the camera stays on its side of the line; "" when there is none."""
    camera = slate.shot.camera
    if camera is None or camera.frame is None or camera.at is not None or camera.keys is not None:
        return ""
    away = path.first.position - line.point
    away[2] = 0.0
    mirrored = 2 * (away @ line.way) * line.way - away
    for name in sorted(COMPASS, key=lambda name: -float(_bearing(COMPASS[name]) @ mirrored)):
        tried = tried_path(slate, path, camera.model_copy(update={"from_": COMPASS[name]}))
        if tried and (tried.first.position - line.point) @ normal > 0 and first_hit(slate, tried, solids) is None:
            return name
    return ""


def _side(line: Line, position: Vector) -> float:
    return float(np.sign((position - line.point) @ _left_of(line.way))) or 1.0


def _left_of(way: Vector) -> Vector:
    return np.array([-way[1], way[0], 0.0])


def _bearing(degrees: float) -> Vector:
    return np.array([np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees)), 0.0])


def _compass(way: Vector) -> str:
    return max(COMPASS, key=lambda name: float(_bearing(COMPASS[name]) @ way))
