"""Places laid out in metres: relations of the shot list solved into fixed poses, once for the whole film."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from composer.layout.extents import Extent, extent_of
from composer.types import Light, Physical, Solid, Vector

GROUND_PHYSICAL = Physical("concrete")


@dataclass(frozen=True, eq=False)
class Spot:
    """A mark on the floor: where, and the bearing it faces if it says so."""

    name: str
    position: Vector
    facing_deg: float | None = None


@dataclass(frozen=True, eq=False)
class Layout:
    """A place, solved: anchors as solids (rows item by item), marks, and the subjects that begin in it.

    Walls and ceiling of a `room` (its inside measures, m) come after the anchors. `ground_physical` is how the plane
    z = 0 answers to blows.
    """

    name: str
    look: str
    ground: str
    light: Light
    sun: tuple[float, float] | None  # bearing and height in degrees, where the place says so
    fog_m: float | None
    solids: tuple[Solid, ...]
    marks: Mapping[str, Spot]
    subjects: Mapping[str, Solid]  # at the story's first moment
    room: tuple[float, float, float] | None = None  # width, depth, height inside, round the origin; None: open
    ground_physical: Physical = GROUND_PHYSICAL
    visitors: Mapping[str, Solid] = field(default_factory=dict)  # who comes later; their poses say nothing

    @property
    def cast(self) -> Mapping[str, Solid]:
        """Every subject that is ever here."""
        return {**self.subjects, **self.visitors}

    def anchor(self, name: str) -> tuple[Solid, ...]:
        """The solids of anchor `name`: all of a row or a mesh, or one of it (`containers_2`, `house_door`); else empty."""
        found = tuple(s for s in self.solids if name in (s.anchor, s.name))
        return found or tuple(s for s in self.solids if s.mesh is not None and s.name.startswith(f"{name}_"))

    def extent(self, name: str) -> Extent | None:
        """The box that an anchor or a subject at its start fills; a mark's is a point; None for unknown names."""
        solids = self.anchor(name) or tuple(s for s in self.subjects.values() if s.name == name)
        if solids:
            extents = [extent_of(s) for s in solids]
            whole = extents[0]
            for extent in extents[1:]:
                whole = whole.union(extent)
            return whole
        if name in self.marks:
            return Extent(self.marks[name].position, self.marks[name].position)
        return None
