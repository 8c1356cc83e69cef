"""One place as MuJoCo sees it at a moment: who moves freely, who is moved, who stands still, and which pairs may touch.

Every pair that may touch is declared, so that restitution and friction belong to the pair: the smaller bounce, the
geometric mean of the two frictions. Contacts are springs of accelerations (the same for every mass), stiff enough to be
over within 10 ms, damped to the pair's restitution.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, product
from math import atan2, exp, pi, sqrt
from typing import Literal

import mujoco as mj
import numpy as np
from jaxtyping import Float, Int

from composer.types import Matrix, Physical, Solid, Vector
from composer.world.footprint import PERSON_RADIUS_M

STEPS_A_SECOND = 960
STEP_S = 1 / STEPS_A_SECOND
GRAVITY_M_S2 = 9.81
GROUND_NAME = "ground"

_STIFFNESS = 1e5  # 1/s2: a contact lasts pi / sqrt of it
_UNTOUCHED_GRIP = 5.0  # 1/s, of a first step in touch: see `Bench.grip`
_NOTICED_M = 0.002  # a sleeper is touched from this near on
_IMMOVABLE_KG = 1e6
_WRONG = tuple(
    (getattr(mj.mjtWarning, f"mjWARN_BAD{what}"), size) for what, size in (("QPOS", 7), ("QVEL", 6), ("QACC", 6))
)  # what may be no number any more, and how many numbers of it a body has
_SLIM = 0.97  # a cylinder's own radius where balls inside it carry it
_STOUT = 1.2  # length over diameter from which on there is room for those balls

Quaternion = Float[np.ndarray, "4"]
Geom = Literal["ground", "anchor", "still", "awake", "driven"]


@dataclass(frozen=True)
class Cast:
    """Who plays which part: `awake` move freely, `driven` are moved and push, `still` stand; others are not there."""

    awake: tuple[str, ...] = ()
    driven: tuple[str, ...] = ()
    still: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Bench:
    """A compiled cast: `free` holds awake, then driven, in the order of their joints; `owner`, `part` tell of each geom."""

    cast: Cast
    model: mj.MjModel
    data: mj.MjData
    owner: tuple[str, ...]
    part: tuple[Geom, ...]
    owners: tuple[str, ...]  # all of them: the free ones first, in the order of their joints
    owner_of_geom: Int[np.ndarray, " g"]  # index into `owners`
    weights: Mapping[str, float]  # kg, of the awake
    moments: Mapping[str, Vector]  # of inertia (kg m2) of the awake that are round, about their own axes
    pairs: Mapping[tuple[str, str], Int[np.ndarray, " p"]]  # declared pairs of geoms, by their owners in both orders
    friction: Mapping[tuple[str, str], float]  # sliding coefficient, as `pairs`

    def arm(self) -> None:
        """Hear of what no solver can follow: as a warning that was given before, which MuJoCo does not print again."""
        for what, _ in _WRONG:
            self.data.warning[what].number = 1

    def runaway(self) -> str:
        """The body whose motion is no number any more, since `arm`; empty where all is well."""
        for what, size in _WRONG:
            told = self.data.warning[what]
            if told.number > 1:
                return self.free[int(told.lastinfo) // size]
        return ""

    def grip(self, owners: tuple[str, str], grip: float) -> None:
        """How fast friction would stop two surfaces that slip, in shares a second.

        The solver trades friction that is asked for in vain against lift, so that sliding things would hop: what is asked
        for must be little more than what Coulomb's law gives.
        """
        self.model.pair_solreffriction[self.pairs[owners], 1] = -grip

    def part_all(self) -> None:
        """The grip of pairs that are apart, for all."""
        self.model.pair_solreffriction[:, 1] = -_UNTOUCHED_GRIP

    @property
    def free(self) -> tuple[str, ...]:
        return self.cast.awake + self.cast.driven


@dataclass(frozen=True, eq=False)
class _Piece:
    """One geom of a solid, in the solid's axes; convex `vertices` for a mesh."""

    kind: mj.mjtGeom
    size: tuple[float, float, float]
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    vertices: Float[np.ndarray, "n 3"] | None = None


