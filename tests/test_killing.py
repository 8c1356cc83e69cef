"""Renders that are killed at twenty seeded points and at every named failpoint: the next one makes the same film."""

import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_render_that_is_killed_anywhere_goes_on_to_the_same_film():
    command = [sys.executable, ROOT / "benchmarks" / "killing.py", "--points", "20", "--seed", "3", "--no-report"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "points: the same film every time" in done.stdout
