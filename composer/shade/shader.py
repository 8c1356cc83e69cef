"""A place in its light, seen by a camera: what the previz shows."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float, UInt8

from composer.looks import Grade, Look, ground_look, look, weather
from composer.scene import Geom, Hits, Scene
from composer.shade.grading import finished
from composer.shade.interior import ceiling_lights, indoors
from composer.shade.lighting import Lamp
from composer.shade.moment import Moment, softened
from composer.shade.painting import edge_samples, parted, radiance, resolved
from composer.shade.sky import sky_of
from composer.shade.surface import Wearing
from composer.shade.tones import encoded
from composer.shade.views import Numbers, Samples, View, edges, view_of
from composer.types import GROUND, Camera, Light, WorldState

Picture = UInt8[np.ndarray, "h w 3"]
Painter = Callable[[Moment, Samples, Numbers], Float[np.ndarray, "planes n"]]


class Shader:
    """Renders a scene as an animatic: `shader(scene.cast(camera, size, state), camera, state)`.

    Looks, weather, sun and fog are the layout's; `light` is the place's own unless given; `grade` is what the style makes
    of it; `seed` picks the grain, `draw` what the words of looks leave open; without `smooth`, pixels at edges show what is
    in their middle. Safe to use from many threads.
    """

    def __init__(
        self,
        scene: Scene,
        light: Light | None = None,
        grade: Grade | None = None,
        seed: int = 0,
        *,
        draw: int = 0,
        smooth: bool = True,
    ) -> None:
        layout = scene.layout
        self._smooth = smooth
        self.scene, self.grade, self.seed, self.draw = scene, grade or Grade(), seed, draw
        air = weather(layout.look)
        self.sky = sky_of("indoor" if layout.room else light or layout.light, layout.sun, layout.fog_m, air)
        self._ceiling: list[Lamp] = []
        if layout.room:
            self.sky = indoors(self.sky, light or layout.light)
            lamps = any(s.lamp for s in layout.solids)
            self._ceiling = ceiling_lights(layout.room, light or layout.light, beside_lamps=lamps)
        self._ground = ground_look(layout.ground, layout.look, draw)
        self._people = frozenset(s.name for s in layout.cast.values() if s.shape == "person")
        self._variants = {s.name: s.looks for s in (*layout.solids, *layout.cast.values()) if s.looks}
        self._anchors = {s.name: s.anchor for s in layout.solids}
        self.looks = tuple(self._look(g, "") for g in scene.geoms)
        self._changed: dict[tuple[str, ...], tuple[Look, ...]] = {}
        self._wear = Wearing(self.sky.windows, self.grade.flat, 0.0 if self.sky.indoor else self._ground.wet)

    def _look(self, geom: Geom, variant: str) -> Look:
        if geom.id == GROUND:
            return self._ground
        added = self._variants.get(geom.name, {}).get(variant, "")
        return look(geom.look, geom.name, geom.name in self._people, added, self.draw)

    def looks_at(self, state: WorldState) -> tuple[Look, ...]:
        """The look of every geom at a moment: its own, or with what its variant in force adds to it."""
        if not state.variants or not self._variants:
            return self.looks
        said = tuple(self._variant(g.name, state) for g in self.scene.geoms)
        if said not in self._changed:
            self._changed[said] = tuple(
                self._look(g, v) if v else plain for g, v, plain in zip(self.scene.geoms, said, self.looks, strict=True)
            )
        return self._changed[said]

    def _variant(self, name: str, state: WorldState) -> str:
        """Of an item of a row its own, or the row's."""
        return state.variants.get(name) or state.variants.get(self._anchors.get(name, name), "")

    def __call__(self, hits: Hits, camera: Camera, state: WorldState) -> UInt8[np.ndarray, "h w 3"]:
        """The picture of what was cast, as sRGB codes. Grain and waves follow the state's story time."""
        return self.finish(self.light(hits, camera, state), state)

    def light(self, hits: Hits, camera: Camera, state: WorldState) -> Float[np.ndarray, "3 h w"]:
        """Scene light by pixel, linear RGB, before the grade; edges are sampled four times."""
        return self._painted(radiance, hits, camera, state)

    def parts(self, hits: Hits, camera: Camera, state: WorldState) -> tuple[Picture, Picture]:
        """The picture in two, of no grain: how grey surfaces would look in its light, graded; and what colour each
        surface is (sRGB codes of its reflectance). See `painting.parted`.
        """
        planes = self._painted(parted, hits, camera, state)
        grade = replace(self.grade, grain=0.0)
        light = finished(planes[:3] * np.float32(self.sky.exposure), grade, 0, 0)
        albedo = np.rint(encoded(planes[3:]) * 255).astype(np.uint8)
        return light, np.ascontiguousarray(albedo.transpose(1, 2, 0))

    def _painted(
        self, paint: Painter, hits: Hits, camera: Camera, state: WorldState
    ) -> Float[np.ndarray, "planes h w"]:
        h, w = hits.depth.shape
        view = view_of(camera, (w, h))
        moment = self.at(view, state, hits)
        whole = samples_of(view, hits)
        edge = edges(hits.normal, hits.geom)
        sun = softened(moment.sunlit_picture(whole), edge)
        at = np.flatnonzero(edge)
        if not (self._smooth and len(at)):
            return paint(moment, whole, sun).reshape(-1, h, w)
        finer = edge_samples(moment, whole.x[at], whole.y[at])
        sun_finer = moment.sunlit(finer)
        sun[at], samples = sun_finer[: len(at)], whole.refined(at, finer)
        planes = paint(moment, samples, np.concatenate([sun, sun_finer[len(at) :]]))
        planes[:, at] = resolved(np.concatenate([planes[:, at], planes[:, len(whole) :]], 1))
        return planes[:, : len(whole)].reshape(-1, h, w)

    def at(self, view: View, state: WorldState, hits: Hits) -> Moment:
        """One frame, ready to be painted."""
        looks = self.looks_at(state)
        return Moment.of(self.scene, looks, self.sky, self._wear, self.grade.bands, view, state, hits, self._ceiling)

    def finish(self, light: Float[np.ndarray, "3 h w"], state: WorldState) -> UInt8[np.ndarray, "h w 3"]:
        """The picture of scene light: exposed, graded, with grain."""
        return finished(light * np.float32(self.sky.exposure), self.grade, self.seed, round(state.time_s * 1000))


@lru_cache(maxsize=8)
def _grid(w: int, h: int) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    x, y = np.meshgrid(np.arange(w, dtype=np.float32) + 0.5, np.arange(h, dtype=np.float32) + 0.5)
    return x.ravel(), y.ravel()


def samples_of(view: View, hits: Hits) -> Samples:
    x, y = _grid(*view.size)
    normal = np.ascontiguousarray(hits.normal.reshape(-1, 3).T)
    return Samples(x, y, view.rays(x, y), hits.depth.reshape(-1), normal, hits.geom.reshape(-1))
