"""Values that people write for those of the language: the hint they get, which the same parser takes."""

import re

import pytest

from composer.errors import Wrong
from composer.schema import fields, phrases, quantities, sizes
from composer.schema.edits import parse_edit
from composer.schema.moves import parse_moves
from composer.spelling import files_beside, nearest


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


def test_a_guess_is_made_only_where_few_letters_are_wrong():
    assert nearest("walkk", ["walk", "run"]) == "walk"
    assert nearest("distanse_m", ["kind", "distance_m"]) == "distance_m"
    assert nearest("morp", ["prom", "morph"]) == "morph"
    assert nearest("barrle", ["barrel"]) == "barrel"  # two letters that changed places are one mistake
    assert nearest("holding", ["moving", "facing"]) == ""
    assert nearest("nowhere", ["tower", "bob"]) == ""


@pytest.mark.parametrize(
    ("parse", "value", "good"),
    [
        (parse_edit, "crossfade 1s", "dissolve 1s"),
        (parse_edit, "cross dissolve 12f plain", "dissolve 12f plain"),
        (parse_edit, "crossfade", "dissolve 1s"),
        (parse_edit, "fade in 2s", "fade 2s"),
        (parse_edit, "jump cut", "cut"),
        (parse_moves, "push in 2m", "dolly in 2m"),
        (parse_moves, "pull back 2m for 1s ease-out", "dolly out 2m"),
        (parse_moves, "orbit left 20deg", "arc left 20deg"),
        (phrases.parse_height, "180", "180cm"),
        (phrases.parse_height, "1.8", "1.8m"),
        (phrases.parse_height, "12", "12m"),
    ],
)
def test_other_words_for_what_the_language_has_are_offered_in_its_own(parse, value, good):
    assert hint(parse, value) == good
    parse(good)


def test_of_files_that_lie_there_the_near_one_is_named_else_all(tmp_path):
    for name in ("theme.wav", "storm.mp3", "notes.txt"):
        (tmp_path / name).touch()
    endings = (".wav", ".mp3")
    assert files_beside(tmp_path / "teme.mp3", tmp_path, endings) == " Did you mean `theme.wav`?"
    assert files_beside(tmp_path / "quartet.mp3", tmp_path, endings) == " There: storm.mp3, theme.wav"
    assert files_beside(tmp_path / "gone" / "theme.wav", tmp_path, endings) == ""
