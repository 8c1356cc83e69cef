"""Recipes: all that a few frames of a film are drawn from, in numbers, so that a machine that knows no shot lists can draw
them. They are written by `preparing` and drawn by `drawing`.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from composer.looks import Grade, Look
from composer.shade.lighting import Lamp
from composer.shade.sky import Sky
from composer.shade.surface import Wearing
from composer.typed import Bool, Float
from composer.types import Light, Size

Three = tuple[float, float, float]


@dataclass(frozen=True)
class Piece:
    """A geom, as `scene.Geom` has it; `board` says that it takes light from what is near, `foot_m` from where up a lamp
    shines.
    """

    shape: str
    part: str
    id: int
    size_m: Three
    board: bool
    lamp: Three | None
    foot_m: float


@dataclass(frozen=True)
class Setting:
    """What stays through a recipe: pieces, their looks in the first and other readings of their words, light and style.

    `wears[k][g]` is which of `looks` piece g has in reading k. `mirrors` are pieces that mirror, and how high (m).
    """

    pieces: tuple[Piece, ...]
    looks: tuple[Look, ...]
    wears: tuple[tuple[int, ...], ...]
    sky: Sky
    wearing: Wearing
    grade: Grade
    lamps: tuple[Lamp, ...]
    mirrors: tuple[tuple[int, float], ...]
    room: Three | None
    light: Light
    style: str


@dataclass(frozen=True, eq=False)
class Recipe:
    """f frames of a place: those of a clip, then `last` frames just before it, then what its memory holds, oldest first.

    `size` is that of the whole picture, of which a clip may be a window. `across` takes image points (u, v, 1) to world
    rays with z = 1 from `eye` (m); `T_world_geom`, less its last row, poses the pieces that are `there`.
    """

    setting: Setting
    size: Size
    clip: int
    last: int
    times_s: Float[np.ndarray, " f"]
    eye: Float[np.ndarray, "f 3"]
    across: Float[np.ndarray, "f 3 3"]
    T_world_geom: Float[np.ndarray, "f g 3 4"]
    there: Bool[np.ndarray, "f g"]

    def __len__(self) -> int:
        return len(self.times_s)


def save(path: Path, recipes: Sequence[Recipe]) -> None:
    """Write recipes to one file; poses of what does not move are written once."""
    arrays: dict[str, np.ndarray] = {}
    for n, recipe in enumerate(recipes):
        told = {"setting": asdict(recipe.setting), "size": recipe.size, "clip": recipe.clip, "last": recipe.last}
        moves = np.flatnonzero((recipe.T_world_geom != recipe.T_world_geom[0]).any(axis=(0, 2, 3)))
        arrays |= {
            f"{n}/told": np.frombuffer(json.dumps(told).encode(), np.uint8),
            f"{n}/times_s": recipe.times_s,
            f"{n}/eye": recipe.eye,
            f"{n}/across": recipe.across,
            f"{n}/still": recipe.T_world_geom[0],
            f"{n}/moves": moves.astype(np.int16),
            f"{n}/moved": recipe.T_world_geom[:, moves],
            f"{n}/there": np.packbits(recipe.there),
        }
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    part = path.with_suffix(".part")
    part.write_bytes(file.getvalue())
    part.rename(path)


def load(path: Path) -> Iterator[Recipe]:
    """The recipes of a file, one by one."""
    with np.load(path, allow_pickle=False) as arrays:
        for n in range(sum(name.endswith("/told") for name in arrays.files)):
            told = json.loads(arrays[f"{n}/told"].tobytes())
            eye, moves = arrays[f"{n}/eye"], arrays[f"{n}/moves"]
            T = np.repeat(arrays[f"{n}/still"][None], len(eye), 0)
            T[:, moves] = arrays[f"{n}/moved"]
            there = np.unpackbits(arrays[f"{n}/there"], count=T.shape[0] * T.shape[1]).reshape(T.shape[:2])
            yield Recipe(
                _read(Setting, told["setting"]),
                (told["size"][0], told["size"][1]),
                told["clip"],
                told["last"],
                arrays[f"{n}/times_s"],
                eye,
                arrays[f"{n}/across"],
                T,
                there.astype(np.bool_),
            )


def _read(kind: Any, value: Any) -> Any:
    """A value of JSON as the dataclass, tuple or number that a type says."""
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (option for option in get_args(kind) if option is not type(None))
        return None if value is None else _read(kind, value)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], part) for name, part in value.items()})
    if get_origin(kind) is tuple:
        kinds = get_args(kind)
        if kinds[-1] is Ellipsis:
            return tuple(_read(kinds[0], part) for part in value)
        return tuple(_read(one, part) for one, part in zip(kinds, value, strict=True))
    return value


@lru_cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
