"""A person as a mannequin: primitives on joints, proportioned by height, posed by the phase of a step.

Proportions after Drillis and Contini (1964), as shares of the height. The front is -y and the left hand +x; angles swing
limbs forward, in radians; knees bend back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import acos, atan2, cos, pi, sin, sqrt

import mujoco as mj
import numpy as np
from jaxtyping import Float

HIP, KNEE, ANKLE, SHOULDER, ELBOW, WRIST = 0.530, 0.285, 0.039, 0.818, 0.630, 0.485  # heights
THIGH, SHIN = HIP - KNEE, KNEE - ANKLE
LEG = THIGH + SHIN
WIDTH = 0.29  # least of this share and the declared width

JOINTS = (
    "rise",
    "lean",
    *(f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "knee", "ankle", "shoulder", "elbow")),
)
"""Of every person, in the order of `pose`."""

SWING = (-1.0, 0.0, 0.0)  # axis that swings what hangs down forward
RUN_M_S = 2.4  # from here on both feet leave the ground

_STRAIGHT = 0.998  # share of its length to which a leg stretches


def add_person(world: mj.MjsBody, name: str, size_m: tuple[float, float, float]) -> list[tuple[str, str]]:
    """Adds a body that is moved by mocap, half way up the person; returns (geom name, part) of all it is made of."""
    return list(_Builder(name, min(size_m[0], WIDTH * size_m[2]), size_m[2]).build(world))


@dataclass(frozen=True)
class _Builder:
    name: str
    width_m: float
    height_m: float

    def build(self, world: mj.MjsBody) -> Iterator[tuple[str, str]]:
        h, w = self.height_m, self.width_m
        root = world.add_body(name=self.name, mocap=True)
        hips = root.add_body(pos=(0, 0, (HIP - 0.5) * h))
        hips.add_joint(name=f"{self.name}/rise", type=mj.mjtJoint.mjJNT_SLIDE, axis=(0, 0, 1))
        yield self.ellipsoid(hips, "pelvis", (0, 0, 0.02 * h), (0.345 * w, 0.062 * h, 0.07 * h))
        spine = hips.add_body(pos=(0, 0, 0.02 * h))
        spine.add_joint(name=f"{self.name}/lean", type=mj.mjtJoint.mjJNT_HINGE, axis=(1, 0, 0))
        at = -(HIP + 0.02) * h  # of the ground under the spine
        yield self.ellipsoid(spine, "torso", (0, 0, at + 0.705 * h), (0.36 * w, 0.068 * h, 0.15 * h))
        yield self.capsule(spine, "shoulders", (-0.3 * w, 0, at + 0.8 * h), (0.3 * w, 0, at + 0.8 * h), 0.034 * h)
        yield self.capsule(spine, "neck", (0, 0, at + 0.82 * h), (0, -0.01 * h, at + 0.88 * h), 0.03 * h)
        yield self.ellipsoid(spine, "head", (0, -0.012 * h, at + 0.932 * h), (0.046 * h, 0.056 * h, 0.068 * h))
        for side, sign in (("left", 1), ("right", -1)):
            yield from self.leg(hips, side, sign)
            yield from self.arm(spine, side, sign, at)

    def leg(self, hips: mj.MjsBody, side: str, sign: int) -> Iterator[tuple[str, str]]:
        h, w = self.height_m, self.width_m
        thigh = self.hinge(hips, f"{side}_hip", (sign * 0.175 * w, 0, 0))
        yield self.capsule(thigh, f"{side}_thigh", (0, 0, -0.01 * h), (0, 0, -THIGH * h), 0.04 * h)
        shin = self.hinge(thigh, f"{side}_knee", (0, 0, -THIGH * h))
        yield self.capsule(shin, f"{side}_shin", (0, 0, 0), (0, 0, -SHIN * h), 0.029 * h)
        foot = self.hinge(shin, f"{side}_ankle", (0, 0, -SHIN * h))
        half = (0.026 * h, 0.072 * h, ANKLE * h / 2)
        yield self.geom(foot, f"{side}_foot", mj.mjtGeom.mjGEOM_BOX, pos=(0, -0.036 * h, -half[2]), size=half)

    def arm(self, spine: mj.MjsBody, side: str, sign: int, at: float) -> Iterator[tuple[str, str]]:
        h, w = self.height_m, self.width_m
        radius = 0.026 * h
        upper = self.hinge(spine, f"{side}_shoulder", (sign * (0.5 * w - radius), 0, at + (SHOULDER - 0.02) * h))
        yield self.capsule(upper, f"{side}_upper_arm", (0, 0, 0), (0, 0, -(SHOULDER - ELBOW) * h), radius)
        lower = self.hinge(upper, f"{side}_elbow", (0, 0, -(SHOULDER - ELBOW) * h))
        yield self.capsule(lower, f"{side}_forearm", (0, 0, 0), (0, 0, -(ELBOW - WRIST) * h), 0.021 * h)
        yield self.ellipsoid(
            lower, f"{side}_hand", (0, 0, -(ELBOW - WRIST + 0.035) * h), (0.014 * h, 0.022 * h, 0.042 * h)
        )

    def hinge(self, parent: mj.MjsBody, joint: str, pos: tuple[float, float, float]) -> mj.MjsBody:
        body = parent.add_body(pos=pos)
        body.add_joint(name=f"{self.name}/{joint}", type=mj.mjtJoint.mjJNT_HINGE, axis=SWING)
        return body

    def geom(self, body: mj.MjsBody, part: str, kind: mj.mjtGeom, **how: object) -> tuple[str, str]:
        name = f"{self.name}/{part}"
        body.add_geom(name=name, type=kind, **how)
        return name, part

    def ellipsoid(
        self, body: mj.MjsBody, part: str, pos: tuple[float, ...], half: tuple[float, ...]
    ) -> tuple[str, str]:
        return self.geom(body, part, mj.mjtGeom.mjGEOM_ELLIPSOID, pos=pos, size=half)

    def capsule(
        self, body: mj.MjsBody, part: str, start: tuple[float, ...], end: tuple[float, ...], radius: float
    ) -> tuple[str, str]:
        return self.geom(body, part, mj.mjtGeom.mjGEOM_CAPSULE, fromto=(*start, *end), size=(radius, 0, 0))


def pose(gait_rad: float, speed_m_s: float, height_m: float) -> Float[np.ndarray, "12"]:
    """Joint values (`JOINTS`: metres, then radians) of a person who goes at `speed_m_s`; 0 is the neutral stance.

    Feet on the ground stand flat on it; up to `RUN_M_S` one of them always does.
    """
    share = min(1.0, speed_m_s / 0.5)
    going = share * share * (3 - 2 * share)
    running = min(1.0, max(0.0, (speed_m_s - RUN_M_S) / 1.0))
    step = going * min(0.42, 0.22 + 0.12 * speed_m_s) * height_m  # of ground under a standing foot
    legs = [_foot(gait_rad + phase, step, going, running, height_m) for phase in (0.0, pi)]
    leg = LEG * height_m
    sink = leg - sqrt((leg * _STRAIGHT) ** 2 - (step / 2) ** 2) if going else 0.0
    # lowest when the feet are farthest apart: between two stances
    rise = -sink * (0.5 + 0.5 * cos(2 * gait_rad)) - going * (1 - _STRAIGHT) * leg - running * 0.02 * height_m
    values = [rise, running * 0.16 + going * 0.03]
    for side, (ahead, up, pitch) in enumerate(legs):
        thigh, knee = _reach(ahead, leg + rise - up, height_m)
        swing = -cos(gait_rad + side * pi) * going
        values += [
            thigh,
            -knee,
            pitch - thigh + knee,
            swing * (0.42 + 0.3 * running),
            going * (0.25 + 0.12 * swing) + running * 1.1,
        ]
    return np.array(values)


def _foot(phase: float, step: float, going: float, running: float, height_m: float) -> tuple[float, float, float]:
    """Ankle ahead of the hip (m), lift (m) and pitch (rad, toes up) at a phase of the gait; it lands at 0."""
    turn = (phase / (2 * pi)) % 1.0
    if turn < 0.5:
        return step * (0.5 - 2 * turn), 0.0, 0.0
    swing = 2 * turn - 1
    ahead = step * (-0.5 + swing - sin(2 * pi * swing) / (2 * pi))
    lift = going * (0.045 + 0.1 * running) * height_m * sin(pi * swing) ** 2
    return ahead, lift, 0.0


def _reach(ahead: float, down: float, height_m: float) -> tuple[float, float]:
    """Swing of the thigh and bend of the knee that put the ankle `ahead` of and `down` from the hip (m)."""
    a, b = THIGH * height_m, SHIN * height_m
    r = min(sqrt(ahead * ahead + down * down), a + b)
    knee = acos(max(-1.0, min(1.0, (r * r - a * a - b * b) / (2 * a * b))))
    return atan2(ahead, down) + acos(max(-1.0, min(1.0, (a * a + r * r - b * b) / (2 * a * r)))), knee
