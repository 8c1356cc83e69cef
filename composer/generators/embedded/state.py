"""What is known of a clip, as the network reads it: control maps to channels, styles and light to a vector.

The same for training and for use: whatever a film's controls are, or an example's, becomes `Known` here and nowhere else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from composer.generators.embedded.sketch import GREY_CODE, THINGS, pinned, sketched
from composer.looks import Grade
from composer.typed import Bool, Float, Int, UInt8
from composer.types import Light

LIGHTS: tuple[Light, ...] = ("dawn", "morning", "day", "afternoon", "dusk", "night", "overcast", "indoor")
PARTS = ("memory", "carried", "depth", "normal", "anchor_id", "surface", "light", "albedo", "style")
"""What can be left out of a state, each on its own."""

KNOWN = 34
"""Channels of `Known.maps`."""

SETTING = len(LIGHTS) + 13 + len(PARTS)
"""Numbers of `Known.setting`."""

_CODES = 3
_TEXEL_M = 0.25
_WAVE_M = 3.0
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


def known(
    maps: Maps,
    shape: tuple[int, int, int, int],
    settings: Sequence["Setting"],
    codes: Float[Tensor, "b m 3"],
    *,
    read_anew: bool = False,
) -> Known:
    """The state of clips of `shape` (b, t, h, w). `codes` are a colour for every of `THINGS`, at random.

    `read_anew` says that `albedo` reads the words otherwise than what memory shows, as it does beside a picture from
    elsewhere: the sketch is then `pinned` to what was seen.
    """
    b, t, h, w = shape
    like = codes

    def none(channels: int) -> Tensor:
        return torch.zeros((b, t, channels, h, w), dtype=like.dtype, device=like.device)

    light = _colour(maps.light, none, 0.0)
    albedo = _colour(maps.albedo, none, 2 * GREY_CODE - 1)
    memory = _masked(maps.memory, maps.memory_mask, none)
    carried = _masked(maps.carried, maps.carried_mask, none)
    sketch = sketched(light, albedo, [setting.grade or Grade() for setting in settings])
    ids = maps.anchor_id
    if ids is not None:
        rows = ids_in_order(ids)
        if read_anew:
            sketch = pinned(sketch, light, albedo, (memory, carried), rows)
            for seen in (carried, memory):
                sketch = torch.where(seen[:, :, 3:] > 0, seen[:, :, :3], sketch)
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
    return Known(
        torch.cat(every, 2), torch.stack([setting.vector for setting in settings]).to(like.device, non_blocking=True)
    )


def ids_in_order(ids: Int[Tensor, "b t h w"]) -> Int[Tensor, "b t h w"]:
    """Ids as rows of a table of `THINGS`: places in its first half, subjects from its end; what is too many shares."""
    half = THINGS // 2
    places, subjects = ids.long().clamp(max=half - 1), THINGS - 1 - (ids.long() - 1024) % half
    return torch.where(ids >= 1024, subjects, places)


@dataclass(frozen=True)
class Setting:
    """A place's light and a film's grade, None where they are not told, and which `PARTS` are told at all."""

    light: Light | None
    grade: Grade | None
    told: frozenset[str] = frozenset(PARTS)

    @property
    def vector(self) -> Float[Tensor, " s"]:
        """All of it as numbers."""
        hours = [float(self.light == hour) for hour in LIGHTS]
        g = self.grade or Grade()
        look = [
            g.exposure, g.contrast - 1, g.saturation - 1, *(v - 1 for v in g.tint), *(8 * v for v in g.shadows),
            2 * g.vignette, g.bands / 5, g.wash, g.flat,
        ]  # fmt: skip
        return torch.tensor([*hours, *look, *(float(part in self.told) for part in PARTS)])


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


def colours_of(picture: UInt8[Tensor, "b t h w 3"]) -> Float[Tensor, "b t 3 h w"]:
    """Codes as the network reads them."""
    return picture.permute(0, 1, 4, 2, 3).float() / 127.5 - 1


def codes_of(colours: Float[Tensor, "*f 3 h w"]) -> UInt8[Tensor, "*f h w 3"]:
    """What the network paints, as codes."""
    return ((colours.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).movedim(-3, -1)


def _colour(picture: Tensor | None, none: Callable[[int], Tensor], untold: float) -> Tensor:
    if picture is None:
        return none(3) + untold
    return colours_of(picture)


def _masked(picture: Tensor | None, mask: Tensor | None, none: Callable[[int], Tensor]) -> Tensor:
    if picture is None or mask is None:
        return none(4)
    valid = mask.unsqueeze(2).float()
    return torch.cat([colours_of(picture) * valid, valid], 2)
