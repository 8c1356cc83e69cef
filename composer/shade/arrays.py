"""What numpy and torch have in common: shading is written once, over arrays of either.

Vectors are planes `[3 n]`, so that every operation runs along n. Functions take `float32` arrays of one library and one
device, and give the same back.
"""

import sys
from types import ModuleType
from typing import Any

import numpy as np

from composer.kernels import Array as Numpy
from composer.kernels import kernel

Array = Any
"""A numpy array or a torch tensor."""


def namespace(x: Array) -> ModuleType:
    """The module whose functions work on `x`: torch for its tensors, else numpy."""
    torch = sys.modules.get("torch")
    return torch if torch is not None and isinstance(x, torch.Tensor) else np


def single(*arrays: Array) -> bool:
    """Whether all are numpy's planes in single precision, for which there may be a compiled way to do the same."""
    return all(type(a) is np.ndarray and a.dtype == np.float32 and a.shape[-1:] == arrays[0].shape[-1:] for a in arrays)


def at_most(x: Array, limit: Array) -> Array:
    """The lesser of two, each a number or a plane."""
    if isinstance(x, int | float):
        x, limit = limit, x
    if isinstance(x, int | float):
        return min(x, limit)
    return x.clip(None, limit) if isinstance(limit, int | float) else namespace(x).minimum(x, limit)


def at_least(x: Array, limit: Array) -> Array:
    """The greater of two, each a number or a plane."""
    if isinstance(x, int | float):
        x, limit = limit, x
    if isinstance(x, int | float):
        return max(x, limit)
    return x.clip(limit) if isinstance(limit, int | float) else namespace(x).maximum(x, limit)


def rounded(x: Array) -> Array:
    """To the nearest whole number, halves to even ones, as numbers and planes alike do."""
    return round(x) if isinstance(x, int | float) else namespace(x).round(x)


def whole(x: Array) -> Array:
    """What is left of a number, or a plane of them, without its fraction; none is below 0."""
    return int(x) if isinstance(x, int | float) else namespace(x).floor(x)


def one_of(colours: tuple[tuple[float, float, float], ...], which: Array) -> Array:
    """The colour that a number says, round and round, or a plane of numbers `[n]`: three numbers or `[3 n]`."""
    if isinstance(which, int):
        return colours[which % len(colours)]
    xp = namespace(which)
    return xp.asarray(colours, device=which.device)[which % len(colours)].T


def dot(a: Array, b: Array) -> Array:
    """`[n]` of two planes of vectors, or of one and three numbers."""
    if namespace(a) is not np or namespace(b) is not np:
        return _dot(a, b)
    flat_a, flat_b = getattr(a, "ndim", 1) == 1, getattr(b, "ndim", 1) == 1
    if flat_a and not flat_b:
        a, b, flat_a, flat_b = b, a, False, True
    if flat_a or not single(a) or not (flat_b or single(a, b)):
        return _dot(a, b)
    result = np.empty(a.shape[1], np.float32)
    if flat_b:
        _dot_one(a, np.float32(b[0]), np.float32(b[1]), np.float32(b[2]), result)
    else:
        _dot_each(a, b, result)
    return result


