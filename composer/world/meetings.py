"""Ways through other subjects: bodies against bodies, along every leg, at the same moments."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float

from composer.errors import Problem
from composer.schema import Slate
from composer.schema.quantities import plain
from composer.schema.words import Go
from composer.types import Vector
from composer.world import faults
from composer.world.acting import Leg
from composer.world.body import Body
from composer.world.courses import Course, turns_of
from composer.world.footprint import Outline, distance, free_length, grown, outline
from composer.world.script import shot_at, story_end
from composer.world.slopes import STEP_UP_M
from composer.world.ways import GRAZE_M, Obstacles, unused

_STEP_S = 0.05
_MOST_STEPS = 4000
_WAITS_S = (0.5, 1, 1.5, 2, 3, 4, 6, 8)


def meetings(
    name: str,
    legs: Sequence[Leg],
    courses: Mapping[str, Course],
    obstacles: Obstacles,
    slates: Sequence[Slate],
    kept: tuple[set[tuple[str, str, int]], set[str]],
) -> list[Problem]:
    """A warning for each subject whose body `name` goes into on its way; each pair once a shot.

    Bodies that touch when the way begins may go on doing so. `kept` are the pairs that are told and the names that are
    taken, to which it adds.
    """
    told, taken = kept
    mover = courses[name]
    others = {n: c for n, c in courses.items() if n != name and any(p.place == legs[0].place for p in c.phases)}
    end_s = float(story_end(slates))
    legs = [leg for leg in legs if leg.start_s < end_s]
    if not legs or not others:
        return []
    times = [_times(leg, end_s) for leg in legs]
    starts = np.cumsum([0, *(len(t) for t in times)])
    every = np.concatenate(times)
    problems = []
    for other, course in others.items():
        inside = overlaps(mover, course, every, every) & ~course.free(every)
        begins = np.flatnonzero(inside[1:] & ~inside[:-1]) + 1
        for at in begins:
            leg = int(np.searchsorted(starts, at, side="right")) - 1
            if at == starts[leg]:
                continue
            slate = shot_at(slates, float(every[at]))
            key = (min(name, other), max(name, other), slate.index)
            if key in told:
                continue
            told.add(key)
            wait = _wait(mover, course, legs[leg], times[leg])
            when = (slate.name, float(every[at]) - float(slate.start_s))
            beside = _beside(legs[leg], mover, course, float(every[at]), obstacles)
            corner = None if beside is None else (unused(taken), beside)
            problems.append(faults.through(legs[leg].order, other, when, wait, corner))
    return problems


def overlaps(
    a: Course, b: Course, times_a_s: Float[np.ndarray, " f"], times_b_s: Float[np.ndarray, " f"]
) -> Bool[np.ndarray, " f"]:
    """Whether the bodies sink into one another by more than 5 cm, `a` as at `times_a_s`, `b` as at `times_b_s`."""
    track_a, track_b = a.track(times_a_s), b.track(times_b_s)
    places_a, places_b = track_a.T_world_body[:, :3, 3], track_b.T_world_body[:, :3, 3]
    shape_a, shape_b = _own(a.body), _own(b.body)
    low = np.maximum(places_a[:, 2] + shape_a.low_m, places_b[:, 2] + shape_b.low_m)
    high = np.minimum(places_a[:, 2] + shape_a.high_m, places_b[:, 2] + shape_b.high_m)
    reach = sum(float(np.linalg.norm(s.corners, axis=1).max()) + s.radius_m for s in (shape_a, shape_b))
    step = STEP_UP_M if a.body.is_person or b.body.is_person else GRAZE_M
    near = (high - low > step) & (np.hypot(*(places_a - places_b)[:, :2].T) < reach)
    if near.any():
        turn_a, turn_b = turns_of(track_a, a.body.solid.T_world_solid), turns_of(track_b, b.body.solid.T_world_solid)
        apart = _apart(shape_a, shape_b, (places_b - places_a)[near, :2], turn_a[near], turn_b[near])
        near[near] = apart < -GRAZE_M
    sunk: Bool[np.ndarray, " f"] = near
    return sunk


def _own(body: Body) -> Outline:
    """Outline about the body's own origin, as it stands at first."""
    shape, origin = outline(body.solid), body.solid.T_world_solid[:3, 3]
    return Outline(shape.corners - origin[:2], shape.radius_m, shape.low_m - origin[2], shape.high_m - origin[2])


