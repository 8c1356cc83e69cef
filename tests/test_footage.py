"""Footage in a film: the frames that are named and their sound, what it hands on, what may stand beside it."""

import json
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from reels import SIZE, flat, number, shade, write_reel

import composer
from composer import generators, media
from composer.audio import ClipSound, ambience, joined, loudness_lufs
from composer.composing import rehearse
from composer.composing.clip_sounds import SOUND
from composer.composing.clips import NATIVE
from composer.composing.footage import Projector
from composer.composing.options import RenderOptions
from composer.composing.rendering import render as render_film
from composer.composing.studio import Studio
from composer.errors import GeneratorError, ShotListError
from composer.planning import PlanOptions
from composer.printing import plan_lines
from composer.shotlist import render
from composer.store import Store
from composer.timing import FrameRange
from composer.types import Capabilities, Clip, FrameGrid, Waveform

LIST = """\
title: Sea
fps: 24
size: 128x72
places:
  yard:
    ambience: wind
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
    marks: {door: {in_front_of: tower, gap: 6m, offset: [4, 0, 0]}}
subjects:
  ada: {person: 1.70m, look: brewer, in_front_of: tower, gap: 4m}
shots:
  - shot: first
    duration: 12f
    camera: WS tower
    motion: {ada: walk to door}
  - shot: sea
    footage: {file: film/sea.mp4, in: 0.5s, out: 1.5s}
  - shot: after
    duration: 12f
    join: last_frames
    camera: {frame: WS tower, from: west}
"""


ALONE = LIST[: LIST.index("  - shot: first")] + LIST[LIST.index("  - shot: sea") : LIST.index("  - shot: after")]


def numbered(count, size=SIZE):
    return [flat(shade(n), size=size) for n in range(count)]


def tone(length_s=3.0, click_s=1.0):
    """A quiet tone of 440 Hz, and one click."""
    at = np.arange(int(length_s * 48000)) / 48000
    sound = np.repeat(0.1 * np.sin(2 * np.pi * 440 * at)[None], 2, axis=0).astype(np.float32)
    sound[:, int(click_s * 48000)] = 0.9
    return sound


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Footage of three seconds, silent and with sound."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "film").mkdir()
    write_reel(folder / "film" / "sea.mp4", numbered(72), sound=tone())
    write_reel(folder / "film" / "silent.mp4", numbered(72))
    write_reel(folder / "film" / "hdr.mp4", numbered(2), tags=(9, 9, 16, 1))
    return folder


def read(text, folder):
    return composer.read(text, "list.yaml", folder)


@pytest.fixture(scope="module")
def film(folder, tmp_path_factory):
    return composer.compose(read(LIST, folder), out=tmp_path_factory.mktemp("out"), generator="previz")


# --- the film ---------------------------------------------------------------------------------------------------------


def test_the_film_shows_the_named_frames_between_generated_ones(film):
    assert film.plan.frames == 48
    assert [(shot.shot, shot.frames.start, shot.frames.stop) for shot in film.plan.shots] == [
        ("first", 0, 12),
        ("sea", 12, 36),
        ("after", 36, 48),
    ]
    shown = list(media.read_frames(film.path, FrameRange(12, 36)))
    assert [number(picture) for picture in shown] == [*range(12, 36)]
    handle = film.clip("sea").frames[24:]
    assert [number(picture) for picture in handle] == [*range(36, 48)], "the file goes on under the handle"


def test_a_click_lands_where_the_file_has_it(film):
    """At 1 s of the file, half a second into the shot, which begins at half a second: at 1 s of the film."""
    sound = media.read_sound(film.path).samples
    assert abs(int(np.abs(sound[0]).argmax()) - 48000) <= 48
    inside = sound[0, 50000:70000]
    spectrum = np.abs(np.fft.rfft(inside * np.hanning(len(inside))))
    assert spectrum.argmax() * 48000 / len(inside) == pytest.approx(440, abs=3), "its tone, not the wind"


def test_the_cuts_into_footage_do_not_click(film):
    sound = media.read_sound(film.path).samples[0]
    for cut in (24000, 72000):
        second = np.abs(np.diff(sound[cut - 4800 : cut + 4800], 2))
        assert second[4752:4848].max() < 3 * np.percentile(second, 99.5)


