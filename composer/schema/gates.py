"""Gates: what a join must keep, and how often a clip that does not is taken again."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.model import Model
from composer.schema.sizes import parse_integer
from composer.types import MeasureName

MOST_TAKES = 16
"""Of a clip, without what retakes add."""

_UNIT_SCHEMA = r"^(\d+(\.\d+)?|\.\d+)\s*"

GATED: Mapping[str, MeasureName] = {
    "colour": "anchor colour",
    "position": "anchor position",
    "motion": "motion",
    "flicker": "flicker",
    "click": "click",
}
"""The measure of each gate."""


GATE_UNITS: Mapping[MeasureName, str] = {
    "anchor colour": "dE",
    "anchor position": "px",
    "motion": "px",
    "flicker": "",
    "click": "dB",
}
"""The unit of each, as a list writes it."""


def parse_limit(unit: str, least: float, most: float, what: str) -> Callable[[Any], float | None]:
    """Parser of a limit in `[least, most]` of a `unit` (bare where that is empty); None passes. `what` names it in faults."""

    def parse(value: Any) -> float | None:
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{q.plain(q.finite(value))}{unit}"
        text = str(value).strip()
        found = re.fullmatch(rf"({q.NUMBER})\s*([A-Za-z*]*)", text) if len(text) <= 32 else None
        expected = f"expected `{q.plain(least)}{unit}` to `{q.plain(most)}{unit}`"
        if not found:
            raise Wrong("quantity", f"`{q.shown(text)}` is not {what}", expected)
        amount = float(found[1])
        near = min(max(amount, least), most)
        hint = f"{expected}. Did you mean `{q.plain(near)}{unit}`?"
        if found[2] != unit:
            code, said = ("wrong-unit", "is not " + what) if found[2] else ("no-unit", "has no unit")
            raise Wrong(code, f"`{q.shown(text)}` {said}", hint)
        if near != amount:
            raise Wrong("range", f"{what} of {q.plain(amount)}{unit and ' '}{unit}", hint)
        return amount

    return parse


def parse_takes(value: Any) -> int | None:
    """How many takes: 1 to 16; None passes. Raises `Wrong`."""
    if value is None:
        return None
    text = str(value).strip()
    if re.fullmatch(r"-?\d{1,20}", text) and not 1 <= int(text) <= MOST_TAKES:
        near = min(max(int(text), 1), MOST_TAKES)
        raise Wrong("range", f"`{text}` takes", f"expected 1 to {MOST_TAKES}. Did you mean `{near}`?")
    return parse_integer(1, MOST_TAKES)(value)


def parse_retakes(value: Any) -> int | None:
    """How many takes more: 0 to 15; None passes. Raises `Wrong`."""
    if value is None:
        return None
    text, most = str(value).strip(), MOST_TAKES - 1
    if re.fullmatch(r"-?\d{1,20}", text) and not 0 <= int(text) <= most:
        near = min(max(int(text), 0), most)
        raise Wrong("range", f"`{text}` retakes", f"expected 0 to {most}. Did you mean `{near}`?")
    return parse_integer(0, most)(value)


def _unit(unit: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"{_UNIT_SCHEMA}{unit}$", "examples": [example]})


_Colour = Annotated[
    float | None, BeforeValidator(parse_limit("dE", 0.1, 100, "a difference of colour")), _unit("dE", "6dE")
]
_Position = Annotated[
    float | None, BeforeValidator(parse_limit("px", 0.1, 48, "a distance in the picture")), _unit("px", "4px")
]
_Motion = Annotated[
    float | None, BeforeValidator(parse_limit("px", 0.05, 48, "a distance in the picture")), _unit("px", "1px")
]
_Flicker = Annotated[
    float | None,
    BeforeValidator(parse_limit("", 0.01, 100, "a change of lightness")),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": 100}),
]
_Click = Annotated[float | None, BeforeValidator(parse_limit("dB", 0.1, 60, "a click")), _unit("dB", "6dB")]

Takes = Annotated[
    int | None, BeforeValidator(parse_takes), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_TAKES})
]
"""Of a film, and of a shot."""

Retakes = Annotated[
    int | None,
    BeforeValidator(parse_retakes),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_TAKES - 1}),
]


class Gates(Model):
    """Limits that a clip must keep where it meets what came before, as docs/metrics.md measures them."""

    colour: _Colour = Field(None, description="Of the worst anchor, CIE dE76; 6dE when not given.")
    position: _Position = Field(
        None, description="By which the worst anchor stands elsewhere, in a film 768 pixels wide; 4px when not given."
    )
    motion: _Motion = Field(
        None, description="By which things move otherwise than declared across a join that goes on; 1px when not given."
    )
    flicker: _Flicker = Field(None, description="Of lightness L* within the clip; 1 when not given.")
    click: _Click = Field(None, description="At a join of clips that bring their own sound; 6dB when not given.")
    retakes: Retakes = Field(
        None,
        description="How many more takes there may be while the best of them fails a gate; by generator when not given.",
    )

    @property
    def limits(self) -> dict[str, float]:
        """Those that are given, by measure."""
        given = {measure: getattr(self, gate) for gate, measure in GATED.items()}
        return {measure: limit for measure, limit in given.items() if limit is not None}
