"""What materials, things, wear, finishes and clothes look like: the tables of the vocabulary."""

from dataclasses import dataclass
from typing import Literal, get_args

Pattern = Literal[
    "none", "bricks", "blocks", "planks", "boards", "tiles", "slates", "cobbles", "flagstones", "checks", "stripes",
    "bands", "grid", "dots", "corrugated", "ribs", "panels", "plates", "hoops", "lattice", "staves", "crate", "leaves",
    "grass", "ripples", "grain", "veins", "weave",
]  # fmt: skip
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)


@dataclass(frozen=True)
class Material:
    """A stuff: its own colours (sRGB codes), its pattern and scale in metres, how it takes light.

    `gloss` 0 matt to 1 mirror, `metal` 0 or 1 (tints what it mirrors), `vary` how much its tone varies.
    """

    colour: str
    second: str
    pattern: Pattern = "none"
    scale_m: float = 1.0
    gloss: float = 0.05
    metal: float = 0.0
    vary: float = 0.25


MATERIALS: dict[str, Material] = {
    "brick": Material("#8c4632", "#a09586", "bricks", 0.30, 0.03, vary=0.45),
    "stone": Material("#8f8a7e", "#5b574e", "blocks", 0.62, 0.04, vary=0.40),
    "sandstone": Material("#b69a6c", "#8a7450", "blocks", 0.62, 0.03, vary=0.35),
    "granite": Material("#77787b", "#4b4c4f", "blocks", 0.70, 0.15, vary=0.35),
    "marble": Material("#d6d2ca", "#7d7b78", "veins", 1.6, 0.45, vary=0.15),
    "cobbles": Material("#807a70", "#3d3a33", "cobbles", 0.20, 0.16, vary=0.50),
    "flagstones": Material("#8a867d", "#4d4a45", "flagstones", 0.80, 0.08, vary=0.40),
    "concrete": Material("#8f8e89", "#5f5e5a", "panels", 3.2, 0.06, vary=0.30),
    "plaster": Material("#c9c0ae", "#a39a88", "none", 1.0, 0.03, vary=0.22),
    "asphalt": Material("#45464a", "#2c2d30", "grain", 0.5, 0.08, vary=0.30),
    "timber": Material("#7a5a3b", "#33261a", "planks", 0.22, 0.06, vary=0.50),
    "wood": Material("#80603e", "#3a2b1c", "planks", 0.18, 0.12, vary=0.45),
    "slate": Material("#4d545c", "#2b2f34", "slates", 0.34, 0.14, vary=0.45),
    "tile": Material("#9a5a41", "#5a3226", "slates", 0.30, 0.10, vary=0.40),
    "tiles": Material("#b9b2a4", "#6f6a60", "tiles", 0.40, 0.30, vary=0.20),
    "thatch": Material("#8d7647", "#5a4a2c", "grass", 0.4, 0.02, vary=0.45),
    "steel": Material("#8a8f94", "#5d6267", "plates", 1.8, 0.40, 1.0, vary=0.20),
    "iron": Material("#55575a", "#343537", "plates", 1.2, 0.22, 0.7, vary=0.30),
    "sheet metal": Material("#9a9ea1", "#6a6e72", "panels", 1.2, 0.42, 0.8, vary=0.22),
    "corrugated": Material("#8f9598", "#555b5f", "corrugated", 0.19, 0.32, 0.6, vary=0.30),
    "aluminium": Material("#b3b7ba", "#82868a", "panels", 1.2, 0.50, 1.0, vary=0.12),
    "copper": Material("#a8623a", "#6f8f7c", "panels", 0.9, 0.45, 1.0, vary=0.30),
    "brass": Material("#b5943f", "#7c6428", "none", 1.0, 0.55, 1.0, vary=0.15),
    "glass": Material("#5a6e76", "#2f3a40", "grid", 1.5, 0.85, vary=0.08),
    "plastic": Material("#a8a8a4", "#7c7c79", "none", 1.0, 0.45, vary=0.06),
    "rubber": Material("#2a2a2b", "#1c1c1d", "none", 1.0, 0.10, vary=0.10),
    "fabric": Material("#8c8478", "#6d665c", "weave", 0.05, 0.02, vary=0.18),
    "canvas": Material("#a59a80", "#80775f", "weave", 0.06, 0.03, vary=0.25),
    "oilskin": Material("#c8a02c", "#8f711c", "none", 1.0, 0.38, vary=0.14),
    "leather": Material("#5c3d28", "#3d2819", "none", 1.0, 0.25, vary=0.22),
    "earth": Material("#6b523a", "#46351f", "grain", 1.2, 0.02, vary=0.55),
    "gravel": Material("#85807a", "#55514c", "grain", 0.25, 0.03, vary=0.55),
    "sand": Material("#c4ac7d", "#a08a60", "grain", 2.4, 0.02, vary=0.30),
    "mud": Material("#5a4632", "#3b2d1f", "grain", 1.6, 0.30, vary=0.45),
    "grass": Material("#75834a", "#51622f", "grass", 0.9, 0.02, vary=0.55),
    "leaf": Material("#46652f", "#1f3216", "leaves", 0.34, 0.06, vary=0.60),
    "snow": Material("#e8ebee", "#c3ccd6", "grain", 3.0, 0.10, vary=0.10),
    "ice": Material("#bcd0d8", "#8fa9b5", "veins", 2.2, 0.65, vary=0.15),
    "water": Material("#24363b", "#0f1a1e", "ripples", 1.4, 0.95, vary=0.05),
    "paint": Material("#b9b6ac", "#8d8a82", "none", 1.0, 0.22, vary=0.12),
    "paper": Material("#dcd6c6", "#b5ad9b", "none", 1.0, 0.02, vary=0.08),
    "straw": Material("#b99a52", "#86692f", "grass", 0.3, 0.02, vary=0.45),
    "skin": Material("#b98468", "#8a5b45", "none", 1.0, 0.10, vary=0.06),
    "hair": Material("#3a2a1e", "#221811", "none", 1.0, 0.14, vary=0.20),
}

