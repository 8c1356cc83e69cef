"""Real film as a generator: a segment is read from its file instead of being made."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np

from composer.errors import GeneratorError, Wrong
from composer.media import probe_reel, read_reel, read_reel_sound
from composer.timing import SAMPLE_RATE, round_half_up
from composer.types import FOOTAGE, Clip, SegmentRequest, Waveform


class Footage:
    """Shows what `SegmentPlan.footage` names, below `folder`."""

    capabilities = FOOTAGE

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """Read the frames and their sound. Shapes and errors as in `SegmentGenerator`."""
        plan = request.plan
        assert plan.footage is not None
        try:
            reel = probe_reel(self.folder / plan.footage.file)
        except Wrong as wrong:
            raise GeneratorError(f"segment `{plan.id}`: {wrong}. It was good when the render began") from None
        frames = np.empty((plan.length, plan.size[1], plan.size[0], 3), np.uint8)
        at_s = [Fraction(frame) / plan.fps for frame in plan.frames]
        for index, picture in enumerate(read_reel(reel, plan.footage.start_s, at_s, plan.fps, plan.size)):
            frames[index] = picture
            on_progress((index + 1) / plan.length)
        first, stop = (
            round_half_up(Fraction(frame) / plan.fps * SAMPLE_RATE) for frame in (plan.frames.start, plan.frames.stop)
        )
        heard = read_reel_sound(reel, plan.footage.start_s, stop, plan.fps)
        sound = Waveform(heard.samples[:, first:]) if heard else None
        return Clip(frames, {"generator": "footage", "file": plan.footage.file}, sound)
