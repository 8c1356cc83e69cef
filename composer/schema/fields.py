"""Quantities as types of fields: how each is read, and its JSON Schema."""

from fractions import Fraction
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from composer.schema.patterns import COLOUR_SCHEMA
from composer.schema.phrases import parse_colour, parse_truth
from composer.schema.quantities import (
    COMPASS,
    Time,
    length_between,
    number_between,
    parse_angle,
    parse_direction,
    parse_lens,
    parse_mass,
    parse_moment,
    parse_time,
)
from composer.schema.sizes import parse_frame_rate, parse_integer, parse_picture_size, parse_point
from composer.timing import FRAME_RATES


def _text(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


_N = r"-?(\d+(\.\d+)?|\.\d+)"
_LENGTH = _text(rf"^{_N}\s*(m|cm|mm|km|ft|in)$", "3m")
Duration = Annotated[Time, BeforeValidator(parse_time), _text(rf"^{_N}\s*(s|f|min|h)$", "5s")]
Moment = Annotated[Time, BeforeValidator(parse_moment), _text(rf"^{_N}\s*(s|f|min|h)$", "0s")]
Length = Annotated[float, BeforeValidator(length_between(0.001, 10_000)), _LENGTH]
Gap = Annotated[float, BeforeValidator(length_between(0, 10_000)), _LENGTH]
BodyHeight = Annotated[
    float,
    BeforeValidator(length_between(0.3, 3, ("m", "cm", "mm", "ft"))),
    _text(rf"^{_N}\s*(m|cm|mm|km|ft|in)$", "1.75m"),
]
Gate = Annotated[
    float, BeforeValidator(length_between(0.001, 0.5, ("mm", "cm"))), _text(rf"^{_N}\s*(m|cm|mm|km|ft|in)$", "36mm")
]
Lens = Annotated[float, BeforeValidator(parse_lens), _text(rf"^{_N}\s*mm$", "35mm")]
Angle = Annotated[float, BeforeValidator(parse_angle), _text(rf"^{_N}\s*deg$", "5deg")]
Mass = Annotated[float | None, BeforeValidator(parse_mass), _text(rf"^{_N}\s*(kg|g|t)$", "90kg")]
Bounce = Annotated[
    float | None,
    BeforeValidator(number_between(0, 1, "a bounce")),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
Friction = Annotated[
    float | None,
    BeforeValidator(number_between(0, 2, "a friction")),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 2}),
]
Direction = Annotated[
    float, BeforeValidator(parse_direction), _text(rf"^({'|'.join(COMPASS)}|{_N}\s*deg)$", "south-east")
]
FrameRate = Annotated[
    Fraction,
    BeforeValidator(parse_frame_rate),
    WithJsonSchema({"enum": [float(k) if "." in k else int(k) for k in FRAME_RATES]}),
]
PictureSize = Annotated[
    tuple[int, int], BeforeValidator(parse_picture_size), _text(r"^\d{2,4}\s*x\s*\d{2,4}$", "768x432")
]
Point = Annotated[
    tuple[float, ...],
    BeforeValidator(parse_point),
    WithJsonSchema(
        {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 3, "examples": [[24, -7]]}
    ),
]
Integer = Annotated[int, BeforeValidator(parse_integer(-(2**63), 2**63 - 1)), WithJsonSchema({"type": "integer"})]
Colour = Annotated[tuple[float, float, float], BeforeValidator(parse_colour), COLOUR_SCHEMA]
Truth = Annotated[bool, BeforeValidator(parse_truth), WithJsonSchema({"type": "boolean"})]
