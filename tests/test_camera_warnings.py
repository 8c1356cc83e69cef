"""The line between two shots, screen direction, and rooms: the words of the language's mistakes, and when they are not said."""

from dataclasses import replace

import pytest
from test_camera import planned

from composer import ShotListError, read
from composer.camera import plan_cameras, screen_direction, screen_directions
from composer.layout import lay_out
from composer.shotlist import locate, render
from composer.world import simulate

QUAY = """\
title: Line
places:
  quay:
    anchors:
      dock: {box: 4 x 4 x 1.2m, at: [12, 0]}
      crane: {box: 2.4 x 2.4 x 14m, at: [31.2, 0]}
    marks:
      foot: {left_of: crane, gap: 0.5m}
subjects:
  barrel: {cylinder: 0.6 x 0.9m, axis: north, at: [20.5, 0]}
shots:
  - shot: roll
    duration: 4s
    camera: {at: [26, -6, 0.9], frame: barrel, lens: 28mm, move: pan with barrel}
    motion: {barrel: move to foot}
  - shot: hit
    duration: 3s
    camera: {frame: WS foot, from: north-west, height: low, move: handheld}
"""

OFFICE = """\
title: Room
places:
  office:
    light: indoor
    anchors:
      desk: {box: 1.8 x 0.8 x 0.75m, look: scratched oak desk}
subjects:
  keeper: {person: 1.80m, look: grey-bearded harbour keeper, behind: desk, gap: 0.3m}
shots:
  - shot: office
    duration: 4s
    camera: {frame: MS keeper, from: left-3/4, lens: 85mm, move: dolly to MCU}
"""


def told(text, *changes, room=None):
    for was, is_ in changes:
        assert text.count(was) == 1
        text = text.replace(was, is_)
    shotlist = read(text, "film.yaml")
    layouts, problems = lay_out(shotlist)
    layouts = {name: replace(layout, room=room) for name, layout in layouts.items()}
    story, in_motion = simulate(shotlist, layouts)
    paths, in_cameras = plan_cameras(shotlist, layouts, story)
    assert problems == in_motion == []
    return "\n".join(render(fault) for fault in locate(shotlist, in_cameras)), paths


# --- the line -----------------------------------------------------------------------------------------------------------------


def test_a_crossed_line_is_told_as_the_language_has_it():
    assert told(QUAY)[0] == """\
film.yaml:18:36: warning: between `roll` and `hit` the camera crosses the line of `barrel` [line]
    camera: {frame: WS foot, from: north-west, height: low, move: handheld}
                                   ^^^^^^^^^^
  it travelled left to right and would now travel right to left. Stay south of it (`from: south-west`), or say `crosses_line: true`"""  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        ("from: north-west", "from: south-west"),  # as it says
        ("    duration: 3s\n", "    duration: 3s\n    crosses_line: true\n"),  # as it also says
        ("    duration: 3s\n", "    duration: 3s\n    time: later 1min\n"),
        ("    duration: 4s\n", "    duration: 9s\n"),  # it has arrived
        ("from: north-west", "from: west"),  # along its way: no side at all
        ("WS foot, from: north-west", "WS dock, from: north"),  # not in the picture
    ],
)
def test_a_line_that_is_kept_meant_or_not_there_is_not_told(change):
    assert "[line]" not in told(QUAY, change)[0]


def test_a_mover_out_of_sight_has_no_line():
    wall = "      dock: {box: 4 x 4 x 1.2m, at: [12, 0]}\n      fence: {wall: 30 x 3m, at: [20, 3]}\n"
    text = told(QUAY, ("      dock: {box: 4 x 4 x 1.2m, at: [12, 0]}\n", wall))[0]
    assert "[line]" not in text


PAIR = {
    "ann": {"person": "1.7m", "at": [0, 0], "facing": "east"},
    "ben": {"person": "1.8m", "at": [2, 0], "facing": "west"},
}
YARD = {"yard": {"anchors": {"post": {"box": "1 x 1 x 1m", "at": [0, 40]}}}}


def pair(first, second, **keys):
    problems = planned({"camera": first}, {"camera": second} | keys, places=YARD, subjects=PAIR)[2]
    return [problem for problem in problems if problem.code == "line"]


def test_two_people_keep_their_sides():
    (problem,) = pair("WS ann ben", {"frame": "MS ann ben", "from": "north"})
    assert (problem.severity, problem.path) == ("warning", ("shots", 1, "camera", "from"))
    assert problem.message == "between `s0` and `s1` the camera crosses the line of `ann` and `ben`"
    assert problem.expected == (
        "`ann` was on the left and would now be on the right. Stay south of them (`from: south`), or say `crosses_line: true`",
    )
    assert pair("WS ann ben", {"frame": "MS ann ben", "from": "south-east"}) == []
    assert pair("WS ann ben", {"frame": "MS ann", "from": "north"}) == []
    assert pair("WS ann ben", {"frame": "MS ann ben", "from": "north"}, crosses_line=True) == []
    assert pair("WS ann ben", {"frame": "MS ann ben", "from": "east"}) == []


