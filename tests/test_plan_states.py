"""What a plan tells of every cut: where everyone is, what they do, who is seen, and how cameras were solved."""

import json
from dataclasses import replace

import numpy as np
import pytest
from test_overlay import FLASHBACK

import composer
from composer.composing.rehearsal import rehearse
from composer.generators import load
from composer.planning import PlanOptions, plan_json
from composer.printing import plan_lines

YARD = """\
title: Yard
size: 128x72
places:
  yard:
    anchors:
      wall: {wall: 12 x 3m, at: [0, 0]}
      dock: {box: 3 x 2 x 1m, at: [-12, -5]}
    marks:
      gate: {at: [9, -6]}
  cellar:
    anchors:
      cask: {cylinder: 1 x 1.4m}
subjects:
  ada: {person: 1.70m, at: [0, -6], facing: east}
  bob: {person: 1.80m, at: [0, 4]}
  keg: {cylinder: 0.5 x 0.6m, on_top_of: dock}
  eve: {person: 1.65m, place: cellar, at: [3, -3]}
shots:
  - shot: first
    duration: 2s
    camera: {frame: ada, at: [0, -16, 1.6], lens: 35mm}
    motion: {ada: walk to gate at 1.5m/s}
  - shot: second
    duration: 2s
    camera: {frame: MS ada, from: east, lens: 50mm, move: dolly out 1m}
  - shot: below
    duration: 1s
    place: cellar
    camera: {frame: CU eve, from: front}
  - shot: run
    duration: 1s
    place: yard
    camera: {frame: keg, at: [-12, -12, 2]}
    motion: {ada: run to dock, keg: turn to west}
"""


def planned(text):
    return composer.plan(composer.read(text, "yard.yaml"), generator="previz")


@pytest.fixture(scope="module")
def plan():
    return planned(YARD)


def subject(plan, shot, name):
    state = next(s for s in plan.states if s.shot == shot)
    return next(s for s in state.subjects if s.subject == name)


def test_everyone_is_told_of_at_every_cut(plan):
    assert [state.shot for state in plan.states] == [shot.shot for shot in plan.shots]
    assert all([s.subject for s in state.subjects] == ["ada", "bob", "keg", "eve"] for state in plan.states)
    assert [state.frames for state in plan.states] == [shot.frames for shot in plan.shots]


def test_positions_are_those_of_the_cut(plan):
    ada = subject(plan, "first", "ada")
    assert ada.position_m == pytest.approx((3, -6, 0), abs=0.05)
    assert (ada.doing, ada.speed_m_s, ada.facing_deg) == ("walking", 1.5, 90)
    assert subject(plan, "second", "ada").position_m[0] - ada.position_m[0] == pytest.approx(3, abs=0.002)
    assert subject(plan, "first", "keg").position_m == (-12, -5, 1)
    assert subject(plan, "run", "ada").doing == "running"
    assert subject(plan, "first", "eve").place == "cellar"
    assert subject(plan, "first", "bob").speed_m_s == 0


def test_who_is_seen_who_is_hidden_and_who_is_elsewhere(plan):
    seen = {name: subject(plan, "first", name).seen for name in ("ada", "bob", "keg", "eve")}
    assert seen == {"ada": "on screen", "bob": "hidden", "keg": "off screen", "eve": "off screen"}
    assert subject(plan, "below", "eve").seen == "on screen"
    assert subject(plan, "below", "ada").seen == "off screen"


def test_who_is_smaller_than_a_dot_of_a_thumbnail_is_seen():
    far = planned(YARD.replace("at: [0, -16, 1.6], lens: 35mm", "at: [0, -400, 1.6], lens: 14mm"))
    assert subject(far, "first", "ada").seen == "on screen"
    assert subject(far, "first", "bob").seen == "hidden"


def test_who_fills_the_picture_is_seen():
    near = planned(
        YARD.replace("frame: MS ada, from: east, lens: 50mm, move: dolly out 1m", "frame: ECU ada, lens: 100mm")
    )
    assert subject(near, "second", "ada").seen in ("on screen", "off screen")
    assert subject(planned(YARD.replace("CU eve", "ECU eve")), "below", "eve").seen == "on screen"


def test_movers_on_screen_have_a_direction(plan):
    directions = {state.shot: dict(state.directions) for state in plan.states}
    assert directions == {"first": {"ada": "right"}, "second": {"ada": "towards"}, "below": {}, "run": {}}
    mirrored = planned(YARD.replace("at: [0, -16, 1.6]", "at: [3, 12, 8]"))
    assert dict(mirrored.states[0].directions) == {"ada": "left"}


