"""The contract that every installed generator keeps, and what happens with those that do not."""

import json
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
from composer.types import Clip, Waveform


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
    raise RuntimeError("out of\n  memory")


def leaves(_):
    raise SystemExit(3)


def clip(request, **told):
    """A clip as it was planned, but for what is told past the checks of its class."""
    made = Clip(np.zeros((request.plan.length, 72, 128, 3), np.uint8))
    for name, value in told.items():
        object.__setattr__(made, name, value)
    return made


def sound(samples, rate=48000):
    made = Waveform(np.zeros((1, 8)))
    object.__setattr__(made, "samples", samples)
    object.__setattr__(made, "rate", rate)
    return made


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (fails, "failed on segment `front/0`: RuntimeError: out of memory"),
        (lambda r: Clip(np.zeros((r.plan.length - 1, 72, 128, 3), np.uint8)), r"made uint8 \(35, 72, 128, 3\)"),
        (leaves, "failed on segment `front/0`: SystemExit: 3"),
        (lambda _: None, r"made NoneType for segment `front/0`; expected a Clip of uint8 \(36, 72, 128, 3\)"),
        (lambda r: clip(r).frames, "made ndarray for segment `front/0`; expected a Clip of uint8"),
        (lambda r: clip(r, frames=clip(r).frames / 255), r"made float64 .* expected uint8 \(36, 72, 128, 3\)"),
        (lambda r: clip(r, audio=np.zeros((1, 9))), r"made sound of float64 \(1, 9\) .* expected a Waveform"),
        (lambda r: clip(r, audio=sound([0.0])), r"made sound of list .* expected a Waveform"),
        (
            lambda r: clip(r, audio=sound(np.zeros(9))),
            r"made sound of float64 \(9,\) .* expected floats \[1 n\] or \[2 n\]",
        ),
        (
            lambda r: clip(r, audio=sound(np.zeros((2, 9), np.int16))),
            r"made sound of int16 \(2, 9\) .* expected floats",
        ),
        (
            lambda r: clip(r, audio=sound(np.full((1, 2), np.nan))),
            r"made sound of float64 \(1, 2\) that is not all finite",
        ),
        (lambda r: clip(r, handover=[1]), "made a handover of list for segment `front/0`; expected numpy arrays"),
        (lambda r: clip(r, handover={"x": object()}), "made a handover 'x' of object for segment `front/0`"),
        (lambda r: clip(r, handover={"x": np.array([None])}), r"made a handover 'x' of object \(1,\) for segment"),
        (lambda r: clip(r, provenance={"at": r}), "made a provenance that is no JSON"),
    ],
)
def test_a_generator_that_fails_is_named_with_its_segment(small_text, tmp_path, answer, words):
    request = requests_for(generators.load("previz"), composer.read(small_text, "small.yaml"), tmp_path)[0]
    with pytest.raises(GeneratorError, match=words):
        generate(Broken(answer), request, quiet)


def test_what_can_be_kept_is(small_text, tmp_path):
    request = requests_for(generators.load("previz"), composer.read(small_text, "small.yaml"), tmp_path)[0]
    handed = {"latents": np.zeros(3, np.float16), "seen": np.ones(2, bool)}
    made = clip(request, audio=sound(np.zeros((1, 9), np.float32), 8000), handover=handed, provenance={"steps": 3})
    assert generate(Broken(lambda _: made), request, quiet) is made


def test_shares_are_told_within_their_range(small_text, tmp_path):
    request = requests_for(generators.load("previz"), composer.read(small_text, "small.yaml"), tmp_path)[0]
    told, broken = [], Broken(None)
    broken.generate = lambda request, on_progress: (on_progress(-1), on_progress(0.5), on_progress(7), clip(request))[
        -1
    ]
    generate(broken, request, told.append)
    assert told == [0, 0.5, 1]
    broken.generate = lambda _, on_progress: on_progress("much")
    with pytest.raises(GeneratorError, match=r"failed on segment `front/0`: ValueError: .*'much'"):
        generate(broken, request, told.append)


def test_an_unknown_generator_is_told_with_its_nearest(plugin):  # noqa: ARG001 - so that there is a choice
    with pytest.raises(GeneratorError, match=r"installed: embedded, ltx, ltx2, previz, recall. Did you mean `previz`"):
        generators.load("previs")


