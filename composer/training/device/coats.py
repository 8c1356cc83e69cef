"""What light meets, over tensors: samples of many faces coated at once, those together that are painted the same ways."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from math import pi
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from composer.looks import Look, Openings, Pattern
from composer.shade.lighting import alight
from composer.shade.many import Fronts, Looks
from composer.shade.patch import Kind, Patch
from composer.shade.patches import GROUND_FACING, Facing, Seen, facing_of, flat_patch, round_patch
from composer.shade.patterns import Marks
from composer.shade.people import face, worn
from composer.shade.surface import Finish, Ways, Wearing, finish, in_common, marks_of, rippled, ways_of
from composer.training.device.recipes import Piece, Setting
from composer.typed import Float, Int

_FACES = 7  # of a piece: two along each axis, and what is not flat
_ROUND = 6
_FLAT = {"box": (0, 1, 2), "cylinder": (2,), "wedge": (0, 1, 2)}  # axes with flat faces
_CAP = 0.999  # cosine with its axis from which a cylinder is seen at its end
_NO_OPENINGS = Openings((1.0, 1.0), (1.0, 1.0))


class _Group(NamedTuple):
    """What faces have in common that are painted together."""

    ways: Ways
    flat: bool
    ripples: bool
    head: bool
    bearded: bool
    alight: bool


_Mark = tuple[Pattern, bool]
"""A pattern, and whether it is painted as a lid."""

_Some = TypeVar("_Some", Looks, Patch)


@dataclass(frozen=True, eq=False)
class Coat:
    """Samples, in one row or frame by frame: linear RGB `albedo` and `emit`, unit `normal`, `gloss` and `metal` in [0, 1]."""

    albedo: Float[Tensor, "3 *n"]
    normal: Float[Tensor, "3 *n"]
    emit: Float[Tensor, "3 *n"]
    gloss: Float[Tensor, "*n"]
    metal: Float[Tensor, "*n"]


@dataclass(frozen=True, eq=False)
class Samples:
    """n samples of surfaces: which piece of the coating's settings each sees, how it is posed, and how it is seen.

    `axes` are R_world_piece, `local` points in the frame of the piece, `points` in the world (m), `time_s` of the story.
    """

    piece: Int[Tensor, " n"]
    axes: Float[Tensor, "3 3 n"]
    local: Float[Tensor, "3 n"]
    points: Float[Tensor, "3 n"]
    normal: Float[Tensor, "3 n"]
    rays: Float[Tensor, "3 n"]
    depth: Float[Tensor, " n"]
    right: Float[Tensor, "3 n"]
    down: Float[Tensor, "3 n"]
    time_s: Float[Tensor, " n"]

    def __getitem__(self, at: Int[Tensor, " m"]) -> "Samples":
        return Samples(**{name: value[..., at] for name, value in vars(self).items()})


class Coating:
    """The faces of all pieces of some settings, one after another, in one reading of their looks: a table on a device."""

    def __init__(self, settings: Sequence[Setting], reading: int, device: torch.device) -> None:
        rows, every = [], list[Piece]()
        for setting in settings:
            every += setting.pieces
            pieces = zip(setting.pieces, setting.wears[min(reading, len(setting.wears) - 1)], strict=True)
            rows += [_row(setting, piece, setting.looks[k], number) for piece, k in pieces for number in range(_FACES)]
        groups, marks, seeds, numbers = zip(*rows, strict=True)
        self._groups: dict[_Group, list[_Mark]] = {group: [] for group in groups}
        for group, mark in dict.fromkeys(zip(groups, marks, strict=True)):
            self._groups[group].append(mark)
        kinds = {key: n for n, key in enumerate((g, mark) for g, every_ in self._groups.items() for mark in every_)}
        self._kind = torch.tensor([kinds[key] for key in zip(groups, marks, strict=True)], device=device)
        self._seed = torch.tensor(seeds, device=device)
        self._numbers = torch.tensor(numbers, dtype=torch.float32, device=device).T.contiguous()
        axes = [_FLAT.get(piece.shape, ()) for piece in every]
        self._flat = torch.tensor([[i in flat for i in range(3)] for flat in axes], device=device).T
        self._least = torch.tensor([_CAP if len(flat) == 1 else 0.0 for flat in axes], device=device)
        self._wedge = torch.tensor([piece.shape == "wedge" for piece in every], device=device)

    def __call__(self, s: Samples) -> Coat:
        """The coat of all samples."""
        n, device = len(s.piece), s.local.device
        coat = Coat(
            *(torch.zeros((3, n), device=device) for _ in range(3)), *(torch.zeros(n, device=device) for _ in "gm")
        )
        rows = s.piece * _FACES + self._face(s)
        kinds = self._kind[rows]
        order = torch.argsort(kinds, stable=True)
        counts = torch.bincount(kinds, minlength=sum(map(len, self._groups.values()))).tolist()
        start = 0
        for group, marks in self._groups.items():
            many, counts = counts[: len(marks)], counts[len(marks) :]
            at = order[start : start + sum(many)]
            start += len(at)
            if len(at):
                _put(coat, at, self._finished(group, list(zip(marks, many, strict=True)), rows[at], s[at]))
        return coat

    def _face(self, s: Samples) -> Int[Tensor, " n"]:
        """The face of its piece that each sample sees."""
        turns = [sum(s.axes[i][j] * s.normal[i] for i in range(3)) for j in range(3)]
        along = torch.stack([t * flat for t, flat in zip(turns, self._flat[:, s.piece], strict=True)])
        best, axis = along.abs().max(0)
        number = 2 * axis + (along.gather(0, axis[None])[0] > 0)
        number = torch.where(self._wedge[s.piece] & (number == 2), 5, number)  # the front is all slope, however steep
        return torch.where(best > self._least[s.piece], number, _ROUND)

    def _finished(self, group: _Group, marks: list[tuple[_Mark, int]], rows: Int[Tensor, " m"], s: Samples) -> Finish:
        """Samples of one group, those of each kind of marks side by side, so many of each."""
        n = _columns(self._numbers[:, rows])
        seen = Seen(s.rays, s.depth, (s.right, s.down))
        if group.flat:
            facing = Facing(group.ways.kind, n["u"], n["v"], n["n"], n["foot"], n["side"], face=n["face"].int())
            patch = flat_patch(facing, s.axes, s.local, seen)
        else:
            patch = round_patch(n["size"], s.axes, s.local, s.normal, seen)
        wearing = Wearing(n["windows"], n["plain"], n["rain"])
        looks = _looks(group, n, self._seed[rows])
        surface = finish(looks, patch, wearing, group.ways, _marked(looks, patch, group.ways, marks))
        if group.head:
            x, y, z = (s.local[i] / (n["size"][i] / 2) for i in range(3))
            surface = replace(surface, albedo=face(n["hair"], x, y, z, surface.albedo, bearded=group.bearded))
        if group.ripples and patch.kind != "side":
            width = torch.maximum(patch.wu, patch.wv)
            surface = replace(surface, normal=rippled(s.points[0], s.points[1], width, s.time_s))
        if group.alight:
            shine = alight(n["lamps"], n["lamp"], n["lamp_foot"], patch.v)
            surface = replace(surface, emit=shine if surface.emit is None else surface.emit + shine)
        return surface


def _marked(looks: Looks, patch: Patch, ways: Ways, marks: list[tuple[_Mark, int]]) -> Marks:
    """The marks of many looks, kind by kind."""
    parts, start = [], 0
    for (pattern, lid), many in marks:
        if many:
            at = slice(start, start + many)
            some = marks_of(_part(looks, at), _part(patch, at), ways._replace(pattern=pattern, lid=lid))
            zero = torch.zeros_like(some.second)
            parts.append([zero if v is None else v for v in (some.second, some.tone, some.tilt_u, some.tilt_v)])
            start += many
    return Marks(*(torch.cat(planes) for planes in zip(*parts, strict=True)))


def _part(whole: _Some, at: slice) -> _Some:
    """Some of the points of a patch, or of looks, that lie side by side."""

    def cut(value: Any) -> Any:
        if isinstance(value, Tensor):
            return value[..., at]
        return tuple(map(cut, value)) if isinstance(value, tuple) else value

    return replace(whole, **{field.name: cut(getattr(whole, field.name)) for field in fields(whole)})


def _put(coat: Coat, at: Tensor, surface: Finish) -> None:
    for i in range(3):
        coat.normal[i, at] = surface.normal[i]
    coat.albedo[:, at] = surface.albedo
    if surface.emit is not None:
        coat.emit[:, at] = surface.emit
    coat.gloss[at], coat.metal[at] = surface.gloss, surface.metal


_PLACES = {
    "u": 3, "v": 3, "n": 3, "foot": 1, "side": 2, "face": 1, "size": 3,
    "albedo": 3, "second": 3, "wear_colour": 3, "scale_m": 1, "vary": 1, "wear": 1, "gloss": 1, "metal": 1, "wet": 1,
    "glow": 1, "phase": 2, "pitch_m": 2, "window_m": 2, "lit": 1, "door_m": 2, "lamp": 3, "lamp_foot": 1, "hair": 3,
    "lamps": 1, "windows": 1, "plain": 1, "rain": 1,
}  # fmt: skip
"""What a row of the table holds: names, and how many numbers each is."""

_Row = dict[str, float | tuple[float, ...]]


def _columns(table: Float[Tensor, "c m"]) -> dict[str, Any]:
    """Columns of the table by name: planes, or as many as there are of them."""
    parts = torch.split(table, list(_PLACES.values()))
    return {name: part[0] if len(part) == 1 else tuple(part) for name, part in zip(_PLACES, parts, strict=True)}


def _looks(group: _Group, n: dict[str, Any], seed: Tensor) -> Looks:
    door = n["door_m"] if group.ways.trimmed or group.ways.gated else None
    fronts = Fronts(n["pitch_m"], n["window_m"], n["lit"], door) if group.ways.opened else None
    own = {field.name: n[field.name] for field in fields(Looks) if field.name in _PLACES}
    return Looks(seed=seed, openings=fronts, **own)


def _row(setting: Setting, piece: Piece, whole: Look, number: int) -> tuple[_Group, _Mark, int, list[float]]:
    """Of face `number` of a piece: its group, its kind of marks, the seed of its look, and its row of the table."""
    axis, sign = number // 2, 1 if number % 2 else -1
    flat = piece.shape == "plane" or axis in _FLAT.get(piece.shape, ())
    facing = facing_of(piece.shape, piece.size_m, (axis, sign)) if flat and piece.shape != "plane" else GROUND_FACING
    kind: Kind = facing.kind if flat else "round"
    size = facing.size_m if flat else (pi * piece.size_m[0], piece.size_m[2])
    look = worn(whole, piece.part) if whole.parts else whole
    if kind == "top" and look.top is not None:
        look = look.top
    ways = ways_of(look, kind, size, facing.front and flat, facing.disc and flat, setting.wearing)
    head = piece.part == "head"
    group = _Group(
        in_common(ways), flat, look.pattern == "ripples", head, head and whole.noun == "bearded", piece.lamp is not None
    )
    openings = look.openings or _NO_OPENINGS
    row: _Row = {
        "u": facing.u, "v": facing.v, "n": facing.n, "foot": facing.foot, "side": facing.size_m, "face": float(facing.face),
        "size": piece.size_m, "albedo": look.albedo, "second": look.second, "wear_colour": look.wear_colour,
        "scale_m": look.scale_m, "vary": look.vary if ways.varied else 0.0, "wear": look.wear, "gloss": look.gloss, "metal": look.metal,
        "wet": look.wet, "glow": look.glow, "phase": look.phase, "pitch_m": openings.pitch_m, "window_m": openings.size_m,
        "lit": openings.lit, "door_m": openings.door_m or (1.0, 1.0), "lamp": piece.lamp or (0.0, 0.0, 0.0),
        "lamp_foot": -1.0 if kind == "top" else piece.foot_m, "hair": whole.part("hair").albedo,
        "lamps": setting.sky.lamps, "windows": setting.wearing.windows, "plain": setting.wearing.flat,
        "rain": setting.wearing.rain,
    }  # fmt: skip
    return group, (ways.pattern, ways.lid), look.seed, [v for name in _PLACES for v in np.atleast_1d(row[name])]
