"""What a command asks for, and a digest of each thing that decides which film it comes to."""

import json
import platform
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from composer import generators
from composer.errors import ComposerError
from composer.settings import CHOICES, read_settings
from composer.store import digest, file_digest, read_regular, version_of
from composer.types import SegmentGenerator

_INSTALLED = (".dist-info", ".egg-info")
_MOST_BYTES = 1 << 24  # far more than a list or choices may have


@dataclass(frozen=True)
class Asked:
    """A render of all of the list in `file` into the folder `out`, with clips of the folder `cache`.

    `how` are the options that decide what is seen, by name; `generator`, `options` and `without` are as `composing.plan`
    has them. `inputs` are digests of what was there at `began_ns`, in nanoseconds of the epoch.
    """

    file: Path
    out: Path
    cache: Path
    how: Mapping[str, Any]
    inputs: Mapping[str, str]
    began_ns: int

    @property
    def choices(self) -> Path:
        """Where the takes of the list are chosen."""
        return self.file.parent / CHOICES

    def maker(self) -> SegmentGenerator:
        """The generator that would render. Raises `GeneratorError`."""
        how = self.how
        return chosen(self.file.parent, how["generator"], how["options"], how["without"])

    def agrees(self, files: Iterable[str]) -> bool:
        """Is all as it was when the command began, the files that the list names too? Raises `OSError`, `ComposerError`."""
        read = [self.file, *(path for path in (self.choices, *map(self.file.parent.joinpath, files)) if path.exists())]
        if any(path.stat().st_ctime_ns >= self.began_ns for path in read):
            return False
        return _inputs(self.file, self.how) == self.inputs

    def digests(self, files: Iterable[str]) -> dict[str, str]:
        """Of files in the list's folder, by name. Raises `OSError`."""
        paths = {name: self.file.parent / name for name in files}
        return {name: file_digest(path) if path.is_file() else "" for name, path in paths.items()}


def ask(file: Path, out: Path, cache: Path, how: Mapping[str, Any]) -> Asked | None:
    """What a command asks for; None where something in it is wrong, which the render tells better."""
    began_ns = time.time_ns()
    try:
        return Asked(file, out, cache, how, _inputs(file, how), began_ns)
    except (OSError, ComposerError):
        return None


def chosen(
    folder: Path | None, name: str | None, options: Mapping[str, Any] | None, without: Sequence[str]
) -> SegmentGenerator:
    """The generator that renders a list in `folder`: named, or by `composer.toml`, else the default one.

    Raises `GeneratorError`.
    """
    said = read_settings(folder)
    for named in said.options:
        generators.find(named)
    name = name or said.generator or generators.DEFAULT
    return generators.withhold(generators.load(name, {**said.options.get(name, {}), **(options or {})}), without)


def _inputs(file: Path, how: Mapping[str, Any]) -> dict[str, str]:
    """A digest of each thing that is read before a list names any. Raises `OSError`, `ComposerError`."""
    choices = file.parent / CHOICES
    return {
        "list": digest(str(file), read_regular(file, _MOST_BYTES)),
        "choices": digest(read_regular(choices, _MOST_BYTES)) if choices.exists() else "",
        "settings": digest(_plain(read_settings(file.parent))),
        "options": digest(_plain(how)),
        "code": version_of("*"),
        "packages": digest(sys.version, platform.machine(), _packages(sys.path)),
    }


def _plain(value: Any) -> str:
    """A value as text; dates, which TOML has, as they are written."""
    told = value if isinstance(value, Mapping) else vars(value)
    return json.dumps(dict(told), sort_keys=True, default=str)


def _packages(folders: Sequence[str]) -> list[str]:
    """All that is installed, by name and version: what solves and draws is theirs, too."""
    found: list[str] = []
    for folder in dict.fromkeys(folders):
        with suppress(OSError):
            found += (path.name for path in Path(folder).iterdir() if path.suffix in _INSTALLED)
    return sorted(found)
