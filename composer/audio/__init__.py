"""Sound: beds of ambience by place, and a mix of stems at one loudness."""

from composer.audio.beds import BEDS, known_words, nearest
from composer.audio.clips import ClipSound, joined
from composer.audio.mastering import CEILING_DBTP, Master, master
from composer.audio.mixing import STEMS, Envelope, Faded, Mix, Onward, Placed, Shaped, Stem, Track
from composer.audio.noise import Stereo
from composer.audio.placing import Placing, in_place
from composer.audio.recorded import duration, excerpt, locate
from composer.audio.resampling import at_48_khz, between
from composer.audio.score import Score, Tune
from composer.audio.soundtrack import FADE_S, LEVEL_LUFS, SPLIT_S, Ambience, Scenes, Span, ambience, check_word
from composer.audio.stretching import Fit, fitted
from composer.metrics.loudness import loudness_lufs, true_peak_db

__all__ = [
    "BEDS",
    "CEILING_DBTP",
    "FADE_S",
    "LEVEL_LUFS",
    "SPLIT_S",
    "STEMS",
    "Ambience",
    "ClipSound",
    "Envelope",
    "Faded",
    "Fit",
    "Master",
    "Mix",
    "Onward",
    "Placed",
    "Placing",
    "Scenes",
    "Score",
    "Shaped",
    "Span",
    "Stem",
    "Stereo",
    "Track",
    "Tune",
    "ambience",
    "at_48_khz",
    "between",
    "check_word",
    "duration",
    "excerpt",
    "fitted",
    "in_place",
    "joined",
    "known_words",
    "locate",
    "loudness_lufs",
    "master",
    "nearest",
    "true_peak_db",
]
