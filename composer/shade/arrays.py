"""What numpy and torch have in common: shading is written once, over arrays of either.

Vectors are planes `[3 n]`, so that every operation runs along n. Functions take `float32` arrays of one library and one
device, and give the same back.
"""

import sys
from types import ModuleType
from typing import Any

import numpy as np

Array = Any
"""A numpy array or a torch tensor."""


def namespace(x: Array) -> ModuleType:
    """The module whose functions work on `x`: torch for its tensors, else numpy."""
    torch = sys.modules.get("torch")
    return torch if torch is not None and isinstance(x, torch.Tensor) else np


def dot(a: Array, b: Array) -> Array:
    """`[n]` of two planes of vectors, or of one and three numbers."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def planes(x: Array, y: Array, z: Array) -> Array:
    """`[3 n]` of three `[n]`."""
    xp = namespace(x)
    if xp is not np:
        return xp.stack((x, y, z))
    result = np.empty((3, len(x)), x.dtype)  # twice as quick as np.stack
    result[0], result[1], result[2] = x, y, z
    return result


def unit(a: Array) -> Array:
    return a / namespace(a).sqrt(dot(a, a) + 1e-20)


def turned(rotation: Array, a: Array) -> Array:
    """`rotation [3 3] @ a [3 n]`."""
    return rotation @ a


def tinted(colour: tuple[float, float, float], share: Array) -> Array:
    """`[3 n]`: a colour times `share [n]`."""
    return planes(share * colour[0], share * colour[1], share * colour[2])


def blend(a: Array, b: Array, share: Array) -> Array:
    """`a` where `share` is 0, `b` where it is 1."""
    return a + (b - a) * share


def smooth(low: float, high: float, x: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    t = ((x - low) * (1 / (high - low))).clip(0, 1)
    return t * t * (3 - 2 * t)


def fraction(x: Array) -> Array:
    return x - namespace(x).floor(x)


def pulse(x: Array, width: Array, duty: float) -> Array:
    """Share of the window of `width` round `x` in which frac(x) < `duty`: a train of pulses, box-filtered.

    Exact up to a seventh of a period; from there it passes into `duty`, its mean, which it is from 0.55 of one on: pixels
    cannot show it any more, and must not beat with it. So a pattern keeps its tone as it falls below a pixel.
    """
    xp = namespace(x)
    w = width.clip(1e-3)
    high, low = x + 0.5 * w, x - 0.5 * w
    floor_high, floor_low = xp.floor(high), xp.floor(low)
    gained = (high - floor_high).clip(0, duty) - (low - floor_low).clip(0, duty)
    return blend(((floor_high - floor_low) * duty + gained) / w, duty, smooth(0.15, 0.55, w))


def line(x: Array, width: Array, thickness: float) -> Array:
    """Filtered lines of `thickness` round every whole x."""
    return pulse(x + 0.5 * thickness, width, thickness)


def wave(x: Array, width: Array) -> Array:
    """sin(2 pi x), fading to its mean as the window reaches a period."""
    return namespace(x).sin(x * 6.2831853) * (1 - 1.2 * width).clip(0, 1)


def settled(value: Array, mean: float, across: Array) -> Array:
    """`value` that gives way to its `mean` where a pixel spans more than a unit of what it was staggered by."""
    return blend(value, mean, smooth(0.45, 1.1, across))


def either(a: Array, b: Array) -> Array:
    """Coverage of two coverings that are independent of one another."""
    return a + b - a * b
