"""A camera's way against all that stands and moves about it: what it is in, and what it runs into."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from composer.camera.clearance import Solids, within
from composer.camera.path import CameraPath
from composer.layout import Extent, extent_of
from composer.schema import Slate

NEAR_M = 0.1
"""How near to a thing that can move a camera may come; half its width, where that is less. A person's measures hold it."""

_SAMPLE_M = 0.05
_MOST_SAMPLES = 2000
_MOST_TRIED = 160


@dataclass(frozen=True, eq=False)
class Hit:
    """What a camera is in, from `time_s` of the shot on; `share` of its way is done by then."""

    name: str
    extent: Extent
    time_s: float
    share: float
    moves: bool = False  # whether what it is in moves then


def first_hit(slate: Slate, path: CameraPath, solids: Solids) -> Hit | None:
    """The first thing, standing or moving, that the camera is in; None when its way is free."""
    hits = (_in_anchor(slate, path, solids), _in_subject(slate, path))
    return min((hit for hit in hits if hit is not None), key=lambda hit: hit.time_s, default=None)


@lru_cache(maxsize=2)
def on_frames(path: CameraPath, frames: int, fps: Fraction) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, "f 3"]]:
    """Times of a shot's frames (s), and of the one after the last; and where the camera is then (m)."""
    times = np.arange(frames + 1) / float(fps)
    if not path.moves:
        return times, np.tile(path.first.position, (len(times), 1))
    return times, path.poses(times).positions


def _at_first(path: CameraPath) -> tuple[Float[np.ndarray, " f"], Float[np.ndarray, "f 3"]]:
    return np.zeros(1), path.first.position[None]


def _in_anchor(slate: Slate, path: CameraPath, solids: Solids) -> Hit | None:
    times, positions = on_frames(path, len(slate.frames), slate.fps) if path.moves else _at_first(path)
    length = length_of(positions)
    if length / len(times) > _SAMPLE_M:
        times = np.linspace(0.0, path.duration_s, min(int(length / _SAMPLE_M) + 1, _MOST_SAMPLES))
        positions = path.poses(times).positions
    held = solids.hold(positions)
    if not held.any():
        return None
    first = int(np.argmax(held.any(axis=1)))
    solid = int(np.argmax(held[first]))
    share = length_of(positions[: first + 1]) / max(length, 1e-9)
    return Hit(solids.names[solid], solids.extents[solid], float(times[first]), share)


def _in_subject(slate: Slate, path: CameraPath) -> Hit | None:
    """Bodies are looked at on every frame, and on the one after the last, from which a hidden cut goes on."""
    if not path.scenery.layout.cast:
        return None
    times, positions = on_frames(path, len(slate.frames), slate.fps)
    track = path.scenery.story.sample(slate.place, path.start_s + times)
    hits = []
    for name, body in track.bodies.items():
        solid = path.scenery.layout.cast[name]
        reach = float(np.hypot(np.hypot(*solid.size_m[:2]), solid.size_m[2])) / 2 + NEAR_M
        away = positions - body.T_world_body[:, :3, 3]
        if float(np.einsum("fk,fk->f", away, away).min()) > reach**2:
            continue
        margin = 0.0 if solid.shape == "person" else min(NEAR_M, min(solid.size_m) / 2)
        held = within(solid, body.T_world_body, positions, margin)
        if body.present is not None:
            held &= body.present
        if held.any():
            first = int(np.argmax(held))
            extent = extent_of(replace(solid, T_world_solid=body.T_world_body[first]))
            share = length_of(positions[: first + 1]) / max(length_of(positions), 1e-9)
            hits.append(Hit(name, extent, float(times[first]), share, bool(body.linear_m_s[first].any())))
    return min(hits, key=lambda hit: hit.time_s, default=None)


def length_of(positions: Float[np.ndarray, "f 3"]) -> float:
    return float(np.linalg.norm(np.diff(positions, axis=0), axis=1).sum())
