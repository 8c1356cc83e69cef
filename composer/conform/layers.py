"""Native pixels taken apart into the surfaces that each of them shows, and put together again at the film's size.

A native pixel is the mean of what lies in it. The film's own samples say which surfaces those are, and how much of it each
fills; the colours of each are then sought among its neighbours on the same surface, so that no edge bleeds into another.
"""

# ruff: noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915 - kernels take arrays and scalars; objects and calls cost more than the work

from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

from composer.conform.sight import NO_FACE, Sight
from composer.kernels import Array, kernel
from composer.shade.views import CORNERS

MOST = 5  # surfaces of one native pixel that are told apart
_AROUND = 2  # px, how far a surface is sought among its neighbours
_ROUNDS = 4  # of taking mixed pixels apart, each with the colours that the one before has found
_SHARPENINGS = 3
_STRENGTH = 1.4  # of each of them
_WHOLE = 0.95  # least share of a pixel that is held to the mean of what is made of it
_DOUBT, _SURE, _NOISE = (
    60.0**2,
    4.0**2,
    10.0**2,
)  # codes^2: of a colour that no pure neighbour shows; that one does; of pixels
_OVERSHOOT = 0.1  # of the range of the pixels round there
_LEVEL = 12.0  # codes, summed over channels, below which differences of the guide are none
_BESIDE = 2  # px of the film, how far from an edge, where it mixes surfaces, the guide is asked instead
_RIDGE = 3.0**2  # codes^2 of the guide below which it tells nothing


class Layers(NamedTuple):
    """Up to k surfaces in each native pixel, the largest first; `face` is `NO_FACE` behind the last.

    `slope` is how the colour goes with the guide round there, from native pixels alone; `guide` is its mean in the pixel.
    """

    face: Array  # [h w k]
    share: Array  # [h w k] of the pixel
    guide: Array  # [h w k 3] codes
    shown: Array  # [h w k 3] codes
    colour: Array  # [h w k 3] codes, sharper than what is shown: what the pixels are made from
    slope: Array  # [h w k 3 3], codes of colour a code of the guide


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
    layers = Layers(
        np.full((h, w, MOST), NO_FACE, np.int32),
        np.zeros((h, w, MOST), np.float32),
        np.zeros((h, w, MOST, 3), np.float32),
        np.zeros((h, w, MOST, 3), np.float32),
        np.zeros((h, w, MOST, 3), np.float32),
        np.zeros((h, w, MOST, 3, 3), np.float32),
    )
    told = np.zeros((1, 1, 3), np.uint8) if guide is None else guide
    _take_apart(sight.points, sight.face, sight.edges, told, guide is not None, shrink, left, top, layers)
    layers.shown[:] = native[:, :, None]
    _unmix(native, layers)
    if guide is not None:
        _lean(layers)
        _unmix(native, layers)
    layers.colour[:] = layers.shown
    _sharpen(layers)
    colours = np.empty((len(sight.face), 3), np.uint8)
    _put_together(
        sight.points, sight.face, sight.edges, told, guide is not None, shrink, left, top, layers, native, colours
    )
    return colours


@kernel
def _take_apart(
    points: Array,
    face: Array,
    edges: Array,
    guide: Array,
    guided: bool,
    shrink: float,
    left: float,
    top: float,
    layers: Layers,
) -> None:
    """Fills `face`, `share` and `guide` of the layers: which surfaces the film's samples show in each native pixel."""
    faces, shares, means = layers.face, layers.share, layers.guide
    h, w = faces.shape[:2]
    height, width = edges.shape
    pixels = height * width
    corners = len(CORNERS)
    told = np.zeros((h, w, MOST), np.float32)
    for row in range(height):
        for column in range(width):
            at = row * width + column
            edge = edges[row, column]
            for corner in range(corners if edge >= 0 else 1):
                n = at if edge < 0 else pixels + edge * corners + corner
                i = min(max(int(points[n, 1] * shrink + top), 0), h - 1)
                j = min(max(int(points[n, 0] * shrink + left), 0), w - 1)
                k = 0
                while k < MOST and faces[i, j, k] != face[n] and faces[i, j, k] != NO_FACE:
                    k += 1
                if k == MOST:
                    continue
                faces[i, j, k] = face[n]
                shares[i, j, k] += 1.0 if edge < 0 else 1.0 / corners
                if guided:
                    counts = 1.0 if edge < 0 else 1e-3  # the guide mixes surfaces at edges too
                    told[i, j, k] += counts
                    for c in range(3):
                        means[i, j, k, c] += counts * guide[row, column, c]
    for i in range(h):
        for j in range(w):
            total = 0.0
            for k in range(MOST):
                total += shares[i, j, k]
            for k in range(MOST):
                if shares[i, j, k] == 0:
                    break
                shares[i, j, k] /= total
                if guided:
                    for c in range(3):
                        means[i, j, k, c] /= told[i, j, k]
                m = k
                while m > 0 and shares[i, j, m] > shares[i, j, m - 1]:
                    faces[i, j, m], faces[i, j, m - 1] = faces[i, j, m - 1], faces[i, j, m]
                    shares[i, j, m], shares[i, j, m - 1] = shares[i, j, m - 1], shares[i, j, m]
                    for c in range(3):
                        means[i, j, m, c], means[i, j, m - 1, c] = means[i, j, m - 1, c], means[i, j, m, c]
                    told[i, j, m], told[i, j, m - 1] = told[i, j, m - 1], told[i, j, m]
                    m -= 1


