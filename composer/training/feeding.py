"""Batches without end: from a folder of examples (what is drawn while a training runs joins in), drawn where they are
learnt from, or poured in by processes that draw.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from composer.training import shards
from composer.training.batches import Arrays, Batch, batch, seen_in
from composer.training.device.recipes import load
from composer.training.device.ring import Ring
from composer.types import Size

WINDOW: Size = (128, 80)
"""Of an example, in pixels."""

_LOOK_AGAIN_S = 60.0
_POURED_S, _POURED_FILES = 0.5, 4  # between looks at what was poured, and what is taken in at a look
_PATIENCE_S = 180.0

Example = tuple[Arrays, tuple[str, str]]


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
        made = batch([self._one() for _ in range(self.size)], self._generator, self._rng)
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
        self._chances = np.random.default_rng(seed)

    def __next__(self) -> Batch:
        return batch([next(self._ring) for _ in range(self.size)], self._generator, self._chances)


def judged(file: Path, device: torch.device, *, size: int = 16, count: int = 4) -> list[Batch]:
    """The same `count` batches every time, of recipes in `file`."""
    ring = Ring(list(load(file)), WINDOW, device, 1, together=size)
    generator, chances = torch.Generator(device).manual_seed(1), np.random.default_rng(1)
    return [batch(ring.fresh(), generator, chances) for _ in range(count)]


class Poured(Iterator[Batch]):
    """Batches of `size` examples out of the last `room` that others have put into `folder`, held on the device.

    A file is taken in and removed as soon as it is found; the first batch waits until `least` examples are there. Raises
    `TimeoutError` when they do not come.
    """

    def __init__(
        self, folder: Path, size: int, device: torch.device, seed: int, *, room: int = 6144, least: int = 1024
    ) -> None:
        self.folder, self.size, self.device = folder, size, device
        self.taken = 0
        self._room, self._least = room, least
        self._rng = np.random.default_rng(seed)
        self._generator = torch.Generator(device).manual_seed(seed)
        self._kept: list[Example] = []
        self._looked = -np.inf

    def __next__(self) -> Batch:
        began = time.monotonic()
        while True:
            if time.monotonic() - self._looked > _POURED_S:
                self._take()
            if self.taken >= self._least:
                break
            if time.monotonic() - began > _PATIENCE_S:
                raise TimeoutError(f"{self.taken} examples in {self.folder} after {_PATIENCE_S:g} s")
            time.sleep(0.1)
        picked = self._rng.integers(len(self._kept), size=self.size)
        return batch([self._kept[int(k)] for k in picked], self._generator, self._rng)

    def _take(self) -> None:
        self._looked = time.monotonic()
        for path in sorted(self.folder.glob("*.safetensors"))[:_POURED_FILES]:
            every, words = zip(*shards.read(path), strict=True)
            whole = {
                name: torch.from_numpy(np.stack([arrays[name] for arrays in every])).to(self.device, non_blocking=True)
                for name in shards.FIELDS
            }
            for n, arrays in enumerate(every):
                seen = {f"{part}_seen": np.array(seen_in(arrays, part)) for part in ("memory", "carried")}
                example: Example = {**{name: values[n] for name, values in whole.items()}, **seen}, words[n]
                if len(self._kept) < self._room:
                    self._kept.append(example)
                else:
                    self._kept[self.taken % self._room] = example
                self.taken += 1
            path.unlink()


def pour(file: Path, folder: Path, device: torch.device, seed: int, *, together: int, most: int = 64) -> None:
    """Draw examples from the recipes in `file` into `folder`, `together` in a file, for ever; while `most` files wait there,
    wait too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ring = Ring(list(load(file)), WINDOW, device, seed, together=together)
    drawn = 0
    while True:
        while sum(1 for _ in folder.glob("*.safetensors")) >= most:
            time.sleep(0.2)
        examples = ring.fresh()
        arrays = [{name: np.asarray(value.cpu()) for name, value in fields.items()} for fields, _ in examples]
        shards.write(folder / f"{drawn:06d}-{seed:03d}.safetensors", arrays, [words for _, words in examples])
        drawn += 1
