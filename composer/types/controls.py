"""What a generator is conditioned on, frame by frame."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

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
