"""The words of the house: frozen values that stages hand to one another.

f frames, h and w pixels. World: metres, right-handed, x east, y north, z up. Cameras: OpenCV axes (x right, y down,
z forward), pixel centres at half-integers. Colour: sRGB codes. These values hold ids, never schema objects.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from composer.timing import FrameRange

Size = tuple[int, int]
"""Width, height in pixels."""

Matrix = Float[np.ndarray, "4 4"]
Vector = Float[np.ndarray, "3"]

SKY, GROUND, FIRST_ANCHOR, FIRST_SUBJECT = 0, 1, 2, 1024
"""`anchor_id` of a pixel: nothing, the plane z = 0, anchors in the order of their place, subjects of the film."""
MOST_ANCHORS, MOST_SUBJECTS = FIRST_SUBJECT - FIRST_ANCHOR, 1000

Shape = Literal["box", "cylinder", "sphere", "person"]
Light = Literal["dawn", "morning", "day", "afternoon", "dusk", "night", "overcast", "indoor"]


# --- geometry ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Solid:
    """A locked anchor or a subject at its start: where it is, how big, what it looks like.

    `size_m` are the full extents along its own axes: x to its left hand as it faces the audience's east (width), y depth
    (its front is -y), z up; a sphere has three equal ones, a cylinder its diameter twice and its length along `axis`
    turned into z by `T_world_solid`. The origin is the middle of the extents; of a person too, half way up.
    `anchor` is the name in the shot list; `name` differs from it inside a `repeat` (`containers_2`).
    """

    name: str
    anchor: str
    id: int
    shape: Shape
    size_m: tuple[float, float, float]
    T_world_solid: Matrix
    look: str
    lamp: tuple[float, float, float] | None = None  # linear RGB of its light, largest 1


@dataclass(frozen=True, eq=False)
class Camera:
    """One frame's camera: intrinsics in pixels, pose in metres, OpenCV axes."""

    K: Float[np.ndarray, "3 3"]
    T_world_camera: Matrix


@dataclass(frozen=True, eq=False)
class CameraTrack:
    """A camera over f frames."""

    K: Float[np.ndarray, "f 3 3"]  # px
    T_world_camera: Float[np.ndarray, "f 4 4"]  # m
    size: Size

    def __len__(self) -> int:
        return len(self.K)

    def __getitem__(self, frame: int) -> Camera:
        return Camera(self.K[frame], self.T_world_camera[frame])


@dataclass(frozen=True, eq=False)
class BodyState:
    """A subject at one moment. `gait_rad` is the phase of a walker's step, 2 pi for two steps; 0 for things."""

    T_world_body: Matrix
    linear_m_s: Vector
    angular_rad_s: Vector
    gait_rad: float = 0.0


@dataclass(frozen=True, eq=False)
class WorldState:
    """Every subject of one place at one moment of the story; `frame` is its index in the track it was taken from."""

    frame: int
    bodies: Mapping[str, BodyState]
    time_s: float = 0.0


@dataclass(frozen=True, eq=False)
class BodyTrack:
    """A subject over f frames."""

    T_world_body: Float[np.ndarray, "f 4 4"]
    linear_m_s: Float[np.ndarray, "f 3"]
    angular_rad_s: Float[np.ndarray, "f 3"]
    gait_rad: Float[np.ndarray, " f"]


@dataclass(frozen=True, eq=False)
class WorldTrack:
    """Every subject of one place over f frames at `times_s` of the story; subjects that are elsewhere are absent."""

    bodies: Mapping[str, BodyTrack]
    times_s: Float[np.ndarray, " f"]

    def __len__(self) -> int:
        return len(self.times_s)

    def __getitem__(self, frame: int) -> WorldState:
        return WorldState(
            frame,
            {
                name: BodyState(
                    b.T_world_body[frame], b.linear_m_s[frame], b.angular_rad_s[frame], float(b.gait_rad[frame])
                )
                for name, b in self.bodies.items()
            },
            float(self.times_s[frame]),
        )


@dataclass(frozen=True, eq=False)
class Contact:
    """Two bodies touch: `time_s` of the story, `impulse_n_s` along `normal`."""

    time_s: float
    bodies: tuple[str, str]
    position: Vector
    normal: Vector
    impulse_n_s: float


# --- controls ---------------------------------------------------------------------------------------------------------

Channel = Literal["depth", "normal", "anchor_id", "previz", "memory"]


@dataclass(frozen=True, eq=False)
class ControlFrame:
    """The controls of one frame; a channel that was not asked for is None.

    `depth` is metric z-depth, +inf where nothing is; `normal` points towards the camera's side, in world axes, 0 where
    nothing is; `memory` is what earlier clips showed of these surfaces, valid where `memory_mask`.
    """

    depth: Float[np.ndarray, "h w"] | None = None
    normal: Float[np.ndarray, "h w 3"] | None = None
    anchor_id: Int[np.ndarray, "h w"] | None = None
    previz: UInt8[np.ndarray, "h w 3"] | None = None
    memory: UInt8[np.ndarray, "h w 3"] | None = None
    memory_mask: Bool[np.ndarray, "h w"] | None = None


