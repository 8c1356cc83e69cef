"""The README does what it says: its console blocks print what they show, its Python runs, its lists are good."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLES

README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder with the sample lists and the README's own, and `composer` on the path, as the README assumes."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(SAMPLES, folder / "shotlists")
    (folder / "keg.yaml").write_text(blocks("yaml")[1])
    return folder


def run(command, folder):
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def timeless(text):
    return re.sub(r"(in|about) (\d+ min )?[\d.]+ s\b", r"\1 N s", text)


def test_console_blocks_print_what_they_show(checkout):
    steps = [step for block in blocks("console") for step in re.split(r"^\$ ", block, flags=re.MULTILINE) if step]
    assert len(steps) >= 5
    for step in steps:
        command, _, shown = step.partition("\n")
        assert timeless(run(command, checkout)) == timeless(shown), command


def test_the_python_block_runs(checkout):
    (code,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "out/yard/film.mp4 144 (84, 216, 384, 3)"


def test_the_first_list_is_the_sample():
    assert blocks("yaml")[0] == (SAMPLES / "minimal.yaml").read_text()


def test_the_second_list_is_good(checkout):
    assert run("composer check keg.yaml", checkout) == "keg.yaml: good\n"


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (ROOT / target).exists(), target
