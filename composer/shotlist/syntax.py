"""Faults of YAML's own syntax in the words of the house."""

import re

from ruamel.yaml.error import MarkedYAMLError

from composer.errors import Wrong
from composer.shotlist.mix_ups import in_braces, missing_braces, missing_dash

MENDED = frozenset(["needs-braces", "needs-quotes"])
"""Codes of faults behind which the file can be read on, as if they were not."""


def explain(text: str, error: MarkedYAMLError) -> tuple[int, int, Wrong]:
    """First and last character index, and what is wrong there."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(text)) if mark else 0
    problem = re.sub(r"\('(<[^>]+>)',\)", r"\1", str(error.problem or ""))
    context = str(error.context or "")
    begun = error.context_mark.index if error.context_mark else at
    if "cannot start any token" in problem:
        return _bad_start(text, at)
    if "mapping values are not allowed" in problem:
        return _stray_colon(text, at)
    if "quoted scalar" not in context and ("stream end" in problem or "end of stream" in problem):
        return _unclosed(text, at)
    return _simply(text, problem, context, (at, begun))


def _simply(text: str, problem: str, context: str, marks: tuple[int, int]) -> tuple[int, int, Wrong]:
    """The rest: what the parser found at the first mark while it was busy with what began at the second."""
    at, begun = marks
    end, wrong = at + 1, Wrong("yaml", f"this is not YAML: {_short(problem)}", "expected YAML 1.2")
    if "quoted scalar" in context:
        at, end = begun, begun + 1
        wrong = Wrong("open-quote", "a quote that is never closed", "expected its partner at the end of the text")
    elif "flow" in context:
        if found := in_braces(text, begun):
            return found
        at, end, bracket = begun, begun + 1, text[begun : begun + 1]
        said = f"`{bracket}` is not closed properly" if bracket in "[{" else "brackets do not match"
        wrong = Wrong("brackets", said, "expected `,` between items, and `]` or `}` at the end")
    elif "could not find expected ':'" in problem:
        at, end = begun, _end_of_line(text, begun)
        wrong = Wrong("no-colon", "a line without a colon", "expected `key: value`")
    elif "block" in problem or "block" in context:
        if found := missing_dash(text, at):
            return found
        wrong = Wrong(
            "indent",
            "this line is not indented like its neighbours",
            "expected keys of one mapping to begin in the same column",
        )
    return at, end, wrong


def _bad_start(text: str, at: int) -> tuple[int, int, Wrong]:
    sign = text[at : at + 1]
    line_start, line_end = text.rfind("\n", 0, at) + 1, _end_of_line(text, at)
    key = re.search(r"([A-Za-z0-9_]+: *)$", text[line_start:at])
    value = text[at:line_end].rstrip()
    word = re.match(r"\S+", value)
    wrong = Wrong(
        "needs-quotes", f"YAML does not let a text begin with `{sign}`", _quoted(key[1] if key else "", value)
    )
    return at, at + (len(word[0]) if word else 1), wrong


def _stray_colon(text: str, at: int) -> tuple[int, int, Wrong]:
    line_start, line_end = text.rfind("\n", 0, at) + 1, _end_of_line(text, at)
    match = re.match(r"(?:\s|- )*([A-Za-z0-9_]+: +)(.*)", text[line_start:line_end])
    if not match or line_start + match.start(2) > at:
        if found := missing_dash(text, at):
            return found
        said = "this line is not indented like its neighbours"
        return at, at + 1, Wrong("indent", said, "a key begins a line of its own, in the column of its neighbours")
    if braces := missing_braces(match[1], match[2].rstrip()):
        return at, at + 1, braces
    said = "a colon and a space inside a text begin a new key"
    return at, at + 1, Wrong("needs-quotes", said, _quoted(match[1], match[2].rstrip()))


def _quoted(key: str, value: str) -> str:
    inner = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'put quotes round it: `{key}"{_short(inner)}"`'


def _unclosed(text: str, at: int) -> tuple[int, int, Wrong]:
    """The innermost bracket that is still open at the end of the file."""
    still: list[int] = []
    for match in re.finditer(r"\"(?:\\.|[^\"\\])*\"|'(?:''|[^'])*'|(?:(?<=\s)|^)#[^\n]*|[\[\]{}]", text, re.MULTILINE):
        if match[0] in "[{":
            still.append(match.start())
        elif match[0] in "]}" and still:
            still.pop()
    if still and (found := in_braces(text, still[-1])):
        return found
    if still:
        sign = text[still[-1]]
        partner = "]" if sign == "[" else "}"
        return still[-1], still[-1] + 1, Wrong("brackets", f"`{sign}` is never closed", f"expected `{partner}`")
    return at, at, Wrong("yaml", "the file ends in the middle of something", "expected the rest of it")


def _end_of_line(text: str, at: int) -> int:
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    return min(ends, default=len(text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199] + "…"
