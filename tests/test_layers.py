"""Layers over a film: what they read, that only deliveries show them, and that an editor gets them alone."""

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import cv2
import jsonschema
import numpy as np
import pytest
from ruamel.yaml import YAML

import composer
from composer import ShotListError, media
from composer.composing import rehearse
from composer.composing.layered import shot_layers
from composer.composing.readings import NONE, Readings
from composer.errors import UsageError
from composer.overlay import FIGURE_SPACE, Gauge, Lines, lay_over
from composer.schema.readings import parse_reading, parse_template
from composer.shotlist import json_schema, named_files, render

YARD = """\
title: Yard
size: 128x72
places:
  yard:
    anchors:
      tower: {box: 2 x 2 x 4m}
      wall: {box: 0.4 x 6 x 2m, at: [9, -6]}
    marks:
      far: {at: [-8, -6]}
  cellar: {room: 4 x 4 x 2.5m}
subjects:
  ada: {person: 1.70m, at: [0, -4]}
  ball: {sphere: 0.4m, mass: 5kg, material: rubber, at: [6, -6], looks: {worn: scuffed}}
  ghost: {person: 1.70m, place: cellar, at: [0, 0]}
styles:
  film: muted teal
  game: {look: flat, layers: [hud]}
layers:
  hud:
    - {text: "ADA {ada.speed km/h 0.1}", at: top-left}
    - {bar: ball.speed, full: 5m/s, at: bottom-left}
  card: {title: "Yard\\n{shot}", for: 0.5s, in: fade 4f, out: fade 4f}
shots:
  - shot: first
    duration: 1s
    camera: {frame: WS tower, from: south}
    motion: {ada: walk to far, ball: push east at 4m/s}
    becomes: {ball: worn at contact with wall}
  - shot: second
    duration: 1s
    style: game
    camera: {frame: WS tower, from: south}
  - shot: again
    duration: 1s
    time: same as first + 0.25s
    style: game
    layers: card
    camera: {frame: WS tower, from: south}
"""


@pytest.fixture(scope="module")
def rehearsal():
    known = rehearse(composer.read(YARD, "yard.yaml"))
    known.raise_errors()
    return known


def readings(rehearsal, shot, frames=36):
    return Readings(rehearsal, rehearsal.slate(shot), frames)


def values(rehearsal, shot, state, frames=36):
    return readings(rehearsal, shot, frames).values(parse_reading(state))


def written(rehearsal, shot, state, frames=36):
    return readings(rehearsal, shot, frames).written(parse_reading(state))


# --- what is read -------------------------------------------------------------------------------------------------------


def test_speeds_are_those_of_the_story(rehearsal):
    speeds = values(rehearsal, "second", "ada.speed")
    assert speeds[4] == pytest.approx(1.4, abs=0.01)
    assert values(rehearsal, "first", "ball.speed")[1] == pytest.approx(4.0, abs=0.05)
    course = rehearsal.story.courses["ball"]
    exact = np.linalg.norm(course.track(np.array([1 + 7 / 24])).linear_m_s[0])
    assert values(rehearsal, "second", "ball.speed")[7] == pytest.approx(float(exact))


def test_a_shot_that_shows_a_moment_again_reads_what_was_so_then(rehearsal):
    for state in ("ball.speed", "ball.impact", "ball.hits", "ada.distance.tower", "ada.height", "story.time"):
        assert values(rehearsal, "again", state, 18) == values(rehearsal, "first", state, 24)[6:], state
    assert written(rehearsal, "again", "ball.look", 18) == written(rehearsal, "first", "ball.look", 24)[6:]


def test_hits_and_impact_are_those_of_the_contacts_so_far(rehearsal):
    blows = [c for c in rehearsal.story.contacts["yard"] if c.kind == "blow" and "ball" in c.bodies]
    wall = next(c for c in blows if "wall" in c.bodies)
    frame = int(np.ceil(wall.time_s * 24))
    assert 0 < frame < 36
    hits, impact = (values(rehearsal, "first", f"ball.{what}") for what in ("hits", "impact"))
    before = [c for c in blows if c.time_s <= (frame - 1) / 24]
    assert hits[frame - 1] == len(before)
    assert hits[frame] > hits[frame - 1]
    assert impact[frame] >= wall.impulse_n_s > max((c.impulse_n_s for c in before), default=0)
    assert impact == sorted(impact), "the largest yet"
    looks = written(rehearsal, "first", "ball.look")
    assert (looks[frame - 1], looks[frame]) == ("plain", "worn")


