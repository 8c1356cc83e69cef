"""What light meets, sample by sample: every face's look painted into planes, before any light falls on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from composer.looks import Look
from composer.shade.lighting import alight
from composer.shade.meshes import mesh_finish
from composer.shade.moment import Moment, geom_head
from composer.shade.patch import Patch
from composer.shade.patches import GROUND_FACING, Facet, Seen, facing_of, flat_patch, round_patch
from composer.shade.people import face, worn
from composer.shade.sorting import Face
from composer.shade.surface import Finish, finish, rippled
from composer.shade.views import Numbers, Planes, Samples


@dataclass(frozen=True, eq=False)
class Coat:
    """n samples of surfaces: linear RGB `albedo` and `emit`, unit `normal`, `gloss` and `metal` in [0, 1]."""

    albedo: Planes
    normal: Planes
    emit: Planes
    gloss: Numbers
    metal: Numbers

    @classmethod
    def bare(cls, n: int) -> "Coat":
        """Room for n samples."""
        three, one = np.zeros((3, 3, n), np.float32), np.zeros((2, n), np.float32)
        return cls(three[0], three[1], three[2], one[0], one[1])

    def put(self, at: slice, coat: Finish) -> None:
        for i in range(3):
            self.albedo[i, at], self.normal[i, at] = coat.albedo[i], coat.normal[i]
            if coat.emit is not None:
                self.emit[i, at] = coat.emit[i]
        self.gloss[at], self.metal[at] = coat.gloss, coat.metal

    def part(self, at: slice) -> "Coat":
        """Some that lie side by side, not copied."""
        return Coat(self.albedo[:, at], self.normal[:, at], self.emit[:, at], self.gloss[at], self.metal[at])


def coated(m: Moment, s: Samples, points: Planes, faces: Sequence[Face]) -> Coat:
    """The coat of samples `s` in the order of their `faces`, which see world `points` (m)."""
    coat = Coat.bare(len(s))
    for g, facet, start, stop in faces:
        if start < stop:
            at = slice(start, stop)
            coat.put(at, _finish(m, g, facet, s.part(at), points[:, at]))
    return coat


def _finish(m: Moment, g: int, facet: Facet | None, s: Samples, points: Float[np.ndarray, "3 m"]) -> Finish:
    geom, axes, whole = m.scene.geoms[g], m.axes[g], m.looks[g]
    local = axes.T @ (points - m.centres[g][:, None])
    if geom.mesh is not None:
        return mesh_finish(m, g, geom.mesh, s, local)
    seen = Seen(s.rays, s.depth, (m.view.right, m.view.down))
    if geom.shape == "plane":
        patch = flat_patch(GROUND_FACING, axes, local, seen)
    elif facet is None:
        patch = round_patch(geom.size_m, axes, local, s.normal, seen)
    else:
        patch = flat_patch(facing_of(geom.shape, geom.size_m, facet), axes, local, seen)
    look: Look = worn(whole, geom.part) if whole.parts else whole
    if patch.kind == "top" and look.top is not None:
        look = look.top
    surface = finish(look, patch, m.wearing)
    if geom.part == "head":
        x, y, z = (local[i] / np.float32(geom.size_m[i] / 2) for i in range(3))
        surface = replace(
            surface, albedo=face(whole.part("hair").albedo, x, y, z, surface.albedo, bearded=whole.noun == "bearded")
        )
    if look.pattern == "ripples" and patch.kind != "side":
        width = np.maximum(patch.wu, patch.wv)
        surface = replace(surface, normal=rippled(points[0], points[1], width, m.state.time_s))
    if geom.lamp:
        shine = _alight(m, g, patch)
        surface = replace(surface, emit=shine if surface.emit is None else surface.emit + shine)
    return surface


def _alight(m: Moment, g: int, patch: Patch) -> Planes:
    """The lamp's own body, where it shines."""
    geom = m.scene.geoms[g]
    assert geom.lamp is not None
    whole = geom_head(geom) >= geom.size_m[2] or patch.kind == "top"
    light: Planes = alight(m.sky.lamps, geom.lamp, -1.0 if whole else geom.size_m[2] - geom_head(geom), patch.v)
    return light
