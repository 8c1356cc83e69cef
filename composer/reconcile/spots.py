"""Colours of the very same spots, as a clip shows them and as they should be: what a correction is found from."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from composer.metrics import Common
from composer.types import FIRST_SUBJECT, GROUND

CELL_PX = 8
_LEAST_CELL_PX = 12
_SHOWS_CODES = 4.0  # codes this near to black or white may have been cut off
_MOST_SAY = 24  # cells: an anchor that has more has no more say, so that none outvotes the others

Colours = Float[np.ndarray, "n 3"]


@dataclass(frozen=True, eq=False)
class Spots:
    """Lab colours of the same spots: `here` as a clip shows them, `there` as they should be, and the anchor each is of."""

    here: Colours
    there: Colours
    anchor_id: Int[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.here)

    def only(self, which: Bool[np.ndarray, " n"]) -> "Spots":
        """Some of them."""
        return Spots(self.here[which], self.there[which], self.anchor_id[which])

    @property
    def say(self) -> Float[np.ndarray, " n"]:
        """How much each counts: all of an anchor's count as `_MOST_SAY` of them at most."""
        cells = np.bincount(self.anchor_id, minlength=1)[self.anchor_id] if len(self) else np.zeros(0)
        return np.minimum(cells, _MOST_SAY) / np.maximum(cells, 1)


def spots(both: Common) -> Spots:
    """The mean colours of every anchor and of the ground in each cell of `CELL_PX`, of the inner pixels that both show.

    Texture that differs from picture to picture is evened out; subjects, whose light changes as they move, have no say.
    """
    ids = both.anchor_id
    h, w = ids.shape
    kept = both.inner & (ids >= GROUND) & (ids < FIRST_SUBJECT)
    across = -(-w // CELL_PX)
    cell = np.add.outer(np.arange(h) // CELL_PX * across, np.arange(w) // CELL_PX)[kept]
    named, group, count = np.unique(cell * FIRST_SUBJECT + ids[kept], return_inverse=True, return_counts=True)
    group = group.reshape(-1)  # numpy 2.0 shapes it otherwise
    within, means = count >= _LEAST_CELL_PX, []
    for picture in (both.here, both.there):
        codes = _means(picture[kept], group, count)
        within &= (codes > _SHOWS_CODES).all(-1) & (codes < 255 - _SHOWS_CODES).all(-1)
        means.append(_means(_lab(picture)[kept], group, count))
    return Spots(means[0][within], means[1][within], (named % FIRST_SUBJECT)[within])


def joined(several: Sequence[Spots]) -> Spots:
    """All of them."""
    none = np.zeros((0, 3))
    return Spots(
        np.concatenate([none, *(one.here for one in several)]),
        np.concatenate([none, *(one.there for one in several)]),
        np.concatenate([np.zeros(0, np.intp), *(one.anchor_id for one in several)]).astype(np.intp),
    )


def _means(
    values: Float[np.ndarray, "p 3"] | UInt8[np.ndarray, "p 3"],
    group: Int[np.ndarray, " p"],
    count: Int[np.ndarray, " n"],
) -> Colours:
    """The mean of each group."""
    sums = [np.bincount(group, values[:, c].astype(np.float64), minlength=len(count)) for c in range(3)]
    means: Colours = np.stack(sums, -1).reshape(-1, 3) / np.maximum(count, 1)[:, None]
    return means


def _lab(picture: UInt8[np.ndarray, "h w 3"]) -> Float[np.ndarray, "h w 3"]:
    return np.asarray(cv2.cvtColor(np.float32(1 / 255) * picture, cv2.COLOR_RGB2LAB))
