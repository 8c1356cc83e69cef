"""Surfaces: where a point lies on its solid, and what colour, shine and glow it has there."""

from dataclasses import dataclass
from typing import Literal

from composer.looks import Look, Openings
from composer.shade.arrays import Array, blend, dot, either, line, namespace, planes, pulse, settled, smooth
from composer.shade.noise import mottled, thrown
from composer.shade.patterns import paint

Kind = Literal["ground", "side", "top", "round"]


@dataclass(frozen=True)
class Patch:
    """n points of one surface.

    `u, v` run along it in metres (`u` from its middle, `v` from its foot), `wu, wv` are what a pixel spans of them. `U, V,
    N` are unit vectors of the world: three numbers for a flat face, planes for a round one. `size_m` is its width and
    height; `front` says that the solid's own front is this face.
    """

    kind: Kind
    u: Array
    v: Array
    wu: Array
    wv: Array
    U: Array
    V: Array
    N: Array
    size_m: tuple[float, float]
    front: bool = False
    face: int = 0


@dataclass(frozen=True)
class Wearing:
    """What the hour and the style make of all surfaces: how brightly lit windows shine, `flat` 1 to leave out all that is
    not pattern, how wet what lies under the sky is.
    """

    windows: float = 0.0
    flat: float = 0.0
    rain: float = 0.0


@dataclass(frozen=True)
class Finish:
    """What light meets: `albedo [3 n]`, `normal` (three numbers or planes), `gloss` (number or [n]), `emit [3 n]`."""

    albedo: Array
    normal: Array
    gloss: Array | float
    metal: float
    emit: Array | None = None


_FITTED = {"lattice", "crate", "panels", "plates", "hoops"}
_CONTAINERS = {"container", "shipping container"}
_GLASS = (0.035, 0.045, 0.052)
_FRAME = (0.30, 0.29, 0.26)
_DOOR = (0.055, 0.06, 0.055)
_LIT = (1.0, 0.62, 0.26)


def _units(look: Look, patch: Patch) -> tuple[Array, Array, Array, Array]:
    """Surface coordinates in units of the pattern; some patterns are fitted to their face, as joiners do."""
    s = look.scale_m
    if look.pattern in _FITTED and patch.kind != "ground":
        across, up = (max(1, round(side / s)) / side for side in patch.size_m)
        return (patch.u + patch.size_m[0] / 2) * across, patch.v * up, patch.wu * across, patch.wv * up
    pu, pv = look.phase
    shift = 0.0 if look.pattern == "bands" else pv
    return patch.u / s + pu, patch.v / s + shift, patch.wu / s, patch.wv / s


def finish(look: Look, patch: Patch, wearing: Wearing) -> Finish:
    """What a look is at the points of a patch."""
    flat, windows = wearing.flat, wearing.windows
    xp = namespace(patch.u)
    u, v, wu, wv = _units(look, patch)
    marks = paint(look.pattern, u, v, wu, wv, look.seed ^ patch.face)
    seed, w = look.seed, xp.maximum(patch.wu, patch.wv)
    vary = look.vary * (1 - flat)
    tone: Array = 1.0 + 0.0 * patch.u
    cloud = None
    if vary > 0.02:
        cloud = mottled(patch.u, patch.v, w, 7.0, seed >> 4)
        tone = tone + vary * 0.28 * cloud
        if marks.tone is not None:
            tone = tone + vary * 0.62 * marks.tone
    albedo = _blended(look.albedo, look.second, marks.second) * tone.clip(0.3, 1.8)
    if look.wear > 0 and flat < 1 and cloud is not None:
        albedo = _worn(look, patch, albedo, w, flat)
    if patch.kind == "side" and patch.size_m[1] > 0.6 and flat < 1:
        xp_foot = xp.exp(patch.v * -2.2)
        albedo = albedo * (1 - 0.25 * (1 - flat) * xp_foot)
    soaked: Array | float = min(1.0, look.wet + (1.0 if patch.kind in ("ground", "top") else 0.35) * wearing.rain)
    gloss: Array | float = look.gloss
    if patch.kind == "ground" and soaked > 0:
        puddle = smooth(0.1, 0.75, mottled(patch.u, patch.v, w, 26.0, 5_077) + 1.5 * soaked - 0.75 - 0.5 * marks.second)
        albedo = albedo * (1 - 0.45 * soaked * (0.6 + 0.4 * puddle))
        soaked = soaked * (0.38 + 0.62 * puddle)
        gloss = xp.maximum(soaked * 0.95, 0 * soaked + gloss)
    elif soaked > 0:
        albedo = albedo * (1 - 0.35 * soaked)
        gloss = max(gloss, 0.6 * soaked)
    if look.noun in _CONTAINERS and patch.kind == "side":
        albedo = _corrugated_box(patch, albedo)
    emit = albedo * (1.6 * look.glow) if look.glow else None
    if look.openings and patch.kind == "side" and patch.size_m[1] > 1.8:
        albedo, gloss, emit = _opened(look.openings, patch, albedo, gloss, windows, seed)
    return Finish(albedo, _tilted(patch, marks.tilt_u, marks.tilt_v), gloss, look.metal, emit)


