"""Sound: beds of ambience by place, made from words or recordings, and the film's soundtrack of them."""

from composer.audio.beds import BEDS, known_words, nearest
from composer.audio.clips import ClipSound, joined
from composer.audio.loudness import loudness_lufs, true_peak_db
from composer.audio.soundtrack import LEVEL_LUFS, Ambience, Span, ambience, check_word, soundtrack

__all__ = [
    "BEDS",
    "LEVEL_LUFS",
    "Ambience",
    "ClipSound",
    "Span",
    "ambience",
    "check_word",
    "joined",
    "known_words",
    "loudness_lufs",
    "nearest",
    "soundtrack",
    "true_peak_db",
]
