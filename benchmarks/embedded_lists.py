"""The lists that the embedded generator is measured on: `python benchmarks/embedded_lists.py` drew benchmarks/embedded.jsonl.

Their seeds are held out from training. A line holds one place twice, in the same light and seen by the same cameras: with
looks that leave colour and pattern open, and with looks that name everything. They were chosen by their geometry alone,
and are frozen by `DIGEST`.
"""

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np

from composer.errors import ShotListError
from composer.training.chains import CLIPS, Stage
from composer.training.judging import LEAST_PX
from composer.training.lists import random_list
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT

LISTS = Path(__file__).with_name("embedded.jsonl")
DIGEST = "5ed3d25e009d6bb9e653f48bcad3131b3ec63d6d61e47699e7047fec0327d69b"
PLACES = 24
_SIZE = (96, 54)
COLOURS = (
    "red", "orange", "yellow", "green", "blue", "purple", "white", "black", "brown", "cream", "navy", "teal", "grey", "pink",
    "terracotta", "olive", "sky", "mustard", "burgundy", "mint",
)  # fmt: skip
_STUFFS = ("brick", "concrete", "painted", "plaster", "timber", "steel", "stone", "corrugated", "plastic", "canvas")
_PATTERNS = ("checked", "striped", "banded", "dotted")
_MOVES = (
    "truck left 0.4m",
    "truck right 0.4m",
    "pan left 6deg",
    "pan right 6deg",
    "dolly out 0.5m",
    "arc left 8deg",
    "static",
)


def frozen() -> list[dict[str, str]]:
    """The lists: `seed`, `open` and `named` of each place. Exits when they are not those of `DIGEST`."""
    text = LISTS.read_text()
    found = sha256(text.encode()).hexdigest()
    if found != DIGEST:
        raise SystemExit(f"{LISTS.name} has the digest {found}; expected {DIGEST}")
    return [json.loads(line) for line in text.splitlines()]


def main() -> None:
    """Draw the lists, and print their digest."""
    lines: list[str] = []
    for seed in range(5000, 10_000):
        line = _line(seed)
        if line:
            lines.append(json.dumps(line))
            print(f"{len(lines)} of {PLACES}: {seed}", file=sys.stderr)
        if len(lines) == PLACES:
            break
    LISTS.write_text("\n".join(lines) + "\n")
    print(sha256(LISTS.read_bytes()).hexdigest())


def _line(seed: int) -> dict[str, str] | None:
    document = json.loads(random_list(seed))
    shots = document["shots"]
    if any(word.rstrip("0123456789") in {"person", "ball", "drum", "thing"} for word in _framed(shots[0])):
        return None
    rng = np.random.default_rng([seed, 2])
    shots[2:] = [{**shots[0], "shot": "s2", "camera": {**shots[0]["camera"], "move": str(rng.choice(_MOVES))}}]
    shots[2].pop("motion", None)
    line = {"seed": str(seed), "open": _looking(document, _open, rng), "named": _looking(document, _named, rng)}
    return line if _shows_enough(line["open"]) else None


def _looking(document: dict, look: Callable[[str, np.random.Generator], str], rng: np.random.Generator) -> str:
    """The list with other looks."""
    place = document["places"]["place"]
    for anchor in place["anchors"].values():
        if "lamp" not in anchor:
            anchor["look"] = look("wall" if "wall" in anchor else "box", rng)
    if "room" in place:
        place["look"] = look("room", rng)
    return json.dumps(document)


def _framed(shot: dict) -> list[str]:
    """What a shot frames: a size may come first."""
    return [word for word in shot["camera"]["frame"].split() if not word.isupper()]


def _open(thing: str, rng: np.random.Generator) -> str:
    del rng
    return thing if thing != "box" else "thing"


def _named(thing: str, rng: np.random.Generator) -> str:
    first, second = rng.choice(COLOURS, 2, replace=False)
    if thing == "room":
        return f"{first} plaster room"
    if rng.random() < 0.4:
        return f"{first} and {second} {rng.choice(_PATTERNS)} {thing}"
    return f"{first} {rng.choice(_STUFFS)} {thing}"


def _shows_enough(text: str) -> bool:
    """Whether the first clip shows two anchors that the last shows again, and each other clip something it remembers."""
    try:
        stage = Stage(text, _SIZE)
    except ShotListError:
        return False
    shown = [
        {a for a in range(FIRST_ANCHOR, FIRST_SUBJECT) if (c.ids == a).sum() >= LEAST_PX * len(c.ids)}
        for c in stage.clips
    ]
    if len(shown[0] & shown[3]) < 2 or not shown[0] & (shown[1] | shown[2]):
        return False
    blank = [np.zeros((*clip.ids.shape, 3), np.uint8) for clip in stage.clips]
    masks = [stage.remembered(k, blank)[1].mean() for k in range(1, len(CLIPS))]
    return bool(min(masks[0], masks[2]) > 0.15 and masks[1] > 0.04)


if __name__ == "__main__":
    main()
