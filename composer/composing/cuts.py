"""What the film comes to at each cut: where everyone is, what they do, who is seen, and how the camera was solved."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float

from composer.camera import CameraPath
from composer.composing.framings import framing
from composer.geometry import invert, transform
from composer.layout import Layout, extent_of
from composer.scene import Hits, Scene
from composer.schema import Slate
from composer.schema.quantities import COMPASS
from composer.types import (
    BodyState,
    Camera,
    CameraSetup,
    CameraTrack,
    CutState,
    Sight,
    Size,
    Solid,
    SubjectState,
    Vector,
    WorldState,
)
from composer.world import Story

THUMBNAIL: Size = (96, 54)
_BEFORE_S = 1e-6  # so long before a cut its world is told: what the next shot begins with is not this one's
_STILL_M_S, _STILL_RAD_S = 0.01, 0.01
_WALKS_M_S = 2.5  # who goes faster runs
_GRID = np.stack(np.meshgrid(*[(-0.8, 0.0, 0.8)] * 2, (-0.9, -0.45, 0.0, 0.45, 0.9), indexing="ij"), -1).reshape(-1, 3)


@dataclass(frozen=True, eq=False)
class Witness:
    """Tells of any shot how it ends and how its camera was solved. `sensor_m` is the gate's width."""

    layouts: Mapping[str, Layout]
    scenes: Mapping[str, Scene]
    story: Story
    cameras: Mapping[str, CameraPath]
    sensor_m: float
    size: Size

    def state(self, slate: Slate) -> CutState:
        """The world at the cut after a shot."""
        stop_s = float(slate.stop_s)
        seen_world = self._world(slate.place, stop_s - 1 / float(slate.fps))
        last = None if slate.shot.footage else self._track(slate, float(slate.duration_s - 1 / slate.fps))[0]
        seen = self.seen(slate.place, last, seen_world) if last else {}
        subjects = []
        for place in self.layouts:
            world = self._world(place, stop_s - _BEFORE_S)
            for name, body in world.bodies.items():
                here: Sight = seen.get(name, "off screen") if place == slate.place else "off screen"
                subjects.append(self._subject(name, place, body, here, world.variants.get(name, "")))
        order = list(self._solids)
        return CutState(
            shot=slate.name,
            frames=slate.frames,
            story_s=(_told(float(slate.start_s), 6), _told(stop_s, 6)),
            place=slate.place,
            light=slate.light,
            subjects=tuple(sorted(subjects, key=lambda s: order.index(s.subject))),
            directions=_directions(last, seen_world, [n for n in order if seen.get(n) == "on screen"]) if last else {},
        )

    def setup(self, slate: Slate) -> CameraSetup:
        """What was solved for the camera of a shot."""
        times_s = np.array([0.0, float(slate.duration_s - 1 / slate.fps)])
        track = self._track(slate, *times_s)
        camera = slate.shot.camera
        names = camera.frame.names if camera and camera.frame else ()
        eyes, ahead = track.T_world_camera[:, :3, 3], track.T_world_camera[:, :3, 2]
        away: list[Vector] = []
        for eye, time_s in zip(eyes, times_s, strict=True):
            world = self._world(slate.place, float(slate.start_s) + float(time_s))
            middles = [m for name in names if (m := self._middle(slate.place, name, world)) is not None]
            away += [eye - (np.min(middles, axis=0) + np.max(middles, axis=0)) / 2] if middles else []
        solved = len(away) == len(eyes)
        return CameraSetup(
            shot=slate.name,
            framing=framing(slate),
            framed=names,
            side=_compass(away[0] if solved else ahead[0]),
            lens_mm=_both(1000 * self.sensor_m * track.K[:, 0, 0] / track.size[0], 2),
            height_m=_both(eyes[:, 2], 3),
            distance_m=_both(np.linalg.norm(away, axis=1), 3) if solved else None,
            heading_deg=_both(np.round(np.degrees(np.arctan2(ahead[:, 0], ahead[:, 1])), 2) % 360, 2),
        )

    @cached_property
    def _solids(self) -> dict[str, Solid]:
        solids = (solid for layout in self.layouts.values() for solid in layout.cast.values())
        return {solid.name: solid for solid in sorted(solids, key=lambda solid: solid.id)}

    def _world(self, place: str, time_s: float) -> WorldState:
        return self.story.sample(place, np.array([time_s]))[0]

    def _track(self, slate: Slate, *times_s: float) -> CameraTrack:
        return self.cameras[slate.name].track(np.array(times_s), self.size)

    def _middle(self, place: str, name: str, world: WorldState) -> Vector | None:
        if name in world.bodies:
            middle: Vector = world.bodies[name].T_world_body[:3, 3]
            return middle
        extent = self.layouts[place].extent(name)
        return extent.centre if extent else None

    def _subject(self, name: str, place: str, body: BodyState, seen: Sight, look: str) -> SubjectState:
        solid = self._solids[name]
        pose = body.T_world_body
        x, y = pose[:2, 3]
        z = extent_of(replace(solid, T_world_solid=pose)).low[2]
        facing_deg = float(np.degrees(np.arctan2(-pose[0, 1], -pose[1, 1])) % 360)
        speed_m_s = float(np.linalg.norm(body.linear_m_s))
        return SubjectState(
            name,
            place,
            (_told(x, 3), _told(y, 3), _told(z, 3)),
            _told(facing_deg, 1) % 360,
            doing(solid, body),
            _told(speed_m_s, 3) if speed_m_s > _STILL_M_S else 0.0,
            seen,
            look,
        )

    def thumbnail(self, place: str, camera: Camera, world: WorldState) -> Hits:
        """What a small picture of the place shows."""
        shrink = np.diag([THUMBNAIL[0] / self.size[0], THUMBNAIL[1] / self.size[1], 1.0])
        return self.scenes[place].cast(Camera(shrink @ camera.K, camera.T_world_camera), THUMBNAIL, world)

    def seen(self, place: str, camera: Camera, world: WorldState, small: Hits | None = None) -> dict[str, Sight]:
        """Who is in the picture: found on a thumbnail, or by rays to points all over a body that is small in it."""
        scene, small = self.scenes[place], small or self.thumbnail(place, camera, world)
        there = set(np.unique(small.anchor_id).tolist())
        found: dict[str, Sight] = {}
        for name, body in world.bodies.items():
            solid = self._solids[name]
            if solid.id in there:
                found[name] = "on screen"
                continue
            points = transform(body.T_world_body, _GRID * (np.asarray(solid.size_m) / 2))
            points = points[_inside(camera, self.size, points)]
            if len(points):
                eye = camera.T_world_camera[:3, 3]
                hit = scene.cast_rays(eye, points - eye, world).anchor_id == solid.id
                found[name] = "on screen" if hit.any() else "hidden"
        return found


