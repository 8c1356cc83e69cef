"""Chains of clips: what becomes of a place when each clip knows of the others only what it is given.

A chain is four clips of one list: the first shot, what follows in it, a cut to the second shot, and the third shot, which
comes back to where the first began. Geometry, light and truth are the same for all arms; each paints from its own clips.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from math import nan

import cv2
import numpy as np
from jaxtyping import Bool, Int, UInt8

from composer import metrics
from composer import shotlist as lists
from composer.composing import Rehearsal, rehearse
from composer.controls import Memory, Moment, SegmentControls, SourceView, choose, survey, traces
from composer.controls.sources import View
from composer.looks import grade
from composer.metrics.lightness import lab_change
from composer.metrics.views import brought
from composer.scene import Scene
from composer.schema import Slate
from composer.shade import Shader
from composer.timing import FrameRange
from composer.training import judging
from composer.types import (
    FIRST_SUBJECT,
    GROUND,
    SKY,
    CameraTrack,
    Channel,
    ControlFrame,
    SegmentPlan,
    SegmentRequest,
    Size,
    SourceFrame,
    WorldTrack,
)

FPS = Fraction(12)
FRAMES = 8
CLIPS: tuple[tuple[int, int], ...] = ((0, 0), (0, FRAMES), (1, 0), (2, 0))
"""The clips of a chain: which shot, and from which of its frames on."""

_DRAWN: frozenset[Channel] = frozenset({"depth", "normal", "anchor_id", "surface"})
_TELEA_PX = 3

Frames = UInt8[np.ndarray, "f h w 3"]
Recalled = tuple[Frames, Bool[np.ndarray, "f h w"]]
Paint = Callable[[Sequence[ControlFrame], SegmentRequest, bool], Frames]
"""Controls to a clip, as `Sampler.paint`; the last says whether words are read otherwise than what was seen shows."""


@dataclass(frozen=True)
class Arm:
    """What a chain's clips are given of those before, and how they are painted.

    `pinned`: what words leave open is drawn once for the chain, as a film does; else anew for each clip, so that only
    state can carry it.
    """

    name: str
    memory: bool = False
    carried: bool = False
    pinned: bool = False
    by: str = "network"


ARMS = (
    Arm("none"),
    Arm("final frames", carried=True),
    Arm("memory", memory=True),
    Arm("both", memory=True, carried=True),
    Arm("memory, Telea, no network", memory=True, by="telea"),
    Arm("memory, sketch, no network", memory=True, by="sketch"),
    Arm("none, words pinned", pinned=True),
    Arm("both, words pinned", memory=True, carried=True, pinned=True),
)


@dataclass(frozen=True, eq=False)
class Staged:
    """A clip before it is painted: its cameras and world, what its pixels see, and the geometry's controls."""

    cameras: CameraTrack
    world: WorldTrack
    moments: tuple[Moment, ...]
    controls: tuple[ControlFrame, ...]
    views: tuple[View, ...]

    @cached_property
    def ids(self) -> Int[np.ndarray, "f h w"]:
        return np.stack([moment.hits.anchor_id for moment in self.moments])


