"""Places, subjects and styles: names given once, one shape each, relations to what is there."""

from collections.abc import Iterator

from composer.errors import Path, Problem
from composer.schema import Anchor, Place, Position, ShotList, Solid, Subject
from composer.shotlist.names import Declared, Here
from composer.spelling import did_you_mean
from composer.types import MOST_ANCHORS, MOST_SUBJECTS, ROOM_SOLIDS

RELATIONS = ("left_of", "right_of", "in_front_of", "behind", "on_top_of")
_SHAPES = {
    True: ("box", "cylinder", "sphere", "wall", "ramp", "mesh"),
    False: ("box", "cylinder", "sphere", "mesh", "person"),
}


def check_places(shotlist: ShotList, names: Declared) -> Iterator[Problem]:
    for place, model in shotlist.places.items():
        if place in names.places:  # else a stand-in for places that could not be read
            yield from _place(("places", place), model, names.places[place])
    if len(shotlist.subjects) > MOST_SUBJECTS:
        yield _too_many(("subjects",), f"{len(shotlist.subjects)} subjects", MOST_SUBJECTS)
    for name, subject in shotlist.subjects.items():
        yield from _shape(("subjects", name), name, subject)
        if names.subjects[name] in names.places:
            yield from _subject(("subjects", name), name, subject, names.places[names.subjects[name]])
        elif subject.place is not None:
            yield unknown_place(("subjects", name, "place"), subject.place, names)


def _place(path: Path, model: Place, here: Here) -> Iterator[Problem]:
    if model.room is None and "anchors" not in model.model_fields_set:
        hint = "expected `anchors: …`, or a `room: 5 x 4 x 2.6m`, which needs none"
        yield Problem((*path, "anchors"), "missing-key", f"place `{here.name}` has no `anchors`", (hint,))
    for name, anchor in model.anchors.items():
        if model.room is not None and name in ROOM_SOLIDS:
            yield _twice((*path, "anchors", name), name, here.name, _owner(name, here))
        yield from _shape((*path, "anchors", name), name, anchor)
        yield from check_position((*path, "anchors", name), name, anchor, here, fixed=True)
    for name, mark in model.marks.items():
        yield from check_position((*path, "marks", name), name, mark, here, fixed=True)
        if here.is_anchor(name):
            yield _twice((*path, "marks", name), name, here.name, _owner(name, here))
    yield from _rows(path, model.anchors, here)
    solids = sum(
        (anchor.repeat.count if anchor.repeat else 1) * max(1, len(here.nodes.get(name) or ()))
        for name, anchor in model.anchors.items()
    )
    solids += len(ROOM_SOLIDS) if model.room else 0
    if solids > MOST_ANCHORS:
        yield _too_many(
            (*path, "anchors"), f"{solids:,} solids in `{here.name}`, every item of a row counted", MOST_ANCHORS
        )


def _subject(path: Path, name: str, subject: Subject, here: Here) -> Iterator[Problem]:
    yield from check_position(path, name, subject, here, fixed=False)
    if here.is_anchor(name) or name in here.marks:
        yield _twice(path, name, here.name, _owner(name, here) if here.is_anchor(name) else "a mark")


def _owner(name: str, here: Here) -> str:
    """What else has the name of an anchor: one that is declared, or what a room builds."""
    if not here.room or name not in ROOM_SOLIDS:
        return "an anchor"
    return "the ceiling" if name == "ceiling" else "a wall"


def _too_many(path: Path, what: str, most: int) -> Problem:
    return Problem(path, "too-many", what, (f"expected at most {most:,}",), on_key=True)


def unknown_place(path: Path, name: str, names: Declared) -> Problem:
    known = f"expected one of: {', '.join(list(names.places)[:24])}.{did_you_mean(name, names.places)}"
    return Problem(path, "unknown-name", f"there is no place `{name}`", (known,))


def _twice(path: Path, name: str, place: str, other: str) -> Problem:
    said = f"`{name}` is also {other} of `{place}`"
    return Problem(
        path, "name-twice", said, ("one place never holds two things of one name; rename one of them",), on_key=True
    )