def test_distances_run_from_edge_to_edge(rehearsal):
    away = values(rehearsal, "first", "ball.distance.wall")
    assert away[0] == pytest.approx(9 - 0.2 - 6 - 0.2, abs=1e-6)
    assert min(away) < 0.1
    assert values(rehearsal, "first", "ball.distance.ada")[0] == pytest.approx(np.hypot(6, 2) - 0.2 - 0.25, abs=1e-3)
    to_mark = values(rehearsal, "first", "ada.distance.far")
    assert to_mark[0] == pytest.approx(np.hypot(8, 2) - 0.25, abs=1e-3)


def test_what_is_not_in_one_place_has_no_distance(rehearsal):
    assert written(rehearsal, "first", "ada.distance.ghost", 2) == [NONE] * 2
    assert written(rehearsal, "first", "ghost.distance.wall", 2) == [NONE] * 2
    assert written(rehearsal, "first", "ghost.speed", 2) == ["0.0\u00a0m/s"] * 2


def test_heights_are_those_of_the_underside(rehearsal):
    assert values(rehearsal, "first", "ball.height", 1)[0] == pytest.approx(0, abs=1e-6)
    assert values(rehearsal, "first", "ada.height", 1)[0] == pytest.approx(0, abs=1e-6)


def test_clocks_count_from_and_to_the_ends(rehearsal):
    assert values(rehearsal, "second", "film.time", 25)[::24] == [1.0, 2.0]
    assert values(rehearsal, "second", "film.left", 25)[::24] == [2.0, 1.0]
    assert values(rehearsal, "again", "shot.left")[24:] == [0.0] * 12, "nothing is left in the tail handle"
    assert written(rehearsal, "again", "film.left 0.1", 2) == ["0:01.0", "0:01.0"]
    assert written(rehearsal, "again", "shot.left", 36)[::12] == ["0:01", "0:01", "0:00"]
    assert written(rehearsal, "first", "shot.time f", 3) == [f"{k}\u00a0f" for k in range(3)]
    assert written(rehearsal, "again", "shot", 1) == ["again"]


def test_numbers_are_rounded_as_asked_and_all_as_wide(rehearsal):
    texts = written(rehearsal, "first", "ball.speed km/h 0.1")
    assert texts[0] == "14.4\u00a0km/h"
    assert len(set(map(len, texts))) == 1
    assert any(FIGURE_SPACE in text for text in texts)
    assert {float(text.split("\u00a0")[0]) % 5 for text in written(rehearsal, "first", "ball.speed km/h 5")} == {0.0}
    assert written(rehearsal, "first", "ball.impact Ns", 1)[0].strip(FIGURE_SPACE) == "0\u00a0N s"


def test_a_brace_is_written_twice():
    template = parse_template("{{x}} {shot}!")
    assert template.parts[0] == "{x} "
    assert [reading.what for reading in template.readings] == ["shot"]


# --- items --------------------------------------------------------------------------------------------------------------


def test_layers_of_the_style_come_first_then_those_of_the_shot(rehearsal):
    names = {slate.name: [layer.name for layer in shot_layers(rehearsal, slate, 36)] for slate in rehearsal.slates}
    assert names == {"first": [], "second": ["hud"], "again": ["hud", "card"]}


def test_items_are_as_the_list_has_them(rehearsal):
    hud, card = shot_layers(rehearsal, rehearsal.slate("again"), 36)
    text, bar = hud.items
    assert isinstance(text.shows[0], Lines)
    assert (text.at, text.stop, len(text.shows)) == ("top-left", None, 36)
    speeds = values(rehearsal, "again", "ball.speed")
    assert [shown.share for shown in bar.shows] == [pytest.approx(min(v / 5, 1), abs=1e-6) for v in speeds]
    (title,) = card.items
    assert title.shows[0] == Lines(("Yard", "again"))
    assert (title.at, title.start, title.stop) == ("centre", 0.0, 12.0)
    assert (title.coming.kind, title.coming.frames, title.going.frames) == ("fade", 4.0, 4.0)


def test_a_bar_of_the_films_time_is_full_at_its_end():
    text = YARD.replace("{bar: ball.speed, full: 5m/s, at: bottom-left}", "{dial: film.time, at: right, label: film}")
    rehearsal = rehearse(composer.read(text, "yard.yaml"))
    (hud, _) = shot_layers(rehearsal, rehearsal.slate("again"), 36)
    dial = hud.items[1].shows
    assert (dial[0].share, dial[24].share) == (pytest.approx(2 / 3, abs=1e-6), 1.0)
    assert dial[0] == Gauge(dial[0].share, "2.0", "s", "film")


