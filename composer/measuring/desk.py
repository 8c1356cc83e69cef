"""Pictures of a film that streams by, kept for as long as something waits for others to hold them against."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import UInt8

Picture = UInt8[np.ndarray, "h w 3"]


@dataclass(frozen=True)
class Job:
    """What is to be done with the pictures of some frames, in their order, once the last of them was seen."""

    frames: tuple[int, ...]
    do: Callable[[Sequence[Picture]], None]


class Desk:
    """Sees every frame once, in order."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._due: dict[int, list[Job]] = {}
        self._until: dict[int, int] = {}
        for job in jobs:
            last = max(job.frames)
            self._due.setdefault(last, []).append(job)
            for frame in job.frames:
                self._until[frame] = max(self._until.get(frame, frame), last)
        self._kept: dict[int, Picture] = {}

    def see(self, frame: int, picture: Picture) -> None:
        """The next frame; what waited for it is done."""
        if frame in self._until:
            self._kept[frame] = picture
        for job in self._due.pop(frame, ()):
            job.do([self._kept[number] for number in job.frames])
        for number in [number for number in self._kept if self._until[number] <= frame]:
            del self._kept[number]