@kernel
def _unmix(native: Array, layers: Layers) -> None:
    """Changes `shown`, at first the pixels' own, of mixed ones: to what their neighbours say, corrected by what they show.

    A Kalman step: the more a surface's colour is in doubt, the more of what is left unexplained is its own.
    """
    faces, shares, guides, colours, slopes = (
        layers.face,
        layers.share,
        layers.guide,
        layers.shown,
        layers.slope,
    )
    h, w = faces.shape[:2]
    guess, doubt = np.empty((MOST, 3)), np.empty(MOST)
    found = np.empty((h, w, MOST, 3), np.float32)
    for _ in range(_ROUNDS):
        found[:] = colours
        for i in range(h):
            for j in range(w):
                if faces[i, j, 1] == NO_FACE:
                    continue
                many, spread = 0, _NOISE
                while many < MOST and faces[i, j, many] != NO_FACE:
                    wanted, share = faces[i, j, many], shares[i, j, many]
                    total, pure = 0.0, 0.0
                    guess[many] = 0.0
                    for y in range(max(i - _AROUND, 0), min(i + _AROUND + 1, h)):
                        for x in range(max(j - _AROUND, 0), min(j + _AROUND + 1, w)):
                            for k in range(MOST):
                                if faces[y, x, k] == wanted:
                                    away = (y - i) * (y - i) + (x - j) * (x - j)
                                    weight = shares[y, x, k] ** 4 / (1.0 + away) ** 2
                                    total += weight
                                    pure += weight * shares[y, x, k]
                                    for c in range(3):
                                        there = colours[y, x, k, c]
                                        for d in range(3):
                                            apart = guides[i, j, many, d] - guides[y, x, k, d]
                                            there += slopes[i, j, many, c, d] * apart
                                        guess[many, c] += weight * there
                                    break
                                if faces[y, x, k] == NO_FACE:
                                    break
                    for c in range(3):
                        guess[many, c] /= total
                    doubt[many] = _DOUBT * (1 - pure / total) ** 2 + _SURE
                    spread += share * share * doubt[many]
                    many += 1
                for c in range(3):
                    left = float(native[i, j, c])
                    for k in range(many):
                        left -= shares[i, j, k] * guess[k, c]
                    for k in range(many):
                        own = guess[k, c] + left * shares[i, j, k] * doubt[k] / spread
                        found[i, j, k, c] = min(max(own, 0.0), 255.0)
        colours[:] = found


