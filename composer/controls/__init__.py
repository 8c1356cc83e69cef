"""The controls of a segment: what a generator is conditioned on, frame by frame, as docs/controls.md states it."""

from composer.controls.growing import grown
from composer.controls.memory import MOST_SOURCES, Memory, SourceView
from composer.controls.moment import Moment
from composer.controls.recent import Recent
from composer.controls.segment import CASTS, Casts, SegmentControls
from composer.controls.shadows import traces
from composer.controls.sources import Choice, View, choose, coverage, look_over, shows_most, survey

__all__ = [
    "CASTS",
    "MOST_SOURCES",
    "Casts",
    "Choice",
    "Memory",
    "Moment",
    "Recent",
    "SegmentControls",
    "SourceView",
    "View",
    "choose",
    "coverage",
    "grown",
    "look_over",
    "shows_most",
    "survey",
    "traces",
]
