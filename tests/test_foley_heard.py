"""A story heard from its film's cameras: a thrown ball, a walk over a deck, a cut, another place, a replay."""

import numpy as np
import pytest

from composer import read
from composer.audio.foley import Pass, Strike, Walk
from composer.composing.foley_heard import Hearing, _Run, _runs, foley_heard
from composer.composing.rehearsal import rehearse
from composer.timing import SAMPLE_RATE

LIST = """
size: 128x72
places:
  yard:
    ground: gravel
    anchors:
      deck: {box: 4 x 3 x 0.1m, look: timber deck, at: [0, 0]}
      wall: {wall: 12 x 3m, look: brick wall, at: [0, 6]}
    marks:
      far: {at: [6, 2]}
      aside: {at: [-5, 0]}
  office:
    room: 5 x 9 x 2.6m
    anchors: {desk: {box: 1.8 x 0.8 x 0.75m, at: [0, 2]}}
subjects:
  mara: {person: 1.70m, at: [4, 0], facing: west}
  ball: {sphere: 0.24m, look: rubber ball, mass: 0.6kg, at: [-1, -1, 0.1]}
shots:
  - {shot: throw, duration: 2s, camera: {frame: WS deck, from: south},
     motion: {ball: throw to far in 0.9s, mara: walk to aside}}
  - {shot: lands, duration: 2s, camera: {frame: WS deck, from: north, lens: 24mm}}
  - {shot: desk, duration: 1s, place: office, camera: {frame: WS desk, lens: 28mm}}
  - {shot: again, duration: 1s, place: yard, time: same as throw + 0.5s, camera: {frame: WS deck, from: south}}
  - {shot: behind, duration: 1s, time: same as throw + 0.5s, camera: {at: [0, 20, 1], frame: wall}}
"""


@pytest.fixture(scope="module")
def rehearsal():
    found = rehearse(read(LIST))
    assert [fault.message for fault in found.faults if fault.severity == "error"] == []
    return found


@pytest.fixture(scope="module")
def runs(rehearsal):
    return [_Run(rehearsal, tuple(shots), {}) for shots in _runs(rehearsal.slates)]


def events(run, kind):
    return [event for event in run.events() if isinstance(event, kind)]


def first_blow(run):
    return min((e for e in events(run, Strike) if e.kind == "blow"), key=lambda e: e.time_s)


def test_shots_over_which_time_goes_on_are_one_stretch(runs):
    assert [[slate.name for slate in run.shots] for run in runs] == [
        ["throw", "lands"],
        ["desk"],
        ["again"],
        ["behind"],
    ]
    assert runs[0].ears.cuts == (0, 2 * SAMPLE_RATE, 4 * SAMPLE_RATE)
    assert [run.ears.room_m for run in runs] == [None, (5.0, 9.0, 2.6), None, None]


def test_the_ball_strikes_gravel_where_and_when_it_lands(rehearsal, runs):
    blow = first_blow(runs[0])
    contact = next(c for c in rehearsal.story.contacts["yard"] if c.kind == "blow" and c.time_s > 0.5)
    assert blow.time_s == contact.time_s
    assert blow.trail.position_m[0, :2] == pytest.approx([6, 2], abs=0.1)
    assert [body.material for body in blow.bodies] == ["rubber", "earth"]
    assert blow.bodies[0].mass_kg == pytest.approx(0.6)
    assert blow.bodies[1].mass_kg is None
    assert blow.places[0][2] < -0.8, "its underside"


def test_the_blow_is_heard_at_its_sample_of_the_film_and_of_the_replay(rehearsal, runs):
    contact = next(c for c in rehearsal.story.contacts["yard"] if c.kind == "blow" and c.time_s > 0.5)
    for run, late_s in ((runs[0], 0.0), (runs[2], 4.5)):
        blow = first_blow(run)
        assert round(blow.time_s * SAMPLE_RATE) == round((contact.time_s + late_s) * SAMPLE_RATE)
        assert blow.name == first_blow(runs[0]).name, "so that it is the same sound"


def test_a_replay_sounds_as_the_moment_did(rehearsal):
    heard = foley_heard(rehearsal)
    at = round(first_blow(_Run(rehearsal, rehearsal.slates[:2], {})).time_s * SAMPLE_RATE)
    first, again = (heard.read(start, start + 4000) for start in (at, at + round(4.5 * SAMPLE_RATE)))
    alike = (first[0] * again[0]).sum() / np.linalg.norm(first[0]) / np.linalg.norm(again[0])
    assert alike > 0.98


def test_a_walk_takes_the_pictures_steps_and_the_ground_under_each(rehearsal, runs):
    (walk,) = events(runs[0], Walk)
    track = rehearsal.story.sample("yard", walk.trail.times_s).bodies["mara"]
    assert np.array_equal(walk.gait_rad, track.gait_rad)
    assert walk.trail.position_m[0, 2] == pytest.approx(0, abs=1e-6), "her feet"
    assert {(ground.material, ground.surface) for ground in walk.grounds} >= {("earth", "gravel")}


def test_a_deck_underfoot_is_of_wood(runs):
    assert runs[0]._under(np.array([0.0, 0.0, 0.1])).material == "wood"
    assert runs[0]._under(np.array([5.0, 0.0, 0.0])).surface == "gravel"


def test_a_wall_between_hides(runs):
    open_, behind = (first_blow(run).trail.hidden for run in (runs[2], runs[3]))
    assert open_.max() == 0
    assert behind.max() == 1


def test_a_ball_that_flies_fast_may_pass(runs):
    assert [event.name for event in events(runs[0], Pass)] == ["yard/ball passes"]


def test_nothing_of_the_yard_is_heard_in_the_office(rehearsal):
    heard = foley_heard(rehearsal).read(0, 7 * SAMPLE_RATE)
    assert not heard[:, 4 * SAMPLE_RATE : 5 * SAMPLE_RATE].any()
    assert heard[:, : 4 * SAMPLE_RATE].any()
    assert heard[:, 5 * SAMPLE_RATE : 6 * SAMPLE_RATE].any()


def test_a_shot_may_mute_its_contacts(rehearsal):
    heard = foley_heard(rehearsal, {"again": Hearing(-np.inf)}).read(0, 7 * SAMPLE_RATE)
    assert not heard[:, 5 * SAMPLE_RATE : 6 * SAMPLE_RATE].any()
    assert heard[:, : 4 * SAMPLE_RATE].any()


def test_blocks_of_any_size_hold_the_same_samples(rehearsal):
    whole, parts = foley_heard(rehearsal), foley_heard(rehearsal)
    blocks = [parts.read(start, min(start + 7777, 7 * SAMPLE_RATE)) for start in range(0, 7 * SAMPLE_RATE, 7777)]
    assert np.concatenate(blocks, axis=1).tobytes() == whole.read(0, 7 * SAMPLE_RATE).tobytes()
