"""Places in metres: the worked example of the shot list's language, and what cannot stand."""

import numpy as np
import pytest

from composer.layout import extent_of, lay_out
from composer.schema import ShotList


def shot_list(anchors, marks=None, subjects=None):
    return ShotList.model_validate(
        {
            "places": {"quay": {"anchors": anchors, "marks": marks or {}}},
            "subjects": subjects or {},
            "shots": [{"shot": "one", "duration": "1s", "camera": "WS " + next(iter(anchors))}],
        }
    )


def solved(anchors, marks=None, subjects=None):
    layouts, problems = lay_out(shot_list(anchors, marks, subjects))
    return layouts["quay"], problems


QUAY = {
    "warehouse": {"box": "20 x 10 x 8m"},
    "dock": {"box": "4 x 4 x 1.2m", "right_of": "warehouse"},
    "crane": {"box": "2.4 x 2.4 x 14m", "right_of": "dock", "gap": "16m"},
    "jib": {"box": "16 x 1.6 x 1.4m", "on_top_of": "crane", "align": "left"},
    "containers": {"box": "6 x 2.4 x 2.6m", "in_front_of": "crane", "gap": "12m", "repeat": "5 every 7m west"},
}


def test_the_quay_stands_where_the_language_says():
    layout, problems = solved(
        QUAY,
        marks={"spot": {"left_of": "crane", "gap": "4m"}, "aside": {"behind": "crane", "gap": "2m"}},
        subjects={"mara": {"person": "1.70m", "in_front_of": "dock", "gap": "5m", "facing": "east"}},
    )
    assert problems == []
    (dock,) = layout.anchor("dock")
    np.testing.assert_allclose(dock.T_world_solid[:3, 3], [12, 0, 0.6])
    np.testing.assert_allclose(layout.marks["spot"].position, [26, 0, 0], atol=1e-9)
    np.testing.assert_allclose(layout.marks["aside"].position, [31.2, 3.2, 0], atol=1e-9)
    jib = layout.extent("jib")
    np.testing.assert_allclose([*jib.low, *jib.high], [30, -0.8, 14, 46, 0.8, 15.4], atol=1e-9)
    np.testing.assert_allclose(layout.subjects["mara"].T_world_solid[:3, 3], [12, -7.25, 0.85], atol=1e-9)
    assert np.hypot(26 - 12, 7.25) == pytest.approx(15.8, abs=0.05)  # the walk of the language's mistake 17


def test_a_row_is_one_name_and_each_of_its_items():
    layout, _ = solved(QUAY)
    row = layout.anchor("containers")
    assert [s.name for s in row] == [f"containers_{i}" for i in range(1, 6)]
    assert [s.id for s in row] == list(range(row[0].id, row[0].id + 5))
    steps = np.diff([s.T_world_solid[:3, 3] for s in row], axis=0)
    np.testing.assert_allclose(steps, [[-7, 0, 0]] * 4, atol=1e-9)
    np.testing.assert_allclose(layout.extent("containers_2").centre, row[1].T_world_solid[:3, 3])


def test_order_is_free():
    reversed_quay = dict(reversed([(k, {"at": [0, 0], **v} if k == "warehouse" else v) for k, v in QUAY.items()]))
    straight, _ = solved(QUAY)
    backwards, problems = solved(reversed_quay)
    assert problems == []
    for solid in straight.solids:
        (twin,) = [s for s in backwards.solids if s.name == solid.name]
        np.testing.assert_allclose(twin.T_world_solid, solid.T_world_solid, atol=1e-9)


@pytest.mark.parametrize(
    ("relation", "axis", "edge"),
    [("left_of", 0, -1), ("right_of", 0, 1), ("in_front_of", 1, -1), ("behind", 1, 1)],
)
def test_a_gap_runs_from_edge_to_edge(relation, axis, edge):
    layout, _ = solved({"aa": {"box": "4 x 6 x 2m"}, "bb": {"cylinder": "1 x 3m", relation: "aa", "gap": "2m"}})
    a, b = layout.extent("aa"), layout.extent("bb")
    gap = b.low[axis] - a.high[axis] if edge > 0 else a.low[axis] - b.high[axis]
    assert gap == pytest.approx(2)
    assert b.centre[1 - axis] == pytest.approx(0)


def test_two_relations_on_two_axes_combine_and_align_settles_the_free_one():
    layout, problems = solved(
        {
            "aa": {"box": "4 x 4 x 1m"},
            "corner": {"box": "2 x 2 x 1m", "right_of": "aa", "behind": "aa"},
            "flush": {"box": "2 x 2 x 1m", "left_of": "aa", "align": "front"},
        }
    )
    assert problems == []
    np.testing.assert_allclose(layout.extent("corner").centre[:2], [3, 3])
    assert layout.extent("flush").low[1] == pytest.approx(-2)


def test_align_on_a_settled_axis_is_a_fault():
    _, problems = solved({"aa": {"box": "4 x 4 x 1m"}, "bb": {"box": "1 x 1 x 1m", "right_of": "aa", "align": "left"}})
    assert [(p.code, p.path) for p in problems] == [("align", ("places", "quay", "anchors", "bb", "align"))]


