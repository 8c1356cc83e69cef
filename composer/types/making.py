"""How the clips of a film came to be what they are: which of several takes they are, and what was done to them.

Parts of the document `report.json`, as the classes of `measures` are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from composer.types.document import Document, MeasureName, Verdict


@dataclass(frozen=True)
class TakeFigure(Document):
    """One figure of a take, by which its clip is held to a gate."""

    gate: str
    measure: MeasureName
    value: float | None
    unit: str
    limit: float
    floor: float | None
    """90th percentile of what the measure says within the quietest take; where it passes the limit, nothing is measurable."""
    verdict: Verdict
    frames: tuple[int, ...] = ()
    """Film frames to look at."""
    thing: str = ""
    """The worst anchor."""
    says: str = ""
    """Why it is not measurable, or what is worth knowing of it, in words."""


@dataclass(frozen=True)
class TakeScore(Document):
    """One take of a segment."""

    take: int
    """Counted from 0."""
    seed: int
    clip: str
    """Its key in the cache."""
    share_of_limits: float | None
    """The mean of value over limit, of what is measurable in all takes; null where nothing is."""
    figures: tuple[TakeFigure, ...]

    @property
    def failed(self) -> int:
        """How many gates it fails."""
        return sum(figure.verdict == "fail" for figure in self.figures)


@dataclass(frozen=True)
class SegmentTakes(Document):
    """All takes of a segment. The best fails the fewest gates; of several it has the smallest `share_of_limits`; of equals it
    is the first.
    """

    segment: str
    join: int | None
    """Index in `joins` of the join that the segment begins after; null where no join shows its beginning: of the film's
    first, and of plates."""
    frame: int
    """Film frame that shows the first of its own frames."""
    against: tuple[int, ...]
    """Film frames that its takes were held against: the last before the join, or those that it remembers."""
    chosen: int
    """The take that the film shows, counted from 0."""
    picked: bool
    """By hand, whatever its figures."""
    takes: tuple[TakeScore, ...]


@dataclass(frozen=True)
class Correction(Document):
    """What was done to a clip before it was accepted, or why nothing was; without figures, nothing was to be done."""

    what: Literal["position", "colour"]
    done: bool
    says: str
    unit: str
    before: Mapping[str, float]
    """On frames that the correction was not found from, by what was measured: the `worst anchor`, the `median anchor`, the
    `motion` that is left.
    """
    after: Mapping[str, float]
    """The same of the clip as it was corrected; refused where that is no better."""


@dataclass(frozen=True)
class AlteredPrefix(Document):
    """The frames that a clip went on from, as a generator gave them back, against what it was given."""

    codes: tuple[float, ...]
    """Mean change of each frame, in codes of 255."""
    anchor: str = ""
    """The one whose colour is furthest off."""
    colour_de: float | None = None
    shift_px: float | None = None
    says: str = ""
    """Empty where it is no more than a coding of pictures may alter."""


@dataclass(frozen=True)
class SegmentCorrections(Document):
    """What was done to the clip of a segment before it was accepted."""

    segment: str
    join: int | None
    """As in `takes`."""
    corrections: tuple[Correction, ...]
    prefix: AlteredPrefix | None
    """Null where it came back as it was given."""
