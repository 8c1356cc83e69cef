"""Is a clip better for what was done to it? Told by measures of frames that the correction was not found from."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np

from composer.metrics import Common, anchor_colour, anchor_position
from composer.reconcile.drift import apart_px
from composer.types import FIRST_ANCHOR

_AS_GOOD_PX = 0.15  # what `anchor position` errs by
_LEAST_GAIN = 0.8  # of what was wrong: more must not be left

Measures = Mapping[str, float]


@dataclass(frozen=True)
class Change:
    """What was done to a clip, or why not (`said`), with measures of it before and after; `by` are its numbers.

    Without measures there was nothing to be done, or nothing to find it from.
    """

    done: bool
    said: str
    before: Measures = field(default_factory=dict)
    after: Measures = field(default_factory=dict)
    by: Mapping[str, Any] = field(default_factory=dict)


def judge_colour(
    before: Sequence[Common], after: Sequence[Common], alone: Collection[int], changed_de: float, by: Mapping[str, Any]
) -> Change:
    """Better: the median anchor is nearer and the worst is no further off; the anchors that stand `alone` have no say."""
    was, now = colour_of(before, alone), colour_of(after, alone)
    told = " and ".join(f"{name} {was[name]:.2f} to {now[name]:.2f} dE" for name in was if name in now)
    if not told:
        return Change(False, "no frame shows enough of what is known to tell whether it helps", by=by)
    better = now["median anchor"] < was["median anchor"] and now["worst anchor"] <= was["worst anchor"]
    verb = "moved" if better else "left as it was: moved"
    return Change(better, f"colours {verb} by {changed_de:.2f} dE: {told}", was, now, by)


def judge_position(before: Sequence[Common], after: Sequence[Common], most_px: float, by: Mapping[str, Any]) -> Change:
    """Better: clearly less moves between what is shown and what is expected, and no anchor stands further off."""
    was, now = position_of(before), position_of(after)
    told = " and ".join(f"{name} {was[name]:.2f} to {now[name]:.2f} px" for name in was if name in now)
    if "motion" not in was or "motion" not in now:
        return Change(False, "no frame shows enough texture to tell whether it helps", by=by)
    better = now["motion"] <= _LEAST_GAIN * was["motion"] and (
        now.get("worst anchor", 0.0) <= was.get("worst anchor", np.inf) + _AS_GOOD_PX
    )
    verb = "moved" if better else "left as it was: moved"
    return Change(better, f"background {verb} by up to {most_px:.2f} px: {told}", was, now, by)


def colour_of(frames: Sequence[Common], alone: Collection[int] = ()) -> dict[str, float]:
    """`anchor colour` (dE) of the worst anchor and of the one in the middle, each the mean over its frames."""
    found: dict[int, list[float]] = {}
    for both in frames:
        for figure in anchor_colour(both):
            if figure.anchor_id >= FIRST_ANCHOR and figure.anchor_id not in alone:
                found.setdefault(figure.anchor_id, []).append(figure.value)
    means = [float(np.mean(values)) for values in found.values()]
    return {"worst anchor": _told(max(means)), "median anchor": _told(float(np.median(means)))} if means else {}


def position_of(frames: Sequence[Common]) -> dict[str, float]:
    """The median that is moved (px), the mean over frames; and `anchor position` of the worst anchor."""
    moved = [one for both in frames if isfinite(one := apart_px(both))]
    found: dict[int, list[float]] = {}
    for both in frames:
        for figure in anchor_position(both):
            found.setdefault(figure.anchor_id, []).append(figure.value)
    told = {"motion": _told(float(np.mean(moved)))} if moved else {}
    return told | ({"worst anchor": _told(max(float(np.mean(values)) for values in found.values()))} if found else {})


def _told(value: float) -> float:
    return round(value, 3)
