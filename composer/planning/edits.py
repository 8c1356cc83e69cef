"""Dissolves and fades on the film's frames, and the handles that dissolves need."""

from composer.schema import Slate
from composer.timing import FrameRange
from composer.types import DissolvePlan, FadePlan


def handle_before(following: Slate | None, least: int) -> int:
    """Film frames that a shot runs on for: `least`, or as many as the dissolve into the `following` one shows of it."""
    return max(least, _lasts(following, "dissolve")) if following else least


def dissolve_plan(slate: Slate) -> DissolvePlan | None:
    """The dissolve into a shot; whether it can follow what both shots show is found once their cameras are known."""
    frames, edit = _lasts(slate, "dissolve"), slate.shot.edit
    return DissolvePlan(_first(slate, frames), edit.blend == "aligned", edit.linear) if frames else None


def fade_in_plan(slate: Slate) -> FadePlan | None:
    """The fade with which a shot comes up."""
    frames = _lasts(slate, "fade")
    return FadePlan(_first(slate, frames), slate.shot.edit.colour) if frames else None


def fade_out_plan(slate: Slate) -> FadePlan | None:
    """The fade with which a shot goes down at its end."""
    out = slate.shot.out
    frames = out.frames(slate.fps) if out else 0
    return FadePlan(FrameRange(slate.frames.stop - frames, slate.frames.stop), out.colour) if out and frames else None


def _lasts(slate: Slate, kind: str) -> int:
    return slate.shot.edit.frames(slate.fps) if slate.shot.edit.kind == kind else 0


def _first(slate: Slate, frames: int) -> FrameRange:
    return FrameRange(slate.frames.start, slate.frames.start + frames)
