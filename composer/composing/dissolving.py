"""Dissolves that follow the geometry: which can, by how much of one place both shots show, and how they look."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import UInt8

from composer.conform import camera_between, morphed
from composer.controls import Moment
from composer.controls.flow import flow
from composer.scene import Scene
from composer.shotlist.checking_edits import may_align
from composer.types import Camera, FilmPlan, ShotPlan, Size, WorldState

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal

_ENOUGH = 0.5
"""Share of what the camera half way sees, that both shots must show: where they show less, most of it would be made up
of one of them alone, and jumps in when the dissolve begins."""

_MOST_TURN_DEG = 75.0  # a camera that turns by more within a dissolve is seen to whirl

_THUMBNAIL = 96  # px, the width at which that is asked


def with_alignment(rehearsal: "Rehearsal", plan: FilmPlan) -> FilmPlan:
    """`plan` with dissolves that follow the geometry where both shots show enough of it, or where they are told to."""
    shots = list(plan.shots)
    for before, shot in zip(plan.shots, plan.shots[1:], strict=False):
        slate, asked = rehearsal.slate(shot.shot), rehearsal.slate(shot.shot).shot.edit.blend
        alike = (before.style, before.light) == (shot.style, shot.light)  # else it would be seen where one ends
        if shot.dissolve and _asks(asked, alike=alike) and may_align(slate, rehearsal.slate(before.shot)):
            half = len(shot.dissolve.frames) // 2
            crossing, size = _Crossing(rehearsal, before, shot), _thumbnail(plan.size)
            share = round(crossing.shared(half, size), 2)
            aligned = asked == "aligned" or (share >= _ENOUGH and crossing.turn_deg(half, size) <= _MOST_TURN_DEG)
            shots[shot.index] = replace(shot, dissolve=replace(shot.dissolve, aligned=aligned, shared=share))
    return replace(plan, shots=tuple(shots))


def _asks(asked: str, *, alike: bool) -> bool:
    return asked == "aligned" or (asked == "auto" and alike)


def _thumbnail(size: Size) -> Size:
    return _THUMBNAIL, max(2, round(_THUMBNAIL * size[1] / size[0]))


@dataclass(frozen=True, eq=False)
class _Crossing:
    """A dissolve between two shots of one place: at its frame n both cameras are at one moment of the story."""

    rehearsal: "Rehearsal"
    before: ShotPlan
    after: ShotPlan

    @property
    def scene(self) -> Scene:
        return self.rehearsal.scenes[self.after.place]

    def moment(self, frame: int, size: Size) -> tuple[tuple[Camera, Camera], WorldState]:
        """Both cameras, for pictures of `size`, and the world."""
        fps = self.rehearsal.shotlist.fps
        leaving, _ = self.rehearsal.at(self.before.shot, [(len(self.before.frames) + frame) / fps], size)
        coming, world = self.rehearsal.at(self.after.shot, [frame / fps], size)
        return (leaving[0], coming[0]), world[0]

    def turn_deg(self, frame: int, size: Size) -> float:
        """By how much the camera turns from the one shot to the other."""
        (leaving, coming), _ = self.moment(frame, size)
        R = leaving.T_world_camera[:3, :3].T @ coming.T_world_camera[:3, :3]
        return float(np.degrees(np.arccos(np.clip((np.trace(R) - 1) / 2, -1, 1))))

    def shared(self, frame: int, size: Size) -> float:
        """What both shots show of what the camera half way sees, the sky left out."""
        cameras, state = self.moment(frame, size)
        middle, *ends = (
            Moment(camera, state, self.scene.cast(camera, size, state))
            for camera in (camera_between(*cameras, 0.5), *cameras)
        )
        solid = middle.hits.geom >= 0
        seen = [flow(self.scene, middle, end)[1] for end in ends]
        return float((seen[0] & seen[1] & solid).sum() / max(solid.sum(), 1))


@dataclass(frozen=True, eq=False)
class Alignment:
    """The blend of an aligned dissolve, for the stitcher: pictures of `size`, of the shots `before` and `after`."""

    rehearsal: "Rehearsal"
    before: ShotPlan
    after: ShotPlan
    size: Size

    def __call__(
        self, frame: int, leaving: UInt8[np.ndarray, "h w 3"], coming: UInt8[np.ndarray, "h w 3"]
    ) -> UInt8[np.ndarray, "h w 3"]:
        """Frame `frame` of the dissolve."""
        assert self.after.dissolve is not None
        share = (frame + 1) / (len(self.after.dissolve.frames) + 1)
        crossing = _Crossing(self.rehearsal, self.before, self.after)
        cameras, state = crossing.moment(frame, self.size)
        return morphed(crossing.scene, cameras, state, (leaving, coming), share)
