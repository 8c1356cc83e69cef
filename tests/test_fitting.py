"""Estimates against what torch itself counts and holds, and the nearest clip that fits."""

import json
import re
import subprocess
import sys
import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch
from segment_requests import PLAN, clip_of, pictures, request_of
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from composer import generators
from composer.errors import OptionError
from composer.generators import fitting
from composer.generators.diffusion.costs import Costs
from composer.generators.fitting import Fit, fit_lines, nearest_that_fits
from composer.timing import FrameRange
from composer.types import Keyframe

SIZE, FRAMES = (192, 128), 33


def tall(images):
    """Pictures of twice the size, as `SIZE` has it."""
    return np.repeat(np.repeat(images, 2, axis=-3), 2, axis=-2)


REQUEST = request_of(
    plan=replace(PLAN, frames=FrameRange(0, FRAMES), size=SIZE),
    prefix=tall(pictures(9, 1)),
    keyframes=tuple(Keyframe(frame, tall(pictures(1, frame)[0]), 0.7) for frame in (15, 20, 25)),
)


@pytest.fixture(scope="module")
def makers(tiny, tmp_path_factory):
    import tiny_models  # noqa: PLC0415

    wide = tiny_models.save_ltx(tmp_path_factory.mktemp("wide"), heads=32, width=32)
    one = {"steps": 1, "frames": FRAMES}
    return {
        "ltx": generators.load("ltx", {**tiny["ltx"], **one, "model": str(wide)}),
        "ltx2": generators.load("ltx2", {**tiny["ltx2"], **one}),
    }


class Held(TorchDispatchMode):
    """Bytes of all tensors that are alive, weights left out, and their peak."""

    def __init__(self, pipe):
        super().__init__()
        self.alive, self.now, self.peak = {}, 0, 0
        for part in pipe.components.values():
            if isinstance(part, torch.nn.Module):
                for tensor in (*part.parameters(), *part.buffers()):
                    self.alive[tensor.untyped_storage()._cdata] = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(made):
            storage = tensor.untyped_storage() if isinstance(tensor, torch.Tensor) else None
            if storage is not None and storage._cdata not in self.alive:
                self.alive[storage._cdata] = storage.nbytes()
                self.now += storage.nbytes()
                self.peak = max(self.peak, self.now)
                weakref.finalize(storage, self.free, storage._cdata)
        return made

    def free(self, key):
        self.now -= self.alive.pop(key)


def costs_of(maker, **told):
    return Costs(maker.folder, maker.told.model_copy(update=told), maker.passes, item_bytes=4)


@pytest.mark.parametrize("name", ["ltx", "ltx2"])
def test_operations_are_exactly_those_that_torch_counts(makers, name):
    """Of one pass, guidance included, and of decoding; attention by the kernel that torch can count."""
    maker = makers[name]
    pipe, counted = maker.engine.pipe, {}

    def counting(part, method):
        inner = getattr(part, method)

        def call(*args, **told):
            with FlopCounterMode(display=False) as counter:
                made = inner(*args, **told)
            counted[method] = counter.get_total_flops()
            return made

        return call

    pipe.transformer.forward = counting(pipe.transformer, "forward")
    pipe.vae.decode = counting(pipe.vae, "decode")
    try:
        with sdpa_kernel(SDPBackend.MATH):
            clip_of(maker, REQUEST)
    finally:
        del pipe.transformer.forward, pipe.vae.decode
    costs = costs_of(maker)
    clip = costs.clip(SIZE, FRAMES)
    assert maker.passes * costs.of_a_pass(clip) == counted["forward"]
    assert costs.of_decoding(clip) == counted["decode"]
    assert costs.operations(clip) == counted["forward"] + counted["decode"]


@pytest.mark.parametrize("name", ["ltx", "ltx2"])
def test_the_peak_is_near_what_torch_holds(makers, name):
    maker = makers[name]
    costs = costs_of(maker)
    weights = sum(maker.folder.weights(part).bytes for part in maker.folder.parts)
    with Held(maker.engine.pipe) as held:
        clip_of(maker, REQUEST)
    ratio = costs.peak_bytes(costs.clip(SIZE, FRAMES)) / (weights + held.peak)
    assert 0.75 < ratio < 1.35


def test_what_lowers_memory_lowers_the_estimate_and_more_pictures_raise_it(makers):
    costs = costs_of(makers["ltx"])
    peak = costs.peak_bytes(costs.clip((1024, 1024), FRAMES))

    def at(**told):
        other = costs_of(makers["ltx"], **told)
        return other.peak_bytes(other.clip((1024, 1024), FRAMES))

    by_offload = [at(offload=way) for way in ("none", "text", "model", "group", "sequential")]
    assert by_offload[0] == peak
    assert by_offload == sorted(by_offload, reverse=True)
    assert by_offload[-1] < by_offload[0]
    assert at(tiling=True) < peak
    assert costs.peak_bytes(costs.clip((1024, 1024), FRAMES + 8)) > peak
    assert costs.peak_bytes(costs.clip((1056, 1024), FRAMES)) > peak
    assert replace(costs, item_bytes=2).peak_bytes(costs.clip((1024, 1024), FRAMES)) < peak


