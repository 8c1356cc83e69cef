"""Limits, floors and verdicts: what a figure means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Literal

import numpy as np

from composer.types import GROUND, Measurement


@dataclass(frozen=True)
class Figure:
    """What was measured of one anchor (or the ground), over how many pixels.

    `certainty` is how well what was searched for matches where it was found, 1 where nothing was searched. A figure that
    does not count is told, but has no say in the verdict.
    """

    anchor_id: int
    value: float
    pixels: int
    certainty: float = 1.0
    counts: bool = True


@dataclass(frozen=True)
class Limit:
    """The largest value that passes."""

    value: float
    unit: str


@dataclass(frozen=True)
class Floor:
    """What a measure says of pairs within shots, where nothing is wrong: its median and its 90th percentile."""

    median: float
    p90: float
    pairs: int


LIMITS: Mapping[str, Limit] = {
    "anchor colour": Limit(6.0, "dE"),
    "anchor position": Limit(4.0, "px"),
    "body position": Limit(4.0, "px"),
    "motion": Limit(1.0, "px"),
    "body motion": Limit(2.0, "px"),
    "acceleration": Limit(0.5, "of the speed"),
    "flicker": Limit(1.0, "L*"),
    "light drift": Limit(0.15, "L* a frame"),
    "ghosting": Limit(0.25, "of the edges"),
    "cut detectors": Limit(0.0, "detectors"),
    "re-observation": Limit(6.0, "dE"),
    "click": Limit(6.0, "dB"),
    "fade dip": Limit(3.0, "dB"),
    "loudness step": Limit(3.0, "LU"),
    "event offset": Limit(30.0, "ms"),
    "expectation": Limit(4.0, "px"),
}


def floor(values: Iterable[float]) -> Floor:
    """The floor of a measure, from its values on pairs within shots (`pairs_within`); NaN are left out.

    Without any value the floor is infinite: nothing was calibrated, so nothing is measurable.
    """
    known = [value for value in values if isfinite(value)]
    if not known:
        return Floor(np.inf, np.inf, 0)
    return Floor(float(np.median(known)), float(np.percentile(known, 90)), len(known))


def pairs_within(frames: int, apart: int, most: int) -> tuple[tuple[int, int], ...]:
    """At most `most` pairs of frames of a shot that are `apart` frames from one another, spread evenly over it."""
    starts = frames - apart
    if starts < 1 or most < 1:
        return ()
    chosen = sorted({round(start) for start in np.linspace(0, starts - 1, min(most, starts))})
    return tuple((start, start + apart) for start in chosen)


def worst(figures: Sequence[Figure]) -> Figure | None:
    """The figure with the largest value of those that count; the first of equals. None where none counts."""
    return max((figure for figure in figures if figure.counts), key=lambda figure: figure.value, default=None)


def judge_worst(
    name: str, figures: Sequence[Figure], noise: Floor, join: str, names: Mapping[int, str] | None = None
) -> Measurement:
    """The verdict on the worst anchor. `join` says where ("dawn | walk, frame 120"); `names` what ids are called."""
    bad = worst(figures)
    if bad is None:
        return judge(name, nan, noise, join)
    default = "ground" if bad.anchor_id == GROUND else f"anchor {bad.anchor_id}"
    return judge(name, bad.value, noise, f"{(names or {}).get(bad.anchor_id, default)} at {join}")


def judge(name: str, value: float, noise: Floor, where: str, limits: Mapping[str, Limit] = LIMITS) -> Measurement:
    """The verdict by `limits`. Not measurable: nothing was found to measure, or the floor itself passes the limit.

    Raises `KeyError` for a measure without a limit.
    """
    limit = limits[name]
    verdict: Literal["pass", "fail", "not measurable"] = "pass" if value <= limit.value else "fail"
    if not isfinite(value) or noise.p90 > limit.value:
        verdict = "not measurable"
    return Measurement(name, value, limit.unit, limit.value, noise.p90, verdict, where)
