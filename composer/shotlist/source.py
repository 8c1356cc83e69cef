"""Where everything stands in the file that a shot list was read from."""

import bisect
import re
from pathlib import Path as FilePath

from composer.errors import Fault, Path, Problem, Severity, Wrong
from composer.shotlist.tree import Mapping, Node, Scalar, Sequence

_LINE_END = re.compile(r"\r\n|\n|\r")
_CONTROL = re.compile("[^\\x20-\\x7e\\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Source:
    """A file's name, text and tree; `folder` is where the files that it names are looked for."""

    def __init__(self, file: str, text: str, root: Node | None, folder: FilePath | None = None) -> None:
        self.file, self.text, self.root, self.folder = file, text, root, folder
        self._ends = [match.span() for match in _LINE_END.finditer(text)]
        self._starts = [0, *(end for _, end in self._ends)]
        self._last_line = (-1, "")

    def line_of(self, index: int) -> int:
        """Line of character `index`, from 0."""
        return bisect.bisect_right(self._starts, index) - 1

    def line(self, number: int) -> str:
        """Text of line `number`, from 0; what a terminal would obey is replaced."""
        if self._last_line[0] != number:
            stop = self._ends[number][0] if number < len(self._ends) else len(self.text)
            self._last_line = (number, _CONTROL.sub("\u00b7", self.text[self._starts[number] : stop]))
        return self._last_line[1]

    def fault(self, start: int, end: int, problem: Problem | Wrong) -> Fault:
        """`problem` at characters `start` to `end`; several lines are marked on the first."""
        number = self.line_of(start)
        line = self.line(number)
        column = start - self._starts[number]
        width = max(1, min(end - start, len(line) - column))
        path: Path = problem.path if isinstance(problem, Problem) else ()
        severity: Severity = problem.severity if isinstance(problem, Problem) else "error"
        return Fault(
            self.file,
            number + 1,
            column + 1,
            width,
            problem.code,
            problem.message,
            problem.expected,
            line,
            path,
            severity,
        )

    def locate(self, problem: Problem) -> Fault:
        """`problem` at its key, or at what is nearest to it."""
        return self.fault(*self.span(problem.path, problem.focus, problem.on_key), problem)

    def span(self, path: Path, focus: str = "", on_key: bool = False) -> tuple[int, int]:
        """First and last character of what `path` names; of `focus` within it, or of its key."""
        node, key, rest = self.find(path)
        if node is None:
            return 0, 0
        if not focus and (on_key or (rest and not isinstance(node, Scalar))):
            return self.key_span(node, key)
        if focus and (found := self._focus(node, focus)):
            return found
        if isinstance(node, Scalar):
            return (node.start, node.end) if node.end > node.start else self.key_span(node, key)
        return (node.start, node.end) if node.flow and not rest else self.key_span(node, key)

    def find(self, path: Path) -> tuple[Node | None, Scalar | None, Path]:
        """The deepest node along `path`, its key, and the part of the path that the file does not hold."""
        node: Node | None = self.root
        key: Scalar | None = None
        for depth, step in enumerate(path):
            if isinstance(node, Mapping) and isinstance(step, str) and step in node.values:
                key = node.keys[step]
                node = node.values[step]
            elif isinstance(node, Sequence) and isinstance(step, int) and -len(node.items) <= step < len(node.items):
                key = None
                node = node.items[step]
            elif isinstance(node, Mapping) and step == 0:
                continue  # one item needs no list
            else:
                return node, key, path[depth:]
        return node, key, ()

    def key_span(self, node: Node | None, key: Scalar | None) -> tuple[int, int]:
        """The key of `node`, or the first key inside an item of a list."""
        first = next(iter(node.keys.values()), None) if isinstance(node, Mapping) else None
        begins = key or first
        if begins:
            return begins.start, begins.end
        if node is None:
            return 0, 0
        return node.start, node.end if isinstance(node, Scalar) else node.start + 1

    def _focus(self, node: Node, focus: str) -> tuple[int, int] | None:
        pattern = r"\s+".join(re.escape(word) for word in focus.split())
        whole = re.compile(rf"(?<![\w.]){pattern}(?![\w])")
        match = whole.search(self.text, node.start, node.end) or re.compile(pattern).search(
            self.text, node.start, node.end
        )
        return match.span() if match else None
