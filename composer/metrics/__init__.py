"""How well frames agree with the geometry that they declare, and with one another across a cut.

Four measures, pure functions of frames and declared geometry: the colour of every anchor (`anchor_colour`), its position
(`anchor_position`), motion across a join (`motion`) and flicker (`flicker`). `floor` calibrates each on pairs within
shots of the same film; `judge` and `judge_worst` turn figures into a `Measurement`. docs/metrics.md tells the formulas.
"""

from composer.metrics.colour import anchor_colour
from composer.metrics.flicker import Flicker, flicker
from composer.metrics.motion import DeclaredFlow, Motion, declared_flow, motion
from composer.metrics.position import anchor_position
from composer.metrics.verdicts import LIMITS, Figure, Floor, Limit, floor, judge, judge_worst, pairs_within, worst
from composer.metrics.views import Common, View, common, seen_from

__all__ = [
    "LIMITS",
    "Common",
    "DeclaredFlow",
    "Figure",
    "Flicker",
    "Floor",
    "Limit",
    "Motion",
    "View",
    "anchor_colour",
    "anchor_position",
    "common",
    "declared_flow",
    "flicker",
    "floor",
    "judge",
    "judge_worst",
    "motion",
    "pairs_within",
    "seen_from",
    "worst",
]
