"""M7: which anchors truly left the picture and came back, so that what is shown then must have been remembered?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int


@dataclass(frozen=True)
class Return:
    """An anchor that was seen, then was gone, then is seen again: column `anchor`; rows to look at on either side.

    `left` is the best view of it before it left, `back` after it returned; it was gone for rows [`gone`, `again`).
    """

    anchor: int
    left: int
    gone: int
    again: int
    back: int


def returns(pixels: Int[np.ndarray, "f a"], least: int, gone: int, reach: int) -> tuple[Return, ...]:
    """Every return of every anchor, in the order in which they come back.

    `pixels` counts those of each anchor in each frame. One of which some, but fewer than `least`, show has not left; it
    has when none shows for `gone` frames. The best view is the one with most pixels among `reach` frames on either side,
    and of equals the one nearest to the gap.
    """
    found = [one for anchor in range(pixels.shape[1]) for one in _of(anchor, pixels[:, anchor], least, gone, reach)]
    return tuple(sorted(found, key=lambda one: (one.again, one.anchor)))


def _of(anchor: int, pixels: Int[np.ndarray, " f"], least: int, gone: int, reach: int) -> Iterator[Return]:
    for start, stop in _runs(pixels == 0):
        if stop - start < gone or start == 0 or stop == len(pixels):
            continue
        before, after = pixels[max(0, start - reach) : start], pixels[stop : stop + reach]
        if before.max() < least or after.max() < least:
            continue
        left = start - 1 - int(np.argmax(before[::-1]))
        yield Return(anchor, left, start, stop, stop + int(np.argmax(after)))


def _runs(where: Bool[np.ndarray, " f"]) -> Iterator[tuple[int, int]]:
    """Where it is true, as half-open ranges."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]]).astype(np.int8)))
    for start, stop in edges.reshape(-1, 2):
        yield int(start), int(stop)
