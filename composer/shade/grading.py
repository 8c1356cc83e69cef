"""From light to the finished picture: filmic curve, grade, grain; sRGB codes."""

import hashlib
from functools import lru_cache

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.looks import Grade
from composer.shade.arrays import Array, namespace

_STEPS = 4096
_SATURATION = 0.87  # gives back what a curve on each channel adds
_HELD = 0.5  # share of what a muted grade takes that strong colours keep
_WHITE = np.float32(1.3)  # light from which it spills over
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
def _table(grade: Grade) -> Float[np.ndarray, "3 n"]:
    """Codes 0..255 by channel of light, by its place in the table."""
    t = np.linspace(0, 1, _STEPS, dtype=np.float64)
    light = _KNEE * t / np.maximum(1 - t, 1e-6)
    rows = []
    for tint, lift in zip(grade.tint, grade.shadows, strict=True):
        code = encoded(curved(light * tint))
        code = 0.42 + (code - 0.42) * grade.contrast if grade.contrast < 1 else _steeper(code, grade.contrast)
        rows.append((code + lift * (1 - code) ** 2).clip(0, 1) * 255)
    table: Float[np.ndarray, "3 n"] = np.stack(rows).astype(np.float32)
    return table


def _steeper(code: Array, contrast: float) -> Array:
    """Steeper in the middle without clipping: a mix towards the smooth step."""
    s_curve = code * code * (3 - 2 * code)
    return code + (s_curve - code) * min(1.0, 2.2 * (contrast - 1))


def graded(light: Float[np.ndarray, "3 h w"], grade: Grade) -> Float[np.ndarray, "3 h w"]:
    """Codes 0..255 of linear light, not rounded; no grain, no vignette."""
    codes = np.empty(light.shape, np.float32)
    wanted = _SATURATION * grade.saturation
    held = _HELD * min(1.0, 2 * wanted) * max(0.0, 1 - wanted)
    _grade(light, _table(grade), np.array([2.0**grade.exposure, wanted, held], np.float32), codes)
    return codes


@kernel
def _grade(light: Array, table: Array, settings: Array, codes: Array) -> None:
    """Fills `codes [3 h w]`: each channel through its table, then nearer to or further from its own grey.

    That is done to codes, where mixing with grey keeps the hue, and less to what has strong colour: an orange coat stays
    orange in a muted picture.
    """
    scale, wanted, held = settings[0], settings[1], settings[2]
    knee, top, half, tiny = np.float32(_KNEE), np.float32(_STEPS - 1), np.float32(0.5), np.float32(1e-3)
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


@lru_cache(maxsize=4)
def _grain_tile(size_px: float) -> Float[np.ndarray, "h w"]:
    rng = np.random.default_rng(35)
    noise = np.pad(rng.standard_normal((1024, 1024)).astype(np.float32), 16, mode="wrap")
    spread = cv2.GaussianBlur(noise, (0, 0), max(0.3, size_px / 2.4))[16:-16, 16:-16]
    tile: Float[np.ndarray, "h w"] = np.tile(spread / spread.std(), (2, 2))
    return tile


@lru_cache(maxsize=8)
def _vignette(w: int, h: int, amount: float) -> Float[np.ndarray, "h w"]:
    x, y = (np.arange(w) + 0.5) / w * 2 - 1, (np.arange(h) + 0.5) / h * 2 - 1
    falling: Float[np.ndarray, "h w"] = (
        1 - amount * np.clip((x[None] ** 2 + y[:, None] ** 2) / 2, 0, 1) ** 1.3
    ).astype(np.float32)
    return falling


