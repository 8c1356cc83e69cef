"""How long the embedded generator takes: one clip at the size that ships, with its controls and without."""

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from composer.composing import rehearse
from composer.controls import Memory, Moment, SegmentControls, SourceView, traces
from composer.generators.embedded.sampling import FIRST_STEPS, STEPS, Sampler
from composer.looks import grade
from composer.shade import Shader
from composer.shotlist import read
from composer.timing import FrameRange
from composer.training.chains import FPS
from composer.types import Channel, SegmentPlan, SegmentRequest, Size

_DRAWN: frozenset[Channel] = frozenset(
    {"depth", "normal", "anchor_id", "surface", "light", "albedo", "memory", "carried"}
)
_TRIES = 3


def clip_times(weights: Path, text: str, size: Size, frames: int) -> dict[str, float]:
    """Medians in seconds of real time, two threads, and this process's peak memory (MB)."""
    sampler = Sampler(weights)
    request = _request(text, size, frames)
    told = list(request.controls.frames())
    nothing = [replace(frame, memory_mask=None, carried_mask=None) for frame in told]
    passes = _Passes(sampler.pipeline.unet)
    found = {
        "controls": median(lambda: list(_request(text, size, frames).controls.frames())),
        "laying out": median(lambda: _request(text, size, frames)),
        "first": median(lambda: sampler.paint(nothing, request, lambda _: None)),
    }
    passes.took.clear()
    found["clip"] = median(lambda: sampler.paint(told, request, lambda _: None))
    found["passes"] = STEPS * statistics.median(passes.took[STEPS:])
    found["controls"] -= found.pop("laying out")
    found["steps"], found["first steps"] = STEPS, FIRST_STEPS
    found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return found


def median(work: Callable[[], object]) -> float:
    """Seconds of real time, the middle of some tries, after one that warms up."""
    work()
    took = []
    for _ in range(_TRIES):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


class _Passes:
    """Notes how long each pass of a network takes."""

    def __init__(self, network: torch.nn.Module) -> None:
        self.took: list[float] = []
        self.started = 0.0
        network.register_forward_pre_hook(self._begin)
        network.register_forward_hook(self._end)

    def _begin(self, *_: object) -> None:
        self.started = time.perf_counter()

    def _end(self, *_: object) -> None:
        self.took.append(time.perf_counter() - self.started)


def _request(text: str, size: Size, frames: int) -> SegmentRequest:
    """A clip that remembers its own first frame and continues from it: as much state as a clip can have."""
    rehearsal = rehearse(read(text))
    slate = rehearsal.slates[0]
    scene = rehearsal.scenes[slate.place]
    style = rehearsal.shotlist.styles[slate.style].look if slate.style else ""
    cameras, world = rehearsal.at(slate.name, [frame / FPS for frame in range(frames)], size)
    shader = Shader(scene, slate.light, grade(style), draw=1)
    moment = Moment(cameras[0], world[0], scene.cast(cameras[0], size, world[0]))
    picture = shader(moment.hits, moment.camera, moment.state)
    seen = Memory(scene, [SourceView(picture, moment, traces(scene, slate.light, moment))])
    controls = SegmentControls(scene, cameras, world, _DRAWN, memory=seen, carried=seen, parts=shader.parts)
    plan = SegmentPlan(
        id="clip",
        shot=slate.name,
        index=0,
        place=slate.place,
        style=slate.style or "",
        light=slate.light,
        frames=FrameRange(0, frames),
        fps=FPS,
        size=size,
        prefix=0,
        join="state",
        seed=1,
    )
    return SegmentRequest(plan, "", style, 1, controls, cameras)
