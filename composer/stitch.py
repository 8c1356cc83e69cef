"""Shots joined into a film by copying packets: what was encoded once is not encoded again."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, islice
from math import floor, inf, nextafter
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer.errors import StorageError
from composer.media import (
    DeliveryFormat,
    FilmFile,
    FrameCursor,
    SoundCursor,
    opened,
    probe,
    read_frames,
    write_delivery,
    write_film,
)
from composer.store import beside, storage_error
from composer.timing import SAMPLE_RATE, FrameRange
from composer.types import Waveform

_REORDER = 2  # frames by which x264's decoding times run ahead of its pictures, with B-frames on


@dataclass(frozen=True)
class DeliveryClip:
    """A shot's delivery file, and how many of its frames the film shows: what follows is its tail handle."""

    path: Path
    frames_used: int


def stitch(
    clips: Sequence[DeliveryClip],
    sound: Iterator[Waveform],
    out: Path,
    film: FilmFile,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Join shots and sound into the film `out`, and return its frames: frame n is the very frame of its clip.

    Packets are copied up to each handle, where a group of pictures must begin. Clips whose parameter sets differ, or
    that cannot be cut there, are decoded and encoded anew. Raises `StorageError`; `TimingError` when the sound is not
    as long as the picture; `ValueError` when no clip is given.
    """
    if not clips:
        raise ValueError("no clips to stitch; a film has at least one")
    if _stitchable(clips):
        with opened(clips[0].path) as first:
            return write_film(out, first.streams.video[0], _packets(clips), sound, film, on_progress)
    with _scratch(out) as folder:
        again = DeliveryClip(folder / "picture.mp4", sum(clip.frames_used for clip in clips))
        write_delivery(
            again.path, _pictures(clips), DeliveryFormat(film.fps, probe(clips[0].path).size), _starts(clips)
        )
        with opened(again.path) as whole:
            return write_film(out, whole.streams.video[0], _packets([again]), sound, film, on_progress)


def _stitchable(clips: Sequence[DeliveryClip]) -> bool:
    """Same parameter sets throughout, and a group of pictures that begins where each clip is cut."""
    sets: set[bytes] = set()
    for clip in clips:
        with opened(clip.path) as container:
            stream = container.streams.video[0]
            if stream.frames < clip.frames_used:
                raise StorageError(f"{clip.path} is damaged: it holds {stream.frames} of {clip.frames_used} frames")
            sets.add(stream.codec_context.extradata)
            cut = [entry.is_keyframe for entry in islice(stream.index_entries, clip.frames_used, clip.frames_used + 1)]
            if len(sets) > 1 or not all(cut):
                return False
    return True


def _packets(clips: Sequence[DeliveryClip]) -> Iterator[Any]:
    """The packets before each handle in decoding order, timed in frames of the film."""
    start = 0
    for clip in clips:
        with opened(clip.path) as container:
            stream = container.streams.video[0]
            tick = stream.time_base * stream.average_rate
            packets = (packet for packet in container.demux(stream) if packet.size)
            for n, packet in enumerate(islice(packets, clip.frames_used)):
                packet.pts, packet.dts, packet.duration = start + round(packet.pts * tick), start + n - _REORDER, 1
                yield packet
        start += clip.frames_used


def _pictures(clips: Sequence[DeliveryClip]) -> Iterator[UInt8[np.ndarray, "h w 3"]]:
    for clip in clips:
        yield from read_frames(clip.path, FrameRange(0, clip.frames_used))


def _starts(clips: Sequence[DeliveryClip]) -> tuple[int, ...]:
    return (0, *accumulate(clip.frames_used for clip in clips[:-1]))


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    folder = beside(out.with_name(f"{out.name}.again"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        raise storage_error(error, out) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def to_moviepy(path: Path) -> Any:
    """The film or clip at `path` as a MoviePy `VideoClip` with its sound, decoded as it is asked for.

    Frame n shows from n / fps on, so that every cut of MoviePy's meets the frames that the file holds. Raises
    `StorageError` when the file is missing or damaged.
    """
    from moviepy import AudioClip, VideoClip  # noqa: PLC0415 - heavy, and only for those who compose further with it

    pictures, sound = FrameCursor(path), SoundCursor(path)
    footage = pictures.footage
    duration_s = float(footage.frames / footage.fps)
    while int(duration_s * float(footage.fps)) < footage.frames:  # MoviePy counts frames so
        duration_s = nextafter(duration_s, inf)
    clip = VideoClip(lambda t: pictures.at(floor(t * footage.fps + 1e-3)), duration=duration_s)
    track = AudioClip(sound.at, duration=duration_s, fps=SAMPLE_RATE)
    return clip.with_fps(float(footage.fps)).with_audio(track)
