"""Words that people write for the words of the language, in lower case."""

from collections.abc import Mapping

from composer.types import Light

_LIGHTS: dict[Light, str] = {
    "dawn": "sunrise|daybreak|first light|early morning",
    "morning": "forenoon",
    "day": "noon|midday|daylight|daytime|sunny|sun|bright|clear|exterior|ext|outdoor",
    "afternoon": "late afternoon|golden hour|golden",
    "dusk": "evening|sunset|twilight|blue hour|nightfall|sundown",
    "night": "midnight|moonlight|dark|moonlit",
    "overcast": "cloudy|clouds|rain|rainy|fog|foggy|grey|gray|storm|stormy|snow|misty",
    "indoor": "indoors|interior|int|inside|room",
}
LIGHTS_MEANT: dict[str, Light] = {word: light for light, words in _LIGHTS.items() for word in words.split("|")}

LAMPS_MEANT = {
    **dict.fromkeys(("yellow", "orange", "tungsten", "on", "candle", "gold", "golden"), "warm"),
    **dict.fromkeys(("white", "blue", "cool", "neon", "daylight", "fluorescent"), "cold"),
}

INKS_MEANT = {
    **dict.fromkeys(("white", "bright"), "#ffffff"),
    **dict.fromkeys(("black", "dark"), "#000000"),
    **dict.fromkeys(("grey", "gray", "silver"), "#b0b0b0"),
    **dict.fromkeys(("red", "crimson"), "#e5383b"),
    **dict.fromkeys(("orange", "amber", "gold", "warm"), "#faba5c"),
    **dict.fromkeys(("yellow",), "#ffe14d"),
    **dict.fromkeys(("green", "lime"), "#5cd65c"),
    **dict.fromkeys(("cyan", "turquoise", "teal", "cold"), "#5ac8ff"),
    **dict.fromkeys(("blue",), "#4d8dff"),
    **dict.fromkeys(("purple", "violet", "magenta", "pink"), "#d65cd6"),
}

_EDITS = {
    "dissolve": "crossfade|cross-fade|xfade|cross dissolve|cross-dissolve|crossdissolve|mix|blend",
    "fade": "fade in|fade-in|fade up",
    "cut": "hard cut|straight cut|jump cut|none",
}
EDITS_MEANT = {word: edit for edit, words in _EDITS.items() for word in words.split("|")}

_MOVES = {
    "dolly in": "push in|push|track in|move in",
    "dolly out": "pull out|pull back|pull|track out|track back|dolly back|move out",
    "dolly to": "push to|track to",
    "truck left": "track left|slide left|crab left|dolly left",
    "truck right": "track right|slide right|crab right|dolly right",
    "arc left": "orbit left|circle left",
    "arc right": "orbit right|circle right",
    "pan left": "swivel left|turn left",
    "pan right": "swivel right|turn right",
    "pedestal up": "boom up|rise",
    "pedestal down": "boom down|sink",
    "static": "still|fixed|locked|locked-off",
    "follow": "track",
}
MOVES_MEANT = {word: move for move, words in _MOVES.items() for word in words.split("|")}


def in_other_words(text: str, meant: Mapping[str, str]) -> list[str]:
    """`text` with the words that it begins with replaced by those of the language: the longest that `meant` knows first."""
    words = text.split()
    starts = [(" ".join(words[:n]).lower(), words[n:]) for n in range(min(len(words), 2), 0, -1)]
    return [" ".join([meant[start], *rest]) for start, rest in starts if start in meant]
