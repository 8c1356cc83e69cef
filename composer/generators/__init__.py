"""Generators are plug-ins: one class under the entry point group `composer.generators`."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from composer.errors import ComposerError, GeneratorError, in_words
from composer.generators.capable import checked
from composer.generators.configuring import configured, options_of
from composer.generators.withholding import can_lack, counter_of, withhold
from composer.spelling import did_you_mean
from composer.types import Capabilities, Checking, SegmentGenerator

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
        try:
            generator.check()
        except ComposerError:
            raise
        except (Exception, SystemExit) as error:
            raise GeneratorError(f"generator `{name}` cannot check itself: {in_words(error)}") from error
    return generator


def _loaded(name: str, options: Mapping[str, Any]) -> SegmentGenerator:
    try:
        return checked(name, configured(name, find(name).load(), options))
    except GeneratorError:
        raise
    except (Exception, SystemExit) as error:  # a plug-in may fail in any way; the user needs its name and its words
        raise GeneratorError(f"generator `{name}` does not load: {in_words(error)}") from error


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
