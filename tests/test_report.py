"""The pictures of a report: what is where, in pixels."""

from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_overlay import FLASHBACK

import composer
from composer.composing.mapping import spans, ways
from composer.composing.rehearsal import rehearse
from composer.errors import StorageError
from composer.layout import Layout, Spot, footprint
from composer.report import (
    Leg,
    SheetRow,
    Way,
    contact_sheet,
    evenly_spaced,
    ground_plan,
    map_sheet,
    png,
    trace,
    write_png,
)
from composer.report.canvas import Canvas, dashes
from composer.report.ground_plan import FRAME_PX, MOST_PX, anchor_fills
from composer.report.inks import anchor_fill, camera_ink, coded
from composer.report.labels import Labels, beside, within
from composer.report.records import shot_state
from composer.report.symbols import moves
from composer.report.view import View, view_of
from composer.report.ways import stops, ticks, travels
from composer.timing import FrameRange
from composer.types import BodyTrack, CameraTrack, ShotPlan, Solid, WorldTrack
from composer.typography import Face, fitted, text_width


def solid(name, size, at, *, shape="box", turn_deg=0.0, anchor=""):
    pose = np.eye(4)
    c, s = np.cos(np.deg2rad(turn_deg)), np.sin(np.deg2rad(turn_deg))
    pose[:2, :2] = [[c, -s], [s, c]]
    pose[:3, 3] = at[0], at[1], (at[2] if len(at) > 2 else 0.0) + size[2] / 2
    return Solid(name, anchor or name, 2, shape, size, pose, "brick")


def place(*solids, marks=(), subjects=()):
    spots = {name: Spot(name, np.array([x, y, 0.0])) for name, x, y in marks}
    return Layout("yard", "a yard", "cobbles", "day", None, None, solids, spots, {s.name: s for s in subjects})


def track(position, forward, *, lens=36.0, up=(0.0, 0.0, 1.0), frames=2):
    ahead = np.array(forward, float) / np.linalg.norm(forward)
    right = np.cross(ahead, up) / np.linalg.norm(np.cross(ahead, up))
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(ahead, right), ahead], axis=1)
    pose[:3, 3] = position
    focal = lens / 36 * 768
    camera = np.array([[focal, 0, 384], [0, focal, 216], [0, 0, 1.0]])
    return CameraTrack(np.repeat(camera[None], frames, 0), np.repeat(pose[None], frames, 0), (768, 432))


def walk(name, *stretches, cuts=(), look=""):
    """Along y = -6 and facing east: from one time to another, from one x to another."""
    legs = []
    for start_s, stop_s, west, east in stretches:
        poses = np.tile(np.eye(4), (30, 1, 1))
        poses[:, :2, :2] = [[0, -1], [1, 0]]
        poses[:, 0, 3], poses[:, 1, 3] = np.linspace(west, east, 30), -6
        legs.append(Leg(np.linspace(start_s, stop_s, 30), poses))
    return Way(solid(name, (0.5, 0.5, 1.7), (0, 0), shape="person"), tuple(legs), tuple(cuts), look)


def brick(_look):
    return 0.3, 0.1, 0.08


def flat(colour, height=54, width=96):
    return np.full((height, width, 3), colour, np.uint8)


def centre_of(picture, colour):
    """Row and column of the middle of all pixels of exactly `colour`."""
    found = np.argwhere((picture == np.array(colour)).all(axis=2))
    assert len(found), f"no pixel is {colour}"
    return found.mean(axis=0)


# --- contact sheet ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 500), st.integers(1, 12))
def test_evenly_spaced_frames_are_distinct_ordered_and_symmetric(length, count):
    frames = evenly_spaced(length, count)
    assert len(frames) == min(length, count)
    assert list(frames) == sorted(set(frames))
    assert all(0 <= f < length for f in frames)
    if length:
        assert abs((frames[0]) - (length - 1 - frames[-1])) <= 1


