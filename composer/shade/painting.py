"""Painting a frame: samples in the order of the faces that they see, coated face by face, then lit in one go."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from composer.kernels import Array, kernel
from composer.shade import lighting
from composer.shade.arrays import dot, smooth
from composer.shade.coating import Coat, coated
from composer.shade.contact import open_share
from composer.shade.interior import darken_corners
from composer.shade.lamplight import add_lamplight
from composer.shade.moment import Moment
from composer.shade.sky import heavens
from composer.shade.sorting import Face, by_face
from composer.shade.views import CORNERS, Numbers, Planes, Samples

_BAND = 16_384  # samples worked on at once: what stays in a core's cache
_DULL, _SHINY = 0.03, 0.1  # gloss from which mirrors and highlights are seen, from which they are seen in full


def radiance(m: Moment, s: Samples, sun: Numbers) -> Planes:
    """Light along each sample, linear RGB; `sun` is the share of the sun that it gets."""
    order, faces = by_face(m.scene.geoms, m.axes, s)
    solid = faces[0].stop if faces and faces[0].g < 0 else 0
    result = np.empty((3, len(s)), np.float32)
    for start, stop in _bands(0, solid):
        at = order[start:stop]
        _put(result, at, _sky(m, s[at]))
    for start, stop in _bands(solid, len(s)):
        at = order[start:stop]
        _put(result, at, _solid(m, s[at], sun[at], [face.within(start, stop) for face in faces]))
    return result


@kernel
def _put(result: Array, at: Array, light: Array) -> None:
    for k in range(at.shape[0]):
        n = at[k]
        result[0, n], result[1, n], result[2, n] = light[0, k], light[1, k], light[2, k]


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


def resolved(light: Planes) -> Float[np.ndarray, "3 m"]:
    """Light of pixels, of that of their four samples, the brightest held back."""
    corners = light.reshape(3, len(CORNERS), -1)
    weight = 1 / (1 + corners.max(0))
    mean: Float[np.ndarray, "3 m"] = (corners * weight).sum(1) / weight.sum(0)
    return mean


def _sky(m: Moment, s: Samples) -> Planes:
    directions = s.rays / np.sqrt(dot(s.rays, s.rays))
    light: Planes = heavens(m.sky, directions, m.state.time_s, m.view.pixel_rad)
    return _haloed(m, light, directions, np.full(len(s), 400, np.float32))


def _solid(m: Moment, s: Samples, sun: Numbers, faces: Sequence[Face]) -> Planes:
    points = m.points(s.rays, s.depth)
    coat = coated(m, s, points, faces)
    length = np.sqrt(dot(s.rays, s.rays))
    distance, toward = length * s.depth, s.rays / length
    open_ = open_share(points, coat.normal, m.ids[s.geom], m.blockers)
    if m.scene.layout.room:
        darken_corners(open_, points, coat.normal, m.scene.layout.room)
    light = lighting.lit(m.sky, coat.albedo, coat.normal, sun, open_, m.bands) + coat.emit
    add_lamplight(m, light, coat, s, points)
    _shine(m, light, coat, toward, s, open_, sun)
    return _haloed(m, lighting.air(m.sky, light, toward, distance), toward, distance)


def _shine(  # noqa: PLR0913, PLR0917 - what a mirror needs to know
    m: Moment, light: Planes, coat: Coat, toward: Planes, s: Samples, open_: Numbers, sun: Numbers
) -> None:
    """Adds mirrors and highlights to `light`, where a surface has enough of them to be seen."""
    glossy = np.flatnonzero(coat.gloss > _DULL)
    if not len(glossy):
        return
    at = slice(glossy[0], glossy[-1] + 1)  # faces lie side by side: few between are not
    coat, toward, s, before = coat.part(at), toward[:, at], s.part(at), light[:, at]
    gloss = coat.gloss * smooth(_DULL, _SHINY, coat.gloss) * np.float32(1 - 0.8 * m.wearing.flat)
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
    density = 0.003 + min(0.02, 0.7 / m.sky.fog_m)
    for lamp in (lamp for lamp in m.lamps if lamp.geom >= 0):
        light = light + lighting.haloes(lamp, m.view.eye, toward, distance, density)
    return light
