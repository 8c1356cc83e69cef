"""Meshes in their own colours and textures; where a file has none, its solid's look on the faces of a box."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int, UInt8

from composer.kernels import Array, kernel
from composer.scene import Geom
from composer.shade.arrays import dot, planes
from composer.shade.moment import Moment
from composer.shade.patch import Patch
from composer.shade.surface import Finish, finish, footprints
from composer.shade.views import Numbers, Planes, Samples
from composer.types import Mesh

_CODES = np.arange(256) / 255
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(np.float32)


def mesh_finish(m: Moment, g: int, mesh: Mesh, s: Samples, local: Planes) -> Finish:
    """What light meets where samples see geom `g` at `local` points (m)."""
    look = m.looks[g]
    patch = _patch(m.scene.geoms[g], m.axes[g], s, local, m)
    surface = finish(look, patch, m.wearing)
    if not mesh.painted:
        return surface
    own = _colours(m, g, mesh, s, local)
    plain = finish(
        replace(look, albedo=(1.0, 1.0, 1.0), second=(1.0, 1.0, 1.0), pattern="none", wear=0.0), patch, m.wearing
    )
    albedo = own * (0.75 + 0.25 * plain.albedo)  # a little of the unevenness of all surfaces
    if look.wear > 0 and m.wearing.flat < 1:
        worn = finish(replace(look, albedo=(0.0, 0.0, 0.0), second=(0.0, 0.0, 0.0), pattern="none"), patch, m.wearing)
        share = (worn.albedo.max(0) / max(*look.wear_colour, 1e-3)).clip(0, 1)
        albedo = albedo + (planes(*(np.full(len(s), c, np.float32) for c in look.wear_colour)) - albedo) * share
    emit = albedo * np.float32(1.6 * look.glow) if look.glow else None
    gloss = np.maximum(plain.gloss, np.float32(mesh.gloss)) if look.wet else np.float32(mesh.gloss)
    return Finish(albedo.astype(np.float32), s.normal, gloss, mesh.metal, emit)


def _patch(geom: Geom, axes: Float[np.ndarray, "3 3"], s: Samples, local: Planes, m: Moment) -> Patch:
    """Surface coordinates by the axis that each sample faces most: a look wraps a mesh as it wraps a box."""
    N = axes.T @ s.normal
    width, depth, height = geom.size_m
    steep = np.abs(N)
    top = steep[2] > np.maximum(steep[0], steep[1])
    east = ~top & (steep[0] > steep[1])
    u = np.where(east, local[1], local[0]).astype(np.float32)
    v = np.where(top, local[1] + depth / 2, local[2] + height / 2).astype(np.float32)
    across, up = np.where(east, axes[:, 1:2], axes[:, 0:1]), np.where(top, axes[:, 1:2], axes[:, 2:3])
    wu, wv = footprints(s.rays, s.depth, (m.view.right, m.view.down), s.normal, (across, up))
    return Patch("round", u, v, wu, wv, across, up, s.normal, (max(width, depth), height))


def _colours(m: Moment, g: int, mesh: Mesh, s: Samples, local: Planes) -> Planes:
    """Linear RGB of the file's own colours and textures at `local` points."""
    axes = m.axes[g]
    triangle, shares = m.scene.triangles_at(g, local, axes.T @ s.rays)
    found = np.maximum(triangle, 0)
    w = np.stack([1 - shares[0] - shares[1], shares[0], shares[1]]).astype(np.float32)
    colours = np.einsum("kn,nkc->cn", w, mesh.colours[found].astype(np.float32))
    if mesh.textures:
        uv = np.einsum("kn,nkc->cn", w, mesh.uv[found].astype(np.float32))
        spans = _spans(mesh, found, s, m)
        for index, texture in enumerate(mesh.textures):
            at = np.flatnonzero(mesh.texture[found] == index)
            if len(at):
                colours[:, at] *= _sampled(texture, uv[:, at], spans[at])
    result: Planes = np.ascontiguousarray(colours, np.float32)
    return result


def _spans(mesh: Mesh, found: Int[np.ndarray, " n"], s: Samples, m: Moment) -> Numbers:
    """What a pixel spans of its triangle's texture, in widths of it: as much as lies between its own and its neighbours'."""
    corners, uv = mesh.corners[found], mesh.uv[found]
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = np.linalg.norm(np.cross(a, b), axis=1)
    p, q = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    density = np.sqrt(np.abs(p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]) / np.maximum(area, 1e-12))
    length = np.sqrt(dot(s.rays, s.rays))
    slant = np.sqrt(np.abs(dot(s.normal, s.rays)) / length).clip(0.25, 1)
    span: Numbers = (density * s.depth * length * m.view.pixel_rad / slant).astype(np.float32)
    return span


def _sampled(texture: UInt8[np.ndarray, "h w 3"], uv: Float[np.ndarray, "2 n"], span: Numbers) -> Planes:
    """Linear RGB of a texture that repeats, each sample from the level whose texels are as large as what a pixel spans."""
    result = np.empty((3, uv.shape[1]), np.float32)
    levels = _levels(texture)
    wanted = np.log2(np.maximum(span * max(texture.shape[:2]), 1.0)).clip(0, len(levels) - 1)
    level = np.floor(wanted + 0.5).astype(np.int64)
    for index in np.unique(level):
        at = np.flatnonzero(level == index)
        out = np.empty((3, len(at)), np.float32)
        _bilinear(levels[index], np.ascontiguousarray(uv[0, at]), np.ascontiguousarray(uv[1, at]), out)
        result[:, at] = out
    return result


_LEVELS: dict[int, tuple[UInt8[np.ndarray, "_ _ 3"], tuple[Float[np.ndarray, "_ _ 3"], ...]]] = {}


def _levels(texture: UInt8[np.ndarray, "h w 3"]) -> tuple[Float[np.ndarray, "_ _ 3"], ...]:
    """The texture in linear light, then halved until it is one texel wide; kept as long as the texture is."""
    known = _LEVELS.get(id(texture))
    if known is None or known[0] is not texture:
        levels = [_LINEAR[texture]]
        while min(levels[-1].shape[:2]) > 1:
            levels.append(_halved(levels[-1]))
        if len(_LEVELS) > 64:
            _LEVELS.clear()
        known = _LEVELS[id(texture)] = texture, tuple(levels)
    return known[1]


def _halved(level: Float[np.ndarray, "h w 3"]) -> Float[np.ndarray, "_ _ 3"]:
    even = level[: level.shape[0] // 2 * 2, : level.shape[1] // 2 * 2]
    half: Float[np.ndarray, "_ _ 3"] = (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4
    return half


@kernel
def _bilinear(texture: Array, u: Array, v: Array, out: Array) -> None:
    """Fills `out [3 n]` with a texture `[h w 3]`, row 0 on top, at (u, v), v upwards; it repeats."""
    h, w = texture.shape[:2]
    for n in range(u.shape[0]):
        x, y = (u[n] - np.floor(u[n])) * w - 0.5, (1 - (v[n] - np.floor(v[n]))) * h - 0.5
        c, r = int(np.floor(x)), int(np.floor(y))
        fx, fy = x - c, y - r
        c0, c1, r0, r1 = c % w, (c + 1) % w, r % h, (r + 1) % h
        for i in range(3):
            upper = texture[r0, c0, i] * (1 - fx) + texture[r0, c1, i] * fx
            lower = texture[r1, c0, i] * (1 - fx) + texture[r1, c1, i] * fx
            out[i, n] = upper * (1 - fy) + lower * fy
