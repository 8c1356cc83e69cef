"""What a take is scored beside: the clip it meets, or what it has to remember; and its figures as they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import ceil

import numpy as np
from jaxtyping import Float, UInt8

from composer.audio import in_place, joined
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
    ShotPlan,
    Size,
    SourceFrame,
    WorldTrack,
)

_LEAD = 2  # frames before a join that goes on: motion into it is measured, too

Pictures = UInt8[np.ndarray, "f h w 3"]


@dataclass(frozen=True)
class Beside:
    """`lead` are the last frames of what came before, in their clips; the join `goes_on` in camera and world. Without such a
    join, `remembered` are the frames that a take is held against. `start` is the first frame of the take that counts.
    """

    lead: tuple[SourceFrame, ...]
    goes_on: bool
    remembered: tuple[SourceFrame, ...]
    start: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The segments that must be there."""
        sources = (*self.lead, *self.remembered)
        return tuple(dict.fromkeys(source.segment for source in sources if not source.is_plate))


@dataclass(frozen=True, eq=False)
class Scoring:
    """Scores the takes of one film."""

    rehearsal: Rehearsal
    plan: FilmPlan
    requests: Requests
    clips: Clips

    @cached_property
    def _shots(self) -> Mapping[str, ShotPlan]:
        return {shot.shot: shot for shot in self.plan.shots}

    def beside(self, segment: SegmentPlan) -> Beside:
        """What the takes of a segment are scored beside."""
        shot = self._shots[segment.shot]
        if segment.index:
            lead = self._frames(shot.segments[: segment.index], segment.frames.start + segment.prefix)
            return Beside(lead, goes_on=True, remembered=(), start=segment.prefix)
        start = segment.prefix or ceil(Fraction(shot.lead) / self.plan.fps * segment.fps)
        start = min(start, segment.length - 1)
        before = self.plan.shots[shot.index - 1] if shot.index else None
        if before is None or not self._meets(before, segment):
            return Beside((), goes_on=False, remembered=segment.memory, start=start)
        goes_on = shot.join == "last_frames" and not (shot.dissolve or shot.fade_in or before.fade_out)
        shown = len(before.frames) - (len(before.fade_out.frames) if before.fade_out else 0)
        stop = round_half_up(Fraction(shown) / self.plan.fps * before.segments[0].fps)
        lead = self._frames(before.segments, max(stop, 1))
        return Beside(lead if goes_on else lead[-1:], goes_on, (), start)

    def _meets(self, before: ShotPlan, segment: SegmentPlan) -> bool:
        """Is a segment held against the shot before? It shows what that one does; where a plate is made so that shots need
        not wait for one another, they do not wait for this either.
        """
        known = not before.footage and not any(one.unlike for one in before.segments)
        alike = segment.join != "independent" and before.segments[-1].partition == segment.partition
        waits = not self.plan.plates or before.segments[-1].id in segment.after
        return known and alike and waits

    @staticmethod
    def _frames(segments: Sequence[SegmentPlan], stop: int) -> tuple[SourceFrame, ...]:
        """The native frames of a shot before `stop`, as far as its clips have them: of two that show one, the one that is
        the first to.
        """
        found = []
        for frame in range(stop - _LEAD, stop):
            showing = [one for one in segments if one.frames.start + one.prefix <= frame < one.frames.stop]
            showing = showing or [one for one in segments if frame in one.frames]
            found += [SourceFrame(one.id, frame - one.frames.start) for one in showing[:1]]
        return tuple(found)

    def score(self, segment: SegmentPlan, name: str, pictures: Pictures) -> Score:
        """The figures of a take, whose clip is there as `name`, in `pictures`. Raises `StorageError`."""
        beside = self.beside(segment)
        declared = _Declared(self.rehearsal, self.plan, self.requests, segment, beside)
        shown = [self._picture(source) for source in beside.lead]
        shown += [*pictures[beside.start :], *(self._picture(source) for source in beside.remembered)]
        take = Take(
            declared=declared,
            pictures=shown,
            remembered=len(beside.remembered),
            fps=segment.fps,
            scale=measured_size(self.plan.size)[0] / segment.size[0],
            pace=float(self.plan.fps / segment.fps),
            sound=self._sound(segment, name, beside) if segment.index and self.requests.can.audio else None,
        )
        return tuple(declared.placed(figure) for figure in score(take, tuple(GATED.values())))

    def _picture(self, source: SourceFrame) -> UInt8[np.ndarray, "h w 3"]:
        if source.is_plate:
            return self.requests.source(source.segment, source.frame).image
        (picture,) = self.clips.frames(source.segment, FrameRange(source.frame, source.frame + 1))
        return picture

    def _sound(self, segment: SegmentPlan, name: str, beside: Beside) -> "_Heard | None":
        """The sound of a take after that of the clip that it goes on from, as they are heard in their shot; None where
        either has none.
        """
        before = self.requests.segments[beside.lead[-1].segment]
        found = (clip_sound(before, self.clips.entry(before.id)), clip_sound(segment, self.clips.entry(name)))
        sounds = [one[0] for one in found if one]
        if len(sounds) < len(found):
            return None
        length = round_half_up(Fraction(segment.frames.stop) / segment.fps * SAMPLE_RATE)
        placed, _ = in_place(sounds, np.zeros(0), length)
        first = segment.frames.start + beside.start - len(beside.lead)
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
        self, rehearsal: Rehearsal, plan: FilmPlan, requests: Requests, segment: SegmentPlan, beside: Beside
    ) -> None:
        super().__init__(rehearsal)
        self.plan, self.requests, self.segment = plan, requests, segment
        own = [SourceFrame(segment.id, frame) for frame in range(beside.start, segment.length)]
        self._tracks: Recent[tuple[CameraTrack, WorldTrack]] = Recent(KEPT)
        self._shots = {shot.shot: shot for shot in plan.shots}
        self._frames = (*beside.lead, *own, *beside.remembered)
        lead, stop = len(beside.lead), len(beside.lead) + len(own)
        parts = [(requests.segments[beside.lead[-1].segment], 0, lead)] if lead else []
        parts.append((segment, lead, stop))
        self.shots = tuple(_filmed(*part) for part in parts)
        meetings = [_meeting(parts[0][0], segment, lead, goes_on=beside.goes_on)] if lead else []
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
        frames = dict.fromkeys(self._in_film(frame) for frame in figure.where.frames)
        known = tuple(sorted(frame for frame in frames if frame is not None))
        return replace(figure, where=replace(figure.where, frames=known))

    def _in_film(self, frame: int) -> int | None:
        source = self._frames[frame]
        shot = None if source.is_plate else self._shots.get(self.requests.segments[source.segment].shot)
        if shot is None:
            return None
        segment = self.requests.segments[source.segment]
        at = round_half_up(Fraction(segment.frames.start + source.frame) / segment.fps * self.plan.fps)
        return shot.frames.start + min(max(at, 0), len(shot.frames) - 1)


def _filmed(segment: SegmentPlan, start: int, stop: int) -> FilmedShot:
    frames = FrameRange(start, stop)
    return FilmedShot(segment.shot, segment.place, segment.style, segment.light, frames, frames)


def _meeting(before: SegmentPlan, segment: SegmentPlan, frame: int, *, goes_on: bool) -> Meeting:
    none = FrameRange(frame, frame)
    return Meeting("cut", before.id, segment.id, (0, 1), frame, none, invisible=goes_on)
