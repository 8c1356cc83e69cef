"""A person as a mannequin: primitives on joints, proportioned by height, posed by the phase of a step.

Proportions after Drillis and Contini (1964), as shares of the height. The front is -y and the left hand +x; angles swing
limbs forward, in radians; knees bend back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import acos, asin, atan2, cos, pi, sin, sqrt

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
TOE = 0.115  # heights, from the ankle to the tip of the foot
FULL_STEP_M_S = 0.5  # slower steps are shorter
RUN_M_S = 2.5  # from here on both feet leave the ground, wholly so at 1 m/s more


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
        yield self.ellipsoid(hips, "pelvis", (0, 0, 0.01 * h), (0.32 * w, 0.065 * h, 0.095 * h))
        spine = hips.add_body(pos=(0, 0, 0.02 * h))
        spine.add_joint(name=f"{self.name}/lean", type=mj.mjtJoint.mjJNT_HINGE, axis=(1, 0, 0))
        at = -(HIP + 0.02) * h  # of the ground under the spine
        yield self.ellipsoid(spine, "torso", (0, -0.002 * h, at + 0.688 * h), (0.345 * w, 0.068 * h, 0.165 * h))
        yield self.capsule(spine, "shoulders", (-0.37 * w, 0, at + 0.787 * h), (0.37 * w, 0, at + 0.787 * h), 0.025 * h)
        yield self.ellipsoid(spine, "collar", (0, 0.003 * h, at + 0.792 * h), (0.42 * w, 0.05 * h, 0.05 * h))
        yield self.capsule(spine, "neck", (0, 0.004 * h, at + 0.82 * h), (0, -0.008 * h, at + 0.88 * h), 0.029 * h)
        yield self.ellipsoid(spine, "head", (0, -0.012 * h, at + 0.932 * h), (0.045 * h, 0.056 * h, 0.068 * h))
        self.landmark(spine, "nose", (0, -0.066 * h, at + 0.925 * h))
        for side, sign in (("left", 1), ("right", -1)):
            self.landmark(spine, f"{side}_eye", (sign * 0.018 * h, -0.057 * h, at + 0.940 * h))
            self.landmark(spine, f"{side}_ear", (sign * 0.042 * h, -0.006 * h, at + 0.930 * h))
        for side, sign in (("left", 1), ("right", -1)):
            yield from self.leg(hips, side, sign)
            yield from self.arm(spine, side, sign, at)

    def leg(self, hips: mj.MjsBody, side: str, sign: int) -> Iterator[tuple[str, str]]:
        h, w = self.height_m, self.width_m
        thigh = self.hinge(hips, f"{side}_hip", (sign * 0.165 * w, 0, 0))
        yield self.limb(thigh, f"{side}_thigh", THIGH, (0.047, 0.052), 0.036)
        shin = self.hinge(thigh, f"{side}_knee", (0, 0, -THIGH * h))
        yield self.limb(shin, f"{side}_shin", SHIN, (0.034, 0.038), 0.034)
        foot = self.hinge(shin, f"{side}_ankle", (0, 0, -SHIN * h))
        sole = (0.025 * h, 0.072 * h, 0.009 * h)
        yield self.geom(
            foot, f"{side}_foot", mj.mjtGeom.mjGEOM_BOX, pos=(0, -0.036 * h, -ANKLE * h + sole[2]), size=sole
        )
        upper = (0.027 * h, 0.07 * h, 0.028 * h)
        yield self.ellipsoid(foot, f"{side}_instep", (0, -0.033 * h, -ANKLE * h + upper[2]), upper)

    def arm(self, spine: mj.MjsBody, side: str, sign: int, at: float) -> Iterator[tuple[str, str]]:
        h, w = self.height_m, self.width_m
        radius = 0.0265 * h
        upper = self.hinge(spine, f"{side}_shoulder", (sign * (0.5 * w - radius), 0, at + (SHOULDER - 0.03) * h))
        yield self.capsule(upper, f"{side}_upper_arm", (0, 0, 0), (0, 0, -(SHOULDER - ELBOW) * h), radius)
        lower = self.hinge(upper, f"{side}_elbow", (0, 0, -(SHOULDER - ELBOW) * h))
        self.landmark(lower, f"{side}_wrist", (0, 0, -(ELBOW - WRIST) * h))
        yield self.limb(lower, f"{side}_forearm", ELBOW - WRIST, (0.0255, 0.028), 0.034)
        yield self.ellipsoid(
            lower, f"{side}_hand", (0, -0.003 * h, -(ELBOW - WRIST + 0.04) * h), (0.015 * h, 0.025 * h, 0.046 * h)
        )

    def limb(
        self, body: mj.MjsBody, part: str, length: float, thick: tuple[float, float], over: float
    ) -> tuple[str, str]:
        """A limb that hangs from its joint, `thick` in its middle (to the side, ahead) and reaching `over` both joints; heights."""
        h = self.height_m
        half = (thick[0] * h, thick[1] * h, (length / 2 + over) * h)
        return self.ellipsoid(body, part, (0, 0, -length / 2 * h), half)

    def hinge(self, parent: mj.MjsBody, joint: str, pos: tuple[float, float, float]) -> mj.MjsBody:
        body = parent.add_body(pos=pos)
        body.add_joint(name=f"{self.name}/{joint}", type=mj.mjtJoint.mjJNT_HINGE, axis=SWING)
        self.landmark(body, joint, (0, 0, 0))
        return body

    def landmark(self, body: mj.MjsBody, joint: str, pos: tuple[float, ...]) -> None:
        """A point that `Scene.joints` tells of; nothing that rays could meet."""
        body.add_site(name=f"{self.name}/{joint}", pos=pos)

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
    """Joint values (`JOINTS`: metres, then radians) of a person who goes at `speed_m_s`; at 0 the neutral stance.

    A foot on the ground stands flat on it and stays where it is when a step takes `WALK.step` of the height (at running
    speeds `RUN.step`). Walkers always have one there.
    """
    share = min(1.0, speed_m_s / FULL_STEP_M_S)
    going = share * share * (3 - 2 * share)
    running = min(1.0, max(0.0, speed_m_s - RUN_M_S))
    gait = WALK.towards(RUN, running)
    leg = LEG * height_m
    rise = going * gait.rise(gait_rad) * height_m
    values = [rise, going * gait.lean_rad]
    for phase in (gait_rad, gait_rad + pi):
        ahead, lift = (going * height_m * share for share in gait.foot(phase))
        pitch = -asin(min(0.6, lift / (TOE * height_m))) * gait.tiptoe(phase)
        thigh, knee = _reach(ahead, leg + rise - lift, height_m)
        swing = -cos(phase) * going
        values += [thigh, -knee, pitch - thigh + knee, swing * gait.arm_rad, going * gait.elbow_rad * (1 + 0.3 * swing)]
    return np.array(values)


@dataclass(frozen=True)
class _Gait:
    """How a body goes: lengths in heights of the person, phases in turns of two steps; a foot lands at 0."""

    step: float  # of the ground
    stance: float  # share of the turn that a foot stands
    lift: float  # of the foot, half way
    sink: float  # of the hips, on average
    bob: float  # of the hips: highest when the legs pass (walking), in flight (running, negative)
    lean_rad: float
    arm_rad: float
    elbow_rad: float

    def towards(self, other: "_Gait", share: float) -> "_Gait":
        mixed = (a + share * (b - a) for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        return _Gait(*mixed)

    def rise(self, gait_rad: float) -> float:
        """Of the hips above where they are on straight legs, in heights."""
        return -self.sink - self.bob * cos(2 * (gait_rad - pi * (self.stance - 0.5)))

    def foot(self, phase_rad: float) -> tuple[float, float]:
        """How far the ankle is ahead of the hip and above where it stands, in heights."""
        turn, reach = (phase_rad / (2 * pi)) % 1.0, 2 * self.step * self.stance  # of ground that passes in a stance
        if turn < self.stance:
            return reach * (0.5 - turn / self.stance), 0.0
        swing = self._swing(phase_rad)
        return reach * (-0.5 + swing - sin(2 * pi * swing) / (2 * pi)), self.lift * sin(pi * swing) ** 2

    def tiptoe(self, phase_rad: float) -> float:
        """How much of the lift the heel makes alone: all as the foot leaves, none as it lands."""
        return cos(0.5 * pi * self._swing(phase_rad)) ** 2

    def _swing(self, phase_rad: float) -> float:
        turn = (phase_rad / (2 * pi)) % 1.0
        return max(0.0, (turn - self.stance) / (1 - self.stance))


WALK = _Gait(step=0.41, stance=0.5, lift=0.06, sink=0.0245, bob=0.0225, lean_rad=0.03, arm_rad=0.42, elbow_rad=0.25)
RUN = _Gait(step=0.75, stance=0.28, lift=0.16, sink=0.056, bob=0.02, lean_rad=0.18, arm_rad=0.7, elbow_rad=1.5)


def _reach(ahead: float, down: float, height_m: float) -> tuple[float, float]:
    """Swing of the thigh and bend of the knee that put the ankle `ahead` of and `down` from the hip (m)."""
    a, b = THIGH * height_m, SHIN * height_m
    r = min(sqrt(ahead * ahead + down * down), a + b)
    knee = acos(max(-1.0, min(1.0, (r * r - a * a - b * b) / (2 * a * b))))
    return atan2(ahead, down) + acos(max(-1.0, min(1.0, (a * a + r * r - b * b) / (2 * a * r)))), knee
