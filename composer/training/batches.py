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
from composer.typed import Bool, Float, UInt8
from composer.types import Light

_NOTHING_SEEN, _NO_MEMORY, _NO_CARRIED = 0.25, 0.25, 0.4
_FORGOTTEN = 0.4  # share of things that are dropped from memory, in half of the clips
_READ_ANEW = 0.45  # of the clips of which something was seen before: their words read in another way
_UNTOLD = 0.04  # of each other part
_WORN = 0.5  # of the memories: blurred, tinted, noised
_TINTED = (2.5, 1.0)  # codes, of memory and of final frames: what is told to be so is to stay so, or every join shows

_READ = (
    "truth", "light", "albedo", "other", "memory", "memory_mask", "carried", "carried_mask", "depth", "normal", "anchor_id", "surface",
)  # fmt: skip

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


def batch(
    examples: Sequence[tuple[Arrays, tuple[str, str]]], generator: torch.Generator, chances: np.random.Generator
) -> Batch:
    """A batch of examples of one size, worn and dropped by chance; those that are told alike are made together.

    What befalls a clip is drawn on the processor, by `chances`: a device need not be waited for.
    """
    groups: dict[tuple[frozenset[str], bool], list[tuple[Arrays, tuple[str, str], _Fate]]] = {}
    for arrays, words in examples:
        fate = _fate(arrays, chances)
        groups.setdefault((fate.gone - _PER_CLIP, fate.read_anew), []).append((arrays, words, fate))
    made = [_clips(clips, generator, read_anew=anew) for (_, anew), clips in groups.items()]
    state = Known(torch.cat([m.known.maps for m in made]), torch.cat([m.known.setting for m in made]))
    return Batch(torch.cat([m.truth for m in made]), state, torch.cat([m.noise for m in made]))


@dataclass(frozen=True)
class _Fate:
    """What befalls a clip: parts that are not told, its words read in another way, what of its memory is forgotten or worn."""

    gone: frozenset[str]
    read_anew: bool
    forgets: bool
    worn: tuple[bool, bool]


_PER_CLIP = frozenset({"style", "memory", "carried"})
"""Parts that clips which are made together need not have in common."""


def _fate(arrays: Arrays, chances: np.random.Generator) -> _Fate:
    gone = {part for part in PARTS if part not in ("memory", "carried") and chances.random() < _UNTOLD}
    nothing = chances.random() < _NOTHING_SEEN
    if nothing or chances.random() < _NO_MEMORY:
        gone.add("memory")
    if nothing or chances.random() < _NO_CARRIED:
        gone.add("carried")
    seen = any(seen_in(arrays, part) for part in ("memory", "carried") if part not in gone)
    read_anew = seen and chances.random() < _READ_ANEW
    forgets = chances.random() < 0.5
    return _Fate(frozenset(gone), read_anew, forgets, (chances.random() < _WORN, chances.random() < _WORN))


def seen_in(arrays: Arrays, part: str) -> bool:
    """Whether an example's memory, or its final frames, show any of it: as it says itself, or as its mask does."""
    return bool(arrays.get(f"{part}_seen", arrays[f"{part}_mask"]).any())


def _clips(
    clips: Sequence[tuple[Arrays, tuple[str, str], _Fate]], generator: torch.Generator, *, read_anew: bool
) -> Batch:
    every, words, fates = zip(*clips, strict=True)
    arrays = {name: torch.stack([torch.as_tensor(a[name]) for a in every]) for name in _READ}
    if read_anew:
        arrays["albedo"] = arrays["other"]
    maps = maps_of(arrays, each=False)

    def those(told: list[bool]) -> Tensor:
        return torch.tensor(told).to(generator.device, non_blocking=True).view(-1, 1, 1, 1)

    for n, (part, tint) in enumerate(zip(("memory", "carried"), _TINTED, strict=True)):
        told_, worn = those([part not in f.gone for f in fates]), those([f.worn[n] for f in fates])
        mask = getattr(maps, f"{part}_mask") & told_
        picture = torch.where(worn[..., None], _worn(getattr(maps, part), tint, generator), getattr(maps, part))
        maps = replace(maps, **{part: picture, f"{part}_mask": mask})
    maps = _forgetting(maps, those([f.forgets for f in fates]), generator)
    return _told(maps, arrays["truth"], words, [f.gone for f in fates], generator, read_anew=read_anew)


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
    for part in gone & {"memory", "carried"}:
        maps = without(maps, part)
    truth = torch.as_tensor(arrays["truth"])[None]
    return _told(maps, truth, [words], [frozenset(gone)], generator, read_anew=read_anew)


def _told(
    maps: Maps,
    truth: Tensor,
    words: Sequence[tuple[str, str]],
    gone: Sequence[frozenset[str]],
    generator: torch.Generator,
    *,
    read_anew: bool,
) -> Batch:
    """Clips that lack the same parts, but for those that lie `_PER_CLIP`."""
    for part in gone[0] - _PER_CLIP:
        maps = without(maps, part)
    settings = []
    for (light, style), lost in zip(words, gone, strict=True):
        hour: Light | None = light  # type: ignore[assignment] # as it was written
        settings.append(Setting(hour, None if "style" in lost else grade(style), frozenset(PARTS) - lost))
    shown = colours_of(truth)
    b, t, _, h, w = shown.shape
    codes = torch.rand((b, THINGS, 3), generator=generator, device=generator.device) * 2 - 1
    start = noise((b, t, h, w), maps.anchor_id, maps.surface, generator)
    return Batch(shown, known(maps, (b, t, h, w), settings, codes, read_anew=read_anew), start)


def maps_of(arrays: Arrays, *, each: bool = True) -> Maps:
    """An example's arrays as the maps of one clip; or, unless `each`, those of many clips as theirs."""

    def tensor(name: str) -> Tensor:
        whole = torch.as_tensor(arrays[name])
        return whole[None] if each else whole

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


def _forgetting(maps: Maps, which: Bool[Tensor, "b 1 1 1"], generator: torch.Generator) -> Maps:
    """The maps; of some clips, some things are dropped from what is remembered."""
    assert maps.anchor_id is not None
    assert maps.memory_mask is not None
    b = len(which)
    kept = torch.rand((b, THINGS), generator=generator, device=generator.device) >= _FORGOTTEN
    row = torch.arange(b, device=generator.device).view(-1, 1, 1, 1)
    return replace(maps, memory_mask=maps.memory_mask & (kept[row, maps.anchor_id % THINGS] | ~which))


def _worn(picture: UInt8[Tensor, "b t h w 3"], tint: float, generator: torch.Generator) -> UInt8[Tensor, "b t h w 3"]:
    """Pictures as ones that were generated: half of the clips softer, all off in tone by `tint` codes, grainy."""
    b, device = len(picture), generator.device

    def drawn(n: int) -> Tensor:
        return torch.rand((b, 1, 1, 1, n), generator=generator, device=device)

    codes = picture.float()
    planes = codes.permute(0, 1, 4, 2, 3).flatten(0, 1)
    soft = F.avg_pool2d(F.pad(planes, (1, 1, 1, 1), mode="replicate"), 3, 1)
    soft = soft.reshape(b, -1, *soft.shape[1:]).permute(0, 1, 3, 4, 2)
    codes = codes + drawn(1) * (drawn(1) < 0.5) * (soft - codes)
    codes = codes + tint * torch.randn((b, 1, 1, 1, 3), generator=generator, device=device)
    codes = codes + 6 * drawn(1) * torch.randn(codes.shape, generator=generator, device=device)
    worn: Tensor = codes.clamp(0, 255).to(torch.uint8)
    return worn