def test_another_render_keeps_everything(film, folder, warm_cache):
    before = {path.name: path.stat().st_mtime_ns for path in film.folder.glob("[!.]*")}
    again = composer.compose(read(LIST, folder), out=film.folder, generator="previz", cache=warm_cache)
    assert again.kept == 3
    assert {path.name: path.stat().st_mtime_ns for path in film.folder.glob("[!.]*")} == before


def test_another_file_of_that_name_is_another_clip(tmp_path):
    """And so is what goes on from it, even where that was rendered from the same frames."""
    (tmp_path / "film").mkdir()
    keys = []
    for pictures in (numbered(72), [*numbered(71), flat(0)]):
        write_reel(tmp_path / "film" / "sea.mp4", pictures)
        studio, segments = studio_of(LIST, tmp_path, tmp_path, generators.load("previz"))
        studio.render(segments["sea/0"])
        keys.append([studio.keys.key(s, studio.clips.content) for s in segments.values()])
    assert [one == other for one, other in zip(*keys, strict=True)] == [True, False, False]


def test_another_sound_beside_the_same_pictures_is_heard(tmp_path):
    (tmp_path / "film").mkdir()
    for click_s in (1.0, 1.25):
        write_reel(tmp_path / "film" / "sea.mp4", numbered(72), sound=tone(click_s=click_s))
        film = composer.compose(read(ALONE, tmp_path), out=tmp_path / "out", generator="previz")
        sound = media.read_sound(film.path).samples[0]
        assert abs(int(np.abs(sound).argmax()) - round((click_s - 0.5) * 48000)) <= 48


def test_the_folder_tells_what_is_footage(film):
    plan = json.loads((film.folder / "plan.json").read_text())
    segment = plan["shots"][1]["segments"][0]
    assert segment["footage"] == {"file": "film/sea.mp4", "start_s": "1/2"}
    assert (segment["prefix"], segment["seed"], segment["losses"]) == (0, 0, [])
    assert "footage" not in plan["shots"][0]["segments"][0]
    assert [camera["shot"] for camera in plan["cameras"]] == ["first", "after"]
    assert {subject["seen"] for subject in plan["states"][1]["subjects"]} == {"off screen"}
    state = json.loads((film.folder / "state" / "sea.json").read_text())
    assert state["camera"] is None
    walked = np.array(state["bodies"]["ada"]["T_world_body"])[:, :2, 3]
    assert np.linalg.norm(walked[-1] - walked[0]) > 1, "she walks on, unseen"
    with av.open(str(film.path)) as container:
        assert container.metadata["digital_source_type"].endswith("/compositeSynthetic")
        assert container.metadata["comment"].startswith("Partly synthetic film: cameras recorded its footage")


def test_the_plan_in_lines_says_so(film):
    row = next(line for line in plan_lines(film.plan) if line.startswith("sea ") and "footage" in line)
    assert row.split("  ")[0] == "sea"
    assert "footage film/sea.mp4 0.5-1.5 s" in row


def test_animatics_and_camera_files_cope(folder, tmp_path):
    shotlist = read(LIST, folder)
    film = composer.previz(shotlist, out=tmp_path / "animatic")
    assert film.plan.frames == 48
    paths = composer.cameras(shotlist, out=tmp_path / "cameras")
    assert [path.name for path in paths] == ["first.json", "after.json"]
    with pytest.raises(KeyError, match="shot `sea` is footage: of its camera nothing is known"):
        composer.cameras(shotlist, out=tmp_path / "cameras", shots=["sea"])


def test_footage_of_another_shape_is_cut_not_stretched(tmp_path):
    """White in the middle, grey at both sides, twice as wide as the film: the film shows the middle alone."""
    (tmp_path / "film").mkdir()
    planes = flat(120, size=(256, 72))
    planes[0][:, 60:196] = 235
    write_reel(tmp_path / "film" / "sea.mp4", [planes] * 48)
    film = composer.compose(read(ALONE, tmp_path), out=tmp_path / "out", generator="previz")
    assert film.plan.shots[0].segments[0].size == (256, 72)
    assert film.clip("sea").frames[3].min() > 240


