"""Examples from recipes, made on a device: the same fields, of the same kinds, as those that the product draws."""

import torch
from torch import Tensor

from composer.training.drawing import Drawn, draw
from composer.training.recalling import Memory
from composer.training.staging import Stage
from composer.training.traces import traces
from composer.types import Size

_FARTHEST = 6e4


def serve(stage: Stage, window: Size, corner: tuple[int, int]) -> dict[str, Tensor]:
    """A clip of a recipe, seen through a window of its pictures, with all that a generator is told of it.

    Fields `[t h w ...]`: `truth` (the picture, no grain), `light`, `albedo`, `other` (of another reading; `albedo` where
    there is none), `memory`, `carried` and their masks, `depth` (m, float16, at most 6e4), `normal` (times 127, int8),
    `anchor_id` (int16), `surface` (m, float16).
    """
    recipe = stage.recipe
    clip = draw(stage, slice(0, recipe.clip), window, corner)
    seen: dict[str, Tensor] = {}
    spans = {"carried": (recipe.clip, recipe.clip + recipe.last), "memory": (recipe.clip + recipe.last, len(recipe))}
    for name, (start, stop) in spans.items():
        seen[name], seen[f"{name}_mask"] = _recalled(stage, clip, slice(start, stop))
    return {
        "truth": clip.previz,
        "light": clip.light,
        "albedo": clip.albedo,
        "other": clip.others[0] if clip.others else clip.albedo,
        "depth": clip.depth.clamp(0, _FARTHEST).half(),
        "normal": (clip.normal * 127).round().to(torch.int8),
        "anchor_id": clip.anchor_id.to(torch.int16),
        "surface": clip.surface.clamp(-_FARTHEST, _FARTHEST).half(),
        **seen,
    }


def _recalled(stage: Stage, clip: Drawn, sources: slice) -> tuple[Tensor, Tensor]:
    if sources.start == sources.stop:
        return torch.zeros_like(clip.previz), torch.zeros_like(clip.piece, dtype=torch.bool)
    made = draw(stage, sources, stage.recipe.size)
    return Memory(made, traces(made.shot)).recall(clip)
