"""Painting a frame: samples in the order of the faces that they see, coated face by face, then lit in one go."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from composer.kernels import Array, kernel
from composer.shade import lighting
from composer.shade.arrays import dot
from composer.shade.coating import Coat, coated
from composer.shade.contact import open_share
from composer.shade.interior import darken_corners
from composer.shade.lamplight import add_lamplight
from composer.shade.lighting import GREY
from composer.shade.moment import Moment
from composer.shade.sky import heavens
from composer.shade.sorting import Face, by_face
from composer.shade.views import CORNERS, Numbers, Planes, Samples

_BAND = 16_384  # samples worked on at once: what stays in a core's cache


def radiance(m: Moment, s: Samples, sun: Numbers) -> Planes:
    """Light along each sample, linear RGB; `sun` is the share of the sun that it gets."""
    return _painted(m, s, sun, 3, lambda band: _sky(m, band), lambda *band: _aired(m, _lit(m, *band)))


def parted(m: Moment, s: Samples, sun: Numbers) -> Float[np.ndarray, "6 n"]:
    """What each sample sees in two: the light (linear RGB) that a matt surface of reflectance `GREY` would send from
    there, and the reflectance (RGB) that makes `radiance` of it.

    Their product over `GREY` is `radiance`, but for the air between. Where a surface shines or mirrors, its light is
    taken as it is, and its reflectance turns grey; the sky's is grey.
    """

    def sky(band: Samples) -> np.ndarray:
        return np.concatenate([_sky(m, band), np.full((3, len(band)), GREY, np.float32)])

    def solid(band: Samples, sun: Numbers, faces: list[Face]) -> np.ndarray:
        lit = _lit(m, band, sun, faces)
        light, albedo = lighting.apart(lit.light, lit.matt, lit.coat.albedo)
        return np.concatenate([_aired(m, replace(lit, light=light)), albedo])

    return _painted(m, s, sun, 6, sky, solid)


def _painted(
    m: Moment,
    s: Samples,
    sun: Numbers,
    planes: int,
    sky: Callable[[Samples], np.ndarray],
    solid: Callable[[Samples, Numbers, list[Face]], np.ndarray],
) -> Float[np.ndarray, "{planes} n"]:
    """Planes of every sample, painted band by band: those that see the sky, and those that see a surface."""
    order, faces = by_face(m.scene.geoms, m.axes, s)
    first = faces[0].stop if faces and faces[0].g < 0 else 0
    result = np.empty((planes, len(s)), np.float32)
    for start, stop in _bands(0, first):
        at = order[start:stop]
        _put(result, at, sky(s[at]))
    for start, stop in _bands(first, len(s)):
        at = order[start:stop]
        _put(result, at, solid(s[at], sun[at], [face.within(start, stop) for face in faces]))
    return result


@kernel
def _put(result: Array, at: Array, light: Array) -> None:
    for k in range(at.shape[0]):
        for i in range(light.shape[0]):
            result[i, at[k]] = light[i, k]


def _bands(start: int, stop: int) -> Iterator[tuple[int, int]]:
    for low in range(start, stop, _BAND):
        yield low, min(low + _BAND, stop)


def edge_samples(m: Moment, x: Numbers, y: Numbers) -> Samples:
    """Four samples of each pixel round (x, y), corner by corner."""
    xs = np.concatenate([x + np.float32(dx) for dx, _ in CORNERS])
    ys = np.concatenate([y + np.float32(dy) for _, dy in CORNERS])
    rays = m.view.rays(xs, ys)
    hits = m.scene.cast_rays(m.view.eye.astype(float), rays.T, m.state)
    return Samples(xs, ys, rays, hits.depth, np.ascontiguousarray(hits.normal.T), hits.geom)


def resolved(light: Float[np.ndarray, "planes n"]) -> Float[np.ndarray, "planes m"]:
    """Pixels of the light of their four samples, corner by corner."""
    pixels: Float[np.ndarray, "planes m"] = lighting.held_back(light.reshape(len(light), len(CORNERS), -1))
    return pixels


def _sky(m: Moment, s: Samples) -> Planes:
    directions = s.rays / np.sqrt(dot(s.rays, s.rays))
    light: Planes = heavens(m.sky, directions, m.state.time_s, m.view.pixel_rad)
    return _haloed(m, light, directions, np.full(len(s), 400, np.float32))


@dataclass(frozen=True, eq=False)
class _Lit:
    """n samples in their light, before the air: linear RGB `light`; `matt [n]` is the sum of what is matt in it."""

    light: Planes
    matt: Numbers
    coat: Coat
    toward: Planes
    distance: Numbers


def _lit(m: Moment, s: Samples, sun: Numbers, faces: Sequence[Face]) -> _Lit:
    points = m.points(s.rays, s.depth)
    coat = coated(m, s, points, faces)
    length = np.sqrt(dot(s.rays, s.rays))
    distance, toward = length * s.depth, s.rays / length
    open_ = open_share(points, coat.normal, m.ids[s.geom], m.blockers)
    if m.scene.layout.room:
        darken_corners(open_, points, coat.normal, m.scene.layout.room)
    light = lighting.lit(m.sky, coat.albedo, coat.normal, sun, open_, m.bands) + coat.emit
    add_lamplight(m, light, coat, s, points)
    matt = (light - coat.emit).sum(0)
    _shine(m, light, coat, toward, s, open_, sun)
    return _Lit(light, matt, coat, toward, distance)


def _aired(m: Moment, lit: _Lit) -> Planes:
    air: Planes = lighting.air(m.sky, lit.light, lit.toward, lit.distance)
    return _haloed(m, air, lit.toward, lit.distance)


def _shine(  # noqa: PLR0913, PLR0917 - what a mirror needs to know
    m: Moment, light: Planes, coat: Coat, toward: Planes, s: Samples, open_: Numbers, sun: Numbers
) -> None:
    """Adds mirrors and highlights to `light`, where a surface has enough of them to be seen."""
    glossy = np.flatnonzero(coat.gloss > lighting.DULL)
    if not len(glossy):
        return
    at = slice(glossy[0], glossy[-1] + 1)  # faces lie side by side: few between are not
    coat, toward, s, before = coat.part(at), toward[:, at], s.part(at), light[:, at]
    gloss = lighting.mirroring(coat.gloss, m.wearing.flat)
    seen, share = lighting.mirrored(m.sky, coat.normal, gloss, coat.metal, toward)
    if m.mirror is not None:
        seen = m.mirror.over(seen, s, coat.normal)
    shine = lighting.highlight(m.sky, coat.normal, toward, gloss)
    _lay(before, seen, share, open_[at], coat.albedo, coat.metal, shine, sun[at], np.array(m.sky.sun, np.float32))


@kernel
def _lay(  # noqa: PLR0913, PLR0917 - kernels take arrays; objects cost more than the work
    light: Array,
    seen: Array,
    share: Array,
    open_: Array,
    albedo: Array,
    metal: Array,
    shine: Array,
    sun: Array,
    colour: Array,
) -> None:
    """Lays what is `seen` in surfaces over their `light`, metal's in its own colour, and the sun's `shine` on top."""
    one, tiny = np.float32(1), np.float32(1e-3)
    for n in range(share.shape[0]):
        given, bright = share[n] * open_[n], shine[n] * sun[n]
        most = max(albedo[0, n], albedo[1, n], albedo[2, n]) + tiny
        for i in range(3):
            tinted = seen[i, n] * (one + (albedo[i, n] / most - one) * metal[n])
            light[i, n] += (tinted - light[i, n]) * given + bright * colour[i]


def _haloed(m: Moment, light: Planes, toward: Planes, distance: Numbers) -> Planes:
    for lamp in (lamp for lamp in m.lamps if lamp.geom >= 0):
        light = light + lighting.haloes(m.sky, lamp, m.view.eye.tolist(), toward, distance)
    return light
