"""Numbers of films to figures: means by list and seed, and how sure they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np
from jaxtyping import Float

from composer.training.judging import mean

HALF = 0.5  # of an anchor that memory shows: below it, memory leaves most of it open
ACROSS = ("cut", "return")
"""Pairs with a cut between them."""

_TRIALS = 4000
Row = Mapping[str, Any]
Table = Float[np.ndarray, "lists seeds"]
Take = Callable[[Row], float]


def taken(*kinds: str, few: bool = False, seen: bool = False) -> Take:
    """The mean M1 (dE) of a film's anchors over pairs of some kinds; `seen`: of those that memory shows some of, `few`: of
    those that it shows less than half of.
    """

    def take(row: Row) -> float:
        return mean(
            [
                value
                for kind, _, _, _, value, _, share in row["observed"]
                if kind in kinds and (share < HALF or not few) and (share > 0 or not seen)
            ]
        )

    return take


def worst(row: Row) -> float:
    """The mean over pairs across cuts of the worst anchor's M1, which the product's verdict rests on."""
    found: dict[tuple[int, int], float] = {}
    for kind, a, b, _, value, *_ in row["observed"]:
        if kind in ACROSS:
            found[a, b] = max(found.get((a, b), 0.0), value)
    return mean(list(found.values()))


def of_looks(name: str) -> Take:
    """A figure of the pictures to the truth's: `sharp`, `chroma`, `contrast`."""

    def take(row: Row) -> float:
        made, true = row["looks"][name]
        return float(made / true) if true else nan

    return take


@dataclass(frozen=True)
class Films:
    """Rows of some lists, by list, seed and arm; a list and seed of which an arm is missing have no say in it."""

    rows: Sequence[Row]

    def of(self, *, open_looks: bool) -> "Films":
        """The lists whose looks leave colour open, or those whose looks name all."""
        return Films([row for row in self.rows if row["open"] == open_looks])

    def whole(self, arms: Sequence[str]) -> "Films":
        """What is there of the lists and seeds of which every one of `arms` is there."""
        have: dict[tuple[str, int], set[str]] = {}
        for row in self.rows:
            have.setdefault((row["list"], row["seed"]), set()).add(row["arm"])
        good = {key for key, found in have.items() if found.issuperset(arms)}
        return Films([row for row in self.rows if (row["list"], row["seed"]) in good and row["arm"] in arms])

    @property
    def lists(self) -> list[str]:
        return list(dict.fromkeys(row["list"] for row in self.rows))

    @property
    def seeds(self) -> list[int]:
        return sorted({row["seed"] for row in self.rows})

    def table(self, arm: str, take: Take) -> Table:
        """A figure of every film of an arm; NaN where it is not there."""
        lists, seeds = self.lists, self.seeds
        found = np.full((len(lists), len(seeds)), nan)
        for row in self.rows:
            if row["arm"] == arm:
                found[lists.index(row["list"]), seeds.index(row["seed"])] = take(row)
        return found


def interval(tables: Mapping[str, Table], figure: Callable[[Mapping[str, float]], float]) -> tuple[float, float]:
    """The middle 95 % of `figure` of the tables' means: lists drawn again with replacement, and in each its seeds.

    All tables are of the same films. The same for the same tables; NaN of a single film, of which nothing can be drawn again.
    """
    lists, seeds = next(iter(tables.values())).shape
    if lists * seeds == 1:
        return nan, nan
    rng = np.random.default_rng([lists, seeds])
    chosen = rng.integers(lists, size=(_TRIALS, lists, 1)), rng.integers(seeds, size=(_TRIALS, lists, seeds))
    means = {name: _means(table[chosen]) for name, table in tables.items()}
    found = [figure({name: float(of[trial]) for name, of in means.items()}) for trial in range(_TRIALS)]
    values = [value for value in found if isfinite(value)]
    return (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))) if values else (nan, nan)


def span(table: Table) -> tuple[float, float]:
    """The 95 % interval of a mean."""
    return interval({"it": table}, lambda means: means["it"])


def _means(drawn: Float[np.ndarray, "trials lists seeds"]) -> Float[np.ndarray, " trials"]:
    """Of what is there in each trial; NaN where nothing is."""
    known = np.isfinite(drawn)
    count = known.sum(axis=(1, 2))
    total = np.where(known, drawn, 0.0).sum(axis=(1, 2))
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), nan))
