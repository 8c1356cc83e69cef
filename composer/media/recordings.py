"""Recorded sound out of files: stereo at 48 kHz, whatever it was, without what its codec added before and after it."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import av
import numpy as np
from jaxtyping import Float

from composer.errors import StorageError, Wrong
from composer.media.files import opened
from composer.media.trimming import heard
from composer.timing import SAMPLE_RATE
from composer.types import Waveform

_FORMATS = "aac,flac,mov,mp4,mp3,ogg,wav,matroska,webm"
_EXPECTED = "expected sound that FFmpeg reads: AAC, FLAC, MP3, Ogg or WAV"


def read_sound(path: Path, longest_s: float = 300.0) -> Waveform:
    """The first `longest_s` seconds of a local sound file: stereo at 48 kHz, `[2 n]`.

    Raises `Wrong` when it is missing, holds no sound, or is none that can be read.
    """
    longest = round(longest_s * SAMPLE_RATE)
    blocks: list[Float[np.ndarray, "2 n"]] = [np.zeros((2, 0), np.float32)]
    total = 0
    for block in _decoded(path):
        blocks.append(block)
        total += block.shape[1]
        if total >= longest:
            break
    samples = np.concatenate(blocks, axis=1)[:, :longest]
    if samples.shape[1] == 0:
        raise Wrong("no-sound", f"`{path.name}` holds no sound", _EXPECTED)
    return Waveform(samples)


class Recording:
    """A local sound file that is decoded as it is read, so that no length of it fills the memory.

    Reading on is cheap; reading what lies behind begins anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._coming: Iterator[Float[np.ndarray, "2 n"]] = iter(())
        self._start = 0  # the sample that `_held` begins with
        self._held: Float[np.ndarray, "2 n"] | None = None

    @property
    def length(self) -> int:
        """How many samples it has. Raises `Wrong`."""
        return self._whole[0]

    @property
    def silent(self) -> bool:
        """Whether nothing can be heard in it. Raises `Wrong`."""
        return not self._whole[1]

    def read(self, start: int, stop: int) -> Float[np.ndarray, "2 n"]:
        """Samples [start, stop), `[2 n]`; silent after its end. Raises `Wrong`."""
        held = self._held
        if held is None or start < self._start:
            self._coming, self._start, held = _decoded(self.path), 0, np.zeros((2, 0), np.float32)
        blocks = [held[:, max(0, start - self._start) :]]
        end = self._start + held.shape[1]
        while end < stop and (block := next(self._coming, None)) is not None:
            blocks.append(block[:, max(0, start - end) :])
            end += block.shape[1]
        held = np.concatenate(blocks, axis=1)
        self._start, self._held = end - held.shape[1], held
        heard = np.zeros((2, stop - start), np.float32)
        found = held[:, max(0, start - self._start) : max(0, stop - self._start)]
        heard[:, : found.shape[1]] = found
        return heard

    @cached_property
    def _whole(self) -> tuple[int, bool]:
        """Decoded to its end: how many samples, and whether any can be heard."""
        length, loud = 0, False
        for block in _decoded(self.path):
            length, loud = length + block.shape[1], loud or bool(block.any())
        return length, loud


def _decoded(path: Path) -> Iterator[Float[np.ndarray, "2 n"]]:
    """Blocks of sound from the first sample on. Raises `Wrong`."""
    if not path.is_file():
        raise Wrong("no-file", f"there is no file `{path.name}`", _EXPECTED)
    try:
        with opened(path, _FORMATS) as container:
            if not container.streams.audio:
                raise Wrong("no-sound", f"`{path.name}` holds no sound", _EXPECTED)
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
            for frame in heard(container):
                yield from (_finite(part, path) for part in resampler.resample(frame))
            yield from (_finite(part, path) for part in resampler.resample(None))
    except StorageError as error:
        raise Wrong("unreadable", f"`{path.name}` cannot be read as sound", _EXPECTED) from error


def _finite(part: av.AudioFrame, path: Path) -> Float[np.ndarray, "2 n"]:
    samples = np.asarray(part.to_ndarray(), np.float32)
    if not np.isfinite(samples).all():
        raise Wrong("no-sound", f"`{path.name}` holds no sound", _EXPECTED)
    return samples
