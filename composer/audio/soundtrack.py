"""The sound of places: every place's bed runs on for ever, and each shot listens to the one of its place."""

from bisect import bisect_right
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
from composer.audio.mixing import Envelope, Shaped
from composer.audio.noise import CHUNK, Key, Stereo
from composer.audio.recorded import locate, loop
from composer.errors import TimingError, Wrong
from composer.schema.phrases import is_recording
from composer.timing import SAMPLE_RATE, FrameRange, to_samples

Chunks = Callable[[int], Stereo]

LEVEL_LUFS = -30.0
"""Of a place's whole bed, however many words it has: quiet enough to speak over."""

FADE_S = 0.03
"""On each side of a cut between places; less where a shot is shorter than two of them."""

SPLIT_S = 0.5
"""Of the fade at the far end of a J or L cut."""


@dataclass(frozen=True)
class Span:
    """A stretch of the film in one place, in film frames; `sound` is its own, heard instead of the place's bed.

    Its sound leads its picture by `leads` samples and runs on under the next for `outlasts`; it comes out of the one before
    over `dissolves`, and rises from silence and falls back to it over `rises` and `falls`. `words` are heard there instead
    of the place's, as loud as they are in its `light`.
    """

    place: str
    frames: FrameRange
    sound: Stereo | None = None
    leads: int = 0
    outlasts: int = 0
    dissolves: int = 0
    rises: int = 0
    falls: int = 0
    light: str = ""
    words: tuple[str, ...] | None = None


class Scenes:
    """The beds of places and the shots' own sound, one after another, with the fades between them.

    A bed is the same whatever the cuts are: it goes on unheard while the film is elsewhere.
    """

    def __init__(
        self, spans: Sequence[Span], beds: Mapping[str, tuple[str, ...]], fps: Fraction, seed: int, folder: Path
    ) -> None:
        """`spans` follow one another from frame 0; recordings are named from `folder`.

        Raises `Wrong` when a word or a recording cannot be used, `TimingError` when the spans leave a gap.
        """
        known: dict[tuple[str, tuple[str, ...], str], Bed] = {}

        def bed(span: Span) -> Bed:
            words = beds.get(span.place, ()) if span.words is None else span.words
            if not words:
                return SILENCE
            named = (span.place, words, span.light)
            if named not in known:
                known[named] = ambience(span.place, words, seed, folder, span.light)
            return known[named]

        self._pieces = list(_pieces(_stretches(spans, fps, bed)))
        self._starts = [piece.start for piece in self._pieces]
        self.length = self._pieces[-1].stop if self._pieces else 0

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`; silent outside it."""
        heard = np.zeros((2, stop - start), np.float32)
        for piece in self._pieces[max(0, bisect_right(self._starts, start) - 1) :]:
            if piece.start >= stop:
                break
            first, last = max(start, piece.start), min(stop, piece.stop)
            if last > first:
                heard[:, first - start : last - start] = piece.read(first, last)
        return heard


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
Bed = Ambience | Own | Shaped


def ambience(place: str, words: Sequence[str], seed: int, folder: Path, light: str = "") -> Ambience:
    """The bed of `place`; every word sounds otherwise in another place and under another film seed.

    In another `light` the same sounds are as loud as they are at that time of day: birds sing at dawn, not at night.
    """
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
            level_db = LEVEL_LUFS - bed.natural_lufs + share - whole_db + bed.hours_db.get(light, 0.0)
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


@dataclass(frozen=True)
class _Stretch:
    start: int
    stop: int
    bed: Bed
    leads: int
    outlasts: int
    dissolves: int


def _stretches(spans: Sequence[Span], fps: Fraction, bed_of: Callable[[Span], Bed]) -> list[_Stretch]:
    """From and to which sample each bed is heard; spans of one bed that adjoin are one stretch."""
    stretches: list[_Stretch] = []
    expected = 0
    for span in spans:
        if span.frames.start != expected:
            raise TimingError(f"the sound of frame {expected} is missing: a span starts at frame {span.frames.start}")
        expected = span.frames.stop
        start, stop = to_samples(span.frames.start, fps), to_samples(span.frames.stop, fps)
        leads, outlasts, dissolves = span.leads, span.outlasts, span.dissolves
        if span.sound is None:
            bed = bed_of(span)
        else:  # a clip has no sound before its picture, and after it that of its handle
            bed, leads = Own(start, span.sound), 0
            outlasts = max(0, min(outlasts, start + span.sound.shape[1] - stop))
        if envelopes := _envelopes(span, start - leads, stop + outlasts):
            bed = Shaped(bed, envelopes)
        if stretches and stretches[-1].bed is bed:
            before = stretches.pop()
            start, leads, dissolves = before.start, before.leads, before.dissolves
        stretches.append(_Stretch(start, stop, bed, leads, outlasts, dissolves))
    return stretches


def _envelopes(span: Span, start: int, stop: int) -> list[Envelope]:
    """The fades of a span that is heard from `start` to `stop`."""
    rises = [Envelope(((start, 0.0), (start + span.rises, 1.0)))] if span.rises else []
    falls = [Envelope(((stop - span.falls, 1.0), (stop, 0.0)))] if span.falls else []
    return [*rises, *falls]


def _pieces(stretches: Sequence[_Stretch]) -> Iterator[_Piece]:
    """The film as beds and the fades between them; it rises from silence and falls back to it."""
    half = round(FADE_S * SAMPLE_RATE)
    at = 0
    for n, here in enumerate(stretches):
        following = stretches[n + 1] if n + 1 < len(stretches) else None
        room = min(half, (here.stop - here.start) // 2)
        if n == 0:
            yield _Piece(0, room, SILENCE, here.bed)
            at = room
        first, last = here.stop - room, here.stop
        if following:
            first, last = _fade(here, following, half)
        first = max(at, first)
        last = max(first, last)
        yield _Piece(at, first, here.bed, here.bed)
        yield _Piece(first, last, here.bed, following.bed if following else SILENCE)
        at = last


def _fade(here: _Stretch, following: _Stretch, half: int) -> tuple[int, int]:
    """From and to which sample the sound passes from one stretch to the next: about the cut, about a split edit, or over
    a dissolve.
    """
    before, after = (here.stop - here.start) // 2, (following.stop - following.start) // 2
    leads, outlasts = min(following.leads, 2 * before), min(here.outlasts, 2 * after)
    split = round(SPLIT_S * SAMPLE_RATE)
    if leads and outlasts:
        return here.stop - leads, here.stop + outlasts
    if leads:
        return here.stop - leads, here.stop - leads + min(leads, split)
    if outlasts:
        return here.stop + outlasts - min(outlasts, split), here.stop + outlasts
    if following.dissolves:
        return here.stop, here.stop + min(following.dissolves, 2 * after)
    reach = min(half, before, after)
    return here.stop - reach, here.stop + reach
