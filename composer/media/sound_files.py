"""Sound in files of our own: 48 kHz stereo, to the last bit."""

import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
from jaxtyping import Float

from composer.errors import StorageError
from composer.media.files import whole
from composer.store import storage_error
from composer.timing import SAMPLE_RATE
from composer.types import Waveform

_SAMPLE_BYTES = 8  # left and right
_MOST = 2**32 - 1  # what a WAV file can say of its size


def write_sound(path: Path, sound: Waveform) -> None:
    """Write stereo as a WAV file of 32-bit floats; the same sound gives the same bytes. Raises `StorageError`."""
    from scipy.io import wavfile  # noqa: PLC0415 - slow to load, and what only reads pictures needs none

    with whole(path) as temporary:
        wavfile.write(temporary, SAMPLE_RATE, np.ascontiguousarray(sound.samples.T.astype(np.float32)))


def write_sound_blocks(path: Path, blocks: Iterable[Float[np.ndarray, "2 n"]], samples: int) -> None:
    """As `write_sound`, block by block: `samples` in all, of which no more than a block is held. Raises `StorageError`."""
    size = samples * _SAMPLE_BYTES
    head = struct.pack("<4sI4s4sIHHIIHHH", b"RIFF", min(50 + size, _MOST), b"WAVE", b"fmt ", 18, 3, 2, SAMPLE_RATE,
                       SAMPLE_RATE * 8, 8, 32, 0)  # fmt: skip
    with whole(path) as temporary, temporary.open("wb") as file:
        file.write(head + struct.pack("<4sII4sI", b"fact", 4, samples, b"data", min(size, _MOST)))
        for block in blocks:
            file.write(np.ascontiguousarray(block.T, "<f4").tobytes())


class Spool:
    """Stereo that is kept on the disk for as long as this is open: appended block by block, read in any blocks.

    Its file has no name, so that nothing stays behind whatever becomes of who wrote it. Raises `StorageError`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with self._told():
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - it closes when this does

    def __enter__(self) -> "Spool":  # noqa: PYI034 - the tests' type checker does not know `Self`
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, block: Float[np.ndarray, "2 n"]) -> None:
        """Add samples at its end."""
        with self._told():
            self._file.seek(0, SEEK_END)
            self._file.write(np.ascontiguousarray(block.T, np.float32).tobytes())

    def read(self, start: int, stop: int) -> Float[np.ndarray, "2 n"]:
        """Samples [start, stop), as they were appended."""
        with self._told():
            self._file.seek(start * _SAMPLE_BYTES)
            found = self._file.read((stop - start) * _SAMPLE_BYTES)
        return np.ascontiguousarray(np.frombuffer(found, np.float32).reshape(-1, 2).T)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise storage_error(error, self.folder) from error


def written_sound(path: Path) -> Float[np.ndarray, "2 n"]:
    """What `write_sound` wrote, read from the disk as it is used. Raises `StorageError`."""
    from scipy.io import wavfile  # noqa: PLC0415 - slow to load, and seldom needed

    try:
        _, samples = wavfile.read(path, mmap=True)
    except (OSError, ValueError) as error:
        raise StorageError(f"cannot read {path}: {error}") from error
    return np.asarray(samples).T
