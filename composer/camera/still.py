"""A camera that took one picture of what is locked in a place: the framings of shots, without story or moves."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from composer.camera.framing import DEFAULT_LENS_MM
from composer.camera.optics import Gate, View, angles, rotations
from composer.camera.setup import Setup
from composer.camera.stand import Stand
from composer.camera.target import Scenery
from composer.errors import Path, Problem
from composer.geometry import intrinsics, rigid
from composer.layout import Layout
from composer.schema import Camera as ShotCamera
from composer.schema import PlateCamera, ShotList, slates
from composer.types import Camera, Size, Vector, WorldTrack


class _Nobody:
    """A story in which nothing happens."""

    def sample(self, place: str, times_s: Float[np.ndarray, " f"], /) -> WorldTrack:  # noqa: ARG002 - nobody is anywhere
        return WorldTrack({}, times_s)


def still(
    model: PlateCamera, path: Path, layout: Layout, shotlist: ShotList, size: Size
) -> tuple[Camera | None, list[Problem]]:
    """The camera for a picture of `size` pixels, and what is wrong with it; `path` is where the list has it."""
    problems = list(_unclear(model, path, layout))
    if problems:
        return None, problems
    gate, scenery = Gate(shotlist.sensor, size[0] / size[1]), Scenery(layout, _Nobody())
    if model.frame is None:
        view = _aimed(model, layout, scenery)
    else:
        slate = replace(slates(shotlist)[0], place=layout.name)
        keys = ("frame", "from_", "at", "height", "lens", "distance")
        camera = ShotCamera.model_construct(**{key: getattr(model, key) for key in keys})
        stand = Stand(slate, camera, Setup(slate, scenery, gate, model.frame))
        problems = [replace(problem, path=(*path, *problem.path[3:])) for problem in stand.problems()]
        if problems:
            return None, problems
        view = stand.view()
    R = rotations(np.array([view.yaw_rad]), np.array([view.pitch_rad]))[0]
    K = intrinsics(view.lens_mm / 1000 / gate.width_m * size[0], size)
    return Camera(K, rigid(R, view.position)), []


def _unclear(model: PlateCamera, path: Path, layout: Layout) -> Iterator[Problem]:
    what = f"the camera of a plate of `{layout.name}`"
    if model.frame is None and (model.aim is None or model.at is None):
        said = f"{what} has no {'framing' if model.aim is None else 'place to stand'}"
        yield Problem(path, "missing-key", said, ("expected `frame: WS NAME`, or `at: [x, y, z]` with `aim: NAME`",))
    if model.frame is not None and model.aim is not None:
        said = f"{what} has a `frame` and an `aim`"
        yield Problem((*path, "aim"), "two-aims", said, ("expected one of them",), on_key=True)
    yield from _beside_an_aim(model, path, what)
    if isinstance(model.at, str) and model.at not in layout.marks:
        yield _unknown((*path, "at"), model.at, layout)
    named = [*(model.frame.names if model.frame else ()), *([model.aim] if isinstance(model.aim, str) else [])]
    for name in named:
        key = "frame" if model.frame else "aim"
        if name not in layout.marks and not layout.anchor(name):
            yield _unknown((*path, key), name, layout)


def _beside_an_aim(model: PlateCamera, path: Path, what: str) -> Iterator[Problem]:
    """What goes with a framing only, and points that lack their height."""
    if model.aim is not None:
        for key in ("from_", "height", "distance"):
            if getattr(model, key) is not None:
                word = key.rstrip("_")
                hint = ("`at` and `aim` say it all; expected [x, y, z] there",)
                yield Problem((*path, word), "over-determined", f"{what} has an `aim` and `{word}`", hint, on_key=True)
        for key, value in (("at", model.at), ("aim", model.aim)):
            if isinstance(value, tuple) and len(value) != 3:
                yield Problem((*path, key), "point", f"`{key}` of {what} has no height", ("expected [x, y, z]",))


def _unknown(path: Path, name: str, layout: Layout) -> Problem:
    if name in layout.cast:
        said, hint = f"`{name}` moves, so no plate can be placed by it", "expected an anchor or a mark"
    else:
        said, hint = f"nothing in `{layout.name}` is called `{name}`", f"expected what stands in `{layout.name}`"
    return Problem(path, "unknown-name", said, (hint,), name)


def _aimed(model: PlateCamera, layout: Layout, scenery: Scenery) -> View:
    """From `at`, straight to the middle of `aim`."""
    assert model.at is not None
    assert model.aim is not None
    position = _eye(layout, model.at)
    aim = scenery.middles(model.aim, np.zeros(1))[0] if isinstance(model.aim, str) else np.array(model.aim, float)
    yaw, pitch = angles((aim - position)[None])
    return View(position, float(yaw[0]), float(pitch[0]), model.lens or DEFAULT_LENS_MM)


def _eye(layout: Layout, at: tuple[float, ...] | str) -> Vector:
    """Where it stands; on a mark at the height of a person's eyes."""
    if isinstance(at, str):
        stands: Vector = layout.marks[at].position + np.array([0.0, 0.0, 1.6])
        return stands
    return np.array(at, float)
