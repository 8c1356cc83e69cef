"""What a render leaves for programs: the state of the world and camera of each shot, and where everything came from."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from jaxtyping import Float

from composer.types import CONTROLS_VERSION, CameraTrack, FilmPlan, ShotPlan, WorldTrack

_LIBRARIES = ("av", "mujoco", "numba", "numpy", "opencv-python-headless", "scipy", "pydantic")


def shot_state(
    shot: ShotPlan, fps: str, camera: CameraTrack, world: WorldTrack, heard: Sequence[str] = ()
) -> dict[str, Any]:
    """State of one shot, frame by frame of the film, handle included: cameras in OpenCV axes, metres, radians.

    Footage has no camera. `heard` says what became of the sound that came with its clips.
    """
    return {
        "version": 1,
        "shot": shot.shot,
        "place": shot.place,
        "light": shot.light,
        "style": shot.style,
        "join": shot.join,
        "frames": [shot.frames.start, shot.frames.stop],
        "handle": shot.handle,
        "fps": fps,
        "size": list(camera.size),
        "story_s": _rounded(world.times_s),
        "camera": {"K": _rounded(camera.K), "T_world_camera": _rounded(camera.T_world_camera)} if len(camera) else None,
        "bodies": {
            name: {
                "T_world_body": _rounded(body.T_world_body),
                "linear_m_s": _rounded(body.linear_m_s),
                "angular_rad_s": _rounded(body.angular_rad_s),
                "gait_rad": _rounded(body.gait_rad),
                "present": [True] * len(world) if body.present is None else body.present.tolist(),
            }
            for name, body in world.bodies.items()
        },
        "variants": _changes(world.variants),
        **({"sound": list(heard)} if heard else {}),
    }


def _changes(variants: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The looks that things have taken on, from each frame on where that changes; nothing while all is plain."""
    found: list[dict[str, Any]] = []
    for frame, looks in enumerate(variants):
        if dict(looks) != (found[-1]["looks"] if found else {}):
            found.append({"frame": frame, "looks": dict(looks)})
    return found


def _rounded(values: Float[np.ndarray, "..."]) -> Any:
    return (np.round(values, 9) + 0.0).tolist()


def manifest(
    plan: FilmPlan, list_digest: str, key: str, digests: Mapping[str, str], burnt_in: Sequence[str] = ()
) -> dict[str, Any]:
    """Versions, seeds and digests: enough to say which film this is, and to make it again; what is burnt into its pictures."""
    return {
        "version": 1,
        "title": plan.title,
        "synthetic": True,
        "draft": plan.draft,
        "burnt_in": list(burnt_in),
        "composer": version("shotlist-composer"),
        "generator": {"name": plan.generator, "version": plan.generator_version, "without": list(plan.without)},
        "controls": CONTROLS_VERSION,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: _installed(name) for name in _LIBRARIES},
        "shot_list": list_digest,
        "seed": plan.seed,
        "seeds": {segment.id: segment.seed for segment in plan.segments},
        "film_key": key,
        "digests": dict(digests),
    }


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
