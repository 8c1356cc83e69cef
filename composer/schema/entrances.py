"""How what is laid over the picture comes and goes: `cut`, `fade 0.3s`, `slide 0.3s`."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, get_args

from pydantic import WithJsonSchema

from composer.errors import Wrong
from composer.schema import quantities as q
from composer.schema.quantities import Time
from composer.spelling import nearest

Entry = Literal["cut", "fade", "slide"]
ENTRIES: tuple[str, ...] = get_args(Entry)

_NOTHING = Time(Fraction(0))


@dataclass(frozen=True)
class Entrance:
    """How an item comes, or goes: at once, or over a `time`."""

    kind: Entry = "cut"
    time: Time = _NOTHING


def parse_entrance(value: Any) -> Any:
    """`cut`, `fade 0.3s`, `slide 0.3s`. None passes. Raises `Wrong`."""
    if value is None or isinstance(value, Entrance):
        return value
    text = " ".join(str(value)[:80].split())
    match text.split():
        case ["cut"]:
            return Entrance()
        case [("fade" | "slide") as kind, time]:
            return Entrance(kind, q.pointing(time, q.parse_time))
        case ["fade" | "slide"]:
            raise Wrong("entrance", f"`{text}` does not say how long", f"Did you mean `{text} 0.3s`?")
    kinds = "expected `cut`, `fade TIME` or `slide TIME`, such as `fade 0.3s`"
    near, time = nearest(text.partition(" ")[0], ENTRIES), text.partition(" ")[2] or "0.3s"
    hint = f"{kinds}. Did you mean `{near if near == 'cut' else f'{near} {time}'}`?" if near else kinds
    raise Wrong("entrance", f"`{q.shown(text)}` is no way to come or go", hint)


ENTRANCE_SCHEMA = WithJsonSchema(
    {
        "type": "string",
        "pattern": r"^(cut|(fade|slide)\s+(\d+(\.\d+)?|\.\d+)(s|f|min|h))$",
        "examples": ["fade 0.3s", "slide 0.3s", "cut"],
    }
)
