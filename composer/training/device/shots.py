"""Frames of recipes in their light: `shade.moment` and `shade.painting`, over tensors.

f frames, p samples of each: planes are `[3 f p]`, numbers of a frame `[f 1]`.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from composer.shade import lighting
from composer.shade.arrays import dot
from composer.shade.contact import openness
from composer.shade.interior import darkened
from composer.shade.many import Lamps
from composer.shade.sky import heavens
from composer.training.device.casting import Met, Shapes, cast, hidden
from composer.training.device.coats import Coat, Samples
from composer.training.device.mirrors import Mirror, mirror
from composer.training.device.staging import Stage
from composer.typed import Bool, Float, Int
from composer.types import Size

_SKY_M = 400.0  # of lit air before the sky


@dataclass(frozen=True, eq=False)
class Shot:
    """f frames `at` of a stage as they were cast: pixels at (x, y), what they see, and how rays change from one to the next."""

    stage: Stage
    at: Int[Tensor, " f"]
    size: Size
    shapes: Shapes
    eye: Float[Tensor, "3 f"]
    across: Float[Tensor, "3 3 f"]
    x: Float[Tensor, "f p"]
    y: Float[Tensor, "f p"]
    rays: Float[Tensor, "3 f p"]
    met: Met

    @classmethod
    def of(cls, stage: Stage, at: Int[Tensor, " f"], size: Size, corner: Int[Tensor, "f 2"] | None) -> "Shot":
        """Cast some frames, or windows of them whose left upper corners are told."""
        (w, h), device = size, stage.device
        posed, eye = stage.posed(at), stage.eye[:, at]
        right, down, first = stage.across[:, :, at].unbind(1)
        if corner is not None:
            first = first + corner[:, 0] * right + corner[:, 1] * down
        y, x = torch.meshgrid(torch.arange(h, device=device) + 0.5, torch.arange(w, device=device) + 0.5, indexing="ij")
        x, y = (v.flatten().expand(len(at), -1) for v in (x, y))
        across = torch.stack([right, down, first], 1)
        rays = _rays(across, x, y)
        return cls(stage, at, size, posed, eye, across, x, y, rays, cast(posed, eye, rays))

    @property
    def recipe(self) -> Int[Tensor, " f"]:
        """Of each frame."""
        return self.stage.of[self.at]

    @property
    def focal_2(self) -> Float[Tensor, " f"]:
        """Square pixels that a square metre fills at 1 m."""
        focal_2: Tensor = 1 / (self.across[:, 0].norm(dim=0) * self.across[:, 1].norm(dim=0))
        return focal_2

    def rays_at(self, x: Float[Tensor, "f p"], y: Float[Tensor, "f p"]) -> Float[Tensor, "3 f p"]:
        return _rays(self.across, x, y)

    def points(self, met: Met, rays: Float[Tensor, "3 f p"]) -> Float[Tensor, "3 f p"]:
        """World points (m); where nothing is, the eye."""
        return self.eye[:, :, None] + rays * torch.where(met.geom >= 0, met.depth, 0.0)

    def ids(self, met: Met) -> Int[Tensor, "f p"]:
        """Ids of what is seen; where nothing is, of anything."""
        return self.stage.ids[self.recipe].gather(1, met.geom.clamp(min=0))

    def sunlit(self, met: Met, rays: Float[Tensor, "3 f p"]) -> Float[Tensor, "f p"]:
        """1 where the sun is seen, 0 in shadow and where a surface turns from it."""
        way = torch.stack(self.stage.skies(self.recipe[:, None]).towards_sun)
        turned = ((met.normal * way).sum(0) > 0) & (met.geom >= 0) & self.stage.sunny[self.recipe][:, None]
        return (turned & ~hidden(self.shapes, self.points(met, rays), way)).float()

    def painted(
        self,
        met: Met,
        at: tuple[Float[Tensor, "f p"], Float[Tensor, "f p"]],
        rays: Float[Tensor, "3 f p"],
        sun: Float[Tensor, "f p"],
        *,
        parts: bool,
    ) -> list[Tensor]:
        """Light along each sample `[3 f p]` and, if asked for, of every reading what it sees in two `[6 f p]`, as
        `shade.painting.parted`.
        """
        lit = _Lit(self, met, at, rays, sun)
        lights = []
        for k in range(len(self.stage.coatings) if parts else 1):
            light, matt, coat = lit.of(k)
            if k == 0:
                lights.append(lit.aired(light))
            if parts:
                grey, albedo = lighting.apart(light, matt, coat.albedo)
                grey = lit.aired(grey) if k == 0 else grey  # of further readings it only weighs their samples
                lights.append(torch.cat([grey, torch.where(met.geom >= 0, albedo, lighting.GREY)]))
        return lights

    @cached_property
    def mirror(self) -> Mirror | None:
        """What wet ground and water show."""
        return mirror(self.stage, self.recipe, self.shapes, self.eye, self.rays, self.met, self.size)


def _rays(across: Float[Tensor, "3 3 f"], x: Float[Tensor, "f p"], y: Float[Tensor, "f p"]) -> Float[Tensor, "3 f p"]:
    right, down, first = across[..., None].unbind(1)
    return x * right + y * down + first


class _Lit:
    """Samples and what of their light does not depend on how surfaces look."""

    def __init__(self, shot: Shot, met: Met, at: tuple[Tensor, Tensor], rays: Tensor, sun: Tensor) -> None:
        self.shot, self.met, self.at, self.rays, self.sun = shot, met, at, rays, sun
        self.stage, self.of_frame = shot.stage, shot.recipe[:, None]
        self.sky, self.lamps = self.stage.skies(self.of_frame), self.stage.lamps(self.of_frame)
        self.boxes = self.stage.boxes(shot.at)
        self.solid = met.geom >= 0
        self.where = torch.nonzero(self.solid, as_tuple=True)
        self.points = shot.points(met, rays)
        length = dot(rays, rays).sqrt()
        self.toward = rays / length
        self.distance = torch.where(self.solid, length * met.depth, _SKY_M)
        self.shadows = [self._shadow(lamp) for lamp in self.lamps]
        self.samples = self._samples()

    def of(self, reading: int) -> tuple[Tensor, Tensor, Coat]:
        """Light `[3 f p]` before the air, the sum of what is matt in it, and the coat, in a reading of the looks."""
        sky, stage = self.sky, self.stage
        coat = self._spread(stage.coatings[reading](self.samples))
        open_ = self._open(coat)
        bands, flat = (stage.numbers[name][self.of_frame] for name in ("bands", "flat"))
        light = lighting.lit(sky, coat.albedo, coat.normal, self.sun, open_, bands)
        for lamp, dark in zip(self.lamps, self.shadows, strict=True):
            share, _ = lighting.from_lamp(lamp, self.points, coat.normal)
            share = (share - sky.faint / _most(lamp)).clamp(min=0) * ~dark
            light = light + coat.albedo * torch.stack([share * power for power in lamp.power])
        matt, light = light.sum(0), light + coat.emit
        gloss = lighting.mirroring(coat.gloss, flat)
        seen, share = lighting.mirrored(sky, coat.normal, gloss, coat.metal, self.toward)
        if self.shot.mirror is not None:
            seen = self.shot.mirror.over(seen, self.met, *self.at, coat.normal)
        shine = lighting.highlight(sky, coat.normal, self.toward, gloss) * self.sun
        light = lighting.laid(light, seen, share, open_, coat.albedo, coat.metal, shine, sky.sun)
        return light, matt, coat

    def _open(self, coat: Coat) -> Tensor:
        open_: Tensor = openness(self.points, coat.normal, self.shot.ids(self.met), self.boxes)
        if any(s.room for s in self.stage.settings):
            room = self.stage.numbers["room"][:, self.of_frame]
            open_ = open_ * torch.where(room[0] > 0, darkened(self.points, coat.normal, room), 1.0)
        return open_

    def aired(self, light: Tensor) -> Tensor:
        """Light seen through the air, and the sky where no surface is."""
        light = lighting.air(self.sky, light, self.toward, self.distance)
        for (f, p), colour in self._heavens:
            light[:, f, p] = colour
        eye = [self.shot.eye[i, :, None] for i in range(3)]
        for lamp in self.lamps:
            seen = torch.stack([power * (lamp.geom >= 0) for power in lamp.power])
            shown = Lamps(lamp.position, tuple(seen), lamp.radius_m, lamp.geom, lamp.head_m)
            light = light + lighting.haloes(self.sky, shown, eye, self.toward, self.distance)
        return light

    @cached_property
    def _heavens(self) -> list[tuple[tuple[Tensor, Tensor], Tensor]]:
        """Where the sky is seen, and what stands there, kind by kind of sky."""
        found = []
        for kind, those in self.stage.sky_kinds.items():
            f, p = torch.nonzero(~self.solid & those[self.of_frame], as_tuple=True)
            sky, width = self.stage.skies(self.shot.recipe[f], kind), self.shot.across[:, 0].norm(dim=0)[f]
            found.append(((f, p), heavens(sky, self.toward[:, f, p], self.stage.time_s[self.shot.at][f], width)))
        return found

    def _shadow(self, lamp: Lamps) -> Bool[Tensor, "f p"]:
        """Where a lamp's light does not come: behind others, and on its own body."""
        way = torch.stack([place - self.points[i] for i, place in enumerate(lamp.position)])
        reach = (1 - lamp.radius_m / dot(way, way).sqrt().clamp(min=1e-9)).clamp(min=0)
        own: Tensor = self.met.geom == lamp.geom
        return own | hidden(self.shot.shapes, self.points, way, reach, lamp.geom[:, 0])

    def _samples(self) -> Samples:
        """Those that see a surface, in one row."""
        f, p = self.where
        slot, shot = self.met.geom[f, p], self.shot
        axes = shot.shapes.axes[f, slot].permute(1, 2, 0)
        rows = (self.met.local, self.points, self.met.normal, self.rays)
        local, points, normal, rays = (values[:, f, p] for values in rows)
        right, down = shot.across[:, 0, f], shot.across[:, 1, f]
        piece, time_s = self.stage.piece[shot.recipe[f], slot], self.stage.time_s[shot.at][f]
        return Samples(piece, axes, local, points, normal, rays, self.met.depth[f, p], right, down, time_s)

    def _spread(self, coat: Coat) -> Coat:
        """A coat of the samples that see a surface as one of all."""
        f, p = self.where

        def spread(values: Tensor) -> Tensor:
            result = torch.zeros((*values.shape[:-1], *self.solid.shape), device=values.device)
            result[..., f, p] = values
            return result

        return Coat(*(spread(values) for values in vars(coat).values()))


def _most(lamp: Lamps) -> Tensor:
    red, green, blue = lamp.power
    most: Tensor = torch.maximum(torch.maximum(red, green), blue)
    return most
