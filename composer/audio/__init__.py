"""Sound: beds of ambience by place, and a mix of stems at one loudness."""

from composer.audio.beds import BEDS, known_words, nearest
from composer.audio.clips import ClipSound, joined
from composer.audio.loudness import loudness_lufs, true_peak_db
from composer.audio.mastering import CEILING_DBTP, Master, master
from composer.audio.mixing import STEMS, Envelope, Faded, Mix, Placed, Shaped, Stem, Track
from composer.audio.noise import Stereo
from composer.audio.recorded import duration, excerpt, locate
from composer.audio.score import Score, Tune
from composer.audio.soundtrack import FADE_S, LEVEL_LUFS, SPLIT_S, Ambience, Scenes, Span, ambience, check_word

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
    "Master",
    "Mix",
    "Placed",
    "Scenes",
    "Score",
    "Shaped",
    "Span",
    "Stem",
    "Stereo",
    "Track",
    "Tune",
    "ambience",
    "check_word",
    "duration",
    "excerpt",
    "joined",
    "known_words",
    "locate",
    "loudness_lufs",
    "master",
    "nearest",
    "true_peak_db",
]
