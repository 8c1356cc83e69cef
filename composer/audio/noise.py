"""Endless sound by chunks: chunk k is a function of a key and k alone, so that any moment can be heard first.

All chunks are `CHUNK` samples at 48 kHz; `index` counts them from the film's first sample.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import ceil, floor, sqrt

import numpy as np
from jaxtyping import Complex64, Float
from scipy.fft import irfft, rfft

from composer.timing import SAMPLE_RATE

CHUNK = 1 << 15  # samples
TAPS = 1 << 13  # of every filter: 6 Hz of resolution
CONTROL = 64  # samples from one value of a slow curve to the next

Mono = Float[np.ndarray, "n"]
Stereo = Float[np.ndarray, "2 n"]
Source = Callable[["Key", int], Mono]
Voice = Callable[[np.random.Generator], Float[np.ndarray, "..."]]


@dataclass(frozen=True)
class Key:
    """Names a stream of random numbers; `key / "gust"` names another one."""

    name: str

    def __truediv__(self, part: str | int) -> "Key":
        return Key(f"{self.name}/{part}")

    def rng(self, index: int) -> np.random.Generator:
        digest = blake2b(f"{self.name}#{index}".encode(), digest_size=16).digest()
        return np.random.Generator(np.random.Philox(key=int.from_bytes(digest)))


def times(index: int) -> Mono:
    """Seconds from the film's start of each sample of the chunk."""
    return (index * CHUNK + np.arange(CHUNK)) / SAMPLE_RATE


@lru_cache(maxsize=64)
def white(key: Key, index: int) -> Mono:
    """White noise of unit variance, even between two bounds: sooner drawn than a bell, which every filter makes of it."""
    drawn = key.rng(index).random(CHUNK, dtype=np.float32)
    drawn -= np.float32(0.5)
    drawn *= np.float32(sqrt(12))
    return drawn


def impulses(rate_hz: float, spread: float = 1.0) -> Source:
    """A source of single-sample clicks, `rate_hz` a second at random times, log-normal by `spread` in size."""

    def source(key: Key, index: int) -> Mono:
        rng = key.rng(index)
        count = rng.poisson(rate_hz * CHUNK / SAMPLE_RATE)
        clicks = np.zeros(CHUNK, np.float32)
        sizes = rng.lognormal(0.0, spread, count) * rng.choice((-1, 1), count)
        np.add.at(clicks, rng.integers(0, CHUNK, count), sizes.astype(np.float32))
        return clicks

    return source


@lru_cache(maxsize=128)
def shape(*points: tuple[float, float]) -> Complex64[np.ndarray, "bins"]:
    """A filter by its response: (Hz, dB) at rising frequencies, straight lines between them over log frequency."""
    hz = np.fft.rfftfreq(TAPS, 1 / SAMPLE_RATE)
    corners, levels = np.array(points, float).T
    gains = 10 ** (np.interp(np.log(np.maximum(hz, 1.0)), np.log(corners), levels) / 20)
    return response(np.fft.fftshift(np.fft.irfft(gains)) * np.hanning(TAPS))


def band(low_hz: float, high_hz: float, slope_db: float = 24.0) -> Complex64[np.ndarray, "bins"]:
    """A filter that passes `low_hz` to `high_hz` and falls by `slope_db` an octave outside."""
    return shape((low_hz / 16, -4 * slope_db), (low_hz, 0.0), (high_hz, 0.0), (high_hz * 16, -4 * slope_db))


def response(taps: Mono) -> Complex64[np.ndarray, "bins"]:
    """A filter by its answer to a click, at most `TAPS` samples long."""
    return rfft(taps.astype(np.float32), CHUNK + TAPS).astype(np.complex64)


def filtered(key: Key, index: int, by: Complex64[np.ndarray, "bins"], source: Source = white) -> Mono:
    """The chunk of an endless filtered `source`, exactly as if it had been filtered in one piece (overlap-save)."""
    signal = np.concatenate([source(key, index - 1)[-TAPS:], source(key, index)])
    return np.asarray(irfft(rfft(signal) * by, CHUNK + TAPS)[TAPS:], np.float32)


