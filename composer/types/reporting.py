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


@dataclass(frozen=True)
class Progress:
    """One step of a long job: `done` of `total` units, and an estimate of the seconds left (None: not known yet)."""

    stage: str
    item: str
    done: float
    total: float
    remaining_s: float | None = None

    def __str__(self) -> str:
        left = "" if self.remaining_s is None else f", {self.remaining_s:.0f} s left"
        return f"{self.stage} {self.item} ({self.done:.0f} of {self.total:.0f}{left})"
