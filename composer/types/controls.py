"""What a generator is conditioned on, frame by frame: the contract that docs/controls.md states, frozen by its version."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from composer.typed import Bool, Float, Float32, Int, Int16, UInt8

CONTROLS_VERSION = 1
"""Of the channels: their names, shapes, units and conventions. It rises when any of them changes its meaning; new ones
may join."""

Channel = Literal[
    "depth",
    "normal",
    "anchor_id",
    "surface",
    "flow",
    "pose",
    "skeleton",
    "looks",
    "previz",
    "light",
    "albedo",
    "memory",
    "carried",
]

GEOMETRY: frozenset[Channel] = frozenset({"depth", "normal", "anchor_id", "surface", "flow"})
"""Whoever reads any of these makes frames that show the declared geometry, and may be held to it."""

JOINTS = (
    "nose",
    *(f"{side}_{part}" for part in ("eye", "ear") for side in ("left", "right")),
    *(f"{side}_{part}" for part in ("shoulder", "elbow", "wrist") for side in ("left", "right")),
    *(f"{side}_{part}" for part in ("hip", "knee", "ankle") for side in ("left", "right")),
)
"""Of every person, in the order of COCO; left and right are the person's own."""

OUT_OF_PICTURE, HIDDEN, VISIBLE = 0, 1, 2
"""`Pose.seen`, as COCO counts it."""


@dataclass(frozen=True, eq=False)
class Pose:
    """The joints (`JOINTS`) of the p persons of a place, at one frame or over f; who is not there is 0 throughout.

    `pixels` are image coordinates, meaningless where `depth` <= 0 (behind the camera).
    """

    names: tuple[str, ...]
    anchor_id: Int16[np.ndarray, " p"]
    pixels: Float32[np.ndarray, "*f p 17 2"]
    depth: Float32[np.ndarray, "*f p 17"]  # m, z-depth
    seen: UInt8[np.ndarray, "*f p 17"]  # OUT_OF_PICTURE, HIDDEN (by others or by itself), VISIBLE
    world: Float32[np.ndarray, "*f p 17 3"]  # m


@dataclass(frozen=True)
class AnchorLook:
    """What an id looks like: its words, and the mean colour they are read as (linear RGB reflectance)."""

    text: str
    albedo: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class ControlFrame:
    """The controls of one frame; a channel that was not asked for is None.

    `depth` is metric z-depth, +inf where nothing is; `normal` points towards the camera's side, in world axes, 0 where
    nothing is. `surface` are coordinates (m) that stick to what is seen: in the frame of its geom, world ones on the
    ground, 0 where nothing is. `flow` leads (px) to where each pixel's spot is one native frame later, `flow_mask` is
    where it is seen there. `looks` say what every id that is here looks like; `light` is the picture of grey surfaces in
    their light, `albedo` the colour of each (sRGB codes of its reflectance). `memory` is what earlier clips showed of these
    surfaces, valid where `memory_mask`; `memory_coverage` is the valid share of all that is not sky. `carried` is what the
    frames of the prefix show of them, valid where `carried_mask`.
    """

    depth: Float[np.ndarray, "h w"] | None = None
    normal: Float[np.ndarray, "h w 3"] | None = None
    anchor_id: Int[np.ndarray, "h w"] | None = None
    surface: Float[np.ndarray, "h w 3"] | None = None
    flow: Float[np.ndarray, "h w 2"] | None = None
    flow_mask: Bool[np.ndarray, "h w"] | None = None
    pose: Pose | None = None
    skeleton: UInt8[np.ndarray, "h w 3"] | None = None
    looks: Mapping[int, AnchorLook] | None = None
    previz: UInt8[np.ndarray, "h w 3"] | None = None
    light: UInt8[np.ndarray, "h w 3"] | None = None
    albedo: UInt8[np.ndarray, "h w 3"] | None = None
    memory: UInt8[np.ndarray, "h w 3"] | None = None
    memory_mask: Bool[np.ndarray, "h w"] | None = None
    memory_coverage: float | None = None
    carried: UInt8[np.ndarray, "h w 3"] | None = None
    carried_mask: Bool[np.ndarray, "h w"] | None = None


@dataclass(frozen=True, eq=False)
class ControlMaps:
    """The controls of f frames, stacked; a channel that was not asked for is None. Units as in `ControlFrame`."""

    depth: Float[np.ndarray, "f h w"] | None = None
    normal: Float[np.ndarray, "f h w 3"] | None = None
    anchor_id: Int[np.ndarray, "f h w"] | None = None
    surface: Float[np.ndarray, "f h w 3"] | None = None
    flow: Float[np.ndarray, "f h w 2"] | None = None
    flow_mask: Bool[np.ndarray, "f h w"] | None = None
    pose: Pose | None = None
    skeleton: UInt8[np.ndarray, "f h w 3"] | None = None
    looks: tuple[Mapping[int, AnchorLook], ...] | None = None
    previz: UInt8[np.ndarray, "f h w 3"] | None = None
    light: UInt8[np.ndarray, "f h w 3"] | None = None
    albedo: UInt8[np.ndarray, "f h w 3"] | None = None
    memory: UInt8[np.ndarray, "f h w 3"] | None = None
    memory_mask: Bool[np.ndarray, "f h w"] | None = None
    memory_coverage: Float[np.ndarray, " f"] | None = None
    carried: UInt8[np.ndarray, "f h w 3"] | None = None
    carried_mask: Bool[np.ndarray, "f h w"] | None = None


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
