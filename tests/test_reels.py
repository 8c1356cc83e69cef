"""Video files from elsewhere: which picture is shown when, in which colours, and what is heard with it."""

from fractions import Fraction

import numpy as np
import pytest
from reels import SIZE, flat, number, shade, write_reel

from composer.errors import Wrong
from composer.media import probe_reel, read_reel, read_reel_sound

FILM = Fraction(24)


def numbered(count, size=SIZE):
    return [flat(shade(n), size=size) for n in range(count)]


def shown(path, start_s, count, fps=FILM, size=SIZE, first=0):
    """The numbers of the pictures that `count` frames of a film show, from frame `first` on."""
    at_s = [Fraction(first + k) / fps for k in range(count)]
    return [number(p) for p in read_reel(probe_reel(path), Fraction(start_s), at_s, fps, size)]


# --- time -------------------------------------------------------------------------------------------------------------


def test_a_file_of_the_films_rate_gives_its_very_pictures(tmp_path):
    path = write_reel(tmp_path / "a.mp4", numbered(48))
    assert shown(path, 0, 48) == [*range(48)]
    assert shown(path, "0.5", 20) == [*range(12, 32)], "sought, and past a picture that others are made from"
    assert shown(path, "1.49", 3) == [36, 37, 38], "the picture next to the moment that was named"


