"""The contract that every installed generator keeps, and what happens with those that do not."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import composer
from composer import generators
from composer.composing.rehearsal import rehearse
from composer.composing.studio import Studio
from composer.errors import GeneratorError
from composer.generate import generate
from composer.generators import can_lack, withhold
from composer.planning import PlanOptions
from composer.store import Store, digest
from composer.timing import to_samples
from composer.types import Clip


@pytest.fixture(params=[listing.name for listing in generators.available()] + ["recall"])
def maker(request, plugin, tiny):  # noqa: ARG001 - the plug-in is installed for all of them
    return generators.load(request.param, tiny.get(request.param))


def requests_for(maker, shotlist, folder):
    """A request for the first and for a continuing segment, as the product makes them."""
    rehearsal = rehearse(shotlist)
    plan = rehearsal.plan(maker.capabilities, PlanOptions())
    studio = Studio(rehearsal, plan, maker, Store(folder), None)
    first = plan.segments[0]
    studio.render(first)
    continuing = next((s for s in plan.segments if s.prefix_from == first.id), None)
    if continuing is None:
        prefix = maker.capabilities.prefix
        continuing = replace(first, prefix=prefix, prefix_from=first.id if prefix else "", after=(first.id,))
    given = studio.requests
    return [given.request(segment, given.prefix(segment)) for segment in (first, continuing)]


@pytest.fixture
def made(maker, small_text, tmp_path):
    return requests_for(maker, composer.read(small_text, "small.yaml"), tmp_path)


def quiet(_):
    return None


def test_capabilities_agree_with_themselves(maker):
    can = maker.capabilities
    assert can.grid.holds(can.grid.longest - (can.grid.longest - 1) % can.grid.step)
    assert can.prefix == 0 or can.grid.holds(can.prefix)
    assert can.prefix < can.grid.longest
    assert can.size_multiple >= 2
    assert can.optional <= can.channels
    assert not can.withheld
    assert can.licence
    assert can.version


def test_it_makes_what_was_planned(maker, made):
    for request in made:
        clip = generate(maker, request, quiet)
        assert len(clip.frames) == request.plan.length
        assert clip.frames.std() > 1, "a picture shows something"


def test_it_does_without_what_it_says_it_can(maker, small_text, tmp_path):
    lacking = can_lack(maker.capabilities)
    for names in (lacking, *((name,) for name in lacking)):
        told = withhold(maker, names)
        request = requests_for(told, composer.read(small_text, "small.yaml"), tmp_path / "-".join(names))[0]
        assert all(getattr(request.controls.frame(0), name, None) is None for name in names)
        assert generate(told, request, quiet).frames.std() > 1, "a picture shows something"


def test_it_continues_its_prefix(maker, made):
    request = made[1]
    if maker.capabilities.prefix == 0:
        pytest.skip("declares that it cannot")
    if maker.capabilities.name in ("ltx", "ltx2"):
        pytest.skip(
            "its weights are random here, and show nothing as it was: test_ltx sees to it that they are given it"
        )
    clip = maker.generate(request, quiet)
    error = np.abs(clip.frames[: request.plan.prefix].astype(int) - request.prefix).mean()
    assert error < 12, "codes by which the prefix may differ after a model's own coding"


def test_it_is_given_the_sound_of_its_prefix_only_where_it_asks(maker, made):
    given = [request.sound for request in made]
    assert given[0] is None, "nothing comes before the first clip"
    if given[1] is not None:
        assert maker.capabilities.continues_sound
        plan = made[1].plan
        assert given[1].samples.shape == (2, to_samples(plan.prefix, plan.fps))


def test_the_same_request_gives_the_same_clip(maker, made):
    if not maker.capabilities.deterministic:
        pytest.skip("declares that it is not")
    first, second = (maker.generate(made[0], quiet).frames for _ in range(2))
    assert digest(first) == digest(second)


def test_another_seed_gives_another_clip(maker, made):
    if not (maker.capabilities.seed and maker.capabilities.invents):
        pytest.skip("takes no seed, or invents nothing")
    other = replace(made[0], seed=made[0].seed + 1)
    assert not np.array_equal(maker.generate(made[0], quiet).frames, maker.generate(other, quiet).frames)


def test_progress_rises_to_one(maker, made):
    shares = []
    maker.generate(made[0], shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    assert min(shares) >= 0


def test_the_request_is_left_as_it_was(maker, made):
    request = made[1]
    before = digest(request.prefix, request.cameras)
    maker.generate(request, quiet)
    assert digest(request.prefix, request.cameras) == before


class Broken:
    def __init__(self, answer):
        self.capabilities = generators.load("previz").capabilities
        self.answer = answer

    def generate(self, request, /, on_progress):  # noqa: ARG002 - it breaks before it looks
        return self.answer(request)


def fails(_):
    raise RuntimeError("out of memory")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (fails, "failed on segment `front/0`: RuntimeError: out of memory"),
        (lambda r: Clip(np.zeros((r.plan.length - 1, 72, 128, 3), np.uint8)), r"made uint8 \(35, 72, 128, 3\)"),
        (lambda _: None, "made NoneType"),
    ],
)
def test_a_generator_that_fails_is_named_with_its_segment(small_text, tmp_path, answer, words):
    request = requests_for(generators.load("previz"), composer.read(small_text, "small.yaml"), tmp_path)[0]
    with pytest.raises(GeneratorError, match=words):
        generate(Broken(answer), request, quiet)


def test_an_unknown_generator_is_told_with_its_nearest(plugin):  # noqa: ARG001 - so that there is a choice
    with pytest.raises(GeneratorError, match=r"installed: embedded, ltx, ltx2, previz, recall. Did you mean `previz`"):
        generators.load("previs")


def test_a_broken_plug_in_is_listed_with_its_error(tmp_path, monkeypatch):
    info = tmp_path / "bad-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[composer.generators]\nbad = no_such_module:Bad\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    (listing,) = [one for one in generators.available() if one.name == "bad"]
    assert listing.capabilities is None
    assert "No module named 'no_such_module'" in listing.error


def test_a_channel_that_does_not_exist_is_told_before_anything_renders(tmp_path):
    info = tmp_path / "typo-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: typo\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[composer.generators]\ntypo = typo_plugin:Typo\n")
    (tmp_path / "typo_plugin.py").write_text(
        "from dataclasses import replace\n"
        "from composer.generators.previz import Previz\n"
        "class Typo(Previz):\n"
        "    capabilities = replace(Previz.capabilities, name='typo', channels=frozenset({'dept'}))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    words = [sys.executable, "-m", "composer", "generators"]
    listed = subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout
    known = "depth, normal, anchor_id, surface, flow, pose, skeleton, looks, previz, light, albedo, memory, carried"
    assert f"asks for the channel `dept`; expected some of: {known}" in listed
