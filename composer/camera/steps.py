"""From the words of a move to runs: times shared out, amounts turned into ways and angles, each step from where the last ended."""

from dataclasses import replace
from itertools import accumulate
from math import inf

import numpy as np

from composer.camera.framing import Ask, lens_of, reach, shows, solve, solve_from
from composer.camera.moves import Orbit, Rail, Rise, Run, Timed, Tracking, Trail, Travel, Turn, Zooming
from composer.camera.optics import View, rotations, turned_to
from composer.camera.path import Stretch
from composer.camera.setup import Setup, shared_times, timed
from composer.camera.sway import Sway, ramps_of
from composer.camera.target import Target
from composer.camera.trails import trail_of
from composer.schema import Slate, Step
from composer.schema.words import (
    Arc,
    Crane,
    Dolly,
    Follow,
    Handheld,
    Pan,
    PanWith,
    Pedestal,
    Roll,
    ShotSize,
    Tilt,
    Truck,
    Zoom,
)
from composer.types import Vector

_DOWN = -np.pi / 2 + 1e-6
_LEAST_M = 0.05

LEAD = 1 / 12
"""Share of the picture's width by which a follow leads."""


def prepare(
    steps: tuple[Step, ...], first: View, setup: Setup, *, hidden_cut: bool = False, before: Stretch | None = None
) -> tuple[Run, ...]:
    """The runs of a shot, the first from `first` on.

    After a hidden cut, what goes by a subject eases on from there; if the shot before ended in it already, it goes on.
    """
    stops = list(accumulate(shared_times(steps, setup.slate)))
    runs: list[Run] = []
    for i, parts in enumerate(timed(steps, setup.slate)):
        start, last = parts[0].start_s, i == len(steps) - 1
        begin = runs[-1].view(start) if runs else first
        run = _run(Run(begin, start, stops[i]), parts, setup, eases_on=i > 0 or hidden_cut, last=last)
        runs.append(run if hidden_cut or any(done.travel for done in runs) else _leading(run, parts, setup))
    if runs and isinstance(before, Run):
        runs[0] = _going_on(runs[0], before)
    return tuple(runs) or (Run(first, 0.0, setup.duration_s),)


def _going_on(run: Run, before: Run) -> Run:
    """The first step after a hidden cut from a shot that ended with `before`."""
    if run.travel and run.travel.goes_on_from(before.travel):
        run = replace(run, travel=replace(run.travel, eases_on=False))
    if run.tracking and run.tracking.goes_on_from(before.tracking):
        run = replace(run, tracking=replace(run.tracking, eases_on=False))
    return run


def sway_of(steps: tuple[Step, ...], slate: Slate, film_seed: int) -> Sway | None:
    """The hand that holds the camera, if any does."""
    held = [
        (
            part.start_s,
            inf if step is steps[-1] and part.part.time is None else part.start_s + part.duration_s,
            part.part.move.level,
        )
        for step, parts in zip(steps, timed(steps, slate), strict=True)
        for part in parts
        if isinstance(part.part.move, Handheld)
    ]
    return Sway.seeded(slate.seeded(film_seed, "handheld"), ramps_of(held)) if held else None


def _run(run: Run, parts: list[Timed], setup: Setup, *, eases_on: bool, last: bool) -> Run:
    run = replace(
        run, travel=_travel(parts, setup, eases_on=eases_on, last=last)
    )  # the others count from where that is
    for item in parts:
        match item.part.move:
            case Dolly() | Truck() | Pedestal():
                run = replace(run, rails=(*run.rails, _rail(item, run, setup)))
            case Crane(metres):
                run = replace(run, rise=Rise(item, metres, _aim(item, run.begin, setup)))
            case Arc(degrees):
                target = setup.framed(item.start_s)
                pivot = target.seen_from(_side(target, run.begin)).middle
                run = replace(run, orbit=Orbit(item, pivot, float(np.deg2rad(degrees))))
            case PanWith(name):
                eases = _eases(item, eases_on=eases_on, last=last)
                run = replace(run, tracking=_tracking(item, name, run.begin, setup, eases))
            case Pan(to=None) | Tilt() | Roll():
                run = replace(run, turns=(*run.turns, _turn(item)))
    for (
        item
    ) in parts:  # what a pan or a zoom ends on is seen from where the other parts have brought the camera by then
        match item.part.move:
            case Pan(to=str(name)):
                run = replace(run, turns=(*run.turns, _pan_to(item, name, run, setup)))
            case Zoom(lens_mm, size):
                run = replace(run, zoom=Zooming(item, _lens_for(item, size, run, setup) if size else lens_mm))
    return run


def _turn(item: Timed) -> Turn:
    match item.part.move:
        case Pan(degrees):
            return Turn(item, yaw_rad=-float(np.deg2rad(degrees)))
        case Tilt(degrees):
            return Turn(item, pitch_rad=float(np.deg2rad(degrees)))
        case Roll(degrees):
            return Turn(item, roll_rad=float(np.deg2rad(degrees)))
    raise TypeError(item.part.move)


def _travel(parts: list[Timed], setup: Setup, *, eases_on: bool, last: bool) -> Travel | None:
    for item in parts:
        if isinstance(item.part.move, Follow):
            names = (item.part.move.name,) if item.part.move.name else setup.names
            return Travel(item, names, _trail(names, setup), *_eases(item, eases_on=eases_on, last=last))
    return None


