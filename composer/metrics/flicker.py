"""M4: does the light of a shot tremble?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np

from composer.metrics.lightness import lab
from composer.metrics.views import View, brought

LEAST_PX = 500  # pixels that both frames show


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
    steps = tuple(_step(now, after) for now, after in pairwise(views))
    changes = np.abs(np.diff(steps))
    frame = 1 + int(np.nanargmax(changes)) if np.isfinite(changes).any() else 0
    return Flicker(float(np.mean(changes)), steps, frame)


def _step(now: View, after: View) -> float:
    both = brought(now, after)
    if both.inner.sum() < LEAST_PX:
        return nan
    change = lab(both.here, both.seen)[..., 0] - lab(both.there, both.seen)[..., 0]
    return float(np.median(change[both.inner]))
