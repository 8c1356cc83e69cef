"""The report that lies in a folder: what it was made from, whether it is whole, and when it goes."""

import json
from contextlib import suppress
from pathlib import Path

from composer.schema.report import read_measures
from composer.store import digest, file_digest, version_of, write_whole
from composer.types import FilmMeasures

REPORT_PAGE, REPORT = "report.html", "report.json"
_NOTE = Path(".render") / "report.json"  # what the two were made from, and how they were left
_MADE_BY = (
    *("measuring", "metrics", "report"),
    *("composing/burnt", "composing/declaring", "composing/drawn", "composing/measuring", "composing/reporting"),
    *("composing/beside", "composing/documents"),
)


def note_report(folder: Path, made_from: str) -> None:
    """Remember what the report in `folder` was `made_from`. Raises `StorageError`."""
    digests = {name: file_digest(folder / name) for name in (REPORT_PAGE, REPORT)}
    write_whole(folder / _NOTE, json.dumps({"key": _key(made_from), "digests": digests}))


def report_that_stands(folder: Path, made_from: str) -> FilmMeasures | None:
    """What the report in `folder` says, when it was `made_from` just this and is whole; None when it is to be made."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        note = json.loads((folder / _NOTE).read_text())
        names = note["digests"].items()
        if note["key"] == _key(made_from) and all(file_digest(folder / name) == expected for name, expected in names):
            return read_measures((folder / REPORT).read_text())
    return None


def forget_report(folder: Path) -> None:
    """Remove the report of another film than the one that is written into `folder`, if a render left one there."""
    if (folder / _NOTE).exists():
        for name in (REPORT_PAGE, REPORT, _NOTE):
            (folder / name).unlink(missing_ok=True)


def _key(made_from: str) -> str:
    return digest("report", version_of(*_MADE_BY), made_from)
