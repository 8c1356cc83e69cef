"""The recordings that a list names, listened to before anything renders."""

from pathlib import Path

from composer import shotlist as lists
from composer.errors import Problem, Wrong
from composer.schema import Cue, ShotList
from composer.schema.heard import named_sounds
from composer.timing import SAMPLE_RATE


def unheard(shotlist: ShotList) -> list[Problem]:
    """Recordings that cannot be used, and music that begins after its file ends; each is read through once."""
    recordings = list(named_sounds(shotlist))
    if not recordings:
        return []
    from composer.audio import check_word, duration  # noqa: PLC0415 - most lists name none, and need not wait for it

    problems, folder = [], lists.folder_of(shotlist) or Path()
    for name, path in recordings:
        try:
            if path[-1] == "ambience":
                check_word(name, folder)
                continue
            length = duration(name, folder)
            cue = shotlist.music[int(path[1])] if path[0] == "music" else None
            if cue and _samples(cue, shotlist) >= length:
                lasts = f"{length / SAMPLE_RATE:.4g}"
                said = f"`{name}` ends after {lasts} s, and `in` is at {cue.in_} of it"
                problems.append(Problem((*path[:-1], "in"), "sound-times", said, (f"expected less than `{lasts}s`",)))
        except Wrong as wrong:
            problems.append(Problem(path, wrong.code, wrong.message, wrong.expected, name))
    return problems


def _samples(cue: Cue, shotlist: ShotList) -> float:
    return float(cue.in_.seconds(shotlist.fps)) * SAMPLE_RATE
