"""What became of the clips of a film before they were accepted, for whoever looks at the film: in a document, in warnings."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from composer import shotlist as lists
from composer.composing.clips import Clips
from composer.composing.handing import RECONCILED
from composer.composing.rehearsal import Rehearsal
from composer.errors import Fault, Problem
from composer.store import storage_error, write_whole
from composer.types import FilmPlan

DOCUMENT = "reconciled.json"
"""In the output folder, where there is anything to tell: by segment, what was done to its clip, with measures before and
after, or why it was not; and how its prefix came back, where that was altered.
"""

VERSION = 1
"""Of the document."""


Told = Mapping[str, Mapping[str, Any]]


def reconciled(plan: FilmPlan, clips: Clips) -> Told:
    """Of each segment that is made, in the film's order, what its clip tells. Raises `StorageError`."""
    made = (segment.id for segment in plan.segments if clips.made(segment.id))
    told = {name: clips.entry(name).notes.get("provenance", {}).get(RECONCILED) for name in made}
    return {name: said for name, said in told.items() if said}


def write_reconciled(folder: Path, plan: FilmPlan, told: Told) -> None:
    """Write the document; remove that of an earlier render when there is nothing to tell. Raises `StorageError`."""
    path = folder / DOCUMENT
    try:
        if told:
            document = {"version": VERSION, "title": plan.title, "segments": told}
            write_whole(path, json.dumps(document, indent=1) + "\n")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def altered_prefixes(rehearsal: Rehearsal, plan: FilmPlan, told: Told) -> Iterator[Fault]:
    """A warning for every prefix that came back as something else than was given."""
    shots = {segment.id: shot for shot in plan.shots for segment in shot.segments}
    for name, said in told.items():
        if name in shots and (words := said.get("prefix", {}).get("said")):
            problem = Problem(
                ("shots", shots[name].index),
                "prefix-altered",
                f"`{name}`: {words}",
                ('the clip keeps the frames it was to go on from; `match = "clip"` in composer.toml takes steps out',),
                severity="warning",
            )
            yield from lists.locate(rehearsal.shotlist, [problem])
