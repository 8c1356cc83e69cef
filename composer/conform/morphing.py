"""Two shots of one place at one moment as a third camera would see it, that stands between theirs."""

from math import exp, log

import numpy as np
from jaxtyping import UInt8

from composer.conform.between import Still, between
from composer.conform.sight import Sight, look
from composer.conform.upscaling import surfaces
from composer.scene import Scene
from composer.types import Camera, Matrix, WorldState

Picture = UInt8[np.ndarray, "h w 3"]


def camera_between(before: Camera, after: Camera, share: float) -> Camera:
    """The camera `share` of the way: along the straight line, turning evenly, its focal length growing by even factors."""
    from scipy.spatial.transform import Rotation, Slerp  # noqa: PLC0415 - slow to load, and few films have a match cut

    T: Matrix = np.eye(4)
    a, b = before.T_world_camera, after.T_world_camera
    turns = Slerp([0.0, 1.0], Rotation.from_matrix(np.stack([a[:3, :3], b[:3, :3]])))
    T[:3, :3], T[:3, 3] = turns(share).as_matrix(), (1 - share) * a[:3, 3] + share * b[:3, 3]
    K = (1 - share) * before.K + share * after.K
    for axis in (0, 1):
        K[axis, axis] = exp((1 - share) * log(before.K[axis, axis]) + share * log(after.K[axis, axis]))
    return Camera(K, T)


def morphed(
    scene: Scene, cameras: tuple[Camera, Camera], state: WorldState, pictures: tuple[Picture, Picture], share: float
) -> Picture:
    """What a camera `share` of the way from the first to the second of `cameras` sees, out of both their pictures.

    Every spot is looked up in both, on what it belongs to, and mixed; what only one of them shows is taken from that
    one, and what neither does is mixed plainly where it stands in the picture.
    """
    size = pictures[0].shape[1], pictures[0].shape[0]
    before, after = (
        _still(look(scene, camera, state, size), picture) for camera, picture in zip(cameras, pictures, strict=True)
    )
    sight = look(scene, camera_between(*cameras, share), state, size)
    return sight.resolved(between(sight, before, after, share))


def _still(sight: Sight, picture: Picture) -> Still:
    return Still(sight, surfaces(picture, sight))
