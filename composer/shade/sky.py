"""The light of a place: sun or moon, the dome above, what lamps and windows do at that hour."""

from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.looks import RGB, Weather
from composer.shade.arrays import Array, at_least, blend, dot, namespace, planes, single, smooth, tinted
from composer.shade.many import Skies
from composer.shade.noise import mottled, thrown
from composer.types import Light

_HIGHEST = 0.06  # sine of the height that no hill reaches


@dataclass(frozen=True)
class Sky:
    """Radiance of sun and dome, linear RGB; a white wall in full sun is near 1.

    `sun` is its irradiance, from `bearing_deg` (clockwise from north) at `height_deg`; `zenith`, `horizon` the dome, `glow`
    what the sun adds to the horizon below it; `bounce` the light from below. `cloud` 0 to 1. `lamps` and `windows` say how
    strongly they are seen to shine. `fog_m` halves contrast. `sharp` 1 for hard shadows.
    """

    bearing_deg: float
    height_deg: float
    sun: RGB
    zenith: RGB
    horizon: RGB
    glow: RGB
    bounce: RGB
    cloud: float
    lamps: float
    windows: float
    fog_m: float
    exposure: float = 1.0
    stars: float = 0.0
    indoor: bool = False

    @property
    def towards_sun(self) -> RGB:
        """Unit vector to the sun: x east, y north, z up."""
        b, h = radians(self.bearing_deg), radians(self.height_deg)
        return sin(b) * cos(h), cos(b) * cos(h), sin(h)

    @property
    def starry(self) -> bool:
        return self.stars > 0

    @property
    def overcast(self) -> bool:
        return self.cloud >= 0.95

    @property
    def faint(self) -> float:
        """Light of a lamp that nobody sees beside the sky's."""
        return 0.05 * sum(self.horizon) / 3 + 0.010


SKIES: dict[Light, Sky] = {
    "dawn": Sky(118, 9, (2.6, 1.38, 0.66), (0.20, 0.27, 0.42), (0.66, 0.53, 0.47), (1.25, 0.62, 0.28), (0.14, 0.12, 0.11), 0.42, 0.8, 0.15, 560, 1.0),
    "morning": Sky(128, 27, (2.1, 1.75, 1.32), (0.20, 0.36, 0.66), (0.66, 0.72, 0.78), (0.65, 0.52, 0.34), (0.22, 0.20, 0.18), 0.32, 0.15, 0.0, 950, 0.88),
    "day": Sky(214, 50, (2.15, 2.0, 1.75), (0.15, 0.33, 0.72), (0.56, 0.70, 0.86), (0.25, 0.22, 0.16), (0.26, 0.25, 0.23), 0.38, 0.0, 0.0, 1300, 0.84),
    "afternoon": Sky(238, 30, (2.25, 1.78, 1.2), (0.18, 0.34, 0.64), (0.66, 0.70, 0.70), (0.70, 0.50, 0.26), (0.24, 0.21, 0.17), 0.34, 0.1, 0.0, 950, 0.88),
    "dusk": Sky(256, 6, (1.45, 0.66, 0.30), (0.13, 0.16, 0.32), (0.52, 0.34, 0.33), (1.45, 0.52, 0.17), (0.10, 0.085, 0.09), 0.46, 1.0, 0.7, 560, 1.0),
    "night": Sky(150, 38, (0.17, 0.22, 0.33), (0.022, 0.036, 0.078), (0.062, 0.082, 0.130), (0.03, 0.04, 0.06), (0.018, 0.022, 0.032), 0.30, 1.0, 1.0, 520, 1.25, 1.0),
    "overcast": Sky(200, 55, (0.22, 0.21, 0.195), (0.55, 0.61, 0.69), (0.80, 0.79, 0.77), (0.36, 0.32, 0.26), (0.25, 0.24, 0.22), 1.0, 0.15, 0.1, 420, 1.12),
    "indoor": Sky(200, 60, (0.20, 0.19, 0.17), (0.30, 0.285, 0.26), (0.26, 0.245, 0.225), (0.0, 0.0, 0.0), (0.17, 0.155, 0.135), 0.0, 0.9, 0.0, 4000, 1.0, 0.0, True),
}  # fmt: skip


def sky_of(light: Light, sun: tuple[float, float] | None, fog_m: float | None, weather: Weather) -> Sky:
    """The sky of a light, with what the place says of sun (bearing and height in degrees), fog and weather."""
    sky = SKIES[light]
    if sun is not None:
        sky = replace(sky, bearing_deg=sun[0], height_deg=sun[1])
    if weather.cloud is not None and not sky.indoor:
        sky = _covered(sky, weather.cloud if weather.cloud < 0.2 else max(weather.cloud, sky.cloud))
    if weather.warm:
        warmth = 0.10 * weather.warm
        sky = replace(
            sky,
            sun=_warmed(sky.sun, warmth),
            zenith=_warmed(sky.zenith, warmth),
            horizon=_warmed(sky.horizon, warmth),
            bounce=_warmed(sky.bounce, warmth),
        )
    fog = fog_m if fog_m is not None else weather.fog_m if weather.fog_m is not None else sky.fog_m
    return replace(sky, fog_m=float(fog))


