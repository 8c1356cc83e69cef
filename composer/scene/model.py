"""A laid-out place as a MuJoCo model, and what each of its geoms is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import mujoco as mj
import numpy as np

from composer.layout import Layout
from composer.scene import shapes
from composer.scene.figure import JOINTS, add_person
from composer.types import GROUND, Mesh, Solid
from composer.types import JOINTS as LANDMARKS

Primitive = Literal["plane", "box", "cylinder", "sphere", "capsule", "ellipsoid", "wedge", "mesh"]

KINDS: dict[Primitive, int] = {
    "plane": shapes.PLANE,
    "sphere": shapes.SPHERE,
    "capsule": shapes.CAPSULE,
    "ellipsoid": shapes.ELLIPSOID,
    "cylinder": shapes.CYLINDER,
    "box": shapes.BOX,
    "wedge": shapes.WEDGE,
    "mesh": shapes.MESH,
}
_OWN: dict[str, Primitive] = {"ramp": "wedge", "mesh": "mesh"}
"""Shapes that MuJoCo is not asked for."""

_PRIMITIVES = {kind: primitive for primitive, kind in KINDS.items()}


@dataclass(frozen=True, eq=False)
class Geom:
    """One primitive of the scene. `id` is what it belongs to (`Solid.id`, `GROUND`), `part` which piece of it.

    `part` is `ground`, `whole`, or a limb of a person: `head`, `neck`, `collar`, `shoulders`, `torso`, `pelvis`, and with
    `left_` or `right_`: `upper_arm`, `forearm`, `hand`, `thigh`, `shin`, `instep`, `foot`. `size_m` are full extents along
    its own axes (0 for the plane); a capsule's z includes its round ends. `lamp` is linear RGB where it shines.
    """

    id: int
    part: str
    look: str
    shape: Primitive
    size_m: tuple[float, float, float]
    lamp: tuple[float, float, float] | None = None
    name: str = ""  # of the solid, `containers_2`; empty for the ground
    mesh: Mesh | None = None


@dataclass(frozen=True, eq=False)
class Model:
    """The compiled model; `geoms` follow MuJoCo's order. `subjects` say which body moves each, and its joints."""

    mujoco: mj.MjModel
    geoms: tuple[Geom, ...]
    subjects: dict[str, "Moved"]


@dataclass(frozen=True, eq=False)
class Moved:
    """A subject in the model: its mocap body and its geoms; of people where in qpos `figure.JOINTS` are, and the sites that
    mark `types.JOINTS`.
    """

    solid: Solid
    mocap: int
    geoms: tuple[int, ...]
    joints: tuple[int, ...]
    landmarks: tuple[int, ...]


def build(layout: Layout) -> Model:
    """Compile a place: the ground, its anchors, and its subjects as bodies that are put where they are.

    Raises `ValueError` when MuJoCo refuses the model.
    """
    spec = mj.MjSpec()
    spec.worldbody.add_geom(name="ground", type=mj.mjtGeom.mjGEOM_PLANE, size=(0, 0, 1))
    named: dict[str, tuple[Solid | None, str]] = {"ground": (None, "ground")}
    for index, solid in enumerate(layout.solids):
        name = f"anchor {index}"
        _add(spec.worldbody, name, solid, still=True)
        named[name] = (solid, "whole")
    for key, solid in layout.cast.items():
        body = f"subject {key}"
        if solid.shape == "person":
            parts: Iterable[tuple[str, str]] = add_person(spec.worldbody, body, solid.size_m)
        else:
            _add(spec.worldbody.add_body(name=body, mocap=True), body, solid, still=False)
            parts = [(body, "whole")]
        named |= {geom: (solid, part) for geom, part in parts}
    compiled = spec.compile()
    order = [mj.mj_id2name(compiled, mj.mjtObj.mjOBJ_GEOM, g) for g in range(compiled.ngeom)]
    geoms = tuple(_describe(compiled, g, *named[name], layout.ground) for g, name in enumerate(order))
    subjects = {
        key: Moved(
            solid,
            int(compiled.body(f"subject {key}").mocapid[0]),
            tuple(g for g, name in enumerate(order) if named[name][0] is solid),
            tuple(
                int(compiled.joint(f"subject {key}/{joint}").qposadr[0]) for joint in JOINTS if solid.shape == "person"
            ),
            tuple(compiled.site(f"subject {key}/{joint}").id for joint in LANDMARKS if solid.shape == "person"),
        )
        for key, solid in layout.cast.items()
    }
    return Model(compiled, geoms, subjects)


def _add(body: mj.MjsBody, name: str, solid: Solid, *, still: bool) -> None:
    x, y, z = (extent / 2 for extent in solid.size_m)
    kind, size = {
        "box": (mj.mjtGeom.mjGEOM_BOX, (x, y, z)),
        "cylinder": (mj.mjtGeom.mjGEOM_CYLINDER, (x, z, 0)),
        "sphere": (mj.mjtGeom.mjGEOM_SPHERE, (x, 0, 0)),
        "ramp": (mj.mjtGeom.mjGEOM_BOX, (x, y, z)),  # posed and bounded as the box round it, and so is a mesh
        "mesh": (mj.mjtGeom.mjGEOM_BOX, (x, y, z)),
    }[solid.shape]
    pos, quat = (solid.T_world_solid[:3, 3], quaternion(solid.T_world_solid)) if still else (np.zeros(3), (1, 0, 0, 0))
    body.add_geom(name=name, type=kind, size=size, pos=pos, quat=quat)


def quaternion(T: np.ndarray) -> np.ndarray:
    """`wxyz` of the rotation of a motion."""
    quat = np.empty(4)
    mj.mju_mat2Quat(quat, np.ascontiguousarray(T[:3, :3]).ravel())
    return quat


def _describe(model: mj.MjModel, g: int, solid: Solid | None, part: str, ground: str) -> Geom:
    kind = _PRIMITIVES[int(model.geom_type[g])]
    if solid is not None and solid.shape in _OWN:
        kind = _OWN[solid.shape]
    a, b, c = (float(s) for s in model.geom_size[g])
    size = {
        "plane": (0.0, 0.0, 0.0),
        "sphere": (2 * a, 2 * a, 2 * a),
        "capsule": (2 * a, 2 * a, 2 * (a + b)),
        "cylinder": (2 * a, 2 * a, 2 * b),
    }.get(kind, (2 * a, 2 * b, 2 * c))
    if solid is None:
        return Geom(GROUND, part, ground, kind, size)
    return Geom(solid.id, part, solid.look, kind, size, solid.lamp, solid.name, solid.mesh)