SAME_MATERIAL = {
    "bricks": "brick", "brickwork": "brick", "redbrick": "brick", "stones": "stone", "stonework": "stone", "rock": "stone", "rubble": "stone",
    "cobbled": "cobbles", "cobble": "cobbles", "cobblestone": "cobbles", "cobblestones": "cobbles", "setts": "cobbles", "paved": "flagstones",
    "paving": "flagstones", "flags": "flagstones", "flagstone": "flagstones", "slabs": "flagstones", "cement": "concrete", "stucco": "plaster",
    "rendered": "plaster", "whitewashed": "plaster", "plastered": "plaster", "tarmac": "asphalt", "bitumen": "asphalt", "tar": "asphalt",
    "wooden": "wood", "timbered": "timber", "planks": "timber", "plank": "timber", "planked": "timber", "boards": "timber", "clapboard": "timber",
    "log": "timber", "oak": "wood", "pine": "wood", "teak": "wood", "mahogany": "wood", "plywood": "wood", "slates": "slate", "shingles": "slate",
    "shingled": "slate", "tiled": "tile", "pantiles": "tile", "metal": "sheet metal", "metallic": "sheet metal", "tin": "sheet metal", "zinc": "sheet metal",
    "lead": "sheet metal", "galvanised": "corrugated", "wrought": "iron", "cast": "iron", "aluminum": "aluminium", "chrome": "aluminium",
    "glazed": "glass", "perspex": "plastic", "vinyl": "plastic", "cloth": "fabric", "wool": "fabric", "woollen": "fabric", "cotton": "fabric",
    "tweed": "fabric", "denim": "fabric", "felt": "fabric", "tarpaulin": "canvas", "sailcloth": "canvas", "burlap": "canvas", "waxed": "oilskin",
    "soil": "earth", "dirt": "earth", "clay": "earth", "shingle": "gravel", "pebbles": "gravel", "sandy": "sand", "beach": "sand", "desert": "sand",
    "muddy": "mud", "grassy": "grass", "lawn": "grass", "meadow": "grass", "turf": "grass", "leafy": "leaf", "foliage": "leaf", "ivy": "leaf",
    "snowy": "snow", "frost": "snow", "icy": "ice", "frozen": "ice", "painted": "paint", "enamelled": "paint", "cardboard": "paper", "hay": "straw",
}  # fmt: skip

MATERIAL_COLOUR = {
    "oak": "oak",
    "mahogany": "mahogany",
    "pine": "tan",
    "teak": "chestnut",
    "cardboard": "tan",
    "denim": "navy",
    "whitewashed": "white",
    "tweed": "umber",
    "chrome": "silver",
}
"""Words that name a material and its colour at once."""

