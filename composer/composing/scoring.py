"""A take scored beside what it meets, or has to remember; its figures as they are kept."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from jaxtyping import Float, UInt8

from composer.audio import in_place, joined
from composer.composing.beside import Beside, beside, film_frame
from composer.composing.clip_sounds import clip_sound
from composer.composing.clips import Clips
from composer.composing.drawn import KEPT, Drawn, Seen
from composer.composing.rehearsal import Rehearsal
from composer.composing.requests import Requests
from composer.controls import Moment, Recent
from composer.measuring import Expected, FilmedShot, Meeting, Score, Take, measured_size, score
from composer.schema import GATED
from composer.timing import SAMPLE_RATE, FrameRange, round_half_up, to_samples
from composer.types import (
    CameraTrack,
    FilmPlan,
    Light,
    Measured,
    SegmentPlan,
    Size,
    SourceFrame,
    WorldTrack,
)

Pictures = UInt8[np.ndarray, "f h w 3"]


@dataclass(frozen=True, eq=False)
class Scoring:
    """Scores the takes of one film."""

    rehearsal: Rehearsal
    plan: FilmPlan
    requests: Requests
    clips: Clips

    def beside(self, segment: SegmentPlan) -> Beside:
        """What the takes of a segment are scored beside."""
        return beside(self.plan, segment)

    def score(self, segment: SegmentPlan, name: str, pictures: Pictures) -> Score:
        """The figures of a take, whose clip is there as `name`, in `pictures`. Raises `StorageError`."""
        held = self.beside(segment)
        declared = _Declared(self.rehearsal, self.plan, self.requests, segment, held)
        shown = [self._picture(source) for source in held.lead]
        shown += [*pictures[held.start :], *(self._picture(source) for source in held.remembered)]
        take = Take(
            declared=declared,
            pictures=shown,
            remembered=len(held.remembered),
            fps=segment.fps,
            scale=measured_size(self.plan.size)[0] / segment.size[0],
            pace=float(self.plan.fps / segment.fps),
            sound=self._sound(segment, name, held) if segment.index and self.requests.can.audio else None,
        )
        return tuple(declared.placed(figure) for figure in score(take, tuple(GATED.values())))

    def _picture(self, source: SourceFrame) -> UInt8[np.ndarray, "h w 3"]:
        if source.is_plate:
            return self.requests.source(source.segment, source.frame).image
        (picture,) = self.clips.frames(source.segment, FrameRange(source.frame, source.frame + 1))
        return picture

    def _sound(self, segment: SegmentPlan, name: str, held: Beside) -> "_Heard | None":
        """The sound of a take after that of the clip that it goes on from, as they are heard in their shot; None where
        either has none.
        """
        before = self.requests.segments[held.lead[-1].segment]
        found = (clip_sound(before, self.clips.entry(before.id)), clip_sound(segment, self.clips.entry(name)))
        sounds = [one[0] for one in found if one]
        if len(sounds) < len(found):
            return None
        length = round_half_up(Fraction(segment.frames.stop) / segment.fps * SAMPLE_RATE)
        placed, _ = in_place(sounds, np.zeros(0), length)
        first = segment.frames.start + held.start - len(held.lead)
        return _Heard(joined(placed, length)[:, to_samples(max(first, 0), segment.fps) :])


@dataclass(frozen=True, eq=False)
class _Heard:
    samples: Float[np.ndarray, "2 n"]

    def read(self, start: int, stop: int) -> Float[np.ndarray, "2 n"]:
        there = self.samples[:, start:stop]
        return np.pad(there, ((0, 0), (0, stop - start - there.shape[1])))


class _Declared(Drawn):
    """`measuring.Declared` of what a take is scored beside, and of the take: frames count from the first of the lead."""

    def __init__(
        self, rehearsal: Rehearsal, plan: FilmPlan, requests: Requests, segment: SegmentPlan, held: Beside
    ) -> None:
        super().__init__(rehearsal)
        self.plan, self.requests, self.segment = plan, requests, segment
        own = [SourceFrame(segment.id, frame) for frame in range(held.start, segment.length)]
        self._tracks: Recent[tuple[CameraTrack, WorldTrack]] = Recent(KEPT)
        self._frames = (*held.lead, *own, *held.remembered)
        lead, stop = len(held.lead), len(held.lead) + len(own)
        parts = [(requests.segments[held.lead[-1].segment], 0, lead)] if lead else []
        parts.append((segment, lead, stop))
        self.shots = tuple(_filmed(*part) for part in parts)
        meetings = [_meeting(parts[0][0], segment, lead, goes_on=held.goes_on)] if lead else []
        self.meetings = tuple(meetings)

    def place(self, frame: int) -> str:  # noqa: ARG002 - all of them show one
        return self.segment.place

    def lit(self, frame: int) -> tuple[Light, str]:  # noqa: ARG002 - as above
        return self.segment.light, self.requests.style(self.segment)

    def cast(self, frame: int, size: Size) -> Seen:
        source = self._frames[frame]
        if source.is_plate:
            return Seen(self.requests.source(source.segment, source.frame).moment)
        segment = self.requests.segments[source.segment]
        camera, world = self._tracks.get((source.segment, size), lambda: self._track(segment, size))
        scene, at = self.rehearsal.scenes[segment.place], source.frame
        return Seen(Moment(camera[at], world[at], scene.cast(camera[at], size, world[at])))

    def _track(self, segment: SegmentPlan, size: Size) -> tuple[CameraTrack, WorldTrack]:
        same = size == segment.size
        return self.requests.tracks(segment) if same else self.rehearsal.tracks(replace(segment, size=size))

    def expected(self, shot: int) -> tuple[Expected, ...]:  # noqa: ARG002 - a film is held against what it expects
        """Nothing."""
        return ()

    def blows(self, shot: int) -> Float[np.ndarray, " k"]:  # noqa: ARG002 - a take is not held against blows
        """None: sound is put in step with what is seen when its shot is delivered."""
        return np.zeros(0)

    def planned(self, start: int, stop: int) -> None:
        """Nobody knows it."""

    def placed(self, figure: Measured) -> Measured:
        """A figure with the film's frames to look at; what stands for no moment of the film has none."""
        frames = dict.fromkeys(film_frame(self.plan, self._frames[frame]) for frame in figure.where.frames)
        known = tuple(sorted(frame for frame in frames if frame is not None))
        return replace(figure, where=replace(figure.where, frames=known))


def _filmed(segment: SegmentPlan, start: int, stop: int) -> FilmedShot:
    frames = FrameRange(start, stop)
    return FilmedShot(segment.shot, segment.place, segment.style, segment.light, frames, frames)


def _meeting(before: SegmentPlan, segment: SegmentPlan, frame: int, *, goes_on: bool) -> Meeting:
    none = FrameRange(frame, frame)
    return Meeting("cut", before.id, segment.id, (0, 1), frame, none, invisible=goes_on)
