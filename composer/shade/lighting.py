"""Light on surfaces: sun, dome, lamps, mirrors and air, as pure functions over planes."""

from dataclasses import dataclass
from math import log

import numpy as np

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.looks import RGB
from composer.shade.arrays import Array, at_most, dot, namespace, planes, single, smooth, tinted
from composer.shade.many import Lamps, Skies
from composer.shade.sky import Sky, dome

GREY = 0.3
"""Reflectance of the surfaces that show light alone."""

DULL = 0.03
"""Gloss from which mirrors and highlights are seen."""

_SHINY = 0.1  # gloss from which they are seen in full
_DARKEST = 0.02  # reflectance from which light can be told


@dataclass(frozen=True)
class Lamp:
    """A point that shines: where (m), its colour times strength, how big, the geom it belongs to, how far that shines below.

    A `geom` < 0 is none: nobody sees where the light comes from.
    """

    position: tuple[float, float, float]
    power: RGB
    radius_m: float
    geom: int
    head_m: float = 1e3


def ambient(sky: Sky | Skies, normal: Array) -> Array:
    """Light of the dome and from below on a surface that faces `normal`: three numbers or planes alike."""
    up = 0.5 + 0.5 * normal[2]
    above = [0.52 * z + 0.48 * h + 0.10 * g for z, h, g in zip(sky.zenith, sky.horizon, sky.glow, strict=True)]
    s = sky.towards_sun
    side = 0.5 + 0.5 * (normal[0] * s[0] + normal[1] * s[1])
    side = side * side * 0.42
    return [sky.bounce[i] * (1 - up) + above[i] * up + sky.glow[i] * side for i in range(3)]


def lit(sky: Sky | Skies, albedo: Array, normal: Array, sun: Array, open_: Array, bands: Array) -> Array:
    """Radiance `[3 n]` of a matt surface: `sun [n]` is the share of sunlight (0 in shadow), `open_` of the dome it sees."""
    share = dot(normal, sky.towards_sun).clip(0) * sun
    if not isinstance(bands, int):
        share = namespace(share).where(bands > 0, stepped(share, bands.clip(1)), share)
    elif bands:
        share = stepped(share, bands)
    around = ambient(sky, normal)
    return planes(*(albedo[i] * (around[i] * open_ + sky.sun[i] * share) for i in range(3)))


def stepped(share: Array, bands: Array) -> Array:
    """Light in `bands` even steps, with soft edges."""
    xp = namespace(share)
    scaled = share.clip(0, 1) * bands
    base = xp.floor(scaled)
    return (base + smooth(0.42, 0.58, scaled - base)) / bands


def from_lamp(lamp: Lamp | Lamps, points: Array, normal: Array) -> tuple[Array, Array]:
    """Share of a lamp's light `[n]` on surfaces at `points [3 n]`, and the way to it `[3 n]` (not unit)."""
    xp = namespace(points)
    to = planes(*(lamp.position[i] - points[i] for i in range(3)))
    near = dot(to, to) + lamp.radius_m**2
    cosine = (dot(normal, to) / xp.sqrt(near) * 0.85 + 0.15).clip(0)
    return cosine / near, to


def mirrored(sky: Sky | Skies, normal: Array, gloss: Array, metal: Array | float, view: Array) -> tuple[Array, Array]:
    """What a glossy surface mirrors of the dome `[3 n]`, and how strongly `[n]`. `view [3 n]` unit, towards it."""
    if single(normal, gloss, metal, view) and isinstance(sky, Sky):
        bounce, share = np.empty_like(view), np.empty_like(gloss)
        _bounce_each(normal, gloss, np.asarray(metal), view, bounce, share)
        return dome(sky, bounce), share
    return _mirrored(sky, normal, gloss, metal, view)


def _mirrored(sky: Sky | Skies, normal: Array, gloss: Array, metal: Array | float, view: Array) -> tuple[Array, Array]:
    """What `mirrored` is, over arrays of either library."""
    n = normal
    facing = dot(n, view)
    bounce = planes(*(view[i] - 2 * facing * n[i] for i in range(3)))
    seen = dome(sky, bounce)
    return seen, fresnel(facing, gloss, metal)


@kernel
def _bounce_each(normal: Numpy, gloss: Numpy, metal: Numpy, view: Numpy, bounce: Numpy, share: Numpy) -> None:
    zero, one, two = np.float32(0), np.float32(1), np.float32(2)
    least, added, most = np.float32(0.04), np.float32(0.30), np.float32(0.8)
    for n in range(share.shape[0]):
        facing = normal[0, n] * view[0, n] + normal[1, n] * view[1, n] + normal[2, n] * view[2, n]
        for i in range(3):
            bounce[i, n] = view[i, n] - two * facing * normal[i, n]
        grazing = one - min(max(-facing, zero), one)
        square, base = grazing * grazing, least + added * metal[n]
        share[n] = (base + (one - base) * square * square * grazing * most) * gloss[n]


def fresnel(facing: Array, gloss: Array | float, metal: Array | float) -> Array:
    """Schlick's approximation; what is rough mirrors little."""
    grazing = 1 - (-facing).clip(0, 1)
    square = grazing * grazing
    base = 0.04 + 0.30 * metal
    return (base + (1 - base) * square * square * grazing * 0.8) * gloss


