"""The film's sound as a sum of stems: dialogue, music, effects, ambience."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args, runtime_checkable

import numpy as np
from jaxtyping import Float

from composer.audio.noise import CHUNK, Stereo
from composer.timing import SAMPLE_RATE

Stem = Literal["dialogue", "music", "effects", "ambience"]
STEMS: tuple[Stem, ...] = get_args(Stem)

_UNDER_DB: Mapping[Stem, float] = {"music": -12.0, "ambience": -4.0}
"""By how much a stem gives way to a line."""

_DOWN, _UP = round(0.35 * SAMPLE_RATE), round(0.7 * SAMPLE_RATE)  # samples before a line, and after it


@runtime_checkable
class Track(Protocol):
    """Sound in samples of the film."""

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop), `[2 n]` at 48 kHz: the same ones in whatever blocks they are read."""
        ...


@dataclass(frozen=True, eq=False)
class Placed:
    """A sound that begins at sample `at` of the film."""

    at: int
    samples: Stereo

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`; silent around it."""
        heard = np.zeros((2, stop - start), np.float32)
        first, last = max(start, self.at), min(stop, self.at + self.samples.shape[1])
        if last > first:
            heard[:, first - start : last - start] = self.samples[:, first - self.at : last - self.at]
        return heard


@dataclass(frozen=True, eq=False)
class Faded:
    """A track from sample `start` to `stop`, `gain_db` louder; it comes and goes over `fade` samples."""

    track: Track
    start: int
    stop: int
    gain_db: float = 0.0
    fade: int = 0

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`."""
        heard = np.zeros((2, stop - start), np.float32)
        first, last = max(start, self.start), min(stop, self.stop)
        if last > first:
            n = np.arange(first, last)
            gain = np.full(last - first, 10 ** (self.gain_db / 20))
            if fade := min(self.fade, (self.stop - self.start) // 2):
                share = np.minimum(n - self.start + 0.5, self.stop - n - 0.5) / fade
                gain *= np.sin(np.clip(share, 0, 1) * np.pi / 2)
            heard[:, first - start : last - start] = self.track.read(first, last) * gain.astype(np.float32)
        return heard


class Onward:
    """A track that is read from front to back in pieces that overlap: what two of them share is made once."""

    def __init__(self, track: Track) -> None:
        self.track = track
        self._start, self._held = 0, np.zeros((2, 0), np.float32)

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`."""
        end = self._start + self._held.shape[1]
        if not self._start <= start < end:
            self._start, self._held, end = start, self.track.read(start, stop), stop
        elif stop > end:
            self._held = np.concatenate([self._held, self.track.read(end, stop)], axis=1)
        self._start, self._held = start, self._held[:, start - self._start :]
        return self._held[:, : stop - start]


@dataclass(frozen=True)
class Envelope:
    """A gain over samples of the film: from point to point (sample, 0 to 1, at rising samples) by a quarter wave; before
    the first point and after the last as there.
    """

    points: tuple[tuple[int, float], ...]

    def gains(self, start: int, stop: int) -> Float[np.ndarray, " n"]:
        """Of samples [start, stop)."""
        at, share = zip(*self.points, strict=True)
        return np.asarray(np.sin(np.pi / 2 * np.interp(np.arange(start, stop) + 0.5, at, share)))


@dataclass(frozen=True, eq=False)
class Shaped:
    """A track under envelopes, all of them at once."""

    track: Track
    envelopes: Sequence[Envelope]

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`."""
        gain = np.ones(stop - start)
        for envelope in self.envelopes:
            gain *= envelope.gains(start, stop)
        if not gain.any():
            return np.zeros((2, stop - start), np.float32)
        return np.asarray(self.track.read(start, stop) * gain.astype(np.float32))


@dataclass(frozen=True, eq=False)
class Mix:
    """Tracks by stem, `length` samples of them; `lines` are the stretches [start, stop) under which others give way."""

    length: int
    tracks: Mapping[Stem, Sequence[Track]]
    lines: Sequence[tuple[int, int]] = field(default=())

    def stem(self, name: Stem, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of one stem, as it stands in the mix."""
        heard = np.zeros((2, stop - start), np.float32)
        for track in self.tracks.get(name, ()):
            heard += track.read(start, stop)
        if name in _UNDER_DB and self.tracks.get(name):
            heard *= (10 ** (_UNDER_DB[name] * self._spoken(start, stop) / 20)).astype(np.float32)
        return heard

    def stem_blocks(self, name: Stem, gain_db: float) -> Iterator[Stereo]:
        """All of one stem, block by block, `gain_db` louder."""
        gain = np.float32(10 ** (gain_db / 20))
        for start in range(0, self.length, CHUNK):
            yield gain * self.stem(name, start, min(start + CHUNK, self.length))

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film: the sum of the stems, in their order."""
        heard = np.zeros((2, stop - start), np.float32)
        for name in STEMS:
            heard += self.stem(name, start, stop)
        return heard

    def _spoken(self, start: int, stop: int) -> Float[np.ndarray, " n"]:
        """0 where nobody speaks to 1 where somebody does, smooth: down before each line, up again after it."""
        spoken = np.zeros(stop - start)
        n = np.arange(start, stop)
        for first, last in self.lines:
            if first - _DOWN < stop and last + _UP > start:
                share = np.clip(np.minimum((n - first + _DOWN) / _DOWN, (last + _UP - n) / _UP), 0, 1)
                np.maximum(spoken, share * share * (3 - 2 * share), out=spoken)
        return spoken
