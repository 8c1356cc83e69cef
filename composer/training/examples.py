"""Examples to learn from: windows of a shot list's frames, with all that a generator is told of them and what is true.

They are drawn by the product itself: the same casts, passes and memory that a film's controls are made of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from composer import shotlist as lists
from composer.composing import Rehearsal, rehearse
from composer.controls import MOST_SOURCES, Memory, Moment, SegmentControls, SourceView, traces
from composer.errors import ShotListError
from composer.looks import grade
from composer.scene import Scene
from composer.schema import Slate
from composer.shade import Shader
from composer.training.lists import random_list
from composer.types import CameraTrack, Channel, Light, Size, WorldTrack

FPS = Fraction(12)
FRAMES = 8
CROP: Size = (128, 80)
_PICTURES: tuple[Size, ...] = ((160, 90), (192, 108), (256, 144), (256, 144), (288, 162))
_TOLD: frozenset[Channel] = frozenset({"depth", "normal", "anchor_id", "surface", "light", "albedo", "memory"})
Arrays = dict[str, np.ndarray]

_FAR_M = 6e4  # as far as half precision counts
_SMALL = {"depth": np.float16, "surface": np.float16, "normal": np.int8}


@dataclass(frozen=True, eq=False)
class Example:
    """A window of `FRAMES` frames, `CROP` pixels large: `arrays` by channel, each [t h w ...], as docs/controls.md has them.

    `truth` is the picture; `albedo` is painted with the looks that it shows, `other` with looks drawn anew from the same
    words. `light` and `style` are the words of its setting.
    """

    arrays: Arrays
    light: Light
    style: str


def examples_of(seed: int) -> Iterator[Example]:
    """One example of each shot of a random list; none when the list of that `seed` cannot be filmed."""
    try:
        rehearsal = rehearse(lists.read(random_list(seed)))
    except ShotListError:
        return
    if any(fault.severity == "error" for fault in rehearsal.faults):
        return
    rng = np.random.default_rng([seed, 1])
    size = _PICTURES[int(rng.integers(len(_PICTURES)))]
    studio = _Studio(rehearsal, size, 1 + int(rng.integers(1 << 30)))
    known: list[SourceView] = []
    for slate in rehearsal.slates:
        yield studio.example(slate, known, rng)
        known += [studio.source(slate, frame) for frame in studio.spread(slate)]
        known = known[-MOST_SOURCES:]


class _Studio:
    """Draws one list's frames, its looks as `draw` has them."""

    def __init__(self, rehearsal: Rehearsal, size: Size, draw: int) -> None:
        self.rehearsal, self.size, self.draw = rehearsal, size, draw

    def example(self, slate: Slate, known: list[SourceView], rng: np.random.Generator) -> Example:
        last = int(slate.duration_s * FPS) - FRAMES
        start = 0 if rng.random() < 0.3 else int(rng.integers(last + 1))
        whole, world = self.track(slate, range(start, start + FRAMES))
        camera = _cropped(
            whole, tuple(int(rng.integers(full - part + 1)) for full, part in zip(self.size, CROP, strict=True))
        )
        shown, other = self.shader(slate, self.draw), self.shader(slate, self.draw + 1)
        scene = self.scene(slate)
        memory = Memory(scene, known) if known else None
        carried = Memory(scene, [self.source(slate, start - 1)]) if start else None
        controls = SegmentControls(scene, camera, world, _TOLD, memory=memory, parts=shown.parts, workers=1)
        kept = []
        for index in range(FRAMES):
            frame = controls.frame(index)
            now = Moment(camera[index], world[index], scene.cast(camera[index], CROP, world[index]))
            drawn = {name: getattr(frame, name) for name in (*_TOLD, "memory_mask")}
            drawn["truth"] = shown(now.hits, now.camera, now.state)
            drawn["other"] = other.parts(now.hits, now.camera, now.state)[1]
            drawn["carried"], drawn["carried_mask"] = carried.recall(now) if carried else _nothing()
            kept.append(drawn)
        return Example(
            {name: _stored(name, [k[name] for k in kept]) for name in kept[0]}, slate.light, self.style(slate)
        )

    def source(self, slate: Slate, frame: int) -> SourceView:
        camera, world = self.track(slate, [frame])
        scene, state = self.scene(slate), world[0]
        moment = Moment(camera[0], state, scene.cast(camera[0], self.size, state))
        image = self.shader(slate, self.draw)(moment.hits, moment.camera, state)
        return SourceView(image, moment, traces(scene, slate.light, moment))

    def spread(self, slate: Slate) -> tuple[int, ...]:
        last = int(slate.duration_s * FPS) - 1
        return 0, last // 2, last

    def track(self, slate: Slate, frames: range | list[int]) -> tuple[CameraTrack, WorldTrack]:
        times = [frame / FPS for frame in frames]
        return self.rehearsal.at(slate.name, times, self.size)

    def shader(self, slate: Slate, draw: int) -> Shader:
        return Shader(self.scene(slate), slate.light, replace(grade(self.style(slate)), grain=0.0), draw=draw)

    def scene(self, slate: Slate) -> Scene:
        return self.rehearsal.scenes[slate.place]

    def style(self, slate: Slate) -> str:
        return self.rehearsal.shotlist.styles[slate.style].look if slate.style else ""


def _cropped(track: CameraTrack, corner: tuple[int, ...]) -> CameraTrack:
    """The track of a window of its pictures, `CROP` pixels large."""
    K = track.K.copy()
    K[:, :2, 2] -= corner
    return CameraTrack(K, track.T_world_camera, CROP)


def _nothing() -> tuple[np.ndarray, np.ndarray]:
    w, h = CROP
    return np.zeros((h, w, 3), np.uint8), np.zeros((h, w), np.bool_)


def _stored(name: str, frames: list[np.ndarray]) -> np.ndarray:
    """A channel in as few bytes as it needs."""
    stack = np.stack(frames)
    if name == "normal":
        stack = np.rint(stack * 127)
    if name in _SMALL:
        stack = stack.clip(-_FAR_M, _FAR_M).astype(_SMALL[name])
    return stack
