"""What two frames both show: one seen from the other's camera, by the geometry that both declare."""

from dataclasses import dataclass
from math import floor, hypot, sqrt

import cv2
import numpy as np
from jaxtyping import Bool, Float, Float32, Int, UInt8

from composer.geometry import invert
from composer.kernels import Array, kernel
from composer.types import FIRST_SUBJECT, GROUND, Camera

SAME_DEPTH = 0.03  # of the depth: two surfaces this close are one
INNER_PX = 2  # pixels this close to an edge of what is seen mix two things
NARROWEST = 0.4  # pixels of the other frame for each here, in any direction: fewer are smeared


Spots = tuple[Float32[np.ndarray, "h w 2"], Bool[np.ndarray, "h w"], Float32[np.ndarray, "h w"]]


@dataclass(frozen=True, eq=False)
class View:
    """A frame, and the camera, z-depth (m, +inf where nothing is) and ids that were declared for it."""

    image: UInt8[np.ndarray, "h w 3"]
    depth: Float[np.ndarray, "h w"]
    anchor_id: Int[np.ndarray, "h w"]
    camera: Camera


@dataclass(frozen=True, eq=False)
class Common:
    """Two frames pixel on pixel: `here` is a frame as it is, `there` the other one seen from its camera.

    `anchor_id` are the ids of `here`. `seen` is where both show the same surface of an anchor or the ground; `inner` are
    those of its pixels that lie `INNER_PX` from all others. `there` is meaningless where nothing is seen, and a surface that
    the other frame shows edge-on, at less than `NARROWEST` of its pixels for one here, or from its back, is not seen.
    """

    here: UInt8[np.ndarray, "h w 3"]
    there: UInt8[np.ndarray, "h w 3"]
    anchor_id: Int[np.ndarray, "h w"]
    seen: Bool[np.ndarray, "h w"]
    inner: Bool[np.ndarray, "h w"]


def common(a: View, b: View) -> Common:
    """What `a` and `b` both show, in the picture of the one that shows it coarser, so that it hardly matters which is first.

    Raises `ValueError` for frames of different sizes.
    """
    found = seen_from(a, b)
    _, seen, finer = found
    return brought(b, a) if seen.any() and np.median(finer[seen]) < 1 else _warped(a, b, found)


def brought(there: View, here: View) -> Common:
    """`there` seen from the camera of `here`, blurred first where it is the finer. Raises `ValueError` as `common`."""
    return _warped(there, here, seen_from(there, here))


