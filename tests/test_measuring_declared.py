"""What a film is measured against: its joins as they are planned, and nothing of what layers lie over."""

from itertools import pairwise

import numpy as np
import pytest

import composer
from composer.composing.declaring import Declaration
from composer.composing.rehearsal import rehearse
from composer.timing import FrameRange
from composer.types import FIRST_SUBJECT, SKY

LIST = """\
title: Joins
fps: 24
size: 128x72
layers:
  name: [{text: HARBOUR, at: bottom-left}]
places:
  yard:
    light: day
    anchors:
      tower: {box: 4 x 4 x 7m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 2m}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: shed, gap: 2m}
shots:
  - shot: front
    duration: 2s
    layers: name
    camera: {frame: WS tower shed, from: south-west, height: 2m, move: truck right 1m linear}
    motion: {ada: walk to tower}
    out: fade 0.5s
  - shot: onward
    duration: 1s
    edit: dissolve 0.25s
    camera: {frame: WS tower shed, from: south, height: 2m}
  - shot: last
    duration: 1s
    join: last_frames
    camera: {move: truck left 0.5m}
"""
SIZE = (128, 72)


@pytest.fixture(scope="module")
def declared():
    shotlist = composer.read(LIST.replace("    out: fade 0.5s\n", ""), "joins.yaml")
    return Declaration(rehearse(shotlist), composer.plan(shotlist, generator="embedded"), heard=True)


def test_joins_are_those_of_the_plan(declared):
    met = [(one.kind, one.before, one.after, one.frame, one.overlap, one.invisible) for one in declared.meetings]
    segments = [segment.id for shot in declared.plan.shots for segment in shot.segments]
    cut = next(one for one in met if one[2] == "onward/0")
    assert cut == ("dissolve", "front/1", "onward/0", 48, FrameRange(48, 54), False)
    assert next(one for one in met if one[2] == "last/0")[5]
    assert [(one[1], one[2]) for one in met if one[0] == "segment"] == [
        (a, b) for a, b in pairwise(segments) if a.split("/")[0] == b.split("/")[0]
    ]
    assert [shot.clear for shot in declared.shots] == [FrameRange(0, 48), FrameRange(54, 72), FrameRange(72, 96)]


def test_a_fade_overlaps_with_both_shots():
    shotlist = composer.read(LIST.replace("edit: dissolve 0.25s", "edit: fade 0.25s"), "joins.yaml")
    faded = Declaration(rehearse(shotlist), composer.plan(shotlist, generator="previz"), heard=True)
    assert (faded.meetings[0].kind, faded.meetings[0].overlap) == ("fade", FrameRange(36, 54))
    assert faded.shots[0].clear == FrameRange(0, 36)


def test_what_a_layer_lies_over_is_not_known(declared):
    beneath, clear = declared.geometry(10, SIZE), declared.geometry(60, SIZE)
    corner = slice(60, 68), slice(8, 30)
    assert (beneath.anchor_id[corner] == SKY).mean() > 0.5
    assert (clear.anchor_id[corner] != SKY).all()
    assert np.isinf(beneath.depth[beneath.anchor_id == SKY]).all()
    assert not declared.flow(10, SIZE).known[beneath.anchor_id == SKY].any()


def test_bodies_are_declared_to_move_and_ids_have_names(declared):
    geometry, flow = declared.geometry(10, SIZE), declared.flow(10, SIZE)
    names = declared.names("yard")
    assert {"ground", "sky", "tower", "shed", "ada"} <= set(names.values())
    ada = next(number for number, name in names.items() if name == "ada")
    assert ada >= FIRST_SUBJECT
    assert flow.known[geometry.anchor_id == ada].any()


def test_the_plan_tells_what_is_heard_and_footage_and_generators_do_not(declared):
    heard = declared.planned(0, 4800)
    assert heard.shape == (2, 4800)
    silent = Declaration(declared.rehearsal, declared.plan, heard=False)
    assert silent.planned(0, 4800) is None
