"""glTF 2.0 cameras, animated or not: OpenGL axes in a world of metres whose y is up; it is turned so that y up is our up,
x our east and -z our north.

Nodes move by translation, rotation and scale, their parents too, through channels or KHR_animation_pointer, which also
drives the vertical angle of view. Scales move a camera that hangs on them and never stretch its picture.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from composer.camera.formats.gltf_animation import Sampler, moments, samplers
from composer.camera.formats.gltf_buffers import Numbers, document
from composer.camera.formats.json_values import Value
from composer.camera.formats.pose_file import (
    OPENGL,
    T_WORLD_Y_UP,
    PoseFile,
    check_count,
    checked_fov,
    checked_pose,
    fault,
)
from composer.spelling import did_you_mean

_TRS = {"translation": (0.0, 0.0, 0.0), "rotation": (0.0, 0.0, 0.0, 1.0), "scale": (1.0, 1.0, 1.0)}


@dataclass(frozen=True)
class Seat:
    """A node that carries a perspective camera, and its parents: indexes from the camera up to the root."""

    name: str
    chain: tuple[int, ...]
    camera: int


def read(data: bytes, file: str, camera: str, beside: Callable[[str], bytes], *, binary: bool) -> PoseFile:
    """The camera of a .gltf, or of a .glb where `binary`; of several, the one called `camera`.

    `beside` reads a file that lies with it. Raises `Wrong`.
    """
    root, rest = document(data, file, binary=binary)
    seat = _chosen(list(_seats(root)), camera, file)
    lens = _lens(root, seat)
    wanted = {f"/nodes/{node}/{kind}": kind for node in seat.chain for kind in _TRS}
    fov_pointer = f"/cameras/{seat.camera}/perspective/yfov"
    driving = samplers(root, Numbers(root, rest, beside), wanted | {fov_pointer: "yfov"})
    times = moments(driving)
    check_count(len(times), file, f"node `{seat.name}`", "a camera")
    T_world_node = np.tile(np.eye(4), (len(times), 1, 1))
    for node in reversed(seat.chain):
        T_world_node = T_world_node @ _local(root, node, driving, times)
    told = [f"node `{seat.name}` at {time:.4g} s" for time in times]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        T_world_node[:, :3, :3] /= np.linalg.norm(T_world_node[:, :3, :3], axis=1, keepdims=True)
    poses = [T_WORLD_Y_UP @ checked_pose(T, file, where) @ OPENGL for T, where in zip(T_world_node, told, strict=True)]
    fov = lens.need("yfov", "a vertical angle of view, in radians")
    fovs = driving[fov_pointer].at(times)[:, 0] if fov_pointer in driving else np.full(len(times), fov.number())
    where = f"{fov.path}"
    angles = [checked_fov(float(angle), file, where) for angle in fovs]
    aspect = lens.get("aspectRatio")
    return PoseFile(np.array(poses), times, np.array(angles), aspect.number() if aspect else None)


def _lens(root: Value, seat: Seat) -> Value:
    return root.need("cameras", "a list of cameras").item(seat.camera).need("perspective", "an angle of view")


def _seats(root: Value) -> Iterator[Seat]:
    nodes = root.get("nodes")
    listed = list(nodes.items()) if nodes else []
    parents: dict[int, int] = {}
    for i, node in enumerate(listed):
        children = node.get("children")
        for child in children.items() if children else ():
            if child.count() in parents:
                raise fault(root.file, child.path, f"node {child.count()} has two parents", "expected a tree of nodes")
            parents[child.count()] = i
    for i, node in enumerate(listed):
        camera = node.get("camera")
        if camera is None:
            continue
        held = root.need("cameras", "a list of cameras").item(camera.count())
        if held.get("perspective") is not None:
            name = node.get("name") or held.get("name")
            yield Seat(name.text() if name else f"node {i}", _chain(i, parents, node), camera.count())


def _chain(node: int, parents: dict[int, int], value: Value) -> tuple[int, ...]:
    chain = [node]
    while (parent := parents.get(chain[-1])) is not None:
        if parent in chain or len(chain) > 1000:
            raise fault(value.file, value.path, "a node that is its own ancestor", "expected a tree of nodes")
        chain.append(parent)
    return tuple(chain)


def _chosen(seats: list[Seat], camera: str, file: str) -> Seat:
    names = [seat.name for seat in seats]
    if not seats:
        raise fault(file, "", "no perspective camera", "expected a node that carries one")
    listed = f"`{file}` has {', '.join(f'`{name}`' for name in names[:12])}"
    if not camera and len(seats) > 1:
        raise fault(file, "", f"{len(seats)} cameras", f"{listed}: name one, `{file}#{names[0]}`")
    meant = [seat for seat in seats if seat.name == camera] if camera else seats
    if not meant:
        raise fault(file, "", f"no camera called `{camera[:60]}`", f"{listed}.{did_you_mean(camera, names)}")
    if len(meant) > 1:
        raise fault(file, "", f"{len(meant)} cameras called `{camera[:60]}`", "expected names that differ")
    return meant[0]


def _local(
    root: Value, index: int, driving: dict[str, Sampler], times: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n 4 4"]:
    """`T_parent_node` over time."""
    node = root.need("nodes", "a list of nodes").item(index)
    matrix = node.get("matrix")
    if matrix is not None:
        return np.tile(np.array(matrix.numbers(16)).reshape(4, 4).T, (len(times), 1, 1))  # column by column
    parts = {}
    for kind, default in _TRS.items():
        sampler, own = driving.get(f"/nodes/{index}/{kind}"), node.get(kind)
        fixed = own.numbers(len(default)) if own else default
        parts[kind] = sampler.at(times) if sampler else np.tile(fixed, (len(times), 1)).astype(float)
    if (np.linalg.norm(parts["rotation"], axis=1) < 1e-6).any():
        raise fault(root.file, f"{node.path}.rotation", "a quaternion of no length", "expected one of length 1")
    T = np.tile(np.eye(4), (len(times), 1, 1))
    T[:, :3, :3] = Rotation.from_quat(parts["rotation"]).as_matrix() * parts["scale"][:, None, :]
    T[:, :3, 3] = parts["translation"]
    return T
