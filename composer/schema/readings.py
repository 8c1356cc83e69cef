"""Readings of the world's state, as layers show them: `{barrel.speed km/h 0.1}` in a text, `barrel.speed` in a bar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.names import NAME
from composer.spelling import did_you_mean

Quantity = Literal["speed", "length", "impulse", "time", "count", "word"]

UNITS: dict[Quantity, dict[str, Fraction]] = {
    "speed": q.SPEEDS,
    "length": q.LENGTHS,
    "impulse": {"N s": Fraction(1)},
    "time": {**q.TIMES, "f": Fraction(0)},  # a frame's length is the film's to say
    "count": {},
    "word": {},
}
"""By quantity: its units, the one that is meant when none is given first, and what each is in that of the state (m/s, m,
N s, s)."""

OF_SUBJECTS: dict[str, Quantity] = {
    "speed": "speed",
    "height": "length",
    "distance": "length",
    "impact": "impulse",
    "hits": "count",
    "look": "word",
}
OF_THE_FILM: dict[str, Quantity] = {
    "film.time": "time",
    "film.left": "time",
    "story.time": "time",
    "shot.time": "time",
    "shot.left": "time",
    "shot": "word",
}

_ARTICLES = {"impulse": "an impulse"}
_SUBJECT_STATES = "`NAME.speed`, `.height`, `.distance.OTHER`, `.impact`, `.hits`, `.look`"
_EXPECTED = f"expected {_SUBJECT_STATES}; {', '.join(f'`{state}`' for state in OF_THE_FILM)}"


@dataclass(frozen=True)
class Reading:
    """One value: `what` of the subject `name` (with `distance`, to `other`), or of the film where that is empty.

    `unit` and `rounding`, a step in that unit, are empty and None where the list does not say.
    """

    what: str
    name: str = ""
    other: str = ""
    unit: str = ""
    rounding: Fraction | None = None

    @property
    def quantity(self) -> Quantity:
        return OF_SUBJECTS[self.what] if self.name else OF_THE_FILM[self.what]

    @property
    def state(self) -> str:
        """As it is written: `barrel.distance.crane`, `film.time`."""
        return ".".join(part for part in (self.name, self.what, self.other) if part)


@dataclass(frozen=True)
class Template:
    """A text with readings in it: `parts` in their order, `text` as it is written."""

    text: str
    parts: tuple[str | Reading, ...]

    @property
    def readings(self) -> tuple[Reading, ...]:
        return tuple(part for part in self.parts if isinstance(part, Reading))


@dataclass(frozen=True)
class Full:
    """A quantity whose kind its `unit` tells: `amount` in m/s, m, N s or s, in frames with `f`, a count without one."""

    amount: float
    quantity: Quantity
    unit: str = ""
    text: str = ""


def named(quantity: Quantity) -> str:
    """A quantity with its article."""
    return _ARTICLES.get(quantity, f"a {quantity}")


def parse_reading(value: Any) -> Reading | None:
    """`barrel.speed km/h 0.1`, unit and rounding as one likes; None passes. Raises `Wrong`."""
    if value is None or isinstance(value, Reading):
        return value
    text = " ".join(str(value)[:200].split())
    if not isinstance(value, str) or not text:
        raise Wrong("state", "this is no state", _EXPECTED)
    state, *said = text.split()
    reading = _of_the_film(state) or _of_a_subject(state)
    rounding = said.pop() if said and re.fullmatch(q.NUMBER, said[-1]) else None
    return Reading(
        reading.what, reading.name, reading.other, _unit(reading, " ".join(said)), _rounding(reading, rounding)
    )


def _of_the_film(state: str) -> Reading | None:
    if state in OF_THE_FILM:
        return Reading(state)
    whose = state.partition(".")[0]
    if whose in ("film", "story", "shot"):
        known = ", ".join(f"`{each}`" for each in OF_THE_FILM if each.partition(".")[0] == whose)
        said = f"the {whose} has no `{q.shown(state.removeprefix(whose).removeprefix('.'))}`"
        raise Wrong("state", said, f"expected {known}.{did_you_mean(state, OF_THE_FILM)}", focus=state)
    return None


def _of_a_subject(state: str) -> Reading:
    name, _, rest = state.partition(".")
    what, _, other = rest.partition(".")
    if not re.fullmatch(NAME, name):
        raise Wrong("state", f"`{q.shown(state)}` is no state", _EXPECTED, focus=state)
    if not what:
        said = f"`{name}` alone says not what of it is shown"
        raise Wrong("state", said, f"expected {_SUBJECT_STATES}. Did you mean `{name}.speed`?", focus=state)
    if what not in OF_SUBJECTS:
        hint = did_you_mean(what, OF_SUBJECTS).replace("`", f"`{name}.", 1)
        raise Wrong("state", f"nobody has a `{q.shown(what)}`", f"expected {_SUBJECT_STATES}.{hint}", focus=state)
    if (what == "distance") != bool(re.fullmatch(NAME, other)) or (other and what != "distance"):
        said = "a distance is one to somebody" if what == "distance" else f"nothing comes after `{name}.{what}`"
        hint = f"expected `{name}.distance.NAME`" if what == "distance" else f"Did you mean `{name}.{what}`?"
        raise Wrong("state", said, hint, focus=state)
    return Reading(what, name, other)


def _unit(reading: Reading, unit: str) -> str:
    units = UNITS[reading.quantity]
    if not unit or unit in units:
        return unit
    tight = {known.replace(" ", ""): known for known in units}
    if unit in tight:
        return tight[unit]
    if not units:
        raise Wrong(
            "unit",
            f"`{reading.state}` has no unit",
            f"Did you mean `{reading.state}`?",
            focus=f"{reading.state} {unit}",
        )
    good = f"expected one of: {', '.join(units)}.{did_you_mean(unit, units)}"
    raise Wrong("unit", f"`{q.shown(unit)}` is no unit of {named(reading.quantity)}", good, focus=unit)


def _rounding(reading: Reading, text: str | None) -> Fraction | None:
    if text is None:
        return None
    if reading.quantity == "word":
        said = f"`{reading.state}` is no number to round"
        raise Wrong("rounding", said, f"Did you mean `{reading.state}`?", focus=f"{reading.state} {text}")
    step = q.number(text)
    if not 0 < step <= 1_000_000 or (1_000_000 * step).denominator != 1:
        raise Wrong("rounding", f"nothing is rounded to {text}", "expected a step, such as `1` or `0.1`", focus=text)
    return step


_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def parse_template(value: Any) -> Template | None:
    """A text with `{barrel.speed km/h}` in it; `{{` is a brace. None passes. Raises `Wrong`."""
    if value is None or isinstance(value, Template):
        return value
    if not isinstance(value, str) or not value.strip():
        raise Wrong("text", "an empty text" if isinstance(value, str) else "this is no text", "expected what is shown")
    if len(value) > 400:
        raise Wrong("too-long", f"a text of {len(value)} characters", "expected at most 400")
    return Template(value, tuple(_parts(value)))


def _parts(text: str) -> Iterator[str | Reading]:
    done, plain = 0, ""
    for found in _BRACES.finditer(text):
        plain += text[done : found.start()]
        done = found.end()
        if found[0] in ("{{", "}}"):
            plain += found[0][0]
            continue
        if found[1] is None:
            other = {"{": "}", "}": "{"}[found[0]]
            said = f"a `{found[0]}` without its `{other}`"
            raise Wrong("text", said, f"a state stands in braces: `{{NAME.speed}}`. A brace itself is `{found[0] * 2}`")
        if plain:
            yield plain
        plain = ""
        reading = parse_reading(found[1] if found[1].strip() else None)
        if reading is None:
            raise Wrong("state", "a pair of braces with nothing in it", _EXPECTED, focus=found[0])
        yield reading
    plain += text[done:]
    if plain:
        yield plain


_FULL = re.compile(rf"({q.NUMBER})\s*(.*)")
_FULLS = "such as `5m/s`, `20m`, `400N s`, `10s` or `3`"


def parse_full(value: Any) -> Full | None:
    """`5m/s`, `20m`, `400N s`, `10s`, `48f`, `3`: more than nothing. None passes. Raises `Wrong`."""
    if value is None or isinstance(value, Full):
        return value
    text = " ".join(str(value)[:64].split())
    found = _FULL.fullmatch(text)
    if not found:
        raise Wrong("quantity", f"`{q.shown(text)}` is no quantity", f"expected where it is full, {_FULLS}")
    amount, unit = q.number(found[1]), found[2]
    if amount <= 0:
        raise Wrong("range", f"`{text}` is nothing to fill", f"expected more than nothing, {_FULLS}")
    if not unit:
        return Full(float(amount), "count", text=text)
    for quantity, units in UNITS.items():
        for known, factor in units.items():
            if unit in (known, known.replace(" ", "")):
                return Full(float(amount * (factor or 1)), quantity, known, text)
    every = [known for units in UNITS.values() for known in units]
    hint = did_you_mean(unit, every).replace("`", f"`{found[1]}", 1)
    raise Wrong("unit", f"`{unit}` is no unit that a state has", f"expected one of: {', '.join(every)}.{hint}")