def test_memory_neither_reads_nor_keeps_footage(folder, plugin):
    text = LIST.replace("    join: last_frames\n", "")
    plan = composer.plan(read(text, folder), generator=plugin)
    segments = {segment.id: segment for segment in plan.segments}
    assert (segments["sea/0"].memory, segments["sea/0"].memory_coverage) == ((), None)
    assert {source.segment for source in segments["after/0"].memory} <= {"first/0"}


def test_long_footage_is_cut_by_memory_alone(folder):
    text = LIST.replace("size: 128x72", "size: 3840x2160").replace("in: 0.5s, out: 1.5s", "in: 0.5s, out: 2.9s")
    plan = composer.plan(read(text, folder), generator="previz")
    lengths = [segment.length for segment in plan.shots[1].segments]
    assert sum(lengths) == 58 + 12
    assert all(
        segment.prefix == 0 and 3 * 3840 * 2160 * segment.length <= 2 << 30 for segment in plan.shots[1].segments
    )


# --- what it hands on ---------------------------------------------------------------------------------------------------


def studio_of(text, folder, tmp_path, maker):
    rehearsal = rehearse(read(text, folder))
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    studio = Studio(rehearsal, plan, maker, Store(tmp_path / "store"), None)
    return studio, {segment.id: segment for segment in plan.segments}


def test_the_next_shot_goes_on_from_its_final_frames(folder, tmp_path):
    maker = generators.load("previz")
    studio, segments = studio_of(LIST, folder, tmp_path, maker)
    studio.render(segments["sea/0"])
    shown = list(media.read_frames(studio.clips.entry("sea/0").path(NATIVE)))
    prefix = studio.requests.prefix(segments["after/0"])
    assert (segments["after/0"].frames.start, segments["after/0"].prefix_from) == (-1, "sea/0")
    assert np.array_equal(prefix, shown[23:24])
    studio.render(segments["after/0"])
    made = next(iter(media.read_frames(studio.clips.entry("after/0").path(NATIVE))))
    assert np.array_equal(made, prefix[0])


class Model:
    """A generator of its own size and rate, which continues nine frames and is told what they show before."""

    capabilities = Capabilities(
        name="model",
        version="1",
        licence="MIT",
        grid=FrameGrid(step=8, longest=33),
        size_multiple=16,
        fps=Fraction(12),
        prefix=9,
        channels=frozenset({"carried"}),
    )

    def generate(self, request, /, on_progress):  # noqa: ARG002
        self.carried = [frame.carried_mask for frame in request.controls.frames()]
        self.prefix = request.prefix
        frames = np.zeros((request.plan.length, *request.plan.size[::-1], 3), np.uint8)
        if request.prefix is not None:
            frames[: request.plan.prefix] = request.prefix
        return Clip(frames)


def test_it_is_handed_on_at_the_next_generators_own_rate_and_size(folder, tmp_path):
    """Native frame -k stands k / 12 s before the cut, which is at 1.5 s of the file, where picture 36 begins."""
    maker = Model()
    studio, segments = studio_of(LIST, folder, tmp_path, maker)
    after = segments["after/0"]
    assert (after.size, after.fps, after.prefix) == ((128, 80), 12, 9)
    studio.render(segments["sea/0"])
    studio.render(after)
    assert [number(picture) for picture in maker.prefix] == [36 - 2 * k for k in range(9, 0, -1)]
    assert not np.any(maker.carried), "where its pixels belong in the place is not known"
    assert studio.plan.shots[2].segments[0].losses[-1].startswith("it reads no spatial memory")


def handed(reel_size, film_size, native_size, folder):
    """What a picture with a white spot right of its middle becomes on its way to the next shot."""
    planes = flat(40, size=reel_size)
    x, y = reel_size[0] * 3 // 4, reel_size[1] // 4
    planes[0][y - 4 : y + 4, x - 4 : x + 4] = 235
    reel = media.probe_reel(write_reel(folder / "spot.mp4", [planes] * 4))
    rehearsal = rehearse(read(LIST, folder))
    before = composer.plan(rehearsal.shotlist, generator="previz").shots[1].segments[0]
    projector = Projector(folder, {"film/sea.mp4": reel}, film_size, Fraction(24))
    after = replace(before, size=native_size, prefix=1, frames=FrameRange(-1, 8))
    return projector.handed_on(before, Fraction(4, 24), after)[0], (x / reel_size[0], y / reel_size[1])