def _apart(
    a: Outline,
    b: Outline,
    way: Float[np.ndarray, "f 2"],
    turn_a: Float[np.ndarray, " f"],
    turn_b: Float[np.ndarray, " f"],
) -> Float[np.ndarray, " f"]:
    """Metres between two outlines turned about their origins, `way` from the first to the second; negative: overlap."""
    if len(b.corners) == 1:
        return distance(_turned(way, -turn_a), a) - b.radius_m
    if len(a.corners) == 1:
        return distance(_turned(-way, -turn_b), b) - a.radius_m
    corners_a = _turned(a.corners[None], turn_a[:, None])
    corners_b = _turned(b.corners[None], turn_b[:, None]) + way[:, None]
    gaps = []
    for corners in (corners_a, corners_b):
        edges = np.roll(corners, -1, axis=1) - corners
        normals = np.stack([edges[..., 1], -edges[..., 0]], axis=-1)
        normals /= np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-12)
        span_a, span_b = (np.einsum("fck,fnk->fnc", c, normals) for c in (corners_a, corners_b))
        gaps.append(np.maximum(span_b.min(-1) - span_a.max(-1), span_a.min(-1) - span_b.max(-1)).max(axis=1))
    return np.asarray(np.maximum(*gaps))


def _turned(points: Float[np.ndarray, "*n 2"], turn_rad: Float[np.ndarray, "*m"]) -> Float[np.ndarray, "*k 2"]:
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    x, y = points[..., 0], points[..., 1]
    return np.asarray(np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1))


def _times(leg: Leg, end_s: float) -> Float[np.ndarray, " f"]:
    length = float(np.linalg.norm(leg.stop - leg.start))
    stop = min(leg.start_s + length / leg.speed_m_s, end_s)
    steps = min(int((stop - leg.start_s) / min(_STEP_S, 0.1 / leg.speed_m_s)) + 2, _MOST_STEPS)
    return np.linspace(leg.start_s, stop, steps)


def _beside(leg: Leg, mover: Course, other: Course, time_s: float, obstacles: Obstacles) -> Vector | None:
    """A corner that leads round one who stands there at a time, free of anchors; None for one who moves."""
    if other.track(np.array([time_s])).linear_m_s.any():
        return None
    pose = other.pose(time_s)
    own = outline(mover.body.solid)
    shape = grown(outline(other.body.solid, pose), own, mover.body.solid.T_world_solid[:2, 3], 0.05)
    way = (leg.stop - leg.start)[:2]
    across = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-9)
    for reach in (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0):
        for sign in (1.0, -1.0):
            corner = np.array([*np.round(pose[:2, 3] + sign * reach * across, 1), leg.start[2]])
            stretches = [(leg.start, corner), (corner, leg.stop)]
            if all(
                free_length(a[:2], b[:2], shape) > float(np.hypot(*(b - a)[:2])) - 1e-6
                and obstacles.first_hit(mover.body, a, b) is None
                for a, b in stretches
            ):
                return np.asarray(corner - np.array([0.0, 0.0, mover.body.underside_m]))
    return None


def _wait(mover: Course, other: Course, leg: Leg, times: Float[np.ndarray, " f"]) -> str | None:
    """What the order becomes when waiting lets the other pass; None where that does not help."""
    go = leg.order.action
    if not isinstance(go, Go) or go.by is not None or len(leg.order.cue.actions) > 1:
        return None
    waits = (w for w in _WAITS_S if not overlaps(mover, other, times, times + w).any())
    wait = next(waits, None)
    rested = wait is not None and not overlaps(mover, other, times[:1], times[:1] + wait).any()
    return f"[hold for {plain(wait)}s, {go.text}]" if rested and wait is not None else None