def highlight(sky: Sky | Skies, normal: Array, view: Array, gloss: Array | float) -> Array:
    """The sun's (or moon's) highlight `[n]`, Blinn-Phong."""
    if single(normal, view, gloss) and isinstance(sky, Sky):
        shine = np.empty_like(gloss)
        _shine_each(np.array(sky.towards_sun, np.float32), normal, view, np.asarray(gloss), shine)
        return shine
    return _highlight(sky, normal, view, gloss)


def _highlight(sky: Sky | Skies, normal: Array, view: Array, gloss: Array | float) -> Array:
    """What `highlight` is, over arrays of either library."""
    xp = namespace(view)
    s = sky.towards_sun
    half = planes(*(s[i] - view[i] for i in range(3)))
    cosine = dot(normal, half) / xp.sqrt(dot(half, half) + 1e-9)
    square = gloss * gloss
    return xp.exp((cosine.clip(0, 1) - 1) * (12 + 260 * square)) * (square * (0.5 + 1.5 * gloss))


@kernel
def _shine_each(sun: Numpy, normal: Numpy, view: Numpy, gloss: Numpy, shine: Numpy) -> None:
    zero, one, half, tiny, faint = np.float32(0), np.float32(1), np.float32(0.5), np.float32(1e-9), np.float32(-18)
    broad, sharp, more = np.float32(12), np.float32(260), np.float32(1.5)
    for n in range(shine.shape[0]):
        x, y, z = sun[0] - view[0, n], sun[1] - view[1, n], sun[2] - view[2, n]
        cosine = (normal[0, n] * x + normal[1, n] * y + normal[2, n] * z) / np.sqrt(x * x + y * y + z * z + tiny)
        square = gloss[n] * gloss[n]
        power = (min(max(cosine, zero), one) - one) * (broad + sharp * square)
        shine[n] = zero
        if power > faint:  # less is nothing, beside any light
            shine[n] = np.exp(power) * (square * (half + more * gloss[n]))


def alight(lamps: Array, lamp: Array, foot_m: Array, v: Array) -> Array:
    """What a lamp's own body sends `[3 n]`, `v [n]` (m) up it: it shines from `foot_m` upwards; `lamps` as `Sky.lamps`."""
    glow = ((v - foot_m) * 25).clip(0, 1)
    strength = 0.35 + 4.2 * lamps
    return planes(*(glow * (c * strength) for c in lamp))


def air(sky: Sky | Skies, radiance: Array, view: Array, distance: Array) -> Array:
    """Fog: contrast halves with every `fog_m` of `distance [n]`; it has the colour of the horizon behind."""
    clear = namespace(distance).exp(distance * (-log(2) / sky.fog_m))
    level = planes(view[0], view[1], (view[2] * 0.5).clip(0))
    return radiance * clear + dome(sky, level) * (1 - clear)


def haloes(sky: Sky | Skies, lamp: Lamp | Lamps, eye: Array, view: Array, distance: Array) -> Array:
    """Light of a lamp scattered by the air in front of what is seen `[3 n]`: the integral of 1/r^2 along each view."""
    xp, density = namespace(distance), 0.003 + at_most(0.7 / sky.fog_m, 0.02)
    to = tuple(lamp.position[i] - eye[i] for i in range(3))
    along = dot(to, view)
    apart2 = (to[0] ** 2 + to[1] ** 2 + to[2] ** 2 - along * along).clip(0) + lamp.radius_m**2
    apart = xp.sqrt(apart2)
    glow = (xp.arctan((distance - along) / apart) + xp.arctan(along / apart)) / apart
    return tinted(lamp.power, (glow * density * smooth(9.0, 0.5, apart)).clip(0))


def mirroring(gloss: Array, flat: Array) -> Array:
    """The gloss that is seen to mirror and to shine: none of what is dull, less where a style is `flat`."""
    return gloss * smooth(DULL, _SHINY, gloss) * (1 - 0.8 * flat)


def laid(  # noqa: PLR0913, PLR0917 - all that a glossy surface sends
    light: Array, seen: Array, share: Array, open_: Array, albedo: Array, metal: Array, shine: Array, colour: Array
) -> Array:
    """`light [3 n]` of surfaces with what is `seen` in them laid over it, metal's in its own colour, and the sun's `shine`
    (of light `colour`) on top.
    """
    xp = namespace(light)
    most = xp.maximum(xp.maximum(albedo[0], albedo[1]), albedo[2]) + 1e-3
    tint = 1 + (albedo / most - 1) * metal
    return light + (seen * tint - light) * (share * open_) + tinted(colour, shine)


def apart(light: Array, matt: Array, albedo: Array) -> tuple[Array, Array]:
    """`light [3 n]` of surfaces in two: what a matt one of reflectance `GREY` would send, and the reflectance that makes
    the light of it. `matt [n]` is the sum of what is matt in it: where a surface shines or mirrors, its light is taken as
    it is, and its reflectance turns grey.
    """
    total = light.sum(0)
    share = ((total - matt) / (total + 0.003)).clip(0, 1)
    albedo = (albedo * (1 - share) + GREY * share).clip(_DARKEST, 1)
    return light * (GREY / albedo), albedo


def held_back(corners: Array) -> Array:
    """Pixels `[planes m]` of their samples `[planes c m]`, the brightest held back: the first three planes are their light."""
    weight = 1 / (1 + namespace(corners).amax(corners[:3], 0))
    return (corners * weight).sum(1) / weight.sum(0)