@pytest.mark.parametrize(
    ("reel_size", "film_size", "native_size"),
    [
        ((128, 72), (64, 36), (64, 36)),
        ((128, 72), (64, 36), (64, 48)),
        ((256, 144), (128, 72), (64, 48)),
        ((128, 128), (64, 36), (64, 48)),
    ],
)
def test_what_the_film_shows_stands_where_the_next_shot_has_it(folder, reel_size, film_size, native_size):
    picture, (across, down) = handed(reel_size, film_size, native_size, folder)
    assert picture.shape == (native_size[1], native_size[0], 3)
    rows, columns = np.nonzero(picture[..., 0] > 150)
    scale = native_size[0] / film_size[0]
    cover = max(film_size[0] / reel_size[0], film_size[1] / reel_size[1])
    x = native_size[0] / 2 + (across - 0.5) * reel_size[0] * cover * scale
    y = native_size[1] / 2 + (down - 0.5) * reel_size[1] * cover * scale
    near = np.abs(rows + 0.5 - y) < 6 * scale * cover + 2
    assert columns[near].mean() + 0.5 == pytest.approx(x, abs=0.6)
    assert rows[near].mean() + 0.5 == pytest.approx(y, abs=0.6)
    assert picture.min() > 10, "beyond the film's picture there is more of the file, or its reflection: never black"


# --- sound that comes with clips ------------------------------------------------------------------------------------------


class Singer:
    """A generator whose clips bring a tone that goes on through the shot: frame k is heard at k / fps."""

    capabilities = Capabilities(
        name="singer",
        version="1",
        licence="MIT",
        grid=FrameGrid(step=8, longest=17),
        prefix=9,
        audio=True,
        invents=False,
    )

    def __init__(self, more=0, channels=2, value=None):
        self.more, self.channels, self.value = more, channels, value

    def generate(self, request, /, on_progress):  # noqa: ARG002
        plan = request.plan
        frames = np.full((plan.length, *plan.size[::-1], 3), 90, np.uint8)
        if request.prefix is not None:
            frames[: plan.prefix] = request.prefix
        at = plan.frames.start * 2000 + np.arange(plan.length * 2000 + self.more)
        sound = 0.2 * np.sin(2 * np.pi * 300 * at / 48000) if self.value is None else np.full(len(at), self.value)
        return Clip(frames, {}, Waveform(np.repeat(sound[None], self.channels, axis=0).astype(np.float32)))


SUNG = LIST[: LIST.index("  - shot: sea")].replace("12f", "2s")


@pytest.mark.parametrize(
    ("more", "note"), [(0, None), (-2000, "padded by 2000 samples"), (2500, "cut by 2500 samples")]
)
def test_clips_of_a_shot_sound_as_one(folder, tmp_path, own_cache, more, note):
    rehearsal, maker = rehearse(read(SUNG, folder)), Singer(more, channels=1)
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    assert len(plan.segments) > 4
    film = render_film(rehearsal, plan, maker, Store(own_cache), tmp_path, None, RenderOptions())
    sound = media.read_sound(film.path).samples
    at = np.arange(96000)
    inside = slice(2000, 93000)
    expected, heard = np.sin(2 * np.pi * 300 * at / 48000)[inside], sound[0, inside]
    gain = (heard * expected).sum() / (expected**2).sum()
    assert loudness_lufs(Waveform(sound[:, :96000])) == pytest.approx(-16, abs=0.2), "as films are"
    assert np.abs(heard / gain - expected).max() < 0.1, "of its level"
    store = Store(own_cache)
    notes = [json.loads(path.read_text())["notes"] for path in store.root.glob("*/*/entry.json")]
    (delivery,) = (entry for entry in notes if "shot" in entry)
    fitted = [f"the sound of `{segment.id}` was {note} to the picture's length" for segment in plan.segments]
    assert delivery.get("sound", []) == (fitted if note else [])


