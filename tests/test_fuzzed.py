"""Lists that go wrong, by number: a short form of benchmarks/fuzz.py, and what its long form has found."""

import warnings

import numpy as np
import pytest
from fuzzed import MOST_BYTES, SHAPES, fuzzed, shaped

import composer
from composer import ShotListError
from composer.camera import steps
from composer.composing import rehearse
from composer.layout import Slope, lay_out
from composer.world.record import Record, Still
from composer.world.slopes import Ramp, ramps_of

YARD = "size: 128x72\nplaces:\n  yard:\n    anchors:\n      tower: {box: 4 x 4 x 9m}\n"


def located(text):
    """The list, or None when it has faults, each with its place."""
    try:
        return composer.read(text, "chance.yaml")
    except ShotListError as error:
        found = error.faults
    assert found
    assert all(fault.line and fault.column and fault.message for fault in found)
    return None


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_a_fuzzed_list_gives_located_faults_or_is_rehearsed(first):
    passed = 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        for number in range(first, first + 100):
            text = fuzzed(number)
            assert len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")) <= MOST_BYTES
            shotlist = located(text)
            if shotlist is not None:
                passed += 1
                assert all(fault.line and fault.message for fault in rehearse(shotlist).faults)
    assert 3 < passed < 80


def test_a_number_is_always_the_same_list():
    assert [fuzzed(number) for number in range(30)] == [fuzzed(number) for number in range(30)]
    assert len({fuzzed(number) for number in range(30)}) == 30


@pytest.mark.parametrize("shape", SHAPES)
def test_a_large_list_of_any_shape_gives_located_faults_or_a_list(shape):
    located(shaped(shape, 8 * 1024))


def test_half_a_character_that_no_other_fault_hides_stops_no_reading():
    text = YARD + 'shots: [{shot: front, duration: ["\\ud83c"], camera: {frame: WS tower}}]\n'
    with pytest.raises(ShotListError) as caught:
        composer.read(text, "half.yaml")
    assert ("character", 6) in [(fault.code, fault.line) for fault in caught.value.faults]


def test_a_pair_of_escaped_surrogates_is_the_character_that_json_means():
    text = YARD + 'title: "\\ud83c\\udfa5"\nshots: [{shot: front, duration: 1s, camera: {frame: WS tower}}]\n'
    assert composer.read(text, "film.yaml").title == "\U0001f3a5"


def test_a_shot_outside_of_the_shots_is_an_unknown_key():
    text = YARD + "shot: [{shot: front, duration: 1s, camera: {frame: WS tower}}]\n"
    with pytest.raises(ShotListError) as caught:
        composer.read(text, "shot.yaml")
    assert [(fault.code, fault.line) for fault in caught.value.faults] == [("missing-key", 1), ("unknown-key", 6)]


EMPTY = "size: 128x72\nplaces: {yard: {anchors: {}, marks: {spot: {at: [0, 3]}}}}\n"


@pytest.mark.parametrize("camera", ["{frame: WS spot}", "{frame: WS spot, at: [0, -9, 2], move: dolly in 1m}"])
def test_a_place_without_anchors_is_rehearsed(camera):
    rehearsal = rehearse(composer.read(f"{EMPTY}shots: [{{shot: front, duration: 1s, camera: {camera}}}]\n"))
    assert not rehearsal.faults
    assert list(rehearsal.cameras) == ["front"]


RAMP = """
places:
  yard:
    anchors:
      ramp: {ramp: 3 x 4 x 2m, at: [5, 7], facing: 30deg}
shots: [{shot: front, duration: 1s, camera: {frame: WS ramp}}]
"""


def stops_plainly(ramp: Ramp, start, stop, radius_m):
    """As `Ramp.stops`, with every stride of the way looked at."""
    length = float(np.hypot(*(stop - start)[:2]))
    share = np.linspace(0.0, 1.0, int(length / 0.05) + 2)
    soles = start + share[:, None] * (stop - start)
    hit = (ramp.heights(soles[:, :2]) > soles[:, 2] + 0.2) & ramp.within(soles[:, :2], radius_m)
    return None if not hit.any() or hit[0] else float(share[int(np.argmax(hit))]) * length


def test_a_ramp_stops_a_way_where_looking_at_every_stride_says():
    (ramp,) = ramps_of(lay_out(composer.read(RAMP))[0]["yard"])
    assert isinstance(ramp.slope, Slope)
    rng, hits = np.random.default_rng(4), 0
    for reach in (2.0, 12.0, 300.0):
        for _ in range(60):
            start, stop = (np.append(rng.uniform(-reach, reach, 2) + np.array([5, 7]), 0.0) for _ in range(2))
            found = ramp.stops(start, stop, 0.3)
            assert found == stops_plainly(ramp, start, stop, 0.3)
            hits += found is not None
    assert hits > 20


def test_a_way_of_miles_is_looked_at_only_near_a_ramp():
    (ramp,) = ramps_of(lay_out(composer.read(RAMP))[0]["yard"])
    start, stop = np.array([-90_000.0, 7, 0]), np.array([90_000.0, 7, 0])
    assert len(ramp._strides(start, stop, 180_000.0, 0.3)) < 300
    assert ramp.stops(start, stop, 0.3) == pytest.approx(90_000, abs=20)


def test_a_record_is_sampled_in_the_piece_that_holds_then():
    poses = [np.eye(4) * (i + 1) for i in range(3)]
    record = Record(tuple(Still(float(i), pose) for i, pose in enumerate(poses)))
    track = record.sample(np.array([2.5, -1.0, 1.0, 0.999, 2.0]))
    assert [pose[0, 0] for pose in track.T_world_body] == [3, 1, 2, 1, 3]


BLOCKED = """
size: 128x72
places:
  yard:
    anchors:
      house: {box: 8 x 8 x 4m}
subjects:
  ada: {person: 1.7m, in_front_of: house, gap: 1m}
shots:
  - shot: front
    duration: 1s
    camera: {frame: MS ada, at: [0, 0, 1.6], move: follow}
    motion: {ada: turn to east}
"""


def test_a_camera_tried_in_many_places_asks_for_a_way_once(monkeypatch):
    asked = []
    trail_of = steps.trail_of
    monkeypatch.setattr(steps, "trail_of", lambda *told: asked.append(told) or trail_of(*told))
    rehearsal = rehearse(composer.read(BLOCKED))
    assert "camera-inside" in [fault.code for fault in rehearsal.faults]
    assert len(asked) == 1


def test_a_number_does_not_depend_on_those_before_it():
    """Whatever was made before it: a miss can be replayed alone."""
    alone = {number: fuzzed(number) for number in range(180, 200)}
    for number in range(400):
        fuzzed(number)
    assert {number: fuzzed(number) for number in alone} == alone
