"""Painting a frame: the light along each sample, worked solid by solid and face by face."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from composer.looks import Look
from composer.shade import lighting
from composer.shade.arrays import dot, planes
from composer.shade.contact import open_ground, open_surface
from composer.shade.moment import Moment, geom_head
from composer.shade.patches import Facet, facets, flat_patch, ground_patch, round_patch
from composer.shade.people import face, worn
from composer.shade.sky import heavens
from composer.shade.surface import Finish, Patch, finish, rippled
from composer.shade.views import CORNERS, Numbers, Planes, Samples
from composer.types import GROUND

_BAND = 16_384  # samples worked on at once: what stays in a core's cache
_SEEN = 0.1  # gloss from which mirrors and highlights show


def radiance(m: Moment, s: Samples, sun: Numbers) -> Planes:
    """Light along each sample, linear RGB; `sun` is the share of the sun that it gets."""
    result = np.empty((3, len(s)), np.float32)
    order = np.argsort(s.geom, kind="stable")
    start = 0
    for g, count in enumerate(np.bincount(s.geom + 1, minlength=len(m.scene.geoms) + 1), -1):
        for low in range(start, start + count, _BAND):
            at = order[low : min(low + _BAND, start + count)]
            result[:, at] = _sky(m, s[at]) if g < 0 else _solid(m, g, s[at], sun[at])
        start += count
    return result


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


def _solid(m: Moment, g: int, s: Samples, sun: Numbers) -> Planes:
    result = np.empty((3, len(s)), np.float32)
    for facet, at in facets(m.scene.geoms[g], m.axes[g], s):
        result[:, at] = _face(m, g, s, sun, facet) if len(at) == len(s) else _face(m, g, s[at], sun[at], facet)
    return result


def _face(m: Moment, g: int, s: Samples, sun: Numbers, facet: Facet | None) -> Planes:
    geom = m.scene.geoms[g]
    points = m.points(s.rays, s.depth)
    patch, surface = _surface(m, g, s, points, facet)
    distance = np.sqrt(dot(s.rays, s.rays)) * s.depth
    toward = s.rays * (s.depth / distance)
    open_ = open_ground(points, m.blockers) if geom.id == GROUND else open_surface(points, patch.N, geom.id, m.blockers)
    light = lighting.lit(m.sky, surface, sun, open_, m.bands)
    light = light + _lamplight(m, g, surface, points)
    light = _shone(m, g, light, surface, toward, s, open_, sun)
    if surface.emit is not None:
        light = light + surface.emit
    if geom.lamp:
        light = light + _alight(m, g, patch)
    return _haloed(m, lighting.air(m.sky, light, toward, distance), toward, distance)


def _surface(m: Moment, g: int, s: Samples, points: Planes, facet: Facet | None) -> tuple[Patch, Finish]:
    geom, axes, whole = m.scene.geoms[g], m.axes[g], m.looks[g]
    local = axes.T @ (points - m.centres[g][:, None])
    if geom.shape == "plane":
        patch = ground_patch(s, points, m.view)
    elif facet is None:
        patch = round_patch(geom, axes, s, local, m.view)
    else:
        patch = flat_patch(geom, axes, s, local, m.view, facet)
    coat: Look = worn(whole, geom.part) if whole.parts else whole
    if patch.kind == "top" and coat.top is not None:
        coat = coat.top
    surface = finish(coat, patch, m.wearing)
    if geom.part == "head":
        x, y, z = (local[i] / np.float32(geom.size_m[i] / 2) for i in range(3))
        surface = replace(surface, albedo=face(whole, x, y, z, surface.albedo))
    if coat.pattern == "ripples" and patch.kind != "side":
        width = np.maximum(patch.wu, patch.wv)
        surface = replace(surface, normal=rippled(points[0], points[1], width, m.state.time_s))
    return patch, surface


def _lamplight(m: Moment, g: int, surface: Finish, points: Planes) -> Planes | float:
    """What the lamps that are not hidden give; a lamp's own body gets none of its light."""
    light: Planes | float = 0.0
    for lamp in m.lamps:
        if lamp.geom == g:
            continue
        share, to = lighting.from_lamp(lamp, points, surface.normal)
        share = (share - np.float32(m.faint / max(lamp.power))).clip(0)
        near = np.flatnonzero(share)
        if not len(near):
            continue
        to = to[:, near]
        reach = (1 - lamp.radius_m / np.sqrt(dot(to, to))).clip(0, 1)
        hidden = m.scene.occluded(points[:, near].T, to.T, m.state, reach, (lamp.geom,))
        share[near[hidden]] = 0
        light = light + surface.albedo * planes(*(share * np.float32(c) for c in lamp.power))
    return light


def _shone(  # noqa: PLR0913, PLR0917 - what a mirror needs to know
    m: Moment, g: int, light: Planes, surface: Finish, toward: Planes, s: Samples, open_: Numbers, sun: Numbers
) -> Planes:
    """`light` with mirrors and highlights, where a surface has enough of them to be seen."""
    gloss = surface.gloss * (1 - 0.8 * m.wearing.flat)
    if m.scene.geoms[g].id == GROUND:
        gloss = np.maximum(gloss, np.float32(0.95) * surface.wet)
    if np.max(gloss) < _SEEN:
        return light
    seen, share = lighting.mirrored(m.sky, replace(surface, gloss=gloss), toward)
    share = share * open_
    if m.mirror is not None and g in m.mirror.geoms:
        seen = m.mirror.over(seen, s.x, s.y, surface.normal)
    if surface.metal > 0.5:
        seen = seen * surface.albedo / (surface.albedo.max(0) + np.float32(1e-3))
    shine = lighting.highlight(m.sky, surface.normal, toward, gloss) * sun
    shown: Planes = light * (1 - share) + seen * share + planes(*(shine * np.float32(c) for c in m.sky.sun))
    return shown


def _alight(m: Moment, g: int, patch: Patch) -> Planes:
    """The lamp's own body, where it shines."""
    geom = m.scene.geoms[g]
    assert geom.lamp is not None
    glow = np.ones_like(patch.v)
    if geom_head(geom) < geom.size_m[2] and patch.kind != "top":
        glow = ((patch.v - np.float32(geom.size_m[2] - geom_head(geom))) / np.float32(0.04)).clip(0, 1)
    strength = 0.35 + 2.6 * m.sky.lamps
    alight: Planes = planes(*(glow * np.float32(c * strength) for c in geom.lamp))
    return alight


def _haloed(m: Moment, light: Planes, toward: Planes, distance: Numbers) -> Planes:
    density = 0.003 + min(0.02, 0.7 / m.sky.fog_m)
    for lamp in m.lamps:
        light = light + lighting.haloes(lamp, m.view.eye, toward, distance, density)
    return light
