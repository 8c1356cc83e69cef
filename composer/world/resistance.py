"""Friction and rolling resistance, set anew for the next steps from the forces of the last."""

from collections.abc import Mapping
from math import sqrt

import numpy as np

from composer.types import Solid, Vector
from composer.world.contacts import Pair, Touch
from composer.world.physics_model import STEP_S, Bench

_ROLLING = 0.016  # resistance to turning of a round thing: its lever, in radii
_ASKED = 1.5  # friction asked for, in what Coulomb gives
_LEAST_GRIP, _MOST_GRIP = 1.0, 150.0  # 1/s
_LEAST_SLIP_M_S = 1e-6


def resist(bench: Bench, solids: Mapping[str, Solid], touching: Mapping[Pair, Touch], steps: int) -> None:
    """Prepare a bench for so many steps, `touching` being who touched whom at the last."""
    bench.part_all()
    bench.data.qfrc_applied[:] = 0
    load: dict[str, float] = {}
    for pair, touch in touching.items():
        if pair not in bench.pairs or not bench.weights.keys() & pair:
            continue
        force = touch.impulse_n_s / STEP_S
        light = 1 / sum(1 / bench.weights[name] for name in pair if name in bench.weights)
        slip = max(touch.slip_m_s, _LEAST_SLIP_M_S)
        asked = _ASKED * bench.friction[pair] * force / light / slip
        bench.grip(pair, min(max(asked, _LEAST_GRIP), _MOST_GRIP))
        for name in pair:
            load[name] = load.get(name, 0.0) + force
    for i, name in enumerate(bench.cast.awake):
        if name in load and name in bench.moments:
            turning = bench.data.qvel[6 * i + 3 : 6 * i + 6]
            lever = _ROLLING * solids[name].size_m[0] / 2
            torque = _against(turning, lever * load[name], bench.moments[name], steps)
            bench.data.qfrc_applied[6 * i + 3 : 6 * i + 6] = torque


def _against(turning: Vector, torque_n_m: float, moments: Vector, steps: int) -> Vector:
    """Torque against a turning (own axes), never more than what stops it."""
    speed = sqrt(turning @ turning)
    if speed == 0:
        return np.zeros(3)
    momentum = moments * turning
    stops = sqrt(momentum @ momentum) / (steps * STEP_S)
    against: Vector = -turning / speed * min(torque_n_m, stops)
    return against
