"""What a generator is told not to read: named, refused, planned as a loss, and kept from it."""

import json
from dataclasses import replace

import numpy as np
import pytest
from test_cli import run

import composer
from composer import generators
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import GeneratorError
from composer.generators import can_lack, withhold
from composer.planning import PlanOptions, plan_json
from composer.report import manifest
from composer.store import Store

THERE = "it can do without: normal, memory, prefix, style, prompt, seed"


@pytest.fixture
def recall(plugin):
    return generators.load(plugin)


def test_what_is_left_is_told_by_the_capabilities(recall):
    can = withhold(recall, ["memory", "prefix, seed"]).capabilities
    expected = replace(
        recall.capabilities,
        prefix=0,
        channels=frozenset({"depth", "normal", "anchor_id"}),
        optional=frozenset({"normal"}),
        seed=False,
        withheld=("memory", "prefix", "seed"),
    )
    assert can == expected
    assert withhold(recall, "seed,memory,prefix,memory").capabilities == expected, "in whatever order"
    assert withhold(withhold(recall, "memory"), ["prefix", "seed"]).capabilities == expected
    assert withhold(recall, []) is recall


def test_what_may_be_lacking_are_optional_channels_and_what_is_no_channel(recall):
    assert can_lack(recall.capabilities) == ("normal", "memory", "prefix", "style", "prompt", "seed")
    assert can_lack(generators.load("previz").capabilities) == ("prefix", "style", "seed")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("depth", f"generator `recall` cannot do without `depth`; {THERE}"),
        ("memry", f"generator `recall` reads no `memry`; {THERE}. Did you mean `memory`?"),
        ("flow", f"generator `recall` reads no `flow`; {THERE}"),
    ],
)
def test_what_it_needs_and_what_it_never_reads_is_refused(recall, name, words):
    with pytest.raises(GeneratorError) as refused:
        withhold(recall, ["memory", name])
    assert str(refused.value) == words
    assert refused.value.exit_code == 2


def test_one_that_needs_all_says_so(recall):
    recall.capabilities = replace(
        recall.capabilities, optional=frozenset(), prefix=0, style=False, prompt=False, seed=False
    )
    with pytest.raises(GeneratorError, match=r"it can do without nothing that it reads$"):
        withhold(recall, "memory")


def test_the_plan_states_each_as_a_loss_and_follows_from_what_is_left(high_text, plugin):
    shotlist = composer.read(high_text.replace("shot: back", "shot: back\n    prompt: rain"), "small.yaml")
    full = composer.plan(shotlist, generator=plugin)
    bare = composer.plan(shotlist, generator=plugin, without=["memory", "prefix", "style", "prompt", "seed"])
    assert any(s.memory for s in full.segments)
    assert any(s.prefix for s in full.segments)
    assert any(s.prompt for s in full.segments)
    for segment in bare.segments:
        assert (segment.memory, segment.prefix, segment.prompt, segment.seed, segment.after) == ((), 0, "", 0, ())
    assert bare.losses == (
        "told not to read memory",
        "told not to read prefix",
        "told not to read style",
        "told not to read prompt",
        "told not to read seed",
        "styles are not drawn",
        *full.losses,
    )
    assert plan_json(bare)["without"] == ["memory", "prefix", "style", "prompt", "seed"]
    assert plan_json(full)["without"] == []
    assert manifest(bare, "", "", {})["generator"]["without"] == list(bare.without)


def test_it_reaches_the_request_and_the_key(high_text, recall, tmp_path):
    rehearsal = rehearse(composer.read(high_text, "small.yaml"))

    def first(*names):
        told = withhold(recall, names)
        studio = Studio(rehearsal, rehearsal.plan(told.capabilities, PlanOptions()), told, Store(tmp_path), None)
        segment = studio.plan.segments[0]
        return studio, segment, studio.keys.key(segment, studio.clips.content)

    studio, segment, key = first()
    assert studio.requests.style(segment) == "muted teal"
    keys = {key, *(first(name)[2] for name in can_lack(recall.capabilities))}
    assert len(keys) == 7
    studio, segment, _ = first("style")
    assert studio.requests.style(segment) == ""


def test_without_a_style_the_animatic_is_not_graded(small_text, tmp_path):
    rehearsal = rehearse(composer.read(small_text.replace("muted teal", "black and white"), "small.yaml"))

    def colour(*names):
        told = withhold(generators.load("previz"), names)
        studio = Studio(rehearsal, rehearsal.plan(told.capabilities, PlanOptions()), told, Store(tmp_path), None)
        segment = studio.plan.segments[0]
        picture = studio.requests.controls(segment, *rehearsal.tracks(segment)).frame(0).previz.astype(int)
        return np.ptp(picture, axis=-1).max()

    assert colour() == 0
    assert colour("style") > 20


def test_the_command_line_takes_it_again_and_again_and_in_one_word(small_file, tmp_path):
    words = ["plan", small_file, "--json"]
    for said in (["--without", "style", "--without", "prefix"], ["--without", "prefix,style"]):
        assert json.loads(run(*words, *said).stdout)["without"] == ["prefix", "style"]
    assert "loss: told not to read style\n" in run("plan", small_file, "--without", "style").stdout
    refused = run("render", small_file, "-g", "previz", "--without", "stile", "-o", tmp_path / "out")
    assert refused.returncode == 2
    assert refused.stderr == (
        "composer: generator `previz` reads no `stile`; it can do without: prefix, style, seed. Did you mean `style`?\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_film_without_something_says_so_and_keeps_nothing_of_the_other(small_text, small_film, tmp_path):
    shotlist = composer.read(small_text, "small.yaml")
    film = composer.compose(shotlist, generator="previz", out=tmp_path, draft=False)
    assert film.kept == 0
    other = composer.compose(shotlist, generator="previz", out=tmp_path, without=["style"])
    assert other.kept == 0
    told = json.loads((tmp_path / "manifest.json").read_text())["generator"]
    assert told["without"] == ["style"]
    assert json.loads((tmp_path / "plan.json").read_text())["losses"][0] == "told not to read style"
    assert not np.array_equal(other.clip(0).frames, small_film.clip(0).frames)
