"""What solids cover of the ground, seen from straight above."""

from itertools import product

import cv2
import numpy as np
from jaxtyping import Float

from composer.layout import extent_of
from composer.types import Solid


def footprint(solid: Solid) -> Float[np.ndarray, "n 2"]:
    """Outline of a solid from above, convex, in metres of its place, counter-clockwise."""
    half = np.asarray(solid.size_m) / 2
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    if solid.shape == "sphere":
        outline = half[0] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    else:
        if solid.shape == "box":
            body = np.array(list(product((-1, 1), repeat=3))) * half
        else:
            ring = np.stack([half[0] * np.cos(turn), half[1] * np.sin(turn), np.zeros(len(turn))], axis=1)
            end = np.array([0, 0, half[2]])
            body = np.concatenate([ring - end, ring + end])
        seen = (body @ solid.T_world_solid[:3, :3].T)[:, :2]
        hull = cv2.convexHull(seen.astype(np.float32), clockwise=False, returnPoints=False)
        outline = seen[hull[:, 0]]
    placed: Float[np.ndarray, "n 2"] = solid.T_world_solid[:2, 3] + outline
    return placed


def underside_m(solid: Solid) -> float:
    """Height of a solid's lowest point above the ground."""
    return float(extent_of(solid).low[2])


def top_m(solid: Solid) -> float:
    """Height of a solid's highest point above the ground."""
    return float(extent_of(solid).high[2])
