"""Mistakes that YAML's parser reports in the wrong place or as something else: what really happened there."""

import re

from composer.errors import Wrong
from composer.schema.quantities import NUMBER, shown

_MAPPINGS = frozenset(["anchors", "camera", "marks", "motion", "places", "styles", "subjects"])
_COMMENT = re.compile(r"([A-Za-z0-9_]+:)?[ ]+(#[^\s,}\]]*)")
_TO_COORDINATES = re.compile(rf"\b(walk|run|move)(?: to)? +[(\[]\s*({NUMBER}(?:\s*,\s*{NUMBER}){{1,2}})\s*[)\]]")
_QUOTED = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:''|[^'\n])*'")

_FAR = 2000
"""Characters of a line that are looked at."""

Found = tuple[int, int, Wrong] | None


def in_braces(text: str, begun: int) -> Found:
    """Why the bracket at `begun` does not close as it should: a comment, or coordinates in a motion."""
    line_end = min(_line_end(text, begun), begun + _FAR)
    line = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text[begun:line_end])
    if found := _TO_COORDINATES.search(line):
        return begun + found.start(), begun + found.end(), to_coordinates(found[1], found[2])
    found = _COMMENT.search(line)
    if not found or not (found[1] or re.search(r"[\]}]", line[found.start(2) :])):
        return None
    key, word = found[1] or "", found[2]
    hint = f' Did you mean `{key} "{word}"`?' if key and len(word) > 1 else " Put quotes round the text that holds it"
    wrong = Wrong(
        "comment", "` #` begins a comment: the rest of the line is not read", f"the bracket stays open.{hint}"
    )
    return begun + found.start(2), begun + found.end(2), wrong


def to_coordinates(gait: str, coordinates: str) -> Wrong:
    """The fault of `walk to [3, -5]`."""
    point = ", ".join(re.findall(NUMBER, coordinates))
    return Wrong(
        "end-point",
        f"`{gait} to` takes a name, not coordinates",
        "a motion ends at a mark or a thing, so that it stays true when something else moves.",
        f"Add the mark `{gait}_end: {{at: [{point}]}}` and write `{gait} to {gait}_end`",
    )


def missing_dash(text: str, at: int) -> Found:
    """The key `shot` before `at` that lacks its dash, when the lines after it are indented as if it had one."""
    line_start = text.rfind("\n", 0, at) + 1
    before = re.search(
        r"^([ ]*)(shot: *\S.*)\n(?:[ ]*(?:#.*)?\n)*\Z", text[max(0, line_start - 400) : line_start], re.MULTILINE
    )
    indent = len(text[line_start:at]) - len(text[line_start:at].lstrip(" "))
    if not before or len(before[1]) >= indent:
        return None
    start = max(0, line_start - 400) + before.start(2)
    wrong = Wrong(
        "no-dash", "a shot is an item of a list and begins with a dash", f"Did you mean `- {shown(before[2])}`?"
    )
    return start, start + len("shot"), wrong


def missing_braces(key: str, value: str) -> Wrong | None:
    """The fault of `motion: ada: walk to door`: a mapping begun on the line of its key."""
    if key.rstrip(": ") not in _MAPPINGS or not re.match(r"[A-Za-z0-9_]+: ", value) or re.search("[{}#]", value):
        return None
    said = "a second key on one line needs braces"
    return Wrong("needs-braces", said, f"Did you mean `{key.strip()} {{{shown(value, 200)}}}`?")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
