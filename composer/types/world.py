"""Bodies in motion: one moment, and tracks over frames."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from composer.typed import Bool, Float
from composer.types.places import Matrix, Vector

ContactKind = Literal["blow", "roll", "slide"]


@dataclass(frozen=True, eq=False)
class BodyState:
    """A subject at one moment. `gait_rad` is the phase of a walker's step, 2 pi for two steps; 0 for things."""

    T_world_body: Matrix
    linear_m_s: Vector
    angular_rad_s: Vector
    gait_rad: float = 0.0


@dataclass(frozen=True, eq=False)
class WorldState:
    """Every subject of one place at one moment of the story; `frame` is its index in the track it was taken from.

    `variants` name the look that an anchor or subject has taken on (`Solid.looks`); what is absent is plain.
    """

    frame: int
    bodies: Mapping[str, BodyState]
    time_s: float = 0.0
    variants: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class BodyTrack:
    """A subject over f frames. `present` is false where it is in another place; None: it is here throughout."""

    T_world_body: Float[np.ndarray, "f 4 4"]
    linear_m_s: Float[np.ndarray, "f 3"]
    angular_rad_s: Float[np.ndarray, "f 3"]
    gait_rad: Float[np.ndarray, " f"]
    present: Bool[np.ndarray, " f"] | None = None


@dataclass(frozen=True, eq=False)
class WorldTrack:
    """Every subject of one place over f frames at `times_s` of the story; subjects that are elsewhere are absent.

    `variants` are those of `WorldState`, frame by frame; empty where nothing ever changes its look.
    """

    bodies: Mapping[str, BodyTrack]
    times_s: Float[np.ndarray, " f"]
    variants: tuple[Mapping[str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.times_s)

    def __getitem__(self, frame: int) -> WorldState:
        return WorldState(
            frame,
            {
                name: BodyState(
                    b.T_world_body[frame], b.linear_m_s[frame], b.angular_rad_s[frame], float(b.gait_rad[frame])
                )
                for name, b in self.bodies.items()
                if b.present is None or b.present[frame]
            },
            float(self.times_s[frame]),
            self.variants[frame] if self.variants else {},
        )


@dataclass(frozen=True, eq=False)
class Contact:
    """Two bodies touch: a blow of `impulse_n_s` along `normal` (from the first to the second) at `time_s` of the story.

    With a `duration_s` they stay in touch from then on, rolling or sliding, and the impulse is that of all the time.
    Bodies are named; the ground is `ground`.
    """

    time_s: float
    bodies: tuple[str, str]
    position: Vector
    normal: Vector
    impulse_n_s: float
    duration_s: float = 0.0
    kind: ContactKind = "blow"
