"""A model in diffusers' layout, read without loading it: which one it is, what its parts are, what its licence is called."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from composer.errors import GeneratorError
from composer.store import digest

_SAMPLES, _SAMPLE_BYTES = 16, 4096
_MOST_HEADER_BYTES = 100 << 20  # as safetensors itself allows

ITEM_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "BF16": 2, "F16": 2, "I16": 2}
"""By safetensors' names of types; all others take one byte."""


@dataclass(frozen=True)
class Weights:
    """The tensors of a part: how many numbers they hold, and how many bytes on disk."""

    numbers: int
    bytes: int
    shapes: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class ModelFolder:
    """A pipeline's folder: `model_index.json` and a folder for each part."""

    root: Path

    @cached_property
    def index(self) -> dict[str, Any]:
        return _json(self.root / "model_index.json")

    @cached_property
    def parts(self) -> dict[str, str]:
        """Class names by part: `transformer`, `vae`, ..."""
        pairs = {name: value for name, value in self.index.items() if isinstance(value, list) and len(value) == 2}
        return {name: str(value[1]) for name, value in pairs.items() if value[1]}

    def config(self, part: str) -> dict[str, Any]:
        return _json(self.root / part / "config.json")

    def weights(self, part: str) -> Weights:
        """Of a part, from the headers of its safetensors files. Raises `GeneratorError`."""
        numbers = size = 0
        shapes: dict[str, tuple[int, ...]] = {}
        for path in sorted((self.root / part).glob("*.safetensors")):
            for name, tensor in _header(path).items():
                if name != "__metadata__":
                    shapes[name] = tuple(tensor["shape"])
                    numbers += prod(tensor["shape"])
                    size += prod(tensor["shape"]) * ITEM_BYTES.get(tensor["dtype"], 1)
        return Weights(numbers, size, shapes)

    @cached_property
    def identity(self) -> str:
        """Twelve hex digits that another model would not have: of its configs, and of headers, sizes and samples of its
        weights, since reading all of them would take minutes.
        """
        files = [self.root / "model_index.json"]
        files += sorted(path for part in self.parts for path in (self.root / part).glob("*") if path.is_file())
        texts = [(p.relative_to(self.root).as_posix(), p.read_bytes()) for p in files if p.suffix != ".safetensors"]
        sampled = [(p.relative_to(self.root).as_posix(), *_sampled(p)) for p in files if p.suffix == ".safetensors"]
        return digest(texts, sampled)[:12]

    @cached_property
    def licence(self) -> str:
        """As the model's card names it; where it stands when the card is silent."""
        card = self.root / "README.md"
        lines = card.read_text(errors="replace").split("\n---", 1)[0].splitlines() if card.is_file() else []
        said = dict(line.split(":", 1) for line in lines if ":" in line and not line.startswith((" ", "-")))
        name = said.get("license_name") or said.get("license") or ""
        return name.strip().strip("\"'") or "the model's own: see its card"


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GeneratorError(f"cannot read the model's {path}: {reason[:1].lower()}{reason[1:]}") from None
    if not isinstance(value, dict):
        raise GeneratorError(f"cannot read the model's {path}: expected a mapping")
    return value


def _header(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            length = min(int.from_bytes(file.read(8), "little"), _MOST_HEADER_BYTES)
            header: dict[str, Any] = json.loads(file.read(length))
    except (OSError, ValueError) as error:
        raise GeneratorError(f"{path} is no safetensors file: {error}") from None
    return header


def _sampled(path: Path) -> tuple[int, bytes, bytes]:
    """Size, header and samples spread over the weights."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        header = file.read(min(size, int.from_bytes(head, "little"), _MOST_HEADER_BYTES))
        start, samples = file.tell(), b""
        for index in range(_SAMPLES):
            file.seek(start + max(0, size - start - _SAMPLE_BYTES) * index // (_SAMPLES - 1))
            samples += file.read(_SAMPLE_BYTES)
    return size, header, samples
