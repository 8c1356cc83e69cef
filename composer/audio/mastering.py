"""A mix at one loudness: EBU R128 measured over all of it, then one gain, and a limiter that looks ahead."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from composer.audio.noise import CHUNK, Stereo
from composer.media import Spool
from composer.metrics.loudness import SILENCE_LUFS, Meter, true_peak_of_blocks
from composer.timing import SAMPLE_RATE

CEILING_DBTP = -1.5
"""What no true peak of a mix passes; half a decibel is left to lossy encoders, and more where they take more."""

_HEARD_DBTP = -1.0  # what no true peak passes out of such an encoder (EBU R 128)
_ENCODERS_ADD_DB = 3.0  # at most; what is softer by so much need not be tried
_TRIES = 4

_REACH = SAMPLE_RATE // 100  # samples over which the limiter gives way before a peak, and comes back after it
_MARGIN = 2 * _REACH + 64
_CLOSE_LU, _CLOSE_DB, _ROUNDS = 0.05, 0.1, 8
_MOST_LIMITED_DB = 30.0  # by which a peak is held down at most: a lone blow is not made as loud as a film

Read = Callable[[int, int], Stereo]
Coded = Callable[[Iterator[Stereo]], Iterator[Stereo]]
"""Sound through an encoder and back."""


@dataclass(frozen=True, eq=False)
class Master:
    """`length` samples of a mix with one gain, limited."""

    read: Read
    length: int
    gain_db: float
    ceiling_dbtp: float = CEILING_DBTP

    def blocks(self) -> Iterator[Stereo]:
        """All of it, block by block: the same samples each time."""
        gain = np.float32(10 ** (self.gain_db / 20))
        before = here = np.zeros((2, 0), np.float32)
        for start in range(0, self.length + CHUNK, CHUNK):
            after = gain * self.read(start, max(start, min(start + CHUNK, self.length)))
            if here.shape[1]:
                left, right = before[:, -_MARGIN:], after[:, :_MARGIN]
                limited = _limited(np.concatenate([left, here, right], axis=1), self.ceiling_dbtp)
                yield limited[:, left.shape[1] : left.shape[1] + here.shape[1]]
            before, here = here, after
        if here.shape[1]:
            left = before[:, -_MARGIN:]
            yield _limited(np.concatenate([left, here], axis=1), self.ceiling_dbtp)[:, left.shape[1] :]


def master(
    read: Read, length: int, loudness_lufs: float, spool: Spool | None = None, coded: Coded | None = None
) -> Master:
    """Bring a mix to `loudness_lufs`, within 0.2 LU unless peaks would be held down by more than 30 dB; what is
    silent stays silent.

    The mix is read over again until what the limiter takes away is made good: made anew each time, or kept in an empty
    `spool` that stays open as long as its sound is wanted. Where it will be `coded` with losses, its true peaks are held
    down until none passes -1 dBTP as it comes out of that.
    """
    whole = _measured(_kept(read, length, spool))
    read = spool.read if spool else read
    made, peak = _levelled(read, length, loudness_lufs, CEILING_DBTP, whole)
    for _ in range(_TRIES):
        if coded is None or peak <= 10 ** ((_HEARD_DBTP - _ENCODERS_ADD_DB) / 20):
            break
        over_db = true_peak_of_blocks(coded(made.blocks())) - _HEARD_DBTP
        if over_db <= 0:
            break
        made, peak = _levelled(read, length, loudness_lufs, made.ceiling_dbtp - over_db - _CLOSE_DB, whole)
    return made


def _levelled(
    read: Read, length: int, loudness_lufs: float, ceiling_dbtp: float, whole: tuple[float, float]
) -> tuple[Master, float]:
    """At that loudness under that ceiling, and its largest sample. `whole` is the mix as it was measured."""
    (measured, peak), gain_db, yields = whole, 0.0, 1.0
    if measured <= SILENCE_LUFS:
        return Master(read, length, 0.0), peak
    most_db = ceiling_dbtp + _MOST_LIMITED_DB - 20 * np.log10(peak)
    for _ in range(_ROUNDS):
        before_db, before = gain_db, measured
        gain_db = min(gain_db + (loudness_lufs - measured) / yields, most_db)
        measured, peak = _measured(Master(read, length, gain_db, ceiling_dbtp).blocks())
        if abs(measured - loudness_lufs) <= _CLOSE_LU or gain_db == before_db:
            break
        yields = float(np.clip((measured - before) / (gain_db - before_db), 0.25, 1.0))  # the limiter takes the rest
    return Master(read, length, gain_db, ceiling_dbtp), peak


def _kept(read: Read, length: int, spool: Spool | None) -> Iterator[Stereo]:
    for start in range(0, length, CHUNK):
        block = read(start, min(start + CHUNK, length))
        if spool:
            spool.append(block)
        yield block


def _measured(blocks: Iterator[Stereo]) -> tuple[float, float]:
    """Its loudness in LUFS, and its largest sample."""
    meter, peak = Meter(), 0.0
    for block in blocks:
        meter.add(block)
        peak = max(peak, float(np.abs(block).max(initial=0.0)))
    return meter.lufs(), peak


def _limited(samples: Stereo, ceiling_dbtp: float) -> Stereo:
    """True peaks held under the ceiling: the gain each moment needs, the least of its neighbourhood, made smooth."""
    from scipy.ndimage import convolve1d, minimum_filter1d  # noqa: PLC0415 - slow to load
    from scipy.signal import resample_poly  # noqa: PLC0415 - as above

    ceiling = 10 ** (ceiling_dbtp / 20)
    if np.abs(samples).max(initial=0.0) <= 0.4 * ceiling:  # four times oversampled, no peak is so much higher
        return samples
    between = np.abs(resample_poly(samples.astype(np.float64), 4, 1, axis=1)).max(axis=0).reshape(-1, 4).max(axis=1)
    peak = np.maximum(between, np.concatenate([between[:1], between[:-1]]))
    needed = np.minimum(1.0, ceiling / np.maximum(peak, 1e-9))
    if needed.min() >= 1.0:
        return samples
    window = np.hanning(2 * _REACH + 3)[1:-1]
    lowest = minimum_filter1d(needed, 2 * _REACH + 1, mode="nearest")
    return np.asarray(samples * convolve1d(lowest, window / window.sum(), mode="nearest"), np.float32)
