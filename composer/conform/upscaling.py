"""A native frame at the film's size: its pixels, taken apart into surfaces, put together again sample by sample."""

# ruff: noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915 - kernels take arrays and scalars; objects and calls cost more than the work

import numpy as np
from jaxtyping import UInt8

from composer.conform.layers import MOST, Layers, empty, lean, sharpen, take_apart, unmix
from composer.conform.sight import NO_FACE, Sight
from composer.kernels import Array, kernel

_OVERSHOOT = 0.1  # of the range of the pixels round there
_LEVEL = 12.0  # codes, summed over channels, below which differences of the guide are none
_BESIDE = 2  # px of the film, how far from an edge, where it mixes surfaces, the guide is asked instead


def upscaled(
    native: UInt8[np.ndarray, "h w 3"], sight: Sight, guide: UInt8[np.ndarray, "h2 w2 3"] | None = None
) -> UInt8[np.ndarray, "n 3"]:
    """Colours of the film's samples from a native frame of the same moment.

    Every one is a mean of native pixels that show the same surface. `guide` (codes) says where within a surface they
    differ: as far as the native pixels round there go with it, their differences follow it.
    """
    height, width = sight.edges.shape
    h, w = native.shape[:2]
    shrink = min(w / width, h / height)
    left, top = (w - shrink * width) / 2, (h - shrink * height) / 2
    layers = empty(h, w)
    told = np.zeros((1, 1, 3), np.uint8) if guide is None else guide
    take_apart(sight.points, sight.face, sight.edges, told, guide is not None, shrink, left, top, layers)
    layers.shown[:] = native[:, :, None]
    unmix(native, layers)
    if guide is not None:
        lean(layers)
        unmix(native, layers)
    layers.colour[:] = layers.shown
    sharpen(layers)
    colours = np.empty((len(sight.face), 3), np.uint8)
    _put_together(
        sight.points, sight.face, sight.edges, told, guide is not None, shrink, left, top, layers, native, colours
    )
    return colours


def surfaces(picture: UInt8[np.ndarray, "h w 3"], sight: Sight) -> UInt8[np.ndarray, "h w 3"]:
    """The colour of the surface in the middle of every pixel of a picture of the film's size: what edges mix is apart."""
    return np.where(sight.edges[..., None] < 0, picture, sight.middles(upscaled(picture, sight)))


@kernel
def _put_together(
    points: Array,
    face: Array,
    edges: Array,
    guide: Array,
    guided: bool,
    shrink: float,
    left: float,
    top: float,
    layers: Layers,
    native: Array,
    colours: Array,
) -> None:
    """Fills `colours [n 3]` by a quadratic B-spline over the native pixels that show a sample's surface."""
    faces, guides, shown, found, slopes = layers.face, layers.guide, layers.shown, layers.colour, layers.slope
    h, w = faces.shape[:2]
    height, width = edges.shape
    for n in range(face.shape[0]):
        wanted = face[n]
        u, v = points[n, 0] * shrink + left, points[n, 1] * shrink + top
        i, j = min(max(int(v), 0), h - 1), min(max(int(u), 0), w - 1)
        fu, fv = u - j - 0.5, v - i - 0.5
        told, r, q, b = 0.0, 0.0, 0.0, 0.0
        if guided:
            row, column = int(points[n, 1]), int(points[n, 0])
            reach = _BESIDE if edges[row, column] >= 0 else 0
            for y in range(max(row - reach, 0), min(row + reach + 1, height)):
                for x in range(max(column - reach, 0), min(column + reach + 1, width)):
                    if edges[y, x] < 0 and face[y * width + x] == wanted:
                        weight = 1.0 / (1.0 + 2.0 * ((y - row) * (y - row) + (x - column) * (x - column)))
                        told += weight
                        r += weight * guide[y, x, 0]
                        q += weight * guide[y, x, 1]
                        b += weight * guide[y, x, 2]
            if told > 0:
                r, q, b = r / told, q / told, b / told
        total, red, green, blue = 0.0, 0.0, 0.0, 0.0
        low, high = (255.0, 255.0, 255.0), (0.0, 0.0, 0.0)
        least, most = 765.0, 0.0
        for y in range(max(i - 1, 0), min(i + 2, h)):
            if y == i:
                down = 0.75 - fv * fv
            else:
                down = 0.5 * (0.5 - fv) * (0.5 - fv) if y < i else 0.5 * (0.5 + fv) * (0.5 + fv)
            for x in range(max(j - 1, 0), min(j + 2, w)):
                if x == j:
                    weight = down * (0.75 - fu * fu)
                else:
                    weight = down * 0.5 * ((0.5 - fu) * (0.5 - fu) if x < j else (0.5 + fu) * (0.5 + fu))
                for k in range(MOST):
                    if faces[y, x, k] == wanted:
                        total += weight
                        own = shown[y, x, k]
                        low = (min(low[0], own[0]), min(low[1], own[1]), min(low[2], own[2]))
                        high = (max(high[0], own[0]), max(high[1], own[1]), max(high[2], own[2]))
                        red += weight * found[y, x, k, 0]
                        green += weight * found[y, x, k, 1]
                        blue += weight * found[y, x, k, 2]
                        if told > 0:
                            dr = weight * (r - guides[y, x, k, 0])
                            dq = weight * (q - guides[y, x, k, 1])
                            db = weight * (b - guides[y, x, k, 2])
                            slope = slopes[y, x, k]
                            level = guides[y, x, k, 0] + guides[y, x, k, 1] + guides[y, x, k, 2]
                            least, most = min(least, level), max(most, level)
                            red += dr * slope[0, 0] + dq * slope[0, 1] + db * slope[0, 2]
                            green += dr * slope[1, 0] + dq * slope[1, 1] + db * slope[1, 2]
                            blue += dr * slope[2, 0] + dq * slope[2, 1] + db * slope[2, 2]
                        break
                    if faces[y, x, k] == NO_FACE:
                        break
        if total > 0:
            beyond = _OVERSHOOT  # as far as the guide goes beyond what its pixels show, and a little, colours may
            if told > 0:
                beyond += max(r + q + b - most, least - r - q - b, 0.0) / (most - least + _LEVEL)
            made = (red / total, green / total, blue / total)
            for c in range(3):
                slack = beyond * (high[c] - low[c])
                bounded = min(max(made[c], low[c] - slack), high[c] + slack)
                colours[n, c] = min(max(bounded, 0.0), 255.0) + 0.5
        else:
            for c in range(3):
                colours[n, c] = native[i, j, c]