# --- the film -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def films(tmp_path_factory):
    """The list rendered with its layers, with others, and with none, one after the other over one store."""
    cache, out = tmp_path_factory.mktemp("cache"), tmp_path_factory.mktemp("films")
    texts = {
        "layers": YARD,
        "others": YARD.replace("ADA", "SHE").replace("full: 5m/s", "full: 9m/s"),
        "none": YARD.replace(", layers: [hud]", "").replace("    layers: card\n", ""),
    }
    return {
        name: composer.compose(composer.read(text, "yard.yaml"), generator="previz", out=out / name, cache=cache)
        for name, text in texts.items()
    }


def frames_of(film, shot):
    return list(media.read_frames(film.folder / "clips" / f"{shot}.mp4"))


def test_a_changed_layer_calls_no_generator(films):
    assert films["layers"].made == 3
    assert [(films[name].made, films[name].kept) for name in ("others", "none")] == [(0, 3), (0, 3)]


def test_only_the_shots_that_have_a_layer_are_delivered_anew(films):
    clips = {
        name: {shot: (film.folder / "clips" / f"{shot}.mp4").read_bytes() for shot in ("first", "second", "again")}
        for name, film in films.items()
    }
    assert clips["layers"]["first"] == clips["none"]["first"] == clips["others"]["first"]
    for shot in ("second", "again"):
        assert len({clips[name][shot] for name in films}) == 3, shot


def test_layers_lie_over_what_was_generated_and_over_the_tail_handle(films, rehearsal):
    plain, seen = (frames_of(films[name], "second") for name in ("none", "layers"))
    assert len(plain) == len(seen) == 36
    expected = list(lay_over(plain, shot_layers(rehearsal, rehearsal.slate("second"), 36)))
    for k in (0, 23, 24, 35):
        changed = (expected[k] != plain[k]).any(axis=2)
        assert changed.any(), "there is something in front of it"
        assert np.abs(seen[k][changed].astype(int) - expected[k][changed]).mean() < 9, "what is encoded is that"
        assert np.abs(seen[k].astype(int) - plain[k])[changed].mean() > 12


def test_an_animatic_has_its_strip_in_front_and_the_layers_above_it(tmp_path):
    plain, seen = (
        frames_of(composer.previz(composer.read(text, "yard.yaml"), out=tmp_path / name), "second")[0].astype(int)
        for name, text in (
            ("plain", YARD.replace(", layers: [hud]", "").replace("    layers: card\n", "")),
            ("hud", YARD),
        )
    )
    rows = np.flatnonzero((np.abs(seen - plain).max(axis=2) > 60).any(axis=1))
    strip = np.flatnonzero((plain[:, 2] < 60).all(axis=1)).min()
    assert rows.max() < strip, "the bar at the lower edge stands above the strip"
    assert rows.max() > 30


DISSOLVED = """\
title: Two sides
size: 128x72
places:
  yard:
    anchors:
      tower: {box: 4 x 4 x 9m}
      shed: {box: 6 x 4 x 3m, right_of: tower, gap: 3m}
subjects:
  ada: {person: 1.70m, in_front_of: tower, gap: 4m}
layers:
  hud: {text: "{ada.speed}", at: top}
  early: {text: gone, to: 0.8s}
  late: {text: there, from: 0.6s}
  card: {title: Two sides}
shots:
  - {shot: one, LAYERS, duration: 1s, camera: {frame: WS tower shed, height: 8m}}
  - {shot: two, SECOND, duration: 1s, edit: dissolve 12f, camera: {frame: WS tower shed, height: 8m, from: 160deg}}
"""


def dissolved(first, second):
    return DISSOLVED.replace("LAYERS", f"layers: [{first}]").replace("SECOND", f"layers: [{second}]")


@pytest.mark.parametrize(
    ("first", "second", "aligned"),
    [
        ("early", "late", True),
        ("card", "late", True),
        ("hud", "late", False),
        ("late", "late", False),
        ("early", "hud", False),
        ("early", "early", False),
    ],
)
def test_a_dissolve_under_a_layer_is_plain_so_that_nothing_is_bent(first, second, aligned):
    plan = composer.plan(composer.read(dissolved(first, second)), generator="previz")
    assert plan.shots[1].dissolve.aligned is aligned