def test_cameras_tell_what_the_list_left_unsaid(plan):
    first, second, below, _ = plan.cameras
    assert (first.framed, first.framing, first.side, first.lens_mm) == (("ada",), "", "south", (35, 35))
    assert first.height_m == (1.6, 1.6)
    assert first.distance_m[0] == pytest.approx(np.hypot(10, 1.6 - 0.85), abs=0.002)
    assert (second.framing, second.side) == ("MS", "east")
    walked = 1.5 * 47 / 24  # up to the last frame
    level = np.sqrt(np.square(second.distance_m) - (second.height_m[0] - 0.85) ** 2)
    assert level[1] - level[0] == pytest.approx(1 - walked, abs=0.02)
    assert below.side == "south"
    assert all(0 <= bearing < 360 for camera in plan.cameras for bearing in camera.heading_deg)


def test_a_flashback_tells_of_its_own_moment():
    text = FLASHBACK.replace("camera: tower", "camera: WS tower")
    plan = planned(text)
    first, again, onward = plan.states
    assert [state.story_s for state in plan.states] == [(0, 1), (0.25, 0.75), (1, 1.5)]
    way = [state.subjects[0].position_m[0] for state in (again, first, onward)]
    assert way == sorted(way)
    assert way[1] > way[0]
    assert onward.frames.start == 36


def test_what_the_next_shot_begins_with_is_not_told_of_the_one_before(plan):
    onwards = YARD.replace("motion: {ada: run to dock, keg: turn to west}", "motion: {ada: run to dock}")
    assert subject(planned(onwards), "below", "ada") == subject(plan, "below", "ada")


def test_draft_and_full_size_tell_the_same():
    shotlist = composer.read(YARD.replace("128x72", "768x432"), "yard.yaml")
    draft, full = (rehearse(shotlist).plan(load("previz").capabilities, PlanOptions(draft=d)) for d in (True, False))
    assert (draft.states, draft.cameras) == (full.states, full.cameras)


def test_the_plan_as_data_carries_both(plan):
    document = json.loads(json.dumps(plan_json(plan)))
    ada = document["states"][0]["subjects"][0]
    assert (ada["subject"], ada["doing"], ada["seen"]) == ("ada", "walking", "on screen")
    assert document["states"][0]["frames"] == [0, 48]
    assert document["cameras"][0]["lens_mm"] == [35.0, 35.0]


def test_the_tables_to_the_letter(plan):
    text = "\n".join(plan_lines(plan))
    assert text.split("\n\n")[1:] == [CAMERAS, STATES]


def test_who_stays_out_of_sight_has_no_row(plan):
    shots = tuple(replace(plan.states[2], shot=f"more_{k}") for k in range(20))
    longer = replace(plan, states=(*plan.states, *shots), cameras=(*plan.cameras, *[plan.cameras[2]] * 20))
    rows = "\n".join(plan_lines(longer)).split("\n\n")[2].splitlines()
    assert len(rows) == len(STATES.splitlines()) + 2 + 20, "ada and the keg went back once, then eve alone is seen"


def test_a_shot_that_shows_and_moves_nobody_has_a_row_of_its_own(plan):
    last = plan.states[3]
    unseen = tuple(replace(subject, seen="off screen") for subject in last.subjects)
    longer = replace(
        plan,
        states=(*plan.states, replace(last, shot="empty", subjects=unseen)),
        cameras=(*plan.cameras, plan.cameras[3]),
    )
    rows = "\n".join(plan_lines(longer)).split("\n\n")[2].splitlines()
    assert rows[-1].split() == ["empty", "6", "all", "-", "-", "as", "before", "off", "screen"]


CAMERAS = """\
camera  film s  story s  frames  lens  distance          height  stands
first   0-2     0-2      ada     35mm  10.03 to 10.45 m  1.6 m   south
second  2-4     2-4      MS ada  50mm  2.6 to 0.92 m     1.58 m  east
below   4-5     4-5      CU eve  35mm  1 m               1.53 m  south
run     5-6     5-6      keg     35mm  7.04 m            2 m     south"""

STATES = """\
cut after  story s  subject  place   x, y                    does                      seen
first      2        ada      yard    3.00, -6.00             walking 1.5 m/s, right    on screen
                    bob      yard    0.00, 4.00              still                     hidden
                    keg      yard    -12.00, -5.00, 1.00 up  still                     off screen
                    eve      cellar  3.00, -3.00             still                     off screen
second     4        ada      yard    6.00, -6.00             walking 1.5 m/s, towards  on screen
                    keg      yard    -12.00, -5.00, 1.00 up  still                     hidden
below      5        ada      yard    7.50, -6.00             walking 1.5 m/s           off screen
                    eve      cellar  3.00, -3.00             still                     on screen
run        6        ada      yard    3.50, -5.79             running 4.0 m/s           off screen
                    keg      yard    -12.00, -5.00, 1.00 up  still                     on screen"""
