"""The animatic: declared geometry, looks and light drawn exactly; nothing is invented, so nothing can disagree."""

from collections.abc import Callable

import numpy as np

from composer.types import Capabilities, Clip, FrameGrid, SegmentRequest


class Previz:
    """Shows the `previz` control channel, continuing its prefix exactly."""

    capabilities = Capabilities(
        name="previz",
        version="1",
        licence="Apache-2.0",
        summary="a shaded render of the declared state: the animatic",
        grid=FrameGrid(step=1, longest=121),
        size_multiple=2,
        prefix=1,
        channels=frozenset({"previz"}),
        style=True,
        seed=True,
        invents=False,
        at_once="processes",
    )

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """Draw the frames after the prefix. Shapes and errors as in `SegmentGenerator`."""
        plan = request.plan
        width, height = plan.size
        frames = np.empty((plan.length, height, width, 3), np.uint8)
        done = plan.prefix
        if request.prefix is not None:
            frames[: plan.prefix] = request.prefix
        for index, control in enumerate(request.controls.frames(start=done), start=done):
            assert control.previz is not None
            frames[index] = control.previz
            on_progress((index + 1) / plan.length)
        return Clip(frames, {"generator": "previz", "synthetic": "algorithmicMedia"})
