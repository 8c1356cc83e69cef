"""A content-addressed store: what was made once is found again by the digest of exactly what it was made from.

An entry is a folder, written whole or not at all: files, then `entry.json` with their digests, then one rename. It is
held against those digests when read; a damaged entry is set aside and counts as absent, so that it is made again.
"""

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from composer.errors import ComposerError, StorageError

_CHUNK_BYTES = 1 << 20
_ENTRY = "entry.json"
_PARTIAL = ".tmp"


def digest(*values: Any) -> str:
    """Hex digest of values by what they hold: arrays by bytes and shape, dataclasses by fields, mappings in key order."""
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
        for f in fields(value):
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


def file_digest(path: Path) -> str:
    """Hex digest of a file's bytes. Raises `OSError`."""
    hasher = hashlib.blake2b(digest_size=20)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            hasher.update(chunk)
    return hasher.hexdigest()


@dataclass(frozen=True)
class Entry:
    """A whole entry: its folder, the digest of each of its files, and what was noted beside them."""

    key: str
    folder: Path
    digests: Mapping[str, str]
    notes: Mapping[str, Any]

    def path(self, name: str) -> Path:
        return self.folder / name

    @property
    def digest(self) -> str:
        """One digest of all its content, for the keys of what is made from it."""
        return digest(dict(self.digests))


class DamagedError(ComposerError):
    """An entry is damaged, and was set aside: it is to be made again."""

    exit_code = StorageError.exit_code

    def __init__(self, key: str) -> None:
        super().__init__(f"the stored clip {key} is damaged, and was set aside")
        self.key = key

    def __reduce__(self) -> Any:
        return type(self), (self.key,)


class Store:
    """Entries under `root`, by key. Raises `StorageError` when the disk is full, unwritable or failing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._checked: dict[str, Entry] = {}

    def _folder(self, key: str) -> Path:
        return self.root / key[:2] / key

    def get(self, key: str) -> Entry | None:
        """The entry of `key`, verified; None when there is none, or when it is damaged (it is then set aside)."""
        if key in self._checked:
            return self._checked[key]
        folder = self._folder(key)
        try:
            said = json.loads((folder / _ENTRY).read_text())
            whole = all(file_digest(folder / name) == expected for name, expected in said["digests"].items())
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            whole = False
        if not whole:
            if folder.exists():
                self._set_aside(folder)
            return None
        self._checked[key] = Entry(key, folder, said["digests"], said["notes"])
        return self._checked[key]

    def put(self, key: str, write: Callable[[Path], Mapping[str, Any]]) -> Entry:
        """Make an entry: `write(folder)` puts its files there and returns notes (JSON) to keep beside them."""
        temporary = beside(self.root / key)
        try:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir(parents=True)
            notes = dict(write(temporary))
            names = sorted(p.name for p in temporary.iterdir())
            digests = {name: file_digest(temporary / name) for name in names}
            (temporary / _ENTRY).write_text(json.dumps({"key": key, "digests": digests, "notes": notes}, indent=1))
            for name in (*names, _ENTRY):
                sync(temporary / name)
            sync(temporary)
            folder = self._folder(key)
            folder.parent.mkdir(parents=True, exist_ok=True)
            if folder.exists():
                self._set_aside(folder)
            temporary.rename(folder)
            sync(folder.parent)
        except OSError as error:
            raise storage_error(error, self.root) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        self._checked[key] = Entry(key, folder, digests, notes)
        return self._checked[key]

    def get_or_put(self, key: str, write: Callable[[Path], Mapping[str, Any]]) -> Entry:
        return self.get(key) or self.put(key, write)

    def _set_aside(self, folder: Path) -> None:
        aside = self.root / "damaged"
        try:
            aside.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(aside / folder.name, ignore_errors=True)
            folder.rename(aside / folder.name)
        except OSError as error:
            raise storage_error(error, folder) from error


def sync(path: Path) -> None:
    """Have the disk hold a file or folder before anything relies on it. Raises `OSError`."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def beside(path: Path) -> Path:
    """Where `path` is written until it is whole; `sweep` knows it by its name."""
    return path.with_name(f".{path.name}.{os.getpid()}{_PARTIAL}")


def sweep(folder: Path) -> None:
    """Remove what a render that was killed left half written in `folder`; only for who holds it."""
    try:
        for path in folder.glob(f".*{_PARTIAL}"):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    except OSError as error:
        raise storage_error(error, folder) from error


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that readers see the old one or the new one, never half. Raises `StorageError`."""
    data = content.encode() if isinstance(content, str) else content
    temporary = beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync(path.parent)
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def read_regular(name: str | Path, most_bytes: int) -> bytes:
    """The first `most_bytes` of a file; a pipe or a device, which may never answer, is refused. Raises `OSError`."""
    with open(name, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "this is a pipe or a device")
        return file.read(most_bytes)


def _without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def storage_error(error: OSError, path: Path) -> StorageError:
    """The system's error in a sentence that names the path and what would help."""
    reason = (error.strerror or str(error)).lower()
    return StorageError(f"cannot write to {path}: {reason}. What was rendered before is untouched")


@cache
def version_of(*parts: str) -> str:
    """Digest of the source of parts of the package (`scene`, `media`): a stage's version can then not be forgotten.

    Read once a process: what counts is the code that runs, not what is written to disk while it does.
    """
    root = Path(__file__).parent
    files = sorted(
        path for part in parts for path in (*root.glob(f"{part}.py"), *root.glob(f"{part}/**/*.py")) if path.is_file()
    )
    return digest([(path.relative_to(root).as_posix(), path.read_bytes()) for path in files])
