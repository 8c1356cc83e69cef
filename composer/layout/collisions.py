"""Solids that sink into one another: separating axes over footprints and heights."""

from collections import Counter
from itertools import combinations
from math import inf

import numpy as np

from composer.errors import Path, Problem
from composer.layout.extents import extent_of, footprint, reach, slope_of
from composer.layout.words import Layout
from composer.schema.quantities import plain
from composer.types import ROOM_SOLIDS, Solid

TOLERANCE_M = 0.05
_MOST_TOLD = 3  # pairs of one thing: in a heap all sink into all


def collisions(
    layout: Layout, walls: frozenset[str] = frozenset(), adrift: frozenset[str] = frozenset()
) -> list[Problem]:
    """Pairs of solids of one place, subjects at their start among them, that overlap by more than 5 cm.

    Two of the anchors named in `walls` may: walls meet at corners. What is `adrift`, without a position, counts not. Of each thing the first three pairs are told. What
    passes the walls of a room is told by `rooms.outside`. Meshes that are not convex have hollows: things may be in those.
    """
    within = layout.solids if layout.room is None else [s for s in layout.solids if s.name not in ROOM_SOLIDS]
    placed = [s for s in (*within, *layout.subjects.values()) if s.anchor not in adrift]
    solids = [s for s in placed if s.mesh is None or s.mesh.convex]
    extents = [extent_of(s) for s in solids]
    low, high = (np.array(ends).reshape(-1, 3) for ends in ([e.low for e in extents], [e.high for e in extents]))
    depth = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    close = (depth > TOLERANCE_M).all(axis=2)
    told: set[tuple[str, str]] = set()
    times = Counter[str]()
    problems = []
    for i, j in combinations(range(len(solids)), 2):
        first, second = solids[i], solids[j]
        pair = (first.anchor, second.anchor)
        if (
            not close[i, j]
            or pair in told
            or times[second.anchor] == _MOST_TOLD
            or walls.issuperset(pair)
            or (first.mesh is not None and first.anchor == second.anchor)
            or (overlap := _overlap(first, second)) <= TOLERANCE_M
        ):
            continue
        told.add(pair)
        times[second.anchor] += 1
        problems.append(_sunk(layout, first, second, overlap))
    return problems


def _sunk(layout: Layout, first: Solid, second: Solid, overlap: float) -> Problem:
    subject = second.name in layout.subjects
    path: Path = ("subjects", second.anchor) if subject else ("places", layout.name, "anchors", second.anchor)
    if first.anchor == second.anchor:
        message = f"the items of `{first.anchor}` sink {plain(overlap, 2)} m into one another"
        hint = "make the step of `repeat` longer than the thing is in that direction"
    else:
        message = f"`{second.anchor}` sinks {plain(overlap, 2)} m into `{first.name}`"
        hint = f"solids may touch, not overlap. {_way_out(first, second)}"
    return Problem(path, "sunk", message, (hint,), on_key=True)


def _way_out(first: Solid, second: Solid) -> str:
    """The shortest straight way for `second` to leave `first`: upwards where it lies on it, else sideways."""
    inside, moved = extent_of(first), extent_of(second)
    up = inside.high[2] - moved.low[2]
    ways = {
        "left_of": moved.high[0] - inside.low[0],
        "right_of": inside.high[0] - moved.low[0],
        "in_front_of": moved.high[1] - inside.low[1],
        "behind": inside.high[1] - moved.low[1],
    }
    relation, sideways = min(ways.items(), key=lambda way: way[1])
    if up < sideways:
        return f"Place it `on_top_of: {first.anchor}`"
    return f"Place it `{relation}: {first.anchor}`, or move it {plain(np.ceil(sideways * 100) / 100, 2)} m that way"


def _overlap(a: Solid, b: Solid) -> float:
    """Depth in metres by which two solids overlap, seen as upright prisms, of ramps what is under their slopes.

    Exact for boxes, ramps and upright cylinders.
    """
    if a.shape == b.shape == "sphere":
        distance = float(np.linalg.norm(a.T_world_solid[:3, 3] - b.T_world_solid[:3, 3]))
        return (a.size_m[0] + b.size_m[0]) / 2 - distance
    extent_a, extent_b = extent_of(a), extent_of(b)
    height = min(extent_a.high[2], extent_b.high[2]) - max(extent_a.low[2], extent_b.low[2])
    outline_a, outline_b = footprint(a), footprint(b)
    least = float(height)
    for outline in (outline_a, outline_b):
        edges = np.roll(outline, -1, axis=0) - outline
        normals = np.column_stack([edges[:, 1], -edges[:, 0]]) / np.linalg.norm(edges, axis=1, keepdims=True)
        span_a, span_b = outline_a @ normals.T, outline_b @ normals.T
        overlaps = np.minimum(span_a.max(0), span_b.max(0)) - np.maximum(span_a.min(0), span_b.min(0))
        least = min(least, float(overlaps.min()))
    return min(least, _under_slope(a, b), _under_slope(b, a))


def _under_slope(ramp: Solid, other: Solid) -> float:
    """Depth in metres to which `other` is under the slope of a ramp; of a person the line through the middle counts."""
    slope = slope_of(ramp)
    if slope is None:
        return inf
    up = slope.normal
    down = other.size_m[2] / 2 * float(up[2]) if other.shape == "person" else reach(other, -up)
    return float(up @ (slope.point - other.T_world_solid[:3, 3])) + down
