"""When sounds begin, to a millisecond, and how late they are against the blows that they should be heard with."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.fft import rfft

from composer.timing import SAMPLE_RATE

Stereo = Float[np.ndarray, "2 n"]

_HOP, _FRAME = 64, 512  # samples
_PAST = 6  # hops back to what a frame is held against: they share no more than a quarter
_APART = SAMPLE_RATE // 50  # samples between two onsets
_OVER = 8.0  # times the usual change of a sound
_FAINT = 0.05  # of the strongest: less is no beginning
_AROUND = SAMPLE_RATE * 3 // 200  # samples beside a coarse onset in which the fine one is looked for
_EDGE = 48  # samples that each side of a beginning has at least
_ALIKE = SAMPLE_RATE / 400  # samples by which a blow and its onset may differ from the others
_ELSEWHERE = SAMPLE_RATE * 3 // 200
_FLOOR = 1e-7

SURE = 0.3
"""Confidence from which on a sound is moved to its picture."""


@dataclass(frozen=True)
class Match:
    """A sound is heard `late` samples after where it should be. How sure that is, in [0, 1], and how sure it must be to move it.

    It `fits` as it is when, as far as can be told, it is as good there: a steady tone may be moved by its period.
    """

    late: float
    confidence: float
    fits: bool
    needed: float

    @property
    def sure(self) -> bool:
        return self.confidence >= self.needed


@dataclass(frozen=True, eq=False)
class Onsets:
    """Samples at which sounds begin, and how much is new then, in [0, 1]."""

    at: Float[np.ndarray, " k"]
    strength: Float[np.ndarray, " k"]


def onsets(sound: Stereo) -> Onsets:
    """Every beginning in a sound: coarsely by spectral flux (Bello and others, 2005), finely where what comes parts best
    from what was (Akaike's criterion, after Maeda, 1985).
    """
    mono = np.diff(sound.sum(axis=0, dtype=np.float64), prepend=0.0)
    flux = _flux(mono)
    if not len(flux) or flux.max() <= 0:
        return Onsets(np.zeros(0), np.zeros(0))
    usual = float(np.median(flux))
    spread = float(np.median(np.abs(flux - usual))) + 1e-3 * float(flux.max())
    reach = _APART // _HOP
    found = [
        int(n)
        for n in np.flatnonzero(flux > usual + max(_OVER * spread, _FAINT * float(flux.max() - usual)))
        if flux[n] == flux[max(0, n - reach) : n + reach + 1].max()
    ]
    first = [n for k, n in enumerate(found) if k == 0 or n - found[k - 1] > reach]
    strengths = (flux[first] - usual) / (flux.max() - usual)
    return Onsets(np.array([_begin(mono, n * _HOP) for n in first], float), np.asarray(strengths))


def late_against(sound: Stereo, blows: Float[np.ndarray, " b"], most: int) -> Match | None:
    """How late a sound is, at most `most` samples, against `blows`, the samples at which it should begin anew.

    One shift for all: the one under which most that is heard begins with a blow. Confidence falls with every blow that is
    not heard, and where another shift would do as well. None without a blow, or when nothing begins.
    """
    heard = onsets(sound)
    within = blows[(blows >= 0) & (blows < sound.shape[1])]
    if not len(within) or not len(heard.at):
        return None
    apart = heard.at[None, :] - within[:, None]
    shifts = np.unique(apart[np.abs(apart) <= most])
    if not len(shifts):
        return Match(0.0, 0.0, fits=False, needed=SURE)
    scores = np.array([_score(apart - shift, heard.strength) for shift in shifts])
    best = int(scores.argmax())
    near = np.abs(apart - shifts[best])
    nearest = near.argmin(axis=1)
    rows = np.flatnonzero(near.min(axis=1) <= _ALIKE)
    late = float(np.median(apart[rows, nearest[rows]]))
    others = scores[np.abs(shifts - shifts[best]) > _ELSEWHERE]
    alone = 1 - float(others.max(initial=0.0)) / float(scores[best])
    fits = _score(apart, heard.strength) >= 0.9 * float(scores[best])
    return Match(late, alone * len(rows) / len(within), fits, SURE)


def _score(apart: Float[np.ndarray, "n k"], strength: Float[np.ndarray, " k"]) -> float:
    """How much that is heard begins with a blow."""
    return float((strength * np.exp(-0.5 * (apart / (_ALIKE / 2)) ** 2)).max(axis=1).sum())


def _flux(mono: Float[np.ndarray, " n"]) -> Float[np.ndarray, " hops"]:
    """How much louder each frame is than one a little earlier, over all bands; frames are centred at multiples of a hop."""
    if len(mono) < _FRAME:
        return np.zeros(0)
    around = np.pad(mono, (_FRAME // 2 + _PAST * _HOP, _FRAME // 2), mode="reflect")  # its own edges are no beginnings
    frames = np.lib.stride_tricks.sliding_window_view(around, _FRAME)[::_HOP]
    window = np.hanning(_FRAME)
    loud = float(np.abs(mono).max(initial=0.0)) * _FRAME / 4
    bands = np.concatenate(
        [np.abs(rfft(part * window, axis=1)) for part in np.array_split(frames, 1 + len(frames) // 4096)]
    )
    told = np.log1p(100 * bands / max(loud, _FLOOR))
    return np.asarray(np.maximum(told[_PAST:] - told[:-_PAST], 0.0).sum(axis=1))


def _begin(mono: Float[np.ndarray, " n"], near: int) -> int:
    """The sample around `near` at which two parts of different power meet."""
    first, stop = max(0, near - _AROUND), min(len(mono), near + _AROUND)
    power = np.concatenate([[0.0], np.cumsum(mono[first:stop] ** 2)])
    count = np.arange(_EDGE, len(power) - _EDGE)
    if not len(count):
        return near
    floor = _FLOOR * max(power[-1] / len(power), _FLOOR)
    before, after = power[count] / count, (power[-1] - power[count]) / (len(power) - 1 - count)
    criterion = count * np.log(before + floor) + (len(power) - 1 - count) * np.log(after + floor)
    return first + int(count[criterion.argmin()])
