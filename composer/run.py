"""Long work: one render per output folder, and how much of it is left."""

import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from composer.errors import FolderInUseError
from composer.store import storage_error
from composer.types import Progress

OnProgress = Callable[[Progress], None]
_LOCK = ".lock"


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
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUseError(
                f"{folder} is in use by {_holder(path)}; wait for it, or render into another folder"
            ) from None
        note = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": time.strftime("%F %T")})
        try:
            os.ftruncate(handle, 0)
            os.pwrite(handle, note.encode(), 0)
        except OSError as error:
            raise storage_error(error, folder) from error
        yield
    finally:
        os.close(handle)


def _holder(path: Path) -> str:
    try:
        note = json.loads(path.read_text())
        return f"process {note['pid']} on {note['host']} since {note['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another render"


class Meter:
    """Counts units of work done and estimates what is left from the rate so far; what was kept costs no time."""

    def __init__(self, stage: str, total: float, on_progress: OnProgress | None) -> None:
        self.stage, self.total, self.on_progress = stage, total, on_progress
        self.done = self.kept = 0.0
        self.started = time.monotonic()

    def keep(self, item: str, units: float) -> None:
        """Count units that were there already."""
        self.kept += units
        self.advance(item, units)

    def advance(self, item: str, units: float) -> None:
        """Count units as done, and tell whoever listens."""
        self.done += units
        if self.on_progress is None:
            return
        worked = self.done - self.kept
        spent = time.monotonic() - self.started
        remaining = None if worked <= 0 or spent < 0.5 else (self.total - self.done) * spent / worked
        self.on_progress(Progress(self.stage, item, self.done, self.total, remaining))
