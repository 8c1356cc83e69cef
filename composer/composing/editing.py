"""The edits of a plan as the stitcher takes them."""

from pathlib import Path

from composer.media import DeliveryFormat
from composer.stitch import DeliveryClip, Dissolve, Fade
from composer.types import FadePlan, FilmPlan, ShotPlan


def delivery_form(plan: FilmPlan) -> DeliveryFormat:
    """How the clips of a film are encoded, and what overlaps in it."""
    return DeliveryFormat(plan.fps, plan.size, plan.draft)


def delivery_clip(path: Path, shot: ShotPlan) -> DeliveryClip:
    """The delivery of a shot with the way into it, and its end."""
    dissolve = Dissolve(len(shot.dissolve.frames), shot.dissolve.linear) if shot.dissolve else None
    return DeliveryClip(path, len(shot.frames), dissolve, _fade(shot.fade_in), _fade(shot.fade_out))


def _fade(plan: FadePlan | None) -> Fade | None:
    return Fade(len(plan.frames), plan.colour) if plan else None
