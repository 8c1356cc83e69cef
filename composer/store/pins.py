"""Entries that a file beside a shot list names: they stay for as long as it does."""

import json
from collections.abc import Iterator
from pathlib import Path

from composer.store.digests import digest
from composer.store.files import storage_error, write_whole

PINS = "pins"


def pin(root: Path, key: str, by: Path) -> None:
    """Note that the file `by` names `key`. Raises `StorageError`."""
    file = by.resolve()
    path, text = _at(root, key, file), json.dumps({"key": key, "by": str(file)})
    try:
        if path.read_text() == text:
            return
    except (OSError, ValueError):
        pass  # it is not there, or is to be written again
    write_whole(path, text)


def unpin(root: Path, key: str, by: Path) -> None:
    """Forget that. Raises `StorageError`."""
    path = _at(root, key, by.resolve())
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def is_pinned(root: Path, key: str) -> bool:
    """Is the entry named by a file that is still there and still holds it?"""
    return any(named == key and _names(by, key) for named, by in _notes(root))


def _notes(root: Path) -> Iterator[tuple[str, Path]]:
    for path in (root / PINS).glob("*.json"):
        try:
            said = json.loads(path.read_text())
            yield str(said["key"]), Path(said["by"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue


def _names(by: Path, key: str) -> bool:
    try:
        return key in by.read_text()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True  # it is there and cannot be read now: what it locks is not for a collector to judge


def _at(root: Path, key: str, by: Path) -> Path:
    return root / PINS / f"{digest(key, str(by))}.json"
