"""M1: does every anchor keep its colour between two frames?"""

import numpy as np
from jaxtyping import Float

from composer.metrics.lightness import lab
from composer.metrics.verdicts import Figure
from composer.metrics.views import Common
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT

LEAST_PX = 64  # pixels of an anchor that both frames show, edges left out; fewer are not measurable


def anchor_colour(both: Common, drawn: Common | None = None) -> tuple[Figure, ...]:
    """Mean CIE dE76 of every anchor and of the ground over the pixels that both frames show, blurred by 1.5 px.

    In the order of their ids; what shows fewer than `LEAST_PX` is left out. The sky and subjects never count. The ground
    has a figure, but no say in the verdict (`Figure.counts`): where it is wet it mirrors, and shows each camera another
    picture. `drawn` are the same two frames as they were declared to look, of any size: an anchor whose mean colour is
    meant to change by something (haze, a low sun, gloss) may do so, and may stay as it is; the lesser figure counts.
    """
    change = lab(both.here, both.seen) - lab(both.there, both.seen)
    ids = both.anchor_id[both.inner]
    pixels = np.bincount(ids, minlength=FIRST_SUBJECT)
    means = _means(change, both)
    if drawn is not None:
        meant = _mean_change(drawn)
        means = np.minimum(means, _means(change - meant[np.clip(both.anchor_id, 0, FIRST_SUBJECT - 1)], both))
    return tuple(
        Figure(int(anchor), float(means[anchor]), int(pixels[anchor]), counts=bool(anchor >= FIRST_ANCHOR))
        for anchor in np.flatnonzero(pixels >= LEAST_PX)
    )


def _means(change: Float[np.ndarray, "h w 3"], both: Common) -> Float[np.ndarray, " i"]:
    """By id, how long the changes of its pixels are."""
    ids = both.anchor_id[both.inner]
    apart = np.linalg.norm(change, axis=-1)[both.inner].astype(np.float64)
    return np.bincount(ids, apart, minlength=FIRST_SUBJECT) / np.maximum(np.bincount(ids, minlength=FIRST_SUBJECT), 1)


def _mean_change(both: Common) -> Float[np.ndarray, "i 3"]:
    """By id, the mean change of its pixels."""
    change, ids = lab(both.here, both.seen) - lab(both.there, both.seen), both.anchor_id[both.inner]
    pixels = np.maximum(np.bincount(ids, minlength=FIRST_SUBJECT), 1)
    channels = (change[..., c][both.inner].astype(np.float64) for c in range(3))
    return np.stack([np.bincount(ids, values, minlength=FIRST_SUBJECT) / pixels for values in channels], -1)
