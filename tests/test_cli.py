"""The program as people run it: exit codes, no tracebacks, output that earlier runs left stays."""

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time

import jsonschema
import pytest
from conftest import ROOT, SAMPLES
from ruamel.yaml import YAML

from composer.run import hold
from composer.store import file_digest


def run(*words, cwd=None, env=None, **options):
    """`composer WORDS`: the finished process; a traceback fails the test at once."""
    command = [sys.executable, "-m", "composer", *map(str, words)]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", **(env or {})}
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False, **options)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    return done


def test_a_new_list_checks_plans_and_renders(tmp_path):
    assert run("new", "my_film.yaml", cwd=tmp_path).returncode == 0
    assert run("check", "my_film.yaml", cwd=tmp_path).stdout == "my_film.yaml: good\n"
    text = (tmp_path / "my_film.yaml").read_text().replace("768x432", "128x72")
    text = re.sub(r"\n +(becomes|expect): .*", "", re.sub(r"duration: \d+s", "duration: 6f", text))  # no blow so early
    (tmp_path / "my_film.yaml").write_text(text)
    done = run("render", "my_film.yaml", "-g", "previz", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith(
        "out/my_film/film.mp4: 0.75 s, 18 frames at 24 fps, 128x72; 3 of 3 segments rendered in"
    )
    again = run("render", "my_film.yaml", "-g", "previz", cwd=tmp_path)
    assert "0 of 3 segments rendered, 3 kept" in again.stdout


def test_new_never_overwrites(tmp_path):
    (tmp_path / "mine.yaml").write_text("precious")
    done = run("new", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 7
    assert (tmp_path / "mine.yaml").read_text() == "precious"


@pytest.mark.parametrize("name", ['a "quote": {x}.yaml', "-- !.yaml", "a\nb.yaml", "\u00e9t\u00e9.yaml"])
def test_a_new_list_of_any_name_is_good(tmp_path, name):
    assert run("new", "--", name, cwd=tmp_path).returncode == 0
    assert run("check", "--", name, cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["/dev/null/x.yaml", ".", "a/" + "b" * 300])
def test_a_new_list_that_cannot_be_written_exits_7(tmp_path, name):
    done = run("new", name, cwd=tmp_path)
    assert done.returncode == 7
    assert done.stderr.startswith("composer: ")


@pytest.mark.usefixtures("small_file")
def test_printing_to_a_full_disk_exits_7(tmp_path):
    with open("/dev/full", "w") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "composer", "plan", "small.yaml"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stderr) == (7, "composer: cannot print: no space left on device\n")


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.yaml")))
def test_every_sample_is_good(sample):
    done = run("check", SAMPLES / sample)
    assert (done.returncode, done.stdout) == (0, f"{SAMPLES / sample}: good\n"), done.stdout


def test_check_reports_every_file_and_exits_3(tmp_path, small_file):
    bad = tmp_path / "bad.yaml"
    bad.write_text(small_file.read_text().replace("WS tower shed\n    motion", "WS towr shed\n    motion"))
    done = run("check", "small.yaml", "bad.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stdout.startswith("small.yaml: good\nbad.yaml:")
    assert "Did you mean `tower`?" in done.stdout


def test_check_speaks_json_to_editors(tmp_path, small_file):
    small_file.write_text(small_file.read_text().replace("duration: 1s", "duration: 1"))
    done = run("check", "small.yaml", "--json", cwd=tmp_path)
    assert done.returncode == 3
    (fault,) = json.loads(done.stdout)
    assert fault["file"] == "small.yaml"
    assert (fault["line"], fault["column"], fault["code"]) == (21, 15, "no-unit")
    assert fault["expected"]


@pytest.mark.usefixtures("small_file")
def test_plan_as_a_table_and_as_json(tmp_path):
    table = run("plan", "small.yaml", "-g", "previz", cwd=tmp_path)
    assert table.returncode == 0
    assert table.stdout.splitlines()[0] == "Small: 72 frames at 24 fps (3.00 s), 128x72, seed 3, by previz 1"
    plan = json.loads(run("plan", "small.yaml", "--json", cwd=tmp_path).stdout)
    assert plan["fps"] == "24/1"
    assert [s["frames"] for s in plan["shots"]] == [[0, 24], [24, 60], [60, 72]]


def test_the_schema_accepts_the_samples():
    text = run("schema").stdout
    assert (ROOT / "docs" / "shotlist.schema.json").read_text() == text, "run: make docs"
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    for sample in SAMPLES.glob("*.yaml"):
        jsonschema.validate(YAML(typ="safe", pure=True).load(sample), schema)


def test_generators_and_doctor_answer():
    listed = json.loads(run("generators", "--json").stdout)
    assert [one["name"] for one in listed] == ["embedded", "ltx", "ltx2", "previz"]
    assert run("doctor").returncode == 0


@pytest.mark.parametrize(
    "words", [["render"], ["rendr"], ["render", "x.yaml", "--sead", "1"], ["plan", "x.yaml", "--seed", "x"]]
)
def test_usage_exits_2(words):
    assert run(*words).returncode == 2


def test_a_missing_list_exits_3(tmp_path):
    done = run("render", "none.yaml", cwd=tmp_path)
    assert done.returncode == 3
    assert "none.yaml" in done.stderr


def test_an_unknown_generator_exits_4(tmp_path, small_file):
    done = run("render", small_file.name, "--generator", "prevs", cwd=tmp_path)
    assert done.returncode == 4
    assert "Did you mean `previz`?" in done.stderr


def test_a_folder_in_use_exits_6(tmp_path, small_file):
    with hold(tmp_path / "out"):
        done = run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path)
    assert done.returncode == 6
    assert "in use by process" in done.stderr


def test_a_faulty_list_leaves_the_earlier_film(tmp_path, small_file):
    assert run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path).returncode == 0
    before = file_digest(tmp_path / "out" / "film.mp4")
    small_file.write_text(small_file.read_text().replace("128x72", "127x72"))
    assert run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path).returncode == 3
    assert file_digest(tmp_path / "out" / "film.mp4") == before


