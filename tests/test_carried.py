"""The prefix as a channel: its frames, re-projected into every frame of the segment as the memory is."""

from dataclasses import replace

import numpy as np
import pytest
from test_channels import FRAMES, SIZE, filmed, yard

import composer
from composer import generators, media
from composer.composing.clips import NATIVE
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.controls import Memory, Moment, SourceView, traces
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange
from composer.types import FIRST_SUBJECT, SKY

CARRIED = frozenset({"anchor_id", "carried"})
LIST = """\
fps: 24
size: 256x160
places:
  yard:
    light: day
    anchors:
      tower: {box: 4 x 4 x 6m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
    marks: {far: {in_front_of: shed, gap: 3m}}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: tower, gap: 3m}
shots:
  - shot: long
    duration: 4s
    camera: {frame: WS tower shed, height: 6m, move: truck left 2m}
    motion: {ada: walk to far}
  - {shot: onward, duration: 12f, join: last_frames, camera: {move: truck left 1m}}
"""


def painted(controls, index):
    """A frame of `controls` in which every id has a colour of its own."""
    camera, state = controls.cameras[index], controls.world[index]
    hits = yard().cast(camera, SIZE, state)
    return SourceView(colours(hits.anchor_id), Moment(camera, state, hits))


def colours(ids):
    return np.stack([ids * 37 % 251, ids * 101 % 251, ids * 59 % 251], axis=-1).astype(np.uint8)


def test_every_thing_takes_its_own_pixels_along():
    """The camera trucks, pans and zooms, one walks, a drum rolls: what is carried shows each where it is now."""
    controls = replace(filmed(), channels=CARRIED)
    controls = replace(controls, carried=Memory(yard(), [painted(controls, 0)]))
    frame = controls.frame(FRAMES - 1)
    here = frame.carried_mask
    assert np.array_equal(frame.carried[here], colours(frame.anchor_id)[here])
    assert not frame.carried[~here].any()
    assert not here[frame.anchor_id == SKY].any()
    assert here[frame.anchor_id < FIRST_SUBJECT].mean() > 0.3
    for who in (FIRST_SUBJECT, FIRST_SUBJECT + 1):
        before = controls.frame(0).anchor_id == who
        now = (frame.anchor_id == who) & here
        assert now.sum() > 0.3 * before.sum()
        assert (now & ~before).any(), "it has moved, and its pixels with it"


def test_it_is_what_a_memory_of_those_frames_gives():
    controls = replace(filmed(), channels=CARRIED | {"memory"})
    both = Memory(yard(), [painted(controls, index) for index in (0, 1)])
    stack = replace(controls, carried=both, memory=both).stack()
    np.testing.assert_array_equal(stack.carried, stack.memory)
    np.testing.assert_array_equal(stack.carried_mask, stack.memory_mask)
    assert stack.carried.shape == (FRAMES, SIZE[1], SIZE[0], 3)
    assert stack.carried_mask.any(axis=(1, 2)).all()


def test_without_a_prefix_nothing_is_carried():
    frame = replace(filmed(), channels=CARRIED).frame(0)
    assert not frame.carried.any()
    assert not frame.carried_mask.any()
    assert frame.memory is None
    assert filmed().frame(0).carried is not None, "all channels are asked for there"
    assert replace(filmed(), channels=frozenset({"memory"})).frame(0).carried is None


@pytest.fixture(scope="module")
def studio(tmp_path_factory, plugin):
    """A film by a generator that reads what is carried, all of it rendered."""
    maker = generators.load(plugin)
    can = maker.capabilities
    maker.capabilities = replace(can, prefix=9, channels=can.channels | {"carried"})
    rehearsal = rehearse(composer.read(LIST, "list.yaml"))
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    studio = Studio(rehearsal, plan, maker, Store(tmp_path_factory.mktemp("film")), None)
    for segment in plan.segments:
        studio.render(segment)
    return studio


def drawn(studio, segment):
    return studio.requests.controls(segment, *studio.rehearsal.tracks(segment))


def test_over_the_prefix_it_shows_the_prefix(studio):
    """In its shot and across a cut: the frames and the cameras are those which the prefix has."""
    continuing = [segment for segment in studio.plan.segments if segment.prefix]
    assert {segment.shot for segment in continuing} == {"long", "onward"}
    for segment in continuing:
        frame, prefix = drawn(studio, segment).frame(segment.prefix - 1), studio.requests.prefix(segment)[-1]
        here = frame.carried_mask
        assert here[frame.anchor_id != SKY].mean() > 0.8
        error = np.abs(frame.carried[here].astype(int) - prefix[here])
        assert np.percentile(error, 95) <= 6, "codes"
        sources = studio.requests.carried(segment)
        assert {source.segment for source in sources} == {segment.prefix_from}
        shown = studio.rehearsal.tracks(studio.requests.segments[segment.prefix_from])[0].T_world_camera
        own = studio.rehearsal.tracks(segment)[0].T_world_camera[segment.prefix - 8 : segment.prefix]
        np.testing.assert_allclose(shown[[source.frame for source in sources]], own, atol=1e-9)


def test_the_last_frames_are_carried_by_their_own_cameras_and_without_shadows(studio):
    segment = next(s for s in studio.plan.segments if s.id == "long/1")
    before = studio.requests.segments["long/0"]
    scene, controls = studio.rehearsal.scenes["yard"], drawn(studio, segment)
    cameras, world = studio.rehearsal.tracks(before)
    views = []
    for index in range(before.length - 8, before.length):
        moment = Moment(cameras[index], world[index], scene.cast(cameras[index], before.size, world[index]))
        (image,) = media.read_frames(studio.clips.entry("long/0").path(NATIVE), FrameRange(index, index + 1))
        views.append(SourceView(image, moment, traces(scene, "day", moment)))
    assert views[-1].masked.any(), "she casts a shadow"
    last = segment.length - 1
    eye, state = controls.cameras[last], controls.world[last]
    image, valid = Memory(scene, views).recall(Moment(eye, state, scene.cast(eye, segment.size, state)))
    frame = controls.frame(last)
    np.testing.assert_array_equal(frame.carried, image)
    np.testing.assert_array_equal(frame.carried_mask, valid)
    without = studio.requests.controls(replace(segment, prefix=0, prefix_from=""), *studio.rehearsal.tracks(segment))
    assert not without.frame(last).carried_mask.any()


def test_a_generator_that_does_not_ask_has_nothing_drawn(studio, monkeypatch):
    segment = next(s for s in studio.plan.segments if s.id == "long/1")
    can = studio.requests.can
    monkeypatch.setattr(studio.requests, "can", replace(can, channels=can.channels - {"carried"}))
    controls = drawn(studio, segment)
    assert controls.carried is None
    assert controls.frame(0).carried is None
