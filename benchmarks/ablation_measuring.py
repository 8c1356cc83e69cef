"""A film of the ablation held against its list: the product's own M1 at every join, cut and return, and the looks beside it.

Geometry, what memory shows, and the truth's pictures are those of the list: drawn once for all of its films.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from ablation_films import Frames
from jaxtyping import UInt8

from composer.composing.declaring import Declaration
from composer.composing.rehearsal import Rehearsal
from composer.controls import Memory, Moment, SourceView, traces
from composer.looks import grade
from composer.measuring.joins import sides
from composer.measuring.pairs import Pairs
from composer.planning import film_frames
from composer.shade import Shader
from composer.training import judging
from composer.types import GROUND, FilmPlan, SegmentPlan, ShotPlan

Kind = Literal["cut", "return", "join", "shot", "within"]
"""Across a cut, as `composer measure` takes it; from the middle of a shot to the first frame of one that does not adjoin it;
across a join that nobody is to see; half a shot apart, by which `composer measure` calibrates what it finds across cuts; and
from the first to the last frame of one clip, where no join lies between."""

LEAST_WITHIN = 6  # film frames of a clip that is worth a pair of its own
Picture = UInt8[np.ndarray, "h w 3"]
Covered = Mapping[int, float]


@dataclass(frozen=True)
class Pair:
    """Two frames of a film that are held against one another."""

    kind: Kind
    a: int
    b: int


def pairs_of(rehearsal: Rehearsal, plan: FilmPlan) -> list[Pair]:
    """All that a film is measured at."""
    declared = Declaration(rehearsal, plan, heard=False)
    found = [Pair("shot", *job.frames) for job in product_pairs(declared, plan).calibrating(("far",))]
    for meeting in declared.meetings:
        at = sides(declared, meeting)
        if at is not None:
            found.append(Pair("join" if meeting.invisible else "cut", at.last, at.first))
    shots = [shot for shot in declared.shots if shot.known and shot.clear]
    for n, later in enumerate(shots):
        found += [
            Pair("return", (earlier.clear.start + earlier.clear.stop) // 2, later.clear.start)
            for earlier in shots[: max(n - 1, 0)]
            if earlier.partition == later.partition
        ]
    for shot in plan.shots:
        for segment in shot.segments:
            shown = film_frames(shot, segment, plan.fps)
            if shown and len(shown) >= LEAST_WITHIN:
                blended = 1 if segment.index else 0  # frames between the last of one clip and the first of the next
                found.append(Pair("within", shown.start + blended, shown.stop - 1))
    return found


def product_pairs(declared: Declaration, plan: FilmPlan) -> Pairs:
    """What holds two frames against one another in `composer measure`."""
    return Pairs(declared, plan.size, float(plan.frames / plan.fps))


@dataclass
class Yardstick:
    """One list, planned with all state: what is declared of its frames. `plan` is that of any film with memory."""

    rehearsal: Rehearsal
    plan: FilmPlan
    _moments: dict[int, Moment] = field(default_factory=dict)
    _drawn: dict[tuple[int, int], Picture] = field(default_factory=dict)
    _covered: dict[int, Covered] = field(default_factory=dict)

    @cached_property
    def _pairs(self) -> Pairs:
        return product_pairs(Declaration(self.rehearsal, self.plan, heard=False), self.plan)

    def moment(self, frame: int) -> Moment:
        """What is declared to be seen in a frame of the film."""
        if frame not in self._moments:
            shot = self.shot(frame)
            camera, world = self.rehearsal.film_tracks(shot, self.plan.size)
            at = frame - shot.frames.start
            hits = self.rehearsal.scenes[shot.place].cast(camera[at], self.plan.size, world[at])
            self._moments[frame] = Moment(camera[at], world[at], hits)
        return self._moments[frame]

    def shot(self, frame: int) -> ShotPlan:
        return next(shot for shot in self.plan.shots if frame in shot.frames)

    def truth(self, frame: int, draw: int) -> Picture:
        """A frame as the previz shows it, of no grain, with what words leave open as `draw` has it."""
        if (frame, draw) not in self._drawn:
            shot, moment = self.shot(frame), self.moment(frame)
            look = self.rehearsal.shotlist.styles[shot.style].look if shot.style else ""
            scene, graded = self.rehearsal.scenes[shot.place], replace(grade(look), grain=0.0)
            picture = Shader(scene, shot.light, graded, draw=draw)(moment.hits, moment.camera, moment.state)
            self._drawn[frame, draw] = picture
        return self._drawn[frame, draw]

    def covered(self, frame: int) -> Covered:
        """The share of every anchor in a frame that memory shows, and that of all surfaces by the ground's id."""
        if frame not in self._covered:
            moment, memory = self.moment(frame), self._memory(frame)
            ids = moment.hits.anchor_id
            mask = memory.recall(moment)[1] if memory else np.zeros(ids.shape, np.bool_)
            surfaces = ids >= GROUND
            shares = judging.coverage(ids[None], mask[None])
            self._covered[frame] = {**shares, GROUND: float(mask[surfaces].mean()) if surfaces.any() else 0.0}
        return self._covered[frame]

    def _memory(self, frame: int) -> Memory | None:
        """That of the segment that shows a frame: where its sources show something is geometry's to say, not pictures'."""
        segments = {segment.id: segment for segment in self.plan.segments}
        views = [self._view(segments[source.segment], source.frame) for source in self.segment(frame).memory]
        return Memory(self.rehearsal.scenes[self.shot(frame).place], views) if views else None

    def segment(self, frame: int) -> SegmentPlan:
        """The one that is the first to cover a frame."""
        shot = self.shot(frame)
        covers = ((segment, film_frames(shot, segment, self.plan.fps)) for segment in shot.segments)
        return next(segment for segment, shown in covers if shown and frame in shown)

    def _view(self, segment: SegmentPlan, frame: int) -> SourceView:
        scene = self.rehearsal.scenes[segment.place]
        camera, world = self.rehearsal.tracks(segment)
        moment = Moment(camera[frame], world[frame], scene.cast(camera[frame], segment.size, world[frame]))
        blank = np.zeros((*moment.hits.depth.shape, 3), np.uint8)
        return SourceView(blank, moment, traces(scene, segment.light, moment))

    def colours(self, pair: Pair, pictures: tuple[Picture, Picture]) -> Iterator[tuple[int, float, int]]:
        """M1 of every anchor that both frames show, and of how many pixels: what the ground mirrors has no say."""
        for figure in self._pairs.figures((pair.a, pair.b), pictures).colour:
            if figure.counts:
                yield figure.anchor_id, figure.value, figure.pixels


