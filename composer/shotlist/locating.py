"""Faults that later stages find, placed in the file that the shot list was read from."""

from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any

from composer.errors import Fault, Problem
from composer.schema import ShotList
from composer.shotlist.checking import check
from composer.shotlist.parts import plain
from composer.shotlist.source import Source
from composer.shotlist.tree import Mapping


def locate(shotlist: ShotList, problems: Iterable[Problem]) -> tuple[Fault, ...]:
    """Each problem at its line and column, in file order; of a list built in Python, at the path of its key."""
    source = shotlist._source  # noqa: SLF001 - the model keeps it for us
    if isinstance(source, Source):
        return tuple(sorted((source.locate(problem) for problem in problems), key=lambda f: (f.line, f.column)))
    return tuple(Fault("", 0, 0, 0, p.code, p.message, p.expected, "", p.path, p.severity) for p in problems)


def folder_of(shotlist: ShotList) -> FilePath | None:
    """The folder whose files the list may name; None for a list built in Python."""
    source = shotlist._source  # noqa: SLF001 - the model keeps it for us
    return source.folder if isinstance(source, Source) else None


def file_of(shotlist: ShotList) -> FilePath | None:
    """The file that a list was read from; None for one that was read from text, or built in Python."""
    source = shotlist._source  # noqa: SLF001 - the model keeps it for us
    return FilePath(source.file) if isinstance(source, Source) and source.folder is not None else None


def text_of(shotlist: ShotList) -> str | None:
    """The text that a list was read from; None for one that was built in Python."""
    source = shotlist._source  # noqa: SLF001 - the model keeps it for us
    return source.text if isinstance(source, Source) else None


def document_of(shotlist: ShotList) -> dict[str, Any] | None:
    """A list as plain texts, lists and mappings; None of one that was built in Python."""
    source = shotlist._source  # noqa: SLF001 - the model keeps it for us
    root = source.root if isinstance(source, Source) else None
    return {key: plain(value) for key, value in root.values.items()} if isinstance(root, Mapping) else None


def warnings(shotlist: ShotList) -> tuple[Fault, ...]:
    """What `load` found and let pass, in file order."""
    return locate(
        shotlist, [problem for problem in check(shotlist, folder=folder_of(shotlist)) if problem.severity == "warning"]
    )
