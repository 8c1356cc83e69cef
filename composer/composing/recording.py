"""The last render of a folder, for what comes after it: which clips it took, and what each of them was made from."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from composer import shotlist as lists
from composer.composing.clips import Clips
from composer.composing.footage import content_of
from composer.composing.keys import Keys
from composer.errors import StorageError, TimingError
from composer.planning import plain_values
from composer.schema import ShotList
from composer.store import write_whole
from composer.timing import FrameRange
from composer.types import FilmPlan, SegmentPlan, Size

RECORD = Path(".render") / "record.json"
"""In the output folder."""

_VERSION = 1


@dataclass(frozen=True)
class Recorded:
    """A segment as it was: its clip in the store, a digest of each part of its key, and the segments that it read.

    `earlier`: a render before the last one made it, and the last one ended before it came to it. `seconds` is what it
    took to make, where that is known; `shows` is a digest of the geometry that its clip shows.
    """

    shot: str
    key: str
    content: str
    parts: Mapping[str, str]
    reads: tuple[str, ...]
    frames: FrameRange
    size: Size
    fps: Fraction
    take: int = 0
    locked: bool = False
    earlier: bool = False
    seconds: float | None = None
    shows: str = ""
    picked: int | None = None


@dataclass(frozen=True)
class Record:
    """A render: the text of its list (None of one built in Python), who made it, its seed, the digests of the files that
    the list names, and its segments.
    """

    document: str | None
    generator: Mapping[str, Any]
    seed: int
    segments: Mapping[str, Recorded]
    files: Mapping[str, str] = field(default_factory=dict)

    def shot(self, name: str) -> tuple[Recorded, ...]:
        """The segments of a shot, in order."""
        return tuple(segment for segment in self.segments.values() if segment.shot == name)


@contextmanager
def recorded(
    folder: Path, keys: Keys, plan: FilmPlan, clips: Clips, seconds: Mapping[str, float] | None = None
) -> Iterator[None]:
    """Write the record of `folder` when the render of `plan` inside ends, however it ends.

    `seconds` is what each segment took to make, as far as it is known by then. Raises `StorageError`.
    """
    try:
        yield
    except BaseException:
        with suppress(StorageError):  # the first fault is the one to tell
            write_record(folder, keys, plan, clips, seconds or {})
        raise
    write_record(folder, keys, plan, clips, seconds or {})


def write_record(folder: Path, keys: Keys, plan: FilmPlan, clips: Clips, seconds: Mapping[str, float]) -> None:
    """Write the record of what was made of `plan` so far; of the rest, what the last record says. Raises `StorageError`."""
    last = read_record(folder)
    segments: dict[str, Recorded] = {}
    for segment in plan.segments:
        if clips.written(segment.id):
            segments[segment.id] = _recorded(segment, keys, clips, last, seconds.get(segment.id))
        elif last and segment.id in last.segments:
            segments[segment.id] = replace(last.segments[segment.id], earlier=True)
    shotlist = keys.rehearsal.shotlist
    record = Record(lists.text_of(shotlist), asdict(keys.can), plan.seed, segments, named_files(shotlist))
    said = {"version": _VERSION, **plain_values(asdict(record))}
    text = json.dumps(said, indent=1) + "\n"
    if last is None or text != (folder / RECORD).read_text():
        write_whole(folder / RECORD, text)


def read_record(folder: Path) -> Record | None:
    """The record of the last render into `folder`; None when there was none, or when it cannot be read."""
    try:
        said = json.loads((folder / RECORD).read_text())
        if said.pop("version") != _VERSION:
            return None
        segments = {name: _from_json(segment) for name, segment in said.pop("segments").items()}
        record = Record(segments=segments, **said)
        return record if {"name", "version"} <= record.generator.keys() else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ZeroDivisionError, TimingError):
        return None


def named_files(shotlist: ShotList) -> dict[str, str]:
    """The digest of each file in the list's folder that the list names."""
    folder = lists.folder_of(shotlist)
    if folder is None:
        return {}
    digests = {}
    for name in sorted(set(_texts(lists.document_of(shotlist)))):
        with suppress(OSError, ValueError):  # what is no name of a file is none
            if (folder / name).is_file():
                digests[name] = content_of(folder / name)
    return digests


def _texts(data: object) -> Iterator[str]:
    if isinstance(data, str) and "." in data:
        yield data
    for item in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from _texts(item)


def _recorded(segment: SegmentPlan, keys: Keys, clips: Clips, last: Record | None, seconds: float | None) -> Recorded:
    key = clips.key(segment.id)
    before = last.segments.get(segment.id) if last else None
    known = before.seconds if before and before.key == key else None
    return Recorded(
        segment.shot,
        key,
        clips.content(segment.id),
        keys.parts(segment),
        keys.reads(segment),
        segment.frames,
        segment.size,
        segment.fps,
        segment.take,
        bool(segment.locked),
        seconds=known if seconds is None else seconds,
        shows=before.shows if before and before.key == key and segment.locked else keys.shows(segment),
        picked=segment.takes.picked if segment.takes else None,
    )


def _from_json(said: Mapping[str, Any]) -> Recorded:
    frames, size = FrameRange(*said["frames"]), (said["size"][0], said["size"][1])
    told = {**said, "frames": frames, "size": size, "fps": Fraction(said["fps"]), "reads": tuple(said["reads"])}
    return Recorded(**told)