def film_draw(plan: FilmPlan, *, pinned: bool) -> int:
    """The draw that a film's first clip is told its words by."""
    return plan.seed if pinned else plan.shots[0].segments[0].seed


def measured(stick: Yardstick, pairs: Sequence[Pair], frames: Frames | None, draw: int) -> dict[str, Any]:
    """The figures of a film, or (None) of the truth of `draw` itself.

    `observed`: kind, frames, anchor, dE, pixels, and the share of the anchor that memory shows as the later frame begins.
    `looks`: mean figures of the first frames of all shots but the first, the truth's beside them.
    """

    def picture(frame: int) -> Picture:
        return stick.truth(frame, draw) if frames is None else np.asarray(frames[frame])

    observed = [
        [pair.kind, pair.a, pair.b, anchor, round(value, 3), pixels, round(stick.covered(pair.b).get(anchor, 0.0), 3)]
        for pair in pairs
        for anchor, value, pixels in stick.colours(pair, (picture(pair.a), picture(pair.b)))
    ]
    later = [shot.frames.start for shot in stick.plan.shots[1:]]
    made, true = (np.stack([show(frame) for frame in later]) for show in (picture, lambda k: stick.truth(k, draw)))
    looks = {
        name: [round(judge(made), 3), round(judge(true), 3)]
        for name, judge in (("sharp", judging.energy), ("chroma", judging.chroma), ("contrast", judging.contrast))
    }
    coverage = [round(stick.covered(frame)[GROUND], 3) for frame in later]
    return {"observed": observed, "looks": looks, "error": round(judging.apart(made, true), 3), "coverage": coverage}
