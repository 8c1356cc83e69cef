"""Sound: beds of ambience by place, and a mix of stems at one loudness."""

from composer.audio.beds import BEDS, known_words, nearest
from composer.audio.clips import ClipSound, joined
from composer.audio.loudness import loudness_lufs, true_peak_db
from composer.audio.mastering import CEILING_DBTP, Master, master
from composer.audio.mixing import STEMS, Faded, Mix, Placed, Stem, Track
from composer.audio.noise import Stereo
from composer.audio.recorded import locate, stretch
from composer.audio.score import Score, Tune
from composer.audio.soundtrack import LEVEL_LUFS, Ambience, Scenes, Span, ambience, check_word

__all__ = [
    "BEDS",
    "CEILING_DBTP",
    "LEVEL_LUFS",
    "STEMS",
    "Ambience",
    "ClipSound",
    "Faded",
    "Master",
    "Mix",
    "Placed",
    "Scenes",
    "Score",
    "Span",
    "Stem",
    "Stereo",
    "Track",
    "Tune",
    "ambience",
    "check_word",
    "joined",
    "known_words",
    "locate",
    "loudness_lufs",
    "master",
    "nearest",
    "stretch",
    "true_peak_db",
]
