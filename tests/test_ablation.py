"""The ablation: its lists are frozen and held out, its arithmetic known, its arms what they say, its report its numbers."""

import importlib
import json
import sys
from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest

import composer
from composer import generators
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.planning import PlanOptions
from composer.store import Store

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
TINY = """\
fps: 24
size: 128x72
places:
  yard:
    look: yard
    light: overcast
    anchors:
      tower: {box: 4 x 4 x 7m, look: thing}
      shed: {box: 6 x 4 x 3m, look: machine, right_of: tower, gap: 3m}
shots:
  - {shot: front, duration: 30f, camera: {frame: WS tower shed, height: 3m, move: truck left 0.3m}}
  - {shot: side, duration: 12f, camera: {frame: WS tower shed, from: south-west, height: 4m}}
  - {shot: back, duration: 12f, camera: {frame: WS tower shed, height: 3m}}
"""


@pytest.fixture(scope="module")
def parts():
    """The modules of the ablation, by what they are of."""
    sys.path.insert(0, str(BENCHMARKS))
    names = ("lists", "films", "measuring", "figures", "report", "picture")
    try:
        found = {name: importlib.import_module(f"ablation_{name}") for name in names}
        yield {**found, "main": importlib.import_module("ablation")}
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def films(parts, tmp_path_factory):
    """A tiny list by three arms: figures by arm, plans, and the yardstick."""
    listed = parts["lists"].Listed("tiny", TINY)
    out = tmp_path_factory.mktemp("ablation")
    bench = parts["main"].Bench(listed, out)
    arms = {arm.name: arm for arm in (*parts["films"].ARMS, *parts["films"].PINNED)}
    rows = {}
    for name in ("none", "both", "none, words pinned"):
        for row in bench.rows(parts["main"].Job(listed, 3, arms[name])):
            rows[row["arm"]] = row
    return rows, bench, arms, out


def drift(parts, row):
    return parts["figures"].taken(*parts["figures"].ACROSS)(row)


def test_the_lists_are_frozen(parts, monkeypatch, tmp_path):
    lists = parts["lists"]
    assert [listed.name for listed in lists.frozen() if listed.open] == [
        "workshop",
        "street",
        "desert",
        "forest",
        "harbour",
    ]
    for name in lists.NAMES:
        (tmp_path / f"{name}.yaml").write_bytes((lists.FOLDER / f"{name}.yaml").read_bytes())
    monkeypatch.setattr(lists, "FOLDER", tmp_path)
    lists.frozen()
    (tmp_path / "desert.yaml").write_text("# another\n")
    with pytest.raises(SystemExit, match=lists.DIGEST):
        lists.frozen()


def test_the_lists_are_held_out(parts, monkeypatch):
    lists = parts["lists"]
    monkeypatch.setattr(lists, "DRAWN", 20)  # the run holds them against more: it takes 4 s
    lists.others.cache_clear()
    found = {listed.name: lists.nearest(listed) for listed in lists.frozen()}
    assert max(found.values()) <= lists.MOST_ALIKE, found
    line = json.loads((BENCHMARKS / "embedded.jsonl").read_text().splitlines()[0])
    assert lists.nearest(lists.Listed("known", line["open"])) == 1
    lists.others.cache_clear()


def test_the_lists_are_films_as_they_should_be(parts):
    for listed in parts["lists"].frozen():
        shots = listed.shotlist.shots
        assert 6 <= sum(slate.duration_s for slate in rehearse(listed.shotlist).slates) <= 10
        assert 3 <= len(shots) <= 5
        anchors = next(iter(listed.shotlist.places.values())).anchors
        assert len(anchors) >= 5
    joins = {shot.join for listed in parts["lists"].frozen() for shot in listed.shotlist.shots}
    assert joins == {"state", "last_frames"}


def row(name, seed, arm, values, *, kind="cut", share=1.0, sharp=1.0):
    observed = [[kind, 10, 20 + n, 2, value, 100, share] for n, value in enumerate(values)]
    looks = {figure: [sharp * 8.0, 8.0] for figure in ("sharp", "chroma", "contrast")}
    return {"list": name, "open": True, "seed": seed, "arm": arm, "observed": observed, "looks": looks, "error": 1.0,
            "coverage": [0.5]}  # fmt: skip


