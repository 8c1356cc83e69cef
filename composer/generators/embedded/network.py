"""The network: what a noisy clip was, given all that is known of every pixel.

A UNet over pictures folded four by four, its levels joined in time by shifted channels and, at the coarsest, by attention
over space and time; and a head that decides pixel by pixel at full size. The head does not draw a pixel from nothing: it
weighs what is known to stand there (the sketch of look times light, what the memory shows, what the final frames show)
against a colour of its own, so that edges and patterns are as sharp as what is known of them.

Rectified flow with the clip itself predicted (Liu et al., 2022); temporal shift after Lin et al., 2019.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from composer.generators.embedded.base import ConfigMixin, ModelMixin, register_to_config
from composer.generators.embedded.state import KNOWN, SETTING, Known
from composer.typed import Float

FOLD = 4
"""Pixels of a side that one cell of the UNet's finest level holds."""

COARSEST = FOLD * 4
"""Pixels of a side of one cell at the coarsest level: what sizes are padded to."""

_TIME_WAVES = 64
_CANDIDATES = 4  # a colour of its own, the sketch, memory, the final frames
_SKETCH = 1  # of them
_NEVER = -30.0


@dataclass(frozen=True)
class Stem:
    """What the state of a clip is to the network: the same for every step."""

    folded: Float[Tensor, "n c h w"]
    setting: Float[Tensor, "b e"]


