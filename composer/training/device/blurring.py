"""Blurs as OpenCV makes them, as products of matrices with pictures `[... h w]`: bloom, streaks, soft shadows."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from composer.shade.tones import WHITE
from composer.typed import Float


def blurred(picture: Tensor, down: float, across: float, taps: int = 0) -> Tensor:
    """Gaussian blur of deviations `down` and `across` (px), mirrored at the rim; `taps` long unless 0."""
    h, w = picture.shape[-2:]
    device = picture.device
    return _on(device, "blur", h, round(down, 6), taps) @ picture @ _on(device, "blur", w, round(across, 6), taps).T


def bloomed(light: Float[Tensor, "3 f h w"], share: Float[Tensor, "f 1 1"]) -> Tensor:
    """As `shade.grading.bloomed`, of each frame its own share."""
    h, w = light.shape[-2:]
    over = (light - WHITE).clamp(0, 6)
    for strength, deviation in ((0.6, h / 240), (0.4, h / 60)):
        rows, columns = (_on(light.device, "spill", n, deviation) for n in (h, w))
        light = light + rows @ over @ columns.T * (strength * share)
    return light


def softened(shadow: Float[Tensor, "*n h w"], edge: Tensor) -> Tensor:
    """As `shade.moment.softened`: blurred, but for what lies near an `edge`."""
    rim = max_pool2d(edge.float(), 5, 1, 2) > 0
    return torch.where(rim, shadow, blurred(shadow, 1.1, 1.1, taps=5))


@lru_cache(maxsize=256)
def _on(device: torch.device, what: str, n: int, deviation: float, taps: int = 0) -> Float[Tensor, "n n"]:
    matrix = _spill(n, deviation) if what == "spill" else _gaussian(n, deviation, taps)
    return torch.tensor(matrix, dtype=torch.float32, device=device)


def _gaussian(n: int, deviation: float, taps: int = 0) -> Float[np.ndarray, "n n"]:
    taps = taps or round(deviation * 8 + 1) | 1
    x = np.arange(taps) - taps // 2
    weight = np.exp(-(x**2) / (2 * deviation**2))
    matrix = np.zeros((n, n))
    for i in range(n):
        at = np.abs(i + x) % max(2 * n - 2, 1)
        np.add.at(matrix[i], np.where(at >= n, 2 * n - 2 - at, at), weight / weight.sum())
    return matrix


def _spill(n: int, deviation: float) -> Float[np.ndarray, "n n"]:
    """Shrunk to a quarter, blurred, and grown again."""
    small = max(1, n // 4)
    scale = n / small
    starts = np.arange(small)[:, None] * scale
    pixels = np.arange(n)[None]
    shrink = (np.minimum(pixels + 1, starts + scale) - np.maximum(pixels, starts)).clip(0) / scale
    place = ((np.arange(n) + 0.5) / scale - 0.5).clip(0, small - 1)
    low = np.minimum(place.astype(int), max(small - 2, 0))
    grow = np.zeros((n, small))
    grow[np.arange(n), low] += 1 - (place - low)
    grow[np.arange(n), np.minimum(low + 1, small - 1)] += place - low
    grown: Float[np.ndarray, "n n"] = grow @ _gaussian(small, deviation) @ shrink
    return grown
