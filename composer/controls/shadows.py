"""What moving things do to the look of a place that is not theirs to keep: cast shadows, darkened feet, mirror images.

A memory that held them would leave them behind when the body has gone on.
"""

import cv2
import numpy as np
from jaxtyping import Bool, Float

from composer.controls.moment import Moment
from composer.geometry import directions, pixel_centres
from composer.looks import ground_look, look, weather
from composer.scene import Scene
from composer.shade.contact import Blockers, open_share
from composer.shade.lighting import from_lamp
from composer.shade.moment import BLOCKING, lamp_of
from composer.shade.sky import Sky, sky_of
from composer.types import FIRST_SUBJECT, GROUND, Light

_DARKENED = 0.04  # share of the dome that a body may take from a spot before it shows
_SOFT = np.ones((5, 5), np.uint8)  # px by which the edges of shadows are softened
_LEAST_SUN, _LEAST_HEIGHT_DEG = 0.02, 0.5

Points = Float[np.ndarray, "n 3"]
Mask = Bool[np.ndarray, " n"]


def traces(scene: Scene, light: Light, moment: Moment) -> Bool[np.ndarray, "h w"]:
    """Where a place's own pixels show the shadow or the mirror image of a subject in this light; no pixel of a subject."""
    found = np.zeros(moment.hits.depth.shape, np.uint8)
    here = [g for g, geom in enumerate(scene.geoms) if geom.id >= FIRST_SUBJECT]
    place = (moment.hits.geom >= 0) & (moment.hits.anchor_id < FIRST_SUBJECT)
    if not (moment.state.bodies and here and place.any()):
        return found.astype(np.bool_)
    layout = scene.layout
    sky = sky_of(light, layout.sun, layout.fog_m, weather(layout.look))
    cast = _Cast(scene, moment, place, sky)
    found[place] = cast.sun() | cast.lamps() | cast.feet() | cast.mirrored()
    grown = cv2.dilate(found, _SOFT).astype(np.bool_)
    return np.asarray(grown & place)


class _Cast:
    """The spots of a place in one frame, and which of them its subjects take light from."""

    def __init__(self, scene: Scene, moment: Moment, place: Bool[np.ndarray, "h w"], sky: Sky) -> None:
        self.scene, self.state, self.sky = scene, moment.state, sky
        hits, T = moment.hits, moment.camera.T_world_camera
        h, w = hits.depth.shape
        self.rays = directions(moment.camera.K, pixel_centres((w, h))[place]) @ T[:3, :3].T
        self.points = T[:3, 3] + self.rays * hits.depth[place][:, None]
        self.normal = hits.normal[place].astype(np.float64)
        self.geom, self.ids = hits.geom[place], hits.anchor_id[place]
        numbered = list(enumerate(scene.geoms))
        self.anchors = tuple(g for g, geom in numbered if geom.id < FIRST_SUBJECT)
        self.subjects = tuple(g for g, geom in numbered if geom.id >= FIRST_SUBJECT)

    def sun(self) -> Mask:
        """Spots in the sunlight but for a subject."""
        towards = np.array(self.sky.towards_sun)
        if max(self.sky.sun) < _LEAST_SUN or self.sky.height_deg < _LEAST_HEIGHT_DEG:
            return np.zeros(len(self.points), np.bool_)
        return self._hidden(self.normal @ towards > 0, np.broadcast_to(towards, self.points.shape), np.inf)

    def lamps(self) -> Mask:
        """Spots in the light of a lamp but for a subject."""
        found = np.zeros(len(self.points), np.bool_)
        T_world_geom = self.scene.T_world_geom(self.state)
        for g, geom in enumerate(self.scene.geoms):
            if geom.lamp is None or self.sky.lamps <= _LEAST_SUN:
                continue
            lamp = lamp_of(g, geom, T_world_geom[g, :3, :3], T_world_geom[g, :3, 3], self.sky.lamps)
            share, to = from_lamp(lamp, self.points.T, self.normal.T)
            away = np.linalg.norm(to, axis=0)
            reach = np.maximum(0.0, 1 - lamp.radius_m / np.maximum(away, 1e-9))
            found |= self._hidden((share > self.sky.faint / max(lamp.power)) & (self.geom != g), to.T, reach, g)
        return found

    def feet(self) -> Mask:
        """Spots so near to a subject that it takes some of the sky from them."""
        T = self.scene.T_world_geom(self.state).astype(np.float32)
        here = {self.scene.layout.cast[name].id for name in self.state.bodies}
        geoms = self.scene.geoms
        at = [g for g in self.subjects if geoms[g].part in BLOCKING and geoms[g].id in here]
        half = np.array([geoms[g].size_m for g in at], np.float32).reshape(-1, 3) / 2
        ids = np.array([geoms[g].id for g in at], np.int64)
        blockers = Blockers(T[at, :3, 3], T[at, :3, :3], half, ids)
        points, normal = (np.ascontiguousarray(v.T, np.float32) for v in (self.points, self.normal))
        with_, without = (
            open_share(points, normal, self.ids.astype(np.int64), b)
            for b in (blockers, Blockers(T[:0, :3, 3], T[:0, :3, :3], half[:0], ids[:0]))
        )
        darker: Mask = without - with_ > _DARKENED
        return darker

    def mirrored(self) -> Mask:
        """Spots of wet ground and of water that mirror a subject."""
        layout = self.scene.layout
        wet = ground_look(layout.ground, layout.look).wet > 0.05
        water = [geom.id != GROUND and look(geom.look, geom.name).pattern == "ripples" for geom in self.scene.geoms]
        shines = np.array([wet if geom.id == GROUND else w for geom, w in zip(self.scene.geoms, water, strict=True)])
        facing = (self.rays * self.normal).sum(axis=1, keepdims=True)
        return self._hidden(shines[self.geom], self.rays - 2 * facing * self.normal, np.inf, through=True)

    def _hidden(
        self,
        where: Mask,
        ways: Points,
        reach: float | Float[np.ndarray, " n"],
        lamp: int = -1,
        *,
        through: bool = False,
    ) -> Mask:
        """Spots `where` a subject stands in the way and, unless `through`, nothing else does."""
        found = np.zeros(len(self.points), np.bool_)
        at = np.flatnonzero(where)
        far = np.broadcast_to(np.asarray(reach, np.float64), len(self.points))
        if len(at):
            at = at[self.scene.occluded(self.points[at], ways[at], self.state, far[at], self.anchors)]
        if len(at) and not through:
            others = self.subjects if lamp < 0 else (*self.subjects, lamp)
            at = at[~self.scene.occluded(self.points[at], ways[at], self.state, far[at], others)]
        found[at] = True
        return found
