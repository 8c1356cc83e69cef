"""A recording as an endless bed: looped, its end faded into its beginning so that the seam cannot be heard."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Float

from composer.audio.fading import crossfade_gains
from composer.audio.loudness import SILENCE_LUFS, loudness_lufs, true_peak_db
from composer.audio.noise import CHUNK, Stereo
from composer.errors import Wrong
from composer.media import read_sound
from composer.timing import SAMPLE_RATE, round_half_up
from composer.types import Waveform

LONGEST_S = 300.0
"""Of a recording; of a longer one the first five minutes are looped."""

_WHOLE_S = 3600.0
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
        raise Wrong(
            "no-file",
            f"there is no file `{word}`",
            "expected a sound file below the folder of the shot list",
            focus=word,
        )
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


@lru_cache(maxsize=16)
def stretch(path: Path, changed_ns: int, start_s: Fraction, stop_s: Fraction | None) -> Stereo:
    """What a recording holds from `start_s` to `stop_s`, or to its end; an hour at most.

    Raises `Wrong` when it cannot be read, or ends before `start_s`.
    """
    del changed_ns
    samples = read_sound(path, float(stop_s) if stop_s is not None else _WHOLE_S).samples
    start = round_half_up(start_s * SAMPLE_RATE)
    if start >= samples.shape[1]:
        lasts = f"{samples.shape[1] / SAMPLE_RATE:.4g}"
        raise Wrong("past-end", f"`{path.name}` ends after {lasts} s", f"expected `in` below `{lasts}s`")
    return samples[:, start:].astype(np.float32)


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
