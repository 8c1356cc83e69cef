"""How loud sound is, by ITU-R BS.1770-4."""

from collections.abc import Iterable
from itertools import chain

import numpy as np
from jaxtyping import Float

from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE
from composer.types import Waveform

_SHELF = (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585)
_HIGH_PASS = (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621)
_WEIGHTING = np.array([_SHELF, _HIGH_PASS])
"""Two filters in a row: what they take of a sample and of the two before, and of what they gave for those two."""

SILENCE_LUFS = -70.0

_HOP = SAMPLE_RATE // 10
_BLOCK, _PIECE, _MARGIN = 10 * SAMPLE_RATE, 1 << 15, 64  # samples oversampled at once, at most and at least, and again


class Meter:
    """Loudness of sound that comes in blocks: what is kept is ten numbers a second."""

    def __init__(self) -> None:
        self._state = np.zeros((2, 2, 2))
        self._rest: Float[np.ndarray, "2 n"] = np.zeros((2, 0))
        self._steps: list[Float[np.ndarray, " n"]] = [np.zeros(0)]

    def add(self, samples: Float[np.ndarray, "channels n"]) -> None:
        """Hear `samples` next: one channel or two, always as many."""
        channels = len(samples)
        weighted = np.concatenate([self._rest[:channels], _weighted(samples, self._state)], axis=1)
        whole = weighted.shape[1] // _HOP * _HOP
        self._rest = weighted[:, whole:]
        self._steps.append((weighted[:, :whole] ** 2).reshape(channels, -1, _HOP).mean(axis=2).sum(axis=0))

    def lufs(self) -> float:
        """Integrated loudness with both gates; -70 for silence, or for less than 0.4 s."""
        steps = np.concatenate(self._steps)
        if len(steps) < 4:
            return SILENCE_LUFS
        blocks: Float[np.ndarray, "blocks"] = np.convolve(steps, np.full(4, 0.25), "valid")
        for threshold in (SILENCE_LUFS, None):
            gate = threshold if threshold is not None else _lufs(blocks.mean()) - 10
            blocks = blocks[blocks > 10 ** ((gate + 0.691) / 10)]
            if len(blocks) == 0:
                return SILENCE_LUFS
        return _lufs(blocks.mean())


def loudness_lufs(sound: Waveform) -> float:
    """Integrated loudness with both gates; -70 for silence, or for less than 0.4 s."""
    meter = Meter()
    meter.add(sound.samples)
    return meter.lufs()


def power_lufs(samples: Float[np.ndarray, "channels n"]) -> float:
    """Loudness of all of it alike, without gates; -inf for digital silence."""
    weighted = _weighted(samples, np.zeros((len(samples), 2, 2)))
    power = float((weighted**2).mean(axis=1).sum()) if weighted.size else 0.0
    return _lufs(power) if power > 0 else -np.inf


def true_peak_db(sound: Waveform) -> float:
    """Largest value between the samples too (four times oversampled), in dBTP; -inf for silence."""
    samples = sound.samples
    return true_peak_of_blocks(samples[:, at : at + _BLOCK] for at in range(0, samples.shape[1], _BLOCK))


def true_peak_of_blocks(blocks: Iterable[Float[np.ndarray, "channels n"]]) -> float:
    """As `true_peak_db`, of sound in blocks of any length, always of as many channels."""
    from scipy.signal import resample_poly  # noqa: PLC0415 - slow to load

    peak, pending = 0.0, np.zeros((1, _MARGIN), np.float32)
    for block in chain(blocks, [None]):
        more = np.zeros((len(pending), _PIECE), np.float32) if block is None else block
        before = np.broadcast_to(pending, (len(more), pending.shape[1]))
        pending = np.concatenate([before, more], axis=1)
        if pending.shape[1] >= _PIECE:
            between = resample_poly(pending, 4, 1, axis=1)[
                :, 2 * _MARGIN : -2 * _MARGIN
            ]  # the ends wait for what follows
            peak, pending = max(peak, float(np.abs(between).max())), pending[:, -_MARGIN:]
    return float(20 * np.log10(peak)) if peak > 0 else -np.inf


def _weighted(
    samples: Float[np.ndarray, "channels n"], state: Float[np.ndarray, "c 2 2"]
) -> Float[np.ndarray, "channels n"]:
    """Sound weighted by how loud it is heard, on from the `state` of each channel, which goes on too."""
    weighted = np.array(samples, np.float64)
    for channel, own in zip(weighted, state, strict=False):
        _weigh(_WEIGHTING, own, channel)
    return weighted


@kernel
def _weigh(filters: Array, state: Array, sound: Array) -> None:
    """Runs `sound` through `filters [f 5]` in place, to the bit as `scipy.signal.lfilter` does; `state [f 2]` is what they hold."""
    for n in range(sound.shape[0]):
        x = sound[n]
        for f in range(filters.shape[0]):
            y = state[f, 0] + filters[f, 0] * x
            state[f, 0] = state[f, 1] + filters[f, 1] * x - filters[f, 3] * y
            state[f, 1] = filters[f, 2] * x - filters[f, 4] * y
            x = y
        sound[n] = x


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))