@kernel
def _lean(layers: Layers) -> None:
    """Fills `slope`: the regression of colour on guide among the pixels round there that show the same surface.

    Mixed pixels count little, and where there are no others the guide tells little.
    """
    faces, shares, guides, colours, slopes = (
        layers.face,
        layers.share,
        layers.guide,
        layers.shown,
        layers.slope,
    )
    h, w = faces.shape[:2]
    g, apart, a, b = np.empty(3), np.empty(3), np.empty(3), np.empty((3, 3))
    for i in range(h):
        for j in range(w):
            for own in range(MOST):
                wanted = faces[i, j, own]
                if wanted == NO_FACE:
                    break
                total, pure, rr, rq, rb, qq, qb, bb = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
                g[:], a[:], b[:] = 0.0, 0.0, 0.0
                for y in range(max(i - _AROUND, 0), min(i + _AROUND + 1, h)):
                    for x in range(max(j - _AROUND, 0), min(j + _AROUND + 1, w)):
                        for k in range(MOST):
                            if faces[y, x, k] == wanted:
                                weight = shares[y, x, k] ** 8
                                total += weight
                                pure += weight * shares[y, x, k]
                                for c in range(3):
                                    apart[c] = guides[y, x, k, c] - guides[i, j, own, c]
                                    g[c] += weight * apart[c]
                                rr += weight * apart[0] * apart[0]
                                rq += weight * apart[0] * apart[1]
                                rb += weight * apart[0] * apart[2]
                                qq += weight * apart[1] * apart[1]
                                qb += weight * apart[1] * apart[2]
                                bb += weight * apart[2] * apart[2]
                                for c in range(3):
                                    shown = weight * (colours[y, x, k, c] - colours[i, j, own, c])
                                    a[c] += shown
                                    for d in range(3):
                                        b[c, d] += shown * apart[d]
                                break
                            if faces[y, x, k] == NO_FACE:
                                break
                rr, qq, bb = (
                    rr / total - g[0] * g[0] / total / total + _RIDGE,
                    qq / total - g[1] * g[1] / total / total + _RIDGE,
                    bb / total - g[2] * g[2] / total / total + _RIDGE,
                )
                rq = rq / total - g[0] * g[1] / total / total
                rb = rb / total - g[0] * g[2] / total / total
                qb = qb / total - g[1] * g[2] / total / total
                i00, i01, i02 = qq * bb - qb * qb, rb * qb - rq * bb, rq * qb - rb * qq
                i11, i12, i22 = rr * bb - rb * rb, rq * rb - rr * qb, rr * qq - rq * rq
                whole = (rr * i00 + rq * i01 + rb * i02) * (total / pure) ** 2
                for c in range(3):
                    r = b[c, 0] / total - a[c] * g[0] / total / total
                    q = b[c, 1] / total - a[c] * g[1] / total / total
                    u = b[c, 2] / total - a[c] * g[2] / total / total
                    slopes[i, j, own, c, 0] = (i00 * r + i01 * q + i02 * u) / whole
                    slopes[i, j, own, c, 1] = (i01 * r + i11 * q + i12 * u) / whole
                    slopes[i, j, own, c, 2] = (i02 * r + i12 * q + i22 * u) / whole


@kernel
def _sharpen(layers: Layers) -> None:
    """Changes `colour` until the mean of what `_put_together` makes of a pixel is again what the pixel shows."""
    faces, shares, guides, meant, colours, slopes = layers
    h, w = faces.shape[:2]
    found = colours.copy()
    made = np.empty(3)
    for _ in range(_SHARPENINGS):
        for i in range(h):
            for j in range(w):
                for own in range(MOST):
                    wanted = faces[i, j, own]
                    if wanted == NO_FACE or shares[i, j, own] < _WHOLE:
                        break
                    total = 0.0
                    made[:] = 0.0
                    for y in range(max(i - 1, 0), min(i + 2, h)):
                        for x in range(max(j - 1, 0), min(j + 2, w)):
                            for k in range(MOST):
                                if faces[y, x, k] == wanted:
                                    weight = (4.0 if y == i else 1.0) * (4.0 if x == j else 1.0)
                                    total += weight
                                    for c in range(3):
                                        there = colours[y, x, k, c]
                                        for d in range(3):
                                            apart = guides[i, j, own, d] - guides[y, x, k, d]
                                            there += slopes[y, x, k, c, d] * apart
                                        made[c] += weight * there
                                    break
                                if faces[y, x, k] == NO_FACE:
                                    break
                    for c in range(3):
                        missing = meant[i, j, own, c] - made[c] / total
                        found[i, j, own, c] = colours[i, j, own, c] + _STRENGTH * missing
        colours[:] = found


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
                            lean = slopes[y, x, k]
                            level = guides[y, x, k, 0] + guides[y, x, k, 1] + guides[y, x, k, 2]
                            least, most = min(least, level), max(most, level)
                            red += dr * lean[0, 0] + dq * lean[0, 1] + db * lean[0, 2]
                            green += dr * lean[1, 0] + dq * lean[1, 1] + db * lean[1, 2]
                            blue += dr * lean[2, 0] + dq * lean[2, 1] + db * lean[2, 2]
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
