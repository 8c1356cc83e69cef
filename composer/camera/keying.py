"""From the `keys` of a shot list to a keyed camera: what a key leaves unsaid is as in its neighbour."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from jaxtyping import Float

from composer.camera import faults
from composer.camera.framing import DEFAULT_LENS_MM
from composer.camera.keyed import Key, Keyed
from composer.camera.moves import Trail
from composer.camera.setup import Setup
from composer.camera.stand import EYES_M
from composer.camera.trails import trail_of
from composer.errors import Problem
from composer.schema import Camera
from composer.types import Vector

_LEAST_M = 0.05
T = TypeVar("T")

Spot = tuple[float, ...] | str
Aim = tuple[str, ...] | tuple[float, ...]
"""Names, or a point in metres."""


@dataclass(frozen=True, eq=False)
class Fixed:
    """A trail that stays at a point."""

    point: Vector

    def __call__(self, times_s: Float[np.ndarray, " f"]) -> Float[np.ndarray, "f 3"]:
        return np.tile(self.point, (len(times_s), 1))


def keyed_of(camera: Camera, setup: Setup) -> Keyed | None:
    """The camera of a list's keys; None when no key says where it is, or none what it looks at."""
    assert camera.keys is not None
    spots: list[Spot] = _filled([key.at for key in camera.keys])
    aims: list[Aim] = _filled(
        [(key.aim,) if isinstance(key.aim, str) else key.aim for key in camera.keys], setup.names or None
    )
    lenses = _filled([key.lens for key in camera.keys], camera.lens or DEFAULT_LENS_MM)
    rolls = _filled([key.roll for key in camera.keys], 0.0)
    if not spots or not aims or not lenses or not rolls:
        return None
    known = list(dict.fromkeys(aims))
    times = [float(key.t.seconds(setup.slate.fps)) for key in camera.keys]
    told = zip(times, spots, aims, lenses, rolls, strict=True)
    keys = tuple(
        Key(time, _standing(spot, setup), known.index(aim), lens, float(np.deg2rad(roll)))
        for time, spot, aim, lens, roll in told
    )
    return Keyed(keys, tuple(_trail(aim, setup) for aim in known))


def problems_of(keyed: Keyed, setup: Setup) -> Iterator[Problem]:
    """Keys that look at the very point where the camera is."""
    times = np.array([key.time_s for key in keyed.keys])
    away = np.linalg.norm(keyed.targets(times) - [key.position for key in keyed.keys], axis=1)
    for k in np.flatnonzero(away < _LEAST_M):
        yield faults.looks_at_itself(setup.slate, int(k))


def _filled(told: Sequence[T | None], default: T | None = None) -> list[T]:
    """Each value, or that of the one before, or of the first that is told; empty when there is none."""
    last = next((value for value in told if value is not None), default)
    filled = []
    for value in told:
        last = last if value is None else value
        if last is None:
            return []
        filled.append(last)
    return filled


def _standing(spot: Spot, setup: Setup) -> Vector:
    if isinstance(spot, str):
        stands: Vector = setup.scenery.layout.marks[spot].position + np.array([0.0, 0.0, EYES_M])
        return stands
    return np.array(spot, dtype=float)


def _trail(aim: Aim, setup: Setup) -> Trail:
    names = tuple(name for name in aim if isinstance(name, str))
    if names:
        return trail_of(names, setup.scenery, setup.start_s, setup.duration_s)
    return Fixed(np.array(aim, dtype=float))
