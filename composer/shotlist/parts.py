"""The parts of a shot list by path: what people call them, which model reads them, what is still to come."""

from dataclasses import dataclass
from typing import Any

from composer.errors import Path
from composer.schema import (
    Anchor,
    Camera,
    CameraKey,
    Cue,
    Effect,
    Footage,
    Gates,
    LayerItem,
    Line,
    LowerThird,
    Place,
    Plate,
    PlateCamera,
    Position,
    Shot,
    ShotList,
    ShotSound,
    Style,
    Subject,
)
from composer.schema.later import LATER_KEYS
from composer.schema.model import Model
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


_PARTS: dict[Path, Part] = {
    (): Part("film", ShotList),
    ("gates",): Part("gates", Gates),
    ("places", "*"): Part("place", Place),
    ("places", "*", "plate", "*"): Part("plate", Plate),
    ("places", "*", "plate", "*", "camera"): Part("plate camera", PlateCamera),
    ("places", "*", "anchors", "*"): Part("anchor", Anchor),
    ("places", "*", "marks", "*"): Part("mark", Position),
    ("subjects", "*"): Part("subject", Subject),
    ("styles", "*"): Part("style", Style),
    ("layers", "*", "*"): Part("layer item", LayerItem),
    ("layers", "*", "*", "lower_third"): Part("lower third", LowerThird),
    ("shots", "*"): Part("shot", Shot),
    ("shots", "*", "camera"): Part("camera", Camera),
    ("shots", "*", "footage"): Part("footage", Footage),
    ("music",): Part("cue", Cue),
    ("music", "*"): Part("cue", Cue),
    ("shots", "*", "dialogue"): Part("line", Line),
    ("shots", "*", "dialogue", "*"): Part("line", Line),
    ("shots", "*", "sound"): Part("sound", ShotSound),
    ("shots", "*", "sound", "effects"): Part("effect", Effect),
    ("shots", "*", "sound", "effects", "*"): Part("effect", Effect),
    ("shots", "*", "stage", "*"): Part("stage", Position),
    ("shots", "*", "camera", "keys", "*"): Part("key", CameraKey),
}
"""By path, with `*` for names and indexes."""


def parts() -> tuple[Part, ...]:
    return tuple(dict.fromkeys(_PARTS.values()))


def part_at(path: Path) -> Part | None:
    """The part whose keys stand at `path`; None for lists, dictionaries of names and plain values."""
    return next((part for pattern, part in _PARTS.items() if _is_like(path, pattern)), None)


def _is_like(path: Path, pattern: Path) -> bool:
    return len(path) == len(pattern) and all(wild in ("*", step) for step, wild in zip(path, pattern, strict=True))


_ALONE = {"film": "the film", "gates": "the gates", "cue": "a cue of the music"}
_WHOSE = {
    "shot": "",
    "stage": "the stage of ",
    "footage": "the footage of ",
    "line": "a line of ",
    "sound": "the sound of ",
    "effect": "an effect of ",
}


def called(path: Path, root: Node | None) -> str:
    """What people call the part at `path` or around it: "the camera of shot `walk`"."""
    while not (part := part_at(path)):
        path = path[:-1]
    if part.kind in _ALONE:
        return _ALONE[part.kind]
    if path[0] == "shots":
        shot = shot_called(int(path[1]), root)
        whose = _WHOSE.get(part.kind, "the camera of ")
        return f"key {int(path[4]) + 1} of {whose}{shot}" if part.kind == "key" else f"{whose}{shot}"
    if path[0] == "layers":
        item = f"item {int(path[2]) + 1} of layer `{str(path[1])[:60]}`"
        return f"the lower third of {item}" if part.kind == "lower third" else item
    if part.kind in ("plate", "plate camera"):
        return f"{'a' if part.kind == 'plate' else 'the camera of a'} plate of `{str(path[1])[:60]}`"
    return f"{part.kind} `{str(path[-1])[:60]}`"


def shot_called(index: int, root: Node | None) -> str:
    shots = root.values.get("shots") if isinstance(root, Mapping) else None
    shot = shots.items[index] if isinstance(shots, Sequence) and 0 <= index < len(shots.items) else None
    name = shot.values.get("shot") if isinstance(shot, Mapping) else None
    return f"shot `{name.text[:60]}`" if isinstance(name, Scalar) and name.text else f"shot {index + 1}"


Plain = str | list[Any] | dict[str, Any]


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
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            return None
    return data
