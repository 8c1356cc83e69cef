"""Footprints seen from above: rounded convex outlines, how far a straight way goes before it nears one, and what it hits.

An outline is a convex polygon, or a point, grown by a radius: boxes have radius 0, people and upright cylinders are
points with a radius.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from composer.types import Matrix, Solid, Vector

Plan = Float[np.ndarray, "2"]
"""A point or a step on the ground plan, metres."""

PERSON_RADIUS_M = 0.25


@dataclass(frozen=True, eq=False)
class Outline:
    """Corners on the ground plan, counter-clockwise, grown by `radius_m`; `low_m` and `high_m` bound its heights."""

    corners: Float[np.ndarray, "n 2"]
    radius_m: float
    low_m: float
    high_m: float


def outline(solid: Solid, pose: Matrix | None = None) -> Outline:
    """Outline of a solid as it stands, or in another pose `T_world_body`."""
    T = solid.T_world_solid if pose is None else pose
    half = np.asarray(solid.size_m) / 2
    if solid.shape == "sphere":
        reach_z = half[2]
    elif solid.shape == "cylinder":
        reach_z = abs(T[2, 2]) * half[2] + half[0] * np.sqrt(max(0.0, 1 - T[2, 2] ** 2))
    else:
        reach_z = float(np.abs(T[2, :3]) @ half)
    low, high = float(T[2, 3] - reach_z), float(T[2, 3] + reach_z)
    if solid.shape == "person":
        return Outline(T[None, :2, 3], PERSON_RADIUS_M, low, high)
    if solid.shape == "sphere" or (solid.shape == "cylinder" and abs(T[2, 2]) > 0.999):
        return Outline(T[None, :2, 3], float(half[0]), low, high)
    signs = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
    return Outline(hull((T[:3, :3] @ (signs * half).T + T[:3, 3:])[:2].T), 0.0, low, high)


def grown(target: Outline, mover: Outline, at: Plan, gap_m: float) -> Outline:
    """What the mover's own point `at` must stay out of, so that `gap_m` lies between the edges of the two."""
    offsets = target.corners[:, None] - (mover.corners - at)[None]
    return Outline(hull(offsets.reshape(-1, 2)), target.radius_m + mover.radius_m + gap_m, target.low_m, target.high_m)


def distance(points: Float[np.ndarray, "f 2"], shape: Outline) -> Float[np.ndarray, " f"]:
    """Metres from points to an outline; negative inside (as deep as the nearest edge)."""
    edges, _, normals = _edges(shape)
    offset = points[:, None] - shape.corners[None]
    along = np.clip((offset * edges).sum(-1) / np.maximum((edges * edges).sum(-1), 1e-12), 0, 1)
    away = np.linalg.norm(offset - along[..., None] * edges, axis=-1).min(axis=1)
    if len(shape.corners) > 2:
        signed = (offset * normals).sum(-1).max(axis=1)
        away = np.where(signed < 0, signed, away)
    return np.asarray(away - shape.radius_m)


def apart(solid: Solid, other: Solid | Vector) -> float:
    """Metres from edge to edge of two solids: in plan, and in height where they are one over the other; of a solid and a
    point, in plan alone.
    """
    mine = outline(solid)
    if isinstance(other, np.ndarray):
        return max(0.0, float(distance(other[None, :2], mine)[0]))
    at, theirs = solid.T_world_solid[:2, 3], outline(other)
    level = max(0.0, float(distance(at[None], grown(theirs, mine, at, 0.0))[0]))
    height = max(0.0, mine.low_m - theirs.high_m, theirs.low_m - mine.high_m)
    return float(np.hypot(level, height))


def free_length(start: Plan, stop: Plan, shape: Outline) -> float:
    """Metres that can be walked from `start` straight towards `stop` before `shape` is touched; all of them if never.

    0 when `start` is inside already.
    """
    way = stop - start
    length = float(np.hypot(*way))
    if length == 0 or distance(start[None], shape)[0] <= 0:
        return 0.0
    unit = way / length
    edges, lengths, normals = _edges(shape)
    hits = [length]
    with np.errstate(divide="ignore", invalid="ignore"):
        origin = shape.corners + normals * shape.radius_m
        closing = -(normals @ unit)
        reach = ((start - origin) * normals).sum(-1) / closing
        along = ((start + reach[:, None] * unit - origin) * edges).sum(-1) / np.maximum(lengths, 1e-12) ** 2
    good = (closing > 1e-12) & (reach >= 0) & (along >= 0) & (along <= 1) & (lengths > 1e-12)
    hits += reach[good].tolist()
    if shape.radius_m > 0:
        offset = start - shape.corners
        b = offset @ unit
        root = b**2 - (offset**2).sum(-1) + shape.radius_m**2
        near = -b[root >= 0] - np.sqrt(root[root >= 0])
        hits += near[near >= 0].tolist()
    return float(min(hits))


def hull(points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "m 2"]:
    """Convex hull, counter-clockwise (Andrew's monotone chain)."""
    ordered = sorted({(round(float(x), 9), round(float(y), 9)) for x, y in points})
    if len(ordered) < 3:
        return np.array(ordered)

    def chain(row: list[tuple[float, float]]) -> list[tuple[float, float]]:
        kept: list[tuple[float, float]] = []
        for p in row:
            while len(kept) > 1 and _left_turn(kept[-2], kept[-1], p) <= 1e-12:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    return np.array(chain(ordered) + chain(ordered[::-1]))


def _left_turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _edges(
    shape: Outline,
) -> tuple[Float[np.ndarray, "n 2"], Float[np.ndarray, " n"], Float[np.ndarray, "n 2"]]:
    """Edges, their lengths and outward unit normals."""
    edges = np.roll(shape.corners, -1, axis=0) - shape.corners
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    normals = np.column_stack([edges[:, 1], -edges[:, 0]]) / np.maximum(lengths, 1e-12)[:, None]
    return edges, lengths, normals
