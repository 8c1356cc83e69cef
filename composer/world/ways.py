"""Ways through anchors: a body's footprint swept along its legs against the footprints of its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
from jaxtyping import Float

from composer.errors import Problem
from composer.layout import Layout, extent_of
from composer.schema import Slate
from composer.schema.quantities import plain
from composer.schema.words import Go
from composer.types import Vector
from composer.world import faults
from composer.world.acting import Leg
from composer.world.body import Body
from composer.world.footprint import Outline, distance, free_length, grown, outline
from composer.world.script import shot_at, story_end
from composer.world.slopes import STEP_UP_M, Ramp, ramps_of

GRAZE_M = 0.05
"""Solids may sink this far into one another, as in a place's plan."""

_CLEAR_M = 0.3
_RINGS = (1.0, 1.25, 1.5, 2.0, 3.0)
_STEP_M, _STEPS = 0.1, 60  # how far apart, and how many circles round a mark, on which a free point is looked for
_AROUND = np.deg2rad(np.arange(0, 360, 22.5))


@dataclass(frozen=True, eq=False)
class Obstacles:
    """The anchors of a place, ready to be walked into."""

    layout: Layout
    outlines: tuple[Outline, ...]
    middles: Float[np.ndarray, "n 2"]
    reaches_m: Float[np.ndarray, " n"]
    ramps: tuple[Ramp, ...] = ()

    @classmethod
    def of(cls, layout: Layout) -> "Obstacles":
        extents = [extent_of(s) for s in layout.solids]
        return cls(
            layout,
            tuple(outline(s) for s in layout.solids),
            np.array([e.centre[:2] for e in extents]).reshape(-1, 2),
            np.array([float(np.hypot(*e.size[:2])) / 2 for e in extents]),
            ramps_of(layout),
        )

    def first_hit(self, body: Body, start: Vector, stop: Vector) -> tuple[float, str] | None:
        """Metres from `start` at which `body` first enters an anchor on its way, and which; what it stands in counts not."""
        own = outline(body.solid)
        at = body.solid.T_world_solid[:2, 3]
        size = float(np.linalg.norm(own.corners - at, axis=1).max()) + own.radius_m
        way = (stop - start)[:2]
        length = float(np.hypot(*way))
        if length == 0 or not len(self.outlines):
            return None
        along = np.clip((self.middles - start[:2]) @ way / length**2, 0, 1)
        near = np.linalg.norm(start[:2] + along[:, None] * way - self.middles, axis=1) < self.reaches_m + size
        hits = self._ramps_in_the_way(body, start, stop, own.radius_m) if body.is_person else []
        walked_on = {ramp.solid.name for ramp in self.ramps} if body.is_person else set()
        for i in np.flatnonzero(near):
            if self.layout.solids[i].name in walked_on:
                continue
            shape = self._swept(int(i), own, at)
            if distance(start[None, :2], shape)[0] <= 0:
                continue
            free = free_length(start[:2], stop[:2], shape)
            underside = start[2] + (stop[2] - start[2]) * (free / length) - body.underside_m
            step_up = STEP_UP_M if body.is_person else GRAZE_M
            apart = shape.high_m <= underside + step_up or shape.low_m >= underside + (own.high_m - own.low_m) - GRAZE_M
            if free < length - 1e-6 and not apart:
                hits.append((free, self.layout.solids[i].name))
        return min(hits, default=None)

    def stood_in(self, body: Body, point: Vector) -> tuple[str, bool] | None:
        """The anchor that `body` would be in at a `point` (m), if any, and whether the point itself is within it."""
        own, at = outline(body.solid), body.solid.T_world_solid[:2, 3]
        low_m = point[2] - body.underside_m
        step_up = STEP_UP_M if body.is_person else GRAZE_M
        walked_on = {ramp.solid.name for ramp in self.ramps} if body.is_person else set()
        size = float(np.linalg.norm(own.corners - at, axis=1).max()) + own.radius_m
        near = np.linalg.norm(point[:2] - self.middles, axis=1) < self.reaches_m + size
        for i in np.flatnonzero(near):
            solid, shape = self.layout.solids[i], self._swept(int(i), own, at)
            apart = shape.high_m <= low_m + step_up or shape.low_m >= low_m + (own.high_m - own.low_m) - GRAZE_M
            if not apart and solid.name not in walked_on and distance(point[None, :2], shape)[0] < -1e-6:
                return solid.name, bool(distance(point[None, :2], self.outlines[i])[0] <= 0)
        return None

    def _swept(self, i: int, own: Outline, at: Float[np.ndarray, " 2"]) -> Outline:
        """Where the middle of a body, whose outline is `own` at `at`, would have it sink into the anchor of a number."""
        shape = grown(self.outlines[i], own, at, -GRAZE_M)
        return shape if shape.radius_m >= 0 else Outline(shape.corners, 0.0, shape.low_m, shape.high_m)

    def _ramps_in_the_way(self, body: Body, start: Vector, stop: Vector, radius_m: float) -> list[tuple[float, str]]:
        soles = np.array([0.0, 0.0, body.underside_m])
        found = ((ramp.stops(start - soles, stop - soles, radius_m), ramp.solid.name) for ramp in self.ramps)
        return [(metres, name) for metres, name in found if metres is not None]


