"""Examples to learn from: windows of a shot list's frames, with all that a generator is told of them and what is true.

They are drawn by the product itself: the same casts, passes and memory that a film's controls are made of.
"""

from collections.abc import Iterator, Sequence
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
from composer.training.device.recipes import Recipe
from composer.training.feeding import WINDOW
from composer.training.lists import random_list
from composer.training.preparing import Frame, prepare, unfit
from composer.training.shards import Arrays
from composer.types import CameraTrack, Channel, Light, Size, WorldTrack

FPS = Fraction(12)
FRAMES = 8
_PICTURES: tuple[Size, ...] = ((160, 90), (192, 108), (256, 144), (256, 144), (288, 162))
_READINGS = 4  # of the words of a list, in a recipe
_FROM_NOTHING = 0.3  # of the windows: those that begin with their shot
_TOLD: frozenset[Channel] = frozenset(
    {"depth", "normal", "anchor_id", "surface", "light", "albedo", "memory", "carried"}
)

_FAR_M = 6e4  # as far as half precision counts
_SMALL = {"depth": np.float16, "surface": np.float16, "normal": np.int8}


@dataclass(frozen=True, eq=False)
class Example:
    """A window of `FRAMES` frames, `WINDOW` pixels large: `arrays` by channel, each [t h w ...], as docs/controls.md has them.

    `truth` is the picture; `albedo` is painted with the looks that it shows, `other` with looks drawn anew from the same
    words. `light` and `style` are the words of its setting.
    """

    arrays: Arrays
    light: Light
    style: str


def examples_of(seed: int) -> Iterator[Example]:
    """One example of each shot of a random list; none when the list of that `seed` cannot be filmed."""
    studio, rng = _studio(seed)
    if studio is None:
        return
    known: list[SourceView] = []
    for slate in studio.slates:
        yield studio.example(slate, known, rng)
        known += [studio.source(slate, frame) for frame in studio.spread(slate)]
        known = known[-MOST_SOURCES:]


def recipes_of(seed: int) -> Iterator[Recipe]:
    """One recipe of each shot of a random list that can be drawn elsewhere, read in several ways; memory is of one light."""
    studio, rng = _studio(seed)
    if studio is None:
        return
    known: list[Frame] = []
    for slate in studio.slates:
        readings = [studio.shader(slate, studio.draw + n) for n in range(_READINGS)]
        start = studio.start(slate, rng)
        clip, last = studio.frames(slate, range(start, start + FRAMES)), studio.frames(slate, range(start - 1, start))
        if not unfit(readings[0], [*clip, *last, *known]):
            yield prepare(readings, clip, last, known, size=studio.size, light=slate.light, style=studio.style(slate))
        known = [*known, *studio.frames(slate, studio.spread(slate))][-MOST_SOURCES:]


def _studio(seed: int) -> tuple["_Studio | None", np.random.Generator]:
    rng = np.random.default_rng([seed, 1])
    try:
        rehearsal = rehearse(lists.read(random_list(seed)))
    except ShotListError:
        return None, rng
    if any(fault.severity == "error" for fault in rehearsal.faults):
        return None, rng
    size = _PICTURES[int(rng.integers(len(_PICTURES)))]
    return _Studio(rehearsal, size, 1 + int(rng.integers(1 << 30))), rng


class _Studio:
    """Draws one list's frames, its looks as `draw` has them."""

    def __init__(self, rehearsal: Rehearsal, size: Size, draw: int) -> None:
        self.rehearsal, self.size, self.draw = rehearsal, size, draw

    def example(self, slate: Slate, known: list[SourceView], rng: np.random.Generator) -> Example:
        start = self.start(slate, rng)
        whole, world = self.track(slate, range(start, start + FRAMES))
        camera = _cropped(
            whole, tuple(int(rng.integers(full - part + 1)) for full, part in zip(self.size, WINDOW, strict=True))
        )
        shown, other = self.shader(slate, self.draw), self.shader(slate, self.draw + 1)
        scene = self.scene(slate)
        memory = Memory(scene, known) if known else None
        carried = Memory(scene, [self.source(slate, start - 1)]) if start else None
        controls = SegmentControls(
            scene, camera, world, _TOLD, memory=memory, carried=carried, parts=shown.parts, workers=1
        )
        kept = []
        for index in range(FRAMES):
            frame = controls.frame(index)
            now = Moment(camera[index], world[index], scene.cast(camera[index], WINDOW, world[index]))
            drawn = {name: getattr(frame, name) for name in (*_TOLD, "memory_mask", "carried_mask")}
            drawn["truth"] = shown(now.hits, now.camera, now.state)
            drawn["other"] = other.parts(now.hits, now.camera, now.state)[1]
            kept.append(drawn)
        return Example(
            {name: _stored(name, [k[name] for k in kept]) for name in kept[0]}, slate.light, self.style(slate)
        )

    @property
    def slates(self) -> tuple[Slate, ...]:
        return self.rehearsal.slates

    def start(self, slate: Slate, rng: np.random.Generator) -> int:
        """Where in a shot the window begins; often with it, where nothing is carried."""
        last = int(slate.duration_s * FPS) - FRAMES
        return 0 if rng.random() < _FROM_NOTHING else int(rng.integers(last + 1))

    def frames(self, slate: Slate, numbers: Sequence[int]) -> list[Frame]:
        """Camera and world of frames of a shot; none before its first."""
        numbers = [number for number in numbers if number >= 0]
        if not numbers:
            return []
        camera, world = self.track(slate, numbers)
        return [(camera[n], world[n]) for n in range(len(numbers))]

    def source(self, slate: Slate, frame: int) -> SourceView:
        camera, world = self.track(slate, [frame])
        scene, state = self.scene(slate), world[0]
        moment = Moment(camera[0], state, scene.cast(camera[0], self.size, state))
        image = self.shader(slate, self.draw)(moment.hits, moment.camera, state)
        return SourceView(image, moment, traces(scene, slate.light, moment))

    def spread(self, slate: Slate) -> tuple[int, ...]:
        last = int(slate.duration_s * FPS) - 1
        return 0, last // 2, last

    def track(self, slate: Slate, frames: Sequence[int]) -> tuple[CameraTrack, WorldTrack]:
        times = [frame / FPS for frame in frames]
        return self.rehearsal.at(slate.name, times, self.size)

    def shader(self, slate: Slate, draw: int) -> Shader:
        return Shader(self.scene(slate), slate.light, replace(grade(self.style(slate)), grain=0.0), draw=draw)

    def scene(self, slate: Slate) -> Scene:
        return self.rehearsal.scenes[slate.place]

    def style(self, slate: Slate) -> str:
        return self.rehearsal.shotlist.styles[slate.style].look if slate.style else ""


def _cropped(track: CameraTrack, corner: tuple[int, ...]) -> CameraTrack:
    """The track of a window of its pictures, `WINDOW` pixels large."""
    K = track.K.copy()
    K[:, :2, 2] -= corner
    return CameraTrack(K, track.T_world_camera, WINDOW)


def _stored(name: str, frames: list[np.ndarray]) -> np.ndarray:
    """A channel in as few bytes as it needs."""
    stack = np.stack(frames)
    if name == "normal":
        stack = np.rint(stack * 127)
    if name in _SMALL:
        stack = stack.clip(-_FAR_M, _FAR_M).astype(_SMALL[name])
    return stack