def test_facing_turns_the_front_and_two_may_face_one_another():
    layout, problems = solved(
        {"aa": {"box": "4 x 1 x 1m", "facing": "bb"}, "bb": {"box": "1 x 1 x 1m", "at": [10, 0], "facing": "aa"}}
    )
    assert problems == []
    front_of_a = layout.anchor("aa")[0].T_world_solid[:3, :3] @ [0, -1, 0]
    front_of_b = layout.anchor("bb")[0].T_world_solid[:3, :3] @ [0, -1, 0]
    np.testing.assert_allclose(front_of_a, [1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(front_of_b, [-1, 0, 0], atol=1e-9)
    np.testing.assert_allclose(layout.extent("aa").size, [1, 4, 1], atol=1e-9)


def test_a_drum_lying_north_is_as_long_north_as_it_is_high():
    layout, _ = solved({"drum": {"cylinder": "0.6 x 0.9m", "axis": "north"}})
    np.testing.assert_allclose(layout.extent("drum").size, [0.6, 0.9, 0.6], atol=1e-9)
    assert layout.extent("drum").low[2] == pytest.approx(0)


def test_only_the_first_anchor_may_go_without_a_position():
    _, problems = solved({"aa": {"box": "1 x 1 x 1m"}, "bb": {"box": "1 x 1 x 1m"}}, subjects={"cc": {"sphere": "1m"}})
    told = [(p.code, p.path, p.on_key) for p in problems if p.code == "no-position"]
    assert told == [
        ("no-position", ("places", "quay", "anchors", "bb"), True),
        ("no-position", ("subjects", "cc"), True),
    ]


def test_circles_are_refused():
    _, problems = solved(
        {"aa": {"box": "1 x 1 x 1m"}, "bb": {"sphere": "1m", "left_of": "cc"}, "cc": {"sphere": "1m", "behind": "bb"}}
    )
    assert [p.code for p in problems if p.code == "circle"] == ["circle"]


def test_a_thing_under_the_ground_is_a_fault_at_its_height():
    _, problems = solved({"aa": {"box": "2 x 2 x 14m", "at": [31.2, 0, -1]}})
    (problem,) = problems
    assert problem.path == ("places", "quay", "anchors", "aa", "at", 2)
    assert problem.message == "anchor `aa` reaches 1 m under the ground"
    assert problem.expected[0].endswith("Did you mean `at: [31.2, 0]`?")


@pytest.mark.parametrize(
    ("other", "sunk"),
    [
        ({"box": "2 x 2 x 2m", "at": [1.94, 0]}, True),
        ({"box": "2 x 2 x 2m", "at": [1.96, 0]}, False),
        ({"box": "2 x 2 x 2m", "at": [2.3, 2.3], "facing": "45deg"}, False),  # its box overlaps, it does not
        ({"box": "2 x 2 x 2m", "at": [1.9, 0.2], "facing": "45deg"}, True),
        ({"cylinder": "2 x 2m", "at": [1.8, 1.8]}, False),
        ({"cylinder": "2 x 2m", "at": [1.5, 1.5]}, True),
        ({"box": "2 x 2 x 2m", "at": [0, 0, 2]}, False),
        ({"box": "2 x 2 x 2m", "at": [0, 0, 1.9]}, True),
    ],
)
def test_solids_may_touch_but_not_sink_in(other, sunk):
    _, problems = solved({"aa": {"box": "2 x 2 x 2m"}, "bb": other})
    assert [p.code for p in problems] == (["sunk"] if sunk else [])


def test_extents_of_turned_solids_are_tight():
    layout, _ = solved({"aa": {"box": "2 x 2 x 2m", "facing": "45deg"}})
    np.testing.assert_allclose(extent_of(layout.solids[0]).size, [np.sqrt(8), np.sqrt(8), 2], atol=1e-9)


def test_walls_may_meet_at_corners():
    walls = {
        "north_wall": {"wall": "6 x 3m"},
        "east_wall": {"wall": "4 x 3m", "at": [3, -2], "facing": "east"},
        "post": {"box": "0.3 x 0.3 x 3m", "at": [-3, 0]},
    }
    _, problems = solved(walls)
    assert [p.message for p in problems] == ["`post` sinks 0.15 m into `north_wall`"]


def test_the_way_out_of_another_solid_leads_out():
    tower = {"tower": {"box": "4 x 4 x 9m"}}
    _, (middle,) = solved(tower, subjects={"ada": {"person": "1.7m", "at": [0, 0]}})
    assert middle.expected == ("solids may touch, not overlap. Place it `left_of: tower`, or move it 2.25 m that way",)
    _, (crown,) = solved(
        {"trunk": {"cylinder": "0.4 x 3m"}, "crown": {"sphere": "2m", "at": [0, 0, 2.5]}},
    )
    assert crown.expected == ("solids may touch, not overlap. Place it `on_top_of: trunk`",)


def test_of_a_heap_each_thing_is_told_three_times_at_most():
    heap = {f"box_{i}": {"box": "3 x 3 x 3m", "at": [0, 0]} for i in range(60)}
    shots = [{"shot": "aa", "duration": "1s", "camera": "WS box_0"}]
    _, problems = lay_out(ShotList.model_validate({"places": {"yard": {"anchors": heap}}, "shots": shots}))
    assert [p.code for p in problems] == ["sunk"] * (1 + 2 + 3 * 57)
