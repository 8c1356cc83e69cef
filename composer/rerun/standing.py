"""A film that stands: noted when a render is through, and found again as long as all that it came of does."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from composer.errors import ComposerError
from composer.rerun.asking import Asked
from composer.run import Board, OnProgress, Task, hold, tidy
from composer.store import Entry, Store, digest, file_digest, write_whole
from composer.types import Size

NOTE = Path(".render") / "rerun.json"
"""In the output folder."""

_VERSION = 2


@dataclass(frozen=True)
class Standing:
    """What a whole render read, what it left, and what it said.

    `inputs`, `maker` and `files` are digests of what it was made from, `outputs` of what lies in its folder. `clips` are
    the contents of entries of the store by their keys, `locked` the keys that choices name.
    """

    title: str
    film: str
    frames: int
    fps: Fraction
    size: Size
    segments: int
    warnings: str
    failed: str  # the gates that clips do not keep, in words
    tasks: tuple[Task, ...]
    clips: Mapping[str, str]
    locked: tuple[str, ...]
    maker: str
    inputs: Mapping[str, str]
    files: Mapping[str, str]
    outputs: Mapping[str, str]

    def tell(self, folder: Path, on_progress: OnProgress | None) -> None:
        """Say of every task that what it makes was kept, to whoever listens and in the status of `folder`."""
        board = Board(self.title, on_progress, folder)
        with board.telling():
            board.expect(self.tasks)
            for task in self.tasks:
                board.keep(task.name)


@contextmanager
def standing(asked: Asked) -> Iterator[Standing | None]:
    """The film that `asked` would render, when it stands as that render left it; None when the render has to tell.

    Inside, its folder and its clips are held as a render holds them.
    """
    with ExitStack() as held:
        found = _read(asked.out)
        if found is not None and not _stands(found, asked, held):
            found = None
            held.close()
        yield found


def note(asked: Asked, found: Standing) -> None:
    """Write down what a render of `asked` came to, unless something that it read has changed since it began."""
    try:
        if not asked.agrees(found.files):
            return
        said = {**asdict(found), "version": _VERSION, "fps": str(found.fps)}
        text = json.dumps({**said, "check": _check(said)})
        if not (asked.out / NOTE).exists() or (asked.out / NOTE).read_text() != text:
            write_whole(asked.out / NOTE, text)
    except (OSError, ComposerError):
        return  # the film is whole; the next render only takes the longer way


def content(entry: Entry) -> str:
    """Digest of what an entry holds: of a native clip, however it is packed."""
    return str(entry.notes.get("content", entry.digest))


def _stands(found: Standing, asked: Asked, held: ExitStack) -> bool:
    """Would the render find all as it left it? Cheap questions first; `held` gets what is to be let go of."""
    try:
        if found.inputs != asked.inputs or found.files != asked.digests(found.files):
            return False
        if found.maker != digest(asked.maker().capabilities):
            return False
        held.enter_context(hold(asked.out))
        tidy(asked.out)
        if any(file_digest(asked.out / name) != expected for name, expected in found.outputs.items()):
            return False
        store = held.enter_context(Store(asked.cache))
        for key in found.locked:
            store.pin(key, by=asked.choices)
        entries = ((store.get(key), expected) for key, expected in found.clips.items())
        return all(entry is not None and content(entry) == expected for entry, expected in entries)
    except (OSError, ComposerError):
        return False


def _read(folder: Path) -> Standing | None:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ZeroDivisionError):
        said = json.loads((folder / NOTE).read_text())
        check = said.pop("check")
        if said.get("version") == _VERSION and check == _check(said):
            del said["version"]
            tasks = tuple(Task(**{**task, "after": tuple(task["after"])}) for task in said["tasks"])
            size = (said["size"][0], said["size"][1])
            return Standing(
                **{**said, "fps": Fraction(said["fps"]), "size": size, "tasks": tasks, "locked": tuple(said["locked"])}
            )
    return None


def _check(said: Mapping[str, Any]) -> str:
    return digest(json.dumps(said, sort_keys=True))