def numbers(*, sharp=1.0):
    """Two lists, two seeds: none 20 and 22, full 4, the truth 2."""
    found = []
    for name in ("one", "two"):
        for seed in (1, 2):
            for arm, value in (
                ("none", 19.0 + seed),
                ("final frames", 11.0),
                ("memory", 5.0),
                ("both", 4.0),
                ("truth", 2.0),
            ):
                made = row(name, seed, arm, [value, value], sharp=sharp if arm == "both" else 1.0)
                made["observed"] += row(name, seed, arm, [1.0], kind="within")["observed"]
                made["observed"] += row(name, seed, arm, [1.6], kind="shot")["observed"]
                made["observed"] += row(name, seed, arm, [2 * value], share=0.2)["observed"]
                found.append(made)
    return found


def test_recovery_is_what_it_should_be(parts):
    report, films = parts["report"], parts["figures"].Films(numbers())
    found = report.recovered(films, "", parts["figures"].taken("cut"))
    mean_none, mean_full, truth = (4 / 3 * v for v in (20.5, 4.0, 2.0))
    assert found.value == pytest.approx((mean_none - mean_full) / (mean_none - truth))
    assert found.span[0] <= found.value <= found.span[1]
    few = report.recovered(films, "", parts["figures"].taken("cut", few=True))
    assert few.value == pytest.approx((41 - 8) / (41 - 4))
    assert report.over_floor(films, "", "both").value == pytest.approx(4 / 3 * 4.0 / 1.6)
    assert report.over_floor(films, "", "both", floor="within").value == pytest.approx(4 / 3 * 4.0)


def test_anchors_that_were_never_seen_are_not_held_to_the_floor(parts):
    new = numbers()
    for one in new:
        one["observed"] += row(one["list"], one["seed"], one["arm"], [50.0], share=0.0)["observed"]
    seen, all_of = parts["figures"].Films(numbers()), parts["figures"].Films(new)
    over = parts["report"].over_floor
    assert over(all_of, "", "both").value == over(seen, "", "both").value


def test_what_was_won_with_blur_is_void(parts):
    films = parts["figures"].Films(numbers(sharp=0.5))
    found = parts["report"].recovered(films, "", parts["figures"].taken("cut"), 0.8)
    assert isnan(found.value)
    assert found.void
    assert found.held is None


def test_intervals_draw_lists_and_seeds(parts):
    interval = parts["figures"].interval
    same = {"it": np.full((3, 2), 5.0)}
    assert interval(same, lambda means: means["it"]) == (5.0, 5.0)
    apart = {"it": np.array([[0.0, 0.0], [10.0, 10.0]])}
    assert interval(apart, lambda means: means["it"]) == (0.0, 10.0), "both draws may be of one list"
    within = {"it": np.array([[0.0, 10.0], [0.0, 10.0]])}
    low, high = interval(within, lambda means: means["it"])
    assert 0 <= low < 5 < high <= 10
    assert all(map(isnan, interval({"it": np.full((2, 2), nan)}, lambda means: means["it"])))


def test_lists_of_which_an_arm_is_missing_have_no_say(parts):
    rows = [one for one in numbers() if not (one["list"] == "two" and one["arm"] == "memory" and one["seed"] == 2)]
    whole = parts["figures"].Films(rows).whole(["none", "memory"])
    assert {(one["list"], one["seed"]) for one in whole.rows} == {("one", 1), ("one", 2), ("two", 1)}
    assert {one["arm"] for one in whole.rows} == {"none", "memory"}


def test_seeds_that_are_not_done_are_left_out(parts):
    rows = [one for one in numbers() if not (one["list"] == "two" and one["arm"] == "memory" and one["seed"] == 2)]
    lists = [parts["lists"].Listed(name, "") for name in ("one", "two")]
    assert {one["seed"] for one in parts["main"].balanced(rows, lists)} == {1}
    assert parts["main"].balanced(numbers(), lists) == numbers()


def test_the_report_is_written_from_the_numbers(parts):
    about = {"about": "at commit abc", "digest": "d" * 64, "weights": "1.w"}
    rows, report = numbers(), parts["report"]
    text = report.written(about, rows, report.verdicts(rows))
    assert "at commit abc, embedded 1.w. 2 shot lists" in text
    assert f"the digest {'d' * 16}; seeds 1, 2" in text
    assert "| Recovery of M1 across cuts, looks that leave colour open | 0.892  |" in text
    assert "| at least 0.8 | met |" in text
    assert "| one | 2 | 27.3 | 14.7 | 6.67 | 5.33 | 2.67 | 0.892 |" in text
    worse = [one | {"observed": [[*seen[:4], 5 * seen[4], *seen[5:]] for seen in one["observed"]]} if one["arm"] == "both" else one for one in rows]  # fmt: skip
    assert "**MISSED**" in report.written(about, worse, report.verdicts(worse))


