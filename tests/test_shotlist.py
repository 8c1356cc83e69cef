"""Reading a shot list: values, hostile files, positions, order, files that it names."""

import os
import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from composer import ShotListError, load, read
from composer.errors import Problem, Wrong
from composer.schema import Framing, Part, Place, Shot, ShotList, slates
from composer.schema.words import Arc, Go
from composer.shotlist import locate, render, tree, warnings

ROOT = Path(__file__).parents[1]
MINIMAL = (ROOT / "shotlists" / "minimal.yaml").read_text(encoding="utf-8")
HARBOUR = (ROOT / "shotlists" / "harbour.yaml").read_text(encoding="utf-8")
SUITE = sorted((Path(__file__).parent / "data" / "yaml-test-suite").glob("*.yaml"))


def faults(data, file="list.yaml", folder=None):
    with pytest.raises(ShotListError) as caught:
        read(data, file, folder)
    return caught.value.faults


def codes(data):
    return [fault.code for fault in faults(data)]


# --- values -----------------------------------------------------------------------------------------------------------


def test_the_minimal_list_says_what_it_says():
    shotlist = load(ROOT / "shotlists" / "minimal.yaml")
    yard = shotlist.places["yard"]
    assert (shotlist.title, shotlist.fps, shotlist.size, shotlist.sensor) == ("Two sides", 24, (768, 432), 0.036)
    assert yard.anchors["tower"].box == (4, 4, 9)
    assert (yard.anchors["shed"].right_of, yard.anchors["shed"].gap) == ("tower", 3)
    front, back = shotlist.shots
    assert front.camera.frame == Framing("WS", ("tower", "shed"))
    assert back.camera.from_ == 45
    assert back.camera.move == ((Part(Arc(-20.0), text="arc left 20deg"),),)


def test_every_sample_reads():
    for path in sorted((ROOT / "shotlists").glob("*.yaml")):
        assert load(path).shots


def test_values_are_read_by_what_their_key_expects():
    text = MINIMAL.replace("Two sides", "1984").replace("cobbled brewery yard, overcast", "no")
    shotlist = read("fps: 23.976\nseed: 010\n" + text)
    assert shotlist.title == "1984"
    assert shotlist.fps == Fraction(24000, 1001)
    assert shotlist.seed == 10
    assert shotlist.places["yard"].look == "no"


def test_without_a_title_the_film_is_called_like_its_file(tmp_path):
    (tmp_path / "alley.yaml").write_text(MINIMAL.replace("title: Two sides\n", ""))
    assert load(tmp_path / "alley.yaml").title == "alley"


def test_shorthand_means_the_same_as_the_long_form():
    short = MINIMAL + "styles: {film: soft grain}\n"
    long = (
        MINIMAL.replace("camera: WS tower shed", "camera: {frame: WS tower shed}")
        + "styles: {film: {look: soft grain}}\n"
    )
    assert read(short) == read(long)


def test_a_list_built_in_python_equals_the_one_that_was_read():
    anchors = {"tower": {"box": (4, 4, 9.0), "look": "red brick water tower"}}
    built = ShotList(
        title="x", places={"yard": Place(anchors=anchors)}, shots=[Shot(shot="one", duration="2s", camera="WS tower")]
    )
    text = """
title: x
places: {yard: {anchors: {tower: {box: 4 x 4 x 9m, look: red brick water tower}}}}
shots: [{shot: one, duration: 2s, camera: WS tower}]
"""
    assert read(text) == built


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_change_nothing(end):
    assert read(b"\xef\xbb\xbf" + HARBOUR.replace("\n", end).encode()) == read(HARBOUR)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_positions_do_not_depend_on_line_ends(end):
    (fault,) = faults(HARBOUR.replace("lens: 28mm", "lens: 28m").replace("\n", end))
    line = HARBOUR.split("\n")[fault.line - 1]
    assert line[fault.column - 1 :].startswith("28mm")
    assert "\r" not in fault.excerpt


# --- hostile files ------------------------------------------------------------------------------------------------------

BOMB = "a: &a {x: 1}\n" + "".join(f"k{i}: &k{i} {{<<: [*a, *a]}}\n" for i in range(40))
LAUGHS = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a]\n" for i in range(100))
DEEP = "a:\n" + "".join(" " * i + "a:\n" for i in range(1, 60))

