"""LTX-Video: a prompt, final frames as a video at frame 0, and remembered pictures at any frame."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

from composer.generators.diffusion.checking import Family
from composer.generators.diffusion.conditions import Shown, shown
from composer.generators.diffusion.options import DiffusionOptions, LtxOptions
from composer.generators.diffusion.running import Diffusing, Engine, Made
from composer.types import Capabilities, SegmentRequest


class Ltx(Diffusing):
    """Clips of `Lightricks/LTX-Video` and what is trained from it, through `LTXConditionPipeline`."""

    family = Family("ltx", "diffusers:LTXConditionPipeline", "LTXVideoTransformer3DModel", prompts=64)
    Options: ClassVar[type[DiffusionOptions]] = LtxOptions
    told: LtxOptions

    def declared(self, base: Capabilities) -> Capabilities:
        """As in `Diffusing`."""
        summary = "LTX-Video through diffusers: a prompt, final frames, remembered keyframes"
        return replace(super().declared(base), summary=summary, fps=Fraction(24))

    def run(self, engine: Engine, request: SegmentRequest, on_step: Callable[[int], None]) -> Made:
        """As in `Diffusing`."""

        def after(_pipe: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            on_step(step + 1)
            return tensors

        frames = engine.pipe(
            conditions=[_condition(one) for one in shown(request)] or None,  # which crashes on an empty list
            **self.arguments(engine, request),
            image_cond_noise_scale=self.told.prefix_noise,
            callback_on_step_end=after,
        ).frames
        return Made(frames[0])


def _condition(one: Shown) -> Any:
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition  # noqa: PLC0415 - it loads torch
    from PIL import Image  # noqa: PLC0415

    pictures = [Image.fromarray(frame) for frame in one.frames]
    if len(pictures) == 1:
        return LTXVideoCondition(image=pictures[0], frame_index=one.start, strength=one.strength)
    return LTXVideoCondition(video=pictures, frame_index=one.start, strength=one.strength)