def _leading(run: Run, parts: list[Timed], setup: Setup) -> Run:
    """A `follow` alone, of the one person that is framed from MS inward, gives them lead room: a twelfth of the picture."""
    alone = all(isinstance(item.part.move, Follow | Handheld) for item in parts)
    if run.travel is None or not alone or setup.framing is None or setup.framing.size in (None, "EWS", "WS"):
        return run
    target = setup.framed(run.start_s)
    if target.person_m is None or any(
        isinstance(i.part.move, Follow) and i.part.move.name not in (None, *setup.names) for i in parts
    ):
        return run
    middle = (target.points.min(axis=0) + target.points.max(axis=0)) / 2
    wide = float(np.linalg.norm(middle - run.begin.position)) * setup.gate.width_m * 1000 / run.begin.lens_mm
    return replace(run, travel=replace(run.travel, lead=LEAD * wide * run.begin.right))


def _eases(item: Timed, *, eases_on: bool, last: bool) -> tuple[bool, bool]:
    return eases_on, not last or item.part.time is not None


def _trail(names: tuple[str, ...], setup: Setup) -> Trail:
    key, known = (names, setup.start_s, setup.duration_s), setup.scenery.trails
    if key not in known:  # a camera that stands badly is tried in hundreds of places, and the way is always the same
        known[key] = trail_of(*key[:1], setup.scenery, *key[1:])
    return known[key]


def _rail(item: Timed, run: Run, setup: Setup) -> Rail:
    match item.part.move:
        case Truck(metres):
            return Rail(item, metres * run.begin.right)
        case Pedestal(metres):
            return Rail(item, np.array([0.0, 0.0, metres]))
        case Dolly(metres, None):
            return Rail(item, metres * run.begin.heading)
        case Dolly(to=size):
            return _dolly_to(item, size, run, setup)
    raise TypeError(item.part.move)


def _aim(item: Timed, begin: View, setup: Setup) -> Vector:
    """The point in the middle of the picture that is as far off as what is framed."""
    target = setup.framed(item.start_s)
    middle = (target.points.min(axis=0) + target.points.max(axis=0)) / 2
    away = float(np.linalg.norm(middle - begin.position))
    forward = rotations(np.array([begin.yaw_rad]), np.array([begin.pitch_rad]))[0, :, 2]
    aim: Vector = begin.position + away * forward
    return aim


def _side(target: Target, view: View) -> Vector:
    """Level unit vector from what is framed towards the camera; against its heading when it stands right above."""
    middle = (target.points.min(axis=0) + target.points.max(axis=0)) / 2
    away = view.position - middle
    away[2] = 0.0
    distance = float(np.hypot(away[0], away[1]))
    side: Vector = away / distance if distance > 1e-3 and view.pitch_rad > _DOWN else -view.heading
    return side


def _dolly_to(item: Timed, size: ShotSize | None, run: Run, setup: Setup) -> Rail:
    begin, stop_s = run.begin, item.start_s + item.duration_s
    target = setup.framed(stop_s)
    if run.travel:
        target = replace(target, points=target.points - run.travel.offset(np.array([stop_s])))
    height = float(begin.position[2]) if begin.pitch_rad > _DOWN else None
    end = solve(Ask(target, size, _side(target, begin), height, setup.gate, begin.lens_mm))
    return Rail(
        item, end.position - begin.position, _wrapped(end.yaw_rad - begin.yaw_rad), end.pitch_rad - begin.pitch_rad
    )


def _pan_to(item: Timed, name: str, run: Run, setup: Setup) -> Turn:
    at = item.start_s + item.duration_s
    view = run.view(at)
    target = setup.scenery.target((name,), setup.start_s + at)
    ask = Ask(target, None, _side(target, view), float(view.position[2]), setup.gate, view.lens_mm)
    goal = solve_from(ask, view.position)
    return Turn(item, _wrapped(goal.yaw_rad - view.yaw_rad), goal.pitch_rad - view.pitch_rad)


def _lens_for(item: Timed, size: ShotSize, run: Run, setup: Setup) -> float:
    """The lens (mm) at which the framing is reached at the end of a zoom."""
    at = item.start_s + item.duration_s
    view, target = run.view(at), setup.framed(at)
    height = float(view.position[2]) if view.pitch_rad > _DOWN else None
    ask = Ask(target, size, _side(target, view), height, setup.gate)
    away = max(reach(ask, view.position), _LEAST_M)
    return lens_of(replace(ask, distance_m=away), target.seen_from(ask.side))


def _tracking(item: Timed, name: str, begin: View, setup: Setup, eases: tuple[bool, bool]) -> Tracking:
    trail = _trail((name,), setup)
    subject = trail(np.array([item.start_s]))
    way = subject - begin.position
    R_world_camera = rotations(np.array([begin.yaw_rad]), np.array([begin.pitch_rad]))[0]
    if shows(begin, setup.gate, subject):
        return Tracking(item, (name,), trail, *eases, way[0] @ R_world_camera, (0.0, 0.0))
    ahead = np.array([0.0, 0.0, 1.0])
    yaw, pitch = turned_to(way, ahead[None])
    astray = (_wrapped(begin.yaw_rad - float(yaw[0])), begin.pitch_rad - float(pitch[0]))
    return Tracking(item, (name,), trail, *eases, ahead, astray)


def _wrapped(angle_rad: float) -> float:
    return float((angle_rad + np.pi) % (2 * np.pi) - np.pi)
