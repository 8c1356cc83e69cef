"""M2: does every anchor stand where the geometry says?"""

from math import hypot

import cv2
import numpy as np
from jaxtyping import Bool, Float32

from composer.metrics.verdicts import Figure
from composer.metrics.views import Common
from composer.types import FIRST_ANCHOR

SEARCH_PX = 48
PATCH_PX = 96  # side of the part of an anchor that is looked for; the one with most structure
RIM_PX = 1  # of what is around an anchor that belongs to the patch: its outline
LEAST_PX = 100  # pixels of an anchor that both frames show
LEAST_CONTRAST = 3.0  # standard deviation of the patch, in codes
LEAST_MATCH = 0.6  # ZNCC of the best place; less is another thing that looks a little like it
AS_GOOD = 0.05  # ZNCC less than the best that still may be the place: planks and bricks look like their neighbours
FAINT = 3.0  # codes by which a picture may differ more than at the best place: less is no sign that it moved

Grey = Float32[np.ndarray, "h w"]
Mask = Bool[np.ndarray, "h w"]


def anchor_position(both: Common) -> tuple[Figure, ...]:
    """How far (px) every anchor stands in one frame from where the other says, by the best ZNCC within `SEARCH_PX`.

    In the order of their ids. Where several places match as well, the nearest counts: a row of planks, or a post without
    ends, is not held to have moved along itself. Left out, as not measurable, are anchors that are small, flat or nowhere
    alike. `Figure.certainty` is the best ZNCC. The ground has no outline of its own and is left out.
    """
    here, there = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in (both.here, both.there))
    margin = SEARCH_PX
    around = cv2.copyMakeBorder(here, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    pixels = np.bincount(both.anchor_id[both.inner].ravel(), minlength=FIRST_ANCHOR)
    figures = []
    for anchor in np.flatnonzero(pixels >= LEAST_PX):
        if anchor < FIRST_ANCHOR:
            continue
        rows, columns, near = _patch(there, both.seen, both.seen & (both.anchor_id == anchor))
        patch, mask = there[rows, columns], near[rows, columns]
        if patch[mask].std() < LEAST_CONTRAST:
            continue
        search = around[rows.start : rows.stop + 2 * margin, columns.start : columns.stop + 2 * margin]
        found = locate(search, patch, mask, margin)
        if found is not None:
            figures.append(Figure(int(anchor), found[0], int(pixels[anchor]), certainty=found[1]))
    return tuple(figures)


def _patch(there: Grey, seen: Mask, own: Mask) -> tuple[slice, slice, Mask]:
    """The part of an anchor that has most structure, as rows and columns; and all pixels of the anchor and its rim."""
    near = seen & (cv2.dilate(own.view(np.uint8), np.ones((2 * RIM_PX + 1, 2 * RIM_PX + 1), np.uint8)) > 0)
    x, y, width, height = cv2.boundingRect(near.view(np.uint8))
    box = slice(y, y + height), slice(x, x + width)
    if width > PATCH_PX or height > PATCH_PX:
        part, counts = there[box], near[box]
        steps = cv2.Sobel(part, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(part, cv2.CV_32F, 0, 1) ** 2
        whole = cv2.erode(counts.view(np.uint8), np.ones((3, 3), np.uint8)) > 0
        wide, high = min(width, PATCH_PX), min(height, PATCH_PX)
        sums = cv2.integral(np.where(whole, steps, 0.0))
        structure = sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide]
        top, left = np.unravel_index(int(np.argmax(structure)), structure.shape)
        box = slice(y + int(top), y + int(top) + high), slice(x + int(left), x + int(left) + wide)
    return *box, near


def locate(search: Float32[np.ndarray, "y x"], patch: Grey, mask: Mask, margin: int) -> tuple[float, float] | None:
    """How far (px) from the middle of `search` the nearest peak lies that matches as well as the best, and that match's ZNCC.

    `search` goes `margin` px beyond the patch on all sides. 0 where the middle matches the picture to within `FAINT` codes as
    well as the best place does. None where nothing matches.
    """
    match = cv2.matchTemplate(search, patch, cv2.TM_CCOEFF_NORMED, mask=mask.astype(np.float32))
    match = np.where(np.isfinite(match) & (match < 1.01), match, -1)
    best = float(match.max())
    if best < LEAST_MATCH:
        return None
    left = patch[mask].std() * np.sqrt(1 - np.clip(match, 0, 1) ** 2)  # codes that the best gain and offset leave
    if left[margin - 1 : margin + 2, margin - 1 : margin + 2].min() <= left.min() + FAINT and not _peaked(
        match, margin
    ):
        return 0.0, best
    peaks = (match >= best - AS_GOOD) & (match == cv2.dilate(match, np.ones((3, 3), np.uint8)))
    rows, columns = np.nonzero(peaks)
    nearest = int(np.argmin((rows - margin) ** 2 + (columns - margin) ** 2))
    row, column = int(rows[nearest]), int(columns[nearest])
    dy = row - margin + _vertex(match[:, column], row)
    dx = column - margin + _vertex(match[row], column)
    return hypot(dx, dy), best


def _peaked(match: Float32[np.ndarray, "y x"], margin: int) -> bool:
    """Is the best place of all next to the middle? Then it is told to a part of a pixel."""
    row, column = np.unravel_index(int(match.argmax()), match.shape)
    return max(abs(int(row) - margin), abs(int(column) - margin)) <= 1


def _vertex(values: Float32[np.ndarray, " n"], peak: int) -> float:
    """How far from `peak` the parabola through it and its neighbours has its top, within half a pixel."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, at, after = (float(v) for v in values[peak - 1 : peak + 2])
    bend = before - 2 * at + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
