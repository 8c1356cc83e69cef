"""How clips go on from one another: what is held against the first of its place, and the noise that a prefix bears."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import UInt8

from composer.errors import OptionError
from composer.types import Capabilities

MATCHES = ("none", "prefix", "clip")
"""What is brought to the first clip's colour: nothing; the final frames that a clip continues from; or each clip, from
what it goes on from to the first clip by its end, so that a join shows no step.
"""

MOST_NOISE = 0.25
Frames = UInt8[np.ndarray, "f h w 3"]


@dataclass(frozen=True)
class HandOver:
    """How clips are handed on. `match` says what is brought to the colours of its place, `steady` whether a clip's background
    is put where it is declared; None leaves either to the generator. `noise` is the deviation of what is added to a prefix,
    of the range of codes.

    Raises `OptionError` for what it does not know.
    """

    match: str | None = None  # of `MATCHES`
    noise: float = 0.0
    steady: bool | None = None

    def __post_init__(self) -> None:
        if self.match is not None and self.match not in MATCHES:
            raise OptionError(f"handover match `{self.match}`; expected one of: {', '.join(MATCHES)}")
        if not 0 <= self.noise <= MOST_NOISE:
            nearest = 0 if not self.noise > 0 else MOST_NOISE
            raise OptionError(f"handover noise {self.noise:g}; expected 0 to {MOST_NOISE:g}; nearest: {nearest:g}")

    def by(self, can: Capabilities) -> "HandOver":
        """What is left to a generator, decided: clips that drift are held, others are not; nothing is where nothing is invented."""
        if not can.invents:
            return HandOver("none", steady=False)
        match = ("clip" if can.drifts else "none") if self.match is None else self.match
        return HandOver(match, self.noise, can.drifts if self.steady is None else self.steady)

    @property
    def holds(self) -> bool:
        """Is any clip held against the first of its place?"""
        return self.match not in {None, "none"} or bool(self.steady)


def hand_over(said: Mapping[str, Any]) -> HandOver:
    """How clips are handed on, as settings say it. Raises `OptionError`."""
    known = [field.name for field in fields(HandOver)]
    unknown = sorted(said.keys() - set(known))
    if unknown:
        raise OptionError(f"composer.toml sets `{unknown[0]}` of the hand-over; expected some of: {', '.join(known)}")
    match, noise, steady = (said.get(name, getattr(HandOver, name)) for name in known)
    if match is not None and not isinstance(match, str):
        raise OptionError(f"handover match {match!r}; expected one of: {', '.join(MATCHES)}")
    if isinstance(noise, bool) or not isinstance(noise, int | float):
        raise OptionError(f"handover noise {noise!r}; expected a number, 0 to {MOST_NOISE:g}")
    if steady is not None and not isinstance(steady, bool):
        raise OptionError(f"handover steady {steady!r}; expected true or false")
    return HandOver(match, float(noise), steady)


def noisy(frames: Frames, sigma: float, seed: int) -> Frames:
    """`frames` with Gaussian noise of the deviation `sigma`, of the range of codes; the same for the same `seed`."""
    if not sigma:
        return frames
    rng = np.random.default_rng([seed, 0x6E6F6973])
    noise = rng.standard_normal(frames.shape, np.float32) * np.float32(255 * sigma)
    return np.asarray(np.clip(np.rint(frames + noise), 0, 255), np.uint8)
