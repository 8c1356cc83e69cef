"""Every shot's camera, solved on its first frame, and what of it cannot be."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.clearing import faults_on_the_way
from composer.camera.optics import Gate
from composer.camera.path import CameraPath
from composer.camera.recorded import RecordedPath, faults_of_recording, play
from composer.camera.stand import Stand
from composer.camera.steps import Setup, prepare
from composer.camera.target import Scenery, Tells
from composer.errors import Problem
from composer.layout import Layout
from composer.schema import ShotList, Slate, slates
from composer.schema.words import Arc, Dolly, Pan, PanWith


def plan_cameras(
    shotlist: ShotList, layouts: Mapping[str, Layout], story: Tells, folder: Path | None = None
) -> tuple[dict[str, CameraPath], list[Problem]]:
    """A path for every shot whose camera can be solved, by shot name, and every fault in it.

    `folder` holds the files that cameras are read from.
    """
    gate = Gate(shotlist.sensor, shotlist.size[0] / shotlist.size[1])
    sceneries = {name: Scenery(layout, story) for name, layout in layouts.items()}
    solids = {name: Solids.of(layout) for name, layout in layouts.items()}
    paths: dict[str, CameraPath] = {}
    problems: list[Problem] = []
    before: CameraPath | None = None
    for slate in slates(shotlist):
        path = None
        if slate.place in sceneries and slate.shot.camera and slate.shot.camera.file:
            path, found = play(slate, slate.shot.camera.file, sceneries[slate.place], gate, folder or Path())
            problems += found
        elif slate.place in sceneries:
            path, found = _plan(slate, sceneries[slate.place], gate, before)
            problems += found
        if path is not None:
            paths[slate.name] = path
            tell = faults_of_recording if isinstance(path, RecordedPath) else faults_on_the_way
            problems += tell(slate, path, solids[slate.place])
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
        stand = Stand(slate, camera, setup)
        problems += stand.problems()
        if any(problem.severity == "error" for problem in problems):
            return None, problems
        first = stand.view()
    runs = prepare(steps, first, setup, hidden_cut=goes_on)
    return CameraPath(runs, gate, scenery, setup.start_s, setup.duration_s), problems


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