def test_an_aligned_dissolve_under_a_layer_is_a_fault_that_names_it():
    with pytest.raises(ShotListError) as caught:
        composer.read(dissolved("early", "card").replace("12f", "12f aligned"), "two.yaml")
    (fault,) = (fault for fault in caught.value.faults if fault.severity == "error")
    assert render(fault) == (
        "two.yaml:17:66: error: an aligned dissolve follows what both shots show of one place at one time: layer `card` "
        "lies over `two` meanwhile, and would be bent with it [not-aligned]\n"
        "  … [card], duration: 1s, edit: dissolve 12f aligned, camera: {frame: WS tower shed, height: 8m, …\n"
        "                                             ^^^^^^^\n"
        "  Did you mean `dissolve 12f`?"
    )


def test_subtitles_are_burnt_in_on_request_without_rendering_anything_again(tmp_path):
    text = YARD.replace("    layers: card\n", '    dialogue: {who: ada, line: "Mind the ball!", at: 6f}\n')
    assert text != YARD
    films = [
        composer.compose(
            composer.read(text, "yard.yaml", tmp_path),
            generator="previz",
            out=tmp_path / str(subtitles),
            cache=tmp_path / "cache",
            subtitles=subtitles,
        )
        for subtitles in (False, True)
    ]
    assert [film.made for film in films] == [3, 0]
    plain, said = (list(media.read_frames(film.path)) for film in films)
    assert len(plain) == len(said) == 72
    below = [np.abs(one[54:].astype(int) - other[54:]).max() > 60 for one, other in zip(plain, said, strict=True)]
    assert [k for k, seen in enumerate(below) if seen] == list(range(54, 72))
    assert "00:00:02,250 --> 00:00:03,000" in (films[0].folder / "film.srt").read_text()
    clips = [(film.folder / "clips" / "first.mp4").read_bytes() for film in films]
    assert clips[0] == clips[1]


# --- pictures -----------------------------------------------------------------------------------------------------------


def with_image(folder, name="logo.png"):
    (folder / "yard.yaml").write_text(
        YARD.replace("  card:", f"  mark: {{image: {name}, at: top-right}}\n  card:").replace(
            "    layers: card", "    layers: [card, mark]"
        )
    )
    return folder / "yard.yaml"


def test_a_picture_is_laid_over_with_its_transparency(tmp_path):
    pixels = np.zeros((20, 40, 4), np.uint8)
    pixels[:, :20] = (0, 0, 255, 255)  # blue, green, red, alpha
    cv2.imwrite(str(tmp_path / "logo.png"), pixels)
    rehearsal = rehearse(composer.load(with_image(tmp_path)))
    assert rehearsal.faults == ()
    layers = shot_layers(rehearsal, rehearsal.slate("again"), 1)
    seen = next(lay_over([np.full((72, 128, 3), 90, np.uint8)], layers[2:]))
    red = (seen == (255, 0, 0)).all(axis=2)
    assert red.sum() > 60
    assert (seen[~red] == 90).all(axis=1).mean() > 0.98


def test_a_render_that_is_told_without_rendering_reads_pictures_too(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"")
    listed = composer.load(with_image(tmp_path))
    assert list(named_files(listed)) == [("logo.png", ("layers", "mark", 0, "image"))]


def test_a_picture_that_is_damaged_is_a_fault_at_its_line(tmp_path):
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 40)
    (fault,) = rehearse(composer.load(with_image(tmp_path))).faults
    assert render(fault).startswith(f"{tmp_path}/yard.yaml:22:17: error: `logo.png` is ")
    with pytest.raises(ShotListError, match=r"there is no file `gone\.png`"):
        composer.load(with_image(tmp_path, "gone.png"))


# --- alone --------------------------------------------------------------------------------------------------------------