def _inside(camera: Camera, size: Size, points: Float[np.ndarray, "n 3"]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    at = transform(invert(camera.T_world_camera), points) @ camera.K.T
    far = np.maximum(at[:, 2], 1e-9)
    u, v = at[:, 0] / far, at[:, 1] / far
    inside: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        (at[:, 2] > 0) & (u >= 0) & (u < size[0]) & (v >= 0) & (v < size[1])
    )
    return inside


def doing(solid: Solid, body: BodyState) -> str:
    """What a body does, as `SubjectState` has it."""
    speed, climb = float(np.linalg.norm(body.linear_m_s)), float(body.linear_m_s[2])
    if speed <= _STILL_M_S:
        return "turning" if np.linalg.norm(body.angular_rad_s) > _STILL_RAD_S else "still"
    if abs(climb) > 0.7 * speed:
        return "falling" if climb < 0 else "rising"
    if solid.shape == "person":
        return "walking" if speed <= _WALKS_M_S else "running"
    rim_m_s = float(np.hypot(*body.angular_rad_s[:2])) * solid.size_m[0] / 2
    return "rolling" if rim_m_s > 0.3 * speed else "moving"


def _directions(camera: Camera, world: WorldState, names: list[str]) -> dict[str, str]:
    found = {}
    for name in names:
        right, _, ahead = camera.T_world_camera[:3, :3].T @ world.bodies[name].linear_m_s
        if max(abs(right), abs(ahead)) > _STILL_M_S:
            across = "right" if right > 0 else "left"
            found[name] = across if abs(right) >= abs(ahead) else "away" if ahead > 0 else "towards"
    return found


def _compass(way: Vector) -> str:
    return list(COMPASS)[round(float(np.degrees(np.arctan2(way[0], way[1]))) / 45) % 8]


def _both(values: Float[np.ndarray, "2"], digits: int) -> tuple[float, float]:
    return _told(values[0], digits), _told(values[1], digits)


def _told(value: float, digits: int) -> float:
    """Rounded, and never minus nought."""
    return round(float(value), digits) + 0.0
