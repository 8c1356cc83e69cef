"""Where straight lines enter and leave convex shapes, and which way their surfaces face: `scene.shapes`, over tensors.

Shapes stand in their own frames; `half` are their half extents (a capsule's z with its round ends), a line is `o + t d`.
A line enters after it leaves when it misses.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

Three = Sequence[Tensor]
Span = tuple[Tensor, Tensor]

_LEVEL = 1e-20  # stands for a slope of 0: what it divides is out of every shape's reach


def _nonzero(d: Tensor) -> Tensor:
    return torch.where(d.abs() < _LEVEL, _LEVEL, d)


def _missed(enters: Tensor, leaves: Tensor, hit: Tensor) -> Span:
    return torch.where(hit, enters, torch.inf), torch.where(hit, leaves, -torch.inf)


def _plane(_: Three, o: Three, d: Three) -> Span:
    enters = -o[2] / _nonzero(d[2])
    return _missed(enters, torch.full_like(enters, torch.inf), d[2] < 0)


def _slab(half: Tensor, o: Tensor, d: Tensor) -> Span:
    d = _nonzero(d)
    a, b = (-half - o) / d, (half - o) / d
    return torch.minimum(a, b), torch.maximum(a, b)


def _both(a: Span, b: Span) -> Span:
    return torch.maximum(a[0], b[0]), torch.minimum(a[1], b[1])


def _box(half: Three, o: Three, d: Three) -> Span:
    x, y, z = (_slab(*axis) for axis in zip(half, o, d, strict=True))
    return _both(_both(x, y), z)


def _wedge(half: Three, o: Three, d: Three) -> Span:
    """A box below the plane from its lower front edge to its upper back one."""
    near, far = _box(half, o, d)
    above, rising = o[2] * half[1] - o[1] * half[2], _nonzero(d[2] * half[1] - d[1] * half[2])
    meets = -above / rising
    return torch.where(rising < 0, torch.maximum(near, meets), near), torch.where(
        rising > 0, torch.minimum(far, meets), far
    )


def _round(r: Tensor | float, o: Three, d: Three) -> Span:
    """A ball or, of two axes, a tube: from the foot of the perpendicular, so that nothing cancels from afar."""
    dd = _nonzero(sum_of(d, d))
    middle = -sum_of(o, d) / dd
    foot = [a + middle * b for a, b in zip(o, d, strict=True)]
    chord = r * r - sum_of(foot, foot)
    half = (chord.clamp(min=0) / dd).sqrt()
    return _missed(middle - half, middle + half, chord >= 0)


def _sphere(half: Three, o: Three, d: Three) -> Span:
    return _round(half[0], o, d)


def _ellipsoid(half: Three, o: Three, d: Three) -> Span:
    return _round(1.0, [a / h for a, h in zip(o, half, strict=True)], [a / h for a, h in zip(d, half, strict=True)])


def _cylinder(half: Three, o: Three, d: Three) -> Span:
    return _both(_round(half[0], o[:2], d[:2]), _slab(half[2], o[2], d[2]))


def _capsule(half: Three, o: Three, d: Three) -> Span:
    straight = half[2] - half[0]
    near, far = _cylinder((half[0], half[0], straight), o, d)
    near, far = _missed(near, far, near <= far)
    for end in (-straight, straight):
        near_end, far_end = _round(half[0], (o[0], o[1], o[2] - end), d)
        near, far = torch.minimum(near, near_end), torch.maximum(far, far_end)
    return near, far


SPANS: dict[str, Callable[[Three, Three, Three], Span]] = {
    "plane": _plane,
    "box": _box,
    "wedge": _wedge,
    "cylinder": _cylinder,
    "sphere": _sphere,
    "capsule": _capsule,
    "ellipsoid": _ellipsoid,
}
"""By the primitives of `scene`, all but meshes."""

_NUMBER = {name: number for number, name in enumerate(SPANS)}


def outward(kind: Tensor, half: Three, at: Three) -> Three:
    """Unit normals of surfaces at the points `at` on them; `kind` as in `SPANS`."""
    x, y, z = at
    a, b, c = (h.clamp(min=1e-9) for h in half)  # planes have none
    zero, one = torch.zeros_like(x), torch.ones_like(x)
    ax, ay, az = x.abs() / a, y.abs() / b, z.abs() / c
    box = _picked(x.sign(), y.sign(), z.sign(), (ax >= ay) & (ax >= az), ay >= az)
    tall = (b * b + c * c).sqrt()
    sloped = 1 - (z * b - y * c).abs() / tall / torch.minimum(b, c)
    back, under = y / b, -z / c
    faces = _picked(x.sign(), one, -one, (ax >= back) & (ax >= under), back >= under)
    slope = (sloped >= ax) & (sloped >= back) & (sloped >= under)
    wedge = [torch.where(slope, s, v) for s, v in zip((zero, -c / tall, b / tall), faces, strict=True)]
    end = (kind == _NUMBER["cylinder"]) & (az >= (x * x + y * y).sqrt() / a)
    of = {name: kind == number for name, number in _NUMBER.items()}
    straight = (c - a).clamp(min=0)
    depth = torch.where(of["capsule"], z - z.clamp(-straight, straight), torch.where(of["cylinder"], 0.0, z))
    even = of["ellipsoid"]
    curved = [torch.where(even, v / (h * h), w) for v, h, w in zip(at, (a, b, c), (x, y, depth), strict=True)]
    length = sum_of(curved, curved).sqrt().clamp(min=1e-20)
    flat = of["plane"] | end
    level = (zero, zero, torch.where(end, z.sign(), one))
    result = []
    for i in range(3):
        n = torch.where(flat, level[i], curved[i] / length)
        result.append(torch.where(of["box"], box[i], torch.where(of["wedge"], wedge[i], n)))
    return result


def _picked(x: Tensor, y: Tensor, z: Tensor, along_x: Tensor, along_y: Tensor) -> Three:
    """The axis that is told, else the next."""
    zero = torch.zeros_like(x)
    return (
        torch.where(along_x, x, zero),
        torch.where(along_x | ~along_y, zero, y),
        torch.where(along_x | along_y, zero, z),
    )


def sum_of(a: Three, b: Three) -> Tensor:
    """Products, summed over the axes."""
    total = a[0] * b[0]
    for u, v in zip(a[1:], b[1:], strict=True):
        total = total + u * v
    return total
