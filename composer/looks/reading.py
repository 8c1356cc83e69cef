"""Reading a look: its words, in order, to the surface that they describe."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from composer.looks import words as w
from composer.looks.colours import (
    COLOURS,
    MODIFIERS,
    RGB,
    SAME_COLOUR,
    SAME_MODIFIER,
    bounded,
    linear,
    luminance,
    mix,
    modified,
    scaled,
)


@dataclass(frozen=True)
class Look:
    """What a surface looks like. Colours are linear RGB reflectance.

    `pattern` paints `second` over `albedo` at `scale_m` (metres of one unit); `vary` is how much the tone varies; `wear` the
    share of the surface that has `wear_colour`; `gloss` 0 matt to 1 mirror; `metal` 1 tints what it mirrors; `wet` and
    `glow` 0 to 1. `phase` shifts the pattern, in units of it; `seed` picks everything else that words leave open. `top` is
    the look of its top faces where it differs; `parts` those of a person.
    """

    albedo: RGB
    second: RGB
    pattern: w.Pattern = "none"
    scale_m: float = 1.0
    vary: float = 0.2
    wear: float = 0.0
    wear_colour: RGB = (0.1, 0.1, 0.1)
    gloss: float = 0.05
    metal: float = 0.0
    wet: float = 0.0
    glow: float = 0.0
    phase: tuple[float, float] = (0.0, 0.0)
    seed: int = 0
    material: str = "paint"
    noun: str = ""
    openings: w.Openings | None = None
    top: "Look | None" = None
    parts: tuple[tuple[str, "Look"], ...] = ()

    def part(self, name: str) -> "Look":
        """The look of a part: `head`, `hair`, `skin`, `torso`, `arms`, `hands`, `pelvis`, `legs`, `shins`, `feet`; itself when it has none."""
        return dict(self.parts).get(name, self)


Kind = Literal[
    "colour", "modifier", "material", "pattern", "wear", "finish", "garment", "noun", "person", "top", "join", "and"
]


@dataclass(frozen=True)
class _Word:
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
    "dirty": ("wear", "stained"),
    "dull": ("finish", "matt"),
}
_AMBIGUOUS = {"oilskin": "garment", "rust": "colour", "sand": "material", "moss": "wear"}
_TABLE |= {word: (kind, word) for word, kind in _AMBIGUOUS.items() if kind != "wear"}  # type: ignore[misc]


def known_words() -> dict[str, tuple[str, ...]]:
    """Every word that changes a look, by kind, in alphabetical order."""
    kinds = sorted({kind for kind, _ in _TABLE.values()} - {"join", "and"})
    return {kind: tuple(sorted(word for word, (k, _) in _TABLE.items() if k == kind)) for kind in kinds}


@lru_cache(maxsize=4096)
def look(text: str, name: str = "", person: bool = False) -> Look:
    """The look that `text` describes, of the solid called `name`; words it does not know are left aside.

    A colour binds to the material or thing that follows it; `with a slate roof` looks down on the top faces; two colours
    joined by `and` take turns in a row (`containers`, `containers_2`), or make a pattern when one is named. What the text
    leaves open (the exact tone, the pattern's phase and scale) follows from a digest of text and name.
    """
    chance = _Chance(text, name)
    clauses = _clauses(tuple(_words(text)))
    if person or any(word.kind == "person" for clause in clauses for word in clause):
        return _dressed(clauses, chance)
    item = int(match[1]) - 1 if (match := re.search(r"_(\d+)$", name)) else 0
    return _thing(clauses, chance, item)


def ground_look(ground: str, place: str = "") -> Look:
    """The look of a place's ground: its own words; plain `concrete` gives way to what the place is said to be.

    `cobbled brewery yard` is cobbled; rain anywhere in the place's look wets it.
    """
    text = ground
    if ground.strip().lower() == "concrete":
        surfaces = {"cobbles", "flagstones", "grass", "sand", "snow", "earth", "mud", "gravel", "asphalt", "ice"}
        said = [x for x in _words(place) if x.kind == "material" and x.name in surfaces]
        floors = [
            x
            for x in _words(place)
            if x.kind == "noun"
            and x.name in {"road", "street", "path", "field", "garden", "park", "square", "track", "deck"}
        ]
        text = " ".join(x.text for x in (said or floors)[:1]) or ground
    result = look(text, "ground")
    damp = max((w.FINISHES[x.name][1] for x in _words(place) if x.kind == "finish"), default=0.0)
    return replace(result, wet=max(result.wet, damp), glow=0.0, openings=None, top=None)


class _Chance:
    """Numbers in [0, 1) that depend on a text, a name and what they are for."""

    def __init__(self, *keys: str) -> None:
        self._key = "\0".join(keys)

    def __call__(self, purpose: str) -> float:
        return self.whole(purpose) / 2**32

    def whole(self, purpose: str) -> int:
        digest = hashlib.blake2b(f"{self._key}\0{purpose}".encode(errors="replace"), digest_size=4)
        return int.from_bytes(digest.digest(), "big")


def _words(text: str) -> Iterator[_Word]:
    parts = re.findall(r"[a-z0-9&]+|[,;.]", text.lower())
    at = 0
    while at < len(parts):
        for length in (2, 1):
            phrase = " ".join(parts[at : at + length])
            for candidate in (phrase, phrase.removesuffix("s"), phrase.removesuffix("es")):
                if candidate in _TABLE and len(parts) - at >= length:
                    kind, name = _TABLE[candidate]
                    yield _Word(kind, name, candidate)
                    break
            else:
                continue
            at += length
            break
        else:
            if parts[at] in ",;.":
                yield _Word("join", "with", parts[at])
            at += 1


def _clauses(found: tuple[_Word, ...]) -> list[list[_Word]]:
    """Words split at `with`, `in`, commas: each clause is about one thing."""
    clauses: list[list[_Word]] = [[]]
    for word in found:
        if word.kind == "join":
            clauses.append([])
        else:
            clauses[-1].append(word)
    return [clause for clause in clauses if clause] or [[]]


@dataclass
class _Said:
    """What a clause says, gathered word by word."""

    colours: list[RGB] = field(default_factory=list)
    materials: list[tuple[str, RGB | None]] = field(default_factory=list)
    pattern: w.Pattern | None = None
    wear: list[str] = field(default_factory=list)
    finish: list[str] = field(default_factory=list)
    noun: str = ""


def _gather(clause: list[_Word]) -> _Said:
    said = _Said()
    pending: list[str] = []
    fresh: RGB | None = None  # a colour that still waits for its material
    for word in clause:
        if word.kind == "modifier":
            pending.append(word.name)
        elif word.kind == "colour":
            fresh = linear(COLOURS[word.name])
            for modifier in reversed(pending):
                fresh = modified(fresh, modifier)
            pending = []
            said.colours.append(fresh)
        elif word.kind == "material":
            named = w.MATERIAL_COLOUR.get(word.text)
            colour = fresh or (linear(COLOURS[named]) if named else None)
            if colour is None and pending:
                colour = linear(w.MATERIALS[word.name].colour)
                for modifier in reversed(pending):
                    colour = modified(colour, modifier)
                pending = []
            said.materials.append((word.name, colour))
            fresh = None
        elif word.kind == "pattern":
            said.pattern = said.pattern or w.PATTERN_WORDS[word.text]
        elif word.kind == "wear":
            said.wear.append(word.name)
        elif word.kind == "finish":
            said.finish.append(word.name)
        elif word.kind == "noun":
            said.noun = word.name
    return said


def _thing(clauses: list[list[_Word]], chance: _Chance, item: int) -> Look:
    tops = [c for c in clauses if c and any(x.kind == "top" for x in c)]
    bodies = [c for c in clauses if c not in tops]
    merged = _gather([x for clause in bodies for x in clause])
    nouns = [_gather(c).noun for c in bodies]
    merged.noun = next((n for n in nouns if n), "")
    result = _surface(merged, chance, item)
    noun = w.NOUNS.get(merged.noun)
    if tops:
        return replace(result, top=_surface(_gather(tops[0]), _Chance(chance._key, "top"), 0))  # noqa: SLF001
    if noun and noun.roof:
        return replace(result, top=_surface(_Said(materials=[(noun.roof, None)]), _Chance(chance._key, "top"), 0))  # noqa: SLF001
    return result


def _surface(said: _Said, chance: _Chance, item: int) -> Look:
    noun = w.NOUNS.get(said.noun, w.Noun("plaster" if not said.colours else "paint"))
    name, bound = said.materials[0] if said.materials else (noun.material, None)
    stuff = w.MATERIALS[name]
    patterned = said.pattern in ("stripes", "bands", "checks", "dots", "grid")
    free = said.colours
    if len(free) > 1 and not patterned:
        colour = free[item % len(free)]
    elif free:
        colour = _stained(bound or free[0], name, stuff)
    elif bound:
        colour = _stained(bound, name, stuff)
    elif noun.colour and not (said.materials and name != noun.material):
        colour = linear(COLOURS[noun.colour])
    else:
        colour = linear(stuff.colour)
    own = linear(stuff.colour)
    second = linear(stuff.second)
    if colour != own:
        shift = luminance(second) / max(luminance(own), 1e-3)
        painted = mix(scaled(colour, shift), second, 0.35)
        second = mix(second, painted, 0.35) if stuff.pattern == "bricks" else painted
    if patterned:
        default = linear(COLOURS["white"]) if luminance(colour) < 0.35 else linear(COLOURS["black"])
        second = free[1] if len(free) > 1 else default
    pattern = said.pattern or (noun.pattern if noun.pattern and _suits(noun, name, said) else stuff.pattern)
    scale = noun.scale_m if noun.scale_m and pattern == noun.pattern else _scale(pattern, stuff)
    gloss = noun.gloss if noun.gloss is not None else stuff.gloss
    metal = stuff.metal * (0.0 if free and stuff.metal else 1.0)  # painted metal is paint
    tone = 0.94 + 0.12 * chance("tone")
    warm = 0.03 * (chance("warmth") - 0.5)
    albedo = bounded((colour[0] * tone * (1 + warm), colour[1] * tone, colour[2] * tone * (1 - warm)))
    wear, wear_colour = _wear(said.wear, stuff, colour)
    finishes = [w.FINISHES[f] for f in said.finish]
    gloss = min(1.0, max(0.0, gloss + sum(f[0] for f in finishes)))
    return Look(
        albedo,
        bounded(scaled(second, tone)),
        pattern,
        scale * (0.94 + 0.12 * chance("scale")),
        stuff.vary,
        wear,
        wear_colour,
        gloss,
        metal,
        min(1.0, max(0.0, sum(f[1] for f in finishes))),
        1.0 if any(f[2] for f in finishes) else 0.0,
        (chance("phase u"), chance("phase v")),
        chance.whole("seed"),
        name,
        said.noun,
        noun.openings,
    )


_MINERAL = {"brick", "stone", "sandstone", "granite", "slate", "tile", "cobbles", "flagstones", "concrete", "asphalt", "earth", "gravel", "thatch"}


def _stained(colour: RGB, material: str, stuff: w.Material) -> RGB:
    """Stuff that is coloured through keeps some of its own colour; paint covers it."""
    return mix(colour, linear(stuff.colour), 0.55) if material in _MINERAL else colour


def _suits(noun: w.Noun, material: str, said: _Said) -> bool:
    """Whether a thing keeps its own pattern in the material that was said: a stone crane has no lattice."""
    metals = {"steel", "iron", "sheet metal", "aluminium", "paint"}
    woods = {"wood", "timber"}
    return (
        not said.materials
        or material == noun.material
        or {material, noun.material} <= metals
        or {material, noun.material} <= woods
    )


def _scale(pattern: w.Pattern, stuff: w.Material) -> float:
    if pattern == stuff.pattern:
        return stuff.scale_m
    sizes = {
        "stripes": 0.5,
        "bands": 0.6,
        "checks": 0.5,
        "grid": 0.5,
        "dots": 0.3,
        "ribs": 0.28,
        "panels": 1.2,
        "plates": 1.4,
        "lattice": 2.0,
        "boards": 0.2,
        "hoops": 0.4,
    }
    return sizes.get(pattern, stuff.scale_m)


def _wear(said: list[str], stuff: w.Material, colour: RGB) -> tuple[float, RGB]:
    """Share and colour of the wear; what is not said to be worn still shows a little of its years."""
    if said:
        return max(w.WEAR[x][0] for x in said), linear(w.WEAR[said[0]][1])
    return 0.08 if stuff.vary > 0.1 else 0.0, scaled(colour, 0.55)


_SKINS = ("#c89478", "#b07a5c", "#8f5f45", "#d3a78c", "#6f4734")
_HAIRS = ("umber", "chocolate", "black", "chestnut", "tan", "charcoal")
_SHIRTS = ("navy", "burgundy", "olive", "teal", "umber", "grey", "moss")
_TROUSERS = ("charcoal", "navy", "umber", "black")


def _dressed(clauses: list[list[_Word]], chance: _Chance) -> Look:
    """A person: garments colour the parts they cover; everything else is chosen by the digest."""
    base = {
        "skin": _cloth("skin", linear(_SKINS[chance.whole("skin") % len(_SKINS)]), chance),
        "hair": _cloth("hair", linear(COLOURS[_HAIRS[chance.whole("hair") % len(_HAIRS)]]), chance),
        "torso": _cloth("fabric", linear(COLOURS[_SHIRTS[chance.whole("torso") % len(_SHIRTS)]]), chance),
        "legs": _cloth("fabric", linear(COLOURS[_TROUSERS[chance.whole("legs") % len(_TROUSERS)]]), chance),
        "feet": _cloth("leather", linear(COLOURS["black"]), chance),
    }
    pending: list[_Word] = []
    names = {word.name for clause in clauses for word in clause if word.kind == "garment"}
    for clause in clauses:
        for word in clause:
            if word.kind != "garment":
                pending.append(word)
                continue
            slot, material, colour = w.GARMENTS[word.name]
            said = _gather(pending)
            stuff = said.materials[0][0] if said.materials else material
            worn = _cloth(stuff, said.colours[-1] if said.colours else linear(COLOURS[colour]), chance)
            if said.pattern in ("stripes", "checks"):
                worn = replace(worn, pattern=said.pattern, scale_m=0.12, second=linear(COLOURS["white"]))
            slots = {"all": ("torso", "legs"), "hat": ("hat",)}.get(slot, (slot,))
            base |= dict.fromkeys(slots, worn)
            pending = []
        if clause and clause[-1].kind != "garment" and pending:
            rest = _gather(pending)
            if rest.colours and not any(x.kind == "person" for x in pending):
                base["torso"] = _cloth("fabric", rest.colours[0], chance)
        pending = []
    base["head"], base["arms"], base["hands"] = base["skin"], base["torso"], base["skin"]
    base["hair"] = base.pop("hat", base["hair"])
    base["pelvis"] = base["torso"] if names & w.LONG else base["legs"]
    base["shins"] = base["skin"] if names & w.BARE else base["legs"]
    bearded = any(word.text.startswith("beard") for clause in clauses for word in clause)
    return replace(base["torso"], noun="bearded" if bearded else "person", parts=tuple(sorted(base.items())))


def _cloth(material: str, colour: RGB, chance: _Chance) -> Look:
    stuff = w.MATERIALS[material]
    return Look(
        bounded(colour),
        scaled(colour, 0.7),
        stuff.pattern,
        stuff.scale_m,
        stuff.vary,
        gloss=stuff.gloss,
        seed=chance.whole(material),
        material=material,
    )