def _blended(a: tuple[float, float, float], b: tuple[float, float, float], share: Array) -> Array:
    return planes(*(blend(x, y, share) for x, y in zip(a, b, strict=True)))


def _worn(look: Look, patch: Patch, albedo: Array, w: Array, flat: float) -> Array:
    """Patches of wear; on walls they run down from where they start."""
    stretch = 0.22 if patch.kind == "side" else 1.0
    field = mottled(patch.u, patch.v * stretch, w, 9.0, look.seed >> 2)
    mask = smooth(1.1 - 2.2 * look.wear, 2.3 - 2.2 * look.wear, field) * (0.6 * (1 - flat))
    return planes(*(blend(albedo[i], look.wear_colour[i], mask) for i in range(3)))


def _tilted(patch: Patch, tilt_u: Array | None, tilt_v: Array | None) -> Array:
    if tilt_u is None and tilt_v is None:
        return patch.N
    zero = 0 * patch.u
    a, b = (zero if t is None else t for t in (tilt_u, tilt_v))
    scale = 1 / namespace(patch.u).sqrt(1 + a * a + b * b)
    return planes(*((patch.N[i] + a * patch.U[i] + b * patch.V[i]) * scale for i in range(3)))


def _corrugated_box(patch: Patch, albedo: Array) -> Array:
    """The frame of a shipping container, and on its ends the doors: a gap, locking bars."""
    xp = namespace(patch.u)
    width, height = patch.size_m
    inset = xp.minimum(width / 2 - xp.abs(patch.u), xp.minimum(patch.v, height - patch.v))
    frame = (0.5 + (0.11 - inset) / xp.maximum(patch.wu, patch.wv).clip(0.01)).clip(0, 1)
    shade = 1 - 0.3 * frame
    if width < 1.3 * height:
        doors = width / 2
        bars = pulse(patch.u / doors - 0.27, patch.wu / doors, 0.045) + pulse(
            patch.u / doors - 0.70, patch.wu / doors, 0.045
        )
        gap = (0.5 + (0.02 - xp.abs(patch.u)) / patch.wu.clip(0.01)).clip(0, 1)
        shade = shade * (1 + 0.5 * bars * (1 - frame)) * (1 - 0.75 * gap)
    return albedo * shade


