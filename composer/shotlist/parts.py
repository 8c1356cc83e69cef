"""The parts of a shot list by path: what people call them, which model reads them, what is still to come."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

from composer.errors import Path
from composer.schema import Anchor, Camera, Place, Position, Shot, ShotList, Style, Subject
from composer.schema.later import LATER_KEYS
from composer.schema.models import Model
from composer.shotlist.tree import Mapping, Node, Scalar, Sequence


@dataclass(frozen=True)
class Part:
    """A mapping of the shot list: its kind (as in `LATER_KEYS`) and the model that reads it."""

    kind: str
    model: type[Model]

    @property
    def keys(self) -> list[str]:
        return sorted(field.alias or name for name, field in self.model.model_fields.items())

    @property
    def later(self) -> frozenset[str]:
        return LATER_KEYS.get(self.kind, frozenset())


_FILM, _PLACE, _ANCHOR, _MARK = (
    Part("film", ShotList),
    Part("place", Place),
    Part("anchor", Anchor),
    Part("mark", Position),
)
_SUBJECT, _STYLE, _SHOT, _CAMERA = (
    Part("subject", Subject),
    Part("style", Style),
    Part("shot", Shot),
    Part("camera", Camera),
)


def part_at(path: Path) -> Part | None:
    """The part whose keys stand at `path`; None for lists, dictionaries of names and plain values."""
    match path:
        case ():
            return _FILM
        case ("places", _):
            return _PLACE
        case ("places", _, "anchors", _):
            return _ANCHOR
        case ("places", _, "marks", _):
            return _MARK
        case ("subjects", _):
            return _SUBJECT
        case ("styles", _):
            return _STYLE
        case ("shots", int()):
            return _SHOT
        case ("shots", int(), "camera"):
            return _CAMERA
    return None


def called(path: Path, root: Node | None) -> str:
    """What people call the part at `path` or around it: "the camera of shot `walk`"."""
    match path:
        case ("shots", int(index), "camera", *_):
            return f"the camera of {shot_called(index, root)}"
        case ("shots", int(index), *_):
            return shot_called(index, root)
        case ("places", _, "anchors", str(name), *_):
            return f"anchor `{name[:60]}`"
        case ("places", _, "marks", str(name), *_):
            return f"mark `{name[:60]}`"
        case ("places" | "subjects" | "styles" as kind, str(name), *_):
            return f"{kind[:-1]} `{name[:60]}`"
    return "the film"


def shot_called(index: int, root: Node | None) -> str:
    shots = root.values.get("shots") if isinstance(root, Mapping) else None
    shot = shots.items[index] if isinstance(shots, Sequence) and 0 <= index < len(shots.items) else None
    name = shot.values.get("shot") if isinstance(shot, Mapping) else None
    return f"shot `{name.text[:60]}`" if isinstance(name, Scalar) and name.text else f"shot {index + 1}"


Plain = str | list["Plain"] | dict[str, "Plain"]


def plain(node: Node) -> Plain:
    """The tree without its places: texts, lists and dictionaries."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}


def value_at(data: object, path: Path) -> object:
    """What stands at `path` in plain data, or None."""
    for step in path:
        if (isinstance(data, AnyMapping) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
        ):
            data = data[step]
        else:
            return None
    return data
