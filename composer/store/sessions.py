"""Who uses a store right now: each has a locked folder with what it holds and what it has half written.

The system lets go of a lock whenever its process ends, however it ends: a session whose lock is free is dead, whatever its
process was called and on whichever machine it ran.
"""

import fcntl
import os
import secrets
import shutil
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from composer.failpoints import reach

SESSIONS, GATE = "sessions", "gate"
_LOCK, _HOLDS = "lock", "holds"


@contextmanager
def gate(root: Path, *, alone: bool = False) -> Iterator[None]:
    """Be inside the store: with others, to look and to hold; or alone, to take something away. Raises `OSError`.

    Only moments are spent inside: nothing is written, rendered or hashed there.
    """
    handle = os.open(root / GATE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


class Session:
    """The folder of one user of the store at `root`. Raises `OSError`."""

    def __init__(self, root: Path) -> None:
        (root / SESSIONS).mkdir(parents=True, exist_ok=True)
        sweep_dead(root)
        self.folder = root / SESSIONS / secrets.token_hex(8)
        handles: list[int] = []
        self._ended = weakref.finalize(self, _end, self.folder, handles, os.getpid())
        with gate(root):
            self.folder.mkdir()
            handles.append(os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644))
            fcntl.flock(handles[0], fcntl.LOCK_EX)
        reach("session.opened")
        self._holds = os.open(self.folder / _HOLDS, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        handles.append(self._holds)

    def hold(self, key: str) -> None:
        """Nobody removes the entry of `key` while this session lives; to be called inside the gate."""
        os.write(self._holds, f"{key}\n".encode())

    def temporary(self) -> Path:
        """A new folder to write in; what is left there goes with the session."""
        folder = self.folder / secrets.token_hex(8)
        folder.mkdir()
        return folder

    def close(self) -> None:
        self._ended()


def _end(folder: Path, handles: Sequence[int], pid: int) -> None:
    if os.getpid() == pid:  # a forked child has the handles too, and is not the one who ends it
        shutil.rmtree(folder, ignore_errors=True)
    for handle in handles:
        with suppress(OSError):
            os.close(handle)


def sweep_dead(root: Path) -> int:
    """Remove the sessions of processes that are no more, with what they had half written; how many. Raises `OSError`."""
    folders = list((root / SESSIONS).glob("*"))
    if not folders:
        return 0
    with gate(root, alone=True):
        dead = [folder for folder in folders if folder.is_dir() and not _lives(folder)]
        for folder in dead:
            shutil.rmtree(folder, ignore_errors=True)
    return len(dead)


def held(root: Path) -> set[str]:
    """Keys that living sessions hold; to be called alone inside the gate. Raises `OSError`."""
    keys: set[str] = set()
    for folder in (root / SESSIONS).glob("*"):
        with suppress(FileNotFoundError):
            if _lives(folder):
                keys.update((folder / _HOLDS).read_text().split())
    return keys


def _lives(folder: Path) -> bool:
    try:
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
