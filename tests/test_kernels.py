"""Compiled kernels and their cache on disk."""

import os
import subprocess
import sys
from pathlib import Path

HELPER = "from composer.kernels import kernel\n\n@kernel\ndef twice(x: float) -> float:\n    return {factor} * x\n"
CALLER = """import sys
from composer.kernels import kernel
from helping import twice

@kernel
def thrice(x: float) -> float:
    return twice(x) + x

if __name__ == "__main__":
    print(thrice(1.0), sum(thrice.stats.cache_hits.values()))
"""


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_has_changed(tmp_path):
    (tmp_path / "calling.py").write_text(CALLER)
    (tmp_path / "helping.py").write_text(HELPER.format(factor=2))
    assert run(tmp_path) == "3.0 0"
    assert run(tmp_path) == "3.0 1"
    (tmp_path / "helping.py").write_text(HELPER.format(factor=20))
    assert run(tmp_path) == "21.0 0"


def run(folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "NUMBA_CACHE_DIR": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, "calling.py"], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
