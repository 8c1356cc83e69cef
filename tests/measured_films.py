"""A rendered film and figures of it, for tests of the report: colour, position and flicker are measured, one anchor is
recoloured after the cuts that are `spoiled`; what is heard, and what no metric here gives, is made up.
"""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from random import Random

import cv2
import numpy as np

from composer import media
from composer.composing.mapping import as_seen
from composer.composing.rehearsal import Rehearsal
from composer.metrics import LIMITS, View, anchor_colour, anchor_position, common, flicker, floor, pairs_within, worst
from composer.report import trace
from composer.report.continuity import JoinView, PlaceView, continuity_page, join_view
from composer.types import (
    GROUND,
    REPORT_VERSION,
    AnchorDrift,
    FilmMeasures,
    FilmPlan,
    JoinMeasures,
    Measured,
    NoiseFloor,
    PlaceMeasures,
    SegmentTakes,
    Series,
    ShotMeasures,
    TakeFigure,
    TakeScore,
    ThingMeasure,
    Whereabouts,
    verdict_of,
)

MADE_UP = (
    ("motion", "px", 1.0, 0.15, NoiseFloor(0.12, 0.31, 24)),
    ("ghosting", "of the contrast", 0.25, 0.04, NoiseFloor(0.02, 0.05, 24)),
    ("click", "dB", 6.0, 1.4, None),
    ("loudness step", "LU", 3.0, 0.8, NoiseFloor(0.6, 1.9, 24)),
    ("event offset", "ms", 40.0, 9.0, None),
)


def score(take, *values, fails=(), part=None):
    """A take with a colour and a position, made up; `part` is its mean share of the limits."""
    gates = (("colour", "dE", 6.0), ("position", "px", 4.0))
    figures = tuple(
        TakeFigure(
            gate,
            f"anchor {gate}",
            value,
            unit,
            limit,
            0.5,
            "fail" if gate in fails else "pass" if value is not None else "not measurable",
            (28, 30),
            "tower",
        )
        for (gate, unit, limit), value in zip(gates, values, strict=True)
    )
    return TakeScore(take, 100 + take, "k" * 40, part, figures)


def takes(*scores, chosen=0, picked=False, segment="front/1", join=0):
    """The takes of a segment, made up."""
    return SegmentTakes(segment, join, 30, (28,), chosen, picked, scores)


