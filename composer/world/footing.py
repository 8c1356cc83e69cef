"""What people stand and walk on: the ground, anchors, and things that stand still or carry them."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float

from composer.errors import Problem
from composer.schema import Slate
from composer.schema.words import Go
from composer.types import Vector
from composer.world import faults
from composer.world.acting import Leg
from composer.world.courses import Course
from composer.world.footprint import PERSON_RADIUS_M, distance, outline
from composer.world.script import shot_at, story_end
from composer.world.slopes import STEP_UP_M
from composer.world.ways import Obstacles

FOOTING_M = 0.05
"""How far what is underfoot may be from the soles."""

_STRIDE_M = 0.1
_SLACK = 1e-6


def footing(
    course: Course,
    legs: Sequence[Leg],
    obstacles: Mapping[str, Obstacles],
    courses: Mapping[str, Course],
    slates: Sequence[Slate],
) -> list[Problem]:
    """A warning where a person is placed in the air, and the first where one walks off an edge, up or down, or to a spot
    in the air.
    """
    body = course.body
    if not body.is_person:
        return []
    start = body.solid.T_world_solid[:3, 3] - np.array([0.0, 0.0, body.underside_m])
    place = course.place_at(0.0)
    if place and start[2] > FOOTING_M and not _stands(start[None], 0.0, course, obstacles[place], courses)[0]:
        return [faults.levitates(body, float(start[2]))]
    end_s = float(story_end(slates))
    for leg in legs:
        if leg.start_s < end_s and (problem := _of_leg(leg, course, obstacles[leg.place], courses, slates)):
            return [problem]
    return []


def _of_leg(
    leg: Leg, course: Course, obstacles: Obstacles, courses: Mapping[str, Course], slates: Sequence[Slate]
) -> Problem | None:
    go = leg.order.action
    assert isinstance(go, Go)
    soles = np.array([0.0, 0.0, course.body.underside_m])
    start, stop = leg.start - soles, leg.stop - soles
    length = float(np.linalg.norm(stop - start))
    rise = float(stop[2] - start[2])
    arrival_s = leg.start_s + length / leg.speed_m_s
    if (
        abs(rise) > FOOTING_M
        and stop[2] > FOOTING_M
        and not _stands(stop[None], arrival_s, course, obstacles, courses)[0]
    ):
        return faults.hangs(leg.order, float(stop[2]), go.to)
    strides = _strides(start, stop)
    if abs(rise) > FOOTING_M:
        on_a_ramp = _stands(strides, leg.start_s, course, obstacles, courses).all()
        return None if on_a_ramp or abs(rise) <= STEP_UP_M else faults.no_stairs(leg.order, rise)
    if start[2] <= FOOTING_M:
        return None
    held = _stands(strides, leg.start_s, course, obstacles, courses)
    if held.all():
        return None
    time_s = leg.start_s + int(np.argmin(held)) / (len(strides) - 1) * length / leg.speed_m_s
    if time_s >= float(story_end(slates)):
        return None
    slate = shot_at(slates, time_s)
    return faults.steps_off(leg.order, float(start[2]), (slate.name, time_s - float(slate.start_s)))


def _strides(start: Vector, stop: Vector) -> Float[np.ndarray, "f 3"]:
    """Points along a leg, a tenth of a metre apart."""
    share = np.linspace(0.0, 1.0, int(float(np.linalg.norm(stop - start)) / _STRIDE_M) + 2)
    strides: Float[np.ndarray, "f 3"] = start + share[:, None] * (stop - start)
    return strides


def _stands(
    soles: Float[np.ndarray, "f 3"], time_s: float, course: Course, obstacles: Obstacles, courses: Mapping[str, Course]
) -> Bool[np.ndarray, " f"]:
    """Whether something is under a person whose soles are at each point (m), others being where they are at `time_s`."""
    held = soles[:, 2] <= FOOTING_M + _SLACK
    for ramp in obstacles.ramps:
        on = abs(soles[:, 2] - ramp.heights(soles[:, :2])) <= FOOTING_M + _SLACK
        held = held | (on & ramp.within(soles[:, :2], PERSON_RADIUS_M))
    others = [
        outline(c.body.solid, c.pose(time_s))
        for c in courses.values()
        if c is not course and c.place_at(time_s) == obstacles.layout.name
    ]
    for shape in (*obstacles.outlines, *others):
        if (abs(soles[:, 2] - shape.high_m) <= FOOTING_M + _SLACK).any():
            above = abs(soles[:, 2] - shape.high_m) <= FOOTING_M + _SLACK
            held = held | (above & (distance(soles[:, :2], shape) <= PERSON_RADIUS_M))
    return np.asarray(held)
