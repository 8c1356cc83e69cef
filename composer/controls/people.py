"""The joints of persons, where the camera sees them, and the skeletons that pose-conditioned models read."""

from collections.abc import Iterator
from colorsys import hsv_to_rgb

import cv2
import numpy as np
from jaxtyping import Float32, UInt8

from composer.controls.moment import Moment
from composer.geometry import project
from composer.scene import Hits, Scene
from composer.types import HIDDEN, JOINTS, OUT_OF_PICTURE, VISIBLE, Pose, Size, Solid

_FLESH = 0.08  # heights: what of one's own body may lie over a joint that counts as visible

BONES = tuple(
    (JOINTS.index(a), JOINTS.index(b))
    for a, b in (
        *((f"{side}_shoulder", f"{side}_elbow") for side in ("left", "right")),
        *((f"{side}_elbow", f"{side}_wrist") for side in ("left", "right")),
        *((f"{side}_hip", f"{side}_knee") for side in ("left", "right")),
        *((f"{side}_knee", f"{side}_ankle") for side in ("left", "right")),
        *((f"{side}_shoulder", f"{side}_hip") for side in ("left", "right")),
        ("left_shoulder", "right_shoulder"),
        ("left_hip", "right_hip"),
        *(("nose", f"{side}_eye") for side in ("left", "right")),
        *((f"{side}_eye", f"{side}_ear") for side in ("left", "right")),
        *(("nose", f"{side}_shoulder") for side in ("left", "right")),
    )
)
"""Pairs of joints that the skeleton joins, in the order of their hues."""


def persons(scene: Scene) -> dict[str, Solid]:
    """The persons that a place knows, by name, in the order of their ids."""
    subjects = sorted(scene.layout.cast.items(), key=lambda item: item[1].id)
    return {name: solid for name, solid in subjects if solid.shape == "person"}


def pose(scene: Scene, now: Moment) -> Pose:
    """Where the joints of everyone are; a joint counts as visible where nothing but its own flesh is before it."""
    people, joints = persons(scene), scene.joints(now.state)
    p = len(people)
    found = Pose(
        tuple(people),
        np.array([solid.id for solid in people.values()], np.int16),
        np.zeros((p, len(JOINTS), 2), np.float32),
        np.zeros((p, len(JOINTS)), np.float32),
        np.full((p, len(JOINTS)), OUT_OF_PICTURE, np.uint8),
        np.zeros((p, len(JOINTS), 3), np.float32),
    )
    for i, (name, solid) in enumerate(people.items()):
        if name not in joints:
            continue
        pixels, depth = project(now.camera, joints[name])
        found.pixels[i] = np.where(depth[:, None] > 0, pixels, 0)
        found.depth[i], found.world[i] = depth, joints[name]
        found.seen[i] = _seen(found.pixels[i], found.depth[i], now.hits, solid)
    return found


def _seen(
    pixels: Float32[np.ndarray, "j 2"], depth: Float32[np.ndarray, " j"], hits: Hits, solid: Solid
) -> UInt8[np.ndarray, " j"]:
    h, w = hits.depth.shape
    inside = (depth > 0) & (pixels >= 0).all(axis=1) & (pixels[:, 0] < w) & (pixels[:, 1] < h)
    columns, rows = np.where(inside[:, None], pixels, 0).astype(int).T
    own = hits.anchor_id[rows, columns] == solid.id
    shown = own & (hits.depth[rows, columns] >= depth - _FLESH * solid.size_m[2])
    return np.where(inside, np.where(shown, VISIBLE, HIDDEN), OUT_OF_PICTURE).astype(np.uint8)


def skeleton(people: Pose, hits: Hits) -> UInt8[np.ndarray, "h w 3"]:
    """Every person's bones on black, each in a hue of its own, the farthest first; what stands before someone hides them.

    Bones behind one's own body show at half strength.
    """
    h, w = hits.depth.shape
    picture = np.zeros((h, w, 3), np.uint8)
    middle = people.depth.mean(axis=1)
    for i in np.argsort(-middle, kind="stable"):
        if not people.seen[i].any():
            continue
        thick = max(1, round(h / 144))
        drawn = np.zeros_like(picture)
        for a, b, colour in _strokes(people, int(i)):
            cv2.line(drawn, a, b, colour, thick, cv2.LINE_AA, 4)
        box = _box(people.pixels[i][people.depth[i] > 0], (w, h), thick + 2)
        before = (hits.anchor_id[box] != people.anchor_id[i]) & (hits.depth[box] < middle[i])
        shown = drawn[box].any(axis=-1) & ~before
        picture[box][shown] = drawn[box][shown]
    return picture


def _box(pixels: Float32[np.ndarray, "j 2"], size: Size, margin: int) -> tuple[slice, slice]:
    """Rows and columns of a picture that hold the points."""
    low = np.clip(np.floor(pixels.min(axis=0)) - margin, 0, size).astype(int)
    high = np.clip(np.ceil(pixels.max(axis=0)) + margin, 0, size).astype(int)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _strokes(people: Pose, i: int) -> Iterator[tuple[tuple[int, int], tuple[int, int], tuple[int, ...]]]:
    """Both ends (16ths of a pixel) and colour of every bone that lies before the camera."""
    pixels, depth, seen = people.pixels[i], people.depth[i], people.seen[i]
    at = np.round(np.clip((pixels - 0.5) * 16, -1e6, 1e6)).astype(int)
    for k, (a, b) in enumerate(BONES):
        if min(depth[a], depth[b]) <= 0.01:
            continue
        level = 1.0 if seen[a] == seen[b] == VISIBLE else 0.5
        colour = tuple(round(255 * c) for c in hsv_to_rgb(k / len(BONES), 1.0, level))
        yield (int(at[a, 0]), int(at[a, 1])), (int(at[b, 0]), int(at[b, 1])), colour
