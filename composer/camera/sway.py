"""Handheld: a seeded sway of 1.5 cm and 0.3 degrees rms between 0.5 and 3 Hz.

Each axis is a sum of sines whose frequencies are multiples of 1/40 Hz: smooth, and over 40 s its rms is exact. Slow sways
are wider than quick ones. A part eases in and out within half a second, so that a shot begins in its framing; where one
handheld part follows another, it sways on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.camera.optics import Poses, eased

RMS_M, RMS_DEG = 0.015, 0.3
SLOWEST_HZ, FASTEST_HZ = 0.5, 3.0
PERIOD_S = 40.0
_SINES = 24
_AXES = np.array(
    [0.62, 0.66, 0.42, 0.6, 0.68, 0.42]
)  # right, up, ahead; yaw, pitch, roll: of either rms, squares add to 1
_EASE_S = 0.5


@dataclass(frozen=True, eq=False)
class Sway:
    """The hand of one shot: six axes of sines, and how strong it is when: ends of its ramps (s), and their rise or fall."""

    hertz: Float[np.ndarray, "6 n"]
    phases_rad: Float[np.ndarray, "6 n"]
    amplitudes: Float[np.ndarray, "6 n"]
    ramps: tuple[tuple[float, float, float], ...]

    @classmethod
    def seeded(cls, seed: int, ramps: Sequence[tuple[float, float, float]]) -> "Sway":
        """The same seed sways the same way."""
        rng = np.random.default_rng(seed)
        choices = np.arange(round(SLOWEST_HZ * PERIOD_S), round(FASTEST_HZ * PERIOD_S) + 1)
        hertz = np.array([rng.choice(choices, _SINES, replace=False) for _ in range(6)]) / PERIOD_S
        amplitudes = 1 / hertz
        amplitudes *= np.sqrt(2 / (amplitudes**2).sum(axis=1, keepdims=True))
        amplitudes *= (_AXES / np.linalg.norm(_AXES.reshape(2, 3), axis=1).repeat(3))[:, None]
        amplitudes *= np.repeat([RMS_M, np.deg2rad(RMS_DEG)], 3)[:, None]
        return cls(hertz, rng.uniform(0, 2 * np.pi, (6, _SINES)), amplitudes, tuple(ramps))

    def level(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, " f"]:
        """How strong it is: 1 for `handheld`."""
        level = np.zeros(len(times_s))
        for start, stop, rise in self.ramps:
            level += rise * eased((times_s - start) / max(stop - start, 1e-9), "ease")
        return level

    def full(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 6"]:
        """Metres to the right, up and ahead, and radians of yaw, pitch and roll, at level 1."""
        angles = 2 * np.pi * self.hertz[:, :, None] * times_s + self.phases_rad[:, :, None]
        sway: Float[np.ndarray, "f 6"] = (self.amplitudes[:, :, None] * np.sin(angles)).sum(axis=1).T
        return sway

    def on(self, poses: Poses, times_s: Float[np.ndarray, " f"]) -> Poses:
        """A camera with this hand."""
        sway = self.level(times_s)[:, None] * self.full(times_s)
        c, s, still = np.cos(poses.yaw_rad), np.sin(poses.yaw_rad), np.zeros(len(times_s))
        right, ahead = np.column_stack([s, -c, still]), np.column_stack([c, s, still])
        positions = poses.positions + sway[:, :1] * right + sway[:, 1:2] * np.array([0.0, 0.0, 1.0])
        return Poses(
            positions + sway[:, 2:3] * ahead,
            poses.yaw_rad + sway[:, 3],
            poses.pitch_rad + sway[:, 4],
            poses.lens_mm,
            poses.roll_rad + sway[:, 5],
        )


def ramps_of(levels: Sequence[tuple[float, float, float]]) -> tuple[tuple[float, float, float], ...]:
    """Ramps (start, stop, rise) of handheld parts in order, each from `start` to `stop` (s) at its level.

    Up after a part begins, down before it ends; none where the next goes on at the same level. A part that ends at infinity
    never comes down.
    """
    ramps: list[tuple[float, float, float]] = []
    for i, (start, stop, level) in enumerate(levels):
        ease = min(_EASE_S, (stop - start) / 2)
        before = levels[i - 1] if i and levels[i - 1][1] == start else (start, start, 0.0)
        after = levels[i + 1] if i + 1 < len(levels) and levels[i + 1][0] == stop else (stop, stop, 0.0)
        if level > before[2]:
            ramps.append((start, start + ease, level - before[2]))
        if level > after[2] and np.isfinite(stop):
            ramps.append((stop - ease, stop, after[2] - level))
    return tuple(ramps)
