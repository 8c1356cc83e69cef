"""What can go wrong, each with the exit code that the command line gives it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Path = tuple[str | int, ...]
"""Where in a shot list: keys and list indexes, as in `("shots", 2, "camera", "lens")`."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """A fault of a shot list that knows its key, but not yet its line.

    `focus` is the part of the value that is wrong (all of it when empty); `on_key` points at the key itself.
    `expected` are the lines printed under the excerpt: what was expected, and the nearest good value.
    """

    path: Path
    code: str
    message: str
    expected: tuple[str, ...] = ()
    focus: str = ""
    on_key: bool = False
    severity: Severity = "error"


@dataclass(frozen=True)
class Fault:
    """A fault of a shot list, located. Lines and columns count from 1; `width` in characters."""

    file: str
    line: int
    column: int
    width: int
    code: str
    message: str
    expected: tuple[str, ...] = ()
    excerpt: str = ""
    path: Path = field(default=(), compare=False)
    severity: Severity = "error"


class Wrong(ValueError):  # noqa: N818 - a value that is wrong; what is raised to users is ShotListError
    """A single value is wrong; whoever knows its key turns this into a `Problem`."""

    def __init__(self, code: str, message: str, *expected: str, focus: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.expected, self.focus = code, message, expected, focus

    def at(self, *path: str | int) -> Problem:
        return Problem(path, self.code, self.message, self.expected, self.focus)


def one_line(said: object) -> str:
    """Words of others, which may have line breaks, on one line."""
    return " ".join(str(said).split())


def in_words(error: BaseException) -> str:
    """An error that is not the product's own: its kind, and what it says, on one line."""
    return f"{type(error).__name__}: {one_line(error)}".removesuffix(": ")


class ComposerError(Exception):
    """Base of all errors that are the user's to see: a sentence, never a traceback."""

    exit_code: ClassVar[int] = 1


class UsageError(ComposerError):
    """What was asked for cannot be: a name that the list does not have, or two things that exclude each other."""

    exit_code = 2


class ShotListError(ComposerError):
    """The shot list, or what it names, has faults: all of them, in file order."""

    exit_code = 3

    def __init__(self, faults: Sequence[Fault], text: str = "") -> None:
        self.faults = tuple(faults)
        super().__init__(text or "\n".join(f"{f.file}:{f.line}:{f.column}: {f.message}" for f in self.faults))

    def __reduce__(self) -> Any:
        return type(self), (self.faults, str(self))


class GeneratorError(ComposerError):
    """A generator is missing, broken, or failed on a segment."""

    exit_code = 4


class WithheldError(GeneratorError):
    """A generator is to be told nothing of what it needs, or of what it never reads."""

    exit_code = 2


class OptionError(GeneratorError):
    """A generator is told an option that it does not have, or a value that it cannot use."""

    exit_code = 2


class WorkerLostError(GeneratorError):
    """The process that worked on a segment ended before it was done: killed, or out of memory."""


class IncompleteError(GeneratorError):
    """Some segments failed however often they were tried; what does not depend on them is done."""

    def __init__(self, said: str, failed: Mapping[str, str] | None = None) -> None:
        super().__init__(said)
        self.failed = dict(failed or {})

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.failed)


class ChoiceError(UsageError):
    """What is retaken, locked, picked or undone cannot be."""


class GateError(ComposerError):
    """A measured gate failed under `--strict`."""

    exit_code = 5


class FolderInUseError(ComposerError):
    """Another render holds the output folder."""

    exit_code = 6


class StorageError(ComposerError):
    """The output folder or the store is full, unwritable or damaged."""

    exit_code = 7


class DamagedError(ComposerError):
    """A file of an entry of the store is not as it was written; the entry is set aside, and `key` is to be made again."""

    exit_code = 7

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"what the store kept as {key[:12]} was damaged; it is set aside, and made again by the next render"
        )

    def __reduce__(self) -> tuple[type["DamagedError"], tuple[str]]:
        return DamagedError, (self.key,)


class TimingError(ComposerError, ValueError):
    """A frame, rate or range that cannot be."""
