"""From a sound at its source to two ears at a moving camera: distance, side, pitch, air, and what stands between.

How long sound takes to arrive is left out, as picture editors do who lay a blow on its frame: a source is heard without
delay at its anchor, its first sample unless it says otherwise, and from there on the delay changes as the way does
(Doppler). Across a cut the way jumps and the delay does not: the sound goes on.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.audio.foley.ears import Ears, Times, Trail, View
from composer.audio.noise import Mono
from composer.kernels import Array, kernel
from composer.timing import SAMPLE_RATE

SPEED_M_S = 343.0  # of sound
FADE = 240  # samples, 5 ms: from one camera's ears to the next one's, about the cut

HOP = 256  # samples from one place of source and camera to the next

_TAPS, _PHASES = 16, 2048  # of the interpolation between samples
_AIR_HZ = 42_800.0  # air takes 3 dB off at this over the root of the way in m (ISO 9613-1 at 20 degrees, 50 % humidity)
_HIDDEN_HZ, _HIDDEN_DB = 500.0, 9.0  # what passes round an edge, and how much less (Maekawa)
_PLAIN_HZ = 48_000.0
_WIDTH = 0.9  # of the stereo picture
_LATE_S = 0.3  # by which a source that moves away may end late

Heard = Float[np.ndarray, "3 n"]
"""Left, right, and what the room is given."""


@dataclass(frozen=True, eq=False)
class Sound:
    """A sound of `length` samples at 1 m from sample `at` of the film on, made by `voice` when it is first heard.

    It moves along `trail`, is no nearer than `near_m`, and is in time with the picture at sample `anchor`, or at `at`.
    """

    at: int
    length: int
    voice: Callable[[], Mono]
    trail: Trail
    near_m: float = 0.3
    anchor: int | None = None

    @property
    def stop(self) -> int:
        """By then it has been heard."""
        moves = len(self.trail.times_s) > 1
        return self.at + self.length + (round(_LATE_S * SAMPLE_RATE) if moves else round(0.05 * SAMPLE_RATE))


def hear(sound: Sound, ears: Ears) -> tuple[int, Heard]:
    """A sound as it is heard, from which sample of the film on."""
    first, last = max(sound.at, ears.cuts[0]), min(sound.stop, ears.cuts[-1])
    if last <= first:
        return first, np.zeros((3, 0), np.float32)
    arrivals = _arrivals(sound, ears, first, last)
    source = np.ascontiguousarray(sound.voice(), np.float64)
    total = np.zeros((3, last - first), np.float32)
    for view, start, stop, fades in _turns(sound, ears, first, last):
        times_s = (start + HOP * np.arange((stop - start - 1) // HOP + 2)) / SAMPLE_RATE
        delay = np.interp(times_s, *arrivals)
        nodes = np.stack([delay * SAMPLE_RATE, *_gains(sound, view, times_s)])
        _move(source, start - sound.at, nodes, fades, _SINC, total[:, start - first : stop - first])
    return first, total


def _turns(sound: Sound, ears: Ears, first: int, last: int) -> Iterator[tuple[View, int, int, tuple[int, int]]]:
    """Each camera that hears it, from and to which sample, and how many of the samples of a fade lie outside those.

    A fade of which all lie outside is none: what begins at a cut or after it is never heard from before it.
    """
    half = FADE // 2
    for view, start, stop in ears.turns:
        if stop <= first or start >= last:
            continue
        starts_at, ends_at = max(start - half, first), min(stop + half, last)
        into = starts_at - (start - half) if start > first else 0 if sound.at < first else FADE
        out = stop + half - ends_at if stop < ears.cuts[-1] else 0 if last == stop else FADE
        yield view, starts_at, ends_at, (min(into, FADE), min(out, FADE))


def _gains(sound: Sound, view: View, times_s: Times) -> tuple[Times, Times, Times, Times]:
    """How much of each sample goes into the low-pass, and how loud it is left, right and in the room."""
    way = sound.trail.positions(times_s) - view.positions(times_s)
    distance = np.linalg.norm(way, axis=1)
    side = _WIDTH * (way * view.rights(times_s)).sum(axis=1) / np.sqrt(distance**2 + 0.25)
    hidden = sound.trail.hiding(times_s)
    passes = _PLAIN_HZ * (_HIDDEN_HZ / _PLAIN_HZ) ** hidden
    air = _AIR_HZ / np.sqrt(np.maximum(distance, 1.0))
    low = 1 - np.exp(-2 * np.pi * np.minimum(passes, air) / SAMPLE_RATE)
    behind = view.gain * 10 ** (-_HIDDEN_DB * hidden / 20)
    loud, angle = behind / np.maximum(distance, sound.near_m), (side + 1) * np.pi / 4
    return low, loud * np.cos(angle), loud * np.sin(angle), behind


def _arrivals(sound: Sound, ears: Ears, first: int, last: int) -> tuple[Times, Times]:
    """When what leaves the source is heard (s of the film), and how much later than it left, against the anchor."""
    leaves: list[Times] = []
    ways: list[Times] = []
    for view, cut, following in ears.turns:
        start, stop = max(cut, first), min(following, last)
        if stop <= start:
            continue
        times_s = np.append(np.arange(start, stop, HOP), stop) / SAMPLE_RATE
        way = np.linalg.norm(sound.trail.positions(times_s) - view.positions(times_s), axis=1)
        if ways:
            way = way - way[0] + ways[-1][-1]
        leaves.append(times_s)
        ways.append(way)
    left, way = np.concatenate(leaves), np.concatenate(ways)
    anchor = (first if sound.anchor is None else sound.anchor) / SAMPLE_RATE
    late = (way - np.interp(anchor, left, way)) / SPEED_M_S
    return np.maximum.accumulate(left + late), late


def _sinc() -> Float[np.ndarray, "phases taps"]:
    """Windowed sines over their argument, by how far between two samples the value is asked for."""
    share = np.arange(_PHASES + 1)[:, None] / _PHASES
    offset = np.arange(_TAPS) - (_TAPS // 2 - 1) - share
    window = np.i0(9.0 * np.sqrt(np.maximum(0.0, 1 - (offset / (_TAPS / 2)) ** 2))) / np.i0(9.0)
    return np.asarray(np.sinc(offset) * window)


_SINC = _sinc()


@kernel
def _between(source: Array, at: float, sinc: Array) -> float:
    """The source at a sample that need not be a whole one."""
    whole = int(np.floor(at))
    phase = int((at - whole) * _PHASES + 0.5)
    start = whole - (_TAPS // 2 - 1)
    if start >= 0 and start + _TAPS <= source.shape[0]:
        near, taps = source[start : start + _TAPS], sinc[phase]
        a = b = c = d = 0.0  # four sums: none waits for the others
        for k in range(0, _TAPS, 4):
            a += taps[k] * near[k]
            b += taps[k + 1] * near[k + 1]
            c += taps[k + 2] * near[k + 2]
            d += taps[k + 3] * near[k + 3]
        return (a + b) + (c + d)
    value = 0.0
    for k in range(max(0, -start), min(_TAPS, source.shape[0] - start)):
        value += sinc[phase, k] * source[start + k]
    return value


@kernel
def _fade(heard: Array, start: int, count: int, outside: tuple[int, int]) -> None:
    """Samples from `start` on of `count` that come and go with a fade, the first and last samples of it outside."""
    for i in range(heard.shape[0]):
        into, out = start + i + 0.5 + outside[0], count - start - i - 0.5 + outside[1]
        if into < FADE:
            heard[i] *= np.sin(into / FADE * np.pi / 2) ** 2
        if out < FADE:
            heard[i] *= np.sin(out / FADE * np.pi / 2) ** 2


@kernel
def _move(source: Array, first: int, nodes: Array, fades: tuple[int, int], sinc: Array, heard: Array) -> None:
    """Samples of the source, each as late as the delay is, through the low-pass, to left, right and room."""
    length, count, held = source.shape[0], heard.shape[1], 0.0
    now_is = np.empty(HOP)
    for j in range(nodes.shape[1] - 1):
        start, hop = j * HOP, min(HOP, count - j * HOP)
        late, later = nodes[0, j], (nodes[0, j + 1] - nodes[0, j]) / HOP
        low, lower = nodes[1, j], (nodes[1, j + 1] - nodes[1, j]) / HOP
        if late == 0.0 and later == 0.0:
            for i in range(hop):
                n = first + start + i
                held += (low + i * lower) * ((source[n] if 0 <= n < length else 0.0) - held)
                now_is[i] = held
        else:
            for i in range(hop):
                now = _between(source, first + start + i - (late + i * later), sinc)
                held += (low + i * lower) * (now - held)
                now_is[i] = held
        if start < FADE or start + hop > count - FADE:
            _fade(now_is[:hop], start, count, fades)
        for c in range(3):
            gain, rise = nodes[2 + c, j], (nodes[2 + c, j + 1] - nodes[2 + c, j]) / HOP
            for i in range(hop):
                heard[c, start + i] += np.float32(now_is[i] * (gain + i * rise))
