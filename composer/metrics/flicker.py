"""M4: does the light of a shot tremble, or drift away?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np

from composer.metrics.lightness import lightness_change
from composer.metrics.views import View, brought

LEAST_PX = 500  # pixels that both frames show
RUN = 12  # successive steps over which a drift is told; a step alone is as large as its noise
SQUARE_PX = 8  # side of the squares that two halves of a picture are made of


@dataclass(frozen=True)
class Flicker:
    """`value` is the mean of |L_t+1 - L_t|, where L_t is `steps[t]`: the median change of L* from frame t to the next.

    NaN where frames show too little in common. `frame` is the one in the middle of the largest change.
    """

    value: float
    steps: tuple[float, ...]
    frame: int


def flicker(views: Sequence[View]) -> Flicker:
    """How unsteadily lightness changes over successive frames, camera motion taken out.

    A steady fade does not count: its steps are equal. Raises `ValueError` for fewer than three frames.
    """
    if len(views) < 3:
        raise ValueError(f"flicker of {len(views)} frames; expected 3 or more")
    steps = tuple(flicker_step(now, after).change for now, after in pairwise(views))
    changes = np.abs(np.diff(steps))
    frame = 1 + int(np.nanargmax(changes)) if np.isfinite(changes).any() else 0
    return Flicker(float(np.mean(changes)), steps, frame)


def light_drift(steps: Sequence[float]) -> tuple[float, int]:
    """How fast lightness goes one way (L* a frame), and from which step on: the largest abs(mean) of `RUN` successive steps.

    Of all of them where there are fewer. NaN, from step 0, where no run is known throughout.
    """
    length = min(RUN, len(steps))
    runs = np.lib.stride_tricks.sliding_window_view(np.asarray(steps, float), length) if length else np.zeros((0, 1))
    drifts = np.abs(runs.mean(axis=1))
    if not np.isfinite(drifts).any():
        return nan, 0
    first = int(np.nanargmax(drifts))
    return float(drifts[first]), first


@dataclass(frozen=True)
class FlickerStep:
    """The median `change` of L* from one frame to the next; NaN where they show too little in common.

    `halves` is half of what it is more in one half of the picture than in the other, in squares like those of a
    chessboard: light that changes as a whole has no part in it, so it tells how noisy the change is.
    """

    change: float
    halves: float


def flicker_step(now: View, after: View) -> FlickerStep:
    """How lightness changes from one frame to the next, camera motion taken out."""
    both = brought(now, after)
    if both.inner.sum() < LEAST_PX:
        return FlickerStep(nan, nan)
    rows, columns = np.nonzero(both.inner)
    white = (rows // SQUARE_PX + columns // SQUARE_PX) % 2 == 0
    found = lightness_change(both)[rows, columns]
    halves = [float(np.median(half)) if len(half) else nan for half in (found[white], found[~white])]
    return FlickerStep(float(np.median(found)), (halves[0] - halves[1]) / 2)
