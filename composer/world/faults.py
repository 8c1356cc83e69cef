"""What can be wrong with a motion, in words and numbers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil, floor

import numpy as np
from jaxtyping import Float

from composer.errors import Path, Problem
from composer.layout import Layout
from composer.schema.quantities import plain
from composer.schema.words import Go, Take
from composer.types import Solid, Vector
from composer.world.body import Body, Entrance, Order

_ON_GROUND_M = 0.05
STANDS_M_S = 0.05
LIMITS_M_S = {"walk": 2.5, "run": 9.0}
_LIMITS = "a walk goes up to 2.5 m/s, a run up to 9 m/s."


def problem(order: Order, code: str, message: str, *expected: str) -> Problem:
    """A fault of one action, which is what it points at; under its index when the shot gives a list."""
    path: Path = ("shots", order.cue.shot_index, "motion", order.name)
    path = (*path, order.index) if len(order.cue.actions) > 1 else path
    return Problem(path, code, message, expected, order.action.text)


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


def goal_within(order: Order, mark: str, inside: tuple[str, bool], free: str | None) -> Problem:
    """A way to a mark at which nobody can stand: `inside` is the anchor, and whether the mark lies in it; `free` the
    position nearest to it at which the subject can.
    """
    anchor, within = inside
    message = (
        f"the mark `{mark}` lies inside `{anchor}`"
        if within
        else f"the mark `{mark}` is so near to `{anchor}` that {order.name} would stand in it"
    )
    hint = f"the nearest free point for {order.name} is `{mark}: {{at: [{free}]}}`" if free else "move the mark"
    return replace(problem(order, "in-the-way", message, hint), focus=mark)


def via(go: Go, name: str) -> str:
    """The same way, by one more mark."""
    words = " ".join((*go.via, name))
    rest = go.text.partition(f" to {go.to}")[2]
    return f"{go.gait} via {words} to {go.to}{rest}"


def through(
    order: Order, other: str, when: tuple[str, float], waiting: str | None, corner: tuple[str, Vector] | None
) -> Problem:
    """A way through another's body; `waiting` is the order that lets the other pass, `corner` a mark that leads round."""
    shot, into_s = when
    message = f"{order.name} goes through `{other}` {plain(floor(into_s * 10) / 10, 1)} s into shot `{shot}`"
    hint = "set out at another time, or go `via` a mark beside its way"
    if waiting:
        hint = f"let it pass. Did you mean `{order.name}: {waiting}`?"
    elif corner and isinstance(order.action, Go):
        name, (x, y, z) = corner
        spot = ", ".join(plain(float(v), 2) for v in ((x, y) if abs(z) < _ON_GROUND_M else (x, y, z)))
        hint = f"go round it: add the mark `{name}: {{at: [{spot}]}}` and write `{via(order.action, name)}`"
    return replace(problem(order, "through", message, hint), severity="warning")


def no_stairs(order: Order, rise_m: float) -> Problem:
    """A way that leads up or down more than a step."""
    word = "up" if rise_m > 0 else "down"
    message = f"{order.name} would go {plain(abs(rise_m), 2)} m {word} through the air"
    hint = "people go up and down by a `ramp`. Build one on the way, or let time pass (`later`) and `stage` them there"
    return replace(problem(order, "no-stairs", message, hint), severity="warning")


def steps_off(order: Order, height_m: float, when: tuple[str, float]) -> Problem:
    """A level way off an edge."""
    shot, into_s = when
    after = plain(floor(into_s * 10) / 10, 1)
    message = f"nothing is under {order.name}'s feet at z {plain(height_m, 2)} m from {after} s into shot `{shot}` on"
    hint = "people stand on the ground or on something: end the way on what they walk on"
    return replace(problem(order, "no-footing", message, hint), severity="warning")


def hangs(order: Order, height_m: float, name: str) -> Problem:
    """A way that ends in the air."""
    message = f"nothing is under {order.name}'s feet at z {plain(height_m, 2)} m, at the end of the way to `{name}`"
    hint = f"people stand on the ground or on something: put `{name}` `on_top_of` something"
    return replace(problem(order, "no-footing", message, hint), severity="warning")


def levitates(body: Body, height_m: float) -> Problem:
    """A person placed in the air."""
    message = f"nothing is under {body.name}'s feet at z {plain(height_m, 2)} m"
    hint = "people stand on the ground or on something: `on_top_of`"
    return Problem(("subjects", body.name), "no-footing", message, (hint,), on_key=True, severity="warning")


def _holds(layout: Layout, name: str) -> bool:
    return name in layout.marks or name in layout.subjects or bool(layout.anchor(name))


def jumps(order: Order, here: Vector, there: Vector) -> list[Problem]:
    """The first of `keys` is where the subject is not, and no time is left to get there."""
    away_m = float(np.hypot(*(there - here)[:2]))
    if away_m < 0.01:
        return []
    message = f"{order.name} is {plain(away_m, 2)} m away from the first of its poses"
    at = ", ".join(plain(float(value), 2) for value in here[:2])
    return [problem(order, "teleport", message, f"begin where it is, `at: [{at}]`, or give it time to get there")]


def keys_too_fast(order: Order, times_s: Sequence[float], points: Float[np.ndarray, "n 3"]) -> Problem | None:
    """Poses that legs do not reach in time."""
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    for i, (length, took) in enumerate(zip(lengths, np.diff(times_s), strict=True)):
        if length / took > LIMITS_M_S["run"] * (1 + 1e-9):
            into = times_s[i + 1] - float(order.cue.start_s)
            message = f"{order.name} would go {plain(float(length), 1)} m in {plain(float(took), 2)} s before {plain(into, 2)} s, at {plain(float(length / took), 1)} m/s"
            late = ceil(round((into - took + length / LIMITS_M_S["run"]) * 10, 6)) / 10
            return problem(order, "too-fast", message, f"{_LIMITS} That pose is reached at `t: {plain(late, 1)}s`")
    return None


