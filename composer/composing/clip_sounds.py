"""Sound that comes with clips: kept beside the native clip, heard in its shot."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from composer import media
from composer.audio import ClipSound, joined
from composer.errors import GeneratorError
from composer.store import Entry
from composer.timing import SAMPLE_RATE, round_half_up, to_samples
from composer.types import SegmentPlan, ShotPlan, Waveform

SOUND = "clip.wav"
"""Name in store entries, of a native clip and of a delivered shot: what is heard with it."""


def keep_sound(
    segment: SegmentPlan, samples: Float[np.ndarray, "channels n"] | None
) -> Callable[[Path], Mapping[str, Any]]:
    """What writes the sound of a clip into a folder, if it has any, as long as its picture, and tells what that took.

    Raises `GeneratorError` at once when it is no sound; the writing raises `StorageError`.
    """
    if samples is None:
        return lambda _: {}
    if samples.ndim != 2 or samples.shape[0] not in (1, 2) or not np.isfinite(samples).all():
        found = f"{samples.dtype} {samples.shape}"
        raise GeneratorError(
            f"the sound of segment `{segment.id}` is {found}; expected finite [1 n] or [2 n] at 48 kHz"
        )
    start, stop = _at(segment, segment.frames.start), _at(segment, segment.frames.stop)
    lacking = stop - start - samples.shape[1]
    kept = np.pad(np.broadcast_to(samples, (2, samples.shape[1]))[:, : stop - start], ((0, 0), (0, max(0, lacking))))

    def write(folder: Path) -> Mapping[str, Any]:
        media.write_sound(folder / SOUND, Waveform(kept.astype(np.float32)))
        if not lacking:
            return {}
        return {"sound": f"{'padded' if lacking > 0 else 'cut'} by {abs(lacking)} samples to the picture's length"}

    return write


def write_shot_sound(folder: Path, shot: ShotPlan, natives: Sequence[Entry], fps: Fraction) -> None:
    """Write the sound of `shot`, handle included, when any of its clips has one. Raises `StorageError`."""
    clips = [
        ClipSound(
            _at(segment, segment.frames.start),
            media.written_sound(native.path(SOUND)),
            _at(segment, segment.frames.start + segment.prefix) - _at(segment, segment.frames.start),
        )
        for segment, native in zip(shot.segments, natives, strict=True)
        if SOUND in native.digests
    ]
    if clips:
        media.write_sound(folder / SOUND, Waveform(joined(clips, to_samples(shot.clip_length, fps))))


def shot_sound(delivery: Entry) -> Float[np.ndarray, "2 n"] | None:
    """What came with the clips of a delivered shot. Raises `StorageError`."""
    return media.written_sound(delivery.path(SOUND)) if SOUND in delivery.digests else None


def _at(segment: SegmentPlan, frame: int) -> int:
    """The shot's sample at which a native frame begins."""
    return round_half_up(Fraction(frame) / segment.fps * SAMPLE_RATE)