def test_sound_that_is_none_is_refused(folder, tmp_path, own_cache):
    rehearsal, maker = rehearse(read(SUNG, folder)), Singer(value=np.nan)
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    said = (
        r"made sound of float32 \(2, \d+\) that is not all finite for segment `first/0`; expected samples in \[-1, 1\]"
    )
    with pytest.raises(GeneratorError, match=said):
        render_film(rehearsal, plan, maker, Store(own_cache), tmp_path, None, RenderOptions())


def test_an_overlap_is_heard_once_and_fades_over_its_last_20_ms():
    one, two = (np.full((2, 4800), value, np.float32) for value in (0.1, 0.3))
    heard = joined([ClipSound(0, one), ClipSound(2400, two, overlap=2400)], 7200)[0]
    assert np.allclose(heard[: 4800 - 960], 0.1)
    assert np.allclose(heard[4800:], 0.3)
    assert (np.diff(heard[4800 - 960 : 4800]) >= -1e-6).all()
    before = joined([ClipSound(-2400, one, overlap=2400), ClipSound(2400, two)], 9600)[0]
    assert np.allclose(before, [0.1] * 2400 + [0.3] * 4800 + [0.0] * 2400), "what comes before the shot is not heard"


def test_a_shot_without_sound_of_its_own_keeps_the_bed(folder, tmp_path, own_cache):
    film = composer.compose(read(ALONE.replace("sea.mp4", "silent.mp4"), folder), out=tmp_path, generator="previz")
    heard = media.read_sound(film.path).samples[0, 4800:40000]
    wind = ambience("yard", ["wind"], 0, tmp_path).read(4800, 40000)[0]
    assert np.corrcoef(heard, wind)[0, 1] > 0.97
    assert not any(SOUND in path.name for path in own_cache.rglob("*.wav"))


# --- what the list may say ---------------------------------------------------------------------------------------------------


def told(text, folder):
    """The faults of a list, as they are printed."""
    try:
        faults = rehearse(read(text, folder)).faults
    except ShotListError as error:
        faults = error.faults
    return "\n".join(render(fault) for fault in faults)


def test_the_whole_file_is_shown_when_no_moment_is_named(folder):
    shotlist = read(LIST.replace(", in: 0.5s, out: 1.5s", ""), folder)
    plan = composer.plan(shotlist, generator="previz")
    assert len(plan.shots[1].frames) == 72
    assert plan.shots[2].frames.start == 84
    assert shotlist.shots[1].footage.out.amount == 3


