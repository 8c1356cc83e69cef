"""What every generator of this package does alike: its model found, checked and kept loaded, a request run through it."""

import gc
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from composer.errors import GeneratorError, OptionError
from composer.generators.diffusion.checking import Family, Place, check, check_words, found
from composer.generators.diffusion.costs import Costs
from composer.generators.diffusion.folder import ModelFolder
from composer.generators.diffusion.options import STEP, DiffusionOptions, nearest_length, off_the_grid
from composer.typed import UInt8
from composer.types import Capabilities, Clip, Estimate, FrameGrid, SegmentPlan, SegmentRequest, Size, Waveform

_SAMPLING = 0.9  # share of a clip's progress that the steps of the transformer are
_TEXT = ("embeds", "attention_mask")


@dataclass(frozen=True, eq=False)
class Made:
    """What a pipeline made of a request: pictures in [0, 1], sound, what there is to say of them, what it hands over."""

    frames: Any  # float array [f h w 3]
    audio: Waveform | None = None
    said: Mapping[str, Any] = field(default_factory=dict)
    handover: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Engine:
    """A loaded pipeline, and the prompts that it has read."""

    pipe: Any
    place: Place
    leaves: bool  # does its text encoder leave the device after it has read?
    read: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def encoded(self, texts: tuple[str, ...], tokens: int, most: int) -> list[tuple[Any, Any]]:
        """Embeddings of each text, `tokens` long, and their mask: made once; `most` are kept."""
        import torch  # noqa: PLC0415 - it takes seconds to load

        fresh = [text for text in dict.fromkeys(texts) if text not in self.read]
        encoder = self.pipe.text_encoder
        if fresh and self.leaves:
            encoder.to(self.place.device)
        for text in fresh:
            with torch.no_grad():
                told = self.pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=tokens)
            self.read[text] = told[:2]
        if fresh and self.leaves:
            encoder.to("cpu")
        found = [self.read[text] for text in texts]
        for text in [text for text in self.read if text not in texts][: max(0, len(self.read) - most)]:
            del self.read[text]
        return found


_engines: dict[str, Engine] = {}
"""The one that is loaded, by what it was loaded from: generators with equal options share it, another one replaces it."""


