"""Phrases and quantities as values: known answers, exact fractions, and nothing past their ranges."""

import math
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.audio.beds import BEDS
from composer.errors import Wrong
from composer.schema import phrases as p
from composer.schema import quantities as q
from composer.schema import sizes
from composer.schema.framings import parse_framing
from composer.schema.motions import parse_motion
from composer.schema.moves import parse_moves
from composer.schema.names import TAKEN, parse_name, parse_shot_name
from composer.schema.words import Arc, Dolly, Framing, Go, Hold, Pan, PanWith, Part, Static, Truck, Turn

S = Fraction


def wrong(parse, value):
    with pytest.raises(Wrong) as caught:
        parse(value)
    return caught.value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5s", S(5)), ("0.1s", S(1, 10)), ("10min", S(600)), ("2h", S(7200)), ("12f", S(1, 2)), (".5 s", S(1, 2))],
)
def test_times_are_exact(text, seconds):
    assert q.parse_time(text).seconds(S(24)) == seconds


@pytest.mark.parametrize(
    ("text", "metres"),
    [("3m", 3), ("40cm", 0.4), ("6ft", 1.8288), ("9in", 0.2286), ("35mm", 0.035), ("1km", 1000), ("-2 m", -2)],
)
def test_lengths_are_metres(text, metres):
    assert q.parse_length(text) == pytest.approx(metres, rel=1e-15)


@pytest.mark.parametrize(("text", "speed"), [("1.4m/s", 1.4), ("30km/h", 30 / 3.6), ("10mph", 4.4704)])
def test_speeds_are_metres_a_second(text, speed):
    assert q.parse_speed(text) == pytest.approx(speed, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "bearing"),
    [("north", 0), ("east", 90), ("south-west", 225), ("90deg", 90), ("-90deg", 270), ("450deg", 90)],
)
def test_directions_are_bearings(text, bearing):
    assert q.parse_direction(text) == bearing


@pytest.mark.parametrize("text", ["20 x 10 x 8m", "20m x 10m x 8m", "20x10x8m", "2000 x 1000 x 800cm"])
def test_sizes_share_their_unit(text):
    assert p.BOX(text) == pytest.approx((20, 10, 8))


PARSERS = (
    q.parse_time, q.parse_length, q.parse_lens, q.parse_angle, q.parse_turn, q.parse_speed, q.parse_direction, q.parse_extent,
    sizes.parse_frame_rate, sizes.parse_picture_size, sizes.parse_point, sizes.parse_integer(0, 9), p.BOX, p.CYLINDER, p.WALL,
    p.parse_colour, p.parse_repeat, p.parse_sun, p.parse_ambience, parse_framing, p.parse_side, p.parse_height, p.parse_spot,
    p.parse_pair, p.parse_facing, p.parse_axis, parse_moves, parse_motion, parse_name, parse_shot_name,
)  # fmt: skip
NONSENSE = (
    "",
    " ",
    "+",
    "x",
    "-",
    ".",
    "1e9s",
    "٣s",
    "1" * 5000,
    "for",
    "to",
    "5 5",
    [],
    {},
    ["a", "b", "c", "d"],
    math.nan,
    math.inf,
    -math.inf,
    True,
    10**400,
)


def outcome(parse, value):
    """What `parse` makes of `value`: a result, or the fault."""
    try:
        return parse(value)
    except Wrong as fault:
        return fault


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:20])
def test_nonsense_is_wrong_and_never_another_error(parse, value):
    result = outcome(parse, value)
    if isinstance(result, Wrong):
        assert len(result.message) < 200
    else:
        assert result is not None
        assert not re.search("nan|inf", repr(result))


@given(st.text(max_size=30))
def test_any_text_parses_or_is_wrong(text):
    for parse in PARSERS:
        outcome(parse, text)


@pytest.mark.parametrize(
    ("parse", "value"),
    [
        (q.parse_time, "0s"), (q.parse_time, "25h"), (q.parse_time, "1.5f"), (q.parse_lens, "7mm"), (q.parse_lens, "801mm"),
        (q.parse_angle, "3601deg"), (q.parse_turn, "0deg"), (q.parse_speed, "0m/s"), (q.parse_speed, "1001m/s"),
        (q.parse_extent, "0m"), (sizes.parse_point, [1, math.nan]), (sizes.parse_point, ["1", "1e400"]),
        (sizes.parse_point, [1, 2e5]), (sizes.parse_picture_size, "767x432"), (sizes.parse_picture_size, "9000x432"), (sizes.parse_picture_size, "8192x8192"),
        (p.BOX, "0 x 1 x 1m"), (p.BOX, "1 x 1m"), (p.parse_sun, "west 91deg"), (p.parse_repeat, "1 every 7m west"),
        (p.parse_repeat, "501 every 7m west"), (p.parse_colour, "#000000"), (p.parse_height, "0m"),
    ],
)  # fmt: skip
def test_every_number_has_a_range(parse, value):
    wrong(parse, value)


def test_a_missing_unit_is_told_by_the_films_frame_rate():
    fault = wrong(q.parse_time, "5")
    assert isinstance(fault, q.NoTimeUnit)
    assert "`5s`" in fault.expected[0]
    assert "frames" not in fault.expected[0]
    assert fault.at_rate(S(24)).expected[0].endswith("Did you mean `5s`? (`5f` would be 0.21 s)")
    assert fault.at_rate(S(30000, 1001)).expected[0].endswith("(`5f` would be 0.17 s)")
    assert "`5f`" in wrong(parse_motion, "hold for 5").at_rate(S(24)).expected[0]
    assert "f`" not in wrong(q.parse_time, "2.5").at_rate(S(24)).expected[0].split("Did you")[1]


