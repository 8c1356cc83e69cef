"""The controls of a segment: depth, normals, anchor ids, previz, and spatial memory, frame by frame."""

from composer.controls.memory import MOST_SOURCES, Memory, SourceView
from composer.controls.segment import SegmentControls
from composer.controls.sources import View, choose, survey

__all__ = ["MOST_SOURCES", "Memory", "SegmentControls", "SourceView", "View", "choose", "survey"]
