"""Examples without end, made on the device that learns from them: each is used some times before a newer one takes its place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from composer.training.device.recipes import Recipe
from composer.training.device.serving import serve
from composer.training.device.staging import Stage
from composer.types import Light, Size

Example = tuple[dict[str, Tensor], tuple[Light, str]]
"""Fields `[t h w ...]` as `serve` has them, and the words of light and style."""


class Ring(Iterator[Example]):
    """Examples by chance, the same for the same `seed`, seen through windows of one size.

    `together` places are drawn at a time, of one size, each in two of its readings; the ring holds `room` examples, and
    each is handed on `uses` times on the whole. Raises `ValueError` for no recipes, or pictures smaller than the window.
    """

    def __init__(  # noqa: PLR0913 - what is drawn, and how much of it is kept
        self,
        recipes: Sequence[Recipe],
        window: Size,
        device: torch.device | str,
        seed: int,
        *,
        room: int = 512,
        together: int = 16,
        uses: int = 5,
    ) -> None:
        fit = [r for r in recipes if r.size[0] >= window[0] and r.size[1] >= window[1]]
        if not fit or len(fit) < len(recipes):
            raise ValueError(
                f"{len(fit)} of {len(recipes)} recipes have pictures of {window[0]}x{window[1]} pixels; expected all"
            )
        self._of_size: dict[Size, list[Recipe]] = {}
        for recipe in fit:
            self._of_size.setdefault(recipe.size, []).append(recipe)
        self._window, self._device, self._rng = window, device, np.random.default_rng(seed)
        self._room, self._together, self._uses = room, together, uses
        self._kept: list[Example] = []
        self._used, self._next = together * uses, 0

    def __next__(self) -> Example:
        if self._used == self._together * self._uses:
            self._draw()
            self._used = 0
        self._used += 1
        return self._kept[int(self._rng.integers(len(self._kept)))]

    def _draw(self) -> None:
        """Puts `together` new examples into the ring, in the place of the oldest."""
        for example in self.fresh():
            if len(self._kept) < self._room:
                self._kept.append(example)
            else:
                self._kept[self._next] = example
            self._next = (self._next + 1) % self._room

    def fresh(self) -> list[Example]:
        """`together` new examples."""
        sizes = list(self._of_size)
        share = np.array([len(self._of_size[size]) for size in sizes])
        (w, h) = size = sizes[int(self._rng.choice(len(sizes), p=share / share.sum()))]
        pool = self._of_size[size]
        picked = [_reread(pool[int(k)], self._rng) for k in self._rng.integers(len(pool), size=self._together)]
        corners = [
            (int(self._rng.integers(w - self._window[0] + 1)), int(self._rng.integers(h - self._window[1] + 1)))
            for _ in picked
        ]
        served = serve(Stage(picked, self._device), self._window, corners)
        return [
            ({name: value[n] for name, value in served.items()}, (recipe.setting.light, recipe.setting.style))
            for n, recipe in enumerate(picked)
        ]


def _reread(recipe: Recipe, rng: np.random.Generator) -> Recipe:
    """A recipe whose looks are read in two of its ways (one, if there are no more)."""
    wears = recipe.setting.wears
    order = rng.permutation(len(wears))[:2]
    return replace(recipe, setting=replace(recipe.setting, wears=tuple(wears[int(k)] for k in order)))
