"""One render per output folder, by a lock that the system lets go of whatever becomes of who held it."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from composer.errors import FolderInUseError
from composer.store import storage_error, sweep

CLIPS, STATE, STEM_FOLDER = "clips", "state", "stems"
"""Folders in the output folder: of each shot, its clip and what the world is in it; the parts of the sound."""

_LOCK, _OWN = ".lock", ".render"
_PATIENCE_S = 0.1  # who only asks whether a folder is held, holds it for a moment


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold `folder` for this process; the system lets go of it even after a crash.

    Raises `FolderInUseError` when another render holds it (and says who), `StorageError` when it cannot be made.
    """
    path = folder / _LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise storage_error(error, folder) from error
    try:
        if not _taken(handle):
            raise _in_use(folder)
        note = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%F %T")})
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, note.encode(), 0)
        except OSError as error:
            raise storage_error(error, folder) from error
        yield
    finally:
        os.close(handle)


def holder(folder: Path) -> str | None:
    """Who renders into `folder` now, in words; None when nobody does."""
    try:
        handle = os.open(folder / _LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _said(folder / _LOCK)
    finally:
        os.close(handle)
    return None


def refuse_if_held(folder: Path) -> None:
    """Spare whoever would wait for nothing the work before `hold`. Raises `FolderInUseError`."""
    if holder(folder):
        raise _in_use(folder)


def tidy(folder: Path) -> None:
    """Remove what a render that was killed left half written; only for who holds `folder`. Raises `StorageError`."""
    for part in (folder, folder / CLIPS, folder / STATE, folder / STEM_FOLDER, folder / _OWN):
        sweep(part)


def _taken(handle: int) -> bool:
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until_s:
                return False
            time.sleep(0.01)
        else:
            return True


def _in_use(folder: Path) -> FolderInUseError:
    said = f"{folder} is in use by {_said(folder / _LOCK)}; wait for it, or render into another folder"
    return FolderInUseError(said)


def _said(path: Path) -> str:
    try:
        note = json.loads(path.read_text())
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another render"
