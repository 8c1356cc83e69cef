"""Rooms: four walls and a ceiling round the origin by inside measures, and what does not stay inside them."""

from collections.abc import Iterator

import numpy as np

from composer.errors import Path, Problem
from composer.layout.extents import Extent, extent_of
from composer.layout.matter import made_of
from composer.layout.shapes import WALL_THICKNESS_M, Size3, turned
from composer.layout.words import Layout
from composer.looks import wall_text
from composer.schema.quantities import plain
from composer.types import ROOM_SOLIDS, Solid

TOLERANCE_M = 0.05

_CEILING = "white plaster ceiling"
_SIDES = (("wall_west", 0, -1), ("wall_east", 0, 1), ("wall_south", 1, -1), ("wall_north", 1, 1))


def room_solids(room: Size3, look: str, first_id: int) -> tuple[Solid, ...]:
    """Walls whose fronts look inward, and the ceiling on top of them; ids count on from `first_id`.

    `room` is width x depth x height (m), `look` that of the place, which says what the walls are made of.
    """
    width, depth, height = room
    thick = WALL_THICKNESS_M
    walls = {
        "wall_north": ((width + 2 * thick, thick, height), (0.0, (depth + thick) / 2), 180.0),
        "wall_east": ((depth, thick, height), ((width + thick) / 2, 0.0), 270.0),
        "wall_south": ((width + 2 * thick, thick, height), (0.0, -(depth + thick) / 2), 0.0),
        "wall_west": ((depth, thick, height), (-(width + thick) / 2, 0.0), 90.0),
        "ceiling": ((width + 2 * thick, depth + 2 * thick, thick), (0.0, 0.0), 180.0),
    }
    solids = []
    for index, name in enumerate(ROOM_SOLIDS):
        size, (x, y), facing = walls[name]
        pose = turned(facing)
        pose[:3, 3] = x, y, height + thick / 2 if name == "ceiling" else height / 2
        own = _CEILING if name == "ceiling" else wall_text(look)
        solids.append(Solid(name, name, first_id + index, "box", size, pose, own, physical=made_of(own)))
    return tuple(solids)


def room_extent(solid: Solid, room: Size3) -> Extent:
    """The box of a wall or ceiling to place things by: as long as it is seen from inside."""
    extent, half = extent_of(solid), np.array([room[0] / 2, room[1] / 2])
    for axis in (0, 1):
        if extent.size[axis] > 2 * half[axis]:
            extent.low[axis], extent.high[axis] = -half[axis], half[axis]
    return extent


def outside(layout: Layout) -> Iterator[Problem]:
    """Anchors, subjects at their start and marks that reach beyond the walls or the ceiling by more than 5 cm."""
    if layout.room is None:
        return
    inside = _inside(layout.room)
    told = set()
    for solid in (*layout.solids, *layout.subjects.values()):
        if solid.name not in ROOM_SOLIDS and solid.anchor not in told:
            told.add(solid.anchor)
            kind: Path = ("subjects",) if solid.name in layout.subjects else ("places", layout.name, "anchors")
            yield from _beyond((*kind, solid.anchor), solid.anchor, extent_of(solid), inside)
    for mark in layout.marks.values():
        extent = Extent(mark.position, mark.position)
        yield from _beyond(("places", layout.name, "marks", mark.name), mark.name, extent, inside)


def _inside(room: Size3) -> Extent:
    width, depth, height = room
    return Extent(np.array([-width / 2, -depth / 2, 0.0]), np.array([width / 2, depth / 2, height]))


def _beyond(path: Path, name: str, extent: Extent, inside: Extent) -> Iterator[Problem]:
    """One fault of a thing, of the wall that it passes most."""
    passed = {wall: _past(extent, inside, axis, side) for wall, axis, side in _SIDES}
    passed["ceiling"] = _past(extent, inside, 2, 1)
    wall = max(passed, key=lambda key: passed[key])
    if passed[wall] <= TOLERANCE_M:
        return
    spans = (
        f"{axis} {plain(a, 2)} to {plain(b, 2)}" for axis, a, b in zip("xyz", inside.low, inside.high, strict=True)
    )
    expected = f"things and people stay in the room, whose inside is {', '.join(spans)}"
    said = f"`{name}` reaches {plain(passed[wall], 2)} m beyond `{wall}`"
    yield Problem(path, "out-of-room", said, (f"{expected}.{_way_in(extent, inside, wall, name)}",), on_key=True)


def _past(extent: Extent, inside: Extent, axis: int, side: int) -> float:
    return float(extent.high[axis] - inside.high[axis] if side > 0 else inside.low[axis] - extent.low[axis])


def _way_in(extent: Extent, inside: Extent, wall: str, name: str) -> str:
    if (extent.size > inside.size + TOLERANCE_M).any():
        return f" `{name}` is larger than that"
    beside = {"wall_west": "right_of", "wall_east": "left_of", "wall_south": "behind", "wall_north": "in_front_of"}
    return f" Against that wall it stands with `{beside[wall]}: {wall}`" if wall in beside else ""
