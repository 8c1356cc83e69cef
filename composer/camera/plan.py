"""Every shot's camera, solved on its first frame, and what of it cannot be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.framing import Ask, reach, solve, solve_from
from composer.camera.optics import Gate, View
from composer.camera.path import CameraPath
from composer.camera.steps import Setup, prepare
from composer.camera.target import Scenery, Target, Tells
from composer.errors import Problem
from composer.layout import Layout
from composer.schema import Camera, ShotList, Slate, slates
from composer.schema.quantities import COMPASS
from composer.schema.words import SIDES, Arc, Dolly, Pan, PanWith
from composer.types import Vector

HEIGHTS_M = {"ground": 0.15, "low": 0.5, "high": 4.0}
EYES_M = 1.6
EYES_OF_HEIGHT = 0.93

_SAMPLE_M = 0.05
_MOST_SAMPLES = 2000


def plan_cameras(
    shotlist: ShotList, layouts: Mapping[str, Layout], story: Tells
) -> tuple[dict[str, CameraPath], list[Problem]]:
    """A path for every shot whose camera can be solved, by shot name, and every fault in it."""
    gate = Gate(shotlist.sensor, shotlist.size[0] / shotlist.size[1])
    sceneries = {name: Scenery(layout, story) for name, layout in layouts.items()}
    solids = {name: Solids.of(layout) for name, layout in layouts.items()}
    paths: dict[str, CameraPath] = {}
    problems: list[Problem] = []
    before: CameraPath | None = None
    for slate in slates(shotlist):
        path = None
        if slate.place in sceneries:
            path, found = _plan(slate, sceneries[slate.place], gate, before)
            problems += found
        if path is not None:
            paths[slate.name] = path
            problems += _clear(slate, path, solids[slate.place])
        before = path
    return paths, problems


def _plan(
    slate: Slate, scenery: Scenery, gate: Gate, before: CameraPath | None
) -> tuple[CameraPath | None, list[Problem]]:
    camera, problems = slate.shot.camera, []
    framing = camera.frame if camera else None
    setup = Setup(slate, scenery, gate, framing)
    steps = camera.move if camera else ()
    goes_on = slate.shot.join == "last_frames"
    problems = list(_unnamed(slate, scenery, goes_on=goes_on and before is not None))
    if problems:
        return None, problems
    if goes_on and before is not None:
        first = before.view(before.duration_s)
    elif camera is None or framing is None:
        return None, []  # a missing camera is the reader's to tell
    else:
        stand = _Stand(slate, camera, setup)
        problems += stand.problems()
        if problems:
            return None, problems
        first = stand.view()
    runs = prepare(steps, first, setup, hidden_cut=goes_on)
    return CameraPath(runs, gate, scenery, setup.start_s, setup.duration_s), []


def _unnamed(slate: Slate, scenery: Scenery, *, goes_on: bool) -> Iterator[Problem]:
    """Names that are not here, and moves that have to know what is framed."""
    camera = slate.shot.camera
    if camera is None:
        return
    if isinstance(camera.at, str) and camera.at not in scenery.layout.marks:
        yield faults.unknown(slate, "at", camera.at)
    for name in camera.frame.names if camera.frame else ():
        if not scenery.knows(name):
            yield faults.unknown(slate, "frame", name)
    for part in (part for step in camera.move for part in step):
        move = part.move
        turns_to = move.to if isinstance(move, Pan) else move.name if isinstance(move, PanWith) else None
        if turns_to is not None and not scenery.knows(turns_to):
            yield faults.unknown(slate, "move", turns_to)
        if camera.frame is None and goes_on and (isinstance(move, Arc) or (isinstance(move, Dolly) and move.to)):
            yield faults.frames_nothing(slate, f"`{part.text}`")


@dataclass(frozen=True, eq=False)
class _Stand:
    """Where a shot's camera stands at first, by the keys of the list."""

    slate: Slate
    camera: Camera
    setup: Setup

    @property
    def names(self) -> str:
        return " ".join(self.camera.frame.names) if self.camera.frame else ""

    @property
    def ask(self) -> Ask:
        target = self.setup.framed(0.0)
        size = self.camera.frame.size if self.camera.frame else None
        position = self.position(target)
        side = _side_of(self.camera, target) if position is None else _towards(target, position)
        height = None if self.camera.height == "overhead" else self.height_m(target)
        return Ask(target, size, side, height, self.setup.gate, self.camera.lens, self.camera.distance)

    def height_m(self, target: Target) -> float:
        height = self.camera.height
        if isinstance(height, float | int):
            return float(height)
        if height in HEIGHTS_M:
            return HEIGHTS_M[height]
        if target.person_m is None:
            return EYES_M
        return float(target.points[:, 2].min()) + EYES_OF_HEIGHT * target.person_m

    def position(self, target: Target) -> Vector | None:
        """Where `at` says it stands; None when that is to be solved."""
        at = self.camera.at
        if at is None:
            return None
        if isinstance(at, str):
            spot = self.setup.scenery.layout.marks[at].position
            stands: Vector = spot + np.array([0.0, 0.0, self.height_m(target) if spot[2] == 0 else EYES_M])
            return stands
        return np.array([*at, self.height_m(target)][:3], dtype=float)

    def problems(self) -> Iterator[Problem]:
        ask, camera = self.ask, self.camera
        position = self.position(ask.target)
        if ask.size is None:
            if position is None and camera.distance is None:
                yield faults.no_stand(self.slate, self.names)
            return
        away = camera.distance if position is None else reach(ask, position)
        if away is None:
            return
        key = "distance" if position is None else "at"
        if camera.lens is not None:
            yield faults.over_determined(self.slate, ask, away, key)
        elif away <= 0:
            yield faults.among(self.slate, self.names, key)
        else:
            lens = self.view().lens_mm
            if not faults.LENSES_MM[0] <= lens <= faults.LENSES_MM[1]:
                yield faults.lens_range(self.slate, ask, away, lens, key)

    def view(self) -> View:
        ask = self.ask
        position = self.position(ask.target)
        return solve(ask) if position is None else solve_from(ask, position)


