"""Fronts of buildings: windows in whole numbers over a face, a door, a plinth below and eaves above."""

from composer.looks import Openings
from composer.shade.arrays import (
    Array,
    at_least,
    at_most,
    blend,
    either,
    fraction,
    line,
    namespace,
    one_of,
    planes,
    pulse,
    rounded,
    settled,
    whole,
)
from composer.shade.many import Fronts
from composer.shade.noise import thrown
from composer.shade.patch import Patch

_GLASS = (0.035, 0.045, 0.052)
_BLIND = (0.34, 0.31, 0.26)
_FRAME = (0.33, 0.32, 0.29)
_DOORS = ((0.055, 0.06, 0.055), (0.03, 0.065, 0.05), (0.085, 0.03, 0.028), (0.035, 0.045, 0.075), (0.09, 0.06, 0.038))
_LIT, _LIT_COOLER = (1.0, 0.33, 0.055), (0.95, 0.48, 0.16)
_RISE = 0.54  # of a window's middle, in storeys
_SILL_M, _PLINTH_M, _EAVES_M = 0.09, 0.42, 0.26


def trims(openings: Openings, height: float) -> bool:
    """Whether a wall of this height is that of a building."""
    return height >= 2.2 and openings.door_m is not None


def gated(openings: Openings, front: bool, height: float) -> bool:
    """Whether a wall has a door."""
    return front and openings.door_m is not None and height > 0.8 * openings.door_m[1]


def trimmed(patch: Patch, albedo: Array) -> Array:
    """A building's wall with a plinth at its foot and eaves at its head that shade what is below them."""
    height = patch.size_m[1]
    w = patch.wv.clip(0.004)
    plinth = (0.5 + (_PLINTH_M - patch.v) / w).clip(0, 1)
    below = height - _EAVES_M - patch.v  # of the eaves, m
    eaves = (0.5 - below / w).clip(0, 1)
    shaded = namespace(w).exp(below.clip(0) * -4.5) * (1 - eaves)
    grey = 0.26 * albedo[0] + 0.55 * albedo[1] + 0.19 * albedo[2]
    tone = (1 - 0.30 * plinth) * (1 - 0.34 * shaded) * (1 + 0.18 * eaves)
    return planes(*(blend(albedo[i], grey, 0.55 * plinth + 0.35 * eaves) * tone for i in range(3)))


def opened(  # noqa: PLR0913, PLR0917 - a wall, and all that is known of it
    openings: Openings | Fronts,
    patch: Patch,
    albedo: Array,
    gloss: Array | float,
    windows: Array | None,
    seed: Array,
    has_door: bool | None = None,
) -> tuple[Array, Array, Array | None]:
    """Albedo, gloss and glow of a wall with its windows, some lit after dark, and the door of its front."""
    xp = namespace(patch.u)
    width, height = patch.size_m
    columns = at_least(rounded(width / openings.pitch_m[0]), 1) * (width >= openings.size_m[0] * 1.3)
    rows = at_least(whole(height / openings.pitch_m[1]), 1)
    cell_w, cell_h = width / at_least(columns, 1), height / rows
    x, y = (patch.u + width / 2) / cell_w, patch.v / cell_h
    wx, wy = patch.wu / cell_w, patch.wv / cell_h
    share_u, share_v = at_most(openings.size_m[0] / cell_w, 0.8), at_most(openings.size_m[1] / cell_h, 0.75)
    column, row = xp.floor(x), xp.floor(y)

    def rectangle(grow_u: float, grow_v: Array, lower: Array = 0.0) -> Array:
        a, b = at_most(share_u + grow_u / cell_w, 0.95), at_most(share_v + grow_v / cell_h, 0.95)
        middle = _RISE - lower / cell_h
        return pulse(x - 0.5 + a / 2, wx, a) * pulse(y - middle + b / 2, wy, b) * (columns > 0)

    pane, outer = rectangle(0.0, 0.0), rectangle(0.2, 0.2)
    sill = rectangle(0.4, 2 * _SILL_M - share_v * cell_h, share_v * cell_h / 2 + 2 * _SILL_M)
    outer = either(outer, sill) if openings.door_m else outer
    bars = either(line(x - 0.5, wx, 0.055 / cell_w), line(y - _RISE - 0.16 * share_v, wy, 0.05 / cell_h))
    glass = pane * (1 - bars)
    door = 0 * x
    if has_door is None:
        assert isinstance(openings, Openings)
        has_door = gated(openings, patch.front, height)
    if has_door and openings.door_m:
        wide, tall = at_most(openings.door_m[0], 0.8 * width), at_most(openings.door_m[1], 0.85 * height)
        door = _upright(patch, wide, tall)
        middle = (column + 0.5) * cell_w - width / 2
        clear = xp.abs(middle) > wide / 2 + openings.size_m[0] / 2 + 0.2
        free = either(0.0 * x + clear, 0.0 * x + ((row > 0) | ((_RISE - share_v / 2) * cell_h > tall + 0.3)))
        glass, outer = glass * free, outer * free
        outer = either(outer, _upright(patch, wide + 0.24, tall + 0.12))
    keep = 1 - door
    glass, outer = glass * keep, outer * keep
    chance, other = thrown(column, row, seed ^ (patch.face * 977)), thrown(row, column, seed ^ (patch.face * 331))
    from_top = _RISE + share_v / 2 - fraction(y)  # in storeys
    blind = (0.5 + ((0.16 + 0.3 * abs(other)) * share_v - from_top) / wy.clip(0.01)).clip(0, 1) * (other > 0.1)
    recess = 1 - 0.55 * xp.exp(from_top.clip(0) * (-cell_h / 0.16))
    boards = 1 - 0.35 * line(patch.u / 0.22, patch.wu / 0.22, 0.12)
    painted = one_of(_DOORS, seed)
    result = []
    for i in range(3):
        wall = blend(albedo[i], _FRAME[i], outer)
        pane_colour = blend(_GLASS[i] * (1 + 0.4 * chance), _BLIND[i], 0.8 * blind) * recess
        result.append(blend(blend(wall, pane_colour, glass), painted[i] * boards, door))
    emit = None
    if windows is not None:
        lit = settled(0.0 * x + (chance > 1 - 2 * openings.lit), openings.lit, xp.maximum(wx, wy))
        shine = glass * lit * recess * (windows * (0.78 + 0.3 * other) * (1 - 0.35 * blind))
        emit = planes(*(shine * (a + (b - a) * abs(other)) for a, b in zip(_LIT, _LIT_COOLER, strict=True)))
    return planes(*result), gloss + (0.75 - gloss) * glass, emit


def mean_glow(openings: Openings | None) -> tuple[float, float, float]:
    """What the lit windows of a wall give on the whole, by a point of it, when they shine at 1."""
    if openings is None:
        return 0.0, 0.0, 0.0
    share = openings.lit * openings.size_m[0] * openings.size_m[1] / (openings.pitch_m[0] * openings.pitch_m[1])
    red, green, blue = (0.4 * share * (a + b) for a, b in zip(_LIT, _LIT_COOLER, strict=True))
    return red, green, blue


def _upright(patch: Patch, wide: Array, tall: Array) -> Array:
    """Cover of a rectangle that stands in the middle of the foot of the face."""
    across = (0.5 + (wide / 2 - namespace(patch.u).abs(patch.u)) / patch.wu.clip(0.004)).clip(0, 1)
    return across * (0.5 + (tall - patch.v) / patch.wv.clip(0.004)).clip(0, 1)
