"""Filters of one pole: small enough to need no library, which takes longer to load than they do to run."""

import numpy as np
from jaxtyping import Float

from composer.kernels import Array, kernel

Sound = Float[np.ndarray, " n"]


def one_pole(before: float, zero: float, pole: float, sound: Sound) -> Sound:
    """`y[n] = before x[n] + zero x[n - 1] + pole y[n - 1]`, from silence; what `scipy.signal.lfilter` gives, to the bit."""
    heard = np.empty(len(sound))
    _run(before, zero, pole, np.ascontiguousarray(sound, np.float64), heard)
    return heard


@kernel
def _run(before: float, zero: float, pole: float, sound: Array, heard: Array) -> None:
    held = 0.0
    for n in range(sound.shape[0]):
        heard[n] = held + before * sound[n]
        held = zero * sound[n] + pole * heard[n]
