"""A plan and its rehearsal as what a film is measured against."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Generic, TypeVar

import cv2
import numpy as np
from jaxtyping import Float

from composer.audio import Mix
from composer.composing.layered import shot_layers
from composer.composing.rehearsal import Rehearsal
from composer.composing.shot_sounds import blows_seen
from composer.composing.sounding import Sounding
from composer.controls import Moment
from composer.controls.flow import flow
from composer.measuring import FilmedShot, Geometry, Meeting
from composer.metrics import DeclaredFlow
from composer.overlay import Canvas
from composer.planning import film_frames
from composer.scene import Hits
from composer.timing import FrameRange, to_samples
from composer.types import SKY, CameraTrack, FilmPlan, JoinKind, ShotPlan, Size, WorldTrack

_HARD = 0.6  # of the hardest blow of a shot
_RIM_PX = 2  # round a layer: figures blur pictures by that much

Value = TypeVar("Value")

_KEPT = 6  # moments, and tracks of shots: a frame and the next, at the sizes that measures want


class Declaration:
    """`measuring.Declared` of a film; `heard` is whether the plan tells all that it sounds like."""

    def __init__(self, rehearsal: Rehearsal, plan: FilmPlan, *, heard: bool) -> None:
        self.rehearsal, self.plan, self._heard = rehearsal, plan, heard
        self.shots = tuple(_filmed(shot) for shot in plan.shots)
        self.meetings = tuple(_meetings(plan))
        self._moments: _Recent[Moment] = _Recent()
        self._canvases: _Recent[Canvas | None] = _Recent()
        self._tracks: _Recent[tuple[CameraTrack, WorldTrack]] = _Recent()

    def geometry(self, frame: int, size: Size) -> Geometry:
        """Of a frame of a shot that is known."""
        moment = self._moment(frame, size)
        return Geometry(moment.hits.depth, moment.hits.anchor_id, moment.camera)

    def flow(self, frame: int, size: Size) -> DeclaredFlow:
        """From a frame to the next, bodies too; what the sky shows is not known."""
        now, after = self._moment(frame, size), self._moment(frame + 1, size)
        way, seen = flow(self.rehearsal.scenes[self._shot(frame).place], now, after)
        return DeclaredFlow(way, seen & (now.hits.anchor_id != SKY))

    def names(self, place: str) -> Mapping[int, str]:
        """What the ids of a place are called."""
        return self.rehearsal.names(place)

    def blows(self, shot: int) -> Float[np.ndarray, " k"]:
        """Samples of a shot at which its hardest blows are seen: bounces that fade away begin nothing that can be timed."""
        return blows_seen(self.rehearsal, self.plan.shots[shot], self.plan.fps, _HARD)

    def planned(self, start: int, stop: int) -> Float[np.ndarray, "2 n"] | None:
        """The film's sound as it is mixed; None where footage or a generator brings its own."""
        if self._mix is None:
            return None
        filmed = (shot.frames for shot in self.plan.shots if shot.footage)
        own = (tuple(to_samples(frame, self.plan.fps) for frame in (f.start, f.stop)) for f in filmed)
        if any(first < stop and last > start for first, last in own):
            return None
        return self._mix.read(start, stop)

    @cached_property
    def _mix(self) -> Mix | None:
        return Sounding(self.rehearsal, self.plan, (None,) * len(self.plan.shots)).mix() if self._heard else None

    def _moment(self, frame: int, size: Size) -> Moment:
        return self._moments.get((frame, size), lambda: self._cast(frame, size))

    def _cast(self, frame: int, size: Size) -> Moment:
        shot = self._shot(frame)
        camera, world = self._track(shot, size)
        at = frame - shot.frames.start
        hits = self.rehearsal.scenes[shot.place].cast(camera[at], size, world[at])
        return Moment(camera[at], world[at], self._uncovered(shot, at, hits))

    def _uncovered(self, shot: ShotPlan, at: int, hits: Hits) -> Hits:
        """What a frame hits where no layer lies over it; what lies beneath one counts as sky, of which nothing is known."""
        canvas = self._canvases.get((shot.index, self.plan.size), lambda: self._canvas(shot))
        if canvas is None:
            return hits
        height, width = hits.depth.shape
        share = cv2.resize(canvas.covers(at).astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        covered = cv2.dilate(share, np.ones((2 * _RIM_PX + 1, 2 * _RIM_PX + 1))) > 0
        depth, anchor_id, geom = hits.depth.copy(), hits.anchor_id.copy(), hits.geom.copy()
        depth[covered], anchor_id[covered], geom[covered] = np.inf, SKY, -1
        return Hits(depth, hits.normal, anchor_id, geom)

    def _canvas(self, shot: ShotPlan) -> Canvas | None:
        layers = shot_layers(self.rehearsal, self.rehearsal.slate(shot.shot), shot.clip_length)
        return Canvas(layers, self.plan.size) if layers else None

    def _track(self, shot: ShotPlan, size: Size) -> tuple[CameraTrack, WorldTrack]:
        return self._tracks.get((shot.index, size), lambda: self.rehearsal.film_tracks(shot, size))

    def _shot(self, frame: int) -> ShotPlan:
        return self.plan.shots[int(np.searchsorted(self._starts, frame, side="right")) - 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [shot.frames.start for shot in self.plan.shots]


class _Recent(Generic[Value]):
    """What was made last, by number and size."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, Size], Value] = OrderedDict()

    def get(self, key: tuple[int, Size], make: Callable[[], Value]) -> Value:
        if key not in self._kept:
            self._kept[key] = make()
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


def _filmed(shot: ShotPlan) -> FilmedShot:
    start = shot.frames.start + shot.lead
    stop = max(start, shot.frames.stop - (len(shot.fade_out.frames) if shot.fade_out else 0))
    known = not (shot.footage or any(segment.unlike for segment in shot.segments))
    return FilmedShot(shot.shot, shot.place, shot.style, shot.light, shot.frames, FrameRange(start, stop), known)


def _meetings(plan: FilmPlan) -> Iterator[Meeting]:
    """Every join in the film's order: those within a shot, and the cut into the next."""
    for before, shot in pairwise((None, *plan.shots)):
        assert shot is not None
        if before is not None:
            yield _cut(before, shot)
        yield from _within(plan, shot)


def _cut(before: ShotPlan, shot: ShotPlan) -> Meeting:
    start = before.fade_out.frames.start if before.fade_out else shot.frames.start
    kind: JoinKind = "dissolve" if shot.dissolve else "fade" if before.fade_out or shot.fade_in else "cut"
    goes_on = shot.join == "last_frames" and kind == "cut" and not (before.footage or shot.footage)
    return Meeting(
        kind=kind,
        before=before.segments[-1].id,
        after=shot.segments[0].id,
        shots=(before.index, shot.index),
        frame=shot.frames.start,
        overlap=FrameRange(start, shot.frames.start + shot.lead),
        invisible=goes_on,
        aligned=shot.dissolve is not None and shot.dissolve.aligned,
    )


def _within(plan: FilmPlan, shot: ShotPlan) -> Iterator[Meeting]:
    shown = [(segment.id, fresh) for segment in shot.segments if (fresh := film_frames(shot, segment, plan.fps))]
    for (before, _), (after, fresh) in pairwise(shown):
        at = fresh.start
        yield Meeting("segment", before, after, (shot.index, shot.index), at, FrameRange(at, at), invisible=True)
