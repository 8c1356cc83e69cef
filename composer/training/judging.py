"""How pictures are judged: against the truth, and against what was shown before.

Drift alone would be won by grey, and error alone by blur; so sharpness and colour stand beside every figure, and a recovery
that was bought with blur is void. Pictures are sRGB codes, clips [f h w 3].
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite, nan

import cv2
import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from composer.types import FIRST_ANCHOR, FIRST_SUBJECT

Frames = UInt8[np.ndarray, "f h w 3"]
Where = Bool[np.ndarray, "f h w"]
Means = dict[int, Float[np.ndarray, "3"]]

LEAST_SHARP = 0.6
"""Of the truth's gradient energy: below it nothing else that a clip is good at counts."""

LEAST_PX = 40
"""Pixels a frame that an anchor must have on average to be measured."""

_TRIALS = 4000
_CLOSEST_DB = 60.0  # what equal pictures count as


def psnr(made: Frames, truth: Frames, where: Where | None = None) -> float:
    """Peak signal-to-noise ratio (dB) over the pixels `where`; NaN where there are none."""
    error = np.square(made.astype(np.float32) - truth).mean(axis=-1)
    kept = error if where is None else error[where]
    if not kept.size:
        return nan
    return min(_CLOSEST_DB, float(10 * np.log10(255**2 / max(float(kept.mean()), 1e-9))))


def ssim(made: Frames, truth: Frames, where: Where | None = None) -> float:
    """Mean structural similarity of grey codes over the pixels `where`, a Gaussian window of 1.5 px (Wang et al., 2004)."""
    maps = np.stack([_similarity(a, b) for a, b in zip(_grey(made), _grey(truth), strict=True)])
    kept = maps if where is None else maps[where]
    return float(kept.mean()) if kept.size else nan


def _similarity(x: Float[np.ndarray, "h w"], y: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
    def local(values: Float[np.ndarray, "h w"]) -> Float[np.ndarray, "h w"]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5))

    mx, my = local(x), local(y)
    vx, vy, both = local(x * x) - mx * mx, local(y * y) - my * my, local(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return np.asarray((2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2)))


def energy(clip: Frames, where: Where | None = None) -> float:
    """Gradient energy: the mean size of the steps of grey to the right and down, in codes."""
    grey = _grey(clip)
    steps = np.zeros_like(grey)
    steps[:, :, :-1] += np.abs(np.diff(grey, axis=2))
    steps[:, :-1] += np.abs(np.diff(grey, axis=1))
    kept = steps if where is None else steps[where]
    return float(kept.mean()) if kept.size else nan


def chroma(clip: Frames) -> float:
    """Mean distance from grey, in Lab."""
    return float(np.linalg.norm(lab(clip)[..., 1:], axis=-1).mean())


def contrast(clip: Frames) -> float:
    """Standard deviation of lightness L*."""
    return float(lab(clip)[..., 0].std())


def apart(made: Frames, truth: Frames, where: Where | None = None) -> float:
    """Mean CIE dE76 between the pixels `where`."""
    each = np.linalg.norm(lab(made) - lab(truth), axis=-1)
    kept = each if where is None else each[where]
    return float(kept.mean()) if kept.size else nan


def lab(clip: Frames) -> Float[np.ndarray, "f h w 3"]:
    """CIE Lab (D65)."""
    f, h, w = clip.shape[:3]
    wide = cv2.cvtColor(np.float32(1 / 255) * clip.reshape(f * h, w, 3), cv2.COLOR_RGB2LAB)
    return np.asarray(wide).reshape(f, h, w, 3)