def test_time_follows_steps_guidance_and_frames(makers):
    def work(told, size=SIZE, frames=FRAMES):
        costs = costs_of(makers["ltx"], **told)
        return costs.operations(costs.clip(size, frames))

    decoding = costs_of(makers["ltx"]).of_decoding(costs_of(makers["ltx"]).clip(SIZE, FRAMES))
    assert work({"steps": 4}) - decoding == pytest.approx(4 * (work({}) - decoding))
    assert work({}, frames=FRAMES + 8) > work({})
    two = generators.load("ltx2", {"guidance": 1, "stg": 0, "modality": 1} | {"model": makers["ltx2"].told.model})
    assert (two.passes, makers["ltx2"].passes) == (1, 2)


def test_an_estimate_says_where_and_on_what_it_rests_and_loads_nothing(makers, monkeypatch):
    from composer.generators.diffusion import running  # noqa: PLC0415

    monkeypatch.setattr(running, "_engines", {})
    found = makers["ltx"].estimate(SIZE, FRAMES)
    assert found.device == "cpu" or torch.cuda.is_available()
    assert found.seconds > 0
    assert "as this device multiplies matrices" in found.said
    assert not running._engines


@pytest.mark.parametrize(
    ("size", "frames", "words"),
    [
        ((500, 300), 33, "size 500x300 is not divisible by 32 (ltx); nearest: 512x288"),
        ((512, 288), 30, "30 frames are not 8k + 1 (ltx); nearest: 33"),
    ],
)
def test_what_is_off_the_grid_has_no_estimate(makers, size, frames, words):
    with pytest.raises(OptionError) as told_of:
        makers["ltx"].estimate(size, frames)
    assert str(told_of.value) == words


def test_the_nearest_clip_that_fits_is_the_largest_that_does(makers):
    maker = makers["ltx"]
    most = maker.estimate((384, 224), 97).peak_bytes
    near = nearest_that_fits(maker, maker.capabilities, ((768, 448), 97), most)
    assert near == Fit((384, 224), near.frames)
    assert maker.estimate((768, 448), near.frames).peak_bytes <= most
    assert maker.estimate((768, 448), near.frames + 8).peak_bytes > most
    assert nearest_that_fits(maker, maker.capabilities, ((768, 448), 33), 1) == Fit(None, None)


def test_lines_say_what_fits(makers, monkeypatch):
    maker = makers["ltx"]
    monkeypatch.setattr(fitting, "free_bytes", lambda _: 10**13)
    asked, basis, answer = fit_lines(maker, (768, 448), 33)
    assert asked.startswith("768x448, 33 frames: about ")
    assert "T operations at" in basis
    assert answer == "10000 GB are free there: it fits"
    monkeypatch.setattr(fitting, "free_bytes", lambda _: maker.estimate((384, 224), 97).peak_bytes)
    assert (
        fit_lines(maker, (768, 448), 97)[-1].split("; ")[1].startswith("nearest that does: 384x224, 97 frames or 768x")
    )
    monkeypatch.setattr(fitting, "free_bytes", lambda _: 1)
    assert fit_lines(maker, (768, 448), 33)[-1].endswith("nearest that does: nothing; see `offload` and `tiling`")
    assert fit_lines(generators.load("previz"), (768, 448), 33) == []


def test_doctor_tells_what_a_model_takes_or_why_it_would_not_start(tiny, tmp_path):
    told = "\n".join(f"{key} = {json.dumps(value)}" for key, value in tiny["ltx"].items())
    (tmp_path / "composer.toml").write_text(f'[ltx]\n{told}\nsize = "96x64"\n[ltx2]\nmodel = "./nowhere"\n')
    words = [sys.executable, "-m", "composer", "doctor"]
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    start = said.index("generator ltx            ready")
    took, basis, fits, broken = (line.strip() for line in said[start + 1 : start + 5])
    assert re.fullmatch(r"96x64, 17 frames: about \d MB, \d\.\d s at least on \w+", took)
    assert basis.endswith("memory counts tensors alone, kernels add to it")
    assert fits.endswith("are free there: it fits")
    nowhere = (tmp_path / "nowhere").absolute()
    assert broken == f"generator ltx2           option `model` of generator `ltx2`: there is no folder {nowhere}"
    assert said[start + 5].startswith("generator previz")
