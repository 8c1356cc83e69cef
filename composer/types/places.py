"""What stands where: ids, shapes, solids."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from composer.typed import Float, Int, UInt8

Size = tuple[int, int]
"""Width, height in pixels."""

Matrix = Float[np.ndarray, "4 4"]
Vector = Float[np.ndarray, "3"]

SKY, GROUND, FIRST_ANCHOR, FIRST_SUBJECT = 0, 1, 2, 1024
"""`anchor_id` of a pixel: nothing, the plane z = 0, anchors in the order of their place, subjects of the film."""
MOST_ANCHORS, MOST_SUBJECTS = FIRST_SUBJECT - FIRST_ANCHOR, 1000

Shape = Literal["box", "cylinder", "sphere", "person", "ramp", "mesh"]
Material = Literal[
    "wood", "steel", "stone", "brick", "concrete", "glass", "rubber", "plastic", "fabric", "earth", "water"
]
MATERIALS: tuple[Material, ...] = get_args(Material)
ROOM_SOLIDS = ("wall_north", "wall_east", "wall_south", "wall_west", "ceiling")
"""What a `room` builds, besides its floor."""

Light = Literal["dawn", "morning", "day", "afternoon", "dusk", "night", "overcast", "indoor"]


@dataclass(frozen=True)
class Physical:
    """How a solid answers to blows: restitution `bounce` in [0, 1], sliding coefficient `friction`.

    `mass_kg` counts for subjects alone: anchors never move.
    """

    material: Material = "wood"
    mass_kg: float = 1.0
    bounce: float = 0.5
    friction: float = 0.5


@dataclass(frozen=True, eq=False)
class Mesh:
    """t triangles of a solid, in its own frame (m), counter-clockwise seen from outside.

    `normals` are those of the corners: the face's own where the file says nothing of smoothness. `colours` are linear RGB
    of the corners, times what `textures[texture]` shows at `uv` (v upwards, sRGB codes; -1: no texture). `painted` is
    false where the file gives no colour at all. `closed` meshes have an inside; `hull` are the corners of the convex hull,
    as which a mesh collides; `convex` meshes fill theirs.
    """

    corners: Float[np.ndarray, "t 3 3"]
    normals: Float[np.ndarray, "t 3 3"]
    colours: Float[np.ndarray, "t 3 3"]
    uv: Float[np.ndarray, "t 3 2"]
    texture: Int[np.ndarray, " t"]
    textures: tuple[UInt8[np.ndarray, "_ _ 3"], ...]
    hull: Float[np.ndarray, "n 3"]
    volume_m3: float
    closed: bool
    convex: bool
    painted: bool
    gloss: float = 0.1
    metal: float = 0.0


@dataclass(frozen=True, eq=False)
class Solid:
    """A locked anchor or a subject at its start: where it is, how big, what it looks like.

    `size_m` are the full extents along its own axes: x to its left hand as it faces the audience's east (width), y depth
    (its front is -y), z up; a sphere has three equal ones, a cylinder its diameter twice and its length along `axis`
    turned into z by `T_world_solid`; a ramp is (width, run, rise), its front the low end: its slope rises along y from the
    lower front edge to the upper back one; of a mesh they are its box. The origin is the middle of the extents; of a person too, half way up.
    `anchor` is the name in the shot list; `name` differs from it inside a `repeat` (`containers_2`).
    """

    name: str
    anchor: str
    id: int
    shape: Shape
    size_m: tuple[float, float, float]
    T_world_solid: Matrix
    look: str
    lamp: tuple[float, float, float] | None = None  # linear RGB of its light, largest 1
    physical: Physical = Physical()
    looks: Mapping[str, str] = field(default_factory=dict)  # by variant: what `becomes` adds to `look`
    mesh: Mesh | None = None  # with shape `mesh`
