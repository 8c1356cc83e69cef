"""Recordings: laid at their moment of the film, or as an endless bed whose seam cannot be heard."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Float

from composer.audio.fading import crossfade_gains
from composer.audio.mixing import Placed
from composer.audio.noise import CHUNK, Stereo
from composer.errors import Wrong
from composer.media import Recording, read_sound
from composer.metrics.loudness import SILENCE_LUFS, loudness_lufs, true_peak_db
from composer.schema.phrases import AUDIO_FILES
from composer.spelling import files_beside
from composer.timing import SAMPLE_RATE
from composer.types import Waveform

LONGEST_S = 300.0
"""Of a recording; of a longer one the first five minutes are looped."""

_HELD = 20 * SAMPLE_RATE  # recordings of so many samples are held, not decoded as they are read
_FADE_S = 1.0
_PEAK_DB = -6.0  # dBTP that no recording is raised beyond


@dataclass(frozen=True, eq=False)
class Loop:
    """A seamless loop, at the level of a bed."""

    samples: Stereo

    def chunk(self, index: int) -> Stereo:
        at = (index * CHUNK + np.arange(CHUNK)) % self.samples.shape[1]
        return self.samples[:, at]


def locate(word: str, folder: Path) -> Path:
    """The recording that `word` names, below `folder`. Raises `Wrong` when it leads out of it, or is not there."""
    base = folder.resolve()
    path = (base / word).resolve()
    if not path.is_relative_to(base):
        raise Wrong(
            "outside",
            f"`{word}` is outside the folder of the shot list",
            "files are read from that folder and below",
            focus=word,
        )
    if not path.is_file():
        expected = f"expected a sound file at `{folder / word}`, in the folder of the shot list or below."
        hint = files_beside(path, base, AUDIO_FILES)
        raise Wrong("no-file", f"there is no file `{word}`", expected + hint, focus=word)
    return path


def check(path: Path) -> None:
    """Raises `Wrong` when what is used of the recording at `path` cannot be read to its end, or is silent."""
    if wrong := _flaw(path, path.stat().st_mtime_ns):
        raise wrong


@lru_cache(maxsize=64)
def _flaw(path: Path, changed_ns: int) -> Wrong | None:
    del changed_ns
    try:
        _heard(path)
    except Wrong as wrong:
        return wrong.with_traceback(None)
    return None


def _heard(path: Path) -> Stereo:
    samples = read_sound(path, LONGEST_S).samples
    if not samples.any():
        raise Wrong("silent", f"`{path.name}` holds only silence", "leave `ambience` out for a silent place")
    return samples


def duration(name: str, folder: Path) -> int:
    """Samples of the recording that `name` names, below `folder`; it is read to its end.

    Raises `Wrong` when it is not there, cannot be read, or is silent.
    """
    path = locate(name, folder)
    length, wrong = _length(path, path.stat().st_mtime_ns)
    if wrong:
        raise wrong
    return length


@lru_cache(maxsize=64)
def _length(path: Path, changed_ns: int) -> tuple[int, Wrong | None]:
    del changed_ns
    try:
        recording = Recording(path)
        if recording.silent:
            return 0, Wrong("silent", f"`{path.name}` holds only silence", "expected a recording that can be heard")
    except Wrong as wrong:
        return 0, wrong.with_traceback(None)
    return recording.length, None


@lru_cache(maxsize=4)
def loop(path: Path, changed_ns: int, level_lufs: float) -> Loop:
    """The recording at `path` as a loop at `level_lufs`; `changed_ns` is when the file was last changed.

    Raises `Wrong` when it cannot be read, or holds only silence.
    """
    del changed_ns
    samples = _heard(path)
    loudness = loudness_lufs(Waveform(samples))
    peak_db = true_peak_db(Waveform(samples))
    raised_db = level_lufs - loudness if loudness > SILENCE_LUFS else 0.0
    gain = 10 ** (min(raised_db, _PEAK_DB - peak_db) / 20)
    return Loop(looped(samples.astype(np.float32) * np.float32(gain)))


@dataclass(frozen=True, eq=False)
class Excerpt:
    """Samples [start, stop) of a recording, the first of them at sample `at` of the film."""

    at: int
    recording: Recording
    start: int
    stop: int

    def read(self, start: int, stop: int) -> Stereo:
        """Samples [start, stop) of the film, `[2 n]`; silent around it."""
        heard = np.zeros((2, stop - start), np.float32)
        first, last = max(start, self.at), min(stop, self.at + self.stop - self.start)
        if last > first:
            shift = self.start - self.at
            heard[:, first - start : last - start] = self.recording.read(first + shift, last + shift)
        return heard


def excerpt(at: int, name: str, folder: Path, start: int = 0, stop: int | None = None) -> Placed | Excerpt:
    """Samples [start, stop) of the recording that `name` names, below `folder`, at sample `at` of the film; to its end
    where `stop` is None. A long one is decoded as it is read. Raises `Wrong` as `duration` does.
    """
    length, path = duration(name, folder), locate(name, folder)
    stop = length if stop is None else min(stop, length)
    start = min(start, stop)
    if length > _HELD:
        return Excerpt(at, Recording(path), start, stop)
    return Placed(at, _short(path, path.stat().st_mtime_ns)[:, start:stop])


@lru_cache(maxsize=32)
def _short(path: Path, changed_ns: int) -> Stereo:
    del changed_ns
    return read_sound(path, _HELD / SAMPLE_RATE).samples.astype(np.float32)


def looped(samples: Stereo) -> Float[np.ndarray, "2 m"]:
    """One turn of an endless loop: the end, faded by the measured correlation, runs on into the beginning.

    The fade takes a second, or a quarter of a recording that is shorter than four.
    """
    fade = min(round(_FADE_S * SAMPLE_RATE), samples.shape[1] // 4)
    if fade == 0:
        return samples
    ending, beginning = samples[:, -fade:], samples[:, :fade]
    out, into = crossfade_gains(ending, beginning)
    return np.concatenate([out * ending + into * beginning, samples[:, fade:-fade]], axis=1)