def test_words_are_drawn_anew_only_where_that_is_withheld(tmp_path):
    rehearsal = rehearse(composer.read(TINY, "tiny.yaml"))

    def requested(*without):
        told = generators.withhold(generators.load("embedded"), without)
        studio = Studio(rehearsal, rehearsal.plan(told.capabilities, PlanOptions(seed=7)), told, Store(tmp_path))
        first, *_, last = studio.plan.segments
        requests = [studio.requests.request(segment, None) for segment in (first, last)]
        keys = {studio.keys.key(first, studio.clips.content)}
        return [request.read_anew for request in requests], [studio.requests.draw(s) for s in (first, last)], keys, last

    told, draws, pinned_keys, last = requested("memory", "prefix", "carried")
    assert told == [False, False]
    assert draws == [7, 7], "the seed of the film"
    told, draws, keys, last = requested("memory", "prefix", "carried", "draw")
    assert told == [True, True]
    assert draws[1] == last.seed != draws[0]
    assert keys.isdisjoint(pinned_keys)
    assert requested("memory", "prefix", "carried", "draw", "seed")[1] == [0, 0], "there is no seed to draw by"
    can = generators.withhold(generators.load("embedded"), ["draw"]).capabilities
    assert can.withheld == ("draw",)
    assert not can.draw
    assert "draw" not in generators.can_lack(generators.load("previz").capabilities), "it is shown no looks as pictures"


def test_arms_are_told_what_they_say(parts):
    arms = {arm.name: arm for arm in (*parts["films"].ARMS, *parts["films"].PINNED)}
    shotlist = composer.read(TINY, "tiny.yaml")
    plans = {name: composer.plan(shotlist, without=arm.without) for name, arm in arms.items()}
    remembers = {name: any(s.memory for s in plan.segments) for name, plan in plans.items()}
    continues = {name: any(s.prefix for s in plan.segments) for name, plan in plans.items()}
    full = {"both", "both, words pinned"}
    assert {name for name, does in remembers.items() if does} == {"memory", *full}
    assert {name for name, does in continues.items() if does} == {"final frames", *full}
    assert {name for name, arm in arms.items() if arm.pinned} == {"none, words pinned", "both, words pinned"}


def test_state_holds_what_words_drawn_anew_lose(parts, films):
    rows, _, _, _ = films
    none, both, truth, pinned = (drift(parts, rows[arm]) for arm in ("none", "both", "truth", "none, words pinned"))
    assert truth < both < none / 3
    assert pinned < none / 3, "one draw for the film drifts little, state or not"
    assert all(share <= 1 for *_, share in rows["both"]["observed"])
    assert rows["truth"]["looks"]["sharp"][0] == rows["truth"]["looks"]["sharp"][1]
    assert rows["truth"]["error"] == 0


def test_an_interrupted_run_goes_on(parts, films, capsys):
    rows, bench, arms, out = films
    job = parts["main"].Job(bench.listed, 3, arms["both"])
    first = parts["main"].run(out, [job], float("inf"))
    assert {one["arm"] for one in first} == {"both", "truth"}
    assert first[0]["observed"] == rows["both"]["observed"], "the same film, out of the store"
    assert "1 of 1 films" in capsys.readouterr().err
    with (out / "numbers.jsonl").open("a") as file:
        file.write('{"list": "tiny", "se')  # as a kill leaves it
    assert parts["main"].run(out, [job], float("inf")) == first
    assert "films" not in capsys.readouterr().err, "nothing was left to do"
    assert parts["main"].run(out, [job, parts["main"].Job(bench.listed, 4, arms["both"])], 0.0) == first, (
        "it was too late"
    )


def test_the_picture_crops_nothing(parts):
    shown = [np.full((72, 128, 3), code, np.uint8) for code in (10, 200)]
    sheet = parts["picture"].drawn(["1  a", "2  b"], [("none", 12.3, shown), ("both", 1.0, shown[::-1])])
    height, width, _ = sheet.shape
    inside = sheet.reshape(-1, 3)
    for code in (10, 200):
        assert (inside == code).all(1).sum() == 2 * 192 * 108
    assert width > 2 * 192
    assert height > 2 * 108
