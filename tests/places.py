"""Places for tests of scene, controls and memory, built without a shot list."""

import numpy as np

from composer.geometry import intrinsics, look_at, rotation_z
from composer.layout import Layout
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, BodyState, Camera, Solid, WorldState

NOBODY = WorldState(0, {})


def standing(x, y, z, angle_rad=0.0):
    T = rotation_z(angle_rad)
    T[:3, 3] = x, y, z
    return T


def solid(index, shape, size, T, first=FIRST_ANCHOR):
    return Solid(f"{shape}_{index}", shape, first + index, shape, tuple(float(s) for s in size), T, f"{shape} look")


def place(*solids, **subjects):
    return Layout("yard", "yard", "concrete", "day", None, None, solids, {}, subjects)


def person(height_m=1.7):
    return solid(0, "person", (0.5, 0.5, height_m), standing(0, 0, height_m / 2), FIRST_SUBJECT)


def body(T, speed_m_s=0.0, gait_rad=0.0):
    return BodyState(T, np.array([speed_m_s, 0.0, 0.0]), np.zeros(3), gait_rad)


def camera(eye, target, size=(96, 54), focal_px=80.0):
    return Camera(intrinsics(focal_px, size), look_at(np.array(eye, float), np.array(target, float)))


def crowd(count=30, seed=0):
    """Boxes, cylinders (one of them lying) and spheres strewn over a yard, turned anyhow."""
    rng = np.random.default_rng(seed)
    solids = []
    for i in range(count):
        shape = ("box", "box", "cylinder", "box", "sphere")[i % 5]
        a, b, c = rng.uniform(1, 5, 3)
        size = {"box": (a, b, c), "cylinder": (a, a, c), "sphere": (a, a, a)}[shape]
        T = standing(rng.uniform(-25, 25), rng.uniform(5, 50), size[2] / 2, rng.uniform(0, 6))
        if i == 2:
            T[:3, :3] = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
            T[2, 3] = size[0] / 2
        solids.append(solid(i, shape, size, T))
    return tuple(solids)
