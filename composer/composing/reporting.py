"""The continuity report of a film that was measured: its page and its document."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from composer.composing.beside import beside
from composer.composing.clips import NATIVE
from composer.composing.declaring import Declaration
from composer.composing.mapping import as_at_last, as_seen
from composer.composing.reported import REPORT, REPORT_PAGE
from composer.errors import DamagedError, StorageError
from composer.media import Reel, read_frames, read_reel
from composer.metrics import View
from composer.report import trace
from composer.report.continuity import Beside, JoinView, PlaceView, TakeStills, continuity_page, join_view
from composer.schema.report import measures_json
from composer.store import Store, write_whole
from composer.timing import FrameRange
from composer.types import CameraTrack, FilmMeasures, JoinMeasures, SegmentTakes, ShotPlan

Picture = UInt8[np.ndarray, "h w 3"]

_SEEN = ("anchor colour", "anchor position")  # measures that compare two frames, and name an anchor


def write_report(
    measures: FilmMeasures, declared: Declaration, video: Reel, folder: Path, cache: Path | None = None
) -> list[Path]:
    """Write `report.html` and `report.json` of `video` into `folder`; returns where. The page plays the video from where
    it lies; stills of takes are those of the clips in `cache`. Raises `StorageError`.
    """
    page, document = folder / REPORT_PAGE, folder / REPORT
    write_whole(document, measures_json(measures))
    write_whole(page, Showing(measures, declared, video, cache).page(folder))
    return [page, document]


@dataclass(frozen=True)
class Showing:
    """What was measured of `video`, and all that its page shows beside the figures: frames, declared geometry, places."""

    measures: FilmMeasures
    declared: Declaration
    video: Reel
    cache: Path | None = None

    def page(self, folder: Path) -> str:
        """The page as it is to lie in `folder`. Raises `StorageError` when the video is damaged."""
        film = Path(os.path.relpath(self.video.path.absolute(), folder.absolute())).as_posix()
        near = Beside(film, REPORT)
        return continuity_page(self.measures, self.join_view, self.places, near, take_stills=self.take_stills)

    def join_view(self, join: JoinMeasures) -> JoinView:
        """The two frames of a join that were compared, and what both show, where both declare one place."""
        frames = compared(join)
        before, after = (self._shot(frame) for frame in frames)
        pictures = self._picture(frames[0]), self._picture(frames[1])
        if before.place != after.place or not (_is_known(before) and _is_known(after)):
            return JoinView(frames, *pictures)
        known = [self.declared.geometry(frame, self.measures.measured_size) for frame in frames]
        views = [View(picture, g.depth, g.anchor_id, g.camera) for picture, g in zip(pictures, known, strict=True)]
        covered = known[0].covered, known[1].covered
        return join_view(frames, views[0], views[1], self._worst_anchor(join, after.place), covered)

    def take_stills(self, takes: SegmentTakes) -> TakeStills:
        """The frame that takes were held against, and the first that each of them shows as its own."""
        segment = next(one for one in self.declared.plan.segments if one.id == takes.segment)
        start = beside(self.declared.plan, segment).start
        firsts: list[Picture | None] = [None] * len(takes.takes)
        if self.cache is not None and self.cache.is_dir():
            with Store(self.cache) as store:
                firsts = [_still(store, take.clip, start) for take in takes.takes]
        return TakeStills(self._picture(takes.against[0]) if takes.against else None, tuple(firsts))

    @cached_property
    def places(self) -> Mapping[str, PlaceView]:
        """Each place as the film leaves it, with the cameras of the shots there."""
        return {
            name: PlaceView(
                as_at_last(self.declared.rehearsal, layout),
                [
                    trace(s.index + 1, s.shot, self._camera(s))
                    for s in self.declared.plan.shots
                    if s.place == name and not s.footage
                ],
            )
            for name, layout in self.declared.rehearsal.layouts.items()
        }

    def _camera(self, shot: ShotPlan) -> CameraTrack:
        return as_seen(self.declared.rehearsal.film_tracks(shot, self.declared.plan.size)[0], shot)

    def _shot(self, frame: int) -> ShotPlan:
        return next(shot for shot in self.declared.plan.shots if frame in shot.frames)

    def _picture(self, frame: int) -> Picture:
        at_s = [Fraction(frame) / self.declared.plan.fps]
        return next(read_reel(self.video, Fraction(0), at_s, self.declared.plan.fps, self.measures.measured_size))

    def _worst_anchor(self, join: JoinMeasures, place: str) -> int | None:
        """The id of the anchor that is worst of what is seen."""
        seen = [measured for measured in join.measures if measured.measure in _SEEN and measured.where.thing]
        worst = max(seen, key=lambda measured: measured.excess, default=None)
        solids = self.declared.rehearsal.layouts[place].solids
        return next((solid.id for solid in solids if worst and solid.name == worst.where.thing), None)


def _still(store: Store, clip: str, frame: int) -> Picture | None:
    """A frame of a clip; None where the store has it no longer, or cannot be read."""
    with suppress(StorageError, DamagedError):
        entry = store.get(clip)
        if entry is not None and entry.kind == "native":
            return next(read_frames(entry.path(NATIVE), FrameRange(frame, frame + 1)))
    return None


def compared(join: JoinMeasures) -> tuple[int, int]:
    """The film frames before and after a join that were compared: of a dissolve those outside it."""
    for measured in join.measures:
        if measured.measure in _SEEN and len(measured.where.frames) == 2:
            return measured.where.frames[0], measured.where.frames[1]
    first, stop = join.frames if join.frames[1] > join.frames[0] else (join.frame, join.frame)
    return first - 1, stop


def _is_known(shot: ShotPlan) -> bool:
    """Does it declare what its pictures show?"""
    return not (shot.footage or any(segment.unlike for segment in shot.segments))
