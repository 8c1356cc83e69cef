"""YAML text to a `ShotList`, every fault with its line and column."""

from composer.shotlist.checking import check
from composer.shotlist.checking_footage import with_ends
from composer.shotlist.documents import reference
from composer.shotlist.editor_schema import json_schema
from composer.shotlist.locating import folder_of, locate, warnings
from composer.shotlist.reading import load, read
from composer.shotlist.rendering import render

__all__ = [
    "check",
    "folder_of",
    "json_schema",
    "load",
    "locate",
    "read",
    "reference",
    "render",
    "warnings",
    "with_ends",
]
