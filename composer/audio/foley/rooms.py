"""What a place adds: the reverberation of a room, or the faint one under the open sky."""

from functools import lru_cache
from math import sqrt

import numpy as np
from jaxtyping import Complex64, Float
from scipy.fft import irfft, rfft

from composer.audio.filters import one_pole
from composer.audio.noise import CHUNK, Key, Mono, Stereo
from composer.timing import SAMPLE_RATE

Room = tuple[float, float, float] | None

_ABSORBED = 0.22  # of what meets the walls of a furnished room
_LONGEST_S = CHUNK / SAMPLE_RATE - 0.01
_DIRECTED = 25.0  # how much less of the room is heard by a microphone held close, as foley is recorded
_THIN_HZ = 120.0  # below, small rooms carry little
_OPEN_S, _OPEN_LATE_S, _OPEN_GAIN = 0.55, 0.028, 10 ** (-33 / 20)


@lru_cache(maxsize=8)
def answer(room_m: Room) -> Stereo:
    """What a click of 1 at 1 m leaves behind, at most a chunk long.

    Its length is Sabine's, its level that of the diffuse field beyond the critical distance.
    """
    if room_m is None:
        lasts_s, late_s, level, dull_hz = _OPEN_S, _OPEN_LATE_S, _OPEN_GAIN, 2500.0
    else:
        x, y, z = room_m
        volume, walls = x * y * z, 2 * (x * y + y * z + z * x)
        lasts_s = 0.161 * volume / (_ABSORBED * walls)
        late_s, dull_hz = 4 * volume / walls / 343.0, 5000.0
        level = 1 / (0.057 * sqrt(_DIRECTED * volume / lasts_s))
    count = round(min(lasts_s + late_s, _LONGEST_S) * SAMPLE_RATE)
    t = np.arange(count) / SAMPLE_RATE
    decay = np.exp(-6.9 * np.maximum(t - late_s, 0) / lasts_s) * np.clip((t - late_s / 2) / (late_s / 2), 0, 1)
    decay *= np.clip((count - np.arange(count)) / (0.02 * SAMPLE_RATE), 0, 1)
    dull, thin = (float(np.exp(-2 * np.pi * hz / SAMPLE_RATE)) for hz in (dull_hz, _THIN_HZ))
    noises = [one_pole(1 - dull, 0.0, dull, Key("room").rng(side).standard_normal(count)) for side in range(2)]
    both = np.stack([one_pole(1.0, -1.0, thin, noise) * decay for noise in noises])
    return np.asarray(both * level / np.sqrt((both**2).sum(axis=1, keepdims=True)), np.float32)


@lru_cache(maxsize=8)
def spectrum(room_m: Room) -> Complex64[np.ndarray, "2 bins"]:
    """The answer of a place as a filter over two chunks."""
    return np.asarray(rfft(answer(room_m), 2 * CHUNK, axis=1), np.complex64)


def reverberation(before: Mono, now: Mono, room_m: Room) -> Float[np.ndarray, "2 chunk"]:
    """A chunk of what a place answers to two chunks of what it is given, the chunk itself and the one before."""
    given = np.concatenate([before, now]).astype(np.float32)
    heard = np.asarray(irfft(rfft(given, 2 * CHUNK) * spectrum(room_m), 2 * CHUNK, axis=1)[:, CHUNK:], np.float32)
    heard[:, : max(0, int(np.argmax(given != 0)) - CHUNK)] = 0  # not a rounded trace before the cause
    return heard
