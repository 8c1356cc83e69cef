"""Surfaces: where a point lies on its solid, and what colour, shine and glow it has there."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from composer.kernels import Array as Numpy
from composer.kernels import kernel
from composer.looks import Look, Pattern
from composer.shade.arrays import Array, at_least, at_most, blend, dot, namespace, planes, rounded, single, smooth
from composer.shade.many import Looks
from composer.shade.noise import mottled
from composer.shade.openings import gated, opened, trimmed, trims
from composer.shade.patch import Kind, Patch
from composer.shade.patterns import Marks, lid, paint
from composer.shade.vehicles import CONTAINERS, VEHICLES, corrugated_box, has_doors, is_end, running


@dataclass(frozen=True)
class Wearing:
    """What the hour and the style make of all surfaces: how brightly lit windows shine, `flat` 1 to leave out all that is
    not pattern, how wet what lies under the sky is.
    """

    windows: Array = 0.0
    flat: Array = 0.0
    rain: Array = 0.0


_CLEAN_M = 0.6  # height up to which sides have no dirt at their feet
_CLOSE_M = 0.012  # what a pixel spans where the grain of a surface begins to show


@dataclass(frozen=True)
class Finish:
    """What light meets: `albedo [3 n]`, `normal` (three numbers or planes), `gloss` (number or [n]), `emit [3 n]`."""

    albedo: Array
    normal: Array
    gloss: Array | float
    metal: Array | float
    emit: Array | None = None


class Ways(NamedTuple):
    """Which ways `finish` goes for a face. Points that go the same ways can be painted in one go, whatever their numbers."""

    pattern: Pattern
    kind: Kind
    lid: bool = False
    varied: bool = False
    dirty: bool = False
    worn: bool = False
    wet: bool = False
    glows: bool = False
    opened: bool = False
    trimmed: bool = False
    gated: bool = False
    shines: bool = False
    noun: str = ""  # of those that are more than a box
    end: bool = False


def ways_of(look: Look, kind: Kind, size_m: tuple[float, float], front: bool, disc: bool, wearing: Wearing) -> Ways:
    """The ways of a look on a face of one kind and size."""
    side, height = kind == "side", size_m[1]
    openings = look.openings if side and height > 1.8 else None
    noun = look.noun if side and look.noun in CONTAINERS | VEHICLES else ""
    return Ways(
        look.pattern,
        kind,
        lid=disc and look.pattern == "hoops",
        varied=look.vary * (1 - wearing.flat) > 0.02,
        dirty=side and height > _CLEAN_M and wearing.flat < 1,
        worn=look.wear > 0 and wearing.flat < 1,
        wet=_wetness(look, kind, wearing.rain) > 0,
        glows=look.glow > 0,
        opened=openings is not None,
        trimmed=openings is not None and trims(openings, height),
        gated=openings is not None and gated(openings, front, height),
        shines=wearing.windows > 0,
        noun=noun,
        end=bool(noun) and (has_doors(size_m) if noun in CONTAINERS else is_end(size_m)),
    )


def in_common(ways: Ways) -> Ways:
    """Ways on which those go too whose numbers (0 for what they have not) make nothing of them, less their marks: fewer for
    many looks.
    """
    side, opened_ = ways.kind == "side", ways.opened
    return ways._replace(
        pattern="none", lid=False, varied=True, dirty=side, worn=True, wet=True, glows=True, shines=opened_
    )


_FITTED = {"lattice", "crate", "panels", "plates", "hoops"}


def _units(look: Look | Looks, patch: Patch, pattern: Pattern) -> tuple[Array, Array, Array, Array]:
    """Surface coordinates in units of the pattern; some patterns are fitted to their face, as joiners do."""
    s = look.scale_m
    if pattern in _FITTED and patch.kind != "ground":
        across, up = (at_least(rounded(side / s), 1) / side for side in patch.size_m)
        return (patch.u + patch.size_m[0] / 2) * across, patch.v * up, patch.wu * across, patch.wv * up
    pu, pv = look.phase
    shift = 0.0 if pattern == "bands" else pv
    return patch.u / s + pu, patch.v / s + shift, patch.wu / s, patch.wv / s


def finish(
    look: Look | Looks, patch: Patch, wearing: Wearing, ways: Ways | None = None, marks: Marks | None = None
) -> Finish:
    """What a look is at the points of a patch; of many looks and faces that go the same `ways`, but for their `marks`."""
    if ways is None:
        assert isinstance(look, Look)
        ways = ways_of(look, patch.kind, patch.size_m, patch.front, patch.disc, wearing)
    flat, w = wearing.flat, namespace(patch.u).maximum(patch.wu, patch.wv)
    marks = marks or marks_of(look, patch, ways)
    tone = _tone(look, patch, marks, w, flat, ways)
    albedo = planes(*(blend(a, b, marks.second) * tone for a, b in zip(look.albedo, look.second, strict=True)))
    if ways.worn:
        albedo = _worn(look, patch, albedo, w, flat)
    gloss: Array | float = look.gloss
    if ways.wet:
        albedo, gloss = _soaked(look, patch, albedo, marks, w, wearing.rain)
    if ways.noun in CONTAINERS:
        albedo = corrugated_box(patch, albedo, doors=ways.end)
    emit = albedo * (1.6 * look.glow) if ways.glows else None
    if ways.opened:
        assert look.openings is not None
        if ways.trimmed:
            albedo = trimmed(patch, albedo)
        windows = wearing.windows if ways.shines else None
        albedo, gloss, emit = opened(look.openings, patch, albedo, gloss, windows, look.seed, ways.gated)
    if ways.noun in VEHICLES:
        albedo, emit = running(ways.noun, patch, albedo, emit, wearing.windows, end=ways.end)
    return Finish(albedo, _tilted(patch, marks.tilt_u, marks.tilt_v), gloss, look.metal, emit)


def marks_of(look: Look | Looks, patch: Patch, ways: Ways) -> Marks:
    """What the pattern of a look paints on a patch."""
    if ways.lid:
        w = namespace(patch.u).maximum(patch.wu, patch.wv)
        radius = patch.size_m[0] / 2
        return lid(patch.u / radius, (patch.v - radius) / radius, w / radius)
    return paint(ways.pattern, *_units(look, patch, ways.pattern), look.seed ^ patch.face)


def _tone(look: Look | Looks, patch: Patch, marks: Marks, w: Array, flat: Array, ways: Ways) -> Array:
    """How much lighter or darker than its colour a surface is: clouded, unit by unit, and grained close by."""
    vary, ground = look.vary * (1 - flat), patch.kind == "ground"
    tone: Array = 1.0 + 0.0 * patch.u
    if ways.varied:
        cloud = _lying(patch, look.seed >> 4) if ground else mottled(patch.u, patch.v, w, 7.0, look.seed >> 4)
        tone = tone + vary * (0.34 if ground else 0.22) * cloud
        if namespace(w) is not np or w.min() < _CLOSE_M:  # torch is not asked: its answer would have to be waited for
            close = 1 - smooth(0.2 * _CLOSE_M, _CLOSE_M, w)
            grain = mottled(patch.u * 11, patch.v * 11, w * 11, 7.0, look.seed >> 6)
            tone = tone + close * ((0.03 + 0.16 * vary) * (vary > 0)) * grain
        if marks.tone is not None:
            tone = tone + vary * 0.52 * marks.tone
    if ground:
        tone = tone * (1 + (0.10 - 0.05 * flat) * mottled(patch.u, patch.v, w, 90.0, 8_121))
    elif patch.kind == "side":
        tone = tone * (0.94 + 0.12 * (patch.v * (1 / patch.size_m[1])).clip(0, 1))
        if ways.dirty:
            dirt = 0.25 * (1 - flat) * (patch.size_m[1] > _CLEAN_M)
            tone = tone * (1 - dirt * namespace(w).exp(patch.v * -2.2))
    return tone.clip(0.3, 1.8)


def _wetness(look: Look | Looks, kind: Kind, rain: Array) -> Array:
    return at_most(look.wet + (1.0 if kind in ("ground", "top") else 0.35) * rain, 1.0)


def _soaked(
    look: Look | Looks, patch: Patch, albedo: Array, marks: Marks, w: Array, rain: Array
) -> tuple[Array, Array | float]:
    """Albedo and gloss of what is wet: darker; on the ground water stands where it lies low."""
    wet = _wetness(look, patch.kind, rain)
    if patch.kind != "ground":
        return albedo * (1 - 0.35 * wet), at_least(look.gloss, 0.6 * wet)
    puddle = smooth(0.1, 0.75, mottled(patch.u, patch.v, w, 26.0, 5_077) + 1.5 * wet - 0.75 - 0.5 * marks.second)
    gloss = at_least(wet * 0.95 * (0.38 + 0.62 * puddle), look.gloss)
    return albedo * (1 - 0.45 * wet * (0.6 + 0.4 * puddle)), gloss


def _lying(patch: Patch, seed: Array) -> Array:
    """Cloudy noise on ground that is seen at a slant: three narrow looks along what a pixel spans, not one wide one."""
    xp = namespace(patch.u)
    across, along = xp.minimum(patch.wu, patch.wv), xp.maximum(patch.wu, patch.wv)
    w = xp.maximum(across, along * 0.36)
    share = 0.33 / along
    du, dv = patch.wu * patch.wu * share, patch.wv * patch.wv * share
    looks = [mottled(patch.u + k * du, patch.v + k * dv, w, 7.0, seed) for k in (-1, 0, 1)]
    return (looks[0] + looks[1] + looks[2]) * 0.45


def _worn(look: Look | Looks, patch: Patch, albedo: Array, w: Array, flat: Array) -> Array:
    """Patches of wear; on walls they run down from where they start."""
    stretch = 0.22 if patch.kind == "side" else 1.0
    field = mottled(patch.u, patch.v * stretch, w, 9.0, look.seed >> 2)
    mask = smooth(1.1, 2.3, field + 2.2 * look.wear) * (0.6 * (1 - flat) * (look.wear > 0))
    return planes(*(blend(albedo[i], look.wear_colour[i], mask) for i in range(3)))


def _tilted(patch: Patch, tilt_u: Array | None, tilt_v: Array | None) -> Array:
    if tilt_u is None and tilt_v is None:
        return patch.N
    zero = 0 * patch.u
    a, b = (zero if t is None else t for t in (tilt_u, tilt_v))
    scale = 1 / namespace(patch.u).sqrt(1 + a * a + b * b)
    return planes(*((patch.N[i] + a * patch.U[i] + b * patch.V[i]) * scale for i in range(3)))


def rippled(x: Array, y: Array, width: Array, time_s: Array) -> Array:
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
    if not single(rays, depth):
        return _footprints(rays, depth, step, N, axes)
    right, down = step
    across, upward = np.empty(len(depth), np.float32), np.empty(len(depth), np.float32)
    U, V = axes
    _print_each(rays, depth, right, down, _columns(N), _columns(U), _columns(V), across, upward)
    return across, upward


def _columns(vector: Array) -> Array:
    """`[3 n]` of planes, `[3 1]` of three numbers."""
    return np.asarray(vector, np.float32).reshape(3, -1)


def _footprints(
    rays: Array, depth: Array, step: tuple[Array, Array], N: Array, axes: tuple[Array, Array]
) -> tuple[Array, Array]:
    """What `footprints` are, over arrays of either library."""
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


@kernel
def _print_each(  # noqa: PLR0913, PLR0917 - kernels take arrays; objects cost more than the work
    rays: Numpy,
    depth: Numpy,
    right: Numpy,
    down: Numpy,
    N: Numpy,
    U: Numpy,
    V: Numpy,
    across: Numpy,
    upward: Numpy,
) -> None:
    zero, least, share, tiny = np.float32(0), np.float32(2e-3), np.float32(0.85), np.float32(1e-5)
    rx, ry, rz, dx, dy, dz = right[0], right[1], right[2], down[0], down[1], down[2]
    many_n, many_u, many_v = N.shape[1] > 1, U.shape[1] > 1, V.shape[1] > 1
    for n in range(depth.shape[0]):
        x, y, z, far = rays[0, n], rays[1, n], rays[2, n], depth[n]
        k = n if many_n else 0
        a, b, c = N[0, k], N[1, k], N[2, k]
        facing = a * x + b * y + c * z
        slant = far / (min(facing, -least) if facing < zero else max(facing, least))
        right_slant, down_slant = slant * (a * rx + b * ry + c * rz), slant * (a * dx + b * dy + c * dz)
        k = n if many_u else 0
        a, b, c = U[0, k], U[1, k], U[2, k]
        ray = a * x + b * y + c * z
        to_right, to_down = far * (a * rx + b * ry + c * rz), far * (a * dx + b * dy + c * dz)
        across[n] = share * (abs(to_right - ray * right_slant) + abs(to_down - ray * down_slant)) + tiny
        k = n if many_v else 0
        a, b, c = V[0, k], V[1, k], V[2, k]
        ray = a * x + b * y + c * z
        to_right, to_down = far * (a * rx + b * ry + c * rz), far * (a * dx + b * dy + c * dz)
        upward[n] = share * (abs(to_right - ray * right_slant) + abs(to_down - ray * down_slant)) + tiny
