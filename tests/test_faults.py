"""Faults at the edges: two at once on one entry, a disk that fails at a named point, and the points themselves."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from composer import failpoints
from composer.errors import DamagedError, StorageError, UsageError
from composer.store import Store, collect, items
from composer.store.entries import Entry

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(scope="module")
def durability():
    """The parts of `benchmarks/durability.py`, and a folder with a film to try them on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        import durability_disk  # noqa: PLC0415 - it is no package

        yield durability_disk


@pytest.fixture(scope="module")
def ground(durability, tmp_path_factory):
    return durability.Ground.of(tmp_path_factory.mktemp("ground"))


@pytest.fixture(autouse=True)
def _disarmed():
    yield
    failpoints.arm(None)


def written(content):
    def write(folder):
        (folder / "clip").write_bytes(content)
        return {}

    return write


def flip(root, key):
    clip = Store(root).folder(key) / "clip"
    content = bytearray(clip.read_bytes())
    content[-1] ^= 1
    clip.write_bytes(content)


def test_what_another_process_has_mended_is_not_set_aside(tmp_path, monkeypatch):
    """Two find the same damage; one of them has already put a good entry when the other comes to set it aside."""
    with Store(tmp_path) as slow, Store(tmp_path) as fast:
        slow.put("abcd", written(b"good"))
        slow.close()
        entry = slow.get("abcd")
        flip(tmp_path, "abcd")
        is_whole = Entry.is_whole

        def and_meanwhile(self, name):
            found = is_whole(self, name)
            monkeypatch.setattr(Entry, "is_whole", is_whole)
            with pytest.raises(DamagedError):
                fast.get("abcd").path("clip")
            fast.put("abcd", written(b"good"))
            return found

        monkeypatch.setattr(Entry, "is_whole", and_meanwhile)
        slow._proven.clear()
        with pytest.raises(DamagedError):
            entry.path("clip")
        assert slow.get("abcd").path("clip").read_bytes() == b"good"
        assert len(list((tmp_path / "damaged").iterdir())) == 1


def test_a_session_that_cannot_open_leaves_nothing(tmp_path):
    failpoints.arm("session.opened=ENOSPC")
    store = Store(tmp_path)
    with pytest.raises(StorageError, match="no space left on device"):
        store.put("abcd", written(b"good"))
    assert not list((tmp_path / "sessions").iterdir())
    assert store.put("abcd", written(b"good")).path("clip").read_bytes() == b"good"


class Seen(failpoints.Armed):
    """Fails nothing, and keeps the names that it meets."""

    def reach(self, name):
        self.met.add(name)


def test_every_point_is_reached(durability, ground, monkeypatch):
    from durability_film import SECOND, render  # noqa: PLC0415

    seen = Seen(failpoints.ANY, 1, "EIO")
    seen.met = set()
    monkeypatch.setattr(failpoints, "_ARMED", seen)
    ground.fresh()
    durability.damage_all(ground.trial / "cache")
    render(SECOND, ground.trial)
    collect(ground.trial / "cache", 0)
    assert seen.met == set(failpoints.NAMES)


@pytest.mark.parametrize(
    ("point", "code", "said"),
    [
        ("store.entry-synced:2", "ENOSPC", "no space left on device"),
        ("publish.pictures", "EIO", "input/output error"),
    ],
)
def test_a_disk_that_fails_exits_7_and_the_same_command_goes_on(durability, ground, point, code, said):
    exit_code, told, wrong = durability.at_the_command_line(ground, f"{point}={code}")
    assert exit_code == 7
    assert f"composer: cannot write to {ground.trial}" in told  # after progress, on a slow machine
    assert f": {said}. What was there before is untouched\ngo on from there: composer render " in told
    assert "Traceback" not in told
    assert not wrong


def test_a_failpoint_that_there_is_not_is_a_sentence(tmp_path):
    with pytest.raises(UsageError, match="expected NAME"):
        failpoints.armed("store.nowhere=kill")
    with pytest.raises(UsageError, match="ENOSPC"):
        failpoints.armed("whole.written=EPERM")
    told = {**os.environ, failpoints.VARIABLE: "publish.film=often"}
    command = [sys.executable, "-m", "composer", "cache", "ls", "--cache", str(tmp_path)]
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "composer: COMPOSER_FAILPOINT=publish.film=often: expected NAME[:NTH]=HOW; NAME one of "
    )
    assert "Traceback" not in done.stderr
    assert not items(tmp_path)


@pytest.mark.usefixtures("durability")
def test_renders_that_are_started_together_leave_one(tmp_path):
    import racing  # noqa: PLC0415

    chance = random.Random(4)  # noqa: S311 - seeded, to be had again
    for number in range(3):
        race = racing.Race.run(tmp_path / str(number), chance)
        assert race.wrong == "", race.left


@pytest.mark.usefixtures("durability")
def test_a_collector_takes_nothing_from_a_running_render(tmp_path):
    import durability_damage  # noqa: PLC0415

    found = durability_damage.collected(tmp_path, times=2)
    assert found["missed"] == []
    assert found["removed"] >= 4, "it met no render"


@pytest.mark.usefixtures("durability")
def test_damage_of_any_file_is_mended_with_the_same_bytes(tmp_path):
    import durability_damage  # noqa: PLC0415

    chance = random.Random(2)  # noqa: S311 - seeded, to be had again
    assert durability_damage.damaged(tmp_path, chance, 40)["missed"] == []
