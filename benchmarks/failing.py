"""A disk that fails when it is told to: the n-th step that changes one of some folders raises."""

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

STEPS = ("mkdir", "open", "fsync", "rename", "replace", "ftruncate", "pwrite", "write", "unlink", "rmdir")


class Disk:
    """Counts, while it is entered, the steps that change `folders`, and fails the one numbered `fails`, from 0, with
    `error`. Linux only: `/proc` says which file a handle belongs to.
    """

    def __init__(self, *folders: Path) -> None:
        self.folders = tuple(str(folder) for folder in folders)
        self.count, self.fails, self.error, self.at = 0, -1, errno.EIO, ""
        self._whole: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> Self:
        for module, name in ((io, "open"), *((os, name) for name in STEPS)):
            step = getattr(module, name)
            self._whole.append((module, name, step))
            setattr(module, name, self._guarded(step))
        return self

    def __exit__(self, *_: object) -> None:
        while self._whole:
            setattr(*self._whole.pop())

    def arm(self, fails: int, error: int) -> None:
        """Count anew, and fail that step; -1 for none."""
        self.count, self.fails, self.error = 0, fails, error

    def _guarded(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def take(*words: Any, **options: Any) -> Any:
            if self._changes(step.__name__, words, options):
                self.count += 1
                if self.count - 1 == self.fails:
                    self.at = f"{step.__name__} {words[0]}"
                    raise OSError(self.error, os.strerror(self.error), str(words[0]))
            return step(*words, **options)

        return take

    def _changes(self, step: str, words: tuple[Any, ...], options: dict[str, Any]) -> bool:
        if step == "open" and not _writes(*words[1:2]):
            return False
        if "dir_fd" in options and options["dir_fd"] is not None:
            path = str(Path(f"/proc/self/fd/{options['dir_fd']}").readlink())
        elif isinstance(words[0], int):
            path = str(Path(f"/proc/self/fd/{words[0]}").readlink())
        else:
            path = os.path.abspath(words[-1] if step in ("rename", "replace") else words[0])  # noqa: PTH100
        return path.startswith(self.folders)


def _writes(mode: str | int = "r") -> bool:
    if isinstance(mode, int):
        return bool(mode & (os.O_WRONLY | os.O_RDWR))
    return not set("wax+").isdisjoint(mode)
