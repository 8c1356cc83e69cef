"""M3, for what moves by itself: does a body go where its track says?

Optical flow is lost on what is small, fast and swings its limbs: of a walker 80 px high its median error is 2 px and more
where nothing is wrong. So a body is looked for as a whole, as it looks in the frame before, led by its declared flow.
"""

from math import nan

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

from composer.metrics.motion import DeclaredFlow
from composer.metrics.position import locate

REACH_PX = 24  # in which a body is looked for around where it should be
LEAST_PX = 120  # pixels of a body that both frames should show


def body_shift(
    now: UInt8[np.ndarray, "h w 3"],
    after: UInt8[np.ndarray, "h w 3"],
    declared: DeclaredFlow,
    body: Bool[np.ndarray, "h w"],
) -> float:
    """How far (px) from where its flow leads the pixels `body` of `now` are found in `after`, by the best ZNCC.

    `REACH_PX` for one that nothing there is like: it is gone, or farther away. NaN where too little of it is seen.
    """
    own = body & declared.known
    if own.sum() < LEAST_PX:
        return nan
    x, y, width, height = cv2.boundingRect(own.astype(np.uint8))
    box, reach = (slice(y, y + height), slice(x, x + width)), REACH_PX
    here, there = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) for image in (now, after))
    led = _led(there, declared, own, (x - reach, y - reach, width + 2 * reach, height + 2 * reach))
    found = locate(led, here[box], own[box], reach)
    return found[0] if found is not None else float(reach)


def _led(
    there: Float32[np.ndarray, "h w"],
    declared: DeclaredFlow,
    own: Bool[np.ndarray, "h w"],
    around: tuple[int, int, int, int],
) -> Float32[np.ndarray, "y x"]:
    """`there` at where each spot `around` (x, y, width, height) a body goes to: with its parts, and with all of it beside it."""
    x, y, width, height = around
    rows, columns = np.nonzero(own)
    flow = declared.flow[rows, columns]
    whole = np.median(flow, axis=0)
    to_x, to_y = np.empty((height, width), np.float32), np.empty((height, width), np.float32)
    to_x[:], to_y[:] = np.arange(x, x + width) + whole[0], (np.arange(y, y + height) + whole[1])[:, None]
    parts = flow - whole
    to_x[rows - y, columns - x] = columns + whole[0] + parts[:, 0]
    to_y[rows - y, columns - x] = rows + whole[1] + parts[:, 1]
    seen: Float32[np.ndarray, "y x"] = cv2.remap(there, to_x, to_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return seen
