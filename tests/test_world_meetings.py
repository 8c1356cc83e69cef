"""Ways through one another and through the air: warnings that name both, the time, and a way that is good."""

import pytest
from test_world import told

from composer.world.physics_model import Bench

YARD = {"yard": {"anchors": {"dock": {"box": "4 x 4 x 1.2m", "at": [0, 20]}},
                 "marks": {"far": {"at": [10, 0]}, "side": {"at": [5, 5]}, "top": {"on_top_of": "dock"},
                           "sky": {"at": [8, 0, 3]}, "aside": {"at": [0, -50]}}}}  # fmt: skip
ANN = {"person": "1.7m", "at": [0, 0]}


def said(motion, **subjects):
    return told(("10s", motion), subjects={"ann": ANN} | subjects, places=YARD)[1]


def test_who_walks_through_someone_who_stands_is_offered_a_way_round():
    ben = {"person": "1.7m", "at": [5, 0]}
    (problem,) = said({"ann": "walk to far"}, ben=ben)
    assert (problem.code, problem.severity, problem.path) == ("through", "warning", ("shots", 0, "motion", "ann"))
    assert problem.message.startswith("ann goes through `ben` 3.")
    spot = [float(x) for x in problem.expected[0].split("`aside_2: {at: [")[1].split("]")[0].split(",")]
    places = {"yard": YARD["yard"] | {"marks": YARD["yard"]["marks"] | {"aside_2": {"at": spot}}}}
    motion = {"ann": "walk via aside_2 to far"}
    assert told(("10s", motion), subjects={"ann": ANN, "ben": ben}, places=places)[1] == []


def test_who_crosses_the_way_of_another_is_told_once_and_may_wait():
    ben = {"person": "1.7m", "at": [5, -5]}
    (problem,) = said({"ann": "walk to far", "ben": "walk to side"}, ben=ben)
    assert problem.code == "through"
    order = problem.expected[0].split("ann: [")[1].split("]")[0].split(", ")
    assert said({"ann": order, "ben": "walk to side"}, ben=ben) == []


@pytest.mark.parametrize("motion", [{"ann": "walk to ben"}, {"ann": "walk to side"}, {"ann": "walk to crate"}])
def test_who_stops_short_or_passes_by_goes_through_nobody(motion):
    subjects = {"ben": {"person": "1.7m", "at": [5, 0]}, "crate": {"box": "1 x 1 x 1m", "at": [0, 6]}}
    assert said(motion, **subjects) == []


@pytest.mark.parametrize(("height", "codes"), [(0, []), (0.04, []), (3, ["no-footing"])])
def test_people_stand_on_something(height, codes):
    problems = said({}, ben={"person": "1.7m", "at": [5, 0, height]})
    assert [p.code for p in problems] == codes
    assert all(p.path == ("subjects", "ben") and p.severity == "warning" for p in problems)
    assert said({}, ben={"person": "1.7m", "on_top_of": "dock"}) == []


@pytest.mark.parametrize(
    ("start", "motion", "code"),
    [
        ({"at": [5, 0]}, "walk to sky", "no-footing"),
        ({"at": [5, 0]}, "walk to top", "no-stairs"),
        ({"on_top_of": "dock"}, "walk to side", "no-stairs"),
        ({"on_top_of": "dock"}, "walk to ann", "no-footing"),
        ({"at": [1, 19, 1.2]}, "walk to top", None),
    ],
)
def test_people_do_not_walk_on_air(start, motion, code):
    problems = said({"ben": motion}, ben={"person": "1.7m"} | start)
    found = [p for p in problems if p.code != "in-the-way"]
    assert [p.code for p in found] == ([code] if code else [])
    assert all(p.path == ("shots", 0, "motion", "ben") for p in found)


@pytest.mark.parametrize("since_s", [0.5, 1.1])
def test_a_thing_that_cannot_be_computed_is_told_with_its_size_and_mass(since_s, monkeypatch):
    """Of what happens after the film's end, nothing is told."""
    monkeypatch.setattr(
        Bench, "runaway", lambda bench: "ball" if "ball" in bench.free and bench.data.time > since_s else ""
    )
    heavy = {"mass": f"{since_s}kg"}  # another film each time: what was played is kept
    ball = {"sphere": "0.2m", "at": [3, 0, 8]} | heavy
    problems = told(("1s", {"ball": "release"}), subjects={"ball": ball}, places=YARD)[1]
    if since_s > 1:
        assert problems == []
        return
    (problem,) = problems
    assert (problem.code, problem.severity, problem.path) == ("unstable", "error", ("subjects", "ball"))
    assert problem.message == "the motion of `ball` cannot be computed from 0.5 s into shot `s0` on"
    assert problem.expected == (
        "expected a size and mass that go with what it touches; it is 0.2 x 0.2 x 0.2 m and weighs 0.5 kg",
    )
