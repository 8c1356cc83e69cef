"""What lies in a store: listed, verified, and collected, least recently used first."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from composer.errors import Wrong
from composer.failpoints import reach
from composer.store import entries
from composer.store.entries import RECORD
from composer.store.files import storage_error, sweep_left
from composer.store.keeping import DAMAGED, Store
from composer.store.pins import PINS, is_pinned
from composer.store.sessions import gate, held, sweep_dead

TRASH = "trash"
UNREADABLE = "unreadable"
_UNITS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(I?)B\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """An entry as it is listed: its size in bytes, and when it was last used, in seconds since 1970."""

    key: str
    kind: str
    size_bytes: int
    used_s: float
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """The film and the shot or segment that it was first made for."""
        return " ".join(str(self.notes[name]) for name in ("film", "segment", "shot") if name in self.notes)


@dataclass(frozen=True)
class Collected:
    """What a collection removed, in that order, and what stays; sizes in bytes."""

    removed: tuple[Item, ...]
    set_aside_bytes: int
    dead_sessions: int
    kept_bytes: int

    @property
    def freed_bytes(self) -> int:
        return sum(item.size_bytes for item in self.removed) + self.set_aside_bytes


def size_bytes(text: str) -> int:
    """Bytes of a size as people write it: `50GB`, `800MB`, `1.5GiB`. Raises `Wrong`."""
    match = _SIZE.fullmatch(text)
    if match is None or (match[3] and not match[2]):
        raise Wrong("size", f"`{text}` is no size", "expected a number and a unit, as 50GB, 800MB or 1.5GiB")
    base = 1024 if match[3] else 1000
    return int(Fraction(match[1]) * base ** _UNITS[match[2].upper()])


def items(root: Path) -> list[Item]:
    """Every entry, least recently used first. Raises `StorageError`."""
    try:
        found = [_item(folder) for folder in _folders(root)]
    except OSError as error:
        raise storage_error(error, root) from error
    return sorted((item for item in found if item), key=lambda item: (item.used_s, item.key))


def set_aside_size(root: Path) -> int:
    """Bytes of what was found damaged and set aside."""
    return _size(root / DAMAGED)


def verify(root: Path) -> tuple[Item, ...]:
    """Read every byte of every entry; those that are damaged, now set aside. Raises `StorageError`."""
    store = Store(root)
    damaged = []
    for item in items(root):
        seen = store.seen(item.key)
        entry = entries.read(item.key, store.folder(item.key), lambda *_: None)
        if entry and all(entry.is_whole(name) for name in entry.digests):
            continue
        if seen:  # it is gone when it was collected meanwhile
            store.set_aside(item.key, seen)
            damaged.append(item)
    return tuple(damaged)


def collect(root: Path, keep_bytes: int) -> Collected:
    """Remove entries, least recently used first, until no more than `keep_bytes` are left; those that a running render
    holds and those that are pinned stay. What was set aside and what dead processes left goes too.

    Raises `StorageError`.
    """
    if not root.is_dir():
        return Collected((), 0, 0, 0)
    try:
        dead = sweep_dead(root)
        sweep_left(root / PINS)
        aside = _size(root / DAMAGED)
        _empty(root / DAMAGED)
        _empty(root / TRASH)
        there = items(root)
        left = sum(item.size_bytes for item in there)
        removed = []
        for item in there:
            if left <= keep_bytes:
                break
            if _remove(root, item.key):
                left -= item.size_bytes
                removed.append(item)
    except OSError as error:
        raise storage_error(error, root) from error
    return Collected(tuple(removed), aside, dead, left)


def _empty(folder: Path) -> None:
    """Remove what is in a folder, but not the folder, into which another process may be about to move something."""
    for path in folder.glob("*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _remove(root: Path, key: str) -> bool:
    """Remove an entry unless it is held or pinned: out of sight in one step, alone in the store, then off the disk."""
    trash = root / TRASH
    trash.mkdir(exist_ok=True)
    gone = trash / f"{key}.{secrets.token_hex(4)}"
    with gate(root, alone=True):
        if key in held(root) or is_pinned(root, key):
            return False
        try:
            (root / key[:2] / key).rename(gone)
        except FileNotFoundError:
            return False
    reach("store.trashed")
    shutil.rmtree(gone, ignore_errors=True)
    return True


def _folders(root: Path) -> Iterator[Path]:
    for shelf in root.glob("??"):
        yield from (folder for folder in shelf.iterdir() if folder.name[:2] == shelf.name and folder.is_dir())


def _item(folder: Path) -> Item | None:
    try:
        used_s = folder.stat().st_mtime
        if (folder / RECORD).exists():
            used_s = (folder / RECORD).stat().st_mtime
    except FileNotFoundError:
        return None
    entry = entries.read(folder.name, folder, lambda *_: None)
    if entry is None:
        return Item(folder.name, UNREADABLE, _size(folder), used_s)
    return Item(folder.name, entry.kind, _size(folder), used_s, entry.notes)


def _size(folder: Path) -> int:
    """Bytes of what is in a folder now; another process may be removing it."""
    total = 0
    for place, _, names in os.walk(folder, onerror=_unless_shut_or_gone):
        for name in names:
            with suppress(FileNotFoundError):
                total += (Path(place) / name).stat().st_size
    return total


def _unless_shut_or_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | PermissionError):
        raise error