def test_evenly_spaced_stands_at_the_middles():
    assert evenly_spaced(100, 5) == (10, 30, 50, 70, 90)


def test_frames_run_from_left_to_right_and_shots_from_top_to_bottom():
    colours = [[(40 + 50 * row, 30 + 40 * column, 200) for column in range(5)] for row in range(3)]
    sheet = contact_sheet([SheetRow(f"s{k}", "", [flat(c) for c in row]) for k, row in enumerate(colours)], "Order")
    middles = np.array([[centre_of(sheet, c) for c in row] for row in colours])
    assert (np.diff(middles[:, :, 1], axis=1) > 250).all()
    assert (np.diff(middles[:, :, 0], axis=0) > 150).all()
    assert np.ptp(middles[:, :, 0], axis=1).max() < 1
    assert np.ptp(middles[:, :, 1], axis=0).max() < 1


def test_a_thumbnail_is_the_whole_frame():
    frame = flat((10, 200, 30), 432, 768)
    frame[:, :384] = (200, 10, 30)
    sheet = contact_sheet([SheetRow("a", "", [frame])], "")
    left, right = (int((sheet == np.array(c)).all(axis=2).sum()) for c in ((200, 10, 30), (10, 200, 30)))
    assert left == right == 144 * 162


def test_a_taller_frame_keeps_its_shape_beside_wider_ones():
    sheet = contact_sheet([SheetRow("a", "", [flat((9, 9, 200)), flat((9, 200, 9), 96, 54)])], "")
    rows, columns = np.nonzero((sheet == np.array((9, 200, 9))).all(axis=2))
    assert np.ptp(columns) / np.ptp(rows) == pytest.approx(54 / 96, abs=0.02)


@pytest.mark.parametrize("count", [1, 61, 130, 400])
def test_every_shot_of_a_long_film_is_on_a_sheet_that_viewers_open(count):
    colours = [(100 + k % 150, 60 + k // 150, 255) for k in range(count)]
    sheet = contact_sheet([SheetRow(f"shot_{k}", "3 s", [flat(c)] * 5) for k, c in enumerate(colours)], "Long")
    assert sheet.shape[0] <= 12_000
    packed = np.unique(sheet.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)).tolist()
    seen = {(code >> 16, code >> 8 & 255, code & 255) for code in packed}
    assert set(colours) <= seen


def test_a_sheet_without_shots_or_frames_is_still_a_sheet():
    assert contact_sheet([], "Nothing").shape[2] == 3
    assert contact_sheet([SheetRow("dark", "not rendered", [])], "Nothing").shape[0] > 100


# --- text ---------------------------------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.text("abcMW é日.-", max_size=40), st.integers(10, 300))
def test_fitted_text_fits_and_begins_as_the_text_does(text, width):
    short = fitted(text, width, Face(16))
    assert not short or text_width(short, Face(16)) <= width
    assert short == text or text.startswith(short.removesuffix("…"))


def test_a_label_stays_in_its_own_column():
    long = "x" * 400
    sheet = contact_sheet([SheetRow(long, long, [flat((9, 9, 200))] * 5)], long)
    assert (sheet[:, -30:] == sheet[-1, -1]).all()


# --- files --------------------------------------------------------------------------------------------------------------


def test_png_holds_the_pixels_and_nothing_else():
    picture = np.random.default_rng(3).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    encoded = png(picture)
    assert (cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_COLOR)[..., ::-1] == picture).all()
    assert encoded == png(picture.copy())
    assert not {b"tEXt", b"tIME", b"iTXt"} & {encoded[k : k + 4] for k in range(len(encoded))}


def test_a_picture_that_cannot_be_written_is_a_storage_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"file/map\.png"):
        write_png(tmp_path / "file" / "map.png", flat((1, 2, 3)))


