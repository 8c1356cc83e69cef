"""Generators are plug-ins: one class under the entry point group `composer.generators`."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

from composer.errors import GeneratorError
from composer.generators.configuring import configured, options_of
from composer.generators.withholding import can_lack, counter_of, withhold
from composer.spelling import did_you_mean
from composer.types import CONTROLS_VERSION, Capabilities, Channel, Checking, SegmentGenerator

__all__ = [
    "DEFAULT",
    "GROUP",
    "PREVIZ",
    "Listing",
    "available",
    "can_lack",
    "counter_of",
    "find",
    "load",
    "options_of",
    "withhold",
]

GROUP = "composer.generators"
PREVIZ, DEFAULT = "previz", "embedded"


@dataclass(frozen=True)
class Listing:
    """An installed generator: what it can take, or why it cannot be loaded."""

    name: str
    capabilities: Capabilities | None
    error: str = ""


def load(name: str, options: Mapping[str, Any] | None = None) -> SegmentGenerator:
    """The generator installed as `name`, told `options`, and ready.

    Raises `GeneratorError` when there is none, when it does not load, or when it says that something is missing;
    `OptionError` for what it cannot be told.
    """
    generator = _loaded(name, options or {})
    if isinstance(generator, Checking):
        generator.check()
    return generator


def _loaded(name: str, options: Mapping[str, Any]) -> SegmentGenerator:
    try:
        generator = configured(name, find(name).load(), options)
    except GeneratorError:
        raise
    except Exception as error:  # a plug-in may fail in any way; the user needs its name and its words
        raise GeneratorError(f"generator `{name}` does not load: {type(error).__name__}: {error}") from error
    if not isinstance(generator, SegmentGenerator):
        raise GeneratorError(f"generator `{name}` lacks `capabilities` or `generate`; see docs/generators.md")
    unknown = sorted(generator.capabilities.channels - set(get_args(Channel)))
    if unknown:
        known = ", ".join(get_args(Channel))
        raise GeneratorError(f"generator `{name}` asks for the channel `{unknown[0]}`; expected some of: {known}")
    asked = generator.capabilities.controls_version
    if asked != CONTROLS_VERSION:
        said = f"reads version {asked} of the control channels; this composer draws version {CONTROLS_VERSION}"
        raise GeneratorError(f"generator `{name}` {said}")
    return generator


def find(name: str) -> EntryPoint:
    """Where the generator `name` is. Raises `GeneratorError` when none is installed under that name."""
    installed = _installed()
    if name not in installed:
        installed_ones = ", ".join(sorted(installed))
        raise GeneratorError(
            f"no generator is called `{name}`; installed: {installed_ones}.{did_you_mean(name, installed)}"
        )
    return installed[name]


def available(options: Mapping[str, Mapping[str, Any]] | None = None) -> list[Listing]:
    """Every installed generator, the default first, then by name; the broken ones with their error.

    `options` are what each is told, by its name.
    """
    listings = []
    for name in sorted(_installed(), key=lambda name: (name != DEFAULT, name)):
        try:
            listings.append(Listing(name, _loaded(name, (options or {}).get(name, {})).capabilities))
        except GeneratorError as error:
            listings.append(Listing(name, None, str(error)))
    return listings


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}