@pytest.fixture
def install(tmp_path):
    """Installs a plug-in `odd` with this body of its class; returns the command line that sees it."""

    def installed(body, entry="odd_plugin:Odd"):
        info = tmp_path / "odd-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[composer.generators]\nodd = {entry}\n")
        (tmp_path / "odd_plugin.py").write_text(
            "from copy import copy\n"
            "from composer.types import FrameGrid\n"
            "from composer.generators.previz import Previz\n"
            "def can(**told):\n"  # past the checks of its class, which only tests have
            "    made = copy(Previz.capabilities)\n"
            "    vars(made).update(told)\n"
            "    return made\n"
            f"class Odd(Previz):\n    {body}\n"
        )

        def command(*words):
            environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
            return subprocess.run(
                [sys.executable, "-m", "composer", *words], env=environment, capture_output=True, text=True, check=False
            )

        return command

    return installed


def test_a_malformed_plug_in_is_listed_with_its_error_and_exits_4(install, small_file):
    command = install("capabilities = {'name': 'odd'}")
    said = "the `capabilities` of generator `odd` are a dict; expected composer.Capabilities"
    listed, as_json, doctor = command("generators"), command("generators", "--json"), command("doctor")
    assert [done.returncode for done in (listed, as_json, doctor)] == [0, 0, 0]
    assert f"odd  broken: {said}\n" in listed.stdout
    assert {one["name"]: one["error"] for one in json.loads(as_json.stdout)}["odd"] == said
    assert f"generator odd            {said}\n" in doctor.stdout
    refused = command("plan", str(small_file), "-g", "odd")
    assert (refused.returncode, refused.stderr) == (4, f"composer: {said}\n")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "capabilities = can(prefix=8, grid=FrameGrid(8, 33))",
            r"continues from 8 frames; expected 0, or 8 k \+ 1 frames below 33",
        ),
        ("capabilities = can(prefix=8, grid=FrameGrid(8, 33))", "nearest: 9"),
        (
            "capabilities = can(prefix=121)",
            "continues from 121 frames; expected 0, or any length below 121, as its grid",
        ),
        ("capabilities = can(prefix='9')", "has `prefix` '9'; expected a whole number from 0"),
        ("capabilities = can(grid=17)", "has `grid` 17; expected a FrameGrid of whole numbers from 1"),
        ("capabilities = can(fps=24.0)", r"has `fps` 24.0; expected a Fraction above 0, as Fraction\(24\), or None"),
        ("capabilities = can(size=[64, 32])", r"has `size` \[64, 32\]; expected \(width, height\) in pixels, or None"),
        ("capabilities = can(channels=['depth'])", r"has `channels` \['depth'\]; expected a frozenset of channels"),
        ("capabilities = can(at_once='many')", "has `at_once` 'many'; expected one of: one, threads, processes"),
        ("capabilities = can(sketch=2)", r"has `sketch` 2; expected a number in \[0, 1\]"),
        ("generate = None", "lacks `capabilities` or `generate`"),
        ("capabilities = property(lambda self: 1 / 0)", "does not load: ZeroDivisionError: division by zero"),
        ("capabilities = Previz", "are a class; expected composer.Capabilities"),
        ("x = exit(3)", "does not load: SystemExit: 3"),
        ("def __init__(self): raise ValueError('no\\n  room')", "does not load: ValueError: no room$"),
        ("def check(self): raise OSError('no model')", "cannot check itself: OSError: no model"),
    ],
)
def test_what_a_plug_in_cannot_say_of_itself_is_told(install, monkeypatch, tmp_path, body, said):
    install(body)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "odd_plugin", raising=False)
    with pytest.raises(GeneratorError, match=said):
        generators.load("odd")
    sys.modules.pop("odd_plugin", None)


def test_a_broken_plug_in_is_listed_with_its_error(install, tmp_path, monkeypatch):
    install("", "no_such_module:Bad")
    monkeypatch.syspath_prepend(str(tmp_path))
    (listing,) = [one for one in generators.available() if one.name == "odd"]
    assert listing.capabilities is None
    assert "No module named 'no_such_module'" in listing.error


def test_a_channel_that_does_not_exist_is_told_before_anything_renders(install):
    listed = install("capabilities = can(channels=frozenset({'dept'}))")("generators").stdout
    known = "depth, normal, anchor_id, surface, flow, pose, skeleton, looks, previz, light, albedo, memory, carried"
    assert f"asks for the channel `dept`; expected some of: {known}" in listed
