"""A generator's frames at the film's size and rate."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composer.conform import conform_frames, resize
from composer.timing import FRAME_RATES, FrameRange, Rates

NATIVE = [Fraction(8), Fraction(12), Fraction(16), Fraction(24), Fraction(25), Fraction(30), Fraction(50)]
rates = st.builds(Rates, st.sampled_from(sorted(FRAME_RATES.values())), st.sampled_from(NATIVE))


def ramp(count, size=(8, 6)):
    """Frame k is grey at code k."""
    return [np.full((size[1], size[0], 3), k, np.uint8) for k in range(count)]


def grey(frames):
    return [int(frame[0, 0, 0]) for frame in frames]


@given(rates, st.integers(1, 90))
def test_the_native_frames_that_are_needed_are_enough_and_no_more(rate, frames):
    needed = rate.covering(frames)
    assert len(list(conform_frames(ramp(needed), FrameRange(0, frames), rate, (8, 6)))) == frames
    with pytest.raises(ValueError, match="needs native frames"):
        list(conform_frames(ramp(needed - 1), FrameRange(0, frames), rate, (8, 6)))


@given(rates, st.integers(0, 20), st.integers(1, 30))
def test_a_part_is_the_same_as_in_the_whole(rate, start, count):
    stop = start + count
    native = ramp(rate.covering(stop))
    whole = list(conform_frames(native, FrameRange(0, stop), rate, (8, 6)))
    first = int(start * rate.step)
    part = conform_frames(native[first:], FrameRange(start, stop), rate, (8, 6), first)
    assert grey(part) == grey(whole[start:])


def test_nothing_needs_nothing():
    assert Rates(Fraction(24), Fraction(16)).covering(0) == 0
    assert list(conform_frames([], FrameRange(0, 0), Rates(Fraction(24), Fraction(16)), (8, 6))) == []


def test_time_maps_to_the_native_grid():
    doubled = conform_frames(ramp(5), FrameRange(0, 9), Rates(Fraction(48), Fraction(24)), (8, 6))
    assert grey(frame for frame in doubled) == [0, 0, 1, 2, 2, 2, 3, 4, 4]  # halves fall to the even code
    fewer = conform_frames(ramp(9), FrameRange(0, 5), Rates(Fraction(24), Fraction(48)), (8, 6))
    assert grey(fewer) == [0, 2, 4, 6, 8]
    tens = [frame * 10 for frame in ramp(9)]
    thirds = conform_frames(tens, FrameRange(0, 7), Rates(Fraction(24), Fraction(16)), (8, 6))
    assert grey(thirds) == [0, 7, 13, 20, 27, 33, 40]


def test_only_what_is_needed_is_drawn():
    drawn = []

    def source():
        for frame in ramp(50):
            drawn.append(frame)
            yield frame

    list(conform_frames(source(), FrameRange(0, 4), Rates(Fraction(24), Fraction(16)), (8, 6)))
    assert len(drawn) == Rates(Fraction(24), Fraction(16)).covering(4) == 3


def test_the_native_size_passes_unchanged():
    frame = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    assert resize(frame, (8, 6)) is frame


def test_resizing_keeps_place_and_level():
    """A step at the middle stays at the middle, whichever way the picture is scaled."""
    step = np.zeros((64, 96, 3), np.uint8)
    step[:, 48:] = 200
    for size in ((48, 32), (192, 128), (120, 40), (36, 90)):
        out = resize(step, size)
        assert out.shape == (size[1], size[0], 3)
        assert abs(out.mean() - 100) < 1
        assert out[:, : size[0] // 2 - 10].max() <= 1
        assert out[:, size[0] // 2 + 10 :].min() >= 199


def test_a_taller_picture_is_cropped_and_never_stretched():
    """What a generator renders beyond the film's shape is cut off evenly: a circle stays a circle."""
    y, x = np.mgrid[:448, :768]
    circle = np.repeat((np.hypot(x - 383.5, y - 223.5) < 100).astype(np.uint8)[..., None] * 255, 3, axis=2)
    out = resize(circle, (768, 432))
    np.testing.assert_array_equal(out, circle[8:-8])
    small = resize(circle, (384, 216))[..., 0] > 127
    assert abs(int(small.any(axis=0).sum()) - int(small.any(axis=1).sum())) <= 1
