"""The edits of a plan as the stitcher takes them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from composer.composing.dissolving import Alignment
from composer.media import DeliveryFormat
from composer.stitch import DeliveryClip, Dissolve, Fade
from composer.types import FadePlan, FilmPlan, ShotPlan

if TYPE_CHECKING:
    from composer.composing.rehearsal import Rehearsal


def delivery_form(plan: FilmPlan, preset: str) -> DeliveryFormat:
    """How the clips of a film are encoded, and what overlaps in it."""
    return DeliveryFormat(plan.fps, plan.size, plan.draft, preset)


def delivery_clips(
    rehearsal: "Rehearsal", plan: FilmPlan, paths: Sequence[Path], *, drawn_over: bool = False
) -> list[DeliveryClip]:
    """The deliveries of all shots, with the way into each, and its end.

    Where they are `drawn_over` they dissolve plainly: what is burnt in lies on the picture, and follows no geometry.
    """
    return [
        DeliveryClip(
            path,
            len(shot.frames),
            _dissolve(rehearsal, plan, shot, drawn_over=drawn_over),
            _fade(shot.fade_in),
            _fade(shot.fade_out),
        )
        for path, shot in zip(paths, plan.shots, strict=True)
    ]


def _dissolve(rehearsal: "Rehearsal", plan: FilmPlan, shot: ShotPlan, *, drawn_over: bool) -> Dissolve | None:
    if shot.dissolve is None:
        return None
    blend = None
    if shot.dissolve.aligned and not drawn_over:
        blend = Alignment(rehearsal, plan.shots[shot.index - 1], shot, plan.size)
    return Dissolve(len(shot.dissolve.frames), shot.dissolve.linear, blend)


def _fade(plan: FadePlan | None) -> Fade | None:
    return Fade(len(plan.frames), plan.colour) if plan else None