@pytest.mark.parametrize("value", sorted(TAKEN))
def test_words_of_the_language_are_no_names(value):
    assert wrong(parse_name, value).code == "taken-name"


@pytest.mark.parametrize("value", ["a", "A1", "1a", "a-b", "a b", "mara!", "x" * 65, "_a", "é1"])
def test_names_are_lower_case(value):
    assert wrong(parse_name, value).code == "name"


def test_slates_name_shots():
    assert [parse_shot_name(name) for name in ("12A", "7", "roll")] == ["12A", "7", "roll"]
    wrong(parse_shot_name, "12a")


def test_lamps_are_linear_and_their_brightest_is_one():
    assert p.parse_colour("#ffffff") == (1, 1, 1)
    assert p.parse_colour("#800000") == (1, 0, 0)
    red, green, blue = p.parse_colour("#ff8000")
    assert (red, blue) == (1, 0)
    assert green == pytest.approx(0.2158605)
    warm, cold = p.parse_colour("warm"), p.parse_colour("cold")
    assert warm[0] == max(warm) > warm[2]
    assert cold[2] == max(cold) > cold[0]


def test_rows_suns_framings():
    assert p.parse_repeat("5 every 7m west") == p.Repeat(5, 7.0, 270.0)
    assert p.parse_sun("west 12deg") == (270, 12)
    assert parse_framing("tower WS shed") == Framing("WS", ("tower", "shed"))
    assert parse_framing("barrel") == Framing(None, ("barrel",))
    assert (p.parse_side("left-3/4"), p.parse_side("south-east")) == ("left-3/4", 135)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("static", Static()), ("hold", Static()), ("dolly in 2m", Dolly(2)), ("dolly out 40cm", Dolly(-0.4)),
        ("dolly to MCU", Dolly(to="MCU")), ("truck right 2m", Truck(2)), ("truck left 2m", Truck(-2)),
        ("pan right 30deg", Pan(30)), ("pan left 30deg", Pan(-30)), ("pan to crane", Pan(to="crane")),
        ("pan with barrel", PanWith("barrel")), ("arc right 60deg", Arc(60)), ("arc left 20deg", Arc(-20)),
    ],
)  # fmt: skip
def test_a_camera_move_means_its_numbers(text, move):
    assert parse_moves(text) == ((Part(move, text=text),),)


def test_moves_join_follow_and_ease():
    steps = parse_moves(["dolly in 1m for 2s ease-out + pan with mara", "hold"])
    assert [[part.move for part in step] for step in steps] == [[Dolly(1), PanWith("mara")], [Static()]]
    assert (steps[0][0].time, steps[0][0].ease, steps[0][0].text) == (
        q.Time(S(2)),
        "ease-out",
        "dolly in 1m for 2s ease-out",
    )
    assert parse_moves(steps) == steps


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("dolly", "dolly"), ("dolly in", "dolly in"), ("dolly in 2", "2"), ("dolly in 2m 3m", "3m"), ("dolly left 2m", "dolly left"),
        ("truck in 2m", "truck in"), ("pan with", "pan with"), ("pan with a b", "a b"), ("arc left -20deg", "-20deg"),
        ("dolly in 2m for", "dolly in 2m for"), ("dolly in 2m for 5", "5"), ("swoop left", "swoop"), ("crane left 3m", "crane left"),
        ("pan left 3deg + pan with mara", "pan with mara"), ("static slowly", "slowly"), ("dolly to BIG", "BIG"),
    ],
)  # fmt: skip
def test_a_wrong_camera_word_is_pointed_at(text, focus):
    assert wrong(parse_moves, text).focus == focus


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("hold", Hold()), ("hold for 1s", Hold(q.Time(S(1)))), ("walk to spot", Go("walk", "spot")),
        ("run via aside foot to crane", Go("run", "crane", ("aside", "foot"))), ("move to bay at 2m/s", Go("move", "bay", speed=2.0)),
        ("walk to spot by 3s", Go("walk", "spot", by=q.Time(S(3)))), ("walk to spot by end", Go("walk", "spot", by="end")),
        ("turn to barrel", Turn("barrel")), ("turn to north-east", Turn(45.0)),
    ],
)  # fmt: skip
def test_a_motion_means_its_end_point(text, action):
    (read,) = parse_motion(text)
    assert read == type(action)(**{**vars(action), "text": text})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("walk", "end-point"), ("walk 3m east", "end-point"), ("walk spot", "end-point"), ("walk to", "motion-word"),
        ("walk to spot at 1m/s by 3s", "over-determined"), ("walk to spot to crane", "motion-word"), ("walk via to spot", "motion-word"),
        ("walk to spot quickly", "motion-word"), ("walk to spot at 1m", "wrong-unit"), ("turn barrel", "motion-word"),
        ("push east", "motion-word"), ("jump to spot", "motion-word"), ("hold 3s", "motion-word"), ("walk to spot via aside", "motion-word"),
    ],
)  # fmt: skip
def test_a_wrong_motion_is_refused(text, code):
    assert wrong(parse_motion, text).code == code


def test_every_word_of_ambience_has_its_sound():
    assert set(p.AMBIENCE) == set(BEDS)