def decoded(path):
    """Frames of a ProRes file: codes and alpha, in floats of 0 to 255."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        said = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
        frames = []
        for frame in container.decode(stream):
            rgba = frame.reformat(
                format="rgba", src_colorspace="ITU709", dst_colorspace="ITU709", src_color_range=1, dst_color_range=2
            )
            frames.append(rgba.to_ndarray())
        return stream.codec.name, context.codec_tag, said, stream.average_rate, frames


def test_layers_leave_as_prores_with_alpha_and_as_png(tmp_path):
    shotlist = composer.read(YARD, "yard.yaml")
    movies = composer.layers(shotlist, out=tmp_path / "mov", form="prores")
    folders = composer.layers(shotlist, out=tmp_path / "png")
    names = ["second/hud", "again/hud", "again/card"]
    assert [str(path.relative_to(tmp_path / "mov")) for path in movies] == [f"{name}.mov" for name in names]
    assert [str(path.relative_to(tmp_path / "png")) for path in folders] == names
    for movie, folder in zip(movies, folders, strict=True):
        codec, tag, said, fps, frames = decoded(movie)
        assert (codec, tag, said, fps) == ("prores", "ap4h", (1, 1, 1, 1), Fraction(24))
        files = sorted(folder.iterdir())
        assert [file.name for file in files] == [f"{folder.name}.{k:04d}.png" for k in range(36)]
        assert len(frames) == 36
        for file, frame in list(zip(files, frames, strict=True))[::7]:
            exact = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)[..., [2, 1, 0, 3]].astype(int)
            assert np.abs(exact[..., 3] - frame[..., 3].astype(int)).max() <= 1
            solid = exact[..., 3] > 128
            if solid.any():
                assert np.abs(exact[solid] - frame[solid].astype(int))[:, :3].mean() < 6


def test_what_leaves_is_the_same_every_time_and_leaves_nothing_behind(tmp_path):
    shotlist = composer.read(YARD, "yard.yaml")
    (movie,) = composer.layers(shotlist, out=tmp_path, form="prores", shots=["second"])
    (folder,) = composer.layers(shotlist, out=tmp_path, shots=["second"])
    before = {path: path.read_bytes() for path in (movie, *folder.iterdir())}
    shorter = composer.read(
        YARD.replace("  - shot: second\n    duration: 1s", "  - shot: second\n    duration: 0.5s"), "yard.yaml"
    )
    (folder / "notes.txt").write_text("mine")
    composer.layers(shorter, out=tmp_path, shots=["second"])
    assert len(list(folder.glob("*.png"))) == 24
    assert (folder / "notes.txt").exists()
    composer.layers(shotlist, out=tmp_path, form="prores", shots=["second"])
    composer.layers(shotlist, out=tmp_path, shots=["second"])
    assert {path: path.read_bytes() for path in before} == before


def test_shots_without_layers_are_told(tmp_path):
    shotlist = composer.read(YARD, "yard.yaml")
    with pytest.raises(UsageError, match="shot `first` has no layer; these have: second, again"):
        composer.layers(shotlist, out=tmp_path, shots=["first"])
    with pytest.raises(UsageError, match=r"no shot is called `secnod`.*Did you mean `second`"):
        composer.layers(shotlist, out=tmp_path, shots=["secnod"])
    bare = YARD.replace(", layers: [hud]", "").replace("    layers: card\n", "")
    with pytest.raises(UsageError, match="no shot of this list has a layer"):
        composer.layers(composer.read(bare, "yard.yaml"), out=tmp_path)


def test_the_command_writes_layers_and_prints_where(tmp_path):
    (tmp_path / "yard.yaml").write_text(YARD)
    command = [
        sys.executable,
        "-m",
        "composer",
        "layers",
        "yard.yaml",
        "--format",
        "prores",
        "--shot",
        "again",
        "-o",
        "out",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split() == [str(Path("out/again/hud.mov")), str(Path("out/again/card.mov"))]
    assert (tmp_path / "out" / "again" / "card.mov").stat().st_size > 1000
    missing = subprocess.run(
        [*command[:-3], "first", "-o", "out"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert missing.returncode == 2
    assert "has no layer" in missing.stderr


# --- faults -------------------------------------------------------------------------------------------------------------

FAULTS = {
    "{bar: ball.speed, full: 5m/s, at: bottom-left}": {
        "{bar: ball.speed, full: 5m, at: bottom-left}": ("wrong-unit", "Did you mean `5m/s`?"),
        "{bar: ball.speed, full: 5, at: bottom-left}": ("no-unit", "Did you mean `5m/s`?"),
        "{bar: ball.speed, full: 5kmh, at: bottom-left}": ("unit", "Did you mean `5km/h`?"),
        "{bar: ball.speed, at: bottom-left}": ("missing-key", "such as `full: 10m/s`"),
        "{bar: ball.look, full: 5, at: bottom-left}": ("state", 'a word is shown by `text: "{ball.look}"`'),
        "{bar: bal.speed, full: 5m/s}": ("unknown-name", "Did you mean `ball.speed`?"),
        "{bar: ball.sped, full: 5m/s}": ("state", "Did you mean `ball.speed`?"),
        "{bar: ball.speed, full: 5m/s, text: five}": ("two-items", "Make two items of it"),
        "{full: 5m/s}": ("no-item", "expected one of: text, bar, dial, image, title, lower_third"),
        "{text: five, full: 5m/s}": ("unknown-key", "leave it out"),
        "{text: five, at: lower-left}": ("place", "Did you mean `bottom-left`?"),
        "{text: five, at: center}": ("place", "Did you mean `centre`?"),
        "{text: five, at: left-top}": ("place", "Did you mean `top-left`?"),
        "{text: five, at: [2%, 50%]}": ("safe-area", "Did you mean `[5%, 50%]`?"),
        "{text: five, at: [20, 50]}": ("no-unit", "Did you mean `[20%, 50%]`?"),
        "{text: five, size: 4}": ("no-unit", "Did you mean `4%`?"),
        "{text: five, size: big}": ("size", "expected one of: small, medium, large"),
        "{text: five, colour: red}": ("colour", 'in quotes. Did you mean `"#e5383b"`?'),
        "{text: five, in: fad 1s}": ("entrance", "Did you mean `fade 1s`?"),
        "{text: five, in: fade}": ("entrance", "Did you mean `fade 0.3s`?"),
        "{text: five, from: 3s}": ("outside-shot", "expected less than `1s`"),
        "{text: five, from: 0.5s, to: 0.2s}": ("layer-times", "expected more than `0.5s`"),
        "{text: five, to: 0.5s, for: 0.2s}": ("over-determined", "expected one or the other"),
        "{text: five, in: fade 0.9s, out: fade 0.4s}": ("too-long", "at most 1 s together"),
        '{text: "{ada.distance}"}': ("state", "expected `ada.distance.NAME`"),
        '{text: "{ada.distance.towr}"}': ("unknown-name", "Did you mean `ada.distance.tower`?"),
        '{text: "{ada.distance.ada}"}': ("state", "expected `ada.distance.NAME`"),
        '{text: "{film.tiem}"}': ("state", "Did you mean `film.time`?"),
        '{text: "{ada.speed kmh}"}': ("unit", "Did you mean `km/h`?"),
        '{text: "{ada.hits kg}"}': ("unit", "Did you mean `ada.hits`?"),
        '{text: "{ada.speed"}': ("text", "A brace itself is `{{`"),
        '{text: "{}"}': ("state", "expected `NAME.speed`"),
        "{text: five, glow: yes}": ("unknown-key", "expected one of: at, bar, colour, dial"),
        "{lower_third: {nam: Ada}}": ("missing-key", "expected `name: …`"),
    },
    "layers: [hud]": {"layers: [hut]": ("unknown-name", "expected one of: hud, card. Did you mean `hud`?")},
    "    layers: card\n": {"": ("unused-layer", "a style or a shot shows it: `layers: card`")},
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), [(before, after) for before, each in FAULTS.items() for after in each])
def test_every_mistake_is_told_where_it_is(before, after):
    code, hint = FAULTS[before][after]
    assert YARD.count(before) == 1
    try:
        faults = composer.check(composer.read(YARD.replace(before, after), "yard.yaml"))
    except ShotListError as error:
        faults = error.faults
    fault = faults[0]
    assert fault.code == code, render(fault)
    assert hint in render(fault)
    marked = fault.excerpt[fault.column - 1 : fault.column - 1 + fault.width]
    assert fault.line == YARD[: YARD.index(before)].count("\n") + 1 or code == "unused-layer"
    assert marked.strip()


def test_names_of_a_faulty_layer_count_as_declared():
    with pytest.raises(ShotListError) as caught:
        composer.read(YARD.replace("ball.speed, full: 5m/s", "ball.sped, full: 5m/s"), "yard.yaml")
    assert [fault.code for fault in caught.value.faults] == ["state"]


def test_the_schema_knows_layers():
    def refused(text):
        return list(jsonschema.Draft202012Validator(json_schema()).iter_errors(YAML(typ="safe", pure=True).load(text)))

    assert refused(YARD) == []
    for before, after in (("at: top-left", "at: upper-left"), ("bar: ball.speed,", ""), ("full: 5m/s", "ful: 5m/s")):
        assert refused(YARD.replace(before, after)), after
