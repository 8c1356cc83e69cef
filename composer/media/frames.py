"""Frames out of clips and films, by index."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from jaxtyping import UInt8

from composer.errors import StorageError
from composer.media.files import opened
from composer.timing import FrameRange
from composer.types import Size

Planes = UInt8[np.ndarray, "rows w"]
"""A picture of 4:2:0 as it is encoded: h rows of luma, and h / 2 of both chromas, each two of its own rows wide."""

_BT709, _LIMITED, _FULL = 1, 1, 2


@dataclass(frozen=True)
class Footage:
    """What a clip or film says of its picture: frames, frames a second, width and height in px."""

    frames: int
    fps: Fraction
    size: Size


def probe(path: Path) -> Footage:
    """What a clip or film that was written here holds. Raises `StorageError` when it is missing or damaged."""
    with opened(path) as container:
        stream = _picture(container, path)
        return Footage(stream.frames, Fraction(stream.average_rate), (stream.width, stream.height))


def read_frames(path: Path, frames: FrameRange | None = None) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    """RGB frames of a clip or film that was written here, all or those of `frames`, decoded as they are asked for.

    Lossless clips give the very bytes that were written. Raises `StorageError` when the file is missing, damaged, or
    ends before `frames` do.
    """
    return map(to_rgb, decoded(path, frames))


def read_planes(path: Path, frames: FrameRange | None = None) -> Iterator[Planes]:
    """The planes of a delivery clip, all frames or those of `frames`: the very codes that its decoder gives.

    Raises as `read_frames` does.
    """
    return (np.asarray(picture.to_ndarray(format="yuv420p")) for picture in decoded(path, frames))


def decoded(path: Path, frames: FrameRange | None = None) -> Iterator[av.VideoFrame]:
    """Frames of a clip as the decoder hands them out, for `write_delivery` to encode again: nothing is copied between.

    Raises as `read_frames` does.
    """
    with opened(path) as container:
        stream = _picture(container, path)
        wanted = FrameRange(0, stream.frames) if frames is None else frames
        if len(wanted) == 0:
            return
        if wanted.start > 0:
            container.seek(round(wanted.start / stream.average_rate / stream.time_base), stream=stream)
        expected = wanted.start
        for picture in container.decode(stream):
            index = round(picture.pts * stream.time_base * stream.average_rate)
            if index < wanted.start:
                continue
            if index != expected:
                break
            yield picture
            expected += 1
            if expected == wanted.stop:
                return
        raise StorageError(f"{path} is damaged: frame {expected} of {stream.frames} is missing")


def to_rgb(picture: Any) -> UInt8[np.ndarray, "h w 3"]:
    """Codes of sRGB of a decoded picture, by BT.709 when it holds luma and chroma."""
    if picture.format.name == "gbrp":
        return np.asarray(picture.to_ndarray(format="rgb24"))
    converted = picture.reformat(
        format="rgb24",
        src_colorspace="ITU709",
        dst_colorspace="ITU709",
        src_color_range=_LIMITED,
        dst_color_range=_FULL,
    )
    return np.asarray(converted.to_ndarray())


def _picture(container: Any, path: Path) -> Any:
    if not container.streams.video:
        raise StorageError(f"{path} is damaged: it holds no picture")
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 2
    stream.codec_context.thread_type = av.codec.context.ThreadType.AUTO
    return stream