@dataclass(frozen=True, eq=False)
class _Surface:
    """What a pair needs to know of each of its two geoms."""

    geom: str
    owner: str
    part: Geom
    physical: Physical


def build(anchors: Iterable[Solid], subjects: Mapping[str, Solid], ground: Physical, cast: Cast) -> Bench:
    """Compile a place for a cast; poses and velocities of subjects are for the caller to set."""
    spec = mj.MjSpec()
    spec.option.timestep = STEP_S
    spec.option.gravity = [0.0, 0.0, -GRAVITY_M_S2]
    spec.option.integrator = mj.mjtIntegrator.mjINT_EULER
    spec.option.cone = mj.mjtCone.mjCONE_ELLIPTIC
    spec.option.disableflags |= mj.mjtDisableBit.mjDSBL_ISLAND  # a few bodies are solved faster together
    spec.option.disableflags |= mj.mjtDisableBit.mjDSBL_AUTORESET  # nothing goes back to where it began unasked
    surfaces = [_Surface(GROUND_NAME, GROUND_NAME, "ground", ground)]
    spec.worldbody.add_geom(name=GROUND_NAME, type=mj.mjtGeom.mjGEOM_PLANE, size=[0, 0, 1], contype=0, conaffinity=0)
    for anchor in anchors:
        body = spec.worldbody.add_body(name=f"anchor {anchor.name}")
        body.pos, body.quat = anchor.T_world_solid[:3, 3], quaternion(anchor.T_world_solid)
        surfaces += _cover(spec, body, anchor, "anchor")
    for name in cast.awake + cast.driven:
        solid, driven = subjects[name], name in cast.driven
        body = spec.worldbody.add_body(name=name, gravcomp=1.0 if driven else 0.0)
        body.add_freejoint()
        body.mass = _IMMOVABLE_KG if driven else solid.physical.mass_kg
        body.inertia = np.full(3, _IMMOVABLE_KG) if driven else inertia(solid)
        body.ipos, body.iquat, body.explicitinertial = [0, 0, 0], [1, 0, 0, 0], True
        surfaces += _cover(spec, body, solid, "driven" if driven else "awake")
    for name in cast.still:
        surfaces += _cover(spec, spec.worldbody.add_body(name=name, mocap=True), subjects[name], "still")
    for one, other in _pairs(surfaces):
        _add_pair(spec, one, other)
    model = spec.compile()
    owner, pairs = tuple(s.owner for s in surfaces), dict[tuple[str, str], list[int]]()
    for i, (one, other) in enumerate(zip(model.pair_geom1.tolist(), model.pair_geom2.tolist(), strict=True)):
        pairs.setdefault((owner[one], owner[other]), []).append(i)
    pairs.update({(other, one): where for (one, other), where in pairs.items()})
    everyone = tuple(dict.fromkeys((*cast.awake, *cast.driven, *owner)))
    return Bench(
        cast,
        model,
        mj.MjData(model),
        owner,
        tuple(s.part for s in surfaces),
        everyone,
        np.array([everyone.index(name) for name in owner]),
        {name: subjects[name].physical.mass_kg for name in cast.awake},
        {name: inertia(subjects[name]) for name in cast.awake if subjects[name].shape in ("sphere", "cylinder")},
        {owners: np.array(where) for owners, where in pairs.items()},
        {owners: float(model.pair_friction[where[0], 0]) for owners, where in pairs.items()},
    )


def inertia(solid: Solid) -> Vector:
    """Moments of inertia (kg m2) about its own axes of a solid of even density."""
    x, y, z = solid.size_m
    mass = solid.physical.mass_kg
    if solid.shape == "sphere":
        return np.full(3, mass * x**2 / 10)
    if solid.shape == "cylinder":
        across = mass * (3 * (x / 2) ** 2 + z**2) / 12
        return np.array([across, across, mass * x**2 / 8])
    return mass / 12 * np.array([y**2 + z**2, x**2 + z**2, x**2 + y**2])


def quaternion(T: Matrix) -> Quaternion:
    """Rotation of a pose as w, x, y, z."""
    quat = np.empty(4)
    mj.mju_mat2Quat(quat, np.ascontiguousarray(T[:3, :3]).reshape(9))
    return quat


