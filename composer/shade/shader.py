"""A place in its light, seen by a camera: what the previz shows."""

from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from composer.looks import Grade, Look, ground_look, look, weather
from composer.scene import Geom, Hits, Scene
from composer.shade import lighting
from composer.shade.arrays import Array, dot, planes
from composer.shade.contact import Blockers, open_ground, open_surface
from composer.shade.grading import finished
from composer.shade.lighting import Lamp
from composer.shade.mirror import Mirror, mirror
from composer.shade.people import face, worn
from composer.shade.sky import heavens, sky_of
from composer.shade.surface import Patch, finish, footprints, rippled
from composer.shade.views import CORNERS, Planes, Samples, View, edges, view_of
from composer.types import GROUND, Camera, Light, WorldState

_BAND = 16_384  # samples worked on at once: what stays in a core's cache
_LAMP_POWER = 20.0


class Shader:
    """Renders a scene as an animatic: `shader(scene.cast(camera, size, state), camera, state)`.

    Looks, weather, sun and fog are the layout's; `light` is the place's own unless given; `grade` is what the style makes
    of it; `seed` picks the grain. Safe to use from many threads.
    """

    def __init__(self, scene: Scene, light: Light | None = None, grade: Grade | None = None, seed: int = 0) -> None:
        layout = scene.layout
        self.scene, self.grade, self.seed = scene, grade or Grade(), seed
        air = weather(layout.look)
        self.sky = sky_of(light or layout.light, layout.sun, layout.fog_m, air)
        self._ground = ground_look(layout.ground, layout.look)
        people = {s.name for s in layout.subjects.values() if s.shape == "person"}
        self._looks = tuple(self._look(g, g.name in people) for g in scene.geoms)
        self._rain = 0.0 if self.sky.indoor else self._ground.wet
        self._flat = self.grade.flat

    def _look(self, geom: Geom, person: bool) -> Look:
        if geom.id == GROUND:
            return self._ground
        return look(geom.look, geom.name, person)

    def __call__(self, hits: Hits, camera: Camera, state: WorldState) -> UInt8[np.ndarray, "h w 3"]:
        """The picture of what was cast, as sRGB codes."""
        light = self.light(hits, camera, state) * np.float32(self.sky.exposure)
        return finished(light, self.grade, self.seed, round(state.time_s * 1000))

    def light(self, hits: Hits, camera: Camera, state: WorldState) -> Float[np.ndarray, "3 h w"]:
        """Scene light by pixel, linear RGB, before the grade; edges are sampled four times."""
        h, w = hits.depth.shape
        view = view_of(camera, (w, h))
        moment = _Moment(self, view, state)
        whole = _samples_of(view, hits)
        moment.mirror = mirror(self.scene, self.sky, view, hits, state, moment.mirrors, self._looks)
        sun = moment.sunlit(whole)
        sun = _softened(sun, hits)
        light = moment.radiance(whole, sun).reshape(3, h, w)
        at = np.flatnonzero(edges(hits.normal, hits.geom))
        if len(at):
            light.reshape(3, -1)[:, at] = moment.edge(whole.x[at], whole.y[at])
        return light


