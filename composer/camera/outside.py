"""Cameras of a place with a room stay inside its walls."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from composer.camera import faults
from composer.camera.clearing import NEAR_M
from composer.camera.framing import DEFAULT_LENS_MM, Ask, reach, solve
from composer.camera.optics import View
from composer.camera.stand import Stand
from composer.errors import Problem
from composer.schema import Camera, Slate
from composer.schema.quantities import COMPASS, plain
from composer.types import Vector

Room = tuple[float, float, float]
"""Width, depth, height inside (m), round the origin."""


def outside(slate: Slate, stand: Stand, first: View, room: Room | None) -> Iterator[Problem]:
    """A camera whose keys put it outside the room, or nearer than 10 cm to its walls."""
    if room is None or _holds(room, first.position):
        return
    camera, ask = stand.camera, stand.ask
    beyond = not _holds((room[0], room[1], np.inf), first.position)
    if ask.size is None or not beyond or camera.at is not None or ask.height_m is None:
        key = faults.where(camera) if beyond or camera.height is None else "height"
        yield faults.outside_room(slate, first.position, _inside(room, first.position), (key,))
        return
    needs, ends = reach(ask, first.position), reach(ask, _end(room, ask))
    yield faults.outside(slate, ask, first.lens_mm, (needs, ends), tuple(_options(room, ask, camera)))


def keyed_outside(slate: Slate, first: View, room: Room | None) -> Iterator[Problem]:
    """A camera whose first key lies outside the room; where a later one does, it runs into a wall on its way."""
    if room is not None and not _holds(room, first.position, 0.0):
        yield faults.outside_room(slate, first.position, _inside(room, first.position), ("keys", 0))


def _options(room: Room, ask: Ask, camera: Camera) -> Iterator[str]:
    """What would fit: the longest lens, and the lens that is taken when none is given."""
    given = DEFAULT_LENS_MM if ask.lens_mm is None else ask.lens_mm
    if ask.distance_m is not None:
        yield f"the room ends {plain(np.floor(reach(ask, _end(room, ask)) * 10) / 10, 1)} m from it: a shorter `distance`, and a shorter lens"
        return
    side = next((k for k, v in COMPASS.items() if v == (180.0 if camera.from_ is None else camera.from_)), camera.from_)
    written = side if isinstance(side, str) else f"{plain(side or 0)}deg"
    longest = next((mm for mm in range(int(np.ceil(given)) - 1, 7, -1) if _fits(room, ask, float(mm))), None)
    if longest is not None:
        yield f"the longest lens that fits from `{written}` is `{longest}mm`"
    if camera.lens is not None and _fits(room, ask, DEFAULT_LENS_MM):
        default = replace(ask, lens_mm=DEFAULT_LENS_MM)
        yield f"without `lens` it would be 35mm, from {plain(reach(default, solve(default).position), 1)} m"


def _fits(room: Room, ask: Ask, lens_mm: float) -> bool:
    return _holds(room, solve(replace(ask, lens_mm=lens_mm)).position)


def _end(room: Room, ask: Ask) -> Vector:
    """Where a camera that steps back from what is framed comes to stand 10 cm before a wall."""
    assert ask.height_m is not None
    middle = ask.target.seen_from(ask.side).middle
    walls = np.array(room[:2]) / 2 - NEAR_M
    ways = [
        (np.copysign(wall, s) - m) / s
        for wall, s, m in zip(walls, ask.side[:2], middle[:2], strict=True)
        if abs(s) > 1e-9
    ]
    end: Vector = middle + max(min(ways), 0.0) * ask.side
    end[2] = ask.height_m
    return end


def _holds(room: Room, position: Vector, near_m: float = NEAR_M) -> bool:
    half = np.array(room[:2]) / 2 - near_m + 1e-9
    return bool((abs(position[:2]) <= half).all() and position[2] <= room[2] - near_m)


def _inside(room: Room, position: Vector) -> Vector:
    """The point of the room, clear of its walls, that is nearest."""
    half = np.array(room[:2]) / 2 - 2 * NEAR_M
    nearest: Vector = np.append(np.clip(position[:2], -half, half), min(position[2], room[2] - 2 * NEAR_M))
    return nearest
