"""A command that has nothing to do says so without rehearsing; whatever changes, it does what a whole render does."""

import json
import math
import os
import re
import shutil
import struct
import subprocess
import sys
import wave
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from typer.testing import CliRunner

import composer
from composer.camera.formats import files_beside
from composer.cli import app
from composer.generators.previz import Previz
from composer.rerun import asking
from composer.run import read_status
from composer.store import digest, file_digest

TEXT = """\
title: Again
size: 96x64
places:
  yard:
    look: brewery yard
    ambience: [wind, hum.wav]
    anchors:
      tower: {box: 4 x 4 x 9m, look: red brick}
      kite: {mesh: kite.obj, right_of: tower, gap: 2m}
shots:
  - {shot: first, duration: 6f, camera: WS tower, prompt: 'a title card reads "Again"'}
  - {shot: second, duration: 6f, camera: {frame: WS tower, from: east}}
  - {shot: third, duration: 6f, camera: {file: path/images.txt}}
"""
KITE = "mtllib paint/kite.mtl\nusemtl paint\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n"
PAINT = "newmtl paint\nKd 1 0 0\n"
WORDS = ("-g", "previz", "-o", "out", "--cache", "cache")
NOTE = Path("out") / ".render" / "rerun.json"
RECORD = Path("out") / ".render" / "record.json"
TOLD_ANEW = {Path("out") / ".lock", Path("out") / ".render" / "status.json", Path("out") / "timeline.json", NOTE}


def hum(pitch_hz):
    samples = (round(9000 * math.sin(2 * math.pi * pitch_hz * k / 8000)) for k in range(8000))
    return b"".join(struct.pack("<h", sample) for sample in samples)


def write_hum(path, pitch_hz):
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(hum(pitch_hz))


def begin(patch, folder):
    """Be in a folder, with the packages that another process has: a plug-in that other tests installed is none of them."""
    patch.chdir(folder)
    patch.setattr(sys, "path", [path for path in sys.path if Path(path) != ROOT / "tests" / "plugin"])


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A folder with a list, all that it leads to, and its film, rendered by the command."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "paint").mkdir()
    (folder / "kite.obj").write_text(KITE)
    (folder / "paint" / "kite.mtl").write_text(PAINT)
    write_hum(folder / "hum.wav", 220)
    plain = TEXT.replace("{file: path/images.txt}", "WS tower")
    (made,) = composer.cameras(composer.read(plain, "film.yaml", folder), out=folder, form="colmap", shots=["third"])
    made.rename(folder / "path")
    (folder / "film.yaml").write_text(TEXT)
    with pytest.MonkeyPatch.context() as patch:
        begin(patch, folder)
        done = CliRunner().invoke(app, ["render", "film.yaml", *WORDS])
    assert done.exit_code == 0, done.output
    assert (folder / NOTE).exists()
    return folder


