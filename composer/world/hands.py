"""What people take up and put down: how far arms reach, how a thing is held, where it is put."""

import numpy as np

from composer.types import Matrix, Solid, Vector
from composer.world.body import underside_m
from composer.world.footprint import distance, grown, outline

REACH_M = 1.2
"""How far from the edge of a person's body a thing may be to be taken, or be put."""

OVERHEAD = 1.18
"""How high hands reach, of the person: the median vertical grip reach over stature, in Pheasant's tables of British adults."""

_HOLD_HEIGHT = 0.6  # of the person
_HANDS_M = 0.02


def held_at(person: Solid, thing: Solid, pose: Matrix) -> Vector:
    """Where a thing, now at `pose`, is held (m, in the person's frame): before the body, in both hands."""
    ahead = outline(person).radius_m + _reach_of(thing, pose) + _HANDS_M
    return np.array([0.0, -ahead, (_HOLD_HEIGHT - 0.5) * person.size_m[2]])


def apart(person: Solid, at: Matrix, thing: Solid, pose: Matrix) -> float:
    """Metres of free space between the edges of a person and a thing, seen from above."""
    shape = grown(outline(thing, pose), outline(person, at), at[:2, 3], 0.0)
    return max(0.0, float(distance(at[None, :2, 3], shape)[0]))


def too_high(person: Solid, at: Matrix, underside_m: float) -> tuple[float, float] | None:
    """How high above a person's feet a thing's underside is, and hands reach (m); None when they reach it."""
    high = underside_m - float(at[2, 3] - person.size_m[2] / 2)
    reach = OVERHEAD * person.size_m[2]
    return (high, reach) if high > reach else None


def spot_on_top(solid: Solid, where: Matrix, thing: Solid, pose: Matrix, person: Vector) -> Vector:
    """The point (m) of a thing's origin on top of a solid, as near to a person as it stands wholly on it."""
    shape, middle = outline(solid, where), where[:2, 3]
    way = person[:2] - middle
    shares = np.linspace(1, 0, 101)[:, None]
    inside = distance(middle + shares * way, shape) <= -_reach_of(thing, pose)
    best = middle + (shares[np.argmax(inside)] if inside.any() else 0.0) * way
    return np.array([*best, shape.high_m + underside_m(thing, pose)])


def _reach_of(thing: Solid, pose: Matrix) -> float:
    """Radius of a circle round a thing's origin that holds it, seen from above."""
    shape = outline(thing, pose)
    return float(np.linalg.norm(shape.corners - pose[:2, 3], axis=1).max()) + shape.radius_m
