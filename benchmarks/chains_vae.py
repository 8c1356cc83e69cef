"""A tiny autoencoder of the real class, fitted to the product's own animatics: what pixel and latent hand-over are measured on.

`python benchmarks/chains_vae.py --work DIR` draws clips and fits it in `DIR`; what is there already is gone on from. All
is counted in steps and seeded, so that it is the same model wherever it is fitted, to rounding.
"""

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from chains_lists import film
from chains_measuring import Yardstick
from chains_studio import chained
from diffusers import AutoencoderKLLTXVideo
from safetensors.numpy import load_file as load_arrays
from safetensors.numpy import save_file as save_arrays
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from composer import shotlist as lists
from composer.composing import Rehearsal, rehearse
from composer.errors import ShotListError
from composer.handover import HandOver
from composer.looks import grade
from composer.schema import Slate
from composer.shade import Shader
from composer.training import judging
from composer.training.examples import FPS
from composer.training.lists import random_list
from composer.types import Capabilities, Clip, FrameGrid, SegmentRequest, Size

SIZE: Size = (96, 64)
FRAMES, PREFIX = 17, 9  # of a clip, and those of them that it continues
STRIDE, CELL = 2, 4  # frames, and pixels of a side, of a latent
CHANNELS = 16
HELD = PREFIX // STRIDE + 1  # latents of a prefix
LISTS, FIRST_LIST = 260, 50_000
SECONDS = 13.55  # of a film


@dataclass(frozen=True)
class Course:
    """How a model is fitted: the rate falls to nothing along half a cosine."""

    steps: int
    batch: int
    rate: float
    warm: int = 50
    every: int = 100  # steps between checkpoints


VAE = Course(steps=500, batch=8, rate=4e-3)
CROP = (5, 32, 32)  # frames, rows and columns that the autoencoder learns from


def autoencoder() -> AutoencoderKLLTXVideo:
    """0.52 M parameters, 2 frames and 4 x 4 pixels a latent of `CHANNELS`."""
    widths, halve = (32,), (True,)
    torch.manual_seed(0)
    return AutoencoderKLLTXVideo(
        latent_channels=CHANNELS,
        block_out_channels=widths,
        decoder_block_out_channels=widths,
        down_block_types=("LTXVideoDownBlock3D",),
        layers_per_block=(1, 1),
        decoder_layers_per_block=(1, 1),
        spatio_temporal_scaling=halve,
        decoder_spatio_temporal_scaling=halve,
        decoder_inject_noise=(False,) * 2,
        downsample_type=("conv",),
        upsample_residual=(False,),
        upsample_factor=(1,),
        patch_size=2,
    )


# --- clips --------------------------------------------------------------------------------------------------------------


def clips(work: Path) -> np.ndarray:
    """The first `FRAMES` frames of every shot of random lists as their animatics show them [n f h w 3], drawn once."""
    path = work / "clips.safetensors"
    if not path.exists():
        work.mkdir(parents=True, exist_ok=True)
        found = [clip for seed in range(FIRST_LIST, FIRST_LIST + LISTS) for clip in _of_list(seed)]
        part = path.with_suffix(".part")
        save_arrays({"seen": np.stack(found)}, part)
        part.rename(path)
    return load_arrays(path)["seen"]


def _of_list(seed: int) -> list[np.ndarray]:
    try:
        rehearsal = rehearse(lists.read(random_list(seed)))
        rehearsal.raise_errors()
    except ShotListError:
        return []
    return [_drawn(rehearsal, slate, seed) for slate in rehearsal.slates]


def _drawn(rehearsal: Rehearsal, slate: Slate, draw: int) -> np.ndarray:
    scene = rehearsal.scenes[slate.place]
    style = rehearsal.shotlist.styles[slate.style].look if slate.style else ""
    shader = Shader(scene, slate.light, replace(grade(style), grain=0.0), draw=draw)
    cameras, world = rehearsal.at(slate.name, [frame / FPS for frame in range(FRAMES)], SIZE)
    seen = [(scene.cast(cameras[k], SIZE, world[k]), cameras[k], world[k]) for k in range(FRAMES)]
    return np.stack([shader(*now) for now in seen])


# --- fitting ------------------------------------------------------------------------------------------------------------


