"""Edits: what a shot, and the one before it, have room for."""

from collections.abc import Iterator
from dataclasses import dataclass

from composer.errors import Path, Problem
from composer.schema import Slate
from composer.schema.edits import Edit
from composer.schema.quantities import plain


def check_edits(path: Path, slate: Slate, before: Slate | None) -> Iterator[Problem]:
    """What is wrong with the way into a shot, and with its end. `path` is the shot's."""
    edit, out = slate.shot.edit, slate.shot.out
    at, end = (*path, "edit"), (*path, "out")
    if edit.kind in ("dissolve", "match cut") and before is None:
        hint = "expected `cut`, or `fade 1s`, which comes up from black"
        said = (
            f"nothing comes before the first shot that it could {'match' if edit.kind == 'match cut' else 'dissolve'}"
        )
        yield Problem(at, "first-shot", said + ("" if edit.kind == "match cut" else " from"), (hint,))
        return
    room = _Room(slate, before)
    for where, one in ((at, edit), (end, out)):
        if one and one.time and not one.frames(slate.fps) and len(slate.frames):
            least = f"1 frame at {float(slate.fps):g} frames a second is {float(1 / slate.fps):.3f} s"
            said = f"a {one.kind} of {_seconds(one, slate)} is shorter than a frame"
            yield Problem(where, "no-frames", said, (f"{least}. Did you mean `{one.kind} 1f`?",), one.duration)
            return
    long = list(room.too_long(at, end))
    yield from long
    if edit.kind == "dissolve" and before is not None:
        yield from _dissolve(at, slate, before)
    if not long and out and edit.frames(slate.fps) + out.frames(slate.fps) > len(slate.frames):
        yield room.too_much(end, edit, out)


@dataclass(frozen=True)
class _Room:
    """The frames that a shot and the one before it have."""

    slate: Slate
    before: Slate | None

    def too_long(self, at: Path, end: Path) -> Iterator[Problem]:
        """Edits that last longer than what they show."""
        slate, before = self.slate, self.before
        edit, out = slate.shot.edit, slate.shot.out
        whole = len(slate.frames)
        if edit.kind == "dissolve" and before is not None:
            most = min((before, slate), key=lambda one: len(one.frames))
            if edit.frames(slate.fps) > len(most.frames) > 0:
                said = f"a dissolve of {_seconds(edit, slate)} from {_named(before)} into {_named(slate)}"
                hint = f"it may last as long as the shorter of the two. Did you mean `{_lasting(edit, most)}`?"
                yield Problem(at, "dissolve-too-long", said, (hint,), edit.duration)
        elif edit.kind == "fade" and edit.frames(slate.fps) > whole > 0:
            hint = f"it may last as long as the shot. Did you mean `{_lasting(edit, slate)}`?"
            said = f"a fade of {_seconds(edit, slate)} into {_named(slate)}"
            yield Problem(at, "fade-too-long", said, (hint,), edit.duration)
        if out and out.frames(slate.fps) > whole > 0:
            hint = f"it may last as long as the shot. Did you mean `{_lasting(out, slate)}`?"
            said = f"a fade of {_seconds(out, slate)} at the end of {_named(slate)}"
            yield Problem(end, "fade-too-long", said, (hint,), out.duration)

    def too_much(self, end: Path, edit: Edit, out: Edit) -> Problem:
        """The way in and the end together last longer than the shot."""
        left = len(self.slate.frames) - edit.frames(self.slate.fps)
        does = "dissolves in" if edit.kind == "dissolve" else "fades in"
        said = f"{_named(self.slate)} {does} over {_seconds(edit, self.slate)} and fades out over {_seconds(out, self.slate)}"
        good = f" Did you mean `{_worded(out, left)}`?" if left else ""
        return Problem(end, "edits-overlap", said, (f"one begins where the other has ended.{good}",), out.duration)


def _dissolve(at: Path, slate: Slate, before: Slate) -> Iterator[Problem]:
    edit = slate.shot.edit
    if before.shot.out is not None:
        said = f"`{before.name}` has gone down to {before.shot.out.colour} when the dissolve from it begins"
        yield Problem(at, "edits-overlap", said, (f"drop its `out`, or come up: `fade {edit.duration}`",))
    if edit.blend == "aligned":
        apart = _apart(slate, before)
        if apart:
            said = f"an aligned dissolve follows what both shots show of one place at one time: {apart}"
            yield Problem(at, "not-aligned", said, (f"Did you mean `dissolve {edit.duration}`?",), "aligned")


def _apart(slate: Slate, before: Slate) -> str:
    for one in (before, slate):
        if one.shot.footage:
            return f"`{one.name}` is footage, of whose geometry nothing is known"
    if before.place != slate.place:
        return f"`{before.name}` is in `{before.place}`, `{slate.name}` in `{slate.place}`"
    if slate.start_s != before.stop_s:
        return f"`{slate.name}` begins at another moment than `{before.name}` ends"
    return ""


def may_align(slate: Slate, before: Slate) -> bool:
    """Could a dissolve follow what both shots show: is it one place at one time?"""
    return not _apart(slate, before)


def _named(slate: Slate) -> str:
    return f"`{slate.name}` ({plain(slate.duration_s)} s)"


def _seconds(edit: Edit, slate: Slate) -> str:
    return f"{plain(edit.seconds(slate.fps))} s"


def _lasting(edit: Edit, slate: Slate) -> str:
    """The edit as it is written, as long as a shot."""
    exact = slate.shot.duration
    whole = exact is not None and slate.shot.lasts_s(slate.fps) == slate.duration_s
    return _worded(edit, len(slate.frames), f"{plain(slate.duration_s)}s" if whole else "")


def _worded(edit: Edit, frames: int, duration: str = "") -> str:
    words = edit.text.split()
    return " ".join([words[0], duration or f"{frames}f", *words[2:]])
