"""What the generators that run through diffusers can be told; `docs/local-models.md` lists it."""

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from composer.types import Size

GRID, STEP = 32, 8
"""Of every model of this family: pixels of a latent's side, and frames that a latent after the first one holds."""

Attention = Literal["native", "math", "efficient", "cudnn", "flex", "flash", "flash_3", "sage", "xformers"]
Cache = Literal["none", "first_block", "mag", "taylorseer", "pab"]

_PLACES = ("model", "revision", "download", "device", "offload")
"""What changes where and whether it runs, not what it makes (the model itself is in the generator's version)."""


def _ratios(value: Any) -> Any:
    return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class DiffusionOptions(BaseModel):
    """Options that all of them have."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    called: ClassVar[str] = ""
    caches: ClassVar[tuple[Cache, ...]] = ()

    model: str = Field("", description="a folder when it begins with ./ ../ / or ~, else the id of a model on the hub")
    revision: str = Field("", description="the commit of a model on the hub, 40 hex digits")
    download: bool = Field(default=False, description="may the model be fetched; else it must be on this machine")
    steps: int = Field(30, ge=1, le=200, description="passes of the transformer for a clip")
    guidance: float = Field(3.0, ge=1, le=30, description="how far the prompt is overdone; 1 halves the work")
    negative_prompt: str = Field(
        "worst quality, inconsistent motion, blurry, jittery, distorted", description="what clips should not look like"
    )
    tokens: int = Field(256, ge=16, le=256, description="most of a prompt; the rest of it is left out")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="of weights and sums; auto: bfloat16 on a GPU, float32 on a processor"
    )
    device: str = Field("auto", description="cuda, cuda:1, mps, cpu; auto: the first GPU, else the processor")
    offload: Literal["none", "text", "model", "sequential", "group"] = Field(
        "none",
        description="what leaves the GPU while it is idle: the text encoder, whole models, layers, groups of layers",
    )
    tiling: bool = Field(default=False, description="encode and decode pictures in tiles: less memory, faint seams")
    attention: Attention = Field("native", description="the kernel of the attention among pixels")
    cache: Cache = Field("none", description="what of a step is reused in the next ones")
    cache_threshold: float = Field(0.05, gt=0, le=1, description="of first_block and mag: the change that is let pass")
    cache_every: int = Field(2, ge=2, le=20, description="of taylorseer and pab: one step in so many is computed")
    cache_ratios: Annotated[tuple[float, ...], BeforeValidator(_ratios)] = Field(
        (), description="of mag: the model's own magnitude ratios, as its calibration prints them"
    )
    compile: bool = Field(default=False, description="compile the transformer's blocks: a slow start, faster steps")
    size: str = Field("", description="pixels of its clips, as in 768x448; else the film's, on the model's grid")
    frames: int = Field(97, ge=9, description="frames of its longest clip, 8k + 1")
    prefix: int = Field(9, ge=1, description="final frames that a clip continues, 8k + 1")
    keyframes: int = Field(3, ge=0, le=16, description="most remembered pictures a clip is given")
    sketch: float = Field(0.3, ge=0, le=1, description="strength of a keyframe that only shows the animatic; 0: none")
    decode_timestep: float = Field(0.05, ge=0, le=1, description="of decoders that denoise: where they start")
    decode_noise: float = Field(0.025, ge=0, le=1, description="of those decoders: the noise they are given")

    @property
    def is_folder(self) -> bool:
        """Does `model` name a folder, and not an id on the hub?"""
        return self.model.startswith(("./", "../", "/", "~"))

    @property
    def pixels(self) -> Size | None:
        """`size` as a pair; None when the film's is taken."""
        if not self.size:
            return None
        width, height = self.size.split("x")
        return int(width), int(height)

    @property
    def told(self) -> tuple[tuple[str, str], ...]:
        """What changes its pictures, defaults included, so that another default is another clip."""
        return tuple((name, str(value)) for name, value in self.model_dump().items() if name not in _PLACES)

    @field_validator("size")
    @classmethod
    def _on_the_grid(cls, value: str) -> str:
        found = re.fullmatch(r"\s*(\d+)\s*[xX]\s*(\d+)\s*", value)
        if value and not found:
            raise ValueError("expected a width and a height in pixels, as in 768x448")
        if not found:
            return ""
        width, height = int(found[1]), int(found[2])
        if problem := off_the_grid((width, height), cls.called):
            raise ValueError(problem)
        return f"{width}x{height}"

    @field_validator("frames", "prefix")
    @classmethod
    def _on_the_step(cls, value: int) -> int:
        if (value - 1) % STEP:
            raise ValueError(f"{value} frames are not 8k + 1 ({cls.called}); nearest: {nearest_length(value)}")
        return value

    @field_validator("cache")
    @classmethod
    def _a_cache_it_has(cls, value: Cache) -> Cache:
        if value != "none" and value not in cls.caches:
            known = ", ".join(("none", *cls.caches))
            raise ValueError(f"the transformer of {cls.called} refuses this cache; it takes: {known}")
        return value

    @model_validator(mode="after")
    def _together(self) -> "DiffusionOptions":
        if self.prefix >= self.frames:
            raise ValueError(
                f"prefix {self.prefix} leaves nothing new of {self.frames} frames; longest prefix: {self.frames - STEP}"
            )
        if self.cache == "mag" and not self.cache_ratios:
            raise ValueError("cache mag needs `cache_ratios`; first_block needs none")
        if self.model and not self.is_folder and not re.fullmatch(r"[0-9a-f]{40}", self.revision):
            found = f"`revision` is '{self.revision}'" if self.revision else "`revision` is missing"
            said = f"{found}; a model on the hub is pinned by the 40 hex digits of a commit"
            raise ValueError(f"{said} (a folder begins with ./ ../ / or ~)")
        return self


