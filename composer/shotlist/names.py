"""What is declared where: the names that a shot may use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path as FilePath

from composer.errors import Path, Problem
from composer.layout import node_names
from composer.schema import ShotList
from composer.schema.names import NAME, TAKEN, repaired
from composer.shotlist.files import check_file
from composer.shotlist.parts import Plain, value_at
from composer.spelling import nearest
from composer.types import ROOM_SOLIDS


@dataclass(frozen=True)
class Here:
    """The names of one place: subjects that begin in it, anchors with the length of their rows, marks.

    `nodes` are those of anchors that are meshes; None where the file cannot be read, so that any may be there.
    """

    name: str
    subjects: tuple[str, ...] = ()
    anchors: Mapping[str, int] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    nodes: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)

    @property
    def room(self) -> bool:
        """Whether all that a room builds is here."""
        return self.anchors.keys() >= {*ROOM_SOLIDS}

    def holds(self, name: str) -> bool:
        return name in self._subjects_and_marks or self.is_anchor(name)

    @cached_property
    def _subjects_and_marks(self) -> frozenset[str]:
        return frozenset((*self.subjects, *self.marks))

    def is_anchor(self, name: str) -> bool:
        """An anchor, a whole row, one item of a row (`containers_2`), or a node of a mesh (`house_door`)."""
        return name in self.anchors or self._is_item(name) or self.is_node(name)

    def is_node(self, name: str) -> bool:
        return any(self._is_node_of(name, mesh) for mesh in self.nodes)

    def _is_item(self, name: str) -> bool:
        row, _, item = name.rpartition("_")
        return row in self.anchors and item.isdecimal() and 1 <= int(item[:9]) <= self.anchors[row] > 1

    def _is_node_of(self, name: str, mesh: str) -> bool:
        if not name.startswith(f"{mesh}_"):
            return False
        node, known = name[len(mesh) + 1 :], self.nodes[mesh]
        if self.anchors.get(mesh, 1) > 1:
            item, _, node = node.partition("_")
            if not self._is_item(f"{mesh}_{item}"):
                return known is None
        return known is None or node in known

    @property
    def all(self) -> tuple[str, ...]:
        nodes = (f"{mesh}_{node}" for mesh, known in self.nodes.items() for node in known or ())
        return (*self.subjects, *self.anchors, *self.marks, *nodes)

    def unknown(self, path: Path, name: str, *, on_key: bool = False) -> Problem:
        """The fault of a `name` that nothing here has."""
        kinds = (("subjects there", sorted(self.subjects)), ("anchors", self.anchors), ("marks", self.marks))
        listed = "; ".join(f"{kind}: {_list(names)}" for kind, names in kinds if names)
        good = nearest(name, self.all)
        lines = [f"{listed}." if listed else "it is empty"]
        if good:
            lines.append(f"Did you mean `{good}`?")
        return Problem(path, "unknown-name", f"nothing in `{self.name}` is called `{name}`", tuple(lines), name, on_key)

    def no_mark(self, path: Path, name: str) -> Problem:
        """The fault of a camera that is put at something that is no mark."""
        return Problem(
            path,
            "not-a-mark",
            f"a camera cannot stand at `{name}`",
            ("expected [x, y, z] in metres, or a mark",),
        )


@dataclass(frozen=True)
class Declared:
    """All names of a film."""

    places: Mapping[str, Here]
    subjects: Mapping[str, str]  # with the place each begins in
    styles: tuple[str, ...]
    layers: tuple[str, ...] = ()

    @classmethod
    def of(cls, shotlist: ShotList, folder: FilePath | None = None) -> "Declared":
        """Names of a shot list that was read whole; meshes are looked up in `folder`."""
        first = next(iter(shotlist.places), "")
        homes = {name: subject.place or first for name, subject in shotlist.subjects.items()}
        rows = {
            place: {name: anchor.repeat.count if anchor.repeat else 1 for name, anchor in model.anchors.items()}
            | _walls(model.room is not None)
            for place, model in shotlist.places.items()
        }
        marks = {place: tuple(model.marks) for place, model in shotlist.places.items()}
        nodes = {
            place: {name: _nodes(anchor.mesh, folder) for name, anchor in model.anchors.items() if anchor.mesh}
            for place, model in shotlist.places.items()
        }
        joined = cls._joined(rows, marks, homes, tuple(shotlist.styles), nodes)
        return replace(joined, layers=tuple(shotlist.layers))

    @classmethod
    def in_data(cls, data: Plain) -> "Declared":
        """Names in a file that has faults: what is written counts as declared, by the name that its fault suggests."""
        places = _named(value_at(data, ("places",)))
        first = next(iter(places), "")
        rows = {
            place: dict.fromkeys(_named(value_at(model, ("anchors",))), 500)
            | _walls(value_at(model, ("room",)) is not None)
            for place, model in places.items()
        }
        marks = {place: tuple(_named(value_at(model, ("marks",)))) for place, model in places.items()}
        nodes: dict[str, dict[str, tuple[str, ...] | None]] = {
            place: {
                name: None
                for name, anchor in _named(value_at(model, ("anchors",))).items()
                if value_at(anchor, ("mesh",)) is not None
            }
            for place, model in places.items()
        }
        homes = {}
        for name, subject in _named(value_at(data, ("subjects",))).items():
            home = value_at(subject, ("place",))
            homes[name] = home if isinstance(home, str) and home else first
        joined = cls._joined(rows, marks, homes, tuple(_named(value_at(data, ("styles",)))), nodes)
        return replace(joined, layers=tuple(_named(value_at(data, ("layers",)))))

    @classmethod
    def _joined(
        cls,
        rows: Mapping[str, Mapping[str, int]],
        marks: Mapping[str, tuple[str, ...]],
        homes: Mapping[str, str],
        styles: tuple[str, ...],
        nodes: Mapping[str, Mapping[str, tuple[str, ...] | None]],
    ) -> "Declared":
        there: dict[str, list[str]] = {place: [] for place in rows}
        for subject, home in homes.items():
            there.setdefault(home, []).append(subject)
        places = {place: Here(place, tuple(there[place]), rows[place], marks[place], nodes[place]) for place in rows}
        return cls(places, homes, styles)


def _nodes(mesh: str, folder: FilePath | None) -> tuple[str, ...] | None:
    return None if folder is None or any(check_file(mesh, (), folder)) else node_names(folder, mesh)


def _walls(room: bool) -> dict[str, int]:
    """What a room builds, as names."""
    return dict.fromkeys(ROOM_SOLIDS, 1) if room else {}


def _named(data: object) -> Mapping[str, object]:
    """A mapping by names, with those that are none repaired."""
    known = data if isinstance(data, dict) else {}
    return {name if _is_name(name) else repaired(name) or name: value for name, value in known.items()}


def _is_name(text: str) -> bool:
    return text not in TAKEN and bool(re.fullmatch(NAME, text))


def _list(names: Iterable[str], most: int = 24) -> str:
    known = list(names)
    return ", ".join(known[:most]) + (f" and {len(known) - most} more" if len(known) > most else "")
