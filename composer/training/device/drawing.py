"""Recipes to pictures, on any device: the previz, its light and its looks, drawn by the very functions of `shade`.

f frames of w by h pixels; p samples of each frame: its pixels, and four more of each that lies at an edge.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from composer.shade import lighting
from composer.shade.tones import STEPS, encoded, mixed, place_of, vignette
from composer.shade.views import CORNERS
from composer.training.device.blurring import bloomed, softened
from composer.training.device.casting import Met, cast
from composer.training.device.shots import Shot
from composer.training.device.staging import Stage
from composer.typed import Bool, Float, Int, UInt8
from composer.types import SKY, Size

_ALIKE = 0.85  # cosine between neighbours from which they are of one face


@dataclass(frozen=True, eq=False)
class Drawn:
    """f frames: depth (m), normals, ids and surface coordinates as `types.ControlMaps` has them; `previz` without grain,
    `light` and the `albedos` of every reading as `Shader.parts`, where they were asked for; the shot that they show.
    """

    shot: Shot
    depth: Float[Tensor, "f h w"]
    normal: Float[Tensor, "f h w 3"]
    anchor_id: Int[Tensor, "f h w"]
    surface: Float[Tensor, "f h w 3"]
    previz: UInt8[Tensor, "f h w 3"]
    light: UInt8[Tensor, "f h w 3"] | None
    albedos: tuple[UInt8[Tensor, "f h w 3"], ...]


def draw(
    stage: Stage,
    at: Int[Tensor, " f"],
    size: Size,
    corner: Int[Tensor, "f 2"] | None = None,
    *,
    smooth: bool = True,
    parts: bool = True,
) -> Drawn:
    """Frames `at` of a stage, or windows of them whose left upper corners are told.

    `smooth` samples edges four times, as the shader does; `parts` asks for light and looks beside the picture.
    """
    w, h = size
    shot = Shot.of(stage, at, size, corner)
    met = shot.met

    def grid(values: Tensor) -> Tensor:
        return values.reshape(*values.shape[:-1], h, w)

    edge = _edges(grid(met.normal), grid(met.geom))
    sun = softened(grid(shot.sunlit(met, shot.rays)), edge).flatten(1)
    if smooth:
        painted = _smoothed(shot, sun, edge.flatten(1), parts=parts)
    else:
        painted = shot.painted(met, (shot.x, shot.y), shot.rays, sun, parts=parts)
    previz, *told = map(grid, painted)
    seen = met.geom >= 0
    return Drawn(
        shot,
        grid(met.depth),
        grid(met.normal).movedim(0, -1),
        grid(torch.where(seen, shot.ids(met), SKY)),
        grid(torch.where(seen, met.local, 0.0)).movedim(0, -1),
        _coded(_finished(shot, previz)),
        _coded(_finished(shot, told[0][:3])) if told else None,
        tuple(_coded(encoded(part[3:]) * 255) for part in told),
    )


def _smoothed(shot: Shot, sun: Tensor, edge: Bool[Tensor, "f p"], *, parts: bool) -> list[Tensor]:
    """The pictures with four samples of every pixel at an edge."""
    f, p = edge.shape
    order = torch.argsort(edge.int(), dim=1, descending=True, stable=True)
    at = order[:, : int(edge.sum(1).amax())]  # of frames with fewer, some pixels that need it not
    x = torch.cat([shot.x.gather(1, at) + dx for dx, _ in CORNERS], 1)
    y = torch.cat([shot.y.gather(1, at) + dy for _, dy in CORNERS], 1)
    rays = shot.rays_at(x, y)
    met = cast(shot.shapes, shot.eye, rays)
    lights = torch.cat([sun, shot.sunlit(met, rays)], 1)
    both = Met(*(torch.cat([a, b], -1) for a, b in zip(vars(shot.met).values(), vars(met).values(), strict=True)))
    places = torch.cat([shot.x, x], 1), torch.cat([shot.y, y], 1)
    pictures = []
    for planes in shot.painted(both, places, torch.cat([shot.rays, rays], 2), lights, parts=parts):
        corners = planes[..., p:].reshape(len(planes), f, len(CORNERS), -1).transpose(1, 2)
        pixels = lighting.held_back(corners.flatten(2)).reshape(len(planes), f, -1)
        whole = planes[..., :p]
        kept = torch.where(edge.gather(1, at), pixels, whole.gather(2, at.expand(len(whole), -1, -1)))
        pictures.append(whole.scatter(2, at.expand(len(whole), -1, -1), kept))
    return pictures


def _edges(normal: Float[Tensor, "3 f h w"], geom: Int[Tensor, "f h w"]) -> Bool[Tensor, "f h w"]:
    """As `shade.views.edges`."""
    edge = torch.zeros_like(geom, dtype=torch.bool)
    for axis in (1, 2):
        n = geom.shape[axis] - 1
        a, b = geom.narrow(axis, 0, n), geom.narrow(axis, 1, n)
        turned = (normal.narrow(axis + 1, 0, n) * normal.narrow(axis + 1, 1, n)).sum(0)
        differ = (a != b) | ((a >= 0) & (turned < _ALIKE))
        edge.narrow(axis, 0, n).logical_or_(differ)
        edge.narrow(axis, 1, n).logical_or_(differ)
    return edge


def _finished(shot: Shot, light: Float[Tensor, "3 f h w"]) -> Float[Tensor, "3 f h w"]:
    """Codes 0..255 of light, as `shade.grading.finished`, but for grain and washes."""
    (w, h), stage, of = shot.size, shot.stage, shot.recipe

    def each(numbers: Tensor) -> Tensor:
        return numbers[..., of, None, None]

    light = light * each(stage.numbers["exposure"])
    light = bloomed(light, each(stage.numbers["bloom"]))
    falling = [vignette(w, h, round(s.grade.vignette, 4)) for s in stage.settings]
    if any(s.grade.vignette for s in stage.settings):
        light = light * torch.from_numpy(np.stack(falling)).to(light.device)[of]
    at = place_of(light * each(stage.numbers["stops"])).long()
    tables, (wanted, held) = stage.tones
    row = (of[:, None, None] * 3) * STEPS
    codes = [tables.flatten()[at[i] + row + i * STEPS] for i in range(3)]
    graded: Tensor = mixed(codes, each(wanted), each(held))
    return graded


def _coded(codes: Float[Tensor, "3 f h w"]) -> UInt8[Tensor, "f h w 3"]:
    return (codes + 0.5).clamp(0, 255).to(torch.uint8).movedim(0, -1).contiguous()
