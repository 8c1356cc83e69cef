"""Films at any moment: cursors that go on cheaply and start anew when asked for what lies behind them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from composer.media.files import opened
from composer.media.frames import probe, read_frames
from composer.timing import SAMPLE_RATE, FrameRange

_NEAR = 48  # frames that are decoded rather than sought past
_RUN_UP = 8192  # samples decoded before the ones that count, so that AAC has its neighbours
_FAR = 10 * SAMPLE_RATE


class FrameCursor:
    """Frames of a clip or film by number; beyond its ends the first and the last one."""

    def __init__(self, path: Path) -> None:
        self.path, self.footage = path, probe(path)
        self._number = -1
        self._coming: Iterator[UInt8[np.ndarray, "h w 3"]] = iter(())
        self._shown: UInt8[np.ndarray, "h w 3"] | None = None

    def at(self, number: int) -> UInt8[np.ndarray, "h w 3"]:
        """Frame `number`. Raises `StorageError` when the file is damaged."""
        number = min(max(number, 0), self.footage.frames - 1)
        if self._shown is None or not 0 <= number - self._number <= _NEAR:
            self._coming = read_frames(self.path, FrameRange(number, self.footage.frames))
            self._number, self._shown = number, next(self._coming)
        while self._number < number:
            self._number, self._shown = self._number + 1, next(self._coming)
        return self._shown


class SoundCursor:
    """The sound of a film by time; silent before its start and after its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._start = 0  # the film's sample that `_held` begins with
        self._held: Float[np.ndarray, "2 n"] = np.zeros((2, 0), np.float32)
        self._coming: Iterator[tuple[int, Float[np.ndarray, "2 n"]]] | None = None

    def at(self, time_s: float | Float[np.ndarray, " n"]) -> Float[np.ndarray, "*n 2"]:
        """Left and right at one time or at many, in seconds. Raises `StorageError` when the file is damaged."""
        samples = np.floor(np.asarray(time_s, float) * SAMPLE_RATE + 0.5).astype(np.int64)
        if samples.size:
            self._hold(max(int(samples.min()), 0), int(samples.max()) + 1)
        index = samples - self._start
        inside = (index >= 0) & (index < self._held.shape[1])
        values = self._held[:, np.where(inside, index, 0)] if self._held.shape[1] else np.zeros((2, *index.shape))
        return np.moveaxis(np.where(inside, values, 0.0), 0, -1)

    def _hold(self, start: int, stop: int) -> None:
        end = self._start + self._held.shape[1]
        if self._coming is None or start < self._start or start > end + _FAR:
            self._coming = _decoded(self.path, start)
            self._start, self._held = start, np.zeros((2, 0), np.float32)
        blocks = [self._held[:, max(0, start - self._start) :]]
        self._start, end = max(self._start, min(start, end)), self._start + self._held.shape[1]
        while end < stop and (block := next(self._coming, None)) is not None:
            first, sound = block
            sound = sound[:, max(0, end - first) :]
            blocks.append(sound)
            end += sound.shape[1]
        self._held = np.concatenate(blocks, axis=1)


def _decoded(path: Path, start: int) -> Iterator[tuple[int, Float[np.ndarray, "2 n"]]]:
    """Blocks of sound from sample `start` on, each with the number of its first sample."""
    with opened(path) as container:
        if not container.streams.audio:
            return
        stream = container.streams.audio[0]
        container.seek(round((start - _RUN_UP) / SAMPLE_RATE / stream.time_base), stream=stream)
        for frame in container.decode(stream):
            first = round(frame.pts * stream.time_base * SAMPLE_RATE)
            if first + frame.samples > start:
                cut = max(0, start - first)
                yield first + cut, frame.to_ndarray()[:, cut:]
