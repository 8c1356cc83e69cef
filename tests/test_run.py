"""One render per folder, and estimates that what was kept does not spoil."""

import subprocess
import sys

import pytest

from composer.errors import FolderInUseError
from composer.run import Meter, hold


def test_a_folder_is_held_by_one_and_says_by_whom(tmp_path):
    with hold(tmp_path), pytest.raises(FolderInUseError, match=r"in use by process \d+"), hold(tmp_path):
        pass
    with hold(tmp_path):
        pass


def test_a_killed_render_lets_go(tmp_path):
    code = f"import os\nfrom pathlib import Path\nfrom composer.run import hold\nwith hold(Path({str(tmp_path)!r})): os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    with hold(tmp_path):
        pass


def test_what_was_kept_does_not_count_as_speed(monkeypatch):
    clock = iter([0.0, 0.0, 10.0])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    steps = []
    meter = Meter("render", 100, steps.append)
    meter.keep("a", 80)
    meter.advance("b", 10)
    assert [s.remaining_s for s in steps] == [None, pytest.approx(10)]
    assert steps[-1].done == 90
