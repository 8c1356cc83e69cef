"""Edits in a plan and in a film: what they take, what they generate (nothing), and how the frames come out."""

import json
import re
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from reels import flat, write_reel

import composer
from composer import media
from composer.composing import rehearse
from composer.composing.dissolving import Alignment
from composer.composing.editing import delivery_clips
from composer.composing.recording import read_record
from composer.conform import camera_between, morphed
from composer.errors import ShotListError, UsageError
from composer.planning import plan_json
from composer.printing import plan_lines
from composer.schema.edits import Edit, parse_edit, parse_out
from composer.schema.quantities import Time
from composer.shade import Shader
from composer.timing import FrameRange
from composer.types import DissolvePlan, FadePlan

YARD = """\
title: Yard
size: 128x72
places:
  yard:
    look: brewery yard
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick water tower}
      shed: {box: 6 x 4 x 3m, look: green timber shed, right_of: tower, gap: 3m}
  office:
    anchors:
      desk: {box: 2 x 1 x 1m, look: oak}
subjects:
  ada: {person: 1.70m, look: brewer in a yellow apron, in_front_of: tower, gap: 4m}
shots:
"""
ONE = "  - {shot: one, duration: 1s, camera: {frame: WS tower shed, height: 8m}, motion: {ada: walk to shed}}\n"
TWO = "  - {shot: two, duration: 1s, EDIT, camera: {frame: WS tower shed, height: 8m, from: SIDE}}\n"


def listed(edit, side="160deg", first=ONE, more=""):
    return YARD + first + TWO.replace("EDIT", edit).replace("SIDE", side) + more


def planned(*told, **more):
    return composer.plan(composer.read(listed(*told, **more)), generator="previz")


def edits_told(plan):
    return [line for line in plan_lines(plan) if line.startswith("edit:")]


# --- the language -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("cut", Edit()),
        ("match  cut", Edit("match cut")),
        ("dissolve 1s", Edit("dissolve", Time(Fraction(1)))),
        ("dissolve 12f linear", Edit("dissolve", Time(Fraction(12), in_frames=True), blend="plain", linear=True)),
        ("dissolve 0.5s linear plain", Edit("dissolve", Time(Fraction(1, 2)), blend="plain", linear=True)),
        ("dissolve 1s aligned", Edit("dissolve", Time(Fraction(1)), blend="aligned")),
        ("fade 1s", Edit("fade", Time(Fraction(1)))),
        ("fade 1s from white", Edit("fade", Time(Fraction(1)), "white")),
    ],
)
def test_edits_are_read(text, edit):
    assert parse_edit(text) == edit
    assert parse_edit(edit) is edit


def test_ends_are_read():
    assert parse_out("fade 1.5s to white") == Edit("fade", Time(Fraction(3, 2)), "white")
    assert parse_out(None) is None


# --- planning ---------------------------------------------------------------------------------------------------------


def test_the_film_is_as_long_as_its_shots_whatever_its_edits():
    plan = planned("edit: dissolve 0.5s, out: fade 10f to white")
    assert plan.frames == planned("edit: cut").frames == 48
    one, two = plan.shots
    assert two.dissolve == DissolvePlan(FrameRange(24, 36), aligned=True, shared=two.dissolve.shared)
    assert two.fade_out == FadePlan(FrameRange(38, 48), "white")
    assert (one.handle, one.starts, two.starts) == (12, {0, 24}, {0, 12, 14, 24})
    document = plan_json(plan)["shots"]
    assert "dissolve" not in document[0]
    assert document[1]["dissolve"]["frames"] == [24, 36]
    assert document[1]["fade_out"] == {"frames": [38, 48], "colour": "white"}


def test_a_dissolve_makes_the_handle_before_it_longer_and_no_other():
    within, beyond = planned("edit: dissolve 12f"), planned("edit: dissolve 13f")
    assert [shot.handle for shot in within.shots] == [12, 12]
    assert [shot.handle for shot in beyond.shots] == [13, 12]
    assert within.segments[1] == beyond.segments[1]
    assert [len(plan.segments[0].frames) for plan in (within, beyond)] == [36, 37]
    assert edits_told(within)[0].endswith("frames 24-36")
    assert edits_told(beyond)[0].endswith("frames 24-37; the handle of one is 13 frames")


