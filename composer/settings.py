"""Who renders and how, as files say it: `composer.toml` beside the shot list, over the user's own."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from composer.errors import OptionError
from composer.spelling import nearest
from composer.store import read_regular

FILE, CHOICES = "composer.toml", "choices.yaml"
"""Beside a shot list: who renders it and how, and which takes it is made of."""

_MOST_BYTES = 1 << 20
_GENERATOR, _HANDOVER = "generator", "handover"

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Settings:
    """The generator that is named, if any, the options of generators by their name, and of the hand-over."""

    generator: str | None = None
    options: Mapping[str, Options] = field(default_factory=dict)
    handover: Options = field(default_factory=dict)  # how clips are handed on

    def over(self, others: "Settings") -> "Settings":
        """These, and what only `others` say."""
        names = [*others.options, *(name for name in self.options if name not in others.options)]
        options = {name: {**others.options.get(name, {}), **self.options.get(name, {})} for name in names}
        return Settings(self.generator or others.generator, options, {**others.handover, **self.handover})


def read_settings(folder: Path | None) -> Settings:
    """What `composer.toml` in `folder` says, over what the user's own does; nothing where there is neither.

    Raises `OptionError` for a file that cannot be read, or that says something else.
    """
    own = _read(user_file())
    return _read(folder / FILE).over(own) if folder is not None else own


def user_file() -> Path:
    """The user's own settings: `composer/composer.toml` in their folder of settings."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "composer" / FILE


def parse_options(told: Iterable[str]) -> dict[str, Any]:
    """Options from `KEY=VALUE`: values are read as TOML where they are any, else as text. Raises `OptionError`."""
    options: dict[str, Any] = {}
    for text in told:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise OptionError(f"`--set {text}` sets nothing; expected KEY=VALUE, as `--set steps=30`")
        options[key.strip()] = _value(value.strip())
    return options


def _value(text: str) -> Any:
    try:
        said = tomllib.loads(f"x = {text}")
    except tomllib.TOMLDecodeError:
        return text
    return said["x"] if said.keys() == {"x"} else text


def _read(path: Path) -> Settings:
    try:
        data = read_regular(path, _MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise OptionError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(data) > _MOST_BYTES:
        raise OptionError(f"{path} is larger than 1 MiB; expected a few lines of TOML")
    try:
        said = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise OptionError(f"{path} is no TOML: {str(error)[:1].lower()}{str(error)[1:]}") from error
    return _settings(path, said)


def _settings(path: Path, said: Mapping[str, Any]) -> Settings:
    tables = {key: value for key, value in said.items() if isinstance(value, dict)}
    for key, value in said.items():
        if key not in tables and (key != _GENERATOR or not isinstance(value, str)):
            near = key == _GENERATOR or nearest(key, [_GENERATOR])
            hint = f'. Did you mean `{_GENERATOR} = "{value}"`?' if near and isinstance(value, str) else ""
            expected = f"expected `{_GENERATOR}` and a table of options for each, as `[ltx]`"
            raise OptionError(f"{path} sets `{key}` to {value!r}; {expected}{hint}")
    located = {name: {key: _located(path, value) for key, value in table.items()} for name, table in tables.items()}
    handover = located.pop(_HANDOVER, {})
    return Settings(said.get(_GENERATOR), located, handover)


def _located(path: Path, value: Any) -> Any:
    """A value as seen from the settings file: `./` and `../` lead from its folder."""
    leads = isinstance(value, str) and value.startswith(("./", "../"))
    return str((path.parent / value).absolute()) if leads else value
