"""Examples on disk: a safetensors file for every list, written whole or not at all, read by mapping."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

FIELDS = (
    "truth", "light", "albedo", "other", "memory", "memory_mask", "carried", "carried_mask",
    "depth", "normal", "anchor_id", "surface",
)  # fmt: skip
"""What an example is made of: `truth` is the picture, `other` another reading of the words of `albedo`."""

Arrays = dict[str, np.ndarray]


def write(path: Path, arrays: Sequence[Arrays], settings: Sequence[tuple[str, str]]) -> None:
    """Examples of one list and the words of their settings: light and style."""
    named = {f"{n}/{name}": np.ascontiguousarray(example[name]) for n, example in enumerate(arrays) for name in FIELDS}
    part = path.with_suffix(f".{os.getpid()}.part")
    save_file(named, part, {"settings": json.dumps(list(settings))})
    part.rename(path)


def read(path: Path) -> Iterator[tuple[Arrays, tuple[str, str]]]:
    """Every example of a file, and its light and style."""
    with safe_open(path, "np") as file:
        settings = json.loads(file.metadata()["settings"])
        for n, (light, style) in enumerate(settings):
            yield {name: file.get_tensor(f"{n}/{name}") for name in FIELDS}, (light, style)


def count(path: Path) -> int:
    """How many examples a file holds."""
    with safe_open(path, "np") as file:
        return len(json.loads(file.metadata()["settings"]))


def read_one(path: Path, which: int) -> tuple[Arrays, tuple[str, str]]:
    """Example `which` of a file."""
    with safe_open(path, "np") as file:
        light, style = json.loads(file.metadata()["settings"])[which]
        return {name: file.get_tensor(f"{which}/{name}") for name in FIELDS}, (light, style)