def test_edits_are_told_with_their_frames():
    first = ONE.replace("duration: 1s", "duration: 1s, edit: fade 6f from white")
    more = "  - {shot: last, duration: 1s, place: office, edit: dissolve 6f linear, out: fade 12f, camera: WS desk}\n"
    assert edits_told(planned("edit: match cut", first=first, more=more)) == [
        "edit: one comes up from white, frames 0-6",
        "edit: one matches two at frame 24",
        "edit: two dissolves into last in linear light, frames 48-54",
        "edit: last goes down to black, frames 60-72",
    ]


@pytest.mark.parametrize(
    ("edit", "side", "aligned"),
    [
        ("dissolve 12f", "160deg", True),
        ("dissolve 12f", "north", False),
        ("dissolve 12f plain", "160deg", False),
        ("dissolve 12f linear", "160deg", False),
        ("dissolve 12f aligned", "north", True),
    ],
)
def test_a_dissolve_is_aligned_where_both_shots_show_enough(edit, side, aligned):
    dissolve = planned(f"edit: {edit}", side).shots[1].dissolve
    assert dissolve.aligned is aligned
    if edit.endswith("12f"):
        assert dissolve.shared > 0


@pytest.mark.parametrize("apart", ["time: later 1s", "place: office", "light: night"])
def test_a_dissolve_between_two_times_places_or_lights_is_plain(apart):
    side = "160deg" if apart != "place: office" else "south"
    text = listed(f"edit: dissolve 12f, {apart}", side)
    if apart == "place: office":
        text = text.replace("frame: WS tower shed, height: 8m, from: south", "frame: WS desk")
    assert not composer.plan(composer.read(text), generator="previz").shots[1].dissolve.aligned


def test_a_match_cut_that_does_not_match_is_told_with_figures():
    def told(frame):
        text = listed("edit: match cut").replace("WS tower shed, height: 8m, from", f"{frame}, height: 8m, from")
        return [fault for fault in composer.check(composer.read(text)) if fault.code == "match-cut"]

    assert not told("WS tower shed")
    (fault,) = told("CU shed")
    assert fault.severity == "warning"
    assert fault.message.startswith("from `one` to `two` what is framed ")
    assert re.search(r"becomes \d(\.\d)? times as large", fault.message)
    assert fault.expected == (
        "a match cut keeps it in place: within 8% of its width, and at most 1.25 times as large or small",
    )


