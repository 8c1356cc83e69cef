"""Colour words and what modifies them, as linear RGB."""

RGB = tuple[float, float, float]
"""Linear RGB reflectance or radiance; sRGB primaries."""

COLOURS: dict[str, str] = {
    "black": "#1b1c1e", "charcoal": "#34363a", "grey": "#85888c", "silver": "#b4b8bc", "white": "#e9e8e3",
    "ivory": "#ebe3cd", "cream": "#e7d9b4", "beige": "#cbb996", "sand": "#c9b07c", "tan": "#b08d5b",
    "khaki": "#8f8457", "brown": "#6b4a31", "chestnut": "#6e3a24", "chocolate": "#4a2f20", "umber": "#5c4433",
    "rust": "#94481f", "copper": "#a8623a", "bronze": "#84663a", "brass": "#b5943f", "gold": "#cda23c",
    "ochre": "#b9852f", "mustard": "#c59a2b", "yellow": "#dfb624", "amber": "#da9422", "orange": "#d9691d",
    "coral": "#d8705a", "terracotta": "#ad5b3c", "scarlet": "#bd2a1e", "red": "#a12d26", "crimson": "#8f1c2c",
    "maroon": "#5e1f24", "burgundy": "#591c2b", "pink": "#d496a2", "magenta": "#a5316f", "purple": "#613a78",
    "violet": "#6a4b94", "lavender": "#a698c2", "indigo": "#36376e", "navy": "#1f2c4a", "blue": "#2c5487",
    "azure": "#4a83b5", "sky": "#87aecb", "cyan": "#3f9dab", "turquoise": "#3c9c95", "teal": "#226a6c",
    "mint": "#9cc9ab", "emerald": "#227a4d", "green": "#3e6b3f", "moss": "#5f6b36", "olive": "#6a6735",
    "lime": "#8eb13c", "oak": "#8e6a42", "mahogany": "#582c20",
}  # fmt: skip
"""Colour words, as sRGB codes of a plain painted surface."""

SAME_COLOUR = {
    "gray": "grey",
    "blond": "sand",
    "blonde": "sand",
    "ginger": "rust",
    "dun": "tan",
    "lilac": "lavender",
    "golden": "gold",
    "aqua": "turquoise",
}

MODIFIERS = {
    "dark": "a third of the light",
    "deep": "darker and stronger",
    "pale": "half way to white",
    "light": "a third of the way to white",
    "bright": "lighter and stronger",
    "vivid": "stronger",
    "faded": "greyer and paler",
    "dull": "greyer",
}
SAME_MODIFIER = {
    "bleached": "faded",
    "washed": "faded",
    "dim": "dark",
    "rich": "deep",
    "drab": "dull",
    "pastel": "pale",
}


def linear(code: str) -> RGB:
    """Linear RGB of an sRGB code such as `#85888c`."""
    values = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values)
    return red, green, blue


def luminance(colour: RGB) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def mix(a: RGB, b: RGB, share: float) -> RGB:
    """`a` with `share` of `b`."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share


def scaled(colour: RGB, factor: float) -> RGB:
    return bounded((colour[0] * factor, colour[1] * factor, colour[2] * factor))


def bounded(colour: RGB) -> RGB:
    """Within what real surfaces reflect: 1 % to 90 %."""
    red, green, blue = (min(0.9, max(0.01, v)) for v in colour)
    return red, green, blue


def saturated(colour: RGB, factor: float) -> RGB:
    """Further from (above 1) or nearer to (below 1) its own grey, at the same luminance."""
    grey = luminance(colour)
    return bounded(mix((grey, grey, grey), colour, factor))


def modified(colour: RGB, modifier: str) -> RGB:
    """`colour` as `modifier` (one of `MODIFIERS`) changes it."""
    white = (0.86, 0.85, 0.82)
    changed = {
        "dark": lambda: scaled(colour, 0.36),
        "deep": lambda: saturated(scaled(colour, 0.55), 1.25),
        "pale": lambda: mix(colour, white, 0.5),
        "light": lambda: mix(colour, white, 0.3),
        "bright": lambda: saturated(scaled(colour, 1.3), 1.2),
        "vivid": lambda: saturated(colour, 1.35),
        "faded": lambda: mix(saturated(colour, 0.6), white, 0.16),
        "dull": lambda: scaled(saturated(colour, 0.55), 0.85),
    }
    return bounded(changed[modifier]())
