"""The locked geometry of a place and what rays meet in it, at any moment of the story.

MuJoCo holds the geometry and poses it; the rays run in compiled loops over its primitives, which agree with MuJoCo's own
to the last digits (a test holds them together) and take many origins at once, as shadows need.
"""

import threading
from collections import deque
from dataclasses import dataclass

import mujoco as mj
import numpy as np
from jaxtyping import Bool, Float, Int16, Int32

from composer.layout import Layout
from composer.scene import rays, shadows, triangles
from composer.scene.figure import pose
from composer.scene.model import KINDS, Geom, Moved, Primitive, build, quaternion
from composer.types import SKY, Camera, Matrix, Size, Vector, WorldState

__all__ = ["Geom", "Hits", "Primitive", "Scene"]

_AWAY = (0.0, 0.0, -1e4)  # m: where those are who are not there
_KEPT = 3  # poses of a thread: flow asks for a moment and the next by turns
Points = Float[np.ndarray, "n 3"]


@dataclass(frozen=True, eq=False)
class Hits:
    """What rays see first: a picture (h w), or a list of rays (n).

    `depth` is metric z-depth, of a list of rays the distance in lengths of their directions; +inf where nothing is.
    `normal` points towards the ray's origin, in world axes, 0 where nothing is. `geom` indexes `Scene.geoms`, -1 for sky.
    """

    depth: Float[np.ndarray, "*n"]
    normal: Float[np.ndarray, "*n 3"]
    anchor_id: Int16[np.ndarray, "*n"]
    geom: Int16[np.ndarray, "*n"]


@dataclass(frozen=True, eq=False)
class _Stance:
    """All shapes at one moment, and where the landmarks of people are (m)."""

    state: WorldState
    posed: rays.Posed
    sites: Points


