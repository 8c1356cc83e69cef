"""LTX-2's pipeline, which may be handed the latents of a prefix instead of coding its pixels anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from diffusers import LTX2ConditionPipeline

from composer.errors import GeneratorError
from composer.typed import Float
from composer.types import SegmentPlan


class HandingPipeline(LTX2ConditionPipeline):  # type: ignore[misc] # its types are not read
    """`LTX2ConditionPipeline`; its first condition is then the prefix, whose later latents are those handed over.

    A causal coder gives a clip's first frame a latent of its own and every later latent eight frames. The final 8 m + 1
    frames of a clip on that grid are the last frame of one latent and the m latents after it: these go on unchanged as the
    latents 1 to m of the next clip, and only the frame before them is coded anew, for latent 0.
    """

    handed: Float[np.ndarray, "c m h w"] | None = None

    @contextmanager
    def handing(self, latents: Float[np.ndarray, "c m h w"] | None) -> Iterator[None]:
        """Calls inside use `latents`."""
        self.handed = latents
        try:
            yield
        finally:
            self.handed = None

    def prepare_latents(self, *told: Any, **named: Any) -> tuple[Any, ...]:
        """As in diffusers; the tokens of the prefix after its first latent are those handed over."""
        latents, mask, clean, coords = super().prepare_latents(*told, **named)
        if self.handed is not None:
            given = torch.from_numpy(self.handed)[None].to(latents)
            tokens = self._pack_latents(
                given, self.transformer_spatial_patch_size, self.transformer_temporal_patch_size
            )
            first = tokens.shape[1] // given.shape[2]  # tokens of one latent
            there = slice(first, first + tokens.shape[1])
            if mask[:, there].min() < 1:
                raise GeneratorError(f"ltx2 was handed {given.shape[2]} latents, more than its prefix has")
            latents[:, there] = clean[:, there] = tokens
        return latents, mask, clean, coords

    def tail(self, tokens: Any, plan: SegmentPlan, prefix: int) -> Float[np.ndarray, "c m h w"]:
        """The latents of the last `prefix - 1` frames of a clip whose final tokens are these, float32."""
        w, h = (side // self.vae_spatial_compression_ratio for side in plan.size)
        latents = (plan.length - 1) // self.vae_temporal_compression_ratio + 1
        patches = self.transformer_spatial_patch_size, self.transformer_temporal_patch_size
        whole = self._unpack_latents(tokens[:, : latents * h * w], latents, h, w, *patches)
        kept = (prefix - 1) // self.vae_temporal_compression_ratio
        tail: Float[np.ndarray, "c m h w"] = whole[0, :, latents - kept :].float().cpu().numpy().copy()
        return tail
