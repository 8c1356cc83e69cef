"""What is burnt into pictures on their way out, in front of the delivery only: layers, subtitles, an animatic's strip.

Plain values come in: what each frame shows was worked out by whoever knows the world.
"""

from composer.overlay.drawing import SIZES
from composer.overlay.items import Gauge, Item, Layer, Lines, Motion, Picture
from composer.overlay.layering import Canvas, alone, lay_over
from composer.overlay.lettering import FIGURE_SPACE
from composer.overlay.strip import AMBER, SHADE, Note, annotated, burn_in, strip_height
from composer.overlay.subtitles import Cue, subtitles

__all__ = [
    "AMBER",
    "FIGURE_SPACE",
    "SHADE",
    "SIZES",
    "Canvas",
    "Cue",
    "Gauge",
    "Item",
    "Layer",
    "Lines",
    "Motion",
    "Note",
    "Picture",
    "alone",
    "annotated",
    "burn_in",
    "lay_over",
    "strip_height",
    "subtitles",
]
