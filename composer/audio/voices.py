"""Single sounds, made from random numbers: calls, chirps, bubbles, knocks."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from composer.audio.filters import one_pole
from composer.audio.noise import Mono
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE

_NODES = 33  # of a voiced sound, at which its harmonics are as loud as they should be


def seconds(duration_s: float) -> Mono:
    """Time of every sample of a sound that lasts `duration_s`."""
    return np.arange(int(duration_s * SAMPLE_RATE)) / SAMPLE_RATE


def glide(t: Mono, *points: tuple[float, float]) -> Mono:
    """A curve over `t` through (share of its length, value), smooth at each."""
    at, values = np.array(points).T
    x = t / max(t[-1], 1e-9)
    n = np.clip(np.searchsorted(at, x, "right") - 1, 0, len(at) - 2)
    share = np.clip((x - at[n]) / (at[n + 1] - at[n]), 0, 1)
    return np.asarray(values[n] + (values[n + 1] - values[n]) * share * share * (3 - 2 * share))


def harmonic(
    hz: Mono, formants: Sequence[tuple[float, float, float]], tilt_db: float = 6.0, top_hz: float = 9000
) -> Mono:
    """A voiced sound at a gliding pitch `hz`: harmonics that fall `tilt_db` an octave, lifted at formants, up to `top_hz`.

    A formant is (Hz, width in Hz, gain).
    """
    grid = np.linspace(0, len(hz) - 1, _NODES)
    numbers = np.arange(1, max(2, int(top_hz / max(hz.min(), 50.0))))[:, None]
    sounding = numbers * np.interp(grid, np.arange(len(hz)), hz)
    lift = 0.08 + sum(gain / (1 + ((sounding - centre) / width) ** 2) for centre, width, gain in formants)
    heard = lift * np.clip(11 - sounding / 1000, 0, 1) * numbers ** (-tilt_db / 6.02)
    total = np.zeros(len(hz))
    _add_harmonics(2 * np.pi * np.cumsum(hz) / SAMPLE_RATE, np.ascontiguousarray(heard.T), total)
    return total


@kernel
def _add_harmonics(phase: Array, heard: Array, total: Array) -> None:
    """Sines at whole multiples of a phase, as loud as `heard` says at even steps from the first sample to the last."""
    step = max(phase.shape[0] - 1, 1) / (heard.shape[0] - 1)
    for i in range(phase.shape[0]):
        node = min(int(i / step), heard.shape[0] - 2)
        share = i / step - node
        twice, below, tone, value = 2 * np.cos(phase[i]), 0.0, np.sin(phase[i]), 0.0
        for k in range(heard.shape[1]):
            value += (heard[node, k] + share * (heard[node + 1, k] - heard[node, k])) * tone
            below, tone = tone, twice * tone - below  # sin((k + 1) x) = 2 cos(x) sin(k x) - sin((k - 1) x)
        total[i] = value


def decaying(duration_s: float, hz: float, decay_s: float, rise: float = 0.0) -> Mono:
    """A ringing that dies away by 60 dB in `decay_s`; its pitch rises by the share `rise` (a bubble's does)."""
    t = seconds(duration_s)
    pitch = hz * (1 + rise * t / decay_s)
    return np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE) * np.exp(-6.9 * t / decay_s) * np.minimum(1, t / 0.001)


def placed(sound: Mono, pan: float, distance: float) -> Float[np.ndarray, "2 m"]:
    """Put a sound to the left (-1) or right (1), near (1) or far: far ones are soft, dull, and echo."""
    pole = float(np.exp(-2 * np.pi * 14_000 / distance / SAMPLE_RATE))
    dulled = one_pole(1 - pole, 0.0, pole, sound) / distance
    echoed = np.concatenate([dulled, np.zeros(int(0.35 * SAMPLE_RATE))])
    wet = min(0.5, 0.08 * distance)
    for delay_s, side in ((0.037, 0.7), (0.083, -0.7), (0.149, 0.4), (0.241, -0.4)):
        shift = int(delay_s * SAMPLE_RATE)
        echoed[shift : shift + len(dulled)] += wet * (0.75 - delay_s * 2 + 0.1 * side) * dulled
    angle = (pan + 1) * np.pi / 4
    return np.stack([np.cos(angle) * echoed, np.sin(angle) * echoed]).astype(np.float32)


def sequence(parts: Sequence[tuple[float, Float[np.ndarray, "_"]]]) -> Mono:
    """Sounds one after another or over one another: each with the second at which it starts."""
    length = max(int(at * SAMPLE_RATE) + len(part) for at, part in parts)
    whole: Float[np.ndarray, "n"] = np.zeros(length)
    for at, part in parts:
        start = int(at * SAMPLE_RATE)
        whole[start : start + len(part)] += part
    return whole
