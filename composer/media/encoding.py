"""Pictures as files: lossless for the store and what reads it, H.264 for delivery, a film as its preset has it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from jaxtyping import UInt8

from composer.media.files import whole
from composer.media.frames import Planes
from composer.media.presets import H264, PRESETS, hush, preset
from composer.types import Size

CONTAINER = {"fflags": "+bitexact", "movflags": "+faststart+use_metadata_tags"}
"""No dates, no versions of the muxer; the index before the data, so that a browser plays before it has it all."""


def container_of(path: Path) -> str:
    """FFmpeg's name of the container of a file: `.mov` is QuickTime, all else is MP4."""
    return "mov" if path.suffix == ".mov" else "mp4"


_BT709, _LIMITED, _FULL = 1, 1, 2  # FFmpeg's numbers for the matrix, primaries and transfer; for code ranges
_INTRA, _ANY = 1, 0  # picture types that are asked of the encoder
_LOSSLESS_GOP = 12  # frames decoded at most to reach one of them
_X264 = "stitchable=1:open-gop=0:aud=1:no-mbtree=1"
"""Macroblock trees are off: on a busy machine their vector code gave 13 different files from the same 30 frames."""
_THREADS = 4  # x264's bytes depend on their number, never on the machine's

Pixels = UInt8[np.ndarray, "..."] | av.VideoFrame


@dataclass(frozen=True)
class DeliveryFormat:
    """How pictures leave: frames a second, width and height (even numbers of px), quick instead of small for drafts, and
    the preset of the film (`presets`).
    """

    fps: Fraction
    size: Size
    draft: bool = False
    preset: str = H264


def encoders() -> dict[str, bool]:
    """The encoders that films need, and whether this build of PyAV brings each."""
    names = [*dict.fromkeys(preset.encoder for preset in PRESETS.values()), "aac", "pcm_s24le"]
    return {name: name in av.codecs_available for name in names}


def write_lossless(path: Path, frames: Iterable[UInt8[np.ndarray, "h w 3"]], fps: Fraction) -> int:
    """Write RGB frames, byte for byte as they are, and return how many.

    H.264 High 4:4:4 Predictive in RGB, quantiser 0: measured against FFV1 it costs a quarter of the time at the same
    size. Raises `StorageError`; `ValueError` when there are no frames, or their sizes differ.
    """
    options = {"preset": "ultrafast", "qp": "0", "g": str(_LOSSLESS_GOP)}
    return _write(path, frames, _Encoder("libx264rgb", "rgb24", fps, options, threads=1), frozenset())


def write_delivery(
    path: Path,
    frames: Iterable[UInt8[np.ndarray, "h w 3"] | Planes | av.VideoFrame],
    delivery: DeliveryFormat,
    starts: Collection[int] = (0,),
) -> int:
    """Write sRGB frames, or planes and frames as `read_planes` and `decoded` give them, as H.264, BT.709, 4:2:0, and
    return how many.

    A closed group of pictures begins at each frame of `starts`, so that packets can be cut there (a shot's first frame,
    its tail handle's first). The same settings give the same parameter sets, so that clips stitch. Raises
    `StorageError`; `ValueError` when there are no frames, or one is not of `delivery.size`.
    """
    options = {
        **PRESETS[H264].settings(draft=delivery.draft),
        "forced-idr": "1",
        "g": str(max(1, round(2 * delivery.fps))),
        "x264-params": _X264,
    }
    encoder = _Encoder("libx264", "yuv420p", delivery.fps, options, _THREADS, delivery.size)
    return _write(path, frames, encoder, frozenset(starts))


def write_master(path: Path, frames: Iterable[UInt8[np.ndarray, "h w 3"]], delivery: DeliveryFormat) -> int:
    """Write sRGB frames as the preset of `delivery` has them, and return how many.

    Raises `UsageError` when this machine does not have it, `StorageError`; `ValueError` as `write_delivery` does.
    """
    how = preset(delivery.preset)
    hush()
    options = {"g": str(max(1, round(2 * delivery.fps))), **how.settings(draft=delivery.draft)}
    encoder = _Encoder(how.encoder, how.pixels, delivery.fps, options, how.threads, delivery.size)
    return _write(path, frames, encoder, frozenset())


@dataclass(frozen=True)
class _Encoder:
    name: str
    pixels: str
    fps: Fraction
    options: dict[str, str]
    threads: int
    size: Size | None = None

    def add_to(self, container: Any, size: Size) -> Any:
        stream = container.add_stream(self.name, rate=self.fps, options=self.options)
        stream.width, stream.height, stream.pix_fmt = *size, self.pixels
        context = stream.codec_context
        context.time_base, context.sample_aspect_ratio = 1 / self.fps, Fraction(1)
        context.thread_count = self.threads
        context.flags |= Flags.bitexact
        if self.pixels != "rgb24":
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = _LIMITED
        return stream

    def picture(self, pixels: Pixels) -> Any:
        if isinstance(pixels, av.VideoFrame):
            return pixels
        if pixels.ndim == 2:
            return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "yuv420p")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
        return _in_709(frame, self.pixels) if self.pixels != "rgb24" else frame


def to_planes(pixels: UInt8[np.ndarray, "h w 3"]) -> Planes:
    """A picture of sRGB codes as `write_delivery` encodes it."""
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
    return np.asarray(_in_709(frame, "yuv420p").to_ndarray())


def _in_709(frame: Any, pixels: str) -> Any:
    return frame.reformat(
        format=pixels,
        src_colorspace="ITU709",
        dst_colorspace="ITU709",
        src_color_range=_FULL,
        dst_color_range=_LIMITED,
        interpolation="AREA",
    )


def _size(pixels: Pixels) -> Size:
    if isinstance(pixels, av.VideoFrame):
        return pixels.width, pixels.height
    height, width = pixels.shape[:2]
    return width, height if pixels.ndim == 3 else height * 2 // 3


def _opened(temporary: Path, path: Path) -> Any:
    return av.open(str(temporary), "w", format=container_of(path), options=CONTAINER)


def _write(path: Path, frames: Iterable[Pixels], encoder: _Encoder, starts: frozenset[int]) -> int:
    source = iter(frames)
    first = next(source, None)
    if first is None:
        raise ValueError(f"no frames to write to {path}; a clip has at least one")
    size = _size(first)
    count = 0
    with whole(path) as temporary, _opened(temporary, path) as container:
        stream = encoder.add_to(container, encoder.size or size)
        pixels: Pixels | None = first
        while pixels is not None:
            if (own := _size(pixels)) != (stream.width, stream.height):
                raise ValueError(f"frame {count} is {own[0]}x{own[1]}; expected {stream.width}x{stream.height}")
            frame = encoder.picture(pixels)
            frame.pts, frame.time_base = count, 1 / encoder.fps
            frame.pict_type = _INTRA if count in starts else _ANY
            container.mux(stream.encode(frame))
            count += 1
            pixels = next(source, None)
        container.mux(stream.encode())
    return count