def fitted(name: str, model: nn.Module, course: Course, work: Path, loss_of: Callable[[int], Tensor]) -> None:
    """Fit `model` by `loss_of(step)`, going on from the checkpoint in `work` where there is one."""
    path, log = work / f"{name}.safetensors", work / f"{name}.jsonl"
    parameters = dict(model.named_parameters())
    optimiser = torch.optim.AdamW(parameters.values(), lr=0.0, betas=(0.9, 0.99), weight_decay=0.01)
    step = 0
    if path.exists():
        held = load_file(path)
        step = int(held.pop("step"))
        model.load_state_dict({k.removeprefix("model/"): v for k, v in held.items() if k.startswith("model/")})
        for key, parameter in parameters.items():
            moments = {moment: held[f"{moment}/{key}"] for moment in ("exp_avg", "exp_avg_sq")}
            optimiser.state[parameter] = {"step": torch.tensor(float(step)), **moments}
    losses = []
    while step < course.steps:
        optimiser.param_groups[0]["lr"] = (
            course.rate * min(1.0, (step + 1) / course.warm) * 0.5 * (1 + math.cos(math.pi * step / course.steps))
        )
        loss = loss_of(step)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        step += 1
        if step % course.every == 0 or step == course.steps:
            held = {f"model/{key}": value.contiguous() for key, value in model.state_dict().items()}
            for key, parameter in parameters.items():
                held |= {f"{m}/{key}": optimiser.state[parameter][m].contiguous() for m in ("exp_avg", "exp_avg_sq")}
            save_file(held | {"step": torch.tensor(step)}, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
            with log.open("a") as file:
                file.write(json.dumps({"step": step, "loss": round(sum(losses) / len(losses), 5)}) + "\n")
            losses = []
    model.eval().requires_grad_(requires_grad=False)


def as_video(frames: np.ndarray) -> Tensor:
    """uint8 [b f h w 3] to [b 3 f h w] in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(frames)).float().permute(0, 4, 1, 2, 3) / 127.5 - 1


def as_frames(video: Tensor) -> np.ndarray:
    """[3 f h w] in [-1, 1] to uint8 [f h w 3], rounded as files are."""
    codes = ((video + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(codes.permute(1, 2, 3, 0).numpy())


def fit_autoencoder(work: Path) -> AutoencoderKLLTXVideo:
    """The autoencoder, its latents scaled to a mean of nought and a deviation of one."""
    vae, seen = autoencoder(), clips(work)
    f, h, w = CROP

    def loss_of(step: int) -> Tensor:
        rng = np.random.default_rng([2, step])
        crops = []
        for _ in range(VAE.batch):
            clip = seen[rng.integers(len(seen))]
            at, row, column = (int(rng.integers(full - part + 1)) for full, part in zip(clip.shape, CROP, strict=False))
            crop = clip[at : at + f, row : row + h, column : column + w]
            crops.append(crop[:, :, ::-1] if rng.random() < 0.5 else crop)
        video = as_video(np.stack(crops))
        posterior = vae.encode(video).latent_dist
        noise = torch.randn(posterior.mean.shape, generator=torch.Generator().manual_seed(step))
        again = vae.decode(posterior.mean + posterior.std * noise).sample
        steps = sum((again.diff(dim=d) - video.diff(dim=d)).abs().mean() for d in (2, 3, 4))
        mean_2, spread = posterior.mean.square().mean(), posterior.logvar
        kl = 0.5 * (mean_2 + (spread.exp() - spread - 1).mean())
        return (again - video).abs().mean() + 0.25 * steps + 1e-6 * kl

    fitted("vae", vae, VAE, work, loss_of)
    return vae


# --- chains -------------------------------------------------------------------------------------------------------------


class Continuing:
    """Goes on as a model without errors of its own would: next comes what is declared, as far from it in latents as the
    last latent of the prefix is. All that drifts is what encoding and decoding do.

    `by` is `pixels`: the prefix is encoded anew; `latents`: it is the last latents of the clip before; or `latents, first
    encoded anew`: they, but for the first, which stands for one frame and not for `STRIDE` as it did.
    """

    def __init__(self, vae: AutoencoderKLLTXVideo, by: str) -> None:
        self.vae, self.by = vae, by
        self.last: Tensor | None = None
        self.capabilities = Capabilities(
            name="continuing",
            version="1",
            licence="Apache-2.0",
            grid=FrameGrid(step=STRIDE, longest=FRAMES),
            size_multiple=CELL,
            size=SIZE,
            fps=FPS,
            prefix=PREFIX,
            channels=frozenset({"previz"}),
        )

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """A clip. Shapes and errors as in `SegmentGenerator`."""
        true = self.encoded(np.stack([control.previz for control in request.controls.frames()]))
        latents = true
        if request.prefix is not None:
            held = self.encoded(request.prefix)
            if self.by != "pixels":
                assert self.last is not None
                again = held[:, :, :1]
                held = self.last[:, :, -HELD:]
                held = held if self.by == "latents" else torch.cat([again, held[:, :, 1:]], dim=2)
            off = held[:, :, -1:] - true[:, :, HELD - 1 : HELD]
            latents = torch.cat([held, true[:, :, HELD:] + off], dim=2)
        self.last = latents
        on_progress(1.0)
        return Clip(as_frames(self.vae.decode(latents).sample[0]))

    def encoded(self, frames: np.ndarray) -> Tensor:
        return self.vae.encode(as_video(frames[None])).latent_dist.mode()


def chain(
    vae: AutoencoderKLLTXVideo, name: str, seed: int, by: str, how: HandOver, sheet: Path
) -> list[dict[str, Any]]:
    """The figures of each clip of a film."""
    with torch.inference_mode():
        return chained(Yardstick(film(name, seed, SECONDS), SIZE), Continuing(vae, by), how, sheet)


def round_trip(vae: AutoencoderKLLTXVideo, name: str, seed: int) -> float:
    """PSNR (dB) of one clip of a film, encoded and decoded once."""
    stick = Yardstick(film(name, seed, SECONDS), SIZE)
    true = np.stack([stick.known(k)[1] for k in range(FRAMES)])
    with torch.inference_mode():
        latents = vae.encode(as_video(true[None])).latent_dist.mode()
        return judging.psnr(as_frames(vae.decode(latents).sample[0]), true)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    work = parser.parse_args().work
    torch.set_num_threads(1)
    fit_autoencoder(work)
