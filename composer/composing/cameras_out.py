"""The cameras of a film as files that other tools open."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from composer.camera.formats import FORMS, Form, file_name, write
from composer.composing.arguments import one_of
from composer.composing.rehearsal import Rehearsal
from composer.composing.selecting import split_names


def export_cameras(
    rehearsal: Rehearsal, folder: Path, form: Form, shots: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Write the track of every shot, or of those named, on the frames that are seen; returns a path for each.

    Footage has none. Raises `ShotListError`, `StorageError`, `UsageError` for a form that there is not, and `KeyError` for a
    shot that the film does not have.
    """
    one_of("form", form, FORMS)
    rehearsal.raise_errors()
    wanted = None if shots is None else split_names(shots)
    names = [slate.name for slate in rehearsal.slates]
    for name in wanted or ():
        if name not in names:
            raise KeyError(f"no shot `{name}`; the film has {', '.join(names)}")
        if name not in rehearsal.cameras:
            raise KeyError(f"shot `{name}` is footage: of its camera nothing is known")
    fps, size = rehearsal.shotlist.fps, rehearsal.shotlist.size
    paths = []
    for slate in rehearsal.slates:
        if slate.name in (rehearsal.cameras if wanted is None else wanted):
            track = rehearsal.cameras[slate.name].track(np.arange(len(slate.frames)) / float(fps), size)
            paths.append(folder / file_name(slate.name, form))
            write(track, fps, paths[-1], form)
    return tuple(paths)
