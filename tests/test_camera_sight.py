"""What hides what is framed: told with its times and the nearest clear side; what passes, leaves or stands aside is not."""

import pytest
from test_camera import planned

YARD = {
    "anchors": {"post": {"box": "3 x 3 x 6m", "at": [0, 0]}, "far": {"box": "1 x 1 x 1m", "at": [0, 60]}},
    "marks": {"gate": {"at": [12, 8]}, "door": {"at": [-12, 8]}, "mid": {"at": [0, 8]}},
}
ANN = {"ann": {"person": "1.7m", "at": [-6, 8], "facing": "east"}}


def told(camera, motion=None, subjects=None, places=None, **shot):
    shots = {"camera": camera, "motion": motion or {}, "duration": "8s"} | shot
    return planned(shots, places=places or {"yard": YARD}, subjects=subjects or ANN)[2]


WALK = {"ann": "walk to gate"}


def test_what_walks_behind_something_is_hidden_while_it_is():
    (problem,) = told({"at": [0, -14, 1.6], "frame": "ann", "lens": "24mm"}, WALK)
    assert (problem.code, problem.severity) == ("blocked", "warning")
    assert problem.path == ("shots", 0, "camera", "at")
    # she is behind the post from x = -1.5 * 22 / 12.5 on, 1.4 m/s from -6 (0.4 s to get going)
    assert problem.message == "`post` hides `ann` from 2.4 s to 6.2 s of shot `s0`"


def test_the_side_that_is_offered_is_clear():
    camera = {"frame": "WS ann", "from": "south", "distance": "20m", "move": "pan with ann"}
    (problem,) = told(camera, WALK)
    assert problem.message.startswith("`post` hides `ann` from ")
    assert problem.message.endswith("to the end of shot `s0`")
    assert problem.path[-1] == "distance"
    side = problem.expected[0].removeprefix("nearest clear side: `from: ").rstrip("`")
    assert side in ("south-east", "south-west")
    assert told(camera | {"from": side}, WALK) == []


def test_a_camera_that_follows_is_told_of_what_comes_between():
    camera = {"frame": "WS ann", "from": "south", "distance": "12m", "move": "follow"}
    (problem,) = told(camera, WALK)
    assert (problem.code, problem.message[:22]) == ("blocked", "`post` hides `ann` fro")


@pytest.mark.parametrize(
    ("camera", "motion"),
    [
        ({"at": [0, -14, 1.6], "frame": "ann", "lens": "24mm"}, {}),  # she never comes behind it
        ({"at": [0, -14, 40], "frame": "ann", "lens": "24mm"}, WALK),  # seen over it
        ({"at": [-8, -6, 1.6], "frame": "ann", "lens": "135mm"}, WALK),  # gone from the picture before
        ({"frame": "WS ann post", "from": "south"}, WALK),  # both are framed
        ({"frame": "WS post", "from": "south"}, WALK),
    ],
)
def test_nobody_is_hidden_who_is_seen_gone_or_framed_with_what_hides_him(camera, motion):
    assert [p for p in told(camera, motion) if p.code == "blocked"] == []


def test_a_thin_post_and_a_moment_hide_nobody():
    thin = YARD | {"anchors": {"post": {"cylinder": "0.1 x 4m", "at": [0, 0]}}}
    assert told({"at": [0, -14, 1.6], "frame": "ann", "lens": "24mm"}, WALK, places={"yard": thin}) == []


def test_one_body_hides_another():
    people = ANN | {"ben": {"person": "1.9m", "at": [-6, 7], "facing": "south"}}
    (problem,) = told({"frame": "WS ann", "from": "south"}, subjects=people)
    assert problem.message == "`ben` hides `ann` from 0 s to the end of shot `s0`"
    assert problem.path[-1] == "from"


def test_an_anchor_is_hidden_by_an_anchor():
    wall = YARD["anchors"] | {"wall": {"wall": "30 x 8m", "at": [0, 20]}}
    (problem,) = told({"at": [0, -14, 1.6], "frame": "far", "lens": "50mm"}, places={"yard": YARD | {"anchors": wall}})
    assert "hides `far` from 0 s to the end" in problem.message


@pytest.mark.parametrize(("height", "said"), [(2.0, 0), (1.0, 1)])
def test_a_car_is_hidden_by_another_only_when_its_roof_is_too(height, said):
    cars = {name: {"box": "4 x 1.8 x 1.4m", "at": [0, y]} for name, y in (("car", 24), ("other", 20))}
    found = told({"at": [0, 16, height], "frame": "car"}, subjects=cars)
    assert [p.message for p in found] == ["`other` hides `car` from 0 s to the end of shot `s0`"] * said
