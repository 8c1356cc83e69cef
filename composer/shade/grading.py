"""From light to the finished picture: bloom, grade, grain; sRGB codes."""

import hashlib
from functools import lru_cache

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.looks import Grade
from composer.shade.tones import WHITE, graded, vignette


@lru_cache(maxsize=4)
def _grain_tile(size_px: float) -> Float[np.ndarray, "h w"]:
    rng = np.random.default_rng(35)
    noise = np.pad(rng.standard_normal((1024, 1024)).astype(np.float32), 16, mode="wrap")
    spread = cv2.GaussianBlur(noise, (0, 0), max(0.3, size_px / 2.4))[16:-16, 16:-16]
    tile: Float[np.ndarray, "h w"] = np.tile(spread / spread.std(), (2, 2))
    return tile


def bloomed(light: Float[np.ndarray, "3 h w"], share: float = 0.5) -> Float[np.ndarray, "3 h w"]:
    """Light with what is brighter than white spilling over its surroundings, as lenses do."""
    _, h, w = light.shape
    if light.max() <= WHITE:
        return light
    over = np.maximum(light - np.float32(WHITE), 0)
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
        light = light * vignette(w, h, round(grade.vignette, 4))
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