class LtxOptions(DiffusionOptions):
    """Options of `ltx`."""

    called: ClassVar[str] = "ltx"
    caches: ClassVar[tuple[Cache, ...]] = ("first_block", "mag", "taylorseer", "pab")

    steps: int = Field(40, ge=1, le=200, description="passes of the transformer for a clip")
    prefix_noise: float = Field(
        0.15, ge=0, le=1, description="noise that exact pictures are given at each step, so that motion goes on"
    )


class Ltx2Options(DiffusionOptions):
    """Options of `ltx2`."""

    called: ClassVar[str] = "ltx2"
    caches: ClassVar[tuple[Cache, ...]] = ("taylorseer", "pab")

    tokens: int = Field(1024, ge=16, le=1024, description="most of a prompt; the rest of it is left out")
    frames: int = Field(121, ge=9, description="frames of its longest clip, 8k + 1")
    guidance_rescale: float = Field(0.7, ge=0, le=1, description="how far overdone contrast is taken back")
    stg: float = Field(1.0, ge=0, le=10, description="guidance by a pass with one block left out; 0 saves that pass")
    stg_block: int = Field(28, ge=0, description="the block that is left out, counted from 0")
    modality: float = Field(
        3.0, ge=1, le=30, description="guidance by a pass in which picture and sound are apart; 1 saves that pass"
    )
    audio_guidance: float = Field(7.0, ge=1, le=30, description="as guidance, of the sound")
    handover: Literal["pixels", "latents"] = Field(
        "latents", description="how a clip is continued: from its final frames, or from their latents, not coded anew"
    )


def off_the_grid(size: Size, called: str) -> str:
    """What is wrong with a size that the model cannot make, and the nearest that it can; empty when it can."""
    if all(side > 0 and side % GRID == 0 for side in size):
        return ""
    near = "x".join(str(side) for side in nearest_size(size))
    return f"size {size[0]}x{size[1]} is not divisible by {GRID} ({called}); nearest: {near}"


def nearest_size(size: Size) -> Size:
    """The size on the grid nearest to `size`."""
    width, height = (max(GRID, (side + GRID // 2) // GRID * GRID) for side in size)
    return width, height


def nearest_length(frames: int) -> int:
    """The clip length on the grid nearest to `frames`, the longer of two."""
    return max(0, (frames - 1 + STEP // 2) // STEP) * STEP + 1
