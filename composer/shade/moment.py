"""One frame of a place: everything posed, lamps and blockers found, mirrors traced, the sun's shadows cast."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int

from composer.kernels import Array, kernel
from composer.looks import Look
from composer.scene import Geom, Hits, Scene
from composer.shade.arrays import dot
from composer.shade.contact import Blockers, board
from composer.shade.interior import blocks
from composer.shade.lighting import Lamp
from composer.shade.mirror import Mirror, mirror
from composer.shade.sky import Sky
from composer.shade.surface import Wearing
from composer.shade.views import Numbers, Planes, Samples, View
from composer.types import GROUND, WorldState

_LAMP_POWER, _LAMP_HEIGHT_M = 20.0, 4.0  # of a street lamp; what hangs lower is as much weaker as its ground is nearer
BLOCKING = ("whole", "torso", "left_foot", "right_foot")  # parts that take light from what is near


@dataclass(frozen=True, eq=False)
class Moment:
    """One frame's scene, ready to be painted; `axes [g 3 3]` and `centres [g 3]` (m) pose its geoms, `ids [g]` own them."""

    scene: Scene
    looks: Sequence[Look]
    sky: Sky
    wearing: Wearing
    bands: int
    view: View
    state: WorldState
    axes: Float[np.ndarray, "g 3 3"]
    centres: Float[np.ndarray, "g 3"]
    lamps: Sequence[Lamp]
    blockers: Blockers
    mirror: Mirror | None
    ids: Int[np.ndarray, " g"]

    @classmethod
    def of(  # noqa: PLR0913, PLR0917 - the values of a frame, gathered once
        cls,
        scene: Scene,
        looks: Sequence[Look],
        sky: Sky,
        wearing: Wearing,
        bands: int,
        view: View,
        state: WorldState,
        hits: Hits,
        lights: Sequence[Lamp] = (),
    ) -> "Moment":
        room = scene.layout.room
        T = scene.T_world_geom(state).astype(np.float32)
        axes, centres = T[:, :3, :3], T[:, :3, 3]
        lamps = [
            lamp_of(g, geom, axes[g], centres[g], sky.lamps)
            for g, geom in enumerate(scene.geoms)
            if geom.lamp and sky.lamps > 0.02
        ]
        lamps += lights
        at = [g for g, geom in enumerate(scene.geoms) if blocking(geom, looks[g], room)]
        boxes = [board(scene.geoms[g].shape, scene.geoms[g].size_m, axes[g], centres[g]) for g in at]
        blockers = Blockers(
            np.array([box[0] for box in boxes], np.float32).reshape(-1, 3),
            np.array([box[1] for box in boxes], np.float32).reshape(-1, 3, 3),
            np.array([box[2] for box in boxes], np.float32).reshape(-1, 3),
            np.array([scene.geoms[g].id for g in at], np.int64),
        )
        return cls(
            scene,
            looks,
            sky,
            wearing,
            bands,
            view,
            state,
            axes,
            centres,
            lamps,
            blockers,
            mirror(scene, sky, view, hits, state, mirrors_of(scene, looks, centres), looks, lamps),
            np.array([geom.id for geom in scene.geoms], np.int64),
        )

    @property
    def faint(self) -> float:
        """Light of a lamp that nobody sees beside the sky's."""
        return self.sky.faint

    def points(self, rays: Planes, depth: Numbers) -> Planes:
        """World points (m) of rays with z = 1 at z-depths."""
        points: Planes = rays * depth + self.view.eye[:, None]
        return points

    def sunlit(self, s: Samples) -> Numbers:
        """1 where the sun is seen, 0 in shadow and where a surface turns from it."""
        share = np.zeros(len(s), np.float32)
        self._look_up(s, self._turned_to_sun(s), share)
        return share

    def sunlit_picture(self, s: Samples) -> Numbers:
        """`sunlit` of every pixel: every other one is looked up, and those between where their neighbours differ."""
        w, h = self.view.size
        turned = self._turned_to_sun(s).reshape(h, w)
        share = np.zeros(len(s), np.float32)
        if not turned.any():
            return share
        even = np.add.outer(np.arange(h), np.arange(w)) % 2 == 0
        self._look_up(s, (turned & even).ravel(), share)
        shown = np.where(turned, 2 * s.geom.reshape(h, w) + (share.reshape(h, w) > 0), -1)
        near = np.pad(shown, 1, constant_values=-2)
        around = near[:-2, 1:-1], near[2:, 1:-1], near[1:-1, :-2], near[1:-1, 2:]
        alike = (around[0] >> 1) == (shown >> 1)
        for other in around[1:]:
            alike &= other == around[0]
        between = turned & ~even
        at = np.flatnonzero(between & alike)
        share[at] = around[0].ravel()[at] & 1
        self._look_up(s, (between & ~alike).ravel(), share)
        return share

    def _turned_to_sun(self, s: Samples) -> Bool[np.ndarray, " n"]:
        if max(self.sky.sun) < 0.02 or self.sky.height_deg < 0.5:
            return np.zeros(len(s), np.bool_)
        turned: Bool[np.ndarray, " n"] = (dot(s.normal, self.sky.towards_sun) > 0) & (s.geom >= 0)
        return turned

    def _look_up(self, s: Samples, where: Bool[np.ndarray, " n"], share: Numbers) -> None:
        """Write 1 to `share` at samples whose view of the sun is free."""
        at = np.flatnonzero(where)
        if len(at):
            points = np.empty((len(at), 3))
            _points_at(at, s.rays, s.depth, self.view.eye, points)
            share[at] = ~self.scene.occluded(points, np.array(self.sky.towards_sun), self.state)


