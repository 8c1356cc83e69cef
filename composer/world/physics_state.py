"""States of things under physics: one moment, a place to go on from, and the tape of what was stepped."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from composer.types import Matrix, Vector
from composer.world.contacts import Pair, Talk, Touch
from composer.world.physics_model import STEP_S
from composer.world.record import Moving, rotation_matrices, rotation_matrix


@dataclass(frozen=True, eq=False)
class Free:
    """A thing that moves freely: position (m), rotation (w, x, y, z), velocity (world axes), turning (its own axes).

    `warm` is the solver's memory.
    """

    position: Vector
    rotation: Float[np.ndarray, "4"]
    linear_m_s: Vector
    angular_body_rad_s: Vector
    warm: Float[np.ndarray, "6"]

    @property
    def T_world_body(self) -> Matrix:  # noqa: N802 - the name of a frame
        T = np.eye(4)
        T[:3, :3], T[:3, 3] = rotation_matrix(self.rotation), self.position
        return T

    @property
    def angular_rad_s(self) -> Vector:
        spin: Vector = rotation_matrix(self.rotation) @ self.angular_body_rad_s
        return spin


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A place at a step of the story: who sleeps where, who moves how, who touches whom."""

    step: int
    asleep: Mapping[str, Matrix]
    awake: Mapping[str, Free]
    slow: Mapping[str, int]
    talks: Mapping[Pair, Talk]
    touching: Mapping[Pair, Touch]


@dataclass(eq=False)
class Tape:
    """States of one cast as they were stepped."""

    names: tuple[str, ...]
    steps: list[int] = field(default_factory=list)
    qpos: list[Float[np.ndarray, " p"]] = field(default_factory=list)
    qvel: list[Float[np.ndarray, " v"]] = field(default_factory=list)


def moving(tape: Tape, name: str) -> Moving:
    """One body's part of a tape."""
    i = tape.names.index(name)
    q, v = np.array(tape.qpos)[:, 7 * i : 7 * i + 7], np.array(tape.qvel)[:, 6 * i : 6 * i + 6]
    turning = np.einsum("nij,nj->ni", rotation_matrices(q[:, 3:]), v[:, 3:])
    return Moving(np.array(tape.steps) * STEP_S, q[:, :3], q[:, 3:], v[:, :3], turning)