PATTERN_WORDS: dict[str, Pattern] = {
    "striped": "stripes", "stripes": "stripes", "stripe": "stripes", "banded": "bands", "bands": "bands", "hazard": "stripes", "checkered": "checks",
    "chequered": "checks", "checked": "checks", "chessboard": "checks", "checkerboard": "checks", "grid": "grid", "mesh": "grid", "dotted": "dots", "spotted": "dots",
    "dots": "dots", "ribbed": "ribs", "ribs": "ribs", "panelled": "panels", "panels": "panels", "panel": "panels", "lattice": "lattice", "truss": "lattice",
    "plated": "plates", "riveted": "plates", "plate": "plates", "hooped": "hoops", "veined": "veins", "plain": "none", "smooth": "none", "flat": "none", "boarded": "boards",
}  # fmt: skip

WEAR: dict[str, tuple[float, str]] = {
    "rusted": (0.55, "#7a3f1e"), "stained": (0.45, "#3f3a33"), "worn": (0.35, "#6d675e"), "mossy": (0.45, "#4d5a2a"), "cracked": (0.30, "#37342f"),
    "dusty": (0.40, "#a3977f"), "sooty": (0.55, "#1f1d1b"), "scratched": (0.25, "#a39a8b"), "peeling": (0.45, "#b3a78e"), "oily": (0.40, "#1d1a18"), "burnt": (0.70, "#1c1715"),
}  # fmt: skip
"""Wear words: the share of the surface and its colour."""

SAME_WEAR = {
    "rusty": "rusted", "rusting": "rusted", "corroded": "rusted", "stains": "stained", "streaked": "stained", "grimy": "stained", "dirty": "stained", "filthy": "sooty",
    "battered": "worn", "dented": "worn", "old": "worn", "ancient": "worn", "shabby": "worn", "weathered": "worn", "crumbling": "cracked", "broken": "cracked", "ruined": "cracked",
    "moss": "mossy", "overgrown": "mossy", "dust": "dusty", "soot": "sooty", "smoky": "sooty", "flaking": "peeling", "leaking": "oily", "greasy": "oily", "oil": "oily",
    "charred": "burnt", "scorched": "burnt", "used": "scratched", "scuffed": "scratched",
}  # fmt: skip

FINISHES: dict[str, tuple[float, float, float]] = {
    "wet": (0.0, 0.85, 0.0), "damp": (0.0, 0.45, 0.0), "glossy": (0.45, 0.0, 0.0), "matt": (-1.0, 0.0, 0.0), "glowing": (0.0, 0.0, 1.0), "dry": (0.0, -1.0, 0.0),
}  # fmt: skip
"""Finish words: gloss added, wetness, glow."""

SAME_FINISH = {
    "rain": "wet", "rainy": "wet", "rained": "wet", "puddles": "wet", "puddled": "wet", "soaked": "wet", "dripping": "wet", "moist": "damp", "drizzle": "damp", "shiny": "glossy",
    "polished": "glossy", "lacquered": "glossy", "gleaming": "glossy", "varnished": "glossy", "mirror": "glossy", "matte": "matt", "lit": "glowing", "neon": "glowing",
    "luminous": "glowing", "illuminated": "glowing", "backlit": "glowing",
}  # fmt: skip


@dataclass(frozen=True)
class Openings:
    """Windows of a facade: their pitch and size in metres (width, height), and the gate in its front, if any."""

    pitch_m: tuple[float, float]
    size_m: tuple[float, float]
    lit: float = 0.35  # share lit after dark
    door_m: tuple[float, float] | None = None


@dataclass(frozen=True)
class Noun:
    """A thing: what it is made of and painted with unless the text says so."""

    material: str = "paint"
    colour: str | None = None
    pattern: Pattern | None = None
    scale_m: float | None = None
    openings: Openings | None = None
    roof: str | None = None
    gloss: float | None = None
    person: bool = False


_WAREHOUSE = Openings((4.0, 3.6), (1.7, 1.7), 0.28, (3.6, 3.4))
_HOUSE = Openings((3.0, 2.9), (1.1, 1.4), 0.5, (1.1, 2.1))
_OFFICE = Openings((3.0, 3.3), (2.3, 1.7), 0.5, (2.2, 2.5))
_TOWER = Openings((2.2, 3.0), (1.3, 1.6), 0.4, (2.4, 2.5))
_SHED = Openings((3.2, 9.0), (0.8, 0.7), 0.15, (1.1, 2.1))
_WATER_TOWER = Openings((3.4, 3.6), (0.6, 1.3), 0.05, (1.2, 2.2))

