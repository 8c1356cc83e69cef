"""What brings a clip to the colours of its place: one change for the whole picture, as nearly all anchors have it.

Every model that goes on from its own pictures drifts in colour. The drift is found where a clip shows the very surface spots
that the first clip of its place showed, never from whole pictures: a red coat that comes in changes nothing, and an anchor
that is wrong by itself has no say in what becomes of the others.
"""

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
from jaxtyping import Float, Float32, UInt8

from composer.reconcile.spots import Colours, Spots

LEAST_CELLS = 24
_MOST_GAIN, _MOST_SHIFT_DE = 1.25, 16.0  # a larger change is no drift
_LEAST_DE = 0.15  # less is not worth rounding for
_LEAST_MENDED = 0.5  # of what it changes
_AGREEMENT = 0.9  # without so much of it, and of spread, only the offset is known
_ROUNDS = 8
_TUKEY = 4.685  # deviations at which a spot has no say
_LEAST_VOTE_CELLS = 3  # an anchor with fewer is not asked whether it is alone
_CLEARLY = 0.9  # of what gains of channels leave: so little that it was a turn of hue
_ALONE = 4.0  # times as far off as the others are, without its say: an anchor that is wrong by itself

Space = Literal["codes", "lab"]
Frames = UInt8[np.ndarray, "f h w 3"]
Weights = Float[np.ndarray, " n"]
Matrix = Float[np.ndarray, "3 3"]
Vector = Float[np.ndarray, "3"]

_SPREAD = {"codes": 8.0, "lab": 3.0}  # least, of a gain that can be told
_SCALE = {"codes": 0.5, "lab": 0.2}  # least deviation of spots
_NEAR = {"codes": 2.0, "lab": 0.6}  # as near as anchors come to one another anyway


@dataclass(frozen=True)
class Tint:
    """`matrix @ colour + offset`, of sRGB codes or of Lab; `said` is why nothing is changed.

    In codes a gain and an offset for each channel, as models that work in codes drift; in Lab a gain of lightness, a gain
    and a turn of chroma, and an offset. `alone` are the anchors that had no say; `moved_de` is by how much the others move.
    """

    space: Space = "codes"
    matrix: tuple[tuple[float, ...], ...] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    offset: tuple[float, ...] = (0.0, 0.0, 0.0)
    alone: tuple[int, ...] = ()
    moved_de: float = 0.0
    said: str = ""

    @property
    def idle(self) -> bool:
        return bool(self.said)

    def of_lab(self, colours: Colours) -> Colours:
        """Lab colours as this changes them."""
        made = _to(self.space, colours) @ np.array(self.matrix).T + np.array(self.offset)
        return made if self.space == "lab" else _lab_of(made)

    def of_picture(self, picture: UInt8[np.ndarray, "h w 3"], share: float) -> Float32[np.ndarray, "h w 3"]:
        """A picture, changed by a share in [0, 1], not rounded."""
        if self.idle or share == 0:
            return picture.astype(np.float32)
        matrix = (np.eye(3) + share * (np.array(self.matrix) - np.eye(3))).astype(np.float32)
        change = np.column_stack([matrix, np.float32(share) * np.array(self.offset, np.float32)])
        if self.space == "codes":
            return np.asarray(cv2.transform(picture.astype(np.float32), change), np.float32)
        lab = cv2.cvtColor(np.float32(1 / 255) * picture, cv2.COLOR_RGB2LAB)
        return np.asarray(np.float32(255) * cv2.cvtColor(cv2.transform(lab, change), cv2.COLOR_LAB2RGB), np.float32)


