"""A segment's controls: what is asked for, in order, whoever draws it."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from places import camera, crowd, person, place, standing

from composer.controls import Memory, Moment, SegmentControls, SourceView
from composer.scene import Scene
from composer.types import FIRST_SUBJECT, SKY, BodyTrack, CameraTrack, Controls, WorldTrack

SIZE = (64, 36)


def tracks(frames):
    eyes = [camera((0.2 * k, -6, 1.7), (0, 8, 1), SIZE, 50) for k in range(frames)]
    cameras = CameraTrack(np.stack([e.K for e in eyes]), np.stack([e.T_world_camera for e in eyes]), SIZE)
    poses = np.stack([standing(0.1 * k, 3, 0.85) for k in range(frames)])
    velocity = np.tile([2.4, 0.0, 0.0], (frames, 1))
    mara = BodyTrack(poses, velocity, np.zeros((frames, 3)), np.arange(frames) * 0.3)
    return cameras, WorldTrack({"mara": mara}, np.arange(frames) / 24)


def segment(channels, frames=11, **options):
    return SegmentControls(Scene(place(*crowd(8), mara=person())), *tracks(frames), frozenset(channels), **options)


def flat(hits, _camera, state):
    return np.full((*hits.depth.shape, 3), 10 * (state.frame % 20), np.uint8)


def test_only_what_is_asked_for_is_drawn():
    frame = segment({"depth", "anchor_id"}).frame(3)
    assert frame.depth.shape == (36, 64)
    assert FIRST_SUBJECT in frame.anchor_id
    assert frame.normal is frame.previz is frame.memory is frame.memory_mask is None
    everything = segment({"depth", "normal", "anchor_id", "previz", "memory"}, shade=flat).frame(3)
    assert (everything.previz == 30).all()
    assert not everything.memory_mask.any()
    assert everything.normal.shape == everything.memory.shape == (36, 64, 3)


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_frames_come_in_order_whoever_draws_them(workers):
    controls: Controls = segment({"depth", "previz"}, shade=flat, workers=workers)
    drawn = list(controls.frames())
    assert len(drawn) == len(controls) == 11
    for index, frame in enumerate(drawn):
        assert (frame.previz == 10 * index).all()
        assert np.array_equal(frame.depth, controls.frame(index).depth)


def test_a_stack_holds_all_frames():
    maps = segment({"depth", "normal", "memory"}).stack()
    assert maps.depth.shape == (11, 36, 64)
    assert maps.normal.shape == maps.memory.shape == (11, 36, 64, 3)
    assert maps.memory_mask.shape == (11, 36, 64)
    assert maps.previz is None
    assert np.array_equal(maps.depth[4], segment({"depth"}).frame(4).depth)


def test_few_frames_are_drawn_ahead_and_none_after_the_reader_left():
    drawn, lock = [], threading.Lock()

    def counted(hits, camera, state):
        with lock:
            drawn.append(state.frame)
        return flat(hits, camera, state)

    frames = segment({"previz"}, 60, shade=counted).frames()
    next(frames)
    next(frames)
    time.sleep(0.3)
    assert len(drawn) <= 6
    frames.close()
    assert len(drawn) <= 6


def test_a_fault_of_the_shader_reaches_the_reader():
    def broken(hits, camera, state):
        if state.frame == 5:
            raise RuntimeError("no paint")
        return flat(hits, camera, state)

    frames = segment({"previz"}, shade=broken).frames()
    with pytest.raises(RuntimeError, match="no paint"):
        list(frames)


def test_memory_is_drawn_from_its_sources():
    plain = segment({"depth", "anchor_id"})
    red = np.full((36, 64, 3), (200, 20, 20), np.uint8)
    eye, state = plain.cameras[0], plain.world[0]
    seen = Moment(eye, state, plain.scene.cast(eye, SIZE, state))
    memory = Memory(plain.scene, [SourceView(red, seen)])
    frame = replace(plain, channels=frozenset({"memory"}), memory=memory).frame(1)
    assert frame.memory_coverage == pytest.approx(frame.memory_mask.sum() / (plain.frame(1).anchor_id > SKY).sum())
    assert frame.memory_mask.mean() > 0.3
    assert (frame.memory[frame.memory_mask] == (200, 20, 20)).all()
    assert not frame.memory[~frame.memory_mask].any()


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="previz needs a shader"):
        segment({"previz"})
    cameras, _ = tracks(4)
    with pytest.raises(ValueError, match="4 cameras for 5 world states"):
        SegmentControls(Scene(place(mara=person())), cameras, tracks(5)[1], frozenset({"depth"}))
    with pytest.raises(IndexError, match="frame 11 of a segment of 11"):
        segment({"depth"}).frame(11)