@pytest.mark.parametrize("fps", [12, 25, 30, 50, 60])
def test_another_rate_is_sampled_at_each_frame(tmp_path, fps):
    path = write_reel(tmp_path / "a.mp4", numbered(100), fps)
    assert shown(path, 0, 36) == [k * fps // 24 for k in range(36)]
    assert shown(path, "0.5", 12) == [fps // 2 + k * fps // 24 for k in range(12)]


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(24048, 1000)])
def test_a_rate_within_two_in_a_thousand_maps_one_to_one(tmp_path, rate):
    path = write_reel(tmp_path / "a.mp4", numbered(100), rate)
    assert shown(path, 2, 50) == [*range(48, 98)]
    with_gaps = shown(write_reel(tmp_path / "b.mp4", numbered(100), Fraction(243, 10)), 0, 90)
    assert with_gaps == [k * 243 // 240 for k in range(90)], "further off, moments count"


def test_time_stamps_in_whole_milliseconds_lose_no_picture(tmp_path):
    path = write_reel(tmp_path / "a.mkv", numbered(100))
    assert shown(path, 0, 100) == [*range(100)]
    assert shown(path, 2, 40) == [*range(48, 88)]
    thirty = write_reel(tmp_path / "b.mkv", numbered(100), 30)
    assert shown(thirty, 0, 60) == [k * 30 // 24 for k in range(60)]


def test_a_variable_rate_goes_by_its_time_stamps(tmp_path):
    at_ms = [0, 40, 505, 515, 900, 1300]
    path = write_reel(tmp_path / "a.mp4", numbered(6), at_ms=at_ms)
    expected = [max(n for n, at in enumerate(at_ms) if at <= 1000 * k / 24) for k in range(36)]
    assert shown(path, 0, 36) == expected
    assert set(expected) == {0, 1, 3, 4, 5}, "the picture that stood 10 ms fell between two frames"


def test_time_counts_from_the_first_picture(tmp_path):
    path = write_reel(tmp_path / "a.mp4", numbered(4), at_ms=[2000, 2500, 3000, 3500])
    assert shown(path, "0.5", 13) == [1] * 12 + [2]


def test_before_and_after_the_file_its_ends_stand(tmp_path):
    path = write_reel(tmp_path / "a.mp4", numbered(24))
    assert probe_reel(path).end_s == 1
    assert shown(path, "0.5", 20) == [*range(12, 24), *[23] * 8]
    assert shown(path, "0.25", 8, first=-8) == [0, 0, 0, 1, 2, 3, 4, 5]


# --- pictures ---------------------------------------------------------------------------------------------------------

RED_709, RED_601 = (63, 102, 240), (81, 90, 240)  # luma, blue and red difference of full red, by each matrix
BT709, BT601, UNTAGGED = (1, 1, 1, 1), (6, 6, 6, 1), (2, 2, 2, 0)


def colour(path, size=SIZE):
    return next(read_reel(probe_reel(path), Fraction(0), [Fraction(0)], FILM, size))[10, 20].astype(int)


@pytest.mark.parametrize(
    ("planes", "tags", "expected"),
    [
        (RED_709, BT709, (255, 0, 0)),
        (RED_601, BT601, (255, 0, 0)),
        (RED_601, UNTAGGED, (255, 0, 0)),  # fewer than 720 lines
        (RED_601, (5, 5, 6, 1), (255, 0, 0)),  # as PAL has it
        ((76, 85, 255), (6, 6, 6, 2), (255, 0, 0)),  # full range
        ((235, 128, 128), BT709, (255, 255, 255)),
        ((235, 128, 128), (1, 1, 1, 2), (235, 235, 235)),
    ],
)
def test_colours_come_by_the_files_own_tags(tmp_path, planes, tags, expected):
    path = write_reel(tmp_path / "a.mp4", [flat(*planes)] * 2, tags=tags)
    assert np.abs(colour(path) - expected).max() <= 3


def test_untagged_pictures_of_720_lines_are_bt709(tmp_path):
    path = write_reel(tmp_path / "a.mp4", [flat(*RED_709, size=(128, 720))], tags=UNTAGGED)
    assert np.abs(colour(path, (128, 720)) - (255, 0, 0)).max() <= 3


def corner(size=(64, 32)):
    """White in the upper left quarter."""
    planes = flat(16, size=size)
    planes[0][: size[1] // 2, : size[0] // 2] = 235
    return planes


def test_a_picture_is_set_upright(tmp_path):
    reel = probe_reel(write_reel(tmp_path / "a.mp4", [corner()] * 2, turned=True))
    assert reel.size == (32, 64)
    picture = next(read_reel(reel, Fraction(0), [Fraction(0)], FILM, (32, 64)))
    quarters = [picture[8:24, 4:12], picture[8:24, 20:28], picture[40:56, 4:12], picture[40:56, 20:28]]
    assert [round(float(q.mean()) / 255) for q in quarters] == [0, 1, 0, 0], "what was left above is now right above"


def test_pixels_that_are_not_square_are_spread(tmp_path):
    reel = probe_reel(write_reel(tmp_path / "a.mp4", [corner()] * 2, pixel=Fraction(4, 3)))
    assert reel.size == (85, 32)
    assert reel.cover((170, 64)) == (170, 64)


@pytest.mark.parametrize(
    ("film", "covering"),
    [((384, 216), (384, 216)), ((216, 216), (384, 216)), ((768, 320), (768, 432)), ((64, 128), (228, 128))],
)
def test_footage_covers_the_film_in_its_own_shape(tmp_path, film, covering):
    assert probe_reel(write_reel(tmp_path / "a.mp4", numbered(2))).cover(film) == covering


def test_fields_become_whole_pictures(tmp_path):
    """A bar that has moved between the two fields of a picture leaves no comb."""
    pictures = []
    for n in range(12):
        planes = flat(30)
        for field in (0, 1):
            left = 4 * n + 2 * field
            planes[0][field::2, left : left + 10] = 200
        pictures.append(planes)
    reel = probe_reel(write_reel(tmp_path / "a.mp4", pictures, fields=True))
    assert reel.interlaced
    seen = list(read_reel(reel, Fraction(0), [Fraction(k, 24) for k in range(12)], FILM, SIZE))
    assert len(seen) == 12
    combs = [
        np.abs(np.diff(p[4:-4, :, 0].astype(int), axis=0)).mean() for p in (*seen[2:10], _progressive(pictures[5]))
    ]
    assert max(combs[:-1]) < combs[-1] / 4


def _progressive(planes):
    return np.repeat(planes[0][..., None], 3, axis=2)


# --- sound ------------------------------------------------------------------------------------------------------------


def clicks(*at_s, length_s=4.0):
    sound = np.zeros((2, int(length_s * 48000)), np.float32)
    for time_s in at_s:
        sound[:, round(time_s * 48000)] = 0.9
    return sound


def heard(path, start_s, length_s, fps=FILM):
    """When clicks are heard, in seconds from the start."""
    sound = read_reel_sound(probe_reel(path), Fraction(start_s), int(48000 * length_s), fps).samples
    assert sound.shape == (2, int(48000 * length_s))
    level = np.abs(sound[0])
    loud = np.flatnonzero(level > 0.3 * level.max())
    runs = np.split(loud, np.flatnonzero(np.diff(loud) > 200) + 1)
    return [float(run[level[run].argmax()] / 48000) for run in runs]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_click_is_heard_at_its_time(tmp_path, name):
    path = write_reel(tmp_path / name, numbered(96), sound=clicks(0.5, 1.25, 3.0))
    assert heard(path, 0, 4) == pytest.approx([0.5, 1.25, 3.0], abs=0.001)
    assert heard(path, "0.5", 2) == pytest.approx([0.0, 0.75], abs=0.001)
    assert heard(path, "1.0", 1) == pytest.approx([0.25], abs=0.001)


def test_sound_that_begins_later_keeps_its_distance(tmp_path):
    path = write_reel(tmp_path / "a.mp4", numbered(96), sound=clicks(0.2, length_s=1), sound_at_s=1.5)
    assert heard(path, 0, 4) == pytest.approx([1.7], abs=0.001)
    quiet = read_reel_sound(probe_reel(path), Fraction(0), 192000, FILM).samples
    assert not quiet[:, : 48000 + 20000].any()
    assert not quiet[:, 130000:].any(), "silent where the file has no more"


def test_sound_keeps_up_with_pictures_that_map_one_to_one(tmp_path):
    """At 23.976 pictures a second frame 96 is shown after 4 s instead of 4.004: its sound is, too."""
    rate = Fraction(24000, 1001)
    path = write_reel(tmp_path / "a.mp4", numbered(100), rate, sound=clicks(96 * 1001 / 24000, length_s=4.1))
    assert shown(path, 0, 97)[96] == 96
    assert heard(path, 0, 4.1) == pytest.approx([4.0], abs=0.001)


def test_a_file_without_sound_has_none(tmp_path):
    assert read_reel_sound(probe_reel(write_reel(tmp_path / "a.mp4", numbered(2))), Fraction(0), 10, FILM) is None


# --- faults -----------------------------------------------------------------------------------------------------------


def refused(path):
    with pytest.raises(Wrong) as caught:
        probe_reel(path)
    return str(caught.value)


def test_what_is_no_video_is_refused(tmp_path):
    (tmp_path / "text.mp4").write_text("no video at all")
    assert refused(tmp_path / "text.mp4") == "`text.mp4` cannot be read as video"
    good = write_reel(tmp_path / "good.mp4", numbered(4))
    (tmp_path / "list.mp4").write_text(f"#EXTM3U\n#EXTINF:1,\n{good.name}\n#EXT-X-ENDLIST\n")
    assert refused(tmp_path / "list.mp4") == "`list.mp4` cannot be read as video", (
        "a playlist would lead to other files"
    )
    (tmp_path / "cut.mp4").write_bytes(good.read_bytes()[:200])
    assert refused(tmp_path / "cut.mp4") == "`cut.mp4` cannot be read as video"
    assert refused(tmp_path / "none.mp4") == "`none.mp4` cannot be read: No such file or directory"


def test_pictures_that_no_film_can_hold_are_refused(tmp_path):
    path = write_reel(tmp_path / "a.mp4", numbered(2, size=(640, 36)))
    assert refused(path) == "`a.mp4` shows pictures of 640x36"


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_high_dynamic_range_is_refused(tmp_path, transfer, name):
    path = write_reel(tmp_path / "a.mp4", numbered(2), tags=(9, 9, transfer, 1))
    assert refused(path) == f"`a.mp4` is HDR ({name}), and films here are not"


def test_a_file_that_changes_is_read_anew(tmp_path):
    path = write_reel(tmp_path / "a.mp4", numbered(24))
    assert probe_reel(path).end_s == 1
    write_reel(path, numbered(48))
    assert probe_reel(path).end_s == 2
