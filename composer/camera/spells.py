"""Stretches of time in which something holds, found from a few moments and refined at their ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

LEAST_S = 0.4
"""A shorter moment out of sight is nothing to tell of."""

_RATE_HZ = 6
_REFINED_S = 0.02


@dataclass(frozen=True)
class Spell:
    """From `start_s` to `stop_s` of a shot; `moments` are those looked at; `to_end` when the shot ends first."""

    moments: slice
    start_s: float
    stop_s: float
    to_end: bool


def moments_of(duration_s: float) -> Float[np.ndarray, " f"]:
    """The times (s) of a shot that are looked at, its start and its end among them."""
    return np.linspace(0.0, duration_s, max(2, int(np.ceil(duration_s * _RATE_HZ)) + 1))


def spells(
    times: Float[np.ndarray, " f"], holds: Bool[np.ndarray, " f"], holds_at: Callable[[float], bool]
) -> Iterator[Spell]:
    """Every stretch of `LEAST_S` or more, or of the whole shot. A single time stands for a shot in which nothing changes."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int)))
    for first, stop in edges.reshape(-1, 2).tolist():
        start_s = float(times[0]) if first == 0 else _turn(holds_at, float(times[first - 1]), float(times[first]))
        to_end = stop == len(times)
        stop_s = float(times[-1]) if to_end else _turn(holds_at, float(times[stop]), float(times[stop - 1]))
        if len(times) == 1 or stop_s - start_s >= min(LEAST_S, float(times[-1])):
            yield Spell(slice(first, stop), start_s, stop_s, to_end)


def _turn(holds_at: Callable[[float], bool], not_s: float, holds_s: float) -> float:
    """When what holds at one time and not at another holds first (or last)."""
    while abs(holds_s - not_s) > _REFINED_S:
        middle = (not_s + holds_s) / 2
        if holds_at(middle):
            holds_s = middle
        else:
            not_s = middle
    return holds_s
