"""What happens, as plain values: blows, rolls and slides, walks, things that fly past. Times are the film's, in seconds."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from composer.audio.foley.blows import Place
from composer.audio.foley.bodies import Body
from composer.audio.foley.ears import Trail
from composer.types import ContactKind, Material

Surface = Literal["plain", "gravel", "sand", "snow", "grass"]


@dataclass(frozen=True, eq=False)
class Strike:
    """Two bodies touch at `time_s`, as `Contact` has it: a blow, or for `duration_s` a roll or a slide of the first.

    `trail` is where that is, and for a roll or a slide how fast; `places` is where on each body, in half extents from its
    middle (None: anywhere). `name` seeds what is random: the same name, the same sound.
    """

    name: str
    time_s: float
    bodies: tuple[Body, Body]
    impulse_n_s: float
    trail: Trail
    kind: ContactKind = "blow"
    duration_s: float = 0.0
    places: tuple[Place, Place] = (None, None)


@dataclass(frozen=True)
class Ground:
    """What is walked on: what it is made of, what lies on it, whether it is wet."""

    material: Material
    surface: Surface = "plain"
    wet: bool = False


@dataclass(frozen=True, eq=False)
class Walk:
    """A person on foot: `trail` with speeds, at rising times; `grounds` is one ground a time, or one for all.

    Where `gait_rad` is known (pi a step, a foot lands at each multiple), steps fall there; without it they follow from
    the speed. `heading_rad` tells of turns on the spot.
    """

    name: str
    trail: Trail
    grounds: tuple[Ground, ...]
    height_m: float = 1.75
    mass_kg: float = 75.0
    gait_rad: Float[np.ndarray, " k"] | None = None
    heading_rad: Float[np.ndarray, " k"] | None = None


@dataclass(frozen=True, eq=False)
class Pass:
    """A body of `size_m` across that flies or drives along `trail`; heard where it passes a camera fast and near."""

    name: str
    trail: Trail
    size_m: float


Event = Strike | Walk | Pass
