"""The film's sound, as the list tells it: every track at its samples, in its stem."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from composer.audio import Faded, Mix, Placed, Scenes, Score, Span, Stereo, Track, Tune, locate, stretch
from composer.composing.clip_sounds import shot_sound
from composer.composing.rehearsal import Rehearsal
from composer.media import Subtitle
from composer.schema import Cue, Line
from composer.schema.heard import named_sounds
from composer.schema.quantities import Time
from composer.schema.sounds import MUTE_DB
from composer.store import Entry
from composer.timing import SAMPLE_RATE, round_half_up, to_samples
from composer.types import FilmPlan, ShotPlan

_START = Fraction(0)
_READ_CHARACTERS_A_S = 15
_READ_AT_LEAST_S = 1.2


@dataclass(frozen=True)
class _Spoken:
    """A line at its sample of the film, and how many it lasts."""

    line: Line
    at: int
    length: int


@dataclass(frozen=True)
class Sounding:
    """A film's sound: its plan, the delivery of each shot, and what its contacts sound like, if that is known.

    `foley` is the sound of a shot's contacts by the shot's name, in samples of the film.
    """

    rehearsal: Rehearsal
    plan: FilmPlan
    deliveries: Sequence[Entry]
    foley: Mapping[str, Track] | None = None

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
                "dialogue": [self._placed(s.at, s.line.file or "", s.line.level) for s in spoken],
                "music": [self._music(cue) for cue in self.rehearsal.shotlist.music],
                "effects": list(self._effects()),
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
        """All that the list says of sound, but for the files' content."""
        shotlist = self.rehearsal.shotlist
        return {
            "beds": {name: place.ambience for name, place in shotlist.places.items()},
            "loudness": shotlist.loudness,
            "music": repr(shotlist.music),
            "shots": [(shot.shot, repr(shot.dialogue), repr(shot.sound)) for shot in shotlist.shots],
        }

    def files(self) -> Iterator[Path]:
        """Every sound file that is heard."""
        for name, _ in named_sounds(self.rehearsal.shotlist):
            yield self._folder / name

    @property
    def _folder(self) -> Path:
        return self.rehearsal.folder or Path()

    @cached_property
    def _spoken(self) -> tuple[_Spoken, ...]:
        return tuple(
            _Spoken(line, self._start(plan) + self._samples(line.at), self._lasts(line))
            for plan in self.plan.shots
            for line in self.rehearsal.slate(plan.shot).shot.dialogue
        )

    def _lasts(self, line: Line) -> int:
        if line.file:
            return int(self._heard(line.file).shape[1])
        return round(max(_READ_AT_LEAST_S, len(line.line) / _READ_CHARACTERS_A_S) * SAMPLE_RATE)

    def _start(self, plan: ShotPlan) -> int:
        return to_samples(plan.frames.start, self.plan.fps)

    def _samples(self, time: Time) -> int:
        return round_half_up(Fraction(time.seconds(self.plan.fps) * SAMPLE_RATE))

    def _heard(self, name: str, start_s: Fraction = _START, stop_s: Fraction | None = None) -> Stereo:
        path = locate(name, self._folder)
        return stretch(path, path.stat().st_mtime_ns, start_s, stop_s)

    def _music(self, cue: Cue) -> Track:
        fps = self.plan.fps
        starts = {plan.shot: to_samples(plan.frames.start, fps) for plan in self.plan.shots}
        at = starts.get(cue.at.shot, 0) + self._samples(cue.at.plus)
        out = cue.out.seconds(fps) if cue.out else None
        if cue.file is None:
            stop = self.length if cue.out is None else min(self.length, at + self._samples(cue.out))
            cuts = tuple(starts.values()) if cue.bars == "cuts" else ()
            tune = Tune(cue.mood or "calm", cue.tempo, cue.key)
            track: Track = Score(tune, self.plan.seed, at, max(at, stop), cuts)
        else:
            samples = self._heard(cue.file, cue.in_.seconds(fps), out)
            track, stop = Placed(at, samples), min(self.length, at + samples.shape[1])
        return Faded(track, at, max(at, stop), cue.level, self._samples(cue.fade))

    def _effects(self) -> Iterator[Track]:
        for plan in self.plan.shots:
            sound = self.rehearsal.slate(plan.shot).shot.sound
            for effect in sound.effects:
                yield self._placed(self._start(plan) + self._samples(effect.at), effect.file, effect.level)
            if (contacts := (self.foley or {}).get(plan.shot)) and sound.contacts > MUTE_DB:
                yield Faded(contacts, 0, self.length, sound.contacts)

    def _scenes(self) -> Track:
        spans = []
        for plan, delivery in zip(self.plan.shots, self.deliveries, strict=True):
            sound = self.rehearsal.slate(plan.shot).shot.sound
            leads, outlasts = self._samples(sound.j_cut), self._samples(sound.l_cut)
            spans.append(Span(plan.place, plan.frames, shot_sound(delivery), leads, outlasts))
        beds = self.told()["beds"]
        return Scenes(spans, beds, self.plan.fps, self.plan.seed, self._folder)

    def _placed(self, at: int, name: str, level_db: float) -> Track:
        samples = self._heard(name)
        return Faded(Placed(at, samples), at, at + samples.shape[1], level_db)