class Scene:
    """A place with its anchors, its ground z = 0 and the subjects that begin in it. Safe to use from many threads.

    A subject that is absent from a `WorldState` is not there. Raises `ValueError` for a state with a body that the place
    does not know.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._model = build(layout)
        self.geoms: tuple[Geom, ...] = self._model.geoms
        self._ids = np.array([*(g.id for g in self.geoms), SKY], np.int16)  # geom -1 is the sky
        self._kind = np.array([KINDS[g.shape] for g in self.geoms], np.int64)
        self._size = np.array(self._model.mujoco.geom_size)
        self._bound = np.array(self._model.mujoco.geom_rbound)
        meshes = [g.mesh for g in self.geoms]
        self._boxes, self._nets, self._root = triangles.trees(meshes)
        self._closed = np.array([mesh is not None and mesh.closed for mesh in meshes], np.bool_)
        self._own = threading.local()

    def cast(self, camera: Camera, size: Size, state: WorldState) -> Hits:
        """What every pixel's centre of a picture sees."""
        w, h = size
        depth, normal, geom = np.empty((h, w), np.float32), np.empty((h, w, 3), np.float32), np.empty((h, w), np.int16)
        T = camera.T_world_camera
        across = T[:3, :3] @ np.linalg.inv(camera.K)
        rays.cast_picture(self._posed(state), _double(T[:3, 3]), _double(across), depth, normal, geom)
        return Hits(depth, normal, self._ids[geom], geom)

    def cast_rays(self, origin: Vector, directions: Points, state: WorldState, ignore: tuple[int, ...] = ()) -> Hits:
        """What each ray from `origin` (m) meets; directions of any length, in world axes. Geoms of `ignore` are not there."""
        n = len(directions)
        depth, normal, geom = np.empty(n, np.float32), np.empty((n, 3), np.float32), np.empty(n, np.int16)
        rays.cast_list(self._without(state, ignore), _double(origin), _double(directions), depth, normal, geom)
        return Hits(depth, normal, self._ids[geom], geom)

    def occluded(
        self,
        points: Points,
        directions: Float[np.ndarray, "n 3"] | Vector,
        state: WorldState,
        reach: float | Float[np.ndarray, " n"] = np.inf,
        ignore: tuple[int, ...] = (),
    ) -> Bool[np.ndarray, " n"]:
        """Whether something stands between a point and what lies in a direction: the sun's (one for all), or a lamp's.

        `reach` counts in lengths of the direction: metres for unit ones; 1 up to the lamp for `lamp - points`.
        `ignore` are geoms that let light through, such as the lamp's own. Only surfaces that a ray enters count, so points
        may lie on surfaces; those that face away from the light are not reported, as their normal tells.
        """
        posed = self._without(state, ignore)
        hidden = np.empty(len(points), np.bool_)
        limits = np.atleast_1d(np.asarray(reach, np.float64))
        shadows.shadow(posed, _double(points), np.atleast_2d(_double(directions)), limits, hidden)
        return hidden

    def T_world_geom(self, state: WorldState) -> Float[np.ndarray, "g 4 4"]:  # noqa: N802 - the name of a frame
        """Where every geom stands (m), for coordinates that stick to it."""
        posed = self._posed(state)
        T: Float[np.ndarray, "g 4 4"] = np.zeros((len(self.geoms), 4, 4))
        T[:, :3, :3], T[:, :3, 3], T[:, 3, 3] = posed.axes, posed.centre, 1
        return T

    def triangles_at(
        self, g: int, local: Float[np.ndarray, "3 n"], rays: Float[np.ndarray, "3 n"]
    ) -> tuple[Int32[np.ndarray, " n"], Float[np.ndarray, "2 n"]]:
        """Which triangle of geom `g`, a mesh, points on it lie on (-1: none), and the shares of its second and third corner.

        Points (m) and the rays that see them are in the mesh's own frame.
        """
        found, corners = np.empty(local.shape[1], np.int32), np.zeros((2, local.shape[1]))
        triangles.look_up(
            self._boxes, self._nets, self._root[g], _double(local), _double(rays), found, corners[0], corners[1]
        )
        return found, corners

    def joints(self, state: WorldState) -> dict[str, Float[np.ndarray, "17 3"]]:
        """Where `types.JOINTS` of every person who is there are (m), by the name of the subject."""
        stance = self._stance(state)
        people = {name: self._model.subjects[name].landmarks for name in state.bodies}
        return {name: stance.sites[list(sites)] for name, sites in people.items() if sites}

    def _posed(self, state: WorldState) -> rays.Posed:
        return self._stance(state).posed

    def _stance(self, state: WorldState) -> _Stance:
        if not hasattr(self._own, "lately"):
            self._own.lately = deque(maxlen=_KEPT)
        lately: deque[_Stance] = self._own.lately
        for stance in lately:
            if stance.state is state:
                return stance
        lately.append(self._pose(state))
        return lately[-1]

    def _without(self, state: WorldState, ignore: tuple[int, ...]) -> rays.Posed:
        posed = self._posed(state)
        if not ignore:
            return posed
        bound = posed.bound.copy()
        bound[list(ignore)] = -1
        return posed._replace(bound=bound)

    def _pose(self, state: WorldState) -> _Stance:
        if unknown := state.bodies.keys() - self._model.subjects.keys():
            raise ValueError(f"no subject of {self.layout.name} is called {', '.join(sorted(unknown))}")
        if not hasattr(self._own, "data"):
            self._own.data = mj.MjData(self._model.mujoco)
        data, bound = self._own.data, self._bound.copy()
        for name, subject in self._model.subjects.items():
            body = state.bodies.get(name)
            if body is None:
                bound[list(subject.geoms)] = -1
                data.mocap_pos[subject.mocap] = _AWAY  # who asks where its geoms are gets the same answer every time
                continue
            speed = float(np.hypot(*body.linear_m_s[:2]))
            _put(data, subject, body.T_world_body, body.gait_rad, speed)
        mj.mj_kinematics(self._model.mujoco, data)
        axes = data.geom_xmat.reshape(-1, 3, 3).copy()
        centres = data.geom_xpos.copy()
        meshes = (self._root, self._closed, self._boxes, self._nets)
        posed = rays.Posed(self._kind, self._size, bound, centres, axes, *meshes)
        return _Stance(state, posed, data.site_xpos.copy())


def _put(data: mj.MjData, subject: Moved, T_world_body: Matrix, gait_rad: float, speed_m_s: float) -> None:
    data.mocap_pos[subject.mocap] = T_world_body[:3, 3]
    data.mocap_quat[subject.mocap] = quaternion(T_world_body)
    if subject.joints:
        data.qpos[list(subject.joints)] = pose(gait_rad, speed_m_s, subject.solid.size_m[2])


def _double(values: np.ndarray) -> Float[np.ndarray, "*n"]:
    return np.ascontiguousarray(values, np.float64)