class House:
    """A folder with a film of its own, and how often a command there rehearsed."""

    def __init__(self, folder, patch):
        self.folder, self.patch, self.rehearsed = folder, patch, 0
        rehearse = composer.composing.rehearse

        def counted(shotlist):
            self.rehearsed += 1
            return rehearse(shotlist)

        patch.setattr(composer.composing, "rehearse", counted)

    def render(self, *words, folder=None):
        """What the command says on each stream, but for how long it takes and how far it is, and its exit code."""
        self.rehearsed = 0
        begin(self.patch, folder or self.folder)
        done = CliRunner().invoke(app, ["render", "film.yaml", *WORDS, *words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        stdout = re.sub(r"in \d+ s\n|\"at_s\": [\d.]+", "", done.stdout)
        return stdout, re.sub(r"^[\w ,/]+: \d+%.*\n", "", done.stderr, flags=re.MULTILINE), done.exit_code

    def render_in_full(self, *words):
        """What the command says and leaves in a folder like this one where nothing was noted."""
        twin = self.folder.with_name("twin")
        shutil.copytree(self.folder, twin)
        (twin / NOTE).unlink(missing_ok=True)
        said = self.render(*words, folder=twin)
        assert self.rehearsed == 1
        return said, left(twin)


def left(folder):
    """All that lies in a folder, but for what tells of the very render, as the seconds that each segment took."""
    files = (path.relative_to(folder) for path in (folder / "out").rglob("*") if path.is_file())
    digests = {name.as_posix(): file_digest(folder / name) for name in files if name not in {*TOLD_ANEW, RECORD}}
    record = (folder / RECORD).read_text() if (folder / RECORD).exists() else ""
    return digests, re.sub(r'"seconds": .*', "", record)


@pytest.fixture
def house(first, tmp_path, monkeypatch):
    shutil.copytree(first, tmp_path / "house")
    return House(tmp_path / "house", monkeypatch)


@pytest.mark.parametrize("words", [(), ("--log", "json")])
def test_a_rerun_says_and_leaves_what_a_render_in_full_does_and_rehearses_nothing(house, words):
    said, there = house.render_in_full(*words)
    assert house.render(*words) == said
    assert house.rehearsed == 0
    assert left(house.folder) == there
    assert "overlay-in-prompt" in said[1] or "title card" in said[1]
    assert said[2] == 0
    status = read_status(house.folder / "out")
    assert (status.state, {task.state for task in status.tasks}) == ("done", {"kept"})


def test_a_rerun_waits_for_nothing_that_rehearses_or_draws(house):
    code = (
        "import sys, composer.__main__ as program\n"
        "sys.argv = ['composer', 'render', 'film.yaml', *sys.argv[1:]]\n"
        "try:\n    program.main()\n"
        "finally:\n    print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", code, *WORDS]
    done = subprocess.run(command, capture_output=True, text=True, cwd=house.folder, check=True)
    loaded = set(done.stderr.split())
    assert "0 of 3 segments rendered, 3 kept" in done.stdout
    assert "composer.rerun" in loaded
    heavy = {"composer.composing", "composer.shotlist", "composer.schema", "ruamel.yaml"}
    heavy |= {"mujoco", "numba", "scipy", "cv2", "av", "torch", "trimesh"}
    assert loaded & heavy == set()


def edit(folder, name, old, new):
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def altered(path):
    """Change a byte of a file, and have its size and times say that nothing was."""
    before, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def altered_lens(path):
    """Focal lengths a fifth longer."""
    lines = path.read_text().splitlines()
    words = lines[-1].split()
    words[4:6] = [str(1.2 * float(word)) for word in words[4:6]]
    path.write_text("\n".join([*lines[:-1], " ".join(words)]) + "\n")


def another_clip(record):
    """As when another process made it anew, and its generator never makes the same twice."""
    said = json.loads(record.read_text())
    del said["check"]
    said["notes"]["content"] = "0" * 40
    record.write_text(json.dumps({**said, "check": digest(json.dumps(said, sort_keys=True))}))


def entry_of(folder, kind):
    records = sorted((folder / "cache").glob("??/*/entry.json"))
    return next(path.parent for path in records if json.loads(path.read_text())["kind"] == kind)


READ = {
    "a shot": lambda folder: edit(folder, "film.yaml", "from: east", "from: west"),
    "a comment": lambda folder: edit(folder, "film.yaml", "title: Again", "title: Again  # and again"),
    "the sound": lambda folder: write_hum(folder / "hum.wav", 330),
    "a mesh": lambda folder: edit(folder, "kite.obj", "v 0 0 1", "v 0 0 2"),
    "the colour of a mesh": lambda folder: edit(folder, "paint/kite.mtl", "Kd 1 0 0", "Kd 0 0 1"),
    "a camera's lens": lambda folder: altered_lens(folder / "path" / "cameras.txt"),
    "choices": lambda folder: (folder / "choices.yaml").write_text("film:\n  second: {take: 1}\n"),
    "settings": lambda folder: (folder / "composer.toml").write_text("[handover]\nnoise = 0.1\n"),
}


@pytest.mark.parametrize("what", READ)
def test_whatever_a_list_leads_to_is_read_anew_when_it_changes(house, what):
    READ[what](house.folder)
    assert house.render()[2] == 0
    assert house.rehearsed == 1
    assert house.render()[2] == 0
    assert house.rehearsed == 0  # that is noted in its turn


def test_an_edit_renders_what_it_would_if_nothing_were_noted(house):
    READ["a shot"](house.folder)
    expected, there = house.render_in_full()
    assert house.render() == expected
    assert "1 of 3 segments rendered, 2 kept" in expected[0]
    assert left(house.folder) == there


LEFT = {
    "no film": lambda folder: (folder / "out" / "film.mp4").unlink(),
    "a film cut short": lambda folder: os.truncate(folder / "out" / "film.mp4", 1000),
    "a film altered": lambda folder: altered(folder / "out" / "film.mp4"),
    "a clip altered": lambda folder: altered(folder / "out" / "clips" / "first.mp4"),
    "a state altered": lambda folder: altered(folder / "out" / "state" / "second.json"),
    "no plan": lambda folder: (folder / "out" / "plan.json").unlink(),
    "no manifest": lambda folder: (folder / "out" / "manifest.json").unlink(),
    "no record": lambda folder: (folder / "out" / ".render" / "record.json").unlink(),
    "a note altered": lambda folder: altered(folder / NOTE),
    "half a note": lambda folder: os.truncate(folder / NOTE, 500),
    "a clip gone from the cache": lambda folder: shutil.rmtree(entry_of(folder, "native")),
    "a clip cut short in the cache": lambda folder: os.truncate(entry_of(folder, "native") / "clip.mkv", 100),
    "a delivery gone from the cache": lambda folder: shutil.rmtree(entry_of(folder, "delivery")),
    "another clip in the cache": lambda folder: another_clip(entry_of(folder, "native") / "entry.json"),
    "no cache": lambda folder: shutil.rmtree(folder / "cache"),
}


@pytest.mark.parametrize("what", LEFT)
def test_whatever_is_gone_or_altered_is_made_again(house, what):
    before, _ = left(house.folder)
    LEFT[what](house.folder)
    said, _, code = house.render()
    assert (house.rehearsed, code) == (1, 0)
    assert ("0 of 3" not in said) == (what in MADE_AGAIN)
    assert left(house.folder)[0] == before
    house.render()
    assert house.rehearsed == 0


MADE_AGAIN = {"a clip gone from the cache", "a clip cut short in the cache", "no cache"}


@pytest.mark.parametrize(
    "words",
    [
        ("--seed", "5"),
        ("--draft",),
        ("--conform", "plain"),
        ("--without", "style"),
        ("--preset", "lossless"),
        ("--workers", "2"),
        ("-g", "nobody"),
        ("--set", "steps=2"),
        ("--only", "first"),
        ("--from", "second"),
        ("--retake", "first"),
        ("--lock", "first"),
        ("--undo", "first"),
    ],
    ids=" ".join,
)
def test_whatever_else_is_asked_for_is_not_what_was_noted(house, words):
    house.render(*words)
    assert house.rehearsed == 1


def install(patch, folder):
    (folder / "site" / "numpy-99.0.dist-info").mkdir(parents=True)
    patch.syspath_prepend(folder / "site")


def set_up(patch, folder):
    (folder / "own" / "composer").mkdir(parents=True)
    (folder / "own" / "composer" / "composer.toml").write_text("[handover]\nnoise = 0.1\n")
    patch.setenv("XDG_CONFIG_HOME", str(folder / "own"))


AROUND = {
    "another package": install,
    "the user's settings": set_up,
    "other code": lambda patch, _: patch.setattr(asking, "version_of", lambda *_: "other"),
    "another generator": lambda patch, _: patch.setattr(
        Previz, "capabilities", replace(Previz.capabilities, version="2")
    ),
}


@pytest.mark.parametrize("what", AROUND)
def test_what_changes_around_a_film_goes_the_whole_way(house, monkeypatch, what):
    AROUND[what](monkeypatch, house.folder)
    assert house.render()[2] == 0
    assert house.rehearsed == 1


def test_what_is_touched_and_holds_the_same_is_no_change(house):
    for name in ("film.yaml", "hum.wav", "kite.obj", "paint/kite.mtl", "out/film.mp4", "out/manifest.json"):
        data = (house.folder / name).read_bytes()
        (house.folder / name).unlink()
        (house.folder / name).write_bytes(data)
    assert "0 of 3 segments rendered, 3 kept" in house.render()[0]
    assert house.rehearsed == 0


def test_a_change_that_is_taken_back_is_rendered_back(house):
    before = left(house.folder)
    edit(house.folder, "film.yaml", "from: east", "from: west")
    house.render("--only", "second")  # which leaves another clip and another record, and no film
    edit(house.folder, "film.yaml", "from: west", "from: east")
    assert house.render()[2] == 0
    assert house.rehearsed == 1
    assert left(house.folder) == before
    house.render()
    assert house.rehearsed == 0


def test_what_changes_while_it_renders_is_not_vouched_for(house, monkeypatch):
    changed, carry_out = [], composer.composing.rehearse

    def meanwhile(shotlist):
        changed.append(edit(house.folder, "kite.obj", "v 0 0 1", "v 0 0 2"))
        return carry_out(shotlist)

    (house.folder / NOTE).unlink()
    with monkeypatch.context() as patch:
        patch.setattr(composer.composing, "rehearse", meanwhile)
        assert house.render()[2] == 0
    assert changed
    assert not (house.folder / NOTE).exists()


def test_a_rerun_uses_the_clips_that_it_vouches_for_and_sweeps_what_was_left(house):
    half = house.folder / "out" / "clips" / ".first.mp4.1.tmp"
    half.write_bytes(b"half")
    records = list((house.folder / "cache").glob("??/*/entry.json"))
    for record in records:
        os.utime(record, (1e9, 1e9))
    house.render()
    assert house.rehearsed == 0
    assert len(records) == 6
    assert all(record.stat().st_mtime > 1.1e9 for record in records)  # so that none of them is collected first
    assert not half.exists()


def test_locked_clips_stay_pinned_by_reruns(house):
    house.render("--lock", "first")
    house.render()
    assert house.rehearsed == 1
    shutil.rmtree(house.folder / "cache" / "pins")
    house.render()
    assert house.rehearsed == 0
    (pin,) = (house.folder / "cache" / "pins").iterdir()
    assert json.loads(pin.read_text())["by"] == str(house.folder / "choices.yaml")


def test_the_files_that_a_camera_is_read_from(first):
    path = first / "path" / "images.txt"
    assert files_beside(path, composer.load(first / "film.yaml").fps, "") == (first / "path" / "cameras.txt",)
