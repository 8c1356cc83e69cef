"""Shots that are footage: their files, what their clips are made from, and the final frames that they hand on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import floor
from pathlib import Path as FilePath

import numpy as np
from jaxtyping import UInt8

from composer import shotlist as lists
from composer.errors import GeneratorError, Path, Problem, Wrong
from composer.generators.footage import Footage
from composer.media import Reel, read_reel
from composer.media import probe_reel as probe
from composer.schema import ShotList, slates
from composer.schema.quantities import plain
from composer.store import file_digest
from composer.types import CameraTrack, ControlFrame, ControlMaps, SegmentGenerator, SegmentPlan, Size


def load_reels(shotlist: ShotList) -> tuple[dict[str, Reel], list[Problem]]:
    """Every file of footage by its name, and what is wrong with it or with the stretch that a shot shows."""
    reels: dict[str, Reel] = {}
    problems: list[Problem] = []
    for index, shot in enumerate(shotlist.shots):
        if shot.footage is None:
            continue
        path: Path = ("shots", index, "footage")
        try:
            reel = reels[shot.footage.file] = probe(folder_of(shotlist) / shot.footage.file)
        except Wrong as wrong:
            problems.append(Problem((*path, "file"), wrong.code, wrong.message, wrong.expected, shot.footage.file))
            continue
        for key, moment in (("in", shot.footage.in_), ("out", shot.footage.out)):
            at_s = moment.seconds(shotlist.fps) if moment else Fraction(0)
            past = at_s >= reel.end_s if key == "in" else at_s > reel.end_s + 1 / shotlist.fps
            if past:
                said = f"`{key}` is at {plain(at_s)} s, and `{shot.footage.file}` ends at {plain(reel.end_s)} s"
                hint = f"expected {'less than' if key == 'in' else 'at most'} `{plain(reel.end_s)}s`"
                problems.append(Problem((*path, key), "footage-times", said, (hint,)))
                break
    return reels, [*problems, *_dissolves(shotlist, reels)]


def _dissolves(shotlist: ShotList, reels: Mapping[str, Reel]) -> Iterator[Problem]:
    """Dissolves from footage whose file ends before they do."""
    for before, slate in pairwise(slates(shotlist)):
        footage, edit = before.shot.footage, slate.shot.edit
        reel = reels.get(footage.file) if footage else None
        if footage is None or reel is None or edit.kind != "dissolve":
            continue
        stop_s = footage.in_.seconds(before.fps) + before.duration_s
        left = max(0, floor((reel.end_s - stop_s) * before.fps + Fraction(1, 2)))
        if left < edit.frames(before.fps):
            said = f"a dissolve of {plain(edit.seconds(before.fps))} s from `{before.name}`, whose file goes on for "
            said += f"{left} frame{'' if left == 1 else 's'} after its end" if left else "no frame after its end"
            good = f"Did you mean `dissolve {left}f`?" if left else "end it earlier: give its `footage` an `out`"
            yield Problem(("shots", slate.index, "edit"), "no-frames-left", said, (good,), edit.duration)


def folder_of(shotlist: ShotList) -> FilePath:
    """Where the files of footage lie."""
    return lists.folder_of(shotlist) or FilePath()


def no_camera(size: Size) -> CameraTrack:
    """The track of footage, of whose camera nothing is known."""
    return CameraTrack(np.zeros((0, 3, 3)), np.zeros((0, 4, 4)), size)


@dataclass(frozen=True)
class NoControls:
    """`types.Controls` of `count` frames of which nothing is declared."""

    count: int

    def __len__(self) -> int:
        return self.count

    def frame(self, index: int) -> ControlFrame:
        if not 0 <= index < self.count:
            raise IndexError(f"no frame {index} of {self.count}")
        return ControlFrame()

    def frames(self, start: int = 0) -> Iterator[ControlFrame]:
        return (self.frame(index) for index in range(start, len(self)))

    def stack(self) -> ControlMaps:
        return ControlMaps()


@dataclass(frozen=True, eq=False)
class Projector:
    """Shows the footage of one film, whose pictures have a size and a rate."""

    folder: FilePath
    reels: dict[str, Reel]
    size: Size
    fps: Fraction

    @property
    def maker(self) -> SegmentGenerator:
        return Footage(self.folder)

    def file(self, segment: SegmentPlan) -> str:
        """Digest of the file that a segment shows. Raises `GeneratorError` when it is no longer there."""
        assert segment.footage is not None
        path = self.folder / segment.footage.file
        try:
            return content_of(path)
        except OSError as error:
            said = f"{path}: {(error.strerror or str(error)).lower()}. It was good when the render began"
            raise GeneratorError(said) from None

    def handed_on(self, before: SegmentPlan, lasts_s: Fraction, segment: SegmentPlan) -> UInt8[np.ndarray, "p h w 3"]:
        """The final frames of a shot of footage that lasts `lasts_s`, as the prefix of `segment` wants them.

        Native frame -k stands k / native rate before the cut. What the film shows stands where the next shot's native
        pictures have it; beyond that stands what else the file holds, and beyond its edges their reflection.
        """
        assert before.footage is not None
        reel = self.reels[before.footage.file]
        scale = min(Fraction(segment.size[0], self.size[0]), Fraction(segment.size[1], self.size[1]))
        wide, high = (
            own + 2 * round((side * scale - own) / 2)
            for side, own in zip(reel.cover(self.size), segment.size, strict=True)
        )
        after_s = [lasts_s + (segment.frames.start + k) / segment.fps for k in range(segment.prefix)]
        pictures = read_reel(reel, before.footage.start_s, after_s, self.fps, (wide, high))
        return np.stack([_middle(picture, segment.size) for picture in pictures])


def _middle(picture: UInt8[np.ndarray, "_ _ 3"], size: Size) -> UInt8[np.ndarray, "h w 3"]:
    """The middle of a picture in `size`; where it is smaller, its edges are reflected."""
    for axis, wanted in ((0, size[1]), (1, size[0])):
        have = picture.shape[axis]
        if have > wanted:
            picture = picture.take(range((have - wanted) // 2, (have + wanted) // 2), axis)
        elif have < wanted:
            room = [(0, 0)] * 3
            room[axis] = ((wanted - have) // 2, (wanted - have) // 2)
            picture = np.pad(picture, room, mode="symmetric")
    return np.ascontiguousarray(picture)


def content_of(path: FilePath) -> str:
    """Digest of a file, read once for as long as it is not changed. Raises `OSError`."""
    return _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _digest(path: FilePath, changed_ns: int) -> str:
    del changed_ns
    return file_digest(path)
