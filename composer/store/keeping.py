"""The store's face: get, put, hold and pin entries; safe to use from many threads and many processes."""

import errno
import os
import secrets
import shutil
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from composer.errors import DamagedError
from composer.failpoints import reach
from composer.store import entries, pins
from composer.store.entries import RECORD, Entry, Identity
from composer.store.files import storage_error, sync
from composer.store.sessions import Session, gate

DAMAGED = "damaged"
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST)


class Store:
    """Entries under `root`, by key. Raises `StorageError` when the disk is full, unwritable or failing.

    What it got or put is held: nobody's `composer cache gc` removes it until the store is closed or its process ends.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._session: Session | None = None
        self._known: dict[str, Entry] = {}
        self._proven: set[tuple[str, str]] = set()
        self._proving: dict[tuple[str, str], threading.Lock] = {}
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[type["Store"], tuple[Path]]:
        return Store, (self.root,)

    def __enter__(self) -> "Store":  # noqa: PYI034 - beartype, which holds types while tests run, knows no Self here
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all that is held."""
        with self._lock:
            session, self._session = self._session, None
            self._known.clear()
        if session:
            session.close()

    def folder(self, key: str) -> Path:
        return self.root / key[:2] / key

    def seen(self, key: str) -> Identity | None:
        """Which entry has the place of `key` now; None when none has. Raises `StorageError`."""
        try:
            return entries.identity(self.folder(key))
        except OSError as error:
            raise storage_error(error, self.folder(key)) from error

    def get(self, key: str) -> Entry | None:
        """The entry of `key`; None when there is none, or when its record or a size is damaged (it is then set aside)."""
        with self._lock:
            if key in self._known:
                return self._known[key]
        folder = self.folder(key)
        try:
            session = self._opened()
            with gate(self.root):
                session.hold(key)
                seen = self.seen(key)
                entry = entries.read(key, folder, self._prove)
            if entry is None:
                self.set_aside(key, seen)
                return None
        except OSError as error:
            raise storage_error(error, self.root) from error
        with suppress(OSError):
            os.utime(folder / RECORD)
        return self._know(entry)

    def put(self, key: str, write: Callable[[Path], Mapping[str, Any]], *, kind: str = "") -> Entry:
        """Make an entry: `write(folder)` puts its files there and returns notes (JSON) to keep beside them.

        When another process put the same key meanwhile, its entry is taken and this one dropped. `kind` is what
        `composer cache ls` counts it as.
        """
        temporary: Path | None = None
        try:
            session = self._opened()
            with gate(self.root):
                session.hold(key)
            temporary = session.temporary()
            text, said = entries.record(key, kind, temporary, dict(write(temporary)))
            (temporary / RECORD).write_text(text)
            reach("store.entry-written")
            for name in (*said["digests"], RECORD):
                sync(temporary / name)
            sync(temporary)
            reach("store.entry-synced")
            folder = self.folder(key)
            folder.parent.mkdir(parents=True, exist_ok=True)
            entry = self._rename(key, temporary)
            reach("store.entry-renamed")
            sync(folder.parent)
            sync(self.root)
            reach("store.entry-done")
        except OSError as error:
            raise storage_error(error, self.root) from error
        finally:
            if temporary:
                shutil.rmtree(temporary, ignore_errors=True)
        return self._know(entry)

    def get_or_put(self, key: str, write: Callable[[Path], Mapping[str, Any]], *, kind: str = "") -> Entry:
        return self.get(key) or self.put(key, write, kind=kind)

    def pin(self, key: str, by: Path) -> None:
        """Keep the entry of `key` for as long as the file `by` is there and names it."""
        pins.pin(self.root, key, by)

    def unpin(self, key: str, by: Path) -> None:
        pins.unpin(self.root, key, by)

    def forget(self, key: str) -> None:
        """Look at the entry of `key` anew when it is asked for: another process may have set it aside."""
        with self._lock:
            self._known.pop(key, None)
            self._proven = {one for one in self._proven if one[0] != key}

    def set_aside(self, key: str, seen: Identity | None) -> None:
        """Move the entry that was `seen` to be damaged to where nobody finds it; a better one that took its place stays.

        Raises `StorageError`.
        """
        self.forget(key)
        if seen is None:
            return
        folder, aside = self.folder(key), self.root / DAMAGED
        try:
            aside.mkdir(parents=True, exist_ok=True)
            with gate(self.root, alone=True):
                if entries.identity(folder) == seen:  # else another process was first
                    folder.rename(aside / f"{key}.{secrets.token_hex(4)}")
            reach("store.set-aside")
        except OSError as error:
            raise storage_error(error, folder) from error

    def _opened(self) -> Session:
        with self._lock:
            if self._session is None:
                self._session = Session(self.root)
            return self._session

    def _know(self, entry: Entry) -> Entry:
        with self._lock:
            return self._known.setdefault(entry.key, entry)

    def _rename(self, key: str, temporary: Path) -> Entry:
        """Give a whole entry its place, unless a good one has it: then that one."""
        folder = self.folder(key)
        for _ in range(3):
            try:
                temporary.rename(folder)
            except OSError as error:
                if error.errno not in _TAKEN:
                    raise
                seen = self.seen(key)
                there = entries.read(key, folder, self._prove)
                if there and all(there.is_whole(name) for name in there.digests):
                    return there
                self.set_aside(key, seen)
                continue
            seen = self.seen(key)
            entry = entries.read(key, folder, self._prove)
            if entry:
                with self._lock:
                    self._proven.update((key, name) for name in entry.digests)
                return entry
            self.set_aside(key, seen)
            break
        raise OSError(errno.EIO, "what was written reads back damaged")

    def _prove(self, entry: Entry, name: str) -> None:
        if name not in entry.digests:  # the record, which proved itself when it was read
            return
        at = (entry.key, name)
        with self._lock:
            if at in self._proven:
                return
            proving = self._proving.setdefault(at, threading.Lock())
        with proving:
            with self._lock:
                if at in self._proven:
                    return
            seen = self.seen(entry.key)
            if not entry.is_whole(name):
                self.set_aside(entry.key, seen)
                raise DamagedError(entry.key)
            with self._lock:
                self._proven.add(at)
