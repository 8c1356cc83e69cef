"""Sample sheets: what the model makes of held-out examples, beside what it is told and what is true."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from composer.generators.embedded.network import SceneUNet
from composer.generators.embedded.pipeline import ScenePipeline
from composer.generators.embedded.state import codes_of
from composer.training import shards
from composer.training.batches import maps_of, told

_ROWS = 20
_SHOWN = 4  # the frame of each clip


@torch.inference_mode()
def sheet(network: SceneUNet, held_out: Path, path: Path, steps: int = 4) -> None:
    """Write a sheet: truth, sketch, first clip (nothing seen before), memory, clip with all state, and its words read anew."""
    pipeline = ScenePipeline.of(network)
    rows = []
    for file in sorted(held_out.glob("*.safetensors")):
        arrays, words = shards.read_one(file, shards.count(file) - 1)
        generator = torch.Generator().manual_seed(0)
        maps = maps_of(arrays)
        first = told(maps, arrays, words, {"memory", "carried"}, generator)
        full = told(maps, arrays, words, set(), generator)
        other = told(
            maps_of({**arrays, "albedo": arrays["other"]}), arrays, words, {"carried"}, generator, read_anew=True
        )
        made = [pipeline(clip.known, clip.noise, steps) for clip in (first, full, other)]
        shown = [
            full.truth,
            first.known.sketch,
            made[0],
            full.known.memory[:, :, :3],
            made[1],
            other.known.sketch,
            made[2],
        ]
        rows.append(np.concatenate([np.asarray(codes_of(clip[0, _SHOWN])) for clip in shown], 1))
        if len(rows) == _ROWS:
            break
    Image.fromarray(np.concatenate(rows)).save(path)
