"""Shots joined into a film by copying packets: what was encoded once is not encoded again, but for what overlaps."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from composer.errors import StorageError
from composer.media import H264, DeliveryFormat, FilmFile, opened, probe, write_delivery, write_film, write_master
from composer.stitch.blending import encodable, pictures_of
from composer.stitch.clips import DeliveryClip
from composer.stitch.parts import Overlap, Stretch, parts
from composer.store import beside, storage_error
from composer.timing import FrameRange
from composer.types import Waveform

_REORDER = 2  # frames by which x264's decoding times run ahead of its pictures, with B-frames on


def stitch(
    clips: Sequence[DeliveryClip],
    sound: Iterator[Waveform],
    out: Path,
    film: FilmFile,
    on_progress: Callable[[int], None] | None = None,
    form: DeliveryFormat | None = None,
) -> int:
    """Join shots and sound into the film `out`, and return its frames: frame n is the very frame of its clip, but where
    clips dissolve and fade.

    Those overlaps are encoded as the clips were (`form`; at its best when not given), all other packets are copied,
    where a group of pictures must begin. Clips whose parameter sets differ from one another or from the overlaps', or
    that cannot be cut there, are decoded and encoded anew. Where `form` has another preset than H.264 the clips are
    lossless ones, and the film is encoded once, from their very codes. Raises `StorageError`; `TimingError` when the sound is not
    as long as the picture; `ValueError` when no clip is given, or overlaps do not fit their clips.
    """
    if not clips:
        raise ValueError("no clips to stitch; a film has at least one")
    film_parts = list(parts(clips))
    _check(clips)
    form = form or DeliveryFormat(film.fps, probe(clips[0].path).size)
    with _scratch(out) as folder:
        if form.preset != H264:
            stretches = [_mastered(film_parts, folder / f"picture{out.suffix}", form)]
        else:
            stretches = _copied(film_parts, folder, form) or [_encoded(film_parts, folder / "picture.mp4", form)]
        packets = _packets(stretches, reordered=form.preset == H264)
        with opened(stretches[0].path) as first:
            return write_film(out, first.streams.video[0], packets, sound, film, on_progress)


def _check(clips: Sequence[DeliveryClip]) -> None:
    following = [*clips[1:], None]
    for clip, after in zip(clips, following, strict=True):
        wanted = clip.frames_used + (after.dissolve.frames if after and after.dissolve else 0)
        held = probe(clip.path).frames
        if held < wanted:
            raise StorageError(f"{clip.path} is damaged: it holds {held} of {wanted} frames")


def _copied(film_parts: Sequence[Stretch | Overlap], folder: Path, form: DeliveryFormat) -> list[Stretch] | None:
    """The film as stretches of files whose packets are copied, overlaps encoded; None where that cannot be."""
    stretches: list[Stretch] = []
    sets: set[bytes] = set()
    for part in film_parts:
        if isinstance(part, Stretch) and not _is_cut(part, sets):
            return None
    for number, part in enumerate(film_parts):
        if isinstance(part, Overlap):
            one = _encoded([part], folder / f"{number}.mp4", form)
            if not _is_cut(one, sets):
                return None
            stretches.append(one)
        else:
            stretches.append(part)
    return stretches


def _is_cut(part: Stretch, sets: set[bytes]) -> bool:
    """Does a group of pictures begin where it begins and where it ends, and has it no other parameter sets than `sets`?"""
    with opened(part.path) as container:
        stream = container.streams.video[0]
        sets.add(bytes(stream.codec_context.extradata))
        borders = [
            entry.is_keyframe
            for at in (part.frames.start, part.frames.stop)
            for entry in islice(stream.index_entries, at, at + 1)
        ]
        return len(sets) == 1 and all(borders)


def _encoded(film_parts: Sequence[Stretch | Overlap], path: Path, form: DeliveryFormat) -> Stretch:
    """Parts of a film as a file of their own, with a group of pictures for each."""
    starts, frames = [], 0
    for part in film_parts:
        starts.append(frames)
        frames += len(part)
    pictures = (picture for part in film_parts for picture in encodable(part))
    return Stretch(path, FrameRange(0, write_delivery(path, pictures, form, starts)))


def _mastered(film_parts: Sequence[Stretch | Overlap], path: Path, form: DeliveryFormat) -> Stretch:
    """A film of lossless clips as its preset has it."""
    pictures = (picture for part in film_parts for picture in pictures_of(part))
    return Stretch(path, FrameRange(0, write_master(path, pictures, form)))


def _packets(stretches: Sequence[Stretch], *, reordered: bool) -> Iterator[Any]:
    """The packets of stretches in decoding order, timed in frames of the film; decoding times are their file's own unless
    they are `reordered` as x264 does, whose short clips have others than long ones.
    """
    start = 0
    for part in stretches:
        with opened(part.path) as container:
            stream = container.streams.video[0]
            tick = stream.time_base * stream.average_rate
            if part.frames.start:
                container.seek(round(part.frames.start / tick), stream=stream)
            packets = (packet for packet in container.demux(stream) if packet.size)
            for n, packet in enumerate(islice(packets, len(part))):
                shown = round(packet.pts * tick) - part.frames.start
                if not 0 <= shown < len(part):
                    raise StorageError(f"{part.path} is damaged: frame {part.frames.start + shown} is out of its place")
                decoded = n - _REORDER if reordered else round(packet.dts * tick) - part.frames.start
                packet.pts, packet.dts, packet.duration = start + shown, start + decoded, 1
                yield packet
        start += len(part)


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """A folder beside `out` for what is encoded anew; nobody makes it before something is written there."""
    folder = beside(out.with_name(f"{out.name}.again"))
    try:
        yield folder
    except OSError as error:
        raise storage_error(error, out) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
