"""What would stop a model, found before anything is loaded: packages, its folder, the device, and what does not go together."""

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from composer.errors import GeneratorError, OptionError
from composer.generators.diffusion.folder import ModelFolder
from composer.generators.diffusion.options import DiffusionOptions

_EXTRA = ("torch", "diffusers", "transformers", "accelerate")
_PIECES = {"sentencepiece": "sentencepiece", "protobuf": "google"}  # by package, what it is imported as
_NEEDS = {"flash": "flash_attn", "flash_3": "flash_attn_interface", "sage": "sageattention", "xformers": "xformers"}
_HALF_ONLY = ("cudnn", "flash", "flash_3", "sage")
_GPU_ONLY = ("efficient", *_HALF_ONLY, "xformers")


@dataclass(frozen=True)
class Family:
    """Models that one generator runs: the pipeline that runs them, and by which parts they are known."""

    name: str
    pipeline: str  # `module:class`
    transformer: str  # the class of its transformer
    prompts: int  # as many are kept, read
    self_attention: tuple[str, ...] = ("attn1",)  # of a block: among pixels, without a mask

    @property
    def unset(self) -> str:
        """What to do when there is no model."""
        return (
            f"generator `{self.name}` needs the option `model`: a folder (./NAME), or a hub id with a pinned `revision`"
        )


@dataclass(frozen=True)
class Place:
    """Where a model runs and in which numbers, decided."""

    device: str
    dtype: str

    @property
    def on_gpu(self) -> bool:
        return not self.device.startswith("cpu")


def found(family: Family, told: DiffusionOptions) -> ModelFolder:
    """The folder of the model that was asked for. Raises `OptionError`, `GeneratorError`."""
    if not told.model:
        raise OptionError(family.unset)
    root = Path(told.model).expanduser() if told.is_folder else _on_this_machine(told)
    if not root.is_dir():
        raise OptionError(f"option `model` of generator `{family.name}`: there is no folder {told.model}")
    if not (root / "model_index.json").is_file():
        raise OptionError(
            f"option `model` of generator `{family.name}`: {told.model} holds no model_index.json; "
            "expected a pipeline as diffusers saves it"
        )
    folder = ModelFolder(root)
    transformer = folder.parts.get("transformer", "none")
    if transformer != family.transformer:
        kind = folder.index.get("_class_name", "no pipeline")
        raise OptionError(
            f"option `model` of generator `{family.name}`: {told.model} is a {kind} with the transformer {transformer}; "
            f"expected {family.transformer}"
        )
    return folder


def check_words(family: Family, folder: ModelFolder) -> None:
    """Raise `GeneratorError` for a tokenizer that only packages beside the extra can read."""
    words = folder.root / "tokenizer"
    if (words / "tokenizer.json").is_file() or not list(words.glob("*.model")):
        return
    missing = [name for name, module in _PIECES.items() if find_spec(module) is None]
    if missing:
        wanted = " ".join(missing)
        raise GeneratorError(
            f"generator `{family.name}`: the model's tokenizer holds no tokenizer.json; its pieces are read by "
            f"{' and '.join(missing)}: pip install {wanted}"
        )


def check(family: Family, told: DiffusionOptions) -> Place:
    """Where it will run. Raises `OptionError` and `GeneratorError` for what would stop it later."""
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise GeneratorError(
            f"generator `{family.name}` lacks {', '.join(missing)}: pip install '.[local]' in a checkout"
        )
    place = _place(family, told)
    on_gpu = place.on_gpu
    if told.offload != "none" and not on_gpu:
        raise _refused(family, "offload", told.offload, f"there is no GPU to leave (device {place.device})", "none")
    if not on_gpu and place.dtype == "float16":
        raise _refused(family, "dtype", "float16", "processors lack half of its kernels", "bfloat16")
    kernel = told.attention
    if (package := _NEEDS.get(kernel)) and find_spec(package) is None:
        raise _refused(family, "attention", kernel, f"the package {package} is not installed", "native")
    if kernel in _GPU_ONLY and not place.device.startswith("cuda"):
        raise _refused(family, "attention", kernel, f"it runs on CUDA alone (device {place.device})", "native")
    if kernel in _HALF_ONLY and place.dtype == "float32":
        raise _refused(family, "attention", kernel, "it takes no float32", "native, or dtype bfloat16")
    if told.compile and told.offload in ("sequential", "group"):
        raise _refused(family, "compile", "true", f"offload {told.offload} moves what was compiled", "offload model")
    if told.compile and not _can_compile(on_gpu):
        lacks = "the package triton" if on_gpu else "a C++ compiler"
        raise _refused(family, "compile", "true", f"this machine lacks {lacks}", "false")
    return place


def _place(family: Family, told: DiffusionOptions) -> Place:
    import torch  # noqa: PLC0415 - it takes seconds to load

    device = told.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        kind = torch.device(device).type
    except RuntimeError:
        raise _refused(family, "device", device, "torch knows no such device", "auto") from None
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if not there.get(kind, False):
        raise _refused(family, "device", device, "this machine has none", "auto")
    half = "bfloat16" if kind != "cpu" else "float32"
    return Place(device, half if told.dtype == "auto" else told.dtype)


def _on_this_machine(told: DiffusionOptions) -> Path:
    """The folder of a model of the hub: fetched when that is allowed, else as it was fetched before."""
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only where a model of the hub is asked for
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError  # noqa: PLC0415

    wanted: dict[str, Any] = {"allow_patterns": ["*/*", "model_index.json", "README.md"], "revision": told.revision}
    try:
        return Path(snapshot_download(told.model, local_files_only=not told.download, **wanted))
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError, ValueError) as error:
        if told.download:
            raise GeneratorError(f"cannot fetch {told.model} at {told.revision[:12]}: {error}") from None
        raise GeneratorError(
            f"{told.model} at {told.revision[:12]} is not on this machine, and nothing is fetched unless `download` is true"
        ) from None


def _can_compile(on_gpu: bool) -> bool:
    return find_spec("triton") is not None if on_gpu else any(map(shutil.which, ("g++", "clang++", "c++")))


def _refused(family: Family, option: str, value: str, why: str, instead: str) -> OptionError:
    return OptionError(f"option `{option}` of generator `{family.name}` is {value}: {why}; nearest: {instead}")
