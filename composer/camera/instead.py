"""What would be good instead of a camera that is not: sides, heights, points and lengths that are free, tried out one by one."""

from dataclasses import replace
from math import floor

import numpy as np
from jaxtyping import Float

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.clearing import NEAR_M, first_hit
from composer.camera.leaving import keeps
from composer.camera.path import CameraPath
from composer.camera.setup import Setup
from composer.camera.sight import blocked
from composer.camera.stand import HEIGHTS_M, Stand
from composer.camera.steps import prepare
from composer.schema import Camera, Slate, Step
from composer.schema.moves import parse_moves
from composer.schema.quantities import COMPASS, plain
from composer.schema.words import Arc, Crane, Dolly, Follow, Pan, PanWith, Pedestal, Static, Truck

_MOST_TRIED = 160


def free_stand(slate: Slate, path: CameraPath, solids: Solids) -> str:
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


def clear_side(slate: Slate, path: CameraPath, solids: Solids) -> str:
    """The nearest side from which the whole way is free and what is framed is never hidden; "" when there is none."""
    camera = slate.shot.camera
    if camera is None or camera.frame is None or camera.keys is not None or slate.shot.join == "last_frames":
        return ""
    if camera.frame.size is None and camera.distance is None:
        return ""
    sides = [
        (float(np.linalg.norm(tried.first.position - path.first.position)), name, tried)
        for name, bearing in COMPASS.items()
        if (tried := tried_path(slate, path, camera.model_copy(update={"from_": bearing, "at": None})))
    ]
    for _, name, tried in sorted(sides, key=lambda side: side[:2]):
        if first_hit(slate, tried, solids) is None and not blocked(tried, camera.frame.names, solids):
            return name
    return ""


def tried_path(slate: Slate, path: CameraPath, camera: Camera) -> CameraPath | None:
    """The shot's path by another camera; None where that cannot be, or stands under the ground."""
    assert camera.frame is not None
    setup = Setup(slate, path.scenery, path.gate, camera.frame)
    stand = Stand(slate, camera, setup)
    if any(problem.severity == "error" for problem in stand.problems()):
        return None
    view = stand.view()
    return replace(path, runs=prepare(camera.move, view, setup)) if view.position[2] > 0 else None


def _good(slate: Slate, path: CameraPath, solids: Solids, camera: Camera) -> Float[np.ndarray, "3"] | None:
    """Where this camera stands, when all of its way is free and nothing hides what it frames; else None."""
    tried = tried_path(slate, path, camera)
    if tried is None or camera.frame is None:
        return None
    position = tried.first.position
    if solids.hold(position[None], NEAR_M).any():
        return None
    target = path.scenery.target(camera.frame.names, path.start_s)
    points = np.concatenate([target.points, (target.points.min(axis=0) + target.points.max(axis=0))[None] / 2])
    framed = {s.name for name in camera.frame.names for s in path.scenery.layout.anchor(name)}
    hidden = solids.hide(position, points, np.array([name in framed for name in solids.names], bool))
    if hidden[-1] or 2 * hidden.sum() > len(hidden):
        return None
    return position if first_hit(slate, tried, solids) is None else None


def shorter(slate: Slate, path: CameraPath, solids: Solids, share: float) -> str | None:
    """The same move, as far as it is free; None where that is nothing, or where it is more than one part."""
    camera = slate.shot.camera
    if camera is None or len(camera.move) != 1 or len(camera.move[0]) != 1:
        return None
    part = camera.move[0][0]
    words = part.text.split(" ")
    move: Dolly | Truck | Pedestal | Crane | Arc
    match part.move:
        case Dolly(metres=amount, to=None) | Truck(amount) | Pedestal(amount) | Crane(amount):
            less = floor(max(abs(amount) * share - 0.1, 0) * 10) / 10
            words[2] = f"{plain(less, 1)}m"
            move = type(part.move)(float(np.copysign(less, amount)))
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


def keeping(slate: Slate, path: CameraPath, solids: Solids, name: str) -> str | None:
    """The move nearest to the camera's that keeps what it frames in the picture, though `name` leaves it; None without one."""
    camera = slate.shot.camera
    if camera is None or camera.frame is None or camera.keys is not None:
        return None
    names = (name, *(n for n in camera.frame.names if n in path.scenery.layout.cast and n != name))
    own = camera.move[0] if len(camera.move) == 1 else ()
    turned = any(isinstance(part.move, Pan | PanWith | Follow | Static) for part in own)
    along = [] if turned or not own else [f"{' + '.join(part.text for part in own)} + pan with {n}" for n in names]
    setup = Setup(slate, path.scenery, path.gate, camera.frame)
    for text in (*along, *(f"pan with {n}" for n in names), "follow"):
        runs = prepare(parse_moves(text), path.first, setup, hidden_cut=slate.shot.join == "last_frames")
        tried = replace(path, runs=runs)
        clear = keeps(tried, camera.frame.names) and not blocked(tried, camera.frame.names, solids)
        if clear and first_hit(slate, tried, solids) is None:
            return text
    return None
