"""Films: exactly the planned frames, each the very frame of its clip, with sound of the same length."""

import errno
import os
import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moviepy import concatenate_videoclips

from composer import media, stitch
from composer.errors import StorageError, TimingError
from composer.media import DeliveryFormat, FilmFile
from composer.stitch import DeliveryClip
from composer.timing import FRAME_RATES, SAMPLE_RATE, FrameRange, to_samples
from composer.types import Waveform

SIZE = (64, 48)
LENGTHS = (23, 1, 7, 1, 1, 30)
HANDLE = 5


def numbered(count, seed=0):
    """Pictures that slide under noise: no two alike, B-frames worth while."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    for n in range(count):
        yield np.roll(picture, 3 * n, axis=1)


def tone(frames, fps, block=5000):
    """A quiet note, exactly as long as `frames`."""
    total = to_samples(frames, fps)
    samples = 0.1 * np.sin(2 * np.pi * 220 * np.arange(total) / SAMPLE_RATE).astype(np.float32)
    for start in range(0, total, block):
        yield Waveform(np.stack([samples[start : start + block]] * 2))


def shoot(folder, fps, lengths=LENGTHS, handle=HANDLE):
    clips = []
    for n, length in enumerate(lengths):
        path = folder / f"{n}.mp4"
        media.write_delivery(path, numbered(length + handle, n), DeliveryFormat(fps, SIZE), (0, length))
        clips.append(DeliveryClip(path, length))
    return clips


def planned(clips):
    return [f for clip in clips for f in media.read_frames(clip.path, FrameRange(0, clip.frames_used))]


def same(a, b):
    return len(a) == len(b) and all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.fixture(scope="module")
def ntsc(tmp_path_factory):
    """A film at 29.97 with shots of one frame in it."""
    folder = tmp_path_factory.mktemp("ntsc")
    fps = FRAME_RATES["29.97"]
    clips = shoot(folder, fps)
    film = FilmFile(fps, "Two <sides> & more", "algorithmicMedia")
    assert stitch.stitch(clips, tone(63, fps), folder / "film.mp4", film) == 63
    return folder / "film.mp4", clips


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=FRAME_RATES)
def test_every_rate_gives_the_planned_frames_and_times(tmp_path, fps):
    clips = shoot(tmp_path, fps)
    frames, told = sum(LENGTHS), []
    stitch.stitch(clips, tone(frames, fps), tmp_path / "film.mp4", FilmFile(fps), told.append)
    assert told == list(range(1, frames + 1))
    assert same(list(media.read_frames(tmp_path / "film.mp4")), planned(clips))
    with av.open(str(tmp_path / "film.mp4")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.frames, picture.average_rate, picture.start_time) == (frames, fps, 0)
        assert picture.duration * picture.time_base == frames / fps
        packets = [packet for packet in container.demux(picture) if packet.size]
        dts = [packet.dts * picture.time_base for packet in packets]
        assert np.all(np.diff(dts) == 1 / fps)
        assert all(packet.dts <= packet.pts for packet in packets)
        container.seek(0)
        samples = sum(frame.samples for frame in container.decode(sound))
    assert 0 <= samples - to_samples(frames, fps) < 1024


@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4), fps=st.sampled_from(sorted(FRAME_RATES)))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
def test_splitting_then_stitching_keeps_the_frames(tmp_path, lengths, fps):
    rate = FRAME_RATES[fps]
    clips = shoot(tmp_path, rate, lengths, handle=2)
    stitch.stitch(clips, tone(sum(lengths), rate), tmp_path / "film.mp4", FilmFile(rate))
    assert same(list(media.read_frames(tmp_path / "film.mp4")), planned(clips))


def test_packets_are_copied_byte_for_byte(ntsc):
    path, clips = ntsc

    def payloads(file, count):
        with av.open(str(file)) as container:
            return [bytes(p) for p in container.demux(container.streams.video[0]) if p.size][:count]

    assert payloads(path, 63) == [p for clip in clips for p in payloads(clip.path, clip.frames_used)]


def test_seeking_lands_on_the_frame(ntsc):
    path, clips = ntsc
    frames = planned(clips)
    for n in (0, 22, 23, 24, 31, 32, 33, 50, 62):
        (frame,) = media.read_frames(path, FrameRange(n, n + 1))
        assert np.array_equal(frame, frames[n]), n


def test_a_browser_can_play_it_from_the_first_bytes(ntsc):
    data = ntsc[0].read_bytes()
    boxes, at = [], 0
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        boxes.append(kind)
        at += size
    assert at == len(data)
    assert boxes.index(b"moov") < boxes.index(b"mdat")
    assert b"avc1" in data
    assert b"colrnclx\x00\x01\x00\x01\x00\x01" in data


def test_a_film_says_that_it_is_synthetic(ntsc):
    with av.open(str(ntsc[0])) as container:
        said = container.metadata
    assert said["title"] == "Two <sides> & more"
    assert said["synthetic"] == "algorithmicMedia"
    assert "Synthetic" in said["comment"]
    assert not any("date" in key or "time" in key or key == "encoder" for key in said)
    data = ntsc[0].read_bytes()
    assert b"Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia<" in data
    assert b"Two &lt;sides&gt; &amp; more" in data


def test_a_flash_and_a_click_stay_together(tmp_path):
    fps = FRAME_RATES["23.976"]
    clips = []
    for n, length in enumerate((31, 17)):
        frames = [np.full((48, 64, 3), 255 if n and not k else 0, np.uint8) for k in range(length)]
        media.write_delivery(tmp_path / f"{n}.mp4", frames, DeliveryFormat(fps, SIZE))
        clips.append(DeliveryClip(tmp_path / f"{n}.mp4", length))
    sound = np.zeros((2, to_samples(48, fps)), np.float32)
    sound[:, to_samples(31, fps)] = 0.9
    stitch.stitch(clips, iter([Waveform(sound)]), tmp_path / "film.mp4", FilmFile(fps))
    flash = int(np.argmax([f.mean() for f in media.read_frames(tmp_path / "film.mp4")]))
    click = int(np.abs(media.read_sound(tmp_path / "film.mp4").samples[0]).argmax())
    assert flash == 31
    assert abs(click - to_samples(31, fps)) <= 2


def test_clips_that_do_not_fit_are_encoded_anew(tmp_path):
    clips = shoot(tmp_path, Fraction(24), (9, 12))
    media.write_delivery(clips[1].path, numbered(17, 1), DeliveryFormat(Fraction(24), SIZE, draft=True), (0, 12))
    uncut = tmp_path / "uncut.mp4"
    media.write_delivery(uncut, numbered(20, 2), DeliveryFormat(Fraction(24), SIZE))
    for others in ((clips[1],), (DeliveryClip(uncut, 11),)):
        mixed = [clips[0], *others]
        frames = sum(clip.frames_used for clip in mixed)
        stitch.stitch(mixed, tone(frames, Fraction(24)), tmp_path / "film.mp4", FilmFile(Fraction(24)))
        film = list(media.read_frames(tmp_path / "film.mp4"))
        assert len(film) == frames
        for shown, meant in zip(film, planned(mixed), strict=True):
            assert np.abs(shown.astype(int) - meant).mean() < 6
    assert {p.name for p in tmp_path.iterdir()} == {"0.mp4", "1.mp4", "uncut.mp4", "film.mp4"}


def test_the_earlier_film_outlives_every_failure(tmp_path, monkeypatch):
    fps = Fraction(25)
    clips = shoot(tmp_path, fps, (6, 5))
    out = tmp_path / "film.mp4"
    out.write_bytes(b"earlier")
    before = {p.name for p in tmp_path.iterdir()}

    def interrupted():
        yield next(tone(11, fps))
        raise KeyboardInterrupt

    def full(*_paths):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(KeyboardInterrupt):
        stitch.stitch(clips, interrupted(), out, FilmFile(fps))
    with pytest.raises(TimingError, match="of sound beside 11 frames"):
        stitch.stitch(clips, tone(10, fps), out, FilmFile(fps))
    with pytest.raises(StorageError, match="holds 11 of 12 frames"):
        stitch.stitch([DeliveryClip(clips[0].path, 12)], tone(12, fps), out, FilmFile(fps))
    with pytest.raises(ValueError, match="no clips"):
        stitch.stitch([], tone(0, fps), out, FilmFile(fps))
    monkeypatch.setattr("os.replace", full)
    with pytest.raises(StorageError, match="no space left"):
        stitch.stitch(clips, tone(11, fps), out, FilmFile(fps))
    assert out.read_bytes() == b"earlier"
    assert {p.name for p in tmp_path.iterdir()} == before


def test_the_same_clips_give_the_same_film(ntsc, tmp_path):
    path, clips = ntsc
    film = FilmFile(FRAME_RATES["29.97"], "Two <sides> & more", "algorithmicMedia")
    stitch.stitch(clips, tone(63, film.fps, block=777), tmp_path / "again.mp4", film)
    assert (tmp_path / "again.mp4").read_bytes() == path.read_bytes()


# --- MoviePy ----------------------------------------------------------------------------------------------------------


def test_moviepy_shows_our_frames(ntsc):
    path, clips = ntsc
    frames, fps = planned(clips), FRAME_RATES["29.97"]
    film = stitch.to_moviepy(path)
    assert film.duration == pytest.approx(float(63 / fps), abs=1e-9)
    assert same(list(film.iter_frames()), frames)
    for n in (40, 3, 62, 0, 23):  # backwards too
        assert np.array_equal(film.get_frame(n / float(fps)), frames[n])


def test_moviepy_cuts_and_joins_it(ntsc):
    path, clips = ntsc
    frames, fps = planned(clips), float(FRAME_RATES["29.97"])
    film = stitch.to_moviepy(path)
    part = film.subclipped(10 / fps, 20 / fps)
    twice = concatenate_videoclips([part, film.subclipped(30 / fps, 35 / fps)])
    shown = [twice.get_frame((n + 0.5) / fps) for n in range(15)]
    assert same(shown, frames[10:20] + frames[30:35])
    assert twice.duration == pytest.approx(15 / fps)


def test_moviepy_hears_our_sound(ntsc):
    film = stitch.to_moviepy(ntsc[0])
    heard = media.read_sound(ntsc[0]).samples.T
    whole = film.audio.to_soundarray(fps=SAMPLE_RATE)
    assert abs(len(whole) - to_samples(63, FRAME_RATES["29.97"])) <= 1
    assert np.abs(whole - heard[: len(whole)]).max() < 1e-6
    later = film.subclipped(1.0, 1.5).audio.to_soundarray(fps=SAMPLE_RATE)
    assert np.abs(later - heard[48_000 : 48_000 + len(later)]).max() < 1e-3


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=FRAME_RATES)
def test_moviepy_counts_the_planned_frames(tmp_path, fps):
    for frames in (1, 7, 29):
        media.write_delivery(tmp_path / "clip.mp4", numbered(frames), DeliveryFormat(fps, SIZE))
        assert same(
            list(stitch.to_moviepy(tmp_path / "clip.mp4").iter_frames()),
            list(media.read_frames(tmp_path / "clip.mp4")),
        )
