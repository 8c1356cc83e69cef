"""Reading a look: its words, in order, to the surface that they describe."""

import re
from dataclasses import replace
from functools import lru_cache

from composer.looks import words as w
from composer.looks.lexicon import clauses_of, words_of
from composer.looks.look import Chance, Look
from composer.looks.people import dressed
from composer.looks.surfaces import thing

_FLOORS = {"cobbles", "flagstones", "grass", "sand", "snow", "earth", "mud", "gravel", "asphalt", "ice"}
_WALLS = {
    "brick", "stone", "sandstone", "granite", "marble", "concrete", "plaster", "timber", "wood", "tiles", "sheet metal",
    "corrugated", "steel", "ice", "glass", "earth", "canvas",
}  # fmt: skip
_LIES = {"road", "street", "path", "field", "garden", "park", "square", "track", "deck"}


@lru_cache(maxsize=4096)
def look(text: str, name: str = "", person: bool = False, added: str = "", draw: int = 0) -> Look:
    """The look that `text` describes, of the solid called `name`; words it does not know are left aside.

    A colour binds to the material or thing that follows it; `with a slate roof` looks down on the top faces; two colours
    joined by `and` take turns in a row (`containers`, `containers_2`), or make a pattern when one is named. What the text
    leaves open (the exact tone, the pattern's phase and scale) follows from a digest of text and name. A `person` wears what
    is said on the parts of its body. `added` is what a variant adds to the text: it is read with it, and changes nothing
    of what the text leaves open. Another `draw` draws that anew, from all that the words allow: a colour that is not named
    may be any.
    """
    chance = Chance(text, name, draw=draw)
    clauses = clauses_of(tuple(words_of(f"{text}, {added}" if added else text)))
    if person:
        return dressed(clauses, chance)
    item = int(match[1]) - 1 if (match := re.search(r"_(\d+)$", name)) else 0
    return thing(clauses, chance, item)


def ground_text(ground: str, place: str = "") -> str:
    """What a place's ground is said to be: plain `concrete` gives way to what the place's look says lies there."""
    if ground.strip().lower() != "concrete":
        return ground
    said = [x.text for x in words_of(place) if x.kind == "material" and x.name in _FLOORS]
    lies = [x.text for x in words_of(place) if x.kind == "noun" and x.name in _LIES]
    return (said + lies + [ground])[0]


def wall_text(place: str) -> str:
    """What the walls of a room in this place look like: the first wall stuff that its look names, with what colours and
    wears it; plaster when it names none.
    """
    for clause in clauses_of(tuple(words_of(place))):
        walls = [x for x in clause if x.kind == "material" and x.name in _WALLS]
        if walls:
            before = [x.text for x in clause[: clause.index(walls[0])] if x.kind in ("colour", "modifier", "wear")]
            return " ".join([*before, walls[0].text, "wall"])
    return "plaster wall"


def is_stuff(text: str) -> bool:
    """Does a look end in what a thing is made of, without saying what it is: `umber timber`, not `timber cart`?"""
    head = re.split(r",|\s(?:with|in|and)\s", text)[0].split()
    words = words_of(head[-1]) if head else []
    return bool(words) and all(word.kind == "material" for word in words)


def ground_look(ground: str, place: str = "", draw: int = 0) -> Look:
    """The look of a place's ground: its own words; plain `concrete` gives way to what the place is said to be.

    `cobbled brewery yard` is cobbled; rain anywhere in the place's look wets it.
    """
    result = look(ground_text(ground, place), "ground", draw=draw)
    damp = max((w.FINISHES[x.name][1] for x in words_of(place) if x.kind == "finish"), default=0.0)
    return replace(result, wet=max(result.wet, damp), glow=0.0, openings=None, top=None)
