"""Files that a shot list names: inside its folder, and there."""

import ntpath
import posixpath
from collections.abc import Iterator
from pathlib import Path as FilePath

from composer.errors import Path, Problem
from composer.schema.phrases import AUDIO_FILES, is_recording
from composer.shotlist.guard import unprintable
from composer.spelling import files_beside

_INSIDE = "files are read from that folder and below."


def check_file(name: str, path: Path, folder: FilePath | None) -> Iterator[Problem]:
    """The fault of file `name`, if any: absolute, outside `folder` (through links too), or missing."""
    if "\\" in name or unprintable(name):
        yield Problem(path, "file", f"`{name!a}` is no file name", ("expected a name with `/` between folders",))
        return
    if posixpath.isabs(name) or ntpath.splitdrive(name)[0] or ".." in name.split("/") or name.startswith("~"):
        inside = "/".join(step for step in name.split("/") if step not in ("", "..", ".", "~"))
        hint = f" Did you mean `{inside}`?" if ".." in name.split("/") else ""
        yield _outside(name, path, hint)
        return
    if folder is None:
        return
    try:
        target = (folder / name).resolve()
        if not target.is_relative_to(folder.resolve()):
            yield _outside(name, path, " It is a link that leads out of it")
        elif not target.is_file():
            endings = AUDIO_FILES if is_recording(name) else (target.suffix.lower(),)
            hint = files_beside(target, folder.resolve(), endings)
            expected = f"expected it at `{folder / name}`" + (f".{hint}" if hint else "")
            yield Problem(path, "no-file", f"there is no file `{name}`", (expected,), name)
    except OSError as error:
        yield Problem(path, "no-file", f"`{name}` cannot be read: {error.strerror or error}", (), name)
    except RuntimeError:  # as Python before 3.13 tells it
        yield Problem(path, "no-file", f"`{name}` is a link that leads back to itself", (), name)


def _outside(name: str, path: Path, hint: str) -> Problem:
    return Problem(path, "outside", f"`{name}` is outside the folder of the shot list", (f"{_INSIDE}{hint}",), name)
