"""What the product's functions may be told: each argument is held to the rule of its name before anything is read."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from math import isfinite
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from composer.composing.rehearsal import Rehearsal
from composer.errors import UsageError
from composer.handover import HandOver
from composer.schema import MOST_TAKES, ShotList
from composer.schema.quantities import shown
from composer.spelling import did_you_mean
from composer.types import FilmPlan

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")

_MOST_SHOWN = 160  # characters of a value: a path is told whole


def checked(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """`function`, which raises `UsageError` for the first argument that breaks the rule of its name.

    What need not be told may be None.
    """
    told = signature(function)

    @wraps(function)
    def checking(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        for name, value in told.bind(*args, **kwargs).arguments.items():
            if name in _RULES and not (value is None and told.parameters[name].default is None):
                _RULES[name](name, value)
        return function(*args, **kwargs)

    return checking


def one_of(name: str, value: object, known: Iterable[str]) -> None:
    """Raises `UsageError` for an argument that is none of the words `known`."""
    words = list(known)
    if value not in words:
        raise _wrong(name, value, f"one of: {', '.join(words)}", did_you_mean(str(value), words))


def _wrong(name: str, value: object, expected: str, hint: str = "") -> UsageError:
    return UsageError(f"`{name}` is {shown(repr(value), _MOST_SHOWN)}; expected {expected}{'.' * bool(hint)}{hint}")


@dataclass(frozen=True)
class _Kind:
    """A value of these kinds, `told` in words."""

    kinds: tuple[type, ...]
    told: str

    def __call__(self, name: str, value: object) -> None:
        if not isinstance(value, self.kinds):
            raise _wrong(name, value, self.told)


@dataclass(frozen=True)
class _Whole:
    """A whole number from `least` to `most`, if there is a most."""

    least: int
    most: int | None = None

    def __call__(self, name: str, value: Any) -> None:
        if isinstance(value, int) and not isinstance(value, bool) and value == self._within(value):
            return
        upwards = f"from {self.least}" + ("" if self.most is None else f" to {self.most}")
        raise _wrong(name, value, f"a whole number {upwards}", self._hint(value))

    def _within(self, number: int) -> int:
        return max(self.least, number if self.most is None else min(number, self.most))

    def _hint(self, value: Any) -> str:
        if isinstance(value, bool):
            return ""
        try:
            return f" Did you mean {self._within(value if isinstance(value, int) else round(float(value)))}?"
        except (TypeError, ValueError, OverflowError):
            return ""


def _shot_list(name: str, value: object) -> None:
    if not isinstance(value, ShotList):
        hint = f" Did you mean composer.load({str(value)!r})?" if isinstance(value, str | os.PathLike) else ""
        raise _wrong(name, value, "a ShotList, as composer.load and composer.read return it", hint)


def _names(name: str, value: Any) -> None:
    several = isinstance(value, Collection) and not isinstance(value, Mapping | bytes)
    if not (several and all(isinstance(word, str) for word in value)):
        raise _wrong(name, value, "a list of names")


def _by_name(example: str) -> Callable[[str, object], None]:
    def check(name: str, value: object) -> None:
        if not (isinstance(value, Mapping) and all(isinstance(key, str) for key in value)):
            raise _wrong(name, value, f"a dict, as {example}")

    return check


def _listener(name: str, value: object) -> None:
    if not callable(value):
        raise _wrong(name, value, "a function of one Progress")


def _conforming(name: str, value: object) -> None:
    from composer.conform import CONFORMINGS, Conforming  # noqa: PLC0415 - slow to load, and hardly ever told

    if not isinstance(value, Conforming):
        raise _wrong(name, value, f"a Conforming, of composer.conform.CONFORMINGS: {', '.join(CONFORMINGS)}")


def _limits(name: str, value: Any) -> None:
    from composer.metrics import LIMITS  # noqa: PLC0415 - as above

    _by_name('{"flicker": 2}')(name, value)
    for measure, limit in value.items():
        if measure not in LIMITS:
            hint = did_you_mean(measure, LIMITS)
            raise UsageError(f"no measure is called `{shown(measure)}`; expected one of: {', '.join(LIMITS)}.{hint}")
        usual = LIMITS[measure]
        number = isinstance(limit, int | float) and not isinstance(limit, bool) and isfinite(limit)
        if not number or limit < 0 or (limit == 0 and usual.value > 0):
            least = "above 0" if usual.value else "from 0"
            expected = f"a number {least} ({usual.unit}); docs/metrics.md has {usual.value:g}"
            raise _wrong(f"{name}[{measure!r}]", limit, expected)


_PATH = _Kind((str, os.PathLike), "a path")
_FLAG = _Kind((bool,), "True or False")


def _folder(name: str, value: Any) -> None:
    _PATH(name, value)
    if Path(value).is_file():
        raise _wrong(name, str(value), "a folder; this is a file")


_RULES: Mapping[str, Callable[[str, Any], None]] = {
    "shotlist": _shot_list,
    "film_plan": _Kind((FilmPlan,), "a FilmPlan, as composer.plan returns it"),
    "rehearsal": _Kind((Rehearsal,), "a Rehearsal of the same list"),
    "hand_over": _Kind((HandOver,), "a HandOver of composer.handover"),
    "conforming": _conforming,
    "generator": _Kind((str,), "the name of a generator"),
    "start": _Kind((str,), "the name of a shot"),
    "preset": _Kind((str,), "the name of a preset"),
    "options": _by_name('{"steps": 30}'),
    "pick": _by_name('{"front/0": 1}'),
    "limits": _limits,
    "on_progress": _listener,
    "seed": _Whole(-(2**63), 2**63 - 1),  # as a list's
    "takes": _Whole(1, MOST_TAKES),
    "workers": _Whole(1),
    "retries": _Whole(0),
    "report": _folder,
    **dict.fromkeys(("video", "out", "cache"), _PATH),
    **dict.fromkeys(("draft", "stems", "subtitles", "strict"), _FLAG),
    **dict.fromkeys(("without", "only", "shots", "retake", "lock", "undo"), _names),
}