def test_a_full_disk_exits_7_and_leaves_the_earlier_film(tmp_path, small_file):
    """The size of any file is limited, so that writing fails in the middle as on a full disk."""
    assert run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path).returncode == 0
    before = file_digest(tmp_path / "out" / "film.mp4")
    small_file.write_text(small_file.read_text().replace("arc left", "arc right"))

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    done = run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path, preexec_fn=limited)
    assert done.returncode == 7, done.stderr
    assert file_digest(tmp_path / "out" / "film.mp4") == before
    assert not [p for p in (tmp_path / "out").rglob("*") if "tmp" in p.name and p.is_file()]
    assert run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("after_s", [0.4, 1.2, 2.0, 3.0])
def test_an_interrupt_exits_130_and_the_next_run_goes_on(tmp_path, small_file, after_s):
    small_file.write_text(small_file.read_text().replace("128x72", "512x288"))
    command = [sys.executable, "-m", "composer", "render", small_file.name, "-g", "previz", "-o", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode in (130, 0), told
    assert "Traceback" not in told
    if process.returncode == 130:
        assert not (tmp_path / "out" / "manifest.json").exists()
    done = run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0
    assert not [p for p in (tmp_path / "out").rglob("*.tmp") if p.is_file()]


@pytest.mark.parametrize(
    ("signals", "codes"),
    [([signal.SIGTERM], (143, 0)), ([signal.SIGINT, signal.SIGINT], (130, 0))],
    ids=["TERM", "INT INT"],
)
def test_a_render_that_is_ended_twice_or_by_the_system_goes_on_from_there(tmp_path, small_file, signals, codes):
    small_file.write_text(small_file.read_text().replace("128x72", "512x288"))
    command = [sys.executable, "-m", "composer", "render", small_file.name, "-g", "previz", "-o", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    while process.poll() is None and not list((tmp_path / "out").rglob("*.mkv*")):
        time.sleep(0.01)
    for number in signals:
        process.send_signal(number)
        time.sleep(0.02)
    _, told = process.communicate(timeout=60)
    assert process.returncode in codes, told
    assert "Traceback" not in told
    assert run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path).returncode == 0
    assert not list((tmp_path / "out").rglob(".*.tmp"))


def test_help_imports_nothing_heavy():
    code = "import sys; from composer.cli import app; print([m for m in ('numpy', 'pydantic', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_pages_of_the_command_line_are_fresh():
    fresh = subprocess.run(
        [sys.executable, ROOT / "docs" / "cli_reference.py"], capture_output=True, text=True, check=True
    ).stdout
    assert (ROOT / "docs" / "cli.md").read_text() == fresh, "run: python docs/cli_reference.py > docs/cli.md"
