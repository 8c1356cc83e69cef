"""The sketch of a clip: looks times light through the film's grade, and what memory makes of it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from composer.looks import Grade
from composer.shade.lighting import GREY
from composer.shade.tones import light_at, mixed, place_of, saturation, table_of
from composer.typed import Float, Int

THINGS = 256
"""Rows of the tables of things."""

GREY_CODE = 0.5838
"""sRGB code of `GREY`, in [0, 1]."""

_DOUBT_PX = 30.0  # of a thing, in each frame, that memory must show for its colour to be half taken from there
_MOST_SHIFT, _MOST_SCALE = 1.6, 2.5  # of the logarithm of a colour, and of its spread
_LEAST_SPREAD, _DARK = 0.02, 0.02
_PAINTS = 4  # steps of reflectance, in each channel, that tell one of a thing's colours from another
_CODES = 256
_LEAST_CHROMA = 0.3  # of a grade's, from which colours of light can be told from its codes


class _Tones(NamedTuple):
    """A grade as tables: light by code and channel, codes by the place of a light, and what becomes of colour."""

    light: Float[Tensor, "3 256"]
    code: Float[Tensor, "3 n"]
    wanted: float
    held: float


@lru_cache(maxsize=256)
def _tones(grade: Grade, device: torch.device) -> _Tones:
    table = table_of(grade)
    rising = table + 1e-4 * np.arange(table.shape[1])  # where the curve is level, the least light counts
    places = np.stack([np.interp(np.arange(_CODES), row, np.arange(table.shape[1])) for row in rising])
    light = torch.from_numpy(light_at(places).astype(np.float32))
    return _Tones(light.to(device), torch.from_numpy(table).to(device), *saturation(grade))


def sketched(
    light: Float[Tensor, "b t 3 h w"], albedo: Float[Tensor, "b t 3 h w"], grades: Sequence[Grade]
) -> Float[Tensor, "b t 3 h w"]:
    """What surfaces of the reflectance that `albedo` has (codes in [-1, 1]) look like in the light that grey ones show.

    Exact for matt surfaces in clear air: the grade is undone, the light multiplied, and the grade applied again.
    """
    return torch.stack([_sketched(*clip) for clip in zip(light, albedo, grades, strict=True)])


def _sketched(light: Float[Tensor, "t 3 h w"], albedo: Float[Tensor, "t 3 h w"], grade: Grade) -> Tensor:
    tones = _tones(grade, light.device)
    code = (albedo + 1) / 2
    reflectance = torch.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    undone = 1 / tones.wanted if tones.wanted > _LEAST_CHROMA else 1.0
    levels = mixed(((light + 1) * 127.5).unbind(1), undone, 0.0).round().long().clamp(0, _CODES - 1)
    codes = []
    for channel in range(3):
        lit = tones.light[channel][levels[channel]] * (reflectance[:, channel] / GREY)
        codes.append(tones.code[channel][place_of(lit).long()])
    graded: Tensor = mixed(codes, tones.wanted, tones.held)
    return graded.movedim(0, 1).clamp(0, 255) / 127.5 - 1


def pinned(
    sketch: Float[Tensor, "b t 3 h w"],
    light: Float[Tensor, "b t 3 h w"],
    albedo: Float[Tensor, "b t 3 h w"],
    seen: tuple[Tensor, Tensor],
    rows: Int[Tensor, "b t h w"],
) -> Float[Tensor, "b t 3 h w"]:
    """The sketch with each thing's colours as they were seen before: words leave a tone open, the memory knows it.

    What memory and final frames show of a thing, less its light, is held against the sketch: an anchor is given the mean
    and the spread of what was seen, so that its pattern keeps its contrast wherever it lies; of a subject, whose parts
    differ, each of the colours that it is painted with is given its own mean. The less is seen, the less is changed.
    """
    b, t = sketch.shape[:2]
    lit, own = _level(light), _level(sketch)
    thing = (rows + THINGS * torch.arange(b, device=rows.device).view(-1, 1, 1, 1)).flatten()
    drawn = own - lit
    tables = torch.zeros((len(own), 13), dtype=own.dtype, device=own.device)
    for source in seen:
        mask = source[:, :, 3].flatten()[:, None] / t
        shown = _level(source[:, :, :3]) - lit
        tables += mask * torch.cat([torch.ones_like(mask), shown, shown**2, drawn, drawn**2], 1)
    whole = drawn.new_zeros((b * THINGS, 13)).index_add_(0, thing, tables)
    means = whole / whole[:, :1].clamp(min=1e-6)
    mean_seen, square_seen, mean_drawn, square_drawn = (means[:, n : n + 3] for n in (1, 4, 7, 10))
    sure = whole[:, :1] / (whole[:, :1] + _DOUBT_PX)
    spread_seen, spread_drawn = (
        (square - mean**2).clamp(min=_LEAST_SPREAD**2).sqrt()
        for square, mean in ((square_seen, mean_seen), (square_drawn, mean_drawn))
    )
    scale = (spread_seen / spread_drawn).clamp(1 / _MOST_SCALE, _MOST_SCALE) ** sure
    shift = sure * (mean_seen - mean_drawn).clamp(-_MOST_SHIFT, _MOST_SHIFT)
    of_anchor = shift[thing] + (scale[thing] - 1) * (drawn - mean_drawn[thing])
    paint = ((_listed(albedo) + 1) * (_PAINTS / 2)).long().clamp(0, _PAINTS - 1)
    tone = ((thing * _PAINTS + paint[:, 0]) * _PAINTS + paint[:, 1]) * _PAINTS + paint[:, 2]
    each = drawn.new_zeros((b * THINGS * _PAINTS**3, 13)).index_add_(0, tone, tables)
    apart = (each[:, 1:4] - each[:, 7:10]) / (each[:, :1] + _DOUBT_PX)
    of_subject = apart[tone].clamp(-_MOST_SHIFT, _MOST_SHIFT)
    row = (thing % THINGS)[:, None]
    change = torch.where(row >= THINGS // 2, of_subject, of_anchor)
    change = torch.where(row == 0, 0.0, change)  # the sky is drawn, not painted
    tinted = ((own + change).exp() - _DARK).clamp(0, 1) * 2 - 1
    return tinted.view(b, t, *sketch.shape[3:], 3).permute(0, 1, 4, 2, 3)


def _level(picture: Float[Tensor, "b t 3 h w"]) -> Float[Tensor, "n 3"]:
    """Logarithms of codes, pixel by pixel."""
    return torch.log(_listed(picture) / 2 + (0.5 + _DARK))


def _listed(picture: Float[Tensor, "b t 3 h w"]) -> Float[Tensor, "n 3"]:
    return picture.permute(0, 1, 3, 4, 2).reshape(-1, 3)
