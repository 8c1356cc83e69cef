"""How the embedded generator is made: lists by chance, examples, batches, and a training that goes on where it stopped."""

import json
import subprocess
import sys
from collections import Counter
from itertools import repeat
from pathlib import Path

import numpy as np
import pytest
import torch

from composer import shotlist as lists
from composer.composing import rehearse
from composer.errors import ShotListError
from composer.training import shards, train
from composer.training.batches import batch, maps_of, told
from composer.training.device import recipes
from composer.training.examples import FRAMES, examples_of, recipes_of
from composer.training.feeding import WINDOW, Feed, Poured, Served
from composer.training.lists import random_list

CPU = torch.device("cpu")
TINY = {"widths": (16, 24, 32), "embedding": 32, "head": 8}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def examples():
    found = []
    for seed in range(60, 80):
        found += examples_of(seed)
        if len(found) >= 4:
            return found
    raise AssertionError("no list of these can be filmed")


@pytest.fixture(scope="module")
def folder(examples, tmp_path_factory):
    made = tmp_path_factory.mktemp("examples")
    shards.write(made / "0.safetensors", [e.arrays for e in examples], [(e.light, e.style) for e in examples])
    return made


def test_a_seed_is_a_list():
    assert random_list(5) == random_list(5)
    assert random_list(5) != random_list(6)


def test_most_lists_can_be_filmed():
    good = 0
    for seed in range(30):
        try:
            faults = rehearse(lists.read(random_list(seed))).faults
        except ShotListError:
            continue
        good += not any(fault.severity == "error" for fault in faults)
    assert good > 15


def test_lists_hold_every_shape_light_and_kind_of_move():
    seen = Counter()
    for seed in range(150):
        document = json.loads(random_list(seed))
        place = document["places"]["place"]
        seen.update({place.get("light", "indoor"), *(key for a in place["anchors"].values() for key in a)})
        for shot in document["shots"]:
            seen.update(part.split()[0] for part in shot["camera"]["move"].split(" + "))
            seen.update(phrase.split()[0] for phrase in shot.get("motion", {}).values())
    wanted = {
        "box", "cylinder", "sphere", "wall", "ramp", "lamp", "dawn", "morning", "day", "afternoon", "dusk", "night",
        "overcast", "indoor", "static", "dolly", "truck", "pedestal", "crane", "pan", "tilt", "arc", "handheld", "zoom", "roll",
        "follow", "walk", "push", "throw", "turn", "move",
    }  # fmt: skip
    assert wanted <= seen.keys()


def test_examples_are_whole(examples):
    for example in examples:
        assert set(example.arrays) == set(shards.FIELDS)
        assert {array.shape[:3] for array in example.arrays.values()} == {(FRAMES, WINDOW[1], WINDOW[0])}


def test_what_is_carried_is_what_is_true(examples):
    """Final frames were drawn with the looks that the truth shows: where valid they are near it, edges and lights aside."""
    off = [
        np.abs(e.arrays["carried"].astype(int) - e.arrays["truth"])[e.arrays["carried_mask"]].mean()
        for e in examples
        if e.arrays["carried_mask"].any()
    ]
    assert off
    assert np.median(off) < 6


def test_examples_come_back_from_disk_as_they_were(examples, folder):
    for (arrays, words), example in zip(shards.read(folder / "0.safetensors"), examples, strict=True):
        assert words == (example.light, example.style)
        assert all(np.array_equal(arrays[name], example.arrays[name]) for name in shards.FIELDS)
    assert shards.count(folder / "0.safetensors") == len(examples)


def test_a_part_that_is_gone_leaves_no_trace(examples):
    arrays = examples[0].arrays
    bare = told(maps_of(arrays), arrays, ("day", ""), {"memory", "carried"}, generator()).known
    blank = {**arrays, "memory": 0 * arrays["memory"], "carried": 255 - arrays["carried"]}
    other = told(maps_of(blank), blank, ("day", ""), {"memory", "carried"}, generator()).known
    assert torch.equal(bare.maps, other.maps)
    assert torch.equal(bare.setting, other.setting)