def tint(found: Spots) -> Tint:
    """What brings `here` to `there`, as most anchors have it; none where that is not to be trusted.

    Gains are ratios of spreads, not regressions: noise in `here` would make those greyer with every clip. Of what a gain
    for each channel and what a turn of hue leave, the less counts, on the half of the spots that it was not found from.
    """
    if len(found) < LEAST_CELLS:
        return Tint(said=f"{len(found)} cells show what is known; expected {LEAST_CELLS} or more")
    by_codes, by_lab = (_tried(found, space) for space in ("codes", "lab"))
    mended_2, changed_2, _, best = by_lab if by_lab[2] < _CLEARLY * by_codes[2] else by_codes
    kept = found.only(~np.isin(found.anchor_id, best.alone))
    after = best.of_lab(kept.here)
    changed = np.linalg.norm(after - kept.here, axis=-1)
    if changed.mean() < _LEAST_DE:
        return Tint(said="the colours are those that are known")
    gains = np.linalg.svd(np.array(best.matrix), compute_uv=False)
    if max(gains.max(), 1 / max(gains.min(), 1e-9)) > _MOST_GAIN or changed.mean() > _MOST_SHIFT_DE:
        return Tint(said="the colours are others than those that are known, not drifted from them")
    if mended_2 < _LEAST_MENDED * changed_2:
        mended = float(np.sqrt(max(mended_2, 0.0)))
        return Tint(said=f"it would change {float(np.sqrt(changed_2)):.2f} dE to mend {mended:.2f}")
    return replace(best, moved_de=float(changed.mean()))


def tinted(frames: Frames, start: Tint, end: Tint, share: Float[np.ndarray, " f"]) -> Frames:
    """`frames`, each changed from `start` (at a `share` of 0) to `end` (1); the very same where nothing is to be done."""
    if start.idle and end.idle:
        return frames
    made = frames.copy()
    for k, part in enumerate(share):
        first = start.of_picture(frames[k], 1.0 - float(part))
        last = end.of_picture(frames[k], float(part))
        wanted = frames[k].astype(np.float32) + (first - frames[k]) + (last - frames[k])
        made[k] = np.clip(np.rint(wanted), 0, 255).astype(np.uint8)
    return made


def ramp(length: int, prefix: int) -> Float[np.ndarray, " f"]:
    """The share by which each frame of a clip is corrected: none of its prefix, all of its last; all without a prefix."""
    if not prefix:
        return np.ones(length)
    return np.clip((np.arange(length) - (prefix - 1)) / max(length - prefix, 1), 0.0, 1.0)


def _tried(found: Spots, space: Space) -> tuple[float, float, float, Tint]:
    """How much nearer either half of the spots comes by what the other asks for, and how far it is moved (mean squares,
    dE); how far off most are then (median, dE); and what all of them ask for.
    """
    here, there = _to(space, found.here), _to(space, found.there)
    alone = _alone(here, there, found, space)
    kept = ~np.isin(found.anchor_id, alone)
    here, there, spots = here[kept], there[kept], found.only(kept)
    matrix, offset = _settled(here, there, spots.say, space)
    rows, (x, y, z) = [tuple(row) for row in matrix.tolist()], offset.tolist()
    whole = Tint(space, tuple(rows), (x, y, z), alone)
    trust = _trusted(whole.of_lab(spots.here) - spots.there, spots.say, _SCALE["lab"])
    mended, changed, left = 0.0, 0.0, np.zeros(len(spots))
    for half in (0, 1):
        one, other = slice(half, None, 2), slice(1 - half, None, 2)
        matrix, offset = _settled(here[one], there[one], spots.say[one], space)
        part = Tint(space, tuple(map(tuple, matrix.tolist())), tuple(offset.tolist()))
        before, wanted, counts = spots.here[other], spots.there[other], trust[other, None]
        after = part.of_lab(before)
        mended += float((counts * (np.square(before - wanted) - np.square(after - wanted))).sum())
        changed += float((counts * np.square(after - before)).sum())
        left[other] = np.linalg.norm(after - wanted, axis=-1)
    total = max(float(trust.sum()), 1e-9)
    return mended / total, changed / total, _middle(left, spots.say), whole


