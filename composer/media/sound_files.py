"""Sound in files of our own: 48 kHz stereo, to the last bit."""

from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.io import wavfile

from composer.errors import StorageError
from composer.media.files import whole
from composer.timing import SAMPLE_RATE
from composer.types import Waveform


def write_sound(path: Path, sound: Waveform) -> None:
    """Write stereo as a WAV file of 32-bit floats; the same sound gives the same bytes. Raises `StorageError`."""
    with whole(path) as temporary:
        wavfile.write(temporary, SAMPLE_RATE, np.ascontiguousarray(sound.samples.T.astype(np.float32)))


def written_sound(path: Path) -> Float[np.ndarray, "2 n"]:
    """What `write_sound` wrote, read from the disk as it is used. Raises `StorageError`."""
    try:
        _, samples = wavfile.read(path, mmap=True)
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot read {path}: {error}") from error
    return np.asarray(samples).T