def bloomed(light: Float[np.ndarray, "3 h w"], share: float = 0.5) -> Float[np.ndarray, "3 h w"]:
    """Light with what is brighter than white spilling over its surroundings, as lenses do."""
    _, h, w = light.shape
    if light.max() <= _WHITE:
        return light
    over = np.maximum(light - _WHITE, 0)
    small = cv2.resize(
        np.minimum(over, 6).transpose(1, 2, 0), (max(1, w // 4), max(1, h // 4)), interpolation=cv2.INTER_AREA
    )
    spill = 0.6 * cv2.GaussianBlur(small, (0, 0), h / 240) + 0.4 * cv2.GaussianBlur(small, (0, 0), h / 60)
    spread: Float[np.ndarray, "3 h w"] = cv2.resize(spill, (w, h), interpolation=cv2.INTER_LINEAR).transpose(2, 0, 1)
    return light + spread * np.float32(share)


def finished(light: Float[np.ndarray, "3 h w"], grade: Grade, seed: int, frame: int) -> UInt8[np.ndarray, "h w 3"]:
    """The picture: graded, with vignette, and grain that is seeded by `seed` and `frame`."""
    _, h, w = light.shape
    if grade.flat < 1:
        light = bloomed(light, 0.5 * (1 - grade.flat))
    if grade.vignette:
        light = light * _vignette(w, h, round(grade.vignette, 4))
    if grade.wash:
        light = _washed(light, grade.wash)
    codes, picture = graded(light, grade), np.empty((h, w, 3), np.uint8)
    if grade.grain:
        at = int.from_bytes(hashlib.blake2b(f"{seed} {frame}".encode(), digest_size=4).digest(), "big")
        tile = _grain_tile(round(grade.grain_px * max(1.0, h / 432), 2))
        y, x = at % 1024, (at >> 10) % 1024
        rows = (
            tile[np.ix_(np.arange(y, y + h) % 1024, np.arange(x, x + w) % 1024)]
            if h > 1024 or w > 1024
            else tile[y : y + h, x : x + w]
        )
        _write_grained(codes, rows, np.float32(255 * grade.grain), picture)
    else:
        _write(codes, picture)
    return picture


@kernel
def _write(codes: Numpy, picture: Numpy) -> None:
    """Rounds `codes [3 h w]` into `picture [h w 3]`."""
    zero, most, half = np.float32(0), np.float32(255), np.float32(0.5)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            for i in range(3):
                picture[y, x, i] = np.uint8(min(max(codes[i, y, x] + half, zero), most))


@kernel
def _write_grained(codes: Numpy, grain: Numpy, strength: np.float32, picture: Numpy) -> None:
    """Rounds `codes [3 h w]` into `picture [h w 3]` with grain, most of it in the middle tones."""
    zero, one, most, half = np.float32(0), np.float32(1), np.float32(255), np.float32(0.5)
    least, middle = np.float32(0.35), np.float32(2.6)
    for y in range(picture.shape[0]):
        for x in range(picture.shape[1]):
            grey = codes[1, y, x] * np.float32(1 / 255)
            added = grain[y, x] * ((least + grey * (one - grey) * middle) * strength)
            for i in range(3):
                picture[y, x, i] = np.uint8(min(max(codes[i, y, x] + added + half, zero), most))


def _washed(light: Float[np.ndarray, "3 h w"], wash: float) -> Float[np.ndarray, "3 h w"]:
    """Pigment that pools: soft washes with darker rims, on paper."""
    result = np.empty_like(light)
    h, w = light.shape[1:]
    rng = np.random.default_rng(48)
    paper = cv2.GaussianBlur(rng.standard_normal((h, w)).astype(np.float32), (0, 0), 1.1)
    for i in range(3):
        soft = cv2.bilateralFilter(np.minimum(light[i], 4.0), 7, 0.25, 4.0)
        wide = cv2.GaussianBlur(soft, (0, 0), 3.0)
        rims = np.clip(1 + 0.8 * (soft - wide) / (wide + 0.05), 0.72, 1.12)
        result[i] = soft * (1 + (rims - 1) * np.float32(wash)) * (1 + np.float32(0.12 * wash) * paper) + np.float32(
            0.05 * wash
        )
    return result
