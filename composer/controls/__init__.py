"""The controls of a segment: what a generator is conditioned on, frame by frame, as docs/controls.md states it."""

from composer.controls.memory import MOST_SOURCES, Memory, SourceView
from composer.controls.moment import Moment
from composer.controls.segment import SegmentControls
from composer.controls.shadows import traces
from composer.controls.sources import Choice, View, choose, look_over, shows_most, survey

__all__ = [
    "MOST_SOURCES",
    "Choice",
    "Memory",
    "Moment",
    "SegmentControls",
    "SourceView",
    "View",
    "choose",
    "look_over",
    "shows_most",
    "survey",
    "traces",
]
