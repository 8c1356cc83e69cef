"""Examples to batches: what is told of each, left out and worn as a film in the making would have it.

Each part of the state is dropped now and then, so that whatever a user switches off, the model has seen missing; memory is
blurred, tinted and noised, as what was generated is; and where something was seen before, words are read in another way
than the picture has it, so that the model learns to believe what was seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from composer.generators.embedded.sketch import THINGS
from composer.generators.embedded.state import PARTS, Known, Maps, Setting, colours_of, known, noise, without
from composer.looks import grade
from composer.typed import Float
from composer.types import Light

_NOTHING_SEEN, _NO_MEMORY, _NO_CARRIED = 0.25, 0.25, 0.4
_FORGOTTEN = 0.4  # share of things that are dropped from memory, in half of the clips
_READ_ANEW = 0.45  # of the clips of which something was seen before: their words read in another way
_UNTOLD = 0.04  # of each other part
_WORN = 0.5  # of the memories: blurred, tinted, noised
_TINTED = (2.5, 1.0)  # codes, of memory and of final frames: what is told to be so is to stay so, or every join shows


Arrays = Mapping[str, np.ndarray | Tensor]
"""An example's fields, as `shards` and `serving` have them."""


@dataclass(frozen=True)
class Batch:
    """b clips: the picture, what is told of it, and the noise it starts from; colours in [-1, 1]."""

    truth: Float[Tensor, "b t 3 h w"]
    known: Known
    noise: Float[Tensor, "b t 3 h w"]

    def to(self, device: torch.device) -> "Batch":
        """The same on another device."""
        known = Known(self.known.maps.to(device), self.known.setting.to(device))
        return Batch(self.truth.to(device), known, self.noise.to(device))


def batch(examples: Sequence[tuple[Arrays, tuple[str, str]]], generator: torch.Generator) -> Batch:
    """A batch of examples of one size, worn and dropped by chance."""
    clips = [_clip(arrays, words, generator) for arrays, words in examples]
    truth = torch.cat([c.truth for c in clips])
    maps = torch.cat([c.known.maps for c in clips])
    setting = torch.cat([c.known.setting for c in clips])
    return Batch(truth, Known(maps, setting), torch.cat([c.noise for c in clips]))


def _clip(arrays: Arrays, words: tuple[str, str], generator: torch.Generator) -> Batch:
    def chance(share: float) -> bool:
        return bool(torch.rand((), generator=generator, device=generator.device) < share)

    gone = {part for part in PARTS if part not in ("memory", "carried") and chance(_UNTOLD)}
    nothing = chance(_NOTHING_SEEN)
    if nothing or chance(_NO_MEMORY):
        gone.add("memory")
    if nothing or chance(_NO_CARRIED):
        gone.add("carried")
    maps = maps_of(arrays)
    seen = [maps.memory_mask if "memory" not in gone else None, maps.carried_mask if "carried" not in gone else None]
    read_anew = any(mask is not None and bool(mask.any()) for mask in seen) and chance(_READ_ANEW)
    if read_anew:
        maps = replace(maps, albedo=torch.as_tensor(arrays["other"])[None])
    if chance(0.5):
        maps = _forgetting(maps, generator)
    if chance(_WORN):
        maps = replace(maps, memory=_worn(maps.memory, _TINTED[0], generator))
    if chance(_WORN):
        maps = replace(maps, carried=_worn(maps.carried, _TINTED[1], generator))
    return told(maps, arrays, words, gone, generator, read_anew=read_anew)


def told(
    maps: Maps,
    arrays: Arrays,
    words: tuple[str, str],
    gone: set[str],
    generator: torch.Generator,
    *,
    read_anew: bool = False,
) -> Batch:
    """One clip, less the parts that are `gone`; `read_anew` as `state.known` has it."""
    for part in gone:
        maps = without(maps, part)
    light, style = words
    hour: Light | None = light  # type: ignore[assignment] # as it was written
    graded = None if "style" in gone else grade(style)
    setting = Setting(hour, graded, frozenset(PARTS) - gone)
    truth = colours_of(torch.as_tensor(arrays["truth"])[None])
    shape = (1, truth.shape[1], *truth.shape[3:])
    codes = torch.rand((1, THINGS, 3), generator=generator, device=generator.device) * 2 - 1
    start = noise(shape, maps.anchor_id, maps.surface, generator)
    return Batch(truth, known(maps, shape, [setting], codes, read_anew=read_anew), start)


def maps_of(arrays: Arrays) -> Maps:
    """An example's arrays as the maps of one clip."""

    def tensor(name: str) -> Tensor:
        return torch.as_tensor(arrays[name])[None]

    return Maps(
        depth=tensor("depth").float(),
        normal=tensor("normal").float() / 127,
        anchor_id=tensor("anchor_id").long(),
        surface=tensor("surface").float(),
        light=tensor("light"),
        albedo=tensor("albedo"),
        memory=tensor("memory"),
        memory_mask=tensor("memory_mask"),
        carried=tensor("carried"),
        carried_mask=tensor("carried_mask"),
    )


def _forgetting(maps: Maps, generator: torch.Generator) -> Maps:
    """The maps with some things dropped from what is remembered."""
    assert maps.anchor_id is not None
    assert maps.memory_mask is not None
    kept = torch.rand(THINGS, generator=generator, device=generator.device) >= _FORGOTTEN
    return replace(maps, memory_mask=maps.memory_mask & kept[maps.anchor_id % THINGS])


def _worn(picture: Tensor | None, tint: float, generator: torch.Generator) -> Tensor:
    """A picture as one that was generated: softer, off in tone by `tint` codes, grainy."""
    assert picture is not None
    codes, device = picture.float(), generator.device
    if torch.rand((), generator=generator, device=generator.device) < 0.5:
        planes = codes[0].permute(0, 3, 1, 2)
        soft = F.avg_pool2d(F.pad(planes, (1, 1, 1, 1), mode="replicate"), 3, 1)
        share = torch.rand((), generator=generator, device=device)
        codes = (planes + share * (soft - planes)).permute(0, 2, 3, 1)[None]
    codes = codes + tint * torch.randn(3, generator=generator, device=device)
    codes = codes + 6 * torch.rand((), generator=generator, device=device) * torch.randn(
        codes.shape, generator=generator, device=device
    )
    return codes.clamp(0, 255).to(torch.uint8)
