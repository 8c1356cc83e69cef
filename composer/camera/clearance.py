"""Where a camera cannot be, inside solids or bodies, and what hides things from it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from composer.layout import Extent, Layout, extent_of, slope_of
from composer.scene import triangles
from composer.scene.triangles import Trees, trees
from composer.types import Mesh, Solid, Vector

CLEAR_M = 0.2
"""How far outside a solid a suggested camera stands."""

_RINGS_M = np.arange(0.25, 30.0, 0.25)
_COMPASS = np.deg2rad(np.arange(0, 360, 15))


@dataclass(frozen=True, eq=False)
class Solids:
    """The anchors of a place as arrays: `R_world_solid`, middles and half extents (m), their kinds."""

    names: tuple[str, ...]
    R_world_solid: Float[np.ndarray, "n 3 3"]
    middles: Float[np.ndarray, "n 3"]
    halves: Float[np.ndarray, "n 3"]
    round: Bool[np.ndarray, " n"]  # upright tubes along their own z
    ball: Bool[np.ndarray, " n"]
    slant: Float[np.ndarray, "n 3"]  # normals of ramps' slopes in their own frames, 0 for all else
    meshes: tuple[Mesh | None, ...]
    extents: tuple[Extent, ...]

    @classmethod
    def of(cls, layout: Layout) -> "Solids":
        solids = layout.solids
        poses = np.array([s.T_world_solid for s in solids]).reshape(-1, 4, 4)
        return cls(
            tuple(s.name for s in solids),
            poses[:, :3, :3],
            poses[:, :3, 3],
            np.array([s.size_m for s in solids], float).reshape(-1, 3) / 2,
            np.array([s.shape == "cylinder" for s in solids], bool),
            np.array([s.shape == "sphere" for s in solids], bool),
            np.array([_slant(s) for s in solids]).reshape(-1, 3),
            tuple(s.mesh for s in solids),
            tuple(extent_of(s) for s in solids),
        )

    def hold(self, points: Float[np.ndarray, "f 3"], margin_m: float = 0.0) -> Bool[np.ndarray, "f n"]:
        """Whether each point (m) is inside each solid, grown by a margin; of meshes, closed ones alone have an inside.

        With a margin a mesh counts as the box round it.
        """
        offset = (points @ self.R_world_solid - self.middles[:, None] @ self.R_world_solid).swapaxes(0, 1)
        half = self.halves + margin_m
        within = abs(offset) < half
        across = np.hypot(offset[..., 0], offset[..., 1]) < half[:, 0]
        tube, ball = across & within[..., 2], np.linalg.norm(offset, axis=-1) < half[:, 0]
        under = (np.einsum("fnk,nk->fn", offset, self.slant) < margin_m) | ~self.slant.any(axis=1)
        boxed = within.all(axis=-1) & under
        inside: Bool[np.ndarray, "f n"] = np.where(self.ball, ball, np.where(self.round, tube, boxed))
        for i, mesh in enumerate(self.meshes) if not margin_m else ():
            if mesh is not None and inside[:, i].any():
                inside[:, i] &= mesh.closed and self._within(i, offset[:, i])
        return inside

    @cached_property
    def _trees(self) -> Trees:
        return trees(self.meshes)

    def _within(self, i: int, points: Float[np.ndarray, "f 3"]) -> Bool[np.ndarray, " f"]:
        boxes, nets, roots = self._trees
        inside = np.empty(len(points), np.bool_)
        triangles.within(boxes, nets, roots[i], np.ascontiguousarray(points), inside)
        return inside

    def free_points(self, point: Vector) -> Float[np.ndarray, "k 3"]:
        """Points 0.2 m clear of every solid and above the ground, nearest first: straight out of a face, then in rings."""
        low = np.array([e.low for e in self.extents]) - CLEAR_M
        high = np.array([e.high for e in self.extents]) + CLEAR_M
        faces = []
        for i in np.flatnonzero(self.hold(point[None], CLEAR_M - 1e-6)[0]):
            for axis in range(3):
                for bound in (low[i, axis], high[i, axis]):
                    out = point.copy()
                    out[axis] = bound
                    faces.append(out)
        rings = [point + reach * np.array([np.cos(a), np.sin(a), 0.0]) for reach in _RINGS_M for a in _COMPASS]
        found = []
        for candidates in (np.array(faces).reshape(-1, 3), np.array(rings)):
            free = ~self.hold(candidates, CLEAR_M - 1e-3).any(axis=1) & (candidates[:, 2] > 0.05)
            good = candidates[free]
            found.append(good[np.argsort(np.linalg.norm(good - point, axis=1), kind="stable")])
        return np.concatenate(found)

    def hide(
        self, eye: Vector, points: Float[np.ndarray, "p 3"], but: Bool[np.ndarray, " n"]
    ) -> Bool[np.ndarray, " p"]:
        """Whether the straight line from `eye` to each point (m) is cut by a solid, those in `but` left out.

        Round solids count as the boxes that they fill, meshes as they are.
        """
        start = (eye - self.middles)[:, None] @ self.R_world_solid  # n 1 3
        way = np.einsum("pk,nkj->npj", points - eye, self.R_world_solid)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.stack([(-self.halves[:, None] - start) / way, (self.halves[:, None] - start) / way])
        enters, leaves = reach.min(axis=0), reach.max(axis=0)
        still = way == 0
        within = abs(np.broadcast_to(start, way.shape)) < self.halves[:, None]
        enters = np.where(still, np.where(within, -np.inf, np.inf), enters).max(axis=2)
        leaves = np.where(still, np.where(within, np.inf, -np.inf), leaves).min(axis=2)
        above, rising = np.einsum("nik,nk->ni", start, self.slant), np.einsum("npk,nk->np", way, self.slant)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossed = -above / rising
        enters = np.where(rising < 0, np.maximum(enters, crossed), enters)
        leaves = np.where(rising > 0, np.minimum(leaves, crossed), leaves)
        leaves = np.where((rising == 0) & (above > 0), -np.inf, leaves)
        cut = (enters < leaves - 1e-9) & (leaves > 0) & (enters < 1 - 1e-6)
        boxes, nets, roots = self._trees
        for i in (i for i, mesh in enumerate(self.meshes) if mesh is not None and cut[i].any()):
            triangles.cut(boxes, nets, roots[i], start[i, 0], np.ascontiguousarray(way[i]), cut[i])
        hidden: Bool[np.ndarray, " p"] = cut[~but].any(axis=0)
        return hidden


def _slant(solid: Solid) -> Vector:
    slope = slope_of(solid)
    slant: Vector = np.zeros(3) if slope is None else solid.T_world_solid[:3, :3].T @ slope.normal
    return slant


def within(
    solid: Solid,
    T_world_body: Float[np.ndarray, "f 4 4"],
    points: Float[np.ndarray, "f 3"],
    margin_m: float,
) -> Bool[np.ndarray, " f"]:
    """Whether point f (m) is inside a solid that is at pose f, grown by a margin."""
    R, offset = T_world_body[:, :3, :3], points - T_world_body[:, :3, 3]
    x, y, z = np.einsum("fkj,fk->jf", R, offset)
    wide, deep, high = (side / 2 + margin_m for side in solid.size_m)
    if solid.shape == "sphere":
        ball: Bool[np.ndarray, " f"] = np.linalg.norm(offset, axis=1) < wide
        return ball
    if solid.shape in ("box", "mesh"):
        box: Bool[np.ndarray, " f"] = (abs(x) < wide) & (abs(y) < deep) & (abs(z) < high)
        return box
    tube: Bool[np.ndarray, " f"] = (np.hypot(x, y) < wide) & (abs(z) < high)
    return tube
