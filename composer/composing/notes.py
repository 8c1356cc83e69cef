"""What an animatic says about its frames."""

from composer.composing.framings import framing, stretch, told_apart
from composer.composing.rehearsal import Rehearsal
from composer.overlay import Note
from composer.timing import timecode
from composer.types import ShotPlan, Size


def notes(rehearsal: Rehearsal, shot: ShotPlan, size: Size) -> list[Note]:
    """One for each film frame of the clip of `shot`, tail handle included."""
    slate, fps = rehearsal.slate(shot.shot), rehearsal.shotlist.fps
    cameras, _ = rehearsal.film_tracks(shot, size)
    lenses_mm: list[float] | list[None] = rehearsal.lenses_mm(cameras) if len(cameras) else [None] * shot.clip_length
    elsewhen = told_apart(slate)
    return [
        Note(
            number=shot.index + 1,
            shot=shot.shot,
            framing=framing(slate) if len(cameras) else f"footage {stretch(slate)}",
            lens_mm=None if lens_mm is None else round(lens_mm, 3),
            place=shot.place,
            light=shot.light,
            frame=shot.frames.start + k,
            timecode=timecode(shot.frames.start + k, fps),
            story_s=float(slate.start_s + k / fps) if elsewhen else None,
        )
        for k, lens_mm in enumerate(lenses_mm)
    ]
