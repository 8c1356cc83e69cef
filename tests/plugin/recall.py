"""A generator as a third party would write it: it invents a colour for each anchor, and is held to it by what it is given.

It stands in for a model in the tests of the flow: its grid, rate and sizes are a model's, it continues its prefix, and
what it shows depends on memory, geometry, seed and prompt, so that a hand-over that goes missing shows.
"""

import hashlib
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from composer.types import Capabilities, Clip, FrameGrid, SegmentRequest


class Recall:
    capabilities = Capabilities(
        name="recall",
        version="1",
        licence="Apache-2.0",
        summary="a test card that paints anchors in colours of its own",
        grid=FrameGrid(step=8, longest=33),
        size_multiple=32,
        fps=Fraction(12),
        prefix=9,
        channels=frozenset({"depth", "normal", "anchor_id", "memory"}),
        optional=frozenset({"normal", "memory"}),
        prompt=True,
        style=True,
        seed=True,
    )

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        plan = request.plan
        frames = np.empty((plan.length, plan.size[1], plan.size[0], 3), np.uint8)
        if request.prefix is not None:
            frames[: plan.prefix] = request.prefix
        for index, control in enumerate(request.controls.frames(plan.prefix), start=plan.prefix):
            ids, inverse = np.unique(control.anchor_id, return_inverse=True)
            colours = np.array([self.colour(request, int(i)) for i in ids])
            fresh = colours[inverse.reshape(control.anchor_id.shape)]
            if control.normal is not None:
                fresh = fresh * (0.4 + 0.6 * np.abs(control.normal @ np.array([0.4, -0.5, 0.77])))[..., None]
            frames[index] = fresh
            if control.memory_mask is not None:
                frames[index][control.memory_mask] = control.memory[control.memory_mask]
            on_progress((index + 1) / plan.length)
        return Clip(frames)

    def colour(self, request: SegmentRequest, anchor_id: int) -> list[int]:
        text = f"{request.seed} {request.prompt} {request.style} {anchor_id}"
        return [40 + b % 200 for b in hashlib.blake2b(text.encode(), digest_size=3).digest()]
