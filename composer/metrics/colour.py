"""M1: does every anchor keep its colour between two frames?"""

import numpy as np

from composer.metrics.lightness import lab
from composer.metrics.verdicts import Figure
from composer.metrics.views import Common
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT

LEAST_PX = 64  # pixels of an anchor that both frames show, edges left out; fewer are not measurable


def anchor_colour(both: Common) -> tuple[Figure, ...]:
    """Mean CIE dE76 of every anchor and of the ground over the pixels that both frames show, blurred by 1.5 px.

    In the order of their ids; what shows fewer than `LEAST_PX` is left out. The sky and subjects never count. The ground
    has a figure, but no say in the verdict (`Figure.counts`): where it is wet it mirrors, and shows each camera another
    picture.
    """
    apart = np.linalg.norm(lab(both.here, both.seen) - lab(both.there, both.seen), axis=-1)
    ids = both.anchor_id[both.inner]
    pixels = np.bincount(ids, minlength=FIRST_SUBJECT)
    total = np.bincount(ids, apart[both.inner].astype(np.float64), minlength=FIRST_SUBJECT)
    return tuple(
        Figure(
            int(anchor), float(total[anchor] / pixels[anchor]), int(pixels[anchor]), counts=bool(anchor >= FIRST_ANCHOR)
        )
        for anchor in np.flatnonzero(pixels >= LEAST_PX)
    )