def test_a_picture_replaces_an_older_one_whole(tmp_path):
    for colour in ((1, 2, 3), (4, 5, 6)):
        write_png(tmp_path / "map.png", flat(colour))
    assert [p.name for p in tmp_path.iterdir()] == ["map.png"]
    assert (tmp_path / "map.png").read_bytes() == png(flat((4, 5, 6)))


# --- footprints, cameras, view ------------------------------------------------------------------------------------------


def area(outline):
    x, y = outline.T
    return 0.5 * float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)))


@given(st.floats(-180, 180), st.floats(-500, 500))
def test_a_turned_box_covers_as_much_ground(turn, x):
    outline = footprint(solid("a", (4.0, 2.0, 9.0), (x, 3.0), turn_deg=turn))
    assert area(outline) == pytest.approx(8.0, rel=1e-6)
    assert outline.mean(axis=0) == pytest.approx([x, 3.0])


def test_cylinders_standing_and_lying():
    standing = solid("a", (2.0, 2.0, 5.0), (0, 0), shape="cylinder")
    lying_pose = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 1], [0, 0, 0, 1]])
    lying = Solid("b", "b", 3, "cylinder", (2.0, 2.0, 5.0), lying_pose, "drum")
    assert area(footprint(standing)) == pytest.approx(np.pi, rel=0.01)
    assert area(footprint(lying)) == pytest.approx(10.0, rel=0.01)


@pytest.mark.parametrize(
    ("forward", "heading"),
    [((0, 1, 0), 0), ((1, 0, 0), 90), ((0, -1, -0.5), 180), ((-1, 1, 0.2), 315)],
)
def test_a_camera_heads_along_its_bearing(forward, heading):
    seen = trace(1, "a", track((0, 0, 2), forward))
    assert seen.heading_deg == pytest.approx([heading, heading])
    assert seen.fov_deg == pytest.approx([53.130, 53.130], abs=1e-3)


def test_a_camera_that_looks_straight_down_heads_where_the_top_of_its_picture_is():
    assert trace(1, "a", track((0, 0, 9), (0, 0, -1), up=(1, 0, 0))).heading_deg == pytest.approx([90, 90])


def test_a_still_camera_does_not_move_and_a_turn_through_north_does():
    still = trace(1, "a", track((0, 0, 2), (0, 1, 0)))
    turning = trace(1, "a", track((0, 0, 2), (0, 1, 0)))
    turning.heading_deg[:] = [359.9, 1.0]
    assert not moves(still)
    assert moves(turning)


def test_north_is_up_and_east_is_right():
    view = View(-10, -5, 10, 5, 20)
    assert view.size == (400, 200)
    assert view.pixels(np.array([[-10.0, 5.0], [10.0, -5.0], [0.0, 1.0]])) == pytest.approx(
        np.array([[0, 0], [400, 200], [200, 80]])
    )


def test_a_sea_does_not_make_the_set_small():
    tower, sea = solid("tower", (4, 4, 9), (0, 0)), solid("sea", (900, 900, 0.1), (0, 600))
    cameras = [trace(1, "a", track((5, -14, 2), (0, 1, 0)))]
    layout = place(tower, solid("shed", (6, 4, 3), (8, 0)), sea, marks=[("spot", 3, -6)])
    view = view_of(layout, {}, cameras, MOST_PX)
    assert view.scale > 20
    for x, y in ((5, -14), (3, -6), (-2, 2), (11, 2)):
        assert view.west_m < x < view.east_m
        assert view.south_m < y < view.north_m
    assert view.size[0] <= MOST_PX[0]
    assert view.size[1] <= MOST_PX[1]


# --- labels and canvas --------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 200)), min_size=2, max_size=30))
def test_labels_never_overlap_nor_leave_the_sheet(points):
    labels = Labels(np.zeros((200, 300), bool))
    boxes = [labels.place((60, 16), beside((x, y, x, y), (60, 16))) for x, y in points]
    placed = [box for box in boxes if box]
    assert placed
    cover = np.zeros((200, 300), int)
    for left, top, right, bottom in placed:
        assert (right - left, bottom - top) == (60, 16)
        cover[top:bottom, left:right] += 1
    assert cover.max() == 1
    assert cover.sum() == len(placed) * 60 * 16


