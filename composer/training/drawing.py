"""Recipes to pictures, on any device: the previz, its light and its looks, drawn by the very functions of `shade`.

f frames of w by h pixels; p samples of each frame: its pixels, and four more of each that lies at an edge.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from composer.looks import Grade
from composer.shade import lighting
from composer.shade.tones import encoded, graded, vignette
from composer.shade.views import CORNERS
from composer.training.blurring import bloomed, softened
from composer.training.casting import Met, cast
from composer.training.shots import Shot
from composer.training.staging import Stage
from composer.typed import Bool, Float, Int, UInt8
from composer.types import SKY, Size

_ALIKE = 0.85  # cosine between neighbours from which they are of one face


@dataclass(frozen=True, eq=False)
class Drawn:
    """f frames: depth (m), normals, ids and surface coordinates as `types.ControlMaps` has them, and which piece is where
    (-1: the sky); `previz` without grain, `light` and `albedo` as `Shader.parts`, `others` the albedo of further readings.
    """

    depth: Float[Tensor, "f h w"]
    normal: Float[Tensor, "f h w 3"]
    anchor_id: Int[Tensor, "f h w"]
    surface: Float[Tensor, "f h w 3"]
    piece: Int[Tensor, "f h w"]
    previz: UInt8[Tensor, "f h w 3"]
    light: UInt8[Tensor, "f h w 3"]
    albedo: UInt8[Tensor, "f h w 3"]
    others: tuple[UInt8[Tensor, "f h w 3"], ...]
    shot: Shot


def draw(stage: Stage, frames: slice, size: Size, corner: tuple[int, int] = (0, 0), *, smooth: bool = True) -> Drawn:
    """Frames of a recipe, or a window of them whose left upper `corner` is told; `smooth` samples edges four times."""
    w, h = size
    shot = Shot.of(stage, frames, size, corner)
    met = shot.met

    def grid(values: Tensor) -> Tensor:
        return values.reshape(*values.shape[:-1], h, w)

    edge = _edges(grid(met.normal), grid(met.geom))
    sun = softened(grid(shot.sunlit(met, shot.rays)), edge).flatten(1)
    painted = _smoothed(shot, sun, edge.flatten(1)) if smooth else shot.painted(met, shot.x, shot.y, shot.rays, sun)
    previz, *parts = map(grid, painted)
    exposure, grade = stage.setting.sky.exposure, stage.setting.grade
    albedos = [_coded(encoded(part[3:]) * 255) for part in parts]
    seen = met.geom >= 0
    ids = torch.where(seen, stage.ids[met.geom.clamp(min=0)], SKY)
    return Drawn(
        grid(met.depth),
        grid(met.normal).movedim(0, -1),
        grid(ids),
        grid(torch.where(seen, met.local, 0.0)).movedim(0, -1),
        grid(met.geom),
        _coded(_finished(previz * exposure, grade)),
        _coded(_finished(parts[0][:3] * exposure, grade)),
        albedos[0],
        tuple(albedos[1:]),
        shot,
    )


def _smoothed(shot: Shot, sun: Tensor, edge: Bool[Tensor, "f p"]) -> list[Tensor]:
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
    painted = shot.painted(
        both, torch.cat([shot.x, x], 1), torch.cat([shot.y, y], 1), torch.cat([shot.rays, rays], 2), lights
    )
    pictures = []
    for planes in painted:
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


def _finished(light: Float[Tensor, "3 f h w"], grade: Grade) -> Tensor:
    """Codes 0..255 of light, as `shade.grading.finished`, but for grain and washes."""
    h, w = light.shape[-2:]
    if grade.flat < 1:
        light = bloomed(light, 0.5 * (1 - grade.flat))
    if grade.vignette:
        light = light * torch.from_numpy(vignette(w, h, round(grade.vignette, 4))).to(light.device)
    codes: Tensor = graded(light, grade)
    return codes


def _coded(codes: Float[Tensor, "3 f h w"]) -> UInt8[Tensor, "f h w 3"]:
    return (codes + 0.5).clamp(0, 255).to(torch.uint8).movedim(0, -1).contiguous()
