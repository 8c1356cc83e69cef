"""What the functions of the product may be told: each argument that cannot be is named, with what was expected."""

import math
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import composer
from composer.cli import app
from composer.composing import diff, fit
from composer.conform import PLAIN
from composer.errors import UsageError
from composer.handover import HandOver


@pytest.fixture
def shotlist(small_text):
    return composer.read(small_text, "small.yaml")


WHOLE = "expected a whole number from"
PLAN = [
    ({"seed": "x"}, f"`seed` is 'x'; {WHOLE} -9223372036854775808 to 9223372036854775807"),
    ({"seed": True}, f"`seed` is True; {WHOLE} -9223372036854775808 to 9223372036854775807"),
    ({"seed": 2**63}, f"`seed` is {2**63}; {WHOLE} -{2**63} to {2**63 - 1}. Did you mean {2**63 - 1}?"),
    ({"takes": 2.5}, f"`takes` is 2.5; {WHOLE} 1 to 16. Did you mean 2?"),
    ({"takes": "3"}, f"`takes` is '3'; {WHOLE} 1 to 16. Did you mean 3?"),
    ({"takes": math.nan}, f"`takes` is nan; {WHOLE} 1 to 16"),
    ({"takes": math.inf}, f"`takes` is inf; {WHOLE} 1 to 16"),
    ({"generator": 5}, "`generator` is 5; expected the name of a generator"),
    ({"options": ["x"]}, "`options` is ['x']; expected a dict, as {\"steps\": 30}"),
    ({"options": {1: 2}}, '`options` is {1: 2}; expected a dict, as {"steps": 30}'),
    ({"without": 3}, "`without` is 3; expected a list of names"),
    ({"draft": "no"}, "`draft` is 'no'; expected True or False"),
]
COMPOSE = [
    *PLAN,
    ({"out": None}, "`out` is None; expected a path"),
    ({"workers": 0}, f"`workers` is 0; {WHOLE} 1. Did you mean 1?"),
    ({"workers": "2"}, f"`workers` is '2'; {WHOLE} 1. Did you mean 2?"),
    ({"retries": -1}, f"`retries` is -1; {WHOLE} 0. Did you mean 0?"),
    ({"retries": None}, f"`retries` is None; {WHOLE} 0"),
    ({"pick": ["front/0=1"]}, "`pick` is ['front/0=1']; expected a dict, as {\"front/0\": 1}"),
    ({"only": ["front", 2]}, "`only` is ['front', 2]; expected a list of names"),
    (
        {"conforming": "plain"},
        "`conforming` is 'plain'; expected a Conforming, of composer.conform.CONFORMINGS: guided,",
    ),
    ({"hand_over": "x"}, "`hand_over` is 'x'; expected a HandOver of composer.handover"),
    ({"on_progress": 5}, "`on_progress` is 5; expected a function of one Progress"),
    ({"rehearsal": "x"}, "`rehearsal` is 'x'; expected a Rehearsal"),
]
MEASURE = [
    ({"limits": {"flicker": -3}}, "`limits['flicker']` is -3; expected a number above 0 (L*); docs/metrics.md has 1"),
    ({"limits": {"motion": 0}}, "`limits['motion']` is 0; expected a number above 0 (px); docs/metrics.md has 1"),
    ({"limits": {"light drift": math.nan}}, "`limits['light drift']` is nan; expected a number above 0"),
    ({"limits": {"motion": "3"}}, "`limits['motion']` is '3'; expected a number above 0"),
    ({"limits": {"cut detectors": -1}}, "`limits['cut detectors']` is -1; expected a number from 0 (detectors)"),
    ({"limits": {"anchor color": 3}}, "no measure is called `anchor color`; expected one of: anchor colour,"),
    ({"limits": [3]}, '`limits` is [3]; expected a dict, as {"flicker": 2}'),
    ({"video": None}, "`video` is None; expected a path"),
]


def refused(said, function, *args, **told):
    with pytest.raises(UsageError) as wrong:
        function(*args, **told)
    assert str(wrong.value).startswith(said)


@pytest.mark.parametrize(("told", "said"), PLAN)
def test_a_plan_is_told_nothing_that_cannot_be(shotlist, told, said):
    refused(said, composer.plan, shotlist, **told)


@pytest.mark.parametrize(("told", "said"), COMPOSE)
def test_a_film_is_told_nothing_that_cannot_be(shotlist, tmp_path, told, said):
    refused(said, composer.compose, shotlist, **{"out": tmp_path / "out", "generator": "previz"} | told)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("told", "said"), MEASURE)
def test_measuring_is_told_nothing_that_cannot_be(shotlist, tmp_path, told, said):
    refused(said, composer.measure, **{"video": tmp_path / "film.mp4", "shotlist": shotlist} | told)


def test_a_report_goes_into_a_folder(shotlist, small_file, tmp_path):
    said = f"`report` is '{small_file}'; expected a folder; this is a file"
    refused(said, composer.measure, tmp_path / "film.mp4", shotlist, report=small_file)


def test_a_path_is_no_shot_list(tmp_path, small_file):
    said = f"`shotlist` is '{small_file}'; expected a ShotList, as composer.load and composer.read return it."
    name, hint = str(small_file), f" Did you mean composer.load('{small_file}')?"
    refused(said + hint, composer.plan, name)
    refused(said + hint, composer.check, name)
    refused(said + hint, composer.measure, "film.mp4", name)
    for function in (composer.compose, composer.previz, composer.cameras, composer.layers, diff):
        refused(said + hint, function, name, out=tmp_path)
    refused("`film_plan` is 3; expected a FilmPlan", fit, composer.load(small_file), 3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("cameras(known, out='o', form='gltff')", "nerfstudio, re10k, colmap, gltf. Did you mean `gltf`?"),
        ("layers(known, out='o', form='gltff')", "png, prores"),
    ],
)
def test_cameras_and_layers_have_forms_of_their_own(small_file, call, said):
    """In a process of its own, where nothing checks types."""
    code = f"import composer\nknown = composer.load('{small_file}')\ncomposer.{call}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == f"composer.errors.UsageError: `form` is 'gltff'; expected one of: {said}"


def test_one_shot_may_be_named_without_a_list(shotlist, tmp_path):
    (path,) = composer.cameras(shotlist, out=tmp_path, shots="front")
    assert path.name.startswith("front")


def test_what_makes_sense_passes(shotlist, tmp_path):
    told = {"seed": -5, "workers": 1, "retries": 0, "takes": None, "only": "front", "conforming": PLAIN}
    film = composer.compose(shotlist, out=tmp_path, generator="previz", hand_over=HandOver(), pick={}, **told)
    assert (film.plan.seed, film.made) == (-5, 1)


def test_the_command_line_says_the_same(small_file):
    done = CliRunner().invoke(app, ["plan", str(small_file), "-g", "previz", "--seed", str(2**63)])
    assert (done.exit_code, done.stderr.startswith(f"composer: `seed` is {2**63}; ")) == (2, True)
