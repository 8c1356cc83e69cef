"""What is told of whole shots and places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
from jaxtyping import Float

from composer.measuring.declared import Declared, FilmedShot
from composer.measuring.hearing import Hearing
from composer.measuring.judging import Judge, finite
from composer.measuring.pairs import Pairs
from composer.measuring.standing import Standing
from composer.measuring.watching import Watched
from composer.metrics import Floor, floor, light_drift
from composer.metrics.flicker import RUN
from composer.types import (
    AnchorDrift,
    JoinMeasures,
    Measured,
    MeasureName,
    PlaceMeasures,
    Series,
    ShotMeasures,
    ThingMeasure,
    Verdict,
    Whereabouts,
)

Values = Sequence[float]


def shot_measures(
    declared: Declared, seen: Watched, pairs: Pairs, hearing: Hearing, standing: Standing, judge: Judge
) -> Iterator[ShotMeasures]:
    """Every shot by itself, joins within it included."""
    light, motion_floor = light_floors(declared, seen), floor(seen.motion)
    for index, shot in enumerate(declared.shots):
        inside = _inside(shot)
        changes, moves = _changes(shot, seen), [seen.motion[n] for n in inside]
        measures: list[Measured] = []
        if shot.known:
            measures += light_measures(shot, seen, light, judge)
            worst = float(np.nanmax(moves)) if np.isfinite(moves).any() else nan
            measures.append(judge.value("motion", worst, motion_floor, _where(shot, inside, moves, after=1)))
        measures += [*pairs.in_shot(index, judge), *standing.in_shot(index, judge), *hearing.in_shot(index)]
        yield ShotMeasures(
            shot=shot.name,
            place=shot.place,
            style=shot.style,
            light=shot.light,
            frames=(shot.frames.start, shot.frames.stop),
            measures=tuple(measures),
            series=(
                _series("flicker", "L*", [n + 1 for n in inside][: len(changes)], list(changes)),
                _series("motion", "px", list(inside), moves),
            )
            if shot.known
            else (),
        )


@dataclass(frozen=True)
class LightFloors:
    """By how much two halves of each picture disagree on how light changes."""

    flicker: Floor
    drift: Floor


def light_floors(declared: Declared, seen: Watched) -> LightFloors:
    drifts = [light_drift([seen.halves[n] for n in _inside(shot)])[0] for shot in declared.shots]
    return LightFloors(floor(abs(half) for half in seen.halves), floor(drifts))


def light_measures(shot: FilmedShot, seen: Watched, floors: LightFloors, judge: Judge) -> Iterator[Measured]:
    """Does the light of a shot tremble, or drift?"""
    inside, changes = _inside(shot), _changes(shot, seen)
    value = float(np.nanmean(changes)) if np.isfinite(changes).any() else nan
    yield judge.value("flicker", value, floors.flicker, _where(shot, inside, changes, after=2))
    drift, first = light_drift([seen.flicker[n] for n in inside])
    start = inside.start + first
    frames = start, min(start + RUN, shot.clear.stop - 1)
    yield judge.value("light drift", drift, floors.drift, Whereabouts(shot.place, shot.name, None, frames))


def _inside(shot: FilmedShot) -> range:
    """The intervals that show the shot alone, by the frame that they begin with."""
    return range(shot.clear.start, max(shot.clear.start, shot.clear.stop - 1)) if shot.known else range(0)


def _changes(shot: FilmedShot, seen: Watched) -> Float[np.ndarray, " n"]:
    """How much otherwise lightness changes from each interval to the next."""
    changes: Float[np.ndarray, " n"] = np.abs(np.diff([seen.flicker[n] for n in _inside(shot)]))
    return changes


def _where(shot: FilmedShot, inside: range, values: Values | np.ndarray, after: int) -> Whereabouts:
    """The frames round the largest of values that stand at frames from `inside` on."""
    known = np.nan_to_num(np.asarray(values, float), nan=-1.0)
    at = inside.start + int(np.argmax(known)) if len(known) else shot.frames.start
    return Whereabouts(shot.place, shot.name, None, (at, min(at + after, shot.frames.stop - 1)))


def _series(measure: MeasureName, unit: str, frames: Sequence[int], values: Values) -> Series:
    return Series(measure, unit, tuple(frames), tuple(finite(float(value)) for value in values))


def place_measures(joins: Sequence[JoinMeasures]) -> Iterator[PlaceMeasures]:
    """Every place, anchor by anchor, over the joins that show it on both sides."""
    for place in dict.fromkeys(place for join in joins for place in join.places):
        found: dict[str, dict[MeasureName, list[tuple[Measured, ThingMeasure]]]] = {}
        for join in joins:
            for measured in join.measures:
                if join.places == (place, place) and measured.measure in ("anchor colour", "anchor position"):
                    for thing in measured.things:
                        found.setdefault(thing.name, {}).setdefault(measured.measure, []).append((measured, thing))
        yield PlaceMeasures(place, tuple(_drift(name, by) for name, by in sorted(found.items())))


def _drift(name: str, by: dict[MeasureName, list[tuple[Measured, ThingMeasure]]]) -> AnchorDrift:
    colour, position = (_worst(by.get(measure, [])) for measure in ("anchor colour", "anchor position"))
    verdicts = {_verdict_of(pairs) for pairs in by.values()}
    verdict: Verdict = "fail" if "fail" in verdicts else "pass" if verdicts == {"pass"} else "not measurable"
    joins = {measured.where.join for pairs in by.values() for measured, _ in pairs}
    return AnchorDrift(
        anchor=name,
        colour=colour[1].value if colour else None,
        colour_join=colour[0].where.join if colour else None,
        position=position[1].value if position else None,
        position_join=position[0].where.join if position else None,
        joins=len(joins),
        verdict=verdict,
    )


def _worst(pairs: list[tuple[Measured, ThingMeasure]]) -> tuple[Measured, ThingMeasure] | None:
    """Of those that have a verdict; of the others where none has."""
    known = [pair for pair in pairs if pair[1].value is not None and isfinite(pair[1].value)]
    judged = [pair for pair in known if _verdict(*pair) != "not measurable"]
    return max(judged or known, key=lambda pair: pair[1].value or 0.0, default=None)


def _verdict_of(pairs: Sequence[tuple[Measured, ThingMeasure]]) -> Verdict:
    """Of one anchor by one measure: over the joins at which it can be taken."""
    verdicts = {_verdict(*pair) for pair in pairs}
    return "fail" if "fail" in verdicts else "pass" if "pass" in verdicts else "not measurable"


def _verdict(measured: Measured, thing: ThingMeasure) -> Verdict:
    """Of one anchor, where the measure itself can be taken."""
    if measured.verdict == "not measurable" or thing.value is None or not thing.counts:
        return "not measurable"
    return "pass" if thing.value <= measured.limit else "fail"
