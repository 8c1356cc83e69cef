"""The track of foley: every sound made once, when it is first heard, and forgotten when it is over."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from jaxtyping import Float

from composer.audio.foley.ears import Ears
from composer.audio.foley.events import Event
from composer.audio.foley.hearing import Heard, Sound, hear
from composer.audio.foley.rooms import answer, reverberation
from composer.audio.foley.sounding import sounds_of
from composer.audio.mixing import Envelope
from composer.audio.noise import CHUNK, Key, Stereo

_KEPT = 96  # sounds that are held at once; others are made again


def foley(events: Sequence[Event], ears: Ears, seed: int, envelopes: Sequence[Envelope] = ()) -> "Foley":
    """The sound of what happens in one place, as `ears` hear it; other films' seeds give other grains and noises.

    Times are the film's, in seconds. An event of the same name under the same seed always sounds the same. All of it is
    heard under `envelopes`.
    """
    key = Key(f"{seed}/foley")
    return Foley([sound for event in events for sound in sounds_of(event, ears, key / event.name)], ears, envelopes)


class Foley:
    """Sounds that begin at samples of the film, heard by `ears`: silent before sample `start` and from `stop` on."""

    def __init__(self, sounds: Sequence[Sound], ears: Ears, envelopes: Sequence[Envelope] = ()) -> None:
        self.start, self.stop, self._envelopes = ears.cuts[0], ears.cuts[-1], envelopes
        self._sounds = sorted((s for s in sounds if s.at < self.stop and s.stop > self.start), key=lambda s: s.at)
        self._starts = [sound.at for sound in self._sounds]
        self._reach = max((sound.stop - sound.at for sound in self._sounds), default=0)
        self._ears = ears
        self._heard = lru_cache(maxsize=_KEPT)(self._hear)
        self._wet = lru_cache(maxsize=3)(self._reverberate)
        self._given = lru_cache(maxsize=3)(self._give)

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Stretches [start, stop) of the film that are not silent, in order."""
        tail = answer(self._ears.room_m).shape[1]
        spans: list[tuple[int, int]] = []
        for sound in self._sounds:
            start, stop = max(self.start, sound.at), min(self.stop, sound.stop + tail)
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], stop))
            else:
                spans.append((start, stop))
        return tuple(spans)

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`: the same ones in whatever blocks they are read."""
        heard = np.zeros((2, stop - start), np.float32)
        if start >= self.stop or stop <= self.start:
            return heard
        self._add(heard, start, slice(0, 2))
        for index in range(start // CHUNK, (stop - 1) // CHUNK + 1):
            wet = self._wet(index)
            low, high = (
                max(start, index * CHUNK, self.start),
                min(stop, (index + 1) * CHUNK, self.stop),
            )
            if wet is not None and low < high:
                heard[:, low - start : high - start] += wet[:, low - index * CHUNK : high - index * CHUNK]
        for envelope in self._envelopes:
            heard *= envelope.gains(start, stop).astype(np.float32)
        return heard

    def _add(self, total: np.ndarray, start: int, channels: slice) -> bool:
        """Add what is heard from sample `start` on; whether there is anything."""
        stop, some = start + total.shape[1], False
        for number in self._between(start, stop):
            at, part = self._heard(number)
            low, high = max(at, start), min(at + part.shape[1], stop)
            if low < high:
                total[:, low - start : high - start] += part[channels, low - at : high - at]
                some = True
        return some

    def _between(self, start: int, stop: int) -> Iterator[int]:
        for number in range(bisect_left(self._starts, start - self._reach), bisect_left(self._starts, stop)):
            if self._sounds[number].stop > start:
                yield number

    def _hear(self, number: int) -> tuple[int, Heard]:
        return hear(self._sounds[number], self._ears)

    def _give(self, index: int) -> Float[np.ndarray, "1 n"] | None:
        given = np.zeros((1, CHUNK), np.float32)
        return given if self._add(given, index * CHUNK, slice(2, 3)) else None

    def _reverberate(self, index: int) -> Stereo | None:
        given = [self._given(index - 1), self._given(index)]
        if all(part is None for part in given):
            return None
        before, now = (np.zeros(CHUNK, np.float32) if part is None else part[0] for part in given)
        return reverberation(before, now, self._ears.room_m)


@dataclass(frozen=True, eq=False)
class Stretches:
    """Foley of one stretch of the film after another, in order; silent between them."""

    tracks: tuple[Foley, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Stretches [start, stop) of the film that are not silent, in order."""
        return tuple(span for track in self.tracks for span in track.spans)

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`: the same ones in whatever blocks they are read."""
        heard = np.zeros((2, stop - start), np.float32)
        for track in self.tracks[bisect_right(self._ends, start) :]:
            if track.start >= stop:
                break
            heard += track.read(start, stop)
        return heard

    @cached_property
    def _ends(self) -> list[int]:
        return [track.stop for track in self.tracks]
