"""Words to looks: what colours, materials, patterns, wear and styles mean in numbers. See docs/looks.md."""

from composer.looks.colours import RGB
from composer.looks.grades import Grade, grade
from composer.looks.lexicon import known_words
from composer.looks.look import Look
from composer.looks.materials import STUFFS, Stuff, material_named, material_of
from composer.looks.reading import ground_look, ground_text, is_stuff, look, wall_text
from composer.looks.weather import Weather, weather
from composer.looks.words import PATTERNS, Openings, Pattern

__all__ = [
    "PATTERNS",
    "RGB",
    "STUFFS",
    "Grade",
    "Look",
    "Openings",
    "Pattern",
    "Stuff",
    "Weather",
    "grade",
    "ground_look",
    "ground_text",
    "is_stuff",
    "known_words",
    "look",
    "material_named",
    "material_of",
    "wall_text",
    "weather",
]
