"""A look's text as known words, clause by clause, and what each clause says."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal

from composer.looks import words as w
from composer.looks.colours import COLOURS, MODIFIERS, RGB, SAME_COLOUR, SAME_MODIFIER, linear, modified

Kind = Literal[
    "colour", "modifier", "material", "pattern", "wear", "finish", "garment", "noun", "person", "top", "join", "and"
]


@dataclass(frozen=True)
class Word:
    kind: Kind
    name: str
    text: str


_TABLE: dict[str, tuple[Kind, str]] = {
    **{word: ("wear", name) for word, name in w.SAME_WEAR.items()},
    **{word: ("finish", name) for word, name in w.SAME_FINISH.items()},
    **{word: ("modifier", name) for word, name in SAME_MODIFIER.items()},
    **{word: ("modifier", word) for word in MODIFIERS},
    **{word: ("material", word) for word in w.MATERIALS},
    **{word: ("material", name) for word, name in w.SAME_MATERIAL.items()},
    **{word: ("colour", name) for word, name in SAME_COLOUR.items()},
    **{word: ("colour", word) for word in COLOURS if word not in w.MATERIALS and word not in w.SAME_MATERIAL},
    **{word: ("wear", word) for word in w.WEAR},
    **{word: ("finish", word) for word in w.FINISHES},
    **{word: ("pattern", name) for word, name in w.PATTERN_WORDS.items()},
    **{word: ("noun", word) for word in w.NOUNS},
    **{word: ("person", word) for word in w.PEOPLE},
    **{word: ("garment", word) for word in w.GARMENTS},
    **{word: ("top", word) for word in w.TOP_WORDS},
    **{word: ("join", word) for word in ("with", "under", "in", "wearing", "after")},
    "and": ("and", "and"),
}
_AMBIGUOUS = {"oilskin": "garment", "rust": "colour", "sand": "material", "moss": "wear"}
_TABLE |= {word: (kind, word) for word, kind in _AMBIGUOUS.items() if kind != "wear"}  # type: ignore[misc]


def known_words() -> dict[str, tuple[str, ...]]:
    """Every word that changes a look, by kind, in alphabetical order."""
    kinds = sorted({kind for kind, _ in _TABLE.values()} - {"join", "and"})
    return {kind: tuple(sorted(word for word, (k, _) in _TABLE.items() if k == kind)) for kind in kinds}


def words_of(text: str) -> Iterator[Word]:
    """The words of a look that the vocabulary knows, in order; pairs such as `water tower` count before single words."""
    parts = re.findall(r"[a-z0-9&]+|[,;.]", text.lower())
    at = 0
    while at < len(parts):
        pair, one = _known(" ".join(parts[at : at + 2])) if at + 1 < len(parts) else None, _known(parts[at])
        if word := pair or one:
            yield word
        elif parts[at] in ",;.":
            yield Word("join", "with", parts[at])
        at += 2 if pair else 1


def _known(phrase: str) -> Word | None:
    for spelt in (phrase, phrase.removesuffix("s"), phrase.removesuffix("es")):
        if spelt in _TABLE:
            return Word(*_TABLE[spelt], spelt)
    return None


def clauses_of(found: tuple[Word, ...]) -> list[list[Word]]:
    """Words split at `with`, `in`, commas: each clause is about one thing; a roof ends its own."""
    clauses: list[list[Word]] = [[]]
    for word in found:
        if word.kind == "join":
            clauses.append([])
        else:
            clauses[-1].append(word)
            if word.kind == "top":
                clauses.append([])
    return [clause for clause in clauses if clause] or [[]]


@dataclass
class Said:
    """What a clause says, gathered word by word."""

    colours: list[RGB] = field(default_factory=list)
    materials: list[tuple[str, RGB | None]] = field(default_factory=list)
    pattern: w.Pattern | None = None
    wear: list[str] = field(default_factory=list)
    finish: list[str] = field(default_factory=list)
    noun: str = ""

    fresh: RGB | None = None  # a colour that still waits for its material
    modifiers: list[str] = field(default_factory=list)  # words that wait for what they change

    def changed(self, colour: RGB) -> RGB:
        """`colour` under the modifiers before it, which are then used up."""
        colour = reduce(modified, reversed(self.modifiers), colour)
        self.modifiers.clear()
        return colour

    def take_colour(self, word: Word) -> None:
        self.fresh = self.changed(linear(COLOURS[word.name]))
        self.colours.append(self.fresh)

    def take_material(self, word: Word) -> None:
        named = w.MATERIAL_COLOUR.get(word.text)
        colour = self.fresh or (linear(COLOURS[named]) if named else None)
        if colour is None and self.modifiers:
            colour = self.changed(linear(w.MATERIALS[word.name].colour))
        self.materials.append((word.name, colour))
        self.fresh = None


def gather(clause: Iterable[Word]) -> Said:
    """What the words of a clause say together: a colour binds to the material after it."""
    said = Said()
    lists = {"modifier": said.modifiers, "wear": said.wear, "finish": said.finish}
    for word in clause:
        if word.kind == "colour":
            said.take_colour(word)
        elif word.kind == "material":
            said.take_material(word)
        elif word.kind == "pattern":
            said.pattern = said.pattern or w.PATTERN_WORDS[word.text]
        elif word.kind == "noun":
            said.noun = word.name
        elif word.kind in lists:
            lists[word.kind].append(word.name)
    return said
