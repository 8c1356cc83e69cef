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
RIM_PX = 4  # of what is around an anchor that belongs to the patch: its outline tells most
LEAST_PX = 100  # pixels of an anchor that both frames show
LEAST_CONTRAST = 3.0  # standard deviation of the patch, in codes
LEAST_MATCH = 0.5  # ZNCC of the best place
LEAST_LEAD = 0.03  # ZNCC by which it leads those more than NEAR_PX away; less tells a line from its own continuation
NEAR_PX = 4

Grey = Float32[np.ndarray, "h w"]
Mask = Bool[np.ndarray, "h w"]


def anchor_position(both: Common) -> tuple[Figure, ...]:
    """How far (px) every anchor stands in one frame from where the other says, by the best ZNCC within `SEARCH_PX`.

    In the order of their ids. Left out are anchors that are small or flat, that are nowhere alike, or alike in many
    places: these are not measurable. `Figure.certainty` is the lead of the best place over all others. The ground has no
    outline of its own and is left out.
    """
    here, there = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in (both.here, both.there))
    margin = SEARCH_PX
    around = cv2.copyMakeBorder(here, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    pixels = np.bincount(both.anchor_id[both.inner].ravel(), minlength=FIRST_ANCHOR)
    figures = []
    for anchor in np.flatnonzero(pixels >= LEAST_PX):
        if anchor < FIRST_ANCHOR:
            continue
        rows, columns, mask = _patch(there, both.seen, both.seen & (both.anchor_id == anchor))
        patch = there[rows, columns]
        if patch[mask].std() < LEAST_CONTRAST:
            continue
        search = around[rows.start : rows.stop + 2 * margin, columns.start : columns.stop + 2 * margin]
        found = _locate(search, patch, mask)
        if found is not None:
            figures.append(Figure(int(anchor), found[0], int(pixels[anchor]), certainty=found[1]))
    return tuple(figures)


def _patch(there: Grey, seen: Mask, own: Mask) -> tuple[slice, slice, Mask]:
    """The part of an anchor and its rim that has most structure: rows, columns, and which of its pixels count."""
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
    return *box, near[box]


def _locate(search: Grey, patch: Grey, mask: Mask) -> tuple[float, float] | None:
    """Distance (px) of the best match from the middle of `search`, and its lead; None where it is no match or not the only one."""
    match = cv2.matchTemplate(search, patch, cv2.TM_CCOEFF_NORMED, mask=mask.astype(np.float32))
    match = np.where(np.isfinite(match) & (match < 1.01), match, -1)
    row, column = np.unravel_index(int(np.argmax(match)), match.shape)
    best = float(match[row, column])
    near = match[max(row - NEAR_PX, 0) : row + NEAR_PX + 1, max(column - NEAR_PX, 0) : column + NEAR_PX + 1]
    kept, near[...] = near.copy(), -1
    lead = best - float(match.max())
    near[...] = kept
    if best < LEAST_MATCH or lead < LEAST_LEAD:
        return None
    dy = row - SEARCH_PX + _vertex(match[:, column], int(row))
    dx = column - SEARCH_PX + _vertex(match[row], int(column))
    return hypot(dx, dy), lead


def _vertex(values: Float32[np.ndarray, " n"], peak: int) -> float:
    """How far from `peak` the parabola through it and its neighbours has its top, within half a pixel."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, at, after = (float(v) for v in values[peak - 1 : peak + 2])
    bend = before - 2 * at + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
