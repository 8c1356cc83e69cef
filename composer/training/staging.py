"""A recipe on a device, ready to be drawn."""

import numpy as np
import torch
from torch import Tensor

from composer.shade.contact import Boxes, board
from composer.training.casting import KINDS, Shapes
from composer.training.coats import Coating
from composer.training.recipes import Recipe
from composer.typed import Int
from composer.types import FIRST_SUBJECT

_LEAST_SUN, _LEAST_HEIGHT_DEG = 0.02, 0.5


class Stage:
    """A recipe on a device, ready to be drawn."""

    def __init__(self, recipe: Recipe, device: torch.device | str = "cpu") -> None:
        setting = recipe.setting
        self.recipe, self.setting = recipe, setting
        T = torch.tensor(recipe.T_world_geom, device=device)
        kinds = tuple(KINDS.index(piece.shape) for piece in setting.pieces)
        size_m = torch.tensor([piece.size_m for piece in setting.pieces], dtype=torch.float32, device=device)
        self.shapes = Shapes(kinds, size_m, T[..., 3], T[..., :3], torch.tensor(recipe.there, device=device))
        self.eye = torch.tensor(recipe.eye, device=device).T
        self.across = torch.tensor(recipe.across, device=device).permute(1, 2, 0)
        self.time_s = torch.tensor(recipe.times_s, dtype=torch.float32, device=device)
        self.ids = torch.tensor([piece.id for piece in setting.pieces], device=device)
        self.coatings = [Coating(setting, k, self.eye.device) for k in range(len(setting.wears))]
        self._boards = self._boards_of()
        self.boards_of_bodies = torch.nonzero(self._boards[3] >= FIRST_SUBJECT)[:, 0]
        self.sunny = max(setting.sky.sun) >= _LEAST_SUN and setting.sky.height_deg >= _LEAST_HEIGHT_DEG

    def posed(self, frames: slice) -> Shapes:
        """The pieces in some of the frames."""
        s = self.shapes
        return Shapes(s.kind, s.size_m, s.centre[frames], s.axes[frames], s.there[frames])

    def boxes(self, frames: slice, which: slice | Int[Tensor, " b"] = slice(None)) -> Boxes:
        """What takes light from what is near, in some of the frames, or some of it."""
        centre, axes, half, ids = self._boards
        centre, axes = centre[frames, which, ..., None], axes[frames, which, ..., None]
        half, ids = half[which], ids[which]
        return Boxes(
            [centre[:, :, i] for i in range(3)],
            [[axes[:, :, i, j] for j in range(3)] for i in range(3)],
            [half[:, i, None] for i in range(3)],
            ids[:, None],
        )

    def _boards_of(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes that take light: middles `[f b 3]`, axes `[f b 3 3]`, half extents `[b 3]`, ids `[b]`."""
        T, pieces = self.recipe.T_world_geom, self.setting.pieces
        centre, axes, half = T[..., 3].copy(), T[..., :3].copy(), np.array([p.size_m for p in pieces], np.float32) / 2
        for g, piece in enumerate(pieces):
            if piece.shape == "wedge":  # they never move
                centre[:, g], axes[:, g], half[g] = board(piece.shape, piece.size_m, axes[0, g], centre[0, g])
        at = [g for g, piece in enumerate(pieces) if piece.board]
        middles, turns, halves = (
            torch.tensor(v, device=self.eye.device) for v in (centre[:, at], axes[:, at], half[at])
        )
        return middles, turns, halves, self.ids[at]