def test_a_dissolve_from_footage_needs_frames_that_its_file_has(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_reel(tmp_path / "sea.mp4", [flat(40 + n) for n in range(30)])
    first = "  - {shot: sea, footage: {file: sea.mp4, out: OUT}}\n"

    def faults(out, edit):
        (tmp_path / "list.yaml").write_text(listed(f"edit: {edit}", "south", first=first.replace("OUT", out)))
        return [(fault.message, fault.expected) for fault in composer.check(composer.load("list.yaml"))]

    assert faults("1s", "dissolve 6f") == []
    assert faults("1s", "dissolve 7f") == [
        (
            "a dissolve of 0.292 s from `sea`, whose file goes on for 6 frames after its end",
            ("Did you mean `dissolve 6f`?",),
        )
    ]
    assert faults("1.25s", "dissolve 7f") == [
        (
            "a dissolve of 0.292 s from `sea`, whose file goes on for no frame after its end",
            ("end it earlier: give its `footage` an `out`",),
        )
    ]


# --- generating -------------------------------------------------------------------------------------------------------


def test_edits_generate_nothing(room):
    room.begin()
    room.edit("shot: s01\n    duration: 0.3s", "shot: s01\n    duration: 0.3s\n    edit: fade 0.2s")
    room.edit(
        "shot: s05\n    duration: 0.3s", "shot: s05\n    duration: 0.3s\n    edit: dissolve 0.2s\n    out: fade 2f"
    )
    told = room.told()
    assert told.splitlines()[0].endswith("no segment would render, 5 kept")
    assert "renders nothing: shots.s05.edit: added dissolve 0.2s" in told
    assert told.splitlines()[-1] == "only the film is put together anew"
    assert room.render() == []
    room.edit("edit: dissolve 0.2s", "edit: dissolve 0.1s linear")
    assert room.render() == []


def test_a_longer_dissolve_renders_the_shot_before_it_alone_where_its_clip_has_no_frames_left(room):
    """The generator's clips have 8 k + 1 frames at half the film's rate: some are long enough as they are."""
    text = listed("edit: cut", "south", first=ONE.replace("1s", "28f")).replace("1s,", "28f,")
    room.write(text)
    assert room.render() == ["one/0", "two/0"]
    clip = read_record(room.out).segments["two/0"].content
    room.edit("edit: cut", "edit: dissolve 20f")
    assert room.render() == [], "28 + 20 film frames are 25 of its own"
    room.edit("edit: dissolve 20f", "edit: dissolve 28f plain")
    assert room.diff().renders[0] == "one/0"
    made = room.render()
    assert made[0] == "one/0"
    assert read_record(room.out).segments["one/0"].content != clip


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    out = tmp_path_factory.mktemp("film")
    first = ONE.replace("duration: 1s", "duration: 1s, edit: fade 6f")
    shotlist = composer.read(listed("edit: dissolve 12f, out: fade 6f to white", first=first))
    return composer.compose(shotlist, out=out, generator="previz", cache=out / "cache"), shotlist


def test_a_film_fades_dissolves_along_the_geometry_and_ends_in_white(film):
    rendered, shotlist = film
    shown = list(media.read_frames(rendered.path))
    one, two = rendered.clip("one").frames, rendered.clip("two").frames
    assert len(shown) == 48
    assert shown[0].max() <= 2
    assert shown[47].min() >= 253
    assert np.array_equal(shown[10], one[10])
    assert np.array_equal(shown[40], two[16])
    blend = Alignment(rehearse(shotlist), *rendered.plan.shots, (128, 72))
    meant = blend(5, one[24 + 5], two[5])
    plain = cv2.addWeighted(one[24 + 5], 7 / 13, two[5], 6 / 13, 0)
    apart, plainly = (np.abs(shown[29].astype(int) - picture).mean() for picture in (meant, plain))
    assert 2 * apart < plainly, "x264 takes its toll of small pictures"


def test_what_is_burnt_in_is_not_warped(film):
    rendered, shotlist = film
    for drawn_over in (False, True):
        _, two = delivery_clips(rehearse(shotlist), rendered.plan, [rendered.path] * 2, drawn_over=drawn_over)
        assert (two.dissolve.blend is None) is drawn_over


def test_where_edits_are_is_in_the_plan_of_the_folder(film):
    shots = json.loads((film[0].folder / "plan.json").read_text())["shots"]
    assert (shots[0]["fade_in"], shots[1]["fade_out"]) == (
        {"frames": [0, 6], "colour": "black"},
        {"frames": [42, 48], "colour": "white"},
    )


def views(side="160deg"):
    """Two cameras at one moment, what they see, and what the one between them would."""
    shotlist = composer.read(listed("edit: dissolve 12f", side).replace("128x72", "256x144"))
    known = rehearse(shotlist)
    shader = Shader(known.scenes["yard"], "day")

    def seen(camera):
        return shader(known.scenes["yard"].cast(camera, (256, 144), state), camera, state)

    tracks = (known.at("one", [Fraction(1)], (256, 144)), known.at("two", [Fraction(0)], (256, 144)))
    cameras, state = (tracks[0][0][0], tracks[1][0][0]), tracks[1][1][0]
    pictures = seen(cameras[0]), seen(cameras[1])
    return known.scenes["yard"], cameras, state, pictures, seen(camera_between(*cameras, 0.5))


def decibels(picture, meant):
    return 10 * np.log10(255**2 / np.mean((picture.astype(float) - meant) ** 2))


def test_an_aligned_blend_is_what_a_camera_between_would_see():
    scene, cameras, state, pictures, meant = views()
    aligned = morphed(scene, cameras, state, pictures, 0.5)
    plain = cv2.addWeighted(pictures[0], 0.5, pictures[1], 0.5, 0)
    assert decibels(aligned, meant) > decibels(plain, meant) + 4.7, "27.8 dB against 23.1 by optical flow"
    assert decibels(morphed(scene, cameras, state, pictures, 0.0), pictures[0]) > 40
    assert decibels(morphed(scene, cameras, state, pictures, 1.0), pictures[1]) > 40


def test_the_cameras_between_go_straight_and_turn_evenly():
    _, (one, two), _, _, _ = views()
    half = camera_between(one, two, 0.5)
    T_one, T_half, T_two = (camera.T_world_camera for camera in (one, half, two))
    assert np.allclose(T_half[:3, 3], (T_one[:3, 3] + T_two[:3, 3]) / 2)
    assert np.allclose(T_one[:3, :3].T @ T_half[:3, :3], T_half[:3, :3].T @ T_two[:3, :3])
    assert half.K[0, 0] == pytest.approx(np.sqrt(one.K[0, 0] * two.K[0, 0]))
    for share, end in ((0.0, one), (1.0, two)):
        assert np.allclose(camera_between(one, two, share).T_world_camera, end.T_world_camera)


# --- presets ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def presets(tmp_path_factory):
    """The same film by each preset that changes it, one after the other in one folder."""
    out = tmp_path_factory.mktemp("presets")
    shotlist = composer.read(listed("edit: dissolve 12f plain, out: fade 6f").replace("duration: 1s", "duration: 18f"))
    made = {}
    for name in ("lossless", "prores", "hevc", "av1"):
        rendered = composer.compose(shotlist, out=out, generator="previz", preset=name, cache=out / "cache")
        kept = out / f"{name}{rendered.path.suffix}"
        kept.write_bytes(rendered.path.read_bytes())
        made[name] = kept, rendered
    return out, made


def test_lossless_keeps_the_very_codes_and_others_come_from_those(presets):
    _, made = presets
    pictures = {name: list(media.read_frames(path)) for name, (path, _) in made.items()}
    natives = made["lossless"][1]
    one, two = (list(media.read_frames(natives.folder / "clips" / f"{name}.mp4")) for name in ("one", "two"))
    assert all(map(np.array_equal, pictures["lossless"][:18], one))
    mixed = cv2.addWeighted(one[18 + 2], 10 / 13, two[2], 3 / 13, 0)
    assert np.array_equal(pictures["lossless"][20], mixed)
    for name, least in (("prores", 40), ("hevc", 32), ("av1", 28)):
        pairs = zip(pictures[name], pictures["lossless"], strict=True)
        assert np.mean([decibels(a, b + 1e-3) for a, b in pairs]) > least, name


@pytest.mark.parametrize(
    ("name", "codec", "sound"),
    [("hevc", "hevc", "aac"), ("av1", "libdav1d", "aac"), ("prores", "prores", "pcm_s24le"), ("lossless", "h264", "pcm_s24le")],
)  # fmt: skip
def test_presets_are_what_they_say(presets, name, codec, sound):
    path = presets[1][name][0]
    assert {"hevc": b"hvc1", "av1": b"av01", "prores": b"apch", "lossless": b"avc1"}[name] in path.read_bytes()
    with av.open(str(path)) as container:
        picture, track = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, track.codec_context.name) == (codec, sound)
        assert picture.frames == 36
        if name != "lossless":
            context = picture.codec_context
            assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        times = [frame.pts * picture.time_base for frame in container.decode(picture)]
    assert times == [Fraction(n, 24) for n in range(36)]


def test_another_preset_renders_nothing_and_leaves_one_film(presets):
    out, made = presets
    assert [rendered.made for _, rendered in made.values()] == [2, 0, 0, 0]
    assert sorted(path.name for path in out.glob("film.*")) == ["film.mp4"]


def test_a_preset_that_is_not_there_is_named_before_anything_renders(tmp_path):
    shotlist = composer.read(listed("edit: cut"))
    hardware = media.hardware_encoders()
    there = ", ".join([*media.PRESETS, *hardware])
    with pytest.raises(UsageError) as refused:
        composer.compose(shotlist, out=tmp_path / "out", preset="vp8")
    assert str(refused.value) == f"there is no preset `vp8`; expected one of: {there}"
    absent = next(name for name in media.HARDWARE if name not in hardware)
    with pytest.raises(UsageError, match=f"^this machine has no encoder `{absent}`; expected one of: h264, hevc"):
        composer.compose(shotlist, out=tmp_path / "out", preset=absent)
    assert not (tmp_path / "out").exists()


def test_faults_of_edits_stop_a_plan():
    with pytest.raises(ShotListError, match="a dissolve of 2 s from `one` \\(1 s\\) into `two` \\(1 s\\)"):
        planned("edit: dissolve 2s")
