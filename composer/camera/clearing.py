"""A camera's way against all that stands and moves about it: what it is in, what it runs into, and what would be free."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor

import numpy as np
from jaxtyping import Float

from composer.camera import faults
from composer.camera.clearance import Solids, within
from composer.camera.path import CameraPath
from composer.camera.stand import HEIGHTS_M, Stand
from composer.camera.steps import Setup, prepare
from composer.errors import Problem
from composer.layout import Extent, extent_of
from composer.schema import Camera, Slate, Step
from composer.schema.quantities import COMPASS, plain
from composer.schema.words import Arc, Dolly, Truck

NEAR_M = 0.1
"""How near to a thing that can move a camera may come; half its width, where that is less. A person's measures hold it."""

_SAMPLE_M = 0.05
_MOST_SAMPLES = 2000
_MOST_TRIED = 160


@dataclass(frozen=True, eq=False)
class Hit:
    """What a camera is in, from `time_s` of the shot on; `share` of its way is done by then."""

    name: str
    extent: Extent
    time_s: float
    share: float
    moves: bool = False  # whether what it is in moves then


def faults_on_the_way(slate: Slate, path: CameraPath, solids: Solids) -> Iterator[Problem]:
    """A camera inside something at first, under the ground, or met by something later."""
    camera = slate.shot.camera
    first = path.first.position
    goes_on = slate.shot.join == "last_frames"
    if first[2] <= 0:
        if not goes_on:
            yield faults.under_ground(slate, first, "at" if camera and camera.at is not None else "height")
        return
    hit = first_hit(slate, path, solids)
    if hit is None or (goes_on and hit.time_s == 0):
        return  # what a hidden cut begins in is told of the shot that led there
    key = faults.where(camera) if camera else "move"
    if hit.time_s == 0:
        yield faults.inside(slate, hit.name, hit.extent, _free(slate, path, solids), key)
    elif path.moves:
        yield faults.enters(slate, hit.name, hit.extent, hit.time_s, _shorter(slate, path, solids, hit.share))
    else:
        yield faults.is_met(slate, hit.name, hit.extent, hit.time_s, key if camera and not goes_on else None)


def first_hit(slate: Slate, path: CameraPath, solids: Solids) -> Hit | None:
    """The first thing, standing or moving, that the camera is in; None when its way is free."""
    hits = (_in_anchor(slate, path, solids), _in_subject(slate, path))
    return min((hit for hit in hits if hit is not None), key=lambda hit: hit.time_s, default=None)


def _in_anchor(slate: Slate, path: CameraPath, solids: Solids) -> Hit | None:
    times = np.linspace(0.0, path.duration_s, max(2, len(slate.frames))) if path.moves else np.zeros(1)
    positions = path.poses(times).positions
    length = _length(positions)
    if length / len(times) > _SAMPLE_M:
        times = np.linspace(0.0, path.duration_s, min(int(length / _SAMPLE_M) + 1, _MOST_SAMPLES))
        positions = path.poses(times).positions
    held = solids.hold(positions)
    if not held.any():
        return None
    first = int(np.argmax(held.any(axis=1)))
    solid = int(np.argmax(held[first]))
    share = _length(positions[: first + 1]) / max(length, 1e-9)
    return Hit(solids.names[solid], solids.extents[solid], float(times[first]), share)


def _in_subject(slate: Slate, path: CameraPath) -> Hit | None:
    """Bodies are looked at on every frame, and on the one after the last, from which a hidden cut goes on."""
    if not path.scenery.layout.subjects:
        return None
    times = np.arange(len(slate.frames) + 1) / float(slate.fps)
    positions = path.poses(times).positions if path.moves else np.tile(path.first.position, (len(times), 1))
    track = path.scenery.story.sample(slate.place, path.start_s + times)
    hits = []
    for name, body in track.bodies.items():
        solid = path.scenery.layout.subjects[name]
        reach = float(np.hypot(np.hypot(*solid.size_m[:2]), solid.size_m[2])) / 2 + NEAR_M
        away = positions - body.T_world_body[:, :3, 3]
        if float(np.einsum("fk,fk->f", away, away).min()) > reach**2:
            continue
        margin = 0.0 if solid.shape == "person" else min(NEAR_M, min(solid.size_m) / 2)
        held = within(solid, body.T_world_body, positions, margin)
        if held.any():
            first = int(np.argmax(held))
            extent = extent_of(replace(solid, T_world_solid=body.T_world_body[first]))
            share = _length(positions[: first + 1]) / max(_length(positions), 1e-9)
            hits.append(Hit(name, extent, float(times[first]), share, bool(body.linear_m_s[first].any())))
    return min(hits, key=lambda hit: hit.time_s, default=None)


