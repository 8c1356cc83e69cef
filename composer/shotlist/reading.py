"""A YAML file to a `ShotList`, with every fault found in one pass and told in file order."""

from dataclasses import replace
from fractions import Fraction
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from composer.errors import Fault, Problem, ShotListError, Wrong
from composer.schema import ShotList
from composer.schema.sizes import parse_frame_rate
from composer.shotlist.checking import check
from composer.shotlist.checking_footage import with_ends
from composer.shotlist.end_points import with_end_points
from composer.shotlist.guard import MOST_BYTES, Refused, decode
from composer.shotlist.names import Declared
from composer.shotlist.parts import Plain, plain, shot_called, value_at
from composer.shotlist.rendering import render
from composer.shotlist.repairing import STAND_IN_SHOT, repaired
from composer.shotlist.source import Source
from composer.shotlist.syntax import MENDED
from composer.shotlist.translating import MOST_FAULTS, translate
from composer.shotlist.tree import Mapping, grow
from composer.store import read_regular


def load(path: str | PathLike[str]) -> ShotList:
    """The shot list in the file at `path`.

    Raises `ShotListError` with every fault, in file order; files that the list names must lie in its folder.
    """
    name = fspath(path)
    try:
        data = read_regular(name, MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no file name"
        fault = Fault(name, 0, 0, 0, "no-file", f"cannot be read: {reason}", ("expected a YAML file",))
        raise _error([fault]) from None
    return read(data, name, FilePath(name).parent)


def read(data: str | bytes, file: str = "shot list", folder: FilePath | None = None) -> ShotList:
    """The shot list written in `data`; `file` names it in faults. Raises `ShotListError` with every fault.

    `folder` holds the files that the list names; without it they are not looked for.
    """
    try:
        text = decode(data)
        root, flaws = grow(text)
    except Refused as refused:
        source = Source(file, refused.text, None, folder)
        raise _error([source.fault(refused.start, refused.end, refused.wrong)]) from None
    source = Source(file, text, root, folder)
    faults = [source.fault(flaw.start, flaw.end, flaw.wrong) for flaw in flaws]
    broken = any(flaw.breaks for flaw in flaws)
    if not isinstance(root, Mapping):
        if not broken:
            faults.append(
                source.fault(*_beginning(source), Wrong("kind", _found(source), "expected `places:` and `shots:`"))
            )
        raise _error(faults)
    if broken:
        raise _error(faults)
    shotlist, found, left_over = _understand(source, plain(root))
    faults += [fault for fault in map(source.locate, found) if not any(_covers(fault, known) for known in faults)]
    if shotlist is None or any(fault.severity == "error" for fault in faults):
        raise _error(faults, left_over)
    return shotlist


def document(text: str) -> dict[str, Any]:
    """A list that was read once as plain texts, lists and mappings. Raises `ShotListError` where it can no longer be."""
    try:
        root, flaws = grow(decode(text))
    except Refused as refused:
        raise _error([Source("", refused.text, None).fault(refused.start, refused.end, refused.wrong)]) from None
    source = Source("", text, root)
    if flaws:
        raise _error([source.fault(flaw.start, flaw.end, flaw.wrong) for flaw in flaws])
    if not isinstance(root, Mapping):
        raise _error([source.fault(*_beginning(source), Wrong("kind", _found(source)))])
    return {key: plain(value) for key, value in root.values.items()}


def _understand(source: Source, data: Plain) -> tuple[ShotList | None, list[Problem], int]:
    """The shot list if every value is good, all faults and warnings, and how many more faults were left over.

    When some values are not good, what refers to them is passed over and the rest is checked all the same.
    """
    if isinstance(data, dict):
        data.setdefault("title", FilePath(source.file).stem or "untitled")
    try:
        shotlist = ShotList.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        problems, left_over = translate(error, source, _fps(data))
        sound = None if left_over else repaired(data, error)
        if sound is not None:
            told = [problem.path for problem in problems]
            more = check(sound, Declared.in_data(data), source.folder)
            fresh = [problem for problem in more if not any(_touch(problem.path, path) for path in told)]
            problems = with_end_points(problems, sound)
            problems += [_by_name(problem, source) for problem in fresh]
        return None, problems, left_over
    shotlist = with_ends(shotlist, source.folder)
    shotlist._source = source  # noqa: SLF001 - the model keeps it for us, and hides it from its own fields
    return shotlist, check(shotlist, folder=source.folder), 0


def _covers(fault: Fault, known: Fault) -> bool:
    """Is `fault` about a text that lacks its quotes, and so was read only in part?"""
    inside = fault.line == known.line and fault.column <= known.column < fault.column + fault.width
    return inside and known.code in MENDED


def _by_name(problem: Problem, source: Source) -> Problem:
    """`problem` with the shot called as the file calls it, where a stand-in took the place of a faulty name."""
    match problem.path:
        case ("shots", int(index), *_):
            stand_in = f"shot `{STAND_IN_SHOT}{index}`"
            return replace(problem, message=problem.message.replace(stand_in, shot_called(index, source.root)))
    return problem


def _touch(one: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    """Is one path the other, or inside it?"""
    shared = min(len(one), len(other))
    return one[:shared] == other[:shared]


def _fps(data: Plain) -> Fraction:
    try:
        return parse_frame_rate(value_at(data, ("fps",)) or "24")
    except Wrong:
        return Fraction(24)


def _beginning(source: Source) -> tuple[int, int]:
    return (source.root.start, source.root.start + 1) if source.root else (0, 0)


def _found(source: Source) -> str:
    return "this file is empty" if source.root is None else "a shot list is a mapping of keys, and this is none"


def _error(faults: list[Fault], left_over: int = 0) -> ShotListError:
    """All faults in file order; of very many, the first ones and a count."""
    ordered = sorted(faults, key=lambda fault: (fault.line, fault.column))
    left_over += max(0, len(ordered) - MOST_FAULTS)
    ordered = ordered[:MOST_FAULTS]
    if left_over:
        last = ordered[-1]
        said = f"{left_over} more faults after this one"
        ordered.append(Fault(last.file, last.line, last.column, last.width, "more", said, (), last.excerpt, last.path))
    return ShotListError(ordered, "\n".join(render(fault) for fault in ordered))
