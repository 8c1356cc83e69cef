"""Keyframes: where they stand, how strongly they hold, and that they show what is remembered and else the animatic."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import composer
from composer import generators
from composer.composing.rehearsal import rehearse
from composer.composing.requests import Requests
from composer.composing.studio import Studio
from composer.controls import grown
from composer.generators import can_lack, withhold
from composer.planning import PlanOptions, keyframe_frames, plan_json
from composer.printing import plan_lines
from composer.store import Store
from composer.timing import FrameRange
from composer.types import Capabilities, Clip, FrameGrid, SegmentPlan, SegmentRequest

LIST = """
size: 96x64
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
shots:
  - {shot: first, duration: 2s, camera: WS tower shed}
  - {shot: other, duration: 1s, camera: {frame: WS tower shed, from: north}}
  - {shot: again, duration: 1s, camera: WS tower shed}
"""


class Keen:
    """Takes keyframes and a prefix, as a model does, and shows one colour of its seed's, so that what is remembered shows."""

    def __init__(self, **told):
        self.asked: list[SegmentRequest] = []
        self.capabilities = Capabilities(
            name="keen",
            version="1",
            licence="Apache-2.0",
            grid=FrameGrid(step=8, longest=33),
            size_multiple=32,
            prefix=9,
            keyframes=3,
            sketch=0.25,
            seed=True,
            prompt=True,
            **told,
        )

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        self.asked.append(request)
        width, height = request.plan.size
        colour = np.random.default_rng(request.seed).integers(0, 256, 3)
        frames = np.broadcast_to(colour.astype(np.uint8), (request.plan.length, height, width, 3)).copy()
        on_progress(1.0)
        return Clip(frames)


def segment(length, prefix=0):
    fields = {"id": "a/0", "shot": "a", "index": 0, "place": "yard", "style": "", "light": "day", "join": "state"}
    grid = {"frames": FrameRange(0, length), "fps": Fraction(24), "size": (96, 64), "prefix": prefix, "seed": 1}
    return SegmentPlan(**fields, **grid)


def rendered(tmp_path, maker, text=LIST):
    rehearsal = rehearse(composer.read(text, "list.yaml"))
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    with closing(Studio(rehearsal, plan, maker, Store(tmp_path / "store"), None)) as studio:
        for one in plan.segments:
            studio.render(one)
    return plan, {request.plan.id: request for request in maker.asked}


@given(
    k=st.integers(0, 12),
    prefix=st.sampled_from([0, 1, 9]),
    most=st.integers(0, 6),
    step=st.sampled_from([1, 8]),
)
def test_they_stand_apart_on_the_steps_beyond_the_prefix(k, prefix, most, step):
    planned = segment(prefix + 8 * k + (not prefix), prefix)
    can = replace(Keen().capabilities, keyframes=most, keyframe_step=step)
    frames = keyframe_frames(planned, can)
    assert len(frames) <= most
    assert all(prefix <= frame < planned.length and frame % step == 0 for frame in frames)
    assert all(later - earlier >= 8 for earlier, later in pairwise(frames))


def test_a_first_clip_is_shown_its_ends_and_a_continuing_one_its_last_frame():
    can = Keen().capabilities
    assert keyframe_frames(segment(33), can) == (0, 16, 32)
    assert keyframe_frames(segment(33, 9), can) == (16, 24, 32)
    assert keyframe_frames(segment(33), replace(can, keyframes=1)) == (0,)
    assert keyframe_frames(segment(33, 9), replace(can, keyframes=1)) == (32,)


def test_strength_rises_with_what_is_remembered(tmp_path):
    """From that of a sketch, where nothing is, to exact, where all is; the plan says so, and so does its JSON."""
    plan, asked = rendered(tmp_path, Keen())
    assert {frame.strength for frame in plan.segments[0].keyframes} == {0.25}
    assert {frame.coverage for frame in plan.segments[0].keyframes} == {0.0}
    last = plan.shots[-1].segments[0]
    assert last.memory
    for frame in last.keyframes:
        assert frame.coverage > 0.8
        assert frame.strength == pytest.approx(0.25 + 0.75 * frame.coverage, abs=0.005)
    told = [(frame.frame, frame.strength) for frame in asked[last.id].keyframes]
    assert told == [(frame.frame, frame.strength) for frame in last.keyframes]
    assert plan_json(plan)["shots"][0]["segments"][0]["keyframes"][0] == {"frame": 0, "coverage": 0.0, "strength": 0.25}


