"""What an animatic says about its frames."""

from collections.abc import Iterator

from composer.composing.rehearsal import Rehearsal
from composer.overlay import Note
from composer.schema import Slate
from composer.schema.words import SIZES
from composer.timing import timecode
from composer.types import ShotPlan, Size


def notes(rehearsal: Rehearsal, shot: ShotPlan, size: Size) -> list[Note]:
    """One for each film frame of the clip of `shot`, tail handle included."""
    slate, fps = rehearsal.slate(shot.shot), rehearsal.shotlist.fps
    cameras, _ = rehearsal.film_tracks(shot, size)
    elsewhen = told_apart(slate)
    return [
        Note(
            number=shot.index + 1,
            shot=shot.shot,
            framing=framing(slate),
            lens_mm=round(lens_mm, 3),
            place=shot.place,
            light=shot.light,
            frame=shot.frames.start + k,
            timecode=timecode(shot.frames.start + k, fps),
            story_s=float(slate.start_s + k / fps) if elsewhen else None,
        )
        for k, lens_mm in enumerate(rehearsal.lenses_mm(cameras))
    ]


def told_apart(slate: Slate) -> bool:
    """Does the shot show another moment of the story than the film has reached? By half a frame at least."""
    return abs(slate.start_s - slate.frames.start / slate.fps) * slate.fps >= 0.5


def framing(slate: Slate) -> str:
    """The sizes that a shot's camera is told, from first to last: `MS`, `MS to MCU`; "" for none."""
    return " to ".join(dict.fromkeys(_sizes(slate)))


def _sizes(slate: Slate) -> Iterator[str]:
    camera = slate.shot.camera
    if camera is None:
        return
    if camera.frame and camera.frame.size:
        yield camera.frame.size
    for part in (part for step in camera.move for part in step):
        if (to := getattr(part.move, "to", None)) in SIZES:
            yield to