def test_a_label_avoids_ink():
    inked = np.zeros((100, 300), bool)
    inked[:, 150:] = True
    box = Labels(inked).place((60, 16), beside((145, 50, 150, 55), (60, 16)))
    assert box
    assert box[2] <= 150


def test_names_inside_a_shape_stay_inside_and_prefer_its_middle():
    shape = np.zeros((100, 200), bool)
    shape[20:80, 40:160] = True
    places = within(shape, (50, 16))
    best = places[np.argmin(places[:, 2])]
    assert best[:2] == pytest.approx([75, 42], abs=2)
    for left, top, _ in places.astype(int):
        assert shape[top : top + 16, left : left + 50].all()
    assert len(within(shape, (130, 16))) == 0


def test_dashes_are_as_long_as_asked_and_follow_corners():
    line = np.array([[0.0, 0], [10, 0], [10, 10]])
    strokes = dashes(line, 6, 2)
    assert [float(np.hypot(*np.diff(s, axis=0).T).sum()) for s in strokes] == pytest.approx([6, 6, 4])
    assert [10.0, 0.0] in strokes[1].tolist()


def test_paint_covers_and_tints_by_its_alpha():
    canvas = Canvas((20, 20), (200, 200, 200))
    square = np.array([[5.0, 5], [15, 5], [15, 15], [5, 15]])
    canvas.fill(square, (0, 0, 0), 0.5)
    picture = canvas.finished()
    assert picture[10, 10].tolist() == [100, 100, 100]
    assert picture[1, 1].tolist() == [200, 200, 200]


# --- the plan -----------------------------------------------------------------------------------------------------------


def test_an_anchor_lies_where_the_place_says():
    layout = place(solid("low", (4, 4, 1), (-6, -4)), solid("tower", (4, 4, 9), (6, 4)))
    fills, view = anchor_fills(layout, brick), view_of(layout, {}, [], MOST_PX)
    plan = ground_plan(layout, {}, [], brick)
    for name, (x, y) in {"low": (-6.0, -4.0), "tower": (6.0, 4.0)}.items():
        row, column = centre_of(plan[: view.size[1] + FRAME_PX, : view.size[0] + FRAME_PX], fills[name])
        expected = view.pixels(np.array([[x, y]]))[0] + FRAME_PX
        assert (column, row) == pytest.approx(tuple(expected), abs=8)


@given(st.tuples(*[st.floats(0.05, 0.95)] * 3), st.floats(0, 0.9))
def test_the_taller_the_darker(colour, share):
    low, high = (sum(anchor_fill(coded(colour), s)) for s in (share, share + 0.1))
    assert high < low


def test_linear_grey_is_coded_as_srgb():
    assert coded((0.0, 0.2158605, 1.0)) == (0, 128, 255)


def test_ways_and_cameras_are_drawn_in_their_inks():
    layout = place(solid("tower", (4, 4, 9), (0, 0)), marks=[("spot", 8, -6)])
    camera = trace(3, "front", track((0, -14, 2), (0, 1, 0)))
    plain = ground_plan(layout, {}, [], brick)
    way = walk("mara", (0, 5, -8, 8))
    plan = ground_plan(layout, {"mara": way}, [camera], brick)
    view = view_of(layout, {"mara": way.position_m}, [camera], MOST_PX)
    for point, ink in (((-2.0, -6.0), (200, 62, 38)), ((0.0, -14.0), camera_ink(3))):
        x, y = np.round(view.pixels(np.array([point]))[0] + FRAME_PX).astype(int)
        near = plan[y - 7 : y + 8, x - 7 : x + 8].reshape(-1, 3)
        assert (near == np.array(ink)).all(axis=1).any()
    assert not (plain[:, :-330] == np.array(camera_ink(3))).all(axis=2).any()


