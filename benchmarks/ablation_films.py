"""The films of the ablation: the same lists and seeds, and what a generator is told of the state left out arm by arm.

All by `composer.compose`, as `composer render LIST --seed N --without ...` does it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ablation_lists import Listed
from jaxtyping import UInt8

import composer
from composer import media
from composer.composing.keys import DRAWN_BY as KEYED
from composer.composing.rehearsal import Rehearsal
from composer.generators import DEFAULT, PREVIZ
from composer.types import FilmPlan

Frames = UInt8[np.ndarray, "f h w 3"]


@dataclass(frozen=True)
class Arm:
    """Which generator makes a film, and what it is not told.

    `pinned`: what words leave open is drawn once for the film, as films are made. Else anew for every clip, so that only
    state can carry it from one to the next.
    """

    name: str
    without: tuple[str, ...] = ()
    generator: str = DEFAULT

    @property
    def pinned(self) -> bool:
        return self.generator == PREVIZ or "draw" not in self.without


_NO_FINAL = ("carried", "prefix")
ARMS = (
    Arm("none", ("draw", "memory", *_NO_FINAL)),
    Arm("final frames", ("draw", "memory")),
    Arm("memory", ("draw", *_NO_FINAL)),
    Arm("both", ("draw",)),
)
PINNED = (Arm("none, words pinned", ("memory", *_NO_FINAL)), Arm("both, words pinned"))
CEILING = Arm("previz", generator=PREVIZ)
DRAWN_BY = (*KEYED, "composing", "measuring", "metrics", "planning", "conform", "stitch")
"""The code whose change makes other figures."""

TRUTHS = {False: "truth", True: "truth, words pinned"}
"""What the words say, drawn without a film round it, by whether they are pinned: the floor of each arm of that kind."""


def filmed(listed: Listed, rehearsal: Rehearsal, arm: Arm, seed: int, out: Path) -> tuple[FilmPlan, Frames]:
    """A film's plan and its frames; its clips are kept in `out`, so that what was made is never made again."""
    film = composer.compose(
        listed.shotlist,
        out=out / "films" / f"{listed.name}-{seed}-{arm.name.replace(', ', '-').replace(' ', '-')}",
        generator=arm.generator,
        seed=seed,
        without=arm.without,
        rehearsal=rehearsal,
        cache=out / "cache",
        workers=1,
    )
    return film.plan, np.stack(list(media.read_frames(film.path)))