def test_they_show_what_is_remembered_and_else_the_animatic(tmp_path):
    plan, asked = rendered(tmp_path, Keen())
    first, last = plan.segments[0], plan.shots[-1].segments[0]
    rehearsal = rehearse(composer.read(LIST, "list.yaml"))
    with closing(Studio(rehearsal, plan, generators.load("previz"), Store(tmp_path / "store"), None)) as studio:
        _, animatic = studio.requests._animatic(first, 0)
    np.testing.assert_array_equal(asked[first.id].keyframes[0].image, animatic)
    colours = {tuple(np.random.default_rng(s.seed).integers(0, 256, 3)) for s in plan.segments}
    picture = asked[last.id].keyframes[0].image
    remembered = np.any([(picture == colour).all(-1) for colour in colours], axis=0)
    assert 0.3 < remembered.mean() < 1
    np.testing.assert_array_equal(picture[0, 0], animatic[0, 0], "the sky is never remembered")


def test_without_a_sketch_only_what_is_remembered_is_shown(tmp_path):
    maker = Keen()
    maker.capabilities = replace(maker.capabilities, sketch=0.0)
    plan, asked = rendered(tmp_path, maker)
    assert plan.segments[0].keyframes == ()
    assert asked[plan.segments[0].id].keyframes == ()
    assert plan.shots[-1].segments[0].keyframes


def test_another_strength_is_another_clip(tmp_path):
    """And what a render has made already is kept."""
    for sketch, made in ((0.25, True), (0.25, False), (0.5, True)):
        maker = Keen()
        maker.capabilities = replace(maker.capabilities, sketch=sketch)
        assert bool(rendered(tmp_path, maker)[1]) == made


def test_they_can_be_withheld():
    maker = Keen()
    assert "keyframes" in can_lack(maker.capabilities)
    left = withhold(maker, ["keyframes"]).capabilities
    assert left.keyframes == 0
    assert not left.remembers


def test_things_have_no_rims_of_another_picture():
    """What a memory leaves out beside an edge is the nearest of the same thing; what is far from it stays open."""
    ids = np.repeat([[2] * 8 + [3] * 12], 4, axis=0)
    image = np.repeat([[[10, 0, 0]] * 8 + [[0, 20, 0]] * 12], 4, axis=0).astype(np.uint8)
    valid = np.zeros(ids.shape, bool)
    valid[:, 1:6] = valid[:, 10:12] = True
    seen, there = grown(np.where(valid[..., None], image, 0).astype(np.uint8), valid, ids)
    np.testing.assert_array_equal(there, np.repeat([[True] * 15 + [False] * 5], 4, axis=0))
    np.testing.assert_array_equal(seen[there], image[there])
    assert not seen[~there].any()


def test_the_plan_tells_them(tmp_path):
    plan, _ = rendered(tmp_path, Keen())
    lines = list(plan_lines(plan))
    told = [f"frame {frame} at 0.25 (0% remembered)" for frame in (0, 12, 24)]
    assert f"keyframes of first/0: {', '.join(told)}" in lines


def test_what_the_next_clip_is_given_is_drawn_while_one_is_made(tmp_path, monkeypatch):
    """The generator does not return before that is done; what it is given is the same as when nothing is drawn ahead."""
    drawn, prepare = Event(), Requests.prepare

    def preparing(self, segment):
        prepare(self, segment)
        drawn.set()

    class Waiting(Keen):
        def generate(self, request, /, on_progress):
            if request.plan.id == "first/0":
                assert drawn.wait(60), "nothing was drawn meanwhile"
            return super().generate(request, on_progress)

    monkeypatch.setattr(Requests, "prepare", preparing)
    _, ahead = rendered(tmp_path / "ahead", Waiting())
    monkeypatch.setattr(Requests, "prepare", lambda *_: None)
    _, alone = rendered(tmp_path / "alone", Keen())
    for name, request in alone.items():
        shown = [frame.image for frame in ahead[name].keyframes]
        np.testing.assert_array_equal(shown, [frame.image for frame in request.keyframes])
