"""Files that are seen whole or not at all, and the system's errors in sentences."""

import errno
import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from composer.errors import StorageError
from composer.failpoints import reach

_PARTIAL = ".tmp"


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
    _remove(path for path in folder.glob(f".*{_PARTIAL}") if _writer(path) is not None)


def sweep_left(folder: Path, name: str = "*") -> None:
    """Remove what processes that are no more left half written in `folder` of the file `name`, or of any."""
    _remove(path for path in folder.glob(f".{name}.*{_PARTIAL}") if not _lives(_writer(path)))


def _remove(paths: Iterable[Path]) -> None:
    for path in list(paths):
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, path) from error


def _writer(path: Path) -> int | None:
    """The process that writes a temporary file, by the name that `beside` gave it."""
    pid = path.name.removesuffix(_PARTIAL).rpartition(".")[2]
    return int(pid) if pid.isdecimal() else None


def _lives(pid: int | None) -> bool:
    """Is there such a process? Whose it is does not matter."""
    if pid is None:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that readers see the old one or the new one, never half. Raises `StorageError`."""
    data = content.encode() if isinstance(content, str) else content
    temporary = beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            reach("whole.written")
            os.fsync(file.fileno())
        reach("whole.synced")
        temporary.replace(path)
        reach("whole.renamed")
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
    return StorageError(f"cannot write to {path}: {reason}. What was there before is untouched")