def _opened(
    openings: Openings, patch: Patch, albedo: Array, gloss: float, windows: float, seed: int
) -> tuple[Array, Array, Array | None]:
    """Windows in whole numbers over a face, some lit after dark, and the gate of the front."""
    xp = namespace(patch.u)
    width, height = patch.size_m
    columns, rows = max(1, round(width / openings.pitch_m[0])), max(1, int(height / openings.pitch_m[1]))
    if width < openings.size_m[0] * 1.3:
        columns = 0
    cell_w, cell_h = width / max(columns, 1), height / rows
    x, y = (patch.u + width / 2) / cell_w, patch.v / cell_h
    wx, wy = patch.wu / cell_w, patch.wv / cell_h
    share_u, share_v = min(0.8, openings.size_m[0] / cell_w), min(0.75, openings.size_m[1] / cell_h)
    rise = 0.54

    def rectangle(grow: float) -> Array:
        a, b = min(0.95, share_u + grow / cell_w), min(0.95, share_v + grow / cell_h)
        return pulse(x - 0.5 + a / 2, wx, a) * pulse(y - rise + b / 2, wy, b) * (columns > 0)

    pane, outer = rectangle(0.0), rectangle(0.22)
    bars = either(
        line((x - 0.5) / share_u * 2, wx / share_u * 2, 0.09),
        line((y - rise) / share_v * 2.0, wy / share_v * 2.0, 0.07),
    )
    glass = pane * (1 - bars)
    column, row = xp.floor(x), xp.floor(y)
    chance = thrown(column, row, seed ^ (patch.face * 977))
    lit = settled(0.0 * x + (chance > 1 - 2 * openings.lit), openings.lit, xp.maximum(wx, wy))
    door = 0 * x
    if patch.front and openings.door_m and height > 0.8 * openings.door_m[1]:
        dw, dh = min(openings.door_m[0], 0.8 * width), min(openings.door_m[1], 0.85 * height)
        inside = (0.5 + (dw / 2 - xp.abs(patch.u)) / patch.wu.clip(0.01)).clip(0, 1)
        door = inside * (0.5 + (dh - patch.v) / patch.wv.clip(0.01)).clip(0, 1)
    keep = 1 - door
    glass, outer = glass * keep, outer * keep
    boards = 1 - 0.35 * line(patch.u / 0.22, patch.wu / 0.22, 0.12)
    result = []
    for i in range(3):
        wall = blend(albedo[i], _FRAME[i], outer)
        wall = blend(wall, _GLASS[i] * (1 + 0.4 * chance), glass)
        result.append(blend(wall, _DOOR[i] * boards, door))
    emit = None
    if windows > 0:
        shine = glass * lit * (windows * (0.75 + 0.25 * chance))
        emit = planes(*(shine * c for c in _LIT))
    return planes(*result), gloss + (0.75 - gloss) * glass, emit


def rippled(x: Array, y: Array, width: Array, time_s: float) -> Array:
    """Normals `[3 n]` of wind ripples at (x, y) m: two fields of waves that drift through one another with story time."""
    swell, chop = 70.0, 19.0  # m, sides of their tiles
    a = mottled(x + 0.55 * time_s, y * 1.6 + 0.30 * time_s, width, swell, 1_201)
    b = mottled(x * 1.3 - 0.25 * time_s, y + 0.50 * time_s, width, swell, 77_003)
    c = mottled(x - 0.60 * time_s, y * 1.5 + 0.2 * time_s, width, chop, 9_301)
    d = mottled(x * 1.2 + 0.35 * time_s, y - 0.45 * time_s, width, chop, 33_013)
    slope_x, slope_y = 0.035 * a + 0.02 * c, 0.05 * b + 0.03 * d
    scale = 1 / namespace(x).sqrt(1 + slope_x * slope_x + slope_y * slope_y)
    return planes(-slope_x * scale, -slope_y * scale, scale)


def footprints(
    rays: Array, depth: Array, step: tuple[Array, Array], N: Array, axes: tuple[Array, Array]
) -> tuple[Array, Array]:
    """What a pixel spans along two `axes` of a surface that faces N, in metres.

    `rays [3 n]` have camera z = 1; `step` is how they change by a pixel to the right and one down.
    """
    xp = namespace(depth)
    right, down = step
    facing = dot(N, rays)
    slant = depth / xp.where(facing < 0, facing.clip(None, -2e-3), facing.clip(2e-3))
    right_slant, down_slant = slant * dot(N, right), slant * dot(N, down)

    def along(axis: Array) -> Array:
        ray = dot(axis, rays)
        a = depth * dot(axis, right) - ray * right_slant
        b = depth * dot(axis, down) - ray * down_slant
        return 0.85 * (xp.abs(a) + xp.abs(b)) + 1e-5

    return along(axes[0]), along(axes[1])
