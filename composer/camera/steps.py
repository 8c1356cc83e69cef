"""From the words of a move to runs: times shared out, amounts turned into ways and angles, each step from where the last ended."""

from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np

from composer.camera.framing import Ask, shows, solve, solve_from
from composer.camera.moves import Orbit, Rail, Run, Timed, Tracking, Turn
from composer.camera.optics import Gate, View, rotations, turned_to
from composer.camera.target import Scenery, Target
from composer.schema import Slate, Step
from composer.schema.words import Arc, Dolly, Framing, Pan, PanWith, Truck
from composer.types import Vector

_DOWN = -np.pi / 2 + 1e-6


@dataclass(frozen=True, eq=False)
class Setup:
    """What a shot's camera moves among: its slate, its place, its gate, and what it frames."""

    slate: Slate
    scenery: Scenery
    gate: Gate
    framing: Framing | None

    @property
    def start_s(self) -> float:
        return float(self.slate.start_s)

    @property
    def duration_s(self) -> float:
        return float(self.slate.duration_s)

    def framed(self, time_s: float) -> Target:
        """What is framed, at a time of the shot."""
        assert self.framing is not None
        return self.scenery.target(self.framing.names, self.start_s + time_s)


def shared_times(steps: tuple[Step, ...], slate: Slate) -> list[float]:
    """Seconds of each step: what its parts claim; those with a part that claims none share what is left."""
    claims = [[part.time and float(part.time.seconds(slate.fps)) for part in step] for step in steps]
    least = [max((c for c in claim if c), default=0.0) for claim in claims]
    sharing = {i for i, claim in enumerate(claims) if None in claim}
    while sharing:
        left = float(slate.duration_s) - sum(least[i] for i in range(len(steps)) if i not in sharing)
        share = max(left, 0.0) / len(sharing)
        longer = {i for i in sharing if least[i] > share}
        if not longer:
            return [share if i in sharing else least[i] for i in range(len(steps))]
        sharing -= longer
    return least


def prepare(steps: tuple[Step, ...], first: View, setup: Setup, *, hidden_cut: bool = False) -> tuple[Run, ...]:
    """The runs of a shot, the first from `first` on; after a hidden cut, tracking eases on from there."""
    durations = shared_times(steps, setup.slate)
    stops = list(accumulate(durations))
    runs: list[Run] = []
    for i, step in enumerate(steps):
        start, last = stops[i] - durations[i], i == len(steps) - 1
        timed = [
            Timed(part, start, durations[i] if part.time is None else float(part.time.seconds(setup.slate.fps)))
            for part in step
        ]
        begin = runs[-1].view(start, setup.scenery, setup.start_s) if runs else first
        runs.append(_run(Run(begin, start, stops[i]), timed, setup, eases_on=i > 0 or hidden_cut, last=last))
    return tuple(runs) or (Run(first, 0.0, setup.duration_s),)


def _run(run: Run, timed: list[Timed], setup: Setup, *, eases_on: bool, last: bool) -> Run:
    for item in timed:
        match item.part.move:
            case Dolly() | Truck():
                run = replace(run, rails=(*run.rails, _rail(item, run.begin, setup)))
            case Arc(degrees):
                target = setup.framed(item.start_s)
                pivot = target.seen_from(_side(target, run.begin)).middle
                run = replace(run, orbit=Orbit(item, pivot, float(np.deg2rad(degrees))))
            case PanWith(name):
                eases = (eases_on, not last or item.part.time is not None)
                run = replace(run, tracking=_tracking(item, name, run.begin, setup, eases))
            case Pan(degrees, None):
                run = replace(run, turns=(*run.turns, Turn(item, -float(np.deg2rad(degrees)), 0.0)))
    for item in timed:  # what a pan ends on is aimed at from where the other parts have brought the camera by then
        if isinstance(item.part.move, Pan) and item.part.move.to is not None:
            run = replace(run, turns=(*run.turns, _pan_to(item, item.part.move.to, run, setup)))
    return run


def _rail(item: Timed, begin: View, setup: Setup) -> Rail:
    move = item.part.move
    if isinstance(move, Truck):
        return Rail(item, move.metres * begin.right)
    assert isinstance(move, Dolly)
    return Rail(item, move.metres * begin.heading) if move.to is None else _dolly_to(item, move, begin, setup)


def _side(target: Target, view: View) -> Vector:
    """Level unit vector from what is framed towards the camera; against its heading when it stands right above."""
    middle = (target.points.min(axis=0) + target.points.max(axis=0)) / 2
    away = view.position - middle
    away[2] = 0.0
    distance = float(np.hypot(away[0], away[1]))
    side: Vector = away / distance if distance > 1e-3 and view.pitch_rad > _DOWN else -view.heading
    return side


def _dolly_to(item: Timed, move: Dolly, begin: View, setup: Setup) -> Rail:
    target = setup.framed(item.start_s + item.duration_s)
    height = float(begin.position[2]) if begin.pitch_rad > _DOWN else None
    end = solve(Ask(target, move.to, _side(target, begin), height, setup.gate, begin.lens_mm))
    return Rail(
        item, end.position - begin.position, _wrapped(end.yaw_rad - begin.yaw_rad), end.pitch_rad - begin.pitch_rad
    )


def _pan_to(item: Timed, name: str, run: Run, setup: Setup) -> Turn:
    at = item.start_s + item.duration_s
    view = run.view(at, setup.scenery, setup.start_s)
    target = setup.scenery.target((name,), setup.start_s + at)
    ask = Ask(target, None, _side(target, view), float(view.position[2]), setup.gate, view.lens_mm)
    goal = solve_from(ask, view.position)
    return Turn(item, _wrapped(goal.yaw_rad - view.yaw_rad), goal.pitch_rad - view.pitch_rad)


def _tracking(item: Timed, name: str, begin: View, setup: Setup, eases: tuple[bool, bool]) -> Tracking:
    subject = setup.scenery.middles(name, np.array([setup.start_s + item.start_s]))
    way = subject - begin.position
    R_world_camera = rotations(np.array([begin.yaw_rad]), np.array([begin.pitch_rad]))[0]
    if shows(begin, setup.gate, subject):
        return Tracking(item, name, way[0] @ R_world_camera, (0.0, 0.0), *eases)
    ahead = np.array([0.0, 0.0, 1.0])
    yaw, pitch = turned_to(way, ahead[None])
    astray = (_wrapped(begin.yaw_rad - float(yaw[0])), begin.pitch_rad - float(pitch[0]))
    return Tracking(item, name, ahead, astray, *eases)


def _wrapped(angle_rad: float) -> float:
    return float((angle_rad + np.pi) % (2 * np.pi) - np.pi)
