"""What is known of a clip, as the network reads it: control maps to channels, styles and light to a vector.

The same for training and for use: whatever a film's controls are, or an example's, becomes `Known` here and nowhere else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int, UInt8
from torch import Tensor

from composer.looks import Grade
from composer.types import Light

LIGHTS: tuple[Light, ...] = ("dawn", "morning", "day", "afternoon", "dusk", "night", "overcast", "indoor")
PARTS = ("memory", "carried", "depth", "normal", "anchor_id", "surface", "light", "albedo", "style")
"""What can be left out of a state, each on its own."""

KNOWN = 34
"""Channels of `Known.maps`."""

THINGS = 256
"""Rows of the tables of things."""

SETTING = len(LIGHTS) + 13 + len(PARTS)
"""Numbers of `Known.setting`."""

GREY = 0.3
"""Reflectance of the surfaces that the `light` channel shows."""

_GREY_CODE = 0.584  # of `GREY`, in [0, 1]
_CODES = 3
_TEXEL_M = 0.25
_WAVE_M = 3.0
_DOUBT_PX = 30.0  # of a thing, in each frame, that memory must show for its colour to be half taken from there
_MOST_SHIFT, _MOST_SCALE = 1.6, 2.5  # of the logarithm of a colour, and of its spread
_LEAST_SPREAD, _DARK = 0.02, 0.02
_PAINTS = 4  # steps of reflectance, in each channel, that tell one of a thing's colours from another
_SKETCH_POWER = 0.45  # of reflectance in display codes: the mean of all lights and grades
_KEPT = 0.87  # of colour, by a grade that leaves it alone
_LUMA = (0.2126, 0.7152, 0.0722)
_SATURATION = len(LIGHTS) + 2  # where `Known.setting` has it
_NOISE = (0.35, 0.30, 0.35)  # shares of variance: by thing, by spot of a surface, by pixel
_BINS = 1 << 14


@dataclass(frozen=True)
class Maps:
    """The controls of b clips of t frames; what a clip is not told is None.

    Colours are sRGB codes, units those of docs/controls.md.
    """

    depth: Float[Tensor, "b t h w"] | None
    normal: Float[Tensor, "b t h w 3"] | None
    anchor_id: Int[Tensor, "b t h w"] | None
    surface: Float[Tensor, "b t h w 3"] | None
    light: UInt8[Tensor, "b t h w 3"] | None
    albedo: UInt8[Tensor, "b t h w 3"] | None
    memory: UInt8[Tensor, "b t h w 3"] | None
    memory_mask: Bool[Tensor, "b t h w"] | None
    carried: UInt8[Tensor, "b t h w 3"] | None
    carried_mask: Bool[Tensor, "b t h w"] | None


@dataclass(frozen=True)
class Known:
    """The state of b clips: `maps` all of it, with `sketch`, `memory` and `carried` (colour and mask) picked out.

    Colours in [-1, 1]. `setting` is light, grade, and which parts are told at all.
    """

    maps: Float[Tensor, "b t c h w"]
    setting: Float[Tensor, "b s"]

    @property
    def sketch(self) -> Float[Tensor, "b t 3 h w"]:
        return self.maps[:, :, 0:3]

    @property
    def memory(self) -> Float[Tensor, "b t 4 h w"]:
        return self.maps[:, :, 9:13]

    @property
    def carried(self) -> Float[Tensor, "b t 4 h w"]:
        return self.maps[:, :, 13:17]


def known(maps: Maps, shape: tuple[int, int, int, int], setting: Float[Tensor, "b s"], codes: Tensor) -> Known:
    """The state of clips of `shape` (b, t, h, w). `codes [b m 3]` are a colour for every of `THINGS`, at random."""
    b, t, h, w = shape
    like = setting

    def none(channels: int) -> Tensor:
        return torch.zeros((b, t, channels, h, w), dtype=like.dtype, device=like.device)

    light = _colour(maps.light, none, 0.0)
    albedo = _colour(maps.albedo, none, 2 * _GREY_CODE - 1)
    memory = _masked(maps.memory, maps.memory_mask, none)
    carried = _masked(maps.carried, maps.carried_mask, none)
    sketch = sketched(light, albedo, 1 + setting[:, _SATURATION])
    ids = maps.anchor_id
    if ids is not None:
        rows = ids_in_order(ids)
        sketch = pinned(sketch, light, albedo, (memory, carried), rows)
        each = torch.arange(b, device=ids.device).view(-1, 1, 1, 1)
        code = torch.where((ids > 0)[..., None], codes[each, rows], 0.0).permute(0, 1, 4, 2, 3)
        kinds = torch.stack([ids == 0, ids == 1, (ids > 1) & (ids < 1024), ids >= 1024], 2).to(like.dtype)
    else:
        code, kinds = none(_CODES), none(4)
    near = none(1) if maps.depth is None else (4 / maps.depth.clamp(min=1)).unsqueeze(2).to(like.dtype)
    normal = none(3) if maps.normal is None else maps.normal.permute(0, 1, 4, 2, 3).to(like.dtype)
    if maps.surface is None:
        where = none(6)
    else:
        angle = (maps.surface * (2 * torch.pi / _WAVE_M)).permute(0, 1, 4, 2, 3)
        close = (4 * near).clamp(max=1) if maps.depth is not None else 1.0
        where = torch.cat([angle.sin(), angle.cos()], 2).to(like.dtype) * close
    every = [sketch, light, albedo, memory, carried, near, normal, kinds, code, where]
    return Known(torch.cat(every, 2), setting)


def sketched(
    light: Float[Tensor, "b t 3 h w"], albedo: Float[Tensor, "b t 3 h w"], saturation: Float[Tensor, " b"]
) -> Float[Tensor, "b t 3 h w"]:
    """Look times light, as nearly as codes allow: what a matt surface of the colour that is told would look like.

    `saturation` is the grade's: light has it already, colours are given it here.
    """
    code = (albedo + 1) / 2
    linear = torch.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    factor = (linear.clamp(min=0.004) / GREY) ** _SKETCH_POWER
    grey = (factor * factor.new_tensor(_LUMA).view(3, 1, 1)).sum(2, keepdim=True)
    factor = grey + (factor - grey) * (_KEPT * saturation.view(-1, 1, 1, 1, 1))
    return 2 * ((light + 1) / 2 * factor).clamp(0, 1) - 1


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


def ids_in_order(ids: Int[Tensor, "b t h w"]) -> Int[Tensor, "b t h w"]:
    """Ids as rows of a table of `THINGS`: places in its first half, subjects from its end; what is too many shares."""
    half = THINGS // 2
    places, subjects = ids.long().clamp(max=half - 1), THINGS - 1 - (ids.long() - 1024) % half
    return torch.where(ids >= 1024, subjects, places)


def setting_of(light: Light | None, grade: Grade | None, told: Mapping[str, bool]) -> Float[Tensor, " s"]:
    """A place's light and a film's grade as numbers, and which `PARTS` are told."""
    hours = [float(light == hour) for hour in LIGHTS]
    g = grade or Grade()
    look = [
        g.exposure, g.contrast - 1, g.saturation - 1, *(v - 1 for v in g.tint), *(8 * v for v in g.shadows),
        2 * g.vignette, g.bands / 5, g.wash, g.flat,
    ]  # fmt: skip
    return torch.tensor([*hours, *look, *(float(told.get(part, True)) for part in PARTS)])


def noise(
    shape: tuple[int, int, int, int],
    ids: Int[Tensor, "b t h w"] | None,
    surface: Float[Tensor, "b t h w 3"] | None,
    generator: torch.Generator,
) -> Float[Tensor, "b t 3 h w"]:
    """Noise of unit variance that sticks to things and to spots of their surfaces, so that what grows of it does."""
    b, t, h, w = shape
    device = generator.device
    pixel = torch.randn((b, t, h, w, 3), generator=generator, device=device)
    if ids is None:
        return pixel.permute(0, 1, 4, 2, 3)
    each = torch.arange(b, device=device).view(-1, 1, 1, 1)
    things, spots = (torch.randn((b, n, 3), generator=generator, device=device) for n in (1 << 11, _BINS))
    thing = things[each, ids.long() % (1 << 11)]
    place = ids.long() * 2_654_435
    if surface is not None:
        x, y, z = torch.floor(surface / _TEXEL_M).long().unbind(-1)
        place = place + x * 73_856_093 + y * 19_349_663 + z * 83_492_791
    spot = spots[each, place % _BINS]
    of_thing, of_spot, of_pixel = (share**0.5 for share in _NOISE)
    mixed: Float[Tensor, "b t h w 3"] = of_thing * thing + of_spot * spot + of_pixel * pixel
    return mixed.permute(0, 1, 4, 2, 3)


def without(maps: Maps, part: str) -> Maps:
    """The controls less one of `PARTS` (but the style, which is no map)."""
    gone = {"memory": ("memory", "memory_mask"), "carried": ("carried", "carried_mask")}.get(part, (part,))
    return maps if part == "style" else replace(maps, **dict.fromkeys(gone))


def _colour(picture: Tensor | None, none: Callable[[int], Tensor], untold: float) -> Tensor:
    if picture is None:
        return none(3) + untold
    return picture.permute(0, 1, 4, 2, 3).float() / 127.5 - 1


def _masked(picture: Tensor | None, mask: Tensor | None, none: Callable[[int], Tensor]) -> Tensor:
    if picture is None or mask is None:
        return none(4)
    valid = mask.unsqueeze(2).float()
    return torch.cat([(picture.permute(0, 1, 4, 2, 3).float() / 127.5 - 1) * valid, valid], 2)
