"""Texts that a comma inside braces cut apart: what was meant, as it can be pasted."""

import re
from collections.abc import Callable
from typing import Any

from composer.errors import Path, Wrong
from composer.schema.framings import framing_meant
from composer.schema.motions import parse_motion
from composer.schema.moves import parse_moves
from composer.schema.names import NAME, TAKEN
from composer.schema.phrases import parse_ambience, parse_pair
from composer.schema.quantities import NUMBER, shown
from composer.schema.sizes import offered_point
from composer.shotlist.source import Source
from composer.shotlist.tree import Mapping, Scalar

_TEXTS = frozenset(["look", "prompt", "ground", "title", "text", "label", "line"])
_POINTS = frozenset(["at", "offset"])
_LISTS = {"between": parse_pair, "ambience": parse_ambience}


def cut_apart(parent: Path, key: str, source: Source) -> tuple[str, str]:
    """What was written and what was meant, if `key` is the rest of a text that a comma in a flow mapping cut apart.

    `look: brick, slate roof` was meant as `look: "brick, slate roof"`, `move: dolly in 1m, pan left 9deg` as a list.
    The first is the key that holds the beginning; both are "" when this is something else.
    """
    node, _, rest = source.find(parent)
    if rest or not isinstance(node, Mapping) or not node.flow or key not in node.values or not bare(node, key):
        return "", ""
    keys = list(node.keys)
    at = keys.index(key)
    before = node.values[keys[at - 1]] if at else None
    if not isinstance(before, Scalar) or bare(node, keys[at - 1]):
        return "", ""
    owner, pieces = keys[at - 1], [before.text]
    while at < len(keys) and bare(node, keys[at]):
        pieces.append(keys[at])
        at += 1
    meant = _meant((*parent, owner), pieces)
    return (owner, f"{owner}: {meant}") if meant else ("", "")


def goes_on(path: Path, source: Source) -> bool:
    """Is the key at `path` a further piece of a text that a comma cut apart, told already with the first piece?"""
    node, _, rest = source.find(path[:-1])
    if rest or not isinstance(node, Mapping) or not node.flow:
        return False
    keys = list(node.keys)
    at = keys.index(str(path[-1])) if path[-1] in node.keys else 0
    return at > 0 and bare(node, keys[at]) and bare(node, keys[at - 1])


def bare(node: Mapping, key: str) -> bool:
    value = node.values[key]
    return isinstance(value, Scalar) and value.empty


def _meant(path: Path, pieces: list[str]) -> str:
    key, text = str(path[-1]), ", ".join(pieces)
    number = re.fullmatch(NUMBER, pieces[0])
    if key in _TEXTS:
        return f'"{shown(text, 120)}"'
    if key == "frame":
        framing = framing_meant(text, lambda name: name not in TAKEN and bool(re.fullmatch(NAME, name)))
        return "" if framing.startswith("camera") else framing
    if key in _POINTS:
        return "".join(re.findall(r"`(.+)`", offered_point(text)))
    if number and len(pieces) == 2 and re.fullmatch(r"\d+[a-z/]+", pieces[1]):
        return ".".join(pieces)
    in_motion = len(path) > 1 and path[-2] == "motion"
    parse = parse_moves if key == "move" else parse_motion if in_motion else _LISTS.get(key)
    return f"[{text}]" if parse and _takes(parse, pieces) else ""


def _takes(parse: Callable[[Any], Any], pieces: list[str]) -> bool:
    try:
        parse(pieces)
    except Wrong:
        return False
    return True
