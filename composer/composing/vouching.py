"""What a whole render read and what it left, noted for the command that asked: `composer.rerun` finds it again."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

from composer import rerun
from composer import shotlist as lists
from composer.composing.film import Film
from composer.composing.footage import content_of
from composer.composing.gating import failing
from composer.composing.publishing import MANIFEST
from composer.composing.recording import RECORD
from composer.composing.studio import Studio
from composer.errors import Wrong
from composer.layout import files_beside as beside_mesh
from composer.media import HARDWARE
from composer.run import Done, Task
from composer.schema import ShotList
from composer.store import digest, file_digest


def vouch(asked: rerun.Asked, studio: Studio, film: Film, tasks: Sequence[Task], done: Mapping[str, Done]) -> None:
    """Note that `film`, which lies whole in its folder, is what `asked` comes to: all that would make it another is known.

    One that a graphics card encoded is not: whether that is there is asked anew each time.
    """
    if film.preset in HARDWARE:
        return
    with suppress(OSError, Wrong):  # a file that is gone meanwhile: the next render will say so
        rerun.note(asked, _standing(asked, studio, film, tasks, done))


def _standing(
    asked: rerun.Asked, studio: Studio, film: Film, tasks: Sequence[Task], done: Mapping[str, Done]
) -> rerun.Standing:
    plan, rehearsal = film.plan, studio.rehearsal
    natives = {done[segment.id].key: studio.clips.content(segment.id) for segment in plan.segments}
    deliveries = {entry.key: rerun.content(entry) for entry in studio.delivered(done[shot.shot] for shot in plan.shots)}
    found = [fault for fault in rehearsal.faults if fault.severity == "warning"]
    warnings = [lists.render(fault) for fault in (*found, *film.warnings)]
    return rerun.Standing(
        title=plan.title,
        film=film.path.name,
        frames=plan.frames,
        fps=plan.fps,
        size=plan.size,
        segments=len(plan.segments),
        warnings="\n".join(warnings),
        failed=failing(film.takes),
        tasks=tuple(tasks),
        clips=natives | deliveries,
        locked=tuple(segment.locked for segment in plan.segments if segment.locked),
        maker=digest(studio.maker.capabilities),
        inputs=asked.inputs,
        files=_files(rehearsal.shotlist, asked.file.parent),
        outputs=_outputs(film.folder),
    )


def _files(shotlist: ShotList, folder: Path) -> dict[str, str]:
    """The digest of each file that a list leads to."""
    return {name: content_of(folder / name) for name in sorted(set(_names(shotlist, folder)))}


def _names(shotlist: ShotList, folder: Path) -> Iterator[str]:
    for name, path in lists.named_files(shotlist):
        yield name
        if path[-1] == "mesh":
            yield from beside_mesh(folder, name)
    for shot in shotlist.shots:
        if shot.camera and (file := shot.camera.file):
            from composer.camera.formats import files_beside as beside_camera  # noqa: PLC0415 - few lists name a file

            beside = beside_camera(folder / file.path, Fraction(shotlist.fps), file.camera)
            yield from (path.relative_to(folder.resolve()).as_posix() for path in beside)


def _outputs(folder: Path) -> dict[str, str]:
    digests: dict[str, str] = json.loads((folder / MANIFEST).read_text())["digests"]
    return digests | {name: file_digest(folder / name) for name in (MANIFEST, RECORD.as_posix())}
