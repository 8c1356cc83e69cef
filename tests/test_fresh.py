"""Clips that wait to be delivered: held as they were, within bounds, and let go."""

import numpy as np

from composer import generators, media, read
from composer.composing import fresh
from composer.composing.fresh import FreshClips
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.planning import PlanOptions
from composer.store import Store


def clip(value, frames=3):
    return np.full((frames, 4, 6, 3), value, np.uint8)


def test_clips_are_taken_once_and_as_they_were():
    """A generator that fills its array anew changes nothing that was kept."""
    held, frames = FreshClips(), clip(7)
    held.keep("a", frames)
    frames[:] = 9
    np.testing.assert_array_equal(held.take("a"), clip(7))
    assert held.take("a") is None


def test_what_finds_no_room_is_not_held(monkeypatch):
    """Room comes free again as clips are taken or dropped."""
    monkeypatch.setattr(fresh, "_MOST_BYTES", clip(0).nbytes)
    held = FreshClips()
    held.keep("a", clip(1))
    held.keep("b", clip(2))
    assert held.take("b") is None
    held.drop(["a", "b"])
    held.keep("c", clip(3))
    np.testing.assert_array_equal(held.take("c"), clip(3))


def test_a_delivery_is_the_same_from_memory_and_from_the_store(tmp_path, monkeypatch):
    """What was just made is not decoded, and looks no different."""
    text = """
places: {yard: {look: yard, light: day, anchors: {hut: {box: 4 x 3 x 3m, look: brick hut}}}}
shots: [{shot: one, duration: 1s, place: yard, camera: {frame: WS hut, from: south}}]
"""
    rehearsal, maker = rehearse(read(text, "one.yaml")), generators.load("previz")
    plan = rehearsal.plan(maker.capabilities, PlanOptions(None, draft=True))
    digests = []
    for name, room in (("memory", 1 << 30), ("store", 0)):
        studio = Studio(rehearsal, plan, maker, Store(tmp_path / name), None)
        monkeypatch.setattr(fresh, "_MOST_BYTES", room)
        natives = [studio.render(segment) for segment in plan.segments]
        assert (plan.segments[0].id in studio.fresh._clips) == (name == "memory")
        digests.append(studio.deliver(plan.shots[0], natives).digest)
        assert studio.fresh.take(plan.segments[0].id) is None
    assert digests[0] == digests[1]
    assert media.probe(studio.deliver(plan.shots[0], natives).path("clip.mp4")).frames == plan.shots[0].clip_length
