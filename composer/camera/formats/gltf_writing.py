"""A track as a .gltf file of one animated camera, its numbers embedded."""

import base64
import json
from fractions import Fraction
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from composer.camera.formats.pose_file import OPENGL, T_WORLD_Y_UP
from composer.types import CameraTrack

_FLOAT = 5126
_POINTER = "KHR_animation_pointer"
_NEAR_M = 0.05
_WIDTHS = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


def text(track: CameraTrack, fps: Fraction, name: str) -> str:
    """The file of a track whose frame i stands at i / fps seconds.

    Animated numbers have 24 bits in glTF, so the camera hangs on a node at its first position, which has 53, and moves
    from there: what is small keeps its digits. A zoom goes through KHR_animation_pointer.
    """
    w, h = track.size
    poses = T_WORLD_Y_UP.T @ track.T_world_camera @ OPENGL
    fov = 2 * np.arctan(h / 2 / track.K[:, 1, 1])
    turns = _continuous(Rotation.from_matrix(poses[:, :3, :3]).as_quat(canonical=True))
    origin = poses[0, :3, 3]
    numbers = _Numbers()
    times = numbers.add((np.arange(len(track)) / float(fps))[:, None], bounds=True)
    channels: list[tuple[dict[str, Any], int]] = [
        ({"node": 1, "path": "translation"}, numbers.add(poses[:, :3, 3] - origin)),
        ({"node": 1, "path": "rotation"}, numbers.add(turns)),
    ]
    zooms = bool(np.ptp(fov) > 0)
    if zooms:
        pointer = {_POINTER: {"pointer": "/cameras/0/perspective/yfov"}}
        channels.append(({"path": "pointer", "extensions": pointer}, numbers.add(fov[:, None])))
    samplers = [{"input": times, "output": output, "interpolation": "LINEAR"} for _, output in channels]
    animation = {
        "name": name,
        "channels": [{"sampler": i, "target": target} for i, (target, _) in enumerate(channels)],
        "samplers": samplers,
    }
    root = {
        "asset": {"version": "2.0", "generator": "composer"},
        **({"extensionsUsed": [_POINTER]} if zooms else {}),
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [
            {"name": f"{name} origin", "translation": origin.tolist(), "children": [1]},
            {"name": name, "camera": 0, "rotation": turns[0].tolist()},
        ],
        "cameras": [
            {
                "name": name,
                "type": "perspective",
                "perspective": {"aspectRatio": w / h, "yfov": float(fov[0]), "znear": _NEAR_M},
            }
        ],
        "animations": [animation],
        **numbers.members(),
    }
    return json.dumps(root, indent=1)


def _continuous(quaternions: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 4"]:
    """The same turns, each quaternion on the side of the one before, so that what is between them is the short way."""
    flips = np.einsum("nk,nk->n", quaternions[:-1], quaternions[1:]) < 0
    signs = np.concatenate([[1.0], np.cumprod(np.where(flips, -1.0, 1.0))])
    continuous: Float[np.ndarray, "n 4"] = quaternions * signs[:, None]
    return continuous


class _Numbers:
    """Accessors, one view of the one buffer each."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.accessors: list[dict[str, Any]] = []
        self.views: list[dict[str, int]] = []

    def add(self, rows: Float[np.ndarray, "n w"], *, bounds: bool = False) -> int:
        values = np.ascontiguousarray(rows, np.float32)
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": values.nbytes})
        self.data += values.tobytes()
        accessor: dict[str, Any] = {
            "bufferView": len(self.views) - 1,
            "componentType": _FLOAT,
            "count": len(values),
            "type": _WIDTHS[values.shape[1]],
        }
        if bounds:
            accessor |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def members(self) -> dict[str, Any]:
        uri = "data:application/octet-stream;base64," + base64.b64encode(self.data).decode()
        buffers = [{"byteLength": len(self.data), "uri": uri}]
        return {"accessors": self.accessors, "bufferViews": self.views, "buffers": buffers}