def quarter(clip: Frames) -> UInt8[np.ndarray, "f h4 w4 3"]:
    """A clip at a quarter of its size, every pixel the mean of sixteen; rows and columns that fill none are left out."""
    f, h, w = clip.shape[:3]
    cells = clip[:, : h // 4 * 4, : w // 4 * 4].reshape(f, h // 4, 4, w // 4, 4, 3)
    return np.asarray(np.rint(cells.mean(axis=(2, 4))), np.uint8)


def quarter_where(where: Where) -> Bool[np.ndarray, "f h4 w4"]:
    """The pixels at a quarter of the size all of whose sixteen are `where`."""
    f, h, w = where.shape
    cells = where[:, : h // 4 * 4, : w // 4 * 4].reshape(f, h // 4, 4, w // 4, 4)
    return np.asarray(cells.all(axis=(2, 4)))


def anchor_means(clip: Frames, ids: Int[np.ndarray, "f h w"]) -> Means:
    """The mean Lab colour of every anchor that has `LEAST_PX` pixels a frame; neither ground, sky nor subjects."""
    colours, flat = lab(clip).reshape(-1, 3), ids.reshape(-1).astype(np.int64)
    flat = np.where((flat >= FIRST_ANCHOR) & (flat < FIRST_SUBJECT), flat, 0)
    count = np.bincount(flat, minlength=FIRST_SUBJECT)
    sums = np.stack([np.bincount(flat, colours[:, c], minlength=FIRST_SUBJECT) for c in range(3)], -1)
    shown = np.flatnonzero(count >= LEAST_PX * len(clip))
    return {int(anchor): sums[anchor] / count[anchor] for anchor in shown if anchor >= FIRST_ANCHOR}


def drifts(clips: Sequence[Means]) -> dict[tuple[int, int], float]:
    """How far (dE76) each anchor's mean colour in a clip is from that in the first clip that shows it: by clip, anchor."""
    first: Means = {}
    found = {}
    for number, means in enumerate(clips):
        for anchor, colour in means.items():
            if anchor in first:
                found[number, anchor] = float(np.linalg.norm(colour - first[anchor]))
            else:
                first[anchor] = colour
    return found


def coverage(ids: Int[np.ndarray, "f h w"], mask: Where) -> dict[int, float]:
    """The share of every anchor's pixels that a mask holds."""
    flat = np.clip(ids.reshape(-1).astype(np.int64), 0, FIRST_SUBJECT)
    count = np.bincount(flat, minlength=FIRST_SUBJECT + 1)
    held = np.bincount(flat, mask.reshape(-1).astype(np.float64), minlength=FIRST_SUBJECT + 1)
    shown = np.flatnonzero(count[:FIRST_SUBJECT])
    return {int(anchor): float(held[anchor] / count[anchor]) for anchor in shown if anchor >= FIRST_ANCHOR}


def recovery(none: float, full: float, floor: float) -> float:
    """The share of the drift without state that state takes away: 1 at the floor of the truth, 0 without effect."""
    return (none - full) / (none - floor) if none > floor else nan


def counted(value: float, sharpness: float) -> float:
    """`value`, or NaN where the pictures it was won with are blurred: `sharpness` is to the truth's gradient energy."""
    return value if sharpness >= LEAST_SHARP else nan


def interval(
    samples: Mapping[str, Float[np.ndarray, " n"]], figure: Callable[[Mapping[str, float]], float]
) -> tuple[float, float]:
    """The middle 95 % of `figure` of the samples' means, scenes drawn again with replacement; NaN scenes have no say.

    All samples are of the same n scenes. The same for the same samples.
    """
    n = len(next(iter(samples.values())))
    rng = np.random.default_rng(n)
    values = []
    for _ in range(_TRIALS):
        chosen = rng.integers(n, size=n)
        value = figure({name: mean(sample[chosen]) for name, sample in samples.items()})
        if isfinite(value):
            values.append(value)
    return (float(np.percentile(values, 2.5)), float(np.percentile(values, 97.5))) if values else (nan, nan)


def chance_of(gains: Float[np.ndarray, " n"]) -> float:
    """How likely gains of this mean are when none is meant: one-sided, signs turned at random (a paired permutation test)."""
    known = gains[np.isfinite(gains)]
    if not len(known):
        return nan
    signs = np.random.default_rng(len(known)).choice((-1.0, 1.0), (100_000, len(known)))
    as_large = int((signs @ known >= known.sum() - 1e-9).sum())
    return (as_large + 1) / (len(signs) + 1)


def mean(values: Sequence[float] | Float[np.ndarray, " n"]) -> float:
    """The mean of what is finite; NaN of nothing."""
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else nan


def _grey(clip: Frames) -> Float[np.ndarray, "f h w"]:
    return np.asarray(clip.mean(axis=-1, dtype=np.float64))
