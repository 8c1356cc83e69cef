"""Who touches whom at a step, read from MuJoCo's contacts."""

import mujoco as mj
import numpy as np
from jaxtyping import Float, Int

from composer.kernels import kernel
from composer.world.contacts import Pair, Touch
from composer.world.physics_model import STEP_S, Bench

_EVEN = 1e-12  # N: weight of a point that bears nothing


def touches(bench: Bench) -> dict[Pair, Touch]:
    """Pairs in touch at the last step; several points of a pair are one touch.

    A pair names what moves freely first, two such in the order of the alphabet.
    """
    data = bench.data
    if not data.ncon:
        return {}
    contact = data.contact
    pairs, sums = np.empty((data.ncon, 2), np.int64), np.zeros((data.ncon, 9))
    count = _gather(bench.owner_of_geom[contact.geom], _forces(data), contact.pos, contact.frame, pairs, sums)
    _pass(pairs[:count], sums[:count], data.qpos, data.qvel)
    owners = bench.owners
    return {
        (owners[one], owners[other]): Touch(row[0] * STEP_S, sums[i, 1:4], sums[i, 4:7], row[7], row[8])
        for i, ((one, other), row) in enumerate(zip(pairs[:count].tolist(), sums[:count].tolist(), strict=True))
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


def _forces(data: mj.MjData) -> Float[np.ndarray, " n"]:
    """Normal forces (N) of all contacts; -1 where two are near and do not touch."""
    address = data.contact.efc_address
    touching = address >= 0
    forces = np.full(len(address), -1.0)
    forces[touching] = data.efc_force[address[touching]]
    return forces


@kernel
def _gather(
    owner: Int[np.ndarray, "n 2"],
    force: Float[np.ndarray, " n"],
    position: Float[np.ndarray, "n 3"],
    frame: Float[np.ndarray, "n 9"],
    pairs: Int[np.ndarray, "n 2"],
    sums: Float[np.ndarray, "n 9"],
) -> int:
    """Pairs of owners, the one that comes first in `owners` first; their force, mean place and normal."""
    count = 0
    for c in range(len(force)):
        if force[c] < 0:
            continue
        one, other, sign = owner[c, 0], owner[c, 1], 1.0
        if one > other:
            one, other, sign = other, one, -1.0
        row = 0
        while row < count and (pairs[row, 0] != one or pairs[row, 1] != other):
            row += 1
        if row == count:
            pairs[row, 0], pairs[row, 1] = one, other
            count += 1
        weight = force[c] + _EVEN
        sums[row, 0] += weight
        for k in range(3):
            sums[row, 1 + k] += weight * position[c, k]
            sums[row, 4 + k] += weight * sign * frame[c, k]
    for row in range(count):
        length = np.sqrt(sums[row, 4] ** 2 + sums[row, 5] ** 2 + sums[row, 6] ** 2)
        for k in range(3):
            sums[row, 1 + k] /= sums[row, 0]
            sums[row, 4 + k] /= max(length, _EVEN)
    return count


@kernel
def _pass(
    pairs: Int[np.ndarray, "p 2"],
    sums: Float[np.ndarray, "p 9"],
    qpos: Float[np.ndarray, " q"],
    qvel: Float[np.ndarray, " v"],
) -> None:
    """How fast the surfaces slip where they touch, and the bodies pass one another, along the plane of contact."""
    spin, arm = np.empty(3), np.empty(3)
    past, slip = np.empty(3), np.empty(3)
    for row in range(len(pairs)):
        past[:] = 0.0
        slip[:] = 0.0
        for side in range(2):
            i, sign = pairs[row, side], 1.0 - 2.0 * side
            if 6 * i >= len(qvel):
                continue
            w, x, y, z = qpos[7 * i + 3], qpos[7 * i + 4], qpos[7 * i + 5], qpos[7 * i + 6]
            a, b, c = qvel[6 * i + 3], qvel[6 * i + 4], qvel[6 * i + 5]
            spin[0] = (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c
            spin[1] = 2 * (x * y + w * z) * a + (1 - 2 * (x * x + z * z)) * b + 2 * (y * z - w * x) * c
            spin[2] = 2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c
            for k in range(3):
                arm[k] = sums[row, 1 + k] - qpos[7 * i + k]
            for k in range(3):
                p, q = (k + 1) % 3, (k + 2) % 3
                past[k] += sign * qvel[6 * i + k]
                slip[k] += sign * (qvel[6 * i + k] + spin[p] * arm[q] - spin[q] * arm[p])
        sums[row, 7] = _along(slip, sums[row, 4:7])
        sums[row, 8] = _along(past, sums[row, 4:7])


@kernel
def _along(velocity: Float[np.ndarray, "3"], normal: Float[np.ndarray, "3"]) -> float:
    """Speed within the plane of contact."""
    across = velocity[0] * normal[0] + velocity[1] * normal[1] + velocity[2] * normal[2]
    total = velocity[0] ** 2 + velocity[1] ** 2 + velocity[2] ** 2
    return float(np.sqrt(max(total - across * across, 0.0)))
