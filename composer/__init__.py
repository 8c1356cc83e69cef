"""A YAML shot list becomes a long, continuous film with sound.

import composer

shotlist = composer.load("shotlists/harbour.yaml")
plan = composer.plan(shotlist)
film = composer.compose(shotlist, out="out/harbour", on_progress=print)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from composer.composing import cameras, check, compose, layers, plan, previz
    from composer.composing.film import Film
    from composer.composing.measuring import measure
    from composer.errors import ComposerError, Fault, GeneratorError, ShotListError, StorageError
    from composer.schema import ShotList
    from composer.shotlist import load, read
    from composer.types import (
        Capabilities,
        Clip,
        FilmMeasures,
        FilmPlan,
        FrameGrid,
        Keyframe,
        Progress,
        SegmentGenerator,
        SegmentPlan,
        SegmentRequest,
        Waveform,
    )

__version__ = "0.1.0"

_HOME = {
    "composer.composing": ("cameras", "check", "compose", "layers", "plan", "previz"),
    "composer.composing.film": ("Film",),
    "composer.composing.measuring": ("measure",),
    "composer.errors": ("ComposerError", "Fault", "GeneratorError", "ShotListError", "StorageError"),
    "composer.schema": ("ShotList",),
    "composer.shotlist": ("load", "read"),
    "composer.types": (
        "Capabilities",
        "Clip",
        "FilmMeasures",
        "FilmPlan",
        "FrameGrid",
        "Keyframe",
        "Progress",
        "SegmentGenerator",
        "SegmentPlan",
        "SegmentRequest",
        "Waveform",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "Capabilities",
    "Clip",
    "ComposerError",
    "Fault",
    "Film",
    "FilmMeasures",
    "FilmPlan",
    "FrameGrid",
    "GeneratorError",
    "Keyframe",
    "Progress",
    "SegmentGenerator",
    "SegmentPlan",
    "SegmentRequest",
    "ShotList",
    "ShotListError",
    "StorageError",
    "Waveform",
    "cameras",
    "check",
    "compose",
    "layers",
    "load",
    "measure",
    "plan",
    "previz",
    "read",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is asked for: `import composer` alone stays quick."""
    if name in _MODULE_OF:
        return getattr(import_module(_MODULE_OF[name]), name)
    raise AttributeError(f"module `composer` has no attribute `{name}`")
