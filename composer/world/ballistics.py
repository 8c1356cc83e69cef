"""Launches: the velocity that throws a thing from one point to another, and the spin with which a round one rolls off."""

from math import sqrt

import numpy as np

from composer.types import Matrix, Solid, Vector
from composer.world.physics_model import GRAVITY_M_S2

_LYING = 0.5  # sine of the steepest axis on which a cylinder rolls


def throw_in(start: Vector, target: Vector, time_s: float) -> Vector:
    """Velocity (m/s) with which free flight from `start` is at `target` after `time_s`."""
    velocity = (target - start) / time_s
    velocity[2] += GRAVITY_M_S2 * time_s / 2
    return np.asarray(velocity)


def throw_at(start: Vector, target: Vector, speed_m_s: float) -> Vector | None:
    """Velocity of this speed that reaches `target`, by the flat arc of the two; None when `least_speed` is more."""
    way = target - start
    room = speed_m_s**2 - GRAVITY_M_S2 * way[2]
    inner = room**2 - GRAVITY_M_S2**2 * (way @ way)
    if room <= 0 or inner < 0:
        return None
    squared = 2 * (way @ way) / (room + sqrt(inner))  # of the time: the smaller root, without cancellation
    return throw_in(start, target, sqrt(squared)) if squared > 0 else np.array([0.0, 0.0, speed_m_s])


def least_speed(start: Vector, target: Vector) -> float:
    """Slowest launch (m/s) that still reaches `target`."""
    way = target - start
    return sqrt(max(0.0, GRAVITY_M_S2 * (way[2] + float(np.linalg.norm(way)))))


def rolling(solid: Solid, pose: Matrix, linear_m_s: Vector) -> Vector:
    """Angular velocity (rad/s) with which a thing at `pose` rolls over level ground at this velocity; 0 if it cannot."""
    spin = np.cross([0.0, 0.0, 1.0], linear_m_s) / (solid.size_m[0] / 2)
    if solid.shape == "sphere":
        return np.asarray(spin)
    axis = pose[:3, 2]
    if solid.shape == "cylinder" and abs(axis[2]) < _LYING:
        return np.asarray((spin @ axis) * axis)
    return np.zeros(3)
