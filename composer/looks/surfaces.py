"""What clauses say of a thing, as the look of its surfaces."""

from dataclasses import replace

from composer.looks import words as w
from composer.looks.colours import COLOURS, RGB, bounded, linear, luminance, mix, scaled
from composer.looks.lexicon import Said, Word, gather
from composer.looks.look import Chance, Look


def thing(clauses: list[list[Word]], chance: Chance, item: int) -> Look:
    tops = [c for c in clauses if c and any(x.kind == "top" for x in c)]
    bodies = [c for c in clauses if c not in tops] or tops
    merged = gather([x for clause in bodies for x in clause])
    nouns = [gather(c).noun for c in bodies]
    merged.noun = next((n for n in nouns if n), "")
    result = _surface(merged, chance, item)
    noun = w.NOUNS.get(merged.noun)
    if tops:
        return replace(result, top=_surface(gather(tops[0]), chance.of("top"), 0))
    if noun and noun.roof:
        return replace(result, top=_surface(Said(materials=[(noun.roof, None)]), chance.of("top"), 0))
    return result


def _surface(said: Said, chance: Chance, item: int) -> Look:
    noun = w.NOUNS.get(said.noun, w.Noun("plaster" if not said.colours else "paint"))
    name, bound = said.materials[0] if said.materials else (noun.material, None)
    stuff = w.MATERIALS[name]
    patterned = said.pattern in ("stripes", "bands", "checks", "dots", "grid")
    free = said.colours
    if len(free) > 1 and not patterned:
        colour = free[item % len(free)]
    elif free:
        colour = _stained(free[0] if patterned and len(free) > 1 else bound or free[0], name, stuff)
    elif bound:
        colour = _stained(bound, name, stuff)
    elif noun.colour and not (said.materials and name != noun.material):
        colour = linear(COLOURS[noun.colour])
    elif chance.draw and not said.materials and noun.material in _COVERED:
        colour = linear(_PAINTS[chance.whole("colour") % len(_PAINTS)])
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
    if chance.draw and pattern == "none" and not (said.pattern or said.noun or said.materials):
        pattern = _PLAIN_PATTERNS[chance.whole("pattern") % len(_PLAIN_PATTERNS)]
    scale = noun.scale_m if noun.scale_m and pattern == noun.pattern else _scale(pattern, stuff)
    gloss = noun.gloss if noun.gloss is not None else stuff.gloss
    metal = stuff.metal * (0.0 if free and stuff.metal else 1.0)  # painted metal is paint
    tone = chance.within("tone", 0.06, 0.18)
    warm = chance.within("warmth", 0.015, 0.05) - 1
    albedo = bounded((colour[0] * tone * (1 + warm), colour[1] * tone, colour[2] * tone * (1 - warm)))
    wear, wear_colour = _wear(said.wear, stuff, colour)
    finishes = [w.FINISHES[f] for f in said.finish]
    gloss = min(1.0, max(0.0, gloss + sum(f[0] for f in finishes)))
    return Look(
        albedo,
        bounded(scaled(second, tone)),
        pattern,
        scale * chance.within("scale", 0.06, 0.2),
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


_COVERED = {"plaster", "paint"}
"""Stuffs that have whatever colour was chosen for them."""

_PAINTS = tuple(COLOURS.values())
_PLAIN_PATTERNS: tuple[w.Pattern, ...] = ("none", "bricks", "blocks", "boards", "tiles", "checks", "bands", "stripes")
"""What a thing of which nothing is said may turn out to be covered with."""

_MINERAL = {
    "brick",
    "stone",
    "sandstone",
    "granite",
    "slate",
    "tile",
    "cobbles",
    "flagstones",
    "concrete",
    "asphalt",
    "earth",
    "gravel",
    "thatch",
}


def _stained(colour: RGB, material: str, stuff: w.Material) -> RGB:
    """Stuff that is coloured through keeps some of its own colour; paint covers it."""
    return mix(colour, linear(stuff.colour), 0.55) if material in _MINERAL else colour


def _suits(noun: w.Noun, material: str, said: Said) -> bool:
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
