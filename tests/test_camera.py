"""Framing: the table of sizes, what two facts settle, sides, heights, and that everything framed is in the picture."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from composer.camera import plan_cameras
from composer.geometry import project
from composer.layout import lay_out
from composer.schema import ShotList
from composer.world import simulate

SIZE = (768, 432)
QUAY = {
    "anchors": {
        "warehouse": {"box": "20 x 10 x 8m"},
        "dock": {"box": "4 x 4 x 1.2m", "right_of": "warehouse"},
        "ramp": {"box": "6 x 3 x 1.2m", "right_of": "dock"},
        "crane": {"box": "2.4 x 2.4 x 14m", "right_of": "ramp", "gap": "10m"},
    },
    "marks": {"spot": {"left_of": "crane", "gap": "4m"}},
}
SUBJECTS = {
    "mara": {"person": "1.70m", "in_front_of": "dock", "gap": "5m", "facing": "east"},
    "drum": {"cylinder": "0.6 x 0.9m", "axis": "north", "at": [20, -6]},
}


def planned(*cameras, places=None, subjects=None, **film):
    shotlist = ShotList.model_validate(
        {
            "places": places or {"quay": QUAY},
            "subjects": SUBJECTS if subjects is None else subjects,
            "shots": [
                ({"shot": f"s{i}", "duration": "4s"} | camera) if isinstance(camera, dict) and "camera" in camera
                else {"shot": f"s{i}", "duration": "4s", "camera": camera}
                for i, camera in enumerate(cameras)
            ],
        }
        | film
    )  # fmt: skip
    layouts, problems = lay_out(shotlist)
    assert problems == []
    story, problems = simulate(shotlist, layouts)
    assert problems == []
    return layouts, *plan_cameras(shotlist, layouts, story)


def one(camera, **given_):
    _, paths, problems = planned(camera, **given_)
    assert problems == []
    return paths["s0"]


def fault(camera, **given_):
    _, _, (problem,) = planned(camera, **given_)
    return problem


def first(path):
    return path.track(np.zeros(1), SIZE)[0]


def at(path):
    return first(path).T_world_camera[:3, 3]


def pixel(camera, *point):
    pixels, depth = project(camera, np.array([point], float))
    assert depth[0] > 0
    return pixels[0]


# --- known answers ----------------------------------------------------------------------------------------------------------


def test_a_medium_shot_at_50mm_stands_two_and_a_half_metres_off_with_head_room():
    path = one({"frame": "MS mara", "from": "right-profile", "lens": "50mm"})
    x, y, z = at(path)
    assert np.linalg.norm(at(path) - [12, -7.25, 1.7 - 0.42 * 0.6 * 1.7]) == pytest.approx(2.519, abs=1e-3)
    assert (x, z) == pytest.approx((12, 0.93 * 1.7))
    assert y < -7.25  # she faces east, and her right is in the south
    assert pixel(first(path), 12, -7.25, 1.7) == pytest.approx([384, 0.08 * 432])
    assert first(path).K[0, 0] == pytest.approx(50 / 36 * 768)


def test_a_wide_shot_of_dock_and_crane_at_24mm_is_34_m_away():
    path = one({"frame": "WS dock crane", "from": "south-east", "height": "5m", "lens": "24mm"})
    assert np.linalg.norm(at(path) - [21.2, 0, 7]) == pytest.approx(34, abs=0.5)
    assert at(path)[2] == 5.0


@pytest.mark.parametrize(
    ("size", "seen_m"), [("EWS", 13.6), ("WS", 2.55), ("MS", 1.02), ("MCU", 0.714), ("CU", 0.425), ("ECU", 0.17)]
)
def test_sizes_of_a_person(size, seen_m):
    camera = first(one(f"{size} mara"))
    middle = np.linalg.inv(camera.T_world_camera) @ [
        12,
        -7.25,
        1.7 - 0.42 * seen_m if size not in ("EWS", "WS") else 0.85,
        1,
    ]
    assert np.linalg.norm(middle[:3]) * 20.25 / 35 == pytest.approx(seen_m)


@pytest.mark.parametrize(("size", "seen_m"), [("EWS", 28), ("WS", 21), ("MS", 18.2), ("ECU", 5.6)])
def test_sizes_of_a_thing_count_at_its_near_face(size, seen_m):
    path = one({"frame": f"{size} crane", "height": "7m"})
    assert -1.2 - at(path)[1] == pytest.approx(35 * seen_m / 20.25)


def test_two_facts_settle_the_third():
    by_lens = one({"frame": "MS mara", "lens": "50mm"})
    by_distance = one({"frame": "MS mara", "distance": f"{0.05 * 1.02 / 0.02025}m"})
    assert by_distance.lens_mm == pytest.approx(50)
    assert at(by_distance) == pytest.approx(at(by_lens))
    standing = one({"frame": "MS mara", "at": [float(v) for v in at(by_lens)]})
    assert standing.lens_mm == pytest.approx(50)
    assert one({"frame": "mara", "distance": "4m", "lens": "50mm"}).lens_mm == 50
    assert one({"frame": "mara", "distance": "4m"}).lens_mm == 35


@pytest.mark.parametrize(
    ("side", "way"),
    [("south-east", (1, -1)), ("front", (1, 0)), ("back", (-1, 0)), ("left-profile", (0, 1)), ("right-profile", (0, -1)),
     ("right-3/4", (1, -1)), ("left-3/4", (1, 1)), (None, (0, -1)), ("90deg", (1, 0))],
)  # fmt: skip
def test_sides(side, way):
    path = one({"frame": "WS mara"} | ({"from": side} if side else {}))
    away = at(path)[:2] - [12, -7.25]
    assert away / np.linalg.norm(away) == pytest.approx(np.array(way) / np.linalg.norm(way))


@pytest.mark.parametrize(
    ("height", "z"), [("eye", 1.581), ("ground", 0.15), ("low", 0.5), ("high", 4.0), ("2.2m", 2.2), (None, 1.581)]
)
def test_heights(height, z):
    path = one({"frame": "EWS mara"} | ({"height": height} if height else {}))
    assert at(path)[2] == pytest.approx(z)
    assert at(one("WS crane"))[2] == 1.6
    assert at(one("WS spot"))[2] == pytest.approx(0.93 * 1.75)  # a stand-in


def test_overhead_looks_straight_down_with_its_far_side_at_the_top():
    path = one({"frame": "WS crane", "from": "west", "height": "overhead"})
    camera = first(path)
    assert camera.T_world_camera[:3, 2] == pytest.approx([0, 0, -1])
    assert at(path) == pytest.approx([31.2, 0, 14 + 35 * 3.6 / 20.25])
    assert pixel(camera, 32, 0, 14)[1] < pixel(camera, 31, 0, 14)[1]  # east is up, seen from the west


def test_a_camera_high_above_keeps_its_distance_along_the_line_of_sight():
    path = one({"frame": "MS mara", "lens": "85mm", "height": "high"})
    aim = np.array([12, -7.25, 1.7 - 0.42 * 1.02])
    assert np.linalg.norm(at(path) - aim) == pytest.approx(85 * 1.02 / 20.25)


def test_a_name_alone_only_aims():
    path = one({"frame": "drum", "at": [29, -2, 0.9], "lens": "28mm"})
    assert at(path) == pytest.approx([29, -2, 0.9])
    assert pixel(first(path), 20, -6, 0.3) == pytest.approx([384, 216])


def test_a_camera_on_a_mark_stands_at_eye_height():
    assert at(one({"frame": "crane", "at": "spot"})) == pytest.approx([26, 0, 1.6])
    assert at(one({"frame": "crane", "at": "spot", "height": "low"})) == pytest.approx([26, 0, 0.5])


# --- everything framed is in the picture -------------------------------------------------------------------------------------


def corners(layouts, names):
    points = []
    for name in names:
        for solid in (*layouts["quay"].anchor(name), *(s for s in layouts["quay"].subjects.values() if s.name == name)):
            signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
            points.append(
                signs * np.array(solid.size_m) / 2 @ solid.T_world_solid[:3, :3].T + solid.T_world_solid[:3, 3]
            )
    return np.concatenate(points)


def in_picture(camera, points, size=SIZE):
    pixels, depth = project(camera, points)
    inside = (pixels >= -1e-6) & (pixels <= np.array(size) + 1e-6)
    return bool((depth > 0).all() and inside.all())


def test_both_sides_of_the_first_list_hold_all_of_tower_and_shed():
    yard = {
        "anchors": {"tower": {"box": "4 x 4 x 9m"}, "shed": {"box": "6 x 4 x 3m", "right_of": "tower", "gap": "3m"}}
    }
    layouts, paths, problems = planned(
        "WS tower shed",
        {"frame": "WS tower shed", "from": "north-east", "move": "arc left 20deg"},
        places={"quay": yard},
        subjects={},
    )
    assert problems == []
    for path in paths.values():
        track = path.track(np.linspace(0, 4, 30), SIZE)
        assert all(in_picture(track[i], corners(layouts, ["tower", "shed"])) for i in range(30))


BOXES = st.tuples(
    st.floats(0.3, 12),
    st.floats(0.3, 12),
    st.floats(0.2, 12),
    st.floats(-25, 25),
    st.floats(-25, 25),
    st.floats(0, 360),
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(BOXES, min_size=1, max_size=3),
    st.sampled_from(["EWS", "WS", "MS", "MCU", "CU"]),
    st.floats(0, 359),
    st.sampled_from(["eye", "ground", "low", "high", "overhead", "12m"]),
    st.sampled_from([{}, {"lens": "20mm"}, {"lens": "85mm"}, {"distance": "60m"}]),
    st.sampled_from(["768x432", "432x768", "640x640"]),
)
def test_what_is_framed_is_in_the_picture(boxes, size, bearing, height, fact, picture):
    anchors = {
        f"thing_{'abc'[i]}": {"box": f"{w} x {d} x {h}m", "at": [x + 70 * i, y], "facing": f"{facing}deg"}
        for i, (w, d, h, x, y, facing) in enumerate(np.round(boxes, 3).tolist())
    }
    camera = {"frame": " ".join([size, *anchors]), "from": f"{round(bearing)}deg", "height": height} | fact
    layouts, paths, problems = planned(camera, places={"quay": {"anchors": anchors}}, subjects={}, size=picture)
    assume(not problems)
    w, h = (int(v) for v in picture.split("x"))
    camera = paths["s0"].track(np.zeros(1), (w, h))[0]
    assert in_picture(camera, corners(layouts, anchors), (w, h))


@pytest.mark.parametrize("size", ["EWS", "WS"])
@pytest.mark.parametrize("height", ["eye", "ground", "high", "overhead"])
def test_a_whole_person_is_in_the_picture(size, height):
    layouts, paths, _ = planned({"frame": f"{size} mara", "height": height, "from": "north-west"})
    assert in_picture(first(paths["s0"]), corners(layouts, ["mara"]))


# --- faults -------------------------------------------------------------------------------------------------------------------


def test_a_camera_inside_something():
    problem = fault({"at": [31, 0, 0.9], "frame": "drum", "lens": "28mm"})
    assert (problem.path, problem.code) == (("shots", 0, "camera", "at"), "camera-inside")
    assert problem.message == "the camera of shot `s0` stands inside `crane`"
    assert problem.expected == (
        "`crane` fills x 30 to 32.4, y -1.2 to 1.2, z 0 to 14. Nearest free point: `at: [29.8, 0, 0.9]`",
    )


def test_a_framing_that_stands_inside_something_names_a_side_that_does_not():
    camera = {"frame": "WS drum", "from": "west", "height": "low"}
    subjects = {"drum": {"box": "1 x 1 x 1m", "at": [21.5, 0]}}
    problem = fault(camera, subjects=subjects)
    assert problem.code == "camera-inside"
    assert problem.path == ("shots", 0, "camera", "from")
    side = problem.expected[0].split("from: ")[1].rstrip("`")
    assert planned(camera | {"from": side}, subjects=subjects)[2] == []


def test_a_move_into_something_says_when_and_how_far_is_free():
    problem = fault({"at": [26, 0, 1.6], "frame": "crane", "move": "dolly in 6m linear"})
    assert (problem.path, problem.code) == (("shots", 0, "camera", "move"), "camera-enters")
    assert problem.message == "the camera of shot `s0` runs into `crane` after 2.6 s"
    assert problem.expected[0].endswith("Did you mean `dolly in 3.9m linear`?")


def test_a_thin_wall_is_not_jumped_over():
    wall = {"anchors": {"screen": {"wall": "8 x 3 x 0.02m"}}}
    problem = fault(
        {"at": [0, -30, 1.6], "frame": "screen", "move": "dolly in 60m"}, places={"quay": wall}, subjects={}
    )
    assert problem.code == "camera-enters"


def test_three_facts_where_two_decide():
    problem = fault({"frame": "MS mara", "lens": "50mm", "distance": "4m"})
    assert (problem.path, problem.code, problem.on_key) == (("shots", 0, "camera", "distance"), "over-determined", True)
    assert problem.message == "size, lens and distance are all given; any two settle the third"
    assert problem.expected == ("MS at 50mm stands 2.5 m away; MS from 4 m needs `lens: 79mm`. Drop one",)


@pytest.mark.parametrize(
    ("camera", "code", "key"),
    [
        ({"frame": "ECU mara", "distance": "60m"}, "range", "distance"),
        ({"frame": "WS crane", "at": [31.2, -3, 1.6]}, "range", "at"),
        ({"frame": "WS dock crane", "at": [20, 0.5, 1.9]}, "camera-among", "at"),
        ({"frame": "mara"}, "no-stand", "frame"),
        ({"frame": "MS nobody"}, "unknown-name", "frame"),
        ({"frame": "MS mara", "move": "pan to nobody"}, "unknown-name", "move"),
        ({"frame": "mara", "at": [0, -20, -1]}, "under-ground", "at"),
    ],
)
def test_cameras_that_cannot_be(camera, code, key):
    problem = fault(camera)
    assert (problem.code, problem.path) == (code, ("shots", 0, "camera", key))


# --- small things from eye height ----------------------------------------------------------------------------------------


def balls(up_m, size, **more):
    yard = {"anchors": {"ball": {"sphere": "0.6m", "at": [0, 0, up_m]}}}
    _, paths, problems = planned({"frame": f"{size} ball"} | more, places={"yard": yard}, subjects={})
    return paths["s0"], problems


@pytest.mark.parametrize("height", [0, 2.4])
def test_a_close_up_of_a_ball_below_or_above_the_eyes_is_as_wide_as_the_table_says(height):
    path, problems = balls(height, "CU")
    assert problems == []
    to_middle = np.linalg.norm(at(path) - [0, 0, height + 0.3])
    assert (to_middle - 0.3) * 36 / 35 * 432 / 768 == pytest.approx(0.6, rel=0.02)


@pytest.mark.parametrize("height", [0, 2.4])
def test_an_extreme_close_up_that_eye_height_cannot_give_says_what_does(height):
    path, (problem,) = balls(height, "ECU")
    assert (problem.code, problem.severity, problem.path[-1]) == ("too-wide", "warning", "frame")
    assert np.linalg.norm(at(path) - at(balls(height, "CU")[0])) > 0.05
    for word in problem.expected[0].split("Did you mean ")[1].rstrip("?").split(", or "):
        key, value = word.strip("`").split(": ")
        near, problems = balls(height, "ECU", **{key: value})
        assert problems == []
        to_surface = np.linalg.norm(at(near) - [0, 0, height + 0.3]) - 0.3
        assert to_surface * 36 / near.lens_mm * 432 / 768 == pytest.approx(0.24, rel=0.11)


def test_a_distance_that_a_height_forbids_still_gives_the_size():
    path, problems = balls(0, "ECU", distance="0.3m")
    assert problems == []
    assert (np.linalg.norm(at(path) - [0, 0, 0.3]) - 0.3) * 36 / path.lens_mm * 432 / 768 == pytest.approx(
        0.24, rel=0.03
    )
