"""Clips and recordings in and out of files: exact, tagged, repeatable, whole or not at all."""

import errno
import os
import resource
from contextlib import contextmanager
from fractions import Fraction

import av
import numpy as np
import pytest

from composer import media
from composer.errors import StorageError, Wrong
from composer.media import DeliveryFormat
from composer.timing import FRAME_RATES, FrameRange

FPS = Fraction(24)
SIZE = (96, 64)


def moving(count, size=SIZE, seed=0):
    """Smooth colour under noise, sliding: no two frames alike, nothing that a codec would call flat."""
    rng = np.random.default_rng(seed)
    width, height = size
    picture = rng.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    for n in range(count):
        yield np.roll(picture, 3 * n, axis=1) ^ rng.integers(0, 8, picture.shape, dtype=np.uint8)


def chart(size=(320, 192)):
    """Sixty colours: six levels of each primary, mixed, in patches that are larger than a chroma sample."""
    levels = np.random.default_rng(5).integers(0, 256, (6, 10, 3), dtype=np.uint8)
    return levels.repeat(size[1] // 6, 0).repeat(size[0] // 10, 1)


def psnr(a, b):
    return 10 * np.log10(255**2 / np.mean((a.astype(float) - b.astype(float)) ** 2))


# --- lossless ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(96, 64), (97, 33), (16, 16)])
def test_lossless_round_trip_is_byte_exact(tmp_path, size):
    width, height = size
    frames = np.random.default_rng(1).integers(0, 256, (30, height, width, 3), dtype=np.uint8)
    assert media.write_lossless(tmp_path / "clip.mkv", frames, FPS) == 30
    assert np.array_equal(np.stack(list(media.read_frames(tmp_path / "clip.mkv"))), frames)


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=FRAME_RATES)
def test_any_range_of_frames_can_be_read(tmp_path, fps):
    frames = list(moving(41))
    media.write_lossless(tmp_path / "clip", iter(frames), fps)
    assert media.probe(tmp_path / "clip") == media.Footage(41, fps, SIZE)
    for start, stop in ((0, 1), (11, 14), (12, 13), (40, 41), (7, 41), (5, 5)):
        read = list(media.read_frames(tmp_path / "clip", FrameRange(start, stop)))
        assert len(read) == stop - start
        assert all(np.array_equal(a, b) for a, b in zip(read, frames[start:stop], strict=True))


def test_a_range_beyond_the_end_is_told(tmp_path):
    media.write_lossless(tmp_path / "clip", moving(5), FPS)
    with pytest.raises(StorageError, match="frame 5 of 5 is missing"):
        list(media.read_frames(tmp_path / "clip", FrameRange(3, 7)))


def test_same_frames_give_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        media.write_lossless(tmp_path / f"{name}.lossless", moving(9), FPS)
        media.write_delivery(tmp_path / f"{name}.delivery", moving(30), DeliveryFormat(FPS, SIZE), (0, 20))
    for kind in ("lossless", "delivery"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


# --- delivery ---------------------------------------------------------------------------------------------------------


def test_colours_come_back_by_the_tags_they_left_with(tmp_path):
    picture = chart()
    path = tmp_path / "chart.mp4"
    media.write_delivery(path, [picture] * 3, DeliveryFormat(FPS, (320, 192)))
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        frame = next(container.decode(video=0))
        tags = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        by_tags = frame.to_ndarray(format="rgb24", src_colorspace=frame.colorspace, src_color_range=frame.color_range)
    assert tags == (1, 1, 1, 1)
    assert psnr(next(media.read_frames(path)), picture) >= 40
    assert psnr(by_tags, picture) >= 40


@pytest.mark.parametrize("draft", [False, True])
def test_groups_of_pictures_begin_where_they_are_asked_to(tmp_path, draft):
    media.write_delivery(tmp_path / "clip.mp4", moving(40), DeliveryFormat(FPS, SIZE, draft), (0, 17))
    with av.open(str(tmp_path / "clip.mp4")) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        assert packets[17].is_keyframe
        ticks = [round(packet.pts * stream.time_base * FPS) for packet in packets]
    assert sorted(ticks[:17]) == list(range(17))
    assert ticks != sorted(ticks)  # B-frames are on


def test_a_frame_of_another_size_is_refused(tmp_path):
    with pytest.raises(ValueError, match="96x64; expected 64x64"):
        media.write_delivery(tmp_path / "clip.mp4", moving(2), DeliveryFormat(FPS, (64, 64)))
    with pytest.raises(ValueError, match="no frames"):
        media.write_lossless(tmp_path / "clip", [], FPS)
    assert not list(tmp_path.iterdir())


# --- what goes wrong --------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(limit_bytes):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def interrupted():
    yield from moving(5)
    raise KeyboardInterrupt


def full(*_paths):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "write", [media.write_lossless, lambda p, f, fps: media.write_delivery(p, f, DeliveryFormat(fps, SIZE))]
)
def test_the_earlier_file_outlives_every_failure(tmp_path, monkeypatch, write):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"earlier")
    with pytest.raises(KeyboardInterrupt):
        write(path, interrupted(), FPS)
    with small_disk(4000), pytest.raises(StorageError, match=r"clip\.mp4: file too large"):
        write(path, moving(60), FPS)
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StorageError, match=r"clip\.mp4: no space left on device"):
        write(path, moving(3), FPS)
    assert path.read_bytes() == b"earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_folder_that_cannot_be_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write to"):
        media.write_lossless(tmp_path / "file" / "clip", moving(2), FPS)


