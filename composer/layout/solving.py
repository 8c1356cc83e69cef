"""Relations such as `right_of: dock, gap: 2m` solved into coordinates, in any order, circles refused."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath

import numpy as np

from composer.errors import Path, Problem
from composer.layout.collisions import collisions
from composer.layout.extents import Extent, Slope, extent_of, resting_height, slope_of
from composer.layout.matter import ground_physical, physical_of
from composer.layout.meshes import Model, in_parts, size_of
from composer.layout.rooms import outside, room_extent, room_solids
from composer.layout.rows import called, read_models, row
from composer.layout.shapes import bearing, orientation, shape_of
from composer.layout.words import Layout, Spot
from composer.schema import Anchor, Place, Position, ShotList, Subject
from composer.schema.quantities import plain
from composer.schema.whereabouts import BEFORE_ALL_S, is_placed, whereabouts
from composer.types import FIRST_ANCHOR, FIRST_SUBJECT, Solid, Vector

SOUTH_DEG = 180.0
GROUND_TOLERANCE_M = 0.05

_SIDES = {"left_of": (0, -1), "right_of": (0, 1), "in_front_of": (1, -1), "behind": (1, 1)}
_FLUSH = {"left": (0, -1), "right": (0, 1), "front": (1, -1), "back": (1, 1)}


def lay_out(shotlist: ShotList, folder: FilePath | None = None) -> tuple[dict[str, Layout], list[Problem]]:
    """Solve every place of `shotlist` in metres; `folder` holds the meshes that it names.

    Returns the layouts by place, and what is wrong with them: things without a position, circles of relations, things
    under the ground or inside one another. What has no position stands at the origin, so that later checks can go on.
    """
    problems: list[Problem] = []
    ids = {name: FIRST_SUBJECT + i for i, name in enumerate(shotlist.subjects)}
    where = whereabouts(shotlist)
    layouts = {}
    for name, place in shotlist.places.items():
        here = {key: shotlist.subjects[key] for key in where.those_in(name, BEFORE_ALL_S)}
        cast = {key: shotlist.subjects[key] for key in where.visitors(name)}
        models, unread = read_models(name, place, cast, folder or FilePath())
        problems += unread
        draft = _Solver(name, place, here, ids, models, facings={}).layout()
        solver = _Solver(name, place, here, ids, models, facings=_facings(draft, place, here))
        visitors = {key: solver.solid(key, model) for key, model in cast.items() if key not in here}
        layouts[name] = replace(solver.layout(), visitors=visitors)
        problems += solver.problems
        walls = frozenset(key for key, anchor in place.anchors.items() if anchor.wall)
        adrift = frozenset(str(p.path[-1]) for p in solver.problems if p.code == "no-position")
        problems += collisions(layouts[name], walls, adrift)
        problems += outside(layouts[name])
    return layouts, problems


def restage(
    place: Place, layout: Layout, solid: Solid, position: tuple[Subject, Path], standing: Mapping[str, Solid]
) -> tuple[Solid, list[Problem]]:
    """A subject put somewhere in a place, among the subjects `standing` there as they are at that moment.

    `position` is the subject with where it is put, and the path of the key that says so, which faults have.
    """
    model, path = position
    name, others = solid.name, {key: s for key, s in standing.items() if key != solid.name}
    facings: dict[str, float] = {}
    for _ in range(2):  # first where it stands, then which way it faces from there
        solver = _Solver(layout.name, place, {}, {}, {}, facings=facings)
        solver.paths = {name: path}
        for anchor in layout.solids:
            solver.solved.setdefault(anchor.anchor, layout.anchor(anchor.anchor))
        solver.solved |= {key: (other,) for key, other in others.items()}
        solver.spots = dict(layout.marks)
        put = solver.put(name, model, solid)
        draft = replace(layout, subjects={**others, name: put})
        facings = _facings(draft, Place(anchors={}), {name: model})
    sunk = [replace(p, path=path) for p in collisions(draft) if p.path == ("subjects", name)]
    return put, [
        *solver.problems,
        *sunk,
        *(replace(p, path=path) for p in outside(draft) if p.path == ("subjects", name)),
    ]


def _facings(draft: Layout, place: Place, subjects: Mapping[str, Subject]) -> dict[str, float]:
    """Bearings in degrees of all that faces a name: two may face one another, so they follow from a first solution."""
    facings = {}
    for name, model in {**place.anchors, **place.marks, **subjects}.items():
        if isinstance(model.facing, str) and (target := draft.extent(model.facing)) and (own := draft.extent(name)):
            facings[name] = bearing(own.centre, target.centre)
    return facings


class _Solver:
    """One place being solved: what is solved so far, and what is under way."""

    def __init__(
        self,
        name: str,
        place: Place,
        subjects: Mapping[str, Subject],
        ids: Mapping[str, int],
        models: Mapping[str, Model],
        *,
        facings: Mapping[str, float],
    ) -> None:
        self.models = models
        self.name, self.place, self.subjects, self.ids, self.facings = name, place, subjects, ids, facings
        self.look = place.look or name.replace("_", " ")
        self.problems: list[Problem] = []
        self.paths: dict[str, Path] = {}  # of what is not told where it is declared
        self.solved: dict[str, tuple[Solid, ...]] = {}
        self.spots: dict[str, Spot] = {}
        self.under_way: list[str] = []
        self.next_id = FIRST_ANCHOR
        self.anchor_ids: dict[str, int] = {}
        for key, anchor in place.anchors.items():
            self.anchor_ids[key] = self.next_id
            self.next_id += (anchor.repeat.count if anchor.repeat else 1) * self.pieces(key)
        self.room = room_solids(place.room, self.look, self.next_id) if place.room else ()
        self.solved |= {solid.name: (solid,) for solid in self.room}

    def layout(self) -> Layout:
        for name in (*self.place.anchors, *self.place.marks, *self.subjects):
            self.solve(name)
        place = self.place
        return Layout(
            name=self.name,
            look=self.look,
            ground=place.ground,
            light=place.light,
            sun=place.sun,
            fog_m=place.fog,
            solids=(*(s for key in place.anchors for s in self.solved[key]), *self.room),
            marks={key: self.spots[key] for key in place.marks},
            subjects={key: self.solved[key][0] for key in self.subjects},
            room=place.room,
            ground_physical=ground_physical(place, self.look),
        )

    def pieces(self, name: str) -> int:
        """How many solids one item of an anchor is."""
        return len(self.models[name].parts) if name in self.models else 1

    def path(self, name: str) -> Path:
        if name in self.paths:
            return self.paths[name]
        if name in self.place.anchors:
            return ("places", self.name, "anchors", name)
        if name in self.place.marks:
            return ("places", self.name, "marks", name)
        return ("subjects", name)

    def solve(self, name: str) -> None:
        if name in self.solved or name in self.spots:
            return
        self.under_way.append(name)
        if name in self.place.marks:
            mark = self.place.marks[name]
            where = self.stand(name, mark, np.zeros(3))
            if (slope := self.slope_under(mark)) is not None:
                where[2] = slope.heights(where[None, :2])[0]
            self.spots[name] = Spot(name, where, self.facing(name, mark))
        else:
            model = self.place.anchors.get(name) or self.subjects[name]
            self.solved[name] = self.build(name, model)
        self.under_way.pop()

    def extent(self, name: str, asked_by: str, key: str) -> Extent | None:
        """Extent of something already declared; None (and a problem for circles) when it cannot be known."""
        row = self.owner(name)
        if row is None:
            return None
        if row in self.under_way:
            ring = [*self.under_way[self.under_way.index(row) :], row]
            said = " -> ".join(f"`{n}`" for n in ring)
            problem = Problem(
                (*self.path(asked_by), key),
                "circle",
                f"`{asked_by}` stands on a circle of relations: {said}",
                ("each thing may only be placed beside one that is placed already. Give one of them `at: [x, y]`",),
            )
            self.problems.append(problem)
            return None
        self.solve(row)
        if row in self.spots:
            return Extent(self.spots[row].position, self.spots[row].position)
        items = [s for s in self.solved[row] if name == row or called(name, s)]
        if not items:
            return None
        if self.place.room and items[0] in self.room:
            return room_extent(items[0], self.place.room)
        return Extent(
            np.min([extent_of(s).low for s in items], axis=0), np.max([extent_of(s).high for s in items], axis=0)
        )

    def owner(self, name: str) -> str | None:
        """What is solved to know `name`: itself, or the row or mesh that it is an item or a node of."""
        if name in self.solved or any(name in known for known in (self.place.anchors, self.place.marks, self.subjects)):
            return name
        for key, anchor in self.place.anchors.items():
            if (anchor.repeat or self.pieces(key) > 1) and name.startswith(f"{key}_"):
                if key not in self.under_way:
                    self.solve(key)
                if key in self.under_way or any(called(name, solid) for solid in self.solved[key]):
                    return key
        return None

    def stand(self, name: str, model: Position, size: Vector) -> Vector:
        """Middle of the footprint with the height of the underside, in metres."""
        where = np.zeros(3)
        fixed: set[int] = set()
        if model.at is not None:
            where, fixed = self.coordinates(name, model.at), {0, 1}
        elif model.between:
            ends = [extent.centre for other in model.between if (extent := self.extent(other, name, "between"))]
            where[:2] = np.mean(ends, axis=0)[:2] if ends else 0
            fixed = {0, 1}
        near, beside = self.beside(name, model, where, size)
        fixed |= beside
        if near is not None:
            for axis in {0, 1} - fixed:
                where[axis] = near.centre[axis]
        if model.align != "centre":
            free = near if near is not None and _FLUSH[model.align][0] not in fixed else None
            where = self.flush(name, model, where, size, free)
        if model.offset:
            where[: len(model.offset)] += model.offset
        return where

    def beside(self, name: str, model: Position, where: Vector, size: Vector) -> tuple[Extent | None, set[int]]:
        """Apply the relations to `where`; returns what it stands at or on, and the axes that are settled by it."""
        near: Extent | None = None
        fixed = set()
        for key, (axis, side) in _SIDES.items():
            other = getattr(model, key)
            if other is None or not (extent := self.extent(other, name, key)):
                continue
            edge = extent.high[axis] if side > 0 else extent.low[axis]
            where[axis] = edge + side * (model.gap + size[axis] / 2)
            fixed.add(axis)
            near = near or extent
        if model.on_top_of and (extent := self.extent(model.on_top_of, name, "on_top_of")):
            where[2] = extent.high[2]
            near = extent
        return near, fixed

    def flush(self, name: str, model: Position, where: Vector, size: Vector, near: Extent | None) -> Vector:
        """`where` moved so that the edge named by `align` lies on that of `near`; None: that axis is settled."""
        if near is None:
            self.problems.append(self.bound_axis(name, model))
            return where
        axis, side = _FLUSH[model.align]
        edge = near.high[axis] if side > 0 else near.low[axis]
        moved = where.copy()
        moved[axis] = edge - side * size[axis] / 2
        return moved

    def bound_axis(self, name: str, model: Position) -> Problem:
        free = ("front", "back") if model.align in ("left", "right") else ("left", "right")
        return Problem(
            (*self.path(name), "align"),
            "align",
            f"`align: {model.align}` has nothing to say: that axis of `{name}` is settled already",
            (f"expected `{free[0]}` or `{free[1]}`, on the axis that the relation leaves free",),
        )

    def coordinates(self, name: str, at: tuple[float, ...] | str) -> Vector:
        if isinstance(at, str):
            extent = self.extent(at, name, "at")
            return extent.centre.copy() if extent else np.zeros(3)
        where = np.zeros(3)
        where[: len(at)] = at
        return where

    def facing(self, name: str, model: Position) -> float | None:
        return model.facing if isinstance(model.facing, float) else self.facings.get(name)

    def build(self, name: str, model: Anchor | Subject) -> tuple[Solid, ...]:
        if not is_placed(model) and name != next(iter(self.place.anchors), None):
            self.problems.append(self.no_position(name))
        solid = self.put(name, model, self.solid(name, model))
        if name in self.subjects or name not in self.models:
            return row(solid, model, 1)
        model_of = self.models[name]
        return tuple(part for item in row(solid, model, self.pieces(name)) for part in in_parts(item, model_of))

    def solid(self, name: str, model: Anchor | Subject) -> Solid:
        """An anchor or subject, wherever it will stand."""
        whole = self.models[name].whole if name in self.models else None
        shape, size = shape_of(model) if whole is None else ("mesh", size_of(whole))
        lamp = model.lamp if isinstance(model, Anchor) else None
        solid_id = self.anchor_ids[name] if name in self.place.anchors else self.ids[name]
        look = model.look or name.replace("_", " ")
        solid = Solid(name, name, solid_id, shape, size, np.eye(4), look, lamp, looks=dict(model.looks), mesh=whole)
        return replace(solid, physical=physical_of(model, solid))

    def put(self, name: str, model: Anchor | Subject, solid: Solid) -> Solid:
        """A solid where its position says."""
        facing = self.facing(name, model)
        pose = orientation(model, SOUTH_DEG if facing is None else facing)
        size_m = extent_of(replace(solid, T_world_solid=pose)).size
        where = self.stand(name, model, size_m)
        pose[:3, 3] = [*where[:2], where[2] + size_m[2] / 2]
        if (slope := self.slope_under(model)) is not None:
            top = self.solved[str(model.on_top_of)][0].size_m[2] / 2 + slope.point[2]
            pose[2, 3] = resting_height(replace(solid, T_world_solid=pose), slope, where[:2]) + where[2] - top
        self.check_ground(name, model, where)
        return replace(solid, T_world_solid=pose)

    def slope_under(self, model: Position) -> Slope | None:
        """The slope of the ramp that a thing is placed on top of; None when it stands on something else."""
        below = self.solved.get(model.on_top_of or "", ())
        return slope_of(below[0]) if len(below) == 1 else None

    def no_position(self, name: str) -> Problem:
        others = [n for n in self.place.anchors if n != name]
        kind = "anchor" if name in self.place.anchors else "subject"
        rule = (
            "only the first anchor of a place may go without (it stands at [0, 0])."
            if kind == "anchor"
            else "a subject begins somewhere."
        )
        before = list(self.place.anchors).index(name) - 1 if kind == "anchor" else len(others) - 1
        neighbour = list(self.place.anchors)[before] if others else "tower"
        return Problem(
            self.path(name),
            "no-position",
            f"{kind} `{name}` has no position",
            (f"{rule} Give `at: [x, y]` or a relation, such as `right_of: {neighbour}`",),
            on_key=True,
        )

    def check_ground(self, name: str, model: Position, where: Vector) -> None:
        depth = -float(where[2])
        if depth <= GROUND_TOLERANCE_M:
            return
        kind = "anchor" if name in self.place.anchors else "subject"
        path: Path = self.path(name)
        hint = "Things without a height stand on the ground"
        if isinstance(model.at, tuple) and len(model.at) == 3:
            path = (*path, "at", 2)
            hint = f"Did you mean `at: [{plain(model.at[0])}, {plain(model.at[1])}]`?"
        elif model.offset and len(model.offset) == 3:
            path = (*path, "offset", 2)
        message = f"{kind} `{name}` reaches {plain(depth, 2)} m under the ground"
        self.problems.append(
            Problem(path, "under-ground", message, (f"the third number is the height of its underside. {hint}",))
        )
