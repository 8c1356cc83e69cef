"""`benchmarks/gpu.py` on tiny models: it measures, goes on where it stopped, and claims nothing that it did not measure."""

import json
import sys
from pathlib import Path

import pytest
import torch

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Rows after a run with these words."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import gpu  # noqa: PLC0415 - it loads torch and diffusers

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gpu.py", "--out", str(tmp_path), *words])
        gpu.main()
        rows = tmp_path / "gpu.jsonl"
        return [json.loads(line) for line in rows.read_text().splitlines()] if rows.is_file() else []

    return run


def test_a_run_goes_on_where_it_stopped_and_tells_what_was_refused(measured, tmp_path):
    (first,) = measured("--tiny", "--only", "ltx: guidance")
    assert first["seconds"] > 0
    assert 0 <= first["added"] < 1
    kept = measured("--tiny", "--only", "ltx: attention sage")
    assert kept[0] == first
    refused = kept[1]["refused"]
    assert refused.startswith("option `attention` of generator `ltx` is sage: the package sageattention is not")
    assert measured("--tiny", "--only", "ltx: guidance") == kept, "nothing is measured twice"
    page = (tmp_path / "gpu.md").read_text()
    assert "Tiny models, 2 steps" in page
    assert refused in page


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_without_a_gpu_it_says_that_nothing_was_measured(measured, tmp_path):
    assert measured() == []
    assert (tmp_path / "gpu.md").read_text().endswith("Not measured: no CUDA device was there yet.\n")


def test_the_published_sizes_are_what_is_measured(monkeypatch, tmp_path):
    """Made without memory: 1.9 G numbers of LTX-Video's transformer, and a decoder whose operations torch counts."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415

    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import real_models  # noqa: PLC0415

    from composer.generators.diffusion.costs import Costs  # noqa: PLC0415
    from composer.generators.diffusion.folder import ModelFolder, Weights  # noqa: PLC0415
    from composer.generators.diffusion.options import LtxOptions  # noqa: PLC0415

    with torch.device("meta"):
        parts = real_models.ltx_parts()
    numbers = sum(parameter.numel() for parameter in parts["transformer"].parameters())
    assert numbers == pytest.approx(1.92e9, rel=0.01)

    class Unsaved(ModelFolder):
        """Of parts that are in no folder."""

        def config(self, part):
            return dict(parts[part].config)

        def weights(self, part):
            return Weights(0, 0, {key: tuple(value.shape) for key, value in parts[part].state_dict().items()})

    costs = Costs(Unsaved(tmp_path), LtxOptions(), passes=2, item_bytes=2)
    clip = costs.clip((768, 448), 97)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        parts["vae"].decode(torch.empty(1, 128, *clip.latents, device="meta"), torch.empty(1, device="meta"))
    assert costs.of_decoding(clip) == pytest.approx(counter.get_total_flops(), rel=1e-4)