def test_the_same_place_gives_the_same_picture():
    layout = place(
        solid("tower", (4, 4, 9), (0, 0), turn_deg=30),
        solid("jib", (9, 1, 1), (5, 0, 9)),
        solid("tank", (3, 3, 4), (-8, 0), shape="cylinder"),
        subjects=[solid("mara", (0.5, 0.5, 1.7), (3, -6), shape="person")],
    )
    cameras = [trace(k + 1, f"s{k}", track((k % 7, -14 + k % 3, 2), (0, 1, 0))) for k in range(60)]
    assert (ground_plan(layout, {}, cameras, brick) == ground_plan(layout, {}, cameras, brick)).all()


def test_a_place_without_anything_is_still_a_plan():
    assert ground_plan(place(), {}, [], brick).shape[2] == 3


def test_the_map_shows_every_plan_whole():
    plans = [flat((200, 100, 10 * k), 300 + 40 * k, 500 + 90 * k) for k in range(3)]
    sheet = map_sheet(plans, "Two sides")
    tops = []
    for plan in plans:
        rows, columns = np.nonzero((sheet == plan[0, 0]).all(axis=2))
        assert len(rows) == plan.shape[0] * plan.shape[1]
        tops.append(int(rows.min()))
        assert columns.min() == 0
    assert tops == sorted(tops)


def test_the_map_of_many_places_stays_openable_and_at_its_size():
    sheet = map_sheet([flat((200, 100, 10), 1000, 400)] * 40, "Many")
    assert sheet.shape[0] <= 12_000
    assert int((sheet == np.array((200, 100, 10))).all(axis=2).sum()) == 40 * 1000 * 400


# --- ways ---------------------------------------------------------------------------------------------------------------

FLAT = View(-10.0, -10.0, 10.0, 10.0, 40.0)


def test_ticks_stand_at_round_times_of_the_story():
    found = ticks(walk("mara", (0.3, 6.3, -6, 6)), FLAT)
    assert [time_s for time_s, _, _ in found] == [1, 2, 3, 4, 5, 6]
    for time_s, at, towards in found:
        assert at == pytest.approx(FLAT.pixels(np.array([[-6 + 2 * (time_s - 0.3), -6.0]]))[0], abs=1e-6)
        assert towards == pytest.approx([1, 0])


def test_who_stands_has_neither_ticks_nor_cuts():
    still = walk("mara", (0, 60, 2, 2), cuts=[(1, 3.0), (2, 5.0)])
    assert not travels(still, FLAT)
    assert ticks(still, FLAT) == []
    assert stops(still, FLAT) == []


def test_cuts_stand_where_they_leave_a_subject_and_a_flashback_at_its_own_moment():
    way = walk("mara", (0, 4, -4, 4), (4, 9, 4, 4), cuts=[(1, 2.0), (2, 5.0), (3, 8.0), (4, 1.0), (5, 9.0), (6, 70.0)])
    found = {stop.text: stop for stop in stops(way, FLAT)}
    assert list(found) == ["1", "2-3, 5", "4"]
    assert found["1"].position_m == pytest.approx((0, -6), abs=0.15)
    assert found["4"].position_m == pytest.approx((-2, -6), abs=0.15)
    assert found["1"].ahead_px == pytest.approx([1, 0])


def test_what_the_film_leaves_out_is_not_drawn():
    layout = place(solid("tower", (4, 4, 9), (0, 4)))
    ink = (200, 62, 38)
    for stretches, there in ((((0, 4, -9, 9),), True), (((0, 2, -9, -4), (900, 902, 4, 9)), False)):
        way = walk("mara", *stretches)
        view = view_of(layout, {"mara": way.position_m}, [], MOST_PX)
        plan = ground_plan(layout, {"mara": way}, [], brick)
        x, y = np.round(view.pixels(np.array([(-1.7, -6.0)]))[0] + FRAME_PX).astype(int)
        assert (plan[y - 3 : y + 4, x - 60 : x + 60] == np.array(ink)).all(axis=2).any() == there


