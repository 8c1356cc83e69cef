"""Who touches whom at a step, read from MuJoCo's contacts."""

import numpy as np

from composer.types import Vector
from composer.world.contacts import Pair, Touch
from composer.world.physics_model import STEP_S, Bench
from composer.world.record import rotation_matrix

_Motion = tuple[Vector, Vector, Vector]
_STANDS: _Motion = (np.zeros(3), np.zeros(3), np.zeros(3))


def touches(bench: Bench) -> dict[Pair, Touch]:
    """Pairs in touch at the last step; several points of a pair are one touch.

    A pair names what moves freely first, two such in the order of the alphabet.
    """
    data = bench.data
    if not data.ncon:
        return {}
    contact = data.contact
    geoms, addresses = contact.geom, contact.efc_address
    positions, frames = contact.pos, contact.frame
    motions = _motions(bench)
    found: dict[Pair, list[tuple[float, Vector, Vector]]] = {}
    for i in range(data.ncon):
        one, other = int(geoms[i, 0]), int(geoms[i, 1])
        address = int(addresses[i])
        if address < 0:
            continue
        impulse, normal = float(data.efc_force[address]) * STEP_S, frames[i, :3]
        pair = (bench.owner[one], bench.owner[other])
        if _later(bench, one, other):
            pair, normal = (pair[1], pair[0]), -normal
        found.setdefault(pair, []).append((impulse, positions[i].copy(), normal.copy()))
    return {
        pair: _joined(points, motions.get(pair[0], _STANDS), motions.get(pair[1], _STANDS))
        for pair, points in found.items()
    }


def met(bench: Bench) -> set[tuple[str, str]]:
    """Sleepers that something is at, each with that something."""
    data = bench.data
    found = set()
    if data.ncon and bench.cast.still:
        for one, other in data.contact.geom.tolist():
            if "still" in (bench.part[one], bench.part[other]):
                sleeper, comer = (one, other) if bench.part[one] == "still" else (other, one)
                found.add((bench.owner[sleeper], bench.owner[comer]))
    return found


def _later(bench: Bench, one: int, other: int) -> bool:
    free = (bench.part[one] == "awake", bench.part[other] == "awake")
    return not free[0] if free[0] != free[1] else bench.owner[one] > bench.owner[other]


def _motions(bench: Bench) -> dict[str, _Motion]:
    """Middle, velocity and turning (world axes) of all that moves."""
    qpos, qvel = bench.data.qpos, bench.data.qvel
    return {
        name: (
            qpos[7 * i : 7 * i + 3],
            qvel[6 * i : 6 * i + 3],
            rotation_matrix(qpos[7 * i + 3 : 7 * i + 7]) @ qvel[6 * i + 3 : 6 * i + 6],
        )
        for i, name in enumerate(bench.free)
    }


def _joined(points: list[tuple[float, Vector, Vector]], one: _Motion, other: _Motion) -> Touch:
    impulse = sum(p[0] for p in points)
    shares = [p[0] / impulse if impulse > 0 else 1 / len(points) for p in points]
    position = sum((s * p[1] for s, p in zip(shares, points, strict=True)), np.zeros(3))
    normal = sum((s * p[2] for s, p in zip(shares, points, strict=True)), np.zeros(3))
    normal /= max(float(np.linalg.norm(normal)), 1e-12)
    past = one[1] - other[1]
    slip = past + np.cross(one[2], position - one[0]) - np.cross(other[2], position - other[0])
    return Touch(impulse, position, normal, _along(slip, normal), _along(past, normal))


def _along(velocity: Vector, normal: Vector) -> float:
    """Speed within the plane of contact."""
    return float(np.linalg.norm(velocity - (velocity @ normal) * normal))
