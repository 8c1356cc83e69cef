"""A request's controls to a clip: the model's side of the plug-in."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import UInt8
from torch import Tensor

from composer.generators.embedded.pipeline import ScenePipeline
from composer.generators.embedded.sketch import THINGS
from composer.generators.embedded.state import PARTS, Maps, Setting, codes_of, known, noise
from composer.looks import grade
from composer.types import AUTO, ControlFrame, Light, SegmentRequest

STEPS, FIRST_STEPS = 2, 4
"""Passes of the network for a clip: where something was seen before, and where nothing was."""

_THREADS = 2  # a constant: the pictures may depend on it in their last bits


class Sampler:
    """The pipeline, loaded once, on a GPU where there is one."""

    def __init__(self, weights: Path, threads: int = _THREADS) -> None:
        self.threads = threads
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.pipeline = ScenePipeline.load(weights).to(device)
        self.pipeline.unet.to(memory_format=torch.channels_last).eval()
        self.device = torch.device(device)

    def paint(
        self,
        controls: Sequence[ControlFrame],
        request: SegmentRequest,
        on_share: Callable[[float], None],
        *,
        read_anew: bool = False,
    ) -> UInt8[np.ndarray, "f h w 3"]:
        """The frames whose `controls` are given; `on_share` is told the share done. `read_anew` as `state.known` has it:
        so it is beside a plate, too.
        """
        w, h = request.plan.size
        shape = (1, len(controls), h, w)
        maps = gathered(controls, self.device)
        generator = torch.Generator(self.device).manual_seed(request.seed)
        codes = torch.rand((1, THINGS, 3), generator=generator, device=self.device) * 2 - 1
        setting = setting_for(maps, request.plan.light, request.style)
        foreign = any(source.is_plate and AUTO not in source.segment for source in request.plan.memory)
        state = known(maps, shape, [setting], codes, read_anew=read_anew or foreign)
        start = noise(shape, maps.anchor_id, maps.surface, generator)
        seen = bool(state.memory[:, :, 3].any() or state.carried[:, :, 3].any())
        steps = STEPS if seen else FIRST_STEPS
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            clip = self.pipeline(state, start, steps, lambda done: on_share(done / steps))
        finally:
            torch.set_num_threads(before)
        return np.asarray(codes_of(clip[0]).cpu())


def setting_for(maps: Maps, light: Light, style: str) -> Setting:
    """The setting of a clip that is told what `maps` hold."""
    told = frozenset(part for part in PARTS if part == "style" or getattr(maps, part) is not None)
    return Setting(light, grade(style), told)


def gathered(controls: Sequence[ControlFrame], device: torch.device) -> Maps:
    """The controls of one clip, stacked."""

    def stacked(name: str) -> Tensor | None:
        values: list[Any] = [getattr(control, name) for control in controls]
        return None if values[0] is None else torch.from_numpy(np.stack(values))[None].to(device)

    depth, ids = stacked("depth"), stacked("anchor_id")
    return Maps(
        depth=None if depth is None else depth.float(),
        normal=stacked("normal"),
        anchor_id=None if ids is None else ids.long(),
        **{
            name: stacked(name)
            for name in ("surface", "light", "albedo", "memory", "memory_mask", "carried", "carried_mask")
        },
    )
