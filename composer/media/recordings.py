"""Recorded sound out of files."""

from pathlib import Path

import av
import numpy as np
from jaxtyping import Float

from composer.errors import StorageError, Wrong
from composer.media.files import opened
from composer.media.trimming import heard
from composer.timing import SAMPLE_RATE
from composer.types import Waveform

_FORMATS = "aac,flac,mov,mp4,mp3,ogg,wav,matroska,webm"
_EXPECTED = "expected sound that FFmpeg reads: AAC, FLAC, MP3, Ogg or WAV"


def read_sound(path: Path, longest_s: float = 300.0) -> Waveform:
    """The first `longest_s` seconds of a local sound file: stereo at 48 kHz, `[2 n]`, whatever it was;
    without what its codec added before and after it.

    Raises `Wrong` when it is missing, holds no sound, or is none that can be read.
    """
    if not path.is_file():
        raise Wrong("no-file", f"there is no file `{path.name}`", _EXPECTED)
    longest = round(longest_s * SAMPLE_RATE)
    blocks: list[Float[np.ndarray, "2 n"]] = []
    total = 0
    try:
        with opened(path, _FORMATS) as container:
            if not container.streams.audio:
                raise Wrong("no-sound", f"`{path.name}` holds no sound", _EXPECTED)
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
            for frame in heard(container):
                for part in resampler.resample(frame):
                    blocks.append(part.to_ndarray())
                    total += part.samples
                if total >= longest:
                    break
            blocks += [part.to_ndarray() for part in resampler.resample(None)]
    except StorageError as error:
        raise Wrong("unreadable", f"`{path.name}` cannot be read as sound", _EXPECTED) from error
    samples = np.concatenate([np.zeros((2, 0), np.float32), *blocks], axis=1)[:, :longest]
    if samples.shape[1] == 0 or not np.isfinite(samples).all():
        raise Wrong("no-sound", f"`{path.name}` holds no sound", _EXPECTED)
    return Waveform(samples)
