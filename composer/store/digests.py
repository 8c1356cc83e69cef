"""Digests of values and files by what they hold, and of the package's own code."""

import hashlib
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_CHUNK_BYTES = 1 << 20
_SOURCES = frozenset({".py", ".html", ".css", ".js"})


def digest(*values: Any) -> str:
    """Hex digest of values by what they hold: arrays by bytes and shape, dataclasses by fields, mappings in key order.

    A field whose metadata say that it `joined_later` counts only where it is not its default: what was known before it did
    keeps its digest.
    """
    hasher = hashlib.blake2b(digest_size=20)
    for value in values:
        _feed(hasher, value)
    return hasher.hexdigest()


def _feed(hasher: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        hasher.update(f"array {value.dtype.str} {value.shape}\n".encode())
        hasher.update(np.ascontiguousarray(value))
    elif is_dataclass(value) and not isinstance(value, type):
        hasher.update(f"{type(value).__name__} {{\n".encode())
        for f in _counted(value):
            hasher.update(f"{f.name} ".encode())
            _feed(hasher, getattr(value, f.name))
        hasher.update(b"}\n")
    elif isinstance(value, Mapping):
        hasher.update(f"map {len(value)}\n".encode())
        for key in sorted(value, key=str):
            _feed(hasher, str(key))
            _feed(hasher, value[key])
    elif isinstance(value, list | tuple):
        hasher.update(f"list {len(value)}\n".encode())
        for item in value:
            _feed(hasher, item)
    elif isinstance(value, set | frozenset):
        _feed(hasher, sorted(value, key=str))
    elif isinstance(value, str | int | float | Fraction | Enum | Path | bytes | None):
        hasher.update(f"{type(value).__name__} {value!r}\n".encode())
    else:
        raise TypeError(f"cannot take a digest of {type(value).__name__}")


def _counted(value: Any) -> list[Field[Any]]:
    return [f for f in fields(value) if not (f.metadata.get("joined_later") and getattr(value, f.name) == f.default)]


def file_digest(path: Path) -> str:
    """Hex digest of a file's bytes. Raises `OSError`."""
    hasher = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.hexdigest()


@cache
def version_of(*parts: str) -> str:
    """Digest of the source of parts of the package (`scene`, `media`): a stage's version can then not be forgotten.

    Read once a process: what counts is the code that runs, not what is written to disk while it does.
    """
    root = Path(__file__).parent.parent
    return digest([(path.relative_to(root).as_posix(), path.read_bytes()) for path in sources_of(*parts)])


def sources_of(*parts: str) -> list[Path]:
    """The files that make up parts of the package: modules, and the templates of pages."""
    root = Path(__file__).parent.parent
    found = (path for part in parts for path in (*root.glob(f"{part}.py"), *root.glob(f"{part}/**/*")))
    return sorted({path for path in found if path.suffix in _SOURCES and path.is_file()})
