"""Batches without end: from a folder of examples (what is drawn while a training runs joins in), or drawn where they are
learnt from.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from composer.training import shards
from composer.training.batches import Batch, batch
from composer.training.device.recipes import load
from composer.training.device.ring import Ring
from composer.types import Size

WINDOW: Size = (128, 80)
"""Of an example, in pixels."""

_LOOK_AGAIN_S = 60.0


class Feed(Iterator[Batch]):
    """Batches of `size` examples from the files in `folder`, by chance, the same for the same `seed` and files."""

    def __init__(self, folder: Path, size: int, device: torch.device, seed: int) -> None:
        self.folder, self.size, self.device = folder, size, device
        self._rng = np.random.default_rng(seed)
        self._generator = torch.Generator().manual_seed(seed)
        self._files: list[Path] = []
        self._looked = -np.inf

    def __next__(self) -> Batch:
        if time.monotonic() - self._looked > _LOOK_AGAIN_S:
            self._files = sorted(self.folder.glob("*.safetensors"))
            self._looked = time.monotonic()
        if not self._files:
            raise FileNotFoundError(f"no examples in {self.folder}")
        made = batch([self._one() for _ in range(self.size)], self._generator)
        return made.to(self.device)

    def _one(self) -> tuple[shards.Arrays, tuple[str, str]]:
        path = self._files[int(self._rng.integers(len(self._files)))]
        return shards.read_one(path, int(self._rng.integers(shards.count(path))))


class Served(Iterator[Batch]):
    """Batches of `size` examples, drawn from the recipes in `file` on the very `device` that learns from them, `together` at a
    time.
    """

    def __init__(self, file: Path, size: int, device: torch.device, seed: int, *, together: int = 16) -> None:
        self.size = size
        self._ring = Ring(list(load(file)), WINDOW, device, seed, together=together)
        self._generator = torch.Generator(device).manual_seed(seed)

    def __next__(self) -> Batch:
        return batch([next(self._ring) for _ in range(self.size)], self._generator)
