"""Values that people write for those of the language: the hint they get, which the same parser takes."""

import re

import pytest

from composer.errors import Wrong
from composer.schema import fields, phrases, quantities, sizes


def hint(parse, value):
    """The first value that the fault of `value` offers, or ""."""
    with pytest.raises(Wrong) as caught:
        parse(value)
    found = re.search(r"[Dd]id you mean `([^`]+)`\?", " ".join(caught.value.expected))
    return found[1] if found else ""


BODY = fields.BodyHeight.__metadata__[0].func
GATE = fields.Gate.__metadata__[0].func

OFFERED = [
    (BODY, "170", "170cm"),
    (BODY, "170m", "170cm"),
    (BODY, "1750", "1750mm"),
    (BODY, "1,70m", "1.70m"),
    (BODY, "1,70", "1.70m"),
    (BODY, "1.7", "1.7m"),
    (GATE, "36", "36mm"),
    (GATE, "36m", "36mm"),
    (quantities.parse_time, "1,5s", "1.5s"),
    (quantities.parse_lens, "5", "8mm"),
    (phrases.BOX, "4 by 4 by 9 m", "4 x 4 x 9 m"),
    (phrases.BOX, "4X4X9", "4 x 4 x 9m"),
    (sizes.parse_picture_size, "2.39:1", "1032x432"),
    (sizes.parse_picture_size, "16:9", "768x432"),
    (sizes.parse_picture_size, "1080p", "1920x1080"),
    (sizes.parse_picture_size, "1920 by 1080", "1920x1080"),
]


@pytest.mark.parametrize(("parse", "value", "good"), OFFERED)
def test_a_value_gets_a_hint_that_its_parser_takes(parse, value, good):
    assert hint(parse, value) == good
    parse(good)


@pytest.mark.parametrize(
    ("parse", "value"),
    [(quantities.parse_time, "0"), (quantities.parse_lens, "2000m"), (BODY, "90000"), (phrases.BOX, "0x0x0")],
)
def test_no_value_is_offered_that_would_be_refused(parse, value):
    assert hint(parse, value) == ""


def test_coordinates_in_round_brackets_are_offered_in_square_ones():
    assert hint(phrases.parse_spot, "(0, -6)") == "[0, -6]"
    assert hint(phrases.parse_spot, "0 -6 1.5") == "[0, -6, 1.5]"


def test_a_list_is_shown_as_it_is_written():
    assert quantities.shown(["2", "-8", "1.6"]) == "[2, -8, 1.6]"
