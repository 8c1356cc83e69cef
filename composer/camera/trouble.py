"""What is wrong with a camera on its way: what it is in, what it runs into, what hides what it frames."""

from collections.abc import Iterator

import numpy as np

from composer.camera import faults
from composer.camera.clearance import Solids
from composer.camera.clearing import first_hit, on_frames
from composer.camera.instead import clear_side, free_stand, keeping, shorter
from composer.camera.leaving import leaver
from composer.camera.path import CameraPath
from composer.camera.sight import blocked
from composer.errors import Problem
from composer.schema import Camera, Slate


def faults_on_the_way(slate: Slate, path: CameraPath, solids: Solids) -> Iterator[Problem]:
    """A camera inside something at first, under the ground, or met by something later."""
    camera = slate.shot.camera
    first = path.first.position
    goes_on = slate.shot.join == "last_frames"
    if first[2] <= 0:
        if not goes_on:
            yield faults.under_ground(slate, first, _height_key(camera))
        return
    if path.moves and (sunk := _under_ground(slate, path)) is not None:
        yield faults.sinks(slate, sunk)
        return
    hit = first_hit(slate, path, solids)
    if hit is None:
        yield from _unseen(slate, path, solids)
        return
    if goes_on and hit.time_s == 0:
        return  # what a hidden cut begins in is told of the shot that led there
    key = faults.where(camera) if camera else "move"
    if hit.time_s == 0:
        yield faults.inside(slate, hit.name, hit.extent, free_stand(slate, path, solids), key)
    elif path.moves:
        yield faults.enters(slate, hit.name, hit.extent, hit.time_s, shorter(slate, path, solids, hit.share))
    else:
        yield faults.is_met(slate, hit.name, hit.extent, hit.time_s, key if camera and not goes_on else None)


def _height_key(camera: Camera | None) -> str:
    """The key that says how high it stands."""
    for key in ("file", "keys"):
        if camera and getattr(camera, key) is not None:
            return key
    return "at" if camera and camera.at is not None else "height"


def _under_ground(slate: Slate, path: CameraPath) -> float | None:
    """When the camera goes under the ground (s of the shot), if it does."""
    times, positions = on_frames(path, len(slate.frames), slate.fps)
    under = positions[:, 2] <= 0
    return float(times[np.argmax(under)]) if under.any() else None


def _unseen(slate: Slate, path: CameraPath, solids: Solids) -> Iterator[Problem]:
    """Something that hides what is framed, and who is framed and leaves the picture."""
    camera = slate.shot.camera
    if camera is None or camera.frame is None:
        return
    if found := blocked(path, camera.frame.names, solids):
        yield faults.hidden(slate, found, clear_side(slate, path, solids))
    if gone := leaver(slate, path, camera.move, camera.frame.names):
        yield faults.leaves(slate, gone, keeping(slate, path, solids, gone.name))
