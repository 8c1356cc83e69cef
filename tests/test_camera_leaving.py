"""Who is framed and leaves the picture: told with its times and a move that keeps them; who is meant to leave is not."""

import pytest
from test_camera import planned

YARD = {
    "anchors": {"post": {"box": "1 x 1 x 3m", "at": [0, 20]}},
    "marks": {
        "gate": {"at": [12, 8]},
        "barn": {"at": [-12, 8]},
        "near": {"at": [0, 8.5]},
        "beside": {"at": [2, 8]},
        "stop": {"at": [0.88, 8]},
        "small": {"at": [0.7, 8]},
    },
}
ANN = {"ann": {"person": "1.7m", "at": [0, 8], "facing": "east"}}
BEN = {"ben": {"person": "1.8m", "at": [-1, 8], "facing": "east"}}
CAR = {"car": {"box": "4 x 1.8 x 1.4m", "at": [0, 8]}}
AWAY = {"ann": "walk to gate"}


def told(camera, motion=None, subjects=None, **shot):
    shots = {"camera": camera, "motion": motion or {}, "duration": "4s"} | shot
    return [p for p in planned(shots, places={"yard": YARD}, subjects=subjects or ANN)[2] if p.code == "leaves"]


def test_who_walks_out_of_the_picture_is_told_with_when_and_how_far():
    (problem,) = told({"at": [0, -2, 1.6], "frame": "ann", "lens": "50mm"}, AWAY)
    assert (problem.severity, problem.path) == ("warning", ("shots", 0, "camera", "at"))
    # half the picture is 3.6 m wide at 10 m: she is 5 cm before its edge after 3.55 / 1.4 = 2.54 s, and 2 m past it at the end
    assert problem.message == (
        "`ann` is out of the picture from 2.5 s to the end of shot `s0`, 0.28 pictures past its right edge"
    )
    assert problem.expected[0].startswith("nearest that keeps `ann` in the picture: `move: pan with ann`")


@pytest.mark.parametrize("subjects", [ANN, CAR])
@pytest.mark.parametrize(
    "move", [None, "arc right 30deg", "truck left 2m", "[hold for 0.5s, arc left 30deg]", "handheld"]
)
def test_the_move_that_is_offered_keeps_it(subjects, move):
    (name,) = subjects
    camera = {"frame": f"WS {name}", "from": "south"} | ({"move": _moves(move)} if move else {})
    motion = {name: "walk to gate" if name == "ann" else "move to gate at 4m/s"}
    (problem,) = told(camera, motion, subjects)
    assert problem.path[-1] == ("move" if move else "from")
    good = problem.expected[0].split("`move: ")[1].split("`")[0]
    assert told(camera | {"move": good}, motion, subjects) == []


def _moves(text):
    return [part.strip() for part in text.strip("[]").split(",")] if text.startswith("[") else text


def test_the_words_that_say_that_it_is_meant_are_offered_where_they_hold():
    camera = {"frame": "MS ann", "from": "south"}
    (problem,) = told(camera, AWAY)
    assert problem.expected[0].endswith("; if it is to leave, say `expect: {ann: out_of_frame}`")
    assert told(camera, AWAY, expect={"ann": "out_of_frame"}) == []
    assert told(camera, AWAY, expect={"ann": "not in_frame"}) == []
    (back,) = told(camera, {"ann": ["walk to beside", "walk to near"]}, duration="5s")
    assert " to the end" not in back.message
    assert "expect" not in back.expected[0], "she is in the picture at the end"


def test_half_a_person_past_the_edge_is_out():
    (problem,) = told({"frame": "MS ann", "from": "south"}, {"ann": "walk to stop"})
    # 1.02 m high and 1.81 m wide: she stands from 0.63 to 1.13 m from its middle, and 0.22 m of that is past 0.91
    assert problem.message.startswith(
        "`ann` is cut off by the picture's right edge from 0.5 s to the end of shot `s0`, by 44%"
    )
    assert "expect" not in problem.expected[0], "some of her is in the last frame"
    assert told({"frame": "MS ann", "from": "south"}, {"ann": "walk to small"}) == []


@pytest.mark.parametrize(
    ("camera", "motion"),
    [
        ({"frame": "WS ann", "from": "south", "move": "pan left 80deg"}, {}),  # the camera leaves her
        ({"frame": "WS ann", "from": "south", "move": "truck left 12m"}, {}),
        ({"frame": "WS ann", "from": "south", "move": "pan to post"}, AWAY),  # for another, by name
        ({"frame": "WS ann ben", "from": "south", "move": "pan with ben"}, AWAY),
        ({"frame": "WS ann", "from": "south", "move": "follow"}, AWAY),
        ({"frame": "CU ann", "from": "south"}, {"ann": "turn to north"}),  # her middle was never in it
        ({"frame": "CU ann", "from": "south", "move": "follow"}, AWAY),
        ({"frame": "EWS ann", "from": "south"}, AWAY),  # stays in it
        ({"frame": "WS gate", "from": "south"}, AWAY),  # she is not framed
        ({"frame": "WS post", "from": "south"}, AWAY),
    ],
)
def test_who_is_kept_left_on_purpose_or_not_framed_does_not_leave(camera, motion):
    assert told(camera, motion, ANN | BEN) == []


@pytest.mark.parametrize(("duration", "said"), [("2.8s", 0), ("3.1s", 1)])
def test_less_than_two_fifths_of_a_second_is_not_told(duration, said):
    assert len(told({"at": [0, -2, 1.6], "frame": "ann", "lens": "50mm"}, AWAY, duration=duration)) == said


def test_two_who_part_are_told_of_with_no_move_that_keeps_both():
    motion = {"ann": "run to gate", "ben": "run to barn"}
    (problem,) = told({"frame": "WS ann ben", "from": "south"}, motion, ANN | BEN)
    assert problem.expected[0].startswith("no move by name keeps all that is framed: stand elsewhere, or cut before ")


def test_what_passes_the_camera_is_behind_it():
    (problem,) = told({"at": [9, 6, 1.6], "frame": "car", "lens": "35mm"}, {"car": "move to gate at 8m/s"}, CAR)
    assert problem.message.endswith(" to the end of shot `s0`, behind the camera")
