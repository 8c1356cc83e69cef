"""What clauses say of a person, as the looks of skin, hair and clothes."""

from dataclasses import replace

from composer.looks import words as w
from composer.looks.colours import COLOURS, RGB, bounded, linear, scaled
from composer.looks.lexicon import Word, gather
from composer.looks.look import Chance, Look

_SKINS = ("#c89478", "#b07a5c", "#8f5f45", "#d3a78c", "#6f4734")
_HAIRS = ("umber", "chocolate", "black", "chestnut", "tan", "charcoal")
_SHIRTS = ("navy", "burgundy", "olive", "teal", "umber", "grey", "moss")
_TROUSERS = ("charcoal", "navy", "umber", "black")


def dressed(clauses: list[list[Word]], chance: Chance) -> Look:
    """A person: garments colour the parts they cover; everything else is chosen by the digest."""
    base = {
        "skin": _cloth("skin", linear(_SKINS[chance.whole("skin") % len(_SKINS)]), chance),
        "hair": _cloth("hair", linear(COLOURS[_HAIRS[chance.whole("hair") % len(_HAIRS)]]), chance),
        "torso": _cloth("fabric", linear(COLOURS[_SHIRTS[chance.whole("torso") % len(_SHIRTS)]]), chance),
        "legs": _cloth("fabric", linear(COLOURS[_TROUSERS[chance.whole("legs") % len(_TROUSERS)]]), chance),
        "feet": _cloth("leather", linear(COLOURS["black"]), chance),
    }
    for clause in clauses:
        base |= _garments(clause, chance)
    names = {word.name for clause in clauses for word in clause if word.kind == "garment"}
    base["head"], base["arms"], base["hands"] = base["skin"], base["torso"], base["skin"]
    base["hair"] = base.pop("hat", base["hair"])
    base["pelvis"] = base["torso"] if names & w.LONG else base["legs"]
    base["shins"] = base["skin"] if names & w.BARE else base["legs"]
    bearded = any(name.startswith("beard") for name in names)
    return replace(base["torso"], noun="bearded" if bearded else "person", parts=tuple(sorted(base.items())))


def _garments(clause: list[Word], chance: Chance) -> dict[str, Look]:
    """What a clause puts on: each garment takes the words before it; colours alone (`in red`) are of the torso."""
    worn: dict[str, Look] = {}
    before: list[Word] = []
    for word in clause:
        if word.kind != "garment":
            before.append(word)
            continue
        slot, material, colour = w.GARMENTS[word.name]
        said = gather(before)
        cloth = _cloth(
            said.materials[0][0] if said.materials else material,
            said.colours[-1] if said.colours else linear(COLOURS[colour]),
            chance,
        )
        if said.pattern in ("stripes", "checks"):
            cloth = replace(cloth, pattern=said.pattern, scale_m=0.12, second=linear(COLOURS["white"]))
        worn |= dict.fromkeys(("torso", "legs") if slot == "all" else (slot,), cloth)
        before = []
    alone = gather(before).colours
    if alone and not any(word.kind == "person" for word in before):
        worn["torso"] = _cloth("fabric", alone[0], chance)
    return worn


def _cloth(material: str, colour: RGB, chance: Chance) -> Look:
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
