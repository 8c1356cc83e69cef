"""The master view of a place: the camera of the plate that is made for all its shots, chosen from geometry alone."""

from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float

from composer.camera.clearance import Solids
from composer.composing.plates import NOBODY
from composer.controls import View, look_over, shows_most
from composer.geometry import intrinsics, look_at, pixel_centres, unproject
from composer.scene import Scene
from composer.types import Camera, Size, Vector

_BACK = (0.0, 0.5, 1.0, 2.0)  # of the way to what it looks at, by which a shot's camera is pulled back
_WIDER = (1.0, 0.7)  # times its focal length
_WIDEST = 0.5  # focal length in widths of the picture: an 18mm lens on full frame
_MASTER = 0.67  # the same of cameras that stand round the whole: 24mm
_BEARINGS_DEG, _HEIGHTS_DEG = range(0, 360, 45), (6.0, 20.0, 35.0)
_NEAR = (0.6, 1.0, 1.4)  # of the way from which most of it fits into the picture
_CLEAR_M, _FARTHEST_M, _LOWEST_M = 0.3, 60.0, 0.3
_MOST_SHOTS = 8  # of one place, light and style, whose cameras are tried


def master_view(scene: Scene, shots: Sequence[Sequence[Camera]], size: Size) -> Camera:
    """The camera that shows most of what those of `shots` see (pictures of `size`), each thing counting for itself.

    Tried are the shots' own, pulled back and widened, and some that stand round all that they see. It is inside nothing.
    """
    every = -(-len(shots) // _MOST_SHOTS)
    cameras = [camera for shot in shots[::every] for camera in shot]
    seen = [look_over(scene, camera, NOBODY, size) for camera in cameras]
    tried = [*_pulled_back(scene, cameras, seen, size), *_round(scene, seen, size)]
    eyes = np.stack([camera.T_world_camera[:3, 3] for camera in tried])
    inside = Solids.of(scene.layout).hold(eyes, _CLEAR_M)
    free = [camera for camera, held in zip(tried, inside, strict=True) if not held.any()] or cameras
    return free[shows_most(seen, [look_over(scene, camera, NOBODY, size) for camera in free])]


def at_size(camera: Camera, size: Size, wanted: Size) -> Camera:
    """A camera for pictures of `size`, for those of another one: as wide, and as tall as they are."""
    return Camera(intrinsics(float(camera.K[0, 0]) * wanted[0] / size[0], wanted), camera.T_world_camera)


def _pulled_back(scene: Scene, cameras: Sequence[Camera], seen: Sequence[View], size: Size) -> Iterator[Camera]:
    """Each camera itself, and from further behind and with wider lenses, as far as there is room."""
    for camera, view in zip(cameras, seen, strict=True):
        eye, ahead = camera.T_world_camera[:3, 3], camera.T_world_camera[:3, 2]
        depth, focal_px = view.moment.hits.depth, float(camera.K[0, 0])
        solid = np.isfinite(depth)
        away_m = min(_FARTHEST_M, float(np.median(depth[solid]))) if solid.any() else 0.0
        room_m = _room(scene, eye, -ahead)
        for back in _BACK:
            T = camera.T_world_camera.copy()
            T[:3, 3] = eye - ahead * max(0.0, min(back * away_m, room_m))
            for wider in _WIDER:
                yield Camera(intrinsics(max(focal_px * wider, min(focal_px, _WIDEST * size[0])), size), T)


def _round(scene: Scene, seen: Sequence[View], size: Size) -> Iterator[Camera]:
    """Cameras all round the middle of what is seen, so far away that it fits into the picture, and nearer."""
    spots = np.concatenate([_spots(view) for view in seen])
    if not len(spots):
        return
    low, high = np.quantile(spots, 0.05, axis=0), np.quantile(spots, 0.95, axis=0)
    middle: Vector = (low + high) / 2
    reach_m = min(_FARTHEST_M, 1.0 + _MASTER * float(np.linalg.norm(high - low)) * size[0] / size[1] / 2)
    K, enclosed = intrinsics(_MASTER * size[0], size), Solids.of(scene.layout).hold(middle[None]).any()
    for bearing in np.deg2rad(_BEARINGS_DEG):
        for height in np.deg2rad(_HEIGHTS_DEG):
            level = np.cos(height)
            way = np.array([np.sin(bearing) * level, np.cos(bearing) * level, np.sin(height)])
            room_m = np.inf if enclosed else _room(scene, middle, way)
            for near in _NEAR:
                eye = middle + way * max(0.1, min(near * reach_m, room_m))
                if eye[2] > _LOWEST_M:
                    yield Camera(K, look_at(eye, middle))


def _spots(view: View) -> Float[np.ndarray, "n 3"]:
    """The places of what is seen, none of it far away."""
    depth, camera = view.moment.hits.depth, view.moment.camera
    near = depth < _FARTHEST_M
    return unproject(camera, pixel_centres((depth.shape[1], depth.shape[0]))[near], depth[near].astype(float))


def _room(scene: Scene, eye: Vector, way: Vector) -> float:
    """How far (m) one may go that way."""
    return float(scene.cast_rays(eye, way[None], NOBODY).depth[0]) - _CLEAR_M
