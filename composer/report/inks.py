"""The colours of a printed plan."""

from typing import cast

import numpy as np

from composer.typography import RGB

PAPER, GROUND, GRID, GRID_BOLD = (251, 250, 246), (246, 244, 238), (231, 229, 222), (211, 208, 199)
INK, SOFT, FAINT = (34, 36, 40), (104, 106, 110), (160, 160, 158)
LAMP = (240, 170, 40)
PATHS: tuple[RGB, ...] = ((200, 62, 38), (164, 36, 92), (150, 94, 16), (106, 66, 42))
"""Of subjects, in order."""

CAMERAS: tuple[RGB, ...] = (
    (29, 92, 168),
    (14, 122, 114),
    (106, 70, 170),
    (62, 124, 44),
    (20, 134, 176),
    (72, 84, 110),
    (136, 64, 148),
    (104, 116, 28),
)
"""Of shots, in order."""


def mixed(a: RGB, b: RGB, share: float) -> RGB:
    """`a`, and `share` of the way from it to `b`."""
    return cast("RGB", tuple(round(x + (y - x) * share) for x, y in zip(a, b, strict=True)))


def coded(linear: tuple[float, float, float]) -> RGB:
    """A linear colour as sRGB codes."""
    values = np.clip(np.asarray(linear, float), 0, 1)
    codes = np.where(values <= 0.0031308, values * 12.92, 1.055 * values ** (1 / 2.4) - 0.055) * 255
    red, green, blue = (round(float(c)) for c in codes)
    return red, green, blue


def anchor_fill(colour: RGB, height_share: float) -> RGB:
    """A surface's colour as printed: the taller it is, the darker."""
    return mixed(mixed(colour, PAPER, 0.58), mixed(colour, INK, 0.22), min(max(height_share, 0.0), 1.0) ** 0.6)


def camera_ink(number: int) -> RGB:
    """The colour of the film's shot `number`, counted from 1."""
    return CAMERAS[(number - 1) % len(CAMERAS)]


def is_dark(colour: RGB) -> bool:
    """Does it want white text?"""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 128
