"""Every shot's camera, solved on its first frame, and what of it cannot be."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.keying import keyed_of, problems_of
from composer.camera.line import crossing
from composer.camera.moves import Run
from composer.camera.optics import Gate
from composer.camera.outside import keyed_outside, outside
from composer.camera.path import CameraPath
from composer.camera.setup import Setup
from composer.camera.stand import Stand
from composer.camera.steps import prepare, sway_of
from composer.camera.target import Scenery, Tells
from composer.camera.trouble import faults_on_the_way
from composer.errors import Problem
from composer.layout import Layout
from composer.schema import Camera, ShotList, Slate, slates
from composer.schema.words import named_in, needs_framing


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
    told: tuple[Slate, CameraPath] | None = None
    for slate in slates(shotlist):
        path, file = None, slate.shot.camera.file if slate.shot.camera else None
        if slate.shot.footage:
            before = told = None
            continue
        if file:
            from composer.camera.recorded import faults_of_recording, play  # noqa: PLC0415 - few lists name a file
        if slate.place in sceneries and file:
            path, found = play(slate, file, sceneries[slate.place], gate, folder or Path())
            problems += found
        elif slate.place in sceneries:
            path, found = _plan(slate, sceneries[slate.place], gate, before, shotlist.seed)
            problems += found
        if path is not None:
            paths[slate.name] = path
            tell = faults_of_recording if file else faults_on_the_way
            problems += tell(slate, path, solids[slate.place])
            problems += crossing(told, (slate, path), solids[slate.place]) if told else ()
        told = (slate, path) if path is not None else None
        before = path
    return paths, problems


def _plan(
    slate: Slate, scenery: Scenery, gate: Gate, before: CameraPath | None, film_seed: int
) -> tuple[CameraPath | None, list[Problem]]:
    camera, problems = slate.shot.camera, []
    framing = camera.frame if camera else None
    setup = Setup(slate, scenery, gate, framing)
    steps = camera.move if camera else ()
    goes_on = slate.shot.join == "last_frames"
    problems = list(_unnamed(slate, scenery, goes_on=goes_on and before is not None))
    if problems:
        return None, problems
    if camera and camera.keys is not None:
        return _keyed(camera, setup, film_seed)
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
        problems += outside(slate, stand, first, scenery.layout.room)
        if any(problem.severity == "error" for problem in problems):
            return None, problems
    runs = prepare(
        steps,
        first,
        setup,
        hidden_cut=goes_on and before is not None,
        before=before.runs[-1] if goes_on and before else None,
    )
    problems += _unreached(slate, runs)
    sway = sway_of(steps, slate, film_seed)
    return CameraPath(runs, gate, scenery, setup.start_s, setup.duration_s, sway), problems


def _keyed(camera: Camera, setup: Setup, film_seed: int) -> tuple[CameraPath | None, list[Problem]]:
    keyed = keyed_of(camera, setup)
    if keyed is None:
        return None, []  # a missing place or aim is the reader's to tell
    sway = sway_of(camera.move, setup.slate, film_seed)
    path = CameraPath((keyed,), setup.gate, setup.scenery, setup.start_s, setup.duration_s, sway)
    return path, [*problems_of(keyed, setup), *keyed_outside(setup.slate, path.first, setup.scenery.layout.room)]


def _unnamed(slate: Slate, scenery: Scenery, *, goes_on: bool) -> Iterator[Problem]:
    """Names that are not here, and moves that have to know what is framed."""
    camera = slate.shot.camera
    if camera is None:
        return
    if isinstance(camera.at, str) and camera.at not in scenery.layout.marks:
        yield faults.unknown(slate, ("at",), camera.at)
    for name in camera.frame.names if camera.frame else ():
        if not scenery.knows(name):
            yield faults.unknown(slate, ("frame",), name)
    yield from _unnamed_keys(slate, camera, scenery)
    for part in (part for step in camera.move for part in step):
        named = named_in(part.move)
        if named is not None and not scenery.knows(named):
            yield faults.unknown(slate, ("move",), named)
        if camera.frame is None and goes_on and needs_framing(part.move):
            yield faults.frames_nothing(slate, f"`{part.text}`")


def _unreached(slate: Slate, runs: tuple[Run, ...]) -> Iterator[Problem]:
    """Zooms to a size that no lens gives."""
    for zoom in (run.zoom for run in runs if run.zoom):
        if not faults.LENSES_MM[0] <= zoom.lens_mm <= faults.LENSES_MM[1]:
            yield faults.zoom_range(slate, zoom.timed.part, zoom.lens_mm)


def _unnamed_keys(slate: Slate, camera: Camera, scenery: Scenery) -> Iterator[Problem]:
    for k, key in enumerate(camera.keys or ()):
        if isinstance(key.at, str) and key.at not in scenery.layout.marks:
            yield faults.unknown(slate, ("keys", k, "at"), key.at)
        if isinstance(key.aim, str) and not scenery.knows(key.aim):
            yield faults.unknown(slate, ("keys", k, "aim"), key.aim)