class _Moment:
    """One frame's shading: the scene posed, lamps and blockers in their places."""

    def __init__(self, shader: Shader, view: View, state: WorldState) -> None:
        self.shader, self.view, self.state, self.sky = shader, view, state, shader.sky
        self.geoms, self.looks = shader.scene.geoms, shader._looks  # noqa: SLF001
        T = shader.scene.T_world_geom(state)
        self.axes, self.centres = T[:, :3, :3].astype(np.float32), T[:, :3, 3].astype(np.float32)
        self.lamps = [self._lamp(g, geom) for g, geom in enumerate(self.geoms) if geom.lamp and self.sky.lamps > 0.02]
        at = [
            g
            for g, geom in enumerate(self.geoms)
            if geom.part in ("whole", "torso", "left_foot", "right_foot") and self.looks[g].pattern != "ripples"
        ]
        half = np.array([self.geoms[g].size_m for g in at], np.float32).reshape(-1, 3) / 2
        self.blockers = Blockers(self.centres[at], self.axes[at], half, np.array([self.geoms[g].id for g in at]))
        self.mirrors = [
            (g, 0.0 if geom.id == GROUND else float(self.centres[g, 2]) + geom.size_m[2] / 2)
            for g, geom in enumerate(self.geoms)
            if (geom.id == GROUND and self.looks[g].wet > 0.05) or self.looks[g].pattern == "ripples"
        ]
        self.mirror: Mirror | None = None

    def _lamp(self, g: int, geom: Geom) -> Lamp:
        sx, sy, sz = geom.size_m
        tall = sz > 3 * max(sx, sy)
        up = self.axes[g, :, 2] * (0.5 * sz - 0.5 * min(0.7, 0.1 * sz) if tall else 0.0)
        x, y, z = (float(v) for v in self.centres[g] + up)
        assert geom.lamp is not None
        red, green, blue = (c * _LAMP_POWER * self.sky.lamps for c in geom.lamp)
        return Lamp((x, y, z), (red, green, blue), max(0.18, 0.35 * min(sx, sy)), g)

    def sunlit(self, s: Samples) -> Float[np.ndarray, " n"]:
        """1 where the sun is seen, 0 in shadow and where a surface turns from it."""
        toward = np.array(self.sky.towards_sun, np.float32)
        share = np.zeros(len(s), np.float32)
        if max(self.sky.sun) < 0.02 or self.sky.height_deg < 0.5:
            return share
        turned_to = np.flatnonzero((dot(s.normal, toward) > 0) & (s.geom >= 0))
        if len(turned_to):
            points = self.points(s.rays[:, turned_to], s.depth[turned_to])
            share[turned_to] = ~self.shader.scene.occluded(points.T, toward.astype(float), self.state)
        return share

    def points(self, rays: Planes, depth: Float[np.ndarray, " n"]) -> Planes:
        return rays * depth + self.view.eye[:, None]

    def edge(self, x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]) -> Planes:
        """Light of pixels that an edge crosses, from four samples each, the brightest held back."""
        xs = np.concatenate([x + dx for dx, _ in CORNERS])
        ys = np.concatenate([y + dy for _, dy in CORNERS])
        rays = self.view.rays(xs, ys)
        hits = self.shader.scene.cast_rays(self.view.eye.astype(float), rays.T, self.state)
        s = Samples(
            xs, ys, rays, hits.depth.astype(np.float32), np.ascontiguousarray(hits.normal.T, np.float32), hits.geom
        )
        light = self.radiance(s, self.sunlit(s)).reshape(3, len(CORNERS), -1)
        weight = 1 / (1 + light.max(0))
        mean: Planes = (light * weight).sum(1) / weight.sum(0)
        return mean

    def radiance(self, s: Samples, sun: Float[np.ndarray, " n"]) -> Planes:
        """Light along each sample, worked solid by solid, face by face."""
        result = np.empty((3, len(s)), np.float32)
        order = np.argsort(s.geom, kind="stable")
        counts = np.bincount(s.geom[order] + 1, minlength=len(self.geoms) + 1)
        start = 0
        for g, count in enumerate(counts, -1):
            for low in range(start, start + count, _BAND):
                at = order[low : min(low + _BAND, start + count)]
                part = s[at]
                result[:, at] = self._sky(part) if g < 0 else self._solid(g, part, sun[at])
            start += count
        return result

    def _sky(self, s: Samples) -> Planes:
        directions = s.rays / np.sqrt(dot(s.rays, s.rays))
        light: Planes = heavens(self.sky, directions, self.state.time_s, self.view.pixel_rad)
        return self._haloed(light, directions, np.full(len(s), 400, np.float32))

    def _solid(self, g: int, s: Samples, sun: Float[np.ndarray, " n"]) -> Planes:
        geom = self.geoms[g]
        if geom.shape in ("plane", "sphere", "capsule", "ellipsoid"):
            return self._face(g, s, sun, None)
        result = np.empty((3, len(s)), np.float32)
        rest = np.ones(len(s), bool)
        for axis in (2,) if geom.shape == "cylinder" else (0, 1, 2):
            along = dot(self.axes[g][:, axis], s.normal)
            for sign in (1, -1):
                at = np.flatnonzero(along * sign > 0.7) if geom.shape == "box" else np.flatnonzero(along * sign > 0.999)
                if len(at):
                    rest[at] = False
                    result[:, at] = self._face(g, s[at], sun[at], (axis, sign))
        if rest.any():
            at = np.flatnonzero(rest)
            result[:, at] = self._face(g, s[at], sun[at], None)
        return result

    def _face(self, g: int, s: Samples, sun: Float[np.ndarray, " n"], facet: tuple[int, int] | None) -> Planes:
        geom, sky, shader = self.geoms[g], self.sky, self.shader
        points = self.points(s.rays, s.depth)
        patch, local = self._patch(g, s, points, facet)
        coat = worn(self.looks[g], geom.part) if self.looks[g].parts else self.looks[g]
        if patch.kind == "top" and coat.top is not None:
            coat = coat.top
        surface = finish(coat, patch, sky.windows, shader._flat, shader._rain)  # noqa: SLF001
        if geom.part == "head":
            x, y, z = (local[i] / (geom.size_m[i] / 2) for i in range(3))
            surface = replace(surface, albedo=face(self.looks[g], x, y, z, surface.albedo))
        distance = np.sqrt(dot(s.rays, s.rays)) * s.depth
        toward = s.rays * (s.depth / distance)
        if coat.pattern == "ripples":
            surface = replace(surface, normal=rippled(points[0], points[1], np.maximum(patch.wu, patch.wv), self.state.time_s))
        blockers = self.blockers
        open_ = open_ground(points, blockers) if geom.id == GROUND else open_surface(points, patch.N, geom.id, blockers)
        light = lighting.lit(sky, surface, sun, open_, self.shader.grade.bands)
        light = self._lamplit(g, light, surface, points)
        light = self._shone(g, light, surface, toward, s, sun, open_)
        if surface.emit is not None:
            light = light + surface.emit
        if geom.lamp:
            light = light + self._alight(g, patch)
        light = lighting.air(sky, light, toward, distance)
        return self._haloed(light, toward, distance)

    def _patch(self, g: int, s: Samples, points: Planes, facet: tuple[int, int] | None) -> tuple[Patch, Planes]:
        geom, axes, view = self.geoms[g], self.axes[g], self.view
        sx, sy, sz = geom.size_m
        if geom.shape == "plane":
            U, V, N = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
            wu, wv = footprints(s.rays, s.depth, view.right, view.down, N, U, V)
            return Patch("ground", points[0], points[1], wu, wv, U, V, N, (1e4, 1e4)), points
        local = axes.T @ (points - self.centres[g][:, None])
        if facet is not None:
            axis, sign = facet
            across = {0: 1, 1: 0, 2: 0}[axis]
            flip = {0: sign, 1: -sign, 2: 1}[axis]
            upward = 1 if axis == 2 else 2
            U, V, N = (tuple(float(c) for c in k * axes[:, i]) for k, i in ((flip, across), (1, upward), (sign, axis)))
            size = geom.size_m[across], geom.size_m[upward]
            kind = "top" if axis == 2 and (sign > 0 or geom.shape == "cylinder") else "side"
            u, v = local[across] * flip, local[upward] + size[1] / 2
            wu, wv = footprints(s.rays, s.depth, view.right, view.down, N, U, V)
            return Patch(
                kind, u, v, wu, wv, U, V, N, size, front=(axis, sign) == (1, -1), face=axis * 2 + (sign > 0)
            ), local
        N = s.normal
        flat = np.sqrt(local[0] * local[0] + local[1] * local[1]) + np.float32(1e-6)
        cos_a, sin_a = -local[1] / flat, local[0] / flat
        U = planes(*(cos_a * axes[i, 0] + sin_a * axes[i, 1] for i in range(3)))
        V = planes(*(N[(i + 1) % 3] * U[(i + 2) % 3] - N[(i + 2) % 3] * U[(i + 1) % 3] for i in range(3)))
        wu, wv = footprints(s.rays, s.depth, view.right, view.down, N, U, V)
        u = np.arctan2(sin_a, cos_a) * np.float32(sx / 2)
        return Patch("round", u, local[2] + np.float32(sz / 2), wu, wv, U, V, N, (np.pi * sx, sz)), local

    def _lamplit(self, g: int, light: Planes, surface: Array, points: Planes) -> Planes:
        for lamp in self.lamps:
            if lamp.geom == g:
                continue
            share, to = lighting.from_lamp(lamp, points, surface.normal)
            share = share.astype(np.float32)
            near = np.flatnonzero(share * max(lamp.power) > 0.006)
            if not len(near):
                continue
            reach = 1 - lamp.radius_m / np.sqrt(dot(to[:, near], to[:, near]))
            hidden = self.shader.scene.occluded(
                points[:, near].T, to[:, near].T, self.state, np.clip(reach, 0, 1), (lamp.geom,)
            )
            share[near[hidden]] = 0
            light = light + surface.albedo * planes(*(share * c for c in lamp.power))
        return light

    def _shone(
        self,
        g: int,
        light: Planes,
        surface: Array,
        toward: Planes,
        s: Samples,
        sun: Float[np.ndarray, " n"],
        open_: Float[np.ndarray, " n"],
    ) -> Planes:
        """Mirrors and highlights, where a surface has enough of them to be seen."""
        ground = self.geoms[g].id == GROUND
        wet = surface.wet if ground else 0.0
        matt = self.shader._flat  # noqa: SLF001
        gloss = surface.gloss * (1 - 0.8 * matt)
        if ground and not isinstance(wet, float):
            gloss = np.maximum(gloss, 0.95 * wet)
        if not isinstance(gloss, np.ndarray) and gloss < 0.1:
            return light
        surface = replace(surface, gloss=gloss)
        seen, share = lighting.mirrored(self.sky, surface, toward)
        share = share * open_
        if self.mirror is not None and self.mirror.of(g):
            seen = self.mirror.over(seen, s.x, s.y, surface.normal)
        tint = surface.albedo / (surface.albedo.max(0) + np.float32(1e-3)) if surface.metal > 0.5 else np.float32(1)
        light = light * (1 - share) + seen * tint * share
        shine = lighting.highlight(
            self.sky, surface, toward, float(np.max(gloss)) if not isinstance(gloss, np.ndarray) else 0.75
        )
        if isinstance(gloss, np.ndarray):
            shine = shine * gloss
        return light + planes(*(shine * sun * c for c in self.sky.sun))

    def _alight(self, g: int, patch: Patch) -> Planes:
        """The lamp's own body: its head when it stands on a post, else all of it."""
        geom = self.geoms[g]
        sx, sy, sz = geom.size_m
        glow = np.ones_like(patch.v)
        if sz > 3 * max(sx, sy):
            glow = np.clip((patch.v - (sz - min(0.7, 0.1 * sz))) / 0.04, 0, 1) if patch.kind != "top" else glow
        assert geom.lamp is not None
        strength = 0.35 + 2.6 * self.sky.lamps
        return planes(*(glow * np.float32(c * strength) for c in geom.lamp))

    def _haloed(self, light: Planes, toward: Planes, distance: Float[np.ndarray, " n"]) -> Planes:
        eye = tuple(float(v) for v in self.view.eye)
        density = 0.003 + min(0.02, 0.7 / self.sky.fog_m)
        for lamp in self.lamps:
            light = light + lighting.haloes(lamp, eye, toward, distance, density)  # type: ignore[arg-type]
        return light


@lru_cache(maxsize=8)
def _grid(w: int, h: int) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    x, y = np.meshgrid(np.arange(w, dtype=np.float32) + 0.5, np.arange(h, dtype=np.float32) + 0.5)
    return x.ravel(), y.ravel()


def _samples_of(view: View, hits: Hits) -> Samples:
    x, y = _grid(*view.size)
    normal = np.ascontiguousarray(hits.normal.reshape(-1, 3).T)
    return Samples(x, y, view.rays(x, y), hits.depth.reshape(-1), normal, hits.geom.reshape(-1))


def _softened(sun: Float[np.ndarray, " n"], hits: Hits) -> Float[np.ndarray, " n"]:
    """Shadows' edges within a face softened over about two pixels; those at its rim are left to the samples there."""
    h, w = hits.geom.shape
    shadow = sun.reshape(h, w)
    soft = cv2.GaussianBlur(shadow, (5, 5), 1.1)
    rim = cv2.dilate(edges(hits.normal, hits.geom).astype(np.uint8), np.ones((5, 5), np.uint8))
    return np.where(rim, shadow, soft).reshape(-1)
