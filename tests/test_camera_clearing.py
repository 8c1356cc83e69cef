"""Where cameras cannot be: in bodies as in anchors, at first and later; and that what is offered instead is good."""

import numpy as np
import pytest
from test_camera import fault, one, planned

OPEN = {"yard": {"anchors": {"post": {"cylinder": "0.3 x 2m", "at": [0, 30]}}, "marks": {"far": {"at": [10, 0]}}}}
ANN = {"ann": {"person": "1.7m", "at": [0, 0]}}


def said(camera, motion=None, subjects=None, places=None, **keys):
    shot = {"camera": camera, "motion": motion or {}, "duration": "8s"} | keys
    problems = planned(shot, places=places or OPEN, subjects=subjects or ANN)[2]
    return [problem for problem in problems if problem.code != "blocked"]


def test_a_camera_on_the_spot_of_a_person_stands_inside_them():
    (problem,) = said({"at": [0.1, 0, 1.5], "frame": "post"})
    assert (problem.code, problem.path) == ("camera-inside", ("shots", 0, "camera", "at"))
    assert problem.message == "the camera of shot `s0` stands inside `ann`"
    point = [float(x) for x in problem.expected[0].split("at: [")[1].split("]")[0].split(",")]
    assert said({"at": point, "frame": "post"}) == []


@pytest.mark.parametrize("height", [1.5, 1.9])
def test_a_dolly_through_a_person_runs_into_them_and_one_over_their_head_does_not(height):
    problems = said({"at": [0, -6, height], "frame": "post", "move": "dolly in 12m linear"})
    if height > 1.7:
        assert problems == []
        return
    (problem,) = problems
    assert (problem.code, problem.path) == ("camera-enters", ("shots", 0, "camera", "move"))
    assert problem.message == "the camera of shot `s0` runs into `ann` after 3.8 s"
    assert problem.expected[0].endswith("Did you mean `dolly in 5.7m linear`?")
    assert said({"at": [0, -6, height], "frame": "post", "move": "dolly in 5.7m linear"}) == []


def test_an_arc_through_a_person_runs_into_them():
    people = ANN | {"ben": {"person": "1.7m", "at": [4, 0]}}
    (problem,) = said({"at": [0, -4, 1.5], "frame": "ann", "move": "arc right 180deg"}, subjects=people)
    assert (problem.code, "`ben`" in problem.message) == ("camera-enters", True)


def test_who_walks_through_a_camera_that_stands_is_told_with_the_time():
    (problem,) = said({"at": [5, 0, 1.5], "frame": "post"}, {"ann": "walk to far"})
    assert (problem.code, problem.path) == ("camera-enters", ("shots", 0, "camera", "at"))
    assert problem.message == "`ann` goes through the camera of shot `s0` after 3.4 s"
    assert said({"at": [5, 0.4, 1.5], "frame": "post"}, {"ann": "walk to far"}) == []


def test_a_moving_thing_is_seen_where_it_is_and_as_it_is_turned():
    cart = {"cart": {"box": "1 x 4 x 2m", "at": [0, 0], "facing": "east"}}
    assert [p.code for p in said({"at": [0.0, -0.7, 1], "frame": "post"}, subjects=cart)] == []
    (problem,) = said({"at": [10, 0, 1], "frame": "post"}, {"cart": "move to far"}, subjects=cart)
    assert (problem.code, problem.message) == (
        "camera-enters",
        "`cart` goes through the camera of shot `s0` after 3.9 s",
    )


def test_a_hidden_cut_does_not_repeat_what_was_told():
    first = {"camera": {"at": [5, 0, 1.5], "frame": "post"}, "motion": {"ann": "walk to far"}, "duration": "3.5s"}
    after = {"camera": {"frame": "post"}, "join": "last_frames"}
    problems = planned(first, after, places=OPEN, subjects=ANN)[2]
    assert [(p.code, p.path[1]) for p in problems] == [("camera-enters", 0)]


def test_the_side_that_is_offered_sees_what_is_framed():
    walls = {
        "anchors": {
            "screen": {"wall": "12 x 4 x 0.2m", "at": [0, 1.0]},
            "block": {"box": "3 x 3 x 3m", "at": [0, -3]},
        }
    }
    ann = {"ann": {"person": "1.7m", "at": [0, 0]}}
    camera = {"frame": "WS ann", "from": "south"}
    (problem,) = said(camera, subjects=ann, places={"yard": walls})
    assert problem.code == "camera-inside"
    side = problem.expected[0].split("from: ")[1].rstrip("`")
    assert not side.startswith("north")  # the screen hides her from there


@pytest.mark.parametrize("camera", [{"frame": "WS ann", "lens": "50mm"}, {"frame": "WS ann", "distance": "4m"}])
def test_where_no_side_will_do_a_point_is_offered_for_at(camera):
    sides = {"s": (0, -5), "n": (0, 5), "e": (5, 0), "w": (-5, 0)}
    blocks = {f"block_{k}": {"box": "16 x 6 x 3m" if k in "sn" else "6 x 4 x 3m", "at": v} for k, v in sides.items()}
    yard = {"anchors": blocks | {"roof": {"box": "16 x 16 x 9m", "at": [0, 0, 3]}}}
    (problem,) = said(camera, places={"yard": yard})
    assert (problem.code, problem.path[-1]) == ("camera-inside", "distance" if "distance" in camera else "frame")
    assert f", without `{next(k for k in camera if k != 'frame')}`" in problem.expected[0]
    point = [float(x) for x in problem.expected[0].split("`at: [")[1].split("]")[0].split(",")]
    assert said({"frame": "WS ann", "at": point}, places={"yard": yard}) == []


def test_an_extreme_close_up_of_a_face_is_not_inside_it():
    assert np.isfinite(one("ECU mara").lens_mm)
    assert fault({"at": [12, -7.2, 1.5], "frame": "crane"}).code == "camera-inside"
