"""Fronts of buildings: windows in whole numbers over a face, a door, a plinth below and eaves above."""

from composer.looks import Openings
from composer.shade.arrays import Array, blend, either, fraction, line, namespace, planes, pulse, settled
from composer.shade.noise import thrown
from composer.shade.patch import Patch

_GLASS = (0.035, 0.045, 0.052)
_BLIND = (0.34, 0.31, 0.26)
_FRAME = (0.33, 0.32, 0.29)
_DOORS = ((0.055, 0.06, 0.055), (0.03, 0.065, 0.05), (0.085, 0.03, 0.028), (0.035, 0.045, 0.075), (0.09, 0.06, 0.038))
_LIT, _LIT_COOLER = (1.0, 0.33, 0.055), (0.95, 0.48, 0.16)
_RISE = 0.54  # of a window's middle, in storeys
_SILL_M, _PLINTH_M, _EAVES_M = 0.09, 0.42, 0.26


def trimmed(openings: Openings, patch: Patch, albedo: Array) -> Array:
    """A building's wall with a plinth at its foot and eaves at its head that shade what is below them."""
    height = patch.size_m[1]
    if height < 2.2 or not openings.door_m:
        return albedo
    w = patch.wv.clip(0.004)
    plinth = (0.5 + (_PLINTH_M - patch.v) / w).clip(0, 1)
    below = height - _EAVES_M - patch.v  # of the eaves, m
    eaves = (0.5 - below / w).clip(0, 1)
    shaded = namespace(w).exp(below.clip(0) * -4.5) * (1 - eaves)
    grey = 0.26 * albedo[0] + 0.55 * albedo[1] + 0.19 * albedo[2]
    tone = (1 - 0.30 * plinth) * (1 - 0.34 * shaded) * (1 + 0.18 * eaves)
    return planes(*(blend(albedo[i], grey, 0.55 * plinth + 0.35 * eaves) * tone for i in range(3)))


def opened(
    openings: Openings, patch: Patch, albedo: Array, gloss: Array | float, windows: float, seed: int
) -> tuple[Array, Array, Array | None]:
    """Albedo, gloss and glow of a wall with its windows, some lit after dark, and the door of its front."""
    xp = namespace(patch.u)
    width, height = patch.size_m
    columns, rows = max(1, round(width / openings.pitch_m[0])), max(1, int(height / openings.pitch_m[1]))
    if width < openings.size_m[0] * 1.3:
        columns = 0
    cell_w, cell_h = width / max(columns, 1), height / rows
    x, y = (patch.u + width / 2) / cell_w, patch.v / cell_h
    wx, wy = patch.wu / cell_w, patch.wv / cell_h
    share_u, share_v = min(0.8, openings.size_m[0] / cell_w), min(0.75, openings.size_m[1] / cell_h)
    column, row = xp.floor(x), xp.floor(y)

    def rectangle(grow_u: float, grow_v: float, lower: float = 0.0) -> Array:
        a, b = min(0.95, share_u + grow_u / cell_w), min(0.95, share_v + grow_v / cell_h)
        middle = _RISE - lower / cell_h
        return pulse(x - 0.5 + a / 2, wx, a) * pulse(y - middle + b / 2, wy, b) * (columns > 0)

    pane, outer = rectangle(0.0, 0.0), rectangle(0.2, 0.2)
    sill = rectangle(0.4, 2 * _SILL_M - share_v * cell_h, share_v * cell_h / 2 + 2 * _SILL_M)
    outer = either(outer, sill) if openings.door_m else outer
    bars = either(line(x - 0.5, wx, 0.055 / cell_w), line(y - _RISE - 0.16 * share_v, wy, 0.05 / cell_h))
    glass = pane * (1 - bars)
    door = 0 * x
    if patch.front and openings.door_m and height > 0.8 * openings.door_m[1]:
        wide, tall = min(openings.door_m[0], 0.8 * width), min(openings.door_m[1], 0.85 * height)
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
    painted = _DOORS[seed % len(_DOORS)]
    result = []
    for i in range(3):
        wall = blend(albedo[i], _FRAME[i], outer)
        pane_colour = blend(_GLASS[i] * (1 + 0.4 * chance), _BLIND[i], 0.8 * blind) * recess
        result.append(blend(blend(wall, pane_colour, glass), painted[i] * boards, door))
    emit = None
    if windows > 0:
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


def _upright(patch: Patch, wide: float, tall: float) -> Array:
    """Cover of a rectangle that stands in the middle of the foot of the face."""
    across = (0.5 + (wide / 2 - namespace(patch.u).abs(patch.u)) / patch.wu.clip(0.004)).clip(0, 1)
    return across * (0.5 + (tall - patch.v) / patch.wv.clip(0.004)).clip(0, 1)
