"""Native pixels taken apart into the surfaces that each of them shows.

A native pixel is the mean of what lies in it. The film's own samples say which surfaces those are, and how much of it each
fills; the colours of each are then sought among its neighbours on the same surface, so that no edge bleeds into another.
"""

# ruff: noqa: PLR0913, PLR0917, C901, PLR0912 - kernels take arrays and scalars; objects and calls cost more than the work

from typing import NamedTuple

import numpy as np

from composer.conform.sight import NO_FACE
from composer.kernels import Array, kernel
from composer.shade.views import CORNERS

MOST = 5  # surfaces of one native pixel that are told apart
_AROUND = 2  # px, how far a surface is sought among its neighbours
_ROUNDS = 4  # of taking mixed pixels apart, each with the colours that the one before has found
_SHARPENINGS = 3
_STRENGTH = 1.4  # of each of them
_WHOLE = 0.95  # least share of a pixel that is held to the mean of what is made of it
_DOUBT, _SURE = 60.0**2, 4.0**2  # codes^2: variance of a colour that no pure neighbour shows, and of one that some do
_NOISE = 10.0**2  # codes^2: variance of what a native pixel shows
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


def empty(height: int, width: int) -> Layers:
    """Of a native picture of which nothing is known yet."""
    shape = (height, width, MOST)
    planes = [np.zeros((*shape, *more), np.float32) for more in ((), (3,), (3,), (3,), (3, 3))]
    return Layers(np.full(shape, NO_FACE, np.int32), *planes)


@kernel
def take_apart(
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
def unmix(native: Array, layers: Layers) -> None:
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
def lean(layers: Layers) -> None:
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
def sharpen(layers: Layers) -> None:
    """Changes `colour` until the mean of what `upscaling` makes of a pixel is again what the pixel shows."""
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
