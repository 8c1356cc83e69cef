"""The film's sound: every place's bed runs on for ever, and each shot listens to the one of its place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from composer.audio import recorded
from composer.audio.beds import BEDS, nearest
from composer.audio.clips import Own
from composer.audio.fading import crossfade_gains
from composer.audio.noise import CHUNK, Key, Stereo
from composer.audio.recorded import locate, loop
from composer.errors import TimingError, Wrong
from composer.schema.phrases import is_recording
from composer.timing import SAMPLE_RATE, FrameRange, to_samples
from composer.types import Waveform

Chunks = Callable[[int], Stereo]

LEVEL_LUFS = -30.0
"""Of a place's whole bed, however many words it has: quiet enough to speak over."""

FADE_S = 0.03
"""On each side of a cut between places; less where a shot is shorter than two of them."""

_KNEE, _CEILING = 0.5, 0.84  # samples beyond the knee bend towards the ceiling, -1.5 dB


@dataclass(frozen=True)
class Span:
    """A stretch of the film in one place, in film frames; `sound` is its own, heard instead of the place's bed."""

    place: str
    frames: FrameRange
    sound: Stereo | None = None


def soundtrack(
    spans: Sequence[Span], beds: Mapping[str, tuple[str, ...]], fps: Fraction, seed: int, folder: Path
) -> Iterator[Waveform]:
    """The film's sound in blocks: stereo at 48 kHz, exactly `to_samples` of the last frame, silent where no bed is.

    `spans` follow one another from frame 0. A bed is the same whatever the cuts are: it goes on unheard while the film
    is elsewhere. Recordings are named from `folder`. Raises `Wrong` when a word or a recording cannot be used,
    `TimingError` when the spans leave a gap.
    """
    known = {place: ambience(place, words, seed, folder) for place, words in beds.items() if words}
    for piece in _pieces(_stretches(spans, fps, known)):
        for start in range(piece.start, piece.stop, CHUNK):
            yield Waveform(_limited(piece.read(start, min(start + CHUNK, piece.stop))))


def check_word(word: str, folder: Path) -> None:
    """Raises `Wrong` when `word` is neither a word of `BEDS` nor a recording below `folder` that can be read."""
    if is_recording(word):
        recorded.check(locate(word, folder))
    elif word not in BEDS:
        likely = nearest(word)
        hint = f". Did you mean `{likely}`?" if likely else ""
        raise Wrong(
            "ambience", f"no bed of sound is called `{word}`", f"expected one of: {', '.join(BEDS)}{hint}", focus=word
        )


class Ambience:
    """A place's bed: all its words together, at `LEVEL_LUFS`, at any moment of the film."""

    def __init__(self, parts: Sequence[tuple[Chunks, float]]) -> None:
        """`parts` are sounds by chunk, each with its gain."""
        self._parts = tuple(parts)
        self._chunk = lru_cache(maxsize=3)(self._mix)

    def _mix(self, index: int) -> Stereo:
        total = np.zeros((2, CHUNK), np.float32)
        for chunk, gain in self._parts:
            total += np.float32(gain) * chunk(index).astype(np.float32)
        return total

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`: the same ones in whatever blocks they are read."""
        chunks = [self._chunk(index) for index in range(start // CHUNK, (stop - 1) // CHUNK + 1)]
        first = start // CHUNK * CHUNK
        return np.concatenate([np.zeros((2, 0), np.float32), *chunks], axis=1)[:, start - first : stop - first]


SILENCE = Ambience(())
Bed = Ambience | Own


def ambience(place: str, words: Sequence[str], seed: int, folder: Path) -> Ambience:
    """The bed of `place`; every word sounds otherwise in another place and under another film seed."""
    shares = [BEDS[word].share_db if word in BEDS else 0.0 for word in words]
    whole_db = 10 * np.log10(sum(10 ** (share / 10) for share in shares))
    parts: list[tuple[Chunks, float]] = []
    for word, share in zip(words, shares, strict=True):
        check_word(word, folder)
        if is_recording(word):
            path = locate(word, folder)
            parts.append((loop(path, path.stat().st_mtime_ns, LEVEL_LUFS).chunk, 10 ** ((share - whole_db) / 20)))
        else:
            bed, key = BEDS[word], Key(f"{seed}/{place}/{word}")
            level_db = LEVEL_LUFS - bed.natural_lufs + share - whole_db
            parts.append((partial(bed.chunk, key), 10 ** (level_db / 20)))
    return Ambience(parts)


@dataclass(frozen=True)
class _Piece:
    """Samples [start, stop) of the film: one bed, or the fade between two."""

    start: int
    stop: int
    leaving: Bed
    coming: Bed

    def read(self, start: int, stop: int) -> Stereo:
        if self.leaving is self.coming:
            return self.coming.read(start, stop)
        leaving, coming = (bed.read(self.start, self.stop) for bed in (self.leaving, self.coming))
        out, into = crossfade_gains(leaving, coming)
        return np.asarray((out * leaving + into * coming)[:, start - self.start : stop - self.start])


def _stretches(spans: Sequence[Span], fps: Fraction, known: Mapping[str, Bed]) -> list[tuple[int, int, Bed]]:
    """From and to which sample each bed is heard; spans of one bed that adjoin are one stretch."""
    stretches: list[tuple[int, int, Bed]] = []
    expected = 0
    for span in spans:
        if span.frames.start != expected:
            raise TimingError(f"the sound of frame {expected} is missing: a span starts at frame {span.frames.start}")
        expected = span.frames.stop
        start, stop = to_samples(span.frames.start, fps), to_samples(span.frames.stop, fps)
        bed = known.get(span.place, SILENCE) if span.sound is None else Own(start, span.sound)
        if stretches and stretches[-1][2] is bed:
            start = stretches.pop()[0]
        stretches.append((start, stop, bed))
    return stretches


def _pieces(stretches: Sequence[tuple[int, int, Bed]]) -> Iterator[_Piece]:
    """The film as beds and the fades between them; it rises from silence and falls back to it."""
    half = round(FADE_S * SAMPLE_RATE)
    at = 0
    for n, (start, stop, bed) in enumerate(stretches):
        following = stretches[n + 1] if n + 1 < len(stretches) else None
        room = min(half, (stop - start) // 2)
        if n == 0:
            yield _Piece(0, room, SILENCE, bed)
            at = room
        reach = min(room, (following[1] - following[0]) // 2) if following else room
        last = stop - reach
        yield _Piece(at, last, bed, bed)
        at = stop + reach if following else stop
        yield _Piece(last, at, bed, following[2] if following else SILENCE)


def _limited(samples: Stereo) -> Stereo:
    """Peaks bent below `_CEILING`; what lies under the knee passes unchanged."""
    size = np.abs(samples)
    if size.max(initial=0.0) <= _KNEE:
        return samples
    bent = _KNEE + (_CEILING - _KNEE) * np.tanh((size - _KNEE) / (_CEILING - _KNEE))
    return np.where(size <= _KNEE, samples, np.sign(samples) * bent).astype(np.float32)