@dataclass(frozen=True)
class MeasuredFilm:
    """`rehearsal` and `plan` of the film in `path`; after the cuts that begin the shots `spoiled` an anchor is recoloured."""

    rehearsal: Rehearsal
    plan: FilmPlan
    path: object
    spoiled: frozenset[str] = frozenset()

    @cached_property
    def frames(self):
        return list(media.read_frames(self.path))

    @cached_property
    def tracks(self):
        return {shot.shot: self.rehearsal.film_tracks(shot, self.plan.size) for shot in self.plan.shots}

    @cached_property
    def names(self):
        return {(place, solid.id): solid.name for place, lay in self.rehearsal.layouts.items() for solid in lay.solids}

    def view(self, frame):
        """A frame, and the geometry that its shot declares."""
        shot = next(shot for shot in self.plan.shots if frame in shot.frames)
        cameras, world = self.tracks[shot.shot]
        at = frame - shot.frames.start
        hits = self.rehearsal.scenes[shot.place].cast(cameras[at], self.plan.size, world[at])
        return View(self.frames[frame], hits.depth, hits.anchor_id, cameras[at])

    def pair(self, index):
        """The views of both sides of the join at which shot `index` + 1 begins; as they were spoiled."""
        after = self.plan.shots[index + 1]
        one, other = self.view(after.frames.start - 1), self.view(after.frames.start)
        if after.shot not in self.spoiled:
            return one, other
        both = common(one, other)
        bad = max(np.unique(both.anchor_id[both.inner]).tolist(), key=lambda id_: (id_ > GROUND, id_))
        image = cv2.cvtColor(np.float32(other.image / 255), cv2.COLOR_RGB2LAB)
        image[other.anchor_id == bad, 1] += 24
        painted = np.clip(cv2.cvtColor(image, cv2.COLOR_LAB2RGB) * 255, 0, 255).astype(np.uint8)
        return one, View(painted, other.depth, other.anchor_id, other.camera)

    @cached_property
    def floors(self):
        found = {"anchor colour": [], "anchor position": []}
        for shot in self.plan.shots:
            for a, b in pairs_within(len(shot.frames), 1, 3)[1:2]:  # in the middle: nothing fades there
                both = common(self.view(shot.frames.start + a), self.view(shot.frames.start + b))
                for name, measure in (("anchor colour", anchor_colour), ("anchor position", anchor_position)):
                    if bad := worst(measure(both)):
                        found[name].append(bad.value)
        return {name: floor(values) for name, values in found.items()}

    def join(self, index):
        before, after = self.plan.shots[index], self.plan.shots[index + 1]
        frame, seeded = after.frames.start, Random(index)  # noqa: S311 - figures, no secrets
        measures = []
        if before.place == after.place:
            both = common(*self.pair(index))
            for name, measure in (("anchor colour", anchor_colour), ("anchor position", anchor_position)):
                measures.append(self.judged(name, measure(both), after, index, frame))
        for name, unit, limit, usual, noise in MADE_UP:
            if name == "ghosting" and not after.dissolve:
                continue
            value = None if name == "motion" and after.join == "state" else usual * seeded.uniform(0.3, 1.8)
            where = Whereabouts(after.place, after.shot, index, (frame - 1, frame))
            why = "no flow across a cut to another camera" if value is None else ""
            verdict = "pass" if value is not None else "not measurable"
            measures.append(Measured(name, value, unit, limit, noise, verdict, where, (), why))
        kind = "dissolve" if after.dissolve else "cut"
        overlap = (after.dissolve.frames.start, after.dissolve.frames.stop) if after.dissolve else (0, 0)
        return JoinMeasures(
            index,
            kind,
            before.segments[-1].id,
            after.segments[0].id,
            (before.place, after.place),
            frame,
            overlap,
            invisible=after.join == "last_frames",
            measures=tuple(measures),
        )

    def judged(self, name, figures, shot, index, frame):
        limit, noise, bad = LIMITS[name], self.floors[name], worst(figures)
        told = NoiseFloor(noise.median, noise.p90, noise.pairs) if isfinite(noise.p90) else None
        unsure = bad is None or told is None or told.p90 > limit.value
        verdict = "not measurable" if unsure else "fail" if bad.value > limit.value else "pass"
        things = tuple(
            ThingMeasure(self.thing(shot.place, f.anchor_id), f.value, f.pixels, f.certainty, f.counts) for f in figures
        )
        where = Whereabouts(
            shot.place, shot.shot, index, (frame - 1, frame), self.thing(shot.place, bad.anchor_id) if bad else ""
        )
        return Measured(name, bad.value if bad else None, limit.unit, limit.value, told, verdict, where, things)

    def thing(self, place, id_):
        return self.names.get((place, id_), "ground")

    def shot(self, shot):
        found = flicker([self.view(frame) for frame in shot.frames])
        value = found.value if isfinite(found.value) else None
        where = Whereabouts(shot.place, shot.shot, None, (shot.frames.start + found.frame,))
        verdict = "not measurable" if value is None else "pass" if value <= 1 else "fail"
        measured = Measured("flicker", value, "L*", 1.0, NoiseFloor(0.05, 0.2, 8), verdict, where)
        changes = np.abs(np.diff(found.steps))
        steps = tuple(float(step) if isfinite(step) else None for step in changes)
        series = Series("flicker", "L*", tuple(range(shot.frames.start + 1, shot.frames.stop - 1)), steps)
        span = (shot.frames.start, shot.frames.stop)
        return ShotMeasures(shot.shot, shot.place, shot.style, shot.light, span, (measured,), (series,))

    @cached_property
    def measures(self):
        plan = self.plan
        joins = tuple(self.join(index) for index in range(len(plan.shots) - 1))
        shots = tuple(self.shot(shot) for shot in plan.shots)
        losses = (*plan.losses, *(f"{s.id}: {loss}" for s in plan.segments for loss in s.losses))
        places = tuple(PlaceMeasures(place, self.drifts(place, joins)) for place in self.rehearsal.layouts)
        return FilmMeasures(
            REPORT_VERSION,
            plan.title,
            "film.mp4",
            str(plan.fps),
            plan.size,
            plan.size,
            plan.frames,
            f"{plan.generator} {plan.generator_version}",
            plan.draft,
            verdict_of(tuple(m for join in joins for m in join.measures)),
            joins,
            shots,
            (),
            places,
            losses or ("camera: the generator is told of the camera's way in words alone",),
        )

    def drifts(self, place, joins):
        found = {}
        for join in joins:
            for measured in join.measures:
                for thing in measured.things if join.places == (place, place) else ():
                    if thing.counts:
                        found.setdefault(thing.name, {}).setdefault(measured.measure, []).append(
                            (thing.value, join.index)
                        )
        drifts = []
        for solid in self.rehearsal.layouts[place].solids:
            by = found.get(solid.name, {})
            colour, position = (max(by.get(n, [(None, None)])) for n in ("anchor colour", "anchor position"))
            bad = (colour[0] or 0) > 6 or (position[0] or 0) > 4
            verdict = "not measurable" if not by else "fail" if bad else "pass"
            drifts.append(AnchorDrift(solid.name, *colour, *position, len(by.get("anchor colour", ())), verdict))
        return tuple(drifts)

    def join_view(self, join):
        """The frames of a join, its worst anchor outlined; pictures alone where it shows two places."""
        one, other = self.pair(join.index)
        frames = join.frame - 1, join.frame
        if join.places[0] != join.places[1]:
            return JoinView(frames, one.image, other.image)
        worst_name = max(join.measures, key=lambda m: m.excess).where.thing
        outlined = next((id_ for (_, id_), name in self.names.items() if name == worst_name), None)
        return join_view(frames, one, other, outlined)

    @cached_property
    def places(self):
        views = {}
        for name, layout in self.rehearsal.layouts.items():
            here = [shot for shot in self.plan.shots if shot.place == name and not shot.footage]
            views[name] = PlaceView(
                layout, [trace(s.index + 1, s.shot, as_seen(self.tracks[s.shot][0], s)) for s in here]
            )
        return views

    def page(self, **changes):
        return continuity_page(self.measures, self.join_view, self.places, **changes)
