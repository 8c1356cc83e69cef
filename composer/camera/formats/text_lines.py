"""Plain text of unknown origin: numbered lines, each field taken with the line on which it stands."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from composer.camera.formats.pose_file import fault
from composer.schema.quantities import shown

_LONGEST_LINE = 1000  # characters of a line that is read; lists of feature points are longer, and are skipped


@dataclass(frozen=True)
class Line:
    """One line: its number from 1 on, its words."""

    file: str
    number: int
    text: str

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(self.text.split())

    @property
    def where(self) -> str:
        return f"line {self.number}"

    def number_at(self, index: int) -> float:
        """A field as a finite number. Raises `Wrong`."""
        word = self.words[index]
        try:
            value = float(word)
        except ValueError:
            raise fault(self.file, self.where, f"`{shown(word, 40)}`", "expected a number") from None
        if not isfinite(value) or len(word) > 60:
            raise fault(self.file, self.where, f"`{shown(word, 40)}`", "expected a finite number")
        return value

    def floats(self, start: int, stop: int) -> list[float]:
        return [self.number_at(i) for i in range(start, stop)]


def lines_of(data: bytes, file: str) -> list[Line]:
    """Every line, empty ones too. Raises `Wrong` for what is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault(file, f"byte {error.start}", "this is no UTF-8 text", "expected text in UTF-8") from None
    return [Line(file, i, line[:_LONGEST_LINE]) for i, line in enumerate(text.split("\n"), 1)]


def is_number(word: str) -> bool:
    """Whether a word is one that `float` reads."""
    try:
        float(word)
    except ValueError:
        return False
    return True
