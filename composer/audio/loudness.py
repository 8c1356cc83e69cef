"""How loud sound is, by ITU-R BS.1770-4."""

import numpy as np
from jaxtyping import Float

from composer.timing import SAMPLE_RATE
from composer.types import Waveform

_SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
_HIGH_PASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])
SILENCE_LUFS = -70.0

_BLOCK, _MARGIN = 10 * SAMPLE_RATE, 64  # samples that are oversampled at once, so that memory stays flat


def loudness_lufs(sound: Waveform) -> float:
    """Integrated loudness with both gates; -70 for silence, or for less than 0.4 s."""
    from scipy.signal import lfilter  # noqa: PLC0415 - slow to load, and only recordings are measured

    weighted = lfilter(*_HIGH_PASS, lfilter(*_SHELF, sound.samples.astype(np.float64), axis=1), axis=1)
    hop = SAMPLE_RATE // 10
    steps = (
        (weighted[:, : weighted.shape[1] // hop * hop] ** 2).reshape(len(weighted), -1, hop).mean(axis=2).sum(axis=0)
    )
    if len(steps) < 4:
        return SILENCE_LUFS
    blocks: Float[np.ndarray, "blocks"] = np.convolve(steps, np.full(4, 0.25), "valid")
    for threshold in (SILENCE_LUFS, None):
        gate = threshold if threshold is not None else _lufs(blocks.mean()) - 10
        blocks = blocks[blocks > 10 ** ((gate + 0.691) / 10)]
        if len(blocks) == 0:
            return SILENCE_LUFS
    return _lufs(blocks.mean())


def true_peak_db(sound: Waveform) -> float:
    """Largest value between the samples too (four times oversampled), in dBTP; -inf for silence."""
    from scipy.signal import resample_poly  # noqa: PLC0415 - as above

    peak = 0.0
    for start in range(0, sound.samples.shape[1], _BLOCK):
        block = sound.samples[:, max(0, start - _MARGIN) : start + _BLOCK + _MARGIN]
        peak = max(peak, float(np.abs(resample_poly(block, 4, 1, axis=1)).max(initial=0.0)))
    return float(20 * np.log10(peak)) if peak > 0 else -np.inf


def _lufs(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))