def _covered(sky: Sky, cloud: float) -> Sky:
    """Clouds take the sun and share its light out over the dome."""
    lost = smoothstep(max(0.0, cloud - sky.cloud) / max(1e-3, 1 - sky.cloud)) if cloud > sky.cloud else 0.0
    mean = sum(sky.zenith) / 3 * 0.5 + sum(sky.horizon) / 3 * 0.5
    grey = tuple(
        0.55 * mean + 0.45 * h + 0.10 * s * max(0.15, sky.towards_sun[2])
        for h, s in zip(sky.horizon, sky.sun, strict=True)
    )

    def towards(a: RGB, b: tuple[float, ...], share: float) -> RGB:
        return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share

    return replace(
        sky,
        sun=towards(sky.sun, tuple(0.15 * v for v in sky.sun), lost),
        zenith=towards(sky.zenith, tuple(0.85 * g for g in grey), 0.9 * lost),
        horizon=towards(sky.horizon, tuple(1.05 * g for g in grey), 0.7 * lost),
        glow=towards(sky.glow, (0.0, 0.0, 0.0), 0.75 * lost),
        cloud=cloud,
        stars=sky.stars * (1 - lost),
        fog_m=sky.fog_m * (1 - 0.62 * lost),
        exposure=sky.exposure * (1 + 0.15 * lost),
    )


def smoothstep(t: float) -> float:
    return t * t * (3 - 2 * t)


def _warmed(colour: RGB, warmth: float) -> RGB:
    return colour[0] * (1 + warmth), colour[1], colour[2] * (1 - warmth)


def dome(sky: Sky | Skies, directions: Array) -> Array:
    """Radiance `[3 n]` of the clear dome in unit `directions [3 n]`: the colour of fog, ambient light and mirrors too.

    Below the horizon it goes on as at the horizon.
    """
    if not (single(directions) and isinstance(sky, Sky)):
        return _dome(sky, directions)
    result = np.empty_like(directions)
    _dome_each(np.array([sky.towards_sun, sky.horizon, sky.zenith, sky.glow], np.float32), directions, result)
    return result


def _dome(sky: Sky | Skies, directions: Array) -> Array:
    """What `dome` is, over arrays of either library."""
    up = directions[2].clip(0, 1)
    height = 1 - (1 - up) * (1 - up) * (1 - up)
    s = sky.towards_sun
    facing = dot(directions, s)
    low = 1 - up
    low = low * low * low
    glow = ((0.5 + 0.5 * facing).clip(0, 1) ** 5) * (0.25 + 0.75 * low)
    return planes(*(blend(sky.horizon[i], sky.zenith[i], height) + sky.glow[i] * glow for i in range(3)))


@kernel
def _dome_each(numbers: Numpy, directions: Numpy, result: Numpy) -> None:
    zero, one, half, quarter = np.float32(0), np.float32(1), np.float32(0.5), np.float32(0.25)
    sun, horizon, zenith, glow = numbers[0], numbers[1], numbers[2], numbers[3]
    for n in range(directions.shape[1]):
        x, y, z = directions[0, n], directions[1, n], directions[2, n]
        low = one - min(max(z, zero), one)
        low = low * low * low
        facing = min(max(half + half * (x * sun[0] + y * sun[1] + z * sun[2]), zero), one)
        shine = facing * facing * facing * facing * facing * (quarter + (one - quarter) * low)
        for i in range(3):
            result[i, n] = horizon[i] + (zenith[i] - horizon[i]) * (one - low) + glow[i] * shine


def heavens(sky: Sky | Skies, directions: Array, time_s: Array, width: Array) -> Array:
    """What stands in the sky in unit `directions [3 n]`: the dome, sun or moon, drifting clouds, stars.

    `width` is the angle of a pixel in radians; it and the time are numbers, or planes `[n]`.
    """
    colour = dome(sky, directions)
    if sky.indoor:
        return colour
    facing = dot(directions, sky.towards_sun)
    if sky.starry:
        colour = colour + _stars(sky, directions, width)
    colour = colour + _disc(sky, facing, width)
    colour = _clouded(sky, colour, directions, facing, time_s, width)
    return _ridge(sky, colour, directions, width)