def test_damaged_clips_are_told(tmp_path):
    path = tmp_path / "clip.mp4"
    with pytest.raises(StorageError, match="cannot read"):
        list(media.read_frames(path))
    media.write_delivery(path, moving(30), DeliveryFormat(FPS, SIZE))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(StorageError, match=r"clip\.mp4"):
        list(media.read_frames(path))
    path.write_bytes(b"no film at all")
    with pytest.raises(StorageError, match="cannot read"):
        media.probe(path)


# --- recordings -------------------------------------------------------------------------------------------------------


def record(path, samples, rate=48_000):
    """A WAV of float samples `[channels n]`."""
    with av.open(str(path), "w", format="wav") as container:
        layout = "stereo" if len(samples) == 2 else "mono"
        stream = container.add_stream("pcm_f32le", rate=rate, layout=layout)
        packed = np.ascontiguousarray(samples.T.astype(np.float32)).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout)
        frame.sample_rate, frame.pts = rate, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_a_recording_at_48_khz_is_read_as_it_is(tmp_path):
    samples = np.random.default_rng(2).uniform(-0.5, 0.5, (2, 100_003)).astype(np.float32)
    record(tmp_path / "a.wav", samples)
    assert np.array_equal(media.read_sound(tmp_path / "a.wav").samples, samples)
    assert np.array_equal(media.read_sound(tmp_path / "a.wav", 1.5).samples, samples[:, :72_000])


def test_other_rates_and_mono_become_stereo_at_48_khz(tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)[None]
    record(tmp_path / "a.wav", tone, 44_100)
    left, right = media.read_sound(tmp_path / "a.wav").samples
    assert abs(len(left) - 48_000) <= 32
    assert np.array_equal(left, right)
    expected = np.sin(2 * np.pi * 440 * np.arange(1000, 40_000) / 48_000)
    assert np.corrcoef(left[1000:40_000], expected)[0, 1] > 0.999


def test_what_is_no_recording_is_refused_in_words(tmp_path):
    secret = tmp_path / "secret.wav"
    record(secret, np.zeros((2, 4800)))
    (tmp_path / "list.wav").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n")
    (tmp_path / "concat.wav").write_text(f"ffconcat version 1.0\nfile '{secret.name}'\n")
    (tmp_path / "text.wav").write_text("no sound")
    (tmp_path / "empty.wav").touch()
    for name in ("list.wav", "concat.wav", "text.wav", "empty.wav"):
        with pytest.raises(Wrong, match=f"`{name}` cannot be read as sound"):
            media.read_sound(tmp_path / name)
    media.write_delivery(tmp_path / "mute.mp4", moving(2), DeliveryFormat(FPS, SIZE))
    with pytest.raises(Wrong, match=r"`mute\.mp4` holds no sound"):
        media.read_sound(tmp_path / "mute.mp4")
    for path in (tmp_path / "missing.wav", tmp_path):
        with pytest.raises(Wrong, match="there is no file"):
            media.read_sound(path)


def test_the_encoders_that_films_need_are_there():
    assert all(media.encoders().values())
