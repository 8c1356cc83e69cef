"""The loop over pixels that fills a frame from the memory's sources."""

# ruff: noqa: PLR0913, PLR0917, C901, PLR0912, PLR0915 - one loop: a call that hands arrays on costs more than a pixel

from math import floor, log2, sqrt

import numpy as np

from composer.controls.pyramid import LEVELS
from composer.controls.weights import Spot, Views, density, weight
from composer.kernels import Array, kernel

CLOSE = 0.8
"""Share of the best source's weight from which on another one is blended in, so that none ever takes over at once."""

_FINER = 0.35  # levels: how much finer than the pixel's own size a coarse picture is taken, as its pixels are smooth
_LEAST_SHARP = 4.0**_FINER


@kernel
def gather(
    views: Views,
    usable: Array,
    rim: Array,
    images: Array,
    owners: Array,
    starts: Array,
    across: Array,
    eye: Array,
    R_geom_world: Array,
    focal_2: float,
    depth: Array,
    normal: Array,
    geom: Array,
    image: Array,
    valid: Array,
) -> None:
    """Fills `image` and `valid`, pixel by pixel, from the frames that show each spot best.

    `across [g 3 3]` takes image points of the target to rays at depth 1 in the frame of each geom, `eye [g 3]` is where
    they start; `rim [s h w]` is how much a source's pixel counts, 1 away from edges; `images [s r w 3]` and `owners` are
    the sheets of their pyramids.
    """
    depths, ids, project, eyes, focals_2 = views
    sources, height, width = ids.shape
    colour = np.empty(3)
    weights, sharp, us, vs = np.empty(sources), np.empty(sources), np.empty(sources), np.empty(sources)
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            g = geom[row, column]
            if g < 0:
                continue
            u, v, z = column + 0.5, row + 0.5, depth[row, column]
            rx = (across[g, 0, 0] * u + across[g, 0, 1] * v + across[g, 0, 2]) * z
            ry = (across[g, 1, 0] * u + across[g, 1, 1] * v + across[g, 1, 2]) * z
            rz = (across[g, 2, 0] * u + across[g, 2, 1] * v + across[g, 2, 2]) * z
            x, y, z = eye[g, 0] + rx, eye[g, 1] + ry, eye[g, 2] + rz
            spot, best = Spot(x, y, z, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.0
            for s in range(sources):
                weights[s] = 0.0
                if not usable[s, g]:
                    continue
                far = project[s, g, 2, 0] * x + project[s, g, 2, 1] * y + project[s, g, 2, 2] * z + project[s, g, 2, 3]
                if far <= 0:
                    continue
                u = (
                    project[s, g, 0, 0] * x + project[s, g, 0, 1] * y + project[s, g, 0, 2] * z + project[s, g, 0, 3]
                ) / far
                v = (
                    project[s, g, 1, 0] * x + project[s, g, 1, 1] * y + project[s, g, 1, 2] * z + project[s, g, 1, 3]
                ) / far
                if not (0 <= u < width and 0 <= v < height):
                    continue
                i, j = int(v), int(u)
                if ids[s, i, j] != g:
                    continue
                if spot.density == 0.0:
                    a, b, c = normal[row, column, 0], normal[row, column, 1], normal[row, column, 2]
                    nx = R_geom_world[g, 0, 0] * a + R_geom_world[g, 0, 1] * b + R_geom_world[g, 0, 2] * c
                    ny = R_geom_world[g, 1, 0] * a + R_geom_world[g, 1, 1] * b + R_geom_world[g, 1, 2] * c
                    nz = R_geom_world[g, 2, 0] * a + R_geom_world[g, 2, 1] * b + R_geom_world[g, 2, 2] * c
                    away = sqrt(rx * rx + ry * ry + rz * rz)
                    rx, ry, rz = rx / away, ry / away, rz / away
                    fills = density(focal_2, -(nx * rx + ny * ry + nz * rz), away * away)
                    spot = Spot(x, y, z, nx, ny, nz, rx, ry, rz, fills)
                from_ = (eyes[s, g, 0], eyes[s, g, 1], eyes[s, g, 2])
                shows, sharp[s] = weight(spot, from_, focals_2[s], far, depths[s, i, j])
                weights[s], us[s], vs[s] = shows * rim[s, i, j], u, v
                best = max(best, weights[s])
            if best == 0:
                continue
            total = 0.0
            colour[:] = 0.0
            for s in range(sources):
                share = weights[s] / best - CLOSE
                if share <= 0:
                    continue
                share = share * share
                level = 0.0
                if sharp[s] > _LEAST_SHARP:
                    level = min(0.5 * log2(sharp[s]) - _FINER, LEVELS - 1.001)
                coarse = int(level)
                fine = 1 - (level - coarse)
                for k in range(2):
                    mix = share * (fine if k == 0 else 1 - fine)
                    if mix == 0:
                        continue
                    at = coarse + k
                    while True:
                        shrink = 1.0 / (1 << at)
                        left, top = floor(us[s] * shrink - 0.5), floor(vs[s] * shrink - 0.5)
                        if at == 0:
                            break
                        if 0 <= left < (width >> at) - 1 and 0 <= top < (height >> at) - 1:
                            i, j = starts[at] + top, left
                            same = owners[s, i, j] == g and owners[s, i, j + 1] == g
                            if same and owners[s, i + 1, j] == g and owners[s, i + 1, j + 1] == g:
                                break
                        at -= 1
                    fu, fv = us[s] * shrink - 0.5 - left, vs[s] * shrink - 0.5 - top
                    i, j = starts[at] + top, left
                    left_top, right_top = mix * (1 - fu) * (1 - fv), mix * fu * (1 - fv)
                    left_low, right_low = mix * (1 - fu) * fv, mix * fu * fv
                    for c in range(3):
                        upper = left_top * images[s, i, j, c] + right_top * images[s, i, j + 1, c]
                        lower = left_low * images[s, i + 1, j, c] + right_low * images[s, i + 1, j + 1, c]
                        colour[c] += upper + lower
                    total += mix
            for c in range(3):
                image[row, column, c] = int(colour[c] / total + 0.5)
            valid[row, column] = True
