"""Sound in files of our own: 48 kHz stereo, to the last bit."""

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Float
from scipy.io import wavfile

from composer.errors import StorageError
from composer.media.files import whole
from composer.timing import SAMPLE_RATE
from composer.types import Waveform

_MOST = 2**32 - 1  # what a WAV file can say of its size


def write_sound(path: Path, sound: Waveform) -> None:
    """Write stereo as a WAV file of 32-bit floats; the same sound gives the same bytes. Raises `StorageError`."""
    with whole(path) as temporary:
        wavfile.write(temporary, SAMPLE_RATE, np.ascontiguousarray(sound.samples.T.astype(np.float32)))


def write_sound_blocks(path: Path, blocks: Iterable[Float[np.ndarray, "2 n"]], samples: int) -> None:
    """As `write_sound`, block by block: `samples` in all, of which no more than a block is held. Raises `StorageError`."""
    size = samples * 8
    head = struct.pack("<4sI4s4sIHHIIHHH", b"RIFF", min(50 + size, _MOST), b"WAVE", b"fmt ", 18, 3, 2, SAMPLE_RATE,
                       SAMPLE_RATE * 8, 8, 32, 0)  # fmt: skip
    with whole(path) as temporary, temporary.open("wb") as file:
        file.write(head + struct.pack("<4sII4sI", b"fact", 4, samples, b"data", min(size, _MOST)))
        for block in blocks:
            file.write(np.ascontiguousarray(block.T, "<f4").tobytes())


def written_sound(path: Path) -> Float[np.ndarray, "2 n"]:
    """What `write_sound` wrote, read from the disk as it is used. Raises `StorageError`."""
    try:
        _, samples = wavfile.read(path, mmap=True)
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot read {path}: {error}") from error
    return np.asarray(samples).T
