"""The film's sound, as the list tells it: every track at its samples, in its stem."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from composer import overlay
from composer.audio import (
    SPLIT_S,
    Envelope,
    Faded,
    Mix,
    Scenes,
    Score,
    Shaped,
    Span,
    Track,
    Tune,
    duration,
    excerpt,
)
from composer.composing.clip_sounds import shot_sound
from composer.composing.foley_heard import Hearing, foley_heard
from composer.composing.rehearsal import Rehearsal
from composer.media import Subtitle
from composer.schema import Cue, Line, Shot
from composer.schema.heard import named_sounds, reading_s
from composer.schema.quantities import Time
from composer.store import Entry
from composer.timing import SAMPLE_RATE, round_half_up, to_samples
from composer.types import FilmPlan, ShotPlan, WorldTrack

_LOOK_S = 1 / 24


@dataclass(frozen=True)
class _Spoken:
    """A line at its sample of the film, and how many it lasts."""

    line: Line
    at: int
    length: int


def cues(rehearsal: Rehearsal, plan: FilmPlan) -> tuple[overlay.Cue, ...]:
    """The film's lines as they are burnt in, in film frames."""
    lines = Sounding(rehearsal, plan, ()).subtitles()
    return tuple(overlay.Cue(_frame(s.start_s, plan.fps), _frame(s.stop_s, plan.fps), s.text) for s in lines)


def _frame(time_s: Fraction, fps: Fraction) -> int:
    return round_half_up(time_s * fps)


