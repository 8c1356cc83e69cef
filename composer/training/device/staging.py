"""Recipes on a device, ready to be drawn: all of their frames in one row, so that one draws of many places in one go.

r recipes, f frames, g slots for the pieces of a frame: kind by kind, as many as the recipe needs that has most of a kind.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from composer.shade.contact import Boxes, board
from composer.shade.many import Lamps, Skies
from composer.shade.reflecting import plain_colours
from composer.shade.tones import saturation, table_of
from composer.training.device.casting import KINDS, Shapes
from composer.training.device.coats import Coating
from composer.training.device.recipes import Recipe
from composer.typed import Bool, Float, Int

_LEAST_SUN, _LEAST_HEIGHT_DEG = 0.02, 0.5
_AWAY_M = 1e5  # where boxes are that are not there


class Stage:
    """Recipes of one size on a device. Raises `ValueError` for none, or for pictures of different sizes."""

    def __init__(self, recipes: Sequence[Recipe], device: torch.device | str = "cpu") -> None:
        if len({recipe.size for recipe in recipes}) != 1:
            raise ValueError("recipes of different sizes, or none; expected some of one size")
        self.recipes, self.settings = tuple(recipes), tuple(recipe.setting for recipe in recipes)
        self.size, self.device = recipes[0].size, torch.device(device)
        starts = np.cumsum([0, *(len(recipe) for recipe in recipes)])
        self.starts = tuple(int(start) for start in starts[:-1])
        self.of = self._tensor(np.repeat(np.arange(len(recipes)), [len(recipe) for recipe in recipes]))
        self.eye = self._tensor(np.concatenate([recipe.eye for recipe in recipes]).T)
        self.across = self._tensor(np.concatenate([recipe.across for recipe in recipes]).transpose(1, 2, 0))
        self.time_s = self._tensor(np.concatenate([recipe.times_s for recipe in recipes]).astype(np.float32))
        self._seat()
        readings = max(len(setting.wears) for setting in self.settings)
        self.coatings = [Coating(self.settings, k, self.device) for k in range(readings)]

    def _tensor(self, values: np.ndarray | Sequence[object]) -> Tensor:
        array = np.asarray(values)
        return torch.tensor(array.astype(np.float32) if array.dtype == np.float64 else array, device=self.device)

    def _seat(self) -> None:
        """Gives every piece a slot, and every slot its piece in each recipe (`piece [r g]`, counted through; -1: none)."""
        counts = [[sum(p.shape == kind for p in s.pieces) for kind in KINDS] for s in self.settings]
        most = np.max(counts, axis=0)
        first = np.concatenate([[0], np.cumsum(most)])
        self.kind = tuple(k for k, many in enumerate(most) for _ in range(many))
        r, g = len(self.settings), len(self.kind)
        piece, rank = np.full((r, g), -1), np.zeros((r, g), np.int64)
        ids, size_m = np.zeros((r, g), np.int64), np.ones((r, g, 3), np.float32)
        poses, there = [], []
        before = 0
        self.slots: list[np.ndarray] = []
        for n, (recipe, setting) in enumerate(zip(self.recipes, self.settings, strict=True)):
            taken = list(first[:-1])
            slots = np.empty(len(setting.pieces), np.int64)
            for index, one in enumerate(setting.pieces):
                kind = KINDS.index(one.shape)
                slots[index], taken[kind] = taken[kind], taken[kind] + 1
            others = np.setdiff1d(np.arange(g), slots)
            piece[n, slots] = before + np.arange(len(slots))
            rank[n, slots], rank[n, others] = np.arange(len(slots)), np.arange(len(slots), g)
            ids[n, slots], size_m[n, slots] = [p.id for p in setting.pieces], [p.size_m for p in setting.pieces]
            pose, here = (
                np.tile(np.eye(3, 4, dtype=np.float32), (len(recipe), g, 1, 1)),
                np.zeros((len(recipe), g), bool),
            )
            pose[:, slots], here[:, slots] = recipe.T_world_geom, recipe.there
            poses.append(pose)
            there.append(here)
            before += len(slots)
            self.slots.append(slots)
        self.piece, self.rank, self.ids, self._size_m = (self._tensor(v) for v in (piece, rank, ids, size_m))
        self._T, self._there = self._tensor(np.concatenate(poses)), self._tensor(np.concatenate(there))

    def posed(self, at: Int[Tensor, " f"]) -> Shapes:
        """The pieces in some of the frames."""
        of, T = self.of[at], self._T[at]
        return Shapes(self.kind, self.rank[of], self._size_m[of], T[..., 3], T[..., :3], self._there[at])

    def boxes(self, at: Int[Tensor, " f"], which: Callable[[Tensor], Tensor] | None = None) -> Boxes:
        """What takes light from what is near, in some of the frames; of some ids alone."""
        centre, axes, half, ids = self._boards
        of = self.of[at]
        centre, axes, half, ids = centre[at], axes[at], half[of], ids[of]
        if which is not None:
            centre = torch.where(which(ids)[..., None], centre, _AWAY_M)
        return Boxes(
            [centre[:, :, i, None] for i in range(3)],
            [[axes[:, :, i, j, None] for j in range(3)] for i in range(3)],
            [half[:, :, i, None] for i in range(3)],
            ids[:, :, None],
        )

    @cached_property
    def _boards(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes that take light: middles `[F b 3]`, axes `[F b 3 3]`, half extents `[r b 3]`, ids `[r b]`."""
        lists = [[g for g, piece in enumerate(s.pieces) if piece.board] for s in self.settings]
        b, r = max(map(len, lists)), len(lists)
        half, ids = np.zeros((r, b, 3), np.float32), np.full((r, b), -1)
        middles, turns = [], []
        for n, (recipe, own) in enumerate(zip(self.recipes, lists, strict=True)):
            pieces, T = recipe.setting.pieces, recipe.T_world_geom
            centre = np.full((len(recipe), b, 3), _AWAY_M, np.float32)
            axes = np.tile(np.eye(3, dtype=np.float32), (len(recipe), b, 1, 1))
            for k, g in enumerate(own):
                centre[:, k], axes[:, k], half[n, k] = T[:, g, :, 3], T[:, g, :, :3], np.array(pieces[g].size_m) / 2
                if pieces[g].shape == "wedge":  # they never move
                    lying = board("wedge", pieces[g].size_m, T[0, g, :, :3], T[0, g, :, 3])
                    centre[:, k], axes[:, k], half[n, k] = lying
                ids[n, k] = pieces[g].id
            middles.append(centre)
            turns.append(axes)
        centres, axes_of = np.concatenate(middles), np.concatenate(turns)
        return self._tensor(centres), self._tensor(axes_of), self._tensor(half), self._tensor(ids)

    @cached_property
    def sunny(self) -> Bool[Tensor, " r"]:
        """Where a sun or moon casts shadows."""
        skies = [s.sky for s in self.settings]
        return self._tensor([max(sky.sun) >= _LEAST_SUN and sky.height_deg >= _LEAST_HEIGHT_DEG for sky in skies])

    @cached_property
    def numbers(self) -> dict[str, Float[Tensor, "*k r"]]:
        """Of each recipe: steps of its light, flatness, exposure and bloom of its pictures, its room (m; 0: none)."""
        every = self.settings
        told: dict[str, list[float] | list[tuple[float, float, float]]] = {
            "bands": [float(s.grade.bands) for s in every],
            "flat": [s.wearing.flat for s in every],
            "exposure": [s.sky.exposure for s in every],
            "stops": [2.0**s.grade.exposure for s in every],
            "bloom": [0.5 * max(0.0, 1 - s.grade.flat) for s in every],
            "room": [s.room or (0.0, 0.0, 0.0) for s in every],
        }
        return {name: self._tensor(np.array(values).T) for name, values in told.items()}

    @cached_property
    def _light(self) -> dict[str, Tensor]:
        names = ("towards_sun", "sun", "zenith", "horizon", "glow", "bounce", "cloud", "fog_m", "stars", "faint")
        return {name: self._tensor(np.array([getattr(s.sky, name) for s in self.settings]).T) for name in names}

    def skies(self, of: Int[Tensor, "*n"], kind: tuple[bool, bool, bool] = (False, False, False)) -> Skies:
        """The skies of some recipes, which have in common whether they are indoor, starry and overcast."""
        told = {name: tuple(v[:, of]) if v.ndim == 2 else v[of] for name, v in self._light.items()}
        indoor, starry, overcast = kind
        return Skies(**told, indoor=indoor, starry=starry, overcast=overcast)  # type: ignore[arg-type]

    @cached_property
    def sky_kinds(self) -> dict[tuple[bool, bool, bool], Bool[Tensor, " r"]]:
        """Which recipes have skies of each kind."""
        kinds = [(s.sky.indoor, s.sky.starry, s.sky.overcast) for s in self.settings]
        return {kind: self._tensor([other == kind for other in kinds]) for kind in dict.fromkeys(kinds)}

    @cached_property
    def _lamps(self) -> Float[Tensor, "l k r"]:
        """Place, power, radius, slot and head of every recipe's lamps; those of no power are none."""
        most = max(len(s.lamps) for s in self.settings)
        table = np.tile(np.array([0, 0, 1e3, 0, 0, 0, 0.2, -2, 1e3], np.float32), (most, len(self.settings), 1))
        for n, (setting, slots) in enumerate(zip(self.settings, self.slots, strict=True)):
            for k, lamp in enumerate(setting.lamps):
                slot = slots[lamp.geom] if lamp.geom >= 0 else lamp.geom
                table[k, n] = (*lamp.position, *lamp.power, lamp.radius_m, slot, lamp.head_m)
        return self._tensor(table.transpose(0, 2, 1))

    def lamps(self, of: Int[Tensor, "*n"]) -> list[Lamps]:
        """The lamps of some recipes, one of each at a time; their `geom` is the slot."""
        rows = [tuple(table[:, of]) for table in self._lamps]
        return [Lamps(n[:3], n[3:6], n[6], n[7].long(), n[8]) for n in rows]

    @cached_property
    def mirrors(self) -> list[tuple[Int[Tensor, " r"], Float[Tensor, " r"]]]:
        """Slots that mirror, one of each recipe at a time (-1: none), and how high they are (m)."""
        result = []
        for k in range(max(len(s.mirrors) for s in self.settings)):
            own = [s.mirrors[k] if k < len(s.mirrors) else (-1, 0.0) for s in self.settings]
            slots = [slot[g] if g >= 0 else -1 for slot, (g, _) in zip(self.slots, own, strict=True)]
            result.append((self._tensor(np.array(slots)), self._tensor([height for _, height in own])))
        return result

    @cached_property
    def plain(self) -> tuple[Float[Tensor, "3 k"], Float[Tensor, "3 k"]]:
        """The mean reflectance of each piece, counted through, and what it sends of its own."""
        both = [plain_colours(s.sky, [s.looks[k] for k in s.wears[0]]) for s in self.settings]
        mean, glow = (self._tensor(np.concatenate(parts).T) for parts in zip(*both, strict=True))
        return mean, glow

    @cached_property
    def tones(self) -> tuple[Float[Tensor, "r 3 n"], Float[Tensor, "2 r"]]:
        """Tables of the grades, and how far from grey they are to be."""
        tables = np.stack([table_of(s.grade) for s in self.settings])
        return self._tensor(tables), self._tensor(np.array([saturation(s.grade) for s in self.settings]).T)
