"""M1: does every anchor keep its colour between two frames?"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from composer.kernels import Array, kernel
from composer.metrics.lightness import lab_change
from composer.metrics.verdicts import Figure
from composer.metrics.views import Common
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT

LEAST_PX = 64  # pixels of an anchor that both frames show, edges left out; fewer are not measurable
PLAIN_DE = 2.0  # changes that are smaller need no reason


def anchor_colour(both: Common, drawn: Callable[[], Common] | None = None) -> tuple[Figure, ...]:
    """Mean CIE dE76 of every anchor and of the ground over the pixels that both frames show, blurred by 1.5 px.

    In the order of their ids; what shows fewer than `LEAST_PX` is left out. The sky and subjects never count. The ground
    has a figure, but no say in the verdict (`Figure.counts`): where it is wet it mirrors, and shows each camera another
    picture. `drawn`, which is asked where something changes by more than `PLAIN_DE`, gives the same two frames as they were
    declared to look, of any size: an anchor whose mean colour is meant to change by something (haze, a low sun, gloss) may
    do so, and may stay as it is; the lesser figure counts.
    """
    change = lab_change(both)
    pixels = np.bincount(both.anchor_id[both.inner], minlength=FIRST_SUBJECT)
    told = np.flatnonzero(pixels >= LEAST_PX)
    means = _mean_lengths(change, both, np.zeros((FIRST_SUBJECT, 3), np.float32))
    if drawn is not None and (means[told] > PLAIN_DE).any():
        means = np.minimum(means, _mean_lengths(change, both, _mean_change(drawn())))
    return tuple(
        Figure(int(anchor), float(means[anchor]), int(pixels[anchor]), counts=bool(anchor >= FIRST_ANCHOR))
        for anchor in told
    )


def _mean_lengths(
    change: Float[np.ndarray, "h w 3"], both: Common, meant: Float[np.ndarray, "i 3"]
) -> Float[np.ndarray, " i"]:
    """By id, how long the changes of its pixels are, less what is `meant`."""
    sums, pixels = np.zeros(FIRST_SUBJECT), np.zeros(FIRST_SUBJECT, np.int64)
    _add_lengths(change, both.inner, both.anchor_id, meant, sums, pixels)
    return sums / np.maximum(pixels, 1)


@kernel
def _add_lengths(change: Array, inner: Array, ids: Array, meant: Array, sums: Array, pixels: Array) -> None:
    for row in range(inner.shape[0]):
        for column in range(inner.shape[1]):
            if inner[row, column]:
                i = ids[row, column]
                x = change[row, column, 0] - meant[i, 0]
                y = change[row, column, 1] - meant[i, 1]
                z = change[row, column, 2] - meant[i, 2]
                sums[i] += np.sqrt(x * x + y * y + z * z)
                pixels[i] += 1


def _mean_change(both: Common) -> Float[np.ndarray, "i 3"]:
    """By id, the mean change of its pixels."""
    change, ids = lab_change(both), both.anchor_id[both.inner]
    pixels = np.maximum(np.bincount(ids, minlength=FIRST_SUBJECT), 1)
    channels = (change[..., c][both.inner].astype(np.float64) for c in range(3))
    return np.stack([np.bincount(ids, values, minlength=FIRST_SUBJECT) / pixels for values in channels], -1)
