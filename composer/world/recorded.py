"""What physics made of a thing, as motions of its phases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from composer.types import BodyState, BodyTrack
from composer.world.courses import Motion, Phase, Times
from composer.world.physics import Physics
from composer.world.record import Record


@dataclass(frozen=True, eq=False)
class Recorded:
    """As the physics of its place has it; what that is is known at the end."""

    physics: Physics
    name: str

    def track(self, times_s: Times) -> BodyTrack:
        return self.physics.record(self.name).sample(times_s)


@dataclass(frozen=True, eq=False)
class _Sampled:
    """What was recorded."""

    record: Record

    def track(self, times_s: Times) -> BodyTrack:
        return self.record.sample(times_s)


def known_phases(phases: Sequence[Phase]) -> tuple[Phase, ...]:
    """The phases with what was recorded, each record looked up once."""
    records: dict[tuple[int, str], Record] = {}

    def known(motion: Motion) -> Motion:
        if not isinstance(motion, Recorded):
            return motion
        key = (id(motion.physics), motion.name)
        if key not in records:
            records[key] = motion.physics.record(motion.name)
        return _Sampled(records[key])

    return tuple(replace(phase, motion=known(phase.motion)) for phase in phases)


def moment(motion: Motion, time_s: float) -> BodyState:
    """A motion at one time."""
    track = motion.track(np.array([time_s]))
    return BodyState(track.T_world_body[0], track.linear_m_s[0], track.angular_rad_s[0], float(track.gait_rad[0]))


def begin_phase(phases: list[Phase], phase: Phase) -> None:
    """Appends a phase; what was to begin at the same moment never does."""
    while phases and phases[-1].since_s >= phase.since_s:
        phases.pop()
    phases.append(phase)