def stereo(key: Key, index: int, by: Complex64[np.ndarray, "bins"], width: float, source: Source = white) -> Stereo:
    """Filtered noise on two channels; `width` 0 is the same on both, 1 is unrelated."""
    alike, apart = np.float32(1 - width), np.float32(sqrt(width * (2 - width)))

    def right(key: Key, index: int) -> Mono:  # mixed before the filter, which then runs twice and not three times
        return alike * source(key / "l", index) + apart * source(key / "r", index)

    return np.stack([filtered(key / "l", index, by, source), filtered(key, index, by, right)])


def drift(key: Key, index: int, period_s: float) -> Mono:
    """A smooth random curve of about unit variance that takes a new turn every `period_s` (cubic Hermite)."""
    at = (index * CHUNK + np.arange(0, CHUNK + 1, CONTROL)) / (SAMPLE_RATE * period_s)
    first, last = int(np.floor(at[0])) - 1, int(np.floor(at[-1])) + 2
    nodes = np.array([_turn(key, node) for node in range(first, last + 1)])
    n = np.floor(at).astype(int) - first
    a, b, c, d = (nodes[n + k] for k in (-1, 0, 1, 2))
    t = at - np.floor(at)
    return spread(b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))


@lru_cache(maxsize=512)
def _turn(key: Key, node: int) -> float:
    return float(key.rng(node).standard_normal())


def spread(curve: Float[np.ndarray, "points"]) -> Mono:
    """A curve with a value every `CONTROL` samples, and one more, on every sample."""
    return np.asarray(np.interp(np.arange(CHUNK), np.arange(len(curve)) * CONTROL, curve).astype(np.float32))


@dataclass(frozen=True)
class Events:
    """Sounds at random times, `rate_hz` a second: `voice(rng)` makes each, `[kinds n]`, at most `longest_s` long.

    Time is dealt out in cells of whole seconds that each hold the same number, two or more: irregular, yet no stretch
    of the film stays empty for long.
    """

    voice: Voice
    rate_hz: float
    longest_s: float
    kinds: int = 2

    @property
    def cell_s(self) -> int:
        return max(1, ceil(2 / self.rate_hz))

    @property
    def count(self) -> int:
        return round(self.rate_hz * self.cell_s)


def scatter(key: Key, index: int, events: Events) -> Stereo:
    """Sounds that were made sample by sample, on two channels."""
    return _sum(key, index, events, 1)


def swells(key: Key, index: int, events: Events) -> Float[np.ndarray, "kinds n"]:
    """Envelopes that were made with a value every `CONTROL` samples."""
    return np.stack([spread(curve) for curve in _sum(key, index, events, CONTROL)])


def _sum(key: Key, index: int, events: Events, hop: int) -> Float[np.ndarray, "kinds n"]:
    start, length, second = index * CHUNK // hop, CHUNK // hop + (hop > 1), SAMPLE_RATE // hop
    total = np.zeros((events.kinds, length), np.float32)
    cells = second * events.cell_s
    for cell in range(floor(start / cells - events.longest_s / events.cell_s), (start + length) // cells + 1):
        for at, sound in _cell(key, cell, events, cells):
            low, high = max(at, start), min(at + sound.shape[1], start + length)
            if low < high:
                total[:, low - start : high - start] += sound[:, low - at : high - at]
    return total


@lru_cache(maxsize=64)
def _cell(key: Key, cell: int, events: Events, points: int) -> tuple[tuple[int, Float[np.ndarray, "kinds n"]], ...]:
    """What begins in one cell: when, counted from the film's start, and its sound."""
    starts = np.sort(key.rng(cell).random(events.count))
    return tuple((int((cell + s) * points), events.voice((key / cell).rng(n))) for n, s in enumerate(starts))
