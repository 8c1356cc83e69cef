"""One take of a clip beside what it must agree with, in figures; and which of several agrees best.

A take is looked at as the last shot of a very short film: what came before, if it meets that, then the take itself, then
what it has to remember. All else is measured as a whole film is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, nan

from composer.measuring import joins
from composer.measuring.declared import Declared
from composer.measuring.desk import Desk, Picture
from composer.measuring.hearing import Hearing, Sound
from composer.measuring.judging import Judge
from composer.measuring.pairs import Apart, PairFigures, Pairs
from composer.measuring.standing import Standing
from composer.measuring.summing import light_floors, light_measures
from composer.measuring.watching import Watch
from composer.metrics import LIMITS, Figure, Floor, Limit
from composer.timing import to_samples
from composer.types import Measured, MeasureName, NoiseFloor, Whereabouts

Score = tuple[Measured, ...]
"""The figures of one take."""


@dataclass(frozen=True, eq=False)
class Take:
    """`pictures` of a take: those of the film that `declared` tells of, then as many as are `remembered`; there are `fps` in
    a second. `scale` is how many pixels of the finished film one of theirs is, `pace` how many of its frames pass from one
    of them to the next. `sound` begins with the first of them.
    """

    declared: Declared
    pictures: Sequence[Picture]
    remembered: int
    fps: Fraction
    scale: float
    pace: float
    sound: Sound | None = None

    @property
    def frames(self) -> int:
        return len(self.pictures) - self.remembered


def score(take: Take, measures: Sequence[MeasureName], judge: Judge | None = None) -> Score:
    """Those of `measures` that there is a figure of: of the join, else of what is remembered, and of the take itself."""
    judge, declared = judge or Judge(), take.declared
    height, width = take.pictures[0].shape[:2]
    pairs = Pairs(declared, (width, height), float(take.frames / take.fps))
    watch = Watch(declared, take.frames, (width, height), take.fps, cuts=False)
    apart: Apart = "near" if any(meeting.invisible for meeting in declared.meetings) else "far"
    desk = Desk([*pairs.calibrating((apart,)), *joins.jobs(declared, pairs)])
    for frame, picture in enumerate(take.pictures[: take.frames]):
        watch.see(frame, picture)
        desk.see(frame, picture)
    seen = watch.end()
    standing = Standing(declared, (width, height), take.fps)
    told = joins.JoinPictures(declared, pairs, seen, judge, joins.floors(declared, seen), standing)
    found = [one for index, meeting in enumerate(declared.meetings) for one in told.measures(index, meeting)]
    if not declared.meetings and take.remembered:
        found += _against_memory(take, pairs, judge)
    found += light_measures(declared.shots[-1], seen, light_floors(declared, seen), judge)
    if take.sound is not None and declared.meetings:
        found += _heard(take, take.sound, judge)
    scales: Mapping[MeasureName, float] = {"anchor position": take.scale, "motion": take.scale / take.pace}
    return tuple(_scaled(one, scales.get(one.measure, 1.0)) for one in found if one.measure in measures)


def _against_memory(take: Take, pairs: Pairs, judge: Judge) -> list[Measured]:
    """Of the first frame: each anchor against the one that shows most of it among what is remembered."""
    shot = take.declared.shots[-1]
    first = shot.clear.start
    seen = {
        there: pairs.figures((there, first), (take.pictures[there], take.pictures[first]))
        for there in range(take.frames, len(take.pictures))
    }
    names = take.declared.names(shot.place)
    told: list[Measured] = []
    kinds: tuple[tuple[MeasureName, Floor], ...] = (
        ("anchor colour", pairs.colour_floor("far")),
        ("anchor position", pairs.position_floor("far")),
    )
    for measure, noise in kinds:
        best: dict[int, tuple[int, Figure]] = {}
        for there, figures in seen.items():
            for one in _of(measure, figures):
                if one.anchor_id not in best or one.pixels > best[one.anchor_id][1].pixels:
                    best[one.anchor_id] = there, one
        figures_of = [figure for _, figure in best.values()]
        counting = [pair for pair in best.values() if pair[1].counts]
        there = max(counting, key=lambda pair: pair[1].value)[0] if counting else take.frames
        where = Whereabouts(shot.place, shot.name, None, (there, first))
        told.append(judge.worst(measure, figures_of, noise, where, names))
    return told


def _of(measure: MeasureName, figures: PairFigures) -> tuple[Figure, ...]:
    return figures.colour if measure == "anchor colour" else figures.position


def _heard(take: Take, sound: Sound, judge: Judge) -> list[Measured]:
    hearing = Hearing(take.declared, take.fps, judge)
    hearing.listen(sound, to_samples(take.frames, take.fps))
    meeting = take.declared.meetings[0]
    shot = take.declared.shots[-1]
    where = Whereabouts(shot.place, shot.name, None, (meeting.frame - 1, meeting.frame))
    return list(hearing.at_join(0, where, faded=False))


def _scaled(measured: Measured, scale: float) -> Measured:
    """In pixels of the finished film, and for each of its frames."""
    if scale == 1:
        return measured
    noise = measured.floor
    return replace(
        measured,
        value=_times(measured.value, scale),
        floor=noise and NoiseFloor(_times(noise.median, scale), _times(noise.p90, scale), noise.pairs),
        things=tuple(replace(thing, value=_times(thing.value, scale)) for thing in measured.things),
    )


def _times(value: float | None, scale: float) -> float | None:
    return None if value is None else round(value * scale, 4)


def judged(scores: Sequence[Score], limits: Mapping[MeasureName, float]) -> tuple[Score, ...]:
    """Each take's figures held to `limits`, beside the floor of the quietest take.

    All show the same geometry, so that what one of them keeps within is no noise of another: a take that drifts must not
    pass since it drifts all through.
    """
    judge = Judge({name: Limit(limits.get(name, limit.value), limit.unit) for name, limit in LIMITS.items()})  # type: ignore[call-overload]
    floors = {measure: _quietest(scores, measure) for measure in dict.fromkeys(m.measure for s in scores for m in s)}
    return tuple(
        tuple(
            judge.value(m.measure, nan if m.value is None else m.value, floors[m.measure], m.where, m.things)
            for m in score
        )
        for score in scores
    )


def _quietest(scores: Sequence[Score], measure: MeasureName) -> Floor:
    known = [m.floor for score in scores for m in score if m.measure == measure and m.floor]
    floors = [Floor(one.median, one.p90, one.pairs) for one in known if one.median is not None and one.p90 is not None]
    return min(floors, key=lambda one: one.p90, default=Floor(inf, inf, 0))


def failed(score: Score) -> Score:
    """What fails of a take, worst first."""
    return tuple(sorted((m for m in score if m.verdict == "fail"), key=lambda measured: -measured.excess))


def best(scores: Sequence[Score]) -> int:
    """The take with the fewest failed gates; of several, the one that stays furthest from all limits; then the first."""
    shares = shares_of_limits(scores)
    return min(range(len(scores)), key=lambda n: (len(failed(scores[n])), round(shares[n] or 0.0, 6), n))


def shares_of_limits(scores: Sequence[Score]) -> list[float | None]:
    """Of each take the mean of value over limit, of what is measurable in every take: a figure that one of them lacks would
    else speak for it. None where no figure is.
    """
    known = [{m.measure: m.excess for m in score if m.verdict != "not measurable"} for score in scores]
    shared = set.intersection(*(set(one) for one in known))
    return [sum(one[measure] for measure in shared) / len(shared) if shared else None for one in known]
