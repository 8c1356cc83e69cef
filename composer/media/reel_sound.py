"""The sound of video files from elsewhere, at exact samples of the film."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from jaxtyping import Float

from composer.media.files import opened
from composer.media.reels import REELS, Reel
from composer.media.trimming import heard as heard_frames
from composer.timing import SAMPLE_RATE, round_half_up
from composer.types import Waveform

_RUN_UP_S = Fraction(1)  # decoded before the first sample wanted, so that codecs have what they build on
_FAR_S = 120  # up to here the file is decoded from its start: where a seek lands is known to its clock's tick alone
_GAP_S = Fraction(1, 20)  # time stamps that leap by more are taken at their word; Vorbis's are late by a block at times


def read_reel_sound(reel: Reel, start_s: Fraction, samples: int, fps: Fraction) -> Waveform | None:
    """What is heard beside the pictures of `read_reel`: `[2 samples]` at 48 kHz; None when the file has no sound.

    Sample 0 is heard as the picture at `start_s` appears. Where the file has none, before its first and after its last
    one too, it is silent. Raises `StorageError` when the file is damaged.
    """
    if not reel.sounds:
        return None
    begin_s, speed = reel.start_and_speed(start_s, fps)
    begin_s += reel.first_s
    heard = np.zeros((2, samples), np.float32)
    stop_s = begin_s + samples * speed / SAMPLE_RATE
    for time_s, block in _blocks(reel, begin_s, stop_s, speed):
        at = round_half_up((time_s - begin_s) / speed * SAMPLE_RATE)
        first, last = max(0, at), min(samples, at + block.shape[1])
        if last > first:
            heard[:, first:last] = block[:, first - at : last - at]
    return Waveform(np.clip(np.nan_to_num(heard), -1.0, 1.0))


def _blocks(
    reel: Reel, begin_s: Fraction, stop_s: Fraction, speed: Fraction
) -> Iterator[tuple[Fraction, Float[np.ndarray, "2 n"]]]:
    """Unbroken stretches of sound as the film plays them, each with the file's time of its first sample."""
    with opened(reel.path, REELS) as container:
        stream = container.streams.audio[0]
        wanted = begin_s - _RUN_UP_S
        if wanted > _FAR_S:
            container.seek(int(wanted / stream.time_base), stream=stream)
        run: _Run | None = None
        for frame in heard_frames(container):
            if frame.pts is None:
                continue
            time_s = Fraction(frame.pts * frame.time_base)
            if time_s >= stop_s:
                break
            if run is None or abs(time_s - run.until_s) > _GAP_S:
                if run is not None:
                    yield run.start_s, run.end()
                run = _Run(time_s, speed)
            run.add(frame, time_s)
        if run is not None:
            yield run.start_s, run.end()


class _Run:
    """Frames of sound that follow one another, brought to stereo at 48 kHz."""

    def __init__(self, start_s: Fraction, speed: Fraction) -> None:
        self.until_s, self._lasted_s, self._speed = start_s, Fraction(0), speed
        self._begun: list[Fraction] = []
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
        self._parts: list[Float[np.ndarray, "2 n"]] = [np.zeros((2, 0), np.float32)]

    @property
    def start_s(self) -> Fraction:
        """When it began, by what most of its time stamps say, which are rounded."""
        return sorted(self._begun)[len(self._begun) // 2]

    def add(self, frame: Any, time_s: Fraction) -> None:
        self._begun.append(time_s - self._lasted_s)
        lasts_s = Fraction(frame.samples, frame.sample_rate)
        self.until_s, self._lasted_s = self.until_s + lasts_s, self._lasted_s + lasts_s
        frame.sample_rate = round_half_up(frame.sample_rate * self._speed)
        frame.pts = None
        self._take(frame)

    def end(self) -> Float[np.ndarray, "2 n"]:
        """All of it."""
        self._take(None)
        return np.concatenate(self._parts, axis=1)

    def _take(self, frame: Any) -> None:
        self._parts += [part.to_ndarray() for part in self._resampler.resample(frame)]
