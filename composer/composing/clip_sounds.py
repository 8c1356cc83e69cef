"""Sound that comes with clips: kept beside the native clip, heard in its shot."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from composer import media
from composer.audio import ClipSound, joined
from composer.composing.clips import SOUND
from composer.errors import GeneratorError
from composer.store import Entry
from composer.timing import SAMPLE_RATE, round_half_up, to_samples
from composer.types import Clip, SegmentPlan, ShotPlan, Waveform


def sound_of(clip: Clip, segment: SegmentPlan) -> tuple[Waveform | None, Mapping[str, Any]]:
    """The sound of a clip, stereo and as long as its picture, with a note of what that took; None when it has none.

    Raises `GeneratorError` when it is no sound.
    """
    if clip.audio is None:
        return None, {}
    samples = np.asarray(clip.audio.samples)
    if samples.ndim != 2 or samples.shape[0] not in (1, 2) or not np.isfinite(samples).all():
        found = f"{samples.dtype} {samples.shape}"
        raise GeneratorError(
            f"the sound of segment `{segment.id}` is {found}; expected finite [1 n] or [2 n] at 48 kHz"
        )
    wanted = _at(segment, segment.frames.stop) - _at(segment, segment.frames.start)
    lacking = wanted - samples.shape[1]
    stereo = np.broadcast_to(samples, (2, samples.shape[1]))[:, :wanted]
    sound = Waveform(np.pad(stereo, ((0, 0), (0, max(0, lacking)))).astype(np.float32))
    if not lacking:
        return sound, {}
    told = f"{'padded' if lacking > 0 else 'cut'} by {abs(lacking)} samples to the picture's length"
    return sound, {"sound": told}


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
