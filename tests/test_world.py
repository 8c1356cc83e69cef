"""Motion over story time: known answers of the language, laws of continuity, faults."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composer.layout import lay_out
from composer.schema import ShotList
from composer.world import simulate

QUAY = {
    "anchors": {
        "warehouse": {"box": "20 x 10 x 8m"},
        "dock": {"box": "4 x 4 x 1.2m", "right_of": "warehouse"},
        "ramp": {"box": "6 x 3 x 1.2m", "right_of": "dock"},
        "crane": {"box": "2.4 x 2.4 x 14m", "right_of": "ramp", "gap": "10m"},
        "jib": {"box": "16 x 1.6 x 1.4m", "on_top_of": "crane"},
    },
    "marks": {
        "spot": {"left_of": "crane", "gap": "4m"},
        "aside": {"behind": "crane", "gap": "2m"},
        "yonder": {"at": [40, 0]},
        "near": {"at": [12, -8]},
    },
}
MARA = {"person": "1.70m", "in_front_of": "dock", "gap": "5m", "facing": "east"}


def film(*shots, subjects=None, places=None):
    """Shots as (duration, motion), all in the quay."""
    return ShotList.model_validate(
        {
            "places": places or {"quay": QUAY},
            "subjects": {"mara": MARA} if subjects is None else subjects,
            "shots": [
                {"shot": f"s{i}", "duration": duration, "camera": "WS crane", "motion": motion}
                for i, (duration, motion) in enumerate(shots)
            ],
        }
    )


def told(*shots, **given_):
    shotlist = film(*shots, **given_)
    layouts, problems = lay_out(shotlist)
    assert problems == []
    return simulate(shotlist, layouts)


def body(story, name, *times_s, place="quay"):
    return story.sample(place, np.array(times_s, float)).bodies[name]


def front(track):
    return -track.T_world_body[:, :2, 1]


def test_positions_of_the_worked_example():
    story, problems = told(
        ("5s", {"mara": "walk to spot"}),
        ("4s", {}),
        ("2.5s", {}),
        ("4s", {"mara": ["hold for 1s", "run to aside", "turn to crane"]}),
    )
    assert problems == []
    where = body(story, "mara", 5, 9, 11.26, 11.5, 14.03, 20).T_world_body[:, :2, 3]
    assert where.round(1).tolist() == [[18.2, -4.0], [23.2, -1.5], [26, 0], [26, 0], [31.2, 3.2], [31.2, 3.2]]


def test_a_walk_keeps_its_speed_and_arrives_exactly_on_time():
    story, _ = told(("30s", {"mara": "walk to spot"}))
    length = np.hypot(14, 7.25)
    arrival = length / 1.4
    track = body(story, "mara", 1.0, 5.0, arrival - 1e-4, arrival, arrival + 3)
    assert np.linalg.norm(track.linear_m_s[:2], axis=1) == pytest.approx(1.4)
    assert np.abs(track.T_world_body[2, :2, 3] - [26, 0]).max() > 1e-9
    assert track.T_world_body[3:, :2, 3] == pytest.approx(np.array([[26, 0], [26, 0]]))
    assert track.linear_m_s[3:] == pytest.approx(0)


@pytest.mark.parametrize(
    ("phrase", "arrives_s"),
    [("walk to spot by 8s", 8.0), ("walk to spot by end", 10.0), ("run to spot at 5m/s", np.hypot(14, 7.25) / 5)],
)
def test_speed_and_time_of_arrival(phrase, arrives_s):
    story, problems = told(("10s", {"mara": phrase}))
    track = body(story, "mara", arrives_s - 0.05, arrives_s)
    assert problems == []
    assert track.T_world_body[1, :2, 3] == pytest.approx([26, 0])
    assert np.hypot(*(track.T_world_body[0, :2, 3] - [26, 0])) > 1e-3


def test_a_thing_moves_and_keeps_its_heading():
    crate = {"box": "1 x 0.5 x 0.5m", "at": [20, -5], "facing": "north-east"}
    story, problems = told(("20s", {"crate": "move to spot"}), subjects={"crate": crate})
    track = body(story, "crate", 0, 1, 20)
    assert problems == []
    assert track.T_world_body[2, :3, 3] == pytest.approx([26, 0, 0.25])
    assert track.T_world_body[:, :3, :3] == pytest.approx(np.tile(track.T_world_body[0, :3, :3], (3, 1, 1)))
    assert np.linalg.norm(track.linear_m_s[1]) == pytest.approx(2.0)
    assert (track.gait_rad == 0).all()


def test_walks_stop_short_of_solids_and_people_by_the_gap_between_edges():
    keeper = {"person": "1.80m", "at": [12, -12]}
    story, _ = told(
        ("30s", {"mara": "walk to keeper"}),
        ("30s", {"mara": "walk to dock"}),
        subjects={"mara": MARA, "keeper": keeper},
    )
    track = body(story, "mara", 29, 59)
    assert track.T_world_body[0, :2, 3] == pytest.approx([12, -12 + 0.25 + 0.6 + 0.25])
    assert track.T_world_body[1, :2, 3] == pytest.approx([12, -2 - 0.6 - 0.25])


def test_a_walk_to_the_corner_of_a_solid_keeps_the_gap_too():
    story, _ = told(("60s", {"mara": "walk to crane"}), subjects={"mara": {"person": "1.7m", "at": [20, -9]}})
    x, y = body(story, "mara", 60).T_world_body[0, :2, 3]
    gap = np.hypot(max(30 - x, 0), max(-1.2 - y, 0)) - 0.25
    assert gap == pytest.approx(0.6)


def test_who_goes_to_a_mover_meets_it_where_it_is_then():
    keeper = {"person": "1.80m", "at": [12, -20]}
    story, problems = told(
        ("20s", {"mara": "walk to keeper", "keeper": "walk to near"}),
        subjects={"mara": MARA | {"at": [12, 0 - 7.25]}, "keeper": keeper},
    )
    assert [(p.code, p.severity) for p in problems] == [("through", "warning")]  # he goes on, to the far side of her
    gap = np.hypot(*(body(story, "mara", 20).T_world_body[0, :2, 3] - body(story, "keeper", 20).T_world_body[0, :2, 3]))
    arrivals = body(story, "mara", *np.arange(0, 12, 0.01)).T_world_body[:, :2, 3]
    assert gap >= 0.0
    assert np.isfinite(arrivals).all()


def test_two_who_walk_to_one_another_meet_half_way():
    people = {"ann": {"person": "1.7m", "at": [0, -20]}, "ben": {"person": "1.7m", "at": [10, -20]}}
    story, _ = told(("20s", {"ann": "walk to ben", "ben": "walk to ann"}), subjects=people)
    ann, ben = (body(story, name, 20).T_world_body[0, 0, 3] for name in people)
    assert (ann, ben) == pytest.approx((4.45, 5.55))


def test_a_runner_who_catches_up_stops_short_of_where_the_other_is():
    people = {"ann": {"person": "1.7m", "at": [0, -20]}, "ben": {"person": "1.7m", "at": [10, -20]}}
    story, _ = told(
        ("30s", {"ann": "run to ben", "ben": "walk to far"}),
        subjects=people,
        places={"quay": QUAY | {"marks": {"far": {"at": [60, -20]}}}},
    )
    arrival = (10 - 1.1) / (4 - 1.4)
    ann, ben = (body(story, name, arrival).T_world_body[0, 0, 3] for name in people)
    assert ben - ann == pytest.approx(1.1)
    assert body(story, "ann", 30).T_world_body[0, 0, 3] == pytest.approx(ann)


def test_turns_take_their_angle_over_the_rate_the_short_way_round():
    story, _ = told(("5s", {"mara": ["turn to north", "turn to crane"]}))
    looks = front(body(story, "mara", 0, 0.25, 0.5, 2))
    towards = np.array([31.2, 0]) - [12, -7.25]
    assert looks[0] == pytest.approx([1, 0])
    assert looks[1] == pytest.approx([np.sqrt(0.5)] * 2)
    assert looks[2] == pytest.approx([0, 1], abs=1e-9)
    assert looks[3] == pytest.approx(towards / np.hypot(*towards))


def test_steps_measure_the_way():
    story, _ = told(("30s", {"mara": "walk to spot"}))
    assert body(story, "mara", 30).gait_rad[0] == pytest.approx(np.pi * np.hypot(14, 7.25) / (0.41 * 1.70))


def test_new_orders_replace_what_is_under_way_and_silence_does_not():
    story, _ = told(("3s", {"mara": "walk to yonder"}), ("3s", {}), ("3s", {"mara": "hold"}))
    x = body(story, "mara", 3, 6, 7, 9).T_world_body[:, 0, 3]
    assert x[1] - x[0] == pytest.approx(4.2 * 28 / np.hypot(28, 7.25))
    assert 0 < x[2] - x[1] < 0.3
    assert x[3] == x[2]


ACTIONS = st.sampled_from(
    ["walk to spot", "run to aside", "walk via near to spot", "turn to south-west", "hold", "hold for 0.4s", "walk to crane",
     "run via near aside to yonder", "turn to crane", "walk to mate", "walk to spot by 30s"]
)  # fmt: skip
SHOTS = st.lists(
    st.tuples(st.sampled_from(["0.5s", "1s", "1.7s", "4s"]), st.lists(ACTIONS, min_size=0, max_size=3)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(SHOTS, SHOTS)
def test_positions_headings_and_steps_are_continuous_and_velocities_theirs(ann, ben):
    people = {"ann": {"person": "1.7m", "at": [12, -9]}, "mate": {"person": "1.9m", "at": [22, -12]}}
    shots = [
        (
            a[0],
            {
                name: list(actions)
                for name, actions in (("ann", a[1]), ("mate", [x for x in b[1] if "mate" not in x]))
                if actions
            },
        )
        for a, b in zip(ann, ben, strict=False)
    ]
    story, _ = told(*shots, subjects=people)
    step = 1e-3
    times = np.arange(0, 25, step)
    track = story.sample("quay", times).bodies["ann"]
    positions, yaw = track.T_world_body[:, :3, 3], np.unwrap(np.arctan2(*front(track).T[::-1]))
    centred = (positions[2:] - positions[:-2]) / (2 * step)
    assert np.abs(centred - track.linear_m_s[1:-1]).max() < 0.2
    assert np.abs((yaw[2:] - yaw[:-2]) / (2 * step) - track.angular_rad_s[1:-1, 2]).max() < 0.5
    assert np.linalg.norm(np.diff(positions, axis=0), axis=1).max() < 15 * step
    assert np.linalg.norm(np.diff(track.linear_m_s, axis=0), axis=1).max() < 1000 * step
    assert np.diff(track.gait_rad).min() >= -1e-3
    assert np.diff(track.gait_rad).max() < 0.1
    assert (track.T_world_body[0, :3, 3] == [12, -9, 0.85]).all()


def test_what_happens_after_a_cut_does_not_change_what_was_before():
    short, _ = told(("3s", {"mara": "walk to spot"}))
    long, _ = told(("3s", {"mara": "walk to spot"}), ("3s", {"mara": "run to near"}))
    times = np.linspace(0, 3, 50)
    assert (body(short, "mara", *times).T_world_body == body(long, "mara", *times).T_world_body).all()
    assert body(short, "mara", 4).T_world_body[0, 0, 3] > body(short, "mara", 3).T_world_body[0, 0, 3]  # a handle


def test_subjects_stand_in_their_own_place():
    subjects = {"mara": MARA, "keeper": {"person": "1.8m", "place": "office", "at": [3, 3]}}
    places = {"quay": QUAY, "office": {"anchors": {"desk": {"box": "1 x 1 x 1m"}}}}
    story, _ = told(("1s", {}), subjects=subjects, places=places)
    assert set(story.sample("quay", np.zeros(1)).bodies) == {"mara"}
    assert set(story.sample("office", np.zeros(2)).bodies) == {"keeper"}


# --- faults ---------------------------------------------------------------------------------------------------------------


def test_faster_than_legs_go():
    _, (problem,) = told(("5s", {"mara": "walk to spot by 2s"}))
    assert (problem.path, problem.code, problem.focus) == (
        ("shots", 0, "motion", "mara"),
        "too-fast",
        "walk to spot by 2s",
    )
    assert problem.message == "mara would walk 15.8 m in 2 s, at 7.9 m/s"
    assert problem.expected == (
        "a walk goes up to 2.5 m/s, a run up to 9 m/s. Did you mean `run to spot by 2s`, or `walk to spot by 6.4s`?",
    )


@pytest.mark.parametrize(
    ("motion", "code", "message"),
    [
        (["hold for 2s", "run to spot at 12m/s"], "too-fast", "mara would run 15.8 m at 12 m/s"),
        (["hold for 2s", "walk to spot by 2s"], "too-late", "mara sets out 2 s into the shot; `by 2s` is past by then"),
        (
            ["hold for 5s", "walk to spot by end"],
            "too-late",
            "mara sets out 5 s into the shot; the shot's end is past by then",
        ),
        (["hold", "walk to desk"], "other-place", "`desk` is in `office`, and mara is in `quay`"),
        (["hold", "turn to nobody"], "unknown-name", "nothing in `quay` is called `nobody`"),
    ],
)
def test_motions_that_cannot_be(motion, code, message):
    places = {"quay": QUAY, "office": {"anchors": {"desk": {"box": "1 x 1 x 1m"}}}}
    _, (problem,) = told(("5s", {"mara": motion}), places=places)
    assert (problem.path, problem.code, problem.message) == (("shots", 0, "motion", "mara", 1), code, message)


def test_a_way_through_an_anchor_says_which_when_and_what_leads_round():
    _, (problem,) = told(
        ("2s", {"mara": "walk to aside"}), ("20s", {}), subjects={"mara": {"person": "1.7m", "at": [31, -8]}}
    )
    assert problem.code == "in-the-way"
    assert problem.message == "mara would walk into `crane` 2.7 s into shot `s1`"
    assert problem.expected == ("Did you mean `walk via spot to aside`?",)


def test_a_way_round_is_worked_out_where_no_mark_helps():
    places = {"quay": {"anchors": {"crane": {"box": "2 x 2 x 9m"}}, "marks": {"beyond": {"at": [0, 6]}}}}
    subjects = {"mara": {"person": "1.7m", "at": [0.2, -6]}}
    _, (problem,) = told(("20s", {"mara": "walk to beyond"}), subjects=subjects, places=places)
    (hint,) = problem.expected
    x, y = (float(v) for v in hint.split("at: [")[1].split("]")[0].split(","))
    round_it = places["quay"] | {"marks": {"beyond": {"at": [0, 6]}, "aside": {"at": [x, y]}}}
    _, problems = told(
        ("20s", {"mara": hint.split("write `")[1].rstrip("`")}), subjects=subjects, places={"quay": round_it}
    )
    assert problems == []


@pytest.mark.parametrize(
    "anchors",
    [
        {"lintel": {"box": "2 x 2 x 1m", "at": [0, 0, 2.5]}},
        {"kerb": {"box": "2 x 2 x 0.15m"}},
        {"post": {"cylinder": "1 x 3m", "at": [0.8, 0]}},
    ],
)
def test_what_is_overhead_underfoot_or_beside_is_not_in_the_way(anchors):
    places = {"quay": {"anchors": anchors, "marks": {"beyond": {"at": [0, 6]}}}}
    _, problems = told(
        ("20s", {"mara": "walk to beyond"}), subjects={"mara": {"person": "1.7m", "at": [0, -6]}}, places=places
    )
    assert problems == []


def test_a_way_that_is_given_up_before_the_anchor_is_no_fault():
    mara = {"person": "1.7m", "at": [31, -8]}
    _, problems = told(("2s", {"mara": "walk to aside"}), ("20s", {"mara": "hold"}), subjects={"mara": mara})
    assert problems == []


def test_who_arrives_on_the_cut_and_is_then_told_to_stay_stays():
    """The span that brought it there must not run on: it was once followed to 10^146 m."""
    for still in ("hold", "turn to crane", ["hold", "turn to crane"]):
        story, _ = told(("4s", {"mara": "walk to near by end"}), ("2s", {"mara": still}), ("9s", {}))
        after = body(story, "mara", 4.0, 6.0, 15.0, 1e6)
        np.testing.assert_allclose(after.T_world_body[:, :2, 3], [[12, -8]] * 4, atol=1e-6)
        np.testing.assert_allclose(after.linear_m_s, 0, atol=1e-6)


def test_a_turn_that_is_interrupted_ends():
    """A thing that is told to move while it turns stops turning."""
    cart = {"box": "1 x 1 x 1m", "at": [10, -20]}
    shots = ("0.5s", {"cart": "turn to north"}), ("3s", {"cart": "move to near"})
    story, problems = told(*shots, subjects={"cart": cart})
    assert problems == []
    late = front(body(story, "cart", 3.0, 60.0, 1e6))
    np.testing.assert_allclose(late[0], late[1])
    np.testing.assert_allclose(late[0], late[2])


def test_there_and_back_in_no_time_stays():
    cart = {"box": "1 x 1 x 1m", "at": [40, 0]}
    story, problems = told(
        ("1s", {"cart": "move via near to yonder by 2f"}), ("1s", {"cart": "hold"}), subjects={"cart": cart}
    )
    assert problems == []
    np.testing.assert_allclose(body(story, "cart", 0.05, 3.0).T_world_body[:, :2, 3], [[40, 0]] * 2)
