"""Words to looks: what colours, materials, patterns, wear and styles mean in numbers. See docs/looks.md."""

from composer.looks.colours import RGB
from composer.looks.grades import Grade, grade
from composer.looks.lexicon import known_words
from composer.looks.look import Look
from composer.looks.reading import ground_look, look
from composer.looks.weather import Weather, weather
from composer.looks.words import PATTERNS, Openings, Pattern

__all__ = [
    "PATTERNS",
    "RGB",
    "Grade",
    "Look",
    "Openings",
    "Pattern",
    "Weather",
    "grade",
    "ground_look",
    "known_words",
    "look",
    "weather",
]
