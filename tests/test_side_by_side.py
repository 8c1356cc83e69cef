"""Films rendered by several workers: the same bytes; some shots alone; segments that fail."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Lock

import pytest

import composer
from composer import generators
from composer.composing.requests import Requests
from composer.composing.workforce import workers
from composer.errors import IncompleteError, OptionError, StorageError, UsageError
from composer.run import Task, read_status
from composer.store import cache_folder
from composer.types import Capabilities

LIST = """
title: Two places
size: 64x64
seed: 5
places:
  yard: {look: yard, anchors: {hut: {box: 4 x 3 x 3m, look: brick hut}}}
  hall: {look: hall, light: night, anchors: {door: {box: 1 x 0.2 x 2m, look: oak door}}}
shots:
  - {shot: one, duration: 10f, place: yard, camera: WS hut}
  - {shot: two, duration: 6f, place: hall, camera: MS door}
  - {shot: three, duration: 200f, place: yard, camera: {frame: MS hut, move: arc left 20deg}}
  - {shot: five, duration: 6f, place: yard, join: last_frames, camera: {move: hold}}
  - {shot: four, duration: 5f, place: hall, camera: {frame: CU door, move: dolly in 0.2m}}
"""


def listed(text=LIST):
    return composer.read(text, "places.yaml")


@pytest.fixture
def moody(plugin, tmp_path, monkeypatch):  # noqa: ARG001 - the folder of plug-ins is on the path
    """Has every render be made by a generator with moods."""
    from moody import Moody  # noqa: PLC0415

    (tmp_path / "calls").mkdir()

    def made(**mood):
        maker = Moody(tmp_path / "calls", **mood)
        monkeypatch.setattr(generators, "load", lambda *_: maker)
        return maker

    return made


def shown(folder):
    """Digests of all that makes the film."""
    files = [path for part in ("clips", "state", ".") for path in (folder / part).glob("*.*") if path.name[0] != "."]
    told = ("timeline.json",)
    return {p.name: hashlib.blake2b(p.read_bytes()).hexdigest() for p in files if p.name not in told}


def test_any_number_of_workers_makes_the_same_film(tmp_path, moody, monkeypatch):
    films = {}
    for name, mood, count in (("one", "one", 1), ("threads", "threads", 3), ("processes", "processes", 2)):
        monkeypatch.setenv("COMPOSER_CACHE", str(tmp_path / f"cache of {name}"))
        maker = moody(at_once=mood)
        film = composer.compose(listed(), out=tmp_path / name, workers=count)
        assert film.made == len(film.plan.segments) == 6
        films[name] = shown(film.folder)
        again = composer.compose(listed(), out=tmp_path / name, workers=count)
        assert again.made == 0
    assert films["one"] == films["threads"] == films["processes"]
    assert len(films["one"]) == 5 + 5 + 5
    assert set(maker.counted().values()) == {3}


def test_a_segment_that_fails_is_tried_again_and_the_film_is_whole(tmp_path, moody):
    maker = moody(fails={"two/0": 2})
    steps = []
    film = composer.compose(listed(), out=tmp_path / "out", on_progress=steps.append)
    assert maker.counted()["two/0"] == 3
    assert film.path.exists()
    assert [s.said for s in steps if s.happening == "retried"] == [
        "generator `moody` failed on segment `two/0`: RuntimeError: no mood for it"
    ] * 2


@pytest.mark.parametrize(("mood", "count"), [("one", 1), ("threads", 2), ("processes", 2)])
def test_what_fails_for_good_is_named_and_all_else_is_done(tmp_path, moody, mood, count):
    maker = moody(at_once=mood, fails={"three/0": 99})
    with pytest.raises(IncompleteError) as caught:
        composer.compose(listed(), out=tmp_path / "out", workers=count, retries=1)
    assert str(caught.value) == (
        "generator `moody` failed on segment `three/0`: RuntimeError: no mood for it\n"
        "not done, since they need what failed: five\n"
        "all else is done and kept"
    )
    assert caught.value.exit_code == 4
    calls = maker.counted()
    assert calls == {"one/0": 1, "two/0": 1, "three/0": 2, "four/0": 1}
    assert {path.stem for path in (tmp_path / "out" / "clips").iterdir()} == {"one", "two", "four"}
    assert not (tmp_path / "out" / "film.mp4").exists()
    status = read_status(tmp_path / "out")
    assert (status.state, {t.name: t.state for t in status.tasks}["five/0"]) == ("incomplete", "blocked")
    moody(at_once=mood)
    film = composer.compose(listed(), out=tmp_path / "out", workers=count)
    assert film.path.exists()
    calls = maker.counted()
    assert [calls[name] for name in ("one/0", "two/0", "four/0", "three/1", "five/0")] == [1] * 5
    assert calls["three/0"] == 3


def test_a_process_that_is_killed_is_replaced(tmp_path, moody):
    maker = moody(at_once="processes", dies={"four/0": 1})
    film = composer.compose(listed(), out=tmp_path / "out", workers=2)
    assert film.path.exists()
    assert maker.counted()["four/0"] == 2


def test_some_shots_alone_are_rendered_with_what_they_need(tmp_path, moody):
    maker = moody()
    film = composer.compose(listed(), out=tmp_path / "out", only=["five,two"])
    assert set(maker.counted()) == {"two/0", "five/0", "three/0", "three/1"}, "`five` goes on from `three`"
    assert film.missing == ("one", "three", "four")
    assert {path.stem for path in (tmp_path / "out" / "clips").iterdir()} == {"two", "five"}
    assert not film.path.exists()
    film = composer.compose(listed(), out=tmp_path / "out", start="four")
    assert film.missing == ("one", "three")
    film = composer.compose(listed(), out=tmp_path / "out", only=["one", "three"])
    assert not film.missing
    assert film.path.exists()
    assert set(maker.counted().values()) == {1}


def test_a_shot_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"^--only: no shot is called `fiv`; there are: one, .*Did you mean `five`\?$"):
        composer.compose(listed(), out=tmp_path / "out", only=["two", "fiv"])
    with pytest.raises(
        UsageError, match=r"^--from: no shot is called `six`; there are: one, two, three, five, four\.$"
    ):
        composer.compose(listed(), out=tmp_path / "out", start="six")
    assert not (tmp_path / "out").exists()


def test_the_last_film_stays_until_the_new_one_is_whole(tmp_path, moody):
    moody()
    film = composer.compose(listed(), out=tmp_path / "out")
    before = film.path.read_bytes()
    moody(fails={"two/0": 99})
    edited = listed(LIST.replace("MS door", "WS door"))
    with pytest.raises(IncompleteError):
        composer.compose(edited, out=tmp_path / "out", retries=0)
    assert film.path.read_bytes() == before
    moody()
    assert composer.compose(edited, out=tmp_path / "out").made == 1
    assert film.path.read_bytes() != before


def test_the_trace_tells_what_every_worker_did(tmp_path, moody):
    moody(at_once="processes")
    composer.compose(listed(), out=tmp_path / "out", workers=2)
    events = json.loads((tmp_path / "out" / "timeline.json").read_text())["traceEvents"]
    named = {e["name"] for e in events}
    assert {"generate one/0", "write one/0", "deliver one", "generate five/0"} <= named
    assert len({e["pid"] for e in events if e["ph"] == "X"}) == 2
    rows = {}
    for event in events:
        if event["ph"] == "X":
            rows.setdefault((event["pid"], event["tid"]), []).append(event)
    for row in rows.values():
        assert all(a["ts"] + a["dur"] <= b["ts"] + 1 for a, b in pairwise(row))


def test_renders_of_one_list_into_folders_of_their_own_share_what_they_make(tmp_path, moody):
    moody(at_once="threads")
    with ThreadPoolExecutor(3) as pool:
        films = list(pool.map(lambda k: composer.compose(listed(), out=tmp_path / f"out{k}"), range(3)))
    assert len({tuple(sorted(shown(film.folder).items())) for film in films}) == 1
    assert composer.compose(listed(), out=tmp_path / "another").made == 0


@pytest.mark.parametrize(
    ("at_once", "cores", "asked", "units", "expected"),
    [
        ("one", 1, None, [100], 1),
        ("threads", 1, None, [9] * 9, 4),
        ("threads", 1, None, [9] * 3, 3),
        ("threads", 1, 7, [9] * 9, 7),
        ("processes", 1, None, [100, 100], 1),
        ("processes", 1, None, [2000] * 9, 8),
        ("processes", 1, None, [500] * 3, 3),
        ("processes", 2, None, [2000] * 9, 4),
        ("processes", 99, None, [2000] * 9, 1),
        ("processes", 1, 2, [10, 10], 2),
    ],
)
def test_as_many_work_as_machine_generator_and_film_allow(monkeypatch, at_once, cores, asked, units, expected):
    monkeypatch.setattr("composer.composing.workforce.processors", lambda: 8)
    can = Capabilities("some", "1", "MIT", at_once=at_once, cores=cores)
    tasks = [Task(str(k), "render", n) for k, n in enumerate(units)] + [Task("shot", "deliver")]
    assert workers(can, asked, tasks) == expected


def test_more_workers_than_a_generator_allows_are_refused_before_anything_is_chosen(tmp_path, moody):
    moody()
    (tmp_path / "places.yaml").write_text(LIST)
    said = r"^generator `moody` makes one clip at a time on this machine; expected --workers 1$"
    with pytest.raises(OptionError, match=said):
        composer.compose(composer.load(tmp_path / "places.yaml"), out=tmp_path / "out", workers=2, retake=["two"])
    assert not (tmp_path / "choices.yaml").exists()


@pytest.mark.parametrize(("mood", "count"), [("one", 1), ("threads", 2), ("processes", 2)])
def test_damage_that_a_worker_meets_is_mended_by_the_same_render(tmp_path, moody, mood, count):
    maker = moody(at_once=mood)
    before = composer.compose(listed(), out=tmp_path / "out", workers=count)
    for native in cache_folder().glob("*/*/clip.mkv"):
        content = bytearray(native.read_bytes())
        content[len(content) // 2] ^= 1
        native.write_bytes(content)
    longer = listed(LIST.replace("five, duration: 6f", "five, duration: 7f").replace("MS door", "WS door"))
    film = composer.compose(longer, out=tmp_path / "out", workers=count)
    assert film.plan.frames == before.plan.frames + 1
    assert film.made == 6, "`three`, which `five` goes on from, was damaged; and then all others were read, too"
    assert set(maker.counted().values()) == {2}
    assert composer.compose(longer, out=tmp_path / "out", workers=count).made == 0


def test_a_clip_is_kept_whatever_goes_wrong_with_drawing_the_next(tmp_path, moody, monkeypatch):
    maker = moody()

    def fail(self, segment):  # noqa: ARG001
        raise StorageError(f"nothing can be drawn of {segment.id}")

    monkeypatch.setattr(Requests, "prepare", fail)
    with pytest.raises(StorageError, match="nothing can be drawn"):
        composer.compose(listed(), out=tmp_path / "out")
    monkeypatch.setattr(Requests, "prepare", lambda self, segment: None)  # noqa: ARG005
    assert composer.compose(listed(), out=tmp_path / "out").made == 5
    assert set(maker.counted().values()) == {1}


def test_a_worker_runs_nothing_that_lies_in_the_folder(tmp_path, moody, monkeypatch):
    moody(at_once="processes")
    for name in ("json", "secrets", "socket"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('foreign code')")
    monkeypatch.chdir(tmp_path)
    assert composer.compose(listed(), out=tmp_path / "out", workers=2).made == 6


def test_a_generator_that_cannot_go_to_another_process_is_told(tmp_path, moody):
    maker = moody(at_once="processes")
    maker.lock = Lock()
    with pytest.raises(IncompleteError, match=r"the generator cannot work in another process .*; expected --workers 1"):
        composer.compose(listed(), out=tmp_path / "out", workers=2, retries=0)


@pytest.mark.parametrize(("mood", "count"), [("one", 1), ("threads", 2), ("processes", 2)])
def test_a_fault_of_whoever_listens_is_no_failure_of_the_generator(tmp_path, moody, mood, count):
    maker = moody(at_once=mood)

    def listen(step):
        if step.happening == "progress":
            raise ValueError("no ear for it")

    with pytest.raises(ValueError, match="no ear for it"):
        composer.compose(listed(), out=tmp_path / "out", workers=count, on_progress=listen)
    assert max(maker.counted().values()) == 1
    assert composer.compose(listed(), out=tmp_path / "out", workers=count).path.exists()
    assert max(maker.counted().values()) == 1, "what was made is kept"
