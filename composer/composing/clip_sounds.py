"""Sound that comes with clips: kept beside the native clip as it came, handed on, and heard in its shot."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from jaxtyping import Float

from composer import media
from composer.audio import ClipSound, Fit, at_48_khz, between, fitted
from composer.store import Entry
from composer.timing import SAMPLE_RATE, round_half_up
from composer.types import SegmentPlan, Waveform

SOUND = "clip.wav"
"""Name in store entries, of a native clip and of a delivered shot: what is heard with it."""

Stereo = Float[np.ndarray, "2 n"]


def made_sound(sound: Waveform | None) -> Stereo | None:
    """The sound that a generator made, in stereo at 48 kHz."""
    if sound is None:
        return None
    samples = sound.samples
    return np.repeat(at_48_khz(samples.astype(np.float32), sound.rate), 3 - len(samples), axis=0)


def keep_sound(samples: Stereo | None) -> Callable[[Path], None]:
    """What writes the sound of a clip, if it has any, into a folder; that raises `StorageError`."""

    def write(folder: Path) -> None:
        if samples is not None:
            media.write_sound(folder / SOUND, Waveform(samples))

    return write


def clip_sound(segment: SegmentPlan, native: Entry) -> tuple[ClipSound, Fit] | None:
    """The sound of a native clip, made as long as its picture, and what that took; None when it has none.

    Silence that would pad it is left out, so that a clip that repeats those moments is heard instead. Raises `StorageError`.
    """
    if SOUND not in native.digests:
        return None
    start, stop = (_at(segment, frame) for frame in (segment.frames.start, segment.frames.stop))
    samples, fit = fitted(media.written_sound(native.path(SOUND)), stop - start)
    if fit.how == "padded":
        samples = samples[:, : -fit.lacking]
    overlap = _at(segment, segment.frames.start + segment.prefix) - start
    return ClipSound(start, samples, overlap), fit


def tail(before: SegmentPlan, native: Entry, stop: int, lasts_s: Fraction) -> Waveform | None:
    """The last `lasts_s` of the sound of a native clip before its frame `stop`, silent where there is less; None when it has
    none. Raises `StorageError`.
    """
    found = clip_sound(before, native)
    if found is None:
        return None
    clip, length = found[0], round_half_up(lasts_s * SAMPLE_RATE)
    last = _at(before, before.frames.start + stop) - clip.at
    return Waveform(between(clip.samples, last - length, 1.0, length))


def shot_sound(delivery: Entry | None, level_db: float = 0.0) -> Stereo | None:
    """What came with the clips of a delivered shot, `level_db` louder; None when nothing did, when it is muted (minus
    infinity), or where there is no delivery. Raises `StorageError`.
    """
    if delivery is None or SOUND not in delivery.digests or level_db == -np.inf:
        return None
    heard = media.written_sound(delivery.path(SOUND))
    return heard if level_db == 0 else np.asarray(heard * np.float32(10 ** (level_db / 20)))


def _at(segment: SegmentPlan, frame: int) -> int:
    """The shot's sample at which a native frame begins."""
    return round_half_up(Fraction(frame) / segment.fps * SAMPLE_RATE)
