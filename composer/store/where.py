"""Where the store is when nobody says: in the user's cache, shared by all films."""

import os
from pathlib import Path


def cache_folder(told: str | Path | None = None) -> Path:
    """The folder that is told, else `$COMPOSER_CACHE`, else `$XDG_CACHE_HOME/composer`, else `~/.cache/composer`."""
    if told is not None:
        return Path(told)
    if own := os.environ.get("COMPOSER_CACHE"):
        return Path(own)
    users = os.environ.get("XDG_CACHE_HOME", "")
    # a relative one is to be ignored, as the XDG base directory specification says
    return (Path(users) if Path(users).is_absolute() else Path.home() / ".cache") / "composer"