@dataclass(frozen=True, eq=False)
class ControlMaps:
    """The controls of f frames, stacked; a channel that was not asked for is None. Units as in `ControlFrame`."""

    depth: Float[np.ndarray, "f h w"] | None = None
    normal: Float[np.ndarray, "f h w 3"] | None = None
    anchor_id: Int[np.ndarray, "f h w"] | None = None
    previz: UInt8[np.ndarray, "f h w 3"] | None = None
    memory: UInt8[np.ndarray, "f h w 3"] | None = None
    memory_mask: Bool[np.ndarray, "f h w"] | None = None


@runtime_checkable
class Controls(Protocol):
    """A segment's controls, drawn when asked for, so that a long segment never stands in memory whole."""

    def __len__(self) -> int: ...

    def frame(self, index: int) -> ControlFrame:
        """Controls of native frame `index` of the segment, prefix included."""
        ...

    def frames(self, start: int = 0) -> Iterator[ControlFrame]:
        """Frames from `start` on in order, drawn ahead on threads."""
        ...

    def stack(self) -> ControlMaps:
        """All frames at once, for generators that want whole arrays."""
        ...


# --- planning ---------------------------------------------------------------------------------------------------------

Join = Literal["state", "last_frames", "independent"]


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
    that losing prefix or memory is a loss of continuity. `channels` are the control maps it reads.
    """

    name: str
    version: str
    licence: str
    summary: str = ""
    grid: FrameGrid = FrameGrid()
    size_multiple: int = 2  # px
    fps: Fraction | None = None  # its own rate; None: any
    prefix: int = 0  # final frames it continues from, on its grid; 0: it cannot
    keyframes: int = 0  # most pictures it takes at frames of its choice
    channels: frozenset[Channel] = frozenset()
    prompt: bool = False
    style: bool = False
    audio: bool = False
    seed: bool = False
    deterministic: bool = True
    invents: bool = True


@dataclass(frozen=True)
class SourceFrame:
    """A frame of an earlier segment that the spatial memory reads: `frame` counts in its clip, prefix included."""

    segment: str
    frame: int


@dataclass(frozen=True)
class SegmentPlan:
    """One call of the generator.

    `frames` count on the shot's native grid: native frame k stands at shot start + k / `fps`. The first `prefix` of them
    repeat the end of the segment before. `after` are the segments that must be done first.
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
    after: tuple[str, ...] = ()
    prefix_from: str = ""  # the segment whose final frames are the prefix
    memory: tuple[SourceFrame, ...] = ()
    prompt: str = ""
    losses: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        """Frames that the generator makes, prefix included."""
        return len(self.frames)


@dataclass(frozen=True)
class ShotPlan:
    """A shot on the film's timeline. `frames` are film frames; `handle` more follow them in its clip."""

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

    @property
    def clip_length(self) -> int:
        """Film frames in the shot's clip, handle included."""
        return len(self.frames) + self.handle


@dataclass(frozen=True)
class FilmPlan:
    """The whole film before anything renders: exact frames, segments, joins, losses."""

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
    losses: tuple[str, ...] = ()

    @property
    def segments(self) -> tuple[SegmentPlan, ...]:
        return tuple(segment for shot in self.shots for segment in shot.segments)


# --- generation -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A picture that native frame `frame` of the segment should show; `strength` in [0, 1], 1 exact."""

    frame: int
    image: UInt8[np.ndarray, "h w 3"]
    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class SegmentRequest:
    """All that a generator is given for one segment, on its own grid and at its own size."""

    plan: SegmentPlan
    prompt: str
    style: str
    seed: int
    controls: Controls
    cameras: CameraTrack
    prefix: UInt8[np.ndarray, "p h w 3"] | None = None
    keyframes: tuple[Keyframe, ...] = ()


@dataclass(frozen=True, eq=False)
class Waveform:
    """Sound in [-1, 1] at 48 kHz."""

    samples: Float[np.ndarray, "channels n"]


@dataclass(frozen=True, eq=False)
class Clip:
    """What a generator made: exactly `plan.length` frames of sRGB codes at the native size, prefix included."""

    frames: UInt8[np.ndarray, "f h w 3"]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    audio: Waveform | None = None


@runtime_checkable
class SegmentGenerator(Protocol):
    """A plug-in that makes clips; register it under the entry point group `composer.generators`."""

    capabilities: Capabilities

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """Make one clip; call `on_progress` with the share done, in [0, 1]. Raises `GeneratorError`."""
        ...


# --- measuring and progress -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measurement:
    """A figure about the film: its limit, the floor of its own noise, and the verdict."""

    name: str
    value: float
    unit: str
    limit: float
    floor: float
    verdict: Literal["pass", "fail", "not measurable"]
    where: str


@dataclass(frozen=True)
class Progress:
    """One step of a long job: `done` of `total` units, and an estimate of the seconds left (None: not known yet)."""

    stage: str
    item: str
    done: float
    total: float
    remaining_s: float | None = None

    def __str__(self) -> str:
        left = "" if self.remaining_s is None else f", {self.remaining_s:.0f} s left"
        return f"{self.stage} {self.item} ({self.done:.0f} of {self.total:.0f}{left})"
