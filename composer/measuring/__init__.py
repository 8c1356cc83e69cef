"""A film held against its shot list: every join, every shot, and what came back, in figures with floors and verdicts."""

from composer.measuring.declared import Declared, Expected, FilmedShot, Geometry, Meeting
from composer.measuring.film import About, measure_film, measured_size
from composer.measuring.judging import Judge
from composer.measuring.takes import Score, Take, best, failed, judged, score, shares_of_limits

__all__ = [
    "About",
    "Declared",
    "Expected",
    "FilmedShot",
    "Geometry",
    "Judge",
    "Meeting",
    "Score",
    "Take",
    "best",
    "failed",
    "judged",
    "measure_film",
    "measured_size",
    "score",
    "shares_of_limits",
]