def _length(positions: Float[np.ndarray, "f 3"]) -> float:
    return float(np.linalg.norm(np.diff(positions, axis=0), axis=1).sum())


# --- what would be free -----------------------------------------------------------------------------------------------


def _free(slate: Slate, path: CameraPath, solids: Solids) -> str:
    """The nearest side, height or point from which what is framed is seen and the whole way is free, in words."""
    camera, first = slate.shot.camera, path.first.position
    if camera is None or camera.frame is None or slate.shot.join == "last_frames":
        return "Begin elsewhere"
    if camera.at is None:
        sides = [
            (position, f"`from: {name}`")
            for name, bearing in COMPASS.items()
            if (position := _good(slate, path, solids, camera.model_copy(update={"from_": bearing}))) is not None
        ]
        if sides:
            return f"Nearest free side: {min(sides, key=lambda side: float(np.linalg.norm(side[0] - first)))[1]}"
        for word in (*HEIGHTS_M, "overhead"):
            if _good(slate, path, solids, camera.model_copy(update={"height": word})) is not None:
                return f"Did you mean `height: {word}`?"
    keep_lens = {} if camera.frame.size else {"lens": camera.lens}
    instead = {"from_": None, "distance": None, "height": None, "lens": None} | keep_lens
    middle = path.scenery.target(camera.frame.names, path.start_s).points.mean(axis=0)
    by_target = solids.free_points(np.array([*middle[:2], first[2]]))[:_MOST_TRIED]
    for point in (*solids.free_points(first)[:_MOST_TRIED], *by_target):
        written = [float(np.round(v, 2)) for v in point]
        if _good(slate, path, solids, camera.model_copy(update=instead | {"at": tuple(written)})) is not None:
            dropped = [key for key, value in _standing(camera).items() if value is not None and key not in keep_lens]
            rest = "" if not dropped else f", without {', '.join(f'`{key}`' for key in dropped)}"
            return f"Nearest free point: `at: {faults.point(point)}`{rest}"
    return "Stand elsewhere, or frame something that is nearer"


def _standing(camera: Camera) -> dict[str, object]:
    return {"from": camera.from_, "distance": camera.distance, "height": camera.height, "lens": camera.lens}


def _good(slate: Slate, path: CameraPath, solids: Solids, camera: Camera) -> Float[np.ndarray, "3"] | None:
    """Where this camera stands, when all of its way is free and nothing hides what it frames; else None."""
    assert camera.frame is not None
    setup = Setup(slate, path.scenery, path.gate, camera.frame)
    stand = Stand(slate, camera, setup)
    if any(problem.severity == "error" for problem in stand.problems()):
        return None
    view = stand.view()
    if view.position[2] <= 0 or solids.hold(view.position[None], NEAR_M).any():
        return None
    target = setup.framed(0.0)
    points = np.concatenate([target.points, (target.points.min(axis=0) + target.points.max(axis=0))[None] / 2])
    framed = {s.name for name in camera.frame.names for s in path.scenery.layout.anchor(name)}
    hidden = solids.hide(view.position, points, np.array([name in framed for name in solids.names], bool))
    if hidden[-1] or 2 * hidden.sum() > len(hidden):
        return None
    tried = replace(path, runs=prepare(camera.move, view, setup))
    return view.position if first_hit(slate, tried, solids) is None else None


def _shorter(slate: Slate, path: CameraPath, solids: Solids, share: float) -> str | None:
    """The same move, as far as it is free; None where that is nothing, or where it is more than one part."""
    camera = slate.shot.camera
    if camera is None or len(camera.move) != 1 or len(camera.move[0]) != 1:
        return None
    part = camera.move[0][0]
    words = part.text.split(" ")
    move: Dolly | Truck | Arc
    match part.move:
        case Dolly(metres=amount, to=None) | Truck(metres=amount):
            less = floor(max(abs(amount) * share - 0.1, 0) * 10) / 10
            words[2] = f"{plain(less, 1)}m"
            signed = float(np.copysign(less, amount))
            move = Dolly(signed) if isinstance(part.move, Dolly) else Truck(signed)
        case Arc(degrees=amount):
            less = floor(max(abs(amount) * share - 1, 0))
            words[2] = f"{plain(less)}deg"
            move = Arc(float(np.copysign(less, amount)))
        case _:
            return None
    steps: tuple[Step, ...] = ((replace(part, move=move),),)
    setup = Setup(slate, path.scenery, path.gate, camera.frame)
    runs = prepare(steps, path.first, setup, hidden_cut=slate.shot.join == "last_frames")
    good = less > 0 and first_hit(slate, replace(path, runs=runs), solids) is None
    return " ".join(words) if good else None