class SceneUNet(ModelMixin, ConfigMixin):  # type: ignore[misc] # its types are not read
    """Predicts the clip behind noise. Sizes in multiples of `COARSEST`, values in [-1, 1]."""

    @register_to_config  # type: ignore[untyped-decorator] # as above
    def __init__(self, widths: Sequence[int] = (48, 96, 160), embedding: int = 128, head: int = 32) -> None:
        super().__init__()
        fine, middle, coarse = widths
        cell = FOLD * FOLD
        self.fold_noise = nn.Conv2d(3 * cell, fine, 1)
        self.fold_state = nn.Conv2d(KNOWN * cell, fine, 1)
        self.blend_state = nn.Conv2d(fine, fine, 3, padding=1)
        self.time = nn.Sequential(
            nn.Linear(_TIME_WAVES, embedding), nn.SiLU(), nn.Linear(embedding, embedding), nn.SiLU()
        )
        self.setting = nn.Sequential(nn.Linear(SETTING, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.down_fine = _Block(fine, fine, embedding)
        self.to_middle = nn.Conv2d(fine, middle, 2, 2)
        self.down_middle = _Block(middle, middle, embedding)
        self.to_coarse = nn.Conv2d(middle, coarse, 2, 2)
        self.coarse_in, self.coarse_out = _Block(coarse, coarse, embedding), _Block(coarse, coarse, embedding)
        self.attend_in, self.attend_out = _Attention(coarse), _Attention(coarse)
        self.from_coarse = nn.Conv2d(coarse, middle, 1)
        self.up_middle = _Block(2 * middle, middle, embedding)
        self.from_middle = nn.Conv2d(middle, fine, 1)
        self.up_fine = _Block(2 * fine, fine, embedding)
        self.norm = nn.GroupNorm(8, fine)
        self.unfold = nn.Conv2d(fine, head * cell, 1)
        self.decide = _Head(KNOWN + 3, head)

    def stem(self, known: Known) -> Stem:
        """The state, folded once for all steps."""
        cells = F.pixel_unshuffle(_channels_last(known.maps.flatten(0, 1)), FOLD)
        return Stem(self.blend_state(F.silu(self.fold_state(_channels_last(cells)))), self.setting(known.setting))

    def forward(
        self,
        sample: Float[Tensor, "b t 3 h w"],
        timestep: Float[Tensor, " b"],
        known: Known,
        stem: Stem | None = None,
    ) -> Float[Tensor, "b t 3 h w"]:
        """The clip that `sample` was before noise was mixed in; `timestep` in [0, 1] is the noise's share."""
        b, t = sample.shape[:2]
        stem = stem or self.stem(known)
        told = F.silu(self.time(_waves(timestep)) + stem.setting)
        noisy = _channels_last(sample.flatten(0, 1))
        x = self.fold_noise(_channels_last(F.pixel_unshuffle(noisy, FOLD))) + stem.folded
        fine = self.down_fine(x, told, t)
        middle = self.down_middle(self.to_middle(fine), told, t)
        coarse = self.coarse_in(self.to_coarse(middle), told, t)
        coarse = self.attend_out(self.coarse_out(self.attend_in(coarse, b), told, t), b)
        x = torch.cat([_doubled(self.from_coarse(coarse)), middle], 1)
        x = torch.cat([_doubled(self.from_middle(self.up_middle(x, told, t))), fine], 1)
        x = F.silu(self.norm(self.up_fine(x, told, t)))
        clean: Tensor = self.decide(F.pixel_shuffle(self.unfold(x), FOLD), noisy, known)
        return clean.view(sample.shape)


class _Head(nn.Module):
    """Pixel by pixel: how far to trust what is known, and the colour where none of it holds."""

    def __init__(self, seen: int, width: int) -> None:
        super().__init__()
        self.see = nn.Conv2d(seen, width, 1)
        self.near = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.mix = nn.Conv2d(width, width, 1)
        self.say = nn.Conv2d(width, 3 + _CANDIDATES, 1)
        nn.init.normal_(self.say.weight, std=0.01)
        assert self.say.bias is not None
        with torch.no_grad():
            self.say.bias.copy_(torch.tensor([0, 0, 0, -1, 1, 1, 1], dtype=torch.float32))

    def trust(self, more: float) -> None:
        """Raise the weight of the sketch by `more`, before the candidates' weights are made to sum to one."""
        assert self.say.bias is not None
        with torch.no_grad():
            self.say.bias[3 + _SKETCH] += more

    def forward(self, features: Tensor, noisy: Tensor, known: Known) -> Float[Tensor, "n 3 h w"]:
        kind = torch.bfloat16 if features.dtype == torch.float32 else features.dtype  # half the memory to move
        maps = known.maps.flatten(0, 1)
        seen = _channels_last(torch.cat([maps, noisy], 1).to(kind))
        x = F.silu(_as(self.see, seen) + features.to(kind))
        x = F.silu(_as(self.mix, _as(self.near, x)) + x)
        said = _as(self.say, x).float()
        sketch, memory, carried = known.sketch.flatten(0, 1), known.memory.flatten(0, 1), known.carried.flatten(0, 1)
        own = sketch + said[:, :3]
        weights = said[:, 3:]
        shut = torch.zeros_like(weights)
        shut[:, 2:3] = _NEVER * (1 - memory[:, 3:])
        shut[:, 3:4] = _NEVER * (1 - carried[:, 3:])
        share = torch.softmax(weights + shut, 1)
        return (
            share[:, 0:1] * own
            + share[:, 1:2] * sketch
            + share[:, 2:3] * memory[:, :3]
            + share[:, 3:4] * carried[:, :3]
        )


class _Block(nn.Module):
    """Two convolutions past a skip; the second normed by what step and setting say."""

    def __init__(self, into: int, out: int, embedding: int) -> None:
        super().__init__()
        self.norm_in, self.norm_out = nn.GroupNorm(8, into), nn.GroupNorm(8, out)
        self.into, self.out = nn.Conv2d(into, out, 3, padding=1), nn.Conv2d(out, out, 3, padding=1)
        self.told = nn.Linear(embedding, 2 * out)
        self.skip = nn.Conv2d(into, out, 1) if into != out else nn.Identity()
        nn.init.zeros_(self.out.weight)
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor, told: Tensor, frames: int) -> Tensor:
        scale, shift = self.told(told).repeat_interleave(frames, 0)[..., None, None].chunk(2, 1)
        h = self.into(_shifted(F.silu(self.norm_in(x)), frames))
        h = self.out(_shifted(F.silu(self.norm_out(h) * (1 + scale) + shift), frames))
        return cast("Tensor", self.skip(x) + h)


class _Attention(nn.Module):
    """Every cell of every frame looks at all others."""

    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.norm_look, self.norm_think = nn.LayerNorm(width), nn.LayerNorm(width)
        self.look, self.found = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.think, self.thought = nn.Linear(width, 3 * width), nn.Linear(3 * width, width)
        for last in (self.found, self.thought):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x: Tensor, clips: int) -> Tensor:
        n, c, h, w = x.shape
        cells = x.permute(0, 2, 3, 1).reshape(clips, -1, c)
        query, key, value = (
            self.look(self.norm_look(cells))
            .view(clips, -1, 3, self.heads, c // self.heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0)
        )
        seen = F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(cells.shape)
        cells = cells + self.found(seen)
        thought: Tensor = cells + self.thought(F.gelu(self.think(self.norm_think(cells))))
        return thought.view(n, h, w, c).permute(0, 3, 1, 2)


def _shifted(x: Tensor, frames: int) -> Tensor:
    """A quarter of the channels from the frame before, another from the frame after."""
    quarter = x.shape[1] // 4
    clip = x.view(-1, frames, *x.shape[1:])
    moved = clip.clone()
    moved[:, 1:, :quarter] = clip[:, :-1, :quarter]
    moved[:, :1, :quarter] = 0
    moved[:, :-1, quarter : 2 * quarter] = clip[:, 1:, quarter : 2 * quarter]
    moved[:, -1:, quarter : 2 * quarter] = 0
    return moved.view(x.shape)


def _waves(share: Float[Tensor, " b"]) -> Float[Tensor, "b e"]:
    half = _TIME_WAVES // 2
    rates = torch.exp(-log(1e3) * torch.arange(half, device=share.device) / half)
    angles = 100 * share.float()[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], -1)


def _doubled(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2)


def _channels_last(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _as(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """`conv` in the numbers of `x`."""
    assert conv.bias is not None
    return F.conv2d(x, conv.weight.to(x.dtype), conv.bias.to(x.dtype), padding=conv.padding, groups=conv.groups)
