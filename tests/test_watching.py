"""What is seen of a render: JSON lines, lines, status from another terminal, and the command that goes on."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from composer.again import again
from composer.cli.status import GOES_ON, status_lines
from composer.cli.watching import span
from composer.run import Status, TaskStatus, hold
from composer.run.status import write_status


def run(*words, cwd, **options):
    command = [sys.executable, "-m", "composer", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False, **options)


@pytest.mark.usefixtures("small_file")
def test_json_lines_tell_all_that_happens_and_end_with_the_film(tmp_path):
    done = run("render", "small.yaml", "-g", "previz", "-o", "out", "--log", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told[-1] == {"happening": "ended", "film": "out/film.mp4", "made": 3, "kept": 0, "missing": []}
    happened = [(step["stage"], step["item"], step["happening"]) for step in told[:-1] if step["stage"] == "render"]
    for name in ("front/0", "back/0", "onward/0"):
        assert ("render", name, "started") in happened
        assert ("render", name, "finished") in happened
    at_s = [step["at_s"] for step in told[:-1]]
    assert at_s == sorted(at_s)
    again_ = run("render", "small.yaml", "-g", "previz", "-o", "out", "--log", "json", cwd=tmp_path)
    kept = [json.loads(line) for line in again_.stdout.splitlines()]
    assert {step["happening"] for step in kept[:-1] if step["stage"] == "render"} == {"kept"}
    assert kept[-1]["kept"] == 3


def test_another_terminal_sees_what_runs(tmp_path, small_file):
    small_file.write_text(small_file.read_text().replace("128x72", "512x288"))
    command = [sys.executable, "-m", "composer", "render", "small.yaml", "-g", "previz", "-o", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while _told(tmp_path).count('"running"') < 2:  # of the whole, and of a task
        assert process.poll() is None
        time.sleep(0.01)
    seen = run("status", "out", cwd=tmp_path)
    process.kill()
    process.wait()
    assert seen.returncode == 0
    first, counts, *rows = seen.stdout.splitlines()
    assert first.startswith("Small: running, ")
    assert f"out is held by process {process.pid} on " in first
    assert "running" in counts
    assert any(row.startswith("render   ") for row in rows)
    after = run("status", "out", cwd=tmp_path)
    assert f"without a word, killed or out of power; {GOES_ON}" in after.stdout
    told = json.loads(run("status", "out", "--json", cwd=tmp_path).stdout)
    assert told["held"] is None
    assert told["pid"] == process.pid
    assert {task["stage"] for task in told["tasks"]} == {"render", "deliver"}


def test_a_folder_without_a_render_is_told(tmp_path):
    done = run("status", ".", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "composer: .: nothing was rendered here\n")


def status(state, *tasks, said=""):
    done = sum(task.share for task in tasks)
    return Status("Film", state, 7, 100.0, 190.0, done, len(tasks), 61.0, tasks, said)


TASKS = (
    TaskStatus("a/0", "render", "done", 1.0, 1, seconds=2.5),
    TaskStatus("b/0", "render", "running", 0.5, 2, ("a/0",)),
    TaskStatus("c/0", "render", "failed", 0.0, 3, said="no mood for it"),
    TaskStatus("c/1", "render", "blocked", 0.0, 0, ("c/0",), "c/0"),
    TaskStatus("b", "deliver", "waiting", 0.0, 0, ("b/0",)),
    TaskStatus("d/0", "render", "kept", 1.0),
)


def test_status_tells_what_is_done_runs_waits_and_failed_and_why(tmp_path):
    assert list(status_lines(tmp_path, status("running", *TASKS), "process 7 on here", every=False)) == [
        f"Film: running, 42%, 1 min 01 s left; {tmp_path} is held by process 7 on here",
        "1 done, 1 kept, 1 running, 1 waiting, 1 failed, 1 blocked",
        "render   b/0                      running  50%, try 2",
        "render   c/0                      failed   after 3 tries: no mood for it",
        "render   c/1                      blocked  it needs c/0, which failed",
        "deliver  b                        waiting  for b/0",
    ]
    every = list(status_lines(tmp_path, status("running", *TASKS), "process 7 on here", every=True))
    assert every[2] == "render   a/0                      done     2.5 s"
    assert every[-1] == "render   d/0                      kept"


@pytest.mark.parametrize(
    ("state", "said", "expected"),
    [
        ("done", "", "Film: done in 1 min 30 s"),
        ("incomplete", "", f"Film: some of it failed, 42% done; {GOES_ON}"),
        ("stopped", "interrupted", f"Film: stopped at 42% (interrupted); {GOES_ON}"),
        ("stopped", "two\n  lines", f"Film: stopped at 42% (two lines); {GOES_ON}"),
        (
            "running",
            "",
            f"Film: ended at 42% without a word, killed or out of power; {GOES_ON}",
        ),
    ],
)
def test_status_tells_how_a_render_ended(tmp_path, state, said, expected):
    lines = list(status_lines(tmp_path, status(state, *TASKS, said=said), None, every=False))
    assert lines[0] == expected
    if state != "done":
        assert lines[2] == "render   b/0                      stopped  at 50%, try 2"


def test_many_that_wait_are_counted(tmp_path):
    tasks = [TaskStatus(f"{k}/0", "render", after=("x",)) for k in range(25)]
    lines = list(status_lines(tmp_path, status("running", *tasks), "me", every=False))
    assert len(lines) == 2 + 10 + 1
    assert lines[-1] == "and 15 more that wait"


def test_a_status_that_a_later_version_wrote_is_read(tmp_path):
    write_status(tmp_path, status("done", *TASKS))
    path = tmp_path / ".render" / "status.json"
    said = json.loads(path.read_text())
    said["mood"] = said["tasks"][0]["mood"] = "fine"
    path.write_text(json.dumps(said))
    assert json.loads(run("status", tmp_path, "--json", cwd=tmp_path).stdout)["title"] == "Film"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (3599, "59 min 59 s"), (3661, "1 h 01 min")],
)
def test_spans_are_told_in_words(seconds, said):
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["render", "a film.yaml", "-o", "out"], "composer render 'a film.yaml' -o out"),
        (["render", "a.yaml", "--retake", "S03", "--draft"], "composer render a.yaml --draft"),
        (["render", "--lock=S02", "a.yaml", "--undo", "S01,S04"], "composer render a.yaml"),
        (
            ["render", "a.yaml", "--pick", "S03/0=1", "--pick=S04/0=2", "--takes", "3"],
            "composer render a.yaml --takes 3",
        ),
    ],
)
def test_the_command_that_goes_on_says_nothing_twice(monkeypatch, words, said):
    monkeypatch.setattr("composer.again._settled", True)
    assert again(words) == said


def test_choices_that_were_not_written_are_said_again(monkeypatch):
    monkeypatch.setattr("composer.again._settled", False)
    assert again(["render", "a.yaml", "--retake", "S03"]) == "composer render a.yaml --retake S03"


def test_a_film_that_is_not_whole_says_what_failed_and_how_to_go_on(tmp_path, small_file, plugin):  # noqa: ARG001
    """The generator of the tests' plug-in is made to fail by a module that is imported as Python starts."""
    (tmp_path / "sitecustomize.py").write_text(
        "import recall\n"
        "def fail(self, request, /, on_progress):\n"
        "    if request.plan.shot == 'back': raise RuntimeError('no mood for it')\n"
        "    return whole(self, request, on_progress)\n"
        "whole, recall.Recall.generate = recall.Recall.generate, fail\n"
    )
    folder = next(path for path in sys.path if path.endswith(os.path.join("tests", "plugin")))  # noqa: PTH118
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), folder])}
    words = ["render", small_file.name, "-g", "recall", "-o", "out", "--retries", "1"]
    done = run(*words, cwd=tmp_path, env=env)
    assert done.returncode == 4
    lines = done.stderr.splitlines()
    assert "generator `recall` failed on segment `back/0`: RuntimeError: no mood for it; trying again" in done.stderr
    assert lines[-1] == f"go on from there: composer {' '.join(words)}"
    told = run(*words, "--log", "json", cwd=tmp_path, env=env).stdout.splitlines()
    assert json.loads(told[-1])["happening"] == "stopped"
    assert json.loads(told[-1])["exit_code"] == 4
    assert "Traceback" not in done.stderr
    (tmp_path / "sitecustomize.py").unlink()
    assert run(*words, cwd=tmp_path, env=env).returncode == 0


