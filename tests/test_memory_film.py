"""Memory through the whole flow: what was invented for a place is there again after the film has been elsewhere."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

import composer
from composer import generators, media
from composer import geometry as g
from composer.composing.clips import NATIVE
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, GROUND

LIST = """\
fps: 24
size: 256x160
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 6m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
    marks: {far: {in_front_of: shed, gap: 3m}}
  office:
    anchors: {desk: {box: 2 x 1 x 1m, look: oak desk}}
subjects:
  barrel: {cylinder: 1.2 x 1.6m, look: blue steel oil drum, in_front_of: tower, gap: 2m}
shots:
  - {shot: first, duration: 12f, place: yard, camera: {frame: WS tower shed, height: 6m}}
  - {shot: away, duration: 12f, place: office, camera: WS desk}
  - shot: moving
    duration: 12f
    place: office
    camera: {frame: WS desk, from: east}
    motion: {barrel: move to far at 8m/s}
  - {shot: still, duration: 24f, place: office, camera: {frame: WS desk, from: north}}
  - {shot: fifth, duration: 12f, place: yard, camera: {frame: WS tower shed, height: 5m, from: 170deg}}
"""


@pytest.fixture(scope="module")
def film(tmp_path_factory, plugin):
    """The studio after the whole film, and its first and fifth segments with their first pictures."""
    rehearsal, maker = rehearse(composer.read(LIST, "list.yaml")), generators.load(plugin)
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    studio = Studio(rehearsal, plan, maker, Store(tmp_path_factory.mktemp("film")), None)
    for segment in plan.segments:
        studio.render(segment)
    ends = [segment for segment in plan.segments if segment.shot in ("first", "fifth") and segment.index == 0]
    pictures = [next(iter(media.read_frames(studio.clips.entry(s.id).path(NATIVE), FrameRange(0, 1)))) for s in ends]
    return studio, ends, pictures


def apart(a, b):
    lab = [cv2.cvtColor((np.asarray(v, np.float32) / np.float32(255))[None], cv2.COLOR_RGB2LAB)[0] for v in (a, b)]
    return np.linalg.norm(lab[0] - lab[1], axis=-1)


def test_a_surface_colour_seen_in_shot_1_is_found_again_in_shot_5(film):
    studio, (first, fifth), (before, after) = film
    assert {source.segment for source in fifth.memory} >= {first.id}
    frame = studio.requests.controls(fifth, *studio.rehearsal.tracks(fifth)).frame(0)
    cameras, world = studio.rehearsal.tracks(fifth)
    then = studio.rehearsal.tracks(first)[0][0]
    scene = studio.rehearsal.scenes["yard"]
    depth = scene.cast(cameras[0], fifth.size, world[0]).depth
    h, w = depth.shape
    for anchor in (GROUND, FIRST_ANCHOR, FIRST_ANCHOR + 1):
        here = (frame.anchor_id == anchor) & frame.memory_mask
        spots = g.unproject(cameras[0], g.pixel_centres((w, h))[here], depth[here].astype(float))
        pixels, _ = g.project(then, spots)
        inside = ((pixels > 1) & (pixels < (w - 1, h - 1))).all(axis=1)
        columns, rows = pixels[inside].astype(int).T
        assert inside.sum() > 300
        assert np.median(apart(before[rows, columns], after[here][inside])) < 2
    alone = replace(fifth, memory=())
    fresh = studio.requests.controls(alone, cameras, world).frame(0)
    assert not fresh.memory_mask.any()
    assert fresh.memory_coverage == 0.0
    assert frame.memory_coverage == pytest.approx(fifth.memory_coverage, abs=0.15), "as the plan estimated"


def test_a_barrel_that_moved_meanwhile_keeps_its_colour_and_leaves_nothing(film):
    studio, (first, fifth), (before, after) = film
    seen = [studio.requests.controls(s, *studio.rehearsal.tracks(s)).frame(0) for s in (first, fifth)]
    barrels = [frame.anchor_id == FIRST_SUBJECT for frame in seen]
    centres = [np.argwhere(barrel).mean(axis=0) for barrel in barrels]
    assert np.linalg.norm(centres[0] - centres[1]) > 20, "px"
    remembered = barrels[1] & seen[1].memory_mask
    assert remembered.sum() > 0.5 * barrels[1].sum()
    assert apart(np.median(before[barrels[0]], axis=0)[None], np.median(after[remembered], axis=0)[None]).max() < 4
    colour = np.median(before[barrels[0]], axis=0)
    place = seen[1].memory_mask & (seen[1].anchor_id < FIRST_SUBJECT)
    others = np.stack([np.broadcast_to(colour, seen[1].memory[place].shape), seen[1].memory[place]])
    assert apart(*others).min() > 4
