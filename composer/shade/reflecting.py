"""How what stands on wet ground and water looks in it: simple light, over numpy or torch alike."""

from collections.abc import Sequence

import numpy as np

from composer.looks import Look
from composer.shade import lighting
from composer.shade.arrays import Array, dot, namespace, planes, tinted
from composer.shade.lighting import Lamp
from composer.shade.many import Lamps, Skies
from composer.shade.openings import mean_glow
from composer.shade.sky import Sky
from composer.typed import Float

STEP = 2
"""Pixels a side of the picture for one of the mirror."""

BRIGHT = 0.7
"""Light from which what is mirrored draws streaks."""

BEND = 90.0
"""Pixels by which a slope of 1 shifts what is seen."""


def plain_colours(sky: Sky, looks: Sequence[Look]) -> tuple[Float[np.ndarray, "g 3"], Float[np.ndarray, "g 3"]]:
    """The mean reflectance of each look, and what it sends of its own."""
    mean = np.array([[0.8 * a + 0.2 * b for a, b in zip(k.albedo, k.second, strict=True)] for k in looks], np.float32)
    windows = np.array([mean_glow(k.openings) for k in looks], np.float32) * np.float32(sky.windows)
    return mean, mean * np.array([[k.glow] for k in looks], np.float32) + windows


def plain_light(  # noqa: PLR0913, PLR0917 - all that is reflected
    sky: Sky | Skies,
    lamps: Sequence[Lamp | Lamps],
    colours: tuple[Array, Array],
    geom: Array,
    normal: Array,
    points: Array,
    rays: Array,
    distance: Array,
) -> Array:
    """Light `[3 n]` of reflected surfaces: their plain `colours` under sun, dome and lamps, without shadows, and what glows.

    `distance [n]` counts in lengths of `rays [3 n]`, which lead to `points [3 n]` (m).
    """
    xp, (albedo, glow) = namespace(rays), colours
    facing = dot(normal, sky.towards_sun).clip(0, 1)
    around = lighting.ambient(sky, normal)
    light = planes(*(albedo[i] * (around[i] * 0.8 + facing * (0.75 * sky.sun[i])) for i in range(3))) + glow
    for lamp in lamps:
        share, _ = lighting.from_lamp(lamp, points, normal)
        own = geom == lamp.geom
        shines = own & (points[2] > lamp.position[2] - lamp.head_m)
        light = light + albedo * tinted(lamp.power, xp.where(own, 0, share)) + tinted(lamp.power, shines * 0.4)
    length = xp.sqrt(dot(rays, rays))
    return lighting.air(sky, light, rays / length, length * distance)
