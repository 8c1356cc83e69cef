"""Words that people write for the words of the language, in lower case."""

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
