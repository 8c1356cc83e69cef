"""Seeded noise that sticks to surfaces: a tile of clouds with blurred levels for the distance, and a tile of dice."""

from functools import lru_cache

import numpy as np

from composer.kernels import kernel
from composer.shade.arrays import Array, namespace
from composer.typed import Float

SIDE = 512  # texels of a tile
LEVELS = 7  # each blurred to twice the one before
_SLOPE = 1.35  # of amplitude over frequency


@lru_cache(maxsize=1)
def clouds() -> Float[np.ndarray, "n"]:
    """`[levels side side]`, flat: noise of mean 0 and deviation 1 at its sharpest level; it repeats without a seam."""
    rng = np.random.default_rng(60)
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE)))
    fy, fx = np.fft.fftfreq(SIDE)[:, None] * SIDE, np.fft.rfftfreq(SIDE)[None] * SIDE
    radius = np.hypot(fx, fy)
    spectrum *= np.where(radius < 1, 0, 1 / np.maximum(radius, 4.0) ** _SLOPE)
    levels = [
        np.fft.irfft2(spectrum * np.exp(-0.5 * (radius * (2**k - 1) * 2.2 / SIDE) ** 2), (SIDE, SIDE))
        for k in range(LEVELS)
    ]
    flat: Float[np.ndarray, "n"] = (np.stack(levels) / levels[0].std()).astype(np.float32).ravel()
    return flat


@lru_cache(maxsize=1)
def dice() -> Float[np.ndarray, "n"]:
    """`[side side]`, flat: independent numbers in [-1, 1)."""
    flat: Float[np.ndarray, "n"] = np.random.default_rng(61).uniform(-1, 1, SIDE * SIDE).astype(np.float32)
    return flat


_ON_DEVICE: dict[str, Array] = {}


def _table(like: Array, name: str) -> Array:
    values = {"clouds": clouds, "dice": dice}[name]()
    xp = namespace(like)
    if xp is np:
        return values
    key = f"{name} {like.device}"
    if key not in _ON_DEVICE:
        _ON_DEVICE[key] = xp.from_numpy(values).to(like.device)
    return _ON_DEVICE[key]


def _whole(x: Array) -> Array:
    return x.astype(np.int32) if namespace(x) is np else x.int()


def thrown(column: Array, row: Array, seed: Array) -> Array:
    """A number in [-1, 1) for each whole cell (column, row): the same cell, the same number. The seed is one, or a plane."""
    x, y = _whole(column), _whole(row)
    return _table(column, "dice")[
        ((y * 157 + (seed & 0xFFFF)) & (SIDE - 1)) * SIDE + ((x * 73 + y * 31 + (seed >> 8 & 0xFFFF)) & (SIDE - 1))
    ]


def mottled(u: Array, v: Array, width: Array, tile_m: float, seed: Array) -> Array:
    """Cloudy noise at surface coordinates (m); `tile_m` is the side of a tile, `width` what a pixel spans (m).

    Mean 0, deviation about 1 close by, less from afar, as the blurred levels take over, one passing into the next.
    """
    if namespace(u) is not np:
        return _mottled(u, v, width, tile_m, seed)
    u, v, width = (np.ascontiguousarray(a, np.float32) for a in (u, v, width))
    values = np.empty(len(u), np.float32)
    _clouded(clouds(), u, v, width, np.array([SIDE / tile_m, seed & 511, seed >> 9 & 511], np.float32), values)
    return values


def _mottled(u: Array, v: Array, width: Array, tile_m: float, seed: Array) -> Array:
    """What `mottled` is, over arrays of either library."""
    xp, per_m = namespace(u), SIDE / tile_m
    x, y = u * per_m + (seed & 511), v * per_m + (seed >> 9 & 511)
    x0, y0 = xp.floor(x), xp.floor(y)
    column, row = _whole(x0), _whole(y0)
    left, right = column & (SIDE - 1), (column + 1) & (SIDE - 1)
    above, below = (row & (SIDE - 1)) * SIDE, ((row + 1) & (SIDE - 1)) * SIDE
    table = _table(u, "clouds")

    def at(base: Array) -> Array:
        a, b = table[base + above + left], table[base + below + left]
        a = a + (table[base + above + right] - a) * (x - x0)
        b = b + (table[base + below + right] - b) * (x - x0)
        return a + (b - a) * (y - y0)

    texels = (width * per_m).clip(1)
    level = _whole(xp.log2(texels.clip(None, 2.0 ** (LEVELS - 1))))
    sharp, soft = at(level * SIDE**2), at((level + 1).clip(None, LEVELS - 1) * SIDE**2)
    share = (texels / 2.0**level - 1).clip(0, 1)
    return (sharp + (soft - sharp) * share) * (2.2 - texels * (1.2 / 2**LEVELS)).clip(0, 1)


@kernel
def _clouded(table: Array, u: Array, v: Array, width: Array, scale: Array, values: Array) -> None:
    """`_mottled` in one pass, in single precision; `scale` holds texels a metre and shifts."""
    per_m, shift_u, shift_v = scale[0], scale[1], scale[2]
    zero, one, two, fade = np.float32(0), np.float32(1), np.float32(2.2), np.float32(1.2 / 2**LEVELS)
    for n in range(u.shape[0]):
        x, y, texels = u[n] * per_m + shift_u, v[n] * per_m + shift_v, max(width[n] * per_m, one)
        level, span = 0, one
        while level < LEVELS - 1 and texels >= span + span:
            level, span = level + 1, span + span
        x0, y0 = np.floor(x), np.floor(y)
        fx, fy, column, row = x - x0, y - y0, np.int32(x0), np.int32(y0)
        left, right = column & (SIDE - 1), (column + 1) & (SIDE - 1)
        above, below = (level * SIDE + (row & (SIDE - 1))) * SIDE, (level * SIDE + ((row + 1) & (SIDE - 1))) * SIDE
        a = table[above + left] + (table[above + right] - table[above + left]) * fx
        b = table[below + left] + (table[below + right] - table[below + left]) * fx
        value = a + (b - a) * fy
        share = min(texels / span - one, one)
        if share > zero and level < LEVELS - 1:
            above, below = above + SIDE * SIDE, below + SIDE * SIDE
            a = table[above + left] + (table[above + right] - table[above + left]) * fx
            b = table[below + left] + (table[below + right] - table[below + left]) * fx
            value += (a + (b - a) * fy - value) * share
        values[n] = value * min(max(two - texels * fade, zero), one)
