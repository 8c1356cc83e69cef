"""Footage: what may stand beside it, and the end of its file where the list names none."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path as FilePath

from composer.errors import Path, Problem, Wrong
from composer.schema import Shot, ShotList, Slate
from composer.schema.quantities import Time, plain
from composer.shotlist.files import check_file


def check_length(path: Path, slate: Slate) -> Iterator[Problem]:
    """A shot lasts as long as its `duration` says, or its footage, never both. `path` is the shot's."""
    shot = slate.shot
    if shot.footage is None:
        if shot.duration is None:
            said = f"shot `{slate.name}` has no `duration`"
            yield Problem((*path, "duration"), "missing-key", said, ("expected `duration: …`",))
        return
    if shot.duration is not None:
        said = "`footage` lasts from its `in` to its `out`, and `duration` says how long, too"
        yield Problem((*path, "duration"), "over-determined", said, ("expected one or the other",), on_key=True)
    start, stop = shot.footage.in_, shot.footage.out
    if stop is not None and stop.seconds(slate.fps) <= start.seconds(slate.fps):
        said = f"`out` is at {plain(stop.seconds(slate.fps))} s of the file, and `in` at {plain(start.seconds(slate.fps))} s"
        yield Problem((*path, "footage", "out"), "footage-times", said, (f"expected more than `{start}`",))


def check_beside(path: Path, slate: Slate) -> Iterator[Problem]:
    """What footage cannot have: another camera, frames to go on from, and declared things in its picture."""
    shot = slate.shot
    if shot.footage is None:
        return
    if shot.camera is not None:
        said = "footage shows what its own camera saw, and `camera` asks for another"
        yield Problem((*path, "camera"), "over-determined", said, ("expected one or the other",), on_key=True)
    if shot.join == "last_frames":
        said = "footage is what it is: it cannot go on from the final frames of another shot"
        hint = "expected no `join`. The shot after it can go on from its final frames"
        yield Problem((*path, "join"), "join", said, (hint,))
    for name, conditions in shot.expect.items():
        for index, condition in enumerate(conditions):
            if condition.relation in ("in_frame", "out_of_frame"):
                at: Path = (*path, "expect", name, *([index] if len(conditions) > 1 else []))
                said = f"who is in the picture of footage is not known: `{condition.text}` cannot be told"
                yield Problem(at, "expect", said, ("expect it of a shot with a `camera`",), condition.text)


def with_ends(shotlist: ShotList, folder: FilePath | None) -> ShotList:
    """`shotlist` with the file's own end for each footage that names no `out`; where that cannot be, as it was."""
    if all(shot.footage is None or shot.footage.out is not None for shot in shotlist.shots):
        return shotlist
    return shotlist.model_copy(
        update={"shots": [_with_end(shot, folder or FilePath(), shotlist.fps) for shot in shotlist.shots]}
    )


def _with_end(shot: Shot, folder: FilePath, fps: Fraction) -> Shot:
    footage = shot.footage
    if footage is None or footage.out is not None or any(check_file(footage.file, (), folder)):
        return shot
    from composer.media import probe_reel  # noqa: PLC0415 - slow to load, and few lists need it

    try:
        end_s = Fraction(probe_reel(folder / footage.file).end_s)
    except Wrong:  # told when the list is rehearsed
        return shot
    if footage.in_.seconds(fps) >= end_s:
        return shot
    return shot.model_copy(update={"footage": footage.model_copy(update={"out": Time(end_s)})})
