"""From light to codes: filmic curve, grade, vignette; over numpy or torch alike."""

from functools import lru_cache

import numpy as np

from composer.kernels import kernel
from composer.looks import Grade
from composer.shade.arrays import Array, namespace, single
from composer.typed import Float

STEPS = 4096
"""Entries of the table of a grade."""

_SATURATION = 0.87  # gives back what a curve on each channel adds
_HELD = 0.5  # share of what a muted grade takes that strong colours keep
WHITE = 1.3
"""Light from which it spills over."""
_KNEE = 0.22  # of light, at the middle of the table


def curved(light: Array) -> Array:
    """Display light in [0, 1] of scene light: a filmic curve with a toe and a shoulder (after Narkowicz's fit of ACES)."""
    x = light * 0.62
    return (x * (2.51 * x + 0.03) / (x * (2.43 * x + 0.59) + 0.14)).clip(0, 1)


def encoded(display: Array) -> Array:
    """Codes of sRGB in [0, 1] of display light."""
    xp = namespace(display)
    return xp.where(display <= 0.0031308, display * 12.92, 1.055 * display.clip(1e-8) ** (1 / 2.4) - 0.055)


@lru_cache(maxsize=64)
def table_of(grade: Grade) -> Float[np.ndarray, "3 n"]:
    """Codes 0..255 by channel of light, by its place in the table."""
    light = light_at(np.arange(STEPS, dtype=np.float64))
    rows = []
    for tint, lift in zip(grade.tint, grade.shadows, strict=True):
        code = encoded(curved(light * tint))
        code = 0.42 + (code - 0.42) * grade.contrast if grade.contrast < 1 else _steeper(code, grade.contrast)
        rows.append((code + lift * (1 - code) ** 2).clip(0, 1) * 255)
    table: Float[np.ndarray, "3 n"] = np.stack(rows).astype(np.float32)
    return table


def light_at(place: Array) -> Array:
    """The light whose code is at a place in the table of a grade: the inverse of `place_of`."""
    share = place / (STEPS - 1)
    return _KNEE * share / (1 - share).clip(1e-6)


def _steeper(code: Array, contrast: float) -> Array:
    """Steeper in the middle without clipping: a mix towards the smooth step."""
    s_curve = code * code * (3 - 2 * code)
    return code + (s_curve - code) * min(1.0, 2.2 * (contrast - 1))


def graded(light: Array, grade: Grade) -> Array:
    """Codes 0..255 `[3 h w]` of linear light, not rounded; no grain, no vignette.

    Each channel goes through its table, then nearer to or further from its own grey. That is done to codes, where mixing
    with grey keeps the hue, and less to what has strong colour: an orange coat stays orange in a muted picture.
    """
    wanted, held = saturation(grade)
    if not single(light):
        table = table_of(grade)
        return mixed([table[i][place_of(light[i] * 2.0**grade.exposure)] for i in range(3)], wanted, held)
    codes = np.empty(light.shape, np.float32)
    _grade(light, table_of(grade), np.array([2.0**grade.exposure, wanted, held], np.float32), codes)
    return codes


def saturation(grade: Grade) -> tuple[float, float]:
    """How far from their grey codes are to be, and what strong colours keep beyond that."""
    wanted = _SATURATION * grade.saturation
    return wanted, _HELD * min(1.0, 2 * wanted) * max(0.0, 1 - wanted)


def place_of(light: Array) -> Array:
    """Where in the table of a grade the code of each light is."""
    light = light.clip(0)
    return namespace(light).asarray(light / (light + _KNEE) * (STEPS - 1) + 0.5, dtype=namespace(light).int32)


def mixed(codes: Array, wanted: Array, held: Array) -> Array:
    """Codes `[3 ...]` nearer to or further from their grey, as `graded` says; numbers as of `saturation`, or planes."""
    (red, green, blue), xp = codes, namespace(codes[0])
    high, low = xp.maximum(xp.maximum(red, green), blue), xp.minimum(xp.minimum(red, green), blue)
    grey = red * 0.2126 + green * 0.7152 + blue * 0.0722
    share = wanted + held * (high - low) / (high + 1e-3)
    return xp.stack([grey + (colour - grey) * share for colour in (red, green, blue)])


@kernel
def _grade(light: Array, table: Array, settings: Array, codes: Array) -> None:
    """Fills `codes [3 h w]` as `graded` says."""
    scale, wanted, held = settings[0], settings[1], settings[2]
    knee, top, half, tiny = np.float32(_KNEE), np.float32(STEPS - 1), np.float32(0.5), np.float32(1e-3)
    weight = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
    zero = np.float32(0)
    for y in range(light.shape[1]):
        for x in range(light.shape[2]):
            r, g, b = (
                max(light[0, y, x] * scale, zero),
                max(light[1, y, x] * scale, zero),
                max(light[2, y, x] * scale, zero),
            )
            red = table[0, int(r / (r + knee) * top + half)]
            green = table[1, int(g / (g + knee) * top + half)]
            blue = table[2, int(b / (b + knee) * top + half)]
            high, low = max(red, green, blue), min(red, green, blue)
            grey = red * weight[0] + green * weight[1] + blue * weight[2]
            share = wanted + held * (high - low) / (high + tiny)
            codes[0, y, x] = grey + (red - grey) * share
            codes[1, y, x] = grey + (green - grey) * share
            codes[2, y, x] = grey + (blue - grey) * share


@lru_cache(maxsize=8)
def vignette(w: int, h: int, amount: float) -> Float[np.ndarray, "h w"]:
    x, y = (np.arange(w) + 0.5) / w * 2 - 1, (np.arange(h) + 0.5) / h * 2 - 1
    falling: Float[np.ndarray, "h w"] = (
        1 - amount * np.clip((x[None] ** 2 + y[:, None] ** 2) / 2, 0, 1) ** 1.3
    ).astype(np.float32)
    return falling
