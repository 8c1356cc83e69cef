"""The animatic by a model whose takes go wrong for some seeds, as they are told to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from composer.generators.previz import Previz
from composer.types import Capabilities, Clip, FrameGrid, SegmentRequest, Waveform

Frames = np.ndarray

LIST = """\
title: Gated
size: 128x72
places:
  yard:
    light: morning
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
shots:
  - shot: front
    duration: 1.5s
    camera: {frame: WS tower shed, height: 3m, move: truck left 3m linear}
  - shot: back
    duration: 0.5s
    camera: {frame: WS tower shed, height: 3m, from: south-east}
"""
"""A film of three segments: one that goes on, and a cut to another side."""


def tinted(frames: Frames) -> Frames:
    """Another colour: the join is seen."""
    return np.clip(frames + np.array([40, -15, -30]), 0, 255)


def aside(frames: Frames) -> Frames:
    """All of it stands 6 px further right."""
    return np.roll(frames, 6, axis=2)


def trembling(frames: Frames) -> Frames:
    """Every other frame is darker."""
    return np.where((np.arange(len(frames)) % 2)[:, None, None, None], 0.9 * frames, frames)


def jumping(frames: Frames) -> Frames:
    """The camera is five frames ahead from the first on."""
    return np.concatenate([frames[5:], *[frames[-1:]] * 5])


FAULTS: Mapping[str, Callable[[Frames], Frames]] = {
    "colour": tinted,
    "position": aside,
    "flicker": trembling,
    "motion": jumping,
}


@dataclass
class Faulty:
    """`faults` by seed; all other takes are right, and differ in what nobody sees. `made` are the ids and seeds of its calls."""

    faults: Mapping[int, str] = field(default_factory=dict)
    retakes: int = 0
    sounds: bool = False
    made: list[tuple[str, int]] = field(default_factory=list)

    @property
    def capabilities(self) -> Capabilities:
        return replace(
            Previz.capabilities,
            name="faulty",
            grid=FrameGrid(step=1, longest=13),
            fps=Fraction(12),
            prefix=1,
            seed=True,
            invents=True,
            audio=self.sounds,
            retakes=self.retakes,
            at_once="processes",
            cores=1,
        )

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        self.made.append((request.plan.id, request.seed))
        frames = Previz().generate(request, on_progress).frames
        frames[-1, 0, 0] = request.seed % 251, request.seed % 241, request.seed % 239  # no two takes are the same clip
        if fault := self.faults.get(request.seed):
            fresh = FAULTS[fault](frames[request.plan.prefix :].astype(np.float64)) if fault in FAULTS else None
            if fresh is not None:
                frames[request.plan.prefix :] = np.rint(fresh).astype(np.uint8)
        return Clip(frames, audio=self._sound(request) if self.sounds else None)

    def _sound(self, request: SegmentRequest) -> Waveform:
        """A hum that goes on through all clips; a faulty one clicks as it begins to be heard."""
        plan = request.plan
        start, length = (round(frame / plan.fps * 48_000) for frame in (plan.frames.start, plan.length))
        hum = 0.2 * np.sin(2 * np.pi * 110 * (start + np.arange(length)) / 48_000).astype(np.float32)
        if self.faults.get(request.seed) == "click":
            hum[round(plan.prefix / plan.fps * 48_000)] += 0.7
        return Waveform(np.stack([hum, hum]))
