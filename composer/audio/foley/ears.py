"""Who hears, and where what is heard is: cameras and sources over the time of the film."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from composer.timing import SAMPLE_RATE
from composer.types import Vector

Times = Float[np.ndarray, " f"]


@dataclass(frozen=True, eq=False)
class Trail:
    """A source over k film times (s, rising): where it is (m), how fast it goes, how much stands between it and the camera.

    `hidden` is 0 in plain sight, 1 behind something; where it jumps, a time may stand twice. Before the first time and
    after the last, all is as at that one. None: it stands still; nothing is in the way.
    """

    times_s: Float[np.ndarray, " k"]
    position_m: Float[np.ndarray, "k 3"]
    speed_m_s: Float[np.ndarray, " k"] | None = None
    hidden: Float[np.ndarray, " k"] | None = None

    @classmethod
    def still(cls, position_m: Vector, hidden: float = 0.0) -> "Trail":
        """A source that stays where it is."""
        return cls(np.zeros(1), np.asarray(position_m, float)[None], None, np.array([hidden]))

    def positions(self, times_s: Times) -> Float[np.ndarray, "f 3"]:
        """Where it is (m)."""
        return _along(times_s, self.times_s, self.position_m)

    def speeds(self, times_s: Times) -> Times:
        """How fast it goes (m/s)."""
        return np.zeros(len(times_s)) if self.speed_m_s is None else np.interp(times_s, self.times_s, self.speed_m_s)

    def hiding(self, times_s: Times) -> Times:
        """How much of it is hidden, 0 to 1."""
        hidden = np.zeros(len(times_s)) if self.hidden is None else np.interp(times_s, self.times_s, self.hidden)
        return np.clip(hidden, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class View:
    """A shot's camera (OpenCV axes) at f film times (s, rising), from the cut at the first on; `gain_db` of all it hears."""

    times_s: Float[np.ndarray, " f"]
    T_world_camera: Float[np.ndarray, "f 4 4"]
    gain_db: float = 0.0

    @property
    def gain(self) -> float:
        return float(10 ** (self.gain_db / 20))

    def positions(self, times_s: Times) -> Float[np.ndarray, "f 3"]:
        """Where it stands (m)."""
        return _along(times_s, self.times_s, self.T_world_camera[:, :3, 3])

    def rights(self, times_s: Times) -> Float[np.ndarray, "f 3"]:
        """Which way its right hand points."""
        right = _along(times_s, self.times_s, self.T_world_camera[:, :3, 0])
        return np.asarray(right / np.maximum(np.linalg.norm(right, axis=1, keepdims=True), 1e-9))


@dataclass(frozen=True, eq=False)
class Ears:
    """What hears a stretch of the film in which one place goes on: its cameras, one after another, until `stop_s`.

    `room_m` are the inside measures of a room; None: under the open sky.
    """

    views: tuple[View, ...]
    stop_s: float
    room_m: tuple[float, float, float] | None = None

    @cached_property
    def cuts(self) -> tuple[int, ...]:
        """Samples of the film at which each camera begins, and at which the last one ends."""
        return tuple(round(t * SAMPLE_RATE) for t in (*(float(v.times_s[0]) for v in self.views), self.stop_s))

    @cached_property
    def turns(self) -> tuple[tuple[View, int, int], ...]:
        """Each camera with the samples [start, stop) of the film that are its."""
        return tuple(zip(self.views, self.cuts[:-1], self.cuts[1:], strict=True))


def _along(
    times_s: Times, known_s: Float[np.ndarray, " k"], values: Float[np.ndarray, "k n"]
) -> Float[np.ndarray, "f n"]:
    return np.stack([np.interp(times_s, known_s, column) for column in values.T], axis=1)