def _cover(spec: mj.MjSpec, body: mj.MjsBody, solid: Solid, part: Geom) -> Iterator[_Surface]:
    for i, piece in enumerate(_pieces(solid)):
        name = f"{part} {solid.name} {i}"
        shape: dict[str, str | list[float]] = {"size": list(piece.size)}
        if piece.vertices is not None:
            spec.add_mesh(name=name, uservert=piece.vertices.ravel())
            shape = {"meshname": name}
        body.add_geom(name=name, type=piece.kind, pos=list(piece.offset), contype=0, conaffinity=0, **shape)
        yield _Surface(name, solid.name, part, solid.physical)


def _pieces(solid: Solid) -> Iterator[_Piece]:
    """The convex shapes that a solid collides as.

    A cylinder rolls on two balls inside it: a line of contact found numerically would wander along it and rock the thing.
    Where it is too short for them, two halves bear it.
    """
    x, y, z = (size / 2 for size in solid.size_m)
    if solid.mesh is not None:
        yield _Piece(mj.mjtGeom.mjGEOM_MESH, (0, 0, 0), vertices=np.asarray(solid.mesh.hull, float))
    elif solid.shape == "ramp":
        corners = [(sx * x, sy * y, -z) for sx in (-1, 1) for sy in (-1, 1)] + [(sx * x, y, z) for sx in (-1, 1)]
        yield _Piece(mj.mjtGeom.mjGEOM_MESH, (0, 0, 0), vertices=np.array(corners))
    elif solid.shape == "sphere":
        yield _Piece(mj.mjtGeom.mjGEOM_SPHERE, (x, 0, 0))
    elif solid.shape == "person":
        yield _Piece(mj.mjtGeom.mjGEOM_CYLINDER, (PERSON_RADIUS_M, z, 0))
    elif solid.shape == "cylinder" and z >= _STOUT * x:
        yield _Piece(mj.mjtGeom.mjGEOM_CYLINDER, (_SLIM * x, z, 0))
        for side in (-1, 1):
            yield _Piece(mj.mjtGeom.mjGEOM_SPHERE, (x, 0, 0), (0, 0, side * (z - x)))
    elif solid.shape == "cylinder":
        for side in (-1, 1):
            yield _Piece(mj.mjtGeom.mjGEOM_CYLINDER, (x, z / 2, 0), (0, 0, side * z / 2))
    else:
        yield _Piece(mj.mjtGeom.mjGEOM_BOX, (x, y, z))


def _pairs(surfaces: list[_Surface]) -> Iterator[tuple[_Surface, _Surface]]:
    awake = [s for s in surfaces if s.part == "awake"]
    driven = [s for s in surfaces if s.part == "driven"]
    still = [s for s in surfaces if s.part == "still"]
    fixed = [s for s in surfaces if s.part in ("ground", "anchor")]
    among = (pair for pair in combinations(awake, 2) if pair[0].owner != pair[1].owner)
    return chain(among, product(awake, [*driven, *still, *fixed]), product(driven, still))


def _add_pair(spec: mj.MjSpec, one: _Surface, other: _Surface) -> None:
    friction = sqrt(one.physical.friction * other.physical.friction)
    noticed = _NOTICED_M if other.part == "still" else 0.0
    spec.add_pair(
        geomname1=one.geom,
        geomname2=other.geom,
        condim=3,
        friction=[friction, friction, 0.0, 0.0, 0.0],
        solref=_spring(min(one.physical.bounce, other.physical.bounce)),
        solreffriction=[-1.0, -_UNTOUCHED_GRIP],
        margin=noticed,
        gap=noticed,
    )


@cache
def _spring(restitution: float) -> list[float]:
    """Stiffness and damping (negative: MuJoCo's direct form) of a contact that gives back this share of the speed.

    A contact never pulls, so it ends before the spring is back: Schwager and Poeschel 2007, equation 21.
    """
    low, high = 0.0, sqrt(0.5)
    for _ in range(50):
        damping = (low + high) / 2
        root = sqrt(1 - damping**2)
        kept = exp(-damping / root * (pi - atan2(2 * damping * root, 1 - 2 * damping**2)))
        low, high = (damping, high) if kept > restitution else (low, damping)
    return [-_STIFFNESS, -2 * low * sqrt(_STIFFNESS)]