def _side_of(camera: Camera, target: Target) -> Vector:
    """Level unit vector from the target to where `from` puts the camera."""
    if isinstance(camera.from_, str):
        yaw = target.yaw_rad + np.deg2rad(SIDES[camera.from_])
    else:
        yaw = np.deg2rad(90.0 - (180.0 if camera.from_ is None else camera.from_))
    return np.array([np.cos(yaw), np.sin(yaw), 0.0])


def _towards(target: Target, position: Vector) -> Vector:
    middle = (target.points.min(axis=0) + target.points.max(axis=0)) / 2
    away = position - middle
    away[2] = 0.0
    distance = float(np.linalg.norm(away))
    return away / distance if distance > 1e-6 else np.array([0.0, -1.0, 0.0])


# --- where the camera goes ------------------------------------------------------------------------------------------------


def _clear(slate: Slate, path: CameraPath, solids: Solids) -> Iterator[Problem]:
    """A camera inside something at first, under the ground, or led into something by its move."""
    camera = slate.shot.camera
    first = path.runs[0].begin
    if slate.shot.join == "last_frames" and (first.position[2] <= 0 or solids.hold(first.position[None]).any()):
        return  # told already, of the shot that led it there
    if first.position[2] <= 0:
        key = "at" if camera and camera.at is not None else "height"
        yield faults.under_ground(slate, first.position, key)
        return
    hit = np.flatnonzero(solids.hold(first.position[None])[0])
    if len(hit):
        free = _free(slate, path, solids)
        key = faults.where(camera) if camera else "move"
        yield faults.inside(slate, solids.names[hit[0]], solids.extents[hit[0]], free, key)
    elif path.moves:
        yield from _enters(slate, path, solids)


def _enters(slate: Slate, path: CameraPath, solids: Solids) -> Iterator[Problem]:
    times = np.linspace(0.0, path.duration_s, max(2, len(slate.frames)))
    positions = path.poses(times).positions
    length = float(np.linalg.norm(np.diff(positions, axis=0), axis=1).sum())
    if length / len(times) > _SAMPLE_M:
        times = np.linspace(0.0, path.duration_s, min(int(length / _SAMPLE_M) + 1, _MOST_SAMPLES))
        positions = path.poses(times).positions
    held = solids.hold(positions)
    if held.any():
        first = int(np.argmax(held.any(axis=1)))
        solid = int(np.argmax(held[first]))
        walked = float(np.linalg.norm(np.diff(positions[: first + 1], axis=0), axis=1).sum())
        yield faults.enters(slate, solids.names[solid], solids.extents[solid], float(times[first]), walked / length)


def _free(slate: Slate, path: CameraPath, solids: Solids) -> str:
    """Sides from which the same framing stands free; with `at`, the nearest free point."""
    camera, first = slate.shot.camera, path.runs[0].begin
    if camera is not None and camera.at is None and camera.frame is not None and slate.shot.join != "last_frames":
        setup = Setup(slate, path.scenery, path.gate, camera.frame)
        clear = []
        for name, bearing in COMPASS.items():
            stand = _Stand(slate, camera.model_copy(update={"from_": bearing}), setup)
            position = stand.view().position
            if not solids.hold(position[None], 0.1).any():
                clear.append((float(np.linalg.norm(position - first.position)), name))
        if clear:
            return f"Nearest free side: `from: {min(clear)[1]}`"
    return f"Nearest free point: `{faults.point(solids.nearest_free(first.position))}`"
