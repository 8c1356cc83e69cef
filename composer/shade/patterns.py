"""The patterns of the vocabulary as masks over surface coordinates, filtered by what a pixel spans.

Each takes `u, v [n]` in units of the pattern's scale and `wu, wv [n]`, what a pixel spans of them, and paints the share of
the look's second colour. Filters are exact for straight joints, so the mean holds from any distance.
"""

from collections.abc import Callable
from dataclasses import dataclass

from composer.looks import Pattern
from composer.shade.arrays import Array, either, fraction, line, namespace, pulse, settled, smooth, wave
from composer.shade.noise import mottled, thrown


@dataclass(frozen=True)
class Marks:
    """`second [n]` share of the second colour; `tone [n]` of each unit in [-1, 1]; `tilt_u`, `tilt_v` slope of the relief."""

    second: Array
    tone: Array | None = None
    tilt_u: Array | None = None
    tilt_v: Array | None = None


def paint(kind: Pattern, u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    """The marks of a pattern; `none` and stuffs whose grain is all they have leave the second colour out."""
    return _PAINTERS[kind](u, v, wu, wv, seed)


_BOW = 9.0  # setts across a bow


def _near(w: Array, unit: float = 1.0) -> Array:
    """1 where a pixel is well within a unit, 0 where it spans it."""
    return 1 - smooth(0.3 * unit, 0.9 * unit, w)


def _courses(  # noqa: PLR0913, PLR0917 - the coordinates, and a bond in three numbers
    u: Array, v: Array, wu: Array, wv: Array, seed: Array, height: float, joint: float, stagger: float = 0.5
) -> Marks:
    xp = namespace(u)
    y, wy = v / height, wv / height
    row = xp.floor(y)
    x = u + row * stagger
    bed, perpend = line(y, wy, joint / height), settled(line(x, wu, joint), joint, wy)
    tone = thrown(xp.floor(x), row, seed) * _near(wu) * _near(wy)
    return Marks(either(bed, perpend), tone)


def _bricks(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    return _courses(u, v, wu, wv, seed, 0.36, 0.045)


def _blocks(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    return _courses(u, v, wu, wv, seed, 0.5, 0.03, 0.37)


def _flagstones(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    return _courses(u, v, wu, wv, seed, 0.75, 0.025, 0.41)


def _planks(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    row = xp.floor(v)
    x, wx = u / 11 + 0.37 * row, wu / 11
    tone = thrown(xp.floor(x), row, seed) * _near(wv)
    grain = 0.35 * mottled(u * 0.25, v * 3, wv * 3, 8.0, seed) * _near(wv, 0.5)
    butt = settled(line(x, wx, 0.008), 0.008, wv)
    return Marks(either(line(v, wv, 0.09), butt), tone + grain)


def _boards(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    return _planks(v, u, wv, wu, seed)


def _staves(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    tone = thrown(xp.floor(u), xp.floor(u) * 0, seed) * _near(wu)
    return Marks(either(line(u, wu, 0.07), line(v / 2.6 + 0.5, wv / 2.6, 0.14)), tone)


def _tiles(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    tone = thrown(xp.floor(u), xp.floor(v), seed) * _near(wu) * _near(wv)
    return Marks(either(line(u, wu, 0.04), line(v, wv, 0.04)), tone)


def _slates(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    marks = _courses(u, v, wu, wv, seed, 0.7, 0.03)
    lip = settled(fraction(v / 0.7), 0.5, wv / 0.7)
    return Marks(either(marks.second, 0.35 * lip * lip), marks.tone, None, 0.12 * (lip - 0.5))


def _cobbles(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    """Setts laid in bows, as paviours do: the bows are still seen where the setts no longer are."""
    xp = namespace(u)
    bow = u / _BOW
    f, y = fraction(bow), v / 0.8
    y = y + 1.3 * 4 * f * (1 - f) * _near(wu, 4.0)
    wy, row = wv / 0.8 + 0.3 * wu, xp.floor(y)
    x = u + 0.5 * row + 0.22 * thrown(row * 0, row, seed)
    tone = thrown(xp.floor(x), row, seed)
    fu, fv = fraction(x) - 0.5, fraction(y) - 0.5
    near = _near(xp.maximum(wu, wy), 1.0)
    rim = smooth(0.055, 0.25, fu * fu * fu * fu * 5 + fv * fv * fv * fv * 5)
    laid = thrown(xp.floor(bow), xp.floor(y / 9), seed) * _near(wu, _BOW) * _near(wy, 9.0)
    seam = settled(line(bow, wu / _BOW, 0.16), 0.16, wu / _BOW) * _near(wu, _BOW) - 0.16 * _near(wu, _BOW)
    worn = 0.35 * laid - 0.5 * seam
    return Marks(0.342 + (0.95 * rim - 0.342) * near, tone * near + worn, fu * near * 0.9, fv * near * 0.9)


def _checks(u: Array, v: Array, wu: Array, wv: Array, _: Array) -> Marks:
    a, b = pulse(u * 0.5, wu * 0.5, 0.5), pulse(v * 0.5, wv * 0.5, 0.5)
    return Marks(a + b - 2 * a * b)


def _stripes(u: Array, _v: Array, wu: Array, _wv: Array, _: Array) -> Marks:
    return Marks(pulse(u * 0.5, wu * 0.5, 0.5))


def _bands(_u: Array, v: Array, _wu: Array, wv: Array, _: Array) -> Marks:
    return Marks(pulse(v * 0.5, wv * 0.5, 0.5))


def _grid(u: Array, v: Array, wu: Array, wv: Array, _: Array) -> Marks:
    return Marks(either(line(u, wu, 0.07), line(v, wv, 0.07)))


def _dots(u: Array, v: Array, wu: Array, wv: Array, _: Array) -> Marks:
    xp = namespace(u)
    fu, fv = fraction(u) - 0.5, fraction(v) - 0.5
    w = xp.maximum(wu, wv)
    edge = w.clip(0.02, 1)
    disc = (0.5 + (0.28 - xp.sqrt(fu * fu + fv * fv)) / edge).clip(0, 1)
    return Marks(settled(disc, 0.2463, w))


def _corrugated(u: Array, _v: Array, wu: Array, _wv: Array, _: Array) -> Marks:
    slope = wave(u, wu)
    return Marks((0.22 - 0.22 * wave(u + 0.25, wu)).clip(0, 1), None, 0.75 * slope)


def _ribs(u: Array, _v: Array, wu: Array, _wv: Array, _: Array) -> Marks:
    """Trapezoid sheet: flats, hollows, and flanks that catch the light from one side."""
    rising, falling = pulse(u, wu, 0.14), pulse(u - 0.5, wu, 0.14)
    hollow = pulse(u - 0.07, wu, 0.5)
    return Marks(0.55 * hollow, None, 0.8 * (rising - falling))


def _panels(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    tone = thrown(xp.floor(u), xp.floor(v), seed) * 0.4 * _near(wu) * _near(wv)
    return Marks(either(line(u, wu, 0.012), line(v, wv, 0.012)), tone)


def _plates(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    row = xp.floor(v / 0.6)
    x = u + 0.5 * row
    seams = either(settled(line(x, wu, 0.014), 0.014, wv / 0.6), line(v / 0.6, wv / 0.6, 0.02))
    tone = thrown(xp.floor(x), row, seed) * 0.35 * _near(wu) * _near(wv, 0.6)
    return Marks(seams, tone)


def _hoops(_u: Array, v: Array, _wu: Array, wv: Array, _: Array) -> Marks:
    """Rolling hoops of a drum: raised bands, bright above and dark below."""
    rise, fall = pulse(v + 0.10, wv, 0.10), pulse(v, wv, 0.10)
    return Marks(0.3 * fall, None, None, 0.8 * (fall - rise))


def lid(x: Array, y: Array, w: Array) -> Marks:
    """The end of a drum, `x, y` from -1 to 1: a rim that stands proud of the head, a bung near it."""
    xp = namespace(x)
    r, w = xp.sqrt(x * x + y * y), w.clip(1e-3)
    head = (0.5 + (0.91 - r) / w).clip(0, 1)
    shade = head * smooth(0.72, 0.93, r)
    bung = (0.5 + (0.11 - xp.sqrt((x - 0.52) ** 2 + (y - 0.34) ** 2)) / w).clip(0, 1)
    return Marks((0.5 * shade + 0.35 * bung).clip(0, 1), 0.5 * (1 - head) + 0.3 * bung)


def _lattice(u: Array, v: Array, wu: Array, wv: Array, _: Array) -> Marks:
    """Chords, struts and crossing braces; what lies between is the second colour."""
    xp = namespace(u)
    w = xp.maximum(wu, wv)
    chords = either(line(u, wu, 0.15), line(v, wv, 0.11))
    braces = either(line(u + v, 1.3 * w, 0.11), line(u - v, 1.3 * w, 0.11))
    return Marks(1 - either(chords, braces))


def _crate(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    marks = _planks(u * 5, v * 5, wu * 5, wv * 5, seed)
    xp = namespace(u)
    frame = either(line(u, wu, 0.18), line(v, wv, 0.18))
    brace = line(u - v, xp.maximum(wu, wv), 0.14)
    proud = either(frame, brace)
    rim = either(line(u - 0.09, wu, 0.02), line(v - 0.09, wv, 0.02))
    return Marks(
        either(marks.second * (1 - proud), 0.7 * rim),
        (marks.tone if marks.tone is not None else 0) * (1 - proud) + 0.5 * proud,
    )


def _leaves(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    w = xp.maximum(wu, wv)
    a = mottled(u, v, w, 10.0, seed)
    b = mottled(u * 2.3, v * 2.3, w * 2.3, 10.0, seed >> 3)
    return Marks((0.42 - 0.32 * a - 0.2 * b).clip(0, 1), 0.5 * b, 0.28 * a, 0.28 * b)


def _grass(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    w = xp.maximum(wu, wv)
    blades = mottled(u * 9, v * 2.2, w * 9, 10.0, seed)
    patches = mottled(u * 0.6, v * 0.6, w * 0.6, 10.0, seed >> 5)
    return Marks((0.42 + 0.2 * blades + 0.16 * patches).clip(0, 1), 0.35 * patches)


def _grain(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    fine = mottled(u * 3, v * 3, xp.maximum(wu, wv) * 3, 10.0, seed)
    return Marks((0.3 + 0.22 * fine).clip(0, 1), 0.4 * fine)


def _veins(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    xp = namespace(u)
    w = xp.maximum(wu, wv)
    bend = mottled(u, v, w, 4.0, seed)
    vein = xp.abs(xp.sin(2.2 * (u + 0.6 * v) + 1.6 * bend))
    return Marks(settled((1 - 4.5 * vein).clip(0, 1) * 0.7, 0.05, w), 0.3 * bend)


def _weave(u: Array, v: Array, wu: Array, wv: Array, seed: Array) -> Marks:
    return Marks(0.35 + 0.12 * wave(u, wu) * wave(v, wv), 0.4 * mottled(u * 0.1, v * 0.1, wu * 0.1, 1.0, seed))


def _none(u: Array, _v: Array, _wu: Array, _wv: Array, _: Array) -> Marks:
    return Marks(u * 0)


_PAINTERS: dict[Pattern, Callable[[Array, Array, Array, Array, int], Marks]] = {
    "none": _none,
    "bricks": _bricks,
    "blocks": _blocks,
    "planks": _planks,
    "boards": _boards,
    "tiles": _tiles,
    "slates": _slates,
    "cobbles": _cobbles,
    "flagstones": _flagstones,
    "checks": _checks,
    "stripes": _stripes,
    "bands": _bands,
    "grid": _grid,
    "dots": _dots,
    "corrugated": _corrugated,
    "ribs": _ribs,
    "panels": _panels,
    "plates": _plates,
    "hoops": _hoops,
    "lattice": _lattice,
    "staves": _staves,
    "crate": _crate,
    "leaves": _leaves,
    "grass": _grass,
    "ripples": _none,
    "grain": _grain,
    "veins": _veins,
    "weave": _weave,
}
