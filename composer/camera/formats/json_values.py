"""JSON of unknown origin: read within limits, its values taken with the path at which each stands."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from composer.camera.formats.pose_file import fault
from composer.errors import Wrong
from composer.schema.quantities import shown


def parse(data: bytes, file: str) -> "Value":
    """The value that `data` holds. Raises `Wrong` for what is not UTF-8, not JSON, or nested too deep."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fault(file, f"byte {error.start}", "this is no UTF-8 text", "expected JSON in UTF-8") from None
    try:
        return Value(json.loads(text, parse_constant=_refused), file)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise fault(file, where, "this is no JSON", f"expected JSON: {error.msg[:1].lower()}{error.msg[1:]}") from None
    except RecursionError:
        raise fault(file, "", "its JSON is nested too deep", "expected a few levels") from None
    except ValueError as error:  # an integer of thousands of digits, or NaN
        raise fault(file, "", str(error).split(";")[0].lower(), "expected finite numbers") from None


def _refused(word: str) -> float:
    raise ValueError(f"a number is {word}")


@dataclass(frozen=True)
class Value:
    """A JSON value and where it stands, as in `camera_path[3].fov`."""

    value: Any
    file: str
    path: str = ""

    def wrong(self, expected: str) -> Wrong:
        found = "nothing" if self.value is None else f"`{shown(_brief(self.value), 40)}`"
        return fault(self.file, self.path, found, f"expected {expected}")

    def get(self, key: str) -> "Value | None":
        """The member `key`, None where there is none. Raises `Wrong` when this is no object."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        inner = f"{self.path}.{key}" if self.path else key
        return Value(self.value[key], self.file, inner) if self.value.get(key) is not None else None

    def need(self, key: str, expected: str) -> "Value":
        """The member `key`. Raises `Wrong` where there is none."""
        found = self.get(key)
        if found is None:
            inner = f"{self.path}.{key}" if self.path else key
            raise Value(None, self.file, inner).wrong(expected)
        return found

    def items(self) -> "Iterator[Value]":
        """The items of a list. Raises `Wrong` when this is none."""
        if not isinstance(self.value, list):
            raise self.wrong("a list")
        return (Value(item, self.file, f"{self.path}[{i}]") for i, item in enumerate(self.value))

    def item(self, index: int) -> "Value":
        """One item of a list. Raises `Wrong` when there is none."""
        if not isinstance(self.value, list) or not 0 <= index < len(self.value):
            raise fault(self.file, f"{self.path}[{index}]", "nothing", "expected what another part refers to")
        return Value(self.value[index], self.file, f"{self.path}[{index}]")

    def number(self, expected: str = "a number") -> float:
        """A finite number. Raises `Wrong` for anything else."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.wrong(expected)
        try:
            number = float(self.value)
        except OverflowError:
            raise self.wrong(expected) from None
        if not isfinite(number):
            raise self.wrong(expected)
        return number

    def count(self, most: int = 2**31) -> int:
        """A whole number from 0 to `most`. Raises `Wrong`."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not 0 <= self.value <= most:
            raise self.wrong(f"a whole number from 0 to {most}")
        return self.value

    def text(self) -> str:
        """A text. Raises `Wrong`."""
        if not isinstance(self.value, str):
            raise self.wrong("a text")
        return self.value

    def numbers(self, *shape: int) -> list[float]:
        """`shape` numbers, in one list. Raises `Wrong`."""
        values = [item.number() for item in self.items()]
        if len(values) not in shape:
            raise fault(
                self.file,
                self.path,
                f"{len(values)} numbers",
                f"expected {' or '.join(str(n) for n in shape)}",
            )
        return values


def _brief(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "an object"
    return str(value) if not isinstance(value, int) or abs(value) < 10**30 else "a huge number"
