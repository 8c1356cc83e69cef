"""Who renders and how: composer.toml beside the list over the user's own, the command line over both."""

import os
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field
from typer.testing import CliRunner

import composer
from composer.cli import app
from composer.errors import GeneratorError, OptionError
from composer.generators.configuring import configured
from composer.settings import Settings, parse_options, read_settings, user_file

EXPECTED = "expected `generator` and a table of options for each, as `[ltx]`"


class Told(BaseModel):
    model_config = ConfigDict(extra="forbid")

    steps: int = Field(30, ge=1, description="passes of the network")
    dtype: Literal["float32", "bfloat16"] = "float32"
    model: str = Field(description="a folder")


class Model:
    Options = Told

    def __init__(self, told):
        self.told = told


@pytest.fixture
def own(monkeypatch, tmp_path):
    """Writes the user's own settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))

    def write(text):
        user_file().parent.mkdir(parents=True, exist_ok=True)
        user_file().write_text(text)

    return write


def test_what_is_nearer_to_the_list_goes_over_what_is_farther(own, tmp_path):
    own('generator = "ltx"\n[ltx]\nsteps = 8\ndtype = "bfloat16"\n[mine]\nx = 1\n')
    (tmp_path / "composer.toml").write_text('generator = "previz"\n[ltx]\nsteps = 30\n')
    said = read_settings(tmp_path)
    assert said == Settings("previz", {"ltx": {"steps": 30, "dtype": "bfloat16"}, "mine": {"x": 1}})
    assert read_settings(None).generator == "ltx"


def test_without_files_nothing_is_said(tmp_path):
    assert read_settings(tmp_path) == read_settings(None) == Settings()


def test_paths_lead_from_the_file_that_names_them(own, tmp_path):
    own('[ltx]\nmodel = "./big"\n')
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "composer.toml").write_text('[ltx2]\nmodel = "../models/two"\nname = "a/b"\n')
    options = read_settings(tmp_path / "list").options
    assert Path(os.path.normpath(options["ltx2"]["model"])) == tmp_path / "models" / "two"
    assert options["ltx2"]["name"] == "a/b"
    assert Path(options["ltx"]["model"]) == user_file().parent / "big"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps = 3\n", f"sets `steps` to 3; {EXPECTED}"),
        ('generater = "ltx"\n', f"sets `generater` to 'ltx'; {EXPECTED}. Did you mean `generator = \"ltx\"`?"),
        ("generator = 3\n", f"sets `generator` to 3; {EXPECTED}"),
        ("[ltx\n", "is no TOML: expected ']' at the end of a table declaration (at line 1, column 5)"),
        ("x = " + "[" * 5000, "is no TOML: "),
        ("#" * (1 << 20) + "#", "is larger than 1 MiB; expected a few lines of TOML"),
    ],
)
def test_a_file_that_says_something_else_is_refused(tmp_path, text, said):
    (tmp_path / "composer.toml").write_text(text)
    with pytest.raises(OptionError) as caught:
        read_settings(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'composer.toml'} {said}")
    assert caught.value.exit_code == 2


def test_a_pipe_is_refused_and_does_not_wait(tmp_path):
    os.mkfifo(tmp_path / "composer.toml")
    with pytest.raises(OptionError, match="this is a pipe or a device"):
        read_settings(tmp_path)


def test_set_reads_values_as_toml_and_else_as_text():
    told = parse_options(["steps=30", "tiling = true", "dtype=bfloat16", "note=a=b", 'size="64x32"', "odd=1\ny=2"])
    assert told == {"steps": 30, "tiling": True, "dtype": "bfloat16", "note": "a=b", "size": "64x32", "odd": "1\ny=2"}
    with pytest.raises(OptionError) as caught:
        parse_options(["steps"])
    assert str(caught.value) == "`--set steps` sets nothing; expected KEY=VALUE, as `--set steps=30`"


def test_options_are_checked_all_at_once():
    with pytest.raises(OptionError) as caught:
        configured("ltx", Model, {"stepz": 3, "dtype": "half", "steps": 0})
    assert str(caught.value).splitlines() == [
        "option `steps` of generator `ltx` is 0: input should be greater than or equal to 1 (passes of the network)",
        "option `dtype` of generator `ltx` is 'half': input should be 'float32' or 'bfloat16'",
        "option `model` of generator `ltx` is missing (a folder)",
        "generator `ltx` has no option `stepz`; it has: steps, dtype, model. Did you mean `steps`?",
    ]
    assert configured("ltx", Model, {"model": "x", "steps": 4}).told == Told(model="x", steps=4)


@pytest.mark.parametrize("extra", ["ignore", "allow", "forbid"])
def test_an_option_that_there_is_not_is_refused_whatever_the_model_says(extra):
    class Loose(BaseModel):
        model_config = ConfigDict(extra=extra)

        mode: str = "ok"
        passes: int = Field(3, alias="steps")

    class Plain:
        Options = Loose

        def __init__(self, told):
            self.told = told

    with pytest.raises(OptionError) as caught:
        configured("plain", Plain, {"mod": 1, "steps": 4})
    assert str(caught.value) == "generator `plain` has no option `mod`; it has: mode, steps. Did you mean `mode`?"
    assert configured("plain", Plain, {"mode": "fast", "steps": 4}).told.passes == 4


def test_a_generator_without_options_takes_none(small_text):
    with pytest.raises(OptionError) as caught:
        composer.plan(composer.read(small_text, "small.yaml"), generator="previz", options={"steps": 3})
    assert str(caught.value) == "generator `previz` takes no options; it was told `steps`"


def test_the_file_beside_the_list_names_the_generator(small_file):
    assert composer.plan(composer.load(small_file)).generator == "embedded"
    (small_file.parent / "composer.toml").write_text('generator = "previz"\n')
    assert composer.plan(composer.load(small_file)).generator == "previz"
    assert composer.plan(composer.load(small_file), generator="embedded").generator == "embedded"


def test_a_table_of_no_generator_is_refused(small_file):
    (small_file.parent / "composer.toml").write_text("[previs]\nsteps = 3\n")
    with pytest.raises(GeneratorError, match=r"no generator is called `previs`; installed: .* Did you mean `previz`?"):
        composer.plan(composer.load(small_file))


def test_the_command_line_says_what_is_wrong_and_exits_2(small_file):
    result = CliRunner().invoke(app, ["plan", str(small_file), "-g", "previz", "--set", "steps=3"])
    assert result.exit_code == 2
    assert result.stderr == "composer: generator `previz` takes no options; it was told `steps`\n"


def test_the_file_says_how_clips_are_handed_on(small_file, tmp_path):
    (small_file.parent / "composer.toml").write_text("[handover]\nnoise = 2\n")
    with pytest.raises(OptionError, match=r"handover noise 2; expected 0 to 0.25; nearest: 0.25"):
        composer.compose(composer.load(small_file), generator="previz", out=tmp_path / "out")
    (small_file.parent / "composer.toml").write_text('[handover]\nnoise = "much"\n')
    with pytest.raises(OptionError, match=r"handover noise 'much'; expected a number, 0 to 0.25"):
        composer.compose(composer.load(small_file), generator="previz", out=tmp_path / "out")
    (small_file.parent / "composer.toml").write_text("[handover]\nnoize = 0.1\n")
    with pytest.raises(OptionError) as caught:
        composer.compose(composer.load(small_file), generator="previz", out=tmp_path / "out")
    assert str(caught.value) == "composer.toml sets `noize` of the hand-over; expected some of: match, noise, steady"
