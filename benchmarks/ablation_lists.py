"""The lists of the ablation: written for it, used in no training and no tuning, frozen by `DIGEST` before the films that count.

Five leave colour and pattern of nearly everything open; one names all, so that words alone hold a place together there. Their
cameras were chosen by what the truth's pictures show in common. Two had been filmed before, larger, to tell how long it takes;
of what came of that, only size and length were changed.
"""

from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import embedded_lists
import numpy as np

from composer.schema import Gates, ShotList
from composer.shotlist import read
from composer.training.lists import random_list

FOLDER = Path(__file__).with_name("ablation")
NAMES = ("workshop", "street", "desert", "forest", "harbour", "market")
NAMED = frozenset({"market"})
"""Those whose looks name everything."""

DIGEST = "183bfd99bdeb63f7d09acfdd518f28871efa5075e77f31a606eea8e0de51ef87"
MOST_ALIKE = 0.34
"""Share of its things (shape, size to the metre, look) that a list may have in common with one of those."""

DRAWN = 400
"""Lists out of the distribution that was trained on, which these are held against; and all of benchmarks/embedded.jsonl."""

_SHAPES = ("box", "wall", "cylinder", "sphere", "ramp", "mesh")


UNGATED = Gates(retakes=0)
"""Of every list: no clip is taken again, so that an arm shows what it makes at first."""


@dataclass(frozen=True)
class Listed:
    """A list by its name; `open` where its looks leave colour and pattern open."""

    name: str
    text: str

    @cached_property
    def shotlist(self) -> ShotList:
        return read(self.text, f"{self.name}.yaml").model_copy(update={"gates": UNGATED})

    @property
    def open(self) -> bool:
        return self.name not in NAMED


def frozen() -> tuple[Listed, ...]:
    """The lists. Exits when they are not those of `DIGEST`."""
    found = digest()
    if found != DIGEST:
        raise SystemExit(f"{FOLDER.name}/ has the digest {found}; expected {DIGEST}")
    return tuple(Listed(name, (FOLDER / f"{name}.yaml").read_text()) for name in NAMES)


def digest() -> str:
    """Of all lists, their names and order."""
    told = sha256()
    for name in NAMES:
        told.update(f"{name}\0".encode() + (FOLDER / f"{name}.yaml").read_bytes())
    return told.hexdigest()


def nearest(listed: Listed) -> float:
    """The largest share of its things that a list of the training's distribution, or a held-out one of it, has too."""
    own = things(listed.shotlist)
    return max(len(own & other) / len(own) for other in others())


def things(shotlist: ShotList) -> frozenset[tuple[str, ...]]:
    """What stands in the places of a list: shape, size to the metre, look."""
    found = set()
    for place in shotlist.places.values():
        for anchor in place.anchors.values():
            (shape,) = (name for name in _SHAPES if getattr(anchor, name, None) is not None)
            size = np.round(np.atleast_1d(getattr(anchor, shape)))
            found.add((shape, " x ".join(f"{side:g}" for side in size), anchor.look or ""))
    return frozenset(found)


@cache
def others() -> tuple[frozenset[tuple[str, ...]], ...]:
    """Things of the lists that these are held against."""
    held_out = (line[kind] for line in embedded_lists.frozen() for kind in ("open", "named"))
    drawn = (random_list(seed) for seed in range(DRAWN))
    return tuple(things(read(text)) for text in (*held_out, *drawn))
