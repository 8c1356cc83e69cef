"""What codecs add to sound: primed before it, padded after it. Neither is to be heard."""

from collections.abc import Iterator
from typing import Any

import av
import numpy as np

_ADTS_PRIMING = 1024
"""Samples before the first in a bare AAC stream, which says nothing of them: the frame that every encoder needs."""


def heard(container: Any) -> Iterator[Any]:
    """The frames of a container's first sound stream, with what is to be heard alone.

    What containers say of priming (edit lists, pre-skip) FFmpeg keeps to. That the last packet of an edit list lasts less
    than its samples it does not; a bare AAC stream (ADTS) begins with its encoder's first frame.
    """
    skipped = _ADTS_PRIMING if container.format.name == "aac" else 0
    for frame in container.decode(container.streams.audio[0]):
        lasts = _lasts(frame)
        if skipped < lasts:
            yield _part(frame, skipped, lasts)
        skipped = max(0, skipped - lasts)


def _lasts(frame: Any) -> int:
    """How many samples of a frame are sound, where its container counts in samples; else all of them."""
    samples: int = frame.samples
    lasts: int = frame.duration
    tick = frame.time_base
    if not lasts or tick.numerator * frame.sample_rate > tick.denominator:
        return samples
    if tick.numerator * frame.sample_rate == tick.denominator:  # so most do, and fractions are slow
        return min(samples, lasts)
    said: int = round(lasts * tick * frame.sample_rate)
    return min(samples, said)


def _part(frame: Any, start: int, stop: int) -> Any:
    if start == 0 and stop == frame.samples:
        return frame
    values = frame.to_ndarray()
    step = values.shape[1] // frame.samples  # packed channels stand side by side
    layout, form = frame.layout.name, frame.format.name
    part = av.AudioFrame.from_ndarray(np.ascontiguousarray(values[:, start * step : stop * step]), form, layout)
    part.sample_rate, part.time_base = frame.sample_rate, frame.time_base
    if frame.pts is not None:
        part.pts = frame.pts + round(start / frame.sample_rate / frame.time_base)
    return part
