"""Pydantic's errors in the words of the house."""

from fractions import Fraction
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from composer.errors import Path, Problem, Wrong
from composer.schema.later import LATER_VALUES
from composer.schema.names import did_you_mean
from composer.schema.quantities import NoTimeUnit, shown
from composer.shotlist.parts import called, part_at
from composer.shotlist.source import Source
from composer.shotlist.tree import Mapping, Node, Scalar, Sequence

MOST_FAULTS = 200
"""Faults that are told in full; a file with more is told how many there are."""


def translate(error: ValidationError, source: Source, fps: Fraction) -> tuple[list[Problem], int]:
    """The first errors of the file as problems, and how many more there are. `fps` of the film, for hints in frames."""
    found: dict[Path, tuple[ErrorDetails, bool]] = {}
    for detail in error.errors(include_url=False, include_context=True, include_input=False):
        on_key = bool(detail["loc"]) and detail["loc"][-1] == "[key]"
        path = _in_file(detail["loc"][:-1] if on_key else detail["loc"], detail["type"], source)
        told = detail["type"] == "missing" and not source.find(path)[2]
        if not told and not _comma_goes_on(path, detail, source):
            found.setdefault(path, (detail, on_key))
    paths = sorted(found, key=lambda path: source.span(path, on_key=found[path][1]))
    return [_problem(path, *found[path], source, fps) for path in paths[:MOST_FAULTS]], max(0, len(paths) - MOST_FAULTS)


def _in_file(loc: tuple[str | int, ...], kind: str, source: Source) -> Path:
    """`loc` without what pydantic adds; a missing key stays at the end."""
    _, _, rest = source.find(loc)
    return loc if kind == "missing" or not rest else loc[: len(loc) - len(rest)] + rest[:1]


def _problem(path: Path, detail: ErrorDetails, on_key: bool, source: Source, fps: Fraction) -> Problem:
    node, _, rest = source.find(path)
    wrong: Any = detail.get("ctx", {}).get("error")
    kind = detail["type"]
    if kind == "missing":
        return _missing(path, source)
    if kind == "extra_forbidden":
        return _unknown_key(path, source)
    if not rest and isinstance(node, Scalar) and node.empty and not on_key:
        return _no_value(path, source)
    if isinstance(wrong, NoTimeUnit):
        wrong = wrong.at_rate(fps)
    if isinstance(wrong, Wrong):
        return Problem(path, wrong.code, wrong.message, wrong.expected, wrong.focus, on_key)
    if kind == "literal_error":
        return _literal(path, detail, node)
    return _kind(path, kind, node, source)


def _missing(path: Path, source: Source) -> Problem:
    what = called(path[:-1], source.root)
    code = "missing-key"
    return Problem(path, code, f"{what} has no `{path[-1]}`", (f"expected `{path[-1]}: …`",))


def _no_value(path: Path, source: Source) -> Problem:
    name = f"`{path[-1]}`" if isinstance(path[-1:], tuple) and path and isinstance(path[-1], str) else "an item"
    return Problem(
        path,
        "no-value",
        f"{name} in {called(path[:-1], source.root)} has no value",
        ("expected a value, or nothing at all",),
    )


def _unknown_key(path: Path, source: Source) -> Problem:
    parent, key = path[:-1], str(path[-1])
    part = part_at(parent)
    what = called(parent, source.root)
    quoted = _comma_in_braces(parent, key, source)
    if quoted:
        hint = f"inside {{ }} a comma ends the text before it. Did you mean `{quoted}`?"
        said = f"unknown key `{shown(key)}`, without a value, in {what}"
        return Problem(path, "comma-in-braces", said, (hint,), on_key=True)
    if part is None:
        return Problem(path, "unknown-key", f"unknown key `{shown(key)}` in {what}", on_key=True)
    expected = f"expected one of: {', '.join(part.keys)}"
    if key in part.later:
        return Problem(
            path, "not-yet", f"the key `{key}` of {what} is not in this version yet", (expected,), on_key=True
        )
    said = f"unknown key `{shown(key)}` in {what}"
    hint = did_you_mean(key, part.keys) if len(key) < 40 else ""
    return Problem(path, "unknown-key", said, (f"{expected}.{hint}" if hint else expected,), on_key=True)


def _comma_in_braces(parent: Path, key: str, source: Source) -> str:
    """The text that a comma in a flow mapping cut apart, put together and quoted: `look: "brick, slate roof"`."""
    node, _, rest = source.find(parent)
    if rest or not isinstance(node, Mapping) or not node.flow or not _bare(node, key):
        return ""
    keys = list(node.keys)
    at = keys.index(key)
    if at == 0 or not isinstance(node.values[keys[at - 1]], Scalar) or _bare(node, keys[at - 1]):
        return ""
    pieces = [node.values[keys[at - 1]].text]  # type: ignore[union-attr]
    while at < len(keys) and _bare(node, keys[at]):
        pieces.append(keys[at])
        at += 1
    return f'{keys[keys.index(key) - 1]}: "{shown(", ".join(pieces), 120)}"'


def _comma_goes_on(path: Path, detail: ErrorDetails, source: Source) -> bool:
    """Is this a further piece of a text that a comma cut apart, told already with the first piece?"""
    if detail["type"] != "extra_forbidden":
        return False
    node, _, rest = source.find(path[:-1])
    if rest or not isinstance(node, Mapping) or not node.flow:
        return False
    keys = list(node.keys)
    at = keys.index(str(path[-1])) if path[-1] in node.keys else 0
    return at > 0 and _bare(node, keys[at]) and _bare(node, keys[at - 1])


def _bare(node: Mapping, key: str) -> bool:
    value = node.values[key]
    return isinstance(value, Scalar) and value.empty


def _literal(path: Path, detail: ErrorDetails, node: Node | None) -> Problem:
    text = node.text if isinstance(node, Scalar) else ""
    good = [
        word.strip(" '") for word in str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ", ").split(", ")
    ]
    expected = f"expected one of: {', '.join(good)}" if len(good) > 1 else f"expected `{good[0]}`"
    if path[-1] in ("edit", "time") and text.split()[:1] and text.split()[0] in LATER_VALUES:
        return Problem(path, "not-yet", f"`{text.split()[0]}` is not in this version yet", (expected,), text.split()[0])
    said = f"`{shown(text)}` is no {path[-1]}" if isinstance(node, Scalar) else f"`{path[-1]}` takes a word"
    hint = did_you_mean(text, good)
    return Problem(path, "word", said, (f"{expected}.{hint}" if hint else expected,))


_SHAPES = {
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
}


def _kind(path: Path, kind: str, node: Node | None, source: Source) -> Problem:
    name = f"`{path[-1]}`" if path and isinstance(path[-1], str) else called(path, source.root)
    if kind == "too_short":
        return Problem(path, "empty", f"{name} is empty", ("expected one or more",), on_key=True)
    if kind == "string_too_short":
        return Problem(path, "empty", f"{name} is an empty text", ("expected a text, or no key at all",))
    if kind == "string_too_long":
        return Problem(path, "too-long", f"{name} has more than 4000 characters", ("expected 4000 at most",))
    if kind in _SHAPES:
        wanted = _SHAPES[kind]
        found = {Scalar: "a text", Sequence: "a list", Mapping: "a mapping"}.get(type(node), "something else")
        example = {
            "a mapping": "`key: value` lines, indented",
            "a list": "lines that begin with `- `",
            "a text": "words",
        }[wanted]
        return Problem(path, "kind", f"{name} is {found}, not {wanted}", (f"expected {example}",))
    return Problem(path, "value", f"{name} is not what is expected here", ())
