"""A motion as physics asks for it: at single steps, one after the other, and when it will come near what stands."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from composer.types import BodyTrack, Matrix, Solid, Vector
from composer.world.courses import HANDLING_S, Carried, Course, Drawn, Motion, Moved
from composer.world.physics_model import STEPS_A_SECOND

_BLOCK = 96  # steps that are worked out at once
_LOOK_S = 1 / 30
_AHEAD_S = 20.0
_CLEAR_M = 0.15


@dataclass(eq=False)
class Driver:
    """Implements `record.Foreseen` for a motion of `solid`."""

    motion: Motion
    solid: Solid
    _block: int = -1
    _track: BodyTrack | None = field(default=None, repr=False)

    def __call__(self, time_s: float) -> tuple[Matrix, Vector, Vector]:
        """Pose and velocities at a step of the story, or between two."""
        step = time_s * STEPS_A_SECOND
        at = round(step)
        if abs(step - at) > 1e-6:
            return _moment(self.motion.track(np.array([time_s])), 0)
        if at // _BLOCK != self._block:
            self._block = at // _BLOCK
            self._track = self.motion.track(
                np.arange(_BLOCK * self._block, _BLOCK * (self._block + 1)) / STEPS_A_SECOND
            )
        assert self._track is not None
        return _moment(self._track, at % _BLOCK)

    def comes_near(self, start_s: float, stop_s: float, balls: Float[np.ndarray, "m 4"]) -> float:
        """As in `record.Foreseen`; looks thirty times a second, from ball to ball, with room for what lies between."""
        own = float(np.linalg.norm(self.solid.size_m)) / 2 + _CLEAR_M
        still_s = still_from(self.motion)
        while start_s < stop_s:
            end_s = min(start_s + _AHEAD_S, stop_s)
            if (rest_s := rests_until(self.motion, start_s)) > end_s:  # such as the hours of a `later`
                end_s = min(rest_s, stop_s)
                times = np.array([start_s, start_s])
            else:
                times = np.arange(start_s, min(end_s, max(still_s, start_s)) + 2 * _LOOK_S, _LOOK_S)
            places = self.motion.track(times).T_world_body[:, :3, 3]
            step = float(np.linalg.norm(np.diff(places, axis=0), axis=1).max(initial=0.0))
            away = np.linalg.norm(places[:, None] - balls[None, :, :3], axis=-1) - balls[:, 3] - own - step
            near = (away <= 0).any(axis=1)
            if near.any():
                return float(times[max(int(np.argmax(near)) - 1, 0)])
            if end_s >= still_s:
                return float(np.inf)
            start_s = end_s
        return float(np.inf)


def still_from(motion: Motion) -> float:
    """From when on a motion stands still for ever (s of the story)."""
    match motion:
        case Drawn(place_gait=place, heading=heading):
            return float(max(place.starts_s[-1], heading.starts_s[-1]))
        case Carried(person=person, start_s=start_s):
            return max(_course_still_from(person), start_s + HANDLING_S)
        case Moved(start_s=start_s):
            return start_s + HANDLING_S
    return float(np.inf)


def rests_until(motion: Motion, time_s: float) -> float:
    """Until when a motion stands still from `time_s` on (s of the story); `time_s` when it moves."""
    match motion:
        case Drawn(place_gait=place, heading=heading):
            return min(place.rests_until(time_s), heading.rests_until(time_s))
        case Carried(person=person, start_s=start_s) if time_s >= start_s + HANDLING_S:
            phase, starts_s = person.phase_at(time_s), person.starts_s
            following = (start for start in starts_s if start > time_s)
            return min(rests_until(phase.motion, time_s), next(following, float(np.inf)))
    return time_s


def _course_still_from(course: Course) -> float:
    return max(still_from(course.phases[-1].motion), course.phases[-1].since_s)


def _moment(track: BodyTrack, index: int) -> tuple[Matrix, Vector, Vector]:
    return track.T_world_body[index], track.linear_m_s[index], track.angular_rad_s[index]