class Stage:
    """One list, laid out and filmed at `size`. Raises `ShotListError` when it cannot be."""

    def __init__(self, text: str, size: Size) -> None:
        self.rehearsal: Rehearsal = rehearse(lists.read(text))
        self.rehearsal.raise_errors()
        self.size = size
        slate = self.slate(0)
        self.light = slate.light
        self.style = self.rehearsal.shotlist.styles[slate.style].look if slate.style else ""
        self.scene: Scene = self.rehearsal.scenes[slate.place]
        self.clips = tuple(self._staged(*clip) for clip in CLIPS)
        self._lit: dict[tuple[int, int], tuple[Frames, Frames]] = {}
        self._true: dict[tuple[int, int], Frames] = {}

    def slate(self, shot: int) -> Slate:
        return self.rehearsal.slates[shot]

    def _staged(self, shot: int, start: int) -> Staged:
        times = [frame / FPS for frame in range(start, start + FRAMES)]
        cameras, world = self.rehearsal.at(self.slate(shot).name, times, self.size)
        controls = SegmentControls(self.scene, cameras, world, _DRAWN, workers=1)
        moments = tuple(
            Moment(cameras[k], world[k], self.scene.cast(cameras[k], self.size, world[k])) for k in range(FRAMES)
        )
        drawn = tuple(controls.frame(k) for k in range(FRAMES))
        return Staged(cameras, world, moments, drawn, survey(self.scene, cameras, world, every=FRAMES // 2))

    def truth(self, clip: int, draw: int) -> Frames:
        """The clip as the previz shows it, of no grain, with what words leave open as `draw` has it."""
        if (clip, draw) not in self._true:
            shader = self._shader(draw)
            seen = self.clips[clip].moments
            self._true[clip, draw] = np.stack([shader(m.hits, m.camera, m.state) for m in seen])
        return self._true[clip, draw]

    def lit(self, clip: int, draw: int) -> tuple[Frames, Frames]:
        """The light and the albedo of a clip, with what words leave open as `draw` has it."""
        if (clip, draw) not in self._lit:
            shader = self._shader(draw)
            parts = [shader.parts(m.hits, m.camera, m.state) for m in self.clips[clip].moments]
            self._lit[clip, draw] = np.stack([light for light, _ in parts]), np.stack([albedo for _, albedo in parts])
        return self._lit[clip, draw]

    def _shader(self, draw: int) -> Shader:
        return Shader(self.scene, self.light, replace(grade(self.style), grain=0.0), draw=draw)

    def sources(self, clip: int) -> tuple[SourceFrame, ...]:
        """The earlier frames that a clip remembers: chosen as the plan of a film chooses them."""
        before = {str(k): self.clips[k].views for k in range(clip)}
        return choose(self.clips[clip].views, before).sources

    def recall(self, clip: int, sources: Sequence[SourceFrame], made: Sequence[Frames]) -> Recalled:
        """What frames of the clips `made` show of what a clip sees, and where."""
        views = [self._source(int(source.segment), source.frame, made) for source in sources]
        if not views:
            f, h, w = self.clips[clip].ids.shape
            return np.zeros((f, h, w, 3), np.uint8), np.zeros((f, h, w), np.bool_)
        memory = Memory(self.scene, views)
        shown = [memory.recall(moment) for moment in self.clips[clip].moments]
        return np.stack([image for image, _ in shown]), np.stack([mask for _, mask in shown])

    def _source(self, clip: int, frame: int, made: Sequence[Frames]) -> SourceView:
        moment = self.clips[clip].moments[frame]
        return SourceView(made[clip][frame], moment, traces(self.scene, self.light, moment))

    def remembered(self, clip: int, made: Sequence[Frames]) -> Recalled:
        """The memory of a clip."""
        return self.recall(clip, self.sources(clip), made)

    def carried(self, clip: int, made: Sequence[Frames]) -> Recalled:
        """What the last frame of the clip before shows."""
        return self.recall(clip, [SourceFrame(str(clip - 1), FRAMES - 1)] if clip else [], made)

    def told(
        self, clip: int, draw: int, memory: Recalled | None = None, carried: Recalled | None = None
    ) -> list[ControlFrame]:
        """The controls of a clip: its words read as `draw` has them, and what it is shown of others."""
        light, albedo = self.lit(clip, draw)
        told = []
        for k, frame in enumerate(self.clips[clip].controls):
            shown = {"light": light[k], "albedo": albedo[k]}
            for name, recalled in (("memory", memory), ("carried", carried)):
                if recalled is not None:
                    shown |= {name: recalled[0][k], f"{name}_mask": recalled[1][k]}
            told.append(replace(frame, **shown))
        return told

    def request(self, clip: int, seed: int) -> SegmentRequest:
        """A clip's request, as far as it is painted from: its controls are given apart."""
        shot, start = CLIPS[clip]
        slate, staged = self.slate(shot), self.clips[clip]
        plan = SegmentPlan(
            id=f"{slate.name}/{start}",
            shot=slate.name,
            index=0,
            place=slate.place,
            style=slate.style or "",
            light=self.light,
            frames=FrameRange(start, start + FRAMES),
            fps=FPS,
            size=self.size,
            prefix=0,
            join="state",
            seed=seed,
        )
        controls = SegmentControls(self.scene, staged.cameras, staged.world, _DRAWN, workers=1)
        return SegmentRequest(plan, "", self.style, seed, controls, staged.cameras)


def chained(stage: Stage, arm: Arm, paint: Paint, seed: int, first: Frames) -> list[Frames]:
    """The clips of a chain that begins with `first`, which nothing was known of. `seed` is the film's."""
    made = [first]
    for clip in range(1, len(CLIPS)):
        memory = stage.remembered(clip, made) if arm.memory else None
        carried = stage.carried(clip, made) if arm.carried else None
        draw = drawn(seed, 0 if arm.pinned else clip)
        told = stage.told(clip, draw, memory, carried)
        if arm.by == "telea":
            assert memory is not None
            made.append(inpainted(told))
        elif arm.by == "sketch":
            made.append(sketched_over(stage, told, read_anew=not arm.pinned))
        else:
            made.append(paint(told, stage.request(clip, seed + clip), not arm.pinned))
    return made


def drawn(seed: int, clip: int) -> int:
    """The draw of what words leave open: another for each clip."""
    return 1 + 7919 * seed + clip


def inpainted(told: Sequence[ControlFrame]) -> Frames:
    """Memory, and what it does not show inpainted from it (Telea, 2004): no network. The sky is what light says it is."""
    frames = []
    for frame in told:
        assert frame.memory is not None
        assert frame.memory_mask is not None
        assert frame.anchor_id is not None
        assert frame.light is not None
        picture = cv2.inpaint(frame.memory, (~frame.memory_mask).view(np.uint8), _TELEA_PX, cv2.INPAINT_TELEA)
        sky = (frame.anchor_id == SKY)[..., None]
        frames.append(np.where(sky, frame.light, picture).astype(np.uint8))
    return np.stack(frames)


def sketched_over(stage: Stage, told: Sequence[ControlFrame], *, read_anew: bool) -> Frames:
    """Memory, and what it does not show as the sketch has it, in the tones that memory shows: no network."""
    import torch  # noqa: PLC0415 - it takes seconds to load

    from composer.generators.embedded.sampling import gathered, setting_for  # noqa: PLC0415 - as above
    from composer.generators.embedded.sketch import THINGS  # noqa: PLC0415 - as above
    from composer.generators.embedded.state import known  # noqa: PLC0415 - as above

    h, w = told[0].light.shape[:2]  # type: ignore[union-attr] # told of every clip
    maps = gathered(told, torch.device("cpu"))
    setting, codes = setting_for(maps, stage.light, stage.style), torch.zeros((1, THINGS, 3))
    state = known(maps, (1, len(told), h, w), [setting], codes, read_anew=read_anew)
    mask = state.memory[:, :, 3:]
    shown = state.memory[:, :, :3] * mask + state.sketch * (1 - mask)
    codes = ((shown[0] + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.asarray(codes.permute(0, 2, 3, 1))


def flicker(stage: Stage, clip: int, made: Frames) -> float:
    """Mean dE76 of what stands still from each frame to the next, camera motion taken out (metrics' own views)."""
    staged = stage.clips[clip]
    views = [metrics.View(made[k], m.hits.depth, m.hits.anchor_id, m.camera) for k, m in enumerate(staged.moments)]
    steps = []
    for before, after in pairwise(views):
        both = brought(before, after)
        if both.inner.any():
            steps.append(float(np.linalg.norm(lab_change(both), axis=-1)[both.inner].mean()))
    return float(np.mean(steps)) if steps else nan


def revisit(stage: Stage, made: Sequence[Frames]) -> float:
    """Mean dE76 of what stands still between the last clip and what the first shows of it; NaN where it shows nothing."""
    last = len(CLIPS) - 1
    seen = [SourceFrame("0", frame) for frame in (0, FRAMES // 2, FRAMES - 1)]
    image, mask = stage.recall(last, seen, made)
    ids = stage.clips[last].ids
    still = mask & (ids >= GROUND) & (ids < FIRST_SUBJECT)
    return judging.apart(image, made[last], still)
