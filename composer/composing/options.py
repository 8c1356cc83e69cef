"""How a film is rendered, beside what its plan says."""

from dataclasses import dataclass, field
from pathlib import Path

from composer.conform import Conforming
from composer.handover import HandOver
from composer.media import H264
from composer.overlay import Cue
from composer.rerun import Asked
from composer.store import cache_folder

RETRIES = 2
STRIP, SUBTITLES = "strip", "subtitles"
"""What can be burnt into a film, beside what its list lays over its shots."""


@dataclass(frozen=True)
class RenderOptions:
    """`burn_in` writes into frames which they are, and `cues` are burnt in to be read; `stems` writes the parts of the sound
    beside the film. `conforming` says how native frames become the film's, `hand_over` how clips go on from one another,
    `preset` how the film is encoded. None of the others changes what is seen: `workers` that render at once (None: as many
    as generator and machine allow), `retries` of a segment that failed, and which `shots` to render (None: all). Clips are
    kept in the folder `cache`. What comes of it is noted for the command that `asked`, if any did. A `strict` one scores every
    clip at its join, whoever made it.
    """

    burn_in: bool = False
    cues: tuple[Cue, ...] = ()
    stems: bool = False
    conforming: Conforming = field(default_factory=Conforming)
    hand_over: HandOver = field(default_factory=HandOver)
    preset: str = H264
    workers: int | None = None
    retries: int = RETRIES
    shots: tuple[str, ...] | None = None
    cache: Path = field(default_factory=cache_folder)
    asked: Asked | None = None
    strict: bool = False

    @property
    def burnt_in(self) -> tuple[str, ...]:
        """What is burnt into all of the film, beside what the list lays over its shots."""
        return (STRIP,) * self.burn_in + (SUBTITLES,) * bool(self.cues)

    @property
    def drawn_over(self) -> bool:
        """Is anything?"""
        return bool(self.burnt_in)
