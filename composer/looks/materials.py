"""How stuffs answer to weight and blows, and which of them a look names.

Densities (kg/m3) are the round figures of engineering tables (Engineering ToolBox, "Densities of Solids"): dry pine and
oak between 500 and 720, mild steel 7850, granite and sandstone about 2600, masonry brick 1900, plain concrete 2400,
window glass 2500, solid rubber 1100, polyethylene 950, packed cloth 300, moist soil 1600.

`bounce` is what a small body keeps of its speed against this stuff when the other is the better one: of two that meet, the
smaller counts. Hard floors therefore stand high (a steel ball on a concrete or stone block keeps about 0.8), and what
bends or crumbles low. After the coefficients gathered by Cross, "The bounce of a ball" (Am. J. Phys. 67, 1999) and in
Stronge, "Impact Mechanics" (2000): hard rubber 0.8 to 0.9, wood 0.5; steel as sheets and drums, which ring and dent, 0.5.

`friction` is the dry sliding coefficient against stone or concrete (Engineering ToolBox, "Friction Coefficients"): steel
0.45, wood 0.5, stone and brick 0.6, rubber 0.9, plastic 0.35, glass 0.4.
"""

from dataclasses import dataclass

from composer.looks import words as w
from composer.looks.lexicon import words_of
from composer.types import Material


@dataclass(frozen=True)
class Stuff:
    """Density in kg/m3, restitution in [0, 1], sliding coefficient."""

    density_kg_m3: float
    bounce: float
    friction: float


STUFFS: dict[Material, Stuff] = {
    "wood": Stuff(600, 0.5, 0.5),
    "steel": Stuff(7850, 0.5, 0.45),
    "stone": Stuff(2600, 0.8, 0.6),
    "brick": Stuff(1900, 0.7, 0.6),
    "concrete": Stuff(2400, 0.8, 0.6),
    "glass": Stuff(2500, 0.7, 0.4),
    "rubber": Stuff(1100, 0.85, 0.9),
    "plastic": Stuff(950, 0.65, 0.35),
    "fabric": Stuff(300, 0.1, 0.5),
    "earth": Stuff(1600, 0.15, 0.55),
    "water": Stuff(1000, 0.0, 0.05),
}

_MADE_OF: dict[str, Material] = {
    "brick": "brick", "tile": "brick", "tiles": "stone", "slate": "stone", "stone": "stone", "sandstone": "stone", "granite": "stone",
    "marble": "stone", "cobbles": "stone", "flagstones": "stone", "concrete": "concrete", "plaster": "concrete", "asphalt": "concrete",
    "timber": "wood", "wood": "wood", "paper": "wood", "leaf": "wood", "thatch": "fabric", "straw": "fabric",
    "steel": "steel", "iron": "steel", "sheet metal": "steel", "corrugated": "steel", "aluminium": "steel", "copper": "steel", "brass": "steel",
    "glass": "glass", "ice": "glass", "plastic": "plastic", "rubber": "rubber",
    "fabric": "fabric", "canvas": "fabric", "oilskin": "fabric", "leather": "fabric", "skin": "fabric", "hair": "fabric",
    "earth": "earth", "gravel": "earth", "sand": "earth", "mud": "earth", "grass": "earth", "snow": "earth", "water": "water",
}  # fmt: skip
"""Materials of looks, all but paint, which covers something else."""

_UNDER_PAINT: dict[str, Material] = {
    **dict.fromkeys(["car", "van", "lorry", "truck", "bus", "tram", "train", "forklift", "tractor", "sign", "buoy", "phone box", "lamp"], "steel"),
    "globe": "plastic",
}  # fmt: skip
"""Painted things, by what is under the paint; the others are of wood."""


def material_of(look: str, otherwise: Material = "wood") -> Material:
    """The stuff of what looks so: the first material that the text names, else what its first thing is made of.

    `red brick warehouse with a slate roof` is of brick, an `oil drum` of steel, what names nothing is `otherwise`.
    """
    return material_named(look) or otherwise


def material_named(look: str) -> Material | None:
    """As `material_of`; None when the text names nothing that is made of something."""
    words = list(words_of(look))
    for word in words:
        if word.kind == "material" and word.name in _MADE_OF:
            return _MADE_OF[word.name]
    for word in words:
        if word.kind == "noun":
            made_of = w.NOUNS[word.name].material
            return _MADE_OF.get(made_of) or _UNDER_PAINT.get(word.name, "wood")
    return None
