"""The cameras of a film as files that other tools open."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from composer.camera.formats import Form, file_name, write
from composer.composing.rehearsal import Rehearsal


def export_cameras(
    rehearsal: Rehearsal, folder: Path, form: Form, shots: Sequence[str] | None = None
) -> tuple[Path, ...]:
    """Write the track of every shot, or of those named, on the frames that are seen; returns a path for each.

    Footage has none. Raises `ShotListError`, `StorageError`, and `KeyError` for a shot that the film does not have.
    """
    rehearsal.raise_errors()
    names = [slate.name for slate in rehearsal.slates]
    for name in shots or ():
        if name not in names:
            raise KeyError(f"no shot `{name}`; the film has {', '.join(names)}")
        if name not in rehearsal.cameras:
            raise KeyError(f"shot `{name}` is footage: of its camera nothing is known")
    fps, size = rehearsal.shotlist.fps, rehearsal.shotlist.size
    paths = []
    for slate in rehearsal.slates:
        if slate.name in (rehearsal.cameras if shots is None else shots):
            track = rehearsal.cameras[slate.name].track(np.arange(len(slate.frames)) / float(fps), size)
            paths.append(folder / file_name(slate.name, form))
            write(track, fps, paths[-1], form)
    return tuple(paths)