HOSTILE = {
    "merge keys": (BOMB, "merge"),
    "billion laughs": (LAUGHS, "alias"),
    "brackets": ("[" * 1_000_000, "too-deep"),
    "braces": ("{" * 1_000_000, "too-deep"),
    "dashes": ("- " * 2000, "too-deep"),
    "deep": (DEEP, "too-deep"),
    "NUL": (MINIMAL.replace("Two", "T\0wo"), "character"),
    "a lone surrogate": (MINIMAL.replace("Two", "T\ud800wo"), "character"),
    "a lone surrogate in bytes": (MINIMAL.replace("Two", "T\ud800wo").encode("utf-8", "surrogatepass"), "encoding"),
    "an escape": (MINIMAL.replace("Two", "\x1b[31mTwo"), "character"),
    "UTF-16": (MINIMAL.encode("utf-16"), "encoding"),
    "a bad byte": (MINIMAL.encode() + b"\xff", "encoding"),
    "3 MiB": (b"a" * (3 << 20), "too-large"),
    "a long text": ("title: " + "a" * 70_000, "too-large"),
    "NaN": (MINIMAL.replace("gap: 3m", "gap: .nan"), "quantity"),
    "1e400": (MINIMAL.replace("duration: 3s", "duration: 1e400", 1), "quantity"),
    "10^30 m": (MINIMAL.replace("gap: 3m", f"gap: 1{'0' * 30}m"), "range"),
    "10^30 s": (MINIMAL.replace("duration: 3s", f"duration: 1{'0' * 30}s", 1), "range"),
    "a negative time": (MINIMAL.replace("duration: 3s", "duration: -3s", 1), "range"),
    "a seed out of range": ("seed: 9223372036854775808\n" + MINIMAL, "range"),
    "NaN in a position": (MINIMAL.replace("right_of: tower, gap: 3m", "at: [.inf, 0]"), "number"),
    "nothing": ("", "kind"),
    "a comment": ("# nothing", "kind"),
    "a list": ("- a\n- b\n", "kind"),
    "a word": ("hello", "kind"),
    "an escaped NUL": (MINIMAL.replace("Two sides", '"T\\0wo"'), "character"),
    "an escaped escape": (MINIMAL.replace("Two sides", '"\\e[31mTwo"'), "character"),
    "an escaped surrogate": (MINIMAL.replace("Two sides", '"\\ud800"'), "character"),
    "an escape beyond all characters": (MINIMAL.replace("Two sides", '"\\UFFFFFFFF"'), "yaml"),
    "a million solids": (MINIMAL.replace("red brick water tower", "x, repeat: 500 every 9m east").replace("gap: 3m", "gap: 3m, repeat: 500 every 9m south") .replace("    anchors:", "    anchors:\n      more: {sphere: 1m, at: [0, 99], repeat: 23 every 5m east}"), "too-many"),
    "a million subjects": (MINIMAL + "subjects: {" + ", ".join(f"s{i}x: {{sphere: 1m, at: [0, 0]}}" for i in range(1001)) + "}", "too-many"),
    "a key that is a list": ("? [a, b]\n: c\n" + MINIMAL, "key"),
    "an empty key": ("? \n: c\n" + MINIMAL, "unknown-key"),
    "a tab": (MINIMAL.replace("  yard", "\tyard"), "tab"),
    "a tag": (MINIMAL.replace("Two sides", "!!python/name:os.system x"), "tag"),
    "a tagged mapping": (MINIMAL.replace("camera: {", "camera: !x {"), "tag"),
    "an anchor": (MINIMAL.replace("Two sides", "&t Two sides"), "anchor"),
    "a second document": (MINIMAL + "---\n" + MINIMAL, "documents"),
    "a directive": ("%YAML 1.1\n---\n" + MINIMAL, "directive"),
    "a repeated key": ("title: x\n" + MINIMAL, "repeated-key"),
    "a Python attribute as a key": (MINIMAL.replace("from: north-east", "from_: north-east"), "unknown-key"),
    "shots that are none": ("places: {aa: {anchors: {}}}\nshots:\n" + "- 1\n" * 3000, "kind"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_place(name):
    data, code = HOSTILE[name]
    found = faults(data)
    assert code in [fault.code for fault in found]
    assert all(fault.line >= 1 and fault.column >= 1 and fault.width >= 1 for fault in found)
    assert all(len(render(fault)) < 5000 and render(fault).isprintable() is False for fault in found)
    assert not any(ord(c) < 32 for fault in found for c in render(fault).replace("\n", ""))


@pytest.mark.parametrize("name", ["pipe", "folder", "loop", "/dev/zero", "/dev/null", "none.yaml", "a\0b", "x" * 300])
def test_what_is_no_file_is_told_at_once(tmp_path, name):
    """A pipe that nobody writes to must not be waited for."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ShotListError) as caught:
        load(f"{tmp_path}/{name}" if name[0] != "/" else name)
    (fault,) = caught.value.faults
    assert fault.code == "no-file"


@pytest.mark.parametrize(
    "name", ["loop.wav", '"\\ud800.wav"', '"a\\0.wav"', "/etc/a.wav", "../a.wav", "out.wav", "pipe.wav"]
)
def test_a_file_that_cannot_be_is_told(tmp_path, name):
    (tmp_path / "loop.wav").symlink_to("loop.wav")
    (tmp_path / "out.wav").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe.wav")
    text = MINIMAL.replace("    anchors:", f"    ambience: {name}\n    anchors:")
    assert all(fault.line == 5 for fault in faults(text, folder=tmp_path))


def test_a_list_of_too_many_nodes_is_refused(monkeypatch):
    monkeypatch.setattr(tree, "MOST_NODES", 100)
    text = "{" + ",".join(f"k{i}" for i in range(60)) + "}"
    assert codes(text) == ["too-large"]


PLACES_OF_KEYS = {
    "title: Two sides": (
        "",
        ["title", "fps", "size", "sensor", "seed", "version", "places", "subjects", "styles", "shots"],
    ),
    "    look: cobbled brewery yard, overcast": (
        "    ",
        ["look", "light", "sun", "fog", "ground", "ambience", "marks", "anchors"],
    ),
    "      tower: {box: 4 x 4 x 9m, look: red brick water tower}": (
        "      tower: {sphere: 1m}\n      thing: {sphere: 1m, at: [9, 0]}\n      other:\n        ",
        [
            "at",
            "left_of",
            "between",
            "gap",
            "align",
            "offset",
            "facing",
            "look",
            "box",
            "cylinder",
            "wall",
            "axis",
            "lamp",
            "repeat",
        ],
    ),
    "    camera: WS tower shed": (
        "    ",
        ["shot", "duration", "place", "time", "style", "light", "camera", "motion", "prompt", "edit", "join", "seed"],
    ),
    "    camera: {frame: WS tower shed, from: north-east, move: arc left 20deg}": (
        "    camera:\n      ",
        ["frame", "from", "at", "height", "lens", "distance", "move"],
    ),
}
SHAPES = ("[]", "{}", "[a]", "[[]]", "[{}]", "{a: b}", "{a: {b: c}}", "{a: [b]}", "", "''", "x y", "@", "5", "-", "~")


@pytest.mark.parametrize("line", PLACES_OF_KEYS)
def test_any_kind_of_value_under_any_key_reads_or_is_told(line):
    before, keys = PLACES_OF_KEYS[line]
    assert line in MINIMAL
    for key in keys:
        for shape in SHAPES:
            found = told(MINIMAL.replace(line, f"{before}{key}: {shape}"))
            assert all(fault.line for fault in found)


@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.stem)
def test_hard_yaml_gives_located_faults_and_nothing_else(path):
    found = faults(path.read_bytes(), path.name)
    assert found
    assert all(fault.line >= 1 for fault in found)


def test_the_yaml_test_suite_is_all_there():
    assert len(SUITE) == 201


def test_very_many_faults_are_counted_not_told():
    found = faults("places: {aa: {anchors: {}}}\nshots:\n" + "- 1\n" * 1000)
    assert len(found) == 201
    assert (found[-1].code, found[-1].message) == ("more", "800 more faults after this one")


WORDS = HARBOUR.replace(",", " , ").replace(":", " : ").split() + list("{}[]:,-'\"#&*!|>%@`?\n\t\r\0") + [
    "\n  ", "---", "<<", ".nan", "1e400", "~", "5", "\ud800", "- ", ": ", " #", "shots:", "\n- shot: aa\n",
]  # fmt: skip


def mutated(source):
    """The harbour with a few random cuts, insertions and swaps of its own words."""
    text = HARBOUR
    for _ in range(source.randint(1, 4)):
        at, stop = sorted(source.randrange(len(text) + 1) for _ in range(2))
        stop = min(stop, at + source.choice([0, 1, 3, 10, 200]))
        text = text[:at] + source.choice([*WORDS, "", "", text[at:stop] * 2]) + text[stop:]
    return text


@seed(7)
@settings(max_examples=200, deadline=None, database=None)
@given(st.integers(0, 2**32))
def test_a_mutated_list_reads_or_gives_located_faults_in_order(number):
    text = mutated(random.Random(number))  # noqa: S311 - a seeded fuzz
    found = told(text)
    assert [(fault.line, fault.column) for fault in found] == sorted((fault.line, fault.column) for fault in found)
    assert all(render(fault) for fault in found)


def told(text):
    """The faults of `text`, none when it reads; anything else that is raised fails the test."""
    try:
        read(text, "fuzzed.yaml")
    except ShotListError as error:
        return error.faults
    return ()


# --- places of faults ---------------------------------------------------------------------------------------------------


def test_all_faults_come_in_one_pass_in_file_order():
    text = HARBOUR
    for before, after in (
        ("fps: 24\n", "fps: 26\n"),
        ("light: dawn\n    ground", "light: dawm\n    ground"),
        ("gap: 10m", "gap: 10"),
        ("left_of: crane, gap: 4m", "left_of: crain, gap: 4m"),
        ("person: 1.70m", "person: 17m"),
        ("duration: 5s", "duration: 5"),
        ("from: right-profile", "from: rigth-profile"),
        ('leaking @barrel"', 'leaking @barel"'),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    found = faults(text)
    assert [fault.code for fault in found] == [
        "fps",
        "word",
        "no-unit",
        "unknown-name",
        "range",
        "no-unit",
        "side",
        "unknown-name",
    ]
    assert [(fault.line, fault.column) for fault in found] == sorted((fault.line, fault.column) for fault in found)


PLACED = {
    "double quoted": 'look: "x \\t @bc y"',
    "single quoted": "look: 'x @bc y'",
    "quoted over lines": 'look: "first\n          second @bc"',
    "folded": "look: >\n          first line\n          second @bc line",
    "literal": "look: |\n          first\n          @bc",
    "plain over lines": "look: first\n          second @bc",
}


@pytest.mark.parametrize("name", PLACED)
def test_a_fault_inside_a_text_is_placed_on_its_own_line(name):
    focus, value = "@bc", PLACED[name]
    text = f"places:\n  yard:\n    anchors:\n      tower:\n        box: 1 x 1 x 1m\n        {value}\nshots:\n  - {{shot: aa, duration: 1s, camera: WS tower}}\n"
    (fault,) = faults(text)
    assert text.split("\n")[fault.line - 1][fault.column - 1 :].startswith(focus)
    assert fault.width == len(focus)


def test_an_address_is_no_reference():
    text = MINIMAL.replace("look: cobbled brewery yard, overcast", "look: the yard of info@brewery")
    assert read(text).places["yard"].look == "the yard of info@brewery"


def test_a_fault_in_a_flow_list_points_at_its_item():
    (fault,) = faults(HARBOUR.replace("[hold for 1s, run to aside,", "[hold for 1s, run to asidd,"))
    line = HARBOUR.split("\n")[fault.line - 1]
    assert fault.excerpt[fault.column - 1 :].startswith("asidd")
    assert "run to aside" in line


def test_problems_of_later_stages_are_located_and_sorted():
    shotlist = read(HARBOUR, "harbour.yaml")
    late = Problem(("shots", 3, "camera", "at"), "camera-inside", "inside")
    early = Problem(("places", "quay", "anchors", "crane"), "no-position", "none", on_key=True)
    shorthand = Problem(("shots", 1, "camera", "frame"), "range", "too far", focus="mara")
    nowhere = Problem(("shots", 2, "camera", "height"), "range", "not in the file")
    found = locate(shotlist, [late, shorthand, nowhere, early])
    assert [fault.code for fault in found] == ["no-position", "range", "range", "camera-inside"]
    marked = [fault.excerpt[fault.column - 1 : fault.column - 1 + fault.width] for fault in found]
    assert marked == ["crane", "mara", "camera", "[29, -2, 0.9]"]


def test_problems_of_a_list_built_in_python_tell_their_path():
    built = ShotList(
        places={"yard": {"anchors": {"tower": {"box": (4, 4, 9)}}}},
        shots=[{"shot": "one", "duration": "2s", "camera": "WS tower"}],
    )
    (fault,) = locate(built, [Wrong("range", "too long", "expected less").at("shots", 0, "camera", "lens")])
    assert render(fault) == "shots[0].camera.lens: error: too long [range]\n  expected less"


def test_a_long_line_is_shortened_round_its_mark():
    text = MINIMAL.replace("look: red brick water tower", f"look: {'very ' * 60}tall @towr of {'red ' * 60}brick")
    (fault,) = faults(text)
    head, excerpt, mark, *_ = render(fault).split("\n")
    assert len(excerpt) <= 100
    start = len(mark) - len(mark.lstrip())
    assert excerpt[start : start + mark.count("^")] == "@towr"
    assert excerpt.lstrip().startswith("…")
    assert excerpt.endswith("…")
    assert head.startswith("list.yaml:6:")


# --- files and warnings -------------------------------------------------------------------------------------------------


def with_sound(name):
    return MINIMAL.replace("    anchors:", f"    ambience: {name}\n    anchors:")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "film" / "audio").mkdir(parents=True)
    (tmp_path / "film" / "audio" / "sea.wav").write_bytes(b"RIFF")
    (tmp_path / "secret.wav").write_bytes(b"RIFF")
    return tmp_path / "film"


def test_a_file_in_the_folder_of_the_list_is_taken(folder):
    (folder / "list.yaml").write_text(with_sound("audio/sea.wav"))
    assert load(folder / "list.yaml").places["yard"].ambience == ("audio/sea.wav",)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret.wav", "outside"),
        ("audio/../../secret.wav", "outside"),
        ("/etc/passwd.wav", "outside"),
        ("C:/sound.wav", "outside"),
        ("~/sound.wav", "outside"),
        ("'audio\\\\sea.wav'", "file"),
        ("audio/see.wav", "no-file"),
        ("audio.wav/", "ambience"),
    ],
)
def test_a_file_elsewhere_is_refused(folder, name, code):
    assert [fault.code for fault in faults(with_sound(name), "list.yaml", folder)] == [code]


def test_a_link_that_leads_out_is_refused(folder):
    (folder / "link.wav").symlink_to(folder.parent / "secret.wav")
    (folder / "up").symlink_to(folder.parent)
    for name in ("link.wav", "up/secret.wav"):
        assert [fault.code for fault in faults(with_sound(name), "list.yaml", folder)] == ["outside"]


@pytest.mark.parametrize("name", ["missing.yaml", "folder", "a\0b"])
def test_a_list_that_cannot_be_opened_is_a_fault(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(ShotListError, match="cannot be read"):
        load(tmp_path / name)


def test_warnings_let_a_list_pass():
    shotlist = read(HARBOUR.replace("the chock under", "a HUD over"), "harbour.yaml")
    (fault,) = warnings(shotlist)
    assert (fault.code, fault.severity, fault.width) == ("overlay-in-prompt", "warning", 3)


# --- what must hold as a whole ------------------------------------------------------------------------------------------

WHOLE = {
    "a camera may be left out of a hidden cut": ("    camera: {frame: WS tower shed, from: north-east, move: arc left 20deg}\n", "    join: last_frames\n", []),
    "it may move on": ("camera: {frame: WS tower shed, from: north-east, move: arc left 20deg}", "join: last_frames\n    camera: {move: dolly in 1m}", []),
    "the first shot has nothing to go on from": ("    camera: WS tower shed\n", "    join: last_frames\n", ["join"]),
    "a hidden cut keeps its lens": ("camera: {frame: WS tower shed, from: north-east,", "join: last_frames\n    camera: {lens: 50mm,", ["join"]),
    "an anchor by itself": ("right_of: tower", "right_of: shed", ["itself"]),
    "two sides of one axis": ("right_of: tower", "right_of: tower, left_of: tower", ["over-determined"]),
    "coordinates and a relation": ("right_of: tower, gap", "at: [9, 0], right_of: tower, gap", ["over-determined"]),
    "a gap to nothing": ("right_of: tower, gap", "at: [9, 0], gap", ["no-relation"]),
    "an anchor where a mark belongs": ("right_of: tower, gap: 3m", "at: tower", ["not-a-mark"]),
    "an axis of a box": ("right_of: tower, gap", "axis: north, right_of: tower, gap", ["axis"]),
    "a camera at an anchor": ("from: north-east", "at: tower", ["not-a-mark"]),
    "a camera at a spot and from a side": ("from: north-east", "from: north-east, at: [20, 20, 2]", ["over-determined"]),
    "a size, a lens and a spot": ("from: north-east", "at: [20, 20, 2], lens: 35mm", ["over-determined"]),
    "a pan to nobody": ("arc left 20deg", "pan to towr", ["unknown-name"]),
    "no time left": ("move: arc left 20deg", "move: [arc left 20deg for 3s, dolly in 1m]", ["too-long"]),
    "one move too long": ("move: arc left 20deg", "move: arc left 20deg for 4s", ["too-long"]),
    "in frames too": ("move: arc left 20deg", "move: arc left 20deg for 73f", ["too-long"]),
    "exactly as long": ("move: arc left 20deg", "move: arc left 20deg for 72f", []),
    "a row by its items": ("red brick water tower}", "red brick water tower, repeat: 3 every 9m west}", []),
    "an item beyond a row": ("camera: WS tower shed", "camera: WS tower_2 shed", ["unknown-name"]),
    "a longer day": ("duration: 3s\n    camera: WS", "duration: 24h\n    camera: WS", ["range"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_list_holds_together(name):
    before, after, expected = WHOLE[name]
    assert before in MINIMAL
    text = MINIMAL.replace(before, after, 1)
    if expected:
        assert codes(text) == expected
    else:
        read(text)


def test_an_item_of_a_row_has_a_name():
    text = MINIMAL.replace("red brick water tower}", "red brick water tower, repeat: 3 every 9m west}")
    assert read(text.replace("camera: WS tower shed", "camera: WS tower_3 shed"))
    assert codes(text.replace("camera: WS tower shed", "camera: WS tower_4 shed")) == ["unknown-name"]
    assert codes(text.replace("      shed:", "      tower_2: {sphere: 1m, at: [0, 9]}\n      shed:")) == ["name-twice"]


def test_one_place_never_holds_two_things_of_one_name():
    text = MINIMAL.replace("shots:", "subjects:\n  shed: {sphere: 1m, at: [0, -9]}\nshots:")
    assert codes(text) == ["name-twice"]
    text = MINIMAL.replace("shots:", "    marks:\n      shed: {at: [0, -9]}\nshots:")
    assert codes(text) == ["name-twice"]


def test_motions_are_read():
    shotlist = read(HARBOUR)
    go = shotlist.shots[0].motion["mara"][0]
    assert go == Go("walk", "spot", text="walk to spot")


CLOCKED = """
places: {yard: {anchors: {tower: {box: 1 x 1 x 1m}}}}
shots:
  - {shot: one, duration: 2s, camera: WS tower, light: night}
  - {shot: two, duration: 3s, time: later 1min, camera: WS tower, light: day}
  - {shot: again, duration: 1s, time: same as one + 0.5s, camera: WS tower}
  - {shot: gone_by, duration: 1s, time: after one + 12f, camera: WS tower}
  - {shot: meanwhile, duration: 1s, time: same, camera: WS tower}
  - {shot: goes_on, duration: 1s, camera: WS tower}
  - {shot: tenth, duration: 1s, time: after two, camera: WS tower}
"""


def test_shots_begin_where_the_story_has_them_and_find_the_light_of_that_moment():
    told = [(s.name, float(s.start_s), s.light, s.frames.start) for s in slates(read(CLOCKED))]
    assert told == [
        ("one", 0.0, "night", 0),
        ("two", 62.0, "day", 48),
        ("again", 0.5, "night", 120),
        ("gone_by", 2.5, "night", 144),
        ("meanwhile", 2.5, "night", 168),
        ("goes_on", 3.5, "night", 192),
        ("tenth", 65.0, "day", 216),
    ]


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("later", "`later` needs a time"),
        ("later 10m", "Did you mean `later 10min`?"),
        ("same as tow", "no shot before it is called `tow`"),
        ("same two", "Did you mean `same as two`?"),
        ("same as goes_on", "a shot cannot refer to itself"),
        ("after two 3s", "Did you mean `after two + 3s`?"),
        ("before two", "is no moment of the story"),
    ],
)
def test_a_moment_that_is_none_is_told_with_what_would_be_one(time, said):
    text = CLOCKED.replace("shot: goes_on, duration: 1s", f"shot: goes_on, duration: 1s, time: {time}")
    with pytest.raises(ShotListError) as raised:
        read(text)
    assert said in str(raised.value)
