"""YAML text to a `ShotList`, every fault with its line and column."""

from composer.settings import CHOICES
from composer.shotlist.checking import check, named_files
from composer.shotlist.checking_footage import with_ends
from composer.shotlist.choices import Written, locked_picks, read_choices, unknown_lists, unknown_shots, written
from composer.shotlist.documents import reference
from composer.shotlist.editor_schema import json_schema
from composer.shotlist.locating import document_of, file_of, folder_of, locate, text_of, warnings
from composer.shotlist.reading import document, load, read
from composer.shotlist.rendering import render

__all__ = [
    "CHOICES",
    "Written",
    "check",
    "document",
    "document_of",
    "file_of",
    "folder_of",
    "json_schema",
    "load",
    "locate",
    "locked_picks",
    "named_files",
    "read",
    "read_choices",
    "reference",
    "render",
    "text_of",
    "unknown_lists",
    "unknown_shots",
    "warnings",
    "with_ends",
    "written",
]
