"""Dissolves and fades in the stitched film: what overlaps is mixed and encoded, everything else is copied."""

import shutil
import subprocess
from fractions import Fraction

import av
import imageio_ffmpeg
import numpy as np
import pytest
from test_stitch import SIZE, numbered, tone

from composer import media, stitch
from composer.errors import StorageError
from composer.media import DeliveryFormat, FilmFile
from composer.stitch import DeliveryClip, Dissolve, Fade
from composer.stitch.blending import mixed_in_light
from composer.timing import FRAME_RATES, FrameRange

FPS = Fraction(24)
HANDLE = 6


def clip(folder, name, length, pictures, starts=(), *, draft=False, fps=FPS, **edits):
    path = folder / f"{name}.mp4"
    media.write_delivery(path, pictures, DeliveryFormat(fps, SIZE, draft), {0, length, *starts})
    return DeliveryClip(path, length, **edits)


def seeded(folder, seed, length, starts=(), **edits):
    return clip(folder, str(seed), length, list(numbered(length + HANDLE, seed)), starts, **edits)


def joined(clips, out, fps=FPS):
    count = sum(one.frames_used for one in clips)
    assert stitch.stitch(clips, tone(count, fps), out, FilmFile(fps)) == count
    return out


def edited(folder, fps=FPS):
    """Three clips: up from black, a dissolve that ends where the next overlap begins, a shot that is all dissolve, out to
    white.
    """
    return [
        seeded(folder, 1, 11, (4,), fps=fps, fade_in=Fade(4)),
        seeded(folder, 2, 9, (5,), fps=fps, dissolve=Dissolve(5)),
        seeded(folder, 3, 3, (), fps=fps, dissolve=Dissolve(3)),
        seeded(folder, 4, 12, (1, 9), fps=fps, dissolve=Dissolve(1), fade_out=Fade(3, "white")),
    ]


def planes(path, frames=None):
    return list(media.read_planes(path, frames))


def luma(picture):
    return picture[: SIZE[1]].astype(float)


def expected(clips):
    """What the film is to show, worked out from the planes of the clips by the plain arithmetic."""
    shown, before = [], None
    for one in clips:
        own = [picture.astype(float) for picture in planes(one.path, FrameRange(0, one.frames_used))]
        if one.dissolve:
            count = one.dissolve.frames
            handle = planes(before.path, FrameRange(before.frames_used, before.frames_used + count))
            for n in range(count):
                share = (n + 1) / (count + 1)
                own[n] = (1 - share) * handle[n] + share * own[n]
        for fade, frames in ((one.fade_in, lambda n, k: (n, n / k)), (one.fade_out, lambda n, k: (-1 - n, n / k))):
            for n in range(fade.frames if fade else 0):
                index, share = frames(n, fade.frames)
                flat = np.full_like(own[index], 128)
                flat[: SIZE[1]] = 235 if fade.colour == "white" else 16
                own[index] = (1 - share) * flat + share * own[index]
        shown += own
        before = one
    return shown


def payloads(path, frames=None):
    with av.open(str(path)) as container:
        packets = [bytes(p) for p in container.demux(container.streams.video[0]) if p.size]
    return packets if frames is None else packets[frames.start : frames.stop]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edited")
    clips = edited(folder)
    return joined(clips, folder / "film.mp4"), clips


def test_overlaps_are_the_mix_of_what_both_clips_show(film):
    path, clips = film
    shown, meant = planes(path), expected(clips)
    assert len(shown) == len(meant) == 35
    for n, (one, other) in enumerate(zip(shown, meant, strict=True)):
        error = np.abs(one - other).mean()
        assert error < 4, (n, error)  # x264 at its best; the wrong share of a frame is off by 10 and more
    assert np.ptp(luma(shown[0])) <= 2
    assert abs(luma(shown[0]).mean() - 16) < 1, "the first frame is black"
    assert abs(luma(shown[-1]).mean() - 235) < 1, "the last frame is white"


def test_frames_outside_overlaps_are_copied_byte_for_byte(film):
    path, clips = film
    held = payloads(path)
    for start, one, inside in ((0, clips[0], (4, 11)), (11, clips[1], (5, 9)), (23, clips[3], (1, 9))):
        copied = FrameRange(*inside)
        assert held[start + copied.start : start + copied.stop] == payloads(one.path, copied)
        shown = planes(path, copied.shifted(start))
        assert all(map(np.array_equal, shown, planes(one.path, copied)))


def test_parameter_sets_of_overlaps_are_those_of_the_clips(film):
    path, clips = film
    sets = set()
    for file in (path, *(one.path for one in clips)):
        with av.open(str(file)) as container:
            sets.add(bytes(container.streams.video[0].codec_context.extradata))
    assert len(sets) == 1


@pytest.mark.parametrize("fps", ["24", "23.976", "29.97", "60"])
def test_the_film_decodes_clean_and_in_time(tmp_path, fps):
    rate = FRAME_RATES[fps]
    path = joined(edited(tmp_path, rate), tmp_path / "film.mp4", rate)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert times == [n / rate for n in range(35)]


def test_seeking_into_a_dissolve_gives_its_frame(film):
    path, _ = film
    whole = planes(path)
    for n in (0, 3, 4, 11, 13, 16, 20, 22, 23, 24, 31, 32, 34):
        (one,) = planes(path, FrameRange(n, n + 1))
        assert np.array_equal(one, whole[n]), n


