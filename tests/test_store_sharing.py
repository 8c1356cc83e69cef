"""A store that films and processes share: damage found, holds and pins kept, the least recently used collected first."""

import errno
import json
import multiprocessing
import os
import random
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from composer import failpoints
from composer.cli import app
from composer.errors import DamagedError, StorageError, Wrong
from composer.store import Store, cache_folder, collect, items, size_bytes, verify

FLIPS = 1000


def written(content):
    def write(folder):
        (folder / "clip").write_bytes(content)
        return {"film": "Small", "shot": content[:4].decode()}

    return write


def put(root, *keys, size=1000):
    with Store(root) as store:
        for age, key in enumerate(keys):
            entry = store.put(key, written(key.encode() * (size // len(key))), kind="native")
            os.utime(entry.folder / "entry.json", (age, age))


def read_whole(root, key):
    """Its bytes, or None where a render would make it again."""
    with Store(root) as store:
        entry = store.get(key)
        try:
            return entry and entry.path("clip").read_bytes()
        except DamagedError:
            return None


def test_every_flip_and_every_cut_is_found(tmp_path):
    chance = random.Random(6)  # noqa: S311 - seeded, to be had again
    for number in range(FLIPS):
        key = f"k{number % 7}key"
        if read_whole(tmp_path, key) is None:
            put(tmp_path, key, size=200)
        folder = Store(tmp_path).folder(key)
        victim = folder / chance.choice(("clip", "entry.json"))
        content = bytearray(victim.read_bytes())
        at = chance.randrange(len(content))
        if chance.random() < 0.5:
            content[at] ^= 1 << chance.randrange(8)
        else:
            del content[at:]
        victim.write_bytes(content)
        assert read_whole(tmp_path, key) is None, (number, victim.name, at)
        assert not folder.exists()


def test_the_least_recently_used_goes_first(tmp_path):
    put(tmp_path, "aaaa", "bbbb", "cccc", "dddd")
    with Store(tmp_path) as store:
        assert store.get("aaaa"), "which is a use"
    each = items(tmp_path)[0].size_bytes
    done = collect(tmp_path, 2 * each)
    assert [item.key for item in done.removed] == ["bbbb", "cccc"]
    assert {item.key for item in items(tmp_path)} == {"aaaa", "dddd"}
    assert (done.freed_bytes, done.kept_bytes) == (2 * each, 2 * each)


@pytest.mark.parametrize(("error", "told"), [(errno.ENOENT, False), (errno.EIO, True)])
def test_a_folder_that_goes_while_it_is_counted_is_passed_over_and_a_failing_disk_is_told(
    tmp_path, monkeypatch, error, told
):
    put(tmp_path, "aaaa", "bbbb")
    looked = os.scandir

    def look(path):
        if os.fspath(path).endswith("aaaa"):
            raise OSError(error, os.strerror(error), os.fspath(path))
        return looked(path)

    monkeypatch.setattr(os, "scandir", look)
    if told:
        with pytest.raises(StorageError):
            items(tmp_path)
    else:
        assert [(item.key, item.size_bytes > 0) for item in items(tmp_path)] == [("aaaa", False), ("bbbb", True)]


def test_what_is_held_or_pinned_stays(tmp_path):
    root, choices = tmp_path / "store", tmp_path / "choices.yaml"
    put(root, "aaaa", "bbbb", "cccc")
    choices.write_text("locks: {S02: {clip: bbbb}}")
    with Store(root) as holding:
        assert holding.get("aaaa")
        holding.pin("bbbb", choices)
        assert [item.key for item in collect(root, 0).removed] == ["cccc"]
    choices.write_text("locks: {}")
    assert {item.key for item in collect(root, 0).removed} == {"aaaa", "bbbb"}


def test_a_lock_that_is_undone_or_gone_keeps_nothing(tmp_path):
    root, choices = tmp_path / "store", tmp_path / "choices.yaml"
    put(root, "aaaa", "bbbb")
    choices.write_text("aaaa bbbb")
    Store(root).pin("aaaa", choices)
    Store(root).pin("bbbb", choices)
    Store(root).unpin("aaaa", choices)
    assert [item.key for item in collect(root, 0).removed] == ["aaaa"]
    choices.unlink()
    assert [item.key for item in collect(root, 0).removed] == ["bbbb"]


def _put_at_once(root, start, said):
    with Store(root) as store:

        def write(folder):
            (folder / "clip").write_bytes(b"same" * 99)
            start.wait(30)
            return {}

        said.put(store.put("abcd", write).path("clip").read_bytes() == b"same" * 99)


def test_two_processes_may_put_one_key(tmp_path):
    spawning = multiprocessing.get_context("spawn")
    start, said = spawning.Barrier(2), spawning.Queue()
    both = [spawning.Process(target=_put_at_once, args=(tmp_path, start, said)) for _ in range(2)]
    for process in both:
        process.start()
    assert [said.get(timeout=60), said.get(timeout=60)] == [True, True]
    for process in both:
        process.join(60)
    assert not verify(tmp_path)
    assert [item.key for item in items(tmp_path)] == ["abcd"]
    assert not (tmp_path / "damaged").exists()
    assert not list((tmp_path / "sessions").iterdir())


KILLED = """
import sys
from pathlib import Path
from composer.store import Store
def write(folder):
    (folder / "clip").write_bytes(b"clip")
    return {}
Store(Path(sys.argv[1])).put("abcd", write)
"""


@pytest.mark.parametrize("name", [name for name in failpoints.NAMES if name.startswith(("store.entry", "session"))])
def test_a_kill_at_any_point_of_a_put_leaves_nothing_half(tmp_path, name):
    told = {**os.environ, failpoints.VARIABLE: f"{name}=kill"}
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], env=told, check=False)
    assert done.returncode == -9, name
    there = read_whole(tmp_path, "abcd")
    assert there == (b"clip" if name in ("store.entry-renamed", "store.entry-done") else None)
    assert not list((tmp_path / "sessions").iterdir())


@pytest.mark.parametrize(
    ("text", "size"), [("50GB", 50 * 10**9), ("800 mb", 8 * 10**8), ("1.5GiB", 3 << 29), ("0B", 0), ("2kB", 2000)]
)
def test_sizes_are_read_as_people_write_them(text, size):
    assert size_bytes(text) == size


@pytest.mark.parametrize("text", ["", "50", "GB", "-1GB", "1iB", "1e3MB", "50 gigs"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(Wrong, match="is no size"):
        size_bytes(text)


def test_the_cache_is_where_somebody_says(monkeypatch, tmp_path):
    assert cache_folder("here").name == "here"
    monkeypatch.setenv("COMPOSER_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.delenv("COMPOSER_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "composer"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache_folder() == tmp_path / "home" / ".cache" / "composer"


def run(*words):
    return CliRunner().invoke(app, ["cache", *words])


def test_the_cache_is_listed_verified_and_collected(own_cache):
    put(own_cache, "aaaa", "bbbb")
    listed = json.loads(run("ls", "--json").stdout)
    assert [(one["key"], one["kind"], one["notes"]["film"]) for one in listed["entries"]] == [
        ("aaaa", "native", "Small"),
        ("bbbb", "native", "Small"),
    ]
    assert run("verify").exit_code == 0
    victim = Store(own_cache).folder("bbbb") / "clip"
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    done = run("verify")
    assert done.exit_code == 7
    assert "1 good, 1 damaged" in done.stdout
    assert "rendered again" in done.stderr
    assert run("gc", "--keep", "lots").exit_code == 2
    done = run("gc", "--keep", "0B")
    assert done.exit_code == 0
    assert "1 entries removed" in done.stdout
    assert not items(own_cache)
