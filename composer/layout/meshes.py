"""Mesh files as triangles: nodes as parts, up turned to z, colours and textures as the file has them."""

import io
import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from composer.errors import Wrong
from composer.layout.mesh_colours import painted_by
from composer.types import Mesh, Solid, Vector

if TYPE_CHECKING:
    import trimesh

MOST_BYTES, MOST_TRIANGLES = 64 << 20, 200_000

_CONVEX = 0.98  # of its hull, which a mesh fills that counts as convex
_Z_UP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # of glTF's axes: Y up, the front +Z


@dataclass(frozen=True, eq=False)
class Part:
    """A node of a file, by the name that it adds to its anchor's; its triangles in the frame of the whole."""

    name: str
    mesh: Mesh


@dataclass(frozen=True, eq=False)
class Model:
    """A file: its nodes, about the middle of their common box."""

    parts: tuple[Part, ...]
    beside: tuple[str, ...] = ()  # other files that it names, as colours and textures, from the list's folder on

    @property
    def whole(self) -> Mesh:
        """All nodes as one."""
        return self.parts[0].mesh if len(self.parts) == 1 else _joined([part.mesh for part in self.parts])


def read_model(folder: Path, name: str, height_m: float | None = None) -> Model:
    """The mesh in file `name` of `folder`, scaled to a height. Raises `Wrong` for what is no mesh."""
    path = folder / name
    try:
        stamp = path.stat()
    except OSError as error:
        raise Wrong("no-file", f"`{name}` cannot be read: {error.strerror or error}") from None
    model = _read(folder, name, stamp.st_mtime_ns, stamp.st_size)
    if height_m is None:
        return model
    tall = float(np.ptp(np.concatenate([part.mesh.corners for part in model.parts])[..., 2]))
    if tall < 1e-9:
        raise Wrong("mesh", f"`{name}` lies flat: no scale makes it {height_m:g} m high", "leave `height` out")
    return Model(tuple(replace(part, mesh=_scaled(part.mesh, height_m / tall)) for part in model.parts))


def node_names(folder: Path, name: str) -> tuple[str, ...] | None:
    """What the nodes of a file are called; none where it is a single one. None where it cannot be read."""
    try:
        parts = read_model(folder, name).parts
    except Wrong:
        return None
    return tuple(part.name for part in parts) if len(parts) > 1 else ()


def files_beside(folder: Path, name: str) -> tuple[str, ...]:
    """The other files that the mesh in file `name` was read from, by names from `folder` on. Raises `Wrong`."""
    return read_model(folder, name).beside


@lru_cache(maxsize=32)
def _read(folder: Path, name: str, _changed_ns: int, size: int) -> Model:
    if size > MOST_BYTES:
        raise Wrong("mesh", f"`{name}` is {size / 2**20:.0f} MiB", f"expected at most {MOST_BYTES >> 20} MiB")
    try:
        scene, beside = _load(folder, name)
        nodes = list(_nodes(scene))
    except Wrong:
        raise
    except Exception as error:  # noqa: BLE001 - what trimesh raises for broken files is anything
        said = " ".join(str(error).split())[:120]
        reason = f": {said}" if said else ""
        raise Wrong("mesh", f"`{name}` cannot be read as a mesh{reason}", "expected a sound `.glb` or `.obj`") from None
    count = sum(len(geometry.faces) for _, _, geometry in nodes)
    if count > MOST_TRIANGLES:
        raise Wrong("mesh", f"`{name}` has {count:,} triangles", f"expected at most {MOST_TRIANGLES:,}")
    named = name.lower().endswith(".glb")
    turn = _Z_UP if named else np.eye(3)
    grouped: dict[str, list[Mesh]] = {}
    for called, T, geometry in nodes:
        if mesh := _mesh(geometry, turn @ T[:3, :3], turn @ T[:3, 3]):
            grouped.setdefault(called if named else "", []).append(mesh)
    if not grouped:
        raise Wrong("mesh", f"`{name}` is empty", "expected triangles")
    parts = [Part(called, _joined(meshes)) for called, meshes in zip(_unique(grouped), grouped.values(), strict=True)]
    points = np.concatenate([part.mesh.corners.reshape(-1, 3) for part in parts])
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return Model(tuple(replace(part, mesh=moved(part.mesh, -middle)) for part in parts), beside)


