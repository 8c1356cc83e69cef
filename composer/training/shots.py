"""Frames of a recipe in their light: `shade.moment` and `shade.painting`, over tensors.

f frames, p samples of each: planes are `[3 f p]`.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from composer.shade import lighting
from composer.shade.arrays import dot
from composer.shade.contact import openness
from composer.shade.interior import darkened
from composer.shade.lighting import Lamp
from composer.shade.sky import heavens
from composer.training.casting import Met, Shapes, cast, hidden
from composer.training.coats import Coat, Samples
from composer.training.mirrors import Mirror, mirror
from composer.training.staging import Stage
from composer.typed import Bool, Float
from composer.types import Size

_SKY_M = 400.0  # of lit air before the sky


@dataclass(frozen=True, eq=False)
class Shot:
    """f frames of a stage as they were cast: pixels at (x, y), what they see, and how rays change from one to the next."""

    stage: Stage
    frames: slice
    size: Size
    shapes: Shapes
    eye: Float[Tensor, "3 f"]
    right: Float[Tensor, "3 f"]
    down: Float[Tensor, "3 f"]
    corner: Float[Tensor, "3 f"]
    x: Float[Tensor, "f p"]
    y: Float[Tensor, "f p"]
    rays: Float[Tensor, "3 f p"]
    met: Met

    @classmethod
    def of(cls, stage: Stage, frames: slice, size: Size, corner: tuple[int, int]) -> "Shot":
        """Cast a window of some frames."""
        (w, h), device = size, stage.eye.device
        posed, eye = stage.posed(frames), stage.eye[:, frames]
        right, down, first = stage.across[:, :, frames].unbind(1)
        first = first + corner[0] * right + corner[1] * down
        y, x = torch.meshgrid(torch.arange(h, device=device) + 0.5, torch.arange(w, device=device) + 0.5, indexing="ij")
        x, y = (v.flatten().expand(eye.shape[1], -1) for v in (x, y))
        rays = x * right[:, :, None] + y * down[:, :, None] + first[:, :, None]
        return cls(stage, frames, size, posed, eye, right, down, first, x, y, rays, cast(posed, eye, rays))

    @property
    def across(self) -> Float[Tensor, "3 3 f"]:
        """What takes image points of the window to rays."""
        return torch.stack([self.right, self.down, self.corner], 1)

    @property
    def focal_2(self) -> Float[Tensor, " f"]:
        """Square pixels that a square metre fills at 1 m."""
        focal_2: Tensor = 1 / (self.right.norm(dim=0) * self.down.norm(dim=0))
        return focal_2

    def rays_at(self, x: Float[Tensor, "f p"], y: Float[Tensor, "f p"]) -> Float[Tensor, "3 f p"]:
        return x * self.right[:, :, None] + y * self.down[:, :, None] + self.corner[:, :, None]

    def points(self, met: Met, rays: Float[Tensor, "3 f p"]) -> Float[Tensor, "3 f p"]:
        """World points (m); where nothing is, the eye."""
        return self.eye[:, :, None] + rays * torch.where(met.geom >= 0, met.depth, 0.0)

    def sunlit(self, met: Met, rays: Float[Tensor, "3 f p"]) -> Float[Tensor, "f p"]:
        """1 where the sun is seen, 0 in shadow and where a surface turns from it."""
        sky = self.stage.setting.sky
        if not self.stage.sunny:
            return torch.zeros_like(met.depth)
        way = torch.tensor(sky.towards_sun, device=rays.device)[:, None, None]
        turned = ((met.normal * way).sum(0) > 0) & (met.geom >= 0)
        return (turned & ~hidden(self.shapes, self.points(met, rays), way)).float()

    def painted(
        self, met: Met, x: Float[Tensor, "f p"], y: Float[Tensor, "f p"], rays: Float[Tensor, "3 f p"], sun: Tensor
    ) -> list[Tensor]:
        """Light along each sample `[3 f p]` and, of every reading, what it sees in two `[6 f p]` (`shade.painting.parted`)."""
        lit = _Lit(self, met, (x, y), rays, sun)
        lights = []
        for k in range(len(self.stage.coatings)):
            light, matt, coat = lit.of(k)
            grey, albedo = lighting.apart(light, matt, coat.albedo)
            if k == 0:
                lights.append(lit.aired(light))
                grey = lit.aired(grey)  # of further readings it only weighs their samples
            lights.append(torch.cat([grey, torch.where(met.geom >= 0, albedo, lighting.GREY)]))
        return lights

    @cached_property
    def mirror(self) -> Mirror | None:
        """What wet ground and water show."""
        return mirror(self.stage.setting, self.shapes, self.eye, self.rays, self.met, self.size)


class _Lit:
    """Samples and what of their light does not depend on how surfaces look."""

    def __init__(self, shot: Shot, met: Met, at: tuple[Tensor, Tensor], rays: Tensor, sun: Tensor) -> None:
        self.shot, self.met, self.at, self.rays, self.sun = shot, met, at, rays, sun
        self.setting, self.boxes = shot.stage.setting, shot.stage.boxes(shot.frames)
        self.solid = met.geom >= 0
        self.where, self.sky = (torch.nonzero(seen, as_tuple=True) for seen in (self.solid, ~self.solid))
        self.points = shot.points(met, rays)
        length = dot(rays, rays).sqrt()
        self.toward = rays / length
        self.distance = torch.where(self.solid, length * met.depth, _SKY_M)
        self.shadows = [self._shadow(lamp) for lamp in self.setting.lamps]
        self.samples = self._samples()

    def of(self, reading: int) -> tuple[Tensor, Tensor, Coat]:
        """Light `[3 f p]` before the air, the sum of what is matt in it, and the coat, in a reading of the looks."""
        sky, flat = self.setting.sky, self.setting.wearing.flat
        coat = self._spread(self.shot.stage.coatings[reading](self.samples))
        own = self.shot.stage.ids[self.met.geom.clamp(min=0)]
        open_ = openness(self.points, coat.normal, own, self.boxes)
        if self.setting.room:
            open_ = open_ * darkened(self.points, coat.normal, self.setting.room)
        light = lighting.lit(sky, coat.albedo, coat.normal, self.sun, open_, self.setting.grade.bands)
        for lamp, dark in zip(self.setting.lamps, self.shadows, strict=True):
            share, _ = lighting.from_lamp(lamp, self.points, coat.normal)
            share = (share - sky.faint / max(lamp.power)).clamp(min=0) * ~dark
            light = light + coat.albedo * torch.stack([share * power for power in lamp.power])
        matt, light = light.sum(0), light + coat.emit
        gloss = lighting.mirroring(coat.gloss, flat)
        seen, share = lighting.mirrored(sky, coat.normal, gloss, coat.metal, self.toward)
        if self.shot.mirror is not None:
            seen = self.shot.mirror.over(seen, self.met, *self.at, coat.normal)
        shine = lighting.highlight(sky, coat.normal, self.toward, gloss) * self.sun
        light = lighting.laid(light, seen, share, open_, coat.albedo, coat.metal, shine, sky.sun)
        return light, matt, coat

    def aired(self, light: Tensor) -> Tensor:
        """Light seen through the air, and the sky where no surface is."""
        light = lighting.air(self.setting.sky, light, self.toward, self.distance)
        light[:, self.sky[0], self.sky[1]] = self._heavens
        eye = [self.shot.eye[i, :, None] for i in range(3)]
        for lamp in self.setting.lamps:
            if lamp.geom >= 0:
                light = light + lighting.haloes(self.setting.sky, lamp, eye, self.toward, self.distance)
        return light

    @cached_property
    def _heavens(self) -> Tensor:
        f, p = self.sky
        width, time_s = self.shot.right.norm(dim=0)[f], self.shot.stage.time_s[self.shot.frames][f]
        sky: Tensor = heavens(self.setting.sky, self.toward[:, f, p], time_s, width)
        return sky

    def _shadow(self, lamp: Lamp) -> Bool[Tensor, "f p"]:
        """Where a lamp's light does not come: behind others, and on its own body."""
        where = torch.tensor(lamp.position, device=self.points.device)[:, None, None]
        way = where - self.points
        reach = (1 - lamp.radius_m / dot(way, way).sqrt().clamp(min=1e-9)).clamp(min=0)
        return hidden(self.shot.shapes, self.points, way, reach, lamp.geom) | (self.met.geom == lamp.geom)

    def _samples(self) -> Samples:
        """Those that see a surface, in one row."""
        f, p = self.where
        piece, shot = self.met.geom[f, p], self.shot
        axes = shot.shapes.axes[f, piece].permute(1, 2, 0)
        rows = (self.met.local, self.points, self.met.normal, self.rays)
        local, points, normal, rays = (values[:, f, p] for values in rows)
        time_s = shot.stage.time_s[shot.frames][f]
        return Samples(
            piece, axes, local, points, normal, rays, self.met.depth[f, p], shot.right[:, f], shot.down[:, f], time_s
        )

    def _spread(self, coat: Coat) -> Coat:
        """A coat of the samples that see a surface as one of all."""
        f, p = self.where

        def spread(values: Tensor) -> Tensor:
            result = torch.zeros((*values.shape[:-1], *self.solid.shape), device=values.device)
            result[..., f, p] = values
            return result

        return Coat(*(spread(values) for values in vars(coat).values()))
