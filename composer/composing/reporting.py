"""The continuity report of a film that was measured: its page and its document."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from composer.composing.declaring import Declaration
from composer.composing.mapping import as_at_last, as_seen
from composer.composing.reported import REPORT, REPORT_PAGE
from composer.media import Reel, read_reel
from composer.metrics import View
from composer.report import trace
from composer.report.continuity import Beside, JoinView, PlaceView, continuity_page, join_view
from composer.schema.report import measures_json
from composer.store import write_whole
from composer.types import CameraTrack, FilmMeasures, JoinMeasures, ShotPlan

_SEEN = ("anchor colour", "anchor position")  # measures that compare two frames, and name an anchor


def write_report(measures: FilmMeasures, declared: Declaration, video: Reel, folder: Path) -> list[Path]:
    """Write `report.html` and `report.json` of `video` into `folder`; returns where. The page plays the video from where
    it lies. Raises `StorageError`.
    """
    page, document = folder / REPORT_PAGE, folder / REPORT
    write_whole(document, measures_json(measures))
    write_whole(page, Showing(measures, declared, video).page(folder))
    return [page, document]


@dataclass(frozen=True)
class Showing:
    """What was measured of `video`, and all that its page shows beside the figures: frames, declared geometry, places."""

    measures: FilmMeasures
    declared: Declaration
    video: Reel

    def page(self, folder: Path) -> str:
        """The page as it is to lie in `folder`. Raises `StorageError` when the video is damaged."""
        film = Path(os.path.relpath(self.video.path.absolute(), folder.absolute())).as_posix()
        return continuity_page(self.measures, self.join_view, self.places, Beside(film, REPORT))

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

    def _picture(self, frame: int) -> UInt8[np.ndarray, "h w 3"]:
        at_s = [Fraction(frame) / self.declared.plan.fps]
        return next(read_reel(self.video, Fraction(0), at_s, self.declared.plan.fps, self.measures.measured_size))

    def _worst_anchor(self, join: JoinMeasures, place: str) -> int | None:
        """The id of the anchor that is worst of what is seen."""
        seen = [measured for measured in join.measures if measured.measure in _SEEN and measured.where.thing]
        worst = max(seen, key=lambda measured: measured.excess, default=None)
        solids = self.declared.rehearsal.layouts[place].solids
        return next((solid.id for solid in solids if worst and solid.name == worst.where.thing), None)


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