@dataclass(frozen=True)
class Sounding:
    """A film's sound: its plan, and the delivery of each shot."""

    rehearsal: Rehearsal
    plan: FilmPlan
    deliveries: Sequence[Entry | None]  # None: nothing came with the clips of a shot

    @property
    def length(self) -> int:
        """Samples of the whole film."""
        return to_samples(self.plan.frames, self.plan.fps)

    def mix(self) -> Mix:
        """Every track in its stem. Raises `Wrong` when a recording can no longer be read."""
        spoken = [s for s in self._spoken if s.line.file]
        return Mix(
            self.length,
            {
                "dialogue": [self._laid(s.at, s.line.file or "", s.line.level) for s in spoken],
                "music": [self._music(cue) for cue in self.rehearsal.shotlist.music],
                "effects": [*self._effects(), foley_heard(self.rehearsal, dict(self._hearings()), self.plan.seed)],
                "ambience": [self._scenes()],
            },
            [(s.at, s.at + s.length) for s in spoken],
        )

    def subtitles(self) -> tuple[Subtitle, ...]:
        """The lines in order, each until its recording ends, or for as long as reading takes, and not into the next."""
        lines = sorted(self._spoken, key=lambda s: s.at)
        ends = [min(s.at + s.length, self.length) for s in lines]
        for n, following in enumerate(lines[1:]):
            if following.at > lines[n].at:
                ends[n] = min(ends[n], following.at)
        return tuple(
            Subtitle(Fraction(s.at, SAMPLE_RATE), Fraction(end, SAMPLE_RATE), s.line.line)
            for s, end in zip(lines, ends, strict=True)
            if end > s.at
        )

    def told(self) -> dict[str, Any]:
        """All that the list says of sound, and what touches, but for the files' content."""
        shotlist, story = self.rehearsal.shotlist, self.rehearsal.story
        return {
            "beds": self._beds,
            "loudness": shotlist.loudness,
            "music": repr(shotlist.music),
            "shots": [(shot.shot, repr(shot.dialogue), repr(shot.sound)) for shot in shotlist.shots],
            "contacts": story.contacts,
            "beyond": list(self._beyond()),
        }

    def files(self) -> Iterator[Path]:
        """Every sound file that is heard."""
        for name, _ in named_sounds(self.rehearsal.shotlist):
            yield self._folder / name

    def _beyond(self) -> Iterator[WorldTrack]:
        """What goes on in the shots' places while their sound leads or outlasts their picture."""
        for plan in self.plan.shots:
            slate = self.rehearsal.slate(plan.shot)
            leads_s, outlasts_s = (float(time.seconds(self.plan.fps)) for time in self._splits(plan))
            start_s, stop_s = float(slate.start_s), float(slate.stop_s)
            for since_s, until_s in ((start_s - leads_s, start_s), (stop_s, stop_s + outlasts_s)):
                if until_s > since_s:
                    times_s = np.maximum(np.arange(since_s, until_s, _LOOK_S), 0.0)
                    yield self.rehearsal.story.sample(plan.place, times_s)

    @property
    def _beds(self) -> dict[str, tuple[str, ...]]:
        return {name: place.ambience for name, place in self.rehearsal.shotlist.places.items()}

    @property
    def _folder(self) -> Path:
        return self.rehearsal.folder or Path()

    @cached_property
    def _spoken(self) -> tuple[_Spoken, ...]:
        return tuple(
            _Spoken(line, self._at(plan.frames.start) + self._samples(line.at), self._lasts(line))
            for plan in self.plan.shots
            for line in self._shot(plan).dialogue
        )

    def _lasts(self, line: Line) -> int:
        if line.file:
            return duration(line.file, self._folder)
        return round(reading_s(line.line) * SAMPLE_RATE)

    def _music(self, cue: Cue) -> Track:
        starts = {plan.shot: self._at(plan.frames.start) for plan in self.plan.shots}
        at = starts.get(cue.at.shot, 0) + self._samples(cue.at.plus)
        out = self._samples(cue.out) if cue.out else None
        if cue.file is None:
            stop = max(at, self.length if out is None else min(self.length, at + out))
            cuts = tuple(starts.values()) if cue.bars == "cuts" else ()
            track: Track = Score(Tune(cue.mood or "calm", cue.tempo, cue.key), self.plan.seed, at, stop, cuts)
        else:
            start, length = self._samples(cue.in_), duration(cue.file, self._folder)
            lasts = min(length, length if out is None else out) - start
            track, stop = excerpt(at, cue.file, self._folder, start, out), max(at, min(self.length, at + lasts))
        return Faded(track, at, stop, cue.level, self._samples(cue.fade))

    def _effects(self) -> Iterator[Track]:
        for plan in self.plan.shots:
            start, stop = self._at(plan.frames.start), self._at(plan.frames.stop)
            rises, falls = self._fades(plan)
            envelopes = [Envelope(((start, 0.0), (start + rises, 1.0)))] if rises else []
            envelopes += [Envelope(((stop - falls, 1.0), (stop, 0.0)))] if falls else []
            for effect in self._shot(plan).sound.effects:
                laid = self._laid(start + self._samples(effect.at), effect.file, effect.level)
                yield Shaped(laid, envelopes) if envelopes else laid

    def _hearings(self) -> Iterator[tuple[str, Hearing]]:
        """How each shot's foley is heard, by its name."""
        for plan, following in zip(self.plan.shots, [*self.plan.shots[1:], None], strict=True):
            sound, fps = self._shot(plan).sound, self.plan.fps
            rises_s, falls_s = (samples / SAMPLE_RATE for samples in self._fades(plan))
            leads_s, outlasts_s = (float(time.seconds(fps)) for time in self._splits(plan))
            into_s = float(len(plan.dissolve.frames) / fps) if plan.dissolve else 0.0
            from_s = float(len(following.dissolve.frames) / fps) if following and following.dissolve else 0.0
            comes_s = min(leads_s, SPLIT_S) or into_s
            goes_s = min(outlasts_s, SPLIT_S) or from_s
            hearing = Hearing(sound.contacts, rises_s, falls_s, leads_s, outlasts_s or from_s, comes_s, goes_s)
            yield plan.shot, hearing

    def _scenes(self) -> Track:
        spans = []
        for plan, delivery in zip(self.plan.shots, self.deliveries, strict=True):
            sound, dissolve = self._shot(plan).sound, plan.dissolve
            spans.append(
                Span(
                    plan.place,
                    plan.frames,
                    shot_sound(delivery, sound.own),
                    self._samples(sound.j_cut),
                    self._samples(sound.l_cut),
                    self._at(dissolve.frames.stop) - self._at(dissolve.frames.start) if dissolve else 0,
                    *self._fades(plan),
                    plan.light,
                    sound.ambience,
                )
            )
        return Scenes(spans, self._beds, self.plan.fps, self.plan.seed, self._folder)

    def _laid(self, at: int, name: str, level_db: float) -> Track:
        laid = excerpt(at, name, self._folder)
        return Faded(laid, at, at + duration(name, self._folder), level_db)

    def _fades(self, plan: ShotPlan) -> tuple[int, int]:
        """Samples over which a shot's picture comes up, and goes down."""
        rises, falls = (
            self._at(f.frames.stop) - self._at(f.frames.start) if f else 0 for f in (plan.fade_in, plan.fade_out)
        )
        return rises, falls

    def _splits(self, plan: ShotPlan) -> tuple[Time, Time]:
        """By how much a shot's sound leads its picture, and outlasts it."""
        sound = self._shot(plan).sound
        return sound.j_cut, sound.l_cut

    def _shot(self, plan: ShotPlan) -> Shot:
        return self.rehearsal.slate(plan.shot).shot

    def _at(self, frame: int) -> int:
        return to_samples(frame, self.plan.fps)

    def _samples(self, time: Time) -> int:
        return round_half_up(Fraction(time.seconds(self.plan.fps) * SAMPLE_RATE))
