"""Rooms: what is lit from inside, by lights under the ceiling that nobody declared and by what walls throw back."""

from dataclasses import replace
from math import exp

import numpy as np

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.looks import RGB
from composer.shade.arrays import Array, namespace
from composer.shade.lighting import Lamp
from composer.shade.sky import Sky
from composer.shade.views import Numbers, Planes
from composer.types import ROOM_SOLIDS, Light

Room = tuple[float, float, float]
"""Inside width, depth and height in metres."""

_CEILING = {"night": 0.0, "dusk": 0.55, "dawn": 0.55}
"""How far the lights under the ceiling are turned up; elsewhere wholly. At night declared lamps alone shine."""

_DIM: dict[str, RGB] = {"night": (0.20, 0.23, 0.30), "dusk": (0.62, 0.56, 0.54), "dawn": (0.60, 0.58, 0.60)}
_POWER: RGB = (1.0, 0.93, 0.82)
_STRENGTH = 0.80  # of one light, on a floor 1 m below
_BESIDE_LAMPS = 0.45  # what is left of them where lamps are declared: those shall be seen to shine
_NOBODY = -2  # no geom is theirs
_CORNER_M, _CORNER_SHARE = 0.45, 0.42


def indoors(sky: Sky, light: Light) -> Sky:
    """The sky of a room: no sun, and as much light from all round as the hour leaves; `sky` is the indoor one."""
    red, green, blue = _DIM.get(light, (1.0, 1.0, 1.0))

    def dimmed(colour: RGB) -> RGB:
        return 1.25 * colour[0] * red, 1.25 * colour[1] * green, 1.25 * colour[2] * blue

    return replace(
        sky,
        sun=(0.0, 0.0, 0.0),
        zenith=dimmed(sky.zenith),
        horizon=dimmed(sky.horizon),
        bounce=dimmed(sky.bounce),
        lamps=1.0 if light in _DIM else sky.lamps,
    )


def ceiling_lights(room: Room, light: Light, *, beside_lamps: bool) -> list[Lamp]:
    """Soft lights under the ceiling of a room, four in all, that light its floor alike however high it is."""
    width, depth, height = room
    share = _CEILING.get(light, 1.0) * (_BESIDE_LAMPS if beside_lamps else 1.0)
    if not share:
        return []
    power = _STRENGTH * share * max(1.0, height - 0.9) ** 2
    red, green, blue = (c * power for c in _POWER)
    return [
        Lamp((x * width, y * depth, height - 0.12), (red, green, blue), 0.9, _NOBODY)
        for x in (-0.22, 0.22)
        for y in (-0.22, 0.22)
    ]


def blocks(name: str, room: Room | None) -> bool:
    """Whether a solid takes light from what is near it: the walls of a room close it in, and throw it back."""
    return room is None or name not in ROOM_SOLIDS


def darken_corners(share: Numbers, points: Planes, normal: Planes, room: Room) -> None:
    """Takes from `share` what floor, walls and ceiling hide from one another where they meet."""
    half = np.array([room[0] / 2, room[1] / 2, room[2] / 2])
    _darken(share, points, normal, half)


def darkened(points: Array, normal: Array, room: Array) -> Array:
    """The share that `darken_corners` leaves, over arrays of either library."""
    xp, seen = namespace(points), 1.0
    for i, half in enumerate((room[0] / 2, room[1] / 2, room[2] / 2)):
        at = points[i] - (half if i == 2 else 0.0)
        for side in (-1.0, 1.0):
            facing = -side * normal[i]  # 1 on the wall itself
            taken = _CORNER_SHARE * (0.5 - 0.5 * facing) * xp.exp((half - side * at).clip(0) * (-1 / _CORNER_M))
            seen = seen * (1 - xp.where(facing < 0.9, taken, 0.0))
    return seen


@kernel
def _darken(share: Numpy, points: Numpy, normal: Numpy, half: Numpy) -> None:
    for n in range(share.shape[0]):
        seen = 1.0
        for i in range(3):
            at = points[i, n] - (half[2] if i == 2 else 0.0)
            for side in (-1.0, 1.0):
                facing = -side * normal[i, n]  # 1 on the wall itself
                if facing < 0.9:
                    away = max(0.0, half[i] - side * at)
                    seen *= 1 - _CORNER_SHARE * (0.5 - 0.5 * facing) * exp(-away / _CORNER_M)
        share[n] *= seen
