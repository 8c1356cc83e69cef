"""What a generator says that it can do, held to what can be said: a plug-in may say anything."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, get_args

from composer.errors import GeneratorError
from composer.types import CONTROLS_VERSION, AtOnce, Capabilities, Channel, FrameGrid, SegmentGenerator

_Rule = tuple[Callable[[Any], bool], str]
"""Does a value keep it, and what is expected."""


def checked(name: str, generator: object) -> SegmentGenerator:
    """What was made as the generator `name`, when it is one. Raises `GeneratorError` for what it lacks, and for the first of
    its capabilities that cannot be.
    """
    if not isinstance(generator, SegmentGenerator) or not callable(generator.generate):
        raise GeneratorError(f"generator `{name}` lacks `capabilities` or `generate`; see docs/generators.md")
    _check_capabilities(name, generator.capabilities)
    return generator


def _check_capabilities(name: str, can: object) -> None:
    if not isinstance(can, Capabilities):
        found = f"a {type(can).__name__}" if not isinstance(can, type) else "a class"
        raise GeneratorError(f"the `capabilities` of generator `{name}` are {found}; expected composer.Capabilities")
    for field, (holds, expected) in _RULES.items():
        if not holds(value := getattr(can, field)):
            raise GeneratorError(f"generator `{name}` has `{field}` {value!r}; expected {expected}")
    unknown = sorted(str(channel) for channel in can.channels - set(get_args(Channel)))
    if unknown:
        known = ", ".join(get_args(Channel))
        raise GeneratorError(f"generator `{name}` asks for the channel `{unknown[0]}`; expected some of: {known}")
    if can.controls_version != CONTROLS_VERSION:
        said = f"generator `{name}` reads version {can.controls_version} of the control channels"
        raise GeneratorError(f"{said}; this composer draws version {CONTROLS_VERSION}")
    _check_prefix(name, can.prefix, can.grid)


def _check_prefix(name: str, prefix: int, grid: FrameGrid) -> None:
    """A clip shows more than its prefix, which is a clip's length itself."""
    if not prefix or (grid.holds(prefix) and prefix < grid.longest):
        return
    lengths = range(1, grid.longest, grid.step)
    nearest = min(lengths, key=lambda length: (abs(length - prefix), length), default=0)
    made = "any length" if grid.step == 1 else f"{grid.step} k + 1 frames"
    expected = f"0, or {made} below {grid.longest}, as its grid has them; nearest: {nearest}"
    raise GeneratorError(f"generator `{name}` continues from {prefix} frames; expected {expected}")


def _whole(least: int) -> _Rule:
    return lambda value: type(value) is int and value >= least, f"a whole number from {least}"


def _or_none(rule: _Rule) -> _Rule:
    return lambda value: value is None or rule[0](value), f"{rule[1]}, or None"


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(type(side) is int and side > 0 for side in value)


def _is_grid(value: Any) -> bool:
    return isinstance(value, FrameGrid) and all(_whole(1)[0](part) for part in (value.step, value.longest))


_SIDES: _Rule = (_is_pair, "(width, height) in pixels")
_RATE: _Rule = (lambda value: isinstance(value, Fraction) and value > 0, "a Fraction above 0, as Fraction(24)")
_WORDS: _Rule = (lambda value: isinstance(value, str), "text")
_FLAG: _Rule = (lambda value: type(value) is bool, "True or False")
_CHANNELS: _Rule = (lambda value: isinstance(value, frozenset), "a frozenset of channels")

_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("name", "version", "licence", "summary"), _WORDS),
    "grid": (_is_grid, "a FrameGrid of whole numbers from 1"),
    "size": _or_none(_SIDES),
    "fps": _or_none(_RATE),
    "sketch": (lambda value: type(value) in {int, float} and 0 <= value <= 1, "a number in [0, 1]"),
    "at_once": (lambda value: value in get_args(AtOnce), f"one of: {', '.join(get_args(AtOnce))}"),
    **dict.fromkeys(("channels", "optional"), _CHANNELS),
    **dict.fromkeys(("pixels", "prompt_tokens"), _or_none(_whole(1))),
    **dict.fromkeys(("size_multiple", "keyframe_step", "controls_version", "cores"), _whole(1)),
    **dict.fromkeys(("prefix", "keyframes", "retakes"), _whole(0)),
    **dict.fromkeys(
        ("prompt", "avoids", "style", "audio", "continues_sound", "seed", "deterministic", "invents", "drifts"), _FLAG
    ),
}
