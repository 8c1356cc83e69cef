"""Spatial memory over tensors: `controls.memory`, all sources, frames and pixels at once.

s sources of h by w pixels, g slots; f frames, p pixels of each: what is asked for.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from composer.training.device.drawing import Drawn
from composer.training.device.shots import Shot
from composer.typed import Bool, Float, Int, UInt8

_CLOSE, _GRAZING, _SLACK, _SLACK_COSINE = 0.8, 0.08, 0.03, 0.15
"""As in `controls.gathering` and `controls.weights`."""

_LEVELS, _FINER, _RIM_PX = 5, 0.35, 4
_NOWHERE = -1


@dataclass(frozen=True, eq=False)
class _Sheets:
    """Pictures of the sources at ever coarser levels, row by row, level by level, and the one piece that each pixel shows."""

    images: Float[Tensor, "3 s n"]
    owners: Int[Tensor, "s n"]
    starts: tuple[int, ...]
    widths: tuple[int, ...]
    heights: tuple[int, ...]


class Memory:
    """Frames of a stage that were drawn, ready to be looked up from others; `masked` pixels are not remembered."""

    def __init__(self, sources: Drawn, masked: Bool[Tensor, "s h w"]) -> None:
        shot = sources.shot
        self._shot, self._depth = shot, sources.depth
        self._kept = torch.where(masked, _NOWHERE, _inner(sources))
        self._rim = _rim(self._kept)
        self._sheets = _pyramids(sources.previz, self._kept)
        across = shot.across.permute(2, 0, 1).double()
        into = torch.linalg.inv(across)[:, None]
        axes, centre, eye = shot.shapes.axes.double(), shot.shapes.centre.double(), shot.eye.T.double()
        away = centre - eye[:, None]
        project = torch.cat([into @ axes, into @ away[..., None]], -1)
        eyes = -(axes.transpose(-1, -2) @ away[..., None])[..., 0]
        self._project = project.flatten(2).permute(2, 0, 1).float()
        self._eyes = eyes.permute(2, 0, 1).float()

    def recall(self, now: Drawn, sources: Int[Tensor, "s f"]) -> tuple[UInt8[Tensor, "f h w 3"], Bool[Tensor, "f h w"]]:
        """What some sources of each frame (-1: none) show of the surfaces that are seen `now`, and where that is valid; black
        elsewhere.
        """
        shot = now.shot
        met, (w, h) = shot.met, shot.size
        g = met.geom.clamp(min=0)
        known, source = (sources >= 0)[..., None], sources.clamp(min=0)[..., None]
        u, v, far = self._projected(met.local, g, source)
        weights, sharp = self._weights(shot, g, source, (u, v, far))
        weights = torch.where(known, weights, 0.0)
        best = weights.amax(0)
        shares = (weights / best.clamp(min=1e-12) - _CLOSE).clamp(min=0) ** 2
        level = (0.5 * torch.log2(sharp.clamp(min=1e-12)) - _FINER).clamp(0, _LEVELS - 1.001)
        coarse = level.long()
        colour, total = torch.zeros(1, device=u.device), shares.sum(0)
        for k, mix in ((0, 1 - (level - coarse)), (1, level - coarse)):
            colour = colour + (self._read((u, v), g, source, coarse + k) * (shares * mix)).sum(1)
        valid = (best > 0) & (met.geom >= 0)
        codes = torch.where(valid, colour / total.clamp(min=1e-12) + 0.5, 0.0).clamp(0, 255)
        return codes.to(torch.uint8).movedim(0, -1).reshape(-1, h, w, 3), valid.reshape(-1, h, w)

    def _projected(self, local: Tensor, g: Tensor, source: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Where each source has the spots (px), and how far (m)."""
        P = self._project[:, source, g]
        x, y, z = local
        a, b, far = (P[4 * i] * x + P[4 * i + 1] * y + P[4 * i + 2] * z + P[4 * i + 3] for i in range(3))
        near = far.clamp(min=1e-6)
        return a / near, b / near, far

    def _weights(
        self, shot: Shot, g: Tensor, source: Tensor, at: tuple[Tensor, Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        """How well each source shows each spot (0: not at all), and how sharply; as `controls.weights.weight`."""
        (_, h, w), (u, v, far) = self._kept.shape, at
        met, frame = shot.met, torch.arange(len(g), device=g.device)[:, None]
        axes = shot.shapes.axes[frame, g].permute(2, 3, 0, 1)
        ray = shot.rays / (shot.rays * shot.rays).sum(0).sqrt()
        n, r = ([sum(axes[i][j] * way[i] for i in range(3)) for j in range(3)] for way in (met.normal, ray))
        away = [p - e for p, e in zip(met.local, self._eyes[:, source, g], strict=True)]
        near = 1 / (away[0] ** 2 + away[1] ** 2 + away[2] ** 2).sqrt().clamp(min=1e-9)
        cosine = -(n[0] * away[0] + n[1] * away[1] + n[2] * away[2]) * near
        agree = ((r[0] * away[0] + r[1] * away[1] + r[2] * away[2]) * near).clamp(min=0) ** 2
        facing = -(met.normal * ray).sum(0)
        range_2 = (shot.rays * shot.rays).sum(0) * torch.where(met.geom >= 0, met.depth, 1.0) ** 2
        fills = shot.focal_2[:, None] * facing.clamp(min=1e-6) / range_2.clamp(min=1e-9)
        sharp = self._shot.focal_2[source] * cosine * near * near / fills
        i, j = (v.long().clamp(0, h - 1), u.long().clamp(0, w - 1))
        slack = (self._depth[source, i, j] - far).abs() * cosine.clamp(min=_SLACK_COSINE) <= _SLACK * far
        inside = (far > 0) & (u >= 0) & (u < w) & (v >= 0) & (v < h)
        shown = inside & (self._kept[source, i, j] == g) & (met.geom >= 0) & (cosine >= _GRAZING) & slack
        weight = (0.25 + 0.75 * agree * agree) * sharp.clamp(min=0).sqrt().clamp(max=1) * self._rim[source, i, j]
        return torch.where(shown, weight, 0.0), sharp

    def _read(
        self, place: tuple[Tensor, Tensor], g: Tensor, source: Tensor, wanted: Tensor
    ) -> Float[Tensor, "3 s f p"]:
        """The sources' colours at (u, v), from the coarsest level up to that wanted whose four pixels show the piece alone."""
        sheets, (u, v) = self._sheets, place
        at = torch.zeros((4, *u.shape), dtype=torch.long, device=u.device)
        shares = torch.zeros((2, *u.shape), device=u.device)
        for level, (start, width, height) in enumerate(zip(sheets.starts, sheets.widths, sheets.heights, strict=True)):
            x, y = u / 2**level - 0.5, v / 2**level - 0.5
            left, top = x.floor(), y.floor()
            inside = (left >= 0) & (left < width - 1) & (top >= 0) & (top < height - 1)
            column, row = left.long().clamp(0, max(width - 2, 0)), top.long().clamp(0, max(height - 2, 0))
            corner = start + row * width + column
            corners = torch.stack([corner, corner + 1, corner + width, corner + width + 1])
            taken = wanted >= level
            if level:
                taken = taken & inside & (sheets.owners[source, corners] == g).all(0)
            at = torch.where(taken, corners, at)
            shares = torch.where(taken, torch.stack([x - left, y - top]), shares)
        colours = sheets.images[:, source, at]
        right, low = shares
        upper = colours[:, 0] + (colours[:, 1] - colours[:, 0]) * right
        lower = colours[:, 2] + (colours[:, 3] - colours[:, 2]) * right
        read: Tensor = upper + (lower - upper) * low
        return read


def _inner(drawn: Drawn) -> Int[Tensor, "s h w"]:
    """The pieces, `_NOWHERE` for every pixel that has another id or the picture's rim next to it."""
    ids = drawn.anchor_id.float()
    most, least = max_pool2d(ids, 3, 1, 1), -max_pool2d(-ids, 3, 1, 1)
    kept = torch.where(most == least, drawn.shot.met.geom.reshape(ids.shape), _NOWHERE)
    kept[:, [0, -1]], kept[:, :, [0, -1]] = _NOWHERE, _NOWHERE
    return kept


def _rim(kept: Int[Tensor, "s h w"]) -> Float[Tensor, "s h w"]:
    """How much each pixel counts, by how many steps it is from one that does not."""
    inner = (kept != _NOWHERE).float()
    rim = torch.zeros_like(inner)
    for _ in range(_RIM_PX):
        rim += inner / _RIM_PX
        inner = -max_pool2d(-inner, 3, 1, 1)
    return rim


def _pyramids(images: UInt8[Tensor, "s h w 3"], owners: Int[Tensor, "s h w"]) -> _Sheets:
    mean, sheets, shown = images.movedim(-1, 1).float(), [], []
    starts, widths, heights = [0], [], []
    for level in range(_LEVELS):
        if level:
            high, wide = owners.shape[1] // 2, owners.shape[2] // 2
            if min(high, wide) < 2:
                break
            mean = avg_pool2d(mean, 2)
            quads = [owners[:, a : 2 * high : 2, b : 2 * wide : 2] for a in (0, 1) for b in (0, 1)]
            same = (quads[0] == quads[1]) & (quads[0] == quads[2]) & (quads[0] == quads[3])
            owners = torch.where(same, quads[0], _NOWHERE)
        sheets.append(mean.flatten(2))
        shown.append(owners.flatten(1))
        heights.append(owners.shape[1])
        widths.append(owners.shape[2])
        starts.append(starts[-1] + owners[0].numel())
    return _Sheets(
        torch.cat(sheets, 2).movedim(1, 0), torch.cat(shown, 1), tuple(starts[:-1]), tuple(widths), tuple(heights)
    )
