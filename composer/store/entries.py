"""An entry of the store and its record: `entry.json`, which carries its own digest."""

import errno
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from composer.errors import StorageError
from composer.store.digests import digest, file_digest

RECORD = "entry.json"

Identity = tuple[int, int, int]


@dataclass(frozen=True)
class Entry:
    """A whole entry: its folder, the digest and the size in bytes of each of its files, and what was noted beside them."""

    key: str
    folder: Path
    kind: str
    digests: Mapping[str, str]
    sizes: Mapping[str, int]
    notes: Mapping[str, Any]
    prove: "Callable[[Entry, str], None]" = field(compare=False, repr=False)

    def path(self, name: str) -> Path:
        """A file to read, hashed the first time that this process asks. Raises `DamagedError` when it is not as written."""
        self.prove(self, name)
        return self.folder / name

    def is_whole(self, name: str) -> bool:
        """Does a file hold the bytes that were written? Reads all of them.

        Raises `StorageError` when it cannot be read now, which says nothing of what it holds.
        """
        try:
            return file_digest(self.folder / name) == self.digests[name]
        except KeyError:
            return False
        except OSError as error:
            _only_if_gone(error)
            return False

    @property
    def digest(self) -> str:
        """One digest of all its content, for the keys of what is made from it."""
        return digest(dict(self.digests))

    @property
    def size_bytes(self) -> int:
        return sum(self.sizes.values())


def record(key: str, kind: str, folder: Path, notes: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The text of the record of what lies in `folder`, and what it says. Raises `OSError`."""
    names = sorted(path.name for path in folder.iterdir())
    said = {
        "key": key,
        "kind": kind,
        "digests": {name: file_digest(folder / name) for name in names},
        "sizes": {name: (folder / name).stat().st_size for name in names},
        "notes": json.loads(json.dumps(notes)),
    }
    return json.dumps({**said, "check": _check(said)}, indent=1), said


def read(key: str, folder: Path, prove: Callable[[Entry, str], None]) -> Entry | None:
    """The entry in `folder`, its record and its files' sizes as they were written; None when they are not.

    Raises `StorageError` when they cannot be read now.
    """
    try:
        said = json.loads((folder / RECORD).read_text())
        check = said.pop("check")
        if check != _check(said) or said["key"] != key:
            return None
        if any((folder / name).stat().st_size != size for name, size in said["sizes"].items()):
            return None
        return Entry(key, folder, said["kind"], said["digests"], said["sizes"], said["notes"], prove)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    except OSError as error:
        _only_if_gone(error)
        return None


def _only_if_gone(error: OSError) -> None:
    """Let pass that something is gone, or lies on a bad sector. Raises `StorageError` for what only cannot be read now."""
    if isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError) or error.errno == errno.EIO:
        return
    reason = (error.strerror or str(error)).lower()
    raise StorageError(f"cannot read {error.filename}: {reason}. What was rendered before is untouched") from error


def identity(folder: Path) -> Identity | None:
    """What tells the folder of an entry from another that takes its place; None when there is none. Raises `OSError`."""
    try:
        found = folder.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def _check(said: Mapping[str, Any]) -> str:
    return digest(json.dumps(said, sort_keys=True))