def in_hands(order: Order, bearer: str) -> Problem:
    """A thing that is carried is told to move by itself."""
    message = f"`{order.name}` is in {bearer}'s hands"
    hint = f"it goes where {bearer} goes until `{bearer}: put {order.name} on_top_of NAME`; or `throw`, `release` it"
    return problem(order, "carried", message, hint)


def not_in_hands(order: Order, thing: str) -> Problem:
    """What is put down was not taken."""
    return problem(order, "carried", f"{order.name} does not carry `{thing}`", f"first `take {thing}`")


def cannot_take(order: Order, thing: str, place: str, bearer: str) -> Problem:
    """A thing that is elsewhere, or in other hands."""
    if bearer:
        message = (
            f"`{thing}` is in {bearer}'s hands" if bearer != order.name else f"{order.name} carries `{thing}` already"
        )
        return problem(order, "carried", message, f"expected `{bearer}: put {thing} on_top_of NAME` before")
    where = f"in `{place}`" if place else "nowhere yet"
    return problem(
        order, "other-place", f"`{thing}` is {where}", f"expected a thing in the place where {order.name} is"
    )


def out_of_reach(order: Order, thing: str, away_m: float) -> Problem:
    """Arms are not that long."""
    message = f"`{thing}` is {plain(away_m, 1)} m away from {order.name}, and arms reach 1.2 m"
    before = order.cue.actions[order.index - 1] if order.index else None
    if isinstance(before, Go) and before.to == thing:  # who walks to a solid stops short of it
        message = f"the place on `{thing}` is {plain(away_m, 1)} m away from {order.name}, and arms reach 1.2 m"
        return problem(
            order, "reach", message, f"walk to a mark that is nearer to `{thing}`, or put it on something else"
        )
    walk = f"`[walk to {thing}, {order.action.text}]`"
    return problem(order, "reach", message, f"let {order.name} go there first: {walk}")


def on_a_head(order: Order, thing: str, person: str) -> Problem:
    """What is put on somebody."""
    message = f"`{thing}` is put on {person}'s head: nobody gives it into {person}'s hands"
    hint = f"let {order.name} put it on a thing or a mark and `{person}: take {thing}` from there, or mean it"
    return replace(problem(order, "on-a-head", message, hint), severity="warning")


def too_high(order: Order, thing: str, heights_m: tuple[float, float]) -> Problem:
    """What is taken, or put, is above what hands reach; `heights_m` above the feet: where it is, and of the hands."""
    high, reach = heights_m
    where = f"`{thing}` is" if isinstance(order.action, Take) else f"the top of `{thing}` is"
    message = f"{where} {plain(high, 1)} m up, and {order.name} reaches up to {plain(reach, 1)} m"
    hint = f"expected something lower, or let {order.name} stand higher: people go up by a `ramp`"
    return problem(order, "reach", message, hint)


def too_slow_a_throw(order: Order, target: str, least_m_s: float) -> Problem:
    """A throw that does not get there."""
    speed = ceil(least_m_s * 10 + 1e-9) / 10
    good = re.sub(r" at \S+$", f" at {plain(speed, 1)}m/s", order.action.text)
    message = f"thrown so, `{order.name}` does not reach `{target}`"
    return problem(order, "too-slow", message, f"it takes {plain(speed, 1)} m/s at least. Did you mean `{good}`?")


def teleport(entrance: Entrance, at: str, away_m: float, doing: str, walk: str) -> Problem:
    """A subject put elsewhere where time goes on. `at` and `doing` say where to, and what it is about."""
    name = entrance.name
    message = f"{name} cannot be put {at}: time is continuous, and {name} is {plain(away_m, 1)} m away{doing}"
    hours = ceil(away_m / 1.4)
    hint = f"let {name} go there ({walk}), or let time pass (`time: later {hours}s`)"
    return Problem(entrance.path, "teleport", message, (hint,))


def lost(name: str, solid: Solid, when: tuple[str, float]) -> Problem:
    """A thing whose motion no solver can follow."""
    shot, into_s = when
    size = " x ".join(plain(side, 2) for side in solid.size_m)
    moment = f"{plain(floor(into_s * 100) / 100, 2)} s into shot `{shot}`"
    message = f"the motion of `{name}` cannot be computed from {moment} on"
    hint = (
        f"expected a size and mass that go with what it touches; it is {size} m and weighs"
        f" {plain(solid.physical.mass_kg, 1)} kg"
    )
    return Problem(("subjects", name), "unstable", message, (hint,), on_key=True)


def struck(name: str, person: str, path: Path, when: tuple[str, float], speeds_m_s: tuple[float, float]) -> Problem:
    """A thing and a person meet, who does not yield; their speeds just before."""
    shot, into_s = when
    of_thing, of_person = speeds_m_s
    moment = f"{plain(floor(into_s * 10) / 10, 1)} s into shot `{shot}`"
    if of_thing > STANDS_M_S:
        message = f"`{name}` strikes {person} {moment}, at {plain(of_thing, 1)} m/s"
        hint = f"people are moved by the list alone, so it bounces off. Let {person} stand elsewhere, or mean it"
    else:
        message = f"{person} walks into `{name}` {moment}, at {plain(of_person, 1)} m/s"
        hint = f"it is pushed aside. Let {person} go round it, `via` a mark, or mean it"
    return Problem(path, "struck", message, (hint,), severity="warning")
