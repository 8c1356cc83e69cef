"""A fault as people read it: place, what was found, the line with a mark under it, what was expected."""

import unicodedata

from composer.errors import Fault, Path

WIDEST = 100
_INDENT = 4
_MARK_AT = 50  # a long line is cut so that the mark begins here at the latest


def render(fault: Fault) -> str:
    """The fault as text of three lines or more, without a line end."""
    head = f"{where(fault)}: {fault.severity}: {fault.message} [{fault.code}]"
    lines = [head]
    if fault.line and fault.excerpt.strip():
        excerpt, column, width = shorten(fault.excerpt, fault.column - 1, fault.width)
        lines += [
            excerpt.rstrip(),
            " " * _cells(excerpt[:column]) + "^" * max(1, _cells(excerpt[column : column + width])),
        ]
    return "\n".join([*lines, *(f"  {line}" for line in fault.expected)])


def where(fault: Fault) -> str:
    """`harbour.yaml:63:15`; the path of the key for a shot list that was built in Python."""
    if fault.line:
        return f"{fault.file}:{fault.line}:{fault.column}"
    return ": ".join(part for part in (fault.file, spelled(fault.path)) if part)


def spelled(path: Path) -> str:
    """`shots[2].camera.lens`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.removeprefix(".")


def shorten(line: str, column: int, width: int) -> tuple[str, int, int]:
    """A line with at most four spaces before it, and cut between words when it is long; and where its mark is now."""
    spare = max(0, len(line) - len(line.lstrip(" ")) - _INDENT)
    line, column = line[spare:], max(0, column - spare)
    if len(line) <= WIDEST:
        return line, column, width
    indent = len(line) - len(line.lstrip())
    if column > _MARK_AT:
        cut = next(
            (i for i in range(indent, column) if line[i] == " " and indent + 1 + column - i <= _MARK_AT),
            column - (_MARK_AT - indent - 1) if indent + 1 < _MARK_AT else column,
        )
        if indent + 1 >= _MARK_AT:
            indent = 0
        line, column = line[:indent] + "…" + line[cut:], indent + 1 + column - cut
    if len(line) > WIDEST + 4:
        stop = max(line.rfind(" ", column + 1, WIDEST - 1), min(column + width, WIDEST - 1))
        line, width = line[:stop].rstrip() + " …", min(width, stop - column)
    return line, column, max(1, width)


def _cells(text: str) -> int:
    """Columns that `text` takes in a terminal."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
