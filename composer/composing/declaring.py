"""A plan and its rehearsal as what a film is measured against."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from jaxtyping import Float

from composer.audio import Onward
from composer.composing.burnt import Over
from composer.composing.drawn import KEPT, Drawn, Mask, Seen
from composer.composing.rehearsal import Rehearsal
from composer.composing.shot_sounds import blows_seen
from composer.composing.sounding import Sounding
from composer.controls import Moment, Recent
from composer.measuring import Expected, FilmedShot, Meeting
from composer.planning import film_frames
from composer.scene import Hits
from composer.schema.words import Condition
from composer.timing import FrameRange, to_samples
from composer.types import SKY, CameraTrack, FilmPlan, JoinKind, Light, ShotPlan, Size, WorldTrack

_OF_ONE = ("still", "moving", "in_frame", "out_of_frame", "looks", "in")
_UNSEEN = {
    "looks": "how a look comes out is for the eye",
    "facing": "an outline does not tell which way a thing faces",
    "out_of_frame": "what is out of the picture cannot be seen",
}
_HARD = 0.6  # of the hardest blow of a shot


class Declaration(Drawn):
    """`measuring.Declared` of a film; `heard` is whether the plan tells all that it sounds like, `burnt` what was burnt into
    its pictures beside the list's layers.
    """

    def __init__(self, rehearsal: Rehearsal, plan: FilmPlan, *, heard: bool, burnt: Sequence[str] = ()) -> None:
        super().__init__(rehearsal)
        self.plan, self._heard, self._burnt = plan, heard, tuple(burnt)
        self.shots = tuple(_filmed(shot) for shot in plan.shots)
        self.meetings = tuple(_meetings(plan))
        self._over: Recent[Over | None] = Recent(KEPT)
        self._tracks: Recent[tuple[CameraTrack, WorldTrack]] = Recent(KEPT)

    def expected(self, shot: int) -> tuple[Expected, ...]:
        """What the list says must hold as a shot ends."""
        planned = self.plan.shots[shot]
        conditions = self.rehearsal.slate(planned.shot).shot.expect
        return tuple(
            self._expected(planned.place, name, condition)
            for name, all_of in conditions.items()
            for condition in all_of
        )

    def _expected(self, place: str, name: str, condition: Condition) -> Expected:
        layout = self.rehearsal.layouts[place]
        cast = {solid.name: (solid.id,) for solid in layout.cast.values()}
        names = [name, condition.name] if condition.relation not in _OF_ONE else [name]
        ids = {one: cast.get(one) or tuple(solid.id for solid in layout.anchor(one)) for one in names}
        return Expected(
            name,
            condition.text,
            {one: found for one, found in ids.items() if found},  # marks have nothing to be seen
            _UNSEEN.get(condition.relation, ""),
            condition.relation in ("still", "moving"),
        )

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
    def _mix(self) -> Onward | None:
        silent = (None,) * len(self.plan.shots)
        return Onward(Sounding(self.rehearsal, self.plan, silent).mix()) if self._heard else None

    def place(self, frame: int) -> str:
        return self._shot(frame).place

    def lit(self, frame: int) -> tuple[Light, str]:
        shot = self._shot(frame)
        return shot.light, self.rehearsal.shotlist.styles[shot.style].look if shot.style else ""

    def cast(self, frame: int, size: Size) -> Seen:
        shot = self._shot(frame)
        camera, world = self._track(shot, size)
        at = frame - shot.frames.start
        hits = self.rehearsal.scenes[shot.place].cast(camera[at], size, world[at])
        covered = self._covered(shot, at, size)
        return Seen(Moment(camera[at], world[at], hits if covered is None else _without(hits, covered)), covered)

    def _covered(self, shot: ShotPlan, at: int, size: Size) -> Mask | None:
        """Where something lies over a frame."""
        key = shot.index, self.plan.size
        over = self._over.get(key, lambda: Over.of(self.rehearsal, self.plan, shot, self._burnt))
        return over.covered(at, size) if over else None

    def _track(self, shot: ShotPlan, size: Size) -> tuple[CameraTrack, WorldTrack]:
        return self._tracks.get((shot.index, size), lambda: self.rehearsal.film_tracks(shot, size))

    def _shot(self, frame: int) -> ShotPlan:
        return self.plan.shots[int(np.searchsorted(self._starts, frame, side="right")) - 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [shot.frames.start for shot in self.plan.shots]


def _without(hits: Hits, covered: Mask) -> Hits:
    """What lies beneath a layer counts as sky, of which nothing is known."""
    depth, anchor_id, geom = hits.depth.copy(), hits.anchor_id.copy(), hits.geom.copy()
    depth[covered], anchor_id[covered], geom[covered] = np.inf, SKY, -1
    return Hits(depth, hits.normal, anchor_id, geom)


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
