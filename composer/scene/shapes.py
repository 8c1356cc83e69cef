"""Where a straight line enters and leaves each convex shape, and which way its surface faces there.

Shapes stand in their own frame as MuJoCo's do: half extents, a cylinder and a capsule along z, a plane z = 0 that is
solid below. `o` is the ray's origin, `d` its direction, of any length; places on it are counted in lengths of `d`.
"""

# ruff: noqa: PLR0913, PLR0917 - kernels take arrays and scalars; objects cost more than the work
# ruff: noqa: C901, PLR0911, PLR0912 - a shape, a branch

from math import inf, sqrt

from composer.kernels import kernel

PLANE, SPHERE, CAPSULE, ELLIPSOID, CYLINDER, BOX = 0, 2, 3, 4, 5, 6
"""`mjtGeom`."""

MESH = 7
"""Triangles: `triangles` tells what meets them."""

WEDGE = 100
"""Half a box, which MuJoCo has not: what lies under the plane from the lower front edge (-y) to the upper back one."""

Span = tuple[float, float]
"""Where a line enters and leaves; it enters after it leaves when it misses."""

MISS = (inf, -inf)


@kernel
def span(
    kind: int, a: float, b: float, c: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float
) -> Span:
    """Where the line enters and leaves a shape with MuJoCo's size (a, b, c)."""
    if kind == BOX:
        return _box(a, b, c, ox, oy, oz, dx, dy, dz)
    if kind == CYLINDER:
        return _cylinder(a, b, ox, oy, oz, dx, dy, dz)
    if kind == SPHERE:
        return _ball(a, ox, oy, oz, dx, dy, dz)
    if kind == CAPSULE:
        return _capsule(a, b, ox, oy, oz, dx, dy, dz)
    if kind == WEDGE:
        return _wedge(a, b, c, ox, oy, oz, dx, dy, dz)
    if kind == ELLIPSOID:
        return _ball(1.0, ox / a, oy / b, oz / c, dx / a, dy / b, dz / c)
    return _floor(oz, dz)


@kernel
def _floor(oz: float, dz: float) -> Span:
    if dz < 0:
        return -oz / dz, inf
    return MISS


@kernel
def _slab(half: float, o: float, d: float) -> Span:
    if d == 0:
        return (-inf, inf) if abs(o) <= half else MISS
    near, far = (-half - o) / d, (half - o) / d
    return (near, far) if near < far else (far, near)


@kernel
def _box(a: float, b: float, c: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> Span:
    near, far = _slab(a, ox, dx)
    near_y, far_y = _slab(b, oy, dy)
    near_z, far_z = _slab(c, oz, dz)
    return max(near, near_y, near_z), min(far, far_y, far_z)


@kernel
def _wedge(a: float, b: float, c: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> Span:
    near, far = _box(a, b, c, ox, oy, oz, dx, dy, dz)
    above, rising = oz * b - oy * c, dz * b - dy * c  # of the slope, in lengths of its normal (0, -c, b)
    if rising > 0:
        return near, min(far, -above / rising)
    if rising < 0:
        return max(near, -above / rising), far
    return (near, far) if above <= 0 else MISS


@kernel
def _ball(r: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> Span:
    dd = dx * dx + dy * dy + dz * dz
    middle = -(ox * dx + oy * dy + oz * dz) / dd
    # from the foot of the perpendicular: no cancellation from afar
    px, py, pz = ox + middle * dx, oy + middle * dy, oz + middle * dz
    chord = r * r - (px * px + py * py + pz * pz)
    if chord < 0:
        return MISS
    half = sqrt(chord / dd)
    return middle - half, middle + half


@kernel
def _tube(r: float, ox: float, oy: float, dx: float, dy: float) -> Span:
    dd = dx * dx + dy * dy
    if dd == 0:
        return (-inf, inf) if ox * ox + oy * oy <= r * r else MISS
    middle = -(ox * dx + oy * dy) / dd
    px, py = ox + middle * dx, oy + middle * dy
    chord = r * r - (px * px + py * py)
    if chord < 0:
        return MISS
    half = sqrt(chord / dd)
    return middle - half, middle + half


@kernel
def _cylinder(r: float, half: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> Span:
    near, far = _tube(r, ox, oy, dx, dy)
    near_z, far_z = _slab(half, oz, dz)
    return max(near, near_z), min(far, far_z)


@kernel
def _capsule(r: float, half: float, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float) -> Span:
    near, far = _cylinder(r, half, ox, oy, oz, dx, dy, dz)
    if near > far:
        near, far = MISS
    for end in (-half, half):
        near_end, far_end = _ball(r, ox, oy, oz - end, dx, dy, dz)
        if near_end <= far_end:
            near, far = min(near, near_end), max(far, far_end)
    return near, far


@kernel
def outward(kind: int, a: float, b: float, c: float, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Unit normal of the surface at a point (x, y, z) on it."""
    nx, ny, nz = 0.0, 0.0, 1.0
    if kind == BOX:
        ax, ay, az = abs(x) / a, abs(y) / b, abs(z) / c
        if ax >= ay and ax >= az:
            nx, nz = (1.0 if x > 0 else -1.0), 0.0
        elif ay >= az:
            ny, nz = (1.0 if y > 0 else -1.0), 0.0
        elif z < 0:
            nz = -1.0
        return nx, ny, nz
    if kind == WEDGE:
        tall = sqrt(b * b + c * c)
        sloped = 1 - abs(z * b - y * c) / tall / min(b, c)  # 1 on the slope, as the others are on their faces
        ax, ay, az = abs(x) / a, y / b, -z / c
        if sloped >= ax and sloped >= ay and sloped >= az:
            return 0.0, -c / tall, b / tall
        if ax >= ay and ax >= az:
            return (1.0 if x > 0 else -1.0), 0.0, 0.0
        return (0.0, 1.0, 0.0) if ay >= az else (0.0, 0.0, -1.0)
    if kind == PLANE:
        return nx, ny, nz
    if kind == CYLINDER:
        if abs(z) / b >= sqrt(x * x + y * y) / a:
            return nx, ny, (1.0 if z > 0 else -1.0)
        nx, ny, nz = x, y, 0.0
    elif kind == SPHERE:
        nx, ny, nz = x, y, z
    elif kind == CAPSULE:
        nx, ny, nz = x, y, z - min(max(z, -b), b)
    else:
        nx, ny, nz = x / (a * a), y / (b * b), z / (c * c)
    length = sqrt(nx * nx + ny * ny + nz * nz)
    return nx / length, ny / length, nz / length
