"""The sound files that a list names, and how long lines are read."""

from collections.abc import Iterator

from composer.errors import Path
from composer.schema.models import ShotList
from composer.schema.phrases import is_recording

_READ_CHARACTERS_A_S = 15
_READ_AT_LEAST_S = 1.2
FASTEST_CHARACTERS_A_S = 17
"""The fastest that subtitles for adults are read in most languages, by Netflix's Timed Text Style Guide."""


def reading_s(line: str) -> float:
    """How long the subtitle of a line without a recording stands, where there is time: as long as reading it takes."""
    return max(_READ_AT_LEAST_S, len(line) / _READ_CHARACTERS_A_S)


def named_sounds(shotlist: ShotList) -> Iterator[tuple[str, Path]]:
    """Every sound file, with the path of the key that names it."""
    for place, model in shotlist.places.items():
        yield from ((word, ("places", place, "ambience")) for word in model.ambience if is_recording(word))
    yield from ((cue.file, ("music", n, "file")) for n, cue in enumerate(shotlist.music) if cue.file)
    for index, shot in enumerate(shotlist.shots):
        at: Path = ("shots", index)
        bed = shot.sound.ambience or ()
        yield from ((word, (*at, "sound", "ambience")) for word in bed if is_recording(word))
        yield from ((line.file, (*at, "dialogue", n, "file")) for n, line in enumerate(shot.dialogue) if line.file)
        yield from ((each.file, (*at, "sound", "effects", n, "file")) for n, each in enumerate(shot.sound.effects))
