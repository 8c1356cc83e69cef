"""Hours that pass between shots: nobody does anything in them, so they cost nothing."""

from time import perf_counter

import numpy as np
import pytest

from composer import read
from composer.composing.rehearsal import rehearse
from composer.world.curve import Draft

LIST = """\
places:
  yard:
    anchors: {tower: {box: 4 x 4 x 9m}}
    marks: {spot: {at: [-6, -5]}}
subjects:
  ada: {person: 1.70m, at: [0, -5]}
  ball: {sphere: 0.3m, look: rubber ball, at: [5, -5]}
shots:
  - {shot: before, duration: 2s, camera: WS tower, motion: {ada: walk to spot}}
  - {shot: after, duration: 3s, time: later 20h, camera: WS tower, motion: {ada: walk to ball}}
"""


def test_a_curve_knows_until_when_it_rests():
    draft = Draft(np.zeros(1))
    draft.rest(5.0, np.ones(1))
    curve = draft.curve()
    assert (curve.rests_until(1.0), curve.rests_until(5.0)) == (5.0, np.inf)


def test_hours_between_shots_cost_nothing():
    shotlist = read(LIST)
    started = perf_counter()
    rehearsal = rehearse(shotlist)
    assert perf_counter() - started < 20
    assert not rehearsal.faults
    ada = rehearsal.story.courses["ada"].track(np.array([50_000.0, 72_004.9])).T_world_body[:, 0, 3]
    assert ada == pytest.approx([-6.0, 0.0], abs=4.5)
    assert ada[1] > ada[0]


def test_who_is_staged_and_told_to_go_sets_out_from_there():
    staged = LIST.replace("later 20h", "later 1h, stage: {ada: {at: [9, -9]}}")
    ada = rehearse(read(staged)).story.courses["ada"]
    at = ada.track(np.array([3602.0, 3602.001])).T_world_body[:, :2, 3]
    np.testing.assert_allclose(at, [[9, -9]] * 2, atol=0.01)