@pytest.mark.parametrize(
    ("side", "direction"),
    [("south", "left to right"), ("north", "right to left"), ("east", "towards"), ("west", "away")],
)
def test_screen_direction(side, direction):
    shot = {"camera": {"frame": "EWS ann", "from": side, "move": "follow"}, "motion": {"ann": "walk to far"}}
    places = {"yard": YARD["yard"] | {"marks": {"far": {"at": [12, 0]}}}}
    _, paths, _ = planned(shot, places=places, subjects={"ann": PAIR["ann"]})
    assert screen_direction(paths["s0"], "ann") == direction
    assert screen_directions(paths["s0"]) == {"ann": direction}
    _, paths, _ = planned({"camera": "WS ann"}, places=places, subjects={"ann": PAIR["ann"]})
    assert screen_directions(paths["s0"]) == {}


def test_what_hides_somebody_is_told_as_the_language_has_it():
    shot = """\
  - shot: replay
    duration: 4s
    camera: {frame: WS barrel, from: north-east, height: 2m, move: follow}
    motion: {barrel: move to foot}
"""
    text = QUAY[: QUAY.index("  - shot: roll")] + shot
    found = told(text, ("at: [20.5, 0]", "at: [21.8, 0]"))[0]
    assert found == """\
film.yaml:14:38: warning: `crane` hides `barrel` from 3.5 s to the end of shot `replay` [blocked]
    camera: {frame: WS barrel, from: north-east, height: 2m, move: follow}
                                     ^^^^^^^^^^
  nearest clear side: `from: north`"""  # fmt: skip


def test_the_wrong_camera_word_is_told_as_the_language_has_it():
    with pytest.raises(ShotListError) as caught:
        told(QUAY, ("move: pan with barrel", "move: dolly left 0.4m + pan with barrel"))
    where, excerpt, mark, hint = str(caught.value).split("\n")
    assert where.endswith("error: a dolly goes `in` or `out` [camera-word]")
    assert excerpt[mark.index("^") : mark.rindex("^") + 1] == "dolly left"
    assert hint == (
        "  sideways is `truck left 0.4m`; round the subject is `arc left 20deg`; turning on the spot is `pan left 20deg`"
    )


# --- rooms --------------------------------------------------------------------------------------------------------------------

ROOM = (5.0, 4.0, 2.6)


def test_a_lens_too_long_for_the_room_is_told_as_the_language_has_it():
    assert told(OFFICE, room=ROOM)[0] == """\
film.yaml:12:54: error: MS on `keeper` at 85mm needs 4.5 m; the room ends after 3.4 m [camera-outside]
    camera: {frame: MS keeper, from: left-3/4, lens: 85mm, move: dolly to MCU}
                                                     ^^^^
  the longest lens that fits from `left-3/4` is `63mm`; without `lens` it would be 35mm, from 1.9 m"""  # fmt: skip
    assert told(OFFICE)[0] == ""
    assert told(OFFICE, ("85mm", "63mm"), room=ROOM)[0] == ""
    assert "[camera-outside]" in told(OFFICE, ("85mm", "64mm"), room=ROOM)[0]
    assert told(OFFICE, (", lens: 85mm", ""), room=ROOM)[0] == ""


def test_a_size_too_wide_for_the_room_is_told():
    text = told(OFFICE, ("MS keeper", "EWS keeper"), (", lens: 85mm", ""), room=ROOM)[0]
    assert "error: EWS on `keeper` at 35mm needs 24.9 m; the room ends after 3.4 m [camera-outside]" in text
    assert "no lens is short enough: frame less, or from elsewhere" in text
    text = told(OFFICE, ("lens: 85mm", "distance: 6m"), room=ROOM)[0]
    assert "the room ends 3.4 m from it: a shorter `distance`, and a shorter lens" in text


@pytest.mark.parametrize(
    ("change", "where", "point"),
    [
        (("frame: MS keeper, from: left-3/4, lens: 85mm", "frame: keeper, at: [4, 0, 1.6]"), "outside the room, at [4, 0, 1.6]", "[2.3, 0, 1.6]"),
        (("lens: 85mm", "height: high"), "outside the room, at ", "2.4]"),
        (("frame: MS keeper, from: left-3/4, lens: 85mm, move: dolly to MCU", "keys: [{t: 0s, at: [0, -3, 1.6], aim: keeper}]"), "outside the room, at [0, -3, 1.6]", "[0, -1.8, 1.6]"),
    ],
)  # fmt: skip
def test_a_camera_that_stands_outside_is_told_where_it_could(change, where, point):
    text = told(OFFICE, change, room=ROOM)[0]
    assert f"error: the camera of shot `office` stands {where}" in text
    assert f"{point}`" in text.split("Nearest free point: `at: ")[1]
