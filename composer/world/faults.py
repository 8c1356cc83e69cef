"""What can be wrong with a motion, in words and numbers."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import ceil, floor

from composer.errors import Path, Problem
from composer.layout import Layout
from composer.schema.quantities import plain
from composer.schema.words import Go
from composer.world.body import Body, Order

LIMITS_M_S = {"walk": 2.5, "run": 9.0}
_LIMITS = "a walk goes up to 2.5 m/s, a run up to 9 m/s."


def problem(order: Order, code: str, message: str, *expected: str) -> Problem:
    """A fault of one action, which is what it points at; under its index when the shot gives a list."""
    path: Path = ("shots", order.cue.shot_index, "motion", order.name)
    path = (*path, order.index) if len(order.cue.actions) > 1 else path
    return Problem(path, code, message, expected, order.action.text)


def no_legs(order: Order, go: Go, body: Body) -> Problem | None:
    """People walk and run, things move; None when the word fits."""
    if body.is_person != (go.gait == "move"):
        return None
    good = re.sub(r"^\w+", "walk" if body.is_person else "move", go.text)
    message = f"{order.name} is a person" if body.is_person else f"`{order.name}` has no legs to {go.gait} with"
    return problem(order, "motion-word", message, f"people `walk` and `run`, things `move`. Did you mean `{good}`?")


def too_fast(order: Order, go: Go, length_m: float, speed_m_s: float) -> Problem | None:
    """A walk or a run faster than legs go; None when legs go that fast, and for things."""
    limit = LIMITS_M_S.get(go.gait, float("inf"))
    if speed_m_s <= limit * (1 + 1e-9):
        return None
    took = "" if go.by is None else f" in {plain(length_m / speed_m_s, 1)} s,"
    message = f"{order.name} would {go.gait} {plain(length_m, 1)} m{took} at {plain(speed_m_s, 1)} m/s"
    good = []
    if go.gait == "walk" and speed_m_s <= LIMITS_M_S["run"]:
        good.append(re.sub(r"^walk", "run", go.text))
    if go.by is None:
        good.append(re.sub(r" at \S+$", f" at {plain(limit)}m/s", go.text))
    else:
        least_s = ceil(round((order.into_s + length_m / limit) * 10, 6)) / 10
        good.append(re.sub(r" by \S+$", f" by {plain(least_s, 1)}s", go.text))
    options = ", or ".join(f"`{text}`" for text in good)
    return problem(order, "too-fast", message, f"{_LIMITS} Did you mean {options}?")


def too_late(order: Order, go: Go) -> Problem:
    """Due before it begins."""
    due = "the shot's end" if go.by == "end" else f"`by {go.by}`"
    message = f"{order.name} sets out {plain(order.into_s, 2)} s into the shot; {due} is past by then"
    return problem(order, "too-late", message, f"expected a time after {plain(order.into_s, 2)} s, or no `by`")


def elsewhere(order: Order, place: str, name: str, layouts: Mapping[str, Layout]) -> Problem:
    """A target that is not in the place of whom it is told to."""
    home = next((p for p, layout in layouts.items() if p != place and _holds(layout, name)), None)
    if name == order.name:
        message = f"{name} cannot be its own goal"
    elif home is None:
        message = f"nothing in `{place}` is called `{name}`"
    else:
        message = f"`{name}` is in `{home}`, and {order.name} is in `{place}`"
    hint = f"expected a mark, an anchor or another subject of `{place}`"
    return replace(problem(order, "other-place" if home else "unknown-name", message, hint), focus=name)


def in_the_way(order: Order, anchor: str, when: tuple[str, float], ways: tuple[str, ...]) -> Problem:
    """A way through an anchor; `when` is a shot and the seconds into it, `ways` say what would do."""
    shot, into_s = when
    message = f"{order.name} would walk into `{anchor}` {plain(floor(into_s * 10) / 10, 1)} s into shot `{shot}`"
    return problem(order, "in-the-way", message, *ways)


def _holds(layout: Layout, name: str) -> bool:
    return name in layout.marks or name in layout.subjects or bool(layout.anchor(name))
