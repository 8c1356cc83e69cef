"""The store: found again by content, whole or absent, and never half."""

import errno
from dataclasses import dataclass

import numpy as np
import pytest

from composer.errors import DamagedError, StorageError
from composer.store import Store, digest, write_whole


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def written(text):
    def write(folder):
        (folder / "clip").write_text(text)
        return {"said": text}

    return write


def test_an_entry_is_made_once_and_found_again(store):
    calls = []

    def write(folder):
        calls.append(folder)
        return written("hello")(folder)

    first = store.get_or_put("ab12", write)
    again = Store(store.root).get_or_put("ab12", write)
    assert len(calls) == 1
    assert again.path("clip").read_text() == "hello"
    assert again.notes == {"said": "hello"}
    assert again.digest == first.digest


@pytest.mark.parametrize("damage", ["flip", "cut", "remove", "index"])
def test_a_damaged_entry_is_set_aside_and_made_again(store, damage):
    entry = store.put("ab12", written("hello"))
    victim = entry.path("clip")
    match damage:
        case "flip":
            victim.write_text("hallo")
        case "cut":
            victim.write_text("hell")
        case "remove":
            victim.unlink()
        case "index":
            entry.path("entry.json").write_text("{")
    fresh = Store(store.root)
    if damage == "flip":  # which its size does not tell
        with pytest.raises(DamagedError):
            fresh.get("ab12").path("clip")
    assert fresh.get("ab12") is None
    assert fresh.put("ab12", written("hello")).path("clip").read_text() == "hello"
    assert Store(store.root).get("ab12") is not None


def test_an_interrupted_write_leaves_nothing(store):
    def write(folder):
        (folder / "clip").write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.put("ab12", write)
    assert store.get("ab12") is None
    store.close()
    assert [p.name for p in store.root.rglob("*") if p.is_file()] == ["gate"]


def test_a_full_disk_is_a_sentence(store):
    def write(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="no space left on device"):
        store.put("ab12", write)


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "plan.json"
    write_whole(path, "old")

    def fail(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(StorageError):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@dataclass
class Point:
    x: int
    y: float


def test_digests_tell_values_apart():
    values = [
        1,
        1.0,
        "1",
        [1],
        [[1]],
        {"a": 1},
        {"a": "1"},
        ["ab", "c"],
        ["a", "bc"],
        np.zeros(2),
        np.zeros((1, 2)),
        np.zeros(2, np.float32),
        Point(1, 2.0),
        None,
    ]
    assert len({digest(v) for v in values}) == len(values)
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(Point(1, 2.0)) == digest(Point(1, 2.0))


def test_what_has_no_digest_is_refused():
    with pytest.raises(TypeError, match="object"):
        digest(object())