def _load(folder: Path, name: str) -> "tuple[trimesh.Scene, tuple[str, ...]]":
    import trimesh  # noqa: PLC0415 - most lists name no mesh, and need not wait for it

    kind = posixpath.splitext(name)[1][1:].lower()
    resolver = _Inside(folder, name)
    loader: Any = resolver
    scene = trimesh.load_scene(io.BytesIO((folder / name).read_bytes()), file_type=kind, resolver=loader, process=False)
    for refused in resolver.refused:  # trimesh goes on without
        hint = "expected it there, not larger than 64 MiB"
        raise Wrong("mesh", f"`{name}` names the file `{refused[:80]}`, which is not in the folder of the list", hint)
    return scene, tuple(dict.fromkeys(resolver.given))


class _Inside:
    """Hands a loader the files that a mesh names, of the list's folder alone; notes those that it does not."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.beside = folder.resolve(), (folder / name).parent
        self.refused: list[str] = []
        self.given: list[str] = []

    def get(self, name: str) -> bytes:
        path = (self.beside / name.strip()).resolve()
        if not path.is_relative_to(self.folder) or not path.is_file() or path.stat().st_size > MOST_BYTES:
            self.refused.append(name)
            raise FileNotFoundError(name)
        self.given.append(path.relative_to(self.folder).as_posix())
        return path.read_bytes()

    __getitem__ = get

    def keys(self) -> list[str]:
        return []

    def namespaced(self, _space: str) -> "_Inside":
        return self


def _nodes(scene: "trimesh.Scene") -> Iterator[tuple[str, Float[np.ndarray, "4 4"], Any]]:
    """Name, pose and geometry of every node with triangles; pieces of one node share its name."""
    for node in scene.graph.nodes_geometry:
        T, geometry_name = scene.graph[node]
        geometry = scene.geometry[geometry_name]
        if not hasattr(geometry, "faces") or not len(geometry.faces):
            continue
        piece = geometry.metadata.get("from_gltf_primitive")
        parent = scene.graph.transforms.parents.get(node)
        yield str(parent if piece and parent and parent != scene.graph.base_frame else node), np.asarray(T), geometry


def _unique(names: Iterable[str]) -> list[str]:
    """Names as a shot list may write them, no two alike: `Door.001` is `door_001`."""
    made: list[str] = []
    for index, name in enumerate(names):
        good = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:40] or str(index + 1)
        again = sum(other == good or other.startswith(f"{good}_again") for other in made)
        made.append(good if not again else f"{good}_again{again}")
    return made


def _mesh(geometry: Any, R: Float[np.ndarray, "3 3"], origin: Vector) -> Mesh | None:
    """Triangles of one geometry of trimesh's, turned and moved; None when none of them has an area."""
    vertices = np.asarray(geometry.vertices, float) @ R.T + origin
    faces = np.asarray(geometry.faces)
    if np.linalg.det(R) < 0:
        faces = faces[:, ::-1]
    corners = vertices[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(across, axis=1)
    good = np.isfinite(area) & (area > 1e-14)
    if not good.any():
        return None
    faces, corners = faces[good], corners[good]
    flat = across[good] / area[good, None]
    normals = _smooth(geometry, faces, flat, np.linalg.inv(R).T)
    colours, uv, texture, gloss, metal, painted = painted_by(geometry, faces)
    textures = () if texture is None else (texture,)
    index = np.full(len(faces), len(textures) - 1, np.int64)
    body = _body(corners)
    return Mesh(corners, normals, colours, uv, index, textures, *body, painted, gloss, metal)


def _smooth(
    geometry: Any, faces: np.ndarray, flat: Float[np.ndarray, "t 3"], turn: Float[np.ndarray, "3 3"]
) -> Float[np.ndarray, "t 3 3"]:
    """Normals of the corners: those of the file, where it has them and they look out of the face, else the face's."""
    everywhere = np.repeat(flat[:, None], 3, axis=1)
    if "vertex_normals" not in geometry._cache.cache:  # noqa: SLF001 - asked for, trimesh would make some up
        return everywhere
    told = np.asarray(geometry.vertex_normals, float)[faces] @ turn.T
    length = np.linalg.norm(told, axis=2, keepdims=True)
    told = told / np.maximum(length, 1e-12)
    sound = (length > 1e-6) & np.isfinite(told).all(axis=2, keepdims=True)
    sound &= (told * flat[:, None]).sum(axis=2, keepdims=True) > 0.05
    normals: Float[np.ndarray, "t 3 3"] = np.where(sound, told, everywhere)
    return normals


def _body(corners: Float[np.ndarray, "t 3 3"]) -> tuple[Float[np.ndarray, "n 3"], float, bool, bool]:
    """Corners of the convex hull, volume (the hull's where there is no inside), whether it is closed, whether convex."""
    points, edges = _welded(corners)
    closed = bool(len(edges)) and _closes(edges)
    volume = float(np.einsum("ti,ti->", corners[:, 0], np.cross(corners[:, 1], corners[:, 2]))) / 6
    closed = closed and volume > 0
    from scipy.spatial import ConvexHull, QhullError  # noqa: PLC0415 - slow to load, and most lists name no mesh

    try:
        hull = ConvexHull(points)
        full = float(hull.volume)
        return points[hull.vertices], volume if closed else full, closed, closed and volume > _CONVEX * full
    except (QhullError, ValueError):  # it lies in a plane
        low, high = points.min(axis=0), points.max(axis=0)
        box = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
        return np.unique(box, axis=0), float(np.prod(np.maximum(high - low, 1e-3))), False, False


def _welded(corners: Float[np.ndarray, "t 3 3"]) -> tuple[Float[np.ndarray, "n 3"], np.ndarray]:
    """Points that corners share, and the directed edges between them."""
    size = float(np.ptp(corners.reshape(-1, 3), axis=0).max())
    all_of_them = corners.reshape(-1, 3)
    _, first, index = np.unique(np.round(all_of_them / (1e-6 * size)), axis=0, return_index=True, return_inverse=True)
    triangles = index.reshape(-1, 3)
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    return all_of_them[first], edges


def _closes(edges: np.ndarray) -> bool:
    """Whether every edge is met by another triangle the other way round."""
    many = int(edges.max()) + 1
    there, back = np.sort(edges[:, 0] * many + edges[:, 1]), np.sort(edges[:, 1] * many + edges[:, 0])
    return bool((there == back).all())


def _joined(meshes: list[Mesh]) -> Mesh:
    if len(meshes) == 1:
        return meshes[0]
    corners = np.concatenate([m.corners for m in meshes])
    before = np.cumsum([0, *(len(m.textures) for m in meshes)])
    texture = np.concatenate([np.where(m.texture < 0, -1, m.texture + b) for m, b in zip(meshes, before, strict=False)])
    share = np.array([len(m.corners) for m in meshes]) / len(corners)
    return Mesh(
        corners,
        np.concatenate([m.normals for m in meshes]),
        np.concatenate([m.colours for m in meshes]),
        np.concatenate([m.uv for m in meshes]),
        texture,
        tuple(t for m in meshes for t in m.textures),
        *_body(corners),
        any(m.painted for m in meshes),
        float(share @ [m.gloss for m in meshes]),
        float(share @ [m.metal for m in meshes]),
    )


def size_of(mesh: Mesh) -> tuple[float, float, float]:
    """Full extents along its own axes (m), a tenth of a millimetre at least: what is flat has a thickness."""
    width, depth, height = (max(float(v), 1e-4) for v in np.ptp(mesh.corners.reshape(-1, 3), axis=0))
    return width, depth, height


def in_parts(solid: Solid, model: Model) -> tuple[Solid, ...]:
    """The solids of an anchor: one of a single node, else one for each, `house_door`, whose ids count on from its own."""
    if len(model.parts) == 1:
        return (solid,)
    solids = []
    for index, part in enumerate(model.parts):
        points = part.mesh.corners.reshape(-1, 3)
        low, high = points.min(axis=0), points.max(axis=0)
        middle = (low + high) / 2
        pose = solid.T_world_solid.copy()
        pose[:3, 3] += pose[:3, :3] @ middle
        own = replace(solid, name=f"{solid.name}_{part.name}", id=solid.id + index, size_m=size_of(part.mesh))
        solids.append(replace(own, T_world_solid=pose, mesh=moved(part.mesh, -middle)))
    return tuple(solids)


def moved(mesh: Mesh, by: Vector) -> Mesh:
    """The same triangles, elsewhere (m)."""
    return replace(mesh, corners=mesh.corners + by, hull=mesh.hull + by)


def _scaled(mesh: Mesh, scale: float) -> Mesh:
    return replace(mesh, corners=mesh.corners * scale, hull=mesh.hull * scale, volume_m3=mesh.volume_m3 * scale**3)
