"""Sound out of files begins and ends with what was put in, to the sample: codecs prime and pad it."""

from fractions import Fraction

import av
import numpy as np
import pytest

from composer.media import read_sound
from composer.media.trimming import heard

LENGTH, CLICKS = 100_000, (4_321, 99_900)


def clicking():
    sound = np.zeros((2, LENGTH), np.float32)
    sound[:, CLICKS] = 0.8
    return sound


def written(path, codec, rate=48000):
    """A file of `clicking` by PyAV."""
    sound = clicking()
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        for start in range(0, LENGTH, 1024):
            block = np.ascontiguousarray(sound[:, start : start + 1024])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mp4", "aac"),
        ("a.m4a", "aac"),
        ("a.mov", "aac"),
        ("a.mp3", "libmp3lame"),
        ("a.webm", "libopus"),
        ("a.flac", "flac"),
        ("a.wav", "pcm_s16le"),
        ("pcm.mov", "pcm_s16le"),
    ],
)
def test_what_was_put_in_comes_out_sample_for_sample(tmp_path, name, codec):
    sound = read_sound(written(tmp_path / name, codec)).samples
    assert sound.shape == (2, LENGTH)
    halves = np.abs(sound[0, :50_000]), np.abs(sound[0, 50_000:])
    assert [int(halves[0].argmax()), 50_000 + int(halves[1].argmax())] == list(CLICKS)


def test_a_bare_stream_of_aac_is_rid_of_its_first_frame(tmp_path):
    """It tells neither what primes nor what pads it: its clicks are where they were, its end is not known."""
    sound = read_sound(written(tmp_path / "a.aac", "aac")).samples
    assert int(np.abs(sound[0, :50_000]).argmax()) == CLICKS[0]
    assert 0 <= sound.shape[1] - LENGTH < 2 * 1024


def test_at_another_rate_a_click_is_where_it_was(tmp_path):
    sound = read_sound(written(tmp_path / "a.m4a", "aac", 44100)).samples
    expected = [round(at * 48000 / 44100) for at in CLICKS]
    assert abs(sound.shape[1] - round(LENGTH * 48000 / 44100)) <= 1
    assert abs(int(np.abs(sound[0, :50_000]).argmax()) - expected[0]) <= 1
    assert abs(50_000 + int(np.abs(sound[0, 50_000:]).argmax()) - expected[1]) <= 1


def test_the_frames_hold_no_more_than_is_heard(tmp_path):
    path = written(tmp_path / "a.mp4", "aac")
    with av.open(str(path)) as container:
        assert sum(frame.samples for frame in heard(container)) == LENGTH