def _alone(here: Colours, there: Colours, found: Spots, space: Space) -> tuple[int, ...]:
    """The anchors that ask for something else than all others do, the fewer half of them at most."""
    ids, counts = np.unique(found.anchor_id, return_counts=True)
    asked = [int(anchor) for anchor, cells in zip(ids, counts, strict=True) if cells >= _LEAST_VOTE_CELLS]
    most, kept, alone = (len(asked) - 1) // 2, np.ones(len(found), np.bool_), list[int]()
    while len(alone) < most:
        left = [anchor for anchor in asked if anchor not in alone]
        off = {}
        for anchor in left:
            use = kept & (found.anchor_id != anchor)
            matrix, offset = _settled(here[use], there[use], found.say[use], space)
            error = here @ matrix.T + offset - there
            far = {one: float(np.linalg.norm(np.median(error[found.anchor_id == one], axis=0))) for one in left}
            others = float(np.median([far[one] for one in left if one != anchor]))
            off[anchor] = far[anchor] / max(others, _NEAR[space])
        worst = max(off, key=lambda anchor: off[anchor])
        if off[worst] < _ALONE:
            break
        alone.append(worst)
        kept &= found.anchor_id != worst
    return tuple(sorted(alone))


def _settled(here: Colours, there: Colours, say: Weights, space: Space) -> tuple[Matrix, Vector]:
    """Matrix and offset, by the trust that each spot has in the end (Tukey's biweight)."""
    fit = _gains if space == "codes" else _turn
    matrix, offset = np.eye(3), np.array([_middle(change, say) for change in (there - here).T])
    for _ in range(_ROUNDS):
        weight = _trusted(here @ matrix.T + offset - there, say, _SCALE[space])
        share = weight / max(weight.sum(), 1e-9)
        mean_here, mean_there = share @ here, share @ there
        matrix = fit(here - mean_here, there - mean_there, share)
        offset = mean_there - matrix @ mean_here
    return matrix, offset


def _trusted(error: Colours, say: Weights, least: float) -> Weights:
    apart = np.linalg.norm(error, axis=-1)
    scale = max(1.4826 * _middle(apart, say), least)
    return np.asarray(say * np.square(np.maximum(0.0, 1 - np.square(apart / (_TUKEY * scale)))))


def _gains(off_here: Colours, off_there: Colours, share: Weights) -> Matrix:
    """Of each channel, where it is known."""
    return np.diag([_gain(h, t, share, _SPREAD["codes"]).real for h, t in zip(off_here.T, off_there.T, strict=True)])


def _turn(off_here: Colours, off_there: Colours, share: Weights) -> Matrix:
    """Of lightness a gain, of chroma a gain and a turn, where they are known."""
    light = _gain(off_here[:, 0], off_there[:, 0], share, _SPREAD["lab"]).real
    here, there = (off[:, 1] + 1j * off[:, 2] for off in (off_here, off_there))
    turn = _gain(here, there, share, _SPREAD["lab"])
    return np.array([[light, 0, 0], [0, turn.real, -turn.imag], [0, turn.imag, turn.real]])


def _gain(here: np.ndarray, there: np.ndarray, share: Weights, least: float) -> complex:
    """The ratio of two spreads, turned as they are; 1 where they are small, or do not agree."""
    spread_here, spread_there = (float(np.sqrt(share @ np.square(np.abs(off)))) for off in (here, there))
    together = share @ (there * here.conj())
    if spread_here < least or abs(together) < _AGREEMENT * spread_here * spread_there or spread_there == 0:
        return 1.0
    return complex(together / abs(together) * spread_there / spread_here)


def _middle(values: Weights, say: Weights) -> float:
    """The weighted median."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(say[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _to(space: Space, lab: Colours) -> Colours:
    if space == "lab":
        return lab
    codes = cv2.cvtColor(np.ascontiguousarray(lab[None], np.float32), cv2.COLOR_LAB2RGB)[0]
    return np.asarray(255 * codes, np.float64)


def _lab_of(codes: Colours) -> Colours:
    whole = np.ascontiguousarray(codes[None] / 255, np.float32)
    return np.asarray(cv2.cvtColor(whole, cv2.COLOR_RGB2LAB)[0], np.float64)
