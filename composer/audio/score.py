"""A simple score: chords on a pad, a bass, plucked notes, by mood, tempo and key; every bar a function of its number."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from jaxtyping import Float, Int

from composer.audio.noise import CHUNK, Key, Stereo
from composer.timing import SAMPLE_RATE

_NOTES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "#": 1, "b": -1}
_MODES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_TAIL = 3 * SAMPLE_RATE  # samples that a note rings beyond its length


@dataclass(frozen=True)
class _Mood:
    """Steps of the scale that chords stand on, one a bar; plucked notes a bar, of how many are played; gains."""

    chords: tuple[int, ...]
    plucks: int
    played: float
    pad: float
    bass: float
    pluck: float


_MOODS = {
    "calm": _Mood((0, 3, 5, 4), 4, 0.6, 0.10, 0.10, 0.10),
    "sad": _Mood((0, 5, 3, 4), 4, 0.45, 0.12, 0.08, 0.10),
    "bright": _Mood((0, 4, 5, 3), 8, 0.8, 0.07, 0.12, 0.12),
    "tense": _Mood((0, 0, 1, 0), 8, 0.9, 0.11, 0.14, 0.06),
}


@dataclass(frozen=True)
class Tune:
    """What is played: `key` such as `D minor`, beats a minute, four to a bar."""

    mood: str
    tempo: int
    key: str


@dataclass(frozen=True)
class _Note:
    at: int
    length: int
    hz: float
    gain: float
    pan: float
    voice: str


class Score:
    """A tune from sample `start` to `stop` of the film; with `cuts` (samples) a bar begins at each of those."""

    def __init__(self, tune: Tune, seed: int, start: int, stop: int, cuts: Sequence[int] = ()) -> None:
        self.tune, self.start, self.stop = tune, start, stop
        self._key = Key(f"{seed}/score/{tune.mood}/{tune.key}")
        self.bars = _bars(start, stop, 4 * 60 / tune.tempo * SAMPLE_RATE, cuts)
        self._chunk = lru_cache(maxsize=3)(self._played)

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`."""
        first = start // CHUNK * CHUNK
        chunks = [self._chunk(index) for index in range(start // CHUNK, (stop - 1) // CHUNK + 1)]
        heard = np.concatenate([np.zeros((2, 0), np.float32), *chunks], axis=1)
        return heard[:, start - first : stop - first]

    def _played(self, index: int) -> Stereo:
        start, stop = index * CHUNK, (index + 1) * CHUNK
        total = np.zeros((2, CHUNK), np.float64)
        bar = max(0, bisect_right(self.bars, start - _TAIL) - 2)
        while bar < len(self.bars) - 1 and self.bars[bar] < stop:
            for note in self._notes(bar):
                first, last = max(start, note.at), min(stop, note.at + note.length + _TAIL, self.stop)
                if last > first:
                    sound = _sounding(note, np.arange(first, last) - note.at)
                    angle = (note.pan + 1) * np.pi / 4
                    total[:, first - start : last - start] += np.outer((np.cos(angle), np.sin(angle)), sound)
            bar += 1
        return total.astype(np.float32)

    def _notes(self, bar: int) -> list[_Note]:
        mood, rng = _MOODS[self.tune.mood], self._key.rng(bar)
        start, length = self.bars[bar], self.bars[bar + 1] - self.bars[bar]
        root = mood.chords[bar % len(mood.chords)]
        notes = [
            _Note(start, length, self._hz(root + step, 0), mood.pad / (1 + 0.3 * n), (n - 1) * 0.6, "pad")
            for n, step in enumerate((0, 2, 4))
        ]
        for half in range(2):
            at = start + half * length // 2
            notes.append(_Note(at, length // 2, self._hz(root, -1), mood.bass, 0.0, "bass"))
        for n in range(mood.plucks):
            step, played, pan = rng.integers(5), rng.random(), rng.uniform(-0.5, 0.5)
            if n == 0 or played < mood.played:
                hz = self._hz(root + (0, 2, 4, 6, 7)[step], 1)
                notes.append(_Note(start + n * length // mood.plucks, 0, hz, mood.pluck, pan, "pluck"))
        return notes

    def _hz(self, step: int, octave: int) -> float:
        note, mode = self.tune.key.split()
        scale = _MODES[mode]
        semitones = sum(_NOTES[letter] for letter in note) + scale[step % 7] + 12 * (step // 7 + octave)
        return float(220 * 2 ** ((semitones - 9) / 12))


def _bars(start: int, stop: int, length: float, cuts: Sequence[int]) -> list[int]:
    """Where bars begin, and the end of the last: even, or so stretched between cuts that whole ones fit."""
    marks = [start, *sorted({cut for cut in cuts if start < cut < stop})]
    bars: list[int] = []
    for here, following in pairwise(marks):
        count = max(1, round((following - here) / length))
        bars += [here + (following - here) * n // count for n in range(count)]
    last = marks[-1]
    count = max(1, int(np.ceil((stop - last) / length)))
    return [*bars, *(last + round(n * length) for n in range(count + 1))]


def _sounding(note: _Note, n: Int[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """Samples `n` of a note, counted from its beginning."""
    t = n / SAMPLE_RATE
    phase = 2 * np.pi * note.hz * t
    if note.voice == "pluck":
        ring = np.sin(phase) + 0.4 * np.sin(2 * phase) * np.exp(-3 * t) + 0.2 * np.sin(3 * phase) * np.exp(-6 * t)
        envelope = np.minimum(1, t / 0.004) * np.exp(-2.5 * t)
    elif note.voice == "bass":
        ring = np.sin(phase) + 0.3 * np.sin(2 * phase)
        envelope = np.minimum(1, t / 0.02) * np.exp(-1.2 * t)
    else:
        ring = np.sum([np.sin(k * phase * apart) / k**2 for k in (1, 2, 3) for apart in (0.998, 1.002)], axis=0)
        held = note.length / SAMPLE_RATE
        rise = min(0.8, held / 2)
        envelope = np.clip(t / rise, 0, 1) ** 2 * np.clip((held + 1.5 - t) / 1.5, 0, 1) ** 2
    out = np.clip((note.length + _TAIL - n) / (0.2 * SAMPLE_RATE), 0, 1)
    return np.asarray(note.gain * ring * envelope * out)