def _warped(there: View, here: View, found: Spots) -> Common:
    place, seen, finer = found
    _leave_out_narrow(place, seen, NARROWEST)
    image = there.image
    if seen.any() and (ratio := float(np.median(finer[seen]))) > 1.01:
        image = cv2.GaussianBlur(image, (0, 0), 0.5 * sqrt(ratio * ratio - 1))
    warped = cv2.remap(image, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Common(here.image, warped, here.anchor_id, seen, inner(seen, here.anchor_id))


@kernel
def _leave_out_narrow(place: Array, seen: Array, least: float) -> None:
    """Takes out of `seen` the pixels for which the other frame has less than `least`, in the direction in which they are
    fewest: the lesser singular value of how `place` changes from pixel to pixel.

    It is negative where the other frame shows them mirrored, as it does what lies on a thin wall's other side.
    """
    height, width = seen.shape
    for row in range(height):
        for column in range(width):
            if not seen[row, column]:
                continue
            left, right = abs(column - 1), column + 1 if column + 1 < width else width - 2
            above, below = abs(row - 1), row + 1 if row + 1 < height else height - 2
            half = np.float32(0.5)
            xx = half * place[row, right, 0] - half * place[row, left, 0]
            yx = half * place[row, right, 1] - half * place[row, left, 1]
            xy = half * place[below, column, 0] - half * place[above, column, 0]
            yy = half * place[below, column, 1] - half * place[above, column, 1]
            turned, stretched = hypot(xx + yy, yx - xy), hypot(xx - yy, yx + xy)
            seen[row, column] = (turned - stretched) * half >= np.float32(least)


def seen_from(there: View, here: View) -> Spots:
    """For every pixel of `here`: where `there` shows its spot (column, row, from 0 at the first pixel's middle), whether
    it does, and how many times finer.

    Seen is what keeps still: anchors and the ground, where `there` declares the same id at the same depth all around.
    """
    if there.depth.shape != here.depth.shape:
        raise ValueError(f"frames of {there.depth.shape} and {here.depth.shape}; expected one size")
    h, w = here.depth.shape
    into = np.eye(4)
    into[:3, :3] = there.camera.K
    T = into @ invert(there.camera.T_world_camera) @ here.camera.T_world_camera
    T[:3, :3] = T[:3, :3] @ np.linalg.inv(here.camera.K)
    place, seen, finer = np.zeros((h, w, 2), np.float32), np.zeros((h, w), np.bool_), np.ones((h, w), np.float32)
    focal_ratio = float(there.camera.K[0, 0] / here.camera.K[0, 0])
    _look(
        np.ascontiguousarray(T[:3]),
        focal_ratio,
        _single(here.depth),
        _short(here.anchor_id),
        _single(there.depth),
        _short(there.anchor_id),
        place,
        seen,
        finer,
    )
    return place, seen, finer


def inner(seen: Bool[np.ndarray, "h w"], anchor_id: Int[np.ndarray, "h w"]) -> Bool[np.ndarray, "h w"]:
    """Where all pixels up to `INNER_PX` away are seen, and are of the same anchor; never on the picture's rim."""
    ids = np.where(seen, anchor_id, -1).astype(np.int16)
    square = np.ones((2 * INNER_PX + 1, 2 * INNER_PX + 1), np.uint8)
    low = cv2.erode(ids, square, borderType=cv2.BORDER_CONSTANT, borderValue=-1)
    kept: Bool[np.ndarray, "h w"] = seen & (low == ids) & (cv2.dilate(ids, square) == ids)
    return kept


@kernel
def _look(  # noqa: PLR0913, PLR0917 - one loop: a call that hands arrays on costs more than a pixel
    T: Array,
    focal_ratio: float,
    depth: Array,
    ids: Array,
    there_depth: Array,
    there_ids: Array,
    place: Array,
    seen: Array,
    finer: Array,
) -> None:
    """`T` takes (u z, v z, z, 1) of a pixel here to (u z, v z, z) there. Inverse depth is linear on a plane: so is its mean."""
    height, width = depth.shape
    for row in range(height):
        for column in range(width):
            wanted, z = ids[row, column], depth[row, column]
            if not GROUND <= wanted < FIRST_SUBJECT:
                continue
            u, v = (column + 0.5) * z, (row + 0.5) * z
            far = T[2, 0] * u + T[2, 1] * v + T[2, 2] * z + T[2, 3]
            if far <= 0:
                continue
            x = (T[0, 0] * u + T[0, 1] * v + T[0, 2] * z + T[0, 3]) / far - 0.5
            y = (T[1, 0] * u + T[1, 1] * v + T[1, 2] * z + T[1, 3]) / far - 0.5
            x, y = round(x * 1024) / 1024, round(y * 1024) / 1024  # a frame meets itself at whole pixels
            if not (0 <= x <= width - 1 and 0 <= y <= height - 1):
                continue
            left, top = floor(x), floor(y)
            right, below = min(left + 1, width - 1), min(top + 1, height - 1)
            fx, fy = x - left, y - top
            whole = (
                there_ids[top, left] == wanted
                and (fx == 0 or there_ids[top, right] == wanted)
                and (fy == 0 or there_ids[below, left] == wanted)
                and (fx == 0 or fy == 0 or there_ids[below, right] == wanted)
            )
            if not whole:
                continue
            near = (1 - fy) * ((1 - fx) / there_depth[top, left] + fx / there_depth[top, right]) + fy * (
                (1 - fx) / there_depth[below, left] + fx / there_depth[below, right]
            )
            if abs(1 / near - far) >= SAME_DEPTH * far:
                continue
            place[row, column, 0], place[row, column, 1] = x, y
            seen[row, column] = True
            finer[row, column] = focal_ratio * z / far


def _single(values: Float[np.ndarray, "h w"]) -> Float32[np.ndarray, "h w"]:
    return np.ascontiguousarray(values, np.float32)


def _short(values: Int[np.ndarray, "h w"]) -> Int[np.ndarray, "h w"]:
    return np.ascontiguousarray(values, np.int16)
