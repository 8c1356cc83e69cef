"""What a shot's camera moves among, and when each part of its moves is."""

from dataclasses import dataclass
from itertools import accumulate

from composer.camera.moves import Timed
from composer.camera.optics import Gate
from composer.camera.target import Scenery, Target
from composer.schema import Slate, Step
from composer.schema.words import Framing


@dataclass(frozen=True, eq=False)
class Setup:
    """What a shot's camera moves among: its slate, its place, its gate, and what it frames."""

    slate: Slate
    scenery: Scenery
    gate: Gate
    framing: Framing | None

    @property
    def start_s(self) -> float:
        return float(self.slate.start_s)

    @property
    def duration_s(self) -> float:
        return float(self.slate.duration_s)

    @property
    def names(self) -> tuple[str, ...]:
        """Of what is framed."""
        return self.framing.names if self.framing else ()

    def framed(self, time_s: float) -> Target:
        """What is framed, at a time of the shot."""
        return self.scenery.target(self.names, self.start_s + time_s)


def shared_times(steps: tuple[Step, ...], slate: Slate) -> list[float]:
    """Seconds of each step: what its parts claim; those with a part that claims none share what is left."""
    claims = [[part.time and float(part.time.seconds(slate.fps)) for part in step] for step in steps]
    least = [max((c for c in claim if c), default=0.0) for claim in claims]
    sharing = {i for i, claim in enumerate(claims) if None in claim}
    while sharing:
        left = float(slate.duration_s) - sum(least[i] for i in range(len(steps)) if i not in sharing)
        share = max(left, 0.0) / len(sharing)
        longer = {i for i in sharing if least[i] > share}
        if not longer:
            return [share if i in sharing else least[i] for i in range(len(steps))]
        sharing -= longer
    return least


def timed(steps: tuple[Step, ...], slate: Slate) -> list[list[Timed]]:
    """The parts of each step with their times."""
    durations = shared_times(steps, slate)
    starts = [0.0, *accumulate(durations)]
    return [
        [
            Timed(part, starts[i], durations[i] if part.time is None else float(part.time.seconds(slate.fps)))
            for part in step
        ]
        for i, step in enumerate(steps)
    ]
