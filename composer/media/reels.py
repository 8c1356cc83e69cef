"""Video files from elsewhere: what they hold, and which of their pictures a film shows when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import chain
from math import ceil
from pathlib import Path
from typing import Any

import av
import numpy as np
from jaxtyping import UInt8

from composer.errors import StorageError, Wrong
from composer.media.files import opened
from composer.timing import round_half_up
from composer.types import Size

REELS = "mov,mp4,matroska,webm"
"""Formats of video files, as FFmpeg names them: no playlist, nothing that leads to other files."""

_EXPECTED = "expected MP4, MOV, MKV or WebM that FFmpeg decodes"
_HDR = {16: "PQ", 18: "HLG"}  # FFmpeg's numbers of transfers
_ONE_TO_ONE = Fraction(2, 1000)  # rates this near to the film's: no picture is left out or shown twice
_RUN_UP_S = Fraction(1, 5)  # decoded before the first picture wanted, so that deinterlacing knows what was before
_601, _709 = 5, 1  # swscale's numbers of matrices
_MATRICES = {1: _709, 4: 4, 5: _601, 6: _601, 7: 7, 9: 9, 10: 9}  # FFmpeg's numbers of matrices to swscale's
_HD_LINES = 720
_SLIMMEST = 16  # of shapes: the longer side over the shorter one
_FULL = 2

Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True)
class Reel:
    """What a video file holds. Its time counts from its first picture on.

    `size` is that of its pictures upright and with square pixels, `fps` their mean rate (None: unknown), `first_s` the
    first one's time stamp, `tick_s` what time stamps are rounded to.
    """

    path: Path
    size: Size
    fps: Fraction | None
    tick_s: Fraction
    first_s: Fraction
    end_s: Fraction
    interlaced: bool
    sounds: bool

    def cover(self, size: Size) -> Size:
        """The smallest even size of its own shape that covers a picture of `size`."""
        scale = max(Fraction(size[0], self.size[0]), Fraction(size[1], self.size[1]))
        width, height = (2 * ceil(side * scale / 2) for side in self.size)
        return width, height

    def keeps_to(self, fps: Fraction) -> bool:
        """Is its rate so near to that of a film that each of its pictures is one frame of it?"""
        return self.fps is not None and abs(self.fps / fps - 1) <= _ONE_TO_ONE

    def start_and_speed(self, start_s: Fraction, fps: Fraction) -> tuple[Fraction, Fraction]:
        """The file's time at which a film of `fps` begins that is to begin at `start_s`, and how fast it then runs.

        A file whose rate is within 0.2 % of the film's begins on a picture, and each of its pictures is one frame.
        """
        if self.fps is None or not self.keeps_to(fps):
            return start_s, Fraction(1)
        return round_half_up(start_s * self.fps) / self.fps, fps / self.fps


def probe_reel(path: Path) -> Reel:
    """What the video file at `path` holds; read once as long as it does not change. Raises `Wrong`."""
    try:
        stat = path.stat()
    except OSError as error:
        raise Wrong("no-file", f"`{path.name}` cannot be read: {error.strerror or error}", _EXPECTED) from None
    found = _probed(path, stat.st_mtime_ns, stat.st_size)
    if isinstance(found, Wrong):
        raise found.with_traceback(None)
    return found


@lru_cache(maxsize=256)
def _probed(path: Path, changed_ns: int, length: int) -> Reel | Wrong:
    del changed_ns, length
    try:
        return _probe(path)
    except Wrong as wrong:
        return wrong.with_traceback(None)
    except (StorageError, av.error.FFmpegError):
        return Wrong("video", f"`{path.name}` cannot be read as video", _EXPECTED)


def _probe(path: Path) -> Reel:
    with opened(path, REELS) as container:
        if not container.streams.video:
            raise Wrong("video", f"`{path.name}` holds no picture", _EXPECTED)
        stream = container.streams.video[0]
        rate = stream.average_rate or stream.guessed_rate
        shown = [
            (packet.pts, packet.pts + (packet.duration or 0))
            for packet in container.demux(stream)
            if packet.size and packet.pts is not None and not packet.is_discard
        ]
        if not shown:
            raise Wrong("video", f"`{path.name}` holds no picture with a time stamp", _EXPECTED)
        start, last, stop = min(shown)[0], max(shown)[0], max(stop for _, stop in shown)
        if stop == last:  # the container does not say how long a picture stands
            stop += round(1 / rate / stream.time_base) if rate else 1
        sounds = bool(container.streams.audio)
    with opened(path, REELS) as container:
        picture = next(container.decode(container.streams.video[0]), None)
        if picture is None:
            raise Wrong("video", f"`{path.name}` cannot be read as video", _EXPECTED)
        transfer = _HDR.get(int(picture.color_trc))
        if transfer:
            said = f"`{path.name}` is HDR ({transfer}), and films here are not"
            raise Wrong("hdr", said, "expected standard range: have another tool convert it to BT.709")
        tick = Fraction(container.streams.video[0].time_base)
        shape = _upright(picture, container.streams.video[0].sample_aspect_ratio)
        if max(shape) > _SLIMMEST * min(shape):
            said = f"`{path.name}` shows pictures of {shape[0]}x{shape[1]}"
            raise Wrong("video", said, f"expected sides of which one is at most {_SLIMMEST} times the other")
    if sounds:
        with opened(path, REELS) as container:
            next(container.decode(container.streams.audio[0]), None)
    return Reel(
        path,
        size=shape,
        fps=Fraction(rate) if rate else None,
        tick_s=tick,
        first_s=start * tick,
        end_s=(stop - start) * tick,
        interlaced=picture.interlaced_frame,
        sounds=sounds,
    )


def _upright(picture: Any, pixel: Fraction | None) -> Size:
    """Its size as it is to be seen: turned, and with square pixels."""
    width = max(1, round_half_up(picture.width * Fraction(pixel))) if pixel else picture.width
    return (picture.height, width) if _turns(picture) % 2 else (width, picture.height)


def read_reel(
    reel: Reel, start_s: Fraction, after_s: Sequence[Fraction], fps: Fraction, size: Size
) -> Iterator[Picture]:
    """Pictures of `size` that a film of `fps` shows at times `after_s`, which rise, after it began at `start_s` of the file.

    Each is the one that the file shows then, none is blended of two; before its first and after its last picture that
    one stands. They are sRGB codes, by the file's own matrix and range (untagged: BT.709 from 720 lines on, else BT.601).
    Raises `StorageError` when the file is damaged.
    """
    begin_s, speed = reel.start_and_speed(start_s, fps)
    late_s = 1 / (2 * fps) if reel.keeps_to(fps) else reel.tick_s
    times_s = [reel.first_s + begin_s + after * speed + late_s for after in after_s]
    shown: Any = None
    made: Picture | None = None
    coming = _decoded(reel, times_s[0] if times_s else Fraction(0))
    following = next(coming, None)
    for time_s in times_s:
        while following is not None and (shown is None or following.pts * following.time_base <= time_s):
            shown, made, following = following, None, next(coming, None)
        if shown is None:
            raise StorageError(f"{reel.path} is damaged: it shows no picture at {float(time_s - reel.first_s):.3f} s")
        if made is None:
            made = _seen(shown, size)
        yield made


def _decoded(reel: Reel, time_s: Fraction) -> Iterator[Any]:
    """Pictures in order, from one that stands at `time_s` or before on."""
    wanted = min(time_s, reel.first_s + reel.end_s) - _RUN_UP_S
    if wanted > reel.first_s:
        with opened(reel.path, REELS) as container:
            stream = _stream(container)
            container.seek(int(wanted / stream.time_base), stream=stream)
            pictures = _timed(container, stream, reel.interlaced)
            first = next(pictures, None)
            if first is not None and first.pts * first.time_base <= time_s:
                yield first
                yield from pictures
                return
    with opened(reel.path, REELS) as container:
        stream = _stream(container)
        yield from _timed(container, stream, reel.interlaced)


def _stream(container: Any) -> Any:
    stream = container.streams.video[0]
    stream.codec_context.thread_count = 2
    stream.codec_context.thread_type = av.codec.context.ThreadType.AUTO
    return stream


def _timed(container: Any, stream: Any, interlaced: bool) -> Iterator[Any]:
    """Decoded pictures that have a time, each made of whole lines."""
    pictures = (picture for picture in container.decode(stream) if picture.pts is not None)
    return _deinterlaced(pictures, stream) if interlaced else pictures


def _deinterlaced(pictures: Iterator[Any], stream: Any) -> Iterator[Any]:
    """As many pictures, the lines of the second field drawn anew (bwdif)."""
    graph = av.filter.Graph()
    source, sink = graph.add_buffer(template=stream), graph.add("buffersink")
    graph.link_nodes(source, graph.add("bwdif", "mode=send_frame:deint=interlaced"), sink).configure()
    for picture in chain(pictures, [None]):
        graph.push(picture)
        while True:
            try:
                yield graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break


def _turns(picture: Any) -> int:
    """Quarters of a turn to the left that set it upright."""
    quarters: int = round(picture.rotation / 90)
    return quarters % 4


def _seen(picture: Any, size: Size) -> Picture:
    turns = _turns(picture)
    width, height = size[::-1] if turns % 2 else size
    grown = width > picture.width or height > picture.height
    how = av.video.reformatter.Interpolation
    exact = how.ACCURATE_RND | how.FULL_CHR_H_INT | how.BITEXACT
    converted = picture.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=_MATRICES.get(int(picture.colorspace), _709 if picture.height >= _HD_LINES else _601),
        dst_colorspace=_709,
        src_color_range=_FULL if picture.color_range == _FULL or "yuvj" in picture.format.name else 1,
        dst_color_range=_FULL,
        interpolation=(how.LANCZOS if grown else how.AREA) | exact,
    )
    return np.ascontiguousarray(np.rot90(converted.to_ndarray(), turns))
