"""`benchmarks/gpu.py` on tiny models: it measures, goes on where it stopped, and claims nothing that it did not measure."""

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "gpu.py"


def measured(folder, *words):
    subprocess.run([sys.executable, str(BENCHMARK), "--out", str(folder), *words], check=True, capture_output=True)
    rows = folder / "gpu.jsonl"
    return [json.loads(line) for line in rows.read_text().splitlines()] if rows.is_file() else []


def test_a_run_goes_on_where_it_stopped_and_tells_what_was_refused(tmp_path):
    (first,) = measured(tmp_path, "--tiny", "--only", "ltx: guidance")
    assert first["seconds"] > 0
    assert 0 <= first["added"] < 1
    kept, refused = measured(tmp_path, "--tiny", "--only", "ltx: attention sage"), None
    assert kept[0] == first
    refused = kept[1]["refused"]
    assert refused.startswith("option `attention` of generator `ltx` is sage: the package sageattention is not")
    assert measured(tmp_path, "--tiny", "--only", "ltx: guidance") == kept, "nothing is measured twice"
    page = (tmp_path / "gpu.md").read_text()
    assert "Tiny models, 2 steps" in page
    assert refused in page
