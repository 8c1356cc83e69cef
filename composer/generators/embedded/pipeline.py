"""From noise to a clip: a few steps of the flow, each led by what is known."""

from collections.abc import Callable
from pathlib import Path

import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from composer.generators.embedded.network import COARSEST, SceneUNet
from composer.generators.embedded.state import Known

SHIFT = 2.0
"""Of the schedule: more of the steps are spent where noise is strong (Esser et al., 2024)."""


class ScenePipeline(DiffusionPipeline):  # type: ignore[misc] # its types are not read
    """Clips of any size from what is known of them."""

    def __init__(self, unet: SceneUNet, scheduler: FlowMatchEulerDiscreteScheduler) -> None:
        super().__init__()
        self.register_modules(unet=unet, scheduler=scheduler)

    @classmethod
    def of(cls, unet: SceneUNet) -> "ScenePipeline":
        """The pipeline round a network."""
        return cls(unet, FlowMatchEulerDiscreteScheduler(shift=SHIFT))

    @classmethod
    def load(cls, folder: Path) -> "ScenePipeline":
        """The pipeline that a folder holds, in single precision; nothing is fetched, no progress is shown."""
        unet = SceneUNet.from_pretrained(
            folder, subfolder="unet", dtype=torch.float32, local_files_only=True, low_cpu_mem_usage=False
        )
        return cls(
            unet, FlowMatchEulerDiscreteScheduler.from_pretrained(folder, subfolder="scheduler", local_files_only=True)
        )

    @torch.inference_mode()
    def __call__(
        self,
        known: Known,
        noise: Float[Tensor, "b t 3 h w"],
        steps: int,
        on_step: Callable[[int], None] | None = None,
    ) -> Float[Tensor, "b t 3 h w"]:
        """The clips, in [-1, 1], in `steps` passes of the network; `on_step` is told how many are done."""
        h, w = noise.shape[-2:]
        told, sample = _padded(known), _pad(noise)
        stem = self.unet.stem(told)
        # the schedule is shifted once: diffusers' own linspace ends at 1/1000, a step too near to nothing
        self.scheduler.set_timesteps(sigmas=torch.linspace(1, 1 / steps, steps).tolist(), device=noise.device)
        for index, timestep in enumerate(self.scheduler.timesteps):
            sigma = self.scheduler.sigmas[index]
            guess = self.unet(sample, sigma.expand(len(sample)), told, stem)
            velocity = (sample - guess) / sigma
            sample = self.scheduler.step(velocity, timestep, sample, return_dict=False)[0]
            if on_step:
                on_step(index + 1)
        return sample[..., :h, :w].clamp(-1, 1)


def _padded(known: Known) -> Known:
    return Known(_pad(known.maps), known.setting)


def _pad(x: Float[Tensor, "b t c h w"]) -> Float[Tensor, "b t c h2 w2"]:
    """`x` with its last row and column repeated, up to sizes that the network folds."""
    h, w = x.shape[-2:]
    down, right = -h % COARSEST, -w % COARSEST
    if not (down or right):
        return x
    return F.pad(x.flatten(0, 1), (0, right, 0, down), mode="replicate").view(*x.shape[:3], h + down, w + right)
