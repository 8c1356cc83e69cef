"""What is measured of a film: the document `report.json`, its schema, and the values that a page is made from.

Every class here is part of the document: its fields are the document's keys, in this order. A figure that could not be
measured is None (JSON has no NaN).
"""

from dataclasses import dataclass
from math import inf
from typing import Literal

from composer.types.document import Document, MeasureName, Verdict
from composer.types.making import SegmentCorrections, SegmentTakes

REPORT_VERSION = 1
"""Of the document. It rises when a key goes or changes its meaning; new ones may join."""

JoinKind = Literal["segment", "cut", "dissolve", "fade"]
"""`segment`: two clips of one shot meet, and nobody is meant to see it."""


@dataclass(frozen=True)
class NoiseFloor(Document):
    """What a measure says of pairs within shots of the same film, where nothing is wrong."""

    median: float | None
    p90: float | None
    """90th percentile; where it passes the limit, nothing is measurable."""
    pairs: int


@dataclass(frozen=True)
class ThingMeasure(Document):
    """What was found of one anchor, body, sound or detector."""

    name: str
    value: float | None
    pixels: int | None = None
    """How many it was measured over; null for what is no picture."""
    certainty: float | None = None
    """How well what was searched for matches where it was found, in [0, 1]; null where nothing was searched."""
    counts: bool = True
    """False: told, but without a say in the verdict."""


@dataclass(frozen=True)
class Whereabouts(Document):
    """Where in the film a figure was taken."""

    place: str
    shot: str
    join: int | None
    """Index in `joins`; null for what was measured within a shot, or between shots that do not adjoin."""
    frames: tuple[int, ...]
    """Film frames to look at; the two that were compared, where there are two."""
    thing: str = ""
    """The worst anchor, body, event or detector."""


@dataclass(frozen=True)
class Measured(Document):
    """One figure, its limit, the floor of its own noise, and the verdict."""

    measure: MeasureName
    value: float | None
    unit: str
    limit: float
    floor: NoiseFloor | None
    """Null for what needs none: it is counted or heard, not compared."""
    verdict: Verdict
    where: Whereabouts
    things: tuple[ThingMeasure, ...] = ()
    """What it was found of, one by one; the value is that of the worst that counts."""
    says: str = ""
    """Why it is not measurable, or what is worth knowing of it, in words."""

    @property
    def excess(self) -> float:
        """How bad it is: the value as a share of the limit; -1 where it is not measurable."""
        if self.value is None or self.verdict == "not measurable":
            return -1.0
        if self.limit > 0:
            return self.value / self.limit
        return inf if self.value > self.limit else 0.0


@dataclass(frozen=True)
class JoinMeasures(Document):
    """Where two clips meet: the segments `before` and `after` it, and film frame `frame`, the first that `after` shows.

    `frames` is the overlap of a dissolve or a fade, half-open; empty for a cut and between segments.
    """

    index: int
    kind: JoinKind
    before: str
    after: str
    places: tuple[str, str]
    frame: int
    frames: tuple[int, int]
    invisible: bool
    """Nobody is meant to see it: segments of one shot, and shots that are joined by their last frames."""
    measures: tuple[Measured, ...]

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.measures)

    @property
    def excess(self) -> float:
        """The worst of its figures."""
        return max((measured.excess for measured in self.measures), default=-1.0)


@dataclass(frozen=True)
class Series(Document):
    """A measure over time: one value for each film frame in `frames`; null where it could not be taken."""

    measure: MeasureName
    unit: str
    frames: tuple[int, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class ShotMeasures(Document):
    """A shot by itself: `frames` of the film, half-open; what was found, and how it went over time."""

    shot: str
    place: str
    style: str
    light: str
    frames: tuple[int, int]
    measures: tuple[Measured, ...]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class AnchorDrift(Document):
    """An anchor over all joins that show it on both sides: its worst colour (dE) and position (px), and at which join."""

    anchor: str
    colour: float | None
    colour_join: int | None
    position: float | None
    position_join: int | None
    joins: int
    """How many show it on both sides."""
    verdict: Verdict


@dataclass(frozen=True)
class PlaceMeasures(Document):
    """A place, anchor by anchor."""

    place: str
    anchors: tuple[AnchorDrift, ...]


@dataclass(frozen=True)
class FilmMeasures(Document):
    """A film and all that was measured of it. `fps` is an exact fraction (`24000/1001`), `size` is width and height (px)."""

    version: int
    title: str
    video: str
    """Name of the file that was measured."""
    fps: str
    size: tuple[int, int]
    measured_size: tuple[int, int]
    """Of the pictures that measures compare; pixels in figures are of these."""
    frames: int
    generator: str
    draft: bool
    verdict: Verdict
    """`fail` if any figure fails; `not measurable` where no anchor can be found again in any picture; else `pass`."""
    joins: tuple[JoinMeasures, ...]
    """In the film's order."""
    shots: tuple[ShotMeasures, ...]
    """In the film's order."""
    returns: tuple[Measured, ...]
    """Anchors that left the picture and came back: what is remembered of them (`re-observation`)."""
    places: tuple[PlaceMeasures, ...]
    losses: tuple[str, ...]
    """What the plan declares as lost."""
    takes: tuple[SegmentTakes, ...] = ()
    """Of the segments whose clips were scored, in the film's order; empty where the film does not lie in its own folder."""
    corrections: tuple[SegmentCorrections, ...] = ()
    """Of the segments whose clips were held to their place, likewise."""

    @property
    def every(self) -> tuple[Measured, ...]:
        """All figures: of joins, shots and returns."""
        parts = (*(join.measures for join in self.joins), *(shot.measures for shot in self.shots), self.returns)
        return tuple(measured for part in parts for measured in part)

    def worst(self) -> tuple[JoinMeasures, ...]:
        """The joins, worst first; of equals, the earlier."""
        return tuple(sorted(self.joins, key=lambda join: -join.excess))


def verdict_of(measures: tuple[Measured, ...]) -> Verdict:
    """`fail` if any fails, else `pass` if any passes, else `not measurable`."""
    verdicts = {measured.verdict for measured in measures}
    return "fail" if "fail" in verdicts else "pass" if "pass" in verdicts else "not measurable"


def film_verdict(measures: tuple[Measured, ...]) -> Verdict:
    """That of a whole film. What shows no anchor that can be found again (a grey card, noise) shows nothing of its list."""
    told = verdict_of(measures)
    return "not measurable" if told == "pass" and shows_nothing(measures) else told


def shows_nothing(measures: tuple[Measured, ...]) -> bool:
    """Were anchors looked for, and none of them found again in any picture?"""
    found = [measured.value for measured in measures if measured.measure == "anchor position"]
    return bool(found) and all(value is None for value in found)
