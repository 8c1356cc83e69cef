"""Pydantic's errors in the words of the house."""

import re
from fractions import Fraction
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from composer.errors import Path, Problem, Wrong
from composer.looks import material_named
from composer.schema.quantities import NoTimeUnit, shown
from composer.schema.synonyms import LIGHTS_MEANT
from composer.shotlist.commas import cut_apart, goes_on
from composer.shotlist.misplaced import belongs
from composer.shotlist.parts import called, part_at
from composer.shotlist.source import Source
from composer.shotlist.tree import Mapping, Node, Scalar, Sequence
from composer.spelling import did_you_mean

MOST_FAULTS = 200
"""Faults that are told in full; a file with more is told how many there are."""


def translate(error: ValidationError, source: Source, fps: Fraction) -> tuple[list[Problem], int]:
    """The first errors of the file as problems, and how many more there are. `fps` of the film, for hints in frames."""
    found: dict[Path, tuple[ErrorDetails, bool]] = {}
    for detail in error.errors(include_url=False, include_context=True, include_input=False):
        on_key = bool(detail["loc"]) and detail["loc"][-1] == "[key]"
        path = _in_file(detail["loc"][:-1] if on_key else detail["loc"], detail["type"], source)
        told = detail["type"] == "missing" and not source.find(path)[2]
        if not told and not (path and goes_on(path, source)):
            found.setdefault(path, (detail, on_key))
    for path in list(found):  # what a comma cut apart is told once, with its rest
        owner, _ = cut_apart(path[:-1], str(path[-1]), source) if path else ("", "")
        if owner:
            found.pop((*path[:-1], owner), None)
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
    if kind in ("missing", "extra_forbidden"):
        return _missing(path, source) if kind == "missing" else _unknown_key(path, source)
    if path and not rest and isinstance(node, Scalar) and node.empty:
        meant = cut_apart(path[:-1], str(path[-1]), source)[1]
        if meant or not on_key:
            return _cut_apart(path, meant, source) if meant else _no_value(path, source)
    if isinstance(wrong, NoTimeUnit):
        wrong = wrong.at_rate(fps)
    if isinstance(wrong, Wrong) and wrong.code == "taken-name" and not on_key and path[-1] != "shot":
        wrong = Wrong(wrong.code, wrong.message, "expected a name that the list declares", focus=wrong.focus)
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
    expected = "expected a value, or nothing at all"
    if comment := _comment_after(path, source):
        expected = f'` #` begins a comment. Did you mean `{path[-1]}: "{comment}"`?'
    return Problem(path, "no-value", f"{name} in {called(path[:-1], source.root)} has no value", (expected,))


def _comment_after(path: Path, source: Source) -> str:
    """The first word of the comment that stands where the value of `path` should."""
    _, key, _ = source.find(path)
    found = re.compile(r":[ ]+(#[^\s,}\]]+)").match(source.text, key.end) if key else None
    return found[1] if found else ""


def _unknown_key(path: Path, source: Source) -> Problem:
    parent, key = path[:-1], str(path[-1])
    part = part_at(parent)
    what = called(parent, source.root)
    _, meant = cut_apart(parent, key, source)
    if meant:
        return _cut_apart(path, meant, source)
    if part is None:
        return Problem(path, "unknown-key", f"unknown key `{shown(key)}` in {what}", on_key=True)
    expected = f"expected one of: {', '.join(part.keys)}"
    if key in part.later:
        return Problem(
            path, "not-yet", f"the key `{key}` of {what} is not in this version yet", (expected,), on_key=True
        )
    said = f"unknown key `{shown(key)}` in {what}"
    if home := belongs(part, parent, key, source):
        return Problem(path, "unknown-key", said, (home,), on_key=True)
    hint = did_you_mean(key, part.keys) if len(key) < 40 else ""
    return Problem(path, "unknown-key", said, (f"{expected}.{hint}" if hint else expected,), on_key=True)


def _cut_apart(path: Path, meant: str, source: Source) -> Problem:
    hint = f"inside {{ }} a comma ends the text before it. Did you mean `{meant}`?"
    said = f"unknown key `{shown(str(path[-1]))}`, without a value, in {called(path[:-1], source.root)}"
    return Problem(path, "comma-in-braces", said, (hint,), on_key=True)


def _literal(path: Path, detail: ErrorDetails, node: Node | None) -> Problem:
    text = node.text if isinstance(node, Scalar) else ""
    good = [
        word.strip(" '") for word in str(detail.get("ctx", {}).get("expected", "")).replace(" or ", ", ").split(", ")
    ]
    expected = f"expected one of: {', '.join(good)}" if len(good) > 1 else f"expected `{good[0]}`"
    said = f"`{shown(text)}` is no {path[-1]}" if isinstance(node, Scalar) else f"`{path[-1]}` takes a word"
    hint = (
        f" Did you mean `{LIGHTS_MEANT[text.lower()]}`?" if path[-1] == "light" and text.lower() in LIGHTS_MEANT else ""
    )
    if path[-1] == "material" and (named := material_named(text)):
        hint = f" Did you mean `{named}`?"
    hint = hint or did_you_mean(text, good)
    return Problem(path, "word", said, (f"{expected}.{hint}" if hint else expected,))


_SHAPES = {
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
}


def _mapping_meant(path: Path, node: Node | None) -> str:
    """What to write where a mapping or a list was meant and something near it was written."""
    if path[-1:] == ("shots",) and isinstance(node, Mapping):
        return "each shot is an item of the list and begins with a dash: `- shot: NAME`"
    if path[-1:] == ("motion",):
        pairs = re.fullmatch(r"([a-z][a-z0-9_]+: [^:{}]+)", node.text) if isinstance(node, Scalar) else None
        return (
            f"Did you mean `motion: {{{pairs[1]}}}`?"
            if pairs
            else "expected who does it: `motion: {NAME: walk to spot}`"
        )
    return ""


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
        expected = _mapping_meant(path, node) or f"expected {example}"
        return Problem(path, "kind", f"{name} is {found}, not {wanted}", (expected,))
    return Problem(path, "value", f"{name} is not what is expected here", ())
