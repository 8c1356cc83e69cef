"""Where the sound of each clip of a shot belongs: in step with the clip before, and all of it with the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

import numpy as np
from jaxtyping import Float

from composer.audio.aligning import match
from composer.audio.clips import ClipSound, joined
from composer.audio.resampling import between
from composer.metrics.onsets import Match, late_against
from composer.timing import SAMPLE_RATE

_MOST = SAMPLE_RATE // 25  # samples by which clips are moved against one another
_MOST_TO_PICTURE = SAMPLE_RATE // 5
_STILL = 0.05  # samples that are no shift
_STILL_TO_PICTURE = SAMPLE_RATE // 1000


@dataclass(frozen=True)
class Placing:
    """What was measured of the sound of a clip against the one before, or, where `clip` is None, of all of a shot's against
    its picture; it was `moved`, or stays where it is.
    """

    clip: int | None
    found: Match
    moved: bool


def in_place(
    clips: Sequence[ClipSound], blows: Float[np.ndarray, " n"], length: int
) -> tuple[list[ClipSound], list[Placing]]:
    """The clips of a shot of `length` samples where they belong, and what was measured, as far as there was anything to
    measure: against the clip before, by the overlap; against the picture, by `blows`, samples of the shot.

    What is not sure moves nothing.
    """
    placed: list[ClipSound] = []
    told: list[Placing] = []
    for index, clip in enumerate(clips):
        found = _against(placed[-1], clip) if placed else None
        moved = found is not None and found.sure and abs(found.late) > _STILL
        placed.append(_moved(clip, found.late) if found and moved else clip)
        told += [Placing(index, found, moved)] if found else []
    found = late_against(joined(placed, length), blows, _MOST_TO_PICTURE) if len(blows) and placed else None
    if found is None:
        return placed, told
    moved = found.sure and abs(found.late) > _STILL_TO_PICTURE
    late = round(found.late) if moved else 0
    return [replace(clip, at=clip.at - late) for clip in placed], [*told, Placing(None, found, moved)]


def _against(before: ClipSound, clip: ClipSound) -> Match | None:
    """How late a clip is by what it repeats of the one before."""
    first, stop = clip.at - before.at, clip.at - before.at + clip.overlap
    stop = min(stop, before.samples.shape[1])
    if first < 0 or stop <= first:
        return None
    return match(before.samples[:, first:stop], clip.samples[:, : stop - first], _MOST)


def _moved(clip: ClipSound, late: float) -> ClipSound:
    """The same clip, heard `late` samples earlier within the same frames."""
    length = clip.samples.shape[1] - floor(late)
    return replace(clip, samples=between(clip.samples, late, 1.0, length))
