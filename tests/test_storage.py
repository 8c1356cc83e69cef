"""Disks that fill up, fail and lock: whatever goes wrong at whichever step, a sentence, and nothing that was good is lost."""

import errno
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import composer
from composer.errors import StorageError
from composer.store import verify

STORE = "store"
BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
UNSEEN = (".lock", "status.json", "record.json", "timeline.json")
"""What tells of the render, not of the film."""
ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EACCES", "EROFS")


@pytest.fixture(scope="module")
def two_films(tmp_path_factory, small_text):
    """A list, the same list edited, and the folders that they render into: the second on top of the first."""
    one = small_text.replace("1.5s", "2f").replace("0.5s", "2f").replace("1s", "3f").replace("128x72", "64x64")
    two = one.replace("arc left", "arc right").replace("title: Small", "title: Other")
    before, after = (tmp_path_factory.mktemp(name) / "out" for name in ("before", "after"))
    rendered(one, before)
    shutil.copytree(before, after)
    rendered(two, after)
    return two, before, after


def shown(folder):
    """Digests of all that a viewer sees; no half-written file may be among it."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in UNSEEN]
    assert not [path for path in files if ".tmp" in path.as_posix().removeprefix(str(folder))]
    return {
        path.relative_to(folder).as_posix(): hashlib.blake2b(path.read_bytes()).hexdigest()
        for path in files
        if STORE not in path.relative_to(folder).parts
    }


def rendered(text, out):
    """The film, with its clips beside it, so that a copy of the folder has both."""
    return composer.compose(composer.read(text, "two.yaml"), generator="previz", out=out, cache=out / STORE)


@pytest.mark.skipif(sys.platform != "linux", reason="reads which file a handle belongs to from /proc")
def test_any_step_may_fail_and_the_next_run_goes_on(tmp_path, two_films, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from failing import Disk  # noqa: PLC0415 - it is no package

    text, before, after = two_films
    out = tmp_path / "out"
    shutil.copytree(before, out)
    first, second = shown(before), shown(after)
    with Disk(out) as disk:
        rendered(text, out)
        steps = disk.count
        assert shown(out) == second
        assert steps > 100, "the steps are no longer seen"
        named = 0
        for step in range(4, steps, 23):
            disk.arm(-1, 0)
            shutil.rmtree(out)
            shutil.copytree(before, out)
            disk.arm(step, getattr(errno, ERRORS[step % len(ERRORS)]))
            try:  # a folder that is there already need not be made
                rendered(text, out)
            except StorageError as error:
                assert str(out) in str(error)  # noqa: PT017 - not every step is one that it cannot do without
                named += 1
            disk.arm(-1, 0)
            found = shown(out)
            assert found["film.mp4"] in (first["film.mp4"], second["film.mp4"]), step
            assert all(digest in (first.get(name), second.get(name)) for name, digest in found.items()), step
            assert not verify(out / STORE)
            rendered(text, out)
            assert shown(out) == second, step
        assert named  # which steps it can do without depends on what runs beside it


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX's")
@pytest.mark.parametrize("most_bytes", [0, 60, 700, 2500, 6000, 12_000])
def test_a_file_that_is_cut_short_takes_no_place(tmp_path, two_films, most_bytes):
    """Whoever writes, FFmpeg or Python, gets so far and no further, as on a full disk."""
    import resource  # noqa: PLC0415 - POSIX only

    text, before, after = two_films
    out = tmp_path / "out"
    shutil.copytree(before, out)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, limits[1]))
    try:
        with pytest.raises(StorageError):
            rendered(text, out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    first, second = shown(before), shown(after)
    found = shown(out)
    assert found["film.mp4"] in (first["film.mp4"], second["film.mp4"])
    assert all(digest in (first.get(name), second.get(name)) for name, digest in found.items())
    rendered(text, out)
    assert shown(out) == second


@pytest.mark.parametrize("out", ["file", "file/below", "gone/" + "x" * 300])
def test_a_folder_that_cannot_be_is_told(tmp_path, two_films, out):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="cannot write to"):
        rendered(two_films[0], tmp_path / out)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_file_where_a_folder_belongs_is_told_and_stays(tmp_path, two_films):
    text, before, _ = two_films
    for name in ("clips", "state", STORE):
        out = tmp_path / name
        shutil.copytree(before, out)
        shutil.rmtree(out / name)
        (out / name).write_text("mine")
        with pytest.raises(StorageError):
            rendered(text, out)
        assert (out / name).read_text() == "mine"


def test_a_folder_where_a_file_belongs_is_told_and_stays(tmp_path, two_films):
    text, before, _ = two_films
    for name in ("film.mp4", "manifest.json", "map.png", "clips/back.mp4", ".lock"):
        out = tmp_path / name.replace("/", "_")
        shutil.copytree(before, out)
        (out / name).unlink()
        (out / name).mkdir()
        (out / name / "mine").touch()
        with pytest.raises(StorageError):
            rendered(text, out)
        assert (out / name / "mine").exists()


def test_what_a_killed_render_left_is_swept(tmp_path, two_films):
    text, before, after = two_films
    out = tmp_path / "out"
    shutil.copytree(before, out)
    for left in (".film.mp4.7.tmp", "clips/.back.mp4.7.tmp", "state/.back.json.7.tmp"):
        (out / left).write_bytes(b"half")
    dead = out / STORE / "sessions" / "0123"
    (dead / "4567").mkdir(parents=True)
    (dead / "lock").touch()
    (dead / "4567" / "clip.mkv").write_bytes(b"half")
    (out / "mine.tmp").write_text("mine")
    rendered(text, out)
    assert not list(out.rglob(".*.tmp"))
    assert not list((out / STORE / "sessions").iterdir())
    (out / "mine.tmp").unlink()
    assert shown(out) == shown(after)


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "gone", "index"])
def test_a_damaged_store_is_never_read_as_good(tmp_path, two_films, damage):
    text, _, after = two_films
    out = tmp_path / "out"
    shutil.copytree(after, out)
    for entry in (out / STORE).glob("*/*/entry.json"):
        victim = next(path for path in entry.parent.iterdir() if path != entry)
        content = victim.read_bytes()
        match damage:
            case "cut":
                victim.write_bytes(content[:-1])
            case "flip":
                victim.write_bytes(content[:99] + bytes([content[99] ^ 1]) + content[100:])
            case "empty":
                victim.write_bytes(b"")
            case "gone":
                victim.unlink()
            case "index":
                entry.write_text(entry.read_text()[:-9])
    (out / "film.mp4").unlink()  # else nothing reads the bytes of any clip
    film = rendered(text, out)
    assert film.kept == 0
    assert shown(out) == shown(after)


def test_a_manifest_of_anything_is_no_harm(tmp_path, two_films):
    text, _, after = two_films
    out = tmp_path / "out"
    shutil.copytree(after, out)
    for said in (
        "",
        "[]",
        "{",
        '{"digests": []}',
        '{"digests": {"../x": 1, "clips/../../y": "z"}}',
        "\x00" * 99,
        "[" * 9999,
    ):
        (out / "manifest.json").write_text(said)
        rendered(text, out)
        assert shown(out) == shown(after)


def test_a_tiny_disk_fills_and_keeps_the_film(tmp_path, two_films):
    text, before, after = two_films
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(path.stat().st_size for path in before.rglob("*") if path.is_file())
    mount, umount = shutil.which("mount"), shutil.which("umount")
    words = ["-t", "tmpfs", "-o", f"size={size * 5 // 4}", "tmpfs", str(disk)]
    if not mount or not umount or subprocess.run([mount, *words], check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    try:
        out = disk / "out"
        shutil.copytree(before, out)
        with pytest.raises(StorageError, match="no space left on device"):
            rendered(text, out)
        assert shown(out)["film.mp4"] == shown(before)["film.mp4"]
        subprocess.run([mount, "-o", "remount,size=100%", str(disk)], check=True)
        rendered(text, out)
        assert shown(out) == shown(after)
        subprocess.run([mount, "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageError, match="read-only"):
            rendered(text.replace("Other", "Another"), out)
        assert shown(out) == shown(after)
    finally:
        subprocess.run([umount, str(disk)], check=True)
