"""When feet fall: from the picture's own steps where they are known, from how fast a person goes where they are not."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.audio.foley.ears import Times
from composer.audio.foley.events import Walk

WALKS_M_S, RUNS_M_S = 2.0, 2.5  # a walk up to here, a run from here on, between the two a bit of both
_STANDS_M_S = 0.15
_LEAP = 1.0  # steps between two times
_CLOSING = 0.3  # of a step under way when a person comes to stand: the other foot is set down beside the first
_TURN_RAD = 0.9  # turned on the spot before a shoe scuffs


@dataclass(frozen=True)
class Step:
    """A foot comes down at `time_s` while its owner goes at `speed_m_s`; a `scuff` turns on the spot.

    `number` counts the steps of a walk, or of the picture's gait where that is known.
    """

    time_s: float
    speed_m_s: float
    number: int
    scuff: bool = False

    @property
    def side(self) -> int:
        """Which foot: -1 or 1."""
        return 1 if self.number % 2 else -1


def steps_a_second(speed_m_s: Float[np.ndarray, " n"], height_m: float) -> Float[np.ndarray, " n"]:
    """How often feet fall at a speed.

    Walking: Grieve & Gear, "The relationships between length of stride, step frequency, time of swing and speed of
    walking" (Ergonomics 9, 1966), strides a minute as 64.8 times statures a second to the power 0.57. Running: 2.8 at
    4 m/s, rising slowly, for runners lengthen their stride instead (Cavanagh & Kram, 1989).
    """
    speed = np.maximum(np.asarray(speed_m_s, float), 0.0)
    walking = 2 * 64.8 / 60 * (speed / height_m) ** 0.57
    running = 2.8 * (np.maximum(speed, 0.1) / 4) ** 0.15 * (1.75 / height_m) ** 0.5
    share = np.clip((speed - WALKS_M_S) / (RUNS_M_S - WALKS_M_S), 0, 1)
    going = np.clip((speed - 0.5 * _STANDS_M_S) / (0.5 * _STANDS_M_S), 0, 1)
    return np.asarray(going * (walking + share * (running - walking)))


def steps(walk: Walk) -> list[Step]:
    """Every footfall of a walk, in order."""
    times_s = walk.trail.times_s
    speeds = walk.trail.speeds(times_s)
    if len(times_s) < 2:
        return []
    if walk.gait_rad is not None:
        phase = walk.gait_rad / np.pi
    else:
        rate = steps_a_second(speeds, walk.height_m)
        phase = np.concatenate([[0.0], np.cumsum(np.diff(times_s) * (rate[1:] + rate[:-1]) / 2)])
    falls = [*_falls(times_s, phase, speeds), *_closings(times_s, phase, speeds), *_scuffs(walk, speeds)]
    return sorted(falls, key=lambda step: step.time_s)


def _falls(times_s: Times, phase: Times, speeds: Times) -> list[Step]:
    """Where the phase of one who goes comes to a whole number; where it leaps, a person was put somewhere else."""
    found = []
    rise = np.diff(phase)
    falling = (np.floor(phase[1:]) > np.floor(phase[:-1])) & (rise < _LEAP)
    for n in np.flatnonzero(falling & (np.maximum(speeds[1:], speeds[:-1]) >= _STANDS_M_S)):
        for whole in range(int(np.floor(phase[n])) + 1, int(np.floor(phase[n + 1])) + 1):
            share = (whole - phase[n]) / (phase[n + 1] - phase[n])
            speed = speeds[n] + share * (speeds[n + 1] - speeds[n])
            found.append(Step(float(times_s[n] + share * (times_s[n + 1] - times_s[n])), float(speed), whole))
    return found


def _closings(times_s: Times, phase: Times, speeds: Times) -> list[Step]:
    """Where a person comes to stand in the middle of a step."""
    stops = np.flatnonzero((speeds[:-1] >= _STANDS_M_S) & (speeds[1:] < _STANDS_M_S)) + 1
    return [
        Step(float(times_s[n]), _STANDS_M_S, int(np.floor(phase[n])) + 1) for n in stops if phase[n] % 1.0 > _CLOSING
    ]


def _scuffs(walk: Walk, speeds: Times) -> list[Step]:
    """Where a person who stands has turned far enough to set a foot anew."""
    if walk.heading_rad is None:
        return []
    turned = (
        np.append(0.0, np.abs(np.diff(np.unwrap(walk.heading_rad))) * (speeds[1:] < _STANDS_M_S)).cumsum() / _TURN_RAD
    )
    crossings = np.flatnonzero(np.floor(turned[1:] + 0.5) > np.floor(turned[:-1] + 0.5)) + 1
    return [Step(float(walk.trail.times_s[n]), 0.0, i, scuff=True) for i, n in enumerate(crossings)]
