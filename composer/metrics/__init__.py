"""How well frames agree with the geometry that they declare, and with one another across a cut.

Pure functions of frames and declared geometry: the colour of every anchor (`anchor_colour`), its position
(`anchor_position`), where outlines are seen (`outline`), motion across a join (`motion`), that of bodies (`body_shift`),
flicker and light that drifts (`flicker`, `light_drift`), what a dissolve shows twice (`ghosting`), programs that look for
cuts (`CutDetectors`), what left the picture and came back (`returns`); and of sound: `click_db`, `dip_db`,
`loudness_step`, `event_offset`. `floor` calibrates each on pairs within shots of the same film; `judge` and `judge_worst`
turn figures into a `Measurement`. docs/metrics.md tells the formulas.
"""

from composer.metrics.bodies import body_shift
from composer.metrics.colour import anchor_colour
from composer.metrics.detectors import DETECTORS, CutDetectors, firing
from composer.metrics.flicker import Flicker, FlickerStep, flicker, flicker_step, light_drift
from composer.metrics.ghosting import ghosting
from composer.metrics.motion import DeclaredFlow, Interval, Motion, declared_flow, interval, motion
from composer.metrics.outline import Outline, outline
from composer.metrics.position import anchor_position
from composer.metrics.returning import Return, returns
from composer.metrics.sounding import click_db, dip_db, event_offset, loudness_step, step_lu
from composer.metrics.verdicts import LIMITS, Figure, Floor, Limit, floor, judge, judge_worst, pairs_within, worst
from composer.metrics.views import Common, View, common, seen_from

__all__ = [
    "DETECTORS",
    "LIMITS",
    "Common",
    "CutDetectors",
    "DeclaredFlow",
    "Figure",
    "Flicker",
    "FlickerStep",
    "Floor",
    "Interval",
    "Limit",
    "Motion",
    "Outline",
    "Return",
    "View",
    "anchor_colour",
    "anchor_position",
    "body_shift",
    "click_db",
    "common",
    "declared_flow",
    "dip_db",
    "event_offset",
    "firing",
    "flicker",
    "flicker_step",
    "floor",
    "ghosting",
    "interval",
    "judge",
    "judge_worst",
    "light_drift",
    "loudness_step",
    "motion",
    "outline",
    "pairs_within",
    "returns",
    "seen_from",
    "step_lu",
    "worst",
]