def _dot(a: Array, b: Array) -> Array:
    """What `dot` is, over arrays of either library."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def _dot_one(a: Numpy, x: np.float32, y: np.float32, z: np.float32, result: Numpy) -> None:
    for n in range(result.shape[0]):
        result[n] = a[0, n] * x + a[1, n] * y + a[2, n] * z


@kernel
def _dot_each(a: Numpy, b: Numpy, result: Numpy) -> None:
    for n in range(result.shape[0]):
        result[n] = a[0, n] * b[0, n] + a[1, n] * b[1, n] + a[2, n] * b[2, n]


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


def tinted(colour: Array, share: Array) -> Array:
    """`[3 n]`: a colour times `share [n]`."""
    return planes(share * colour[0], share * colour[1], share * colour[2])


def blend(a: Array, b: Array, share: Array) -> Array:
    """`a` where `share` is 0, `b` where it is 1."""
    return a + (b - a) * share


def smooth(low: float, high: float, x: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    if not single(x) or x.ndim != 1:
        return _smooth(low, high, x)
    result = np.empty(len(x), np.float32)
    _smooth_each(np.float32(low), np.float32(1 / (high - low)), x, result)
    return result


def _smooth(low: float, high: float, x: Array) -> Array:
    """What `smooth` is, over arrays of either library."""
    t = ((x - low) * (1 / (high - low))).clip(0, 1)
    return t * t * (3 - 2 * t)


@kernel
def _smooth_each(low: np.float32, scale: np.float32, x: Numpy, result: Numpy) -> None:
    zero, one, two, three = np.float32(0), np.float32(1), np.float32(2), np.float32(3)
    for n in range(result.shape[0]):
        t = min(max((x[n] - low) * scale, zero), one)
        result[n] = t * t * (three - two * t)


def fraction(x: Array) -> Array:
    return x - namespace(x).floor(x)


def pulse(x: Array, width: Array, duty: Array) -> Array:
    """Share of the window of `width` round `x` in which frac(x) < `duty`: a train of pulses, box-filtered.

    Exact up to a seventh of a period; from there it passes into `duty`, its mean, which it is from 0.55 of one on: pixels
    cannot show it any more, and must not beat with it. So a pattern keeps its tone as it falls below a pixel.
    """
    if not single(x, width) or x.ndim != 1 or not isinstance(duty, int | float):
        return _pulse(x, width, duty)
    result = np.empty(len(x), np.float32)
    _pulse_each(x, width, np.float32(duty), result)
    return result


def _pulse(x: Array, width: Array, duty: Array) -> Array:
    """What `pulse` is, over arrays of either library."""
    xp = namespace(x)
    w = width.clip(1e-3)
    high, low = x + 0.5 * w, x - 0.5 * w
    floor_high, floor_low = xp.floor(high), xp.floor(low)
    gained = at_most(high - floor_high, duty) - at_most(low - floor_low, duty)
    return blend(((floor_high - floor_low) * duty + gained) / w, duty, smooth(*_VAGUE, w))


_VAGUE = 0.15, 0.55  # periods in a pixel from which a train of pulses passes into its mean, at which it has


@kernel
def _pulse_each(x: Numpy, width: Numpy, duty: np.float32, result: Numpy) -> None:
    zero, one, two, three, half = np.float32(0), np.float32(1), np.float32(2), np.float32(3), np.float32(0.5)
    least, low, scale = np.float32(1e-3), np.float32(_VAGUE[0]), np.float32(1 / (_VAGUE[1] - _VAGUE[0]))
    for n in range(result.shape[0]):
        w = max(width[n], least)
        high, foot = x[n] + half * w, x[n] - half * w
        floor_high, floor_foot = np.floor(high), np.floor(foot)
        gained = min(high - floor_high, duty) - min(foot - floor_foot, duty)
        share = ((floor_high - floor_foot) * duty + gained) / w
        t = min(max((w - low) * scale, zero), one)
        result[n] = share + (duty - share) * (t * t * (three - two * t))


def line(x: Array, width: Array, thickness: Array) -> Array:
    """Filtered lines of `thickness` round every whole x."""
    return pulse(x + 0.5 * thickness, width, thickness)


def wave(x: Array, width: Array) -> Array:
    """sin(2 pi x), fading to its mean as the window reaches a period."""
    return namespace(x).sin(x * 6.2831853) * (1 - 1.2 * width).clip(0, 1)


def settled(value: Array, mean: Array, across: Array) -> Array:
    """`value` that gives way to its `mean` where a pixel spans more than a unit of what it was staggered by."""
    return blend(value, mean, smooth(0.45, 1.1, across))


def either(a: Array, b: Array) -> Array:
    """Coverage of two coverings that are independent of one another."""
    return a + b - a * b