@pytest.mark.parametrize("missing", [1, 9])
def test_clips_that_cannot_be_cut_there_are_encoded_anew_with_the_same_edits(tmp_path, missing):
    """No group of pictures begins where the last clip's way in ends, or where its end begins."""
    clips = edited(tmp_path)
    uncut = list(numbered(12 + HANDLE, 4))
    media.write_delivery(clips[3].path, uncut, DeliveryFormat(FPS, SIZE), {0, 1, 9, 12} - {missing})
    path = joined(clips, tmp_path / "film.mp4")
    errors = [np.abs(a - b).mean() for a, b in zip(planes(path), expected(clips), strict=True)]
    assert max(errors) < 6
    assert payloads(path, FrameRange(4, 11)) != payloads(clips[0].path, FrameRange(4, 11))
    assert not list(tmp_path.glob("*.again*"))


def test_overlaps_are_encoded_as_the_clips_were_or_nothing_is_copied(tmp_path):
    """A draft's parameter sets are others than those of the best: found by their bytes."""
    clips = [seeded(tmp_path, 1, 8, draft=True), seeded(tmp_path, 2, 8, (4,), draft=True, dissolve=Dissolve(4))]
    best = joined(clips, tmp_path / "best.mp4")
    assert payloads(best, FrameRange(0, 8)) != payloads(clips[0].path, FrameRange(0, 8))
    form = DeliveryFormat(FPS, SIZE, draft=True)
    stitch.stitch(clips, tone(16, FPS), tmp_path / "draft.mp4", FilmFile(FPS), form=form)
    assert payloads(tmp_path / "draft.mp4", FrameRange(0, 8)) == payloads(clips[0].path, FrameRange(0, 8))


def test_the_same_edits_give_the_same_film(film, tmp_path):
    path, clips = film
    again = joined([*clips], tmp_path / "again.mp4")
    assert again.read_bytes() == path.read_bytes()


def test_linear_light_is_brighter_half_way(tmp_path):
    black, white = (np.full((SIZE[1], SIZE[0], 3), code, np.uint8) for code in (0, 255))
    assert (mixed_in_light(black, white, 0.5) == 188).all(), "half the light is code 188, by IEC 61966-2-1"
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    assert np.array_equal(mixed_in_light(codes, codes, 0.3), codes)
    films = {}
    for linear in (False, True):
        clips = [
            clip(tmp_path, "black", 4, [black] * 10),
            clip(tmp_path, "white", 4, [white] * 10, (1,), dissolve=Dissolve(1, linear)),
        ]
        films[linear] = next(media.read_frames(joined(clips, tmp_path / "film.mp4"), FrameRange(4, 5)))
    assert abs(films[False].mean() - 127.5) < 2
    assert abs(films[True].mean() - 188) < 2


def test_a_blend_is_given_both_pictures_and_its_frame(tmp_path):
    seen = []

    def blend(frame, before, after):
        seen.append((frame, before.copy(), after.copy()))
        return np.full_like(before, 10 * frame)

    first, last = seeded(tmp_path, 1, 5), seeded(tmp_path, 2, 6, (3,), dissolve=Dissolve(3, blend=blend))
    path = joined([first, last], tmp_path / "film.mp4")
    assert [frame for frame, _, _ in seen] == [0, 1, 2]
    for n, (_, before, after) in enumerate(seen):
        assert np.array_equal(before, next(media.read_frames(first.path, FrameRange(5 + n, 6 + n))))
        assert np.array_equal(after, next(media.read_frames(last.path, FrameRange(n, n + 1))))
    shown = [picture.mean() for picture in media.read_frames(path, FrameRange(5, 8))]
    assert np.abs(np.array(shown) - [0, 10, 20]).max() < 2


def test_overlaps_that_have_no_room_are_refused(tmp_path):
    first = seeded(tmp_path, 1, 6)
    out = tmp_path / "film.mp4"
    for clips, said in (
        ([DeliveryClip(first.path, 6, fade_in=Fade(4), fade_out=Fade(3))], "4 frames in and 3 out of 6 overlap"),
        ([DeliveryClip(first.path, 6, dissolve=Dissolve(2))], "nothing is before the first clip"),
    ):
        with pytest.raises(ValueError, match=said):
            stitch.stitch(clips, tone(6, FPS), out, FilmFile(FPS))
    longer = DeliveryClip(first.path, 6, dissolve=Dissolve(HANDLE + 1))
    with pytest.raises(ValueError, match="7 frames in and 0 out of 6 overlap"):
        stitch.stitch([first, longer], tone(12, FPS), out, FilmFile(FPS))
    short = clip(tmp_path, "short", 9, list(numbered(11, 3)), (5,))
    with pytest.raises(StorageError, match="holds 11 of 14 frames"):
        stitch.stitch([short, seeded(tmp_path, 5, 9, (5,), dissolve=Dissolve(5))], tone(18, FPS), out, FilmFile(FPS))
    assert not out.exists()


def test_a_browser_plays_it_to_its_end(film, tmp_path):
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        pytest.skip("no Chromium is installed")
    shutil.copy(film[0], tmp_path / "film.mp4")
    page = tmp_path / "page.html"
    page.write_text(
        "<title>loading</title><video id=v muted src=film.mp4></video><script>"
        "v.onended = () => { document.title = 'ended ' + v.currentTime.toFixed(3) + ' ' + v.videoWidth };"
        "v.onerror = () => { document.title = 'failed ' + v.error.message };"
        "v.playbackRate = 4; v.play()</script>"
    )
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=8000", profile, "--dump-dom")
    done = subprocess.run([browser, *flags, page.as_uri()], capture_output=True, text=True, check=False, timeout=60)
    assert f"<title>ended {35 / 24:.3f} {SIZE[0]}</title>" in done.stdout, done.stdout + done.stderr