def test_a_subject_is_drawn_as_it_is_at_last():
    layout = place(solid("tower", (4, 4, 9), (0, 4)), subjects=[solid("mara", (0.5, 0.5, 1.7), (0, 0), shape="person")])
    way = walk("mara", (0, 4, -9, 9), look="soaked")
    first, last = way.ends
    assert (first.T_world_solid[0, 3], last.T_world_solid[0, 3]) == (-9, 9)
    plain = ground_plan(layout, {"mara": walk("mara", (0, 4, -9, 9))}, [], brick)
    assert (plain != ground_plan(layout, {"mara": way}, [], brick)).any(), "its look is told beside its name"


def test_cuts_without_room_are_listed():
    layout = place(solid("tower", (4, 4, 9), (0, 4)))
    cuts = [(k + 1, k / 60) for k in range(240)]
    crowded = ground_plan(layout, {f"s{k}": walk("mara", (0, 4, -9, 9), cuts=cuts) for k in range(4)}, [], brick)
    few = ground_plan(layout, {f"s{k}": walk("mara", (0, 4, -9, 9), cuts=cuts[:1]) for k in range(4)}, [], brick)
    dark = [(plan[:, -330:] < 130).all(axis=2).sum() for plan in (crowded, few)]
    assert dark[0] > dark[1] + 200
    assert crowded.shape[0] <= 2000


def test_the_state_tells_who_is_there_and_what_has_changed():
    poses, none = np.tile(np.eye(4), (4, 1, 1)), np.zeros((4, 3))
    here = np.array([False, True, True, True])
    body = BodyTrack(poses, none, none, np.zeros(4), here)
    looks = ({}, {}, {"drum": "dented"}, {"drum": "dented"})
    world = WorldTrack({"drum": body}, np.arange(4.0), looks)
    shot = ShotPlan("hit", 0, "quay", "", "day", "state", "cut", FrameRange(0, 3), 1, ())
    state = shot_state(shot, "24/1", track((0, -9, 1), (0, 1, 0), frames=4), world)
    assert state["bodies"]["drum"]["present"] == [False, True, True, True]
    assert state["variants"] == [{"frame": 2, "looks": {"drum": "dented"}}]
    plain = shot_state(
        shot,
        "24/1",
        track((0, -9, 1), (0, 1, 0), frames=4),
        WorldTrack({"drum": BodyTrack(poses, none, none, np.zeros(4))}, np.arange(4.0)),
    )
    assert plain["bodies"]["drum"]["present"] == [True] * 4
    assert plain["variants"] == []


# --- the film's own ------------------------------------------------------------------------------------------------------


def test_the_map_follows_the_storys_clock():
    text = FLASHBACK.replace("camera: tower", "camera: WS tower").replace("after first", "later 10min")
    rehearsal = rehearse(composer.read(text, "x.yaml"))
    assert spans(rehearsal, "yard") == [(0, 1), (Fraction(3, 4) + 600, Fraction(5, 4) + 600)]
    ada = ways(rehearsal, "yard")["ada"]
    assert [(leg.times_s[0], leg.times_s[-1]) for leg in ada.legs] == [(0, 1), (600.75, 601.25)]
    assert ada.cuts == ((1, 1.0), (2, 0.75), (3, 601.25))
    assert (
        ada.legs[0].position_m[0] == rehearsal.story.sample("yard", np.zeros(1)).bodies["ada"].T_world_body[0, :3, 3]
    ).all()


def test_a_place_that_is_never_shown_has_no_ways():
    text = FLASHBACK.replace("camera: tower", "camera: WS tower").replace(
        "subjects:", "  attic:\n    anchors: {beam: {box: 1 x 1 x 1m}}\nsubjects:"
    )
    assert ways(rehearse(composer.read(text, "x.yaml")), "attic") == {}
