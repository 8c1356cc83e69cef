"""Words of a style to a grade: what the finished picture does to the light of the scene."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from composer.looks.colours import COLOURS, RGB, linear, luminance


@dataclass(frozen=True)
class Grade:
    """How a style shows the light of the scene.

    `exposure` in stops, `contrast` and `saturation` 1 for as it is; `tint` multiplies linear RGB, `shadows` is added to
    the darks (in display codes 0..1); `grain` is its rms in display codes, `grain_px` its size; `vignette` the share of
    light lost in the corners; `bands` above 0 steps the light (flat shading); `wash` above 0 lets pigments pool like
    watercolour; `flat` 1 leaves out wear, mottling and gloss.
    """

    exposure: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    tint: RGB = (1.0, 1.0, 1.0)
    shadows: RGB = (0.0, 0.0, 0.0)
    grain: float = 0.0
    grain_px: float = 1.4
    vignette: float = 0.0
    bands: int = 0
    wash: float = 0.0
    flat: float = 0.0


_NEUTRAL = Grade()

GRADES: dict[str, Grade] = {
    "film": Grade(contrast=1.04, saturation=0.96, grain=0.0038, vignette=0.10, shadows=(0.004, 0.007, 0.012)),
    "35mm": Grade(contrast=1.03, grain=0.0012, vignette=0.04),
    "16mm": Grade(contrast=1.06, saturation=0.92, grain=0.0053, grain_px=1.9, vignette=0.10),
    "super 8": Grade(contrast=1.08, saturation=0.9, tint=(1.08, 1.0, 0.86), grain=0.0072, grain_px=2.4, vignette=0.22),
    "grain": Grade(grain=0.0029), "grainy": Grade(grain=0.0048), "clean": Grade(),
    "black and white": Grade(contrast=1.10, saturation=0.0), "monochrome": Grade(contrast=1.06, saturation=0.0),
    "noir": Grade(exposure=-0.25, contrast=1.38, saturation=0.0, grain=0.0038, vignette=0.26),
    "sepia": Grade(contrast=0.96, saturation=0.12, tint=(1.20, 1.0, 0.72), shadows=(0.03, 0.018, 0.0), vignette=0.14),
    "bleach bypass": Grade(contrast=1.26, saturation=0.45), "technicolor": Grade(contrast=1.08, saturation=1.38, tint=(1.04, 1.0, 0.96)),
    "flat shading": Grade(contrast=1.02, saturation=1.12, bands=4, flat=1.0), "cel": Grade(saturation=1.2, bands=3, flat=1.0), "cartoon": Grade(saturation=1.3, bands=3, flat=1.0),
    "console game": Grade(saturation=1.1, bands=5, flat=0.8), "game": Grade(saturation=1.08, flat=0.5),
    "watercolour": Grade(exposure=0.2, contrast=0.94, saturation=1.05, shadows=(0.02, 0.02, 0.028), flat=0.5, wash=1.0),
    "warm": Grade(tint=(1.09, 1.0, 0.86)), "cold": Grade(tint=(0.90, 0.99, 1.12)),
    "muted": Grade(contrast=0.96, saturation=0.68), "vivid": Grade(contrast=1.06, saturation=1.34), "high contrast": Grade(contrast=1.28), "low contrast": Grade(contrast=0.80, shadows=(0.02, 0.02, 0.022)),
    "dark": Grade(exposure=-0.6), "bright": Grade(exposure=0.4), "faded": Grade(contrast=0.84, saturation=0.72, shadows=(0.035, 0.03, 0.03)),
    "vintage": Grade(contrast=0.94, saturation=0.78, tint=(1.08, 1.0, 0.86), shadows=(0.02, 0.012, 0.018), vignette=0.16), "dreamy": Grade(exposure=0.2, contrast=0.86, saturation=0.92), "documentary": Grade(contrast=0.98, saturation=0.9, grain=0.0019),
}  # fmt: skip
"""Style words: what each alone makes of a neutral grade. Several multiply (contrast, saturation, tint) and add."""

SAME_GRADE = {
    "35 mm": "35mm", "8mm": "super 8", "b&w": "black and white", "greyscale": "monochrome", "duotone": "sepia", "desaturated": "muted", "subdued": "muted", "saturated": "vivid", "colourful": "vivid", "colorful": "vivid",
    "cool": "cold", "icy": "cold", "golden": "warm", "contrasty": "high contrast", "punchy": "high contrast", "gritty": "bleach bypass", "low key": "dark", "high key": "bright", "washed out": "faded", "retro": "vintage", "nostalgic": "vintage", "watercolor": "watercolour", "painterly": "watercolour",
    "cel shaded": "cel", "toon": "cartoon", "cinematic": "film", "celluloid": "film", "kodachrome": "technicolor", "video game": "game", "low poly": "flat shading",
}  # fmt: skip

_PHRASES = sorted([*GRADES, *SAME_GRADE], key=lambda p: (-len(p), p))
_SOFTENERS = {
    "soft": 0.6,
    "gentle": 0.6,
    "slight": 0.5,
    "subtle": 0.5,
    "light": 0.6,
    "fine": 0.7,
    "heavy": 1.6,
    "strong": 1.6,
    "very": 1.5,
}


def grade(text: str) -> Grade:
    """The grade that the words of a style's `look` describe; a colour word (`muted teal`) leans the picture to it.

    `soft`, `fine`, `heavy` and the like before a word change its strength. Words it does not know are left aside.
    """
    rest = f" {' '.join(re.findall(r'[a-z0-9&]+', text.lower()))} "
    result, found = _NEUTRAL, []
    for phrase in _PHRASES:
        while f" {phrase} " in rest:
            before, _, after = rest.partition(f" {phrase} ")
            word = f"~ {before}".split()[-1]
            found.append((SAME_GRADE.get(phrase, phrase), _SOFTENERS.get(word, 1.0)))
            rest = f"{before} ~ {after}"
    for name, strength in sorted(found):
        result = _combined(result, GRADES[name], strength)
    for colour in sorted({*rest.split()} & {*COLOURS} - {"black", "white", "grey"}):
        result = _leaning(result, linear(COLOURS[colour]))
    return replace(result, saturation=min(2.0, result.saturation), contrast=min(1.8, max(0.5, result.contrast)))


def _combined(a: Grade, b: Grade, strength: float) -> Grade:
    return Grade(
        a.exposure + strength * b.exposure,
        a.contrast * b.contrast**strength,
        a.saturation * (b.saturation if b.saturation == 0 else b.saturation**strength),
        tuple3(x * y**strength for x, y in zip(a.tint, b.tint, strict=True)),
        tuple3(x + strength * y for x, y in zip(a.shadows, b.shadows, strict=True)),
        min(0.05, a.grain + strength * b.grain),
        max(a.grain_px, b.grain_px),
        min(0.4, a.vignette + strength * b.vignette),
        max(a.bands, b.bands),
        max(a.wash, b.wash),
        max(a.flat, b.flat),
    )


def _leaning(a: Grade, colour: RGB) -> Grade:
    """The picture leans towards a colour: a little in the lights, more in the darks."""
    share = 0.12
    unit = tuple3(v / max(luminance(colour), 1e-3) for v in colour)
    tint = tuple3(t * (1 + share * max(-1.0, min(1.0, u - 1))) for t, u in zip(a.tint, unit, strict=True))
    shadows = tuple3(s + 0.030 * max(0.0, min(1.5, u - 0.7)) for s, u in zip(a.shadows, unit, strict=True))
    return replace(a, tint=tint, shadows=shadows, saturation=a.saturation * 0.95)


def tuple3(values: Iterable[float]) -> RGB:
    red, green, blue = values
    return red, green, blue