NOUNS: dict[str, Noun] = {
    "warehouse": Noun("brick", openings=_WAREHOUSE, roof="slate"), "brewery": Noun("brick", openings=_WAREHOUSE, roof="slate"), "factory": Noun("brick", openings=_WAREHOUSE, roof="sheet metal"),
    "mill": Noun("stone", openings=_WAREHOUSE, roof="slate"), "hangar": Noun("corrugated", openings=Openings((6, 9), (3, 1), 0.2, (7, 5)), roof="corrugated"), "barn": Noun("timber", "maroon", "boards", 0.24, openings=Openings((5, 9), (1, 1), 0.1, (3, 3)), roof="slate"),
    "house": Noun("plaster", openings=_HOUSE, roof="tile"), "cottage": Noun("stone", openings=_HOUSE, roof="thatch"), "villa": Noun("plaster", openings=_HOUSE, roof="tile"), "inn": Noun("plaster", openings=_HOUSE, roof="slate"),
    "office block": Noun("concrete", openings=_OFFICE, roof="concrete"), "office building": Noun("concrete", openings=_OFFICE, roof="concrete"), "hotel": Noun("stone", openings=_TOWER, roof="slate"), "building": Noun("plaster", openings=_OFFICE, roof="concrete"),
    "apartment": Noun("plaster", openings=_TOWER, roof="concrete"), "school": Noun("brick", openings=_OFFICE, roof="slate"), "station": Noun("brick", openings=_OFFICE, roof="slate"), "shop": Noun("plaster", openings=_HOUSE, roof="slate"),
    "tower block": Noun("concrete", openings=_TOWER, roof="concrete"), "skyscraper": Noun("glass", pattern="grid", scale_m=1.6, openings=_OFFICE, roof="concrete"), "church": Noun("stone", openings=Openings((4, 7), (1.2, 3.6), 0.3, (2, 3)), roof="slate"), "chapel": Noun("stone", openings=Openings((4, 7), (1, 3), 0.3, (1.6, 2.6)), roof="slate"),
    "castle": Noun("stone", openings=Openings((6, 5), (0.4, 1.4), 0.2, (3, 4))), "tower": Noun("stone", openings=_WATER_TOWER), "water tower": Noun("brick", openings=_WATER_TOWER), "lighthouse": Noun("plaster", "white", "bands", 3.0), "chimney": Noun("brick"), "silo": Noun("sheet metal"),
    "shed": Noun("timber", openings=_SHED, roof="corrugated"), "hut": Noun("timber", openings=_SHED, roof="timber"), "cabin": Noun("timber", openings=_SHED, roof="timber"), "garage": Noun("plaster", openings=Openings((9, 9), (1, 0.6), 0.1, (2.6, 2.2)), roof="concrete"), "kiosk": Noun("paint", "green", "panels", 0.9), "booth": Noun("paint", "red", "panels", 0.9),
    "dock": Noun("concrete"), "quay": Noun("stone"), "pier": Noun("timber"), "jetty": Noun("timber"), "bridge": Noun("steel", pattern="lattice", scale_m=2.0), "wall": Noun("plaster"), "fence": Noun("timber", pattern="boards", scale_m=0.14), "gate": Noun("iron", pattern="boards", scale_m=0.16), "railing": Noun("iron", "black", "grid", 0.3),
    "ramp": Noun("concrete"), "kerb": Noun("stone"), "pavement": Noun("flagstones"), "road": Noun("asphalt"), "street": Noun("asphalt"), "path": Noun("gravel"), "yard": Noun("concrete"), "field": Noun("grass"), "garden": Noun("grass"), "park": Noun("grass"), "square": Noun("flagstones"), "track": Noun("earth"), "floor": Noun("concrete"), "parquet": Noun("wood", "oak", "planks", 0.12), "carpet": Noun("fabric", "maroon"), "lino": Noun("plastic", "grey", "checks", 0.4), "deck": Noun("timber"),
    "crane": Noun("steel", "yellow", "lattice", 2.4), "crane tower": Noun("steel", "yellow", "lattice", 2.4), "crane jib": Noun("steel", "yellow", "lattice", 1.6), "jib": Noun("steel", "yellow", "lattice", 1.6), "gantry": Noun("steel", "yellow", "lattice", 2.0), "pylon": Noun("steel", None, "lattice", 2.4), "mast": Noun("steel", "grey", "none"), "scaffolding": Noun("steel", "grey", "lattice", 2.0), "girder": Noun("steel", "maroon", "plates", 1.2), "beam": Noun("steel", "maroon", "plates", 1.2),
    "shipping container": Noun("steel", "blue", "ribs", 0.28, gloss=0.22), "container": Noun("steel", "blue", "ribs", 0.28, gloss=0.22), "oil drum": Noun("steel", "blue", "hoops", 0.3, gloss=0.34), "drum": Noun("steel", "blue", "hoops", 0.3, gloss=0.34), "barrel": Noun("wood", "oak", "staves", 0.11), "cask": Noun("wood", "oak", "staves", 0.11), "keg": Noun("steel", "silver", "hoops", 0.2), "tank": Noun("steel", "grey", "plates", 1.4), "boiler": Noun("iron", "black", "plates", 0.7), "pipe": Noun("steel", "grey", "hoops", 1.2), "bin": Noun("sheet metal", "grey", "ribs", 0.12), "skip": Noun("steel", "yellow", "ribs", 0.5),
    "crate": Noun("wood", None, "crate", 0.9), "box": Noun("wood", None, "crate", 0.9), "pallet": Noun("wood", None, "boards", 0.16), "chest": Noun("wood", "chestnut", "crate", 0.8), "cart": Noun("timber"), "wagon": Noun("timber", "maroon"), "sack": Noun("canvas"), "bale": Noun("straw"), "parcel": Noun("paper", "tan"),
    "lamp post": Noun("iron", "charcoal", "none"), "street lamp": Noun("iron", "charcoal", "none"), "lantern": Noun("iron", "black", "none"), "lamp": Noun("paint", "ivory", "none"), "post": Noun("timber", None, "none"), "pole": Noun("timber", "umber", "none"), "bollard": Noun("iron", "black", "none"), "sign": Noun("paint", "white", "none"), "buoy": Noun("paint", "red", "bands", 0.6, gloss=0.4), "cone": Noun("plastic", "orange", "bands", 0.25), "pillar": Noun("stone", None, "none"), "column": Noun("marble"), "statue": Noun("stone", None, "none"), "plinth": Noun("stone"), "fountain": Noun("stone"), "bench": Noun("wood", None, "boards", 0.1), "phone box": Noun("paint", "red", "grid", 0.4), "well": Noun("stone"),
    "tree": Noun("leaf"), "hedge": Noun("leaf"), "bush": Noun("leaf"), "shrub": Noun("leaf"), "trunk": Noun("wood", "umber", "staves", 0.12), "hill": Noun("grass"), "boulder": Noun("stone", None, "none"), "dune": Noun("sand"), "ball": Noun("rubber", "red", "none", gloss=0.3), "football": Noun("plastic", "white", "dots", 0.12), "globe": Noun("paint", "azure"),
    "car": Noun("paint", "blue", "none", gloss=0.7), "van": Noun("paint", "white", "none", gloss=0.6), "lorry": Noun("paint", "green", "panels", 1.4, gloss=0.5), "truck": Noun("paint", "red", "panels", 1.4, gloss=0.5), "bus": Noun("paint", "red", "none", gloss=0.6, openings=Openings((1.4, 9), (1.15, 0.8), 0.9)), "tram": Noun("paint", "cream", "none", gloss=0.5, openings=Openings((1.4, 9), (1.1, 1.0), 0.9)), "train": Noun("paint", "green", "none", gloss=0.5, openings=Openings((2.2, 9), (1.5, 0.9), 0.8)), "forklift": Noun("paint", "yellow", "none", gloss=0.45), "tractor": Noun("paint", "red", "none", gloss=0.4), "boat": Noun("paint", "navy", "planks", 0.2, gloss=0.3), "ship": Noun("steel", "navy", "plates", 2.4, gloss=0.25), "barge": Noun("steel", "black", "plates", 2.0), "tug": Noun("steel", "maroon", "plates", 1.6),
    "desk": Noun("wood", "oak", "planks", 0.16), "table": Noun("wood", "oak", "planks", 0.16), "chair": Noun("wood", "chestnut", "none"), "shelf": Noun("wood", None, "boards", 0.3), "shelves": Noun("wood", None, "boards", 0.3), "cupboard": Noun("wood", None, "panels", 0.5), "cabinet": Noun("sheet metal", "grey", "panels", 0.5), "bed": Noun("fabric", "ivory"), "sofa": Noun("fabric", "teal"), "door": Noun("wood", "green", "panels", 0.8), "curtain": Noun("fabric", "crimson", "stripes", 0.2), "book": Noun("paper", "maroon"), "monitor": Noun("plastic", "charcoal", "none"), "screen": Noun("glass", "charcoal", "none"), "radio": Noun("plastic", "umber", "none"), "stove": Noun("iron", "black"),
    "harbour": Noun("water"), "sea": Noun("water"), "lake": Noun("water"), "river": Noun("water"), "canal": Noun("water"), "pool": Noun("water", "turquoise"), "pond": Noun("water"),
}  # fmt: skip
"""Things whose name alone says how they look. Phrases count before single words."""