def collisions(
    body: Body, legs: Sequence[Leg], obstacles: Obstacles, slates: Sequence[Slate], taken: set[str]
) -> list[Problem]:
    """One fault for each action whose way leads through an anchor before the film ends.

    Marks that are offered get names that are not `taken`, each a new one.
    """
    problems = []
    told: set[tuple[int, int]] = set()
    end_s = float(story_end(slates))
    for leg in legs:
        key = (leg.order.cue.shot_index, leg.order.index)
        hit = obstacles.first_hit(body, leg.start, leg.stop)
        if hit is None or key in told:
            continue
        time_s = leg.start_s + hit[0] / leg.speed_m_s
        if time_s >= end_s:
            continue
        told.add(key)
        slate = shot_at(slates, time_s)
        when = (slate.name, time_s - float(slate.start_s))
        if goal := _goal_within(body, leg, obstacles):
            problems.append(goal)
            continue
        problems.append(faults.in_the_way(leg.order, hit[1], when, _round(body, leg, obstacles, hit[1], taken)))
    return problems


def _goal_within(body: Body, leg: Leg, obstacles: Obstacles) -> Problem | None:
    """The fault of a way whose end no way leads to: a mark in an anchor, or too near one to stand at."""
    go, inside = leg.order.action, obstacles.stood_in(body, leg.stop)
    assert isinstance(go, Go)
    marks = {name: obstacles.layout.marks[name] for name in (*go.via, go.to) if name in obstacles.layout.marks}
    name = next((name for name, mark in marks.items() if np.allclose(mark.position[:2], leg.stop[:2])), "")
    if inside is None or not name:
        return None
    spot = _nearest_free(body, leg, obstacles)
    at = None if spot is None else _at(spot, body)
    return faults.goal_within(leg.order, name, inside, at)


def _nearest_free(body: Body, leg: Leg, obstacles: Obstacles) -> Vector | None:
    """The point nearest to where a way ends at which a body can stand; rather one that is reached straight on."""
    rings = (leg.stop[:2] + k * _STEP_M * np.array([np.cos(a), np.sin(a)]) for k in range(1, _STEPS) for a in _AROUND)
    points = [np.append(np.round(point, 1), leg.stop[2]) for point in rings]
    points.sort(key=lambda point: round(float(np.linalg.norm(point - leg.stop)), 6))
    nearest = None
    for point in points:
        if obstacles.stood_in(body, point) is None:
            nearest = point if nearest is None else nearest
            if obstacles.first_hit(body, leg.start, point) is None:
                return point
    return nearest


def _at(point: Vector, body: Body) -> str:
    """A point of a body's middle as the list has a position: `x, y`, and z where that is not the ground."""
    x, y, z = (*point[:2], point[2] - body.underside_m)
    return ", ".join(plain(float(v), 2) for v in ((x, y) if abs(z) < GRAZE_M else (x, y, z)))


def _round(body: Body, leg: Leg, obstacles: Obstacles, anchor: str, taken: set[str]) -> tuple[str, ...]:
    """What would lead round it: a mark that is there, or the best corner to put one at."""
    go = leg.order.action
    assert isinstance(go, Go)
    clear = [
        name
        for name, spot in obstacles.layout.marks.items()
        if name not in (go.to, *go.via) and _free(body, leg, obstacles, spot.position)
    ]
    if clear:
        nearest = min(clear, key=lambda name: _detour(leg, obstacles.layout.marks[name].position))
        return (f"Did you mean `{faults.via(go, nearest)}`?",)
    solid = next(s for s in obstacles.layout.solids if s.name == anchor)
    extent = extent_of(solid)
    reach = float(np.hypot(*extent.size[:2])) / 2 + _CLEAR_M
    ring = [extent.centre[:2] + reach * k * np.array([np.cos(a), np.sin(a)]) for k in _RINGS for a in _AROUND]
    corners = [np.append(np.round(point, 1), leg.start[2]) for point in ring]
    corners = [c for c in corners if _free(body, leg, obstacles, c)]
    new = unused(taken)
    if not corners:
        return (f"go round it: add marks and walk `via` them, such as `{faults.via(go, new)}`",)
    corner = min(corners, key=lambda c: _detour(leg, c))
    return (f"go round it: add the mark `{new}: {{at: [{_at(corner, body)}]}}` and write `{faults.via(go, new)}`",)


def unused(taken: set[str]) -> str:
    """A name for a new mark, from then on taken."""
    name = next(n for n in chain(("aside",), (f"aside_{i}" for i in count(2))) if n not in taken)
    taken.add(name)
    return name


def _detour(leg: Leg, corner: Vector) -> float:
    return float(np.linalg.norm(corner[:2] - leg.start[:2]) + np.linalg.norm(leg.stop[:2] - corner[:2]))


def _free(body: Body, leg: Leg, obstacles: Obstacles, corner: Vector) -> bool:
    corner = np.array([corner[0], corner[1], leg.start[2]])
    if np.allclose(corner[:2], leg.start[:2]) or np.allclose(corner[:2], leg.stop[:2]):
        return False
    return obstacles.first_hit(body, leg.start, corner) is None and obstacles.first_hit(body, corner, leg.stop) is None
