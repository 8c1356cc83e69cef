"""A film that was rendered: its file, its plan, its clips."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from composer import media, stitch
from composer.composing.gating import failing
from composer.composing.takes import Choice
from composer.errors import Fault, GateError
from composer.run import CLIPS
from composer.types import Clip, FilmPlan, Measured

if TYPE_CHECKING:
    from moviepy import VideoClip


def film_name(preset: str) -> str:
    """The name of a film's file."""
    return f"film{media.preset(preset).suffix}"


@dataclass(frozen=True)
class Film:
    """`made` of its segments rendered, and `kept` were there already. The shots that are `missing`, where only some were
    asked for, keep it from being put together: `path` is then what was there before. `warnings` are what came to light as it
    was rendered.
    """

    folder: Path
    plan: FilmPlan
    made: int
    kept: int
    missing: tuple[str, ...] = ()
    preset: str = media.H264
    warnings: tuple[Fault, ...] = ()
    takes: tuple[Choice, ...] = ()

    @property
    def failed(self) -> tuple[Measured, ...]:
        """The gates that clips do not keep, in the film's order."""
        return tuple(figure for choice in self.takes for figure in choice.failed)

    def raise_failed(self) -> None:
        """Raises `GateError` when there is one; the film lies where it is all the same."""
        if said := failing(self.takes):
            raise GateError(said)

    @property
    def path(self) -> Path:
        return self.folder / film_name(self.preset)

    def clip(self, shot: int | str) -> Clip:
        """The clip of a shot, by index or name, tail handle included. Raises `KeyError` for shots it does not have."""
        names = [s.shot for s in self.plan.shots]
        name = shot if isinstance(shot, str) else names[shot] if -len(names) <= shot < len(names) else str(shot)
        if name not in names:
            raise KeyError(f"no shot `{name}`; the film has {', '.join(names)}")
        frames = np.stack(list(media.read_frames(self.folder / CLIPS / f"{name}.mp4")))
        return Clip(frames, {"shot": name, "generator": self.plan.generator})

    def to_moviepy(self) -> "VideoClip":
        """The film as a MoviePy clip, decoded as it is asked for."""
        return stitch.to_moviepy(self.path)
