"""A film measured: one pass over its pictures, one over its sound, and what came back looked up again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import UInt8

from composer.measuring import coming_back, joins
from composer.measuring.declared import Declared
from composer.measuring.desk import Desk
from composer.measuring.hearing import Hearing
from composer.measuring.judging import Judge
from composer.measuring.pairs import Pairs
from composer.measuring.standing import Standing
from composer.measuring.summing import place_measures, shot_measures
from composer.measuring.watching import Watch
from composer.media import Recording, Reel, read_reel
from composer.timing import to_samples
from composer.types import REPORT_VERSION, FilmMeasures, JoinMeasures, Progress, Size, film_verdict

WIDEST = 768  # px, of the pictures that are compared: what the limits are meant for
_TOLD_EVERY = 24  # frames

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class About:
    """What a report says of a film beside its figures."""

    title: str
    generator: str
    draft: bool
    frames: int
    fps: Fraction
    losses: tuple[str, ...] = ()


def measured_size(size: Size) -> Size:
    """That of the pictures that are compared, for a film of `size`."""
    width = min(WIDEST, size[0])
    return width, max(2, round(size[1] * width / size[0]))


def measure_film(
    declared: Declared, video: Reel, about: About, judge: Judge, on_progress: OnProgress | None = None
) -> FilmMeasures:
    """Every figure of `video`, whose frame k is declared as frame k; memory stays flat.

    Raises `StorageError` when the file is damaged.
    """
    size, fps = measured_size(video.size), about.fps
    pairs = Pairs(declared, size, float(about.frames / fps))
    watch = Watch(declared, about.frames, size, fps)
    standing = Standing(declared, size, fps)
    desk = Desk([*pairs.calibrating(), *joins.jobs(declared, pairs), *standing.jobs()])
    for frame, picture in enumerate(_pictures(video, range(about.frames), fps, size)):
        watch.see(frame, picture)
        desk.see(frame, picture)
        if on_progress and frame % _TOLD_EVERY == 0:
            on_progress(Progress("measure", "pictures", frame, about.frames))
    seen = watch.end()
    hearing = Hearing(declared, fps, judge)
    if video.sounds:
        hearing.listen(Recording(video.path), to_samples(about.frames, fps))
    told = joins.JoinPictures(declared, pairs, seen, judge, joins.floors(declared, seen), standing)
    met = tuple(_join(told, hearing, index) for index in range(len(declared.meetings)))
    shots = tuple(shot_measures(declared, seen, pairs, hearing, standing, judge))

    def look(frame: int) -> UInt8[np.ndarray, "h w 3"]:
        return next(_pictures(video, range(frame, frame + 1), fps, size))

    returned = tuple(coming_back.measures(declared, seen, pairs, judge, look))
    figures = (*(m for join in met for m in join.measures), *(m for shot in shots for m in shot.measures), *returned)
    if on_progress:
        on_progress(Progress("measure", "pictures", about.frames, about.frames))
    return FilmMeasures(
        version=REPORT_VERSION,
        title=about.title,
        video=video.path.name,
        fps=f"{fps.numerator}/{fps.denominator}",
        size=video.size,
        measured_size=size,
        frames=about.frames,
        generator=about.generator,
        draft=about.draft,
        verdict=film_verdict(figures),
        joins=met,
        shots=shots,
        returns=returned,
        places=tuple(place_measures(met)),
        losses=about.losses,
    )


def _join(told: joins.JoinPictures, hearing: Hearing, index: int) -> JoinMeasures:
    meeting = told.declared.meetings[index]
    before, after = (told.declared.shots[shot] for shot in meeting.shots)
    where = told.where(index, meeting, (meeting.frame - 1, meeting.frame))
    return JoinMeasures(
        index=index,
        kind=meeting.kind,
        before=meeting.before,
        after=meeting.after,
        places=(before.place, after.place),
        frame=meeting.frame,
        frames=(meeting.overlap.start, meeting.overlap.stop),
        invisible=meeting.invisible,
        measures=(*told.measures(index, meeting), *hearing.at_join(index, where, faded=meeting.kind == "fade")),
    )


def _pictures(video: Reel, frames: range, fps: Fraction, size: Size) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    return read_reel(video, Fraction(0), [Fraction(frame) / fps for frame in frames], fps, size)
