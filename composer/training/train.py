"""The training loop: rectified flow with the clip predicted, averaged weights, checkpoints that it goes on from."""

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from composer.generators.embedded.network import SceneUNet
from composer.training.batches import Batch

CHECKPOINT = "checkpoint.safetensors"


@dataclass(frozen=True)
class Course:
    """How to learn: for `seconds` in all (earlier runs counted), the rate falling to nothing at the end."""

    seconds: float
    rate: float = 8e-4
    warm_steps: int = 100
    flat: float = 0.3  # share of the time before the rate falls
    averaging: float = 0.9985
    every_s: float = 300.0  # between checkpoints


@dataclass
class State:
    """Where a training stands: the network, its average, the optimiser's moments, steps, clips and seconds so far."""

    network: SceneUNet
    average: SceneUNet
    optimiser: torch.optim.AdamW
    step: int = 0
    clips: int = 0
    seconds: float = 0.0


def begin(device: torch.device, weights: Path | None = None, **shape: object) -> State:
    """A network that knows nothing, or what the diffusers folder `weights` holds."""
    if weights:
        shape = json.loads((weights / "unet" / "config.json").read_text())
        shape = {key: value for key, value in shape.items() if not key.startswith("_")}
    network, average = (SceneUNet(**shape).to(device, memory_format=torch.channels_last) for _ in range(2))
    if weights:
        network.load_state_dict(load_file(weights / "unet" / "diffusion_pytorch_model.safetensors"))
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.0, betas=(0.9, 0.98), weight_decay=0.01)
    return State(network, average.requires_grad_(requires_grad=False), optimiser)


def resume(folder: Path, device: torch.device) -> State | None:
    """The training that `folder` holds, or None."""
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    with safe_open(path, "pt") as file:
        told = json.loads(file.metadata()["state"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    state = begin(device, **told["shape"])
    state.step, state.clips, state.seconds = told["step"], told["clips"], told["seconds"]
    state.network.load_state_dict(_under("network/", tensors))
    state.average.load_state_dict(_under("average/", tensors))
    for name, parameter in state.network.named_parameters():
        moments = {key: tensors[f"{key}/{name}"].to(device) for key in ("exp_avg", "exp_avg_sq")}
        state.optimiser.state[parameter] = {"step": torch.tensor(float(state.step)), **moments}
    return state


def save(state: State, folder: Path) -> None:
    """Write all of `state` into `folder`, whole or not at all."""
    tensors: dict[str, Tensor] = {}
    for kind, network in (("network", state.network), ("average", state.average)):
        tensors |= {f"{kind}/{name}": value.contiguous().cpu() for name, value in network.state_dict().items()}
    for name, parameter in state.network.named_parameters():
        for key in ("exp_avg", "exp_avg_sq"):
            if parameter in state.optimiser.state:
                tensors[f"{key}/{name}"] = state.optimiser.state[parameter][key].contiguous().cpu()
    shape = {key: value for key, value in state.network.config.items() if not key.startswith("_")}
    told = {"step": state.step, "clips": state.clips, "seconds": state.seconds, "shape": shape}
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{CHECKPOINT}.part"
    save_file(tensors, part, {"state": json.dumps(told)})
    part.rename(folder / CHECKPOINT)


def train(
    state: State, batches: Iterator[Batch], course: Course, folder: Path, on_pause: Callable[[State], None]
) -> None:
    """Learn from `batches` until the course is over; `on_pause` is called at every checkpoint.

    The clock starts with the first batch: what fills a ring of examples, or compiles, is no learning.
    """
    device = next(state.network.parameters()).device
    generator = torch.Generator(device).manual_seed(state.step)
    log = (folder / "loss.csv").open("a")
    batches = chain([next(batches)], batches)
    started = last = time.monotonic()
    before, losses = state.seconds, list[Tensor]()
    kept, new = (list[Tensor](network.parameters()) for network in (state.average, state.network))
    while state.seconds < course.seconds:
        example = next(batches)
        loss = learn(state, example, _rate(state, course), generator)
        losses.append(loss)
        averaging = min(course.averaging, 1 - 1 / (state.step / 10 + 1))
        with torch.no_grad():
            torch._foreach_lerp_(kept, new, 1 - averaging)
        now = time.monotonic()
        state.seconds = before + now - started
        if state.step % 50 == 0:
            log.write(f"{state.step},{state.clips},{state.seconds:.0f},{torch.stack(losses).mean():.5f}\n")
            log.flush()
            losses = []
        if now - last > course.every_s:
            last = now
            save(state, folder)
            on_pause(state)
    log.close()
    save(state, folder)
    on_pause(state)


def learn(state: State, example: Batch, rate: float, generator: torch.Generator) -> Tensor:
    """One step; the loss, which nobody need wait for."""
    for group in state.optimiser.param_groups:
        group["lr"] = rate
    loss = loss_of(state.network, example, generator)
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call] # as torch has it
    torch.nn.utils.clip_grad_norm_(state.network.parameters(), 1.0)
    state.optimiser.step()
    state.step += 1
    state.clips += len(example.truth)
    return loss.detach()


@torch.no_grad()
def judge(network: SceneUNet, batches: Sequence[Batch]) -> float:
    """The mean loss over batches, at the same shares of noise each time."""
    device = next(network.parameters()).device
    generator = torch.Generator(device).manual_seed(0)
    return float(torch.stack([loss_of(network, one, generator) for one in batches]).mean())


def loss_of(network: SceneUNet, example: Batch, generator: torch.Generator) -> Tensor:
    """How far off `network` is, at shares of noise by chance."""
    b = len(example.truth)
    clean = torch.sigmoid(1.1 * torch.randn(b, generator=generator, device=generator.device) - 1.0)
    share = clean.view(-1, 1, 1, 1, 1)
    mixed = share * example.truth + (1 - share) * example.noise
    with torch.autocast(generator.device.type, torch.bfloat16, enabled=generator.device.type == "cuda"):
        guess = network(mixed, 1 - clean, example.known).float()
    error = guess - example.truth
    weight = 1 / (1 - share).clamp(min=0.2) ** 2
    loss: Tensor = 0.5 * (weight * error**2).mean() + 0.1 * error.abs().mean()
    return loss


def _rate(state: State, course: Course) -> float:
    warm = min(1.0, (state.step + 1) / course.warm_steps)
    past = max(0.0, (state.seconds / course.seconds - course.flat) / (1 - course.flat))
    return course.rate * warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, past))))


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
