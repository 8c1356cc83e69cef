"""What a generator is given, and what it makes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np

from composer.timing import SAMPLE_RATE
from composer.typed import Float, UInt8
from composer.types.cameras import CameraTrack
from composer.types.controls import Controls
from composer.types.places import Size
from composer.types.planning import Capabilities, SegmentPlan


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A picture that native frame `frame` of the segment should show; `strength` in [0, 1], 1 exact."""

    frame: int
    image: UInt8[np.ndarray, "h w 3"]
    strength: float = 1.0


@dataclass(frozen=True, eq=False)
class SegmentRequest:
    """All that a generator is given for one segment, on its own grid and at its own size.

    `handover` is what the clip left whose very end is the prefix; empty at a cut. `sound` is what is heard in the prefix, for
    generators that continue it: stereo, sample 0 at its first frame; None where there is none. `read_anew` says that `light`
    and `albedo` draw what words leave open otherwise than they did for earlier clips (`--without draw`).
    """

    plan: SegmentPlan
    prompt: str
    style: str
    seed: int
    controls: Controls
    cameras: CameraTrack
    prefix: UInt8[np.ndarray, "p h w 3"] | None = None
    keyframes: tuple[Keyframe, ...] = ()
    handover: Mapping[str, Any] = field(default_factory=dict)
    sound: "Waveform | None" = None
    read_anew: bool = False


@dataclass(frozen=True, eq=False)
class Waveform:
    """Sound in [-1, 1]: at 48 kHz, but for what a generator makes at a `rate` of its own, in Hz."""

    samples: Float[np.ndarray, "channels n"]
    rate: int = SAMPLE_RATE


@dataclass(frozen=True, eq=False)
class Clip:
    """What a generator made: exactly `plan.length` frames of sRGB codes at the native size, prefix included.

    `handover` are numpy arrays by name that whoever continues this clip is given beside its final frames, such as latents:
    they are stored with it, so that a render that was interrupted goes on as if it had not been.
    """

    frames: UInt8[np.ndarray, "f h w 3"]
    provenance: Mapping[str, Any] = field(default_factory=dict)
    audio: Waveform | None = None
    handover: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Estimate:
    """What a clip will take: memory at its peak, time, and on which device; `said` tells what it rests on."""

    peak_bytes: int
    seconds: float | None  # None: not known before one was made
    device: str
    said: str = ""


@runtime_checkable
class SegmentGenerator(Protocol):
    """A plug-in that makes clips; register it under the entry point group `composer.generators`."""

    capabilities: Capabilities

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """Make one clip; call `on_progress` with the share done, in [0, 1]. Raises `GeneratorError`."""
        ...


@runtime_checkable
class Checking(Protocol):
    """A generator that knows what would stop it: a model that is not there, options that this machine cannot keep."""

    def check(self) -> None:
        """Say so before anything is loaded. Raises `GeneratorError`, `OptionError`."""
        ...


@runtime_checkable
class Estimating(Protocol):
    """A generator that can tell what a clip of `frames` at `size` will take, without loading anything heavy."""

    def estimate(self, size: Size, frames: int) -> Estimate: ...


@runtime_checkable
class Counting(Protocol):
    """A generator that counts the tokens of a prompt as its model does."""

    def count_tokens(self, text: str) -> int: ...
