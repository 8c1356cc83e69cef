"""The sound part of a shot list with faults, so that what refers to it can be checked in the same pass."""

import copy

from pydantic import ValidationError

from composer.errors import Path
from composer.schema import ShotList
from composer.shotlist.parts import Plain, value_at

_ROUNDS = 8
STAND_IN_SHOT = "shot_without_name_"
_STAND_INS: dict[str, Plain] = {
    "duration": "1s",
    "anchors": {},
    "places": {"somewhere": {"anchors": {}}},
    "box": "1 x 1 x 1m",
    "cylinder": "1 x 1m",
    "sphere": "1m",
    "wall": "1 x 1m",
    "ramp": "1 x 1 x 1m",
    "room": "5 x 4 x 2.6m",
    "person": "1.7m",
    "footage": {"file": "x.mp4", "in": "0s", "out": "1s"},
}
"""Harmless values of keys that something else hangs on."""


def repaired(data: Plain, error: ValidationError) -> ShotList | None:
    """`data` without its faulty values, or with a harmless one where one is required; None when nothing is left.

    Shots are never taken out, so that places and times of the others stay what they are.
    """
    sound = copy.deepcopy(data)
    for _ in range(_ROUNDS):
        for detail in error.errors(include_url=False, include_context=False, include_input=False):
            _mend(sound, tuple(detail["loc"]), missing=detail["type"] == "missing")
        try:
            return ShotList.model_validate(sound, by_alias=True, by_name=False)
        except ValidationError as again:
            error = again
    return None


def _mend(data: Plain, loc: Path, *, missing: bool) -> None:
    path = _there(data, loc[:-1] if loc[-1:] == ("[key]",) else loc)
    if missing:
        parent = value_at(data, loc[:-1])
        if isinstance(parent, dict):
            parent[str(loc[-1])] = _stand_in(loc)
        return
    if not path:
        return
    parent, step = value_at(data, path[:-1]), path[-1]
    if isinstance(parent, dict) and isinstance(step, str):
        if path[-2:] in (("camera", "file"), ("footage", "file")):
            parent[step] = "x.json" if path[-2] == "camera" else "x.mp4"  # else a camera or a length would lack
        elif step in _STAND_INS or _is_needed(path):
            parent[step] = _stand_in(path)
        else:
            del parent[step]
    elif isinstance(parent, list) and isinstance(step, int):
        if path[0] == "shots" and len(path) == 2:
            parent[step] = {"shot": _stand_in((*path, "shot")), "duration": "1s"}
        else:
            del parent[step:]


def _is_needed(path: Path) -> bool:
    """Is it a key without which its part is none: not one of that name that stands where it does not belong?"""
    match path:
        case ("shots",) | ("shots", int(), "shot"):
            return True
    return path[0] == "styles" and path[-1] == "look"


def _there(data: Plain, loc: Path) -> Path:
    """As much of `loc` as `data` holds."""
    for depth in range(len(loc), 0, -1):
        parent = value_at(data, loc[: depth - 1])
        step = loc[depth - 1]
        if (isinstance(parent, dict) and step in parent) or (
            isinstance(parent, list) and isinstance(step, int) and step < len(parent)
        ):
            return loc[:depth]
    return ()


def _stand_in(path: Path) -> Plain:
    if path[-1] == "shot":
        return f"{STAND_IN_SHOT}{path[1]}"
    if path[-2:] == ("footage", "file"):
        return "x.mp4"
    if path[-1] == "shots":
        return [{"shot": f"{STAND_IN_SHOT}0", "duration": "1s"}]
    return copy.deepcopy(_STAND_INS.get(str(path[-1]), "x"))