def test_training_learns_what_it_is_shown(examples):
    shown = batch(
        [(examples[0].arrays, (examples[0].light, examples[0].style))], generator(1), np.random.default_rng(1)
    )
    torch.manual_seed(0)
    state = train.begin(CPU, **TINY)
    losses = [train.learn(state, shown, 2e-3, generator(0)) for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_a_training_goes_on_where_it_stopped(folder, tmp_path):
    """Saved and resumed, the next step is the same to the last bit."""
    torch.manual_seed(0)
    state = train.begin(CPU, **TINY)
    shown = next(Feed(folder, 2, CPU, 0))
    for _ in range(3):
        train.learn(state, shown, 1e-3, generator(0))
    train.save(state, tmp_path)
    again = train.resume(tmp_path, CPU)
    assert (again.step, again.clips) == (3, 6)
    assert train.learn(state, shown, 1e-3, generator(0)) == train.learn(again, shown, 1e-3, generator(0))
    assert all(torch.equal(a, b) for a, b in zip(state.network.parameters(), again.network.parameters(), strict=True))


def test_recipes_are_drawn_where_they_are_learnt_from(tmp_path):
    """A batch of what was written down in numbers alone; its first step learns as any other's does."""
    made = next(recipe for seed in range(60, 80) for recipe in recipes_of(seed))
    recipes.save(tmp_path / "recipes.npz", [made])
    shown = next(Served(tmp_path / "recipes.npz", 1, CPU, 0, together=1))
    assert shown.truth.shape == (1, FRAMES, 3, WINDOW[1], WINDOW[0])
    assert shown.truth.std() > 0.02
    assert np.isfinite(train.learn(train.begin(CPU, **TINY), shown, 1e-3, generator(0)))


BARE = """
import runpy, sys
for name in ("mujoco", "numba", "cv2", "pydantic", "ruamel", "scipy", "av", "typer", "rich", "jaxtyping", "trimesh", "PIL", "diffusers"):
    sys.modules[name] = None
runpy.run_module("composer.training", run_name="__main__")
"""  # fmt: skip


def test_torch_numpy_and_safetensors_are_enough_to_train(tmp_path):
    """As on a lent GPU machine: recipes in, a checkpoint out."""
    made = next(recipe for seed in range(60, 80) for recipe in recipes_of(seed))
    recipes.save(tmp_path / "recipes.npz", [made])
    words = [
        "train",
        "--recipes",
        str(tmp_path / "recipes.npz"),
        "--folder",
        str(tmp_path / "out"),
        "--seconds",
        "0.01",
    ]
    alone = [*words, "--batch", "1", "--together", "1"]
    done = subprocess.run([sys.executable, "-c", BARE, *alone], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert train.resume(tmp_path / "out", CPU).step == 1


def test_what_is_poured_is_what_is_drawn_and_leaves_the_folder(examples, tmp_path):
    """In batches of one: the truth of each is an example's; the files are gone, and what saw nothing is never read anew."""
    for n, one in enumerate(examples):
        shards.write(tmp_path / f"{n}.safetensors", [one.arrays], [(one.light, one.style)])
    feed = Poured(tmp_path, 1, CPU, 0, least=len(examples))
    truths = [torch.from_numpy(e.arrays["truth"]).permute(0, 3, 1, 2) for e in examples]
    found = set()
    for _ in range(40):
        shown = ((next(feed).truth[0] + 1) * 127.5).round().to(torch.uint8)
        found.add([torch.equal(shown, truth) for truth in truths].index(True))
    assert found == set(range(len(examples)))
    assert not list(tmp_path.iterdir())


def test_a_batch_is_its_clips(examples):
    """However they are grouped, no clip is lost, doubled or given another's noise."""
    some = [(e.arrays, (e.light, e.style)) for e in examples[:3]]
    together = batch(some, generator(), np.random.default_rng(3))
    alone = [batch([one], generator(), np.random.default_rng(7)) for one in some]
    for one in alone:
        place = [torch.equal(one.truth[0], truth) for truth in together.truth].index(True)
        assert torch.isfinite(together.known.maps[place]).all()
    assert together.known.maps.shape[:2] == (3, FRAMES)
    assert len({float(t.sum()) for t in together.noise}) == 3


def test_a_training_may_begin_with_what_ships(examples):
    """The weights of a folder are a better start than none, on a clip that is told whole."""
    shown = [batch([(e.arrays, (e.light, e.style))], generator(), np.random.default_rng(1)) for e in examples[:2]]
    ships = train.begin(CPU, Path(__file__).parent.parent / "assets" / "embedded")
    torch.manual_seed(0)
    assert train.judge(ships.average, shown) < 0.75 * train.judge(train.begin(CPU).average, shown)
    assert train.judge(ships.average, shown) == train.judge(ships.average, shown)


def test_the_course_ends_and_leaves_a_checkpoint(folder, tmp_path):
    state = train.begin(CPU, **TINY)
    paused = []
    course = train.Course(seconds=0.01, every_s=0.0)
    train.train(state, repeat(next(Feed(folder, 1, CPU, 0))), course, tmp_path, lambda s: paused.append(s.step))
    assert paused
    assert train.resume(tmp_path, CPU).step == state.step
