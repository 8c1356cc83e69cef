"""A clip held against its place before it is accepted: its colours, where its background stands, what became of its prefix.

Pure functions of pictures and of what is expected there (`metrics.Common`); `composing.handing` gathers that.
"""

from composer.reconcile.anchors import Mend, mend, mended
from composer.reconcile.colour import Tint, ramp, tint, tinted
from composer.reconcile.drift import Course, course, moved_back, shift
from composer.reconcile.judging import Change, judge_colour, judge_position
from composer.reconcile.prefixes import Altered, altered
from composer.reconcile.spots import Spots, joined, spots

__all__ = [
    "Altered",
    "Change",
    "Course",
    "Mend",
    "Spots",
    "Tint",
    "altered",
    "course",
    "joined",
    "judge_colour",
    "judge_position",
    "mend",
    "mended",
    "moved_back",
    "ramp",
    "shift",
    "spots",
    "tint",
    "tinted",
]
