"""Native clips: readable as soon as they are made, written beside the work, held within bounds, and let go."""

from contextlib import closing
from fractions import Fraction
from threading import Event

import numpy as np
import pytest

from composer import generators, media, read
from composer.composing import clips
from composer.composing.clips import Clips
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import StorageError
from composer.planning import PlanOptions
from composer.store import Store
from composer.timing import FrameRange
from composer.types import Clip, SegmentPlan, Waveform

RATE = Fraction(24)


def segment(name):
    fields = {"id": name, "shot": "a", "index": 0, "place": "yard", "style": "", "light": "day", "join": "state"}
    return SegmentPlan(**fields, frames=FrameRange(0, 3), fps=RATE, size=(16, 8), prefix=0, seed=1)


def picture(value, frames=3):
    return np.full((frames, 8, 16, 3), value, np.uint8)


@pytest.fixture
def held(tmp_path):
    held = Clips(Store(tmp_path))
    with closing(held):
        yield held


@pytest.fixture
def waiting(monkeypatch):
    """The disk takes nothing until it is let go."""
    let_go, write = Event(), media.write_lossless
    monkeypatch.setattr(media, "write_lossless", lambda *told: let_go.wait(30) and write(*told))
    yield let_go
    let_go.set()


def shown(held, name, start=0, stop=3):
    return np.stack(list(held.frames(name, FrameRange(start, stop))))


def test_a_clip_is_read_before_it_is_written_and_as_it_was(waiting, held):
    """A generator that fills its array anew changes nothing that was kept."""
    frames = picture(7)
    held.keep(segment("a"), "key", Clip(frames))
    frames[:] = 9
    assert held.made("a")
    np.testing.assert_array_equal(shown(held, "a", 1, 3), picture(7, 2))
    assert not held.store.get("key")
    waiting.set()
    np.testing.assert_array_equal(np.stack(list(media.read_frames(held.entry("a").path(clips.NATIVE)))), picture(7))


def test_what_finds_no_room_is_read_from_the_store(held, monkeypatch):
    """Once it is written."""
    monkeypatch.setattr(clips, "_MOST_BYTES", 0)
    held.keep(segment("a"), "key", Clip(picture(1)))
    held.entry("a")
    assert not held._held
    np.testing.assert_array_equal(shown(held, "a"), picture(1))


def test_what_is_delivered_is_held_until_it_is_written(waiting, held):
    held.keep(segment("a"), "key", Clip(picture(1)))
    held.delivered(["a"])
    np.testing.assert_array_equal(shown(held, "a"), picture(1))
    waiting.set()
    held.entry("a")
    assert not held._held


def test_the_same_pixels_have_one_digest_however_they_came(held, tmp_path):
    """What follows from a clip is the same whether it was made now or found."""
    held.keep(segment("a"), "one", Clip(picture(3)))
    held.keep(segment("b"), "two", Clip(picture(4)))
    held.entry("a")
    again = Clips(Store(tmp_path))
    assert again.find("x", "one")
    assert not again.find("y", "three")
    assert again.content("x") == held.content("a") != held.content("b")


def test_a_disk_that_fails_is_told_by_the_next_clip(held, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(media, "write_lossless", full)
    held.keep(segment("a"), "key", Clip(picture(1)))
    with pytest.raises(StorageError, match="no space left"):
        held.entry("a")
    with pytest.raises(StorageError, match="no space left"):
        held.keep(segment("b"), "other", Clip(picture(2)))


def test_what_was_made_is_on_disk_when_a_render_is_interrupted(tmp_path):
    def interrupted():
        with closing(Clips(Store(tmp_path))) as held:
            for number in range(3):
                held.keep(segment(f"{number}"), f"key {number}", Clip(picture(number)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert all(Store(tmp_path).get(f"key {number}") for number in range(3))


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
        monkeypatch.setattr(clips, "_MOST_BYTES", room)
        with closing(Studio(rehearsal, plan, maker, Store(tmp_path / name), None)) as studio:
            for segment in plan.segments:
                studio.render(segment)
                studio.clips.entry(segment.id)
            assert (plan.segments[0].id in studio.clips._held) == (name == "memory")
            (delivery,) = studio.delivered([studio.deliver(plan.shots[0])])
            assert not studio.clips._held
        digests.append(delivery.digest)
    assert digests[0] == digests[1]
    assert media.probe(delivery.path("clip.mp4")).frames == plan.shots[0].clip_length


def test_sound_and_what_is_handed_over_come_with_a_clip(held, tmp_path):
    """The same from memory and from the store; and they are part of what a clip is."""
    sound, tail = Waveform(np.full((2, 6000), 0.25, np.float32)), np.arange(6, dtype=np.float32).reshape(2, 3)
    held.keep(segment("a"), "one", Clip(picture(3), audio=sound, handover={"latents": tail}))
    held.keep(segment("b"), "two", Clip(picture(3)))
    assert held.content("a") != held.content("b")
    np.testing.assert_array_equal(held.handover("a")["latents"], tail)
    assert not held.handover("b")
    held.entry("a")
    again = Clips(Store(tmp_path))
    assert again.find("x", "one")
    np.testing.assert_array_equal(again.handover("x")["latents"], tail)
    np.testing.assert_array_equal(media.written_sound(again.entry("x").path("clip.wav")), sound.samples)