class Diffusing(ABC):
    """A generator that runs a model of its `family` through diffusers."""

    family: ClassVar[Family]
    Options: ClassVar[type[DiffusionOptions]]

    def __init__(self, told: DiffusionOptions | None = None) -> None:
        self.told = told or self.Options()
        base = Capabilities(name=self.family.name, version="1", licence="the model's own: see its card")
        self.capabilities = self.declared(base)
        if self.told.model:
            self.capabilities = replace(
                self.capabilities, version=f"1.{self._identity}", licence=self.folder.licence, options=self.told.told
            )

    def declared(self, base: Capabilities) -> Capabilities:
        """What a model of this family can be given."""
        told = self.told
        return replace(
            base,
            grid=FrameGrid(step=STEP, longest=told.frames),
            size_multiple=32,
            size=told.pixels,
            prefix=told.prefix,
            keyframes=told.keyframes,
            sketch=told.sketch,
            prompt=True,
            prompt_tokens=told.tokens,
            avoids=told.guidance > 1,
            seed=True,
            retakes=1,  # of minutes each
            options=told.told,
        )

    @cached_property
    def folder(self) -> ModelFolder:
        return found(self.family, self.told)

    @property
    def _identity(self) -> str:
        return self.folder.identity if self.told.is_folder else f"{self.told.model}@{self.told.revision}"

    def check(self) -> None:
        """Raise what would stop it (`OptionError`, `GeneratorError`) before anything is loaded."""
        check_words(self.family, self.folder)
        check(self.family, self.told)

    def count_tokens(self, text: str) -> int:
        """Of a prompt, as the model counts them, its end included."""
        return len(self._tokenizer(text, verbose=False).input_ids)

    def estimate(self, size: Size, frames: int) -> Estimate:
        """What a clip takes, from the model's files alone: nothing is loaded. Raises as `check`, and off the grid."""
        if problem := off_the_grid(size, self.family.name):
            raise OptionError(problem)
        if (frames - 1) % STEP:
            raise OptionError(f"{frames} frames are not 8k + 1 ({self.family.name}); nearest: {nearest_length(frames)}")
        place = check(self.family, self.told)
        from composer.generators.diffusion.rates import operations_a_second  # noqa: PLC0415 - it loads torch

        costs = Costs(self.folder, self.told, self.passes, 4 if place.dtype == "float32" else 2)
        clip = costs.clip(size, frames)
        work, rate = costs.operations(clip), operations_a_second(place)
        said = (
            f"{work / 1e12:.3g} T operations at {rate / 1e12:.2g} T a second, as this device multiplies matrices; "
            "memory counts tensors alone, kernels add to it"
        )
        return Estimate(costs.peak_bytes(clip), work / rate, place.device, said)

    @property
    def passes(self) -> int:
        """Of the transformer in a step: led by the prompt, and held against what it is not to show."""
        return 2 if self.told.guidance > 1 else 1

    @cached_property
    def _tokenizer(self) -> Any:
        from transformers import AutoTokenizer  # noqa: PLC0415 - it takes a second to load

        return AutoTokenizer.from_pretrained(self.folder.root / "tokenizer", local_files_only=True)

    @property
    def engine(self) -> Engine:
        """The loaded model; loaded now when it is not yet."""
        key = f"{self.family} {self._identity} {self.told}"
        if key not in _engines:
            from composer.generators.diffusion.loading import load  # noqa: PLC0415 - it loads torch

            place = check(self.family, self.told)
            _engines.clear()  # before the next one is read: two may not fit
            gc.collect()
            pipe = load(self.family, self.folder, self.told, place)
            _engines[key] = Engine(pipe, place, leaves=self.told.offload == "text")
        return _engines[key]

    def generate(self, request: SegmentRequest, /, on_progress: Callable[[float], None]) -> Clip:
        """Run the pipeline once. Shapes and errors as in `SegmentGenerator`.

        The prefix comes back as the model shows it, through its own coding: how far off that is tells what to expect of
        the frames after it (`composer.reconcile`).
        """
        plan = request.plan
        self._held_to_the_grid(plan)
        engine = self.engine
        from composer.generators.diffusion.loading import quiet  # noqa: PLC0415 - it loads torch

        steps = self.told.steps
        with quiet():
            made = self.run(engine, request, lambda done: on_progress(_SAMPLING * done / steps))
        frames = codes_of(made.frames)
        if len(frames) != plan.length:
            raise GeneratorError(
                f"{self.family.name} made {len(frames)} frames for `{plan.id}`; expected {plan.length}"
            )
        on_progress(1.0)
        return Clip(
            frames,
            {
                "generator": self.family.name,
                "model": self._identity,
                "synthetic": "trainedAlgorithmicMedia",
                "keyframes": [[keyframe.frame, round(keyframe.strength, 4)] for keyframe in request.keyframes],
                **made.said,
            },
            made.audio,
            made.handover,
        )

    @abstractmethod
    def run(self, engine: Engine, request: SegmentRequest, on_step: Callable[[int], None]) -> Made:
        """Have the pipeline make the pictures; `on_step` is told how many of its steps are done."""

    def arguments(self, engine: Engine, request: SegmentRequest) -> dict[str, Any]:
        """What every pipeline of this kind is told alike."""
        import torch  # noqa: PLC0415 - it takes seconds to load

        plan, told = request.plan, self.told
        return {
            **self.embeddings(engine, request.prompt, plan.avoid),
            "width": plan.size[0],
            "height": plan.size[1],
            "num_frames": plan.length,
            "frame_rate": float(plan.fps),
            "num_inference_steps": told.steps,
            "guidance_scale": told.guidance,
            "decode_timestep": told.decode_timestep,
            "decode_noise_scale": told.decode_noise,
            "generator": torch.Generator("cpu").manual_seed(request.seed),
            "output_type": "np",
        }

    def embeddings(self, engine: Engine, prompt: str, avoid: str = "") -> dict[str, Any]:
        """A prompt as the pipeline takes it, and what it is held against: what the style avoids, and what clips always do."""
        unwanted = ", ".join(text for text in (avoid, self.told.negative_prompt) if text)
        texts = (prompt, unwanted) if self.told.guidance > 1 else (prompt,)
        both = zip(
            ("prompt", "negative_prompt"), engine.encoded(texts, self.told.tokens, self.family.prompts), strict=False
        )
        return {f"{name}_{what}": value for name, pair in both for what, value in zip(_TEXT, pair, strict=True)}

    def _held_to_the_grid(self, plan: SegmentPlan) -> None:
        """Pipelines make 25 frames of 30 without a word."""
        if problem := off_the_grid(plan.size, self.family.name):
            raise GeneratorError(problem)
        if not FrameGrid(STEP, plan.length).holds(plan.length):
            near = nearest_length(plan.length)
            raise GeneratorError(f"{plan.length} frames are not 8k + 1 ({self.family.name}); nearest: {near}")


def codes_of(pictures: Any) -> UInt8[np.ndarray, "f h w 3"]:
    """Pictures in [0, 1] as sRGB codes."""
    codes: UInt8[np.ndarray, "f h w 3"] = (pictures * 255).round().clip(0, 255).astype(np.uint8)
    return codes
