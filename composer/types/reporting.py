"""What is said about a film and about the work on it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measurement:
    """A figure about the film: its limit, the floor of its own noise, and the verdict."""

    name: str
    value: float
    unit: str
    limit: float
    floor: float
    verdict: Literal["pass", "fail", "not measurable"]
    where: str


Happening = Literal["progress", "started", "kept", "finished", "retried", "failed", "blocked"]


@dataclass(frozen=True)
class Running:
    """A piece of work that is under way: the share of it that is done, in [0, 1], and which try it is."""

    stage: str
    item: str
    share: float
    attempt: int = 1


@dataclass(frozen=True)
class Progress:
    """One step of a long job: `done` of `total` units, and an estimate of the seconds left (None: not known yet).

    `happening` is what came of `item` just now, `said` why it failed or what it waits for; `running` is all under way.
    """

    stage: str
    item: str
    done: float
    total: float
    remaining_s: float | None = None
    happening: Happening = "progress"
    said: str = ""
    running: tuple[Running, ...] = ()

    def __str__(self) -> str:
        left = "" if self.remaining_s is None else f", {self.remaining_s:.0f} s left"
        came = "" if self.happening == "progress" else f" {self.happening}"
        return f"{self.stage} {self.item}{came} ({self.done:.0f} of {self.total:.0f}{left})"