def test_a_second_render_of_a_folder_is_refused_before_it_works(tmp_path, small_file):
    with hold(tmp_path / "out"):
        done = run("render", small_file.name, "-g", "previz", "-o", "out", cwd=tmp_path)
    assert done.returncode == 6
    assert done.stderr.startswith("composer: out is in use by process ")
    assert not (tmp_path / "out" / ".render").exists()


def test_an_interrupt_ends_every_process_and_names_the_command(tmp_path, small_file):
    small_file.write_text(small_file.read_text().replace("128x72", "512x288"))
    words = ["render", small_file.name, "-g", "previz", "-o", "out", "--workers", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "composer", *words],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    while _told(tmp_path).count('"running"') < 2:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.splitlines()[-1].endswith(f"go on from there: composer {' '.join(words)}")
    assert "Traceback" not in said
    assert json.loads(_told(tmp_path))["state"] == "stopped"


def _told(folder):
    path = folder / "out" / ".render" / "status.json"
    return path.read_text() if path.exists() else ""


CALLED = "import sys, composer; composer.compose(composer.load(sys.argv[1]), out='out', generator='previz', workers=2)"


@pytest.mark.parametrize(
    ("words", "count"),
    [(("-m", "composer", "render", "-g", "previz", "-o", "out", "--workers", "2"), 0), (("-c", CALLED), 1)],
)
def test_no_process_of_ours_looks_for_windows(tmp_path, small_file, words, count):
    """GLFW, which MuJoCo loads unless told otherwise, starts an interpreter that outlives an interrupt."""
    (tmp_path / "found").mkdir()
    (tmp_path / "found" / "glfw.py").write_text(
        "import sys\nprint('looked for windows', file=sys.stderr)\nraise ImportError\n"
    )
    paths = os.pathsep.join([str(tmp_path / "found"), os.environ.get("PYTHONPATH", "")])
    environment = {name: value for name, value in os.environ.items() if name != "MUJOCO_GL"} | {"PYTHONPATH": paths}
    command = [sys.executable, *words, str(small_file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=True)
    assert done.stderr.count("looked for windows") == count
