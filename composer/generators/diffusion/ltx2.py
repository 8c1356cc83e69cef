"""LTX-2: pictures with their own sound, led by a prompt, final frames (as pixels or latents) and remembered pictures."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from scipy.signal import resample_poly

from composer.errors import GeneratorError, OptionError
from composer.generators.diffusion.checking import Family
from composer.generators.diffusion.conditions import Shown, shown
from composer.generators.diffusion.options import STEP, DiffusionOptions, Ltx2Options
from composer.generators.diffusion.running import Diffusing, Engine, Made
from composer.timing import SAMPLE_RATE, to_samples
from composer.typed import Float
from composer.types import Capabilities, SegmentPlan, SegmentRequest, Waveform

TAIL = "latents"
"""Name of what a clip hands over: float32 [channels, latents, h, w], normalised, of its last `prefix - 1` frames."""


class Ltx2(Diffusing):
    """Clips of `Lightricks/LTX-2` and what is trained from it, through `LTX2ConditionPipeline`."""

    family = Family(
        "ltx2",
        "composer.generators.diffusion.handing:HandingPipeline",
        "LTX2VideoTransformer3DModel",
        prompts=2,  # of 385 MB each: all layers of the text encoder
        self_attention=("attn1", "audio_attn1"),
    )
    Options: ClassVar[type[DiffusionOptions]] = Ltx2Options
    told: Ltx2Options

    def declared(self, base: Capabilities) -> Capabilities:
        """As in `Diffusing`."""
        summary = "LTX-2 through diffusers: as ltx, with sound of its own"
        return replace(super().declared(base), summary=summary, fps=Fraction(24), keyframe_step=STEP, audio=True)

    def check(self) -> None:
        """As in `Diffusing`."""
        super().check()
        blocks = self.folder.config("transformer").get("num_layers", 0)
        if self.told.stg > 0 and self.told.stg_block >= blocks:
            said = f"the transformer has {blocks} blocks; nearest: {blocks - 1}"
            raise OptionError(f"option `stg_block` of generator `ltx2` is {self.told.stg_block}: {said}")
        registers = self.folder.config("connectors").get("video_connector_num_learnable_registers") or 1
        if self.told.tokens % registers:
            near = max(1, round(self.told.tokens / registers)) * registers
            said = f"the model reads prompts by {registers}; nearest: {near}"
            raise OptionError(f"option `tokens` of generator `ltx2` is {self.told.tokens}: {said}")

    @property
    def passes(self) -> int:
        """As in `Diffusing`, and a pass each for two guidances of its own."""
        return super().passes + (self.told.stg > 0) + (self.told.modality > 1)

    def run(self, engine: Engine, request: SegmentRequest, on_step: Callable[[int], None]) -> Made:
        """As in `Diffusing`."""
        plan, told, pipe = request.plan, self.told, engine.pipe
        last: Any = None

        def after(_pipe: Any, step: int, _timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            nonlocal last
            last = tensors["latents"]
            on_step(step + 1)
            return tensors

        handed = request.handover.get(TAIL) if told.handover == "latents" and request.prefix is not None else None
        conditions = shown(request)
        with pipe.handing(handed):
            made = pipe(
                conditions=[_condition(one, plan.length) for one in conditions] or None,
                **self.arguments(engine, request),
                guidance_rescale=told.guidance_rescale,
                stg_scale=told.stg,
                spatio_temporal_guidance_blocks=[told.stg_block],
                modality_scale=told.modality,
                audio_guidance_scale=told.audio_guidance,
                audio_guidance_rescale=told.guidance_rescale,
                audio_stg_scale=told.stg,
                audio_modality_scale=told.modality,
                callback_on_step_end=after,
            )
        sound, padded_s = _sound(made.audio, pipe.vocoder.config.output_sampling_rate, plan)
        said = {
            "shown_at": [first_shown(latent_index(one.start, plan.length)) for one in conditions if one.start],
            "handover": "pixels" if handed is None else "latents",
            "sound_padded_s": padded_s,
        }
        tail = {TAIL: pipe.tail(last, plan, told.prefix)} if told.handover == "latents" else {}
        return Made(made.frames[0], sound, said, tail)


def latent_index(frame: int, frames: int) -> int:
    """The latent of a clip of `frames` at which a picture for `frame` is put: that whose first frame is nearest."""
    return 0 if frame == 0 else min((frames - 1) // STEP, round((frame - 1) / STEP) + 1)


def first_shown(latent: int) -> int:
    """The frame at which a picture put at `latent` stands: latent 0 is frame 0, latent i the frames 8 (i - 1) + 1 to 8 i."""
    return 0 if latent == 0 else STEP * (latent - 1) + 1


def _condition(one: Shown, frames: int) -> Any:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition  # noqa: PLC0415 - it loads torch

    # without crf=0, single pictures would go through H.264 first
    return LTX2VideoCondition(one.frames, index=latent_index(one.start, frames), strength=one.strength, crf=0)


def _sound(audio: Any, rate: int, plan: SegmentPlan) -> tuple[Waveform, float]:
    """The first sound of a batch at 48 kHz, silence after it or its end cut off so that it is as long as the picture, and
    the seconds of that silence.
    """
    made: Float[np.ndarray, "channels n"] = audio[0].float().cpu().numpy()
    if made.ndim != 2:
        raise GeneratorError(f"ltx2 made sound of shape {made.shape}; expected channels and samples")
    ratio = Fraction(SAMPLE_RATE, int(rate))
    if ratio != 1:
        made = resample_poly(made, ratio.numerator, ratio.denominator, axis=1)
    wanted = to_samples(plan.length, plan.fps)
    silent = max(0, wanted - made.shape[1])
    samples = np.pad(made[:, :wanted], ((0, 0), (0, silent))).clip(-1, 1).astype(np.float32)
    return Waveform(samples), round(silent / SAMPLE_RATE, 4)
