"""Figures to what is told of them: value, limit, floor, verdict, and where to look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, nan

from composer.metrics import LIMITS, Figure, Floor, Limit, judge, worst
from composer.types import Measured, MeasureName, NoiseFloor, ThingMeasure, Whereabouts

_SILENT = Floor(0.0, 0.0, 0)


@dataclass(frozen=True)
class Judge:
    """Holds figures to limits."""

    limits: Mapping[str, Limit] = field(default_factory=lambda: LIMITS)

    def value(
        self,
        measure: MeasureName,
        value: float,
        noise: Floor | None,
        where: Whereabouts,
        things: Sequence[ThingMeasure] = (),
        *,
        says: str = "",
    ) -> Measured:
        """A figure (NaN: nothing was found to measure) beside its floor; None: it needs none."""
        found = judge(measure, value, noise or _SILENT, "", self.limits)
        if not says and found.verdict == "not measurable":
            says = _why(value, noise, found.limit, found.unit)
        told = NoiseFloor(finite(noise.median), finite(noise.p90), noise.pairs) if noise else None
        known = finite(value)
        return Measured(measure, known, found.unit, found.limit, told, found.verdict, where, tuple(things), says)

    def worst(
        self,
        measure: MeasureName,
        figures: Sequence[Figure],
        noise: Floor | None,
        where: Whereabouts,
        names: Mapping[int, str],
    ) -> Measured:
        """The worst anchor, and what was found of each."""
        bad = worst(figures)
        things = [thing_of(figure, names) for figure in figures]
        at = replace(where, thing=named(bad.anchor_id, names)) if bad else where
        return self.value(measure, bad.value if bad else nan, noise, at, things)

    def unmeasured(self, measured: Measured, says: str) -> Measured:
        """The same figure without a verdict, and why."""
        return replace(measured, verdict="not measurable", says=says)


def _why(value: float, noise: Floor | None, limit: float, unit: str) -> str:
    if not isfinite(value):
        return "nothing was found to measure"
    if noise is None or not noise.pairs:
        return "no pair within a shot to calibrate it on"
    return f"the floor within shots ({noise.p90:.2f} {unit}) passes the limit ({limit:g})"


def thing_of(figure: Figure, names: Mapping[int, str]) -> ThingMeasure:
    return ThingMeasure(
        named(figure.anchor_id, names), finite(figure.value), figure.pixels, round(figure.certainty, 3), figure.counts
    )


def named(anchor: int, names: Mapping[int, str]) -> str:
    return names.get(anchor, f"anchor {anchor}")


def finite(value: float) -> float | None:
    """Rounded to what can be told apart; None for what is no number."""
    return round(value, 4) if isfinite(value) else None
