"""What one clip hands on to the next: final frames that keep the first clip's colour, and that bear a little noise.

Every model that goes on from its own pictures drifts in colour. The drift is found where a clip shows the very surface spots
that the first clip of its place showed, never from whole pictures: a red coat that comes in changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from composer.errors import OptionError
from composer.types import FIRST_SUBJECT, GROUND

MATCHES = ("none", "prefix", "clip")
"""What is brought to the first clip's colour: nothing; the final frames that a clip continues from; or each clip, from
nothing at its prefix to all of it at its end, so that a join shows no step.
"""

MOST_NOISE = 0.25
CELL_PX = 8
LEAST_CELLS = 24
_LEAST_CELL_PX = 12
_SHOWS_CODES = 4.0  # codes this near to black or white may have been cut off
_SPREAD_CODES, _AGREEMENT = 8.0, 0.9  # without so much of both in a channel only its offset is known
_MOST_GAIN, _MOST_OFFSET = 1.25, 40.0  # a larger change is no drift
_LEAST_CODES = 0.25  # less is not worth rounding for
_LEAST_MENDED = 0.5  # of what it changes
_ROUNDS = 8
_TUKEY = 4.685  # deviations at which a pair has no say

Frames = UInt8[np.ndarray, "f h w 3"]
Colours = Float[np.ndarray, "n 3"]


@dataclass(frozen=True)
class HandOver:
    """How clips are handed on. `noise` is the deviation of what is added to a prefix, of the range of codes.

    Raises `OptionError` for what it does not know.
    """

    match: str = "none"  # of `MATCHES`
    noise: float = 0.0

    def __post_init__(self) -> None:
        if self.match not in MATCHES:
            raise OptionError(f"handover match `{self.match}`; expected one of: {', '.join(MATCHES)}")
        if not 0 <= self.noise <= MOST_NOISE:
            nearest = 0 if not self.noise > 0 else MOST_NOISE
            raise OptionError(f"handover noise {self.noise:g}; expected 0 to {MOST_NOISE:g}; nearest: {nearest:g}")


def hand_over(said: Mapping[str, Any]) -> HandOver:
    """How clips are handed on, as settings say it. Raises `OptionError`."""
    known = [field.name for field in fields(HandOver)]
    unknown = sorted(said.keys() - set(known))
    if unknown:
        raise OptionError(f"composer.toml sets `{unknown[0]}` of the hand-over; expected some of: {', '.join(known)}")
    match, noise = said.get("match", HandOver.match), said.get("noise", HandOver.noise)
    if not isinstance(match, str):
        raise OptionError(f"handover match {match!r}; expected one of: {', '.join(MATCHES)}")
    if isinstance(noise, bool) or not isinstance(noise, int | float):
        raise OptionError(f"handover noise {noise!r}; expected a number, 0 to {MOST_NOISE:g}")
    return HandOver(match, float(noise))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Colours (sRGB codes) of the same spots: `here` as a clip shows them, `there` as they should be."""

    here: Colours
    there: Colours


@dataclass(frozen=True)
class Correction:
    """`gain * code + offset`, channel by channel: models work in codes, and so does their drift. `said` is why it is none."""

    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    said: str = ""

    @property
    def idle(self) -> bool:
        return bool(self.said)