@kernel
def _points_at(at: Array, rays: Array, depth: Array, eye: Array, points: Array) -> None:
    """Fills `points [m 3]` with what the samples `at [m]` see: single precision, as `Moment.points`."""
    for k in range(at.shape[0]):
        n = at[k]
        for i in range(3):
            points[k, i] = rays[i, n] * depth[n] + eye[i]


def blocking(geom: Geom, look: Look, room: tuple[float, float, float] | None) -> bool:
    """Whether a geom takes light from what is near it."""
    return geom.part in BLOCKING and look.pattern != "ripples" and blocks(geom.name, room)


def mirrors_of(scene: Scene, looks: Sequence[Look], centres: Float[np.ndarray, "g 3"]) -> list[tuple[int, float]]:
    """The geoms that mirror what stands on them, and how high (m): wet ground, and water."""
    return [
        (g, 0.0 if geom.id == GROUND else float(centres[g, 2]) + geom.size_m[2] / 2)
        for g, geom in enumerate(scene.geoms)
        if (geom.id == GROUND and looks[g].wet > 0.05) or looks[g].pattern == "ripples"
    ]


def lamp_of(
    g: int, geom: Geom, axes: Float[np.ndarray, "3 3"], centre: Float[np.ndarray, "3"], strength: float
) -> Lamp:
    """The light of a lamp: at the head of a post, else in the middle of its body."""
    across, height = max(geom.size_m[:2]), geom.size_m[2]
    up = axes[:, 2] * (0.5 * (height - geom_head(geom)) if height > 3 * across else 0.0)
    x, y, z = (float(v) for v in centre + up)
    assert geom.lamp is not None
    power = _LAMP_POWER * strength * min(1.3, max(0.12, (z / _LAMP_HEIGHT_M) ** 1.6))
    red, green, blue = (c * power for c in geom.lamp)
    head = 0.6 * geom_head(geom) if geom_head(geom) < height else 1e3
    return Lamp((x, y, z), (red, green, blue), max(0.18, 0.35 * min(geom.size_m[:2])), g, head)


def geom_head(geom: Geom) -> float:
    """Height of the part of a lamp that shines (m): the head of a post, else all of it."""
    height = geom.size_m[2]
    return min(0.7, 0.1 * height) if height > 3 * max(geom.size_m[:2]) else height


def softened(sun: Float[np.ndarray, " n"], edge: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, " n"]:
    """Shadows' edges within a face softened over about two pixels; those at its rim are left to the samples there."""
    shadow = sun.reshape(edge.shape)
    soft: Float[np.ndarray, "h w"] = cv2.GaussianBlur(shadow, (5, 5), 1.1)
    rim = cv2.dilate(edge.view(np.uint8), np.ones((5, 5), np.uint8))
    np.copyto(soft, shadow, where=rim.view(np.bool_))
    return soft.reshape(-1)
