"""One frame more than a track has: everything goes on as it went over its last frame."""

from dataclasses import replace

import numpy as np

from composer.geometry import invert
from composer.types import BodyState, Camera, CameraTrack, Matrix, WorldState, WorldTrack


def onward(cameras: CameraTrack, world: WorldTrack) -> tuple[Camera, WorldState]:
    """Camera and world one frame after the last one, by what they did before it; of a single frame, that frame."""
    last, state = cameras[len(cameras) - 1], world[len(world) - 1]
    if len(cameras) == 1:
        return last, replace(state, frame=state.frame + 1)
    before, earlier = cameras[len(cameras) - 2], world[len(world) - 2]
    camera = Camera(2 * last.K - before.K, _on(before.T_world_camera, last.T_world_camera))
    bodies = {name: _body(earlier.bodies.get(name, body), body) for name, body in state.bodies.items()}
    return camera, WorldState(state.frame + 1, bodies, 2 * state.time_s - earlier.time_s, state.variants)


def _body(before: BodyState, last: BodyState) -> BodyState:
    pose = _on(before.T_world_body, last.T_world_body)
    return replace(last, T_world_body=pose, gait_rad=2 * last.gait_rad - before.gait_rad)


def _on(before: Matrix, last: Matrix) -> Matrix:
    """The pose that follows: the same turn, and the same way in the world, once more."""
    T = np.eye(4)
    T[:3, :3] = last[:3, :3] @ invert(before)[:3, :3] @ last[:3, :3]
    T[:3, 3] = 2 * last[:3, 3] - before[:3, 3]
    return T
