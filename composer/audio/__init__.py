"""Sound: beds of ambience by place, made from words or recordings, and the film's soundtrack of them."""

from composer.audio.beds import BEDS, known_words, nearest
from composer.audio.clips import ClipSound, joined
from composer.audio.loudness import loudness_lufs, true_peak_db
from composer.audio.placing import Placing, in_place
from composer.audio.resampling import at_48_khz, between
from composer.audio.soundtrack import LEVEL_LUFS, Ambience, Span, ambience, check_word, soundtrack
from composer.audio.stretching import Fit, fitted

__all__ = [
    "BEDS",
    "LEVEL_LUFS",
    "Ambience",
    "ClipSound",
    "Fit",
    "Placing",
    "Span",
    "ambience",
    "at_48_khz",
    "between",
    "check_word",
    "fitted",
    "in_place",
    "joined",
    "known_words",
    "loudness_lufs",
    "nearest",
    "soundtrack",
    "true_peak_db",
]
