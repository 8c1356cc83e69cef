"""The sound of a film at its joins, and in its shots: what is heard against what is planned and told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf, isfinite, nan
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from composer.measuring.declared import Declared, Meeting
from composer.measuring.judging import Judge
from composer.metrics import Floor, click_db, dip_db, event_offset, floor, loudness_step
from composer.timing import SAMPLE_RATE, to_samples
from composer.types import Measured, ThingMeasure, Whereabouts

_SIDE = SAMPLE_RATE + SAMPLE_RATE // 10  # samples on either side that are listened to
_FADE = 3 * SAMPLE_RATE // 100  # samples on either side of a cut over which sound fades
_LONGEST = 60 * SAMPLE_RATE  # samples of a shot in which blows are looked for
_AWAY = SAMPLE_RATE // 4  # samples from a join at which it is not heard
_MOST = 24  # places within shots that calibrate what is heard at joins

Stereo = Float[np.ndarray, "2 n"]


@runtime_checkable
class Sound(Protocol):
    """A film's sound, read as it goes on: reading what lies behind is dear."""

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop), 0 or more; silent after its end."""
        ...


@dataclass(frozen=True)
class _Heard:
    click: float
    dip: float
    step: float


@dataclass
class Hearing:
    """What is heard of a film: at each join, and where no join is."""

    declared: Declared
    fps: Fraction
    judge: Judge
    _joins: dict[int, _Heard] = field(default_factory=dict)
    _within: list[_Heard] = field(default_factory=list)
    _events: dict[int, Measured] = field(default_factory=dict)

    def listen(self, sound: Sound, length: int) -> None:
        """Hear all of it through, once, in order; `length` samples."""
        whole, quiet = (0, length), self._quiet_places()
        fades = [self._fade(meeting) for meeting in self.declared.meetings]
        todo: list[tuple[int, int, int]] = [
            *((max(0, first - _SIDE), 0, n) for n, (first, _) in enumerate(fades)),
            *((max(bounds[0], at - _SIDE), 1, n) for n, (at, bounds) in enumerate(quiet)),
            *((self._at(shot.frames.start), 2, n) for n, shot in enumerate(self.declared.shots)),
        ]
        for _, kind, n in sorted(todo):
            if kind == 0:
                self._joins[n] = self._heard(sound, fades[n], whole)
            elif kind == 1:
                at, bounds = quiet[n]
                self._within.append(self._heard(sound, (at - _FADE, at + _FADE), bounds))
            elif (told := self._offset(sound, n)) is not None:
                self._events[n] = told

    def at_join(self, index: int, where: Whereabouts, *, faded: bool) -> Iterator[Measured]:
        """Of a join that goes through black, its dip is meant."""
        heard = self._joins.get(index)
        if heard is None:
            step = self.judge.value("loudness step", nan, None, where)
            yield self.judge.unmeasured(step, "the video has no sound")
            return
        yield self.judge.value("click", heard.click, self._floor("click"), where)
        if not faded:
            yield self.judge.value("fade dip", heard.dip, self._floor("dip"), where)
        step = self.judge.value("loudness step", heard.step, self._floor("step"), where)
        unknown = heard.step == inf
        yield self.judge.unmeasured(step, "the plan does not know how loud this sound is") if unknown else step

    def in_shot(self, index: int) -> Iterator[Measured]:
        if index in self._events:
            yield self._events[index]

    def _floor(self, name: str) -> Floor:
        return floor(getattr(one, name) for one in self._within)

    def _heard(self, sound: Sound, fade: tuple[int, int], bounds: tuple[int, int]) -> _Heard:
        """What is heard round a fade, of no more of the sound than lies in `bounds`."""
        first, last = fade
        start, stop = max(bounds[0], first - _SIDE), min(bounds[1], last + _SIDE)
        if start >= stop:
            return _Heard(nan, nan, nan)
        heard, planned = sound.read(start, stop), self.declared.planned(start, stop)
        middle = (first + last) // 2 - start
        step = inf if planned is None else loudness_step(heard, planned, middle)
        clicks = [click_db(heard, at - start) for at in dict.fromkeys((first, (first + last) // 2, last))]
        known = [one for one in clicks if isfinite(one)]
        dip = dip_db(heard, first - start, last - start)
        if planned is not None and isfinite(meant := dip_db(planned, first - start, last - start)):
            dip -= max(0.0, meant)
        return _Heard(max(known, default=nan), dip, step)

    def _offset(self, sound: Sound, index: int) -> Measured | None:
        shot, blows = self.declared.shots[index], self.declared.blows(index)
        start = self._at(shot.frames.start)
        stop = min(self._at(shot.frames.stop), start + _LONGEST)
        blows = blows[(blows >= 0) & (blows < stop - start)]
        if not len(blows):
            return None
        found = event_offset(sound.read(start, stop), blows)
        frame = shot.frames.start + int(float(blows[0]) / SAMPLE_RATE * float(self.fps))
        where = Whereabouts(shot.place, shot.name, None, (frame,))
        late_ms = found.late * 1000 / SAMPLE_RATE if found else nan
        things = [ThingMeasure(f"late by {late_ms:+.1f} ms", round(late_ms, 3), None, round(found.confidence, 3))] if found else []  # fmt: skip
        told = self.judge.value("event offset", abs(late_ms), None, where, things)
        if found is None:
            return self.judge.unmeasured(told, "nothing begins in this sound")
        if not found.sure:
            unsure = f"confidence {found.confidence:.2f}, {found.needed:g} needed"
            return self.judge.unmeasured(told, f"it does not tell which sounds are its {len(blows)} blows ({unsure})")
        return told

    def _fade(self, meeting: Meeting) -> tuple[int, int]:
        """The samples over which one sound goes and the other comes."""
        if meeting.overlap:
            return self._at(meeting.overlap.start), self._at(meeting.overlap.stop)
        at = self._at(meeting.frame)
        return at - _FADE, at + _FADE

    def _quiet_places(self) -> list[tuple[int, tuple[int, int]]]:
        """Samples within shots, away from joins, each with the bounds of its shot."""
        places: list[tuple[int, tuple[int, int]]] = []
        for shot in self.declared.shots:
            bounds = self._at(shot.frames.start), self._at(shot.frames.stop)
            start, stop = bounds[0] + _AWAY, bounds[1] - _AWAY
            joins = [self._at(m.frame) for m in self.declared.meetings]
            spread = [round(at) for at in np.linspace(start, stop, 5)[1:-1]] if stop > start else []
            places += [(at, bounds) for at in spread if all(abs(at - join) > _AWAY for join in joins)]
        return places if len(places) <= _MOST else [places[n * len(places) // _MOST] for n in range(_MOST)]

    def _at(self, frame: int) -> int:
        return to_samples(frame, self.fps)