def _rows(path: Path, anchors: dict[str, Anchor], here: Here) -> Iterator[Problem]:
    """An anchor that is called like one item of a row, or like a node of a mesh."""
    for name in anchors:
        row = name.rpartition("_")[0]
        if row in anchors and anchors[row].repeat and Here("", (), {row: here.anchors[row]}).is_anchor(name):
            yield _twice((*path, "anchors", name), name, here.name, f"an item of the row `{row}`, an anchor")
        for mesh in here.nodes:
            known = {mesh: here.nodes[mesh] or ()}
            if mesh != name and Here("", (), {mesh: here.anchors[mesh]}, (), known).is_node(name):
                yield _twice((*path, "anchors", name), name, here.name, f"a node of the mesh `{mesh}`, an anchor")


def _shape(path: Path, name: str, solid: Solid) -> Iterator[Problem]:
    is_anchor = isinstance(solid, Anchor)
    known = _SHAPES[is_anchor]
    given = [shape for shape in known if getattr(solid, shape) is not None]
    kind = "anchor" if is_anchor else "subject"
    expected = (f"expected exactly one of: {', '.join(known)}",)
    if not given:
        yield Problem(path, "no-shape", f"{kind} `{name}` has no shape", expected, on_key=True)
    for extra in given[1:]:
        yield Problem(
            (*path, extra), "two-shapes", f"{kind} `{name}` is a {given[0]} and a {extra}", expected, on_key=True
        )
    if solid.height is not None and given and given != ["mesh"]:
        said, hint = f"the height of a {given[0]} is one of its measures", "`height` goes with `mesh`"
        yield Problem((*path, "height"), "height", said, (hint,), on_key=True)
    if solid.axis != "up" and given and given != ["cylinder"]:
        yield Problem(
            (*path, "axis"),
            "axis",
            f"a {given[0]} has no axis",
            ("`axis` goes with `cylinder`; `facing` turns a thing",),
            on_key=True,
        )


def check_position(path: Path, name: str, position: Position, here: Here, *, fixed: bool) -> Iterator[Problem]:
    """Faults of a position among the names of its place; what is `fixed` cannot be placed by what moves."""
    kinds = "anchors and marks" if fixed else "anchors, marks and subjects"
    for key, other in _named(position):
        at: Path = (*path, *key)
        if not here.holds(other):
            yield here.unknown(at, other)
        elif other == name:
            yield Problem(
                at,
                "itself",
                f"`{name}` cannot be placed by itself",
                (f"expected another of the {kinds} of `{here.name}`",),
            )
        elif fixed and key != ("facing",) and other in here.subjects:
            said = f"`{other}` moves, so nothing that is locked can be placed by it"
            yield Problem(at, "moving", said, (f"expected one of the {kinds} of `{here.name}`",))
    if isinstance(position.at, str) and here.is_anchor(position.at):
        said = f"`{position.at}` is an anchor, not a mark"
        hint = (
            f"`at` takes coordinates or a mark. Did you mean `on_top_of: {position.at}` or `right_of: {position.at}`?"
        )
        yield Problem((*path, "at"), "not-a-mark", said, (hint,))
    yield from _consistent(path, name, position)


def _named(position: Position) -> Iterator[tuple[Path, str]]:
    for key in ("at", *RELATIONS, "facing"):
        value = getattr(position, key)
        if isinstance(value, str):
            yield (key,), value
    for index, value in enumerate(position.between or ()):
        yield ("between", index), value


def _consistent(path: Path, name: str, position: Position) -> Iterator[Problem]:
    """Each axis settled once, and nothing said that would do nothing."""
    given = [key for key in RELATIONS if getattr(position, key) is not None]
    level = [key for key in given if key != "on_top_of"]
    for one, other in (("left_of", "right_of"), ("in_front_of", "behind")):
        if one in given and other in given:
            said = f"`{name}` is placed twice on one axis, by `{one}` and `{other}`"
            yield Problem(
                (*path, other),
                "over-determined",
                said,
                ("relations combine on different axes. Half way is `between: [a, b]`",),
                on_key=True,
            )
    exact = "at" if position.at is not None else "between" if position.between else ""
    for key in ["between"] * (exact == "at" and position.between is not None) + level * bool(exact):
        said = f"`{name}` is placed by `{exact}` and by `{key}`"
        yield Problem(
            (*path, key),
            "over-determined",
            said,
            ("expected one or the other; `offset` moves it from there",),
            on_key=True,
        )
    for key, default in (("gap", 0.0), ("align", "centre")):
        if getattr(position, key) != default and not given:
            said = f"`{key}` says nothing without a relation"
            yield Problem(
                (*path, key), "no-relation", said, ("expected one beside it, such as `right_of: NAME`",), on_key=True
            )
