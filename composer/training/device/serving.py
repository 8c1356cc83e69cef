"""Examples from recipes, made on a device: the same fields, of the same kinds, as those that the product draws."""

from collections.abc import Sequence

import torch
from torch import Tensor

from composer.training.device.drawing import Drawn, draw
from composer.training.device.recalling import Memory
from composer.training.device.staging import Stage
from composer.training.device.traces import traces
from composer.types import Size

_FARTHEST = 6e4


def serve(stage: Stage, window: Size, corners: Sequence[tuple[int, int]]) -> dict[str, Tensor]:
    """The clips of a stage's recipes, each seen through a window of its pictures whose left upper corner is told, with all
    that a generator is told of them. Raises `ValueError` for clips of different lengths.

    Fields `[b t h w ...]`, b recipes of t frames: `truth` (the picture, no grain), `light`, `albedo`, `other` (of another
    reading; `albedo` where there is none), `memory`, `carried` and their masks, `depth` (m, float16, at most 6e4), `normal`
    (times 127, int8), `anchor_id` (int16), `surface` (m, float16).
    """
    lengths = {recipe.clip for recipe in stage.recipes}
    if len(lengths) != 1:
        raise ValueError(f"clips of {sorted(lengths)} frames; expected all of one length")
    [t] = lengths
    at = torch.cat([torch.arange(start, start + t, device=stage.device) for start in stage.starts])
    corner = torch.tensor(corners, device=stage.device).repeat_interleave(t, 0)
    clip = draw(stage, at, window, corner)
    assert clip.light is not None
    fields = {
        "truth": clip.previz,
        "light": clip.light,
        "albedo": clip.albedos[0],
        "other": clip.albedos[-1] if len(clip.albedos) < 2 else clip.albedos[1],
        "depth": clip.depth.clamp(0, _FARTHEST).half(),
        "normal": (clip.normal * 127).round().to(torch.int8),
        "anchor_id": clip.anchor_id.to(torch.int16),
        "surface": clip.surface.clamp(-_FARTHEST, _FARTHEST).half(),
        **_recalled(stage, clip, t),
    }
    return {name: value.reshape(-1, t, *value.shape[1:]) for name, value in fields.items()}


def _recalled(stage: Stage, clip: Drawn, t: int) -> dict[str, Tensor]:
    """What is carried over and what is remembered, and where."""
    last = [range(s + t, s + t + r.last) for s, r in zip(stage.starts, stage.recipes, strict=True)]
    held = [range(s + t + r.last, s + len(r)) for s, r in zip(stage.starts, stage.recipes, strict=True)]
    every = [frame for frames in (*last, *held) for frame in frames]
    made = draw(stage, torch.tensor(every, device=stage.device), stage.size, parts=False) if every else None
    memory = Memory(made, traces(made.shot)) if made else None
    row = {frame: n for n, frame in enumerate(every)}
    fields = {}
    for name, lists in (("carried", last), ("memory", held)):
        most = max(map(len, lists))
        if memory is None or not most:
            fields[name] = torch.zeros_like(clip.previz)
            fields[f"{name}_mask"] = torch.zeros_like(clip.anchor_id, dtype=torch.bool)
            continue
        rows = [[row[frame] for frame in frames] + [-1] * (most - len(frames)) for frames in lists]
        sources = torch.tensor(rows, device=stage.device).T.repeat_interleave(t, 1)
        fields[name], fields[f"{name}_mask"] = memory.recall(clip, sources)
    return fields