def _clouded(sky: Sky | Skies, colour: Array, directions: Array, facing: Array, time_s: Array, width: Array) -> Array:
    """Clouds on a level ceiling that drift: lit on the side of the sun, thin at their rims, dark where they are deep."""
    up = directions[2].clip(0, 1)
    flat = 1 / (up + 0.16)
    x, y, w = directions[0] * flat, directions[1] * flat, 3.0 * width * flat * flat
    s = sky.towards_sun
    level = at_least((s[0] ** 2 + s[1] ** 2) ** 0.5, 0.2)
    ahead_x, ahead_y = 0.10 * s[0] / level, 0.10 * s[1] / level
    x, y, soft = x + 0.0016 * time_s, y + 0.0 * up, w.clip(0.05)
    broad = mottled(x, y, soft, 4.2, 7_001)
    fine = mottled(x * 2.7 + 0.0014 * time_s, y * 2.7, (w * 2.7).clip(0.05), 4.2, 90_011)
    wisps = mottled(x * 7.3, y * 6.1, w * 7, 4.2, 55_021)
    puffs = broad + 0.42 * fine + 0.10 * wisps
    slope = broad - mottled(x + ahead_x, y + ahead_y, soft, 4.2, 7_001)
    deep = puffs + 2.6 * sky.cloud - 1.5
    if sky.overcast:
        cover, lit = 0.85, smooth(-2.2, 2.4, puffs + 1.3 * slope)
    else:
        cover = 0.95 * smooth(0.0, 1.7, deep)
        lit = (0.62 + 0.5 * slope - 0.07 * fine).clip(0, 1) * (1 - 0.5 * smooth(0.9, 3.0, deep))
    near_sun = facing.clip(0, 1) ** 6
    dark, bright = _cloud_colours(sky)
    seen = planes(
        *(blend(dark[i], bright[i], lit) + near_sun * (0.30 * sky.glow[i] + 0.05 * sky.sun[i]) for i in range(3))
    )
    return blend(colour, seen, cover * smooth(-0.01, 0.15, directions[2]))


def _cloud_colours(sky: Sky | Skies) -> tuple[Array, Array]:
    """Of clouds in their own shadow, and where the sun meets them."""
    grey = 0.10 * sum(sky.horizon)
    mix = (0.66, 0.20, 0.42, 0.72, 0.0, 0.25) if sky.overcast else (0.50, 0.40, 0.0, 0.42, grey, 0.30)
    dark = tuple(mix[0] * z + mix[1] * h for z, h in zip(sky.zenith, sky.horizon, strict=True))
    every = zip(sky.zenith, sky.horizon, sky.sun, strict=True)
    bright = tuple(mix[2] * z + mix[3] * h + mix[4] + mix[5] * sun for z, h, sun in every)
    return (dark[0], dark[1], dark[2]), (bright[0], bright[1], bright[2])


def _ridge(sky: Sky | Skies, colour: Array, directions: Array, width: Array) -> Array:
    """Hills at the world's end, one range behind another: they close the plane off and give the eye a scale."""
    xp = namespace(directions)
    low = directions[2] < _HIGHEST
    up, level = directions[2][low], directions[1][low] * 0
    bearing = xp.arctan2(directions[0][low], directions[1][low]) * 1.5915494  # ten units round, as the noise repeats
    seen, thin = colour[:, low], level + 0.02
    width = at_least(width if isinstance(width, float) else width[low], 1e-5)
    hills = [0.55 * z + 0.10 * h for z, h in zip(sky.zenith, sky.horizon, strict=True)]
    hills = [hill if isinstance(hill, float) else hill[low] for hill in hills]
    for height, rough, seed, strength in ((0.015, 0.0055, 3_301, 0.28), (0.008, 0.0032, 12_007, 0.46)):
        crest = height + rough * mottled(bearing, level, thin, 10.0, seed)
        crest = crest + 0.16 * rough * mottled(bearing * 6, level, thin, 10.0, seed >> 3)
        cover = (0.5 + (crest - up) / width).clip(0, 1) * smooth(-0.6, 0.9, up / crest.clip(1e-3)) * strength
        seen = planes(*(blend(seen[i], hills[i], cover) for i in range(3)))
    colour[:, low] = seen
    return colour


def _disc(sky: Sky | Skies, facing: Array, width: Array) -> Array:
    xp, width = namespace(facing), at_least(width, 1e-4)
    apart = xp.sqrt((2 - 2 * facing).clip(0, 4))
    covered = at_least(1 - 1.1 * sky.cloud**3, 0.0)
    if sky.starry:
        moon = (0.5 + (0.013 - apart) / width).clip(0, 1)
        return tinted((0.85, 0.9, 0.95), moon * covered + 0.05 * covered * xp.exp(-apart * 16))
    disc = (0.5 + (0.011 - apart) / width).clip(0, 1) * 6 * covered
    return tinted(sky.sun, disc + (0.34 * xp.exp(-apart * 18) + 0.10 * xp.exp(-apart * 5)) * (0.25 + 0.75 * covered))


def _stars(sky: Sky | Skies, directions: Array, width: Array) -> Array:
    xp = namespace(directions)
    scale = 70.0
    plane = 1 / (directions[2].clip(0, 1) + 0.35)
    x, y = directions[0] * plane * scale, directions[1] * plane * scale
    cx, cy = xp.floor(x), xp.floor(y)
    chance = thrown(cx, cy, 4_242)
    dx, dy = x - cx - 0.5 - 0.3 * thrown(cx, cy, 17), y - cy - 0.5 - 0.3 * thrown(cx, cy, 99)
    size = at_least(width * scale * 0.8, 0.06)
    star = xp.exp(-(dx * dx + dy * dy) / (size * size)) * (6 * (chance - 0.84)).clip(0, 1) * (0.06 / size)
    return tinted((0.8, 0.88, 1.0), star * sky.stars * smooth(0.02, 0.25, directions[2]) * 0.8)
