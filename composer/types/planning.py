"""The film before anything renders: grids, capabilities, segments, shots."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from composer.timing import FrameRange
from composer.types.controls import Channel
from composer.types.cuts import CameraSetup, CutState
from composer.types.document import MeasureName
from composer.types.edits import DissolvePlan, FadePlan
from composer.types.places import Light, Size

PLATE, AUTO = "plate:", "/auto"
"""`plate:yard/0` is a picture that was there before the film, `plate:yard/auto-day` a segment that is made before the
shots; the name of no other segment holds a colon."""

Join = Literal["state", "last_frames", "independent"]


AtOnce = Literal["one", "threads", "processes"]
"""How many calls of a generator may run side by side: one (it has the machine's one accelerator), many on threads of one
process (it waits for others), or one in each of many processes (it keeps cores busy)."""


@dataclass(frozen=True)
class FrameGrid:
    """Clip lengths a generator makes: `step * k + 1` frames (any length when `step` is 1), up to `longest`."""

    step: int = 1
    longest: int = 97

    def at_least(self, frames: int) -> int:
        """Shortest length on the grid that holds `frames`, were it allowed to be that long."""
        return -(-(frames - 1) // self.step) * self.step + 1

    def holds(self, frames: int) -> bool:
        return 1 <= frames <= self.longest and (frames - 1) % self.step == 0


@dataclass(frozen=True)
class Capabilities:
    """What a generator can be conditioned on; what it cannot becomes a declared loss in the plan.

    `invents`: its pictures show things that the state does not declare (every model does, an exact render does not), so
    that losing prefix or memory is a loss of continuity. `channels` are the control maps it reads, as they are in
    `controls_version` of docs/controls.md; it can do without the `optional` ones, and is then given None. `withheld` is
    what it was told not to read (`composer render --without`): the other fields are what is left.
    """

    name: str
    version: str
    licence: str
    summary: str = ""
    grid: FrameGrid = FrameGrid()
    size_multiple: int = 2  # px
    pixels: int | None = None  # most of a frame; None: any
    size: Size | None = None  # the one that it makes; None: any of its multiple
    fps: Fraction | None = None  # its own rate; None: any
    prefix: int = 0  # final frames it continues from, on its grid; 0: it cannot
    keyframes: int = 0  # most pictures it takes at frames of a clip, beside its prefix
    keyframe_step: int = 1  # they stand at frame 0 and at multiples of it
    sketch: float = 0.0  # strength of a keyframe that shows nothing remembered, only the animatic; 0: none of those
    channels: frozenset[Channel] = frozenset()
    optional: frozenset[Channel] = frozenset()  # of them
    controls_version: int = 1
    prompt: bool = False
    prompt_tokens: int | None = None  # most of a prompt; None: any length
    avoids: bool = False  # can be told what must not appear
    style: bool = False  # read apart from the prompt
    audio: bool = False
    continues_sound: bool = field(default=False, metadata={"joined_later": True})  # is given that of its prefix
    seed: bool = False
    deterministic: bool = True
    invents: bool = True
    retakes: int = field(default=0, metadata={"joined_later": True})  # while a gate fails, unless the list says
    drifts: bool = field(default=False, metadata={"joined_later": True})  # are its clips to be held to their place?
    withheld: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()  # what it was told that changes its pictures
    at_once: AtOnce = "one"  # how many of its calls may run side by side
    cores: int = 1  # processor cores that a call keeps busy

    @property
    def draw(self) -> bool:
        """Is it shown looks as pictures, in which what words leave open is drawn once for a film?"""
        return bool({"light", "albedo"} & self.channels) and "draw" not in self.withheld

    @property
    def remembers(self) -> bool:
        """Does it take what earlier clips showed, as a channel or as keyframes?"""
        return "memory" in self.channels or self.keyframes > 0


@dataclass(frozen=True)
class KeyframePlan:
    """A picture that native frame `frame` of a clip, prefix included, is to show with a strength in [0, 1], 1 exact.

    It shows what is remembered, a share `coverage` of what is not sky (estimated), and the animatic elsewhere.
    """

    frame: int
    coverage: float
    strength: float


@dataclass(frozen=True)
class FootagePlan:
    """A stretch of a video file (in the folder of the list) that is shown instead of a generated clip.

    `start_s` is the file's time as the shot begins, counted from its first picture.
    """

    file: str
    start_s: Fraction


FOOTAGE = Capabilities(
    name="footage",
    version="1",
    licence="the file's own",
    summary="a stretch of a video file, with its sound",
    grid=FrameGrid(step=1, longest=1 << 30),
    audio=True,
    invents=False,
)
"""What makes the shots that are footage, whatever generator makes the others."""


@dataclass(frozen=True)
class SourceFrame:
    """A frame of an earlier segment that the spatial memory reads: `frame` counts in its clip, prefix included.

    A plate of the place that was there before the film stands as `plate:yard/0`, frame 0.
    """

    segment: str
    frame: int

    @property
    def is_plate(self) -> bool:
        return self.segment.startswith(PLATE) and AUTO not in self.segment


@dataclass(frozen=True)
class TakesPlan:
    """`rendered` takes of a segment, of which the one that meets what came before best is kept, and up to `retakes` more
    while that one fails a gate. The first has the segment's own seed; `seeds` are those of the others. Where one was
    `picked`, it is kept whatever its score, and no more are rendered for a gate.
    """

    rendered: int = 1
    retakes: int = 0
    seeds: tuple[int, ...] = ()
    picked: int | None = field(default=None, metadata={"joined_later": True})  # from 0

    @property
    def least(self) -> int:
        """As many as there are, whatever gates say."""
        return max(self.rendered, 1 + (self.picked or 0))

    @property
    def most(self) -> int:
        """As many as there may be."""
        return self.rendered + self.retakes


@dataclass(frozen=True)
class SegmentPlan:
    """One call of the generator.

    `frames` count on the shot's native grid: native frame k stands at shot start + k / `fps`. The first `prefix` of them
    repeat the end of the segment before. `after` are the segments that must be done first. A plate that is made for the
    shots of a place is a segment of no shot: a camera that rests, nobody there.
    """

    id: str  # `front/0`
    shot: str
    index: int  # in its shot
    place: str
    style: str
    light: Light
    frames: FrameRange
    fps: Fraction
    size: Size
    prefix: int
    join: Join
    seed: int
    take: int = 0
    takes: TakesPlan | None = None  # None: one, whatever it is like
    locked: str = ""  # the key of its clip, where that stays whatever changes
    unlike: bool = False  # it is locked and shows what is no longer declared, so that nothing is known of its pixels
    after: tuple[str, ...] = ()
    prefix_from: str = ""  # the segment whose final frames are the prefix
    memory: tuple[SourceFrame, ...] = ()
    memory_coverage: float | None = None  # share of what it will see that those show, estimated; None: it reads none
    keyframes: tuple[KeyframePlan, ...] = ()
    footage: FootagePlan | None = None
    prompt: str = ""
    prompt_tokens: int | None = None  # of the prompt, where it was compiled
    avoid: str = ""  # what must not appear
    left_out: tuple[str, ...] = ()  # phrases for which the prompt had no room
    losses: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Frames that the generator makes, prefix included."""
        return len(self.frames)

    @property
    def is_plate(self) -> bool:
        """Made for the memory of shots, and of none of them."""
        return not self.shot

    @property
    def partition(self) -> tuple[str, str, Light]:
        """Place, style and light, which share a memory."""
        return self.place, self.style, self.light


@dataclass(frozen=True)
class ShotPlan:
    """A shot on the film's timeline. `frames` are film frames; `handle` more follow them in its clip.

    `dissolve` and `fade_in` are the way in, `fade_out` the end of its picture; at most one of the first two is there.
    """

    shot: str
    index: int
    place: str
    style: str
    light: Light
    join: Join
    edit: str
    frames: FrameRange
    handle: int
    segments: tuple[SegmentPlan, ...]
    dissolve: DissolvePlan | None = None
    fade_in: FadePlan | None = None
    fade_out: FadePlan | None = None

    @property
    def footage(self) -> FootagePlan | None:
        """What it shows of a video file; None when a generator makes it."""
        return self.segments[0].footage if self.segments else None

    @property
    def clip_length(self) -> int:
        """Film frames in the shot's clip, handle included."""
        return len(self.frames) + self.handle

    @property
    def lead(self) -> int:
        """Film frames that its way in takes."""
        way_in = self.dissolve or self.fade_in
        return len(way_in.frames) if way_in else 0

    @property
    def starts(self) -> frozenset[int]:
        """Frames of its clip between which packets are copied: where an overlap begins or ends, and its handle."""
        shown = len(self.frames)
        return frozenset({0, self.lead, shown - (len(self.fade_out.frames) if self.fade_out else 0), shown})


@dataclass(frozen=True)
class FilmPlan:
    """The whole film before anything renders: exact frames, segments, joins, losses.

    `states` tell how each shot leaves the world, `cameras` how each camera was solved.
    """

    title: str
    generator: str
    generator_version: str
    fps: Fraction
    size: Size
    native_size: Size
    frames: int
    seed: int
    draft: bool
    shots: tuple[ShotPlan, ...]
    plates: tuple[SegmentPlan, ...] = ()  # made before all shots
    without: tuple[str, ...] = ()  # what the generator was told not to read
    prompt_limit: int | None = None  # most tokens that its prompts may have; None: any
    losses: tuple[str, ...] = ()
    gates: Mapping[MeasureName, float] = field(default_factory=dict)  # limits that takes are held to
    states: tuple[CutState, ...] = ()
    cameras: tuple[CameraSetup, ...] = ()

    @property
    def segments(self) -> tuple[SegmentPlan, ...]:
        """In the order in which they are made."""
        return (*self.plates, *(segment for shot in self.shots for segment in shot.segments))

    def with_segments(self, change: Callable[[SegmentPlan], SegmentPlan]) -> "FilmPlan":
        """The plan with every segment as `change` has it, plates included."""
        shots = tuple(replace(shot, segments=tuple(map(change, shot.segments))) for shot in self.shots)
        return replace(self, shots=shots, plates=tuple(map(change, self.plates)))
