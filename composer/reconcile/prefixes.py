"""Did a generator show the frames that it went on from as it was given them? What it alters there, it alters after it, too."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

from composer.metrics import LIMITS, Common, anchor_colour, worst
from composer.reconcile.drift import LEAST_PX, shift

MOST_CODES, MOST_DE, MOST_PX = 6.0, LIMITS["anchor colour"].value / 2, 0.5
"""A frame's mean change, the worst anchor's colour, and the shift of the background, from which on it is told."""

Frames = UInt8[np.ndarray, "p h w 3"]


@dataclass(frozen=True)
class Altered:
    """How a prefix came back: mean change of each frame (codes); of its last frame, the worst anchor with its change of
    colour (dE) and the shift of the background (px), as far as they can be told.
    """

    codes: tuple[float, ...]
    anchor: str = ""
    colour_de: float | None = None
    shift_px: float | None = None

    @property
    def far(self) -> bool:
        """Is it more than a coding of pictures may alter?"""
        return max(self.codes) > MOST_CODES or (self.colour_de or 0.0) > MOST_DE or (self.shift_px or 0.0) > MOST_PX

    def __str__(self) -> str:
        told = [f"{max(self.codes):.1f} codes"]
        told += [f"{self.colour_de:.1f} dE ({self.anchor})"] if self.colour_de is not None else []
        told += [f"{self.shift_px:.2f} px"] if (self.shift_px or 0.0) >= LEAST_PX else []
        return f"prefix came back altered by {', '.join(told)}; the join may step by as much"


def altered(given: Frames, returned: Frames, last: Common | None, names: Mapping[int, str]) -> Altered | None:
    """How the frames that were `returned` differ from those `given`; None where they are the same.

    `last` is the last of them as it was returned (`here`) and given (`there`), where its geometry is known.
    """
    if np.array_equal(given, returned):
        return None
    codes = tuple(round(float(np.abs(a.astype(np.int16) - b).mean()), 3) for a, b in zip(given, returned, strict=True))
    if last is None:
        return Altered(codes)
    bad, moved = worst(anchor_colour(last)), shift(last)
    return Altered(
        codes,
        names.get(bad.anchor_id, f"anchor {bad.anchor_id}") if bad else "",
        round(bad.value, 3) if bad else None,
        None if moved is None else round(float(np.linalg.norm(moved)), 3),
    )