def pairs(
    here: UInt8[np.ndarray, "h w 3"],
    there: Float[np.ndarray, "h w 3"],
    anchor_id: Int[np.ndarray, "h w"],
    where: Bool[np.ndarray, "h w"],
) -> Pairs:
    """The mean colours of every anchor and of the ground in each cell of `CELL_PX`, of the pixels `where` both show them.

    Texture that differs from picture to picture is evened out; subjects, whose light changes as they move, have no say.
    """
    h, w = anchor_id.shape
    kept = where & (anchor_id >= GROUND) & (anchor_id < FIRST_SUBJECT)
    across = -(-w // CELL_PX)
    cell = np.add.outer(np.arange(h) // CELL_PX * across, np.arange(w) // CELL_PX)[kept]
    _, group, count = np.unique(cell * FIRST_SUBJECT + anchor_id[kept], return_inverse=True, return_counts=True)
    means = []
    for picture in (here, there):
        sums = [np.bincount(group, picture[..., c][kept].astype(np.float64), minlength=len(count)) for c in range(3)]
        means.append(np.stack(sums, -1).reshape(-1, 3) / np.maximum(count, 1)[:, None])
    within = (count >= _LEAST_CELL_PX) & np.all(
        [(m > _SHOWS_CODES).all(-1) & (m < 255 - _SHOWS_CODES).all(-1) for m in means], axis=0
    )
    return Pairs(means[0][within], means[1][within])


def joined(several: list[Pairs]) -> Pairs:
    """All of them."""
    empty = np.zeros((0, 3))
    return Pairs(
        np.concatenate([empty, *(p.here for p in several)]), np.concatenate([empty, *(p.there for p in several)])
    )


def correction(found: Pairs) -> Correction:
    """What brings `here` to `there`, as most pairs have it (Tukey's biweight); none where that is not to be trusted.

    The gain is the ratio of spreads, not a regression: noise in `here` would make that one greyer with every clip. What
    either half of the pairs asks for must mend the other half, by half of what it changes there (in mean squares).
    """
    here, there = found.here, found.there
    if len(here) < LEAST_CELLS:
        return Correction(said=f"{len(here)} cells show what the first clip shows; expected {LEAST_CELLS} or more")
    gain, offset, weight = _settled(here, there)
    after = here * gain + offset
    changed = float(np.linalg.norm(after - here, axis=-1).mean())
    if changed < _LEAST_CODES:
        return Correction(said="the colours are those of the first clip")
    if max(gain.max(), 1 / gain.min()) > _MOST_GAIN or np.abs(after - here).mean(axis=0).max() > _MOST_OFFSET:
        return Correction(said="the colours are others than the first clip's, not drifted from them")
    mended_2, changed_2 = _mended(here, there, weight)
    if mended_2 < _LEAST_MENDED * changed_2:
        mended = float(np.sqrt(max(mended_2, 0.0)))
        return Correction(said=f"it would change {float(np.sqrt(changed_2)):.2f} codes to mend {mended:.2f}")
    (r, g, b), (dr, dg, db) = gain.tolist(), offset.tolist()
    return Correction((r, g, b), (dr, dg, db))


def _mended(here: Colours, there: Colours, weight: Float[np.ndarray, " n"]) -> tuple[float, float]:
    """By how much each half, as the other half corrects it, comes nearer, and how far it is moved: mean squares, codes."""
    mended = changed = 0.0
    for half in (0, 1):
        gain, offset, _ = _settled(here[half::2], there[half::2])
        other, wanted, counts = here[1 - half :: 2], there[1 - half :: 2], weight[1 - half :: 2, None]
        after = other * gain + offset
        mended += float((counts * (np.square(other - wanted) - np.square(after - wanted))).sum())
        changed += float((counts * np.square(after - other)).sum())
    total = max(float(weight.sum()), 1e-9)
    return mended / total, changed / total


def _settled(
    here: Colours, there: Colours
) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"], Float[np.ndarray, " n"]]:
    """Gain, offset, and the trust that each pair has in the end."""
    gain, offset = np.ones(3), np.median(there - here, axis=0)
    for _ in range(_ROUNDS):
        gain, offset = _fit(here, there, _trusted(here * gain + offset - there))
    return gain, offset, _trusted(here * gain + offset - there)


def _trusted(error: Colours) -> Float[np.ndarray, " n"]:
    apart = np.linalg.norm(error, axis=-1)
    scale = max(1.4826 * float(np.median(apart)), 0.5)
    return np.asarray(np.square(np.maximum(0.0, 1 - np.square(apart / (_TUKEY * scale)))))


def _fit(
    here: Colours, there: Colours, weight: Float[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]:
    share = (weight / max(weight.sum(), 1e-9))[:, None]
    mean_here, mean_there = (share * here).sum(0), (share * there).sum(0)
    off_here, off_there = here - mean_here, there - mean_there
    spread_here, spread_there = (np.sqrt((share * off**2).sum(0)) for off in (off_here, off_there))
    agreement = (share * off_here * off_there).sum(0) / np.maximum(spread_here * spread_there, 1e-9)
    known = (spread_here > _SPREAD_CODES) & (agreement > _AGREEMENT)
    gain = np.where(known, spread_there / np.maximum(spread_here, 1e-9), 1.0)
    return gain, mean_there - gain * mean_here


def corrected(frames: Frames, by: Correction, share: Float[np.ndarray, " f"]) -> Frames:
    """`frames`, each corrected by its `share` in [0, 1]; the very same where nothing is to be done."""
    if by.idle:
        return frames
    gain, offset = np.array(by.gain, np.float32), np.array(by.offset, np.float32)
    made = frames.copy()
    for k in np.flatnonzero(share > 0):
        part = np.float32(share[k])
        wanted = frames[k] * (1 + part * (gain - 1)) + part * offset
        made[k] = np.clip(np.rint(wanted), 0, 255).astype(np.uint8)
    return made


def ramp(length: int, prefix: int) -> Float[np.ndarray, " f"]:
    """The share by which each frame of a clip is corrected: none of its prefix, all of its last; all without a prefix."""
    if not prefix:
        return np.ones(length)
    return np.clip((np.arange(length) - (prefix - 1)) / max(length - prefix, 1), 0.0, 1.0)


def noisy(frames: Frames, sigma: float, seed: int) -> Frames:
    """`frames` with Gaussian noise of the deviation `sigma`, of the range of codes; the same for the same `seed`."""
    if not sigma:
        return frames
    rng = np.random.default_rng([seed, 0x6E6F6973])
    noise = rng.standard_normal(frames.shape, np.float32) * np.float32(255 * sigma)
    return np.asarray(np.clip(np.rint(frames + noise), 0, 255), np.uint8)