FAULTS = [
    (
        ("out: 1.5s}", "out: 1.5s}\n    duration: 2s"),
        """\
list.yaml:19:5: error: `footage` lasts from its `in` to its `out`, and `duration` says how long, too [over-determined]
    duration: 2s
    ^^^^^^^^
  expected one or the other""",
    ),
    (
        ("    duration: 12f\n    camera: WS tower\n", "    camera: WS tower\n"),
        """\
list.yaml:13:5: error: shot `first` has no `duration` [missing-key]
  - shot: first
    ^^^^
  expected `duration: …`""",
    ),
    (
        ("out: 1.5s}", "out: 0.5s}"),
        """\
list.yaml:18:50: error: `out` is at 0.5 s of the file, and `in` at 0.5 s [footage-times]
    footage: {file: film/sea.mp4, in: 0.5s, out: 0.5s}
                                                 ^^^^
  expected more than `0.5s`""",
    ),
    (
        ("out: 1.5s}", "out: 3.5s}"),
        """\
list.yaml:18:50: error: `out` is at 3.5 s, and `film/sea.mp4` ends at 3 s [footage-times]
    footage: {file: film/sea.mp4, in: 0.5s, out: 3.5s}
                                                 ^^^^
  expected at most `3s`""",
    ),
    (
        ("in: 0.5s, out: 1.5s", "in: 3s"),
        """\
list.yaml:18:39: error: `in` is at 3 s, and `film/sea.mp4` ends at 3 s [footage-times]
    footage: {file: film/sea.mp4, in: 3s}
                                      ^^
  expected less than `3s`""",
    ),
    (
        ("out: 1.5s}", "out: 1.5s}\n    camera: WS tower"),
        """\
list.yaml:19:5: error: footage shows what its own camera saw, and `camera` asks for another [over-determined]
    camera: WS tower
    ^^^^^^
  expected one or the other""",
    ),
    (
        ("out: 1.5s}", "out: 1.5s}\n    join: last_frames"),
        """\
list.yaml:19:11: error: footage is what it is: it cannot go on from the final frames of another shot [join]
    join: last_frames
          ^^^^^^^^^^^
  expected no `join`. The shot after it can go on from its final frames""",
    ),
    (
        ("out: 1.5s}", "out: 1.5s}\n    expect: {ada: in_frame}"),
        """\
list.yaml:19:19: error: who is in the picture of footage is not known: `in_frame` cannot be told [expect]
    expect: {ada: in_frame}
                  ^^^^^^^^
  expect it of a shot with a `camera`""",
    ),
    (
        ("    camera: {frame: WS tower, from: west}\n", ""),
        """\
list.yaml:19:5: error: shot `after` has no camera [missing-key]
  - shot: after
    ^^^^
  footage has no last pose to go on from.
  expected a size and whom it is on, such as `camera: MS mara`""",
    ),
    (
        ("{frame: WS tower, from: west}", "{move: dolly in 1m}"),
        """\
list.yaml:22:5: error: the camera of shot `after` frames nothing [missing-key]
    camera: {move: dolly in 1m}
    ^^^^^^
  footage has no last pose to go on from.
  expected a size and whom it is on, such as `frame: MS mara`""",
    ),
    (
        ("{file: film/sea.mp4, in: 0.5s, out: 1.5s}", "film/sea.mp4"),
        """\
list.yaml:18:14: error: `footage` is a text, not a mapping [kind]
    footage: film/sea.mp4
             ^^^^^^^^^^^^
  expected `key: value` lines, indented""",
    ),
    (
        ("film/sea.mp4", "film/sea.gif"),
        """\
list.yaml:18:21: error: `film/sea.gif` is no video [video]
    footage: {file: film/sea.gif, in: 0.5s, out: 1.5s}
                    ^^^^^^^^^^^^
  expected a file such as `film/sea.mp4`; .mp4, .mov, .m4v, .mkv, .webm are read""",
    ),
    (
        ("film/sea.mp4", "../sea.mp4"),
        """\
list.yaml:18:21: error: `../sea.mp4` is outside the folder of the shot list [outside]
    footage: {file: ../sea.mp4, in: 0.5s, out: 1.5s}
                    ^^^^^^^^^^
  files are read from that folder and below. Did you mean `sea.mp4`?""",
    ),
    (
        ("film/sea.mp4", "film/hdr.mp4"),
        """\
list.yaml:18:21: error: `hdr.mp4` is HDR (PQ), and films here are not [hdr]
    footage: {file: film/hdr.mp4, in: 0.5s, out: 1.5s}
                    ^^^^^^^^^^^^
  expected standard range: have another tool convert it to BT.709""",
    ),
    (
        ("{file: film/sea.mp4, in: 0.5s, out: 1.5s}", "{file: film/sea.mp4, start: 1s}"),
        """\
list.yaml:18:35: error: unknown key `start` in the footage of shot `sea` [unknown-key]
    footage: {file: film/sea.mp4, start: 1s}
                                  ^^^^^
  expected one of: file, in, out""",
    ),
    (
        ("{file: film/sea.mp4, in: 0.5s, out: 1.5s}", "{in: 0.5s}"),
        """\
list.yaml:18:5: error: the footage of shot `sea` has no `file` [missing-key]
    footage: {in: 0.5s}
    ^^^^^^^
  expected `file: …`""",
    ),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS, ids=[str(k) for k in range(len(FAULTS))])
def test_what_is_wrong_is_told_at_its_place(folder, change, expected):
    assert told(LIST, folder) == ""
    text = LIST.replace(*change, 1)
    assert text != LIST
    assert told(text, folder) == expected