PEOPLE = (
    "person", "man", "woman", "boy", "girl", "child", "docker", "keeper", "worker", "sailor", "fisherman", "captain", "guard", "soldier",
    "officer", "policeman", "cook", "nurse", "doctor", "farmer", "driver", "mechanic", "brewer", "clerk", "porter", "tourist", "stranger", "figure", "dancer", "runner",
)  # fmt: skip

Garment = Literal["torso", "legs", "all", "feet", "hat", "hair", "skin"]
GARMENTS: dict[str, tuple[Garment, str, str]] = {
    "coat": ("torso", "fabric", "charcoal"), "overcoat": ("torso", "fabric", "charcoal"), "jacket": ("torso", "fabric", "navy"), "oilskin": ("torso", "oilskin", "mustard"), "raincoat": ("torso", "oilskin", "yellow"), "anorak": ("torso", "oilskin", "red"), "parka": ("torso", "fabric", "olive"),
    "shirt": ("torso", "fabric", "white"), "jumper": ("torso", "fabric", "navy"), "sweater": ("torso", "fabric", "cream"), "jersey": ("torso", "fabric", "navy"), "cardigan": ("torso", "fabric", "burgundy"), "hoodie": ("torso", "fabric", "grey"), "vest": ("torso", "oilskin", "orange"), "waistcoat": ("torso", "fabric", "umber"), "apron": ("torso", "canvas", "cream"), "blouse": ("torso", "fabric", "ivory"),
    "overalls": ("all", "fabric", "blue"), "dungarees": ("all", "fabric", "blue"), "boiler suit": ("all", "fabric", "blue"), "uniform": ("all", "fabric", "navy"), "suit": ("all", "fabric", "charcoal"), "dress": ("all", "fabric", "crimson"), "robe": ("all", "fabric", "maroon"), "oilskins": ("all", "oilskin", "yellow"),
    "trousers": ("legs", "fabric", "charcoal"), "jeans": ("legs", "fabric", "indigo"), "skirt": ("legs", "fabric", "maroon"), "shorts": ("legs", "fabric", "khaki"), "boots": ("feet", "leather", "black"), "shoes": ("feet", "leather", "chestnut"), "wellingtons": ("feet", "rubber", "green"),
    "hat": ("hat", "fabric", "charcoal"), "cap": ("hat", "fabric", "navy"), "beanie": ("hat", "fabric", "navy"), "helmet": ("hat", "plastic", "yellow"), "hard hat": ("hat", "plastic", "yellow"), "hood": ("hat", "fabric", "charcoal"), "hair": ("hair", "hair", "umber"), "haired": ("hair", "hair", "umber"), "bearded": ("hair", "hair", "umber"), "beard": ("hair", "hair", "umber"), "skinned": ("skin", "skin", "tan"),
}  # fmt: skip

LONG = frozenset(
    {
        "coat",
        "overcoat",
        "oilskin",
        "raincoat",
        "anorak",
        "parka",
        "apron",
        "vest",
        "overalls",
        "dungarees",
        "boiler suit",
        "robe",
        "dress",
        "oilskins",
    }
)
"""Garments that cover the hips."""

BARE = frozenset({"dress", "skirt", "shorts"})
"""Garments that leave the shins bare."""

TOP_WORDS = ("roof", "roofed", "top", "lid")
"""Words that turn what stands before them into the look of the top faces."""
